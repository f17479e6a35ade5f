// SPDX-License-Identifier: GPL-2.0-only
/*
 * pointers.c - which functions a pointer to one may hold
 *
 *	void reg(int n, handler_t fn)	{ table[n] = fn; }
 *	...
 *	fn = table[n];
 *	fn(&request);
 *
 * The value of a pointer is followed back, without regard to the object and to
 * the context: a variable to its definitions, a parameter to the arguments of
 * all calls, a field or a static variable to all that is stored there.  What
 * cannot be followed makes the pointer open: it may hold anything.  Where other
 * files may have a say (a function that they can call, a field that they can
 * set), the pointer asks for them.
 */
#include <string.h>
#include "flow/defs.h"
#include "flow/program.h"

/* More functions than this make a pointer too common to be followed. */
#define MAX_TARGETS 64
/* Wrappers that a callback goes through. */
#define MAX_WRAPPERS 6

/**
 * struct found - what a pointer may hold
 * @prog: the program
 * @funcs: (element-type flow_func*)
 * @asks: (element-type flow_ask*): not owned
 * @seen: parameters, fields and variables that were looked at
 * @open: it may hold anything else
 */
struct found {
	struct flow_program *prog;
	GPtrArray *funcs;
	GPtrArray *asks;
	GHashTable *seen;
	bool open;
};

/* A value that a function pointer may have, at a position. */
struct value {
	struct flow_func *in;
	unsigned int block;
	unsigned int index;
	const struct facts_expr *e;
};

static void look(struct found *f, struct value v);

static void found_init(struct found *f, struct flow_program *prog)
{
	f->prog = prog;
	f->funcs = g_ptr_array_new();
	f->asks = g_ptr_array_new();
	f->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	f->open = false;
}

static void found_fini(struct found *f)
{
	g_ptr_array_unref(f->funcs);
	g_ptr_array_unref(f->asks);
	g_hash_table_unref(f->seen);
}

static void add_once(GPtrArray *list, void *item)
{
	if (!g_ptr_array_find(list, item, NULL))
		g_ptr_array_add(list, item);
}

static bool is_pointer_type(const char *type)
{
	return type && strstr(type, "(*");
}

/* *(p), &(f), casts: the same function */
static const struct facts_expr *bare(const struct facts_expr *e)
{
	while (e && e->n_kids &&
	       (e->kind == FX_CAST || e->kind == FX_ADDR ||
		e->kind == FX_DEREF || e->kind == FX_INDEX))
		e = e->kids[0];
	return e;
}

bool flow_is_any(const struct flow_call *call)
{
	const struct facts_expr *e = bare(call->insn->callee_expr);

	return call->open || (e && e->kind != FX_FIELD);
}

int flow_param_of(struct flow_func *in, unsigned int block, unsigned int index,
		  const struct facts_expr *e)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_def *d;

	e = bare(e);
	if (!e || e->kind != FX_VAR)
		return -1;
	flow_defs_reaching(in, block, index, e->var, found);
	if (found->len != 1)
		return -1;
	d = &flow_defs_get(in)->defs[g_array_index(found, guint, 0)];
	return d->kind == DEF_PARAM ? (int)d->var : -1;
}

bool flow_gives(const struct flow_call *call, int param,
		const struct flow_func *func)
{
	const struct facts_expr *e = bare(facts_arg(call->insn, param));

	return !e || (e->kind == FX_FUNC ? e->name == func->facts->name :
					   e->kind != FX_INT);
}

int flow_callback_param(const struct flow_program *prog,
			const struct flow_call *call)
{
	const char *callee = call->insn->callee;
	const struct api_func *af = call->callee->func;

	if (!callee)
		return flow_param_of(call->in, call->block, call->index,
				     call->insn->callee_expr);
	for (unsigned int a = 0;
	     af && a < call->insn->n_args && a < G_N_ELEMENTS(af->callback);
	     a++)
		if (af->callback[a] == API_ENTRY_CALL)
			return flow_param_of(call->in, call->block, call->index,
					     call->insn->args[a].expr);
	return -1;
}

/* ---- back from a value to the functions ---- */

struct flow_ask *flow_ask_get(struct flow_program *prog, const char *word,
			      const char *record, const char *record_file)
{
	g_autofree char *text = g_strdup_printf(
		"%s\n%s\n%s", word, record ?: "", record_file ?: "");
	const char *key = g_intern_string(text);
	struct flow_ask *a = g_hash_table_lookup(prog->asks, key);

	if (a)
		return a;
	a = g_new0(struct flow_ask, 1);
	a->word = word;
	a->record = record;
	a->record_file = record_file;
	g_hash_table_insert(prog->asks, (void *)key, a);
	return a;
}

