// SPDX-License-Identifier: GPL-2.0-only
/*
 * object.c - does what is stored in an object outlive the call
 *
 * A field of a local variable is gone when the function returns, and so is one
 * of an object that the same function allocates and frees.  A pointer is
 * followed back to where it comes from: through copies, parameters (to every
 * caller), and functions that return a new object.  Where it cannot be followed
 * (it comes out of a field or of a callback's argument), all objects of its
 * type are looked at instead, from the allocation on.
 */
#include <string.h>
#include "flow/trace.h"

/* Pointer copies and calls that are followed back. */
#define MAX_STEPS_BACK 8

static bool pointer_ends(const struct flow_program *prog,
			 const struct flow_at *at, const struct facts_expr *e,
			 unsigned int depth);

static bool param_ends(const struct flow_program *prog,
		       const struct flow_at *at, unsigned int var,
		       unsigned int depth)
{
	const struct flow_func *func = at->func;

	if (func->entries->len || !func->callers->len)
		return false;
	for (unsigned int i = 0; i < func->callers->len; i++) {
		struct flow_call *c = func->callers->pdata[i];
		struct flow_at up = { c->in, NULL, c->block, c->index,
				      c->insn };

		if (var >= c->insn->n_args ||
		    !pointer_ends(prog, &up, c->insn->args[var].expr,
				  depth + 1))
			return false;
	}
	return true;
}

static bool is_var(const struct facts_expr *e, unsigned int var)
{
	e = facts_strip_casts(e);
	return e && e->kind == FX_VAR && (unsigned int)e->var == var;
}

struct walk {
	const struct flow_program *prog;
	struct flow_func *func;
	unsigned int var;
	unsigned int depth;
	bool *seen;
	bool returned; /* handed up to the callers on some way */
};

static bool all_ways_free(struct walk *w, unsigned int block,
			  unsigned int index);

/* A copy of the variable counts as the variable: *p too, for __free(). */
static bool is_copy(const struct flow_func *func, unsigned int copy,
		    unsigned int var)
{
	const struct facts_func *f = func->facts;

	if (copy == var)
		return true;
	for (unsigned int b = 0; b < f->n_blocks; b++)
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];
			const struct facts_expr *rhs;

			if (in->kind != FI_ASSIGN || !is_var(in->lhs, copy))
				continue;
			rhs = facts_strip_casts(in->rhs);
			if (rhs && rhs->kind == FX_DEREF)
				rhs = facts_strip_casts(rhs->kids[0]);
			if (is_var(rhs, var))
				return true;
		}
	return false;
}

/* Every way through a function ends its parameter's object; one that only
 * drops a reference does not.
 */
static bool frees_param(const struct flow_program *prog, struct flow_func *func,
			unsigned int param, unsigned int depth)
{
	struct walk w = { prog, func, param, depth, NULL, false };
	bool ok;

	if (depth > MAX_STEPS_BACK || !func->facts->n_blocks)
		return false;
	w.seen = g_new0(bool, func->facts->n_blocks + 1);
	ok = all_ways_free(&w, 0, 0);
	g_free(w.seen);
	return ok && !w.returned;
}

static bool targets_free(const struct walk *w, const struct flow_call *call,
			 unsigned int arg)
{
	bool any = flow_is_any(call);

	for (unsigned int t = 0; t < call->targets->len; t++) {
		bool frees = frees_param(w->prog, call->targets->pdata[t], arg,
					 w->depth + 1);

		if (frees != any)
			return frees;
	}
	return any && call->targets->len && !call->open;
}

/* Does a call end the object that a variable points to? */
static bool call_frees(const struct walk *w, const struct flow_call *call)
{
	const struct facts_insn *in = call->insn;
	const struct api_func *af =
		in->callee ? api_func(w->prog->api, in->callee) : NULL;

	for (unsigned int a = 0; a < in->n_args; a++) {
		const struct facts_expr *arg =
			facts_strip_casts(in->args[a].expr);

		/* __free(): the scope's end calls a function with its address */
		if (arg->kind == FX_ADDR)
			arg = facts_strip_casts(arg->kids[0]);
		if (arg->kind != FX_VAR || !is_copy(call->in, arg->var, w->var))
			continue;
		if (af && af->free_arg == (int)a)
			return true;
		if (targets_free(w, call, a))
			return true;
	}
	return false;
}

/* The way on which there is no object: a test of the variable, or of what
 * IS_ERR() says of it.
 * Return: index of that successor, or -1
 */
