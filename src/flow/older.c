// SPDX-License-Identifier: GPL-2.0-only
/*
 * older.c - is what a call lets go of an object that was there before
 *
 *	set = kzalloc(...);
 *	set->n = get_user_pages_fast(..., set->pages);
 *	drop(ctx->set);
 *	ctx->set = set;
 *
 * drop() releases pages out of the same field, but of an older object: as long
 * as the new one has not been stored anywhere, nothing that is loaded can be
 * it.
 */
#include <string.h>
#include "flow/life.h"
#include "flow/trace.h"

/* Copies of a pointer that are followed back. */
#define MAX_STEPS_BACK 8

struct older {
	struct flow_trace *t;
	const struct flow_call *taken;
	struct flow_func *func;
	GArray *roots; /* definitions that are the new object */
	struct flow_at made; /* the call among them; no insn for several */
	unsigned int n_made;
	bool pages; /* it is about the pages, not about an object around them */
};

static bool is_root(const struct older *o, guint def)
{
	for (unsigned int i = 0; i < o->roots->len; i++)
		if (g_array_index(o->roots, guint, i) == def)
			return true;
	return false;
}

/* Does an expression point to the new object, or into it? */
static bool points_to(const struct older *o, unsigned int block,
		      unsigned int index, const struct facts_expr *e,
		      unsigned int depth)
{
	g_autoptr(GArray) defs = NULL;
	const struct flow_defs *d;

	if (!e || depth > MAX_STEPS_BACK)
		return false;
	switch (e->kind) {
	case FX_VAR:
		break;
	case FX_CAST:
		return points_to(o, block, index, e->kids[0], depth);
	case FX_ADDR:
		for (e = e->kids[0];
		     e->kind == FX_INDEX || (e->kind == FX_FIELD && !e->arrow);)
			e = e->kids[0];
		return (e->kind == FX_FIELD || e->kind == FX_DEREF) &&
		       points_to(o, block, index, e->kids[0], depth);
	case FX_BINARY:
	case FX_COND:
		for (unsigned int i = 0; i < e->n_kids; i++)
			if (points_to(o, block, index, e->kids[i], depth))
				return true;
		return false;
	default:
		return false;
	}
	d = flow_defs_get(o->func);
	defs = g_array_new(FALSE, FALSE, sizeof(guint));
	flow_defs_reaching(o->func, block, index, e->var, defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		guint n = g_array_index(defs, guint, i);
		const struct flow_def *def = &d->defs[n];

		if (is_root(o, n) || def->kind == DEF_MEMORY ||
		    (def->kind == DEF_ASSIGN &&
		     points_to(o, def->block, def->index, def->insn->rhs,
			       depth + 1)))
			return true;
	}
	return false;
}

static bool is_pointer(const struct facts_expr *e)
{
	return e->kind != FX_FUNC && e->kind != FX_STRING &&
	       e->kind != FX_INT && e->type &&
	       (strchr(e->type, '*') || strchr(e->type, '['));
}

/* The variable or the field that a pointer is made of leads to the object. */
static bool leads_to(const struct older *o, unsigned int block,
		     unsigned int index, const struct facts_expr *e)
{
	if (points_to(o, block, index, e, 0))
		return true;
	for (unsigned int i = 0; i < e->n_kids; i++)
		if (leads_to(o, block, index, e->kids[i]))
			return true;
	return false;
}

static bool is_of_header(const struct flow_call *call)
{
	for (unsigned int t = 0; call && t < call->targets->len; t++) {
		const struct flow_func *g = call->targets->pdata[t];

		if (!g_str_has_suffix(g->facts->file, ".h"))
			return false;
	}
	return true;
}

/* Does a call lead to a release?  An object that is given to it ends. */
static bool is_end(const struct older *o, const struct flow_call *call)
{
	for (unsigned int i = 0; call && i < o->t->events->len; i++) {
		const struct flow_event *e = o->t->events->pdata[i];

		for (unsigned int t = 0;
		     e->kind == FLOW_RELEASE && t < call->targets->len; t++)
			if (g_hash_table_contains(
				    flow_below(o->t->prog,
					       call->targets->pdata[t]),
				    e->in))
				return true;
	}
	return false;
}

