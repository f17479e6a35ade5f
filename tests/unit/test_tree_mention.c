// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree_mention.c - gup names in text that C compilers and others accept
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tree/tree.h"

static struct api *api;
static GPtrArray *found;

static int set_up(void **state)
{
	g_setenv("GUP2PIN_RULES", TEST_RULES_DIR, TRUE);
	api = api_load(NULL, NULL);
	found = NULL;
	return api ? 0 : -1;
}

static int tear_down(void **state)
{
	if (found)
		g_ptr_array_unref(found);
	api_free(api);
	return 0;
}

static unsigned int scan_len(const char *text, size_t len)
{
	/* A copy without a terminator: reading past it is an error. */
	g_autofree char *copy = g_memdup2(text, len);

	if (found)
		g_ptr_array_unref(found);
	found = tree_mentions(api, copy ? copy : "", len);
	return found->len;
}

static unsigned int scan(const char *text)
{
	return scan_len(text, strlen(text));
}

static const struct tree_mention *mention(unsigned int i)
{
	assert_true(i < found->len);
	return found->pdata[i];
}

static void test_plain(void **state)
{
	const struct tree_mention *m;

	assert_int_equal(
		scan("int f(void)\n{\n\treturn get_user_pages(a, b);  \n}\n"),
		1);
	m = mention(0);
	assert_string_equal(m->name, "get_user_pages");
	assert_int_equal(m->kind, TREE_MENTION_CODE);
	assert_int_equal(m->line, 3);
	assert_int_equal(m->column, 9);
	assert_int_equal(m->offset, 22);
	assert_string_equal(m->text, "return get_user_pages(a, b);");
	assert_null(m->cond);
	assert_null(m->macro);
}

static void test_whole_tokens(void **state)
{
	assert_int_equal(
		scan("get_user_pagesx xget_user_pages _get_user_pages "
		     "get_user_pages2 0get_user_pages 1.get_user_pages "
		     "get_user_pages$ 0x1get_user_pages"),
		0);
	assert_int_equal(
		scan("a.get_user_pages->get_user_pages,get_user_pages"), 3);
	assert_int_equal(scan("get_user_pages"), 1);
	assert_int_equal(scan("\xef\xbb\xbfget_user_pages"), 1);
}

static void test_comments(void **state)
{
	assert_int_equal(
		scan("/* get_user_pages */ // get_user_pages\n"
		     "// get_user_pages \\\n get_user_pages\n"
		     "/* a\n * get_user_pages **/ x /*/ get_user_pages */\n"
		     "/\\\n* get_user_pages *\\\n/\n"
		     "/\\\n/ get_user_pages\n"),
		0);
	assert_int_equal(scan("a = b / get_user_pages; /**/get_user_pages"), 2);
	assert_int_equal(scan("x // y\nget_user_pages"), 1);
	assert_int_equal(mention(0)->line, 2);
	assert_int_equal(scan("/* never closed get_user_pages"), 0);
	assert_int_equal(scan("/* not yet *"), 0);
	assert_int_equal(scan("a /"), 0);
	/* A slash that starts no comment, next to a splice. */
	assert_int_equal(scan("a /\\\n b; get_user_pages"), 1);
	assert_int_equal(mention(0)->line, 2);
	assert_int_equal(mention(0)->column, 5);
}

static void test_literals(void **state)
{
	assert_int_equal(
		scan("\"get_user_pages\" 'get_user_pages' "
		     "\"\\\"get_user_pages\" \"a\\\n get_user_pages\" '\"'"),
		0);
	assert_int_equal(scan("\"/*\" get_user_pages \"*/\""), 1);
	assert_int_equal(scan("'\"' get_user_pages '\\'' get_user_pages"), 2);
	/* Unterminated: over at the end of the line. */
	assert_int_equal(scan("#if 0\ndon't\n#endif\nget_user_pages"), 1);
	assert_int_equal(scan("\"open\nget_user_pages\n\"open"), 1);
	assert_int_equal(scan("\"open \\"), 0);
}

