/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * index.h - which identifiers the code of each C file of a tree has
 *
 * Inside tree/ only.  Comments and literals are no code, but what a literal of
 * a preprocessor line says counts: it may name a header.  The text of a tree is read once: from then on a file is
 * read again only when its size, times or inode have changed.  An identifier is
 * kept as 64 bits of hash: two of them are alike once in many thousand million
 * questions.
 */
#ifndef TREE_INDEX_H
#define TREE_INDEX_H

#include "tree/manifest.h"
#include "tree/private.h"

struct index;

/* Identifiers of this length or longer are not in an index. */
#define INDEX_WORD_MAX 64

/**
 * struct index_file - one file of an index
 * @state: path and state when it was read; a size of -1 is not to be trusted
 * @low: lower halves of the identifiers' hashes, each identifier once; NULL:
 *	they are in the store
 * @high: their upper halves
 * @first: where they are in the store
 * @n_words: how many
 * @error: errno: the file could not be read
 */
struct index_file {
	struct manifest_file state;
	const guint32 *low;
	const guint32 *high;
	guint64 first;
	guint32 n_words;
	guint32 error;
};

/**
 * index_new() - index of some files
 * @root: that they are relative to
 * @paths: (element-type char*): sorted; kept alive by the caller
 * @now: state of the files, or NULL: neither read nor write what is kept of
 *	earlier runs
 * @jobs: threads
 *
 * Return: (transfer full): free with index_free()
 */
struct index *index_new(const char *root, GPtrArray *paths,
			const struct manifest *now, unsigned int jobs);

/**
 * index_free() - free what index_new() returned; NULL is fine
 */
void index_free(struct index *index);

/**
 * index_files() - the files, in the order of paths
 * @n: result: how many
 */
const struct index_file *index_files(const struct index *index,
				     unsigned int *n);

/**
 * index_store_of() - what the files that have no low point into
 */
struct index_store;
struct index_store *index_store_of(const struct index *index);

/**
 * index_can_tell() - can an index be asked about a word
 *
 * Return: false when it is no identifier, or too long
 */
bool index_can_tell(const char *word);

/**
 * index_find() - the files that have each of some words
 * @index: the index
 * @hashes: index_hash() of words that index_can_tell() of
 * @n: how many
 *
 * Return: (transfer full): n arrays (element-type guint) of numbers of files,
 * ascending; free each, and the whole with g_free()
 */
GArray **index_find(struct index *index, const guint64 *hashes,
		    unsigned int n);

/**
 * index_hashes_sort() - prepare hashes for index_mark() and index_marks()
 * @hashes: (element-type guint64): of index_hash()
 */
void index_hashes_sort(GArray *hashes);

/**
 * index_marks() - which of some words has each file, as a number
 * @index: the index
 * @hashes: of the words, ascending
 * @n: how many
 *
 * Return: (transfer full): for each file in turn its index_mark()
 */
guint64 *index_marks(struct index *index, const guint64 *hashes, gsize n);

/**
 * index_mark() - which of some words has a file that was read
 * @file: of index_read()
 * @hashes: of the words, ascending
 * @n: how many
 *
 * Return: a number that is the same for the same words, and for others with a
 * chance of one in 2^64
 */
guint64 index_mark(const struct index_file *file, const guint64 *hashes,
		   gsize n);

/**
 * index_hash() - what an identifier is kept as
 */
guint64 index_hash(const char *word);

/**
 * index_read() - read a file and hash its identifiers
 * @file: state.path is set; the rest is filled in: low and high are allocated as one,
 *	free low with g_free()
 * @root: that it is relative to
 * @buf: to read into
 * @seen: (in/out): work space, NULL at first; free with index_seen_free()
 */
struct index_seen;
void index_read(struct index_file *file, const char *root, GByteArray *buf,
		struct index_seen **seen);

/**
 * index_read_text() - the same for a text
 * @text: of the file; some bytes are appended
 */
void index_read_text(struct index_file *file, GByteArray *text,
		     struct index_seen **seen);
void index_seen_free(struct index_seen *seen);

/**
 * index_is_registers() - is a text nothing but a long list of numbers' names
 * @text: some bytes behind it can be read
 * @len: of the text
 *
 * Return: true when no word of it needs to be in an index
 */
bool index_is_registers(const char *text, size_t len);

/**
 * index_text_has() - would an index have a text under a word
 */
bool index_text_has(const GByteArray *text, const char *word);

/**
 * index_store_files() - the files of a store, sorted by path
 * @n: result: how many
 */
const struct index_file *index_store_files(const struct index_store *store,
					   unsigned int *n);

/**
 * index_store_words() - read hashes
 * @store: the store
 * @first: of the first one
 * @n: how many
 * @high: upper halves, else lower
 *
 * Return: (transfer none): valid until the next call for the same halves; NULL
 * when they cannot be read
 */
const guint32 *index_store_words(struct index_store *store, guint64 first,
				 guint32 n, bool high);

/**
 * index_store_word() - read one upper half
 */
guint32 index_store_word(struct index_store *store, guint64 at);

/**
 * index_load() - open the index of a tree that is kept
 *
 * Return: (transfer full): NULL when there is none or it is damaged
 */
struct index_store *index_load(const char *root);

/**
 * index_store_free() - free what index_load() returned; NULL is fine
 */
void index_store_free(struct index_store *store);

/**
 * index_save() - keep an index
 * @root: of the tree
 * @files: sorted by path
 * @n: how many
 * @store: that the files point into, or NULL
 *
 * Return: false when it cannot be written: it is done without
 */
bool index_save(const char *root, const struct index_file *files,
		unsigned int n, struct index_store *store);

#endif
