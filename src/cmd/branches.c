// SPDX-License-Identifier: GPL-2.0-only
/* branches.c - a module as every kernel version that it knows would have it */
#include <string.h>
#include "cmd/cmd.h"

static bool all_tried(const struct verdict *v)
{
	for (unsigned int i = 0; i < v->branches->len; i++) {
		const struct verdict_branch *b = v->branches->pdata[i];

		if (!b->tried)
			return false;
	}
	return true;
}

bool cmd_is_module(struct cmd *c)
{
	if (tree_is_module(c->tree))
		return true;
	cmd_complain(
		c,
		"--all-branches is for an out-of-tree module: name its kernel with --kernel DIR");
	return false;
}

/* Add what one version brings. */
static gboolean walk(struct cmd *c, const struct tree_as *as,
		     const struct verdict_options *options, struct verdict *v,
		     GError **error)
{
	struct verdict_options other_options = *options;
	struct verdict *other = NULL;

	if (c->verbose)
		cmd_complain(c, "walking the branches of %s", as->label);
	/* facts of the other versions are no facts of this one */
	other_options.earlier = NULL;
	other_options.facts = NULL;
	if (tree_set_version(c->tree, as, error))
		other = verdict_run(c->tree, c->api, &other_options, error);
	if (!other)
		return FALSE;
	verdict_absorb(v, other, as, options->overlay);
	return TRUE;
}

gboolean cmd_walk_branches(struct cmd *c, const struct verdict_options *options,
			   struct verdict *v, GError **error)
{
	g_autoptr(GPtrArray) versions = tree_versions(c->tree, c->api);
	gboolean ok = TRUE;

	for (unsigned int i = 0; ok && i < versions->len; i++) {
		const struct tree_as *as = versions->pdata[i];

		/* pairs are many: as long as they can bring anything */
		if (as->distribution && all_tried(v))
			break;
		ok = walk(c, as, options, v, error);
	}
	return tree_set_version(c->tree, NULL, ok ? error : NULL) && ok;
}