static void test_splices(void **state)
{
	const struct tree_mention *m;

	assert_int_equal(
		scan("\n  get_\\\nuser_\\\r\npages(x)\nget_user_pages"), 2);
	m = mention(0);
	assert_string_equal(m->name, "get_user_pages");
	assert_int_equal(m->line, 2);
	assert_int_equal(m->column, 3);
	assert_int_equal(m->offset, 3);
	assert_int_equal(mention(1)->line, 5);
	assert_int_equal(scan("get_user_pages\\\nx"), 0);
}

static void test_macros(void **state)
{
	assert_int_equal(
		scan("#define X(a) \\\n\tget_user_pages(a) /* \n */ + get_user_pages\n"
		     " # define get_user_pages pin_user_pages\nget_user_pages\n"),
		5);
	assert_int_equal(mention(0)->kind, TREE_MENTION_MACRO);
	assert_string_equal(mention(0)->macro, "X");
	assert_int_equal(mention(0)->line, 2);
	/* A comment carries the directive on to the next line. */
	assert_string_equal(mention(1)->macro, "X");
	assert_int_equal(mention(1)->line, 3);
	assert_string_equal(mention(2)->macro, "get_user_pages");
	assert_string_equal(mention(3)->name, "pin_user_pages");
	assert_int_equal(mention(3)->kind, TREE_MENTION_MACRO);
	assert_int_equal(mention(4)->kind, TREE_MENTION_CODE);
	assert_null(mention(4)->macro);
}

static void test_directives(void **state)
{
	assert_int_equal(scan("#undef get_user_pages\n"
			      "#include <x/get_user_pages.h>\n"
			      "#include \"get_user_pages.h\"\n"
			      "#if defined(get_user_pages)\n#endif\n"
			      "a # get_user_pages\n"),
			 3);
	assert_int_equal(mention(0)->kind, TREE_MENTION_DIRECTIVE);
	assert_int_equal(mention(1)->kind, TREE_MENTION_DIRECTIVE);
	assert_int_equal(mention(1)->line, 4);
	/* A hash in the middle of a line starts no directive. */
	assert_int_equal(mention(2)->kind, TREE_MENTION_CODE);
}

static void test_conditions(void **state)
{
	assert_int_equal(scan("get_user_pages\n"
			      "#ifdef CONFIG_A /* why */\n"
			      "get_user_pages\n"
			      "# if  0 // gone\n"
			      "get_user_pages\n"
			      "#elif defined(B) && \\\n  C\n"
			      "get_user_pages\n"
			      "#else /* !B */\n"
			      "get_user_pages\n"
			      "#endif\n"
			      "#else\n"
			      "get_user_pages\n"
			      "#endif\n"
			      "get_user_pages\n"),
			 7);
	assert_null(mention(0)->cond);
	assert_string_equal(mention(1)->cond, "#ifdef CONFIG_A");
	assert_string_equal(mention(2)->cond, "#if 0");
	assert_string_equal(mention(3)->cond, "#elif defined(B) && C of #if 0");
	assert_string_equal(mention(4)->cond, "#else of #if 0");
	assert_string_equal(mention(5)->cond, "#else of #ifdef CONFIG_A");
	assert_null(mention(6)->cond);
}

/* An include guard is no condition; other #ifndef lines are. */
static void test_guard(void **state)
{
	assert_int_equal(
		scan("/* x */\n#ifndef H\n#define H\nget_user_pages\n"
		     "#ifndef X\n#define X\nget_user_pages\n#endif\n#endif\n"),
		2);
	assert_null(mention(0)->cond);
	assert_string_equal(mention(1)->cond, "#ifndef X");
	assert_int_equal(
		scan("#ifndef H\n#define OTHER\nget_user_pages\n#endif\n"), 1);
	assert_string_equal(mention(0)->cond, "#ifndef H");
}

