// SPDX-License-Identifier: GPL-2.0-only
/*
 * wrapper.c - functions that hand their callers' flags on to a gup function
 *
 * When some of the callers keep the pages and others let go of them before they
 * return, FOLL_LONGTERM belongs to the former: in the wrapper it would make
 * every short pin a long-term one.  A caller may be a wrapper itself, and the
 * pages may come back through an argument or as the result.
 */
#include <string.h>
#include "flow/defs.h"
#include "verdict/plan.h"

#define MAX_DEPTH 4
/* The pages do not come back to the callers. */
#define NO_WAY (-9)

/**
 * struct split - what the callers of a wrapper do
 * @w: the run
 * @bit: value of FOLL_LONGTERM
 * @lacking: (element-type verdict_lacking): as for verdict_callers_differ()
 * @n_short: calls that let go before they return
 * @n_long: calls that keep the pages
 * @unknown: something about them is not known
 */
struct split {
	struct verdict_work *w;
	uint64_t bit;
	GArray *lacking;
	unsigned int n_short;
	unsigned int n_long;
	bool unknown;
};

/* the parameter that an expression is, unchanged; -1: it is something else */
static int param_of(const struct flow_call *call, const struct facts_expr *e)
{
	g_autoptr(GArray) defs = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *d;

	e = facts_strip_casts(e);
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

/* the same for flags, to which the function may add some of its own */
static int flags_of(const struct flow_call *call, const struct facts_expr *e)
{
	int param;

	if (e->kind != FX_BINARY || strcmp(e->name, "|"))
		return param_of(call, e);
	param = flags_of(call, e->kids[0]);
	return param >= 0 ? param : flags_of(call, e->kids[1]);
}

/* How what a call has taken gets to the callers of the function around it. */
static int way_out(const struct flow_call *call, int pages,
		   const struct flow_trace *t)
{
	const struct facts_expr *e = facts_arg(call->insn, pages);
	int param = e ? param_of(call, e) : -1;
	bool returned = false;

	if (param >= 0)
		return param;
	for (unsigned int i = 0; i < t->events->len; i++) {
		const struct flow_event *ev = t->events->pdata[i];

		/* what it keeps as well is not the callers' alone */
		if (ev->kind == FLOW_STORE && ev->in == call->in)
			return NO_WAY;
		returned |= ev->kind == FLOW_RETURN && ev->in == call->in;
	}
	return returned ? API_ARG_RET : NO_WAY;
}

static bool is_wrapper(const struct flow_func *f)
{
	return !f->entries->len && !flow_open(f) && f->callers->len;
}

static void look_at_callers(struct split *s, struct flow_func *f, int flags,
			    int pages, unsigned int depth);

static void look_at(struct split *s, struct flow_call *call, int flags,
		    int pages, unsigned int depth)
{
	const struct facts_expr *e = facts_arg(call->insn, flags);
	struct flow_func *bound = NULL;
	struct flow_trace *t;
	int inner, out;

	if (!call->insn->callee || !e ||
	    (pages != API_ARG_RET && !facts_arg(call->insn, pages))) {
		s->unknown = true;
		return;
	}
	t = flow_trace(s->w->prog, call, pages);
	inner = flags_of(call, e);
	out = way_out(call, pages, t);
	if (flow_bounded(t, &bound) && !t->incomplete) {
		s->n_short++;
	} else if (inner >= 0 && out != NO_WAY && is_wrapper(call->in) &&
		   depth < MAX_DEPTH) {
		look_at_callers(s, call->in, inner, out, depth + 1);
	} else {
		struct verdict_lacking lacks = { call, flags };

		s->n_long++;
		if (verdict_flags_has(s->w, call->in, call->block, call->index,
				      e, s->bit) != FLAGS_ALWAYS)
			g_array_append_val(s->lacking, lacks);
	}
	flow_trace_free(t);
}

static void look_at_callers(struct split *s, struct flow_func *f, int flags,
			    int pages, unsigned int depth)
{
	for (unsigned int i = 0; i < f->callers->len && !s->unknown; i++)
		look_at(s, f->callers->pdata[i], flags, pages, depth);
}

bool verdict_callers_differ(struct verdict_work *w,
			    const struct verdict_case *c, GArray *lacking)
{
	const struct facts_expr *e = facts_arg(c->call->insn, c->flags);
	struct split s = { .w = w, .lacking = lacking };
	int flags = e ? flags_of(c->call, e) : -1;
	int pages = way_out(c->call, c->pages, c->trace);

	if (flags < 0 || pages == NO_WAY || !is_wrapper(c->call->in) ||
	    !tree_flag(w->v->tree, "FOLL_LONGTERM", &s.bit))
		return false;
	look_at_callers(&s, c->call->in, flags, pages, 0);
	return !s.unknown && s.n_short && s.n_long;
}
