// SPDX-License-Identifier: GPL-2.0-only
/*
 * held.c - what holds nothing of a page set, told at once
 *
 * Nearly all that a trace asks is about variables and fields that have nothing
 * to do with the pages.
 */
#include "flow/trace.h"

/**
 * struct held_func - places of one function's variables
 * @func: the function
 * @defs: bit set of the definitions that have one, in whatever context
 * @places: (element-type flow_place*): PLACE_DEF
 */
struct held_func {
	const struct flow_func *func;
	guint64 *defs;
	GPtrArray *places;
};

/**
 * struct flow_held - see trace.h
 * @funcs: flow_func -> struct held_func
 * @last: the one that was asked for last, which is likely to be asked for next
 * @fields: set of interned names of fields and globals that have a place
 */
struct flow_held {
	GHashTable *funcs;
	struct held_func *last;
	GHashTable *fields;
};

static void func_free(void *data)
{
	struct held_func *f = data;

	g_ptr_array_unref(f->places);
	g_free(f->defs);
	g_free(f);
}

struct flow_held *flow_held_new(void)
{
	struct flow_held *h = g_new0(struct flow_held, 1);

	h->funcs = g_hash_table_new_full(NULL, NULL, NULL, func_free);
	h->fields = g_hash_table_new(NULL, NULL);
	return h;
}

void flow_held_free(struct flow_held *h)
{
	g_hash_table_unref(h->funcs);
	g_hash_table_unref(h->fields);
	g_free(h);
}

static const struct held_func *find_func(struct flow_held *h,
					 const struct flow_func *func)
{
	struct held_func *f;

	if (h->last && h->last->func == func)
		return h->last;
	f = g_hash_table_lookup(h->funcs, func);
	if (f)
		h->last = f;
	return f;
}

static void note_def(struct flow_held *h, struct flow_place *p)
{
	struct held_func *f = g_hash_table_lookup(h->funcs, p->func);

	if (!f) {
		f = g_new0(struct held_func, 1);
		f->func = p->func;
		f->defs = g_new0(guint64, flow_defs_get(p->func)->words);
		f->places = g_ptr_array_new();
		g_hash_table_insert(h->funcs, p->func, f);
	}
	f->defs[p->def / 64] |= 1ull << (p->def % 64);
	g_ptr_array_add(f->places, p);
}

void flow_held_note(struct flow_held *h, struct flow_place *place)
{
	if (place->kind == PLACE_DEF)
		note_def(h, place);
	else if (place->kind == PLACE_FIELD)
		g_hash_table_add(h->fields, (void *)place->field);
}

bool flow_held_var(struct flow_held *h, struct flow_func *func,
		   unsigned int var)
{
	const struct held_func *f = find_func(h, func);
	const struct flow_defs *d;

	if (!f)
		return false;
	d = flow_defs_get(func);
	for (unsigned int i = d->first[var]; i < d->first[var + 1]; i++) {
		unsigned int n = d->order[i];

		if (f->defs[n / 64] & (1ull << (n % 64)))
			return true;
	}
	return false;
}

bool flow_held_field(const struct flow_held *h, const char *name)
{
	return g_hash_table_contains(h->fields, name);
}

const GPtrArray *flow_held_places(struct flow_held *h,
				  const struct flow_func *func)
{
	const struct held_func *f = find_func(h, func);

	return f ? f->places : NULL;
}
