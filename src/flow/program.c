// SPDX-License-Identifier: GPL-2.0-only
/* program.c - join the facts of many units by name */
#include <string.h>
#include "flow/defs.h"
#include "flow/program.h"

/* More targets than this say that a slot is too common to be followed. */
#define MAX_INDIRECT_TARGETS 12

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

static const struct pair *find_pair(const struct flow_program *prog,
				    const struct pair *key)
{
	return g_hash_table_lookup(prog->pairs, key);
}

/* The one pair of its kind, to be compared by its address. */
static const struct pair *get_pair(const struct flow_program *prog,
				   const void *a, const void *b)
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
static const char *name_or_null(const char *name)
{
	return name && *name ? name : NULL;
}

static const void *pair_key(const struct flow_program *prog, const char *a,
			    const char *b)
{
	return get_pair(prog, name_or_null(a), name_or_null(b));
}

/* The same to look something up: NULL when nothing can be there. */
static const void *pair_if_any(const struct flow_program *prog, const char *a,
			       const char *b)
{
	const struct pair key = { name_or_null(a), name_or_null(b) };

	return find_pair(prog, &key);
}

static GPtrArray *list_get(GHashTable *table, const void *key)
{
	GPtrArray *list = g_hash_table_lookup(table, key);

	if (!list) {
		list = g_ptr_array_new();
		g_hash_table_insert(table, (void *)key, list);
	}
	return list;
}

static void list_add_once(GPtrArray *list, void *item)
{
	if (!g_ptr_array_find(list, item, NULL))
		g_ptr_array_add(list, item);
}

/* Many lists of a program stay empty: those are one. */
static void list_add(const struct flow_program *prog, GPtrArray **list,
		     void *item, GDestroyNotify destroy)
{
	if (*list == prog->none) {
		g_ptr_array_unref(*list);
		*list = g_ptr_array_new_with_free_func(destroy);
	}
	g_ptr_array_add(*list, item);
}

/* Most calls have the targets that all calls of that function have. */
static void add_target(struct flow_call *call, struct flow_func *target)
{
	GPtrArray *own;

	if (g_ptr_array_find(call->targets, target, NULL))
		return;
	own = g_ptr_array_copy(call->targets, NULL, NULL);
	g_ptr_array_add(own, target);
	g_ptr_array_unref(call->targets);
	call->targets = own;
}

/* The same where items come one after the other. */
static void list_add_last(GPtrArray *list, void *item)
{
	if (!list->len || list->pdata[list->len - 1] != item)
		g_ptr_array_add(list, item);
}

static void func_free(void *p)
{
	struct flow_func *func = p;

	for (unsigned int i = 0; i < func->calls->len; i++) {
		struct flow_call *call = func->calls->pdata[i];

		g_ptr_array_unref(call->targets);
		if (call->later)
			g_ptr_array_unref(call->later);
	}
	g_ptr_array_unref(func->self);
	g_ptr_array_unref(func->calls);
	g_ptr_array_unref(func->callers);
	g_ptr_array_unref(func->entries);
	flow_defs_free(func->defs);
	g_free(func);
}

/* A static function is known in its file only; a body in a header comes with
 * every unit that includes it and is one function.
 */
static const void *func_key(const struct flow_program *prog,
			    const struct facts_func *f)
{
	return f->is_static ? pair_key(prog, f->name, f->file) : f->name;
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
	const void *key = pair_key(prog, f->name, f->file);
	struct flow_func *func = g_hash_table_lookup(prog->by_name, key);
	GPtrArray *all = list_get(prog->namesakes, f->name);

	if (!func)
		func = func_new(prog, key, unit, f);
	list_add_once(all, first);
	list_add_once(all, func);
	return func;
}

