// SPDX-License-Identifier: GPL-2.0-only
/* program.c - join the facts of many units by name */
#include <string.h>
#include "flow/defs.h"
#include "flow/program.h"

/* More targets than this say that a slot is too common to be followed. */
#define MAX_INDIRECT_TARGETS 12

static const char *pair_key(const char *a, const char *b)
{
	g_autofree char *key = g_strdup_printf("%s\n%s", a ?: "", b ?: "");

	return g_intern_string(key);
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
		if (call->asks)
			g_ptr_array_unref(call->asks);
		g_free(call);
	}
	g_ptr_array_unref(func->calls);
	g_ptr_array_unref(func->callers);
	g_ptr_array_unref(func->entries);
	flow_defs_free(func->defs);
	g_free(func);
}

/* A static function is known in its file only; a body in a header comes with
 * every unit that includes it and is one function.
 */
static const char *func_key(const char *name, const char *file, bool is_static)
{
	return is_static ? pair_key(name, file) : g_intern_string(name);
}

static struct flow_func *func_new(struct flow_program *prog, const char *key,
				  const struct facts_unit *unit,
				  const struct facts_func *f)
{
	struct flow_func *func = g_new0(struct flow_func, 1);

	func->facts = f;
	func->unit = unit;
	func->calls = g_ptr_array_new();
	func->callers = g_ptr_array_new();
	func->entries = g_ptr_array_new_with_free_func(g_free);
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
	const char *key = pair_key(f->name, f->file);
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
	const char *key = func_key(f->name, f->file, f->is_static);
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
				    (void *)pair_key(f->name, unit->file),
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

/* All functions that a name may stand for in a unit. */
static GPtrArray *find_all(const struct flow_program *prog, const char *name,
			   const struct facts_unit *unit)
{
	struct flow_func *func;
	GPtrArray *all;

	/* The unit's own function hides one of the same name. */
	func = g_hash_table_lookup(prog->by_unit, pair_key(name, unit->file));
	if (!func)
		func = g_hash_table_lookup(prog->by_name, name);
	all = g_hash_table_lookup(prog->namesakes, name);
	if (all && func->facts->file != unit->file && !func->facts->is_static)
		return nearest(all, unit->file);
	all = g_ptr_array_new();
	if (func)
		g_ptr_array_add(all, func);
	return all;
}

struct flow_func *flow_find(const struct flow_program *prog, const char *name,
			    const struct facts_unit *unit)
{
	g_autoptr(GPtrArray) all = find_all(prog, name, unit);

	return all->len ? all->pdata[0] : NULL;
}

static void add_entry(struct flow_func *func, enum api_entry kind, bool known,
		      const char *text, const struct facts_loc *loc,
		      struct flow_func *by)
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
	g_ptr_array_add(func->entries, entry);
}

/* Records of one tag in two files are two records. */
static const char *store_key(const struct facts_expr *e)
{
	return pair_key(pair_key(e->record, e->record_file), e->name);
}

/* So are static variables of one name. */
static const char *user_key(const struct facts_expr *e,
			    const struct flow_func *in)
{
	if (e->kind == FX_FIELD)
		return store_key(e);
	return pair_key(e->is_static ? in->unit->file : NULL, e->name);
}

static void slot_free(void *p)
{
	struct flow_slot *slot = p;

	g_ptr_array_unref(slot->funcs);
	if (slot->asks)
		g_ptr_array_unref(slot->asks);
	g_free(slot);
}

static struct flow_slot *slot_get(GHashTable *table, const char *key)
{
	struct flow_slot *slot = g_hash_table_lookup(table, key);

	if (!slot) {
		slot = g_new0(struct flow_slot, 1);
		slot->funcs = g_ptr_array_new();
		g_hash_table_insert(table, (void *)key, slot);
	}
	return slot;
}

const struct flow_slot *flow_slot_get(const struct flow_program *prog,
				      const struct facts_expr *field)
{
	return g_hash_table_lookup(prog->slots,
				   pair_key(field->record, field->name));
}

