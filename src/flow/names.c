// SPDX-License-Identifier: GPL-2.0-only
/*
 * names.c - what a name stands for in a program of many units
 */
#include <string.h>
#include "flow/program.h"

/**
 * struct pair - two names that are one key
 */
struct pair {
	const void *a;
	const void *b;
};

static guint pair_hash(gconstpointer p)
{
	const struct pair *x = p;
	guintptr n = (guintptr)x->a * 31 + (guintptr)x->b;

	/* pointers differ in their middle bits */
	return (guint)(n >> 3) ^ (guint)(n >> 15);
}

static gboolean pair_equal(gconstpointer pa, gconstpointer pb)
{
	const struct pair *x = pa, *y = pb;

	return x->a == y->a && x->b == y->b;
}

GHashTable *flow_pairs_table(void)
{
	return g_hash_table_new_full(pair_hash, pair_equal, g_free, NULL);
}

static const struct pair *find_pair(const struct flow_program *prog,
				    const struct pair *key)
{
	return g_hash_table_lookup(prog->pairs, key);
}

/* The one pair of its kind, to be compared by its address. */
const void *flow_pair(const struct flow_program *prog, const void *a,
		      const void *b)
{
	const struct pair key = { a, b };
	const struct pair *known = find_pair(prog, &key);

	if (!known) {
		known = g_memdup2(&key, sizeof(key));
		g_hash_table_add(prog->pairs, (void *)known);
	}
	return known;
}

/* A name that is missing is as good as an empty one. */
const char *flow_name(const char *name)
{
	return name && *name ? name : NULL;
}

const void *flow_key(const struct flow_program *prog, const char *a,
		     const char *b)
{
	return flow_pair(prog, flow_name(a), flow_name(b));
}

/* The same to look something up: NULL when nothing can be there. */
const void *flow_key_if_any(const struct flow_program *prog, const char *a,
			    const char *b)
{
	const struct pair key = { flow_name(a), flow_name(b) };

	return find_pair(prog, &key);
}

GPtrArray *flow_list_get(GHashTable *table, const void *key)
{
	GPtrArray *list = g_hash_table_lookup(table, key);

	if (!list) {
		list = g_ptr_array_new();
		g_hash_table_insert(table, (void *)key, list);
	}
	return list;
}

void flow_list_add_once(GPtrArray *list, void *item)
{
	if (!g_ptr_array_find(list, item, NULL))
		g_ptr_array_add(list, item);
}

/* Many lists of a program stay empty: those are one. */
void flow_list_add(const struct flow_program *prog, GPtrArray **list,
		   void *item, GDestroyNotify destroy)
{
	if (*list == prog->none) {
		g_ptr_array_unref(*list);
		*list = g_ptr_array_new_with_free_func(destroy);
	}
	g_ptr_array_add(*list, item);
}

/* A static function is known in its file only; a body in a header comes with
 * every unit that includes it and is one function.
 */
static const void *func_key(const struct flow_program *prog,
			    const struct facts_func *f)
{
	return f->is_static ? flow_key(prog, f->name, f->file) : f->name;
}

static struct flow_func *func_new(struct flow_program *prog, const void *key,
				  const struct facts_unit *unit,
				  const struct facts_func *f)
{
	struct flow_func *func = g_new0(struct flow_func, 1);

	func->facts = f;
	func->unit = unit;
	func->self = g_ptr_array_sized_new(1);
	g_ptr_array_add(func->self, func);
	func->calls = g_ptr_array_ref(prog->none);
	func->callers = g_ptr_array_ref(prog->none);
	func->entries = g_ptr_array_ref(prog->none);
	g_ptr_array_add(prog->funcs, func);
	g_hash_table_insert(prog->by_name, (void *)key, func);
	return func;
}

/*
 * Two modules of a tree, or two architectures, may have a function of the same
 * name.  They are never linked with each other.
 */
static struct flow_func *add_namesake(struct flow_program *prog,
				      struct flow_func *first,
				      const struct facts_unit *unit,
				      const struct facts_func *f)
{
	const void *key = flow_key(prog, f->name, f->file);
	struct flow_func *func = g_hash_table_lookup(prog->by_name, key);
	GPtrArray *all = flow_list_get(prog->namesakes, f->name);

	if (!func)
		func = func_new(prog, key, unit, f);
	flow_list_add_once(all, first);
	flow_list_add_once(all, func);
	return func;
}

void flow_add_func(struct flow_program *prog, const struct facts_unit *unit,
		   const struct facts_func *f)
{
	const void *key = func_key(prog, f);
	struct flow_func *func = g_hash_table_lookup(prog->by_name, key);
	bool own = f->is_static;

	if (!func) {
		func = func_new(prog, key, unit, f);
	} else if (!f->is_static && func->facts->file != f->file) {
		func = add_namesake(prog, func, unit, f);
		own = true;
	}
	if (own)
		g_hash_table_insert(prog->by_unit,
				    (void *)flow_key(prog, f->name, unit->file),
				    func);
}

/* How many directories two files have in common. */
static unsigned int common_dirs(const char *a, const char *b)
{
	unsigned int n = 0;

	for (; *a && *a == *b; a++, b++)
		n += *a == '/';
	return n;
}

/* The namesakes that a file may be linked with, the likely ones. */
static GPtrArray *nearest(const GPtrArray *all, const char *file)
{
	GPtrArray *out = g_ptr_array_new();
	unsigned int most = 0;

	for (unsigned int i = 0; i < all->len; i++) {
		struct flow_func *func = all->pdata[i];
		unsigned int n = common_dirs(func->facts->file, file);

		if (n > most)
			g_ptr_array_set_size(out, 0);
		if (n >= most)
			g_ptr_array_add(out, func);
		most = MAX(n, most);
	}
	return out;
}

/* All functions that a name may stand for in a unit; shared, not to be added to */
GPtrArray *flow_find_all(const struct flow_program *prog, const char *name,
			 const struct facts_unit *unit)
{
	struct flow_func *func;
	GPtrArray *all;

	/* The unit's own function hides one of the same name. */
	func = g_hash_table_lookup(prog->by_unit,
				   flow_key_if_any(prog, name, unit->file));
	if (!func)
		func = g_hash_table_lookup(prog->by_name, name);
	if (!func)
		return g_ptr_array_ref(prog->none);
	all = g_hash_table_lookup(prog->namesakes, name);
	if (all && func->facts->file != unit->file && !func->facts->is_static)
		return nearest(all, unit->file);
	return g_ptr_array_ref(func->self);
}

struct flow_func *flow_find(const struct flow_program *prog, const char *name,
			    const struct facts_unit *unit)
{
	g_autoptr(GPtrArray) all = flow_find_all(prog, name, unit);

	return all->len ? all->pdata[0] : NULL;
}
