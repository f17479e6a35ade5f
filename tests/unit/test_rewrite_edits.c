// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rewrite_edits.c - each kind of edit and each form of the flags
 */
#include "rewrite_fixture.h"

static const char simple[] = "int f(void)\n"
			     "{\n"
			     "\tint r = get_user_pages_fast(a, n, 0, p);\n"
			     "\n"
			     "\twhile (r--)\n"
			     "\t\tput_page(p[r]);\n"
			     "\treturn 0;\n"
			     "}\n";

static void test_acquire_and_release(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *site;

	fixture_file(f, "drivers/a.c", simple);
	site = fixture_acquire(f, 1, "drivers/a.c", "get_user_pages_fast", 0,
			       "pin_user_pages_fast", 2);
	fixture_release(f, site, "drivers/a.c", 0);
	fixture_run(f);
	fixture_expect(
		f, "drivers/a.c",
		"int f(void)\n"
		"{\n"
		"\tint r = pin_user_pages_fast(a, n, FOLL_LONGTERM, p);\n"
		"\n"
		"\twhile (r--)\n"
		"\t\tunpin_user_page(p[r]);\n"
		"\treturn 0;\n"
		"}\n");
	assert_int_equal(f->result->withdrawn->len, 0);
	assert_non_null(strstr(f->result->cocci, "(\"drivers/a.c\", 3, 9)"));
	assert_int_equal(site->action, ACTION_CONVERT);
}

static void test_rename_without_flag(void **state)
{
	struct fixture *f = *state;

	fixture_file(f, "a.c", simple);
	fixture_acquire(f, 1, "a.c", "get_user_pages_fast", 0,
			"pin_user_pages_fast", -1);
	fixture_run(f);
	assert_non_null(f->result);
	assert_int_equal(f->result->files->len, 1);
	g_autofree char *after = fixture_after(f, "a.c");
	assert_non_null(strstr(after, "pin_user_pages_fast(a, n, 0, p)"));
	assert_non_null(strstr(after, "\t\tput_page(p[r]);"));
}

struct flags_case {
	const char *flags;
	const char *drop;
	bool fold;
	bool parens;
	const char *want;
};

static const struct flags_case flags_cases[] = {
	{ "0", NULL, true, false, "FOLL_LONGTERM" },
	{ "FOLL_WRITE", NULL, true, false, "FOLL_WRITE | FOLL_LONGTERM" },
	{ "FOLL_WRITE|FOLL_FORCE", NULL, true, false,
	  "FOLL_WRITE|FOLL_FORCE | FOLL_LONGTERM" },
	{ "gup_flags", NULL, true, false, "gup_flags | FOLL_LONGTERM" },
	{ "x->flags", NULL, true, true, "x->flags | FOLL_LONGTERM" },
	{ "flags_of(x, 1)", NULL, true, true,
	  "flags_of(x, 1) | FOLL_LONGTERM" },
	{ "w ? FOLL_WRITE : 0", NULL, true, true,
	  "(w ? FOLL_WRITE : 0) | FOLL_LONGTERM" },
	{ "w ? FOLL_WRITE : 0", NULL, true, false,
	  "(w ? FOLL_WRITE : 0) | FOLL_LONGTERM" },
	{ "(w ? FOLL_WRITE : 0)", NULL, true, true,
	  "(w ? FOLL_WRITE : 0) | FOLL_LONGTERM" },
	{ "type == X", NULL, true, true, "(type == X) | FOLL_LONGTERM" },
	{ "w << 2", NULL, true, true, "(w << 2) | FOLL_LONGTERM" },
	{ "*fl", NULL, true, false, "*fl | FOLL_LONGTERM" },
	{ "FOLL_LONGTERM | FOLL_GET", "FOLL_GET", true, false,
	  "FOLL_LONGTERM" },
	{ "FOLL_GET", "FOLL_GET", false, false, "0" },
	{ "FOLL_GET", "FOLL_GET", true, false, "FOLL_LONGTERM" },
	{ "FOLL_GET | FOLL_WRITE", "FOLL_GET", false, false, "FOLL_WRITE" },
	{ "FOLL_WRITE | FOLL_GET", "FOLL_GET", false, false, "FOLL_WRITE" },
	{ "FOLL_WRITE | FOLL_GET | FOLL_FORCE", "FOLL_GET", false, false,
	  "FOLL_WRITE | FOLL_FORCE" },
	{ "FOLL_GET | FOLL_WRITE | FOLL_FORCE", "FOLL_GET", true, false,
	  "FOLL_WRITE | FOLL_FORCE | FOLL_LONGTERM" },
	{ "FOLL_WRITE | FOLL_GET", "FOLL_GET", true, false,
	  "FOLL_WRITE | FOLL_LONGTERM" },
	{ "w ? FOLL_LONGTERM : FOLL_LONGTERM | FOLL_WRITE", NULL, true, true,
	  "w ? FOLL_LONGTERM : FOLL_LONGTERM | FOLL_WRITE" },
	{ "w ? FOLL_LONGTERM : 0", NULL, true, true,
	  "(w ? FOLL_LONGTERM : 0) | FOLL_LONGTERM" },
	{ "/* none */ 0 /* yet */", NULL, true, false,
	  "/* none */ FOLL_LONGTERM /* yet */" },
	{ "FOLL_WRITE /* why */", NULL, true, false,
	  "FOLL_WRITE | FOLL_LONGTERM /* why */" },
};

