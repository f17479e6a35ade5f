/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree.h - a kernel tree (or an out-of-tree module) as it lies on disk
 *
 * Reads text only: nothing of the tree is executed and nothing is written into
 * it.  Stand-ins for generated headers go below the user's cache directory.
 */
#ifndef TREE_TREE_H
#define TREE_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>
#include "tree/api.h"
#include "tree/error.h"

struct tree;

/**
 * struct tree_options - what the command line says about the tree
 * @root: directory (-C); NULL is "."
 * @kernel: kernel source or headers directory (--kernel) when root is an
 *	out-of-tree module, else NULL
 * @assume: version whose pin_*() functions are written where the tree's mm.h
 *	declares none (--assume-api), or NULL
 * @verbose: tell on standard error what is being done
 * @no_cache: read again what an earlier run has read, and keep nothing
 */
struct tree_options {
	const char *root;
	const char *kernel;
	const char *assume;
	bool verbose;
	bool no_cache;
};

/**
 * tree_open() - open a tree
 * @opts: options; copied
 * @error: G2P_ERROR_TREE when there is no such directory, no Makefile with a
 *	VERSION, or no include/linux/mm.h (message says what to do), G2P_ERROR_IO,
 *	G2P_ERROR_USAGE for assume
 *
 * Return: (transfer full): free with tree_free(), or NULL
 */
struct tree *tree_open(const struct tree_options *opts, GError **error);

/**
 * tree_free() - free what tree_open() returned; NULL is fine
 */
void tree_free(struct tree *tree);

/**
 * tree_root() - absolute path of the directory that paths are relative to
 */
const char *tree_root(const struct tree *tree);

/**
 * tree_kernel() - absolute path of the kernel tree (the root, or --kernel)
 */
const char *tree_kernel(const struct tree *tree);

/**
 * tree_is_module() - is the tree an out-of-tree module, beside its kernel
 */
bool tree_is_module(const struct tree *tree);

/**
 * tree_version() - "6.12.117", as the Makefile's VERSION lines say
 */
const char *tree_version(const struct tree *tree);

/**
 * tree_version_number() - "6.12.117" as a number that can be compared
 * @version: two or more decimal numbers with dots
 * @number: result: the first two
 *
 * Return: false when it is not a version
 */
bool tree_version_number(const char *version, unsigned int *number);

/**
 * tree_api_version() - version of the pin_*() functions that are written
 *
 * The tree's own, or the one assumed; see tree_version_number().
 */
unsigned int tree_api_version(const struct tree *tree);

/**
 * tree_assumed() - declarations that the tree lacks and that are assumed
 *
 * Return: (transfer none): C text in one line, without a line end; NULL when
 * nothing is assumed
 */
const char *tree_assumed(const struct tree *tree);

/**
 * struct tree_proto - a prototype out of the tree's own mm.h
 * @name: of the function
 * @ret: return type as written
 * @params: names, in order ("gup_flags"); "" when unnamed
 * @types: types as written
 * @n_params: how many
 */
struct tree_proto {
	const char *name;
	const char *ret;
	const char *const *params;
	const char *const *types;
	unsigned int n_params;
};

/**
 * tree_proto() - the tree's declaration of a gup, pin, put or unpin function
 * @tree: the tree
 * @name: for instance "pin_user_pages_fast"
 *
 * Return: (transfer none): NULL when the tree does not declare it
 */
const struct tree_proto *tree_proto(const struct tree *tree, const char *name);

/**
 * tree_protos() - all of them, for the report's "api" object
 *
 * Return: (transfer none) (element-type tree_proto*): sorted by name
 */
GPtrArray *tree_protos(const struct tree *tree);

/**
 * tree_param() - position of a parameter of a gup function in this tree
 * @tree: the tree
 * @acq: the function
 * @names: candidate parameter names: acq->flags, acq->pages or acq->count
 *
 * Return: index from 0, from the tree's mm.h, else from acq->params; -1
 */
int tree_param(const struct tree *tree, const struct api_acquire *acq,
	       const char *const *names);

/**
 * tree_flag() - value of a FOLL_ flag in this tree
 * @tree: the tree
 * @name: "FOLL_LONGTERM"
 * @value: result
 *
 * Return: false when the tree does not define it
 */
bool tree_flag(const struct tree *tree, const char *name, uint64_t *value);

/**
 * enum tree_mention_kind - where in the text a gup name stands
 * @TREE_MENTION_CODE: in code proper
 * @TREE_MENTION_MACRO: in a #define (macro is its name)
 * @TREE_MENTION_DIRECTIVE: in another preprocessor line
 */
enum tree_mention_kind {
	TREE_MENTION_CODE,
	TREE_MENTION_MACRO,
	TREE_MENTION_DIRECTIVE,
};