/* list_add(&set->list, &ctx->sets) may store it, mutex_init(&set->lock) not. */
static bool call_publishes(const struct older *o, unsigned int block,
			   unsigned int index, const struct facts_insn *in)
{
	struct flow_at at = { o->func, NULL, block, index, in };
	const struct flow_call *call;
	bool given = false, other = false;

	for (unsigned int a = 0; a < in->n_args; a++) {
		const struct facts_expr *e = in->args[a].expr;

		if (points_to(o, block, index, e, 0))
			given = true;
		else if (is_pointer(facts_strip_casts(e)) &&
			 !leads_to(o, block, index, e))
			other = true;
	}
	call = flow_call_at(&at);
	return given && (other || !(is_of_header(call) || is_end(o, call)));
}

/* The pages themselves are stored where the trace says so. */
static bool stores_pages(const struct older *o, const struct facts_insn *in)
{
	for (unsigned int i = 0; i < o->t->events->len; i++) {
		const struct flow_event *e = o->t->events->pdata[i];

		if (e->kind == FLOW_STORE && e->insn == in)
			return true;
	}
	return false;
}

static bool publishes(const struct older *o, unsigned int block,
		      unsigned int index)
{
	const struct facts_insn *in =
		&o->func->facts->blocks[block].insns[index];

	if (o->pages)
		return stores_pages(o, in);
	if (in->kind == FI_CALL)
		return call_publishes(o, block, index, in);
	if (in->kind == FI_ASM)
		return true;
	return in->kind == FI_ASSIGN && in->lhs && in->lhs->kind != FX_VAR &&
	       points_to(o, block, index, in->rhs, 0) &&
	       !leads_to(o, block, index, in->lhs);
}

/* Looks for a way from where the object is made to a position on which it is
 * stored.  Where it is made another one begins.
 */
struct way {
	const struct older *o;
	unsigned int block;
	unsigned int index;
	bool *seen; /* by block, and whether it is stored */
};

static bool is_stored_on(struct way *w, unsigned int block, unsigned int index,
			 bool stored)
{
	const struct facts_block *blk = &w->o->func->facts->blocks[block];
	const struct facts_insn *made = w->o->made.insn;

	if (!index) {
		bool *seen = &w->seen[2 * block + stored];

		if (*seen)
			return false;
		*seen = true;
	}
	for (unsigned int i = index; i < blk->n_insns; i++) {
		if (block == w->block && i == w->index && stored)
			return true;
		if (&blk->insns[i] == made)
			return false;
		stored |= publishes(w->o, block, i);
	}
	/* the condition of a block is behind its last instruction */
	if (block == w->block && w->index >= blk->n_insns && stored)
		return true;
	for (unsigned int s = 0; s < blk->n_succ; s++)
		if (is_stored_on(w, blk->succ[s], 0, stored))
			return true;
	return false;
}

static bool is_stored_before(const struct older *o, unsigned int block,
			     unsigned int index)
{
	struct way w = { o, block, index,
			 g_new0(bool, 2 * o->func->facts->n_blocks + 2) };
	bool found = o->made.insn ? is_stored_on(&w, o->made.block,
						 o->made.index + 1, false) :
				    is_stored_on(&w, 0, 0, false);

	g_free(w.seen);
	return found;
}

/* May a pointer's value be the new object? */
static bool may_be_new(const struct older *o, unsigned int block,
		       unsigned int index, const struct facts_expr *e,
		       unsigned int depth)
{
	g_autoptr(GArray) defs = NULL;
	const struct flow_defs *d = flow_defs_get(o->func);

	e = facts_strip_casts(e);
	if (depth > MAX_STEPS_BACK)
		return true;
	if (e->kind == FX_BINARY) {
		for (unsigned int i = 0; i < e->n_kids; i++)
			if (may_be_new(o, block, index, e->kids[i], depth + 1))
				return true;
		return false;
	}
	if (e->kind == FX_INT)
		return false;
	if (e->kind != FX_VAR)
		return leads_to(o, block, index, e) ||
		       is_stored_before(o, block, index);
	defs = g_array_new(FALSE, FALSE, sizeof(guint));
	flow_defs_reaching(o->func, block, index, e->var, defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		guint n = g_array_index(defs, guint, i);
		const struct flow_def *def = &d->defs[n];

		if (def->kind == DEF_PARAM && !is_root(o, n))
			continue;
		if (is_root(o, n) || def->kind == DEF_MEMORY ||
		    def->kind == DEF_OUT || def->insn->op ||
		    (def->kind == DEF_CALL ?
			     is_stored_before(o, def->block, def->index) :
			     may_be_new(o, def->block, def->index,
					def->insn->rhs, depth + 1)))
			return true;
	}
	return false;
}