static void test_flags(void **state)
{
	struct fixture *f = *state;
	g_autoptr(GString) text = g_string_new("int f(void)\n{\n");
	g_autoptr(GString) want = g_string_new("int f(void)\n{\n");

	for (unsigned int i = 0; i < G_N_ELEMENTS(flags_cases); i++) {
		const struct flags_case *c = &flags_cases[i];

		g_string_append_printf(text, "\tget_user_pages(a, %s, p);\n",
				       c->flags);
		g_string_append_printf(want, "\tpin_user_pages(a, %s, p);\n",
				       c->want);
	}
	g_string_append(text, "}\n");
	g_string_append(want, "}\n");
	fixture_file(f, "a.c", text->str);
	for (unsigned int i = 0; i < G_N_ELEMENTS(flags_cases); i++) {
		const struct flags_case *c = &flags_cases[i];
		struct verdict_site *site =
			fixture_acquire(f, i + 1, "a.c", "get_user_pages", i,
					"pin_user_pages", 1);
		struct verdict_edit *edit = site->edits->pdata[0];

		edit->fold = c->fold ? "FOLL_LONGTERM" : NULL;
		edit->drop = c->drop;
		edit->parens = c->parens;
		edit->arg_text = c->flags;
	}
	fixture_run(f);
	fixture_expect(f, "a.c", want->str);
}

/* the same, but a pin call that keeps its name; first and last argument */
static void test_flag_only(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *site;
	struct verdict_edit *edit;

	fixture_file(f, "a.c",
		     "void f(void)\n"
		     "{\n"
		     "\tpin_user_pages(a, FOLL_WRITE, p);\n"
		     "\tpin_one(0);\n"
		     "\tpin_last(a, b, c, x ? 1 : 2);\n"
		     "\tpin_user_pages(a, FOLL_LONGTERM, p);\n"
		     "}\n");
	site = fixture_site(f, 1, "a.c", "pin_user_pages", 0);
	edit = fixture_edit(f, site, EDIT_FLAG, "a.c", "pin_user_pages", 0,
			    "pin_user_pages");
	edit->arg = 1;
	edit->fold = "FOLL_LONGTERM";
	edit = fixture_edit(f, site, EDIT_FLAG, "a.c", "pin_one", 0, "pin_one");
	edit->arg = 0;
	edit->fold = "FOLL_LONGTERM";
	edit = fixture_edit(f, site, EDIT_FLAG, "a.c", "pin_last", 0,
			    "pin_last");
	edit->arg = 3;
	edit->fold = "FOLL_LONGTERM";
	fixture_run(f);
	fixture_expect(f, "a.c",
		       "void f(void)\n"
		       "{\n"
		       "\tpin_user_pages(a, FOLL_WRITE | FOLL_LONGTERM, p);\n"
		       "\tpin_one(FOLL_LONGTERM);\n"
		       "\tpin_last(a, b, c, (x ? 1 : 2) | FOLL_LONGTERM);\n"
		       "\tpin_user_pages(a, FOLL_LONGTERM, p);\n"
		       "}\n");
}

static void test_nothing_to_do(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *site;
	struct verdict_edit *edit;

	fixture_file(f, "a.c",
		     "void f(void)\n{\n\tpin(a, FOLL_LONGTERM, p);\n}\n");
	site = fixture_site(f, 1, "a.c", "pin", 0);
	edit = fixture_edit(f, site, EDIT_FLAG, "a.c", "pin", 0, "pin");
	edit->arg = 1;
	edit->fold = "FOLL_LONGTERM";
	fixture_run(f);
	fixture_expect_withdrawn(f, "nothing would change");
}

static void test_drop_in_doubt(void **state)
{
	static const char *const flags[] = {
		"w ? FOLL_GET : 0", "f(a | FOLL_GET)", "FOLL_GET | FOLL_GET",
		"FOLL_GET & mask",  "other",
	};
	struct fixture *f = *state;

	for (unsigned int i = 0; i < G_N_ELEMENTS(flags); i++) {
		g_autofree char *text = g_strdup_printf(
			"void f(void)\n{\n\tgup(a, %s, p);\n}\n", flags[i]);
		struct verdict_site *site;
		struct verdict_edit *edit;

		g_ptr_array_set_size(f->v.sites, 0);
		fixture_file(f, "a.c", text);
		site = fixture_acquire(f, 1, "a.c", "gup", 0, "pin", 1);
		edit = site->edits->pdata[0];
		edit->fold = NULL;
		edit->drop = "FOLL_GET";
		fixture_run(f);
		fixture_expect_withdrawn(f, "the flag to drop");
	}
}