const struct flow_slot *flow_variable_get(const struct flow_program *prog,
					  const struct facts_expr *global,
					  const struct flow_func *in)
{
	/* "function.name" of a static local */
	const char *dot = strrchr(global->name, '.');

	return g_hash_table_lookup(prog->variables,
				   pair_key(in->unit->file,
					    dot ? dot + 1 : global->name));
}

bool flow_slot_widen(struct flow_program *prog, const struct facts_expr *field,
		     const GPtrArray *asks, bool open)
{
	struct flow_slot *slot;
	bool more;

	if (!asks->len && !open)
		return false;
	slot = slot_get(prog->slots, pair_key(field->record, field->name));
	more = open && !slot->open;
	slot->open |= open;
	for (unsigned int i = 0; i < asks->len; i++) {
		const struct flow_ask *ask = asks->pdata[i];

		/* of a field that is copied here: not followed, see flow.h */
		if (ask->record)
			continue;
		if (!slot->asks)
			slot->asks = g_ptr_array_new();
		if (g_ptr_array_find(slot->asks, ask, NULL))
			continue;
		g_ptr_array_add(slot->asks, (void *)ask);
		more = true;
	}
	return more;
}

/* A function is stored in record.field: that is how it can be called. */
bool flow_slot_add(struct flow_program *prog, struct flow_func *func,
		   const char *record, const char *field,
		   const struct facts_loc *loc, struct flow_func *by)
{
	struct flow_slot *slot = slot_get(prog->slots, pair_key(record, field));
	enum api_entry kind = api_slot(prog->api, record, field);
	g_autofree char *text = NULL;

	if (g_ptr_array_find(slot->funcs, func, NULL))
		return false;
	text = g_strdup_printf("%s.%s", record ?: "?", field ?: "?");
	g_ptr_array_add(slot->funcs, func);
	add_entry(func, kind == API_ENTRY_NONE ? API_ENTRY_CALL : kind,
		  kind != API_ENTRY_NONE, g_intern_string(text), loc, by);
	return true;
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

static bool has_func(const struct facts_expr *e)
{
	if (!e || e->kind == FX_FUNC)
		return e != NULL;
	for (unsigned int i = 0; i < e->n_kids; i++)
		if (has_func(e->kids[i]))
			return true;
	return false;
}

struct slot_ctx {
	struct flow_program *prog;
	struct flow_func *in;
	const char *record;
	const char *field;
	const struct flow_call *callback;
	enum api_entry kind;
	struct flow_call *now;
	const struct facts_loc *loc;
};

void flow_callback_add(struct flow_func *func, const struct flow_call *call,
		       enum api_entry kind)
{
	g_autofree char *text = g_strdup_printf(
		"callback of %s()", call->insn->callee ?: "a function pointer");

	add_entry(func, kind == API_ENTRY_NONE ? API_ENTRY_CALL : kind,
		  kind != API_ENTRY_NONE, g_intern_string(text),
		  &call->insn->loc, call->in);
}

static void stored_func(const struct facts_expr *e, void *user)
{
	struct slot_ctx *c = user;
	struct flow_func *func = flow_find(c->prog, e->name, c->in->unit);

	if (!func)
		return;
	if (c->now)
		list_add_once(c->now->targets, func);
	else if (c->callback)
		flow_callback_add(func, c->callback, c->kind);
	else
		flow_slot_add(c->prog, func, c->record, c->field, c->loc,
			      c->in);
}

const struct facts_expr *flow_stored_to(const struct facts_expr *lhs)
{
	/* also *(volatile type *)&x of WRITE_ONCE() */
	while (lhs && lhs->n_kids &&
	       (lhs->kind == FX_INDEX || lhs->kind == FX_DEREF ||
		lhs->kind == FX_CAST || lhs->kind == FX_ADDR)) {
		const struct facts_expr *kid = lhs->kids[0];

		/* *(p + i) and the like */
		while (kid->kind == FX_BINARY && kid->n_kids)
			kid = kid->kids[0];
		lhs = kid;
	}
	return lhs;
}

static void link_assign(struct flow_program *prog, struct flow_func *func,
			unsigned int b, unsigned int i,
			const struct facts_insn *in)
{
	const struct facts_expr *lhs = flow_stored_to(in->lhs);
	struct flow_store *st;
	struct slot_ctx c = { .prog = prog, .in = func, .loc = &in->loc };

	if (!lhs || (lhs->kind != FX_FIELD && lhs->kind != FX_GLOBAL))
		return;
	st = g_new0(struct flow_store, 1);
	st->in = func;
	st->block = b;
	st->index = i;
	st->insn = in;
	g_ptr_array_add(prog->stores, st);
	g_ptr_array_add(list_get(prog->field_stores, user_key(lhs, func)), st);
	if (lhs->kind != FX_FIELD)
		return;
	c.record = lhs->record;
	c.field = lhs->name;
	each_func(in->rhs, stored_func, &c);
}

/* Functions that are given to a call.  What becomes of those that go to a
 * function of the program is asked @later.
 */
static void link_arguments(struct flow_program *prog, struct flow_call *call,
			   bool later)
{
	const struct facts_insn *in = call->insn;
	const struct api_func *af =
		in->callee ? api_func(prog->api, in->callee) : NULL;
	bool ours = !af && in->callee && call->targets->len;

	for (unsigned int a = 0; ours == later && a < in->n_args; a++) {
		struct slot_ctx c = { .prog = prog,
				      .in = call->in,
				      .callback = call,
				      .loc = &in->loc };

		if (af && a < G_N_ELEMENTS(af->callback))
			c.kind = af->callback[a];
		/* kref_put(): the callback runs inside of the call */
		if (c.kind == API_ENTRY_CALL)
			c.now = call;
		if (later && (!has_func(in->args[a].expr) ||
			      flow_callback_followed(prog, call, a)))
			continue;
		each_func(in->args[a].expr, stored_func, &c);
	}
}

static void link_call(struct flow_program *prog, struct flow_func *func,
		      unsigned int b, unsigned int i,
		      const struct facts_insn *in)
{
	struct flow_call *call = g_new0(struct flow_call, 1);

	call->in = func;
	call->block = b;
	call->index = i;
	call->insn = in;
	call->targets = g_ptr_array_new();
	g_ptr_array_add(func->calls, call);
	if (in->callee) {
		g_autoptr(GPtrArray)
			all = find_all(prog, in->callee, func->unit);

		g_ptr_array_add(list_get(prog->calls_of, in->callee), call);
		g_ptr_array_extend(call->targets, all, NULL, NULL);
	}
	link_arguments(prog, call, false);
}

static void note_fields(struct flow_program *prog, struct flow_func *func,
			const struct facts_expr *e)
{
	if (!e)
		return;
	if (e->kind == FX_FIELD || e->kind == FX_GLOBAL)
		list_add_last(list_get(prog->field_users, user_key(e, func)),
			      func);
	if (e->kind == FX_FIELD && e->record && e->type &&
	    g_str_has_prefix(e->type, "struct ") && !strchr(e->type, '*'))
		list_add_once(list_get(prog->embedding, e->type),
			      (void *)e->record);
	for (unsigned int i = 0; i < e->n_kids; i++)
		note_fields(prog, func, e->kids[i]);
}

static void taken_func(const struct facts_expr *e, void *user)
{
	struct slot_ctx *c = user;
	struct flow_func *func = flow_find(c->prog, e->name, c->in->unit);

	if (func)
		func->taken = func->loose = true;
}

/* What is kept under a name alone: a variable, or a function that returns it. */
static void add_named(struct flow_program *prog, struct flow_func *func,
		      const char *name, const struct facts_loc *loc)
{
	enum api_entry kind = api_variable(prog->api, name);

	func->taken = true;
	if (kind != API_ENTRY_NONE)
		add_entry(func, kind, true, name, loc, NULL);
}

static void returned_func(const struct facts_expr *e, void *user)
{
	struct slot_ctx *c = user;
	struct flow_func *func = flow_find(c->prog, e->name, c->in->unit);

	if (func)
		add_named(c->prog, func, c->in->facts->name, c->loc);
}

static void note_taken(struct flow_program *prog, struct flow_func *func,
		       const struct facts_insn *in)
{
	struct slot_ctx c = { .prog = prog, .in = func, .loc = &in->loc };

	if (in->kind == FI_RETURN)
		each_func(in->rhs, returned_func, &c);
	each_func(in->rhs, taken_func, &c);
	each_func(in->callee_expr, taken_func, &c);
	for (unsigned int a = 0; a < in->n_args; a++)
		each_func(in->args[a].expr, taken_func, &c);
}

static void link_func(struct flow_program *prog, struct flow_func *func)
{
	const struct facts_func *f = func->facts;

	for (unsigned int b = 0; b < f->n_blocks; b++) {
		note_fields(prog, func, f->blocks[b].cond);
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];

			note_taken(prog, func, in);
			note_fields(prog, func, in->lhs);
			note_fields(prog, func, in->rhs);
			note_fields(prog, func, in->callee_expr);
			for (unsigned int a = 0; a < in->n_args; a++)
				note_fields(prog, func, in->args[a].expr);
			if (in->kind == FI_CALL)
				link_call(prog, func, b, i, in);
			else if (in->kind == FI_ASSIGN)
				link_assign(prog, func, b, i, in);
		}
	}
}

