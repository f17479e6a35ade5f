// SPDX-License-Identifier: GPL-2.0-only
/* cache.c - facts of earlier runs */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "front/cache.h"
#include "front/front.h"
#include "front/facts_version.h"
#include "tree/cache_dir.h"
#include "tree/error.h"

#define MAGIC "gup2pin-cache/1"
/* 150 units of a kernel take 100 MB. */
#define DEFAULT_LIMIT (1024ull << 20)
/* A time stamp this close to the time of reading may hide a second change. */
#define RACY_USEC (2 * G_USEC_PER_SEC)

/**
 * struct known - a file's content as last seen
 * @size: bytes
 * @mtime: nanoseconds
 * @ino: inode
 * @sum: SHA-256 in hexadecimal, NULL when it cannot be read
 */
struct known {
	gint64 size;
	gint64 mtime;
	guint64 ino;
	char *sum;
};

struct front_cache {
	char *dir;
	char *root;
	GChecksum *base; /* hash of what is the same for all units */
	GHashTable *watch;
	GHashTable *known; /* path -> struct known, looked at in this run */
};

static void known_free(void *p)
{
	struct known *k = p;

	g_free(k->sum);
	g_free(k);
}

static void add_strings(GChecksum *sum, const char *const *list)
{
	for (; list && *list; list++)
		g_checksum_update(sum, (const guchar *)*list,
				  strlen(*list) + 1);
	g_checksum_update(sum, (const guchar *)"", 1);
}

struct front_cache *front_cache_open(const char *root, const char *const *names,
				     const char *const *watch)
{
	const char *const own[] = { MAGIC, FRONT_FACTS_VERSION,
				    front_clang_version(), root, NULL };
	struct front_cache *c = g_new0(struct front_cache, 1);

	c->dir = cache_dir("facts");
	c->root = g_canonicalize_filename(root, NULL);
	c->base = g_checksum_new(G_CHECKSUM_SHA256);
	add_strings(c->base, own);
	add_strings(c->base, names);
	c->watch = g_hash_table_new(g_str_hash, g_str_equal);
	for (; watch && *watch; watch++)
		g_hash_table_add(c->watch, (void *)*watch);
	c->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					 known_free);
	return c;
}

void front_cache_close(struct front_cache *c)
{
	if (!c)
		return;
	g_checksum_free(c->base);
	g_hash_table_unref(c->watch);
	g_hash_table_unref(c->known);
	g_free(c->root);
	g_free(c->dir);
	g_free(c);
}

static char *entry_path(struct front_cache *c,
			const struct tree_compile *compile)
{
	const char *const own[] = { compile->file, compile->arch,
				    compile->config, NULL };
	g_autoptr(GChecksum) sum = g_checksum_copy(c->base);

	add_strings(sum, own);
	add_strings(sum, compile->argv);
	return g_build_filename(c->dir, g_checksum_get_string(sum), NULL);
}

static gint64 stat_mtime(const struct stat *st)
{
	return st->st_mtim.tv_sec * 1000000000ll + st->st_mtim.tv_nsec;
}

static char *hash_file(const char *path)
{
	g_autofree char *text = NULL;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return NULL;
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256,
					   (const guchar *)text, len);
}

/* The state of a file now; its hash only when @hash asks for it. */
static struct known *look_at(struct front_cache *c, const char *path, bool hash)
{
	struct known *k = g_hash_table_lookup(c->known, path);
	struct stat st;

	if (!k) {
		k = g_new0(struct known, 1);
		k->size = -1;
		if (!stat(path, &st) && S_ISREG(st.st_mode)) {
			k->size = st.st_size;
			k->mtime = stat_mtime(&st);
			k->ino = st.st_ino;
		}
		g_hash_table_insert(c->known, g_strdup(path), k);
	}
	if (hash && !k->sum && k->size >= 0)
		k->sum = hash_file(path);
	return k;
}

bool front_cache_same_file(struct front_cache *c, const char *line,
			   gint64 written)
{
	gint64 size, mtime;
	guint64 ino;
	char sum[65];
	int at = 0;
	struct known *k;

	if (sscanf(line,
		   "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT
		   " %" G_GUINT64_FORMAT " %64s %n",
		   &size, &mtime, &ino, sum, &at) != 4 ||
	    !at || !line[at])
		return false;
	k = look_at(c, line + at, false);
	if (k->size != size)
		return false;
	if (k->mtime == mtime && k->ino == ino &&
	    mtime / 1000 + RACY_USEC < written)
		return true;
	k = look_at(c, line + at, true);
	return k->sum && !strcmp(k->sum, sum);
}

static const char *relative(const struct front_cache *c, const char *path)
{
	size_t len = strlen(c->root);

	return !strncmp(path, c->root, len) && path[len] == '/' ?
		       path + len + 1 :
		       path;
}

