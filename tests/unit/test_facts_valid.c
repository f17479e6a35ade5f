// SPDX-License-Identifier: GPL-2.0-only
/* test_facts_valid.c - facts of another process are looked at before use */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "facts/json.h"
#include "facts/valid.h"
#include "facts/words.h"

static const char text[] =
	"{\"schema\": \"" FACTS_SCHEMA "\", \"file\": \"a.c\","
	" \"files\": [\"a.c\"], \"funcs\": [{\"name\": \"f\","
	" \"file\": \"a.c\", \"vars\": [{\"k\": \"param\","
	" \"name\": \"p\"}, {\"k\": \"local\", \"name\": \"q\"}],"
	" \"blocks\": ["
	"{\"insns\": [{\"k\": \"assign\", \"lhs\": {\"k\": \"var\","
	" \"var\": 1}, \"rhs\": {\"k\": \"deref\", \"of\":"
	" [{\"k\": \"var\", \"var\": 0}]}}], \"term\": \"branch\","
	" \"cond\": {\"k\": \"var\", \"var\": 1}, \"succ\": [1, 2]},"
	"{\"insns\": [{\"k\": \"call\", \"callee\": \"g\","
	" \"args\": [{\"expr\": {\"k\": \"int\", \"val\": 1}}]}],"
	" \"term\": \"jump\", \"succ\": [2]},"
	"{\"insns\": [{\"k\": \"return\"}], \"term\": \"return\"}]}]}";

static struct facts_unit *make(void)
{
	GError *error = NULL;
	struct facts_unit *u = facts_from_json(text, strlen(text), &error);

	if (!u)
		fail_msg("%s", error->message);
	return u;
}

typedef void break_fn(struct facts_unit *u, struct facts_func *f);

static void breaks(break_fn *how)
{
	struct facts_unit *u = make();

	assert_true(facts_valid(u));
	how(u, u->funcs->pdata[0]);
	assert_false(facts_valid(u));
	facts_unit_free(u);
}

#define BREAK(name, what)                                            \
	static void name(struct facts_unit *u, struct facts_func *f) \
	{                                                            \
		what;                                                \
	}

BREAK(no_name, f->name = NULL)
BREAK(no_blocks, f->n_blocks = 0)
BREAK(params, f->n_params = 2)
BREAK(var_kind, f->vars[1].kind = 99)
BREAK(far, f->blocks[0].succ[1] = 3)
BREAK(term, f->blocks[1].term = 77)
BREAK(successors, f->blocks[1].term = FT_BRANCH)
BREAK(no_cond, f->blocks[0].cond = NULL)
BREAK(no_lhs, f->blocks[0].insns[0].lhs = NULL)
BREAK(no_callee, f->blocks[1].insns[0].callee = NULL)
BREAK(insn_kind, f->blocks[0].insns[0].kind = -1)
BREAK(expr_kind, f->blocks[0].insns[0].rhs->kind = 1000)
BREAK(operands, f->blocks[0].insns[0].rhs->kind = FX_INDEX)
BREAK(no_such_var, f->blocks[0].insns[0].lhs->var = 2)
BREAK(negative_var, f->blocks[0].insns[0].lhs->var = -1)
BREAK(no_arg, f->blocks[1].insns[0].args[0].expr = NULL)
BREAK(macro, f->blocks[0].insns[0].loc.macro = 9)
BREAK(bad_skip, g_ptr_array_add(u->skips, facts_new(u, struct facts_skip, 1)))
BREAK(bad_slot, g_ptr_array_add(u->slots, facts_new(u, struct facts_slot, 1)))
BREAK(bad_ref, g_ptr_array_add(u->refs, facts_new(u, struct facts_ref, 1)))
BREAK(bad_diag, g_ptr_array_add(u->diags, facts_new(u, struct facts_diag, 1)))

static void test_breaks(void **state)
{
	static break_fn *const all[] = {
		no_name,   no_blocks,  params,	 var_kind,    far,
		term,	   successors, no_cond,	 no_lhs,      no_callee,
		insn_kind, expr_kind,  operands, no_such_var, negative_var,
		no_arg,	   macro,      bad_skip, bad_slot,    bad_ref,
		bad_diag,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		breaks(all[i]);
}

/* The same as by way of JSON. */
static void test_settle(void **state)
{
	struct facts_unit *u = make();
	struct facts_func *f = u->funcs->pdata[0];
	struct facts_expr *inner = f->blocks[0].cond;
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;

	for (unsigned int i = 0; i < FACTS_MAX_EXPR_DEPTH + 50; i++) {
		struct facts_expr *e = facts_new(u, struct facts_expr, 1);

		e->kind = FX_DEREF;
		e->n_kids = 1;
		e->kids = facts_new(u, struct facts_expr *, 1);
		e->kids[0] = inner;
		inner = e;
	}
	f->blocks[0].cond = inner;
	assert_false(facts_valid(u));
	before = facts_to_json(u);
	facts_settle(u);
	assert_true(facts_valid(u));
	assert_int_equal(inner->var, -1);
	after = facts_to_json(u);
	assert_string_equal(before, after);
	facts_unit_free(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_breaks),
		cmocka_unit_test(test_settle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