/* More #else and #endif than #if, and the other way round. */
static void test_unbalanced(void **state)
{
	assert_int_equal(
		scan("#endif\n#else\n#elif\nget_user_pages\n#if A\n#if B\n"
		     "get_user_pages"),
		2);
	assert_null(mention(0)->cond);
	assert_string_equal(mention(1)->cond, "#if B");
	assert_int_equal(scan("#\n#if\nget_user_pages"), 1);
	assert_string_equal(mention(0)->cond, "#if");
}

static void test_crlf(void **state)
{
	assert_int_equal(
		scan("#ifdef A\r\n\tget_user_pages(x);\r\n#endif\r\n"
		     "#define M \\\r\n get_user_pages\r\nget_user_pages\r\n"),
		3);
	assert_string_equal(mention(0)->text, "get_user_pages(x);");
	assert_string_equal(mention(0)->cond, "#ifdef A");
	assert_int_equal(mention(0)->line, 2);
	assert_string_equal(mention(1)->macro, "M");
	assert_int_equal(mention(2)->line, 6);
	assert_int_equal(mention(2)->kind, TREE_MENTION_CODE);
}

static void test_bytes(void **state)
{
	static const char text[] =
		"\0\0 get_user_pages \0 \xff\xfe get_user_pages\n\0#if \xff\n"
		"get_user_pages\n";

	assert_int_equal(scan_len(text, sizeof(text) - 1), 3);
	for (unsigned int i = 0; i < 3; i++) {
		assert_true(g_utf8_validate(mention(i)->text, -1, NULL));
		assert_int_equal(memcmp(text + mention(i)->offset,
					"get_user_pages", 14),
				 0);
	}
	assert_true(g_utf8_validate(mention(2)->cond, -1, NULL));
	assert_int_equal(scan_len("", 0), 0);
	assert_int_equal(scan("\xc3\xa9get_user_pages"), 1);
}

/* Cut off at any byte: no read past the end, offsets stay inside. */
static void test_truncated(void **state)
{
	static const char text[] =
		"#ifndef A\n#define A get_user_pages \\\n x /* c */\n"
		"#elif 'x' \"y\\\"\"\n// c\\\nd\n/\\\n* e *\\\n/ get_\\\nuser_pages\\\r\n"
		"#include <get_user_pages>\n#endif\n1.5e+3 get_user_pages";

	for (size_t len = 0; len <= sizeof(text) - 1; len++) {
		scan_len(text, len);
		for (unsigned int i = 0; i < found->len; i++)
			assert_true(mention(i)->offset < len);
	}
}

static void test_long_lines(void **state)
{
	g_autoptr(GString) s = g_string_new(NULL);

	for (unsigned int i = 0; i < 20000; i++)
		g_string_append(s, "get_user_pages; ");
	assert_int_equal(scan_len(s->str, s->len), 20000);
	assert_true(strlen(mention(10000)->text) < 1024);
	assert_non_null(strstr(mention(10000)->text, "get_user_pages"));
	g_string_truncate(s, 0);
	for (unsigned int i = 0; i < 100000; i++)
		g_string_append_c(s, 'a');
	g_string_append(s, " get_user_pages");
	assert_int_equal(scan_len(s->str, s->len), 1);
	g_string_truncate(s, 0);
	for (unsigned int i = 0; i < 20000; i++)
		g_string_append(s, "#if A\n");
	g_string_append(s, " get_user_pages");
	assert_int_equal(scan_len(s->str, s->len), 1);
	assert_string_equal(mention(0)->cond, "#if A");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plain),      TEST(test_whole_tokens),
		TEST(test_comments),   TEST(test_literals),
		TEST(test_splices),    TEST(test_macros),
		TEST(test_directives), TEST(test_conditions),
		TEST(test_guard),      TEST(test_unbalanced),
		TEST(test_crlf),       TEST(test_bytes),
		TEST(test_truncated),  TEST(test_long_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