static void add_func(struct flow_program *prog, const struct facts_unit *unit,
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
				    (void *)pair_key(prog, f->name, unit->file),
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
static GPtrArray *find_all(const struct flow_program *prog, const char *name,
			   const struct facts_unit *unit)
{
	struct flow_func *func;
	GPtrArray *all;

	/* The unit's own function hides one of the same name. */
	func = g_hash_table_lookup(prog->by_unit,
				   pair_if_any(prog, name, unit->file));
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
	g_autoptr(GPtrArray) all = find_all(prog, name, unit);

	return all->len ? all->pdata[0] : NULL;
}

static void add_entry(const struct flow_program *prog, struct flow_func *func,
		      enum api_entry kind, bool known, const char *text,
		      const struct facts_loc *loc, struct flow_func *by)
{
	struct flow_entry *entry;

	for (unsigned int i = 0; i < func->entries->len; i++) {
		entry = func->entries->pdata[i];
		if (entry->kind == kind && entry->text == text)
			return;
	}
	entry = g_new0(struct flow_entry, 1);
	entry->kind = kind;
	entry->known = known;
	entry->text = text;
	entry->loc = *loc;
	entry->by = by;
	list_add(prog, &func->entries, entry, g_free);
}

/* Records of one tag in two files are two records. */
static const void *store_key(const struct flow_program *prog,
			     const struct facts_expr *e)
{
	return get_pair(prog, pair_key(prog, e->record, e->record_file),
			name_or_null(e->name));
}

/* So are static variables of one name. */
static const void *user_key(const struct flow_program *prog,
			    const struct facts_expr *e,
			    const struct flow_func *in)
{
	if (e->kind == FX_FIELD)
		return store_key(prog, e);
	return pair_key(prog, e->is_static ? in->unit->file : NULL, e->name);
}

/* A function is stored in record.field: that is how it can be called. */
static void add_slot(struct flow_program *prog, struct flow_func *func,
		     const char *record, const char *field,
		     const struct facts_loc *loc, struct flow_func *by)
{
	enum api_entry kind = api_slot(prog->api, record, field);
	g_autofree char *text =
		g_strdup_printf("%s.%s", record ?: "?", field ?: "?");

	list_add_once(list_get(prog->slots, pair_key(prog, record, field)),
		      func);
	add_entry(prog, func, kind == API_ENTRY_NONE ? API_ENTRY_CALL : kind,
		  kind != API_ENTRY_NONE, g_intern_string(text), loc, by);
}

static const struct facts_expr *strip(const struct facts_expr *e)
{
	while (e &&
	       (e->kind == FX_CAST || e->kind == FX_ADDR ||
		e->kind == FX_DEREF) &&
	       e->n_kids)
		e = e->kids[0];
	return e;
}

/* Function designators anywhere below an expression (conditional, init). */
static void each_func(const struct facts_expr *e,
		      void (*fn)(const struct facts_expr *, void *), void *user)
{
	if (!e)
		return;
	if (e->kind == FX_FUNC)
		fn(e, user);
	for (unsigned int i = 0; i < e->n_kids; i++)
		each_func(e->kids[i], fn, user);
}

struct slot_ctx {
	struct flow_program *prog;
	struct flow_func *in;
	const char *record;
	const char *field;
	const char *callback;
	enum api_entry kind;
	struct flow_call *now;
	const struct facts_loc *loc;
};

static const char *callback_of(const char *callee)
{
	g_autofree char *text = g_strdup_printf("callback of %s()", callee);

	return g_intern_string(text);
}

static void stored_func(const struct facts_expr *e, void *user)
{
	struct slot_ctx *c = user;
	struct flow_func *func = flow_find(c->prog, e->name, c->in->unit);

	if (!func)
		return;
	if (c->now)
		add_target(c->now, func);
	else if (c->callback)
		add_entry(c->prog, func,
			  c->kind == API_ENTRY_NONE ? API_ENTRY_CALL : c->kind,
			  c->kind != API_ENTRY_NONE, callback_of(c->callback),
			  c->loc, c->in);
	else
		add_slot(c->prog, func, c->record, c->field, c->loc, c->in);
}

static void link_assign(struct flow_program *prog, struct flow_func *func,
			unsigned int b, unsigned int i,
			const struct facts_insn *in, bool has_func)
{
	const struct facts_expr *lhs = in->lhs;

	while (lhs &&
	       (lhs->kind == FX_INDEX || lhs->kind == FX_DEREF ||
		lhs->kind == FX_CAST) &&
	       lhs->n_kids) {
		const struct facts_expr *kid = lhs->kids[0];

		/* *(p + i) and the like */
		while (kid->kind == FX_BINARY && kid->n_kids)
			kid = kid->kids[0];
		lhs = kid;
	}
	if (lhs && lhs->kind == FX_FIELD) {
		struct flow_store *st = g_new0(struct flow_store, 1);
		struct slot_ctx c = { .prog = prog,
				      .in = func,
				      .record = lhs->record,
				      .field = lhs->name,
				      .loc = &in->loc };

		st->in = func;
		st->block = b;
		st->index = i;
		st->insn = in;
		g_ptr_array_add(prog->stores, st);
		g_ptr_array_add(
			list_get(prog->field_stores, store_key(prog, lhs)), st);
		if (has_func)
			each_func(in->rhs, stored_func, &c);
	}
}

/* One bit for each argument, the last one for all that are left. */
#define LAST_BIT 63u
#define CALLS_PER_ROOM 512

/* There are a hundred thousand, which come and go together. */
static struct flow_call *call_new(struct flow_program *prog)
{
	struct flow_call *room;

	if (!(prog->n_calls % CALLS_PER_ROOM))
		g_ptr_array_add(prog->rooms,
				g_new0(struct flow_call, CALLS_PER_ROOM));
	room = prog->rooms->pdata[prog->rooms->len - 1];
	return &room[prog->n_calls++ % CALLS_PER_ROOM];
}

static const struct flow_callee no_callee;

static const struct flow_callee *get_callee(struct flow_program *prog,
					    const char *name)
{
	struct flow_callee *c = g_hash_table_lookup(prog->callees, name);

	if (!c) {
		c = g_new0(struct flow_callee, 1);
		c->func = api_func(prog->api, name);
		c->acquire = api_acquire(prog->api, name);
		c->release = api_release(prog->api, name);
		c->calls = g_ptr_array_new();
		g_hash_table_insert(prog->callees, (void *)name, c);
	}
	return c;
}

static void callee_free(void *data)
{
	struct flow_callee *c = data;

	g_ptr_array_unref(c->calls);
	g_free(c);
}

static void link_call(struct flow_program *prog, struct flow_func *func,
		      unsigned int b, unsigned int i,
		      const struct facts_insn *in, guint64 funcs)
{
	struct flow_call *call = call_new(prog);

	call->in = func;
	call->block = b;
	call->index = i;
	call->insn = in;
	list_add(prog, &func->calls, call, NULL);
	if (in->callee) {
		call->callee = get_callee(prog, in->callee);
		call->targets = find_all(prog, in->callee, func->unit);
		g_ptr_array_add(call->callee->calls, call);
	} else {
		call->callee = &no_callee;
		call->targets = g_ptr_array_ref(prog->none);
	}
	for (unsigned int a = 0; funcs && a < in->n_args; a++) {
		const struct api_func *af = call->callee->func;
		struct slot_ctx c = { .prog = prog,
				      .in = func,
				      .callback = in->callee ?:
							  "a function pointer",
				      .loc = &in->loc };

		if (!(funcs & 1ull << MIN(a, LAST_BIT)))
			continue;
		if (af && a < G_N_ELEMENTS(af->callback))
			c.kind = af->callback[a];
		/* kref_put(): the callback runs inside of the call */
		if (c.kind == API_ENTRY_CALL)
			c.now = call;
		each_func(in->args[a].expr, stored_func, &c);
	}
}

static void note_field(struct flow_program *prog, struct flow_func *func,
		       const struct facts_expr *e)
{
	list_add_last(list_get(prog->field_users, user_key(prog, e, func)),
		      func);
	if (e->kind == FX_FIELD && e->record && e->type &&
	    g_str_has_prefix(e->type, "struct ") && !strchr(e->type, '*'))
		list_add_once(list_get(prog->embedding, e->type),
			      (void *)e->record);
}

static void note_taken(const struct flow_program *prog,
		       const struct flow_func *in, const char *name)
{
	struct flow_func *func = flow_find(prog, name, in->unit);

	if (func)
		func->taken = true;
}

/* Fields, globals and, in a value, functions.
 * Return: true when there is a function
 */
static bool note_expr(struct flow_program *prog, struct flow_func *func,
		      const struct facts_expr *e, bool value)
{
	bool any;

	if (!e)
		return false;
	any = e->kind == FX_FUNC;
	if (any && value)
		note_taken(prog, func, e->name);
	else if (e->kind == FX_FIELD || e->kind == FX_GLOBAL)
		note_field(prog, func, e);
	for (unsigned int i = 0; i < e->n_kids; i++)
		any |= note_expr(prog, func, e->kids[i], value);
	return any;
}

/* What is kept under a name alone: a variable, or a function that returns it. */
static void add_named(struct flow_program *prog, struct flow_func *func,
		      const char *name, const struct facts_loc *loc)
{
	enum api_entry kind = api_variable(prog->api, name);

	func->taken = true;
	if (kind != API_ENTRY_NONE)
		add_entry(prog, func, kind, true, name, loc, NULL);
}

static void returned_func(const struct facts_expr *e, void *user)
{
	struct slot_ctx *c = user;
	struct flow_func *func = flow_find(c->prog, e->name, c->in->unit);

	if (func)
		add_named(c->prog, func, c->in->facts->name, c->loc);
}

static void link_insn(struct flow_program *prog, struct flow_func *func,
		      unsigned int b, unsigned int i,
		      const struct facts_insn *in)
{
	struct slot_ctx c = { .prog = prog, .in = func, .loc = &in->loc };
	guint64 funcs = 0;
	bool any;

	note_expr(prog, func, in->lhs, false);
	any = note_expr(prog, func, in->rhs, true);
	note_expr(prog, func, in->callee_expr, true);
	for (unsigned int a = 0; a < in->n_args; a++)
		if (note_expr(prog, func, in->args[a].expr, true))
			funcs |= 1ull << MIN(a, LAST_BIT);
	if (in->kind == FI_RETURN && any)
		each_func(in->rhs, returned_func, &c);
	if (in->kind == FI_CALL)
		link_call(prog, func, b, i, in, funcs);
	else if (in->kind == FI_ASSIGN)
		link_assign(prog, func, b, i, in, any);
}

static void link_func(struct flow_program *prog, struct flow_func *func)
{
	const struct facts_func *f = func->facts;

	for (unsigned int b = 0; b < f->n_blocks; b++) {
		note_expr(prog, func, f->blocks[b].cond, false);
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++)
			link_insn(prog, func, b, i, &f->blocks[b].insns[i]);
	}
}

