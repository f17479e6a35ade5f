// SPDX-License-Identifier: GPL-2.0-only
/* cache.c - facts of earlier runs */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
#include <glib/gstdio.h>
#include "facts/pack.h"
#include "front/cache.h"
#include "front/front.h"
#include "front/facts_version.h"
#include "tree/cache_dir.h"
#include "tree/error.h"

#define MAGIC "gup2pin-cache/2"
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
	GHashTable *overlay;
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
				     const char *const *watch,
				     GHashTable *overlay)
{
	const char *const own[] = { MAGIC, FRONT_FACTS_VERSION,
				    front_clang_version(), root, NULL };
	struct front_cache *c = g_new0(struct front_cache, 1);

	c->dir = cache_dir("facts");
	c->root = g_canonicalize_filename(root, NULL);
	c->base = g_checksum_new(G_CHECKSUM_SHA256);
	add_strings(c->base, own);
	add_strings(c->base, names);
	c->overlay = overlay ? g_hash_table_ref(overlay) : NULL;
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
	if (c->overlay)
		g_hash_table_unref(c->overlay);
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

/* "SIZE MTIME INODE SUM PATH"; there are hundreds of thousands of them. */
static const char *read_line(const char *line, struct known *k, char sum[65])
{
	char *at;

	k->size = g_ascii_strtoll(line, &at, 10);
	if (*at++ != ' ')
		return NULL;
	k->mtime = g_ascii_strtoll(at, &at, 10);
	if (*at++ != ' ')
		return NULL;
	k->ino = g_ascii_strtoull(at, &at, 10);
	if (*at++ != ' ' || strnlen(at, 65) < 65 || at[64] != ' ')
		return NULL;
	memcpy(sum, at, 64);
	sum[64] = '\0';
	return at[65] ? at + 65 : NULL;
}

bool front_cache_same_file(struct front_cache *c, const char *line,
			   gint64 written)
{
	struct known then;
	char sum[65];
	const char *path = read_line(line, &then, sum);
	struct known *k;

	if (!path)
		return false;
	k = look_at(c, path, false);
	if (k->size != then.size)
		return false;
	if (k->mtime == then.mtime && k->ino == then.ino &&
	    then.mtime / 1000 + RACY_USEC < written) {
		/* who writes about the file next need not read it again */
		if (!k->sum)
			k->sum = g_strdup(sum);
		return true;
	}
	k = look_at(c, path, true);
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

static bool is_covered(const struct front_cache *c, const char *path)
{
	return c->overlay &&
	       g_hash_table_contains(c->overlay, relative(c, path));
}

/* The files of an entry are as they were. */
static bool same_reads(struct front_cache *c, char **at, gint64 written,
		       GPtrArray *reads)
{
	char *line = next_line(at);
	unsigned long n = line ? strtoul(line, NULL, 10) : 0;

	if (!n)
		return false;
	while (n--) {
		line = next_line(at);
		if (!line || !front_cache_same_file(c, line, written) ||
		    is_covered(c, front_cache_path(line)))
			return false;
		g_ptr_array_add(reads, (char *)front_cache_path(line));
	}
	return true;
}

/* Entry: magic, sum of the rest, time, watched headers, number of files, the
 * files, the packed facts.
 */
static struct facts_unit *read_entry(struct front_cache *c, char *text,
				     size_t len, GPtrArray *reads)
{
	char *at = text, *line, *sum, *watch;
	gint64 written;

	line = next_line(&at);
	sum = line && !strcmp(line, MAGIC) ? next_line(&at) : NULL;
	if (!sum ||
	    g_ascii_strtoull(sum, NULL, 16) != cache_sum(at, len - (at - text)))
		return NULL;
	line = next_line(&at);
	watch = line ? next_line(&at) : NULL;
	if (!watch)
		return NULL;
	written = g_ascii_strtoll(line, NULL, 10);
	if (!same_reads(c, &at, written, reads) || !same_watch(c, watch, reads))
		return NULL;
	return facts_unpack((const guint8 *)at, len - (at - text));
}

static void add_path(GHashTable *set, const char *path)
{
	if (!g_hash_table_contains(set, path))
		g_hash_table_add(set, g_strdup(path));
}

struct facts_unit *front_cache_get(struct front_cache *c,
				   const struct tree_compile *compile,
				   GHashTable *all_reads)
{
	g_autofree char *path = entry_path(c, compile);
	g_autoptr(GPtrArray) reads = g_ptr_array_new();
	g_autofree char *text = NULL;
	struct facts_unit *unit;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return NULL;
	unit = read_entry(c, text, len, reads);
	if (!unit)
		return NULL;
	g_utime(path, NULL); /* what is used is not old */
	for (unsigned int i = 0; all_reads && i < reads->len; i++)
		add_path(all_reads, reads->pdata[i]);
	return unit;
}

const char *front_cache_path(const char *line)
{
	/* a path that is kept has no space */
	return strrchr(line, ' ') + 1;
}

bool front_cache_put_file(struct front_cache *c, GString *out, const char *path,
			  gint64 since)
{
	struct known *k = look_at(c, path, true);

	/* a space separates the columns; what changed meanwhile is not known */
	if (!k->sum || strpbrk(path, " \n\t") ||
	    (k->mtime / 1000 + RACY_USEC > since && !cache_is_stand_in(path)))
		return false;
	g_string_append_printf(out,
			       "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT
			       " %" G_GUINT64_FORMAT " %s %s\n",
			       k->size, k->mtime, k->ino, k->sum, path);
	return true;
}

char *front_cache_note(struct front_cache *c, GPtrArray *reads, gint64 since)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (unsigned int i = 0; i < reads->len; i++)
		if (!front_cache_put_file(c, out, reads->pdata[i], since))
			return NULL;
	return g_string_free(g_steal_pointer(&out), FALSE);
}

void front_cache_put(struct front_cache *c, const struct tree_compile *compile,
		     const char *note, const struct facts_unit *unit,
		     GHashTable *all_reads)
{
	g_autoptr(GByteArray) body = g_byte_array_new();
	g_autofree char *path = entry_path(c, compile);
	g_autoptr(GPtrArray) reads = g_ptr_array_new();
	g_autofree char *lines = g_strdup(note);
	g_autofree char *watch = NULL;
	g_autofree char *head = NULL;
	g_autofree char *first = NULL;

	for (char *at = lines, *line; (line = next_line(&at));)
		g_ptr_array_add(reads, (char *)front_cache_path(line));
	for (unsigned int i = 0; all_reads && i < reads->len; i++)
		add_path(all_reads, reads->pdata[i]);
	watch = watched(c, reads);
	head = g_strdup_printf("%" G_GINT64_FORMAT "\n%s\n%u\n",
			       g_get_real_time(), watch, reads->len);
	g_byte_array_append(body, (const guint8 *)head, strlen(head));
	g_byte_array_append(body, (const guint8 *)note, strlen(note));
	facts_pack(unit, body);
	first = g_strdup_printf(MAGIC "\n%016" G_GINT64_MODIFIER "x\n",
				cache_sum(body->data, body->len));
	g_byte_array_prepend(body, (const guint8 *)first, strlen(first));
	cache_write(path, body->data, body->len);
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