/**
 * struct tree_mention - one gup name outside of comments and strings
 * @name: the identifier (whole token)
 * @kind: where
 * @macro: TREE_MENTION_MACRO: the macro being defined
 * @cond: innermost #if around it with its #else spelled out
 *	("#ifdef CONFIG_MMU", "#else of #ifdef CONFIG_MMU"), or NULL
 * @text: the line, without surrounding white space
 * @line: from 1
 * @column: from 1, bytes
 * @offset: bytes from the start of the file
 */
struct tree_mention {
	const char *name;
	enum tree_mention_kind kind;
	const char *macro;
	const char *cond;
	const char *text;
	unsigned int line;
	unsigned int column;
	unsigned int offset;
};

/**
 * struct tree_file - a C source or header that mentions a gup name in code
 * @path: relative to the root
 * @mentions: (element-type tree_mention*): in text order
 * @error: NULL, or why the file could not be read (then mentions is empty)
 */
struct tree_file {
	const char *path;
	GPtrArray *mentions;
	const char *error;
};

/**
 * tree_candidates() - find the files that mention a gup name
 * @tree: the tree
 * @api: whose api_gup_names() are looked for
 * @paths: files and directories below the root, NULL or empty for all;
 *	relative to the root (or absolute inside it)
 * @jobs: threads
 * @error: a named path that does not exist, or an unreadable named file
 *
 * Looks at .c and .h files.  In a git checkout the index says which files
 * there are (plus the untracked ones that are not ignored are left out); else
 * the directory is walked.  Directories Documentation/ and tools/ are left out
 * unless named (they hold user-space code); so are .git and build output.
 * Symbolic links to directories are not followed.
 *
 * Return: (transfer full) (element-type tree_file*): sorted by path
 */
GPtrArray *tree_candidates(struct tree *tree, const struct api *api,
			   const char *const *paths, unsigned int jobs,
			   GError **error);

/**
 * tree_find_words() - files that mention any of some identifiers
 * @tree: the tree
 * @words: NULL-terminated
 * @below: NULL, or a directory relative to the root to look in
 * @jobs: threads
 *
 * A search for whole words of the code, for finding where else a function or a
 * field is used.  Comments and literals do not count, but for those of
 * preprocessor lines (#include "file.h").
 *
 * Return: (transfer full) (element-type char*): sorted relative paths
 */
GPtrArray *tree_find_words(struct tree *tree, const char *const *words,
			   const char *below, unsigned int jobs);

/**
 * tree_find_word() - where a word stands by itself in a text
 * @text: any bytes
 * @len: how many
 * @from: offset to start from
 * @word: letters, digits and underscores
 *
 * Comments and literals count.
 *
 * Return: (transfer none): the first place at @from or behind it, or NULL
 */
const char *tree_find_word(const char *text, size_t len, size_t from,
			   const char *word);

/**
 * tree_index_words() - the files that mention each of some identifiers
 * @tree: the tree
 * @words: (element-type char*): identifiers of less than 64 characters
 * @jobs: threads
 *
 * As tree_find_words(), for many words at once, over the whole tree.
 *
 * Return: (transfer full): word -> (element-type char*) sorted relative paths,
 * empty for a word that no file mentions
 */
GHashTable *tree_index_words(struct tree *tree, GPtrArray *words,
			     unsigned int jobs);

/**
 * tree_mention_free() - free a struct tree_mention; NULL is not fine
 */
void tree_mention_free(void *mention);

/**
 * tree_mentions() - the gup names in a text
 * @api: whose api_gup_names() are looked for
 * @text: content of a C file; need not be terminated or valid UTF-8
 * @len: bytes
 *
 * Return: (transfer full) (element-type tree_mention*)
 */
GPtrArray *tree_mentions(const struct api *api, const char *text, size_t len);

/**
 * tree_mentions_all() - the same for gup and release functions
 */
GPtrArray *tree_mentions_all(const struct api *api, const char *text,
			     size_t len);

/**
 * tree_mentions_of() - the same for any names
 * @names: set of identifiers; they have to outlive the result
 */
GPtrArray *tree_mentions_of(GHashTable *names, const char *text, size_t len);

/**
 * tree_word_lines() - the identifiers in a text, comments and strings apart
 * @text: C text, or a part of it that starts a line; any bytes
 * @len: bytes
 *
 * Return: (transfer full): identifier -> line of its first mention, from 1
 */
GHashTable *tree_word_lines(const char *text, size_t len);

/**
 * struct tree_mark - a comment that starts with "gup2pin:"
 * @text: what follows, one line, without surrounding white space
 * @line: of its start, from 1
 * @column: likewise, bytes
 * @last: line of its end
 */
struct tree_mark {
	const char *text;
	unsigned int line;
	unsigned int column;
	unsigned int last;
};

