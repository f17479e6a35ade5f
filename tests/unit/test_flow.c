// SPDX-License-Identifier: GPL-2.0-only
/* test_flow.c - page sets followed through hand-written facts, no libclang */
#include "flow_fixture.h"

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

/* Of a long call string the last call is left: the flow goes on, and what comes
 * back reaches the caller that put something in, not the other one.
 */
static void test_long_call_strings(void **state)
{
	const char *const helper[] = { PAGE, NULL };
	const char *const user[] = { PAGES, "int", PAGE, NULL };
	static const char *const names[] = { "h0", "h1", "h2", "h3", "h4", "h5",
					     "h6", "h7", "h8", "h9", "h10" };
	unsigned int n = G_N_ELEMENTS(names);
	const char *const middle[] = { PAGE, PAGE, NULL };
	struct build b = begin();
	struct run r;

	function(&b, names[0], PAGE, true, 1, 1, helper);
	ret(&b, var(&b, 0));
	for (unsigned int i = 1; i < n; i++) {
		function(&b, names[i], PAGE, true, 1, 1, middle);
		call(&b, var(&b, 1), names[i - 1], 1, var(&b, 0));
		ret(&b, var(&b, 1));
	}
	function(&b, "mine", "void", true, 1, 1, user);
	gup(&b, var(&b, 1), var(&b, 0));
	call(&b, var(&b, 2), names[n - 1], 1,
	     at_index(&b, var(&b, 0), num(&b, 0)));
	call(&b, NULL, "put_page", 1, var(&b, 2));
	ret(&b, NULL);
	function(&b, "other", "void", true, 1, 1, user);
	call(&b, var(&b, 2), names[n - 1], 1, var(&b, 2));
	call(&b, NULL, "put_page", 1, var(&b, 2));
	ret(&b, NULL);
	r = follow(&b, "get_user_pages_fast", 3);
	assert_false(r.trace->incomplete);
	assert_int_equal(count(&r, FLOW_RELEASE), 1);
	assert_string_equal(event(&r, FLOW_RELEASE)->in->facts->name, "mine");
	done(&r);
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
		cmocka_unit_test(test_long_call_strings),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
