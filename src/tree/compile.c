// SPDX-License-Identifier: GPL-2.0-only
/*
 * compile.c - tree_compile(), the one door to flags.h
 */
#include "tree/overlay.h"
#include "tree/private.h"

static struct tree_flags *get_flags(struct tree *tree)
{
	g_mutex_lock(&tree->lock);
	if (!tree->flags) {
		tree->flags = tree_flags_new(tree->root, tree->kernel,
					     tree->version, tree->verbose);
		tree->flags_free = tree_flags_free;
	}
	g_mutex_unlock(&tree->lock);
	return tree->flags;
}

void tree_set_command(struct tree *tree, const char *dir, const char *file,
		      const char *const *words)
{
	tree_flags_set_command(get_flags(tree), dir, file, words);
}

const struct tree_compile *tree_compile(struct tree *tree, const char *file,
					GError **error)
{
	return tree_flags_get(get_flags(tree), file, error);
}

bool tree_compile_also(struct tree *tree, const char *file, const char *symbol)
{
	return tree_flags_also(get_flags(tree), file, symbol);
}

gboolean tree_set_version(struct tree *tree, const struct tree_as *as,
			  GError **error)
{
	g_autoptr(GHashTable) files = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *dir = NULL;

	if (as) {
		g_hash_table_insert(files, "linux/version.h", as->header);
		dir = overlay_store(files, as->label, error);
		if (!dir)
			return FALSE;
	}
	tree_flags_set_version(get_flags(tree), as ? as->label : NULL, dir);
	return TRUE;
}