static void ask(struct found *f, const char *word, const char *record,
		const char *record_file)
{
	add_once(f->asks, flow_ask_get(f->prog, word, record, record_file));
}

/* A function of the API is no code to be looked into: what it does when it is
 * called through a pointer cannot be rewritten.
 */
static void take_func(struct found *f, struct flow_func *func)
{
	const struct api *api = f->prog->api;
	const char *name = func->facts->name;

	if (flow_open(func) || g_str_has_suffix(func->facts->file, ".h"))
		if (api_acquire(api, name) || api_release(api, name) ||
		    api_func(api, name)) {
			f->open = true;
			return;
		}
	add_once(f->funcs, func);
}

static void look_func(struct found *f, const struct facts_expr *e,
		      const struct flow_func *in)
{
	struct flow_func *func = flow_find(f->prog, e->name, in->unit);

	if (func) {
		take_func(f, func);
		return;
	}
	f->open = true;
	ask(f, e->name, NULL, NULL);
}

static void look_param(struct found *f, struct flow_func *in, unsigned int var)
{
	const char *file = in->facts->file;

	/* called through a pointer, with what nobody knows */
	if (in->entries->len || in->loose) {
		f->open = true;
		return;
	}
	if (flow_open(in) || g_str_has_suffix(file, ".h"))
		ask(f, in->facts->name, NULL, NULL);
	for (unsigned int i = 0; i < in->callers->len; i++) {
		const struct flow_call *c = in->callers->pdata[i];
		struct value arg = { c->in, c->block, c->index,
				     facts_arg(c->insn, var) };

		if (arg.e)
			look(f, arg);
		else
			f->open = true;
	}
}

static void look_var(struct found *f, struct value v)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *defs = flow_defs_get(v.in);

	flow_defs_reaching(v.in, v.block, v.index, v.e->var, found);
	for (unsigned int i = 0; i < found->len; i++) {
		guint n = g_array_index(found, guint, i);
		const struct flow_def *d = &defs->defs[n];
		struct value there = { v.in, d->block, d->index, NULL };

		if (!g_hash_table_add(
			    f->seen, g_strdup_printf("%p %u", (void *)v.in, n)))
			continue;
		if (d->kind == DEF_PARAM) {
			look_param(f, v.in, d->var);
		} else if (d->kind == DEF_ASSIGN && !d->insn->op) {
			there.e = d->insn->rhs;
			look(f, there);
		} else {
			f->open = true;
		}
	}
	if (!found->len)
		f->open = true;
}

static void look_slot(struct found *f, const struct flow_slot *slot)
{
	if (!slot)
		return;
	f->open |= slot->open;
	for (unsigned int i = 0; i < slot->funcs->len; i++)
		take_func(f, slot->funcs->pdata[i]);
	for (unsigned int i = 0; slot->asks && i < slot->asks->len; i++)
		add_once(f->asks, slot->asks->pdata[i]);
}

static void look_field(struct found *f, const struct facts_expr *e)
{
	look_slot(f, flow_slot_get(f->prog, e));
	if (e->record_file)
		ask(f, e->name, e->record, e->record_file);
	else
		f->open = true;
}

/* Is the address of a variable used for anything but to get at the variable? */
static bool address_goes(const struct facts_expr *e, const char *name)
{
	const struct facts_expr *kid;

	if (!e)
		return false;
	if (e->kind == FX_GLOBAL && e->name == name)
		return e->type && g_str_has_suffix(e->type, "]");
	/* *(volatile type *)&x of READ_ONCE(), and x[i] */
	kid = e->kind == FX_DEREF ? facts_strip_casts(e->kids[0]) : NULL;
	if (kid && kid->kind == FX_ADDR)
		e = kid;
	else if (e->kind == FX_ADDR && bare(e)->kind == FX_GLOBAL &&
		 bare(e)->name == name)
		return true;
	for (unsigned int i = 0; i < e->n_kids; i++) {
		kid = e->kids[i];
		if (!i && e->kind == FX_INDEX && kid->kind == FX_GLOBAL)
			continue;
		if (address_goes(kid, name))
			return true;
	}
	return false;
}

static bool address_goes_in(const struct facts_insn *in, const char *name)
{
	if (address_goes(in->lhs, name) || address_goes(in->rhs, name) ||
	    address_goes(in->callee_expr, name))
		return true;
	for (unsigned int a = 0; a < in->n_args; a++)
		if (address_goes(in->args[a].expr, name))
			return true;
	return false;
}

