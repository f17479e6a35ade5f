// SPDX-License-Identifier: GPL-2.0-only
/*
 * compile.c - tree_compile(), the one door to flags.h
 */
#include <string.h>
#include "tree/flags_store.h"
#include "tree/manifest.h"
#include "tree/overlay.h"
#include "tree/private.h"

#define JOBS 2

/* Of all directories that flags are made from; NULL when it is too early to
 * say, or nothing is to be kept.
 */
static char *make_stamp(struct tree *tree)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	const struct manifest *own = manifest_of(tree, JOBS);
	const char *const others[] = { tree->kernel, tree->source };
	bool ok = own && flags_stamp(sum, own);

	g_checksum_update(sum, (const guchar *)tree->version, -1);
	for (size_t i = 0; ok && i < G_N_ELEMENTS(others); i++) {
		struct manifest *m;

		if (!strcmp(others[i], tree->root) ||
		    (i && !strcmp(others[i], others[i - 1])))
			continue;
		m = manifest_new(others[i], JOBS);
		ok = flags_stamp(sum, m);
		manifest_free(m);
	}
	return ok ? g_strdup(g_checksum_get_string(sum)) : NULL;
}

static struct tree_flags *get_flags(struct tree *tree)
{
	g_autofree char *stamp = tree->flags ? NULL : make_stamp(tree);

	g_mutex_lock(&tree->lock);
	if (!tree->flags) {
		tree->flags = tree_flags_new(tree->root, tree->kernel,
					     tree->version, tree->verbose);
		tree->flags_free = tree_flags_free;
		if (stamp)
			tree_flags_keep(tree->flags, stamp);
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

bool tree_builds(struct tree *tree, const char *file)
{
	return tree_flags_builds(get_flags(tree), file);
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
