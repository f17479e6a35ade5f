// SPDX-License-Identifier: GPL-2.0-only
/* pch_store.c - keep precompiled headers below the user's cache directory */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
#include <glib/gstdio.h>
#include "facts/json.h"
#include "front/facts_version.h"
#include "front/parse.h"
#include "front/pch.h"
#include "tree/cache_dir.h"

#define MAGIC "gup2pin-pch/3"
/* Each takes some 40 MB. */
#define MAX_KEPT 8

/**
 * struct slot - one architecture and configuration
 * @pch: the headers, or NULL
 * @failed: they cannot be had in this run
 */
struct slot {
	struct pch *pch;
	bool failed;
};

struct pch_store {
	struct pch_wish wish;
	struct front_cache *cache;
	char *dir;
	char *root;
	GHashTable *slots; /* key -> struct slot */
};

static void slot_free(void *p)
{
	struct slot *slot = p;

	pch_free(slot->pch);
	g_free(slot);
}

struct pch_store *pch_store_new(struct front_cache *cache,
				const struct pch_wish *wish)
{
	struct pch_store *s = g_new0(struct pch_store, 1);

	s->wish = *wish;
	s->cache = cache;
	s->root = g_canonicalize_filename(wish->root, NULL);
	s->dir = g_build_filename(g_get_user_cache_dir(), "gup2pin", "pch",
				  NULL);
	s->slots = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					 slot_free);
	return s;
}

void pch_store_free(struct pch_store *s)
{
	if (!s)
		return;
	g_hash_table_unref(s->slots);
	g_free(s->root);
	g_free(s->dir);
	g_free(s);
}

static void add_strings(GChecksum *sum, const char *const *list)
{
	for (; list && *list; list++)
		g_checksum_update(sum, (const guchar *)*list,
				  strlen(*list) + 1);
	g_checksum_update(sum, (const guchar *)"", 1);
}

static char *make_key(const struct pch_store *s,
		      const struct tree_compile *compile)
{
	const char *const own[] = { MAGIC, FRONT_FACTS_VERSION,
				    front_clang_version(), s->root, NULL };
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	add_strings(sum, own);
	add_strings(sum, s->wish.names);
	add_strings(sum, s->wish.opts->watch);
	add_strings(sum, s->wish.headers);
	add_strings(sum, compile->common);
	return g_strdup(g_checksum_get_string(sum));
}

static char *place(const struct pch_store *s, const char *key,
		   const char *suffix)
{
	g_autofree char *name = g_strconcat(key, suffix, NULL);

	return g_build_filename(s->dir, name, NULL);
}

static char *sum_text(const void *data, size_t len)
{
	return g_strdup_printf("%016" G_GINT64_MODIFIER "x",
			       cache_sum(data, len));
}

static char *sum_of_file(const char *path)
{
	g_autoptr(GMappedFile) map = g_mapped_file_new(path, FALSE, NULL);

	return map ? sum_text(g_mapped_file_get_contents(map),
			      g_mapped_file_get_length(map)) :
		     NULL;
}

/* Notes: magic, sum of the rest, sum of the .pch file, time; then lists, each
 * with its length first; then the facts of the headers.
 */
static void put_set(GString *out, GHashTable *set)
{
	GHashTableIter iter;
	void *name, *value;

	g_string_append_printf(out, "%u\n", g_hash_table_size(set));
	g_hash_table_iter_init(&iter, set);
	while (g_hash_table_iter_next(&iter, &name, &value))
		g_string_append_printf(out, "%c%s\n",
				       GPOINTER_TO_INT(value) == 2 ? '2' : '1',
				       (char *)name);
}

static char *take_line(char **at)
{
	char *line = *at, *end = line ? strchr(line, '\n') : NULL;

	if (!end)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return line;
}

static bool take_set(char **at, GHashTable *set)
{
	const char *line = take_line(at);
	unsigned long n = line ? strtoul(line, NULL, 10) : 0;

	if (!line)
		return false;
	while (n--) {
		line = take_line(at);
		if (!line || !*line)
			return false;
		g_hash_table_insert(set, g_strdup(line + 1),
				    GINT_TO_POINTER(*line - '0'));
	}
	return true;
}

static bool put_reads(struct pch_store *s, GString *out, GPtrArray *reads,
		      gint64 since)
{
	g_string_append_printf(out, "%u\n", reads->len);
	for (unsigned int i = 0; i < reads->len; i++)
		if (!front_cache_put_file(s->cache, out, reads->pdata[i],
					  since))
			return false;
	return true;
}

static bool take_reads(struct pch_store *s, char **at, struct pch *pch,
		       gint64 written)
{
	char *line = take_line(at);
	unsigned long n = line ? strtoul(line, NULL, 10) : 0;

	while (n--) {
		line = take_line(at);
		if (!line || !front_cache_same_file(s->cache, line, written))
			return false;
		pch_add_read(pch, g_strdup(strrchr(line, ' ') + 1));
	}
	return pch->reads->len;
}

