// SPDX-License-Identifier: GPL-2.0-only
/*
 * wrapper.c - functions that hand their callers' flags on to a gup function
 *
 * When some of the callers keep the pages and others let go of them before they
 * return, FOLL_LONGTERM belongs to the former: in the wrapper it would make
 * every short pin a long-term one.
 */
#include "flow/defs.h"
#include "verdict/plan.h"

/* the parameter that an argument is, unchanged; -1: it is something else */
static int param_of(struct flow_call *call, int arg)
{
	g_autoptr(GArray) defs = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct facts_expr *e;
	const struct flow_defs *d;

	if (arg < 0 || (unsigned int)arg >= call->insn->n_args)
		return -1;
	e = call->insn->args[arg].expr;
	if (e->kind != FX_VAR || e->var < 0 ||
	    (unsigned int)e->var >= call->in->facts->n_params)
		return -1;
	d = flow_defs_get(call->in);
	flow_defs_reaching(call->in, call->block, call->index, e->var, defs);
	if (defs->len != 1 ||
	    d->defs[g_array_index(defs, guint, 0)].kind != DEF_PARAM)
		return -1;
	return e->var;
}

/* Does a caller let go of what the wrapper has given it before it returns? */
static bool lets_go(struct verdict_work *w, struct flow_call *call, int pages)
{
	struct flow_trace *t = flow_trace(w->prog, call, pages);
	struct flow_func *bound = NULL;
	bool bounded = flow_bounded(t, &bound) && !t->incomplete;

	flow_trace_free(t);
	return bounded;
}

/* Where a wrapper leaves the pages for its callers: an argument, or its result
 * when it hands out the array and keeps it nowhere; CASE_NO_PAGES: elsewhere.
 */
static int pages_for_callers(const struct verdict_case *c)
{
	const struct flow_func *f = c->call->in;
	int pages = param_of(c->call, c->pages);
	bool returned = false;

	if (pages >= 0 || !c->trace)
		return pages >= 0 ? pages : CASE_NO_PAGES;
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->in != f)
			continue;
		if (e->kind == FLOW_STORE)
			return CASE_NO_PAGES;
		returned |= e->kind == FLOW_RETURN &&
			    (FLOW_SHAPES(e->mask) & FLOW_BIT(API_SHAPE_ARRAY));
	}
	return returned ? API_ARG_RET : CASE_NO_PAGES;
}

bool verdict_callers_differ(struct verdict_work *w,
			    const struct verdict_case *c, GPtrArray *lacking,
			    int *flags)
{
	struct flow_func *f = c->call->in;
	unsigned int n_short = 0, n_long = 0;
	int pages = pages_for_callers(c);
	uint64_t bit;

	*flags = param_of(c->call, c->flags);
	if (pages == CASE_NO_PAGES || *flags < 0 || f->entries->len || flow_open(f) ||
	    !tree_flag(w->v->tree, "FOLL_LONGTERM", &bit))
		return false;
	for (unsigned int i = 0; i < f->callers->len; i++) {
		struct flow_call *call = f->callers->pdata[i];
		const struct facts_insn *in = call->insn;

		if (!in->callee || (unsigned int)*flags >= in->n_args ||
		    pages >= (int)in->n_args)
			return false;
		if (lets_go(w, call, pages)) {
			n_short++;
			continue;
		}
		n_long++;
		if (verdict_flags_has(w, call->in, call->block, call->index,
				      in->args[*flags].expr,
				      bit) != FLAGS_ALWAYS)
			g_ptr_array_add(lacking, call);
	}
	return n_short && n_long;
}
