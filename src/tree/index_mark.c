// SPDX-License-Identifier: GPL-2.0-only
/* index_mark.c - which of some words has a file, as one number */
#include <stdlib.h>
#include "tree/index.h"

/* The lower halves are looked up in a bit map of this many bits first. */
#define BITS 16

static int by_value(gconstpointer pa, gconstpointer pb)
{
	const guint64 *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

void index_hashes_sort(GArray *hashes)
{
	g_array_sort(hashes, by_value);
}

/* Sums of these are marks: the order of the words does not matter. */
static guint64 scatter(guint64 hash)
{
	hash = (hash ^ hash >> 31) * 0x9e3779b97f4a7c15u;
	hash = (hash ^ hash >> 29) * 0xbf58476d1ce4e5b9u;
	return hash ^ hash >> 32;
}

static guint8 *make_bits(const guint64 *hashes, gsize n)
{
	guint8 *bits = g_malloc0((1u << BITS) / 8);

	for (gsize i = 0; i < n; i++) {
		guint32 at = (guint32)hashes[i] & ((1u << BITS) - 1);

		bits[at / 8] |= 1u << at % 8;
	}
	return bits;
}

static guint64 add_word(guint64 mark, guint64 hash, const guint64 *hashes,
			gsize n)
{
	bool wanted = bsearch(&hash, hashes, n, sizeof(hash), by_value);

	return wanted ? mark + scatter(hash) : mark;
}

static guint64 mark_of(const guint8 *bits, const struct index_file *f,
		       struct index_store *store, const guint64 *hashes,
		       gsize n)
{
	const guint32 *low =
		f->low ?: index_store_words(store, f->first, f->n_words, false);
	guint64 mark = 0;

	for (guint32 i = 0; low && i < f->n_words; i++) {
		guint32 at = low[i] & ((1u << BITS) - 1);
		guint64 high;

		if (!(bits[at / 8] & 1u << at % 8))
			continue;
		high = f->low ? f->high[i] :
				index_store_word(store, f->first + i);
		mark = add_word(mark, high << 32 | low[i], hashes, n);
	}
	return mark;
}

guint64 *index_marks(struct index *index, const guint64 *hashes, gsize n)
{
	g_autofree guint8 *bits = make_bits(hashes, n);
	unsigned int n_files;
	const struct index_file *files = index_files(index, &n_files);
	guint64 *marks = g_new(guint64, n_files + 1);

	for (unsigned int i = 0; i < n_files; i++)
		marks[i] = files[i].n_words ?
				   mark_of(bits, &files[i],
					   index_store_of(index), hashes, n) :
				   0;
	return marks;
}

guint64 index_mark(const struct index_file *file, const guint64 *hashes,
		   gsize n)
{
	g_autofree guint8 *bits = make_bits(hashes, n);

	return file->n_words ? mark_of(bits, file, NULL, hashes, n) : 0;
}
