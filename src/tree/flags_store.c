// SPDX-License-Identifier: GPL-2.0-only
/*
 * flags_store.c - flags as JSON below the user's cache directory
 *
 * Three lines: magic, sum of the rest, stamp; then one object.  Arguments are
 * numbers of strings: most of them are those of all files.
 */
#include <string.h>
#include <json-c/json.h>
#include "tree/cache_dir.h"
#include "tree/flags_store.h"
#include "tree/manifest.h"
#include "tree/overlay.h"
#include "tree/source_hash.h"

#define MAGIC "gup2pin-flags/1"
#define MAX_KEPT 8

/**
 * struct flags_store - see flags_store.h
 * @path: of its file
 * @stamp: see flags_stamp()
 * @strings: array of strings
 * @numbers: string -> its number, from 1
 * @files: key -> null or an object
 * @dirty: something is new
 */
struct flags_store {
	char *path;
	char *stamp;
	struct json_object *strings;
	GHashTable *numbers;
	struct json_object *files;
	bool dirty;
};

bool flags_only_name_counts(const char *path)
{
	if (g_str_has_suffix(path, ".c"))
		return true;
	return g_str_has_suffix(path, ".h") &&
	       !g_str_has_prefix(path, "include/") &&
	       !g_str_has_prefix(path, "arch/");
}

bool flags_stamp(GChecksum *sum, const struct manifest *m)
{
	g_checksum_update(sum, (const guchar *)m->root, strlen(m->root) + 1);
	for (unsigned int i = 0; i < m->files->len; i++) {
		const struct manifest_file *f =
			&g_array_index(m->files, struct manifest_file, i);
		const gint64 state[] = { f->size, f->mtime, f->ctime,
					 (gint64)f->ino };

		g_checksum_update(sum, (const guchar *)f->path,
				  strlen(f->path) + 1);
		if (flags_only_name_counts(f->path))
			continue;
		if (f->size < 0)
			return false;
		g_checksum_update(sum, (const guchar *)state, sizeof(state));
	}
	return true;
}

static char *store_path(const char *name)
{
	g_autofree char *dir = cache_dir("flags");
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	/* the overlays that the flags name are below the same directory */
	const char *const parts[] = { TREE_SOURCE_HASH, GUP2PIN_CLANG_RESOURCES,
				      dir, name };

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		g_checksum_update(sum, (const guchar *)parts[i],
				  strlen(parts[i]) + 1);
	return g_build_filename(dir, g_checksum_get_string(sum), NULL);
}

/* The object of a file that is whole, and of this stamp. */
static struct json_object *read_store(const char *path, const char *stamp)
{
	g_autofree char *text = NULL;
	g_autofree char *sum = NULL;
	g_auto(GStrv) parts = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	parts = g_strsplit(text, "\n", 4);
	if (g_strv_length(parts) != 4 || strcmp(parts[0], MAGIC) ||
	    strcmp(parts[2], stamp))
		return NULL;
	sum = g_compute_checksum_for_string(G_CHECKSUM_MD5, parts[3], -1);
	return strcmp(sum, parts[1]) ? NULL : json_tokener_parse(parts[3]);
}

/* Stand-in headers that an argument names have to be there still. */
static bool is_there(const char *arg, const char *overlays, GHashTable *seen)
{
	const char *at = strstr(arg, overlays), *end;
	g_autofree char *mark = NULL;

	if (!at || at[strlen(overlays)] != '/')
		return true;
	end = strchrnul(at + strlen(overlays) + 1, '/');
	mark = g_strdup_printf("%.*s/" OVERLAY_MARKER, (int)(end - at), at);
	if (g_hash_table_contains(seen, mark))
		return true;
	if (!g_file_test(mark, G_FILE_TEST_IS_REGULAR))
		return false;
	g_hash_table_add(seen, g_steal_pointer(&mark));
	return true;
}

static bool take(struct flags_store *s, struct json_object *object)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *overlays = cache_dir("overlay");
	size_t n;

	if (!json_object_object_get_ex(object, "strings", &s->strings) ||
	    !json_object_object_get_ex(object, "files", &s->files) ||
	    !json_object_is_type(s->strings, json_type_array) ||
	    !json_object_is_type(s->files, json_type_object))
		return false;
	n = json_object_array_length(s->strings);
	for (size_t i = 0; i < n; i++) {
		const char *text = json_object_get_string(
			json_object_array_get_idx(s->strings, i));

		if (!text || !is_there(text, overlays, seen))
			return false;
	}
	json_object_get(s->strings);
	json_object_get(s->files);
	for (size_t i = 0; i < n; i++)
		g_hash_table_insert(
			s->numbers,
			(void *)json_object_get_string(
				json_object_array_get_idx(s->strings, i)),
			GUINT_TO_POINTER(i + 1));
	return true;
}