/**
 * tree_marks() - the comments in a text that are meant for this tool
 * @text: content of a C file; need not be terminated or valid UTF-8
 * @len: bytes
 *
 * Return: (transfer full) (element-type tree_mark*): in text order
 */
GPtrArray *tree_marks(const char *text, size_t len);

/**
 * tree_changes() - C files that differ from a commit
 * @tree: a tree in a git checkout
 * @revision: as git takes it: "HEAD~1", "origin/master", ...
 * @error: G2P_ERROR_USAGE when there is no repository or no such revision,
 *	G2P_ERROR_IO
 *
 * Return: (transfer full): path relative to the root -> GBytes, what the file
 * held then: nothing for one that was not there.  Renames are not followed.
 */
GHashTable *tree_changes(const struct tree *tree, const char *revision,
			 GError **error);

/**
 * tree_set_command() - say how a build compiles one file
 * @tree: the tree; no tree_compile() was called on it yet
 * @dir: absolute working directory of the command
 * @file: that is compiled, relative to @dir or absolute
 * @words: NULL-terminated, without the compiler; not trusted: filtered as
 *	compile_commands.json is
 */
void tree_set_command(struct tree *tree, const char *dir, const char *file,
		      const char *const *words);

/**
 * struct tree_compile - how to parse one file
 * @file: relative to the root
 * @arch: "x86", "arm64" ...; "" for a compile_commands.json entry of unknown
 *	architecture
 * @config: "x86 allyes", "compile_commands.json", or "command line"
 * @argv: NULL-terminated clang arguments, without the compiler and the file;
 *	-working-directory is among them
 * @common: the same without what the file's Makefile adds: one list for all
 *	files of this architecture and configuration; NULL with a
 *	compile_commands.json
 */
struct tree_compile {
	const char *file;
	const char *arch;
	const char *config;
	const char *const *argv;
	const char *const *common;
};

/**
 * tree_compile() - compile flags for a file
 * @tree: the tree
 * @file: relative to the root
 * @error: G2P_ERROR_IO
 *
 * From tree_set_command(), or compile_commands.json of the root (or of the kernel's build directory)
 * when it lists the file, with every flag dropped that loads code or writes
 * files; else made up: see docs/parsing.md.  The first call for an
 * architecture evaluates Kconfig and writes the stand-in headers below
 * $XDG_CACHE_HOME/gup2pin (once per content, atomically).
 *
 * Return: (transfer none): lives as long as the tree; NULL on error
 */
const struct tree_compile *tree_compile(struct tree *tree, const char *file,
					GError **error);

/**
 * tree_builds() - is a source compiled by itself
 * @tree: the tree
 * @file: relative to the root
 *
 * Return: true when a Makefile above it, or a compile_commands.json, lists it;
 * false says that nothing is known
 */
bool tree_builds(struct tree *tree, const char *file);

/**
 * tree_compile_also() - have a file parsed in another configuration
 * @tree: the tree
 * @file: relative to the root
 * @symbol: that has to be y as well, without CONFIG_; NULL: back to what
 *	tree_compile() said at first
 *
 * For a branch that the first configuration leaves out: another architecture
 * or another member of a Kconfig choice may compile it.  From here on
 * tree_compile() gives the flags of that configuration for this file.
 *
 * Return: false when there is no such configuration, and nothing has changed
 */
bool tree_compile_also(struct tree *tree, const char *file, const char *symbol);

/**
 * struct tree_as - a kernel version that a module may be built for
 * @label: "Linux 5.5.255", "Linux 4.18.0 with RHEL_RELEASE_CODE 8.4"
 * @header: what stands for <linux/version.h>
 * @distribution: a distribution's version is part of it
 * @has_pins: that version is known to have pin_user_pages*()
 */
struct tree_as {
	char *label;
	char *header;
	bool distribution;
	bool has_pins;
};

/**
 * tree_versions() - the versions that an out-of-tree module tells apart
 * @tree: the module
 * @api: knows since when there are pins
 *
 * From every comparison of LINUX_VERSION_CODE, or of a name that the module
 * does not define, with MACRO(a, b) or MACRO(a, b, c) in its files: one
 * version of each stretch in which all of them come out the same.
 *
 * Return: (transfer full) (element-type tree_as*): 64 at most; those without a
 * distribution first, the newest of these first; empty when nothing is compared
 */
GPtrArray *tree_versions(struct tree *tree, const struct api *api);

/**
 * tree_set_version() - parse as another version of the kernel would have it
 * @tree: an out-of-tree module
 * @as: of tree_versions(), or NULL: the kernel's own version again
 * @error: G2P_ERROR_IO
 *
 * Only what the preprocessor is told is another version: the headers stay
 * those of the kernel at hand.  From here on tree_compile() gives such flags.
 *
 * Return: false on error
 */
gboolean tree_set_version(struct tree *tree, const struct tree_as *as,
			  GError **error);

#endif
