// SPDX-License-Identifier: GPL-2.0-only
/*
 * inactive.c - branches that the first configuration leaves out
 *
 * One configuration sees one branch of every #if.  A gup name in a branch that
 * asks for a CONFIG symbol is looked at in a configuration that has it, often
 * one of another architecture.
 */
#include <string.h>
#include "front/front.h"
#include "verdict/case.h"

/* The one symbol that a condition asks for, without CONFIG_; or NULL */
static char *symbol_of(const char *cond)
{
	static GRegex *regex;
	g_autoptr(GMatchInfo) match = NULL;

	if (!regex)
		regex = g_regex_new(
			"^#\\s*(?:ifdef|(?:if|elif)\\s+(?:defined|IS_ENABLED|"
			"IS_BUILTIN|IS_REACHABLE))[\\s(]+CONFIG_(\\w+)[\\s)]*$",
			0, 0, NULL);
	if (!cond || !g_regex_match(regex, cond, 0, &match))
		return NULL;
	return g_match_info_fetch(match, 1);
}

static const struct facts_unit *first_unit(const struct verdict *v,
					   const char *file, bool *again)
{
	const struct facts_unit *first = NULL;

	*again = false;
	for (unsigned int i = 0; i < v->units->len; i++) {
		const struct facts_unit *u = v->units->pdata[i];

		if (strcmp(u->file, file))
			continue;
		*again |= first != NULL;
		first = first ?: u;
	}
	return first;
}

/* Change the configuration of a file for the first name that it leaves out. */
static bool change(struct verdict_work *w, const struct tree_file *f)
{
	bool again, changed = false;
	const struct facts_unit *u = first_unit(w->v, f->path, &again);

	if (!u || u->failed || again)
		return false;
	for (unsigned int i = 0; i < f->mentions->len && !changed; i++) {
		const struct tree_mention *m = f->mentions->pdata[i];
		g_autofree char *symbol = NULL;

		if (m->kind != TREE_MENTION_CODE ||
		    !verdict_skipped(u, u->file, m->line))
			continue;
		symbol = symbol_of(m->cond);
		changed = symbol &&
			  tree_compile_also(w->v->tree, u->file, symbol);
	}
	return changed;
}

GPtrArray *verdict_inactive(struct verdict_work *w)
{
	GPtrArray *files = g_ptr_array_new();

	for (unsigned int i = 0; i < w->candidates->len; i++) {
		const struct tree_file *f = w->candidates->pdata[i];

		if (g_str_has_suffix(f->path, ".c") && change(w, f))
			g_ptr_array_add(files, (void *)f->path);
	}
	return files;
}
