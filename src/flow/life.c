// SPDX-License-Identifier: GPL-2.0-only
/* life.c - when the releases of a page set run
 *
 * A path analysis over the control-flow graph: from the call that takes the
 * pages to the exits of its function and of its callers, past the branches
 * that are only taken when nothing was taken.
 */
#include <limits.h>
#include <string.h>
#include "flow/life.h"
#include "flow/result.h"
#include "flow/trace.h"

struct walk {
	struct flow_trace *t;
	GHashTable *releasing; /* functions below which a release is reached */
	GHashTable *acquiring; /* functions below which the acquire is */
	GHashTable *release_insns;
	GHashTable *fields; /* flow_place of a field -> its bit in a set */
	GHashTable *stores; /* instruction -> set of the fields it fills */
	GHashTable *climbed;
	GHashTable *certain; /* callee -> does it release on every way */
	struct flow_func *bound;
};

static void close_upwards(GHashTable *set, struct flow_func *func)
{
	if (!g_hash_table_add(set, func))
		return;
	for (unsigned int i = 0; i < func->callers->len; i++) {
		struct flow_call *c = func->callers->pdata[i];

		close_upwards(set, c->in);
	}
}

/* The set of fields a walk has passed a store of; all of them: no matter. */
#define ALL_FIELDS (~(guint64)0)

static guint64 field_bit(struct walk *w, const struct flow_place *field)
{
	gpointer bit;

	if (g_hash_table_lookup_extended(w->fields, field, NULL, &bit))
		return 1ull << (GPOINTER_TO_UINT(bit) % 64);
	bit = GUINT_TO_POINTER(g_hash_table_size(w->fields));
	g_hash_table_insert(w->fields, (void *)field, bit);
	return 1ull << (GPOINTER_TO_UINT(bit) % 64);
}

static void note_store(struct walk *w, const struct flow_event *e)
{
	guint64 *set = g_hash_table_lookup(w->stores, e->insn);

	if (!set) {
		set = g_new0(guint64, 1);
		g_hash_table_insert(w->stores, (void *)e->insn, set);
	}
	*set |= field_bit(w, e->place);
}

/* Bit of the field that an event's value was loaded from last: 0 for none. */
static guint64 loaded_from(struct walk *w, const struct flow_event *e)
{
	const struct flow_place *field = flow_event_field(e);

	return field ? field_bit(w, field) : 0;
}

static bool is_loaded(struct walk *w, const struct flow_event *e,
		      guint64 stored)
{
	guint64 need = loaded_from(w, e);

	return !need || (need & stored);
}

static void walk_init(struct walk *w, struct flow_trace *t)
{
	w->t = t;
	w->releasing = g_hash_table_new(NULL, NULL);
	w->acquiring = g_hash_table_new(NULL, NULL);
	w->release_insns = g_hash_table_new(NULL, NULL);
	w->fields = g_hash_table_new(NULL, NULL);
	w->stores = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	w->climbed = g_hash_table_new(NULL, NULL);
	w->certain = g_hash_table_new(NULL, NULL);
	w->bound = NULL;
	for (unsigned int i = 0; i < t->events->len; i++) {
		struct flow_event *e = t->events->pdata[i];

		if (e->kind == FLOW_STORE)
			note_store(w, e);
		if (e->kind != FLOW_RELEASE && e->kind != FLOW_FREE)
			continue;
		g_hash_table_insert(w->release_insns, (void *)e->insn, e);
		close_upwards(w->releasing, e->in);
	}
	close_upwards(w->acquiring, t->start->in);
}

static void walk_fini(struct walk *w)
{
	g_hash_table_unref(w->releasing);
	g_hash_table_unref(w->acquiring);
	g_hash_table_unref(w->release_insns);
	g_hash_table_unref(w->fields);
	g_hash_table_unref(w->stores);
	g_hash_table_unref(w->climbed);
	g_hash_table_unref(w->certain);
}