static int failed_way(const struct flow_program *prog, struct flow_func *func,
		      unsigned int block, unsigned int var)
{
	const struct facts_block *blk = &func->facts->blocks[block];
	const struct facts_expr *e = facts_strip_casts(blk->cond);

	if (!e || blk->term != FT_BRANCH)
		return -1;
	if (is_var(e, var))
		return 1;
	if (e->kind == FX_BINARY && is_var(e->kids[0], var))
		return !strcmp(e->name, "==") ? 0 :
		       !strcmp(e->name, "!=") ? 1 :
						-1;
	if (e->kind == FX_UNARY && is_var(e->kids[0], var))
		return 0;
	if (e->kind != FX_VAR)
		return -1;
	for (unsigned int i = 0; i < func->calls->len; i++) {
		const struct flow_call *c = func->calls->pdata[i];
		const struct api_func *af =
			c->insn->callee ? api_func(prog->api, c->insn->callee) :
					  NULL;

		if (af && af->error_test && c->insn->lhs &&
		    is_var(c->insn->lhs, e->var) && c->insn->n_args &&
		    is_var(c->insn->args[0].expr, var))
			return 0;
	}
	return -1;
}

static bool holds_address(const struct flow_func *func,
			  const struct facts_expr *e, unsigned int var)
{
	const struct facts_func *f = func->facts;

	e = facts_strip_casts(e);
	if (!e || e->kind != FX_VAR)
		return false;
	for (unsigned int b = 0; b < f->n_blocks; b++)
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];
			const struct facts_expr *rhs =
				facts_strip_casts(in->rhs);

			if (in->kind == FI_ASSIGN && is_var(in->lhs, e->var) &&
			    rhs && rhs->kind == FX_ADDR &&
			    is_var(rhs->kids[0], var))
				return true;
		}
	return false;
}

/* pages = NULL, no_free_ptr(pages): whatever is freed later is not the object
 * any more, which has gone where it was copied to.
 */
static bool lets_out(const struct walk *w, const struct facts_insn *in)
{
	const struct facts_expr *lhs = facts_strip_casts(in->lhs);

	if (in->kind != FI_ASSIGN || in->op || !lhs)
		return false;
	return is_var(lhs, w->var) ||
	       (lhs->kind == FX_DEREF && lhs->n_kids &&
		holds_address(w->func, lhs->kids[0], w->var));
}

static bool all_ways_free(struct walk *w, unsigned int block,
			  unsigned int index)
{
	const struct facts_block *blk = &w->func->facts->blocks[block];
	int failed;

	if (!index) {
		if (w->seen[block])
			return true;
		w->seen[block] = true;
	}
	for (unsigned int i = index; i < blk->n_insns; i++) {
		struct flow_at at = { w->func, NULL, block, i, &blk->insns[i] };
		const struct flow_call *call = blk->insns[i].kind == FI_CALL ?
						       flow_call_at(&at) :
						       NULL;

		if (call && call_frees(w, call))
			return true;
		if (lets_out(w, &blk->insns[i]))
			return false;
	}
	if (blk->term == FT_STOP)
		return true;
	if (blk->term == FT_RETURN || !blk->n_succ) {
		const struct facts_insn *last =
			blk->n_insns ? &blk->insns[blk->n_insns - 1] : NULL;

		if (!last || last->kind != FI_RETURN ||
		    !is_var(last->rhs, w->var))
			return false;
		w->returned = true;
		return true;
	}
	failed = failed_way(w->prog, w->func, block, w->var);
	for (unsigned int s = 0; s < blk->n_succ; s++)
		if ((int)s != failed && !all_ways_free(w, blk->succ[s], 0))
			return false;
	return true;
}

/* Does a call return a new object, of its own or of a function it calls? */
static bool makes_object(const struct flow_program *prog,
			 const struct flow_call *call, unsigned int depth)
{
	const struct facts_insn *in = call->insn;
	const struct api_func *af =
		in->callee ? api_func(prog->api, in->callee) : NULL;

	if (af && af->alloc)
		return true;
	if (depth > MAX_STEPS_BACK)
		return false;
	for (unsigned int t = 0; t < call->targets->len; t++) {
		const struct flow_func *g = call->targets->pdata[t];

		for (unsigned int i = 0; i < g->calls->len; i++) {
			const struct flow_call *c = g->calls->pdata[i];
			const char *type = c->insn->lhs ? c->insn->lhs->type :
							  NULL;

			/* void * from kmalloc(), then a cast to the type */
			if (type && strchr(type, '*') && g->facts->ret_type &&
			    strchr(g->facts->ret_type, '*') &&
			    makes_object(prog, c, depth + 1))
				return true;
		}
	}
	return false;
}

