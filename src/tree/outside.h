/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * outside.h - flags of a tree that lead out of it
 */
#ifndef TREE_OUTSIDE_H
#define TREE_OUTSIDE_H

#include <glib.h>

/**
 * outside_tell() - name what is read from elsewhere, on standard error
 * @told: set of paths (key-type char*) that were named already
 * @own: NULL-terminated: the tree, and other directories that are ours
 * @argv: NULL-terminated flags of a file
 *
 * Where a directory is counts, not what it is called: a link may lead out.
 */
void outside_tell(GHashTable *told, const char *const *own,
		  const char *const *argv);

#endif
