/* SPDX-License-Identifier: GPL-2.0-only */
/* flow_fixture.h - facts written by hand, for the tests of flow/ */
#ifndef FLOW_FIXTURE_H
#define FLOW_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "flow/flow.h"

#define PAGE "struct page *"
#define PAGES "struct page **"
#define OBJ "struct obj *"

static struct api *api;

/* A unit under construction and the function and block that are appended to. */
struct build {
	struct facts_unit *unit;
	struct facts_func *func;
	unsigned int block;
	unsigned int line;
};

static inline struct build begin(void)
{
	return (struct build){ .unit = facts_unit_new("t.c"), .line = 1 };
}

static inline struct facts_expr *expr(struct build *b,
				      enum facts_expr_kind kind,
				      const char *type, unsigned int n_kids)
{
	struct facts_expr *e = facts_new(b->unit, struct facts_expr, 1);

	e->kind = kind;
	e->type = g_intern_string(type);
	e->n_kids = n_kids;
	e->kids = facts_new(b->unit, struct facts_expr *, n_kids + 1);
	return e;
}

static inline struct facts_expr *var(struct build *b, int n)
{
	struct facts_expr *e = expr(b, FX_VAR, b->func->vars[n].type, 0);

	e->var = n;
	e->name = b->func->vars[n].name;
	return e;
}

static inline struct facts_expr *num(struct build *b, int64_t value)
{
	struct facts_expr *e = expr(b, FX_INT, "int", 0);

	e->ival = value;
	return e;
}

static inline struct facts_expr *unary(struct build *b,
				       enum facts_expr_kind kind,
				       const char *type, struct facts_expr *kid)
{
	struct facts_expr *e = expr(b, kind, type, 1);

	e->kids[0] = kid;
	return e;
}

static inline struct facts_expr *binary(struct build *b, const char *op,
					struct facts_expr *x,
					struct facts_expr *y)
{
	struct facts_expr *e = expr(b, FX_BINARY, "int", 2);

	e->name = g_intern_string(op);
	e->kids[0] = x;
	e->kids[1] = y;
	return e;
}

static inline struct facts_expr *
at_index(struct build *b, struct facts_expr *base, struct facts_expr *index)
{
	struct facts_expr *e = expr(b, FX_INDEX, PAGE, 2);

	e->kids[0] = base;
	e->kids[1] = index;
	return e;
}

static inline struct facts_expr *field(struct build *b, struct facts_expr *base,
				       const char *name, const char *type)
{
	struct facts_expr *e = unary(b, FX_FIELD, type, base);

	e->record = g_intern_string("obj");
	e->name = g_intern_string(name);
	e->arrow = true;
	return e;
}

/* A function with @n_blocks empty blocks and variables "type name" ... NULL. */
static inline void function(struct build *b, const char *name, const char *ret,
			    bool is_static, unsigned int n_blocks,
			    unsigned int n_params, const char *const *types)
{
	struct facts_func *f = facts_new(b->unit, struct facts_func, 1);
	unsigned int n = g_strv_length((char **)types);

	f->name = g_intern_string(name);
	f->file = b->unit->file;
	f->ret_type = g_intern_string(ret);
	f->is_static = is_static;
	f->n_params = n_params;
	f->n_vars = n;
	f->vars = facts_new(b->unit, struct facts_var, n + 1);
	for (unsigned int i = 0; i < n; i++) {
		g_autofree char *vname = g_strdup_printf("v%u", i);

		f->vars[i].kind = i < n_params ? FV_PARAM : FV_LOCAL;
		f->vars[i].name = g_intern_string(vname);
		f->vars[i].type = g_intern_string(types[i]);
	}
	f->n_blocks = n_blocks;
	f->blocks = facts_new(b->unit, struct facts_block, n_blocks);
	for (unsigned int i = 0; i < n_blocks; i++)
		f->blocks[i].insns = facts_new(b->unit, struct facts_insn, 16);
	g_ptr_array_add(b->unit->funcs, f);
	b->func = f;
	b->block = 0;
}