bool flow_makes_object(const struct flow_program *prog,
		       const struct flow_call *call)
{
	return makes_object(prog, call, 0);
}

/* An object made by the call that defines the variable ends in this function. */
static bool made_object_ends(const struct flow_program *prog,
			     const struct flow_at *at,
			     const struct flow_def *def, unsigned int var)
{
	struct flow_at there = { at->func, NULL, def->block, def->index,
				 def->insn };
	struct flow_call *call = flow_call_at(&there);
	struct walk w = { prog, at->func, var, 0, NULL, false };
	bool ok;

	if (!call || !makes_object(prog, call, 0))
		return false;
	w.seen = g_new0(bool, at->func->facts->n_blocks + 1);
	ok = all_ways_free(&w, def->block, def->index + 1);
	g_free(w.seen);
	return ok && !w.returned;
}

static const struct facts_insn *copy_of(const struct facts_func *f,
					unsigned int var, unsigned int *block,
					unsigned int *index)
{
	for (unsigned int b = 0; b < f->n_blocks; b++)
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];

			if (in->kind != FI_ASSIGN || in->op ||
			    !is_var(in->rhs, var))
				continue;
			*block = b;
			*index = i;
			return in;
		}
	return NULL;
}

/* The assignment that gives a call's result its name: p = (struct x *)%1.  The
 * allocation macros of 6.10 and later copy it through void pointers before.
 */
static const struct facts_insn *naming(const struct flow_call *call,
				       unsigned int *block, unsigned int *index)
{
	const struct facts_func *f = call->in->facts;
	const struct facts_insn *in = call->insn, *copy;

	*block = call->block;
	*index = call->index;
	for (unsigned int n = 0; n < MAX_STEPS_BACK; n++) {
		const struct facts_expr *lhs = in->lhs;

		if (!lhs || lhs->kind != FX_VAR)
			break;
		if (f->vars[lhs->var].kind != FV_TEMP &&
		    g_strcmp0(lhs->type, "void *"))
			break;
		copy = copy_of(f, lhs->var, block, index);
		if (!copy)
			break;
		in = copy;
	}
	return in;
}

/* A new object that a call has yielded ends in the call's function, or in all
 * of those that this one hands it up to.
 */
static bool creation_ends(const struct flow_program *prog,
			  const struct flow_call *call, unsigned int depth)
{
	struct walk w = { prog, call->in, 0, 0, NULL, false };
	unsigned int block, index;
	const struct facts_insn *in = naming(call, &block, &index);
	bool ok;

	if (depth > MAX_STEPS_BACK || !in->lhs || in->lhs->kind != FX_VAR)
		return false;
	w.var = in->lhs->var;
	w.seen = g_new0(bool, call->in->facts->n_blocks + 1);
	ok = all_ways_free(&w, block, index + 1);
	g_free(w.seen);
	if (!ok || !w.returned)
		return ok;
	if (call->in->entries->len || !call->in->callers->len)
		return false;
	for (unsigned int i = 0; i < call->in->callers->len; i++)
		if (!creation_ends(prog, call->in->callers->pdata[i],
				   depth + 1))
			return false;
	return true;
}

/* A call below a function, by names only. */
static bool leads_to(const struct flow_call *call, const struct flow_event *e,
		     unsigned int depth)
{
	if (call->insn == e->insn)
		return true;
	for (unsigned int t = 0; depth && t < call->targets->len; t++) {
		const struct flow_func *g = call->targets->pdata[t];

		for (unsigned int i = 0; i < g->calls->len; i++)
			if (leads_to(g->calls->pdata[i], e, depth - 1))
				return true;
	}
	return false;
}

/* After the pages have gone, the object in a parameter goes on every way. */
static bool frees_after(const struct flow_program *prog, struct flow_func *end,
			unsigned int param, const struct flow_event *release)
{
	bool any = false;

	for (unsigned int i = 0; i < end->calls->len; i++) {
		const struct flow_call *call = end->calls->pdata[i];
		struct walk w = { prog, end, param, 0, NULL, false };
		bool ok;

		if (!leads_to(call, release, MAX_STEPS_BACK))
			continue;
		w.seen = g_new0(bool, end->facts->n_blocks + 1);
		ok = all_ways_free(&w, call->block, call->index + 1);
		g_free(w.seen);
		if (!ok || w.returned)
			return false;
		any = true;
	}
	return any;
}

