// SPDX-License-Identifier: GPL-2.0-only
/* field.c - what a field of any object, or a global, holds */
#include <string.h>
#include "flow/trace.h"

const char *flow_field_home(const struct flow_at *at,
			    const struct facts_expr *e)
{
	if (e->kind == FX_FIELD)
		return e->record_file;
	return e->is_static ? at->func->unit->file : NULL;
}

#define SCOPE_PARTS 2

const char *flow_field_scope(const struct flow_at *at,
			     const struct facts_expr *e)
{
	const char *file = at->func->facts->file, *end = file;
	g_autofree char *scope = NULL;

	if (e->kind != FX_FIELD || !e->record_file ||
	    !(g_str_has_prefix(e->record_file, "include/") ||
	      strstr(e->record_file, "/include/")))
		return NULL;
	for (unsigned int n = 0; end && n < SCOPE_PARTS; n++)
		end = strchr(end + !!n, '/');
	scope = end ? g_strndup(file, end - file) : g_strdup("");
	return g_intern_string(scope);
}

static void add_asks(struct flow_trace *t, const struct flow_instances *kind)
{
	for (unsigned int i = 0; i < kind->asks->len; i++)
		if (!g_ptr_array_find(t->asks, kind->asks->pdata[i], NULL))
			g_ptr_array_add(t->asks, kind->asks->pdata[i]);
}

/* Is what a field holds that of objects which are never seen there? */
static bool is_hidden(struct flow_trace *t, const struct flow_at *at,
		      const struct facts_expr *e, const struct flow_place *p)
{
	const struct flow_instances *mine;

	if (!p->n_kinds || p->n_kinds > FLOW_MAX_KINDS)
		return false;
	mine = flow_instances_of(t->prog, at->func, at->block, at->index, e);
	for (unsigned int i = 0; i < p->n_kinds; i++)
		if (!flow_never_meet(mine, p->kinds[i]))
			return false;
	add_asks(t, mine);
	for (unsigned int i = 0; i < p->n_kinds; i++)
		add_asks(t, p->kinds[i]);
	g_hash_table_add(t->priv->hidden, at->func);
	return true;
}

/* Return: true when it holds something of more objects than before */
static bool add_kind(struct flow_trace *t, struct flow_place *p,
		     const struct facts_expr *e, const struct flow_at *by)
{
	const struct flow_instances *kind;

	if (p->n_kinds > FLOW_MAX_KINDS)
		return false;
	kind = e->kind == FX_FIELD ?
		       flow_instances_of(t->prog, by->func, by->block,
					 by->index, e) :
		       NULL;
	if (!kind || p->n_kinds == FLOW_MAX_KINDS) {
		p->n_kinds = FLOW_MAX_KINDS + 1;
		return true;
	}
	for (unsigned int i = 0; i < p->n_kinds; i++)
		if (p->kinds[i] == kind)
			return false;
	p->kinds[p->n_kinds++] = kind;
	return true;
}

static unsigned int place_mask(struct flow_trace *t, const struct flow_at *at,
			       const struct facts_expr *e,
			       const struct flow_place *key)
{
	const struct flow_place *p = g_hash_table_lookup(t->priv->places, key);

	return p && p->mask && !is_hidden(t, at, e, p) ?
		       flow_mask_of(t, key, at) :
		       0;
}

unsigned int flow_field_mask(struct flow_trace *t, const struct flow_at *at,
			     const struct facts_expr *e)
{
	struct flow_place key = { .kind = PLACE_FIELD,
				  .record = e->record,
				  .field = e->name,
				  .home = flow_field_home(at, e) };
	unsigned int mask = place_mask(t, at, e, &key);

	key.scope = flow_field_scope(at, e);
	return key.scope ? mask | place_mask(t, at, e, &key) : mask;
}

static void note_record(struct flow_trace *t, struct flow_place *p)
{
	GPtrArray *list = g_hash_table_lookup(t->priv->records, p->record);

	if (!list) {
		list = g_ptr_array_new();
		g_hash_table_insert(t->priv->records, (void *)p->record, list);
	}
	g_ptr_array_add(list, p);
}

