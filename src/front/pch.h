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
 * @read_set: the same as a set
 * @used: identifiers that stand in the headers, outside of #define names
 * @defined: macros that the headers define, those of the -include files
 *	apart
 * @statics: static functions of the headers: name -> 1, or 2 when a file that
 *	uses the function wants its facts
 * @unit: facts that every file would have of these headers: what stands in
 *	the watched ones
 */
struct pch {
	char *path;
	GPtrArray *reads;
	GHashTable *read_set;
	GHashTable *used;
	GHashTable *defined;
	GHashTable *statics;
	struct facts_unit *unit;
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
 * pch_read_words() - add the identifiers of a header to @used and @defined
 * @pch: where to add
 * @text: C text
 * @len: bytes
 * @forced: the file is included by a flag: its macros are always there
 */
void pch_read_words(struct pch *pch, const char *text, size_t len, bool forced);

/**
 * pch_suits() - do the flags of a file allow it to use precompiled headers
 * @pch: the headers
 * @compile: how the file is parsed
 * @overlay: see struct front_options
 * @root: absolute path of the tree
 */
bool pch_suits(const struct pch *pch, const struct tree_compile *compile,
	       GHashTable *overlay, const char *root);

/**
 * pch_argv() - arguments of a file that uses precompiled headers
 *
 * Return: (transfer container): NULL-terminated; the strings stay with @pch
 * and @compile
 */
const char **pch_argv(const struct pch *pch,
		      const struct tree_compile *compile);

/**
 * pch_clashes() - could the text of a file mean something else with them
 * @pch: the headers
 * @text: of the file or of a header of its own
 * @len: bytes
 * @is_main: its macros do not count after the last #include
 * @messages: NULL-terminated: api_message_macros()
 *
 * So it is when the text defines a macro before it includes headers that use
 * the name, or tests a macro that one of the headers defines.
 */
bool pch_clashes(const struct pch *pch, const char *text, size_t len,
		 bool is_main, const char *const *messages);

/* The store ------------------------------------------------------------- */

struct pch_store;

/**
 * struct pch_wish - what a worker knows about the files that are to come
 * @root: absolute path of the tree
 * @names: watched names, NULL-terminated
 * @headers: api_precompiled(), NULL-terminated
 * @messages: api_message_macros(), NULL-terminated
 * @opts: of the parse: watch
 * @total: files of all workers; few files are not worth precompiling for
 *
 * All of it is to live as long as the store.
 */
struct pch_wish {
	const char *root;
	const char *const *names;
	const char *const *headers;
	const char *const *messages;
	const struct front_options *opts;
	unsigned int total;
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
 *
 * Makes them when enough files have asked for the same ones, unless another
 * process is just doing that.
 *
 * Return: (transfer none): NULL when there are none
 */
const struct pch *pch_store_get(struct pch_store *store,
				const struct tree_compile *compile);

#endif
