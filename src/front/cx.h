/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cx.h - one parsed translation unit and what libclang's C API lacks
 *
 * Inside front/ only.  Strings, files, locations, types and record names in
 * the form facts want them, with caches.
 */
#ifndef FRONT_CX_H
#define FRONT_CX_H

#include <stdbool.h>
#include <glib.h>
#include <clang-c/Index.h>
#include "facts/facts.h"

struct pch;

/**
 * struct cx_file - a source file of the translation unit
 * @path: relative to the root, or absolute; interned
 * @text: content as clang saw it (overlays included), not terminated; NULL
 *	before cx_read() has been called
 * @len: bytes of @text
 * @is_read: it has been
 * @is_main: the main file
 * @is_watch: named by front_options.watch
 * @is_near: in the main file's directory or below, or in the same module
 * @pch: index among the precompiled headers, or -1
 * @handle: libclang's
 * @skips: what the preprocessor left out; NULL before it was asked for
 */
struct cx_file {
	const char *path;
	const char *text;
	size_t len;
	bool is_read;
	bool is_main;
	bool is_watch;
	bool is_near;
	int pch;
	CXFile handle;
	CXSourceRangeList *skips;
};

/**
 * struct cx - a translation unit
 * @tu: libclang's
 * @unit: facts being made; owns the memory of all facts
 * @root: absolute path file names are made relative to
 * @cwd: directory relative file names start from
 * @main: main file, relative, interned
 * @near: directory prefix of "near" files with a '/' at its end, or NULL
 * @is_module: the root is no kernel tree: what is below it is the module's
 * @names: watched names (set of interned strings)
 * @watch: watch files (set of interned strings)
 * @files: CXFile to struct cx_file
 * @types: canonical type to its interned spelling
 * @pending: name to cursor of the static functions of near headers, lowered
 *	only when something that is lowered names them
 * @wanted: names that something lowered refers to, in order
 * @seen: the set of them
 * @cleanups: those of them that are called when a variable of pages goes
 * @linkage: function name to 1 (external) or 2 (internal); made on demand
 * @pch: precompiled headers it is parsed with, or NULL
 * @reached: a byte for each of these headers: the file includes it
 * @spoiled: it has to be parsed without them
 */
struct cx {
	CXTranslationUnit tu;
	struct facts_unit *unit;
	const char *root;
	const char *cwd;
	const char *main;
	const char *near;
	bool is_module;
	GHashTable *names;
	GHashTable *watch;
	GHashTable *files;
	GHashTable *types;
	GHashTable *pending;
	GPtrArray *wanted;
	GHashTable *seen;
	GHashTable *cleanups;
	GHashTable *linkage;
	const struct pch *pch;
	guint8 *reached;
	bool spoiled;
};

/**
 * struct cx_pos - a position in a file; file is NULL when there is none
 */
struct cx_pos {
	struct cx_file *file;
	unsigned int line;
	unsigned int column;
	unsigned int offset;
};

/**
 * struct cx_where - the three faces of a source location
 * @macro: how they relate
 * @pasted: the token is made by ## and spelled nowhere; @spell is @text
 * @spell: where the characters stand (maybe in a #define)
 * @text: where they stand in the text of the file that is read: the macro
 *	argument, or the macro's name for text out of its body
 * @exp: start of the outermost macro call around it
 */
struct cx_where {
	enum facts_macro macro;
	bool pasted;
	struct cx_pos spell;
	struct cx_pos text;
	struct cx_pos exp;
};

/* strings and files */
const char *cx_intern(CXString s);
const char *cx_intern_len(const char *text, size_t len);
const char *cx_name(CXCursor c);
struct cx_file *cx_file(struct cx *cx, CXFile file);
void cx_file_free(void *file);
void cx_read(struct cx *cx, struct cx_file *file);
struct cx_file *cx_cursor_file(struct cx *cx, CXCursor c);

/* locations */
void cx_where(struct cx *cx, CXSourceLocation at, struct cx_where *where);
void cx_loc_range(struct cx *cx, CXSourceRange range, struct facts_loc *loc);
void cx_loc_cursor(struct cx *cx, CXCursor c, struct facts_loc *loc);
void cx_loc_token(struct cx *cx, CXSourceLocation at, struct facts_loc *loc);
void cx_loc_where(const struct cx_where *where, struct facts_loc *loc);

/* text: a small lexer over file contents, offsets in and out */
size_t cx_text_ident(const struct cx_file *file, size_t at);
size_t cx_text_skip_space(const struct cx_file *file, size_t at);
size_t cx_text_skip_token(const struct cx_file *file, size_t at);
const char *cx_text_range(const struct cx_file *file, size_t from, size_t to);
const char *cx_text_ident_at(const struct cx_pos *pos);
bool cx_text_has_name(struct cx *cx, const struct cx_file *file, size_t from,
		      size_t to);

/**
 * struct cx_span - a stretch of text
 */
struct cx_span {
	size_t from;
	size_t to;
};

/**
 * cx_text_list() - split "( a, b )" or "( a; b )" at its top-level separators
 * @file: text
 * @at: offset of the opening parenthesis
 * @sep: ',' or ';'
 * @spans: (element-type struct cx_span) result, trimmed; nothing for "()"
 * @end: offset one past the closing parenthesis
 *
 * Return: false when there is no such list
 */
bool cx_text_list(const struct cx_file *file, size_t at, char sep,
		  GArray *spans, size_t *end);

/* cursors */
GArray *cx_children(CXCursor c);
GArray *cx_expr_children(CXCursor c);
CXCursor cx_child(CXCursor c, unsigned int i);
CXCursor cx_unwrap(CXCursor c);
bool cx_same_start(CXCursor a, CXCursor b);
bool cx_starts_with(CXCursor c, const char *token);
bool cx_is_expr(enum CXCursorKind kind);
unsigned int cx_cursor_hash(gconstpointer key);
gboolean cx_cursor_equal(gconstpointer a, gconstpointer b);
bool cx_eval(CXCursor c, int64_t *value);

/* types and records */
const char *cx_type(struct cx *cx, CXType type);
const char *cx_param_type(struct cx *cx, CXType type);
const char *cx_type_of(struct cx *cx, CXCursor c);
bool cx_is_pointer(CXType type);
CXCursor cx_record_decl(CXType type);
const char *cx_record_name(struct cx *cx, CXCursor record);
const char *cx_field_record(struct cx *cx, CXCursor field, const char **file);
const char *cx_field_name(CXCursor field);
bool cx_field_is_scope(CXCursor field);
bool cx_func_static(struct cx *cx, const char *name);
void cx_want(struct cx *cx, const char *name, CXCursor decl);

#endif