/* An array that is part of an object or a global itself: obj->ring, &obj->slot */
static bool is_embedded(const struct facts_expr *e)
{
	e = facts_strip_casts(e);
	if (e && e->kind == FX_ADDR)
		return e->kids[0]->kind == FX_FIELD ||
		       e->kids[0]->kind == FX_GLOBAL ||
		       (e->kids[0]->kind == FX_INDEX &&
			is_embedded(e->kids[0]->kids[0]));
	return e && (e->kind == FX_FIELD || e->kind == FX_GLOBAL) && e->type &&
	       strchr(e->type, '[');
}

/* cursor->next = cursor->ring; *cursor->next++ = page; fills the ring. */
static void alias_back(struct flow_trace *t, const struct facts_expr *e,
		       const GPtrArray *users, unsigned int mask)
{
	for (unsigned int n = 0; users && n < users->len; n++) {
		struct flow_func *func = users->pdata[n];
		const struct facts_func *f = func->facts;

		for (unsigned int b = 0; b < f->n_blocks; b++)
			for (unsigned int i = 0; i < f->blocks[b].n_insns;
			     i++) {
				const struct facts_insn *in =
					&f->blocks[b].insns[i];
				struct flow_at at = { func, NULL, b, i, in };

				if (in->kind == FI_ASSIGN && !in->op &&
				    in->lhs && in->lhs->kind == e->kind &&
				    in->lhs->name == e->name &&
				    in->lhs->record == e->record &&
				    is_embedded(in->rhs))
					flow_alias_to(t, &at, in->rhs, mask);
			}
	}
}

/* Field or global @e holds @mask. */
static void taint_field(struct flow_trace *t, const struct facts_expr *e,
			unsigned int mask, const char *scope,
			const struct flow_at *by)
{
	const char *record = e->kind == FX_FIELD ? e->record : NULL;
	const char *field = e->name;
	struct flow_place key = { .kind = PLACE_FIELD,
				  .record = record,
				  .field = field,
				  .home = flow_field_home(by, e),
				  .scope = scope };
	g_autofree char *name = NULL;
	struct flow_event *ev;
	struct flow_place *p;
	unsigned int more_storage;
	GPtrArray *users;
	bool more;

	if (!mask || !field)
		return;
	p = flow_place_get(t, &key, by);
	more = add_kind(t, p, e, by);
	if (!more && !(mask & ~p->mask))
		return;
	more_storage = mask & ~p->mask & S_ANY(S_ARRAY | S_CONTAINER);
	if (!p->mask && record)
		note_record(t, p);
	p->mask |= mask;
	name = record ? g_strdup_printf("%s.%s", record, field) :
			g_strdup(field);
	ev = flow_event_add(t, flow_filled_at(t, by), FLOW_STORE, mask,
			    g_intern_string(name));
	ev->record = record;
	ev->field = field;
	ev->record_file = e->record_file;
	ev->place = p;
	users = flow_field_users(t->prog, e, by->func);
	for (unsigned int i = 0; users && i < users->len; i++)
		flow_requeue(t, users->pdata[i], NULL);
	/* Contexts that are being followed see the field as well. */
	flow_requeue(t, by->func, by->ctx);
	if (more_storage)
		alias_back(t, e, users, more_storage);
}

/* The API hands the field's value on into another object's, which the drivers
 * of other parts of the tree have for values of their own.
 */
static void taint_linked(struct flow_trace *t, const struct facts_expr *e,
			 unsigned int mask, const struct flow_at *by)
{
	struct facts_expr to = { .kind = FX_FIELD,
				 .type = "void *",
				 .record_file = e->record_file };

	if (mask && e->kind == FX_FIELD &&
	    api_link(t->prog->api, e->record, e->name, &to.record, &to.name))
		taint_field(t, &to, flow_heap(mask), flow_field_scope(by, &to),
			    by);
}

void flow_taint_field(struct flow_trace *t, const struct facts_expr *e,
		      unsigned int mask, const struct flow_at *by)
{
	const char *scope = flow_field_scope(by, e);
	unsigned int numbers = scope ? S_ANY(S_PFN | S_DMA) : 0;

	mask = flow_worth(t, by->func, mask & flow_carried(t, e->type));
	taint_field(t, e, mask & ~numbers, NULL, by);
	taint_field(t, e, mask & numbers, scope, by);
	taint_linked(t, e, mask, by);
}
