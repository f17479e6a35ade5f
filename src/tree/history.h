/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history.h - the git repository around a tree: commits, subjects, the author
 *
 * Reads with libgit2; nothing is run and nothing is written.
 */
#ifndef TREE_HISTORY_H
#define TREE_HISTORY_H

#include <stdbool.h>
#include <glib.h>

struct history;

/**
 * history_open() - open the repository that a tree lies in
 * @root: absolute path of the tree
 *
 * Return: (transfer full): free with history_free(); in a directory that is
 * no git checkout it has no commits
 */
struct history *history_open(const char *root);

/**
 * history_free() - free what history_open() returned; NULL is fine
 */
void history_free(struct history *h);

/**
 * history_is_git() - is the tree a git checkout
 */
bool history_is_git(const struct history *h);

/**
 * history_directory() - where the tree lies in the repository
 *
 * Return: (transfer none): "" or ending in a slash; "" without a repository
 */
const char *history_directory(const struct history *h);

/**
 * history_author() - who writes commits here, as git would say
 * @h: the repository, or none
 * @name: result; free with g_free()
 * @email: result; free with g_free()
 * @error: G2P_ERROR_USAGE: git is not told who that is
 *
 * GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL, else git's author.* and user.*.
 *
 * Return: false on error
 */
bool history_author(struct history *h, char **name, char **email,
		    GError **error);

/**
 * history_commit() - the commit that a revision names
 * @h: a git checkout
 * @revision: "HEAD", "v6.12", ...
 * @error: G2P_ERROR_USAGE: there is no such commit
 *
 * Return: (transfer full): 40 hexadecimal digits, or NULL
 */
char *history_commit(struct history *h, const char *revision, GError **error);

/**
 * enum history_state - a file of the tree against a commit
 * @HISTORY_SAME: it holds what it held then
 * @HISTORY_DIFFERS: it does not
 * @HISTORY_NEW: git knows the file, the commit does not
 * @HISTORY_UNKNOWN: git does not know the file
 */
enum history_state {
	HISTORY_SAME,
	HISTORY_DIFFERS,
	HISTORY_NEW,
	HISTORY_UNKNOWN,
};

/**
 * history_state() - compare a file with a commit
 * @h: a git checkout
 * @revision: the commit; a repository without commits knows nothing
 * @path: relative to the tree's root
 * @content: what it holds now
 */
enum history_state history_state(struct history *h, const char *revision,
				 const char *path, GBytes *content);

/* commits that history_read_subjects() looks at; a bare number: see --help */
#define HISTORY_COMMITS_MAX 20000

/**
 * history_read_subjects() - read how the subjects of some files' commits begin
 * @h: the repository
 * @revision: the youngest commit to look at
 * @paths: NULL-terminated: the files, relative to the tree's root
 *
 * The last commits are looked at until enough is known of every file,
 * %HISTORY_COMMITS_MAX at most.
 */
void history_read_subjects(struct history *h, const char *revision,
			   const char *const *paths);

/**
 * history_prefix() - how the subject of a change to some files begins
 * @h: the repository, after history_read_subjects() with these files
 * @paths: NULL-terminated
 *
 * What most commits to these files have in front of the last ": " of their
 * subject; else most commits to other files of their directories.
 *
 * Return: (transfer full): "RDMA/umem", or NULL when the history does not say
 */
char *history_prefix(const struct history *h, const char *const *paths);

/**
 * history_subject_prefix() - what stands in front of a commit's subject
 *
 * Return: (transfer full): NULL when there is nothing, or it is no prefix
 */
char *history_subject_prefix(const char *subject);

/**
 * history_staged() - is something of a file in the index only?
 * @h: may be no git checkout
 * @path: of the file, relative to the root
 *
 * Return: true when the index holds something else than HEAD, or a conflict
 */
bool history_staged(struct history *h, const char *path);

#endif