/* A line of indices for each header. */
static void put_includes(GString *out, const struct pch *pch)
{
	for (unsigned int i = 0; i < pch->includes->len; i++) {
		const GArray *to = pch->includes->pdata[i];

		for (unsigned int k = 0; k < to->len; k++)
			g_string_append_printf(out, "%u ",
					       g_array_index(to, guint, k));
		g_string_append_c(out, '\n');
	}
}

/* Indices of headers, each with a space behind it. */
static bool take_index(char **at, const struct pch *pch, guint *index)
{
	char *end;
	guint64 n = g_ascii_strtoull(*at, &end, 10);

	if (end == *at || *end != ' ' || n >= pch->reads->len)
		return false;
	*index = n;
	*at = end + 1;
	return true;
}

static bool take_includes(char **at, const struct pch *pch)
{
	for (unsigned int i = 0; i < pch->includes->len; i++) {
		char *line = take_line(at);
		guint to;

		while (line && *line) {
			if (!take_index(&line, pch, &to))
				return false;
			g_array_append_val((GArray *)pch->includes->pdata[i],
					   to);
		}
		if (!line)
			return false;
	}
	return true;
}

/* A macro, and the headers that define it. */
static void put_defined(GString *out, const struct pch *pch)
{
	GHashTableIter iter;
	void *name, *definers;

	g_string_append_printf(out, "%u\n", g_hash_table_size(pch->defined));
	g_hash_table_iter_init(&iter, pch->defined);
	while (g_hash_table_iter_next(&iter, &name, &definers))
		g_string_append_printf(out, "%s\t%s\n", (char *)name,
				       (char *)definers);
}

static bool are_indices(const char *text, const struct pch *pch)
{
	char *end;

	text += strspn(text, "!(");
	for (; *text; text = end)
		if (*text != ' ' || !g_ascii_isdigit(text[1]) ||
		    g_ascii_strtoull(text + 1, &end, 10) >= pch->reads->len)
			return false;
	return true;
}

static bool take_defined(char **at, const struct pch *pch)
{
	const char *line = take_line(at);
	unsigned long n = line ? strtoul(line, NULL, 10) : 0;

	if (!line)
		return false;
	while (n--) {
		char *name = take_line(at);
		char *tab = name ? strchr(name, '\t') : NULL;

		if (!tab || !are_indices(tab + 1, pch))
			return false;
		g_hash_table_insert(pch->defined, g_strndup(name, tab - name),
				    g_strdup(tab + 1));
	}
	return true;
}

static bool take_notes(struct pch_store *s, char *text, size_t len,
		       struct pch *pch)
{
	char *at = text, *line, *sum;
	g_autofree char *now = NULL, *pch_now = NULL;
	gint64 written;

	line = take_line(&at);
	sum = line && !strcmp(line, MAGIC) ? take_line(&at) : NULL;
	if (!sum)
		return false;
	now = sum_text(at, len - (at - text));
	if (strcmp(now, sum))
		return false;
	sum = take_line(&at);
	line = sum ? take_line(&at) : NULL;
	if (!line)
		return false;
	written = g_ascii_strtoll(line, NULL, 10);
	if (!take_reads(s, &at, pch, written) || !take_set(&at, pch->used) ||
	    !take_includes(&at, pch) || !take_defined(&at, pch) ||
	    !take_set(&at, pch->statics))
		return false;
	line = take_line(&at);
	pch->unit = line ? facts_from_json(line, strlen(line), NULL) : NULL;
	if (!pch->unit)
		return false;
	pch_now = sum_of_file(pch->path);
	return pch_now && !strcmp(pch_now, sum);
}

static struct pch *load(struct pch_store *s, const char *key)
{
	g_autofree char *notes = place(s, key, ".notes");
	g_autofree char *text = NULL;
	struct pch *pch;
	gsize len;

	if (!g_file_get_contents(notes, &text, &len, NULL))
		return NULL;
	pch = pch_new();
	pch->path = place(s, key, ".pch");
	if (take_notes(s, text, len, pch)) {
		g_utime(notes, NULL); /* what is used is not old */
		return pch;
	}
	pch_free(pch);
	return NULL;
}

/* Making them ------------------------------------------------------------- */

