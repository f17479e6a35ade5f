// SPDX-License-Identifier: GPL-2.0-only
/* program.c - join the facts of many units by name */
#include <string.h>
#include "flow/defs.h"
#include "flow/program.h"

/* More targets than this say that a slot is too common to be followed. */
#define MAX_INDIRECT_TARGETS 12

/* Most calls have the targets that all calls of that function have. */
static bool add_target(struct flow_call *call, struct flow_func *target)
{
	GPtrArray *own;

	if (g_ptr_array_find(call->targets, target, NULL))
		return false;
	own = g_ptr_array_copy(call->targets, NULL, NULL);
	g_ptr_array_add(own, target);
	g_ptr_array_unref(call->targets);
	call->targets = own;
	return true;
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
	}
	g_ptr_array_unref(func->self);
	g_ptr_array_unref(func->calls);
	g_ptr_array_unref(func->callers);
	g_ptr_array_unref(func->entries);
	flow_defs_free(func->defs);
	g_free(func);
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
	flow_list_add(prog, &func->entries, entry, g_free);
}

/* Records of one tag in two files are two records. */
static const void *store_key(const struct flow_program *prog,
			     const struct facts_expr *e)
{
	return flow_pair(prog, flow_key(prog, e->record, e->record_file),
			 flow_name(e->name));
}

/* So are static variables of one name. */
static const void *user_key(const struct flow_program *prog,
			    const struct facts_expr *e,
			    const struct flow_func *in)
{
	if (e->kind == FX_FIELD)
		return store_key(prog, e);
	return flow_key(prog, e->is_static ? in->unit->file : NULL, e->name);
}

static void slot_free(void *p)
{
	struct flow_slot *slot = p;

	g_ptr_array_unref(slot->funcs);
	if (slot->asks)
		g_ptr_array_unref(slot->asks);
	g_free(slot);
}

static struct flow_slot *slot_get(GHashTable *table, const void *key)
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
	return g_hash_table_lookup(
		prog->slots, flow_key_if_any(prog, field->record, field->name));
}

const struct flow_slot *flow_variable_get(const struct flow_program *prog,
					  const struct facts_expr *global,
					  const struct flow_func *in)
{
	/* "function.name" of a static local */
	const char *dot = strrchr(global->name, '.');

	const char *name = dot ? g_intern_string(dot + 1) : global->name;

	return g_hash_table_lookup(prog->variables,
				   flow_key_if_any(prog, in->unit->file, name));
}