/* The pages are an argument of the call, or what it calls loads them. */
static bool reaches_release(struct walk *w, const struct facts_insn *in,
			    guint64 stored)
{
	bool given = false;

	for (unsigned int i = 0; i < w->t->events->len; i++) {
		const struct flow_event *e = w->t->events->pdata[i];

		if (e->kind != FLOW_PASS || e->insn != in)
			continue;
		if (is_loaded(w, e, stored))
			return true;
		given = true;
	}
	if (given)
		return false;
	for (unsigned int i = 0; i < w->t->events->len; i++) {
		const struct flow_event *e = w->t->events->pdata[i];

		if (e->kind == FLOW_RELEASE && loaded_from(w, e) & stored)
			return true;
	}
	return false;
}

static bool must_release(struct walk *w, const struct result *r,
			 struct flow_func *func, unsigned int start,
			 unsigned int block, unsigned int index, guint64 stored,
			 GHashTable *seen);

static bool drops_ref(struct walk *w, const struct facts_insn *in)
{
	const struct api_func *af =
		in->callee ? api_func(w->t->prog->api, in->callee) : NULL;

	return af && af->drops_ref;
}

/* Does a function release only with the last reference to an object? */
static bool is_refcounted(struct walk *w, const struct flow_func *func,
			  unsigned int depth)
{
	if (depth > 4)
		return false;
	for (unsigned int i = 0; i < func->calls->len; i++) {
		const struct flow_call *c = func->calls->pdata[i];

		if (drops_ref(w, c->insn))
			return true;
		for (unsigned int t = 0; t < c->targets->len; t++)
			if (g_hash_table_contains(w->releasing,
						  c->targets->pdata[t]) &&
			    is_refcounted(w, c->targets->pdata[t], depth + 1))
				return true;
	}
	return false;
}

/* A helper without a result is there to release.  One with a result may do so
 * only when it fails: all of its ways are looked at.
 */
static bool callee_releases(struct walk *w, struct flow_func *func,
			    guint64 stored)
{
	g_autoptr(GArray) defs = NULL;
	g_autoptr(GArray) fields = NULL;
	g_autoptr(GHashTable) seen = NULL;
	struct result none = { .func = func };
	gpointer known;
	bool ok;

	if (!g_strcmp0(func->facts->ret_type, "void"))
		return !is_refcounted(w, func, 0);
	if (g_hash_table_lookup_extended(w->certain, func, NULL, &known))
		return GPOINTER_TO_INT(known);
	if (!func->facts->n_blocks)
		return false;
	g_hash_table_insert(w->certain, func, GINT_TO_POINTER(false));
	defs = g_array_new(FALSE, FALSE, sizeof(guint));
	fields = g_array_new(FALSE, FALSE, sizeof(struct result_field));
	seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	none.defs = defs;
	none.fields = fields;
	ok = must_release(w, &none, func, UINT_MAX, 0, 0, stored, seen);
	g_hash_table_insert(w->certain, func, GINT_TO_POINTER(ok));
	return ok;
}

static bool has_callback(const struct facts_insn *in)
{
	for (unsigned int a = 0; a < in->n_args; a++)
		if (facts_strip_casts(in->args[a].expr)->kind == FX_FUNC)
			return true;
	return false;
}

/* Calls that are looked at below one that is given a callback. */
#define MAX_BELOW 6

/* May a release follow below a call?  What the call gives as a callback is
 * called in place of what others give.
 */
static bool leads_down(const struct walk *w, const struct flow_call *call,
		       unsigned int depth)
{
	for (unsigned int t = 0; t < call->targets->len; t++) {
		const struct flow_func *g = call->targets->pdata[t];

		if (!g_hash_table_contains(w->releasing, g))
			continue;
		for (unsigned int i = 0; i < g->calls->len; i++) {
			const struct flow_call *c = g->calls->pdata[i];
			int param = flow_callback_param(w->t->prog, c);
			bool given = false;

			if (g_hash_table_contains(w->release_insns, c->insn))
				return true;
			for (unsigned int k = 0; k < c->targets->len; k++)
				given |= g_hash_table_contains(
						 w->releasing,
						 c->targets->pdata[k]) &&
					 (param < 0 ||
					  flow_gives(call, param,
						     c->targets->pdata[k]));
			if (given &&
			    (depth > MAX_BELOW || leads_down(w, c, depth + 1)))
				return true;
		}
	}
	return false;
}

