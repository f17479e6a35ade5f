// SPDX-License-Identifier: GPL-2.0-only
/*
 * loop.c - loops that do nothing but let go of an array
 *
 *	for (i = 0; i < n; i++)		while (n--)		while (n > 0)
 *		put_page(pages[i]);	put_page(pages[n]);	put_page(pages[--n]);
 *
 * become unpin_user_pages(pages, n), and with set_page_dirty_lock(pages[i]) in
 * front of the release unpin_user_pages_dirty_lock(pages, n, true).  Here the
 * graph is looked at; rewrite/ looks at the text.
 */
#include <string.h>
#include "flow/defs.h"
#include "verdict/loop.h"

/* blocks of a loop, the head apart */
#define MAX_BODY 4

/**
 * struct loop - the loop around a release
 * @w: the run
 * @ev: the release
 * @f: function
 * @page: what is released: an element of an array
 * @counter: variable that counts
 * @head: block that tests
 * @inside: per block: belongs to the loop
 * @dirty: call that marks the page dirty, or NULL
 * @maybe: under a condition
 */
struct loop {
	struct verdict_work *w;
	const struct flow_event *ev;
	const struct facts_func *f;
	const struct facts_expr *page;
	int counter;
	unsigned int head;
	bool *inside;
	const struct facts_insn *dirty;
	bool maybe;
};

static bool uses_var(const struct facts_expr *e, int var)
{
	if (!e)
		return false;
	if (e->kind == FX_VAR && e->var == var)
		return true;
	for (unsigned int i = 0; i < e->n_kids; i++)
		if (uses_var(e->kids[i], var))
			return true;
	return false;
}

static bool same_expr(const struct facts_expr *a, const struct facts_expr *b)
{
	if (a->kind != b->kind || a->name != b->name || a->ival != b->ival ||
	    a->var != b->var || a->record != b->record ||
	    a->n_kids != b->n_kids)
		return false;
	for (unsigned int i = 0; i < a->n_kids; i++)
		if (!same_expr(a->kids[i], b->kids[i]))
			return false;
	return a->kind != FX_OPAQUE;
}

static bool is_var(const struct facts_expr *e, int var)
{
	return e && e->kind == FX_VAR && e->var == var;
}

/* pages[i], of an array of struct page pointers, by a local counter */
static bool find_page(struct loop *l)
{
	const struct api_release *rel = api_release(l->w->v->api, l->ev->name);
	const struct facts_insn *in = l->ev->insn;
	const struct facts_expr *e;
	const struct flow_defs *d;

	if (!rel || rel->form != API_FORM_PAGE ||
	    (unsigned int)rel->pages >= in->n_args || !in->is_stmt)
		return false;
	e = in->args[rel->pages].expr;
	if (e->kind != FX_INDEX || e->kids[1]->kind != FX_VAR ||
	    g_strcmp0(e->type, "struct page *"))
		return false;
	l->page = e;
	l->counter = e->kids[1]->var;
	d = flow_defs_get(l->ev->in);
	return l->counter >= 0 && d->memory[l->counter] < 0 &&
	       !uses_var(e->kids[0], l->counter);
}

/* the head of the loop that the release's block ends in */
static bool find_head(struct loop *l)
{
	unsigned int at = l->ev->block;

	for (unsigned int i = 0; i < MAX_BODY; i++) {
		const struct facts_block *b = &l->f->blocks[at];

		if (b->term != FT_JUMP)
			return false;
		at = b->succ[0];
		if (l->f->blocks[at].loop_head) {
			l->head = at;
			return l->f->blocks[at].term == FT_BRANCH &&
			       l->f->blocks[at].cond;
		}
	}
	return false;
}

