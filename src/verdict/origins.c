// SPDX-License-Identifier: GPL-2.0-only
/*
 * origins.c - where the pages that a release is given come from
 *
 * The argument is followed back as far as it goes.  What is not from a page set
 * that is followed, or cannot be followed back to its end, is of another
 * origin: the release must stay as it is.
 */
#include <string.h>
#include "flow/defs.h"
#include "verdict/case.h"
#include "verdict/plan.h"

/* Expressions looked at for one release. */
#define MAX_STEPS 20000
/* Calls that lead down from a result to where it is made. */
#define MAX_FRAMES 16

/**
 * struct frame - a call whose callee is looked into
 * @call: the call
 * @up: the call that led to its function, or NULL: any caller
 * @depth: how many there are
 */
struct frame {
	const struct flow_call *call;
	const struct frame *up;
	unsigned int depth;
};

/**
 * struct origin - a walk back from one release
 * @w: the run
 * @seen: what was looked at already
 * @frames: (element-type frame*): freed at the end
 * @steps: see MAX_STEPS
 * @why: what was found
 */
struct origin {
	struct verdict_work *w;
	GHashTable *seen;
	GPtrArray *frames;
	unsigned int steps;
	const char *why;
};

/* A position: an expression is evaluated there, called through a frame. */
struct spot {
	struct flow_func *in;
	unsigned int block;
	unsigned int index;
	const struct frame *frame;
};

static void check_expr(struct origin *o, const struct spot *at,
		       const struct facts_expr *e);
static void check_filled(struct origin *o, const struct spot *at,
			 unsigned int var);

bool verdict_is_null(const struct facts_expr *e)
{
	e = facts_strip_casts(e);
	return e && e->kind == FX_INT && !e->ival;
}

static bool is_page_type(const char *type)
{
	return type && (g_str_has_prefix(type, "struct page *") ||
			g_str_has_prefix(type, "struct folio *"));
}

static bool is_ours(struct origin *o, const struct spot *at,
		    const struct facts_expr *e)
{
	return verdict_ours(o->w, at->in, at->block, at->index, e) &
	       VERDICT_PAGE_SHAPES;
}

/* Return: true for the first time */
static bool first_time(struct origin *o, const void *what, unsigned int number,
		       const struct frame *frame)
{
	return g_hash_table_add(o->seen,
				g_strdup_printf("%p %u %p", what, number,
						(const void *)frame));
}

static void set_why(struct origin *o, const char *why)
{
	if (!o->why)
		o->why = why;
}

/* ---- down: what a call returns or fills ---- */

static const struct frame *push(struct origin *o, const struct frame *up,
				const struct flow_call *call)
{
	struct frame *f;

	for (const struct frame *p = up; p; p = p->up)
		if (p->call == call)
			return p;
	if (up && up->depth >= MAX_FRAMES)
		return NULL;
	f = g_new0(struct frame, 1);
	f->call = call;
	f->up = up;
	f->depth = up ? up->depth + 1 : 1;
	g_ptr_array_add(o->frames, f);
	return f;
}

static struct flow_call *call_of(const struct spot *at)
{
	for (unsigned int i = 0; i < at->in->calls->len; i++) {
		struct flow_call *c = at->in->calls->pdata[i];

		if (c->block == at->block && c->index == at->index)
			return c;
	}
	return NULL;
}

static void check_source(struct origin *o, const struct spot *at,
			 const struct facts_insn *in, int from)
{
	const struct facts_expr *arg = facts_arg(in, from);

	if (!arg)
		return;
	if (!verdict_ours(o->w, at->in, at->block, at->index, arg))
		set_why(o,
			verdict_printf(
				"what %s() is given in %s() (line %u) is not followed to its origin",
				in->callee, at->in->facts->name,
				verdict_line(&in->loc)));
	else
		check_expr(o, at, arg);
}