/* A call through record.field may reach every function stored there. */
static void link_indirect(struct flow_program *prog, struct flow_call *call)
{
	const struct facts_expr *e = flow_stored_to(call->insn->callee_expr);
	const struct flow_slot *slot;

	if (!e || e->kind != FX_FIELD)
		return;
	slot = flow_slot_get(prog, e);
	if (!slot || slot->funcs->len > MAX_INDIRECT_TARGETS)
		return;
	for (unsigned int i = 0; i < slot->funcs->len; i++)
		list_add_once(call->targets, slot->funcs->pdata[i]);
}

/* The completions of an operation: what this unit stores in the slot.  Those
 * of other units are for operations of their own.
 */
static void link_later(struct flow_program *prog, struct flow_call *call)
{
	const struct api_func *af = api_func(prog->api, call->insn->callee);
	const struct flow_slot *slot;

	if (!af || !af->completes_record)
		return;
	slot = g_hash_table_lookup(prog->slots, pair_key(af->completes_record,
							 af->completes_field));
	for (unsigned int i = 0; slot && i < slot->funcs->len; i++) {
		struct flow_func *func = slot->funcs->pdata[i];

		if (func->unit != call->in->unit)
			continue;
		if (!call->later)
			call->later = g_ptr_array_new();
		list_add_once(call->later, func);
	}
}

