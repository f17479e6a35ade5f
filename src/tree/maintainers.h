/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * maintainers.h - who looks after a file: a tree's MAINTAINERS and .mailmap
 *
 * Says what the kernel's scripts/get_maintainer.pl says without git; the rules
 * are that script's.  Nothing of the tree is run.
 */
#ifndef TREE_MAINTAINERS_H
#define TREE_MAINTAINERS_H

#include <stdbool.h>
#include <glib.h>

struct maintainers;

/**
 * enum maintainers_kind - why somebody gets a patch
 * @MAINTAINERS_MAINTAINER: an M: line
 * @MAINTAINERS_REVIEWER: an R: line
 * @MAINTAINERS_LIST: an L: line
 */
enum maintainers_kind {
	MAINTAINERS_MAINTAINER,
	MAINTAINERS_REVIEWER,
	MAINTAINERS_LIST,
};

/**
 * struct maintainers_contact - one address
 * @kind: why
 * @name: as people write it, without quotes, UTF-8; "" when there is none
 * @address: mail address
 */
struct maintainers_contact {
	enum maintainers_kind kind;
	char *name;
	char *address;
};

/**
 * maintainers_read() - read MAINTAINERS and .mailmap of a tree
 * @root: absolute path of the tree
 * @error: G2P_ERROR_IO: there is a MAINTAINERS that cannot be read
 *
 * Return: (transfer full): free with maintainers_free(); without sections when
 * the tree has no MAINTAINERS; NULL on error
 */
struct maintainers *maintainers_read(const char *root, GError **error);

/**
 * maintainers_free() - free what maintainers_read() returned; NULL is fine
 */
void maintainers_free(struct maintainers *m);

/**
 * maintainers_section() - the section that a file belongs to most of all
 * @m: of the tree
 * @path: relative to the root
 *
 * The one whose pattern names most directories of the path; of several the
 * first.  Patterns that match everything do not count.
 *
 * Return: (transfer none): its title, or NULL
 */
const char *maintainers_section(const struct maintainers *m, const char *path);

/**
 * maintainers_route() - who gets a patch
 * @m: of the tree
 * @paths: NULL-terminated: what it changes, relative to the root
 * @patch: text of the patch from its message on, for K: lines, or NULL
 *
 * Return: (transfer full) (element-type maintainers_contact*): each once,
 * people before lists
 */
GPtrArray *maintainers_route(const struct maintainers *m,
			     const char *const *paths, const char *patch);

#endif