static void index_allocations(const struct flow_program *prog)
{
	for (unsigned int n = 0; n < prog->funcs->len; n++) {
		const struct flow_func *f = prog->funcs->pdata[n];

		for (unsigned int i = 0; i < f->calls->len; i++) {
			struct flow_call *c = f->calls->pdata[i];
			const struct api_func *af = c->callee->func;
			const char *type;
			GPtrArray *list;
			unsigned int b, k;

			if (!af || !af->alloc || !c->insn->lhs)
				continue;
			type = naming(c, &b, &k)->lhs->type;
			list = g_hash_table_lookup(prog->made, type);
			if (!list) {
				list = g_ptr_array_new();
				g_hash_table_insert(prog->made, (void *)type,
						    list);
			}
			g_ptr_array_add(list, c);
		}
	}
}

/* The calls that allocate objects of a type; NULL for none. */
static GPtrArray *allocations_of(const struct flow_program *prog,
				 const char *type)
{
	if (!g_hash_table_size(prog->made))
		index_allocations(prog);
	return g_hash_table_lookup(prog->made, type);
}

/* Is an object of a type allocated in a function or in one it calls? */
static bool allocates(const struct flow_program *prog, const char *type,
		      const struct flow_func *func, unsigned int depth)
{
	GPtrArray *calls = allocations_of(prog, type);

	for (unsigned int i = 0; calls && i < calls->len; i++)
		if (((struct flow_call *)calls->pdata[i])->in == func)
			return true;
	for (unsigned int i = 0; depth && i < func->calls->len; i++) {
		const struct flow_call *c = func->calls->pdata[i];

		for (unsigned int t = 0; t < c->targets->len; t++)
			if (allocates(prog, type, c->targets->pdata[t],
				      depth - 1))
				return true;
	}
	return false;
}

/* Functions below a taking one in which its object may be allocated. */
#define MAKE_DEPTH 2

/* The exported function above a taking one that makes and returns an object. */
static const char *maker(const struct flow_program *prog,
			 struct flow_func *func, const char *type,
			 GHashTable *seen)
{
	const char *found = NULL;

	if (!g_hash_table_add(seen, func))
		return NULL;
	if (flow_open(func) && func->taken && func->facts->ret_type == type &&
	    allocates(prog, type, func, MAKE_DEPTH))
		return func->facts->name;
	for (unsigned int i = 0; i < func->callers->len && !found; i++) {
		struct flow_call *up = func->callers->pdata[i];

		found = maker(prog, up->in, type, seen);
	}
	return found;
}

static bool allocations_end(const struct flow_program *prog, const char *type,
			    unsigned int *made)
{
	GPtrArray *calls = allocations_of(prog, type);

	for (unsigned int i = 0; calls && i < calls->len; i++) {
		++*made;
		if (!creation_ends(prog, calls->pdata[i], 0))
			return false;
	}
	return true;
}

/* All objects of a type that are seen to be made end in the call. */
static bool record_ends(const struct flow_program *prog, const char *type)
{
	g_autofree char *tag = NULL;
	gpointer known;
	GPtrArray *outer;
	unsigned int made = 0;
	bool ok;

	if (!type || !g_str_has_prefix(type, "struct ") ||
	    !g_str_has_suffix(type, " *") || strchr(type, '*')[1])
		return false;
	if (g_hash_table_lookup_extended(prog->object_ends, type, NULL, &known))
		return GPOINTER_TO_INT(known);
	/* a type inside of itself, by a detour, has no end that is seen */
	g_hash_table_insert(prog->object_ends, (void *)type,
			    GINT_TO_POINTER(false));
	ok = allocations_end(prog, type, &made);
	tag = g_strndup(type, strlen(type) - 2);
	outer = g_hash_table_lookup(prog->embedding, g_intern_string(tag));
	for (unsigned int i = 0; ok && outer && i < outer->len; i++) {
		g_autofree char *in = g_strdup_printf(
			"struct %s *", (const char *)outer->pdata[i]);

		made++;
		ok = record_ends(prog, g_intern_string(in));
	}
	ok = ok && made;
	g_hash_table_insert(prog->object_ends, (void *)type,
			    GINT_TO_POINTER(ok));
	return ok;
}

