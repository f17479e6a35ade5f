/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * log.h - an opened history
 *
 * Inside tree/ only.
 */
#ifndef TREE_LOG_H
#define TREE_LOG_H

#include <git2.h>
#include "tree/error.h"
#include "tree/history.h"

/**
 * struct history - see history.h
 * @repo: NULL when there is none
 * @index: of the repository
 * @prefix: of the root in the working directory, NULL when the tree is no
 *	git checkout
 * @counts: path of a file, or of a directory with a slash at its end -> (prefix
 *	-> how many commits)
 */
struct history {
	git_repository *repo;
	git_index *index;
	char *prefix;
	GHashTable *counts;
};

/**
 * history_find() - look up a commit
 *
 * Return: (transfer full): NULL when there is none
 */
git_commit *history_find(struct history *h, const char *revision);

#endif
