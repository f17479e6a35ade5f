// SPDX-License-Identifier: GPL-2.0-only
/*
 * early.c - copies of a pointer that were made before the pages came
 *
 *	ctx->pages = pages;
 *	get_user_pages_fast(start, nr, FOLL_WRITE, pages);
 *
 * What the array holds from the call on is seen through the copy as well,
 * although nothing was in the array when the pointer was copied.
 */
#include <string.h>
#include "flow/trace.h"

#define EARLY S_ANY(S_ARRAY | S_CONTAINER)

static void note(GPtrArray **found, struct flow_place *p)
{
	if (!*found)
		*found = g_ptr_array_new();
	g_ptr_array_add(*found, p);
}

/* Places of a variable that get storage of the set later on. */
static void find_places(struct flow_trace *t, const struct flow_at *at,
			const struct facts_expr *var, GPtrArray **found)
{
	g_autoptr(GArray) defs = NULL;

	if (!flow_held_var(t->priv->held, at->func, var->var))
		return;
	defs = g_array_new(FALSE, FALSE, sizeof(guint));
	flow_defs_reaching(at->func, at->block, at->index, var->var, defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		struct flow_place key = { .kind = PLACE_DEF,
					  .func = at->func,
					  .ctx = at->ctx,
					  .def = g_array_index(defs, guint,
							       i) };
		struct flow_place *p =
			g_hash_table_lookup(t->priv->places, &key);

		if (p && (p->mask & EARLY) && !flow_place_seen(p, at))
			note(found, p);
	}
}

/* The variables that a pointer is made of: p, p + n, &p[i], (void *)p */
static void find_copied(struct flow_trace *t, const struct flow_at *at,
			const struct facts_expr *e, GPtrArray **found)
{
	if (!e)
		return;
	switch (e->kind) {
	case FX_VAR:
		find_places(t, at, e, found);
		return;
	case FX_CAST:
		find_copied(t, at, e->kids[0], found);
		return;
	case FX_BINARY:
		if (strcmp(e->name, "+") && strcmp(e->name, "-"))
			return;
		find_copied(t, at, e->kids[0], found);
		find_copied(t, at, e->kids[1], found);
		return;
	case FX_COND:
		find_copied(t, at, e->kids[1], found);
		find_copied(t, at, e->kids[2], found);
		return;
	case FX_ADDR:
		e = e->kids[0];
		if (e->kind == FX_INDEX || e->kind == FX_DEREF)
			find_copied(t, at, e->kids[0], found);
		return;
	default:
		return;
	}
}

/* The copy holds it from where the original does. */
static void store(struct flow_trace *t, const struct flow_at *at,
		  const struct flow_place *p)
{
	const struct facts_expr *lhs = at->insn->lhs;
	unsigned int mask = p->mask & EARLY;
	int def;

	t->priv->source = p;
	if (lhs->kind != FX_VAR) {
		flow_store_to(t, at, lhs, mask);
		return;
	}
	def = flow_defs_at(at->func, at->block, at->index, lhs->var);
	for (unsigned int i = 0; def >= 0 && i < p->n_points; i++) {
		struct flow_at from = *at;

		from.block = p->points[i].block;
		from.index = p->points[i].index;
		flow_taint_def(t, at->func, at->ctx, def, mask, &from);
	}
}

void flow_copy_early(struct flow_trace *t, const struct flow_at *at)
{
	g_autoptr(GPtrArray) found = NULL;

	if (!at->insn->lhs)
		return;
	find_copied(t, at, at->insn->rhs, &found);
	for (unsigned int i = 0; found && i < found->len; i++)
		store(t, at, found->pdata[i]);
}
