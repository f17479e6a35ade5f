// SPDX-License-Identifier: GPL-2.0-only
/* calls.c - what a call does with the pages it is given */
#include <string.h>
#include "flow/trace.h"

static unsigned int shape_mask(enum api_shape shape, unsigned int from)
{
	unsigned int m = 0;

	if (shape == API_SHAPE_SAME)
		return from;
	if (from & 0xff)
		m |= FLOW_BIT(shape);
	if (from >> FLOW_HEAP)
		m |= FLOW_BIT(shape) << FLOW_HEAP;
	return m;
}

/* The value of an effect's source; API_ARG_ANY: of any argument. */
static unsigned int effect_mask(struct flow_trace *t, const struct flow_at *at,
				const unsigned int *masks, int from)
{
	const struct facts_insn *in = at->insn;
	unsigned int m = 0;

	if (from == API_ARG_RET)
		return in->lhs ? flow_eval(t, at, in->lhs) : 0;
	if (from >= 0)
		return (unsigned int)from < in->n_args ? masks[from] : 0;
	for (unsigned int i = 0; i < in->n_args; i++)
		m |= masks[i];
	return m;
}

static void flow_to(struct flow_trace *t, const struct flow_at *at, int to,
		    unsigned int mask)
{
	const struct facts_insn *in = at->insn;
	const struct facts_expr *arg;

	if (to == API_ARG_RET) {
		if (in->lhs)
			flow_store_to(t, at, in->lhs, mask);
		return;
	}
	if (to < 0 || (unsigned int)to >= in->n_args)
		return;
	arg = in->args[to].expr;
	flow_alias_to(t, at, arg, mask);
}

/* copy_to_user(to, &phys, n) reads an address, not what is there; a device that
 * is given it reads on.
 */
static bool is_number(const struct facts_insn *in, const struct api_effect *e,
		      unsigned int mask)
{
	const struct facts_expr *arg = facts_arg(in, e->from);
	const char *type = arg ? arg->type : NULL;

	return type && strchr(type, '*') && !(mask & ~S_ANY(S_PFN | S_DMA)) &&
	       !(e->access & (API_DEV_READ | API_DEV_WRITE));
}

/* memcpy(copy, pages, n) reads the pointers, vmap(pages, n) maps the data. */
static bool is_data(const struct facts_insn *in, const struct api_func *af,
		    const struct api_effect *use, unsigned int mask)
{
	if (is_number(in, use, mask))
		return false;
	if (mask & ~S_ANY(S_ARRAY))
		return true;
	for (unsigned int i = 0; i < af->n_effects; i++)
		if (af->effects[i].kind == API_EFFECT_FLOW)
			return true;
	return false;
}

/* Is a flag among those of an expression?  Where that cannot be told, yes. */
static bool has_flag(const struct facts_expr *e, const char *flag)
{
	g_auto(GStrv) words = NULL;

	e = facts_strip_casts(e);
	if (e->kind != FX_INT)
		return true;
	words = g_strsplit_set(e->text ?: "", " \t\n|()", -1);
	return g_strv_contains((const char *const *)words, flag);
}

static bool may_take(const struct facts_insn *in, const struct api_func *af)
{
	return !af->take_flag ||
	       (af->take_arg < (int)in->n_args &&
		has_flag(in->args[af->take_arg].expr, af->take_flag));
}

static bool takes_over(struct flow_trace *t, const struct flow_at *at,
		       const struct api_func *af, const unsigned int *masks)
{
	for (unsigned int i = 0; i < af->n_effects; i++)
		if (af->effects[i].kind == API_EFFECT_TAKE &&
		    effect_mask(t, at, masks, af->effects[i].from))
			return true;
	return false;
}

/* kfree() gets the array, or what the array is taken for. */
static bool frees_page(const struct facts_insn *in, const struct api_func *af,
		       const unsigned int *masks)
{
	int arg = af->free_arg;

	return arg >= 0 && (unsigned int)arg < in->n_args &&
	       (masks[arg] & S_ANY(S_PAGE)) &&
	       flow_is_page_pointer(in->args[arg].expr->type);
}