/* What takes its pages out of an object, which may be another one. */
static bool is_older(struct walk *w, const struct result *r,
		     const struct flow_event *e, const struct flow_at *at)
{
	return r->call && (!e || flow_event_field(e)) &&
	       flow_is_older(w->t, r->call, at);
}

/* A release, or a call of something that releases (and does not take again).
 * What loads the pages from a field lets go of an older set as long as these
 * were not @stored there.
 */
static bool is_release_point(struct walk *w, const struct result *r,
			     struct flow_func *func, unsigned int block,
			     unsigned int index, guint64 stored)
{
	const struct facts_insn *in = &func->facts->blocks[block].insns[index];
	struct flow_at at = { func, NULL, block, index, in };
	const struct flow_event *e;
	struct flow_call *c;

	if (in->kind != FI_CALL)
		return false;
	e = g_hash_table_lookup(w->release_insns, in);
	if (e)
		return is_loaded(w, e, stored) && !is_older(w, r, e, &at);
	if (drops_ref(w, in))
		return false;
	c = flow_call_at(&at);
	if (c && has_callback(in) && !leads_down(w, c, 0))
		return false;
	for (unsigned int i = 0; c && i < c->targets->len; i++) {
		bool releases =
			g_hash_table_contains(w->releasing,
					      c->targets->pdata[i]) &&
			!g_hash_table_contains(w->acquiring,
					       c->targets->pdata[i]) &&
			reaches_release(w, in, stored) &&
			!is_older(w, r, NULL, &at) &&
			callee_releases(w, c->targets->pdata[i], stored);

		if (releases != flow_is_any(c))
			return releases;
	}
	return c && c->targets->len && flow_is_any(c) && !c->open;
}

struct loop {
	struct walk *w;
	const struct result *r;
	struct flow_func *func;
	unsigned int head;
	unsigned int start;
	guint64 stored;
	bool *in; /* blocks from which the head is reached again */
	bool *seen;
	bool released;
};

/* Does every way through the body, from a block on to the head, release?  The
 * way that a test says has no page does not count.
 */
static bool turn_releases(struct loop *l, unsigned int block)
{
	const struct facts_block *blk = &l->func->facts->blocks[block];

	if (block == l->head)
		return false;
	if (l->seen[block])
		return true;
	l->seen[block] = true;
	for (unsigned int i = 0; i < blk->n_insns; i++)
		if (is_release_point(l->w, l->r, l->func, block, i,
				     l->stored)) {
			l->released = true;
			return true;
		}
	for (unsigned int s = 0; s < blk->n_succ; s++) {
		if (!l->in[blk->succ[s]] ||
		    result_none(l->w->t, l->r, l->func, block, s))
			continue;
		if (!turn_releases(l, blk->succ[s]))
			return false;
	}
	return true;
}

static bool is_kept_number(const struct facts_expr *e)
{
	e = facts_strip_casts(e);
	return e->kind == FX_FIELD || e->kind == FX_GLOBAL;
}

static bool is_same_number(const struct facts_expr *a,
			   const struct facts_expr *b)
{
	return a && a->kind == b->kind && a->name == b->name &&
	       a->record == b->record;
}

/* while (cache->nr > cache->max): that many stay. */
static bool leaves_some(const struct loop *l)
{
	const struct facts_func *f = l->func->facts;
	const struct facts_expr *cond = f->blocks[l->head].cond, *stay;

	cond = facts_strip_casts(cond);
	if (!cond || cond->kind != FX_BINARY || cond->name[0] != '>' ||
	    cond->name[1] == '>' || !is_kept_number(cond->kids[0]))
		return false;
	stay = facts_strip_casts(cond->kids[1]);
	if (stay->kind == FX_INT)
		return stay->ival > (cond->name[1] == '=');
	if (!is_kept_number(stay))
		return false;
	for (unsigned int b = 0; b < f->n_blocks; b++)
		for (unsigned int i = 0; l->in[b] && i < f->blocks[b].n_insns;
		     i++)
			if (is_same_number(f->blocks[b].insns[i].lhs, stay))
				return false;
	return true;
}

/* A loop over the pages releases them all: its head counts as the release,
 * also on the way that does not enter the body.
 */
