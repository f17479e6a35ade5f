// SPDX-License-Identifier: GPL-2.0-only
/* result.c - which way a branch goes when a call has taken nothing */
#include <string.h>
#include "flow/result.h"

static bool array_has(const GArray *a, unsigned int n)
{
	for (unsigned int i = 0; i < a->len; i++)
		if (g_array_index(a, guint, i) == n)
			return true;
	return false;
}

/* nr = x ? pin_user_pages(..) : get_user_pages(..): one as well as the other */
static bool is_gup(const struct result *r, guint def)
{
	const struct flow_def *d = &flow_defs_get(r->func)->defs[def];

	if (d->kind == DEF_ASSIGN && d->insn->rhs &&
	    d->insn->rhs->kind == FX_VAR) {
		g_autoptr(GArray)
			defs = g_array_new(FALSE, FALSE, sizeof(guint));

		flow_defs_reaching(r->func, d->block, d->index,
				   d->insn->rhs->var, defs);
		if (defs->len != 1)
			return false;
		d = &flow_defs_get(r->func)->defs[g_array_index(defs, guint, 0)];
	}
	return d->kind == DEF_CALL && d->insn->callee &&
	       api_acquire(r->api, d->insn->callee);
}

/* Before it is set, a field holds what an older call has put there. */
static bool field_holds(const struct result *r, unsigned int block,
			unsigned int index, const struct facts_expr *e)
{
	for (unsigned int i = 0; i < r->fields->len; i++) {
		const struct result_field *f =
			&g_array_index(r->fields, struct result_field, i);

		if (f->record == e->record && f->name == e->name &&
		    flow_defs_follows(r->func, f->block, f->index, block,
				      index))
			return true;
	}
	return false;
}

/* Is a field known to be set there? */
static bool has_field(const struct result *r, unsigned int block,
		      unsigned int index)
{
	for (unsigned int i = 0; i < r->fields->len; i++) {
		const struct result_field *f =
			&g_array_index(r->fields, struct result_field, i);

		if (f->block == block && f->index == index)
			return true;
	}
	return false;
}

/* Does an expression hold the result, at a position? */
static bool holds_result(const struct result *r, unsigned int block,
			 unsigned int index, const struct facts_expr *e)
{
	g_autoptr(GArray) defs = NULL;
	bool found = false;

	e = facts_strip_casts(e);
	if (!e)
		return false;
	if (e->kind == FX_FIELD)
		return field_holds(r, block, index, e);
	if (e->kind != FX_VAR)
		return false;
	defs = g_array_new(FALSE, FALSE, sizeof(guint));
	flow_defs_reaching(r->func, block, index, e->var, defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		guint d = g_array_index(defs, guint, i);

		if (array_has(r->defs, d))
			found = true;
		else if (!r->count || !is_gup(r, d))
			return false;
	}
	return found;
}

/* Follow the result through copies: ret = call(); obj->nr = ret; */
void result_init(struct result *r, const struct api *api,
		 const struct flow_call *call, bool count)
{
	const struct facts_func *f = call->in->facts;
	bool again = true;

	r->func = call->in;
	r->call = call;
	r->count = count;
	r->api = api;
	r->defs = g_array_new(FALSE, FALSE, sizeof(guint));
	r->fields = g_array_new(FALSE, FALSE, sizeof(struct result_field));
	if (call->insn->lhs && call->insn->lhs->kind == FX_VAR) {
		int d = flow_defs_at(call->in, call->block, call->index,
				     call->insn->lhs->var);

		if (d >= 0)
			g_array_append_val(r->defs, d);
	}
	while (again) {
		again = false;
		for (unsigned int b = 0; b < f->n_blocks; b++) {
			for (unsigned int i = 0; i < f->blocks[b].n_insns;
			     i++) {
				const struct facts_insn *in =
					&f->blocks[b].insns[i];
				int d;

				if (in->kind != FI_ASSIGN || in->op ||
				    !holds_result(r, b, i, in->rhs))
					continue;
				if (in->lhs->kind == FX_FIELD &&
				    !has_field(r, b, i)) {
					struct result_field f = {
						in->lhs->record, in->lhs->name,
						b, i
					};

					g_array_append_val(r->fields, f);
					again = true;
				}
				if (in->lhs->kind != FX_VAR)
					continue;
				d = flow_defs_at(r->func, b, i, in->lhs->var);
				if (d < 0 || array_has(r->defs, d))
					continue;
				g_array_append_val(r->defs, d);
				again = true;
			}
		}
	}
}

