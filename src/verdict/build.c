// SPDX-License-Identifier: GPL-2.0-only
/*
 * build.c - FOLL_LONGTERM where a flags variable is built
 *
 * When several calls are given one variable, the flag is added once to what
 * the variable is assigned instead of to each call.  Nothing else may look at
 * the variable but what adds further flags or tests one of them.
 */
#include <string.h>
#include "flow/defs.h"
#include "verdict/case.h"
#include "verdict/plan.h"

/**
 * struct built - a flags variable
 * @w: the run
 * @in: its function
 * @var: its number
 * @bit: the flag's
 * @cases: (element-type verdict_case*): calls that are to be given the flag
 * @missing: (element-type facts_insn*): assignments that lack it
 * @some: it is in one of them already
 */
struct built {
	struct verdict_work *w;
	struct flow_func *in;
	unsigned int var;
	uint64_t bit;
	GPtrArray *cases;
	GPtrArray *missing;
	bool some;
};

static bool is_var(const struct facts_expr *e, unsigned int var)
{
	e = facts_strip_casts(e);
	return e && e->kind == FX_VAR && (unsigned int)e->var == var;
}

static bool mentions(const struct facts_expr *e, unsigned int var)
{
	if (!e)
		return false;
	if (is_var(e, var))
		return true;
	for (unsigned int i = 0; i < e->n_kids; i++)
		if (mentions(e->kids[i], var))
			return true;
	return false;
}

/* "flags & FOLL_WRITE": the new flag does not change it. */
static bool is_other_test(const struct built *b, const struct facts_expr *e)
{
	const struct facts_expr *mask;

	e = facts_strip_casts(e);
	if (!e || e->kind != FX_BINARY || strcmp(e->name, "&"))
		return false;
	mask = facts_strip_casts(e->kids[1]);
	return is_var(e->kids[0], b->var) && mask->kind == FX_INT &&
	       !((uint64_t)mask->ival & b->bit);
}

/* The call's edit that adds the flag to a variable; or NULL. */
static struct verdict_edit *edit_of(const struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->site->edits->len; i++) {
		struct verdict_edit *e = c->site->edits->pdata[i];

		if ((e->kind == EDIT_ACQUIRE || e->kind == EDIT_FLAG) &&
		    e->fold && !e->write && !e->drop && e->arg == c->flags &&
		    e->loc.line == c->call->insn->name_loc.line &&
		    e->loc.column == c->call->insn->name_loc.column)
			return e;
	}
	return NULL;
}

/* Return: number of the variable, or -1 */
static int var_of(const struct verdict_case *c)
{
	const struct facts_func *f = c->call->in->facts;
	const struct facts_expr *e;

	if (!c->wants || c->blocker || c->keep || c->first || c->flags < 0 ||
	    !edit_of(c))
		return -1;
	e = c->call->insn->args[c->flags].expr;
	if (e->kind != FX_VAR || f->vars[e->var].kind != FV_LOCAL ||
	    flow_defs_get(c->call->in)->memory[e->var] >= 0)
		return -1;
	return e->var;
}

static bool is_given(const struct built *b, const struct facts_insn *in,
		     unsigned int arg)
{
	for (unsigned int i = 0; i < b->cases->len; i++) {
		const struct verdict_case *c = b->cases->pdata[i];

		if (c->call->insn == in && c->flags == (int)arg)
			return true;
	}
	return false;
}

/* flags |= x, flags = flags | x */
static bool adds_more(const struct built *b, const struct facts_insn *in)
{
	const struct facts_expr *rhs = facts_strip_casts(in->rhs);

	if (in->op)
		return !strcmp(in->op, "|=") && !mentions(rhs, b->var);
	return rhs && rhs->kind == FX_BINARY && !strcmp(rhs->name, "|") &&
	       is_var(rhs->kids[0], b->var) && !mentions(rhs->kids[1], b->var);
}

