// SPDX-License-Identifier: GPL-2.0-only
/*
 * mixed.c - pages of another origin among those of a set
 *
 *	nr = get_user_pages_fast(start, max, 0, pages);
 *	for (i = nr; i < max; i++)
 *		pages[i] = ZERO_PAGE(0);
 *
 * Each value that is stored where the set's pages are is followed back until
 * it is one of a set, NULL, or the result of a call: sources.c knows those.
 * origins.c goes the other way, from a release to where its pages come from.
 */
#include "flow/defs.h"
#include "verdict/plan.h"

#define MAX_DEPTH 8

/**
 * struct mixed - one value that is followed back
 * @w: the run
 * @in: function it turned out to be foreign in, or NULL
 * @loc: and where
 */
struct mixed {
	struct verdict_work *w;
	const struct flow_func *in;
	const struct facts_loc *loc;
};

static void check_value(struct mixed *m, struct flow_func *in,
			unsigned int block, unsigned int index,
			const struct facts_expr *e, const struct facts_loc *loc,
			unsigned int depth);

static bool is_ours(const struct mixed *m, struct flow_func *in,
		    unsigned int block, unsigned int index,
		    const struct facts_expr *e)
{
	return verdict_ours(m->w, in, block, index, e) & VERDICT_PAGE_SHAPES;
}

static void foreign(struct mixed *m, const struct flow_func *in,
		    const struct facts_loc *loc)
{
	if (m->in)
		return;
	m->in = in;
	m->loc = loc;
}

static void check_param(struct mixed *m, struct flow_func *in, unsigned int var,
			const struct facts_loc *loc, unsigned int depth)
{
	if (in->entries->len ||
	    (flow_open(in) &&
	     verdict_other_file(m->w, in->facts->name, NULL))) {
		foreign(m, in, loc);
		return;
	}
	for (unsigned int i = 0; i < in->callers->len; i++) {
		struct flow_call *c = in->callers->pdata[i];

		if (var < c->insn->n_args)
			check_value(m, c->in, c->block, c->index,
				    c->insn->args[var].expr, &c->insn->loc,
				    depth + 1);
	}
}

static bool has_body(const struct flow_func *in, const struct flow_def *def)
{
	for (unsigned int i = 0; i < in->calls->len; i++) {
		const struct flow_call *c = in->calls->pdata[i];

		if (c->insn == def->insn)
			return c->targets->len > 0;
	}
	return false;
}

static void check_call(struct mixed *m, struct flow_func *in,
		       const struct flow_def *def, const struct facts_loc *loc)
{
	const struct facts_insn *call = def->insn;
	const struct api *api = m->w->v->api;

	/* sources.c follows what the rules know, and what nobody knows */
	if (!call->callee || api_acquire(api, call->callee) ||
	    api_func(api, call->callee) || !has_body(in, def))
		return;
	if (!is_ours(m, in, def->block, def->index + 1, call->lhs))
		foreign(m, in, loc);
}

static void check_var(struct mixed *m, struct flow_func *in, unsigned int block,
		      unsigned int index, const struct facts_expr *e,
		      const struct facts_loc *loc, unsigned int depth)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *defs = flow_defs_get(in);

	flow_defs_reaching(in, block, index, e->var, found);
	for (unsigned int i = 0; i < found->len; i++) {
		const struct flow_def *d =
			&defs->defs[g_array_index(found, guint, i)];

		switch (d->kind) {
		case DEF_PARAM:
			check_param(m, in, d->var, loc, depth);
			break;
		case DEF_CALL:
			check_call(m, in, d, loc);
			break;
		case DEF_ASSIGN:
			check_value(m, in, d->block, d->index, d->insn->rhs,
				    &d->insn->loc, depth + 1);
			break;
		case DEF_OUT:
			break;
		case DEF_MEMORY:
			if (!is_ours(m, in, block, index, e))
				foreign(m, in, loc);
			break;
		}
	}
}

static void check_value(struct mixed *m, struct flow_func *in,
			unsigned int block, unsigned int index,
			const struct facts_expr *e, const struct facts_loc *loc,
			unsigned int depth)
{
	if (!e || m->in || depth > MAX_DEPTH || verdict_is_null(e))
		return;
	switch (e->kind) {
	case FX_CAST:
		check_value(m, in, block, index, e->kids[0], loc, depth);
		return;
	case FX_COND:
		check_value(m, in, block, index, e->kids[1], loc, depth);
		check_value(m, in, block, index, e->kids[2], loc, depth);
		return;
	case FX_VAR:
		if (e->var >= 0)
			check_var(m, in, block, index, e, loc, depth);
		return;
	default:
		if (!is_ours(m, in, block, index, e))
			foreign(m, in, loc);
	}
}

static void block_with(struct verdict_case *c, const struct mixed *m)
{
	c->blocker = verdict_printf(
		"in %s() (line %u) a page that is not from a gup call gets among these",
		m->in->facts->name, verdict_line(m->loc));
}

/* Stores of single pages into what holds the set. */
static void check_stores(struct verdict_work *w, struct verdict_case *c,
			 struct flow_func *f)
{
	for (unsigned int b = 0; b < f->facts->n_blocks && !c->blocker; b++) {
		const struct facts_block *block = &f->facts->blocks[b];

		for (unsigned int i = 0; i < block->n_insns; i++) {
			const struct facts_insn *in = &block->insns[i];
			struct mixed m = { .w = w };

			if (in->kind != FI_ASSIGN || in->op || !in->lhs ||
			    !flow_is_page_pointer(in->lhs->type) ||
			    !(FLOW_SHAPES(flow_trace_mask(c->trace, f, b, i + 1,
							  in->lhs)) &
			      FLOW_BIT(API_SHAPE_PAGE)))
				continue;
			check_value(&m, f, b, i, in->rhs, &in->loc, 0);
			if (!m.in)
				continue;
			block_with(c, &m);
			return;
		}
	}
}

/* A variable that a release is given, with another value on some path. */
static void check_release(struct verdict_work *w, struct verdict_case *c,
			  const struct flow_event *ev)
{
	const struct api_release *rel = api_release(w->v->api, ev->name);
	const struct facts_expr *arg = ev->insn->args[rel->pages].expr;
	struct mixed m = { .w = w };

	if (!flow_is_page_pointer(arg->type))
		return;
	check_value(&m, ev->in, ev->block, ev->index, arg, &ev->insn->loc, 0);
	if (m.in)
		block_with(c, &m);
}

void verdict_check_mixed(struct verdict_work *w, struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->funcs->len && !c->blocker; i++)
		check_stores(w, c, c->trace->funcs->pdata[i]);
	for (unsigned int i = 0; i < c->trace->events->len && !c->blocker;
	     i++) {
		const struct flow_event *ev = c->trace->events->pdata[i];

		if (ev->kind == FLOW_RELEASE)
			check_release(w, c, ev);
	}
}
