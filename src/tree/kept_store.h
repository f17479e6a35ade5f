/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kept_store.h - the file of a result that is kept
 *
 * Inside tree/ only.  Bytes of this machine behind a sum: a file that was cut
 * off or damaged is as good as none.
 */
#ifndef TREE_KEPT_STORE_H
#define TREE_KEPT_STORE_H

#include <stdbool.h>
#include "tree/manifest.h"

/* Their directory below the cache. */
#define KEPT_PART "results"

/* Mark of a file that was read, or could have been. */
#define KEPT_READ G_MAXUINT64

/**
 * struct kept_state - one file
 * @size: see manifest_file
 * @mtime: likewise
 * @ctime: likewise
 * @ino: likewise
 * @mark: which of the words it has, or KEPT_READ
 */
struct kept_state {
	gint64 size;
	gint64 mtime;
	gint64 ctime;
	guint64 ino;
	guint64 mark;
};

/**
 * struct kept_text - what was in a file that was read
 * @file: its number
 * @sum: SHA-256
 */
struct kept_text {
	guint64 file;
	guint8 sum[32];
};

/**
 * struct kept_entry - a result and what it depends on
 * @listed: state of the list of files
 * @states: of the files of the tree, then of those outside
 * @n_files: in the tree
 * @n_outside: outside
 * @paths: of the files in the tree, each with its NUL
 * @outside: of those outside
 * @words: (element-type guint64): hashes of the words, ascending
 * @n_words: how many
 * @all_words: there are no other ones
 * @texts: of some of the files, in order
 * @n_texts: how many
 * @result: the result
 * @n_result: bytes of it
 */
struct kept_entry {
	const char *listed;
	const struct kept_state *states;
	gsize n_files;
	gsize n_outside;
	const char *paths;
	const char *outside;
	const guint64 *words;
	gsize n_words;
	bool all_words;
	const struct kept_text *texts;
	gsize n_texts;
	const void *result;
	gsize n_result;
	GMappedFile *map;
};

/**
 * kept_load() - read an entry
 *
 * Return: (transfer full): free with kept_unload(); NULL when there is none, or
 * it is damaged
 */
struct kept_entry *kept_load(const char *path);

/**
 * kept_unload() - free what kept_load() returned; NULL is fine
 */
void kept_unload(struct kept_entry *entry);

struct kept_writer;

/**
 * kept_writer_new() - begin an entry
 * @listed: state of the list of files
 *
 * Return: (transfer full): free with kept_writer_free()
 */
struct kept_writer *kept_writer_new(const char *listed);

/**
 * kept_writer_add() - add a file: those of the tree first, in order
 */
void kept_writer_add(struct kept_writer *w, const struct manifest_file *file,
		     guint64 mark);

/**
 * kept_writer_add_text() - tell the content of the file that was added last
 * @sum: SHA-256 in hexadecimal
 */
void kept_writer_add_text(struct kept_writer *w, const char *sum);

/**
 * kept_writer_save() - write the entry
 * @path: of the entry
 * @n_files: how many of the files are in the tree
 * @words: (element-type guint64): ascending
 * @all_words: there are no other ones
 * @result: the result
 * @len: bytes of it
 *
 * It is done without when it cannot be written.
 */
void kept_writer_save(struct kept_writer *w, const char *path, gsize n_files,
		      const GArray *words, bool all_words, const void *result,
		      gsize len);

/**
 * kept_writer_free() - free what kept_writer_new() returned
 */
void kept_writer_free(struct kept_writer *w);

#endif
