// SPDX-License-Identifier: GPL-2.0-only
/*
 * overlay.c - keep generated headers below the user's cache directory
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "tree/overlay.h"
#include "tree/private.h"

void overlay_add(struct overlay *o, const char *path, char *content)
{
	if (g_hash_table_contains(o->files, path))
		g_free(content);
	else
		g_hash_table_insert(o->files, g_strdup(path), content);
}

char *overlay_read(const struct overlay *o, const char *path)
{
	g_autofree char *full = g_build_filename(o->kernel, path, NULL);
	g_autofree char *why = NULL;
	GByteArray *buf = g_byte_array_new();

	if (read_regular(full, buf, &why)) {
		g_byte_array_unref(buf);
		return NULL;
	}
	g_byte_array_append(buf, (const guint8 *)"", 1);
	return (char *)g_byte_array_free(buf, FALSE);
}

static gint compare_paths(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The paths in a fixed order. */
static GPtrArray *sorted_paths(GHashTable *files)
{
	GPtrArray *paths = g_ptr_array_new();
	GHashTableIter iter;
	gpointer path;

	g_hash_table_iter_init(&iter, files);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_ptr_array_add(paths, path);
	g_ptr_array_sort(paths, compare_paths);
	return paths;
}

static char *make_key(GHashTable *files, GPtrArray *paths, const char *label)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	g_checksum_update(sum, (const guchar *)GUP2PIN_VERSION,
			  sizeof(GUP2PIN_VERSION));
	g_checksum_update(sum, (const guchar *)label, strlen(label) + 1);
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		const char *text = g_hash_table_lookup(files, path);

		g_checksum_update(sum, (const guchar *)path, strlen(path) + 1);
		g_checksum_update(sum, (const guchar *)text, strlen(text) + 1);
	}
	return g_strdup(g_checksum_get_string(sum));
}

/* g_file_set_contents() would fsync() each of a hundred files. */
static int write_file(const char *path, const char *text)
{
	size_t len = strlen(text);
	FILE *f = fopen(path, "wxe");
	int err = 0;

	if (!f)
		return errno;
	if (fwrite(text, 1, len, f) != len)
		err = errno;
	if (fclose(f) && !err)
		err = errno;
	return err;
}

static int write_below(const char *dir, const char *rel, const char *text)
{
	g_autofree char *path = g_build_filename(dir, rel, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	if (g_mkdir_with_parents(parent, 0700))
		return errno;
	return write_file(path, text);
}

static int write_all(const char *dir, GHashTable *files, GPtrArray *paths)
{
	int err = 0;

	for (guint i = 0; !err && i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);

		err = write_below(dir, path, g_hash_table_lookup(files, path));
	}
	return err ? err : write_below(dir, OVERLAY_MARKER, "");
}

/* Remove a directory that is ours: symbolic links are not followed. */
static void remove_tree(const char *path)
{
	g_autoptr(GDir) dir = NULL;
	const char *name;

	if (g_file_test(path, G_FILE_TEST_IS_SYMLINK) ||
	    !(dir = g_dir_open(path, 0, NULL))) {
		g_unlink(path);
		return;
	}
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		remove_tree(child);
	}
	g_rmdir(path);
}

static bool is_complete(const char *dir)
{
	g_autofree char *marker = g_build_filename(dir, OVERLAY_MARKER, NULL);

	return g_file_test(marker, G_FILE_TEST_IS_REGULAR);
}

/* Put the finished directory in its place; another run may have been first. */
static int move_into_place(const char *tmp, const char *place)
{
	if (!g_rename(tmp, place) || is_complete(place))
		return 0;
	/* a damaged one is in the way */
	remove_tree(place);
	if (!g_rename(tmp, place) || is_complete(place))
		return 0;
	return errno;
}

static int write_overlay(const char *base, const char *place, GHashTable *files,
			 GPtrArray *paths)
{
	g_autofree char *tmp = g_build_filename(base, "tmp-XXXXXX", NULL);
	int err;

	if (g_mkdir_with_parents(base, 0700) || !g_mkdtemp(tmp))
		return errno;
	err = write_all(tmp, files, paths);
	if (!err)
		err = move_into_place(tmp, place);
	if (g_file_test(tmp, G_FILE_TEST_IS_DIR))
		remove_tree(tmp);
	return err;
}

static GPtrArray *private_dirs;

static void remove_private(void)
{
	for (unsigned int i = 0; i < private_dirs->len; i++)
		remove_tree(private_dirs->pdata[i]);
	g_ptr_array_unref(private_dirs);
}

/* Where the cache cannot be written: a directory that goes with the process. */
static char *write_private(GHashTable *files, GPtrArray *paths)
{
	const char *base = g_getenv("TMPDIR");
	char *dir = g_build_filename(base && *base ? base : "/tmp",
				     "gup2pin-XXXXXX", NULL);

	if (!g_mkdtemp(dir)) {
		g_free(dir);
		return NULL;
	}
	if (!private_dirs) {
		private_dirs = g_ptr_array_new_with_free_func(g_free);
		atexit(remove_private);
	}
	g_ptr_array_add(private_dirs, g_strdup(dir));
	if (!write_all(dir, files, paths))
		return dir;
	g_free(dir);
	return NULL;
}

char *overlay_store(GHashTable *files, const char *label, GError **error)
{
	g_autoptr(GPtrArray) paths = sorted_paths(files);
	g_autofree char *key = make_key(files, paths, label);
	g_autofree char *base = g_build_filename(g_get_user_cache_dir(),
						 "gup2pin", "overlay", NULL);
	g_autofree char *place = g_build_filename(base, key, NULL);
	int err;

	if (is_complete(place))
		return g_steal_pointer(&place);
	err = write_overlay(base, place, files, paths);
	if (!err)
		return g_steal_pointer(&place);
	g_free(place);
	place = write_private(files, paths);
	if (place)
		return g_steal_pointer(&place);
	g_set_error(
		error, G2P_ERROR, G2P_ERROR_IO,
		"%s: cannot write the stand-in headers: %s; set XDG_CACHE_HOME to a directory that can be written",
		base, g_strerror(err));
	return NULL;
}

char *overlay_make(const char *kernel, const char *version,
		   const struct arch *arch, const struct kconfig *kc,
		   const char *label, GError **error)
{
	struct overlay o = {
		.kernel = kernel,
		.version = version,
		.arch = arch,
		.kc = kc,
	};
	char *dir;

	o.files =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	overlay_add_common(&o);
	overlay_add_asm(&o);
	overlay_add_unnamed(&o);
	dir = overlay_store(o.files, label, error);
	g_hash_table_unref(o.files);
	return dir;
}
