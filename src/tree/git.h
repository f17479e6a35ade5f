/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * git.h - the repository a tree lies in
 *
 * Inside tree/ only.
 */
#ifndef TREE_GIT_H
#define TREE_GIT_H

#include <stdbool.h>
#include <git2.h>

/**
 * git_open() - open the repository around a directory
 * @root: the directory
 * @repo: result; free with git_repository_free()
 * @index: result; free with git_index_free()
 *
 * Whatever comes back, git_libgit2_shutdown() ends it.
 *
 * Return: false when there is none with a working directory
 */
bool git_open(const char *root, git_repository **repo, git_index **index);

/**
 * git_prefix() - path of a directory inside of the working directory
 *
 * Return: (transfer full): "" or ending in a slash; NULL when it lies outside
 */
char *git_prefix(git_repository *repo, const char *root);

#endif
