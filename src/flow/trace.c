// SPDX-License-Identifier: GPL-2.0-only
/* trace.c - follow one call's pages through the program */
#include <string.h>
#include "flow/trace.h"

/* Visited instructions, against runaway; the trace is then incomplete. */
#define MAX_STEPS 20000000ul

struct flow_visit {
	struct flow_func *func;
	const struct flow_ctx *ctx;
};

static guint visit_hash(gconstpointer p)
{
	const struct flow_visit *v = p;

	return g_direct_hash(v->func) * 31 + g_direct_hash(v->ctx);
}

static gboolean visit_equal(gconstpointer a, gconstpointer b)
{
	const struct flow_visit *x = a, *y = b;

	return x->func == y->func && x->ctx == y->ctx;
}

static guint place_hash(gconstpointer p)
{
	const struct flow_place *x = p;

	return g_direct_hash(x->func) * 31 + g_direct_hash(x->ctx) * 17 +
	       x->def * 7 + g_direct_hash(x->record) * 3 +
	       g_direct_hash(x->field) + g_direct_hash(x->scope) +
	       g_direct_hash(x->home) * 5 + x->kind;
}

static gboolean place_equal(gconstpointer a, gconstpointer b)
{
	const struct flow_place *x = a, *y = b;

	return x->kind == y->kind && x->func == y->func && x->ctx == y->ctx &&
	       x->def == y->def && x->record == y->record &&
	       x->field == y->field && x->home == y->home &&
	       x->scope == y->scope;
}

static guint event_hash(gconstpointer p)
{
	const struct flow_event *e = p;

	return g_direct_hash(e->insn) * 31 + g_direct_hash(e->in) + e->kind +
	       g_direct_hash(e->name);
}

static gboolean event_equal(gconstpointer a, gconstpointer b)
{
	const struct flow_event *x = a, *y = b;

	return x->insn == y->insn && x->in == y->in && x->kind == y->kind &&
	       x->name == y->name;
}

void flow_requeue(struct flow_trace *t, struct flow_func *func,
		  const struct flow_ctx *ctx)
{
	struct flow_visit *v = g_new0(struct flow_visit, 1);

	v->func = func;
	v->ctx = ctx;
	if (g_hash_table_contains(t->priv->queued, v)) {
		g_free(v);
		return;
	}
	g_hash_table_add(t->priv->queued, v);
	g_queue_push_tail(t->priv->queue, v);
}

unsigned int flow_mask_of(struct flow_trace *t, const struct flow_place *key,
			  const struct flow_at *at)
{
	struct flow_place *p;
	unsigned int mask = 0;

	if (t->priv->any_ctx && key->kind == PLACE_DEF) {
		const GPtrArray *places =
			flow_held_places(t->priv->held, key->func);

		for (unsigned int i = 0; places && i < places->len; i++) {
			p = places->pdata[i];
			if (p->def == key->def)
				mask |= p->mask;
		}
		return mask;
	}
	p = g_hash_table_lookup(t->priv->places, key);
	if (!p || (p->kind == PLACE_DEF && !flow_place_seen(p, at)))
		return 0;
	if (p->mask)
		t->priv->source = p;
	return p->mask;
}

/* The calls of a function are in the order of its blocks. */
struct flow_call *flow_call_at(const struct flow_at *at)
{
	unsigned int low = 0, high = at->func->calls->len;

