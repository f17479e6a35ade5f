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

/* A place that a copied pointer leads to, and what the pointer holds then */
struct early {
	struct flow_place *place;
	unsigned int mask;
};

/* Places of a variable that get something of the set later on; @addressed: it
 * is their address that is copied.
 */
static void find_places(struct flow_trace *t, const struct flow_at *at,
			const struct facts_expr *var, bool addressed,
			GArray **found)
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
		struct early early = { .place = g_hash_table_lookup(
					       t->priv->places, &key) };

		if (!early.place || flow_place_seen(early.place, at))
			continue;
		early.mask = early.place->mask;
		if (addressed)
			early.mask = flow_address_of(early.mask, NULL);
		early.mask &= EARLY;
		if (!early.mask)
			continue;
		if (!*found)
			*found = g_array_new(FALSE, FALSE, sizeof(early));
		g_array_append_val(*found, early);
	}
}

/* The variables that a pointer is made of: p, p + n, &p[i], (void *)p, &v */
static void find_copied(struct flow_trace *t, const struct flow_at *at,
			const struct facts_expr *e, GArray **found)
{
	if (!e)
		return;
	switch (e->kind) {
	case FX_VAR:
		find_places(t, at, e, false, found);
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
		else if (e->kind == FX_VAR)
			find_places(t, at, e, true, found);
		return;
	default:
		return;
	}
}

/* The copy holds it from where the original does. */
static void store(struct flow_trace *t, const struct flow_at *at,
		  const struct early *early)
{
	const struct facts_expr *lhs = at->insn->lhs;
	const struct flow_place *p = early->place;
	int def;

	t->priv->source = p;
	if (lhs->kind != FX_VAR) {
		flow_store_to(t, at, lhs, early->mask);
		return;
	}
	def = flow_defs_at(at->func, at->block, at->index, lhs->var);
	for (unsigned int i = 0; def >= 0 && i < p->n_points; i++) {
		struct flow_at from = *at;

		from.block = p->points[i].block;
		from.index = p->points[i].index;
		flow_taint_def(t, at->func, at->ctx, def, early->mask, &from);
	}
}

/* A call that the rules know gives back what it was given: an iterator. */
static void find_given_back(struct flow_trace *t, const struct flow_at *at,
			    GArray **found)
{
	const struct facts_insn *in = at->insn;
	const struct api_func *af =
		in->callee ? api_func(t->prog->api, in->callee) : NULL;

	for (unsigned int i = 0; af && i < af->n_effects; i++) {
		const struct api_effect *e = &af->effects[i];

		if (e->kind == API_EFFECT_FLOW && e->to == API_ARG_RET &&
		    e->shape == API_SHAPE_SAME && e->from >= 0 &&
		    (unsigned int)e->from < in->n_args)
			find_copied(t, at, in->args[e->from].expr, found);
	}
}

void flow_copy_early(struct flow_trace *t, const struct flow_at *at)
{
	g_autoptr(GArray) found = NULL;

	if (!at->insn->lhs)
		return;
	if (at->insn->kind == FI_CALL)
		find_given_back(t, at, &found);
	else
		find_copied(t, at, at->insn->rhs, &found);
	for (unsigned int i = 0; found && i < found->len; i++)
		store(t, at, &g_array_index(found, struct early, i));
}
