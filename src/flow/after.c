// SPDX-License-Identifier: GPL-2.0-only
/*
 * after.c - do the releases follow the acquire in one and the same call
 *
 * flow_bounded() wants a release on every path.  A driver that notes in a flag
 * or a count that there are pages, and tests that before it lets go, has paths
 * without one.  What tells such a driver from one that keeps the pages for a
 * later call is that no release can be reached in any other way than through
 * a function that has taken the pages before.
 */
#include "flow/trace.h"

struct after {
	GHashTable *
		leading; /* function -> (flow_call*) that lead to the acquire */
	GHashTable *seen; /* functions whose callers have been asked */
};

static void lead(GHashTable *leading, struct flow_call *call)
{
	GPtrArray *list = g_hash_table_lookup(leading, call->in);

	if (list && g_ptr_array_find(list, call, NULL))
		return;
	if (!list) {
		list = g_ptr_array_new();
		g_hash_table_insert(leading, call->in, list);
	}
	g_ptr_array_add(list, call);
	for (unsigned int i = 0; i < call->in->callers->len; i++)
		lead(leading, call->in->callers->pdata[i]);
}

/* Is a position only ever reached with the acquire behind it? */
static bool is_after(struct after *a, struct flow_func *func,
		     unsigned int block, unsigned int index)
{
	GPtrArray *calls = g_hash_table_lookup(a->leading, func);

	for (unsigned int i = 0; calls && i < calls->len; i++) {
		const struct flow_call *c = calls->pdata[i];

		if (flow_defs_follows(func, c->block, c->index, block, index))
			return true;
	}
	if (calls || func->entries->len || !func->callers->len)
		return false;
	if (!g_hash_table_add(a->seen, func))
		return true;
	for (unsigned int i = 0; i < func->callers->len; i++) {
		const struct flow_call *c = func->callers->pdata[i];

		if (!is_after(a, c->in, c->block, c->index))
			return false;
	}
	return true;
}

/* A function that others may call from anywhere keeps its pages for them. */
static bool has_known_roots(struct flow_trace *t)
{
	GPtrArray *roots = flow_roots(t->prog, t->start->in);
	bool known = true;

	for (unsigned int i = 0; i < roots->len; i++) {
		const struct flow_func *root = roots->pdata[i];

		known &= root->entries->len > 0;
	}
	g_ptr_array_unref(roots);
	return known;
}

/* put_page(last); last = page; lets go of what an earlier call has taken. */
static bool is_of_earlier(struct flow_trace *t, const struct flow_event *rel)
{
	const struct flow_place *field = flow_event_field(rel);

	if (!field || rel->in != t->start->in)
		return false;
	for (unsigned int i = 0; i < t->events->len; i++) {
		const struct flow_event *e = t->events->pdata[i];

		if (e->kind == FLOW_STORE && e->place == field &&
		    (e->in != rel->in ||
		     flow_defs_follows(e->in, e->block, e->index, rel->block,
				       rel->index)))
			return false;
	}
	return true;
}

/* Where the function that stores the pages has all releases, one of them has to
 * follow the store: else it only lets go of what it does not store.
 */
static bool follows_store(struct flow_trace *t, const struct flow_event *store)
{
	for (unsigned int i = 0; i < t->events->len; i++) {
		const struct flow_event *e = t->events->pdata[i];

		if (e->kind == FLOW_RELEASE &&
		    (e->in != store->in ||
		     flow_defs_follows(e->in, store->block, store->index,
				       e->block, e->index)))
			return true;
	}
	return false;
}

static bool stores_are_followed(struct flow_trace *t)
{
	for (unsigned int i = 0; i < t->events->len; i++) {
		const struct flow_event *e = t->events->pdata[i];

		if (e->kind == FLOW_STORE && e->mask >> FLOW_HEAP &&
		    !follows_store(t, e))
			return false;
	}
	return true;
}

bool flow_released_after(struct flow_trace *t)
{
	struct after a = {
		.leading = g_hash_table_new_full(
			NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref),
		.seen = g_hash_table_new(NULL, NULL),
	};
	bool any = false, ok = has_known_roots(t);

	lead(a.leading, t->start);
	for (unsigned int i = 0; i < t->events->len && ok; i++) {
		const struct flow_event *e = t->events->pdata[i];

		if (e->kind != FLOW_RELEASE)
			continue;
		any = true;
		ok = is_after(&a, e->in, e->block, e->index) &&
		     !is_of_earlier(t, e);
	}
	g_hash_table_unref(a.leading);
	g_hash_table_unref(a.seen);
	return any && ok && stores_are_followed(t);
}

static void close_downwards(GHashTable *set, struct flow_func *func)
{
	if (!g_hash_table_add(set, func))
		return;
	for (unsigned int i = 0; i < func->calls->len; i++) {
		struct flow_call *c = func->calls->pdata[i];

		for (unsigned int k = 0; k < c->targets->len; k++)
			close_downwards(set, c->targets->pdata[k]);
	}
}

GHashTable *flow_below(struct flow_program *prog, struct flow_func *func)
{
	GHashTable *set = g_hash_table_lookup(prog->below, func);

	if (!set) {
		set = g_hash_table_new(NULL, NULL);
		close_downwards(set, func);
		g_hash_table_insert(prog->below, func, set);
	}
	return set;
}

bool flow_starts(struct flow_trace *t, const struct flow_entry *entry)
{
	GPtrArray *roots;
	bool found = false;

	if (!entry->by)
		return false;
	roots = flow_roots(t->prog, t->start->in);
	for (unsigned int i = 0; i < roots->len && !found; i++)
		found = g_hash_table_contains(
			flow_below(t->prog, roots->pdata[i]), entry->by);
	g_ptr_array_unref(roots);
	return found;
}