/* Is it a pointer to the record that has the pages in a field? */
static bool is_holder(const struct flow_trace *t, const char *type)
{
	g_autofree char *tag = NULL;

	if (!type || !g_str_has_prefix(type, "struct ") ||
	    !g_str_has_suffix(type, " *") || strchr(type, '*')[1])
		return false;
	tag = g_strndup(type + strlen("struct "),
			strlen(type) - strlen("struct ") - strlen(" *"));
	for (unsigned int i = 0; i < t->events->len; i++) {
		const struct flow_event *e = t->events->pdata[i];

		if (e->kind == FLOW_STORE && !g_strcmp0(e->record, tag))
			return true;
	}
	return false;
}

static bool arg_may_lead(const struct older *o, unsigned int block,
			 unsigned int index, const struct facts_expr *e)
{
	if (!is_pointer(facts_strip_casts(e)))
		return false;
	if (is_holder(o->t, facts_strip_casts(e)->type))
		return may_be_new(o, block, index, e, 0);
	return leads_to(o, block, index, e) ||
	       is_stored_before(o, block, index);
}

/* The variable in p of p->field, p->field[i], &p->field. */
static const struct facts_expr *holder(const struct facts_expr *e)
{
	e = facts_strip_casts(e);
	while (e &&
	       (e->kind == FX_ADDR || e->kind == FX_INDEX ||
		e->kind == FX_BINARY || (e->kind == FX_FIELD && !e->arrow)))
		e = facts_strip_casts(e->kids[0]);
	if (!e || e->kind != FX_FIELD)
		return NULL;
	e = facts_strip_casts(e->kids[0]);
	return e->kind == FX_VAR ? e : NULL;
}

static void note_made(struct older *o, const struct flow_def *def)
{
	o->made = (struct flow_at){ o->func, NULL, def->block, def->index,
				    o->n_made++ ? NULL : def->insn };
}

/* The definitions that a variable of a new object goes back to; false when it
 * may be another object as well.
 */
static bool find_made(struct older *o, unsigned int block, unsigned int index,
		      unsigned int var, unsigned int depth)
{
	g_autoptr(GArray) defs = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *d = flow_defs_get(o->func);

	flow_defs_reaching(o->func, block, index, var, defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		guint n = g_array_index(defs, guint, i);
		const struct flow_def *def = &d->defs[n];
		struct flow_at at = { o->func, NULL, def->block, def->index,
				      def->insn };
		const struct facts_expr *rhs =
			def->kind == DEF_ASSIGN && !def->insn->op ?
				facts_strip_casts(def->insn->rhs) :
				NULL;
		const struct flow_call *call =
			def->kind == DEF_CALL ? flow_call_at(&at) : NULL;

		g_array_append_val(o->roots, n);
		if (call)
			note_made(o, def);
		if (call ? !flow_makes_object(o->t->prog, call) :
			   depth > MAX_STEPS_BACK || !rhs ||
				    rhs->kind != FX_VAR ||
				    !find_made(o, def->block, def->index,
					       rhs->var, depth + 1))
			return false;
	}
	return defs->len > 0;
}

/* The variable of which the taking call fills an object's field. */
static const struct facts_expr *filled_holder(const struct older *o)
{
	const struct flow_call *start = o->t->start;
	const struct facts_expr *var = NULL;

	for (unsigned int a = 0; a < start->insn->n_args && !var; a++) {
		const struct facts_expr *e = start->insn->args[a].expr;

		if (flow_is_page_array(e->type) || e->kind == FX_ADDR)
			var = holder(e);
	}
	return var && is_holder(o->t, var->type) ? var : NULL;
}

