/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rewrite.h - planned edits to checked text
 *
 * One generated semantic patch, one run of spatch on copies in a private
 * temporary directory, then the result goes through front, flow and verdict
 * again.  All or nothing per group of page sets.
 */
#ifndef REWRITE_REWRITE_H
#define REWRITE_REWRITE_H

#include <glib.h>
#include "verdict/verdict.h"

/**
 * struct rewrite_file - a file that changes
 * @path: relative to the root
 * @before: content on disk when it was read
 * @after: content after the conversion
 */
struct rewrite_file {
	char *path;
	GBytes *before;
	GBytes *after;
};

/**
 * struct rewrite_withdrawn - a planned conversion that is not emitted
 * @site: (not owned) the site; its action was set to ACTION_MANUAL and its
 *	why to the reason
 * @reason: which check failed and where
 */
struct rewrite_withdrawn {
	struct verdict_site *site;
	char *reason;
};

/**
 * struct rewrite_result - what convert emits
 * @files: (element-type rewrite_file*): sorted by path; only files that change
 * @withdrawn: (element-type rewrite_withdrawn*)
 * @cocci: the semantic patch that made the change, NULL when there was none
 */
struct rewrite_result {
	GPtrArray *files;
	GPtrArray *withdrawn;
	char *cocci;
};

/**
 * struct rewrite_options - how to rewrite
 * @jobs: parallel workers for the check
 * @spatch: the spatch to run, NULL for the one in PATH
 * @no_check: leave the check out (for the tests of the check itself)
 */
struct rewrite_options {
	unsigned int jobs;
	const char *spatch;
	bool no_check;
};

/**
 * rewrite_run() - carry out the plans of all ACTION_CONVERT sites
 * @v: the verdict; sites that are withdrawn are changed in place
 * @opts: options
 * @error: G2P_ERROR_TOOL when spatch is missing (says how to install it) or
 *	fails, G2P_ERROR_IO
 *
 * Nothing below the tree's root is written.  The edits of the sites that are
 * converted say what became of their calls.
 *
 * Return: (transfer full): free with rewrite_result_free(), or NULL
 */
struct rewrite_result *rewrite_run(struct verdict *v,
				   const struct rewrite_options *opts,
				   GError **error);

/**
 * rewrite_result_free() - free what rewrite_run() returned; NULL is fine
 */
void rewrite_result_free(struct rewrite_result *result);

/**
 * rewrite_diff() - a unified diff that git apply and patch -p1 take
 * @result: the changed files
 * @error: G2P_ERROR_TOOL from libgit2
 *
 * Return: (transfer full): text; empty when nothing changes
 */
char *rewrite_diff(const struct rewrite_result *result, GError **error);

/**
 * rewrite_line_stats() - how many lines a file gains and loses
 * @file: the file
 * @added: result
 * @removed: result
 *
 * Return: false when libgit2 fails
 */
bool rewrite_line_stats(const struct rewrite_file *file, size_t *added,
			size_t *removed);

/**
 * struct rewrite_hunk - lines that give way to others
 * @first: first old line, from 1
 * @n_old: how many; 0: the new ones come in front of first
 * @text: new lines
 */
struct rewrite_hunk {
	unsigned int first;
	unsigned int n_old;
	GString *text;
};

/**
 * rewrite_hunks() - the changes of one file
 *
 * Return: (transfer full) (element-type rewrite_hunk*): in text order; NULL
 * when libgit2 fails
 */
GPtrArray *rewrite_hunks(const struct rewrite_file *file);

/**
 * rewrite_old_names() - lines of text that name what is no longer called
 * @file: a changed file
 * @site: a site that was converted; may be of another file
 *
 * A comment or a message such as "get_user_pages failed" stays as it is: what
 * it should say is up to a person.
 *
 * Return: (transfer full) (element-type guint): lines of the changed text, each
 * once; free with g_array_unref()
 */
GArray *rewrite_old_names(const struct rewrite_file *file,
			  const struct verdict_site *site);

/**
 * rewrite_in_place() - replace the changed files, each atomically
 * @v: for the root
 * @result: the changed files
 * @error: G2P_ERROR_IO: a file changed since it was read, or cannot be
 *	written; then all are as before
 *
 * A symbolic link that leads out of the root is an error.
 *
 * Return: false on error
 */
gboolean rewrite_in_place(const struct verdict *v,
			  const struct rewrite_result *result, GError **error);

/**
 * rewrite_to_dir() - write the changed files below a directory
 * @result: the changed files
 * @dir: made when missing; must not hold any of the files already
 * @error: G2P_ERROR_IO; then nothing is left behind
 *
 * Return: false on error
 */
gboolean rewrite_to_dir(const struct rewrite_result *result, const char *dir,
			GError **error);

/**
 * rewrite_spatch_version() - "1.1.1", or NULL when there is no spatch
 *
 * Return: (transfer full)
 */
char *rewrite_spatch_version(void);

#endif