/* the blocks from which the head is reached again; false: others as well */
static bool find_body(struct loop *l, unsigned int at, unsigned int depth)
{
	const struct facts_block *b = &l->f->blocks[at];

	if (at == l->head || l->inside[at])
		return true;
	if (depth > MAX_BODY || b->loop_head ||
	    (b->term != FT_JUMP && b->term != FT_BRANCH))
		return false;
	l->inside[at] = true;
	for (unsigned int i = 0; i < b->n_succ; i++)
		if (!find_body(l, b->succ[i], depth + 1))
			return false;
	return true;
}

/* a block outside of the loop that goes into its middle */
static bool has_side_door(const struct loop *l)
{
	for (unsigned int b = 0; b < l->f->n_blocks; b++) {
		const struct facts_block *block = &l->f->blocks[b];

		for (unsigned int i = 0; !l->inside[b] && i < block->n_succ;
		     i++)
			if (block->succ[i] != l->head &&
			    l->inside[block->succ[i]])
				return true;
	}
	return false;
}

/* i += 1, i -= 1, or the old value of i-- in a temporary */
static bool is_step(const struct loop *l, const struct facts_insn *in)
{
	if (in->kind != FI_ASSIGN)
		return false;
	if (in->op)
		return (!strcmp(in->op, "+=") || !strcmp(in->op, "-=")) &&
		       is_var(in->lhs, l->counter) && in->rhs &&
		       in->rhs->kind == FX_INT && in->rhs->ival == 1;
	return is_var(in->rhs, l->counter) && in->lhs &&
	       in->lhs->kind == FX_VAR &&
	       l->f->vars[in->lhs->var].kind == FV_TEMP;
}

static bool is_dirty_call(const struct loop *l, const struct facts_insn *in)
{
	const struct api_func *f =
		in->callee ? api_func(l->w->v->api, in->callee) : NULL;

	for (unsigned int i = 0; f && i < f->n_effects; i++) {
		const struct api_effect *e = &f->effects[i];

		if (e->kind == API_EFFECT_DIRTY && f->takes_lock &&
		    (unsigned int)e->from < in->n_args)
			return in->is_stmt &&
			       same_expr(in->args[e->from].expr, l->page);
	}
	return false;
}

static bool check_block(struct loop *l, unsigned int b)
{
	const struct facts_block *block = &l->f->blocks[b];

	for (unsigned int i = 0; i < block->n_insns; i++) {
		const struct facts_insn *in = &block->insns[i];

		if (in == l->ev->insn || is_step(l, in))
			continue;
		if (l->dirty || !is_dirty_call(l, in))
			return false;
		l->dirty = in;
		l->maybe = b != l->ev->block;
	}
	/* the condition of the dirty call has to be the same in every turn */
	return b == l->head || block->term != FT_BRANCH ||
	       (block->cond && !uses_var(block->cond, l->counter));
}

/* is a value that the counter has in or after the loop used outside of it */
static bool is_live(const struct loop *l, unsigned int b, unsigned int index)
{
	g_autoptr(GArray) defs = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *d = flow_defs_get(l->ev->in);

	flow_defs_reaching(l->ev->in, b, index, l->counter, defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		const struct flow_def *def =
			&d->defs[g_array_index(defs, guint, i)];

		if (def->insn && l->inside[def->block])
			return true;
	}
	return false;
}

static bool insn_uses(const struct facts_insn *in, int var)
{
	bool plain = in->lhs && in->lhs->kind == FX_VAR && !in->op;

	if (uses_var(in->rhs, var) || uses_var(in->callee_expr, var) ||
	    (!plain && uses_var(in->lhs, var)))
		return true;
	for (unsigned int i = 0; i < in->n_args; i++)
		if (uses_var(in->args[i].expr, var))
			return true;
	return false;
}

static bool is_dead_afterwards(const struct loop *l)
{
	for (unsigned int b = 0; b < l->f->n_blocks; b++) {
		const struct facts_block *block = &l->f->blocks[b];

		if (l->inside[b])
			continue;
		for (unsigned int i = 0; i < block->n_insns; i++)
			if (insn_uses(&block->insns[i], l->counter) &&
			    is_live(l, b, i))
				return false;
		if (uses_var(block->cond, l->counter) &&
		    is_live(l, b, block->n_insns))
			return false;
	}
	return true;
}

