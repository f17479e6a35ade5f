// SPDX-License-Identifier: GPL-2.0-only
/*
 * instance.c - functions that see the objects of one kind only
 *
 *	static const struct buf_ops user_ops = { .get = user_get, .put = user_put };
 *	static const struct buf_ops kernel_ops = { ... };
 *	...
 *	buf = kzalloc(sizeof(*buf), GFP_KERNEL);
 *	buf->ops = ops;
 *	...
 *	buf->ops->get(buf);
 *
 * Where the ops of an object are set when it is made and never again, and every
 * call through them is given that object, what user_get() has put into a field
 * of its object is not there in kernel_put(): the two never meet.  The same
 * holds for functions that these call with the object.
 */
#include <string.h>
#include "flow/trace.h"

/* Copies and casts between a parameter and what it is used for. */
#define MAX_COPIES 8

static const struct facts_expr *bare(const struct facts_expr *e)
{
	e = facts_strip_casts(e);
	while (e && e->kind == FX_DEREF && e->n_kids)
		e = facts_strip_casts(e->kids[0]);
	return e;
}

static bool is_field(const struct facts_expr *e, const char *record,
		     const char *name)
{
	return e && e->kind == FX_FIELD && e->record == record &&
	       e->name == name;
}

static const struct flow_def *only_def(struct flow_func *in, unsigned int block,
				       unsigned int index, unsigned int var)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint));

	flow_defs_reaching(in, block, index, var, found);
	return found->len == 1 ?
		       &flow_defs_get(in)->defs[g_array_index(found, guint, 0)] :
		       NULL;
}

/* Is an expression a parameter, a part of its object or the object that it is
 * a part of: obj, &obj->base, container_of(obj, ...)?
 */
static bool is_param(struct flow_func *in, unsigned int block,
		     unsigned int index, const struct facts_expr *e,
		     unsigned int param, unsigned int depth)
{
	const struct flow_def *d;

	e = facts_strip_casts(e);
	if (!e || depth > MAX_COPIES)
		return false;
	switch (e->kind) {
	case FX_VAR:
		d = only_def(in, block, index, e->var);
		if (!d)
			return false;
		if (d->kind == DEF_PARAM)
			return d->var == param;
		return d->kind == DEF_ASSIGN && !d->insn->op &&
		       is_param(in, d->block, d->index, d->insn->rhs, param,
				depth + 1);
	case FX_BINARY:
		/* container_of() */
		return !strcmp(e->name, "-") &&
		       facts_strip_casts(e->kids[1])->kind == FX_INT &&
		       is_param(in, block, index, e->kids[0], param, depth + 1);
	case FX_ADDR:
		e = e->kids[0];
		while (e->kind == FX_FIELD && !e->arrow)
			e = e->kids[0];
		return e->kind == FX_FIELD &&
		       is_param(in, block, index, e->kids[0], param, depth + 1);
	default:
		return false;
	}
}

/* ---- is the field set for good when the object is made? ---- */

static bool is_new(const struct flow_program *prog, struct flow_func *in,
		   unsigned int block, unsigned int index,
		   const struct facts_expr *e, unsigned int depth);

static bool makes_new(const struct flow_program *prog, struct flow_func *in,
		      const struct flow_def *d, unsigned int depth)
{
	const struct api_func *af;

	if (d->kind == DEF_ASSIGN)
		return !d->insn->op && is_new(prog, in, d->block, d->index,
					      d->insn->rhs, depth + 1);
	af = d->kind == DEF_CALL && d->insn->callee ?
		     api_func(prog->api, d->insn->callee) :
		     NULL;
	return af && af->alloc;
}

/* The allocation macros of 6.14 and later have two calls, one of which is made. */
static bool is_new(const struct flow_program *prog, struct flow_func *in,
		   unsigned int block, unsigned int index,
		   const struct facts_expr *e, unsigned int depth)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *defs = flow_defs_get(in);

	e = facts_strip_casts(e);
	if (!e || e->kind != FX_VAR || depth > MAX_COPIES)
		return false;
	flow_defs_reaching(in, block, index, e->var, found);
	for (unsigned int i = 0; i < found->len; i++)
		if (!makes_new(prog, in,
			       &defs->defs[g_array_index(found, guint, i)],
			       depth))
			return false;
	return found->len > 0;
}

static bool stores_are_first(const struct flow_program *prog,
			     const struct facts_expr *field)
{
	GPtrArray *stores = flow_field_stores(prog, field);

	for (unsigned int i = 0; stores && i < stores->len; i++) {
		const struct flow_store *st = stores->pdata[i];
		const struct facts_expr *lhs = st->insn->lhs;

		if (st->insn->op || lhs->kind != FX_FIELD || !lhs->arrow ||
		    !is_new(prog, st->in, st->block, st->index, lhs->kids[0],
			    0))
			return false;
		for (unsigned int k = 0; k < i; k++)
			if (((struct flow_store *)stores->pdata[k])->in ==
			    st->in)
				return false;
	}
	return stores && stores->len;
}

