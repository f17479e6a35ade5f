// SPDX-License-Identifier: GPL-2.0-only
/* load.c - facts that were gathered somewhere */
#include <string.h>
#include "facts/json.h"
#include "tree/read.h"

static void unit_destroy(void *unit)
{
	facts_unit_free(unit);
}

/* Two shards may have the same file: they have to agree on it. */
static bool is_same(const struct facts_unit *a, const struct facts_unit *b)
{
	g_autofree char *text_a = facts_to_json(a), *text_b = facts_to_json(b);

	return !strcmp(text_a, text_b);
}

static bool add(GHashTable *units, struct facts_unit *unit, const char *path,
		GError **error)
{
	const struct facts_unit *old = g_hash_table_lookup(units, unit->file);
	bool same = old && is_same(old, unit);

	if (!old) {
		g_hash_table_insert(units, (char *)unit->file, unit);
		return true;
	}
	if (!same)
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_DATA,
			"%s: there are other facts of %s as well; extract them anew into an empty directory",
			path, unit->file);
	facts_unit_free(unit);
	return same;
}

static bool load_file(GHashTable *units, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	struct facts_unit *unit;
	GError *why = NULL;
	gsize len;

	if (!tree_read_file(path, &text, &len, error))
		return false;
	unit = facts_from_json(text, len, &why);
	if (!unit) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_DATA, "%s: %s", path,
			    why->message);
		g_error_free(why);
		return false;
	}
	return add(units, unit, path, error);
}

static bool load_dir(GHashTable *units, const char *where, GError **error)
{
	GError *why = NULL;
	g_autoptr(GDir) dir = g_dir_open(where, 0, &why);
	const char *name;
	bool ok = true;

	if (!dir) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO, "%s", why->message);
		g_error_free(why);
		return false;
	}
	while (ok && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(where, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_SYMLINK))
			continue;
		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			ok = load_dir(units, path, error);
		else if (g_str_has_suffix(name, ".json"))
			ok = load_file(units, path, error);
	}
	return ok;
}

GHashTable *facts_load(const char *const *dirs, GError **error)
{
	GHashTable *units = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
						  unit_destroy);

	for (; *dirs; dirs++) {
		if (load_dir(units, *dirs, error))
			continue;
		g_hash_table_unref(units);
		return NULL;
	}
	return units;
}
