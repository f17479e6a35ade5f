// SPDX-License-Identifier: GPL-2.0-only
/*
 * compile.c - tree_compile(), the one door to flags.h
 */
#include "tree/private.h"

static void make_flags(struct tree *tree)
{
	g_mutex_lock(&tree->lock);
	if (!tree->flags) {
		tree->flags = tree_flags_new(tree->root, tree->kernel,
					     tree->version, tree->verbose);
		tree->flags_free = tree_flags_free;
	}
	g_mutex_unlock(&tree->lock);
}

void tree_set_command(struct tree *tree, const char *dir, const char *file,
		      const char *const *words)
{
	make_flags(tree);
	tree_flags_set_command(tree->flags, dir, file, words);
}

const struct tree_compile *tree_compile(struct tree *tree, const char *file,
					GError **error)
{
	make_flags(tree);
	return tree_flags_get(tree->flags, file, error);
}
