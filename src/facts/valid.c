// SPDX-License-Identifier: GPL-2.0-only
/* valid.c - do facts have the shape that their readers rely on */
#include "facts/valid.h"
#include "facts/words.h"

const struct facts_expr_shape facts_expr_shapes[FX_FIELD_INIT + 1] = {
	[FX_OPAQUE] = { -1, false }, [FX_INT] = { 0, false },
	[FX_STRING] = { 0, false },  [FX_VAR] = { 0, false },
	[FX_GLOBAL] = { 0, true },   [FX_FUNC] = { 0, true },
	[FX_FIELD] = { 1, true },    [FX_INDEX] = { 2, false },
	[FX_DEREF] = { 1, false },   [FX_ADDR] = { 1, false },
	[FX_UNARY] = { 1, true },    [FX_BINARY] = { 2, true },
	[FX_COND] = { 3, false },    [FX_CAST] = { 1, false },
	[FX_INIT] = { -1, false },   [FX_FIELD_INIT] = { 1, true },
};

static void settle_expr(struct facts_expr *e, unsigned int depth)
{
	if (!e)
		return;
	if (e->n_kids && depth >= FACTS_MAX_EXPR_DEPTH) {
		e->kind = FX_OPAQUE;
		e->n_kids = 0;
	}
	if (e->kind != FX_VAR)
		e->var = -1;
	for (unsigned int i = 0; i < e->n_kids; i++)
		settle_expr(e->kids[i], depth + 1);
}

static void settle_block(struct facts_block *b)
{
	settle_expr(b->cond, 1);
	for (unsigned int i = 0; i < b->n_insns; i++) {
		struct facts_insn *in = &b->insns[i];

		settle_expr(in->lhs, 1);
		settle_expr(in->rhs, 1);
		settle_expr(in->callee_expr, 1);
		for (unsigned int k = 0; k < in->n_args; k++)
			settle_expr(in->args[k].expr, 1);
	}
}

void facts_settle(struct facts_unit *unit)
{
	for (unsigned int i = 0; i < unit->funcs->len; i++) {
		struct facts_func *f = unit->funcs->pdata[i];

		for (unsigned int b = 0; b < f->n_blocks; b++)
			settle_block(&f->blocks[b]);
	}
}

static bool expr_valid(const struct facts_func *f, const struct facts_expr *e,
		       unsigned int depth)
{
	if (!e || (unsigned int)e->kind > FX_FIELD_INIT ||
	    depth > FACTS_MAX_EXPR_DEPTH)
		return false;
	if (facts_expr_shapes[e->kind].kids >= 0 &&
	    e->n_kids != (unsigned int)facts_expr_shapes[e->kind].kids)
		return false;
	if (facts_expr_shapes[e->kind].name && !e->name)
		return false;
	if (e->kind == FX_VAR &&
	    (e->var < 0 || (unsigned int)e->var >= f->n_vars))
		return false;
	for (unsigned int i = 0; i < e->n_kids; i++)
		if (!expr_valid(f, e->kids[i], depth + 1))
			return false;
	return true;
}

static bool maybe_valid(const struct facts_func *f, const struct facts_expr *e)
{
	return !e || expr_valid(f, e, 1);
}

static bool loc_valid(const struct facts_loc *loc)
{
	return (unsigned int)loc->macro <= FACTS_MACRO_BODY;
}

static bool insn_valid(const struct facts_func *f, const struct facts_insn *in)
{
	if ((unsigned int)in->kind > FI_ASM || !loc_valid(&in->loc) ||
	    !loc_valid(&in->name_loc) || !maybe_valid(f, in->lhs) ||
	    !maybe_valid(f, in->rhs) || !maybe_valid(f, in->callee_expr))
		return false;
	for (unsigned int i = 0; i < in->n_args; i++)
		if (!expr_valid(f, in->args[i].expr, 1) ||
		    !loc_valid(&in->args[i].loc))
			return false;
	if (in->kind == FI_ASSIGN)
		return in->lhs && in->rhs;
	return in->kind != FI_CALL || in->callee || in->callee_expr;
}

/* As many successors as the end of a block has ways to go. */
static bool term_valid(const struct facts_block *b)
{
	switch (b->term) {
	case FT_JUMP:
		return b->n_succ == 1;
	case FT_BRANCH:
		return b->n_succ == 2 && b->cond;
	case FT_SWITCH:
		return b->cond && (!b->n_succ || b->cases);
	case FT_RETURN:
	case FT_STOP:
		return !b->n_succ;
	default:
		return false;
	}
}

static bool block_valid(const struct facts_func *f, const struct facts_block *b)
{
	if (!term_valid(b) || !maybe_valid(f, b->cond) ||
	    !loc_valid(&b->cond_loc))
		return false;
	for (unsigned int i = 0; i < b->n_succ; i++)
		if (b->succ[i] >= f->n_blocks)
			return false;
	for (unsigned int i = 0; i < b->n_insns; i++)
		if (!insn_valid(f, &b->insns[i]) ||
		    (b->insns[i].kind == FI_RETURN && i + 1 < b->n_insns))
			return false;
	return true;
}

static bool func_valid(const struct facts_func *f)
{
	unsigned int n_params = 0;

	if (!f->name || !f->file || !f->n_blocks || !loc_valid(&f->loc))
		return false;
	for (unsigned int i = 0; i < f->n_vars; i++) {
		const struct facts_var *v = &f->vars[i];

		if ((unsigned int)v->kind > FV_TEMP || !v->name ||
		    !loc_valid(&v->loc))
			return false;
		if (v->kind == FV_PARAM && n_params++ != i)
			return false;
	}
	if (n_params != f->n_params)
		return false;
	for (unsigned int i = 0; i < f->n_blocks; i++)
		if (!block_valid(f, &f->blocks[i]))
			return false;
	return true;
}

static bool lists_valid(const struct facts_unit *u)
{
	for (unsigned int i = 0; i < u->slots->len; i++) {
		const struct facts_slot *s = u->slots->pdata[i];

		if (!s->record || !s->field || !s->function ||
		    !loc_valid(&s->loc))
			return false;
	}
	for (unsigned int i = 0; i < u->refs->len; i++) {
		const struct facts_ref *r = u->refs->pdata[i];

		if ((unsigned int)r->kind > FR_ADDRESS || !r->name ||
		    !loc_valid(&r->loc))
			return false;
	}
	for (unsigned int i = 0; i < u->diags->len; i++) {
		const struct facts_diag *d = u->diags->pdata[i];

		if (!d->text || !loc_valid(&d->loc))
			return false;
	}
	for (unsigned int i = 0; i < u->skips->len; i++) {
		const struct facts_skip *s = u->skips->pdata[i];

		if (!s->file)
			return false;
	}
	return true;
}

bool facts_valid(const struct facts_unit *unit)
{
	for (unsigned int i = 0; i < unit->funcs->len; i++)
		if (!func_valid(unit->funcs->pdata[i]))
			return false;
	return lists_valid(unit);
}
