// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree_tail.c - which ends of a source say nothing
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tree/index.h"
#include "tree/tail.h"

#define CODE "int x;\n"

static GArray *words;

static bool idle(const char *head, const char *tail)
{
	g_autofree char *text = g_strconcat(head, tail, NULL);

	return tail_is_idle(text, strlen(text), strlen(head),
			    (const guint64 *)words->data, words->len);
}

static void test_nothing(void **state)
{
	assert_true(idle(CODE, ""));
	/* as it was, whatever it was */
	assert_true(idle("#if 1\nint x; /* ", ""));
	assert_true(idle("", ""));
}

static void test_comments(void **state)
{
	assert_true(idle(CODE, "\n"));
	assert_true(idle(CODE, " \t\n\n"));
	assert_true(idle(CODE, "/* turn 1 */\n"));
	assert_true(
		idle(CODE, "/*\n * several\n * lines\n */\n\n/* more */\n"));
	assert_true(idle(CODE, "// one line\n"));
	assert_true(idle("#if 1\nint x;\n#endif\n", "/* behind it */\n"));
	assert_true(idle(CODE "/* \" ' */ char c = '\"';\n", "/* ok */\n"));
}

static void test_code(void **state)
{
	assert_false(idle(CODE, "int y\n"));
	assert_false(idle(CODE, "/* a */ int y\n"));
	assert_false(idle(CODE, "/* a */ /\n"));
	assert_false(idle(CODE, "/* no end\n"));
	assert_false(idle(CODE, "/*/\n"));
	assert_false(idle(CODE, "// no end"));
	assert_false(idle(CODE, "/* no newline */"));
	assert_false(idle(CODE, "/* nested /* warning */\n"));
	assert_false(idle(CODE, "*/\n"));
}

/* Readers that look at bytes would take these for more. */
static void test_bytes(void **state)
{
	static const char *const tails[] = {
		"/* #include \"x.c\" */\n",
		"/* a; */\n",
		"/* { */\n",
		"/* } */\n",
		"/* \\ */\n",
		"// \\\nint y\n",
		"// ?\?/\nint y\n",
		"/* a \r */\n",
		"/* \f */\n",
		"/* M\xc3\xbcller */\n",
		"/* \xff */\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(tails); i++)
		assert_false(idle(CODE, tails[i]));
}

/* A search for one of these words would now lead there. */
static void test_words(void **state)
{
	assert_false(idle(CODE, "/* see get_user_pages() */\n"));
	assert_false(idle(CODE, "/* a priv here */\n"));
	assert_true(idle(CODE, "/* a private get_user_pages_x here */\n"));
	assert_false(idle(CODE, "/* gup2pin: keep data - why */\n"));
	assert_false(idle(CODE, "/* xgup2pinx */\n"));
}

/* Where the code goes on, the end belongs to it. */
static void test_open(void **state)
{
	assert_false(idle("int x;", "\n/* a */\n"));
	assert_false(idle("/* open\n", "/* a */\n"));
	assert_false(idle("#if A\n", "/* a */\n"));
	assert_false(idle("#if A\n#else\nint x;\n", "/* a */\n"));
	assert_false(idle("#define A \\\n", "/* a */\n"));
	assert_false(idle("int x; \\\n", "/* a */\n"));
	assert_false(idle("// line \\\n", "/* a */\n"));
	assert_false(idle("", "/* a */\n"));
}

static void test_long(void **state)
{
	g_autofree char *many = g_strnfill(1 << 20, '\n');

	assert_false(idle(CODE, many));
}

static int set_up(void **state)
{
	static const char *const names[] = { "get_user_pages", "priv" };

	words = g_array_new(FALSE, FALSE, sizeof(guint64));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		guint64 hash = index_hash(names[i]);

		g_array_append_val(words, hash);
	}
	index_hashes_sort(words);
	return 0;
}

static int tear_down(void **state)
{
	g_array_unref(words);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing), cmocka_unit_test(test_comments),
		cmocka_unit_test(test_code),	cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_words),	cmocka_unit_test(test_open),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