static void known_call(struct flow_trace *t, const struct flow_at *at,
		       const struct api_func *af, const unsigned int *masks)
{
	const struct facts_insn *in = at->insn;
	bool takes = may_take(in, af);
	/* what is made of a mapping that keeps the pages is theirs still */
	bool taken = !af->take_flag && takes_over(t, at, af, masks);

	if (frees_page(in, af, masks))
		flow_event_add(t, at, FLOW_FREE, masks[af->free_arg],
			       in->callee);
	/* pointers to pages and addresses are copied, data of pages does not
	 * make a page
	 */
	if (af->copies && (unsigned int)af->copies_from < in->n_args)
		flow_to(t, at, af->copies_to,
			masks[af->copies_from] &
				S_ANY(S_ARRAY | S_CONTAINER | S_PFN | S_DMA));
	for (unsigned int i = 0; i < af->n_effects; i++) {
		const struct api_effect *e = &af->effects[i];
		unsigned int m = effect_mask(t, at, masks, e->from);
		struct flow_event *ev;

		/* what became of a reference that is another's now */
		if (!m || (taken && e->kind == API_EFFECT_FLOW))
			continue;
		switch (e->kind) {
		case API_EFFECT_FLOW: {
			unsigned int out = shape_mask(e->shape, m);

			/* it is mapped once, whatever becomes of the address */
			if (out & S_ANY(S_DMA) && !(m & S_ANY(S_DMA))) {
				ev = flow_event_add(t, at, FLOW_USE, m,
						    in->callee);
				ev->access |= API_DEV_READ | API_DEV_WRITE;
			}
			flow_to(t, at, e->to, out);
			break;
		}
		case API_EFFECT_USE:
			ev = flow_event_add(t, at, FLOW_USE, m, in->callee);
			if (is_data(in, af, e, m))
				ev->access |= e->access;
			break;
		case API_EFFECT_REF:
			if (m & S_ANY(S_PAGE | S_ARRAY))
				flow_event_add(t, at, FLOW_REF, m, in->callee);
			break;
		case API_EFFECT_TAKE:
			if (takes)
				flow_event_add(t, at, FLOW_TAKE, m, in->callee);
			break;
		case API_EFFECT_DIRTY:
			flow_event_add(t, at, FLOW_DIRTY, m, in->callee);
			break;
		case API_EFFECT_SOURCE:
			break;
		}
	}
}

/* Neither rules nor facts know the callee. */
static void unknown_call(struct flow_trace *t, const struct flow_at *at,
			 const char *name, unsigned int mask)
{
	struct flow_event *ev;

	if (mask & S_ANY(S_PAGE | S_ARRAY | S_CONTAINER))
		flow_event_add(t, at, FLOW_ESCAPE, mask, name);
	if (mask & S_ANY(S_MAP)) {
		ev = flow_event_add(t, at, FLOW_USE, mask, name);
		ev->access |= API_CPU_READ | API_CPU_WRITE;
	}
	if (mask & S_ANY(S_PFN | S_DMA))
		flow_event_add(t, at, FLOW_WEAK_USE, mask, name);
}

/* What the function has put into an object of its own whose address it hands
 * on: req.pages = pages; submit(&req);
 */
static unsigned int in_object(struct flow_trace *t, const struct flow_at *at,
			      const struct facts_expr *e)
{
	unsigned int mask = 0;
	const GPtrArray *fields;
	const char *type;

	e = facts_strip_casts(e);
	if (e->kind != FX_ADDR || e->kids[0]->kind != FX_VAR)
		return 0;
	type = e->kids[0]->type;
	if (!type || !g_str_has_prefix(type, "struct ") || strchr(type, '*'))
		return 0;
	fields = g_hash_table_lookup(t->priv->records,
				     g_intern_string(type + strlen("struct ")));
	for (unsigned int i = 0; fields && i < fields->len; i++) {
		const struct flow_place *p = fields->pdata[i];

		if (p->by_in == at->func)
			mask |= p->mask;
	}
	return mask;
}