static void add_callers(struct flow_call *call)
{
	for (unsigned int t = 0; t < call->targets->len; t++) {
		struct flow_func *g = call->targets->pdata[t];

		g_ptr_array_add(g->callers, call);
	}
}

/* First the calls by name: pointers are followed through them. */
static void link_callers(struct flow_program *prog, bool by_name)
{
	for (unsigned int i = 0; i < prog->funcs->len; i++) {
		struct flow_func *func = prog->funcs->pdata[i];

		for (unsigned int c = 0; c < func->calls->len; c++) {
			struct flow_call *call = func->calls->pdata[c];

			if (!call->insn->callee != !by_name)
				continue;
			if (by_name)
				link_later(prog, call);
			else
				link_indirect(prog, call);
			add_callers(call);
		}
	}
}

/* Callbacks of functions that do something unknown with them. */
static void link_callbacks(struct flow_program *prog)
{
	for (unsigned int i = 0; i < prog->funcs->len; i++) {
		struct flow_func *func = prog->funcs->pdata[i];

		for (unsigned int c = 0; c < func->calls->len; c++)
			link_arguments(prog, func->calls->pdata[c], true);
	}
}

/* A function in a static initialiser.  A plain variable is known by its name
 * only: EXPORT_SYMBOL() keeps an address, module_exit() registers the end.
 */