static bool takes_address(const struct facts_expr *e,
			  const struct facts_expr *field)
{
	if (!e)
		return false;
	if (e->kind == FX_ADDR &&
	    is_field(e->kids[0], field->record, field->name))
		return true;
	for (unsigned int i = 0; i < e->n_kids; i++)
		if (takes_address(e->kids[i], field))
			return true;
	return false;
}

/* Does an instruction get at the field in another way: by its address, or with
 * the whole object?
 */
static bool goes_around(const struct flow_program *prog,
			const struct facts_insn *in,
			const struct facts_expr *field, const char *type,
			const char *pointer)
{
	const struct api_func *af =
		in->callee ? api_func(prog->api, in->callee) : NULL;

	if (field &&
	    (takes_address(in->lhs, field) || takes_address(in->rhs, field)))
		return true;
	if (in->kind == FI_ASSIGN && in->lhs && in->lhs->type == type)
		return true;
	for (unsigned int a = 0; a < in->n_args; a++) {
		const struct facts_expr *arg =
			facts_strip_casts(in->args[a].expr);

		if ((field && takes_address(arg, field)) ||
		    (af && af->copies && arg->type == pointer))
			return true;
	}
	return false;
}

static bool nothing_goes_around(const struct flow_program *prog,
				const char *record,
				const struct facts_expr *field)
{
	g_autofree char *text = g_strdup_printf("struct %s", record);
	g_autofree char *pointed = g_strdup_printf("struct %s *", record);
	const char *type = g_intern_string(text);
	const char *pointer = g_intern_string(pointed);

	for (unsigned int n = 0; n < prog->funcs->len; n++) {
		const struct flow_func *func = prog->funcs->pdata[n];
		const struct facts_func *f = func->facts;

		for (unsigned int b = 0; b < f->n_blocks; b++)
			for (unsigned int i = 0; i < f->blocks[b].n_insns; i++)
				if (goes_around(prog, &f->blocks[b].insns[i],
						field, type, pointer))
					return false;
	}
	return true;
}

static bool is_set_once(struct flow_program *prog,
			const struct facts_expr *field)
{
	g_autofree char *text = g_strdup_printf(
		"%s\n%s\n%s", field->record, field->name, field->record_file);
	const char *key = g_intern_string(text);
	gpointer known;
	bool once;

	if (g_hash_table_lookup_extended(prog->set_once, key, NULL, &known))
		return GPOINTER_TO_INT(known);
	once = stores_are_first(prog, field) &&
	       nothing_goes_around(prog, field->record, field);
	g_hash_table_insert(prog->set_once, (void *)key, GINT_TO_POINTER(once));
	return once;
}

/* Has a record its functions from static initialisers only? */
static bool is_fixed(struct flow_program *prog, const char *record)
{
	gpointer known;
	bool fixed = true;

	if (g_hash_table_lookup_extended(prog->set_once, record, NULL, &known))
		return GPOINTER_TO_INT(known);
	for (unsigned int i = 0; i < prog->stores->len && fixed; i++) {
		const struct flow_store *st = prog->stores->pdata[i];
		const struct facts_expr *lhs = flow_stored_to(st->insn->lhs);

		fixed = lhs->kind != FX_FIELD || lhs->record != record;
	}
	fixed = fixed && nothing_goes_around(prog, record, NULL);
	g_hash_table_insert(prog->set_once, (void *)record,
			    GINT_TO_POINTER(fixed));
	return fixed;
}

/* ---- which objects does a function see? ---- */

static void instances_free(void *p)
{
	struct flow_instances *in = p;

	if (!in)
		return;
	g_ptr_array_unref(in->objects);
	g_ptr_array_unref(in->asks);
	g_free(in);
}

GHashTable *flow_instances_table(void)
{
	return g_hash_table_new_full(NULL, NULL, NULL, instances_free);
}

static void add_once(GPtrArray *list, void *item)
{
	if (!g_ptr_array_find(list, item, NULL))
		g_ptr_array_add(list, item);
}

/* obj->ops->get(obj): the argument that is the object, or -1 */
static int receiver(const struct flow_call *call, const struct facts_expr *ops)
{
	const struct facts_expr *object = facts_strip_casts(ops->kids[0]);

	if (!ops->arrow || object->kind != FX_VAR)
		return -1;
	for (unsigned int a = 0; a < call->insn->n_args; a++) {
		const struct facts_expr *arg =
			facts_strip_casts(call->insn->args[a].expr);

		if (arg->kind == FX_VAR && arg->var == object->var)
			return a;
	}
	return -1;
}

/* Return: the argument that is the object, or -1 */
static int through_ops(struct flow_program *prog, struct flow_instances *in,
		       const struct flow_call *call)
{
	const struct facts_expr *slot = bare(call->insn->callee_expr);
	const struct facts_expr *ops;

	if (!slot || slot->kind != FX_FIELD || slot->record != in->record)
		return -1;
	ops = bare(slot->kids[0]);
	if (!ops || ops->kind != FX_FIELD || !ops->record_file ||
	    (in->owner && !is_field(in->owner, ops->record, ops->name)) ||
	    !is_set_once(prog, ops))
		return -1;
	in->owner = ops;
	add_once(in->asks,
		 flow_ask_get(prog, ops->name, ops->record, ops->record_file));
	if (slot->record_file)
		add_once(in->asks, flow_ask_get(prog, slot->name, slot->record,
						slot->record_file));
	return receiver(call, ops);
}