static const char *call_name(const struct facts_insn *in)
{
	const struct facts_expr *e = in->callee_expr;
	g_autofree char *text = NULL;

	if (in->callee)
		return in->callee;
	while (e && (e->kind == FX_DEREF || e->kind == FX_CAST) && e->n_kids)
		e = e->kids[0];
	if (e && e->kind == FX_FIELD)
		text = g_strdup_printf("%s.%s", e->record ?: "?", e->name);
	else
		text = g_strdup("a function pointer");
	return g_intern_string(text);
}

/* A body in the caller's own file says more than the rules do. */
static bool is_local(const struct flow_call *call)
{
	const struct flow_func *g;

	if (!call || !call->targets->len)
		return false;
	g = call->targets->pdata[0];
	return g->facts->file == call->in->facts->file;
}

static void enter(struct flow_trace *t, const struct flow_at *at,
		  struct flow_call *call, struct flow_func *target,
		  const unsigned int *masks)
{
	const struct flow_ctx *ctx = flow_ctx_push(t, at->ctx, call, target);
	const struct facts_insn *in = at->insn;
	struct flow_place ret = { .kind = PLACE_RET, .func = target };
	const struct flow_defs *defs;
	unsigned int any = 0, given = 0;

	/* numbers that far from the call are not followed: see is_near() */
	if (!ctx) {
		for (unsigned int i = 0; i < in->n_args; i++)
			t->incomplete |= !!(masks[i] & S_ANY(S_PAGE | S_ARRAY |
							     S_CONTAINER));
		return;
	}
	for (unsigned int i = 0; i < in->n_args; i++)
		any |= masks[i];
	defs = any ? flow_defs_get(target) : NULL;
	for (unsigned int n = 0; any && n < defs->n_defs; n++) {
		const struct flow_def *d = &defs->defs[n];
		unsigned int m;

		if (d->kind != DEF_PARAM || d->var >= in->n_args)
			continue;
		m = masks[d->var];
		given |= m;
		if (!m)
			continue;
		/* again, so that the path goes through this argument */
		flow_eval(t, at, in->args[d->var].expr);
		flow_event_add(t, at, FLOW_PASS, m, target->facts->name);
		flow_taint_def(t, target, ctx, n, m, at);
	}
	if (ctx->ups)
		flow_pull_back(t, at, target, ctx, given);
	ret.ctx = ctx;
	if (in->lhs) {
		unsigned int m = flow_mask_of(t, &ret, at);

		if (ctx->ups && !given)
			m = m >> FLOW_HEAP << FLOW_HEAP;
		if (m)
			flow_store_to(t, at, in->lhs, m);
	}
}

/* What came back up from the callee without a context: the acquire is below. */
static void returned(struct flow_trace *t, const struct flow_at *at,
		     struct flow_func *target)
{
	struct flow_place ret = { .kind = PLACE_RET, .func = target };
	unsigned int m = flow_mask_of(t, &ret, at);

	if (m && at->insn->lhs && !at->ctx)
		flow_store_to(t, at, at->insn->lhs, m);
}

/* The completion of what the call starts is given the first argument. */
static void complete(struct flow_trace *t, const struct flow_at *at,
		     struct flow_call *call, const unsigned int *masks)
{
	g_autofree unsigned int *first =
		g_new0(unsigned int, at->insn->n_args + 1);

	first[0] = masks[0];
	for (unsigned int i = 0; call && call->later && i < call->later->len;
	     i++)
		enter(t, at, call, call->later->pdata[i], first);
}

/* Is a release given as a callback: devm_add_action(dev, put_page, page)? */
static bool gives_release(const struct api *api, const struct facts_insn *in)
{
	for (unsigned int i = 0; i < in->n_args; i++) {
		const struct facts_expr *e =
			facts_strip_casts(in->args[i].expr);

		if (e->kind == FX_ADDR && e->n_kids)
			e = facts_strip_casts(e->kids[0]);
		if (e->kind == FX_FUNC && api_release(api, e->name))
			return true;
	}
	return false;
}

