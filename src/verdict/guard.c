// SPDX-License-Identifier: GPL-2.0-only
/*
 * guard.c - a flag that parts the pages of a set from others
 *
 *	if (flags & USER)			if (obj->flags & USER)
 *		pin_user_pages(.., pages);		unpin_user_pages(pages, n);
 *	else					else
 *		pages[i] = kernel_page(i);		put_page(pages[i]);
 *
 * The data flow knows of no conditions: it sees pinned pages at put_page().
 */
#include <string.h>
#include "flow/defs.h"
#include "verdict/case.h"

/* Calls that lead up to a function, from one that tests the flag. */
#define MAX_UP 4

/**
 * struct guard - a test of a flag, and the way that it lets through
 * @mask: "x & MASK"; 0: the value itself
 * @base: x
 * @set: it is set there
 */
struct guard {
	int64_t mask;
	const struct facts_expr *base;
	bool set;
};

static bool is_zero(const struct facts_expr *e)
{
	return e->kind == FX_INT && !e->ival;
}

/* Return: false when it tests anything but a flag */
static bool read_flag(const struct facts_expr *e, struct guard *g)
{
	e = facts_strip_casts(e);
	if (e->kind == FX_BINARY &&
	    (!strcmp(e->name, "==") || !strcmp(e->name, "!=")) &&
	    is_zero(facts_strip_casts(e->kids[1]))) {
		g->set ^= !strcmp(e->name, "==");
		return read_flag(e->kids[0], g);
	}
	g->mask = 0;
	if (e->kind == FX_BINARY && !strcmp(e->name, "&")) {
		const struct facts_expr *mask = facts_strip_casts(e->kids[1]);

		if (mask->kind != FX_INT)
			return false;
		g->mask = mask->ival;
		e = facts_strip_casts(e->kids[0]);
	}
	g->base = e;
	return (e->kind == FX_VAR || e->kind == FX_FIELD) && e->type &&
	       !strchr(e->type, '*') && (g->mask || e->kind == FX_FIELD);
}

/* The same flag, once set and once not: in a field, or on its way there. */
static bool are_opposite(const struct guard *a, const struct guard *b)
{
	if (a->mask != b->mask || a->set == b->set)
		return false;
	if (a->base->kind == FX_FIELD && b->base->kind == FX_FIELD)
		return !g_strcmp0(a->base->record, b->base->record) &&
		       !g_strcmp0(a->base->name, b->base->name);
	return a->mask != 0;
}

/* Can a block be come to from another one without a third one. */
static bool reaches(const struct facts_func *f, unsigned int from,
		    unsigned int to, unsigned int without)
{
	g_autofree bool *seen = g_new0(bool, f->n_blocks);

	flow_reach(f, from, without, seen);
	return seen[to];
}

/* Is a block come to by one way only out of a test of a flag. */
static bool read_guard(const struct facts_func *f, unsigned int test,
		       unsigned int block, struct guard *g)
{
	const struct facts_block *b = &f->blocks[test];
	bool on, off;

	if (b->term != FT_BRANCH || b->n_succ != 2 || test == block)
		return false;
	g->set = true;
	if (!read_flag(b->cond, g))
		return false;
	on = reaches(f, b->succ[0], block, test);
	off = reaches(f, b->succ[1], block, test);
	g->set ^= off;
	return on != off;
}

/* The flags that a block depends on. */
static void add_guards(const struct facts_func *f, unsigned int block,
		       GArray *guards)
{
	struct guard g;

	for (unsigned int t = 0; t < f->n_blocks; t++)
		if (read_guard(f, t, block, &g))
			g_array_append_val(guards, g);
}

/* Those of the calls that lead to a function as well. */
static void add_guards_above(const struct flow_func *in, unsigned int block,
			     unsigned int depth, GArray *guards)
{
	add_guards(in->facts, block, guards);
	for (unsigned int i = 0; depth && i < in->callers->len; i++) {
		const struct flow_call *c = in->callers->pdata[i];

		add_guards_above(c->in, c->block, depth - 1, guards);
	}
}

static bool has_opposite(const GArray *guards, const struct facts_func *f,
			 unsigned int block)
{
	g_autoptr(GArray)
		here = g_array_new(FALSE, FALSE, sizeof(struct guard));

	add_guards(f, block, here);
	for (unsigned int i = 0; i < here->len; i++)
		for (unsigned int k = 0; k < guards->len; k++)
			if (are_opposite(&g_array_index(here, struct guard, i),
					 &g_array_index(guards, struct guard,
							k)))
				return true;
	return false;
}

static bool gives_pages(struct flow_trace *t, const struct flow_call *c)
{
	for (unsigned int a = 0; a < c->insn->n_args; a++)
		if (flow_trace_mask(t, c->in, c->block, c->index,
				    c->insn->args[a].expr))
			return true;
	return false;
}

/* Is every way to a position with pages of the set behind the other way out. */
static bool is_apart(struct flow_trace *t, const GArray *guards,
		     const struct flow_func *in, unsigned int block,
		     unsigned int depth)
{
	bool any = false;

	if (has_opposite(guards, in->facts, block))
		return true;
	for (unsigned int i = 0; depth && i < in->callers->len; i++) {
		const struct flow_call *c = in->callers->pdata[i];

		if (!gives_pages(t, c))
			continue;
		if (!is_apart(t, guards, c->in, c->block, depth - 1))
			return false;
		any = true;
	}
	return any;
}

bool verdict_is_parted(const struct verdict_case *c, const struct flow_event *e)
{
	g_autoptr(GArray)
		guards = g_array_new(FALSE, FALSE, sizeof(struct guard));

	add_guards_above(c->call->in, c->call->block, MAX_UP, guards);
	return guards->len &&
	       is_apart(c->trace, guards, e->in, e->block, MAX_UP);
}