/* The result of a function of the API that hands on what it is given. */
static void check_api_result(struct origin *o, const struct spot *at,
			     const struct flow_call *call,
			     const struct api_func *af)
{
	if (af->copies && af->copies_to == API_ARG_RET)
		check_source(o, at, call->insn, af->copies_from);
	for (unsigned int i = 0; i < af->n_effects; i++) {
		const struct api_effect *e = &af->effects[i];

		if (e->kind == API_EFFECT_FLOW && e->to == API_ARG_RET)
			check_source(o, at, call->insn, e->from);
	}
}

static void check_returns(struct origin *o, struct flow_func *target,
			  const struct frame *frame)
{
	const struct facts_func *f = target->facts;

	for (unsigned int b = 0; b < f->n_blocks; b++) {
		const struct facts_block *blk = &f->blocks[b];
		const struct facts_insn *last =
			blk->n_insns ? &blk->insns[blk->n_insns - 1] : NULL;
		struct spot at = { target, b, blk->n_insns - 1, frame };

		if (last && last->kind == FI_RETURN &&
		    !verdict_is_null(last->rhs))
			check_expr(o, &at, last->rhs);
	}
}

static void set_foreign(struct origin *o, const struct spot *at,
			const struct flow_call *call)
{
	set_why(o,
		verdict_printf(
			"it also releases pages of %s() (%s(), line %u)",
			call->insn->callee ?: "a function that is not known",
			at->in->facts->name, verdict_line(&call->insn->loc)));
}

static void check_result(struct origin *o, const struct spot *at,
			 const struct facts_expr *lhs)
{
	struct flow_call *call = call_of(at);
	const struct facts_insn *in = call ? call->insn : NULL;
	const struct api_func *af;
	int arg;

	if (!call || (in->callee && !flow_is_own(call) &&
		      api_acquire(o->w->v->api, in->callee)))
		return;
	if (verdict_is_foreign(o->w, call, &arg)) {
		if (arg == API_ARG_RET)
			set_foreign(o, at, call);
		return;
	}
	af = in->callee && !flow_is_own(call) ?
		     api_func(o->w->v->api, in->callee) :
		     NULL;
	if (af) {
		check_api_result(o, at, call, af);
		return;
	}
	if ((!call->targets->len || call->open) &&
	    is_page_type(lhs ? lhs->type : NULL))
		set_foreign(o, at, call);
	for (unsigned int t = 0; t < call->targets->len; t++)
		check_returns(o, call->targets->pdata[t],
			      push(o, at->frame, call));
}

/* ---- who fills an array, or a variable whose address is taken ---- */

/* The variable that a pointer expression starts from: &pages[i], pages + n. */
static int root_var(const struct facts_expr *e)
{
	e = facts_strip_casts(e);
	while (e && e->n_kids &&
	       (e->kind == FX_ADDR || e->kind == FX_INDEX ||
		e->kind == FX_BINARY || e->kind == FX_CAST))
		e = e->kids[0];
	return e && e->kind == FX_VAR ? e->var : -1;
}

/* An element of what a variable holds or points to; itself when it is not a
 * pointer to storage.
 */
static bool is_element(const struct facts_expr *lhs, unsigned int var,
		       bool pointer)
{
	const struct facts_expr *e = facts_strip_casts(lhs);

	if (!e)
		return false;
	if (e->kind == FX_VAR)
		return !pointer && (unsigned int)e->var == var;
	if ((e->kind != FX_INDEX && e->kind != FX_DEREF) || !e->n_kids)
		return false;
	return root_var(e->kids[0]) == (int)var;
}

/* A function of the API gets a pointer to the storage. */
static void check_api_fill(struct origin *o, const struct spot *at,
			   const struct flow_call *call, unsigned int a,
			   const struct api_func *af)
{
	const struct facts_insn *in = call->insn;
	int arg;

	if (verdict_is_foreign(o->w, call, &arg) && arg == (int)a)
		set_foreign(o, at, call);
	else if (af->copies && af->copies_to == (int)a)
		check_source(o, at, in, af->copies_from);
}

