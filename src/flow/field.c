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
	GPtrArray *users;

	if (!mask || !field)
		return;
	p = flow_place_get(t, &key, by);
	if (!(mask & ~p->mask))
		return;
	p->mask |= mask;
	name = record ? g_strdup_printf("%s.%s", record, field) :
			g_strdup(field);
	ev = flow_event_add(t, by, FLOW_STORE, mask, g_intern_string(name));
	ev->record = record;
	ev->field = field;
	ev->record_file = e->record_file;
	ev->place = p;
	users = flow_field_users(t->prog, e, by->func);
	for (unsigned int i = 0; users && i < users->len; i++)
		flow_requeue(t, users->pdata[i], NULL);
	/* Contexts that are being followed see the field as well. */
	flow_requeue(t, by->func, by->ctx);
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
