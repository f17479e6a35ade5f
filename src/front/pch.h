/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pch.h - headers that many files include, parsed once
 *
 * Inside front/ only.  Headers are nearly all of what a parse costs.  Those
 * that api_precompiled() lists are parsed once for an architecture and
 * configuration and kept below the user's cache directory, with notes on what
 * is in them.  The facts of a file do not change by it: a file to which the
 * order of its headers could matter is parsed as it is.
 */
#ifndef FRONT_PCH_H
#define FRONT_PCH_H

#include <stdbool.h>
#include <glib.h>
#include "facts/facts.h"
#include "front/cache.h"
#include "front/front.h"

/**
 * struct pch - precompiled headers and what is known about them
 * @path: absolute path of the file for -include-pch
 * @reads: (element-type char*): absolute paths of the headers in it
 * @read_set: path -> its index in @reads + 1
 * @includes: (element-type GArray): indices of the headers that each of @reads
 *	includes
 * @used: identifiers that stand in the headers, outside of #define names
 * @defined: macros that the headers define or undefine -> indices of these
 *	headers, as text, each behind a space; "(" before them when all have
 *	parameters; "!" before that when one counts behind the headers
 * @statics: static functions of the headers: name -> 1, or 2 when a file that
 *	uses the function wants its facts
 * @unit: facts that every file would have of these headers: what stands in
 *	the watched ones
 * @texts: index -> GBytes; read when asked for
 * @mentions: word -> a byte for each of @reads; made when asked for
 */
struct pch {
	char *path;
	GPtrArray *reads;
	GHashTable *read_set;
	GPtrArray *includes;
	GHashTable *used;
	GHashTable *defined;
	GHashTable *statics;
	struct facts_unit *unit;
	GHashTable *texts;
	GHashTable *mentions;
};

/**
 * pch_new() - an empty one
 *
 * Return: (transfer full): free with pch_free()
 */
struct pch *pch_new(void);

/**
 * pch_free() - free what pch_new() returned; NULL is fine
 */
void pch_free(struct pch *pch);

/**
 * pch_add_read() - one more header
 * @path: (transfer full): absolute
 */
void pch_add_read(struct pch *pch, char *path);

/**
 * pch_index() - index of a header in pch->reads, or -1
 */
int pch_index(const struct pch *pch, const char *path);

/**
 * pch_header() - text of a header
 *
 * Return: (transfer none): empty when it cannot be read
 */
GBytes *pch_header(const struct pch *pch, unsigned int i);

/**
 * pch_reach() - what including a header brings
 * @from: index of the header
 * @seen: a byte for each header, set for @from and all that it includes in turn
 */
void pch_reach(const struct pch *pch, unsigned int from, guint8 *seen);

/**
 * pch_read_words() - add the identifiers of a header to @used and @defined
 * @pch: where to add
 * @header: its index
 * @text: C text
 * @len: bytes
 * @forced: the file is included by a flag
 */
void pch_read_words(struct pch *pch, unsigned int header, const char *text,
		    size_t len, bool forced);

/**
 * pch_note_macro() - a macro is defined where the headers end
 * @name: one that pch_read_words() has seen defined, else nothing happens
 */
void pch_note_macro(struct pch *pch, const char *name);

/**
 * pch_suits() - do the flags of a file allow it to use precompiled headers
 * @pch: the headers
 * @compile: how the file is parsed
 * @overlay: see struct front_options
 * @root: absolute path of the tree
 */
bool pch_suits(const struct pch *pch, const struct tree_compile *compile,
	       GHashTable *overlay, const char *root,
	       const char *const *messages);

/**
 * pch_argv() - arguments of a file that uses precompiled headers
 *
 * Return: (transfer container): NULL-terminated; the strings stay with @pch
 * and @compile
 */
const char **pch_argv(const struct pch *pch,
		      const struct tree_compile *compile);

/**
 * pch_clashes_early() - does a file define what the headers use, first of all
 * @pch: the headers
 * @text: of the file
 * @len: bytes
 * @messages: NULL-terminated: api_message_macros(), or NULL
 *
 * Tells without a parse that one with them is not worth trying.
 */
bool pch_clashes_early(const struct pch *pch, const char *text, size_t len,
		       const char *const *messages);

/* Texts ----------------------------------------------------------------- */

struct pch_text;

/**
 * struct pch_seen - headers that a file reads when nothing is precompiled
 * @before: a byte for each header: read before this point of the text
 * @all: read at all
 */
struct pch_seen {
	guint8 *before;
	guint8 *all;
};

/**
 * pch_text_new() - look at a file, or at a header of its own, piece by piece
 * @pch: the headers; has to live longer
 * @text: likewise
 * @len: bytes
 *
 * Return: (transfer full): free with pch_text_free()
 */
struct pch_text *pch_text_new(const struct pch *pch, const char *text,
			      size_t len);

/**
 * pch_text_free() - free what pch_text_new() returned; NULL is fine
 */
void pch_text_free(struct pch_text *text);

/**
 * pch_text_skip() - a stretch that a conditional leaves out
 * @from: offset in the opening directive
 * @to: offset in the closing one
 */
void pch_text_skip(struct pch_text *text, size_t from, size_t to);

/**
 * pch_text_clashes() - could the next piece of a text mean something else
 * @upto: where the piece ends
 * @seen: without precompiled headers
 * @messages: NULL-terminated: api_message_macros(), or NULL
 *
 * So it is when the text defines a macro that a header which comes later has in
 * it; tests a macro that a header which was not read defines; or has an
 * identifier that is a macro of headers which it does not include.
 */
bool pch_text_clashes(struct pch_text *text, size_t upto,
		      const struct pch_seen *seen, const char *const *messages);

/* The store ------------------------------------------------------------- */

struct pch_store;

/* Precompiling costs as much as what three or four files save by it. */
#define PCH_ENOUGH_PEERS 4

/**
 * struct pch_wish - what a worker knows about the files that are to come
 * @root: absolute path of the tree
 * @names: watched names, NULL-terminated
 * @headers: api_precompiled(), NULL-terminated
 * @messages: api_message_macros(), NULL-terminated
 * @opts: of the parse: watch
 *
 * All of it is to live as long as the store.
 */
struct pch_wish {
	const char *root;
	const char *const *names;
	const char *const *headers;
	const char *const *messages;
	const struct front_options *opts;
};

/**
 * pch_store_new() - precompiled headers of the user's cache directory
 * @cache: tells whether a file has changed
 * @wish: copied; what it points to is not
 *
 * Return: (transfer full): free with pch_store_free()
 */
struct pch_store *pch_store_new(struct front_cache *cache,
				const struct pch_wish *wish);

/**
 * pch_store_free() - free what pch_store_new() returned; NULL is fine
 */
void pch_store_free(struct pch_store *store);

/**
 * pch_store_get() - precompiled headers for a file
 * @store: the store
 * @compile: how it is parsed
 * @peers: files of this run that may use the same ones
 *
 * Makes them for PCH_ENOUGH_PEERS files, unless another process is just doing
 * that.
 *
 * Return: (transfer none): NULL when there are none
 */
const struct pch *pch_store_get(struct pch_store *store,
				const struct tree_compile *compile,
				unsigned int peers);

#endif
