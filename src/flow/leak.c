// SPDX-License-Identifier: GPL-2.0-only
/*
 * leak.c - ways out of a function on which taken pages are forgotten
 *
 * Looked for is what is surely one: an error return, behind a success of the
 * taking call, in a function that releases the pages on another way and has
 * not stored, handed on or returned them on this one.
 */
#include "flow/trace.h"
#include "flow/life.h"

struct leak {
	struct flow_trace *t;
	struct flow_life *life;
	const struct facts_func *f;
	GHashTable *handled; /* instructions that do something with the pages */
	bool *seen; /* by block, and by whether an error code is set */
	const struct facts_insn *exit;
};

static bool is_error(const struct facts_expr *e)
{
	while (e && e->kind == FX_CAST && e->n_kids)
		e = e->kids[0];
	return e && e->kind == FX_INT && e->ival < 0 && e->ival >= -4095;
}

/* The variable that holds an error code, -1 for none: ret = -EFAULT; */
static int error_var(const struct facts_insn *in, int var)
{
	if (in->kind == FI_RETURN || !in->lhs || in->lhs->kind != FX_VAR)
		return var;
	if (in->kind == FI_ASSIGN && !in->op && is_error(in->rhs))
		return in->lhs->var;
	return in->lhs->var == var ? -1 : var;
}

static bool returns_error(const struct facts_insn *in, int var)
{
	const struct facts_expr *e = in->rhs;

	while (e && e->kind == FX_CAST && e->n_kids)
		e = e->kids[0];
	if (!e)
		return false;
	return is_error(e) || (e->kind == FX_VAR && e->var == var);
}

static bool is_handled(const struct leak *l, unsigned int block)
{
	const struct facts_block *blk = &l->f->blocks[block];

	for (unsigned int i = 0; i < blk->n_insns; i++)
		if (g_hash_table_contains(l->handled, &blk->insns[i]))
			return true;
	return false;
}

/* if (pages) release(pages): the other way has none. */
static bool is_guard(const struct leak *l, const struct facts_block *blk)
{
	if (blk->n_succ != 2)
		return false;
	for (unsigned int s = 0; s < 2; s++) {
		unsigned int one = blk->succ[s], other = blk->succ[!s];
		const struct facts_block *b = &l->f->blocks[one];

		if (b->n_succ == 1 && b->succ[0] == other && is_handled(l, one))
			return true;
	}
	return false;
}

static void look(struct leak *l, unsigned int block, unsigned int index,
		 int var)
{
	const struct facts_block *blk = &l->f->blocks[block];
	int fails;

	if (!index) {
		bool *seen = &l->seen[2 * block + (var >= 0)];

		if (*seen || l->exit)
			return;
		*seen = true;
		/* a loop over the pages, entered or not */
		if (flow_life_loop(l->life, block))
			return;
	}
	for (unsigned int i = index; i < blk->n_insns; i++) {
		const struct facts_insn *in = &blk->insns[i];

		if (in == l->t->start->insn ||
		    g_hash_table_contains(l->handled, in))
			return;
		if (in->kind == FI_RETURN) {
			if (returns_error(in, var))
				l->exit = in;
			return;
		}
		var = error_var(in, var);
	}
	if (is_guard(l, blk))
		return;
	fails = flow_life_fails(l->life, block);
	for (unsigned int s = 0; s < blk->n_succ; s++)
		if (!((fails == 1 && s == 0) || (fails == 0 && s == 1)))
			look(l, blk->succ[s], 0, var);
}

/* Does the function itself let go on some way? */
static bool collect_handled(struct leak *l)
{
	bool releases = false;

	for (unsigned int i = 0; i < l->t->events->len; i++) {
		const struct flow_event *e = l->t->events->pdata[i];

		if (e->in != l->t->start->in || e->insn == l->t->start->insn)
			continue;
		switch (e->kind) {
		case FLOW_RELEASE:
		case FLOW_PASS:
			releases = true;
			break;
		case FLOW_USE:
		case FLOW_WEAK_USE:
		case FLOW_DIRTY:
		case FLOW_REF:
			continue;
		default:
			break;
		}
		g_hash_table_add(l->handled, (void *)e->insn);
	}
	return releases;
}

const struct facts_insn *flow_leak(struct flow_trace *t)
{
	struct leak l = { .t = t, .f = t->start->in->facts };

	l.handled = g_hash_table_new(NULL, NULL);
	if (collect_handled(&l)) {
		l.life = flow_life_new(t);
		l.seen = g_new0(bool, 2 * l.f->n_blocks + 2);
		look(&l, t->start->block, t->start->index + 1, -1);
		g_free(l.seen);
		flow_life_free(l.life);
	}
	g_hash_table_unref(l.handled);
	return l.exit;
}