/* The parameter that a variable is a copy of, or -1. */
static int param_of(struct flow_func *func, unsigned int block,
		    unsigned int index, const struct facts_expr *e,
		    unsigned int depth)
{
	g_autoptr(GArray) defs = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *d = flow_defs_get(func);
	const struct flow_def *def;

	e = facts_strip_casts(e);
	if (!e || e->kind != FX_VAR || depth > MAX_STEPS_BACK)
		return -1;
	flow_defs_reaching(func, block, index, e->var, defs);
	if (defs->len != 1)
		return -1;
	def = &d->defs[g_array_index(defs, guint, 0)];
	if (def->kind == DEF_PARAM)
		return def->var;
	return def->kind == DEF_ASSIGN && !def->insn->op ?
		       param_of(func, def->block, def->index, def->insn->rhs,
				depth + 1) :
		       -1;
}

/* *out = set; with a parameter: its number, or -1 */
static int out_param(const struct older *o, unsigned int block,
		     unsigned int index)
{
	const struct facts_insn *in =
		&o->func->facts->blocks[block].insns[index];

	return in->kind == FI_ASSIGN && in->lhs && in->lhs->kind == FX_DEREF ?
		       param_of(o->func, block, index, in->lhs->kids[0], 0) :
		       -1;
}

#define HANDED_NOT (-2)
#define HANDED_BACK (-1)

/* The function of the taking call gives the object to its caller, and to nobody
 * else.  Return: HANDED_BACK, or the parameter through which, or HANDED_NOT
 */
static int handed_up(const struct older *o)
{
	const struct facts_func *f = o->func->facts;
	int how = HANDED_NOT;

	for (unsigned int b = 0; b < f->n_blocks; b++)
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];
			int to = HANDED_BACK;

			if (in->kind == FI_RETURN) {
				if (!points_to(o, b, i, in->rhs, 0))
					continue;
			} else if (in == o->t->start->insn ||
				   !publishes(o, b, i)) {
				continue;
			} else {
				to = out_param(o, b, i);
				if (to < 0)
					return HANDED_NOT;
			}
			if (how != HANDED_NOT && how != to)
				return HANDED_NOT;
			how = to;
		}
	return how;
}

static bool is_called(const struct flow_call *call, const struct flow_func *f)
{
	return call->targets->len == 1 && call->targets->pdata[0] == f;
}

/* The caller has made the object, and gives it to the taking function. */
static bool find_given(struct older *o, unsigned int param)
{
	const struct flow_call *taken = o->taken;
	const struct facts_expr *e = facts_arg(taken->insn, param);

	if (!e)
		return false;
	e = facts_strip_casts(e);
	if (e->kind != FX_VAR)
		e = holder(e);
	return e && find_made(o, taken->block, taken->index, e->var, 0);
}

/* The caller gets the object that the taking function has made. */
static bool find_handed(struct older *o, int how)
{
	const struct flow_call *taken = o->taken;
	const struct facts_expr *e = how == HANDED_BACK ?
					     taken->insn->lhs :
					     facts_arg(taken->insn, how);
	const struct flow_defs *d = flow_defs_get(o->func);
	bool found = false;

	if (e && how != HANDED_BACK && e->kind == FX_ADDR)
		e = e->kids[0];
	else if (how != HANDED_BACK)
		return false;
	if (!e || e->kind != FX_VAR)
		return false;
	for (guint n = 0; n < d->n_defs; n++) {
		const struct flow_def *def = &d->defs[n];

		if (def->kind == DEF_MEMORY || def->insn != taken->insn ||
		    def->var != (unsigned int)e->var)
			continue;
		g_array_append_val(o->roots, n);
		note_made(o, def);
		found = true;
	}
	return found;
}

/* Is the object new, which a call has filled or handed up? */
static bool find_new(struct older *o)
{
	const struct flow_call *start = o->t->start;
	const struct facts_expr *var;
	int how, param;

	o->func = start->in;
	var = filled_holder(o);
	if (!var)
		return false;
	if (o->taken == start)
		return find_made(o, start->block, start->index, var->var, 0);
	if (!is_called(o->taken, start->in))
		return false;
	param = param_of(start->in, start->block, start->index, var, 0);
	if (param >= 0) {
		o->func = o->taken->in;
		return find_given(o, param);
	}
	if (!find_made(o, start->block, start->index, var->var, 0))
		return false;
	how = handed_up(o);
	if (how == HANDED_NOT)
		return false;
	g_array_set_size(o->roots, 0);
	o->n_made = 0;
	o->func = o->taken->in;
	return find_handed(o, how);
}