/* Likewise, of a call by a function that sees such objects itself */
static int through_caller(struct flow_program *prog, struct flow_instances *in,
			  const struct flow_call *call)
{
	const struct flow_instances *up = flow_instances(prog, call->in);

	if (!up || (in->owner &&
		    !is_field(in->owner, up->owner->record, up->owner->name)))
		return -1;
	in->owner = up->owner;
	for (unsigned int i = 0; i < up->objects->len; i++)
		add_once(in->objects, up->objects->pdata[i]);
	for (unsigned int i = 0; i < up->asks->len; i++)
		add_once(in->asks, up->asks->pdata[i]);
	for (unsigned int a = 0; a < call->insn->n_args; a++)
		if (is_param(call->in, call->block, call->index,
			     call->insn->args[a].expr, up->param, 0))
			return a;
	return -1;
}

static const char *object_key(const struct facts_slot *s)
{
	g_autofree char *key =
		g_strdup_printf("%s\n%s", s->loc.file, s->object);

	return g_intern_string(key);
}

static bool fill(struct flow_program *prog, struct flow_instances *in,
		 const struct flow_func *func)
{
	GPtrArray *filled = g_hash_table_lookup(prog->filled, func);
	int param = -1;

	for (unsigned int i = 0; i < func->entries->len; i++)
		if (((struct flow_entry *)func->entries->pdata[i])->by)
			return false;
	for (unsigned int i = 0; filled && i < filled->len; i++) {
		const struct facts_slot *s = filled->pdata[i];

		if (in->record && in->record != s->record)
			return false;
		in->record = s->record;
		add_once(in->objects, (void *)object_key(s));
	}
	for (unsigned int i = 0; i < func->callers->len; i++) {
		const struct flow_call *c = func->callers->pdata[i];
		int p = c->insn->callee ? through_caller(prog, in, c) :
					  through_ops(prog, in, c);

		if (p < 0 || (param >= 0 && p != param) ||
		    p >= (int)func->facts->n_params)
			return false;
		param = p;
	}
	in->param = param;
	return param >= 0 && (!in->record || is_fixed(prog, in->record));
}

const struct flow_instances *flow_instances(struct flow_program *prog,
					    const struct flow_func *func)
{
	struct flow_instances *in;
	gpointer known;

	if (g_hash_table_lookup_extended(prog->instances, func, NULL, &known))
		return known;
	/* in a circle, or not at all */
	g_hash_table_insert(prog->instances, (void *)func, NULL);
	if (!func->facts->is_static || func->loose || !func->callers->len ||
	    g_str_has_suffix(func->facts->file, ".h"))
		return NULL;
	in = g_new0(struct flow_instances, 1);
	in->objects = g_ptr_array_new();
	in->asks = g_ptr_array_new();
	if (!fill(prog, in, func)) {
		instances_free(in);
		return NULL;
	}
	g_hash_table_insert(prog->instances, (void *)func, in);
	return in;
}

const struct flow_instances *flow_instances_of(struct flow_program *prog,
					       struct flow_func *in,
					       unsigned int block,
					       unsigned int index,
					       const struct facts_expr *field)
{
	const struct flow_instances *mine;

	/* one that only has a name (see api_link()) is of any object */
	while (field->kind == FX_FIELD && !field->arrow && field->n_kids)
		field = field->kids[0];
	if (field->kind != FX_FIELD || !field->n_kids)
		return NULL;
	mine = flow_instances(prog, in);
	return mine && is_param(in, block, index, field->kids[0], mine->param,
				0) ?
		       mine :
		       NULL;
}

bool flow_never_meet(const struct flow_instances *a,
		     const struct flow_instances *b)
{
	if (!a || !b || !is_field(a->owner, b->owner->record, b->owner->name))
		return false;
	for (unsigned int i = 0; i < a->objects->len; i++)
		if (g_ptr_array_find(b->objects, a->objects->pdata[i], NULL))
			return false;
	return true;
}

bool flow_store_is_apart(struct flow_program *prog, struct flow_func *in,
			 unsigned int block, unsigned int index,
			 const struct facts_expr *field,
			 const struct flow_store *store, GPtrArray *asks)
{
	const struct facts_expr *to = flow_stored_to(store->insn->lhs);
	const struct flow_instances *a, *b;

	a = flow_instances_of(prog, in, block, index, field);
	b = a && to->kind == FX_FIELD ?
		    flow_instances_of(prog, store->in, store->block,
				      store->index, to) :
		    NULL;
	if (!flow_never_meet(a, b))
		return false;
	g_ptr_array_extend(asks, a->asks, NULL, NULL);
	g_ptr_array_extend(asks, b->asks, NULL, NULL);
	return true;
}