static void check_fill(struct origin *o, const struct spot *at,
		       const struct flow_call *call, unsigned int a)
{
	const struct facts_insn *in = call->insn;
	const struct api *api = o->w->v->api;
	const char *known = flow_is_own(call) ? NULL : in->callee;
	const struct api_func *af = known ? api_func(api, known) : NULL;

	if (known && (api_acquire(api, known) || api_release(api, known)))
		return;
	if (af) {
		check_api_fill(o, at, call, a, af);
		return;
	}
	if (!call->targets->len || call->open)
		set_why(o,
			verdict_printf(
				"%s(), which is not known, may put pages of another origin there (%s(), line %u)",
				in->callee ?: "a function", at->in->facts->name,
				verdict_line(&in->loc)));
	for (unsigned int t = 0; t < call->targets->len; t++) {
		struct flow_func *g = call->targets->pdata[t];
		struct spot inner = { g, 0, 0, push(o, at->frame, call) };

		if (a < g->facts->n_params)
			check_filled(o, &inner, a);
	}
}

#define MAX_COPIES 8

/* A variable that is an array just allocated.  The allocation macros of 6.10
 * and later copy the pointer on its way.
 */
static bool is_new_array(const struct origin *o, const struct spot *at,
			 const struct facts_expr *e, unsigned int depth)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *defs = flow_defs_get(at->in);

	e = facts_strip_casts(e);
	if (!e || e->kind != FX_VAR || !depth)
		return false;
	flow_defs_reaching(at->in, at->block, at->index, e->var, found);
	for (unsigned int i = 0; i < found->len; i++) {
		const struct flow_def *d =
			&defs->defs[g_array_index(found, guint, i)];
		struct spot there = { at->in, d->block, d->index, at->frame };
		const struct api_func *af =
			d->kind == DEF_CALL && d->insn->callee ?
				api_func(o->w->v->api, d->insn->callee) :
				NULL;

		if (!(af && af->alloc) &&
		    !(d->kind == DEF_ASSIGN &&
		      is_new_array(o, &there, d->insn->rhs, depth - 1)))
			return false;
	}
	return found->len > 0;
}

static void check_element(struct origin *o, const struct spot *at,
			  const struct facts_insn *in)
{
	const struct facts_expr *rhs = in->rhs;

	if (in->op || !rhs || verdict_is_null(rhs) ||
	    !is_page_type(rhs->type) || is_new_array(o, at, rhs, MAX_COPIES))
		return;
	/* another array, not a page: what that holds is looked at there */
	if (is_ours(o, at, rhs) ||
	    (facts_strip_casts(in->lhs)->kind == FX_VAR &&
	     flow_is_page_array(in->lhs->type)))
		check_expr(o, at, rhs);
	else
		set_why(o,
			verdict_printf(
				"%s() also puts pages there (line %u) whose origin is not followed",
				at->in->facts->name, verdict_line(&in->loc)));
}

/* All that a function puts into the storage of a variable. */
static void check_filled(struct origin *o, const struct spot *at,
			 unsigned int var)
{
	const struct facts_func *f = at->in->facts;
	bool pointer =
		f->vars[var].type && strchr(f->vars[var].type, '*') &&
		(var < f->n_params || flow_defs_get(at->in)->memory[var] < 0);

	if (!first_time(o, f, var, at->frame))
		return;
	for (unsigned int b = 0; b < f->n_blocks && !o->why; b++)
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];
			struct spot here = { at->in, b, i, at->frame };
			const struct flow_call *call;

			if (in->kind == FI_ASSIGN &&
			    is_element(in->lhs, var, pointer))
				check_element(o, &here, in);
			if (in->kind != FI_CALL || !(call = call_of(&here)))
				continue;
			for (unsigned int a = 0; a < in->n_args; a++)
				if (flow_is_page_array(
					    in->args[a].expr->type) &&
				    root_var(in->args[a].expr) == (int)var)
					check_fill(o, &here, call, a);
		}
}