	while (low < high) {
		unsigned int mid = low + (high - low) / 2;
		struct flow_call *c = at->func->calls->pdata[mid];

		if (c->block == at->block && c->index == at->index)
			return c;
		if (c->block < at->block ||
		    (c->block == at->block && c->index < at->index))
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

struct flow_call *flow_event_call(const struct flow_event *event)
{
	struct flow_at at = { event->in, NULL, event->block, event->index,
			      event->insn };

	return flow_call_at(&at);
}

/* An address for a device comes out of a call that says the device uses the
 * data: elsewhere it tells nothing more, and leads through half of a subsystem.
 */
unsigned int flow_worth(const struct flow_trace *t,
			const struct flow_func *func, unsigned int mask)
{
	return flow_is_near(t, func) ? mask : mask & ~S_ANY(S_DMA);
}

struct flow_event *flow_event_add(struct flow_trace *t,
				  const struct flow_at *at,
				  enum flow_event_kind kind, unsigned int mask,
				  const char *name)
{
	struct flow_event key = {
		.kind = kind, .in = at->func, .insn = at->insn, .name = name
	};
	struct flow_event *ev = g_hash_table_lookup(t->priv->events, &key);

	if (!ev) {
		ev = g_new0(struct flow_event, 1);
		*ev = key;
		ev->block = at->block;
		ev->index = at->index;
		ev->place = t->priv->source;
		g_hash_table_add(t->priv->events, ev);
		g_ptr_array_add(t->events, ev);
	}
	ev->mask |= mask;
	return ev;
}

struct flow_place *flow_place_get(struct flow_trace *t,
				  const struct flow_place *key,
				  const struct flow_at *by)
{
	struct flow_place *p = g_hash_table_lookup(t->priv->places, key);

	if (p)
		return p;
	p = g_new(struct flow_place, 1);
	*p = *key;
	p->mask = 0;
	p->back = 0;
	p->n_points = 0;
	p->n_kinds = 0;
	p->from = t->priv->source;
	p->by = by ? by->insn : NULL;
	p->by_in = by ? by->func : NULL;
	g_hash_table_add(t->priv->places, p);
	flow_held_note(t->priv->held, p);
	return p;
}

bool flow_place_seen(const struct flow_place *place, const struct flow_at *at)
{
	if (place->n_points > FLOW_MAX_POINTS)
		return true;
	for (unsigned int i = 0; i < place->n_points; i++)
		if (flow_defs_follows(place->func, place->points[i].block,
				      place->points[i].index, at->block,
				      at->index))
			return true;
	return false;
}

/* Return: true when more of the function sees the place than before */
static bool add_point(struct flow_place *p, const struct flow_at *by)
{
	if (p->n_points > FLOW_MAX_POINTS)
		return false;
	if (by->func != p->func || by->ctx != p->ctx ||
	    p->n_points == FLOW_MAX_POINTS) {
		p->n_points = FLOW_MAX_POINTS + 1;
		return true;
	}
	for (unsigned int i = 0; i < p->n_points; i++)
		if (p->points[i].block == by->block &&
		    p->points[i].index == by->index)
			return false;
	p->points[p->n_points].block = by->block;
	p->points[p->n_points++].index = by->index;
	return true;
}

static void add_once(GPtrArray *list, void *item)
{
	if (!g_ptr_array_find(list, item, NULL))
		g_ptr_array_add(list, item);
}

/* The rules say what a function of the API does; what its body does with the
 * pages stays inside.
 */
static bool is_opaque(const struct flow_trace *t, const struct flow_func *func,
		      const struct flow_call *call)
{
	const struct api *api = t->prog->api;
	const char *name = func->facts->name;

	if (flow_open(func) &&
	    (api_acquire(api, name) || api_release(api, name)))
		return true;
	return api_func(api, name) &&
	       func->facts->file != call->in->facts->file;
}

/* The rules say what callers of a function get: no reference of theirs. */
static bool is_by_contract(const struct flow_trace *t,
			   const struct flow_func *func)
{
	const struct api_func *af = api_func(t->prog->api, func->facts->name);

	return flow_open(func) && af && !af->io_contract;
}

/* What is known of the storage behind a pointer is known of the pointer's
 * sources too: go back from the definition to where the pointer came from.
 */
static void alias_back(struct flow_trace *t, struct flow_func *func,
		       const struct flow_ctx *ctx, const struct flow_def *def,
		       unsigned int mask)
{
	struct flow_at at = { func, ctx, def->block, def->index, def->insn };

	switch (def->kind) {
	case DEF_ASSIGN:
		flow_alias_to(t, &at, def->insn->rhs, mask);
		if (def->insn->op)
			flow_alias_to(t, &at, def->insn->lhs, mask);
		break;
	case DEF_CALL:
		flow_alias_call(t, &at, mask);
		break;
	case DEF_PARAM:
		if (ctx && ctx->ups) {
			flow_requeue_callers(t, ctx);
			break;
		}
		for (unsigned int i = 0; i < func->callers->len; i++) {
			struct flow_call *c = func->callers->pdata[i];
			struct flow_at up = { c->in, ctx ? ctx->up : NULL,
					      c->block, c->index, c->insn };

			if ((ctx && ctx->call != c) ||
			    def->var >= c->insn->n_args ||
			    is_opaque(t, func, c))
				continue;
			if (!ctx)
				add_once(t->up, c->in);
			flow_alias_to(t, &up, c->insn->args[def->var].expr,
				      mask);
		}
		if (!ctx && (flow_open(func) || !func->callers->len) &&
		    !is_by_contract(t, func)) {
			at.insn =
				func->facts->n_blocks &&
						func->facts->blocks[0].n_insns ?
					&func->facts->blocks[0].insns[0] :
					t->start->insn;
			flow_event_add(t, &at, FLOW_OPEN_PARAM, mask,
				       func->facts->name);
		}
		break;
	default:
		break;
	}
}

/* A driver's own struct holds pages in its fields, which are places of their
 * own; only the API's containers hold them as a whole.
 */
unsigned int flow_carried(struct flow_trace *t, const char *type)
{
	g_autofree char *tag = NULL;
	const char *end;

	if (!type || !g_str_has_prefix(type, "struct "))
		return ~0u;
	type += strlen("struct ");
	end = strpbrk(type, " *[");
	tag = end ? g_strndup(type, end - type) : g_strdup(type);
	return api_container(t->prog->api, tag) ? ~0u : ~S_ANY(S_CONTAINER);
}

const struct flow_at *flow_filled_at(const struct flow_trace *t,
				     const struct flow_at *by)
{
	const struct flow_at *cause = t->priv->cause;

	return cause && cause->func == by->func && cause->ctx == by->ctx ?
		       cause :
		       by;
}

void flow_taint_def(struct flow_trace *t, struct flow_func *func,
		    const struct flow_ctx *ctx, unsigned int def,
		    unsigned int mask, const struct flow_at *by)
{
	struct flow_place key = {
		.kind = PLACE_DEF, .func = func, .ctx = ctx, .def = def
	};
	const struct flow_def *d = &flow_defs_get(func)->defs[def];
	unsigned int added, back;
	struct flow_place *p;

	mask &= flow_type_shapes(func->facts->vars[d->var].type) &
		flow_carried(t, func->facts->vars[d->var].type);
	mask = flow_worth(t, func, mask);
	if (!mask)
		return;
	p = flow_place_get(t, &key, by);
	added = mask & ~p->mask;
	if (add_point(p, flow_filled_at(t, by)) || added)
		flow_requeue(t, func, ctx);
	if (!added)
		return;
	p->mask |= added;

	back = added & S_ANY(S_ARRAY | S_CONTAINER);
	/* storage of numbers: unsigned long *pfn */
	if (strchr(func->facts->vars[d->var].type ?: "", '*'))
		back |= added & S_ANY(S_PFN | S_DMA);
	/* What the definition itself has brought is known of its source. */
	if (by && d->insn && by->insn == d->insn && by->func == func)
		back = 0;
	if (back) {
		const struct flow_place *source = t->priv->source;
		const struct flow_at *cause = t->priv->cause;

		t->priv->source = p;
		if (by && by->func == func) {
			p->back |= back;
			if (!cause || cause->func != func || cause->ctx != ctx)
				t->priv->cause = by;
		}
		alias_back(t, func, ctx, d, back);
		t->priv->source = source;
		t->priv->cause = cause;
	}
}

void flow_taint_ret(struct flow_trace *t, const struct flow_at *at,
		    unsigned int mask)
{
	struct flow_place key = { .kind = PLACE_RET,
				  .func = at->func,
				  .ctx = at->ctx };
	struct flow_func *func = at->func;
	struct flow_place *p;

	mask &= flow_type_shapes(func->facts->ret_type) &
		flow_carried(t, func->facts->ret_type);
	mask = flow_worth(t, func, mask);
	if (!mask)
		return;
	p = flow_place_get(t, &key, at);
	if (!(mask & ~p->mask))
		return;
	p->mask |= mask;
	flow_event_add(t, at, FLOW_RETURN, mask, func->facts->name);
	if (at->ctx) {
		flow_requeue_callers(t, at->ctx);
		return;
	}
	for (unsigned int i = 0; i < func->callers->len; i++) {
		struct flow_call *c = func->callers->pdata[i];

		if (is_opaque(t, func, c))
			continue;
		add_once(t->up, c->in);
		flow_requeue(t, c->in, NULL);
	}
	if (is_by_contract(t, func))
		return;
	if (flow_open(func) || !func->callers->len)
		flow_event_add(t, at, FLOW_ESCAPE_RETURN, mask,
			       func->facts->name);
}

static void visit_insn(struct flow_trace *t, const struct flow_at *at)
{
	const struct facts_insn *in = at->insn;
	unsigned int mask;

	switch (in->kind) {
	case FI_ASSIGN:
		t->priv->source = NULL;
		flow_scan_uses(t, at, in->rhs, false);
		flow_scan_uses(t, at, in->lhs, true);
		mask = flow_eval(t, at, in->rhs);
		if (in->op)
			mask |= flow_eval(t, at, in->lhs);
		if (mask)
			flow_store_to(t, at, in->lhs, mask);
		flow_copy_early(t, at);
		break;
	case FI_CALL:
		flow_visit_call(t, at);
		flow_copy_early(t, at);
		break;
	case FI_RETURN:
		t->priv->source = NULL;
		flow_scan_uses(t, at, in->rhs, false);
		mask = flow_eval(t, at, in->rhs);
		if (mask)
			flow_taint_ret(t, at, mask);
		break;
	case FI_ASM:
		t->priv->source = NULL;
		mask = flow_eval(t, at, in->rhs);
		if (mask & S_ANY(S_PFN | S_MAP | S_DMA))
			flow_event_add(t, at, FLOW_WEAK_USE, mask, "asm");
		break;
	}
}

static void visit(struct flow_trace *t, struct flow_func *func,
		  const struct flow_ctx *ctx)
{
	const struct facts_func *f = func->facts;

	if (g_hash_table_add(t->priv->seen_funcs, func))
		g_ptr_array_add(t->funcs, func);
	for (unsigned int b = 0; b < f->n_blocks; b++) {
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			struct flow_at at = { func, ctx, b, i,
					      &f->blocks[b].insns[i] };

			visit_insn(t, &at);
		}
		t->priv->steps += f->blocks[b].n_insns;
	}
}

static void run(struct flow_trace *t)
{
	struct flow_visit *v;

	while ((v = g_queue_pop_head(t->priv->queue))) {
		struct flow_visit now = *v;

		g_hash_table_remove(t->priv->queued, v);
		if (t->priv->steps > MAX_STEPS) {
			t->incomplete = true;
			continue;
		}
		visit(t, now.func, now.ctx);
	}
}

struct flow_trace *flow_trace(struct flow_program *prog,
			      struct flow_call *start, int arg)
{
	struct flow_trace *t = g_new0(struct flow_trace, 1);
	struct flow_at at = { start->in, NULL, start->block, start->index,
			      start->insn };
	struct facts_expr deref = { .kind = FX_DEREF, .n_kids = 1 };
	struct facts_expr *kid;

