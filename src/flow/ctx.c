// SPDX-License-Identifier: GPL-2.0-only
/* ctx.c - call strings, and how far they go */
#include <string.h>
#include "flow/trace.h"

/* Of longer call strings only the last call is kept, or they are cut: the
 * callee is then not looked at again.
 */
#define MAX_DEPTH 8

static guint ctx_hash(gconstpointer p)
{
	const struct flow_ctx *c = p;

	return g_direct_hash(c->call) * 31 + g_direct_hash(c->up);
}

static gboolean ctx_equal(gconstpointer a, gconstpointer b)
{
	const struct flow_ctx *x = a, *y = b;

	return x->call == y->call && x->up == y->up && !x->ups == !y->ups;
}

static void ctx_free(void *data)
{
	struct flow_ctx *ctx = data;

	if (ctx->ups)
		g_ptr_array_unref(ctx->ups);
	g_free(ctx);
}

GHashTable *flow_ctx_table(void)
{
	return g_hash_table_new_full(ctx_hash, ctx_equal, ctx_free, NULL);
}

/* In the directory of the taking call: there the flow is worth following as
 * far as it goes.  Elsewhere it would be lost in what everybody calls.
 */
bool flow_is_near(const struct flow_trace *t, const struct flow_func *func)
{
	const char *here = t->start->in->facts->file;
	const char *slash = strrchr(here, '/');

	return !slash || !strncmp(here, func->facts->file, slash + 1 - here);
}

static struct flow_ctx *ctx_get(struct flow_trace *t, struct flow_ctx *key)
{
	struct flow_ctx *found = g_hash_table_lookup(t->priv->ctxs, key);

	if (!found) {
		found = g_new(struct flow_ctx, 1);
		*found = *key;
		if (key->ups)
			found->ups = g_ptr_array_new();
		g_hash_table_add(t->priv->ctxs, found);
	}
	return found;
}

/* One context for all long strings that end in a call: what comes back out of
 * it goes to those callers that have put something in, see flow_pull_back().
 */
static const struct flow_ctx *ctx_merged(struct flow_trace *t,
					 const struct flow_ctx *ctx,
					 struct flow_call *call)
{
	GPtrArray none = { 0 };
	struct flow_ctx key = { call, NULL, MAX_DEPTH + 1, &none };
	struct flow_ctx *found = ctx_get(t, &key);

	if (!g_ptr_array_find(found->ups, ctx, NULL))
		g_ptr_array_add(found->ups, (void *)ctx);
	return found;
}

const struct flow_ctx *flow_ctx_push(struct flow_trace *t,
				     const struct flow_ctx *ctx,
				     struct flow_call *call,
				     const struct flow_func *target)
{
	struct flow_ctx key = { call, ctx, ctx ? ctx->depth + 1 : 1, NULL };

	/* Recursion: the innermost string that already leads into the callee
	 * stands for all.
	 */
	for (const struct flow_ctx *c = ctx; c; c = c->up)
		if (c->call == call && !c->ups)
			return c;
	if (key.depth > MAX_DEPTH)
		return flow_is_near(t, target) ? ctx_merged(t, ctx, call) :
						 NULL;
	return ctx_get(t, &key);
}

/* The callers see what has come out of a callee when they are looked at. */
void flow_requeue_callers(struct flow_trace *t, const struct flow_ctx *ctx)
{
	if (!ctx->ups) {
		flow_requeue(t, ctx->call->in, ctx->up);
		return;
	}
	for (unsigned int i = 0; i < ctx->ups->len; i++)
		flow_requeue(t, ctx->call->in, ctx->ups->pdata[i]);
}

/* Through an object: nothing need have gone in with the call. */
static unsigned int heap_only(unsigned int mask)
{
	return mask >> FLOW_HEAP << FLOW_HEAP;
}

void flow_pull_back(struct flow_trace *t, const struct flow_at *at,
		    struct flow_func *target, const struct flow_ctx *ctx,
		    unsigned int given)
{
	const struct flow_defs *defs = flow_defs_get(target);

	for (unsigned int n = 0; n < defs->n_defs; n++) {
		const struct flow_def *d = &defs->defs[n];
		struct flow_place key = {
			.kind = PLACE_DEF, .func = target, .ctx = ctx, .def = n
		};
		struct flow_place *p;

		if (d->kind != DEF_PARAM || d->var >= at->insn->n_args)
			continue;
		p = g_hash_table_lookup(t->priv->places, &key);
		if (!p || !p->back)
			continue;
		t->priv->source = p;
		flow_alias_to(t, at, at->insn->args[d->var].expr,
			      given ? p->back : heap_only(p->back));
	}
}
