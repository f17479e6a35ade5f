// SPDX-License-Identifier: GPL-2.0-only
/*
 * output.c - write the changed files
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "rewrite/leave.h"
#include "rewrite/spatch.h"

/* a file's own place, links followed, if that is below the root */
static char *output_resolve(const char *root, const char *path, GError **error)
{
	g_autofree char *full = g_build_filename(root, path, NULL);
	char real_root[PATH_MAX], real[PATH_MAX];
	size_t len;

	if (!realpath(root, real_root) || !realpath(full, real)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: cannot be found: %s", path, g_strerror(errno));
		return NULL;
	}
	len = strlen(real_root);
	if (len > 1 && (strncmp(real, real_root, len) || real[len] != '/')) {
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_IO,
			"%s: is a symbolic link out of the tree, to %s; not written",
			path, real);
		return NULL;
	}
	return g_strdup(real);
}

static bool output_unchanged(const struct rewrite_file *file, const char *real,
			     GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *data = NULL;
	gsize len, n;
	const void *before = g_bytes_get_data(file->before, &n);

	if (!g_file_get_contents(real, &data, &len, &local)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: cannot be read: %s", file->path,
			    local->message);
		return false;
	}
	if (len != n || memcmp(data, before, len)) {
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_IO,
			"%s: changed since it was read; run the conversion again",
			file->path);
		return false;
	}
	return true;
}

static bool output_write(const char *path, const char *name, GBytes *content,
			 unsigned int mode, GError **error)
{
	g_autoptr(GError) local = NULL;
	gsize len;
	const char *data = g_bytes_get_data(content, &len);

	if (g_file_set_contents_full(path, data ? data : "", len,
				     G_FILE_SET_CONTENTS_CONSISTENT |
					     G_FILE_SET_CONTENTS_DURABLE,
				     mode, &local))
		return true;
	g_set_error(error, G2P_ERROR, G2P_ERROR_IO, "%s: cannot be written: %s",
		    name, local->message);
	return false;
}

/* may another file be put into this one's place? */
static bool output_may_replace(const char *root,
			       const struct rewrite_file *file, GError **error)
{
	g_autofree char *real = output_resolve(root, file->path, error);
	g_autofree char *dir = real ? g_path_get_dirname(real) : NULL;

	if (!real || !output_unchanged(file, real, error))
		return false;
	if (!g_access(dir, W_OK))
		return true;
	g_set_error(error, G2P_ERROR, G2P_ERROR_IO, "%s: cannot be written: %s",
		    file->path, g_strerror(errno));
	return false;
}

static bool output_replace(const char *root, const struct rewrite_file *file,
			   GBytes *content, GError **error)
{
	g_autofree char *real = output_resolve(root, file->path, error);
	struct stat st, now;

	if (!real)
		return false;
	if (g_stat(real, &st)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: cannot be read: %s", file->path,
			    g_strerror(errno));
		return false;
	}
	if (!output_write(real, file->path, content, st.st_mode & 07777, error))
		return false;
	/* the new file's mode went through the umask */
	if (!g_stat(real, &now) &&
	    (now.st_mode & 07777) != (st.st_mode & 07777))
		g_chmod(real, st.st_mode & 07777);
	return true;
}

/* All files or none: a page set may have its parts in several. */
static bool output_replace_all(const char *root,
			       const struct rewrite_result *result,
			       GError **error)
{
	const GPtrArray *files = result->files;
	unsigned int i;

	for (i = 0; i < files->len; i++) {
		const struct rewrite_file *file = files->pdata[i];

		if (!output_replace(root, file, file->after, error))
			break;
	}
	if (i == files->len)
		return true;
	while (i-- > 0) {
		const struct rewrite_file *file = files->pdata[i];

		output_replace(root, file, file->before, NULL);
	}
	return false;
}

gboolean rewrite_in_place_root(const char *root,
			       const struct rewrite_result *result,
			       GError **error)
{
	bool ok = true;

	for (unsigned int i = 0; ok && i < result->files->len; i++)
		ok = output_may_replace(root, result->files->pdata[i], error);
	if (!ok || !result->files->len)
		return ok;
	leave_hold();
	ok = output_replace_all(root, result, error);
	leave_go(ok ? "the files were converted before that" : NULL);
	return ok;
}

gboolean rewrite_in_place(const struct verdict *v,
			  const struct rewrite_result *result, GError **error)
{
	return rewrite_in_place_root(tree_root(v->tree), result, error);
}

/* make a directory and those above it; new ones are noted, deepest last */
static bool output_mkdir(const char *dir, GPtrArray *made, GError **error)
{
	g_autofree char *above = NULL;

	if (g_file_test(dir, G_FILE_TEST_IS_DIR))
		return true;
	above = g_path_get_dirname(dir);
	if (strcmp(above, dir) && !output_mkdir(above, made, error))
		return false;
	if (g_mkdir(dir, 0777)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: cannot be made: %s", dir, g_strerror(errno));
		return false;
	}
	g_ptr_array_add(made, g_strdup(dir));
	return true;
}

static bool output_new(const struct rewrite_file *file, const char *dir,
		       GPtrArray *made, GError **error)
{
	g_autofree char *path = g_build_filename(dir, file->path, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	if (!output_mkdir(parent, made, error) ||
	    !output_write(path, path, file->after, 0666, error))
		return false;
	g_ptr_array_add(made, g_steal_pointer(&path));
	return true;
}

static bool output_is_free(const struct rewrite_result *result, const char *dir,
			   GError **error)
{
	for (unsigned int i = 0; i < result->files->len; i++) {
		const struct rewrite_file *file = result->files->pdata[i];
		g_autofree char *path = g_build_filename(dir, file->path, NULL);
		struct stat st;

		if (g_lstat(path, &st))
			continue;
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: exists already; give an empty directory",
			    path);
		return false;
	}
	return true;
}

gboolean rewrite_to_dir(const struct rewrite_result *result, const char *dir,
			GError **error)
{
	g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);
	bool ok = output_is_free(result, dir, error);

	if (!ok)
		return FALSE;
	leave_hold();
	ok = output_mkdir(dir, made, error);
	for (unsigned int i = 0; ok && i < result->files->len; i++)
		ok = output_new(result->files->pdata[i], dir, made, error);
	/* what was made last goes first */
	for (unsigned int i = made->len; !ok && i-- > 0;)
		g_remove(made->pdata[i]);
	leave_go(NULL);
	return ok;
}