/* Is all that is stored in a file's own variable stored there by its name? */
static bool is_plain(const struct flow_program *prog,
		     const struct facts_expr *e, const struct flow_func *in)
{
	GPtrArray *users = flow_field_users(prog, e, in);

	if (!e->is_static || g_str_has_suffix(in->facts->file, ".h"))
		return false;
	for (unsigned int u = 0; users && u < users->len; u++) {
		const struct facts_func *g =
			((struct flow_func *)users->pdata[u])->facts;

		for (unsigned int b = 0; b < g->n_blocks; b++)
			for (unsigned int i = 0; i < g->blocks[b].n_insns; i++)
				if (address_goes_in(&g->blocks[b].insns[i],
						    e->name))
					return false;
	}
	return true;
}

static void look_global(struct found *f, const struct facts_expr *e,
			const struct flow_func *in)
{
	g_autofree char *key =
		g_strdup_printf("%s %s", e->name, in->unit->file);
	GPtrArray *stores = flow_field_stores_in(f->prog, e, in);

	if (!g_hash_table_add(f->seen, g_steal_pointer(&key)))
		return;
	if (!is_plain(f->prog, e, in)) {
		f->open = true;
		return;
	}
	look_slot(f, flow_variable_get(f->prog, e, in));
	for (unsigned int i = 0; stores && i < stores->len; i++) {
		const struct flow_store *st = stores->pdata[i];
		struct value v = { st->in, st->block, st->index,
				   st->insn->rhs };

		if (st->insn->op)
			f->open = true;
		else
			look(f, v);
	}
}

static void look(struct found *f, struct value v)
{
	const struct facts_expr *e = bare(v.e);

	if (f->funcs->len > MAX_TARGETS)
		f->open = true;
	if (f->open || !e) {
		f->open = true;
		return;
	}
	v.e = e;
	switch (e->kind) {
	case FX_FUNC:
		look_func(f, e, v.in);
		return;
	case FX_VAR:
		look_var(f, v);
		return;
	case FX_FIELD:
		look_field(f, e);
		return;
	case FX_GLOBAL:
		look_global(f, e, v.in);
		return;
	case FX_COND:
		for (unsigned int i = 1; i < 3; i++) {
			v.e = e->kids[i];
			look(f, v);
		}
		return;
	case FX_INT:
		f->open |= e->ival != 0;
		return;
	default:
		f->open = true;
	}
}

/* ---- what a callback's parameter is for ---- */

static bool is_consumed(const struct flow_program *prog,
			const struct flow_func *func, unsigned int var,
			unsigned int depth);

static bool mentions(const struct facts_expr *e, unsigned int var)
{
	if (!e)
		return false;
	if (e->kind == FX_VAR)
		return (unsigned int)e->var == var;
	/* fn != NULL says nothing of what becomes of it */
	if (e->kind == FX_BINARY || e->kind == FX_UNARY)
		return false;
	for (unsigned int i = 0; i < e->n_kids; i++)
		if (mentions(e->kids[i], var))
			return true;
	return false;
}

static bool consumes_arg(const struct flow_program *prog,
			 const struct flow_call *call, unsigned int arg,
			 unsigned int depth)
{
	const char *callee = call->insn->callee;
	const struct api_func *af = call->callee->func;

	if (af)
		return arg < G_N_ELEMENTS(af->callback) &&
		       af->callback[arg] != API_ENTRY_NONE;
	for (unsigned int t = 0; t < call->targets->len; t++)
		if (!is_consumed(prog, call->targets->pdata[t], arg, depth))
			return false;
	return callee && call->targets->len;
}

static bool consumes_assign(const struct flow_program *prog,
			    const struct flow_func *func,
			    const struct facts_insn *in, unsigned int depth)
{
	const struct facts_expr *lhs = bare(in->lhs);

	if (in->op || facts_strip_casts(in->rhs)->kind != FX_VAR)
		return false;
	if (in->lhs->kind == FX_VAR)
		return is_consumed(prog, func, in->lhs->var, depth);
	if (lhs->kind == FX_GLOBAL)
		return is_plain(prog, lhs, func);
	return lhs->kind == FX_FIELD;
}

/* Is all that a function does with a callback known: it calls it, or puts it
 * where calls find it?
 */