void result_fini(struct result *r)
{
	g_array_unref(r->defs);
	g_array_unref(r->fields);
}

static bool is_zero(const struct facts_expr *e)
{
	e = facts_strip_casts(e);
	return e && e->kind == FX_INT && e->ival == 0;
}

static bool returns_pointer(const struct result *r)
{
	const char *type = r->call->insn->lhs ? r->call->insn->lhs->type : NULL;

	return type && (strchr(type, '*') || !strcmp(type, "_Bool"));
}

/* The value of a comparison tells success from failure.
 * Return: 1 when a true condition means failure, 0 when a false one does,
 * -1 when it says nothing.
 */
static int compare_fails(const struct result *r, const char *op, bool zero,
			 bool flipped)
{
	bool none_is_zero = r->count || returns_pointer(r);

	if (!strcmp(op, "=="))
		return zero ? (none_is_zero ? 1 : 0) : 0;
	if (!strcmp(op, "!="))
		return zero ? (none_is_zero ? 0 : 1) : 1;
	if (op[0] == '<')
		return flipped ? 0 : 1;
	if (op[0] == '>' && op[1] != '>')
		return flipped ? 1 : 0;
	return -1;
}

/* pages = NULL after the call says that they were handed on, not that there
 * were none.
 */
static bool was_cleared(const struct result *r, unsigned int block,
			const struct facts_expr *e)
{
	g_autoptr(GArray) defs = NULL;
	const struct facts_func *f = r->func->facts;
	const struct flow_defs *d;
	g_autofree bool *seen = NULL;

	e = facts_strip_casts(e);
	if (e->kind != FX_VAR || !r->call)
		return false;
	d = flow_defs_get(r->func);
	seen = g_new0(bool, f->n_blocks);
	flow_reach(f, r->call->block, FLOW_NO_BLOCK, seen);
	defs = g_array_new(FALSE, FALSE, sizeof(guint));
	flow_defs_reaching(r->func, block, f->blocks[block].n_insns, e->var,
			   defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		const struct flow_def *def =
			&d->defs[g_array_index(defs, guint, i)];

		if (def->kind == DEF_ASSIGN && is_zero(def->insn->rhs) &&
		    seen[def->block] &&
		    (def->block != r->call->block ||
		     def->index > r->call->index))
			return true;
	}
	return false;
}

/* Copies and negations of a condition that are followed: WARN_ON() */
#define MAX_COND_STEPS 4

/* Is an instruction behind one that stores the pages? */
static bool is_behind(struct flow_trace *t, const struct result *r,
		      unsigned int block, unsigned int index)
{
	for (unsigned int n = 0; n < t->events->len; n++) {
		const struct flow_event *e = t->events->pdata[n];

		/* when a callee does it is not known here */
		if (e->kind == FLOW_STORE &&
		    (e->in != r->func ||
		     flow_defs_follows(r->func, e->block, e->index, block,
				       index)))
			return true;
	}
	return false;
}

static bool is_loaded(struct flow_trace *t, const struct result *r,
		      unsigned int block, unsigned int at,
		      const struct facts_expr *e)
{
	unsigned int mask;

	if (e->kind != FX_FIELD && e->kind != FX_GLOBAL &&
	    e->kind != FX_DEREF && e->kind != FX_INDEX)
		return false;
	mask = flow_trace_mask(t, r->func, block, at, e);
	/* a pointer to memory that others see; it may be written through, too */
	if (e->kind == FX_DEREF || e->kind == FX_INDEX)
		return mask >> FLOW_HEAP;
	return mask && !(mask & ((1u << FLOW_HEAP) - 1));
}

/* Was a value loaded from memory before the pages got there: the pages of an
 * earlier call?  old = obj->page; obj->page = page; if (old)
 */