/* A call through record.field may reach every function stored there. */
static void link_indirect(struct flow_program *prog, struct flow_call *call)
{
	const struct facts_expr *e = strip(call->insn->callee_expr);
	GPtrArray *slot;

	if (!e || e->kind != FX_FIELD)
		return;
	slot = g_hash_table_lookup(prog->slots,
				   pair_if_any(prog, e->record, e->name));
	if (!slot || slot->len > MAX_INDIRECT_TARGETS)
		return;
	for (unsigned int i = 0; i < slot->len; i++)
		add_target(call, slot->pdata[i]);
}

/* The completions of an operation: what this unit stores in the slot.  Those
 * of other units are for operations of their own.
 */
static void link_later(struct flow_program *prog, struct flow_call *call)
{
	const struct api_func *af = call->callee->func;
	GPtrArray *slot;

	if (!af || !af->completes_record)
		return;
	slot = g_hash_table_lookup(
		prog->slots,
		pair_if_any(prog, g_intern_string(af->completes_record),
			    g_intern_string(af->completes_field)));
	for (unsigned int i = 0; slot && i < slot->len; i++) {
		struct flow_func *func = slot->pdata[i];

		if (func->unit != call->in->unit)
			continue;
		if (!call->later)
			call->later = g_ptr_array_new();
		list_add_once(call->later, func);
	}
}