static void link_slot(struct flow_program *prog, const struct facts_unit *unit,
		      const struct facts_slot *s)
{
	struct flow_func *func = flow_find(prog, s->function, unit);
	bool field = s->record && *s->record;
	struct flow_slot *slot =
		field ? NULL :
			slot_get(prog->variables,
				 pair_key(unit->file, s->object));

	if (!func) {
		if (slot)
			slot->open = true;
		return;
	}
	if (field) {
		func->taken = true;
		g_ptr_array_add(list_get(prog->filled, func), (void *)s);
		flow_slot_add(prog, func, s->record, s->field, &s->loc, NULL);
	} else {
		list_add_once(slot->funcs, func);
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
	prog->by_name = g_hash_table_new(g_direct_hash, g_direct_equal);
	prog->by_unit = g_hash_table_new(g_direct_hash, g_direct_equal);
	prog->namesakes = list_table();
	prog->calls_of = list_table();
	prog->slots = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL,
					    slot_free);
	prog->variables = g_hash_table_new_full(g_direct_hash, g_direct_equal,
						NULL, slot_free);
	prog->asks = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	prog->field_users = list_table();
	prog->field_stores = list_table();
	prog->embedding = list_table();
	prog->made = list_table();
	prog->object_ends = g_hash_table_new(g_direct_hash, g_direct_equal);
	prog->filled = list_table();
	prog->instances = flow_instances_table();
	prog->set_once = g_hash_table_new(g_direct_hash, g_direct_equal);

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
	link_callers(prog, true);
	flow_link_stores(prog);
	link_callers(prog, false);
	flow_link_pointers(prog);
	link_callbacks(prog);
	return prog;
}

void flow_free(struct flow_program *prog)
{
	if (!prog)
		return;
	g_ptr_array_unref(prog->funcs);
	g_ptr_array_unref(prog->stores);
	g_hash_table_unref(prog->by_name);
	g_hash_table_unref(prog->by_unit);
	g_hash_table_unref(prog->namesakes);
	g_hash_table_unref(prog->calls_of);
	g_hash_table_unref(prog->slots);
	g_hash_table_unref(prog->variables);
	g_hash_table_unref(prog->asks);
	g_hash_table_unref(prog->field_users);
	g_hash_table_unref(prog->field_stores);
	g_hash_table_unref(prog->embedding);
	g_hash_table_unref(prog->made);
	g_hash_table_unref(prog->object_ends);
	g_hash_table_unref(prog->filled);
	g_hash_table_unref(prog->instances);
	g_hash_table_unref(prog->set_once);
	g_free(prog);
}

bool flow_is_own(const struct flow_call *call)
{
	const struct flow_func *g;

	if (!call || !call->insn->callee_static || !call->targets->len)
		return false;
	g = call->targets->pdata[0];
	return g->facts->is_static && g->facts->file == call->in->facts->file &&
	       g_str_has_suffix(g->facts->file, ".c");
}

GPtrArray *flow_funcs(const struct flow_program *prog)
{
	return prog->funcs;
}

GPtrArray *flow_calls_of(const struct flow_program *prog, const char *name)
{
	return g_hash_table_lookup(prog->calls_of, g_intern_string(name));
}

GPtrArray *flow_field_stores(const struct flow_program *prog,
			     const struct facts_expr *field)
{
	return g_hash_table_lookup(prog->field_stores, store_key(field));
}

GPtrArray *flow_field_users(const struct flow_program *prog,
			    const struct facts_expr *e,
			    const struct flow_func *in)
{
	return g_hash_table_lookup(prog->field_users, user_key(e, in));
}

GPtrArray *flow_field_stores_in(const struct flow_program *prog,
				const struct facts_expr *e,
				const struct flow_func *in)
{
	return g_hash_table_lookup(prog->field_stores, user_key(e, in));
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
