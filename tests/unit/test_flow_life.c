// SPDX-License-Identifier: GPL-2.0-only
/* test_flow_life.c - how long pages are held, from hand-written facts */
#include "flow_fixture.h"

/* obj = kzalloc(); gup(&obj->page); [put_page(obj->page);] kfree(obj) or not */
static struct run object(bool freed)
{
	const char *const vars[] = { OBJ, "int", NULL };
	struct build b = begin();

	function(&b, "holder", "int", true, 1, 0, vars);
	call(&b, var(&b, 0), "kzalloc", 2, num(&b, 8), num(&b, 0));
	gup(&b, var(&b, 1),
	    unary(&b, FX_ADDR, PAGES, field(&b, var(&b, 0), "page", PAGE)));
	call(&b, NULL, "put_page", 1, field(&b, var(&b, 0), "page", PAGE));
	if (freed)
		call(&b, NULL, "kfree", 1, var(&b, 0));
	ret(&b, num(&b, 0));
	return follow(&b, "get_user_pages_fast", 3);
}

static void test_object_that_is_freed_keeps_nothing(void **state)
{
	struct run r = object(true);

	assert_int_equal(count(&r, FLOW_RELEASE), 1);
	assert_int_equal(event(&r, FLOW_STORE)->mask >> FLOW_HEAP, 0);
	done(&r);
}

static void test_object_that_lives_on_keeps_them(void **state)
{
	struct run r = object(false);

	assert_true(event(&r, FLOW_STORE)->mask >> FLOW_HEAP);
	done(&r);
}

/* n = gup(&page); if (n < 1) return n; if (v) return -22; put_page(page) */
static void test_error_return_forgets(void **state)
{
	const char *const vars[] = { PAGE, "int", "int", NULL };
	struct build b = begin();
	struct run r;

	function(&b, "forgets", "int", true, 5, 0, vars);
	gup(&b, var(&b, 1), unary(&b, FX_ADDR, PAGES, var(&b, 0)));
	branch(&b, binary(&b, "<", var(&b, 1), num(&b, 1)), 1, 2);
	b.block = 1;
	ret(&b, num(&b, -14));
	b.block = 2;
	branch(&b, var(&b, 2), 3, 4);
	b.block = 3;
	ret(&b, num(&b, -22));
	b.block = 4;
	call(&b, NULL, "put_page", 1, var(&b, 0));
	ret(&b, num(&b, 0));
	r = follow(&b, "get_user_pages_fast", 3);
	assert_non_null(flow_leak(r.trace));
	assert_int_equal(flow_leak(r.trace)->rhs->ival, -22);
	done(&r);
}

/* The failure of gup itself is no leak. */
static void test_failure_is_no_leak(void **state)
{
	const char *const vars[] = { PAGE, "int", NULL };
	struct build b = begin();
	struct run r;

	function(&b, "fails", "int", true, 3, 0, vars);
	gup(&b, var(&b, 1), unary(&b, FX_ADDR, PAGES, var(&b, 0)));
	branch(&b, binary(&b, "!=", var(&b, 1), num(&b, 1)), 1, 2);
	b.block = 1;
	ret(&b, num(&b, -14));
	b.block = 2;
	call(&b, NULL, "put_page", 1, var(&b, 0));
	ret(&b, num(&b, 0));
	r = follow(&b, "get_user_pages_fast", 3);
	assert_null(flow_leak(r.trace));
	done(&r);
}

/* gup(&page); obj->page = page; get_page(page): putting obj->page drops that
 * reference, putting page the one that gup took.
 */
static void test_own_reference_of_a_field(void **state)
{
	const char *const take[] = { OBJ, PAGE, "int", NULL };
	const char *const drop[] = { OBJ, NULL };
	struct build b = begin();
	struct run r;

	function(&b, "take", "int", true, 1, 1, take);
	gup(&b, var(&b, 2), unary(&b, FX_ADDR, PAGES, var(&b, 1)));
	assign(&b, field(&b, var(&b, 0), "page", PAGE), var(&b, 1));
	call(&b, NULL, "get_page", 1, var(&b, 1));
	call(&b, NULL, "put_page", 1, var(&b, 1));
	ret(&b, num(&b, 0));
	function(&b, "drop", "void", true, 1, 1, drop);
	call(&b, NULL, "put_page", 1, field(&b, var(&b, 0), "page", PAGE));
	ret(&b, NULL);
	r = follow(&b, "get_user_pages_fast", 3);
	assert_int_equal(count(&r, FLOW_RELEASE), 1);
	assert_string_equal(event(&r, FLOW_RELEASE)->in->facts->name, "take");
	assert_int_equal(count(&r, FLOW_UNREF), 1);
	done(&r);
}

