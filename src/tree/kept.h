/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kept.h - a result that stays right as long as the tree does
 *
 * A result is kept with the state of every file of the tree, with the files
 * that were read for it and with the words that files were searched for.  It is
 * given back when nothing has changed that could have made a difference: no
 * file has come, gone or changed, but for C files that were not read and have
 * the same ones of those words as before, and for sources that were read and
 * have the same text as before, or more comments at the end that say nothing.
 */
#ifndef TREE_KEPT_H
#define TREE_KEPT_H

#include "tree/tree.h"

struct kept;

/**
 * kept_open() - look a result up
 * @tree: the tree
 * @key: all that the result depends on and that is not in a file of the tree
 * @jobs: threads
 *
 * Return: (transfer full): free with kept_free(); NULL when results of this
 * tree are not kept
 */
struct kept *kept_open(struct tree *tree, const char *key, unsigned int jobs);

/**
 * kept_get() - the result, if it is right
 *
 * Return: (transfer full): NULL when there is none
 */
GBytes *kept_get(struct kept *kept);

/**
 * kept_is_same_with() - would other texts for some files make no difference
 * @texts: (key-type char*) (value-type GBytes*): paths relative to the root
 *
 * Return: false when there is no result that is right, or that is not certain
 */
bool kept_is_same_with(struct kept *kept, GHashTable *texts);

/**
 * kept_reads() - the set (key-type char*) of absolute paths that were read
 *
 * Owns its keys.  With "" among them nothing is kept.
 */
GHashTable *kept_reads(struct kept *kept);

/**
 * kept_note_text() - tell what was in a file
 * @path: relative to the root
 * @sum: SHA-256 of its content in hexadecimal
 */
void kept_note_text(struct kept *kept, const char *path, const char *sum);

/**
 * kept_put() - keep a result
 * @result: its bytes
 * @len: how many
 */
void kept_put(struct kept *kept, const void *result, gsize len);

/**
 * kept_free() - free what kept_open() returned; NULL is fine
 */
void kept_free(struct kept *kept);

/**
 * kept_size() - how many results there are
 * @bytes: result: of all of them
 */
unsigned int kept_size(uint64_t *bytes);

/**
 * kept_clear() - drop all of them
 * @error: G2P_ERROR_IO naming what could not be removed
 */
gboolean kept_clear(GError **error);

#endif
