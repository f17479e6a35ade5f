// SPDX-License-Identifier: GPL-2.0-only
/*
 * compile.c - tree_compile(), the one door to flags.h
 */
#include "tree/private.h"

const struct tree_compile *tree_compile(struct tree *tree, const char *file,
					GError **error)
{
	g_mutex_lock(&tree->lock);
	if (!tree->flags) {
		tree->flags = tree_flags_new(tree->root, tree->kernel,
					     tree->version, tree->verbose);
		tree->flags_free = tree_flags_free;
	}
	g_mutex_unlock(&tree->lock);
	return tree_flags_get(tree->flags, file, error);
}