static inline struct facts_insn *insn(struct build *b,
				      enum facts_insn_kind kind)
{
	struct facts_block *blk = &b->func->blocks[b->block];
	struct facts_insn *in = &blk->insns[blk->n_insns++];

	in->kind = kind;
	in->loc.file = b->unit->file;
	in->loc.line = b->line++;
	in->name_loc = in->loc;
	return in;
}

static inline void assign(struct build *b, struct facts_expr *lhs,
			  struct facts_expr *rhs)
{
	struct facts_insn *in = insn(b, FI_ASSIGN);

	in->lhs = lhs;
	in->rhs = rhs;
}

static inline struct facts_insn *call(struct build *b, struct facts_expr *lhs,
				      const char *callee, unsigned int n, ...)
{
	struct facts_insn *in = insn(b, FI_CALL);
	va_list ap;

	in->lhs = lhs;
	in->callee = g_intern_string(callee);
	in->n_args = n;
	in->args = facts_new(b->unit, struct facts_arg, n + 1);
	va_start(ap, n);
	for (unsigned int i = 0; i < n; i++)
		in->args[i].expr = va_arg(ap, struct facts_expr *);
	va_end(ap);
	return in;
}

static inline void ret(struct build *b, struct facts_expr *value)
{
	insn(b, FI_RETURN)->rhs = value;
	b->func->blocks[b->block].term = FT_RETURN;
}

static inline void branch(struct build *b, struct facts_expr *cond,
			  unsigned int yes, unsigned int no)
{
	struct facts_block *blk = &b->func->blocks[b->block];

	blk->term = FT_BRANCH;
	blk->cond = cond;
	blk->n_succ = 2;
	blk->succ = facts_new(b->unit, unsigned int, 2);
	blk->succ[0] = yes;
	blk->succ[1] = no;
}

static inline void jump(struct build *b, unsigned int to)
{
	struct facts_block *blk = &b->func->blocks[b->block];

	blk->term = FT_JUMP;
	blk->n_succ = 1;
	blk->succ = facts_new(b->unit, unsigned int, 1);
	blk->succ[0] = to;
}

static inline void slot(struct build *b, const char *record, const char *member,
			const char *function_name)
{
	struct facts_slot *s = facts_new(b->unit, struct facts_slot, 1);

	s->record = g_intern_string(record);
	s->field = g_intern_string(member);
	s->function = g_intern_string(function_name);
	s->func_static = true;
	g_ptr_array_add(b->unit->slots, s);
}

struct run {
	GPtrArray *units;
	struct flow_program *prog;
	struct flow_trace *trace;
};

static inline struct run follow(struct build *b, const char *callee, int arg)
{
	struct run r = { .units = g_ptr_array_new_with_free_func(
				 (GDestroyNotify)facts_unit_free) };
	GPtrArray *calls;

	g_ptr_array_add(r.units, b->unit);
	r.prog = flow_link(r.units, api);
	calls = flow_calls_of(r.prog, callee);
	assert_non_null(calls);
	r.trace = flow_trace(r.prog, calls->pdata[0], arg);
	return r;
}

static inline void done(struct run *r)
{
	flow_trace_free(r->trace);
	flow_free(r->prog);
	g_ptr_array_unref(r->units);
}

static inline unsigned int count(struct run *r, enum flow_event_kind kind)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < r->trace->events->len; i++) {
		struct flow_event *e = r->trace->events->pdata[i];

		n += e->kind == kind;
	}
	return n;
}

static inline struct flow_event *event(struct run *r, enum flow_event_kind kind)
{
	for (unsigned int i = 0; i < r->trace->events->len; i++) {
		struct flow_event *e = r->trace->events->pdata[i];

		if (e->kind == kind)
			return e;
	}
	return NULL;
}

static inline struct facts_insn *gup(struct build *b, struct facts_expr *lhs,
				     struct facts_expr *pages)
{
	return call(b, lhs, "get_user_pages_fast", 4, num(b, 0), num(b, 1),
		    num(b, 1), pages);
}

static inline int setup(void **state)
{
	api = api_load(NULL, NULL);
	return api ? 0 : -1;
}

static inline int teardown(void **state)
{
	api_free(api);
	return 0;
}

#endif