static bool is_own(const struct flow_call *call)
{
	const struct flow_func *g;

	if (!call->insn->callee_static || !call->targets->len)
		return false;
	g = call->targets->pdata[0];
	return g->facts->is_static && g->facts->file == call->in->facts->file &&
	       g_str_has_suffix(g->facts->file, ".c");
}

static void link_callers(struct flow_program *prog)
{
	for (unsigned int i = 0; i < prog->funcs->len; i++) {
		struct flow_func *func = prog->funcs->pdata[i];

		for (unsigned int c = 0; c < func->calls->len; c++) {
			struct flow_call *call = func->calls->pdata[c];

			if (!call->insn->callee)
				link_indirect(prog, call);
			else
				link_later(prog, call);
			call->own = is_own(call);
			for (unsigned int t = 0; t < call->targets->len; t++) {
				struct flow_func *g = call->targets->pdata[t];

				list_add(prog, &g->callers, call, NULL);
			}
		}
	}
}

/* A function in a static initialiser.  A plain variable is known by its name
 * only: EXPORT_SYMBOL() keeps an address, module_exit() registers the end.
 */
static void link_slot(struct flow_program *prog, const struct facts_unit *unit,
		      const struct facts_slot *s)
{
	struct flow_func *func = flow_find(prog, s->function, unit);

	if (!func)
		return;
	if (s->record && *s->record) {
		func->taken = true;
		add_slot(prog, func, s->record, s->field, &s->loc, NULL);
	} else {
		add_named(prog, func, s->object, &s->loc);
	}
}