	t->prog = prog;
	t->start = start;
	t->events = g_ptr_array_new();
	t->funcs = g_ptr_array_new();
	t->up = g_ptr_array_new();
	t->asks = g_ptr_array_new();
	t->priv = g_new0(struct flow_trace_private, 1);
	t->priv->places =
		g_hash_table_new_full(place_hash, place_equal, g_free, NULL);
	t->priv->held = flow_held_new();
	t->priv->scratch = g_array_new(FALSE, FALSE, sizeof(guint));
	t->priv->ctxs = flow_ctx_table();
	t->priv->records = g_hash_table_new_full(
		NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
	t->priv->hidden = g_hash_table_new(NULL, NULL);
	t->priv->queue = g_queue_new();
	t->priv->queued =
		g_hash_table_new_full(visit_hash, visit_equal, g_free, NULL);
	t->priv->seen_funcs = g_hash_table_new(NULL, NULL);
	t->priv->events =
		g_hash_table_new_full(event_hash, event_equal, g_free, NULL);
	if (arg == API_ARG_RET) {
		const struct facts_expr *lhs = start->insn->lhs;

		flow_store_to(t, &at, lhs,
			      lhs && flow_is_page_array(lhs->type) ? S_ARRAY :
								     S_PAGE);
	} else if (arg >= 0 && (unsigned int)arg < start->insn->n_args) {
		kid = start->insn->args[arg].expr;
		deref.kids = &kid;
		deref.type = g_intern_static_string("struct page *");
		flow_store_to(t, &at, &deref, S_PAGE);
	}
	flow_requeue(t, start->in, NULL);
	run(t);
	flow_match_refs(t);
	return t;
}

void flow_trace_free(struct flow_trace *t)
{
	if (!t)
		return;
	g_ptr_array_unref(t->events);
	g_ptr_array_unref(t->funcs);
	g_ptr_array_unref(t->up);
	g_ptr_array_unref(t->asks);
	g_hash_table_unref(t->priv->hidden);
	g_hash_table_unref(t->priv->records);
	g_hash_table_unref(t->priv->places);
	flow_held_free(t->priv->held);
	g_array_unref(t->priv->scratch);
	g_hash_table_unref(t->priv->ctxs);
	g_queue_free(t->priv->queue);
	g_hash_table_unref(t->priv->queued);
	g_hash_table_unref(t->priv->seen_funcs);
	g_hash_table_unref(t->priv->events);
	g_free(t->priv);
	g_free(t);
}

unsigned int flow_trace_mask(struct flow_trace *t, struct flow_func *in,
			     unsigned int block, unsigned int index,
			     const struct facts_expr *expr)
{
	struct flow_at at = { in, NULL, block, index, NULL };
	unsigned int mask;

	t->priv->any_ctx = true;
	mask = flow_eval(t, &at, expr);
	t->priv->any_ctx = false;
	return mask;
}

bool flow_hidden_in(const struct flow_trace *t, const struct flow_func *func)
{
	if (!g_hash_table_contains(t->priv->hidden, func))
		return false;
	for (unsigned int i = 0; i < t->events->len; i++) {
		const struct flow_event *e = t->events->pdata[i];

		if (e->in == func)
			return false;
	}
	return true;
}

static void add_names(GHashTable *names, const char *field)
{
	g_auto(GStrv) parts = facts_field_names(field);

	for (char **part = parts; *part; part++)
		g_hash_table_add(names, (void *)g_intern_string(*part));
}

GHashTable *flow_trace_names(const struct flow_trace *t,
			     const struct flow_func *in)
{
	GHashTable *names = g_hash_table_new(NULL, NULL);
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, t->priv->places);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const struct flow_place *p = key;
		const struct flow_def *d;

