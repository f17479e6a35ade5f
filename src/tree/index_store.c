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
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "tree/cache_dir.h"
#include "tree/index.h"

#define MAGIC "gup2pin-words/1"
/* Trees whose index is kept; one takes 180 MB. */
#define MAX_TREES 3
#define CHUNK ((gsize)1 << 20)

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

static bool is_whole(int fd)
{
	struct header h;
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) ||
	    pread(fd, &h, sizeof(h), 0) != sizeof(h) ||
	    memcmp(h.magic, MAGIC, sizeof(h.magic)))
		return false;
	return h.length == (guint64)st.st_size && h.n_words < h.length &&
	       sizeof(h) + h.n_files * sizeof(struct record) + h.paths_len +
			       h.n_words * 8 ==
		       h.length &&
	       sum_matches(fd, &h);
}

static GMappedFile *map_store(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	GMappedFile *map = NULL;

	if (fd < 0)
		return NULL;
	if (is_whole(fd))
		map = g_mapped_file_new_from_fd(fd, FALSE, NULL);
	close(fd);
	return map;
}

struct index_store *index_load(const char *root)
{
	g_autofree char *path = store_path(root);
	GMappedFile *map = map_store(path);
	const struct header *h =
		map ? (const void *)g_mapped_file_get_contents(map) : NULL;
	const struct record *r = (const void *)(h + 1);
	struct index_store *s;
	const char *paths;
	const guint32 *low;

	if (!h)
		return NULL;
	/* The first path is the root: the file's name is only a hash of it. */
	if (strcmp((const char *)(r + h->n_files), root)) {
		g_mapped_file_unref(map);
		return NULL;
	}
	g_utime(path, NULL); /* what is used is not old */
	paths = (const char *)(r + h->n_files);
	low = (const guint32 *)(paths + h->paths_len);
	s = g_new0(struct index_store, 1);
	s->map = map;
	s->n = h->n_files;
	s->files = g_new0(struct index_file, s->n + 1);
	for (unsigned int i = 0; i < s->n; i++)
		s->files[i] = (struct index_file){
			.state = {
				.path = paths + r[i].path,
				.size = r[i].size,
				.mtime = r[i].mtime,
				.ctime = r[i].ctime,
				.ino = r[i].ino,
			},
			.low = low + r[i].first,
			.high = low + h->n_words + r[i].first,
			.n_words = r[i].n_words,
		};
	return s;
}

void index_store_free(struct index_store *s)
{
	if (!s)
		return;
	g_mapped_file_unref(s->map);
	g_free(s->files);
	g_free(s);
}

void index_store_drop(const struct index_store *s)
{
	if (s)
		madvise(g_mapped_file_get_contents(s->map),
			g_mapped_file_get_length(s->map), MADV_DONTNEED);
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

static void put_words(struct out *out, const struct index_file *files,
		      unsigned int n, bool high)
{
	for (unsigned int i = 0; i < n; i++)
		if (files[i].n_words)
			put(out, high ? files[i].high : files[i].low,
			    files[i].n_words * sizeof(guint32));
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
		unsigned int n)
{
	struct header h = { .magic = MAGIC, .n_files = n };
	guint64 root_len = strlen(root) + 1, len = root_len, padding;
	g_autofree char *path = store_path(root);
	struct out out = { .sum = CACHE_SUM_INIT };
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
	put_words(&out, files, n, false);
	put_words(&out, files, n, true);
	put_header(&out, &h);
	if (!cache_close(out.file, tmp, path))
		return false;
	cache_trim("words", MAX_TREES, G_MAXUINT64);
	return true;
}
