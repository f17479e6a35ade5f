// SPDX-License-Identifier: GPL-2.0-only
/*
 * index_store.c - an index in a file below the user's cache directory
 *
 * Header, table of files, paths, lower halves of all hashes, upper halves.
 * Numbers are the machine's own: a cache does not travel.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
#include <glib/gstdio.h>
#include "tree/cache_dir.h"
#include "tree/index.h"

#define MAGIC "gup2pin-words/3"
/* Trees whose index is kept; one takes 180 MB. */
#define MAX_TREES 3
#define CHUNK ((gsize)1 << 20)
/* Hashes that are read at a time. */
#define WINDOW (1u << 18)

struct header {
	char magic[16];
	guint64 sum; /* of all that follows */
	guint64 length; /* of the whole file */
	guint64 n_words;
	guint32 n_files;
	guint32 paths_len;
};

struct record {
	gint64 size;
	gint64 mtime;
	gint64 ctime;
	guint64 ino;
	guint64 first; /* of its words among all words */
	guint32 n_words;
	guint32 path; /* offset among the paths */
};

static char *store_path(const char *root)
{
	g_autofree char *dir = cache_dir("words");
	g_autofree char *sum =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, root, -1);

	return g_build_filename(dir, sum, NULL);
}

bool index_is_kept(const char *root)
{
	g_autofree char *path = store_path(root);

	return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

/* Read rather than mapped: most of it is never looked at again. */
static bool sum_matches(int fd, const struct header *h)
{
	g_autofree guint8 *buf = g_malloc(CHUNK);
	struct cache_sum sum = CACHE_SUM_INIT;
	off_t at = sizeof(*h);
	ssize_t n;

	while ((n = pread(fd, buf, CHUNK, at)) > 0) {
		cache_sum_add(&sum, buf, n);
		at += n;
	}
	return !n && (guint64)at == h->length && cache_sum_end(&sum) == h->sum;
}

static bool is_whole(int fd, struct header *h)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) ||
	    pread(fd, h, sizeof(*h), 0) != sizeof(*h) ||
	    memcmp(h->magic, MAGIC, sizeof(h->magic)))
		return false;
	return h->length == (guint64)st.st_size && h->n_words < h->length &&
	       sizeof(*h) + h->n_files * sizeof(struct record) + h->paths_len +
			       h->n_words * 8 ==
		       h->length &&
	       sum_matches(fd, h);
}

/**
 * struct window - the part of a file that was read last
 * @words: what was there
 * @from: number of the first one
 * @n: how many
 */
struct window {
	guint32 *words;
	guint64 from;
	guint64 n;
};

/**
 * struct index_store - see index.h
 * @fd: of the file
 * @files: the table
 * @n: how many
 * @paths: of the files
 * @at: offset of the hashes
 * @n_words: how many there are
 * @low: window of the lower halves
 * @high: and of the upper halves
 *
 * Read rather than mapped: all of it is looked at, in order, and need not stay
 * in memory.
 */
struct index_store {
	int fd;
	struct index_file *files;
	unsigned int n;
	char *paths;
	guint64 at;
	guint64 n_words;
	struct window low;
	struct window high;
};

static bool read_at(int fd, void *buf, gsize len, guint64 at)
{
	guint8 *to = buf;

	while (len) {
		ssize_t n = pread(fd, to, len, (off_t)at);

		if (n <= 0 && !(n < 0 && errno == EINTR))
			return false;
		if (n < 0)
			continue;
		to += n;
		at += n;
		len -= n;
	}
	return true;
}

static bool read_table(struct index_store *s, const struct header *h)
{
	gsize len = h->n_files * sizeof(struct record);
	g_autofree struct record *r = g_malloc(len + 1);

	s->n = h->n_files;
	s->n_words = h->n_words;
	s->at = sizeof(*h) + len + h->paths_len;
	s->paths = g_malloc0((gsize)h->paths_len + 1);
	s->files = g_new0(struct index_file, s->n + 1);
	if (!read_at(s->fd, r, len, sizeof(*h)) ||
	    !read_at(s->fd, s->paths, h->paths_len, sizeof(*h) + len))
		return false;
	for (unsigned int i = 0; i < s->n; i++) {
		if (r[i].path >= h->paths_len)
			return false;
		s->files[i] = (struct index_file){
			.state = {
				.path = s->paths + r[i].path,
				.size = r[i].size,
				.mtime = r[i].mtime,
				.ctime = r[i].ctime,
				.ino = r[i].ino,
			},
			.first = r[i].first,
			.n_words = r[i].n_words,
		};
	}
	return true;
}

struct index_store *index_load(const char *root)
{
	g_autofree char *path = store_path(root);
	struct index_store *s = g_new0(struct index_store, 1);
	struct header h;