static bool is_consumed(const struct flow_program *prog,
			const struct flow_func *func, unsigned int var,
			unsigned int depth)
{
	const struct facts_func *f = func->facts;

	if (depth > MAX_WRAPPERS || var >= f->n_vars)
		return false;
	for (unsigned int b = 0; b < f->n_blocks; b++)
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];

			if (in->kind == FI_CALL || !mentions(in->rhs, var))
				continue;
			if (in->kind != FI_ASSIGN ||
			    !consumes_assign(prog, func, in, depth + 1))
				return false;
		}
	for (unsigned int c = 0; c < func->calls->len; c++) {
		const struct flow_call *call = func->calls->pdata[c];

		for (unsigned int a = 0; a < call->insn->n_args; a++)
			if (mentions(call->insn->args[a].expr, var) &&
			    !consumes_arg(prog, call, a, depth + 1))
				return false;
	}
	return true;
}

/* ---- link ---- */

/* obj->release = release; of a parameter, or of another pointer */
static bool link_store(struct flow_program *prog, const struct flow_store *st)
{
	const struct facts_expr *lhs = flow_stored_to(st->insn->lhs);
	struct value v = { st->in, st->block, st->index, st->insn->rhs };
	const struct facts_expr *rhs = bare(v.e);
	struct found f;
	bool more;

	if (!lhs || lhs->kind != FX_FIELD || !rhs || rhs->kind == FX_FUNC ||
	    !is_pointer_type(facts_strip_casts(v.e)->type))
		return false;
	found_init(&f, prog);
	look(&f, v);
	more = flow_slot_widen(prog, lhs, f.asks, f.open);
	for (unsigned int i = 0; i < f.funcs->len; i++)
		more |= flow_slot_add(prog, f.funcs->pdata[i], lhs->record,
				      lhs->name, &st->insn->loc, st->in);
	found_fini(&f);
	return more;
}

static void link_pointer(struct flow_program *prog, struct flow_call *call)
{
	const struct facts_expr *e = bare(call->insn->callee_expr);
	struct value v = { call->in, call->block, call->index, e };
	struct found f;

	if (!e)
		return;
	found_init(&f, prog);
	if (e->kind == FX_FIELD) {
		look_slot(&f, flow_slot_get(prog, e));
		/* other files may fill the slot, too */
		if (e->record_file)
			ask(&f, e->name, e->record, e->record_file);
	} else {
		look(&f, v);
	}
	call->open = f.open;
	if (f.funcs->len <= MAX_TARGETS && e->kind != FX_FIELD)
		for (unsigned int i = 0; i < f.funcs->len; i++)
			flow_add_target(prog, call, f.funcs->pdata[i]);
	if (f.asks->len)
		call->asks = g_ptr_array_ref(f.asks);
	found_fini(&f);
}

/* kref_put(&obj->ref, release) in a function that is given the release */
static void link_callback(struct flow_program *prog, struct flow_call *call,
			  unsigned int a, enum api_entry kind)
{
	struct value v = { call->in, call->block, call->index,
			   call->insn->args[a].expr };
	const struct facts_expr *e = bare(v.e);
	struct found f;

	if (kind == API_ENTRY_NONE || !e || e->kind == FX_FUNC)
		return;
	found_init(&f, prog);
	look(&f, v);
	for (unsigned int i = 0; i < f.funcs->len; i++) {
		if (kind == API_ENTRY_CALL)
			flow_add_target(prog, call, f.funcs->pdata[i]);
		else
			flow_callback_add(prog, f.funcs->pdata[i], call, kind);
	}
	found_fini(&f);
}

static void link_call(struct flow_program *prog, struct flow_call *call)
{
	const char *callee = call->insn->callee;
	const struct api_func *af = call->callee->func;

	if (!callee)
		link_pointer(prog, call);
	for (unsigned int a = 0;
	     af && a < call->insn->n_args && a < G_N_ELEMENTS(af->callback);
	     a++)
		link_callback(prog, call, a, af->callback[a]);
}

bool flow_callback_followed(const struct flow_program *prog,
			    const struct flow_call *call, unsigned int arg)
{
	return call->insn->callee && !api_func(prog->api, call->insn->callee) &&
	       consumes_arg(prog, call, arg, 0);
}

void flow_link_stores(struct flow_program *prog)
{
	bool more = true;

	/* what one store puts into a slot another one may load from there */
	for (unsigned int n = 0; more && n < MAX_WRAPPERS; n++) {
		more = false;
		for (unsigned int i = 0; i < prog->stores->len; i++)
			more |= link_store(prog, prog->stores->pdata[i]);
	}
}

void flow_link_pointers(struct flow_program *prog)
{
	for (unsigned int i = 0; i < prog->funcs->len; i++) {
		struct flow_func *func = prog->funcs->pdata[i];

		for (unsigned int c = 0; c < func->calls->len; c++)
			link_call(prog, func->calls->pdata[c]);
	}
}