static bool object_is_older(struct older *o, const struct flow_at *at)
{
	const struct facts_insn *in = at->insn;

	if (!find_new(o) ||
	    (!in->n_args && is_stored_before(o, at->block, at->index)))
		return false;
	for (unsigned int a = 0; a < in->n_args; a++)
		if (arg_may_lead(o, at->block, at->index, in->args[a].expr))
			return false;
	return true;
}

static bool is_local(const struct facts_expr *e)
{
	while (e && (e->kind == FX_INDEX || (e->kind == FX_FIELD && !e->arrow)))
		e = facts_strip_casts(e->kids[0]);
	return !e || e->kind == FX_VAR;
}

/* May pages be the ones that were just taken?  Not if they were loaded before
 * these were stored: old = obj->page; obj->page = page; put_page(old);
 */
static bool may_be_taken(const struct older *o, unsigned int block,
			 unsigned int index, const struct facts_expr *e,
			 unsigned int depth)
{
	g_autoptr(GArray) defs = NULL;
	const struct flow_defs *d = flow_defs_get(o->func);

	e = facts_strip_casts(e);
	if (!e || depth > MAX_STEPS_BACK)
		return true;
	if (e->kind == FX_COND)
		return may_be_taken(o, block, index, e->kids[1], depth + 1) ||
		       may_be_taken(o, block, index, e->kids[2], depth + 1);
	if (e->kind == FX_FIELD || e->kind == FX_GLOBAL ||
	    e->kind == FX_INDEX || e->kind == FX_DEREF)
		return !depth || is_local(e) ||
		       is_stored_before(o, block, index);
	if (e->kind != FX_VAR)
		return true;
	defs = g_array_new(FALSE, FALSE, sizeof(guint));
	flow_defs_reaching(o->func, block, index, e->var, defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		const struct flow_def *def =
			&d->defs[g_array_index(defs, guint, i)];

		if (def->kind != DEF_ASSIGN || def->insn->op ||
		    may_be_taken(o, def->block, def->index, def->insn->rhs,
				 depth + 1))
			return true;
	}
	return !defs->len;
}

/* The pages are stored in this function, and in no other.  An array in memory
 * that the taking call itself fills may have been loaded before.
 */
static bool are_stored_here(const struct older *o, bool array)
{
	bool any = false;

	for (unsigned int i = 0; i < o->t->events->len; i++) {
		const struct flow_event *e = o->t->events->pdata[i];

		if (e->kind != FLOW_STORE)
			continue;
		if (e->in != o->func || (array && e->insn == o->taken->insn))
			return false;
		any = true;
	}
	return any;
}

static bool pages_are_older(struct older *o, const struct flow_at *at)
{
	const struct facts_insn *in = at->insn;
	bool any = false;

	o->pages = true;
	o->func = at->func;
	o->made = (struct flow_at){ o->func, NULL, o->taken->block,
				    o->taken->index, o->taken->insn };
	if (o->taken != o->t->start)
		return false;
	for (unsigned int a = 0; a < in->n_args; a++) {
		const struct facts_expr *e = in->args[a].expr;

		if (!flow_trace_mask(o->t, at->func, at->block, at->index, e))
			continue;
		if (!are_stored_here(o, !flow_is_page_pointer(
						facts_strip_casts(e)->type)) ||
		    may_be_taken(o, at->block, at->index, e, 0))
			return false;
		any = true;
	}
	return any;
}

bool flow_is_older(struct flow_trace *t, const struct flow_call *taken,
		   const struct flow_at *at)
{
	struct older o = { .t = t, .taken = taken };
	bool older;

	if (at->func != taken->in || at->insn == taken->insn)
		return false;
	o.roots = g_array_new(FALSE, FALSE, sizeof(guint));
	older = object_is_older(&o, at) || pages_are_older(&o, at);
	g_array_unref(o.roots);
	return older;
}
