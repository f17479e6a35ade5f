/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch.h - one patch of a series while it is put together
 *
 * Inside report/ only.
 */
#ifndef REPORT_PATCH_H
#define REPORT_PATCH_H

#include "report/series.h"

/**
 * struct patch - one patch
 * @key: what its files have in common
 * @files: (element-type rewrite_file*) (not owned): sorted by path
 * @paths: their paths, NULL-terminated (not owned)
 * @sites: (element-type verdict_site*) (not owned): what is converted
 * @module: name of an out-of-tree module, or NULL
 * @prefix: "RDMA/umem"
 * @subject: with the prefix
 * @message: what is below the subject, up to the trailers
 * @diff: what changes, with paths from the top of the repository
 * @route: (element-type maintainers_contact*): who gets it
 */
struct patch {
	char *key;
	GPtrArray *files;
	GPtrArray *paths;
	GPtrArray *sites;
	char *module;
	char *prefix;
	char *subject;
	char *message;
	char *diff;
	GPtrArray *route;
};

/**
 * patch_group() - divide a conversion into patches
 *
 * Return: (transfer full) (element-type patch*): in order of their first files,
 * with key, files, paths and sites set
 */
GPtrArray *patch_group(const struct verdict *v,
		       const struct rewrite_result *result,
		       const struct maintainers *m, enum series_by by);

/**
 * patch_subject() - the subject of a patch
 * @h: for the prefix
 * @p: its prefix and subject are set
 */
void patch_subject(const struct history *h, struct patch *p);

/**
 * patch_message() - the message of a patch
 * @p: the patch; its sites are read
 *
 * Return: (transfer full): lines of at most 75 columns
 */
char *patch_message(const struct patch *p);

/**
 * patch_notes() - what a reviewer should know and the log need not
 * @p: the patch; its sites are read
 *
 * Return: (transfer full): may be empty; belongs below the "---"
 */
char *patch_notes(const struct patch *p);

/**
 * patch_cover() - text of the cover letter
 * @patches: (element-type patch*)
 * @opts: for the author
 *
 * Return: (transfer full): up to the diffstat
 */
char *patch_cover(GPtrArray *patches, const struct series_options *opts);

/**
 * patch_cover_tables() - every call site: changed, left to a person, kept
 * @v: the verdict
 *
 * Return: (transfer full): for below the diffstat
 */
char *patch_cover_tables(const struct verdict *v);

/**
 * patch_cover_subject() - subject of the cover letter
 *
 * Return: (transfer full)
 */
char *patch_cover_subject(GPtrArray *patches);

/**
 * patch_edit() - the first edit of a kind that a site wants
 * @site: the site
 * @kind: which kind
 *
 * Return: (transfer none): NULL when there is no such edit
 */
const struct verdict_edit *patch_edit(const struct verdict_site *site,
				      enum verdict_edit_kind kind);

#endif