		if (!(FLOW_SHAPES(p->mask) &
		      (S_PAGE | S_ARRAY | S_CONTAINER | S_PFN)))
			continue;
		if (p->kind == PLACE_FIELD) {
			add_names(names, p->field);
		} else if (p->kind == PLACE_DEF && p->func == in) {
			d = &flow_defs_get(p->func)->defs[p->def];
			g_hash_table_add(
				names,
				(void *)p->func->facts->vars[d->var].name);
		}
	}
	return names;
}

static const char *place_text(const struct flow_place *p)
{
	g_autofree char *text = NULL;
	const struct flow_def *d;

	switch (p->kind) {
	case PLACE_FIELD:
		text = p->record ?
			       g_strdup_printf("%s.%s", p->record, p->field) :
			       g_strdup(p->field);
		break;
	case PLACE_RET:
		text = g_strdup_printf("return value of %s()",
				       p->func->facts->name);
		break;
	case PLACE_DEF:
		d = &flow_defs_get(p->func)->defs[p->def];
		if (p->func->facts->vars[d->var].kind == FV_TEMP)
			return NULL;
		text = g_strdup(p->func->facts->vars[d->var].name);
		break;
	}
	return g_intern_string(text);
}

static enum flow_step_kind place_kind(const struct flow_place *p)
{
	const struct flow_def *d;

	if (p->kind == PLACE_FIELD)
		return STEP_FIELD;
	if (p->kind == PLACE_RET)
		return STEP_RETURN;
	d = &flow_defs_get(p->func)->defs[p->def];
	if (p->by_in == p->func)
		return STEP_LOCAL;
	return d->kind == DEF_PARAM && p->by && p->by->kind == FI_CALL ?
		       STEP_PARAM :
		       STEP_OUT;
}

GPtrArray *flow_trace_path(const struct flow_trace *t,
			   const struct flow_event *event)
{
	GPtrArray *path = g_ptr_array_new_with_free_func(g_free);
	const struct flow_place *p;
	unsigned int n = 0;

	for (p = event->place; p && n < 64; p = p->from, n++) {
		const char *text = place_text(p);
		struct flow_step *step;

		if (!text || !p->by)
			continue;
		step = g_new0(struct flow_step, 1);
		step->kind = place_kind(p);
		step->to = p->kind == PLACE_FIELD ? p->by_in : p->func;
		step->in = p->by_in;
		step->insn = p->by;
		step->text = text;
		g_ptr_array_insert(path, 0, step);
	}
	return path;
}
