// SPDX-License-Identifier: GPL-2.0-only
/* cache_dir.c - write, count and drop what is kept of earlier runs */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "tree/cache_dir.h"

char *cache_dir(const char *part)
{
	return g_build_filename(g_get_user_cache_dir(), "gup2pin", part, NULL);
}

bool cache_is_stand_in(const char *path)
{
	g_autofree char *dir = cache_dir("overlay");
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && path[len] == '/';
}

FILE *cache_open(const char *path, char **tmp)
{
	g_autofree char *dir = g_path_get_dirname(path);
	FILE *file = NULL;
	int fd;

	*tmp = g_strdup_printf("%s.XXXXXX", path);
	fd = g_mkdir_with_parents(dir, 0700) ?
		     -1 :
		     g_mkstemp_full(*tmp, O_WRONLY | O_CLOEXEC, 0600);
	if (fd >= 0)
		file = fdopen(fd, "w");
	if (file)
		return file;
	if (fd >= 0) {
		close(fd);
		g_unlink(*tmp);
	}
	g_clear_pointer(tmp, g_free);
	return NULL;
}

bool cache_close(FILE *file, char *tmp, const char *path)
{
	/* a power cut may leave a short file: its sum tells */
	bool ok = !ferror(file);

	ok = !fclose(file) && ok && !g_rename(tmp, path);
	if (!ok)
		g_unlink(tmp);
	g_free(tmp);
	return ok;
}

void cache_drop(FILE *file, char *tmp)
{
	fclose(file);
	g_unlink(tmp);
	g_free(tmp);
}

bool cache_write(const char *path, const void *data, gsize len)
{
	char *tmp;
	FILE *file = cache_open(path, &tmp);

	if (!file)
		return false;
	fwrite(data, 1, len, file);
	return cache_close(file, tmp, path);
}

struct entry {
	char *path;
	uint64_t bytes;
	gint64 used;
};

static void entry_clear(void *p)
{
	struct entry *e = p;

	g_free(e->path);
}

static int by_age(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;

	return a->used < b->used ? -1 : a->used > b->used;
}

static GArray *list_entries(const char *part)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct entry));
	g_autofree char *where = cache_dir(part);
	g_autoptr(GDir) dir = g_dir_open(where, 0, NULL);
	const char *name;

	g_array_set_clear_func(list, entry_clear);
	while (dir && (name = g_dir_read_name(dir))) {
		struct entry e = { .path = g_build_filename(where, name,
							    NULL) };
		struct stat st;

		if (lstat(e.path, &st) || !S_ISREG(st.st_mode)) {
			g_free(e.path);
			continue;
		}
		e.bytes = st.st_size;
		e.used = st.st_mtim.tv_sec * 1000000000ll + st.st_mtim.tv_nsec;
		g_array_append_val(list, e);
	}
	g_array_sort(list, by_age);
	return list;
}

static uint64_t total(const GArray *list)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < list->len; i++)
		bytes += g_array_index(list, struct entry, i).bytes;
	return bytes;
}

unsigned int cache_size(const char *part, uint64_t *bytes)
{
	g_autoptr(GArray) list = list_entries(part);

	*bytes = total(list);
	return list->len;
}

void cache_trim(const char *part, unsigned int max, uint64_t bytes)
{
	g_autoptr(GArray) list = list_entries(part);
	unsigned int left = list->len;
	uint64_t have = total(list);

	if (have <= bytes && left <= max)
		return;
	bytes = bytes / 5 * 4;
	for (unsigned int i = 0; i < list->len; i++) {
		const struct entry *e = &g_array_index(list, struct entry, i);

		if (have <= bytes && left <= max)
			break;
		if (g_unlink(e->path))
			continue;
		have -= e->bytes;
		left--;
	}
}

gboolean cache_clear(const char *part, GError **error)
{
	g_autoptr(GArray) list = list_entries(part);

	for (unsigned int i = 0; i < list->len; i++) {
		const char *path = g_array_index(list, struct entry, i).path;

		if (!g_unlink(path) || errno == ENOENT)
			continue;
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: cannot remove: %s", path, g_strerror(errno));
		return FALSE;
	}
	return TRUE;
}

static void sum_block(struct cache_sum *s, const guint8 *p)
{
	guint64 v[4];

	memcpy(v, p, sizeof(v));
	for (unsigned int i = 0; i < 4; i++) {
		s->lane[i] = (s->lane[i] ^ v[i]) * 0x9e3779b97f4a7c15u;
		s->lane[i] ^= s->lane[i] >> 29;
	}
}

void cache_sum_add(struct cache_sum *s, const void *data, gsize len)
{
	const guint8 *p = data;

	while (s->n_rest && len) {
		s->rest[s->n_rest++] = *p++;
		len--;
		if (s->n_rest < sizeof(s->rest))
			continue;
		sum_block(s, s->rest);
		s->n_rest = 0;
	}
	for (; len >= sizeof(s->rest); len -= sizeof(s->rest)) {
		sum_block(s, p);
		p += sizeof(s->rest);
	}
	memcpy(s->rest + s->n_rest, p, len);
	s->n_rest += len;
}

guint64 cache_sum_end(struct cache_sum *s)
{
	memset(s->rest + s->n_rest, 0, sizeof(s->rest) - s->n_rest);
	sum_block(s, s->rest);
	return s->lane[0] ^ s->lane[1] * 3 ^ s->lane[2] * 5 ^ s->lane[3] * 7;
}

guint64 cache_sum(const void *data, gsize len)
{
	struct cache_sum sum = CACHE_SUM_INIT;

	cache_sum_add(&sum, data, len);
	return cache_sum_end(&sum);
}