static bool is_earlier(struct flow_trace *t, const struct result *r,
		       unsigned int block, unsigned int at,
		       const struct facts_expr *e, unsigned int depth)
{
	g_autoptr(GArray) defs = NULL;
	const struct flow_defs *d = flow_defs_get(r->func);

	e = facts_strip_casts(e);
	if (depth > MAX_COND_STEPS)
		return false;
	if (e->kind == FX_COND && e->n_kids == 3)
		return is_earlier(t, r, block, at, e->kids[1], depth + 1) ||
		       is_earlier(t, r, block, at, e->kids[2], depth + 1);
	if (e->kind != FX_VAR)
		return is_loaded(t, r, block, at, e) &&
		       !is_behind(t, r, block, at);
	defs = g_array_new(FALSE, FALSE, sizeof(guint));
	flow_defs_reaching(r->func, block, at, e->var, defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		const struct flow_def *def =
			&d->defs[g_array_index(defs, guint, i)];

		if (def->kind == DEF_ASSIGN && !def->insn->op &&
		    is_earlier(t, r, def->block, def->index, def->insn->rhs,
			       depth + 1))
			return true;
	}
	return false;
}

/* A test of a pointer to the pages against NULL.  A field may hold another
 * set by the time that a caller looks at it.
 */
static bool tells_of_pages(struct flow_trace *t, const struct result *r,
			   unsigned int block, unsigned int at,
			   const struct facts_expr *e)
{
	if (facts_strip_casts(e)->kind != FX_VAR && r->call &&
	    r->call != t->start)
		return false;
	return flow_trace_mask(t, r->func, block, at, e) &&
	       !was_cleared(r, block, e) &&
	       (r->call != t->start || !is_earlier(t, r, block, at, e, 0));
}

static int expr_fails(struct flow_trace *t, const struct result *r,
		      struct flow_func *func, unsigned int block,
		      unsigned int at, const struct facts_expr *e,
		      unsigned int depth);

static bool is_error_test(const struct flow_trace *t,
			  const struct facts_insn *in)
{
	const struct api_func *af =
		in->callee ? api_func(t->prog->api, in->callee) : NULL;

	return af && af->error_test;
}

/* A variable stands for what it was assigned: IS_ERR(result), a call that is
 * asked about it; WARN_ON(result < 0), a copy of the condition.
 */
static int var_fails(struct flow_trace *t, const struct result *r,
		     struct flow_func *func, unsigned int block,
		     unsigned int at, const struct facts_expr *e,
		     unsigned int depth)
{
	g_autoptr(GArray) defs = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *d = flow_defs_get(func);
	const struct flow_def *def;

	flow_defs_reaching(func, block, at, e->var, defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		def = &d->defs[g_array_index(defs, guint, i)];
		if (def->kind != DEF_CALL || !is_error_test(t, def->insn))
			continue;
		for (unsigned int a = 0; a < def->insn->n_args; a++)
			if (holds_result(r, def->block, def->index,
					 def->insn->args[a].expr))
				return 1;
	}
	if (defs->len != 1)
		return -1;
	def = &d->defs[g_array_index(defs, guint, 0)];
	if (def->kind != DEF_ASSIGN || def->insn->op)
		return -1;
	return expr_fails(t, r, func, def->block, def->index, def->insn->rhs,
			  depth + 1);
}

static bool sets_field(const struct facts_insn *in, const struct facts_expr *e)
{
	return in->kind == FI_ASSIGN && in->lhs && in->lhs->kind == FX_FIELD &&
	       in->lhs->record == e->record && in->lhs->name == e->name;
}

/* A field that is set from the result stands for it until it is set again:
 * obj->held = call() == 1; if (!obj->held)
 */