bool flow_slot_widen(struct flow_program *prog, const struct facts_expr *field,
		     const GPtrArray *asks, bool open)
{
	struct flow_slot *slot;
	bool more;

	if (!asks->len && !open)
		return false;
	slot = slot_get(prog->slots,
			flow_key(prog, field->record, field->name));
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
	struct flow_slot *slot =
		slot_get(prog->slots, flow_key(prog, record, field));
	enum api_entry kind = api_slot(prog->api, record, field);
	g_autofree char *text = NULL;

	if (g_ptr_array_find(slot->funcs, func, NULL))
		return false;
	text = g_strdup_printf("%s.%s", record ?: "?", field ?: "?");
	g_ptr_array_add(slot->funcs, func);
	add_entry(prog, func, kind == API_ENTRY_NONE ? API_ENTRY_CALL : kind,
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

void flow_callback_add(const struct flow_program *prog, struct flow_func *func,
		       const struct flow_call *call, enum api_entry kind)
{
	g_autofree char *text = g_strdup_printf(
		"callback of %s()", call->insn->callee ?: "a function pointer");

	add_entry(prog, func, kind == API_ENTRY_NONE ? API_ENTRY_CALL : kind,
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
		add_target(c->now, func);
	else if (c->callback)
		flow_callback_add(c->prog, func, c->callback, c->kind);
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
			const struct facts_insn *in, bool any)
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
	g_ptr_array_add(flow_list_get(prog->field_stores,
				      user_key(prog, lhs, func)),
			st);
	if (lhs->kind != FX_FIELD || !any)
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
	const struct api_func *af = call->callee->func;
	bool ours = !af && in->callee && call->targets->len;

	for (unsigned int a = 0; call->gives && ours == later && a < in->n_args;
	     a++) {
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
	flow_list_add(prog, &func->calls, call, NULL);
	if (in->callee) {
		call->callee = get_callee(prog, in->callee);
		call->targets = flow_find_all(prog, in->callee, func->unit);
		g_ptr_array_add(call->callee->calls, call);
	} else {
		call->callee = &no_callee;
		call->targets = g_ptr_array_ref(prog->none);
	}
	call->gives = funcs;
	link_arguments(prog, call, false);
}

static void note_field(struct flow_program *prog, struct flow_func *func,
		       const struct facts_expr *e)
{
	list_add_last(flow_list_get(prog->field_users, user_key(prog, e, func)),
		      func);
	if (e->kind == FX_FIELD && e->record && e->type &&
	    g_str_has_prefix(e->type, "struct ") && !strchr(e->type, '*'))
		flow_list_add_once(flow_list_get(prog->embedding, e->type),
				   (void *)e->record);
}

static void note_taken(const struct flow_program *prog,
		       const struct flow_func *in, const char *name)
{
	struct flow_func *func = flow_find(prog, name, in->unit);

	if (func)
		func->taken = func->loose = true;
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
	const struct facts_expr *e = flow_stored_to(call->insn->callee_expr);
	const struct flow_slot *slot;

	if (!e || e->kind != FX_FIELD)
		return;
	slot = flow_slot_get(prog, e);
	if (!slot || slot->funcs->len > MAX_INDIRECT_TARGETS)
		return;
	for (unsigned int i = 0; i < slot->funcs->len; i++)
		add_target(call, slot->funcs->pdata[i]);
}

/* The completions of an operation: what this unit stores in the slot.  Those
 * of other units are for operations of their own.
 */
static void link_later(struct flow_program *prog, struct flow_call *call)
{
	const struct api_func *af = call->callee->func;
	const struct flow_slot *slot;

	if (!af || !af->completes_record)
		return;
	slot = g_hash_table_lookup(prog->slots,
				   flow_key_if_any(prog, af->completes_record,
						   af->completes_field));
	for (unsigned int i = 0; slot && i < slot->funcs->len; i++) {
		struct flow_func *func = slot->funcs->pdata[i];

		if (func->unit != call->in->unit)
			continue;
		if (!call->later)
			call->later = g_ptr_array_new();
		flow_list_add_once(call->later, func);
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

static void add_callers(const struct flow_program *prog, struct flow_call *call)
{
	for (unsigned int t = 0; t < call->targets->len; t++) {
		struct flow_func *g = call->targets->pdata[t];

		flow_list_add(prog, &g->callers, call, NULL);
	}
}

bool flow_add_target(const struct flow_program *prog, struct flow_call *call,
		     struct flow_func *func)
{
	if (!add_target(call, func))
		return false;
	flow_list_add(prog, &func->callers, call, NULL);
	return true;
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
			call->own = is_own(call);
			add_callers(prog, call);
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
				 flow_key(prog, unit->file, s->object));

	if (!func) {
		if (slot)
			slot->open = true;
		return;
	}
	if (field) {
		func->taken = true;
		g_ptr_array_add(flow_list_get(prog->filled, func), (void *)s);
		flow_slot_add(prog, func, s->record, s->field, &s->loc, NULL);
	} else {
		flow_list_add_once(slot->funcs, func);
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
	prog->pairs = flow_pairs_table();
	prog->by_name = g_hash_table_new(g_direct_hash, g_direct_equal);
	prog->by_unit = g_hash_table_new(g_direct_hash, g_direct_equal);
	prog->namesakes = list_table();
	prog->callees = g_hash_table_new_full(NULL, NULL, NULL, callee_free);
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
	prog->below = g_hash_table_new_full(NULL, NULL, NULL,
					    (GDestroyNotify)g_hash_table_unref);
	prog->filled = list_table();
	prog->instances = flow_instances_table();
	prog->set_once = g_hash_table_new(g_direct_hash, g_direct_equal);

	for (unsigned int u = 0; u < units->len; u++) {
		const struct facts_unit *unit = units->pdata[u];

		for (unsigned int i = 0; i < unit->funcs->len; i++)
			flow_add_func(prog, unit, unit->funcs->pdata[i]);
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
	g_ptr_array_unref(prog->none);
	g_ptr_array_unref(prog->rooms);
	g_hash_table_unref(prog->pairs);
	g_hash_table_unref(prog->by_name);
	g_hash_table_unref(prog->by_unit);
	g_hash_table_unref(prog->namesakes);
	g_hash_table_unref(prog->callees);
	g_hash_table_unref(prog->slots);
	g_hash_table_unref(prog->variables);
	g_hash_table_unref(prog->asks);
	g_hash_table_unref(prog->field_users);
	g_hash_table_unref(prog->field_stores);
	g_hash_table_unref(prog->embedding);
	g_hash_table_unref(prog->made);
	g_hash_table_unref(prog->object_ends);
	g_hash_table_unref(prog->below);
	g_hash_table_unref(prog->filled);
	g_hash_table_unref(prog->instances);
	g_hash_table_unref(prog->set_once);
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

GPtrArray *flow_field_stores_in(const struct flow_program *prog,
				const struct facts_expr *e,
				const struct flow_func *in)
{
	return g_hash_table_lookup(prog->field_stores, user_key(prog, e, in));
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
