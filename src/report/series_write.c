// SPDX-License-Identifier: GPL-2.0-only
/* series_write.c - all files of a series, or none */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "report/series.h"
#include "rewrite/leave.h"

static bool fail(GError **error, const char *path, const char *what)
{
	g_set_error(error, G2P_ERROR, G2P_ERROR_IO, "%s: %s: %s", path, what,
		    g_strerror(errno));
	return false;
}

/* Name of the first directory above that is there. */
static char *existing(const char *dir)
{
	char *above = g_strdup(dir);

	while (!g_file_test(above, G_FILE_TEST_EXISTS)) {
		char *next = g_path_get_dirname(above);

		g_free(above);
		above = next;
	}
	return above;
}

bool report_series_check(const char *dir, GError **error)
{
	g_autofree char *above = existing(dir);
	bool there = !strcmp(above, dir), empty;
	GDir *d;

	if (access(above, R_OK | W_OK | X_OK) ||
	    !g_file_test(above, G_FILE_TEST_IS_DIR)) {
		if (!g_file_test(above, G_FILE_TEST_IS_DIR))
			errno = ENOTDIR;
		return fail(error, above,
			    there ? "cannot write there" :
				    "no directory can be made there");
	}
	if (!there)
		return true;
	d = g_dir_open(dir, 0, NULL);
	empty = d && !g_dir_read_name(d);
	if (d)
		g_dir_close(d);
	if (!empty)
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_IO,
			"%s: is not empty: an older series would be mixed up with this one; give a new directory",
			dir);
	return empty;
}

static bool make_directory(const char *dir, GPtrArray *made, GError **error)
{
	g_autofree char *above = NULL;

	if (g_file_test(dir, G_FILE_TEST_IS_DIR))
		return true;
	above = g_path_get_dirname(dir);
	if (strcmp(above, dir) && !make_directory(above, made, error))
		return false;
	if (g_mkdir(dir, 0777))
		return fail(error, dir, "cannot be made");
	g_ptr_array_add(made, g_strdup(dir));
	return true;
}

static bool write_file(const struct series_mail *mail, const char *dir,
		       GError **error)
{
	g_autofree char *path = g_build_filename(dir, mail->name, NULL);
	g_autoptr(GError) local = NULL;

	if (g_file_set_contents_full(path, mail->text, -1,
				     G_FILE_SET_CONTENTS_NONE, 0666, &local))
		return true;
	g_set_error(error, G2P_ERROR, G2P_ERROR_IO, "%s: cannot be written: %s",
		    path, local->message);
	return false;
}

static void remove_file(const struct series_mail *mail, const char *dir)
{
	g_autofree char *path = g_build_filename(dir, mail->name, NULL);

	g_unlink(path);
}

/* From the directory where they were written, once all are complete. */
static bool move_up(GPtrArray *mails, const char *from, const char *to,
		    GError **error)
{
	for (unsigned int i = 0; i < mails->len; i++) {
		const struct series_mail *mail = mails->pdata[i];
		g_autofree char *old = g_build_filename(from, mail->name, NULL);
		g_autofree char *new = g_build_filename(to, mail->name, NULL);

		if (!g_rename(old, new))
			continue;
		fail(error, new, "cannot be written");
		while (i-- > 0)
			remove_file(mails->pdata[i], to);
		return false;
	}
	return true;
}

bool report_series_write(GPtrArray *mails, const char *dir, GError **error)
{
	g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *work = g_build_filename(dir, ".series-XXXXXX", NULL);
	bool ok, temp;

	leave_hold();
	ok = report_series_check(dir, error) &&
	     make_directory(dir, made, error);
	temp = ok && g_mkdtemp(work);
	if (ok && !temp)
		ok = fail(error, work, "cannot be made");
	for (unsigned int i = 0; ok && i < mails->len; i++)
		ok = write_file(mails->pdata[i], work, error);
	if (ok)
		ok = move_up(mails, work, dir, error);
	for (unsigned int i = 0; temp && !ok && i < mails->len; i++)
		remove_file(mails->pdata[i], work);
	if (temp)
		g_rmdir(work);
	/* what was made last goes first */
	for (unsigned int i = made->len; !ok && i-- > 0;)
		g_rmdir(made->pdata[i]);
	leave_go(NULL);
	return ok;
}
