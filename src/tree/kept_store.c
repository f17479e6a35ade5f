// SPDX-License-Identifier: GPL-2.0-only
/* kept_store.c - write and read the file of a result */
#include <string.h>
#include "tree/cache_dir.h"
#include "tree/kept.h"
#include "tree/kept_store.h"

#define MAGIC "g2pkept2"
/* A kernel's is 8 MB. */
#define MAX_ENTRIES 16
#define MAX_BYTES ((uint64_t)128 << 20)

/**
 * struct head - start of a file; the states, words, texts, paths and the result
 *	follow
 * @magic: what it is
 * @sum: of what follows
 * @n_files: see kept_entry
 * @n_outside: likewise
 * @n_words: likewise
 * @all_words: likewise
 * @n_texts: likewise
 * @n_paths: bytes of the paths of all files
 * @n_result: see kept_entry
 * @listed: likewise
 */
struct head {
	char magic[8];
	guint64 sum;
	guint64 n_files;
	guint64 n_outside;
	guint64 n_words;
	guint64 all_words;
	guint64 n_texts;
	guint64 n_paths;
	guint64 n_result;
	char listed[72];
};

#define SUMMED offsetof(struct head, n_files)

static bool is_whole(const struct head *h, gsize len)
{
	/* no sum of these can wrap around */
	if (len < sizeof(*h) || memcmp(h->magic, MAGIC, sizeof(h->magic)) ||
	    h->n_files > len || h->n_outside > len || h->n_words > len ||
	    h->n_texts > len || h->n_paths > len || h->n_result > len)
		return false;
	return len == sizeof(*h) +
			       (h->n_files + h->n_outside) *
				       sizeof(struct kept_state) +
			       h->n_words * sizeof(guint64) +
			       h->n_texts * sizeof(struct kept_text) +
			       h->n_paths + h->n_result &&
	       h->sum == cache_sum((const guint8 *)h + SUMMED, len - SUMMED);
}

/* Where the n-th path begins; NULL when there are not that many. */
static const char *skip_paths(const char *at, const char *end, gsize n)
{
	for (; n; n--) {
		const char *nul = memchr(at, 0, end - at);

		if (!nul)
			return NULL;
		at = nul + 1;
	}
	return at;
}

struct kept_entry *kept_load(const char *path)
{
	GMappedFile *map = g_mapped_file_new(path, FALSE, NULL);
	gsize len = map ? g_mapped_file_get_length(map) : 0;
	const struct head *h = map ? (void *)g_mapped_file_get_contents(map) :
				     NULL;
	struct kept_entry *e = NULL;
	const char *end;

	if (!h || !is_whole(h, len) || !memchr(h->listed, 0, sizeof(h->listed)))
		goto out;
	e = g_new0(struct kept_entry, 1);
	e->map = g_mapped_file_ref(map);
	e->listed = h->listed;
	e->n_files = h->n_files;
	e->n_outside = h->n_outside;
	e->n_words = h->n_words;
	e->n_result = h->n_result;
	e->states = (const void *)(h + 1);
	e->words = (const void *)(e->states + h->n_files + h->n_outside);
	e->all_words = h->all_words;
	e->n_texts = h->n_texts;
	e->texts = (const void *)(e->words + h->n_words);
	e->paths = (const void *)(e->texts + h->n_texts);
	end = e->paths + h->n_paths;
	e->result = end;
	e->outside = skip_paths(e->paths, end, h->n_files);
	if (!e->outside || skip_paths(e->outside, end, h->n_outside) != end)
		g_clear_pointer(&e, kept_unload);
out:
	if (map)
		g_mapped_file_unref(map);
	return e;
}

void kept_unload(struct kept_entry *e)
{
	if (!e)
		return;
	g_mapped_file_unref(e->map);
	g_free(e);
}

/**
 * struct kept_writer - an entry in the making
 * @listed: see kept_entry
 * @states: (element-type kept_state)
 * @texts: (element-type kept_text)
 * @paths: with their NULs
 */
struct kept_writer {
	char *listed;
	GArray *states;
	GArray *texts;
	GByteArray *paths;
};

struct kept_writer *kept_writer_new(const char *listed)
{
	struct kept_writer *w = g_new0(struct kept_writer, 1);

	w->listed = g_strdup(listed);
	w->states = g_array_new(FALSE, FALSE, sizeof(struct kept_state));
	w->texts = g_array_new(FALSE, FALSE, sizeof(struct kept_text));
	w->paths = g_byte_array_new();
	return w;
}

void kept_writer_add(struct kept_writer *w, const struct manifest_file *f,
		     guint64 mark)
{
	const struct kept_state s = { .size = f->size,
				      .mtime = f->mtime,
				      .ctime = f->ctime,
				      .ino = f->ino,
				      .mark = mark };

	g_array_append_val(w->states, s);
	g_byte_array_append(w->paths, (const guint8 *)f->path,
			    strlen(f->path) + 1);
}

void kept_writer_add_text(struct kept_writer *w, const char *sum)
{
	struct kept_text t = { .file = w->states->len - 1 };

	for (unsigned int i = 0; i < sizeof(t.sum); i++) {
		int high = g_ascii_xdigit_value(sum[2 * i]);
		int low = high < 0 ? -1 : g_ascii_xdigit_value(sum[2 * i + 1]);

		if (low < 0)
			return;
		t.sum[i] = high << 4 | low;
	}
	g_array_append_val(w->texts, t);
}

void kept_writer_save(struct kept_writer *w, const char *path, gsize n_files,
		      const GArray *words, bool all_words, const void *result,
		      gsize len)
{
	struct head h = { .n_files = n_files,
			  .n_outside = w->states->len - n_files,
			  .n_words = words->len,
			  .all_words = all_words,
			  .n_texts = w->texts->len,
			  .n_paths = w->paths->len,
			  .n_result = len };
	g_autoptr(GByteArray) all = g_byte_array_new();

	memcpy(h.magic, MAGIC, sizeof(h.magic));
	g_strlcpy(h.listed, w->listed, sizeof(h.listed));
	g_byte_array_append(all, (const guint8 *)&h, sizeof(h));
	g_byte_array_append(all, (const guint8 *)w->states->data,
			    w->states->len * sizeof(struct kept_state));
	g_byte_array_append(all, (const guint8 *)words->data,
			    words->len * sizeof(guint64));
	g_byte_array_append(all, (const guint8 *)w->texts->data,
			    w->texts->len * sizeof(struct kept_text));
	g_byte_array_append(all, w->paths->data, w->paths->len);
	g_byte_array_append(all, result, len);
	((struct head *)all->data)->sum =
		cache_sum(all->data + SUMMED, all->len - SUMMED);
	if (cache_write(path, all->data, all->len))
		cache_trim(KEPT_PART, MAX_ENTRIES, MAX_BYTES);
}

void kept_writer_free(struct kept_writer *w)
{
	g_array_unref(w->states);
	g_array_unref(w->texts);
	g_byte_array_unref(w->paths);
	g_free(w->listed);
	g_free(w);
}

unsigned int kept_size(uint64_t *bytes)
{
	return cache_size(KEPT_PART, bytes);
}

gboolean kept_clear(GError **error)
{
	return cache_clear(KEPT_PART, error);
}
