// SPDX-License-Identifier: GPL-2.0-only
/*
 * twice.c - a page that one way through a function lets go of twice
 *
 *	if (zapped)
 *		put_page(page);		what the page table held
 *	put_page(page);			what get_user_pages() took
 *
 * Only one of the two belongs to the call that took the page.
 */
#include <string.h>
#include "flow/defs.h"
#include "verdict/case.h"
#include "verdict/plan.h"

/* A release of one page that a variable holds; -1 for any other. */
static int released_var(struct verdict_work *w, const struct flow_event *e)
{
	const struct api_release *rel;
	const struct facts_expr *arg;

	if (e->kind != FLOW_RELEASE)
		return -1;
	rel = api_release(w->v->api, e->name);
	arg = facts_arg(e->insn, rel->pages);
	arg = arg ? facts_strip_casts(arg) : NULL;
	return arg && arg->kind == FX_VAR && flow_is_page_pointer(arg->type) ?
		       arg->var :
		       -1;
}

/* Does a variable get another value, by itself or through its address. */
static bool sets(const struct facts_insn *in, int var)
{
	if (in->lhs && in->lhs->kind == FX_VAR && in->lhs->var == var)
		return true;
	for (unsigned int a = 0; a < in->n_args; a++) {
		const struct facts_expr *arg =
			facts_strip_casts(in->args[a].expr);

		if (arg->kind == FX_ADDR && arg->kids[0]->kind == FX_VAR &&
		    arg->kids[0]->var == var)
			return true;
	}
	return false;
}

/* Is there a way from a release to another one that keeps the variable. */
static bool leads_to(const struct facts_func *f, bool *seen, unsigned int block,
		     unsigned int index, int var, const struct facts_insn *to)
{
	const struct facts_block *b = &f->blocks[block];

	for (unsigned int i = index; i < b->n_insns; i++) {
		if (&b->insns[i] == to)
			return true;
		if (sets(&b->insns[i], var))
			return false;
	}
	for (unsigned int s = 0; s < b->n_succ; s++) {
		unsigned int next = b->succ[s];

		if (seen[next])
			continue;
		seen[next] = true;
		if (leads_to(f, seen, next, 0, var, to))
			return true;
	}
	return false;
}

static bool follows(struct verdict_work *w, const struct flow_event *first,
		    const struct flow_event *second)
{
	const struct facts_func *f = first->in->facts;
	int var = released_var(w, first);
	g_autofree bool *seen = NULL;

	if (var < 0 || first->in != second->in ||
	    released_var(w, second) != var)
		return false;
	seen = g_new0(bool, f->n_blocks);
	return leads_to(f, seen, first->block, first->index + 1, var,
			second->insn);
}

const char *verdict_twice(struct verdict_work *w, const struct verdict_case *c)
{
	GPtrArray *events = c->trace->events;

	for (unsigned int i = 0; i < events->len; i++)
		for (unsigned int k = 0; k < events->len; k++) {
			const struct flow_event *a = events->pdata[i];
			const struct flow_event *b = events->pdata[k];

			if (follows(w, a, b))
				return verdict_printf(
					"%s() may let go of a page twice on one way (lines %u and %u): which release drops which reference is not decided",
					a->in->facts->name,
					verdict_line(&a->insn->name_loc),
					verdict_line(&b->insn->name_loc));
		}
	return NULL;
}