/* ---- back: variables, parameters, fields ---- */

static void check_argument(struct origin *o, struct flow_func *callee,
			   const struct flow_call *c, unsigned int var,
			   const struct frame *frame)
{
	struct spot at = { c->in, c->block, c->index, frame };
	struct spot after = { c->in, c->block, c->index + 1, frame };
	const struct facts_expr *arg;

	if (var >= c->insn->n_args)
		return;
	arg = c->insn->args[var].expr;
	if (verdict_is_null(arg))
		return;
	/* before the call, or after it: &page is filled by the callee */
	if (!is_ours(o, &at, arg) && !is_ours(o, &after, arg))
		set_why(o,
			verdict_printf(
				"%s() also releases pages that %s() gives it (line %u), whose origin is not followed",
				callee->facts->name, c->in->facts->name,
				verdict_line(&c->insn->loc)));
	else
		check_expr(o, &at, arg);
}

static void check_param(struct origin *o, const struct spot *at,
			unsigned int var)
{
	struct flow_func *in = at->in;
	const char *other;

	if (at->frame) {
		check_argument(o, in, at->frame->call, var, at->frame->up);
		return;
	}
	other = flow_open(in) ?
			verdict_other_file(o->w, in->facts->name, NULL) :
			NULL;
	if (other || !in->callers->len || in->entries->len) {
		set_why(o,
			other ? verdict_printf(
					"%s() releases its argument, and %s, which was not analysed, uses it",
					in->facts->name, other) :
				verdict_printf(
					"%s() releases its argument and may be called from elsewhere",
					in->facts->name));
		return;
	}
	for (unsigned int i = 0; i < in->callers->len && !o->why; i++)
		check_argument(o, in, in->callers->pdata[i], var, NULL);
}

/* Storage for pointers to pages that is cut out of a number
 * (__get_free_page()) or of another object (the space behind a struct): new, so
 * what it holds is what is stored into it.
 */
static bool is_storage(const struct facts_expr *e)
{
	const struct facts_expr *base = facts_strip_casts(e);
	size_t len = e->type ? strlen(e->type) : 0;

	if (e->kind != FX_CAST || len < 2 || strcmp(e->type + len - 2, "**"))
		return false;
	if (base->kind == FX_BINARY && base->n_kids)
		base = facts_strip_casts(base->kids[0]);
	return base->type && !is_page_type(base->type) &&
	       (!strchr(base->type, '*') ||
		g_str_has_prefix(base->type, "struct "));
}

static void check_store(struct origin *o, const struct facts_expr *field,
			const struct flow_store *st)
{
	struct spot at = { st->in, st->block, st->index, NULL };
	const struct facts_expr *rhs = st->insn->rhs;

	if (st->insn->op || verdict_is_null(rhs) || !is_page_type(rhs->type))
		return;
	/* new, but filled on its way into the field */
	if (is_new_array(o, &at, rhs, MAX_COPIES))
		check_filled(o, &at, facts_strip_casts(rhs)->var);
	else if (is_ours(o, &at, rhs))
		check_expr(o, &at, rhs);
	else if (!is_storage(rhs) && !verdict_is_one_page(o->w, field, rhs))
		set_why(o,
			verdict_printf(
				"%s.%s also gets pages in %s() (line %u) whose origin is not followed",
				field->record, field->name, st->in->facts->name,
				verdict_line(&st->insn->loc)));
}

/* Does a store never meet this load?  Files that were not analysed may make
 * them meet.
 */
static bool is_apart(struct origin *o, const struct spot *at,
		     const struct facts_expr *e, const struct flow_store *st)
{
	g_autoptr(GPtrArray) asks = g_ptr_array_new();

	return flow_store_is_apart(o->w->prog, at->in, at->block, at->index, e,
				   st, asks) &&
	       !verdict_asked(o->w, asks, NULL);
}

