// SPDX-License-Identifier: GPL-2.0-only
/* test_flow.c - page sets followed through hand-written facts, no libclang */
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

static struct build begin(void)
{
	return (struct build){ .unit = facts_unit_new("t.c"), .line = 1 };
}

static struct facts_expr *expr(struct build *b, enum facts_expr_kind kind,
			       const char *type, unsigned int n_kids)
{
	struct facts_expr *e = facts_new(b->unit, struct facts_expr, 1);

	e->kind = kind;
	e->type = g_intern_string(type);
	e->n_kids = n_kids;
	e->kids = facts_new(b->unit, struct facts_expr *, n_kids + 1);
	return e;
}

static struct facts_expr *var(struct build *b, int n)
{
	struct facts_expr *e = expr(b, FX_VAR, b->func->vars[n].type, 0);

	e->var = n;
	e->name = b->func->vars[n].name;
	return e;
}

static struct facts_expr *num(struct build *b, int64_t value)
{
	struct facts_expr *e = expr(b, FX_INT, "int", 0);

	e->ival = value;
	return e;
}

static struct facts_expr *unary(struct build *b, enum facts_expr_kind kind,
				const char *type, struct facts_expr *kid)
{
	struct facts_expr *e = expr(b, kind, type, 1);

	e->kids[0] = kid;
	return e;
}

static struct facts_expr *binary(struct build *b, const char *op,
				 struct facts_expr *x, struct facts_expr *y)
{
	struct facts_expr *e = expr(b, FX_BINARY, "int", 2);

	e->name = g_intern_string(op);
	e->kids[0] = x;
	e->kids[1] = y;
	return e;
}

static struct facts_expr *at_index(struct build *b, struct facts_expr *base,
				   struct facts_expr *index)
{
	struct facts_expr *e = expr(b, FX_INDEX, PAGE, 2);

	e->kids[0] = base;
	e->kids[1] = index;
	return e;
}

static struct facts_expr *field(struct build *b, struct facts_expr *base,
				const char *name, const char *type)
{
	struct facts_expr *e = unary(b, FX_FIELD, type, base);

	e->record = g_intern_string("obj");
	e->name = g_intern_string(name);
	e->arrow = true;
	return e;
}