static bool is_release_loop(struct walk *w, const struct result *r,
			    struct flow_func *func, unsigned int head,
			    unsigned int start, guint64 stored)
{
	const struct facts_func *f = func->facts;
	struct loop l = { w, r, func, head, start, stored, NULL, NULL, false };
	bool ok = true;

	if (!f->blocks[head].loop_head)
		return false;
	l.in = flow_loop_blocks(f, head);
	l.seen = g_new0(bool, f->n_blocks + 1);
	/* the acquire's own loop */
	if ((start < f->n_blocks && l.in[start]) || leaves_some(&l))
		ok = false;
	for (unsigned int s = 0; ok && s < f->blocks[head].n_succ; s++)
		if (l.in[f->blocks[head].succ[s]])
			ok = turn_releases(&l, f->blocks[head].succ[s]);
	g_free(l.in);
	g_free(l.seen);
	return ok && l.released;
}

/* All paths from a position release, fail or stop. */
static bool must_release(struct walk *w, const struct result *r,
			 struct flow_func *func, unsigned int start,
			 unsigned int block, unsigned int index, guint64 stored,
			 GHashTable *seen)
{
	const struct facts_block *blk = &func->facts->blocks[block];

	if (!index) {
		if (!g_hash_table_add(
			    seen, g_strdup_printf("%u:%" G_GINT64_MODIFIER "x",
						  block, stored)))
			return true;
		if (is_release_loop(w, r, func, block, start, stored))
			return true;
	}
	for (unsigned int i = index; i < blk->n_insns; i++) {
		const guint64 *more =
			g_hash_table_lookup(w->stores, &blk->insns[i]);

		stored |= more ? *more : 0;
		if (is_release_point(w, r, func, block, i, stored))
			return true;
		/* taken again without a release in between */
		if (r->call && &blk->insns[i] == r->call->insn)
			return true;
	}
	if (blk->term == FT_STOP)
		return true;
	if (blk->term == FT_RETURN || !blk->n_succ)
		return false;
	for (unsigned int s = 0; s < blk->n_succ; s++) {
		if (result_none(w->t, r, func, block, s))
			continue;
		if (!must_release(w, r, func, start, blk->succ[s], 0, stored,
				  seen))
			return false;
	}
	return true;
}

/* The fields that the call itself has filled; a callee's stores are all done. */
static guint64 is_stored(struct walk *w, const struct flow_call *call)
{
	const guint64 *set;

	if (call != w->t->start)
		return ALL_FIELDS;
	set = g_hash_table_lookup(w->stores, call->insn);
	return set ? *set : 0;
}

static bool bounded_from(struct walk *w, const struct flow_call *call,
			 bool count)
{
	struct flow_func *func = call->in;
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct result r;
	bool ok;

	result_init(&r, w->t->prog->api, call, count);
	ok = must_release(w, &r, func, call->block, call->block,
			  call->index + 1, is_stored(w, call), seen);
	result_fini(&r);
	if (ok) {
		w->bound = func;
		return true;
	}
	if (func->entries->len || !func->callers->len)
		return false;
	if (!g_hash_table_add(w->climbed, func))
		return true; /* recursion: decided by the other callers */
	for (unsigned int i = 0; i < func->callers->len; i++)
		if (!bounded_from(w, func->callers->pdata[i], false))
			return false;
	return true;
}

bool flow_bounded(struct flow_trace *t, struct flow_func **bound)
{
	const struct api_acquire *acq =
		api_acquire(t->prog->api, t->start->insn->callee);
	struct walk w;
	bool ok;

	walk_init(&w, t);
	ok = g_hash_table_size(w.release_insns) &&
	     bounded_from(&w, t->start, acq && acq->returns == API_RET_COUNT);
	if (bound)
		*bound = ok ? w.bound : NULL;
	walk_fini(&w);
	return ok;
}

