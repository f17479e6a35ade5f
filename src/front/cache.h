/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cache.h - facts of earlier runs, by the content of all that was read
 *
 * An entry is named after what is known before a file is parsed (the file, the
 * flags, the watched names, this program's version) and lists every file that
 * was read with its content's hash.  It is taken only when all of them still
 * have that content.  Not noticed, as with other compiler caches: a new header
 * that would be found first in the search path.
 */
#ifndef FRONT_CACHE_H
#define FRONT_CACHE_H

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>
#include "facts/facts.h"
#include "tree/tree.h"

struct front_cache;

/**
 * front_cache_open() - the user's cache
 * @root: absolute path of the tree
 * @names: watched names, NULL-terminated
 * @watch: watched headers (relative), NULL-terminated or NULL
 * @overlay: files (relative) that something stands in for: what was made from
 *	them is not taken; or NULL
 *
 * Return: (transfer full): free with front_cache_close()
 */
struct front_cache *front_cache_open(const char *root, const char *const *names,
				     const char *const *watch,
				     GHashTable *overlay);

/**
 * front_cache_close() - free what front_cache_open() returned; NULL is fine
 */
void front_cache_close(struct front_cache *cache);

/**
 * front_cache_get() - look a unit up
 * @cache: the cache
 * @compile: how it would be parsed
 * @all_reads: set of paths that those it was made from are added to, or NULL
 *
 * Return: (transfer full): its facts, or NULL: nothing is known, something has
 * changed, or the entry is damaged
 */
struct facts_unit *front_cache_get(struct front_cache *cache,
				   const struct tree_compile *compile,
				   GHashTable *all_reads);

/**
 * front_cache_note() - the content of the files that a unit is made from
 * @cache: the cache
 * @reads: (element-type char*): absolute paths of all files that were read
 * @since: g_get_real_time() before the parse: what changed since is not kept
 *
 * Return: (transfer full): lines of front_cache_put_file(), or NULL
 */
char *front_cache_note(struct front_cache *cache, GPtrArray *reads,
		       gint64 since);

/**
 * front_cache_put() - keep a unit
 * @cache: the cache
 * @compile: how it was parsed
 * @note: of front_cache_note()
 * @unit: its facts
 * @all_reads: see front_cache_get()
 *
 * A cache that cannot be written is no error: it is done without.
 */
void front_cache_put(struct front_cache *cache,
		     const struct tree_compile *compile, const char *note,
		     const struct facts_unit *unit, GHashTable *all_reads);

/**
 * front_cache_path() - the path in a line of front_cache_put_file()
 */
const char *front_cache_path(const char *line);

/**
 * front_cache_put_file() - add a line that tells the content of a file
 * @cache: the cache
 * @out: where to add "SIZE MTIME INODE SUM PATH" and a newline
 * @path: absolute
 * @since: see front_cache_put()
 *
 * Return: false when the file cannot be read or has just changed
 */
bool front_cache_put_file(struct front_cache *cache, GString *out,
			  const char *path, gint64 since);

/**
 * front_cache_same_file() - has a file still the content that a line tells
 * @cache: the cache
 * @line: of front_cache_put_file(), without its newline
 * @written: g_get_real_time() when the line was written
 */
bool front_cache_same_file(struct front_cache *cache, const char *line,
			   gint64 written);

/**
 * struct front_cache_stats - size of the cache
 * @dir: where it is; interned
 * @entries: how many
 * @bytes: of all of them
 * @limit: bytes from which on the oldest are dropped
 * @pch_bytes: of the precompiled headers, which are beside it
 */
struct front_cache_stats {
	const char *dir;
	unsigned int entries;
	uint64_t bytes;
	uint64_t limit;
	uint64_t pch_bytes;
};

/**
 * front_cache_stats() - look at the cache
 */
void front_cache_stats(struct front_cache_stats *stats);

/**
 * front_cache_clear() - drop all entries and precompiled headers
 * @error: G2P_ERROR_IO naming what could not be removed
 */
gboolean front_cache_clear(GError **error);

/**
 * front_cache_trim() - drop the entries not used for longest above the limit
 */
void front_cache_trim(void);

#endif
