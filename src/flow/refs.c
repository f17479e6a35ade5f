// SPDX-License-Identifier: GPL-2.0-only
/* refs.c - references that are taken and dropped beside the acquired one */
#include "flow/trace.h"

/* Paths are cut off here: they are as long as the code's assignments. */
#define MAX_PATH 64

const struct flow_place *flow_event_field(const struct flow_event *event)
{
	const struct flow_place *p = event->place;

	for (unsigned int n = 0; p && n < MAX_PATH; p = p->from, n++)
		if (p->kind == PLACE_FIELD)
			return p;
	return NULL;
}

/* The variable that an event's value is in, in the event's function. */
static const struct flow_place *variable_of(const struct flow_place *p)
{
	return p && p->kind == PLACE_DEF ? p : NULL;
}

/* Is a reference taken, in the same function, on what a field is filled with? */
static bool has_own_ref(const struct flow_trace *t,
			const struct flow_place *field)
{
	for (unsigned int i = 0; i < t->events->len; i++) {
		const struct flow_event *store = t->events->pdata[i];
		const struct flow_place *value;

		if (store->kind != FLOW_STORE || store->place != field)
			continue;
		value = variable_of(field->from);
		for (unsigned int k = 0; value && k < t->events->len; k++) {
			struct flow_event *ref = t->events->pdata[k];

			if (ref->kind == FLOW_REF && ref->in == store->in &&
			    variable_of(ref->place) == value) {
				ref->paired = true;
				return true;
			}
		}
	}
	return false;
}

/* get_page(page); skb_fill_page_desc(skb, i, page, ...): what is handed over is
 * the new reference, not the acquired one.
 */
static void match_take(struct flow_trace *t, struct flow_event *take)
{
	const struct flow_place *value = variable_of(take->place);

	for (unsigned int i = 0; value && i < t->events->len; i++) {
		struct flow_event *ref = t->events->pdata[i];

		if (ref->kind != FLOW_REF || ref->in != take->in ||
		    variable_of(ref->place) != value ||
		    ref->block != take->block || ref->index > take->index)
			continue;
		ref->paired = true;
		take->kind = FLOW_UNREF;
		return;
	}
}

void flow_match_refs(struct flow_trace *t)
{
	bool any = false;

	for (unsigned int i = 0; i < t->events->len && !any; i++) {
		const struct flow_event *e = t->events->pdata[i];

		any = e->kind == FLOW_REF;
	}
	for (unsigned int i = 0; any && i < t->events->len; i++) {
		struct flow_event *e = t->events->pdata[i];
		const struct flow_place *field;

		if (e->kind == FLOW_TAKE)
			match_take(t, e);
		if (e->kind != FLOW_RELEASE ||
		    api_release(t->prog->api, e->name)->family != API_GET)
			continue;
		field = flow_event_field(e);
		if (field && has_own_ref(t, field))
			e->kind = FLOW_UNREF;
	}
}