static bool reach_held(GHashTable *releases, const struct facts_func *f,
		       unsigned int block, unsigned int index,
		       const struct facts_insn *goal, bool *seen)
{
	const struct facts_block *blk = &f->blocks[block];

	if (!index) {
		if (seen[block])
			return false;
		seen[block] = true;
	}
	for (unsigned int i = index; i < blk->n_insns; i++) {
		if (&blk->insns[i] == goal)
			return true;
		if (g_hash_table_contains(releases, &blk->insns[i]))
			return false;
	}
	for (unsigned int s = 0; s < blk->n_succ; s++)
		if (reach_held(releases, f, blk->succ[s], 0, goal, seen))
			return true;
	return false;
}

/* The function that has let go of the pages on every path has returned. */
static bool is_after(struct flow_trace *t, const struct flow_event *event)
{
	struct flow_func *bound;

	return flow_bounded(t, &bound) &&
	       !g_hash_table_contains(flow_below(t->prog, bound), event->in);
}

bool flow_held_at(struct flow_trace *t, const struct flow_event *event)
{
	struct flow_func *func = t->start->in;
	g_autofree bool *seen = NULL;
	struct walk w;
	bool held;

	if (event->in != func)
		return !is_after(t, event);
	seen = g_new0(bool, func->facts->n_blocks + 1);
	walk_init(&w, t);
	held = reach_held(w.release_insns, func->facts, t->start->block,
			  t->start->index + 1, event->insn, seen);
	walk_fini(&w);
	return held;
}

struct flow_life {
	struct walk walk;
	struct result result;
};

struct flow_life *flow_life_new(struct flow_trace *t)
{
	const struct api_acquire *acq =
		api_acquire(t->prog->api, t->start->insn->callee);
	struct flow_life *life = g_new0(struct flow_life, 1);

	walk_init(&life->walk, t);
	result_init(&life->result, t->prog->api, t->start,
		    acq && acq->returns == API_RET_COUNT);
	return life;
}

void flow_life_free(struct flow_life *life)
{
	result_fini(&life->result);
	walk_fini(&life->walk);
	g_free(life);
}

bool flow_life_none(struct flow_life *life, unsigned int block,
		    unsigned int succ)
{
	return result_none(life->walk.t, &life->result, life->result.func,
			   block, succ);
}

bool flow_life_loop(struct flow_life *life, unsigned int block)
{
	return is_release_loop(&life->walk, &life->result, life->result.func,
			       block, life->result.call->block, ALL_FIELDS);
}

static bool is_registered(const struct flow_func *func)
{
	for (unsigned int i = 0; i < func->entries->len; i++) {
		const struct flow_entry *e = func->entries->pdata[i];

		if (e->known)
			return true;
	}
	return false;
}

static void climb(const struct flow_program *prog, struct flow_func *func,
		  GHashTable *seen, GPtrArray *roots);

/* put(obj, release): of the callers of put() only those that give it this
 * function.
 */
static void climb_wrapper(const struct flow_program *prog,
			  struct flow_func *func, struct flow_call *call,
			  GHashTable *seen, GPtrArray *roots)
{
	struct flow_func *in = call->in;
	int param = flow_callback_param(prog, call);

	if (param < 0 || in->entries->len || !in->callers->len) {
		climb(prog, in, seen, roots);
		return;
	}
	for (unsigned int i = 0; i < in->callers->len; i++) {
		struct flow_call *up = in->callers->pdata[i];

		if (flow_gives(up, param, func))
			climb(prog, up->in, seen, roots);
	}
}

/* What is registered in a slot that the rules know is called as they say: who
 * calls through the slot does not matter.
 */
static void climb(const struct flow_program *prog, struct flow_func *func,
		  GHashTable *seen, GPtrArray *roots)
{
	bool registered = is_registered(func);

	if (!g_hash_table_add(seen, func))
		return;
	if (registered || !func->callers->len)
		g_ptr_array_add(roots, func);
	for (unsigned int i = 0; i < func->callers->len; i++) {
		struct flow_call *c = func->callers->pdata[i];

		if (c->insn->callee || !registered)
			climb_wrapper(prog, func, c, seen, roots);
	}
}

GPtrArray *flow_roots(struct flow_program *prog, struct flow_func *func)
{
	GHashTable *seen = g_hash_table_new(NULL, NULL);
	GPtrArray *roots = g_ptr_array_new();

	climb(prog, func, seen, roots);
	g_hash_table_unref(seen);
	return roots;
}
