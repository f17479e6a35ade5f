/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cache_dir.h - files below the user's cache directory
 *
 * What is kept there is private (mode 0700), comes into being at once (a run
 * that is killed leaves nothing half written), and is bounded.  A cache that
 * cannot be written is no error: it is done without.
 */
#ifndef TREE_CACHE_DIR_H
#define TREE_CACHE_DIR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <glib.h>
#include "tree/error.h"

/**
 * cache_dir() - directory of one kind of entries
 * @part: "facts"
 *
 * Return: (transfer full): $XDG_CACHE_HOME/gup2pin/PART
 */
char *cache_dir(const char *part);

/**
 * cache_is_stand_in() - is a file one of the stand-ins for generated headers
 *
 * These are named after their content: one that has only just been written is
 * as good as an old one.
 */
bool cache_is_stand_in(const char *path);

/**
 * cache_open() - begin to write an entry; its directory is made
 * @path: of the entry
 * @tmp: result: name that it has until then; free with g_free()
 *
 * Return: a stream for cache_close(), or NULL
 */
FILE *cache_open(const char *path, char **tmp);

/**
 * cache_close() - the entry is complete
 * @file: of cache_open()
 * @tmp: (transfer full): likewise
 * @path: of the entry
 *
 * Return: false when it could not be written: there is none then
 */
bool cache_close(FILE *file, char *tmp, const char *path);

/**
 * cache_drop() - give up an entry instead
 */
void cache_drop(FILE *file, char *tmp);

/**
 * cache_write() - write an entry at once
 *
 * Return: false when that was not possible
 */
bool cache_write(const char *path, const void *data, gsize len);

/**
 * cache_size() - how many entries there are of a kind
 * @part: which
 * @bytes: result: of all of them
 */
unsigned int cache_size(const char *part, uint64_t *bytes);

/**
 * cache_trim() - drop the entries that were not used for longest
 * @part: which
 * @max: entries to keep
 * @bytes: bytes to keep; some more are dropped then, so that not every run has
 *	to do it
 */
void cache_trim(const char *part, unsigned int max, uint64_t bytes);

/**
 * cache_clear() - drop all entries of a kind
 * @error: G2P_ERROR_IO naming what could not be removed
 */
gboolean cache_clear(const char *part, GError **error);

/**
 * struct cache_sum - a checksum of bytes that come in pieces
 *
 * Tells damage, at the speed of memory; it is no protection against somebody
 * who means it.
 */
struct cache_sum {
	guint64 lane[4];
	guint8 rest[32];
	gsize n_rest;
};

#define CACHE_SUM_INIT                  \
	{                               \
		.lane = { 1, 2, 3, 4 }, \
	}

/**
 * cache_sum_add() - add bytes
 */
void cache_sum_add(struct cache_sum *sum, const void *data, gsize len);

/**
 * cache_sum_end() - the sum of all that was added
 */
guint64 cache_sum_end(struct cache_sum *sum);

/**
 * cache_sum() - the sum of some bytes
 */
guint64 cache_sum(const void *data, gsize len);

#endif