/* The variable is assigned.  Return: false when the flag cannot be added. */
static bool look_at_build(struct built *b, unsigned int block,
			  unsigned int index, const struct facts_insn *in)
{
	if (in->op || mentions(in->rhs, b->var))
		return adds_more(b, in);
	switch (verdict_flags_has(b->w, b->in, block, index, in->rhs, b->bit)) {
	case FLAGS_ALWAYS:
		b->some = true;
		return true;
	case FLAGS_NEVER:
		break;
	default:
		return false;
	}
	if (in->loc.macro != FACTS_MACRO_NONE ||
	    g_path_is_absolute(in->loc.file) || !in->loc.end)
		return false;
	g_ptr_array_add(b->missing, (void *)in);
	return true;
}

static bool look_at_insn(struct built *b, unsigned int block,
			 unsigned int index, const struct facts_insn *in)
{
	if (in->kind == FI_ASSIGN && is_var(in->lhs, b->var))
		return look_at_build(b, block, index, in);
	if (mentions(in->lhs, b->var) || mentions(in->callee_expr, b->var))
		return false;
	for (unsigned int a = 0; a < in->n_args; a++)
		if (mentions(in->args[a].expr, b->var) &&
		    !(is_var(in->args[a].expr, b->var) && is_given(b, in, a)))
			return false;
	return !mentions(in->rhs, b->var) || is_other_test(b, in->rhs);
}

static bool look_at_all(struct built *b)
{
	const struct facts_func *f = b->in->facts;

	for (unsigned int n = 0; n < f->n_blocks; n++) {
		const struct facts_block *blk = &f->blocks[n];

		for (unsigned int i = 0; i < blk->n_insns; i++)
			if (!look_at_insn(b, n, i, &blk->insns[i]))
				return false;
		if (mentions(blk->cond, b->var) && !is_other_test(b, blk->cond))
			return false;
	}
	return true;
}

/* Fewer places change; where the flag is in some, the others get it. */
static bool is_less(const struct built *b)
{
	unsigned int n = b->missing->len;

	return n && n + !b->some <= b->cases->len;
}

static struct verdict_edit *new_edit(const struct built *b,
				     const struct facts_insn *in)
{
	struct verdict_edit *e = g_new0(struct verdict_edit, 1);

	e->kind = EDIT_BUILD;
	e->loc = in->loc;
	e->from = e->to = b->in->facts->vars[b->var].name;
	e->arg = -1;
	e->fold = "FOLL_LONGTERM";
	return e;
}

static void move_flag(const struct built *b)
{
	for (unsigned int i = 0; i < b->cases->len; i++) {
		struct verdict_case *c = b->cases->pdata[i];
		struct verdict_edit *e = edit_of(c);

		e->fold = NULL;
		if (e->kind == EDIT_FLAG)
			g_ptr_array_remove(c->site->edits, e);
		for (unsigned int k = 0; k < b->missing->len; k++)
			g_ptr_array_add(c->site->edits,
					new_edit(b, b->missing->pdata[k]));
	}
}

static void fold_of(struct verdict_work *w, unsigned int first, bool *done)
{
	struct verdict_case *c = w->cases->pdata[first];
	struct built b = { .w = w, .in = c->call->in, .var = var_of(c) };

	if (!tree_flag(w->v->tree, "FOLL_LONGTERM", &b.bit))
		return;
	b.cases = g_ptr_array_new();
	b.missing = g_ptr_array_new();
	for (unsigned int i = first; i < w->cases->len; i++) {
		struct verdict_case *o = w->cases->pdata[i];

		if (o->call->in != b.in || var_of(o) != (int)b.var)
			continue;
		done[i] = true;
		g_ptr_array_add(b.cases, o);
	}
	if (look_at_all(&b) && is_less(&b))
		move_flag(&b);
	g_ptr_array_unref(b.cases);
	g_ptr_array_unref(b.missing);
}

void verdict_fold_where_built(struct verdict_work *w)
{
	g_autofree bool *done = g_new0(bool, w->cases->len + 1);

	for (unsigned int i = 0; i < w->cases->len; i++)
		if (!done[i] && var_of(w->cases->pdata[i]) >= 0)
			fold_of(w, i, done);
}