struct flags_store *flags_store_open(const char *name, const char *stamp)
{
	struct flags_store *s = g_new0(struct flags_store, 1);
	struct json_object *object;

	s->path = store_path(name);
	s->stamp = g_strdup(stamp);
	s->numbers = g_hash_table_new(g_str_hash, g_str_equal);
	object = read_store(s->path, stamp);
	if (!object || !take(s, object)) {
		s->strings = json_object_new_array();
		s->files = json_object_new_object();
	}
	json_object_put(object);
	return s;
}

static void save(struct flags_store *s)
{
	struct json_object *object = json_object_new_object();
	g_autofree char *sum = NULL;
	g_autofree char *all = NULL;
	const char *text;

	json_object_object_add(object, "strings", json_object_get(s->strings));
	json_object_object_add(object, "files", json_object_get(s->files));
	text = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN);
	sum = g_compute_checksum_for_string(G_CHECKSUM_MD5, text, -1);
	all = g_strdup_printf(MAGIC "\n%s\n%s\n%s", sum, s->stamp, text);
	if (cache_write(s->path, all, strlen(all)))
		cache_trim("flags", MAX_KEPT, G_MAXUINT64);
	json_object_put(object);
}

void flags_store_close(struct flags_store *s)
{
	if (!s)
		return;
	if (s->dirty)
		save(s);
	json_object_put(s->strings);
	json_object_put(s->files);
	g_hash_table_unref(s->numbers);
	g_free(s->stamp);
	g_free(s->path);
	g_free(s);
}

/* A line end cannot be in either. */
static char *make_key(const char *file, const char *symbol)
{
	return symbol ? g_strdup_printf("%s\n%s", file, symbol) :
			g_strdup(file);
}

static const char *string_at(const struct flags_store *s,
			     struct json_object *number)
{
	size_t i = (size_t)json_object_get_int64(number);

	return i < json_object_array_length(s->strings) ?
		       json_object_get_string(
			       json_object_array_get_idx(s->strings, i)) :
		       NULL;
}

static char **get_list(const struct flags_store *s, struct json_object *entry,
		       const char *key)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	struct json_object *list;
	size_t n;

	if (!json_object_object_get_ex(entry, key, &list))
		return NULL;
	n = json_object_array_length(list);
	for (size_t i = 0; i < n; i++) {
		const char *text =
			string_at(s, json_object_array_get_idx(list, i));

		if (text)
			g_strv_builder_add(builder, text);
	}
	return g_strv_builder_end(builder);
}

static const char *get_text(struct json_object *entry, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(entry, key, &value) ?
		       g_intern_string(json_object_get_string(value)) :
		       "";
}

struct tree_compile *flags_store_get(struct flags_store *s, const char *file,
				     const char *symbol, bool *known)
{
	g_autofree char *key = make_key(file, symbol);
	struct json_object *entry;
	struct tree_compile *tc;

	*known = s && json_object_object_get_ex(s->files, key, &entry);
	if (!*known || !entry)
		return NULL;
	tc = g_new0(struct tree_compile, 1);
	tc->file = g_intern_string(file);
	tc->arch = get_text(entry, "arch");
	tc->config = get_text(entry, "config");
	tc->argv = (const char *const *)get_list(s, entry, "argv");
	tc->common = (const char *const *)get_list(s, entry, "common");
	return tc;
}

static struct json_object *put_list(struct flags_store *s,
				    const char *const *list)
{
	struct json_object *array = json_object_new_array();

	for (; *list; list++) {
		guint n = GPOINTER_TO_UINT(
			g_hash_table_lookup(s->numbers, *list));

		if (!n) {
			struct json_object *text =
				json_object_new_string(*list);

			json_object_array_add(s->strings, text);
			n = json_object_array_length(s->strings);
			g_hash_table_insert(
				s->numbers,
				(void *)json_object_get_string(text),
				GUINT_TO_POINTER(n));
		}
		json_object_array_add(array, json_object_new_int(n - 1));
	}
	return array;
}

void flags_store_put(struct flags_store *s, const char *file,
		     const char *symbol, const struct tree_compile *tc)
{
	g_autofree char *key = make_key(file, symbol);
	struct json_object *entry = NULL;

	if (!s)
		return;
	if (tc) {
		entry = json_object_new_object();
		json_object_object_add(entry, "arch",
				       json_object_new_string(tc->arch));
		json_object_object_add(entry, "config",
				       json_object_new_string(tc->config));
		json_object_object_add(entry, "argv", put_list(s, tc->argv));
		if (tc->common)
			json_object_object_add(entry, "common",
					       put_list(s, tc->common));
	}
	json_object_object_add(s->files, key, entry);
	s->dirty = true;
}

void flags_store_free(struct tree_compile *tc)
{
	if (!tc)
		return;
	g_strfreev((char **)tc->argv);
	g_strfreev((char **)tc->common);
	g_free(tc);
}