void flow_visit_call(struct flow_trace *t, const struct flow_at *at)
{
	const struct facts_insn *in = at->insn;
	g_autofree unsigned int *masks = g_new0(unsigned int, in->n_args + 1);
	struct flow_call *call = flow_call_at(at);
	const char *known = flow_is_own(call) ? NULL : in->callee;
	const struct api_release *rel = known && call ? call->callee->release :
							NULL;
	const struct api_func *af = known && call ? call->callee->func : NULL;
	unsigned int any = 0;

	t->priv->source = NULL;
	for (unsigned int i = 0; i < in->n_args; i++) {
		flow_scan_uses(t, at, in->args[i].expr, false);
		masks[i] = flow_eval(t, at, in->args[i].expr);
		any |= masks[i];
	}
	if (rel) {
		unsigned int m = rel->pages >= 0 &&
						 rel->pages < (int)in->n_args ?
					 masks[rel->pages] :
					 0;

		if (m & S_ANY(S_PAGE | S_ARRAY | S_CONTAINER)) {
			flow_eval(t, at, in->args[rel->pages].expr);
			flow_event_add(t, at, FLOW_RELEASE, m, in->callee);
		}
		return;
	}
	if (known && call && call->callee->acquire) {
		/* the array is filled here too; a count or a flag is nothing */
		for (unsigned int i = 0; i < in->n_args; i++)
			if (masks[i] & S_ANY(S_ARRAY) &&
			    flow_is_page_array(in->args[i].expr->type) &&
			    in != t->start->insn)
				flow_event_add(t, at, FLOW_ACQUIRE, masks[i],
					       in->callee);
		return;
	}
	if (any & S_ANY(S_PAGE | S_ARRAY | S_CONTAINER) &&
	    !(call && call->targets->len && !af) &&
	    gives_release(t->prog->api, in))
		flow_event_add(t, at, FLOW_TAKE, any, call_name(in));
	if (af && !is_local(call)) {
		known_call(t, at, af, masks);
		complete(t, at, call, masks);
		return;
	}
	if (call && call->targets->len) {
		for (unsigned int i = 0; i < call->targets->len; i++) {
			enter(t, at, call, call->targets->pdata[i], masks);
			returned(t, at, call->targets->pdata[i]);
		}
		return;
	}
	for (unsigned int i = 0; i < in->n_args; i++)
		any |= in_object(t, at, in->args[i].expr);
	if (any)
		unknown_call(t, at, call_name(in), any);
}

/* What of a result's storage is the argument's as well: a container that is
 * made of an array is new.
 */
static unsigned int same_storage(enum api_shape shape, unsigned int mask)
{
	switch (shape) {
	case API_SHAPE_SAME:
		return mask;
	case API_SHAPE_CONTAINER:
		return mask & S_ANY(S_CONTAINER);
	case API_SHAPE_ARRAY:
		return mask & S_ANY(S_ARRAY);
	default:
		return 0;
	}
}

void flow_alias_call(struct flow_trace *t, const struct flow_at *at,
		     unsigned int mask)
{
	const struct facts_insn *in = at->insn;
	struct flow_call *call = flow_call_at(at);
	const struct api_func *af = call ? call->callee->func : NULL;

	if (af && !is_local(call)) {
		for (unsigned int i = 0; i < af->n_effects; i++) {
			const struct api_effect *e = &af->effects[i];

			/* sg_next(sg): the argument is the same list */
			if (e->kind == API_EFFECT_FLOW &&
			    e->to == API_ARG_RET && e->from >= 0 &&
			    (unsigned int)e->from < in->n_args)
				flow_alias_to(t, at, in->args[e->from].expr,
					      same_storage(e->shape, mask));
		}
		return;
	}
	if (!call)
		return;
	for (unsigned int i = 0; i < call->targets->len; i++) {
		struct flow_func *g = call->targets->pdata[i];
		const struct flow_ctx *ctx = flow_ctx_push(t, at->ctx, call, g);
		const struct facts_func *f = g->facts;

		if (!ctx)
			continue;
		for (unsigned int b = 0; b < f->n_blocks; b++) {
			const struct facts_block *blk = &f->blocks[b];
			struct flow_at ret = { g, ctx, b, 0, NULL };

			if (!blk->n_insns)
				continue;
			ret.index = blk->n_insns - 1;
			ret.insn = &blk->insns[ret.index];
			if (ret.insn->kind == FI_RETURN && ret.insn->rhs)
				flow_alias_to(t, &ret, ret.insn->rhs, mask);
		}
	}
}