static int field_fails(struct flow_trace *t, const struct result *r,
		       struct flow_func *func, unsigned int block,
		       unsigned int at, const struct facts_expr *e,
		       unsigned int depth)
{
	const struct facts_func *f = func->facts;
	g_autofree bool *seen = g_new0(bool, f->n_blocks);
	unsigned int set = 0, index = 0;
	int fails = -1;

	for (unsigned int b = 0; b < f->n_blocks && fails < 0; b++)
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];

			if (fails >= 0 || in->op || !sets_field(in, e))
				continue;
			fails = expr_fails(t, r, func, b, i, in->rhs,
					   depth + 1);
			set = b;
			index = i;
		}
	if (fails < 0)
		return -1;
	for (unsigned int s = 0; s < f->blocks[set].n_succ; s++)
		flow_reach(f, f->blocks[set].succ[s], FLOW_NO_BLOCK, seen);
	/* before that it is an older value */
	if (!seen[block] && (block != set || at <= index))
		return -1;
	for (unsigned int b = 0; b < f->n_blocks; b++)
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++)
			if (sets_field(&f->blocks[b].insns[i], e) &&
			    (b == set ? i > index : seen[b]))
				return -1;
	return fails;
}

static int expr_fails(struct flow_trace *t, const struct result *r,
		      struct flow_func *func, unsigned int block,
		      unsigned int at, const struct facts_expr *e,
		      unsigned int depth)
{
	int fails;

	e = facts_strip_casts(e);
	if (!e || depth > MAX_COND_STEPS)
		return -1;
	if (e->kind == FX_UNARY && !strcmp(e->name, "!")) {
		fails = expr_fails(t, r, func, block, at, e->kids[0],
				   depth + 1);
		return fails < 0 ? fails : !fails;
	}
	if (e->kind == FX_BINARY && e->n_kids == 2) {
		if (holds_result(r, block, at, e->kids[0]))
			return compare_fails(r, e->name, is_zero(e->kids[1]),
					     false);
		if (holds_result(r, block, at, e->kids[1]))
			return compare_fails(r, e->name, is_zero(e->kids[0]),
					     true);
		/* pages == NULL */
		if (is_zero(e->kids[1]) &&
		    tells_of_pages(t, r, block, at, e->kids[0]))
			return !strcmp(e->name, "==") ? 1 :
			       !strcmp(e->name, "!=") ? 0 :
							-1;
		return -1;
	}
	if (holds_result(r, block, at, e))
		return r->count || returns_pointer(r) ? 0 : 1;
	fails = e->kind == FX_VAR ?
			var_fails(t, r, func, block, at, e, depth) :
		e->kind == FX_FIELD ?
			field_fails(t, r, func, block, at, e, depth) :
			-1;
	if (fails >= 0)
		return fails;
	/* if (obj->pages) */
	return tells_of_pages(t, r, block, at, e) ? 0 : -1;
}

static int result_fails(struct flow_trace *t, const struct result *r,
			struct flow_func *func, unsigned int block)
{
	const struct facts_block *blk = &func->facts->blocks[block];

	/* i < nr of a loop over the pages tells nothing */
	if (!blk->cond || blk->term != FT_BRANCH || blk->loop_head)
		return -1;
	return expr_fails(t, r, func, block, blk->n_insns, blk->cond, 0);
}

/* switch (ret) { case 1: break; default: return -EFAULT; }: what is no number
 * of pages that an arm is for is a failure.
 */
static bool is_none_arm(const struct result *r, const struct facts_block *blk,
			unsigned int succ)
{
	const struct facts_case *arm = &blk->cases[succ];

	if (!arm->is_default)
		return r->count		  ? arm->hi <= 0 :
		       returns_pointer(r) ? !arm->lo && !arm->hi :
					    arm->hi < 0;
	for (unsigned int s = 0; r->count && s < blk->n_succ; s++)
		if (!blk->cases[s].is_default && blk->cases[s].lo > 0)
			return true;
	return false;
}

bool result_none(struct flow_trace *t, const struct result *r,
		 struct flow_func *func, unsigned int block, unsigned int succ)
{
	const struct facts_block *blk = &func->facts->blocks[block];
	int fails;

	if (blk->term == FT_SWITCH)
		return holds_result(r, block, blk->n_insns, blk->cond) &&
		       is_none_arm(r, blk, succ);
	fails = result_fails(t, r, func, block);
	return fails >= 0 && (succ == 0) == (fails == 1);
}