static void check_field(struct origin *o, const struct spot *at,
			const struct facts_expr *e)
{
	GPtrArray *stores;

	if (!e->record || api_container(o->w->v->api, e->record))
		return;
	stores = flow_field_stores(o->w->prog, e);
	for (unsigned int i = 0; stores && i < stores->len && !o->why; i++)
		if (!is_apart(o, at, e, stores->pdata[i]))
			check_store(o, e, stores->pdata[i]);
}

static void check_def(struct origin *o, const struct spot *at,
		      const struct flow_def *def)
{
	struct spot there = { at->in, def->block, def->index, at->frame };

	switch (def->kind) {
	case DEF_PARAM:
		check_param(o, at, def->var);
		break;
	case DEF_ASSIGN:
		check_expr(o, &there, def->insn->rhs);
		break;
	case DEF_CALL:
		check_result(o, &there, def->insn->lhs);
		break;
	case DEF_OUT:
	case DEF_MEMORY:
		check_filled(o, at, def->var);
		break;
	}
}

static void check_var(struct origin *o, const struct spot *at, unsigned int var)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *defs = flow_defs_get(at->in);

	if (flow_is_page_array(at->in->facts->vars[var].type))
		check_filled(o, at, var);
	flow_defs_reaching(at->in, at->block, at->index, var, found);
	for (unsigned int i = 0; i < found->len && !o->why; i++) {
		const struct flow_def *d =
			&defs->defs[g_array_index(found, guint, i)];

		if (first_time(o, d, 0, at->frame))
			check_def(o, at, d);
	}
}

static unsigned int line_of(const struct spot *at)
{
	const struct facts_block *blk = &at->in->facts->blocks[at->block];

	return at->index < blk->n_insns ?
		       verdict_line(&blk->insns[at->index].loc) :
		       verdict_line(&at->in->facts->loc);
}

static void check_expr(struct origin *o, const struct spot *at,
		       const struct facts_expr *e)
{
	if (!e || o->why)
		return;
	if (++o->steps > MAX_STEPS) {
		set_why(o,
			"where the pages of a release come from is not followed to its end");
		return;
	}
	if (e->kind == FX_VAR) {
		check_var(o, at, e->var);
		return;
	}
	if (e->kind == FX_GLOBAL && is_page_type(e->type) && !is_ours(o, at, e))
		set_why(o,
			verdict_printf(
				"%s(), line %u, takes %s, whose origin is not followed",
				at->in->facts->name, line_of(at), e->name));
	if (e->kind == FX_FIELD)
		check_field(o, at, e);
	/* A pointer to storage: where that comes from counts, an integer index
	 * does not.
	 */
	for (unsigned int i = 0; i < e->n_kids; i++) {
		const char *type = e->kids[i]->type;

		/* vmemmap + pfn: the number says which page it is */
		if (e->kids[i]->kind == FX_GLOBAL && e->kind != FX_CAST &&
		    e->kind != FX_COND)
			continue;
		if (e->kind == FX_FIELD && !is_page_type(type) &&
		    !api_container(o->w->v->api, e->record))
			continue;
		if (!type || strchr(type, '*') || strchr(type, '['))
			check_expr(o, at, e->kids[i]);
	}
}

const char *verdict_other_origin(struct verdict_work *w,
				 const struct flow_event *release)
{
	const struct api_release *rel = api_release(w->v->api, release->name);
	struct spot at = { release->in, release->block, release->index, NULL };
	struct origin o = {
		.w = w,
		.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      NULL),
		.frames = g_ptr_array_new_with_free_func(g_free),
	};

	check_expr(&o, &at, release->insn->args[rel->pages].expr);
	g_hash_table_unref(o.seen);
	g_ptr_array_unref(o.frames);
	return o.why;
}