/* pages = kmalloc(); if (v) gup(pages) else { put_page(pages[0]) }: what runs
 * on the other way is not given the pages.
 */
static void test_other_branch_does_not_see_them(void **state)
{
	const char *const vars[] = { PAGES, "int", "int", NULL };
	struct build b = begin();
	struct run r;

	function(&b, "either", "int", true, 3, 0, vars);
	call(&b, var(&b, 0), "kmalloc", 2, num(&b, 8), num(&b, 0));
	branch(&b, var(&b, 2), 1, 2);
	b.block = 1;
	gup(&b, var(&b, 1), var(&b, 0));
	call(&b, NULL, "put_page", 1, at_index(&b, var(&b, 0), num(&b, 0)));
	ret(&b, num(&b, 0));
	b.block = 2;
	call(&b, NULL, "put_page", 1, at_index(&b, var(&b, 0), num(&b, 0)));
	ret(&b, num(&b, 0));
	r = follow(&b, "get_user_pages_fast", 3);
	assert_int_equal(count(&r, FLOW_RELEASE), 1);
	assert_int_equal(event(&r, FLOW_RELEASE)->block, 1);
	done(&r);
}

/* ioctl(): take(obj); [if (v) drop(obj)] and, when asked for, release(): drop */
static struct run guarded(bool other_entry)
{
	const char *const vars[] = { OBJ, "int", NULL };
	const char *const one[] = { OBJ, NULL };
	struct build b = begin();

	function(&b, "take", "int", true, 1, 1, vars);
	gup(&b, var(&b, 1),
	    unary(&b, FX_ADDR, PAGES, field(&b, var(&b, 0), "page", PAGE)));
	ret(&b, num(&b, 0));
	function(&b, "drop", "void", true, 1, 1, one);
	call(&b, NULL, "put_page", 1, field(&b, var(&b, 0), "page", PAGE));
	ret(&b, NULL);
	function(&b, "my_ioctl", "int", true, 3, 1, vars);
	call(&b, NULL, "take", 1, var(&b, 0));
	branch(&b, var(&b, 1), 1, 2);
	b.block = 1;
	call(&b, NULL, "drop", 1, var(&b, 0));
	jump(&b, 2);
	b.block = 2;
	ret(&b, num(&b, 0));
	slot(&b, "file_operations", "unlocked_ioctl", "my_ioctl");
	if (other_entry) {
		function(&b, "my_release", "int", true, 1, 1, one);
		call(&b, NULL, "drop", 1, var(&b, 0));
		ret(&b, num(&b, 0));
		slot(&b, "file_operations", "release", "my_release");
	}
	return follow(&b, "get_user_pages_fast", 3);
}

static void test_guarded_release_follows(void **state)
{
	struct run r = guarded(false);

	assert_false(flow_bounded(r.trace, NULL));
	assert_true(flow_released_after(r.trace));
	done(&r);
}

static void test_other_entry_lets_go(void **state)
{
	struct run r = guarded(true);

	assert_false(flow_released_after(r.trace));
	done(&r);
}

/* f(obj) { if (refcount_dec_and_test(obj)) put_page(obj->page) } is no release
 * that the caller can count on.
 */
static void test_last_reference_is_not_certain(void **state)
{
	const char *const vars[] = { OBJ, "int", NULL };
	struct build b = begin();
	struct run r;

	function(&b, "unref", "void", true, 3, 1, vars);
	call(&b, var(&b, 1), "refcount_dec_and_test", 1, var(&b, 0));
	branch(&b, var(&b, 1), 1, 2);
	b.block = 1;
	call(&b, NULL, "put_page", 1, field(&b, var(&b, 0), "page", PAGE));
	jump(&b, 2);
	b.block = 2;
	ret(&b, NULL);
	function(&b, "take", "int", true, 1, 1, vars);
	gup(&b, var(&b, 1),
	    unary(&b, FX_ADDR, PAGES, field(&b, var(&b, 0), "page", PAGE)));
	call(&b, NULL, "unref", 1, var(&b, 0));
	ret(&b, num(&b, 0));
	r = follow(&b, "get_user_pages_fast", 3);
	assert_int_equal(count(&r, FLOW_RELEASE), 1);
	assert_false(flow_bounded(r.trace, NULL));
	done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_object_that_is_freed_keeps_nothing),
		cmocka_unit_test(test_object_that_lives_on_keeps_them),
		cmocka_unit_test(test_error_return_forgets),
		cmocka_unit_test(test_failure_is_no_leak),
		cmocka_unit_test(test_own_reference_of_a_field),
		cmocka_unit_test(test_other_branch_does_not_see_them),
		cmocka_unit_test(test_guarded_release_follows),
		cmocka_unit_test(test_other_entry_lets_go),
		cmocka_unit_test(test_last_reference_is_not_certain),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
