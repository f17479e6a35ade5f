// SPDX-License-Identifier: GPL-2.0-only
/*
 * leak.c - ways out of a function on which taken pages are forgotten
 *
 * Looked for is what is surely one: an error return, behind a success of the
 * taking call, in a function that releases the pages on another way and has
 * not stored, handed on or returned them on this one.  The array of them that
 * is freed on the way says the same, wherever else they are released.  Where
 * nothing keeps the pages, any other return is one as well.
 */
#include <string.h>
#include "flow/trace.h"
#include "flow/life.h"

/* What has happened on the way so far */
#define LEAK_FREED 1u /* the array of the pages is gone */
#define LEAK_PARTIAL 2u /* not all pages were taken, maybe none */
#define LEAK_ERROR 4u /* a variable holds an error code */
#define N_STATES 8

struct leak {
	struct flow_trace *t;
	struct flow_life *life;
	const struct facts_func *f;
	GHashTable *handled; /* instructions that do something with the pages */
	GHashTable *frees; /* instructions that free the array of them */
	bool releases; /* on some other way */
	bool any; /* any way out, not error returns only */
	bool *seen; /* by block and state */
	const struct facts_insn *exit;
};

/* The same variable, or the same field of the same variable. */
static bool same_place(const struct facts_expr *a, const struct facts_expr *b)
{
	a = facts_strip_casts(a);
	b = facts_strip_casts(b);
	if (!a || !b || a->kind != b->kind)
		return false;
	if (a->kind == FX_VAR)
		return a->var == b->var;
	return a->kind == FX_FIELD && !strcmp(a->name, b->name) &&
	       same_place(a->kids[0], b->kids[0]);
}

static bool is_code(const struct facts_expr *e)
{
	e = facts_strip_casts(e);
	return e && e->kind == FX_INT && e->ival < 0 && e->ival >= -4095;
}