static bool var_ends(const struct flow_program *prog, const struct flow_at *at,
		     unsigned int var, unsigned int named, unsigned int depth)
{
	g_autoptr(GArray) defs = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *d = flow_defs_get(at->func);

	flow_defs_reaching(at->func, at->block, at->index, var, defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		const struct flow_def *def =
			&d->defs[g_array_index(defs, guint, i)];
		struct flow_at there = { at->func, at->ctx, def->block,
					 def->index, def->insn };
		const struct facts_expr *rhs;

		switch (def->kind) {
		case DEF_PARAM:
			if (!param_ends(prog, at, def->var, depth))
				return false;
			break;
		case DEF_CALL:
			/* the temporary of the call is copied to a name */
			if (!made_object_ends(prog, at, def, named))
				return false;
			break;
		case DEF_ASSIGN:
			rhs = facts_strip_casts(def->insn->rhs);
			if (def->insn->op)
				return false;
			if (rhs && rhs->kind == FX_VAR &&
			    at->func->facts->vars[rhs->var].kind == FV_TEMP) {
				if (!var_ends(prog, &there, rhs->var, var,
					      depth + 1))
					return false;
			} else if (!pointer_ends(prog, &there, def->insn->rhs,
						 depth + 1)) {
				return false;
			}
			break;
		default:
			return false;
		}
	}
	return defs->len > 0;
}

static bool is_local(const struct facts_expr *e)
{
	e = facts_strip_casts(e);
	return e && (e->kind == FX_VAR ||
		     (e->kind == FX_ADDR &&
		      facts_strip_casts(e->kids[0])->kind == FX_VAR));
}

/* Does a call copy a whole local object to one that is none? */
static bool copies_out(const struct flow_program *prog,
		       const struct facts_insn *in, unsigned int var)
{
	const struct api_func *af =
		in->callee ? api_func(prog->api, in->callee) : NULL;
	const struct facts_expr *from, *to;

	if (!af || !af->copies)
		return false;
	from = facts_strip_casts(facts_arg(in, af->copies_from));
	to = af->copies_to == API_ARG_RET ? in->lhs :
					    facts_arg(in, af->copies_to);
	if (!from || !to || (af->copies_to >= 0 && is_local(to)))
		return false;
	return from->kind == FX_ADDR && is_var(from->kids[0], var);
}

/* Is an object on the stack copied to one that stays: *obj = local; */
static bool is_copied_out(const struct flow_program *prog,
			  const struct facts_func *f, unsigned int var)
{
	for (unsigned int b = 0; b < f->n_blocks; b++)
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];

			if (in->kind == FI_CALL ?
				    copies_out(prog, in, var) :
				    is_var(in->rhs, var) &&
					    !(in->lhs && is_local(in->lhs)))
				return true;
		}
	return false;
}

static bool object_ends(const struct flow_program *prog,
			const struct flow_at *at, const struct facts_expr *e,
			unsigned int depth)
{
	while (e->kind == FX_FIELD && !e->arrow)
		e = e->kids[0];
	if (e->kind == FX_VAR)
		return !is_copied_out(prog, at->func->facts, e->var);
	if (e->kind == FX_FIELD || e->kind == FX_INDEX || e->kind == FX_DEREF)
		return pointer_ends(prog, at, e->kids[0], depth);
	return false;
}

static bool pointer_ends(const struct flow_program *prog,
			 const struct flow_at *at, const struct facts_expr *e,
			 unsigned int depth)
{
	if (depth > MAX_STEPS_BACK)
		return false;
	switch (e->kind) {
	case FX_CAST:
		return pointer_ends(prog, at, e->kids[0], depth);
	case FX_ADDR:
		return object_ends(prog, at, e->kids[0], depth);
	case FX_VAR:
		if (e->type && e->type[strlen(e->type) - 1] == ']')
			return true;
		return var_ends(prog, at, e->var, e->var, depth + 1) ||
		       record_ends(prog, e->type);
	case FX_FIELD:
		/* an array inside of the object */
		return e->type && e->type[strlen(e->type) - 1] == ']' &&
		       object_ends(prog, at, e, depth);
	default:
		return false;
	}
}

bool flow_object_ends(const struct flow_program *prog, const struct flow_at *at,
		      const struct facts_expr *e)
{
	return object_ends(prog, at, e, 0);
}

const char *flow_ends_made(struct flow_trace *t, struct flow_func *end,
			   const struct flow_event *release)
{
	const char *found = NULL;

	if (!flow_open(end) || !end->taken)
		return NULL;
	for (unsigned int p = 0; p < end->facts->n_params && !found; p++) {
		const char *type = end->facts->vars[p].type;
		g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

		if (!type || !g_str_has_prefix(type, "struct ") ||
		    !g_str_has_suffix(type, " *"))
			continue;
		found = maker(t->prog, t->start->in, type, seen);
		if (found && !frees_after(t->prog, end, p, release))
			found = NULL;
	}
	return found;
}