static bool is_zero_or_more(const struct loop *l, const struct facts_expr *e)
{
	return signs_is_unsigned(e->type) ||
	       signs_not_negative(l->ev->in, l->head, l->inside, e);
}

static bool is_zero(const struct facts_expr *e)
{
	return e->kind == FX_INT && !e->ival;
}

/* the value of "n--": is_step() has seen that no other one is in the loop */
static bool is_old_value(const struct loop *l, const struct facts_expr *e)
{
	return e->kind == FX_VAR && l->f->vars[e->var].kind == FV_TEMP;
}

/* How often the loop runs is a number that is not negative. */
static bool check_count(const struct loop *l)
{
	const struct facts_expr *cond = l->f->blocks[l->head].cond;
	const struct facts_expr *counter = l->page->kids[1];

	/* while (n--): from a negative n it would not end */
	if (is_old_value(l, cond))
		return true;
	if (cond->kind != FX_BINARY)
		return false;
	if (is_old_value(l, cond->kids[0]) && !strcmp(cond->name, ">"))
		return is_zero(cond->kids[1]) && is_zero_or_more(l, counter);
	if (!is_var(cond->kids[0], l->counter))
		return false;
	if (!strcmp(cond->name, "<"))
		return !uses_var(cond->kids[1], l->counter) &&
		       is_zero_or_more(l, cond->kids[1]);
	return (!strcmp(cond->name, ">") || !strcmp(cond->name, ">=")) &&
	       is_zero(cond->kids[1]) && is_zero_or_more(l, counter);
}

/* The names that the tree has for it. */
static const char *bulk_name(const struct loop *l, bool dirty)
{
	GPtrArray *protos = tree_protos(l->w->v->tree);
	const char *best = NULL;

	for (unsigned int i = 0; i < protos->len; i++) {
		const struct tree_proto *p = protos->pdata[i];
		const struct api_release *r =
			api_release(l->w->v->api, p->name);

		if (!r || r->family != API_PIN || r->form != API_FORM_ARRAY ||
		    r->pages != 0 || r->count != 1)
			continue;
		if (dirty ? r->dirty != 2 || p->n_params != 3 :
			    r->dirty != -1 || p->n_params != 2)
			continue;
		/* the one that is no other one's old name */
		if (!best || !r->unpin || !r->unpin[0])
			best = r->name;
	}
	return best;
}

static struct verdict_bulk *bulk_new(const struct loop *l)
{
	const struct facts_var *var = &l->f->vars[l->counter];
	const char *to = bulk_name(l, l->dirty != NULL);
	struct verdict_bulk *bulk;

	if (!to)
		return NULL;
	bulk = g_new0(struct verdict_bulk, 1);
	bulk->to = to;
	bulk->counter = var->name;
	bulk->decl = var->loc;
	bulk->local = var->kind == FV_LOCAL;
	bulk->dirty = l->dirty ? l->dirty->callee : NULL;
	bulk->maybe = l->maybe;
	return bulk;
}

struct verdict_bulk *verdict_loop(struct verdict_work *w,
				  const struct flow_event *ev)
{
	struct loop l = { .w = w, .ev = ev, .f = ev->in->facts };
	g_autofree bool *inside = NULL;

	if (!find_page(&l) || !find_head(&l))
		return NULL;
	l.inside = inside = g_new0(bool, l.f->n_blocks);
	if (!find_body(&l, l.f->blocks[l.head].succ[0], 0))
		return NULL;
	l.inside[l.head] = true;
	if (!inside[ev->block] || has_side_door(&l))
		return NULL;
	for (unsigned int b = 0; b < l.f->n_blocks; b++)
		if (inside[b] && !check_block(&l, b))
			return NULL;
	if (!is_dead_afterwards(&l) || !check_count(&l))
		return NULL;
	return bulk_new(&l);
}