/* A function with @n_blocks empty blocks and variables "type name" ... NULL. */
static void function(struct build *b, const char *name, const char *ret,
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

static struct facts_insn *insn(struct build *b, enum facts_insn_kind kind)
{
	struct facts_block *blk = &b->func->blocks[b->block];
	struct facts_insn *in = &blk->insns[blk->n_insns++];

	in->kind = kind;
	in->loc.file = b->unit->file;
	in->loc.line = b->line++;
	in->name_loc = in->loc;
	return in;
}

static void assign(struct build *b, struct facts_expr *lhs,
		   struct facts_expr *rhs)
{
	struct facts_insn *in = insn(b, FI_ASSIGN);

	in->lhs = lhs;
	in->rhs = rhs;
}

static struct facts_insn *call(struct build *b, struct facts_expr *lhs,
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

static void ret(struct build *b, struct facts_expr *value)
{
	insn(b, FI_RETURN)->rhs = value;
	b->func->blocks[b->block].term = FT_RETURN;
}

static void branch(struct build *b, struct facts_expr *cond, unsigned int yes,
		   unsigned int no)
{
	struct facts_block *blk = &b->func->blocks[b->block];

	blk->term = FT_BRANCH;
	blk->cond = cond;
	blk->n_succ = 2;
	blk->succ = facts_new(b->unit, unsigned int, 2);
	blk->succ[0] = yes;
	blk->succ[1] = no;
}

static void jump(struct build *b, unsigned int to)
{
	struct facts_block *blk = &b->func->blocks[b->block];

	blk->term = FT_JUMP;
	blk->n_succ = 1;
	blk->succ = facts_new(b->unit, unsigned int, 1);
	blk->succ[0] = to;
}

static void slot(struct build *b, const char *record, const char *member,
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

static struct run follow(struct build *b, const char *callee, int arg)
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

static void done(struct run *r)
{
	flow_trace_free(r->trace);
	flow_free(r->prog);
	g_ptr_array_unref(r->units);
}

static unsigned int count(struct run *r, enum flow_event_kind kind)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < r->trace->events->len; i++) {
		struct flow_event *e = r->trace->events->pdata[i];

		n += e->kind == kind;
	}
	return n;
}

static struct flow_event *event(struct run *r, enum flow_event_kind kind)
{
	for (unsigned int i = 0; i < r->trace->events->len; i++) {
		struct flow_event *e = r->trace->events->pdata[i];

		if (e->kind == kind)
			return e;
	}
	return NULL;
}

static struct facts_insn *gup(struct build *b, struct facts_expr *lhs,
			      struct facts_expr *pages)
{
	return call(b, lhs, "get_user_pages_fast", 4, num(b, 0), num(b, 1),
		    num(b, 1), pages);
}

/* page; n = gup(&page); if (n < 1) return n; memcpy(kmap(page)); put_page(page) */
static void test_single_page_is_bounded(void **state)
{
	const char *const vars[] = { PAGE, "int", "void *", NULL };
	struct build b = begin();
	struct flow_func *bound;
	struct run r;

	function(&b, "once", "int", true, 3, 0, vars);
	gup(&b, var(&b, 1), unary(&b, FX_ADDR, PAGES, var(&b, 0)));
	branch(&b, binary(&b, "<", var(&b, 1), num(&b, 1)), 1, 2);
	b.block = 1;
	ret(&b, var(&b, 1));
	b.block = 2;
	call(&b, var(&b, 2), "kmap", 1, var(&b, 0));
	call(&b, NULL, "memset", 3, var(&b, 2), num(&b, 0), num(&b, 8));
	call(&b, NULL, "put_page", 1, var(&b, 0));
	ret(&b, num(&b, 0));
	r = follow(&b, "get_user_pages_fast", 3);
	assert_int_equal(count(&r, FLOW_RELEASE), 1);
	assert_int_equal(count(&r, FLOW_ESCAPE), 0);
	assert_true(event(&r, FLOW_USE) != NULL);
	assert_true(flow_bounded(r.trace, &bound));
	assert_string_equal(bound->facts->name, "once");
	done(&r);
}

/* The same without the release on one path that did take the page. */
static void test_missing_release_is_not_bounded(void **state)
{
	const char *const vars[] = { PAGE, "int", "int", NULL };
	struct build b = begin();
	struct run r;

	function(&b, "leaks", "int", true, 3, 0, vars);
	gup(&b, var(&b, 1), unary(&b, FX_ADDR, PAGES, var(&b, 0)));
	branch(&b, binary(&b, "<", var(&b, 2), num(&b, 1)), 1, 2);
	b.block = 1;
	ret(&b, num(&b, 0));
	b.block = 2;
	call(&b, NULL, "put_page", 1, var(&b, 0));
	ret(&b, num(&b, 0));
	r = follow(&b, "get_user_pages_fast", 3);
	assert_int_equal(count(&r, FLOW_RELEASE), 1);
	assert_false(flow_bounded(r.trace, NULL));
	done(&r);
}

/* One variable, two definitions: only the gup one is followed. */
static void test_definitions_are_told_apart(void **state)
{
	const char *const vars[] = { PAGE, "int", NULL };
	struct build b = begin();
	struct run r;

	function(&b, "twice", "void", true, 1, 0, vars);
	call(&b, var(&b, 0), "alloc_page", 1, num(&b, 0));
	call(&b, NULL, "put_page", 1, var(&b, 0));
	gup(&b, var(&b, 1), unary(&b, FX_ADDR, PAGES, var(&b, 0)));
	call(&b, NULL, "put_page", 1, var(&b, 0));
	ret(&b, NULL);
	r = follow(&b, "get_user_pages_fast", 3);
	assert_int_equal(count(&r, FLOW_RELEASE), 1);
	assert_int_equal(event(&r, FLOW_RELEASE)->insn->loc.line, 4);
	done(&r);
}

/* obj->pages = kmalloc(); pages = obj->pages; gup(pages); another function
 * loads obj->pages[i] and puts it; it is the release of a file.
 */
static void test_field_links_functions(void **state)
{
	const char *const take[] = { OBJ, PAGES, "void *", "int", NULL };
	const char *const drop[] = { OBJ, PAGE, "int", NULL };
	struct build b = begin();
	struct flow_event *rel;
	struct flow_entry *entry;
	GPtrArray *roots;
	struct run r;

	function(&b, "take", "int", true, 1, 1, take);
	call(&b, var(&b, 2), "kmalloc", 2, num(&b, 8), num(&b, 0));
	assign(&b, field(&b, var(&b, 0), "pages", PAGES), var(&b, 2));
	assign(&b, var(&b, 1), field(&b, var(&b, 0), "pages", PAGES));
	gup(&b, var(&b, 3), var(&b, 1));
	ret(&b, num(&b, 0));
	function(&b, "drop", "int", true, 1, 1, drop);
	assign(&b, var(&b, 1),
	       at_index(&b, field(&b, var(&b, 0), "pages", PAGES), var(&b, 2)));
	call(&b, NULL, "put_page", 1, var(&b, 1));
	ret(&b, num(&b, 0));
	slot(&b, "file_operations", "unlocked_ioctl", "take");
	slot(&b, "file_operations", "release", "drop");
	r = follow(&b, "get_user_pages_fast", 3);
	rel = event(&r, FLOW_RELEASE);
	assert_non_null(rel);
	assert_string_equal(rel->in->facts->name, "drop");
	assert_true(FLOW_IS_HEAP(rel->mask));
	assert_int_equal(count(&r, FLOW_STORE), 1);
	assert_string_equal(event(&r, FLOW_STORE)->name, "obj.pages");
	assert_false(flow_bounded(r.trace, NULL));
	roots = flow_roots(r.prog, rel->in);
	assert_int_equal(roots->len, 1);
	entry = ((struct flow_func *)roots->pdata[0])->entries->pdata[0];
	assert_int_equal(entry->kind, API_ENTRY_RELEASE);
	assert_true(entry->known);
	g_ptr_array_unref(roots);
	done(&r);
}

/* A helper is followed for the call that gave it the pages, and the other
 * caller's variables stay clean.
 */
static void test_calls_and_returns_match(void **state)
{
	const char *const helper[] = { PAGES, "int", NULL };
	const char *const user[] = { PAGES, "int", PAGE, NULL };
	struct build b = begin();
	struct run r;

	function(&b, "helper", PAGE, true, 1, 1, helper);
	ret(&b, at_index(&b, var(&b, 0), num(&b, 0)));
	function(&b, "mine", "void", true, 1, 1, user);
	gup(&b, var(&b, 1), var(&b, 0));
	call(&b, var(&b, 2), "helper", 1, var(&b, 0));
	call(&b, NULL, "put_page", 1, var(&b, 2));
	ret(&b, NULL);
	function(&b, "other", "void", true, 1, 1, user);
	call(&b, var(&b, 2), "helper", 1, var(&b, 0));
	call(&b, NULL, "put_page", 1, var(&b, 2));
	ret(&b, NULL);
	r = follow(&b, "get_user_pages_fast", 3);
	assert_int_equal(count(&r, FLOW_RELEASE), 1);
	assert_string_equal(event(&r, FLOW_RELEASE)->in->facts->name, "mine");
	done(&r);
}

/* A wrapper fills the caller's array; the caller releases in a loop. */
static void test_out_parameter_and_loop(void **state)
{
	const char *const wrap[] = { PAGES, "int", NULL };
	const char *const user[] = { "struct page *[4]", "int", "int", NULL };
	struct build b = begin();
	struct flow_func *bound;
	struct run r;

	function(&b, "wrap", "int", true, 3, 1, wrap);
	gup(&b, var(&b, 1), var(&b, 0));
	branch(&b, binary(&b, "<", var(&b, 1), num(&b, 0)), 1, 2);
	b.block = 1;
	ret(&b, var(&b, 1));
	b.block = 2;
	ret(&b, num(&b, 0));

	function(&b, "user", "int", true, 6, 0, user);
	call(&b, var(&b, 1), "wrap", 1, var(&b, 0));
	branch(&b, var(&b, 1), 1, 2);
	b.block = 1;
	ret(&b, var(&b, 1));
	b.block = 2;
	assign(&b, var(&b, 2), num(&b, 0));
	jump(&b, 3);
	b.block = 3;
	b.func->blocks[3].loop_head = true;
	branch(&b, binary(&b, "<", var(&b, 2), num(&b, 4)), 4, 5);
	b.block = 4;
	call(&b, NULL, "put_page", 1, at_index(&b, var(&b, 0), var(&b, 2)));
	assign(&b, var(&b, 2), binary(&b, "+", var(&b, 2), num(&b, 1)));
	jump(&b, 3);
	b.block = 5;
	ret(&b, num(&b, 0));

	r = follow(&b, "get_user_pages_fast", 3);
	assert_int_equal(count(&r, FLOW_RELEASE), 1);
	assert_true(flow_bounded(r.trace, &bound));
	assert_string_equal(bound->facts->name, "user");
	done(&r);
}

/* Recursion ends, and an unknown function is an escape. */
static void test_recursion_and_escape(void **state)
{
	const char *const rec[] = { PAGES, "int", NULL };
	struct build b = begin();
	struct run r;

	function(&b, "again", "void", true, 1, 1, rec);
	gup(&b, var(&b, 1), var(&b, 0));
	call(&b, NULL, "again", 1, var(&b, 0));
	call(&b, NULL, "nobody_knows_this", 1, var(&b, 0));
	ret(&b, NULL);
	r = follow(&b, "get_user_pages_fast", 3);
	assert_false(r.trace->incomplete);
	assert_int_equal(count(&r, FLOW_ESCAPE), 1);
	assert_string_equal(event(&r, FLOW_ESCAPE)->name, "nobody_knows_this");
	done(&r);
}

static int setup(void **state)
{
	api = api_load(NULL, NULL);
	return api ? 0 : -1;
}

static int teardown(void **state)
{
	api_free(api);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single_page_is_bounded),
		cmocka_unit_test(test_missing_release_is_not_bounded),
		cmocka_unit_test(test_definitions_are_told_apart),
		cmocka_unit_test(test_field_links_functions),
		cmocka_unit_test(test_calls_and_returns_match),
		cmocka_unit_test(test_out_parameter_and_loop),
		cmocka_unit_test(test_recursion_and_escape),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
