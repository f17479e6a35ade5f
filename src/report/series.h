/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * series.h - a conversion as mails that git am takes
 *
 * One patch per section of MAINTAINERS (or directory, or file).  The patches
 * of a series change different files, and everything that has to change
 * together is in one of them: each can be applied alone.
 */
#ifndef REPORT_SERIES_H
#define REPORT_SERIES_H

#include <stdbool.h>
#include <glib.h>
#include "rewrite/rewrite.h"
#include "tree/history.h"
#include "tree/maintainers.h"
#include "verdict/verdict.h"

/**
 * enum series_by - what becomes one patch
 * @SERIES_BY_SECTION: the files of a section of MAINTAINERS, or of a directory
 *	when they are in none
 * @SERIES_BY_DIRECTORY: the files of a directory
 * @SERIES_BY_FILE: one file
 *
 * Files that share a page set are never apart.
 */
enum series_by {
	SERIES_BY_SECTION,
	SERIES_BY_DIRECTORY,
	SERIES_BY_FILE,
};

/**
 * struct series_options - what the command line says
 * @by: what becomes one patch
 * @version: -v: 0 or 1 for none
 * @rfc: --rfc
 * @signoff: --signoff
 * @with_cocci: put the semantic patch into the messages
 * @in_reply_to: message the cover letter answers, with or without <>, or NULL
 * @base: commit the patches apply to, or NULL
 * @name: author
 * @email: author
 * @date: seconds since 1970
 */
struct series_options {
	enum series_by by;
	unsigned int version;
	bool rfc;
	bool signoff;
	bool with_cocci;
	const char *in_reply_to;
	const char *base;
	const char *name;
	const char *email;
	gint64 date;
};

/**
 * struct series_mail - a file of the series
 * @name: "0001-misc-poke-....patch"
 * @text: all of it
 */
struct series_mail {
	char *name;
	char *text;
};

/**
 * report_series() - write the mails of a conversion
 * @v: the verdict
 * @result: what is converted; something is
 * @h: repository of the tree, for subjects; history_read_subjects() was called
 *	with the files of result
 * @m: who gets them
 * @opts: options
 * @error: G2P_ERROR_TOOL from libgit2
 *
 * Return: (transfer full) (element-type series_mail*): the cover letter and
 * the patches, in order; NULL on error
 */
GPtrArray *report_series(const struct verdict *v,
			 const struct rewrite_result *result,
			 const struct history *h, const struct maintainers *m,
			 const struct series_options *opts, GError **error);

/**
 * report_series_check() - can mails be written there
 * @dir: a directory that is empty or can be made
 * @error: G2P_ERROR_IO
 *
 * Return: false on error
 */
bool report_series_check(const char *dir, GError **error);

/**
 * report_series_write() - write the mails, all or none
 * @mails: of report_series()
 * @dir: see report_series_check(); made when missing
 * @error: G2P_ERROR_IO; then nothing is left behind
 *
 * Return: false on error
 */
bool report_series_write(GPtrArray *mails, const char *dir, GError **error);

#endif