	s->fd = open(path, O_RDONLY | O_CLOEXEC);
	/* The first path is the root: the file's name is only a hash of it. */
	if (s->fd >= 0 && is_whole(s->fd, &h) && read_table(s, &h) &&
	    !strcmp(s->paths, root)) {
		g_utime(path, NULL); /* what is used is not old */
		return s;
	}
	index_store_free(s);
	return NULL;
}

void index_store_free(struct index_store *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	g_free(s->files);
	g_free(s->paths);
	g_free(s->low.words);
	g_free(s->high.words);
	g_free(s);
}

const struct index_file *index_store_files(const struct index_store *s,
					   unsigned int *n)
{
	*n = s->n;
	return s->files;
}

const guint32 *index_store_words(struct index_store *s, guint64 first,
				 guint32 n, bool high)
{
	struct window *w = high ? &s->high : &s->low;
	guint64 from = high ? s->n_words : 0;

	if (first + n > s->n_words)
		return NULL;
	if (first >= w->from && first + n <= w->from + w->n)
		return w->words + (first - w->from);
	if (n > WINDOW || !w->words)
		w->words = g_renew(guint32, w->words, MAX(n, WINDOW));
	w->from = first;
	w->n = MIN(MAX(n, WINDOW), s->n_words - first);
	if (!read_at(s->fd, w->words, w->n * sizeof(*w->words),
		     s->at + (from + first) * sizeof(*w->words))) {
		w->n = 0;
		return NULL;
	}
	return w->words;
}

guint32 index_store_word(struct index_store *s, guint64 at)
{
	guint32 word;

	if (at >= s->n_words ||
	    !read_at(s->fd, &word, sizeof(word),
		     s->at + (s->n_words + at) * sizeof(word)))
		return 0;
	return word;
}

/**
 * struct out - a store while it is written
 */
struct out {
	FILE *file;
	struct cache_sum sum;
};

static void put(struct out *out, const void *data, gsize len)
{
	cache_sum_add(&out->sum, data, len);
	fwrite(data, 1, len, out->file);
}

static bool put_words(struct out *out, const struct index_file *files,
		      unsigned int n, struct index_store *store, bool high)
{
	for (unsigned int i = 0; i < n; i++) {
		const struct index_file *f = &files[i];
		const guint32 *words = high ? f->high : f->low;

		if (!f->n_words)
			continue;
		if (!words && store)
			words = index_store_words(store, f->first, f->n_words,
						  high);
		if (!words)
			return false;
		put(out, words, f->n_words * sizeof(guint32));
	}
	return true;
}

static void put_table(struct out *out, const struct index_file *files,
		      unsigned int n, guint32 path)
{
	guint64 first = 0;

	for (unsigned int i = 0; i < n; i++) {
		const struct record r = {
			.size = files[i].state.size,
			.mtime = files[i].state.mtime,
			.ctime = files[i].state.ctime,
			.ino = files[i].state.ino,
			.first = first,
			.n_words = files[i].n_words,
			.path = path,
		};

		put(out, &r, sizeof(r));
		first += r.n_words;
		path += strlen(files[i].state.path) + 1;
	}
}

static void put_paths(struct out *out, const char *root,
		      const struct index_file *files, unsigned int n,
		      guint64 padding)
{
	static const guint8 zeros[8];

	put(out, root, strlen(root) + 1);
	for (unsigned int i = 0; i < n; i++)
		put(out, files[i].state.path, strlen(files[i].state.path) + 1);
	put(out, zeros, padding);
}

/* The sum is known at last. */
static void put_header(struct out *out, struct header *h)
{
	h->sum = cache_sum_end(&out->sum);
	if (fseek(out->file, 0, SEEK_SET))
		return;
	fwrite(h, 1, sizeof(*h), out->file);
}

bool index_save(const char *root, const struct index_file *files,
		unsigned int n, struct index_store *store)
{
	struct header h = { .magic = MAGIC, .n_files = n };
	guint64 root_len = strlen(root) + 1, len = root_len, padding;
	g_autofree char *path = store_path(root);
	struct out out = { .sum = CACHE_SUM_INIT };
	bool ok;
	char *tmp;

	for (unsigned int i = 0; i < n; i++) {
		len += strlen(files[i].state.path) + 1;
		h.n_words += files[i].n_words;
	}
	padding = -len & 7;
	if (len + padding > G_MAXUINT32)
		return false;
	h.paths_len = len + padding;
	h.length = sizeof(h) + n * sizeof(struct record) + h.paths_len +
		   h.n_words * 8;
	out.file = cache_open(path, &tmp);
	if (!out.file)
		return false;
	fwrite(&h, 1, sizeof(h), out.file);
	put_table(&out, files, n, root_len);
	put_paths(&out, root, files, n, padding);
	ok = put_words(&out, files, n, store, false) &&
	     put_words(&out, files, n, store, true);
	put_header(&out, &h);
	if (!ok) {
		cache_drop(out.file, tmp);
		return false;
	}
	if (!cache_close(out.file, tmp, path))
		return false;
	cache_trim("words", MAX_TREES, G_MAXUINT64);
	return true;
}