static void test_folio_page(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *site;

	fixture_file(f, "a.c",
		     "void f(void)\n"
		     "{\n"
		     "\tgup(p);\n"
		     "\tfolio_put(page_folio(p[i]));\n"
		     "\tfolio_put( page_folio( x->page ) );\n"
		     "}\n");
	site = fixture_acquire(f, 1, "a.c", "gup", 0, "pin", -1);
	for (unsigned int i = 0; i < 2; i++)
		fixture_edit(f, site, EDIT_RELEASE_FOLIO_PAGE, "a.c",
			     "folio_put", i, "unpin_user_page");
	fixture_run(f);
	fixture_expect(f, "a.c",
		       "void f(void)\n"
		       "{\n"
		       "\tpin(p);\n"
		       "\tunpin_user_page(p[i]);\n"
		       "\tunpin_user_page( x->page );\n"
		       "}\n");
}

static void test_folio_without_call(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *site;

	fixture_file(f, "a.c",
		     "void f(void)\n{\n\tgup(p);\n\tfolio_put(folio);\n}\n");
	site = fixture_acquire(f, 1, "a.c", "gup", 0, "pin", -1);
	fixture_edit(f, site, EDIT_RELEASE_FOLIO_PAGE, "a.c", "folio_put", 0,
		     "unpin_user_page");
	fixture_run(f);
	fixture_expect_withdrawn(f, "not a call");
}

/* calls in conditions, macro arguments, declarations, nested statements */
static void test_places(void **state)
{
	static const char text[] = "int f(void)\n"
				   "{\n"
				   "\tint r = gup(a, 0, p);\n"
				   "\tif (gup(a, 0, p) != n)\n"
				   "\t\treturn gup(a, 0, p);\n"
				   "\tif (WARN_ON(gup(a, 0, p) < 0))\n"
				   "\t\tgoto out;\n"
				   "\tif (x && MACRO(gup(a, 0, p), b))\n"
				   "\t\tswitch (x) {\n"
				   "\t\tcase 1: gup(a, 0, p);\n"
				   "\t\t}\n"
				   "\tfor (i = 0; i < n; i++)\n"
				   "\t\tgup(a, 0, p);\n"
				   "\tlist_for_each_entry(q, &x->list, list)\n"
				   "\t\tgup(a, 0, p);\n"
				   "#ifdef CONFIG_X\n"
				   "\tgup(a, 0, p);\n"
				   "#else\n"
				   "\tgup(a, 0, p);\n"
				   "#endif\n"
				   "out:\tgup(a, 0, p), gup(a, 0, p);\n"
				   "\tr = ({ int s = gup(a, 0, p); s; });\n"
				   "\tguard(mutex)(&lock);\n"
				   "\tscoped_guard(mutex, &lock) {\n"
				   "\t\tgup(a, 0, p);\n"
				   "\t}\n"
				   "\tscoped_guard(mutex, &lock)\n"
				   "\t\tgup(a, 0, p);\n"
				   "\treturn ok ? gup(a, 0, p) : -1;\n"
				   "}\n";
	struct fixture *f = *state;
	g_autofree char *want = NULL;
	g_auto(GStrv) parts = g_strsplit(text, "gup(a, 0, p)", -1);
	unsigned int n = g_strv_length(parts) - 1;

	fixture_file(f, "a.c", text);
	for (unsigned int i = 0; i < n; i++)
		fixture_acquire(f, i + 1, "a.c", "gup", i, "pin", 1);
	fixture_run(f);
	want = g_strjoinv("pin(a, FOLL_LONGTERM, p)", parts);
	fixture_expect(f, "a.c", want);
}

static void test_two_files(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *site;

	fixture_file(f, "drivers/b/b.c", simple);
	fixture_file(f, "drivers/a/rel.h",
		     "static inline void rel(struct page *p)\n"
		     "{\n\tput_page(p);\n}\n");
	fixture_file(f, "drivers/c c/it's;$(touch x).c", simple);
	site = fixture_acquire(f, 1, "drivers/b/b.c", "get_user_pages_fast", 0,
			       "pin_user_pages_fast", 2);
	fixture_release(f, site, "drivers/b/b.c", 0);
	fixture_release(f, site, "drivers/a/rel.h", 0);
	site = fixture_acquire(f, 2, "drivers/c c/it's;$(touch x).c",
			       "get_user_pages_fast", 0, "pin_user_pages_fast",
			       2);
	fixture_release(f, site, "drivers/c c/it's;$(touch x).c", 0);
	fixture_run(f);
	assert_non_null(f->result);
	assert_int_equal(f->result->files->len, 3);
	assert_string_equal(
		((struct rewrite_file *)f->result->files->pdata[0])->path,
		"drivers/a/rel.h");
	fixture_expect(f, "drivers/a/rel.h",
		       "static inline void rel(struct page *p)\n"
		       "{\n\tunpin_user_page(p);\n}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(test_acquire_and_release),
		TEST(test_rename_without_flag),
		TEST(test_flags),
		TEST(test_flag_only),
		TEST(test_nothing_to_do),
		TEST(test_drop_in_doubt),
		TEST(test_folio_page),
		TEST(test_folio_without_call),
		TEST(test_places),
		TEST(test_two_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