static bool write_private(const char *path, const char *text, size_t len)
{
	return g_file_set_contents_full(
		path, text, len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

static char *header_text(const struct pch_store *s)
{
	GString *text = g_string_new(NULL);

	for (const char *const *h = s->wish.headers; *h; h++)
		g_string_append_printf(
			text,
			"#if __has_include(<%s>)\n#include <%s>\n#endif\n", *h,
			*h);
	return g_string_free(text, FALSE);
}

/* As a file is parsed, but as a header. */
static const char **header_argv(const struct tree_compile *compile)
{
	unsigned int n = g_strv_length((char **)compile->common);
	const char **argv = g_new0(const char *, n + 1);

	for (unsigned int i = 0; i < n; i++) {
		argv[i] = compile->common[i];
		if (i && !strcmp(argv[i], "c") && !strcmp(argv[i - 1], "-x"))
			argv[i] = "c-header";
	}
	return argv;
}

static bool keep(struct pch_store *s, const char *key, struct pch *pch,
		 const char *tmp, gint64 since)
{
	g_autofree char *notes = place(s, key, ".notes");
	g_autofree char *sum = sum_of_file(tmp);
	g_autofree char *json = facts_to_json(pch->unit);
	g_autofree char *all = NULL;
	g_autoptr(GString) body = g_string_new(NULL);
	g_autoptr(GString) text = g_string_new(NULL);

	if (!sum)
		return false;
	g_string_append_printf(body, "%s\n%" G_GINT64_FORMAT "\n", sum,
			       g_get_real_time());
	if (!put_reads(s, body, pch->reads, since))
		return false;
	put_set(body, pch->used);
	put_includes(body, pch);
	put_defined(body, pch);
	put_set(body, pch->statics);
	g_string_append_printf(body, "%s\n", json);
	all = sum_text(body->str, body->len);
	g_string_append_printf(text, MAGIC "\n%s\n%s", all, body->str);
	return !g_rename(tmp, pch->path) &&
	       write_private(notes, text->str, text->len);
}

static int by_name_age(const void *pa, const void *pb)
{
	struct stat a, b;

	if (stat(*(char *const *)pa, &a) || stat(*(char *const *)pb, &b))
		return 0;
	return a.st_mtime > b.st_mtime ? -1 : a.st_mtime < b.st_mtime;
}

/* Keep those that were used last; and nothing that a crash left behind. */
static void trim(struct pch_store *s)
{
	g_autoptr(GDir) dir = g_dir_open(s->dir, 0, NULL);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(s->dir, name, NULL);

		if (g_str_has_suffix(name, ".notes"))
			g_ptr_array_add(notes, g_steal_pointer(&path));
		else if (g_str_has_suffix(name, ".tmp"))
			g_unlink(path);
	}
	g_ptr_array_sort(notes, by_name_age);
	for (unsigned int i = MAX_KEPT; i < notes->len; i++) {
		static const char *const parts[] = { ".notes", ".pch", ".h" };
		char *path = notes->pdata[i];
		g_autofree char *base =
			g_strndup(path, strlen(path) - strlen(".notes"));

		for (unsigned int k = 0; k < G_N_ELEMENTS(parts); k++) {
			g_autofree char *part =
				g_strconcat(base, parts[k], NULL);

			g_unlink(part);
		}
	}
}

static struct pch *make(struct pch_store *s, const char *key,
			const struct tree_compile *compile)
{
	g_autofree char *header = place(s, key, ".h");
	g_autofree char *tmp = place(s, key, ".tmp");
	g_autofree char *text = header_text(s);
	g_autofree const char **argv = header_argv(compile);
	const struct tree_compile how = {
		.file = header,
		.arch = compile->arch,
		.config = compile->config,
		.argv = argv,
	};
	gint64 since = g_get_real_time();
	g_autofree char *old = NULL;
	struct pch *pch;
	gsize len;

	/* its time stamp is part of what is checked later */
	if ((!g_file_get_contents(header, &old, &len, NULL) ||
	     strcmp(old, text)) &&
	    !write_private(header, text, strlen(text)))
		return NULL;
	pch = parse_headers(&how, s->root, s->wish.names, s->wish.opts, tmp);
	if (pch) {
		pch->path = place(s, key, ".pch");
		if (keep(s, key, pch, tmp, since))
			return pch;
		pch_free(pch);
	}
	g_unlink(tmp);
	return NULL;
}

/* One process makes them while the others go on without. */
static struct pch *make_alone(struct pch_store *s, const char *key,
			      const struct tree_compile *compile, bool *busy)
{
	g_autofree char *lock = g_build_filename(s->dir, "lock", NULL);
	struct pch *pch = NULL;
	int fd;

	*busy = false;
	if (g_mkdir_with_parents(s->dir, 0700))
		return NULL;
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return NULL;
	if (!flock(fd, LOCK_EX | LOCK_NB)) {
		pch = load(s, key);
		if (!pch) {
			trim(s);
			pch = make(s, key, compile);
		}
	} else {
		*busy = errno == EWOULDBLOCK;
	}
	close(fd);
	return pch;
}

static void find(struct pch_store *s, struct slot *slot, const char *key,
		 const struct tree_compile *compile, unsigned int peers)
{
	bool busy;

	slot->pch = load(s, key);
	if (slot->pch || peers < PCH_ENOUGH_PEERS)
		return;
	slot->pch = make_alone(s, key, compile, &busy);
	slot->failed = !slot->pch && !busy;
}

const struct pch *pch_store_get(struct pch_store *s,
				const struct tree_compile *compile,
				unsigned int peers)
{
	g_autofree char *key = NULL;
	struct slot *slot;

	if (!compile->common || !s->wish.headers || !*s->wish.headers)
		return NULL;
	key = make_key(s, compile);
	slot = g_hash_table_lookup(s->slots, key);
	if (!slot) {
		slot = g_new0(struct slot, 1);
		g_hash_table_insert(s->slots, g_strdup(key), slot);
	}
	if (!slot->pch && !slot->failed)
		find(s, slot, key, compile, peers);
	return slot->pch;
}