static GHashTable *list_table(void)
{
	return g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL,
				     (GDestroyNotify)g_ptr_array_unref);
}

struct flow_program *flow_link(GPtrArray *units, const struct api *api)
{
	struct flow_program *prog = g_new0(struct flow_program, 1);

	prog->api = api;
	prog->units = units;
	prog->funcs = g_ptr_array_new_with_free_func(func_free);
	prog->stores = g_ptr_array_new_with_free_func(g_free);
	prog->none = g_ptr_array_new();
	prog->rooms = g_ptr_array_new_with_free_func(g_free);
	prog->pairs =
		g_hash_table_new_full(pair_hash, pair_equal, g_free, NULL);
	prog->by_name = g_hash_table_new(g_direct_hash, g_direct_equal);
	prog->by_unit = g_hash_table_new(g_direct_hash, g_direct_equal);
	prog->namesakes = list_table();
	prog->callees = g_hash_table_new_full(NULL, NULL, NULL, callee_free);
	prog->slots = list_table();
	prog->field_users = list_table();
	prog->field_stores = list_table();
	prog->embedding = list_table();
	prog->made = list_table();
	prog->object_ends = g_hash_table_new(g_direct_hash, g_direct_equal);
	prog->below = g_hash_table_new_full(NULL, NULL, NULL,
					    (GDestroyNotify)g_hash_table_unref);

	for (unsigned int u = 0; u < units->len; u++) {
		const struct facts_unit *unit = units->pdata[u];

		for (unsigned int i = 0; i < unit->funcs->len; i++)
			add_func(prog, unit, unit->funcs->pdata[i]);
	}
	for (unsigned int u = 0; u < units->len; u++) {
		const struct facts_unit *unit = units->pdata[u];

		for (unsigned int i = 0; i < unit->slots->len; i++)
			link_slot(prog, unit, unit->slots->pdata[i]);
	}
	for (unsigned int i = 0; i < prog->funcs->len; i++)
		link_func(prog, prog->funcs->pdata[i]);
	link_callers(prog);
	return prog;
}

void flow_free(struct flow_program *prog)
{
	if (!prog)
		return;
	g_ptr_array_unref(prog->funcs);
	g_ptr_array_unref(prog->stores);
	g_ptr_array_unref(prog->none);
	g_ptr_array_unref(prog->rooms);
	g_hash_table_unref(prog->pairs);
	g_hash_table_unref(prog->by_name);
	g_hash_table_unref(prog->by_unit);
	g_hash_table_unref(prog->namesakes);
	g_hash_table_unref(prog->callees);
	g_hash_table_unref(prog->slots);
	g_hash_table_unref(prog->field_users);
	g_hash_table_unref(prog->field_stores);
	g_hash_table_unref(prog->embedding);
	g_hash_table_unref(prog->made);
	g_hash_table_unref(prog->object_ends);
	g_hash_table_unref(prog->below);
	g_free(prog);
}

bool flow_is_own(const struct flow_call *call)
{
	return call && call->own;
}

GPtrArray *flow_funcs(const struct flow_program *prog)
{
	return prog->funcs;
}

GPtrArray *flow_calls_of(const struct flow_program *prog, const char *name)
{
	const struct flow_callee *c =
		g_hash_table_lookup(prog->callees, g_intern_string(name));

	return c ? c->calls : NULL;
}

GPtrArray *flow_field_stores(const struct flow_program *prog,
			     const struct facts_expr *field)
{
	return g_hash_table_lookup(prog->field_stores, store_key(prog, field));
}

GPtrArray *flow_field_users(const struct flow_program *prog,
			    const struct facts_expr *e,
			    const struct flow_func *in)
{
	return g_hash_table_lookup(prog->field_users, user_key(prog, e, in));
}

bool flow_dead(const struct flow_func *func)
{
	return func->facts->is_static && !func->callers->len && !func->taken &&
	       !func->entries->len;
}

bool flow_open(const struct flow_func *func)
{
	return !func->facts->is_static;
}