/* -EFAULT, or ret < 0 ? ret : -EFAULT */
static bool is_error(const struct facts_expr *e)
{
	const struct facts_expr *test, *what;

	e = facts_strip_casts(e);
	if (!e || e->kind != FX_COND || e->n_kids != 3)
		return is_code(e);
	test = facts_strip_casts(e->kids[0]);
	if (test->kind != FX_BINARY || test->n_kids != 2 ||
	    facts_strip_casts(test->kids[1])->kind != FX_INT ||
	    facts_strip_casts(test->kids[1])->ival)
		return false;
	what = facts_strip_casts(test->kids[0]);
	if (test->name[0] == '<')
		return is_code(e->kids[2]) && same_place(what, e->kids[1]);
	return test->name[0] == '>' && is_code(e->kids[1]) &&
	       same_place(what, e->kids[2]);
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
	const struct facts_expr *e = facts_strip_casts(in->rhs);

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

/* Blocks that @block leads to, by a way that does not take pages anew. */
static void mark_ways(const struct leak *l, unsigned int block, bool *marked)
{
	const struct facts_block *blk = &l->f->blocks[block];

	for (unsigned int s = 0; s < blk->n_succ; s++)
		flow_reach(l->f, blk->succ[s], l->t->start->block, marked);
}

/* for (i = 0; i < got; i++) obj->pages[i] = pages[i]; there is at least one. */
static bool is_handling_loop(const struct leak *l, unsigned int head)
{
	g_autofree bool *from_head = NULL;
	bool found = false;

	if (!l->f->blocks[head].loop_head)
		return false;
	from_head = g_new0(bool, l->f->n_blocks);
	mark_ways(l, head, from_head);
	for (unsigned int b = 0; from_head[head] && b < l->f->n_blocks; b++) {
		g_autofree bool *back = NULL;

		if (found || !from_head[b] || b == head || !is_handled(l, b))
			continue;
		back = g_new0(bool, l->f->n_blocks);
		mark_ways(l, b, back);
		found = back[head];
	}
	return found;
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

/* After a short result only the array that goes with them says that the pages
 * are forgotten: there may be none.
 */
static bool is_lost(const struct leak *l, unsigned int state)
{
	return state & LEAK_FREED || (l->releases && !(state & LEAK_PARTIAL));
}

/* got != nr, with a number of pages that is not known */
static bool is_partial(const struct facts_expr *cond)
{
	cond = facts_strip_casts(cond);
	return cond && cond->kind == FX_BINARY && cond->n_kids == 2 &&
	       facts_strip_casts(cond->kids[0])->kind != FX_INT &&
	       facts_strip_casts(cond->kids[1])->kind != FX_INT;
}

/* if (ret), where ret holds an error code: only one way is open.  Return: its
 * index, -1 for both
 */
static int error_way(const struct facts_expr *cond, int var)
{
	int way = 0;

	cond = facts_strip_casts(cond);
	while (cond && cond->kind == FX_UNARY && !strcmp(cond->name, "!")) {
		cond = facts_strip_casts(cond->kids[0]);
		way = !way;
	}
	if (cond && cond->kind == FX_BINARY && cond->n_kids == 2 &&
	    (!strcmp(cond->name, "<") || !strcmp(cond->name, "!=")) &&
	    facts_strip_casts(cond->kids[1])->kind == FX_INT &&
	    !facts_strip_casts(cond->kids[1])->ival)
		cond = facts_strip_casts(cond->kids[0]);
	return var >= 0 && cond && cond->kind == FX_VAR && cond->var == var ?
		       way :
		       -1;
}

static void look(struct leak *l, unsigned int block, unsigned int index,
		 int var, unsigned int state)
{
	const struct facts_block *blk = &l->f->blocks[block];
	int way;

	if (!index) {
		bool *seen = &l->seen[N_STATES * block + state +
				      (var >= 0 ? LEAK_ERROR : 0)];

		if (*seen || l->exit)
			return;
		*seen = true;
		/* a loop over the pages, entered or not */
		if (flow_life_loop(l->life, block) ||
		    is_handling_loop(l, block))
			return;
	}
	for (unsigned int i = index; i < blk->n_insns; i++) {
		const struct facts_insn *in = &blk->insns[i];

		if (in == l->t->start->insn ||
		    g_hash_table_contains(l->handled, in))
			return;
		if (in->kind == FI_RETURN) {
			if (is_lost(l, state) &&
			    (l->any || returns_error(in, var)))
				l->exit = in;
			return;
		}
		if (g_hash_table_contains(l->frees, in))
			state |= LEAK_FREED;
		var = error_var(in, var);
	}
	if (is_guard(l, blk))
		return;
	way = blk->n_succ == 2 ? error_way(blk->cond, var) : -1;
	for (unsigned int s = 0; s < blk->n_succ; s++) {
		bool none = flow_life_none(l->life, block, s);

		if (way >= 0 && (unsigned int)way != s)
			continue;
		if (!none)
			look(l, blk->succ[s], 0, var, state);
		else if (is_partial(blk->cond))
			look(l, blk->succ[s], 0, var, state | LEAK_PARTIAL);
	}
}

/* kfree(pages), where pages is the array that the taking call fills */
static bool frees_array(const struct leak *l, const struct facts_insn *in)
{
	const struct facts_insn *start = l->t->start->insn;
	const struct api_func *af;

	af = in->kind == FI_CALL && in->callee ?
		     api_func(l->t->prog->api, in->callee) :
		     NULL;
	if (!af || af->free_arg < 0 || (unsigned int)af->free_arg >= in->n_args)
		return false;
	for (unsigned int i = 0; i < start->n_args; i++) {
		const struct facts_expr *e =
			facts_strip_casts(start->args[i].expr);

		if (e->type && !strcmp(e->type, "struct page **") &&
		    same_place(e, in->args[af->free_arg].expr))
			return true;
	}
	return false;
}

static void collect_frees(struct leak *l)
{
	for (unsigned int b = 0; b < l->f->n_blocks; b++)
		for (unsigned int i = 0; i < l->f->blocks[b].n_insns; i++)
			if (frees_array(l, &l->f->blocks[b].insns[i]))
				g_hash_table_add(l->frees,
						 &l->f->blocks[b].insns[i]);
}

/* What the function does with the pages, and whether it lets go on some way */
static void collect_handled(struct leak *l)
{
	for (unsigned int i = 0; i < l->t->events->len; i++) {
		const struct flow_event *e = l->t->events->pdata[i];

		if (e->in != l->t->start->in || e->insn == l->t->start->insn)
			continue;
		switch (e->kind) {
		case FLOW_RELEASE:
		case FLOW_PASS:
			l->releases = true;
			break;
		case FLOW_USE:
		case FLOW_WEAK_USE:
		case FLOW_DIRTY:
		case FLOW_REF:
			continue;
		default:
			break;
		}
		if (!g_hash_table_contains(l->frees, e->insn))
			g_hash_table_add(l->handled, (void *)e->insn);
	}
}

static const struct facts_insn *find_leak(struct flow_trace *t, bool any)
{
	struct leak l = { .t = t, .f = t->start->in->facts, .any = any };

	l.handled = g_hash_table_new(NULL, NULL);
	l.frees = g_hash_table_new(NULL, NULL);
	collect_frees(&l);
	collect_handled(&l);
	if (l.releases || g_hash_table_size(l.frees)) {
		l.life = flow_life_new(t);
		l.seen = g_new0(bool, N_STATES *(l.f->n_blocks + 1));
		look(&l, t->start->block, t->start->index + 1, -1, 0);
		g_free(l.seen);
		flow_life_free(l.life);
	}
	g_hash_table_unref(l.handled);
	g_hash_table_unref(l.frees);
	return l.exit;
}

const struct facts_insn *flow_leak(struct flow_trace *t)
{
	return find_leak(t, false);
}

const struct facts_insn *flow_forgets(struct flow_trace *t)
{
	return find_leak(t, true);
}