/* The watched headers among the files of an entry. */
static char *watched(const struct front_cache *c, GPtrArray *reads)
{
	GString *out = g_string_new(NULL);

	for (unsigned int i = 0; i < reads->len; i++) {
		const char *rel = relative(c, reads->pdata[i]);

		if (g_hash_table_contains(c->watch, rel))
			g_string_append_printf(out, "%s\t", rel);
	}
	return g_string_free(out, FALSE);
}

/* The next line of a text, which is cut up. */
static char *next_line(char **at)
{
	char *line = *at, *end = line ? strchr(line, '\n') : NULL;

	if (!end)
		return NULL;
	*end = 0;
	*at = end + 1;
	return line;
}

/* Which of the watched headers are read decides what is taken out of them. */
static bool same_watch(const struct front_cache *c, const char *line,
		       GPtrArray *reads)
{
	g_autofree char *now = watched(c, reads);

	return !strcmp(line, now);
}

/* Entry: magic, sum of the rest, time, watched headers, number of files, the
 * files, the facts.
 */
static char *read_entry(struct front_cache *c, char *text, size_t len)
{
	g_autoptr(GPtrArray) reads = g_ptr_array_new();
	char *at = text, *line, *sum, *watch;
	g_autofree char *now = NULL;
	unsigned long n;
	gint64 written;

	line = next_line(&at);
	sum = line && !strcmp(line, MAGIC) ? next_line(&at) : NULL;
	if (!sum)
		return NULL;
	now = g_compute_checksum_for_data(G_CHECKSUM_MD5, (const guchar *)at,
					  len - (at - text));
	if (strcmp(now, sum))
		return NULL;
	line = next_line(&at);
	watch = line ? next_line(&at) : NULL;
	if (!watch)
		return NULL;
	written = g_ascii_strtoll(line, NULL, 10);
	line = next_line(&at);
	n = line ? strtoul(line, NULL, 10) : 0;
	if (!n)
		return NULL;
	while (n--) {
		line = next_line(&at);
		if (!line || !front_cache_same_file(c, line, written))
			return NULL;
		line = strrchr(line, ' ');
		g_ptr_array_add(reads, line + 1);
	}
	if (!same_watch(c, watch, reads))
		return NULL;
	line = next_line(&at);
	return line ? g_strdup(line) : NULL;
}

char *front_cache_get(struct front_cache *c, const struct tree_compile *compile)
{
	g_autofree char *path = entry_path(c, compile);
	g_autofree char *text = NULL;
	char *json;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return NULL;
	json = read_entry(c, text, len);
	if (json)
		g_utime(path, NULL); /* what is used is not old */
	return json;
}

bool front_cache_put_file(struct front_cache *c, GString *out, const char *path,
			  gint64 since)
{
	struct known *k = look_at(c, path, true);

	/* a space separates the columns; what changed meanwhile is not known */
	if (!k->sum || strpbrk(path, " \n\t") ||
	    k->mtime / 1000 + RACY_USEC > since)
		return false;
	g_string_append_printf(out,
			       "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT
			       " %" G_GUINT64_FORMAT " %s %s\n",
			       k->size, k->mtime, k->ino, k->sum, path);
	return true;
}

void front_cache_put(struct front_cache *c, const struct tree_compile *compile,
		     GPtrArray *reads, gint64 since, const char *json)
{
	g_autofree char *path = entry_path(c, compile);
	g_autofree char *watch = watched(c, reads);
	g_autofree char *sum = NULL;
	g_autoptr(GString) body = g_string_new(NULL);
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(body, "%" G_GINT64_FORMAT "\n%s\n%u\n",
			       g_get_real_time(), watch, reads->len);
	for (unsigned int i = 0; i < reads->len; i++)
		if (!front_cache_put_file(c, body, reads->pdata[i], since))
			return;
	g_string_append(body, json);
	g_string_append_c(body, '\n');
	sum = g_compute_checksum_for_data(G_CHECKSUM_MD5,
					  (const guchar *)body->str, body->len);
	g_string_append_printf(text, MAGIC "\n%s\n", sum);
	g_string_append_len(text, body->str, body->len);
	cache_write(path, text->str, text->len);
}

static uint64_t size_limit(void)
{
	const char *env = g_getenv("GUP2PIN_CACHE_MB");
	guint64 mb = env ? g_ascii_strtoull(env, NULL, 10) : 0;

	return mb ? mb << 20 : DEFAULT_LIMIT;
}

void front_cache_stats(struct front_cache_stats *stats)
{
	g_autofree char *dir = cache_dir("facts");

	stats->dir = g_intern_string(dir);
	stats->limit = size_limit();
	stats->entries = cache_size("facts", &stats->bytes);
	cache_size("pch", &stats->pch_bytes);
}

gboolean front_cache_clear(GError **error)
{
	return cache_clear("facts", error) && cache_clear("pch", error);
}

void front_cache_trim(void)
{
	cache_trim("facts", G_MAXUINT, size_limit());
}
