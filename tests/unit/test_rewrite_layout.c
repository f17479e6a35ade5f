// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rewrite_layout.c - white space, long lines, comments, and what is lost
 */
#include "rewrite_fixture.h"

/* one call of gup_fast() with its flags in argument 2 */
static void one_call(struct fixture *f, const char *text, const char *want)
{
	g_ptr_array_set_size(f->v.sites, 0);
	fixture_file(f, "a.c", text);
	fixture_acquire(f, 1, "a.c", "get_user_pages_fast", 0,
			"pin_user_pages_fast", 2);
	fixture_run(f);
	fixture_expect(f, "a.c", want);
}

static void test_aligned(void **state)
{
	one_call(*state,
		 "void f(void)\n"
		 "{\n"
		 "\tret = get_user_pages_fast(start,\n"
		 "\t\t\t\t  nr,\t/* count */\n"
		 "\t\t\t\t  FOLL_WRITE, // flags, of course\n"
		 "\t\t\t\t  pages);\t/* tail */\n"
		 "}\n",
		 "void f(void)\n"
		 "{\n"
		 "\tret = pin_user_pages_fast(start,\n"
		 "\t\t\t\t  nr,\t/* count */\n"
		 "\t\t\t\t  FOLL_WRITE | FOLL_LONGTERM, // flags, of course\n"
		 "\t\t\t\t  pages);\t/* tail */\n"
		 "}\n");
}

static void test_wrap(void **state)
{
	/* nothing to wrap at column 80 */
	one_call(
		*state,
		"void f(void)\n"
		"{\n"
		"\tnr_pages12345 = get_user_pages_fast(start, count, FOLL_WRITE, p);\n"
		"}\n",
		"void f(void)\n"
		"{\n"
		"\tnr_pages12345 = pin_user_pages_fast(start, count,\n"
		"\t\t\t\t\t    FOLL_WRITE | FOLL_LONGTERM, p);\n"
		"}\n");
	/* exactly 80 columns stay */
	one_call(
		*state,
		"void f(void)\n"
		"{\n"
		"\tn = get_user_pages_fast(start, cnt, FOLL_WRITE, pages_);\n"
		"}\n",
		"void f(void)\n"
		"{\n"
		"\tn = pin_user_pages_fast(start, cnt, FOLL_WRITE | FOLL_LONGTERM, pages_);\n"
		"}\n");
}

static void test_wrap_join(void **state)
{
	one_call(
		*state,
		"void f(void)\n"
		"{\n"
		"\tnr = get_user_pages_fast(uaddr, obj->nr_pages, obj->gup_flags_used,\n"
		"\t\t\t\t obj->pages);\n"
		"}\n",
		"void f(void)\n"
		"{\n"
		"\tnr = pin_user_pages_fast(uaddr, obj->nr_pages,\n"
		"\t\t\t\t obj->gup_flags_used | FOLL_LONGTERM,\n"
		"\t\t\t\t obj->pages);\n"
		"}\n");
	one_call(
		*state,
		"void f(void)\n"
		"{\n"
		"\tnr = get_user_pages_fast(obj->user_address, obj->nr_pages, gup_flags,\n"
		"\t\t\t\t pages);\n"
		"}\n",
		"void f(void)\n"
		"{\n"
		"\tnr = pin_user_pages_fast(obj->user_address, obj->nr_pages,\n"
		"\t\t\t\t gup_flags | FOLL_LONGTERM, pages);\n"
		"}\n");
	/* continuation lines that are not under the parenthesis stay where they are */
	one_call(
		*state,
		"void f(void)\n"
		"{\n"
		"\tnr = get_user_pages_fast(obj->user_address,\n"
		"\t\tobj->nr_pages, obj->write ? FOLL_WRITE : 0, obj->pages, obj);\n"
		"}\n",
		"void f(void)\n"
		"{\n"
		"\tnr = pin_user_pages_fast(obj->user_address,\n"
		"\t\tobj->nr_pages, (obj->write ? FOLL_WRITE : 0) | FOLL_LONGTERM,\n"
		"\t\tobj->pages, obj);\n"
		"}\n");
}

/* an argument that does not fit into a line of its own */
static void test_wrap_bar(void **state)
{
	one_call(*state,
		 "void f(void)\n"
		 "{\n"
		 "\t\tpinned = get_user_pages_fast(\n"
		 "\t\t\t\t(unsigned long)xfer->loc_addr & PAGE_MASK,\n"
		 "\t\t\t\tnr_pages,\n"
		 "\t\t\t\tdir == DMA_FROM_DEVICE ? FOLL_WRITE : 0,\t/* how */\n"
		 "\t\t\t\tpage_list);\n"
		 "}\n",
		 "void f(void)\n"
		 "{\n"
		 "\t\tpinned = pin_user_pages_fast(\n"
		 "\t\t\t\t(unsigned long)xfer->loc_addr & PAGE_MASK,\n"
		 "\t\t\t\tnr_pages,\n"
		 "\t\t\t\t(dir == DMA_FROM_DEVICE ? FOLL_WRITE : 0) |\n"
		 "\t\t\t\tFOLL_LONGTERM,\t/* how */\n"
		 "\t\t\t\tpage_list);\n"
		 "}\n");
}

static void test_wrap_condition(void **state)
{
	one_call(
		*state,
		"void f(void)\n"
		"{\n"
		"\tif (get_user_pages_fast(start, 1, FOLL_WRITE, &pages[i]) != 1) {\n"
		"\t\tx();\n"
		"\t}\n"
		"}\n",
		"void f(void)\n"
		"{\n"
		"\tif (pin_user_pages_fast(start, 1, FOLL_WRITE | FOLL_LONGTERM,\n"
		"\t\t\t\t&pages[i]) != 1) {\n"
		"\t\tx();\n"
		"\t}\n"
		"}\n");
}

static void test_was_too_long(void **state)
{
	one_call(
		*state,
		"void f(void)\n"
		"{\n"
		"\tlong_name_of_a_variable = get_user_pages_fast(start, 1, FOLL_WRITE, pages);\n"
		"}\n",
		"void f(void)\n"
		"{\n"
		"\tlong_name_of_a_variable = pin_user_pages_fast(start, 1, FOLL_WRITE | FOLL_LONGTERM, pages);\n"
		"}\n");
}

/* Beyond what checkpatch.pl takes. */
static void test_is_too_long(void **state)
{
	one_call(
		*state,
		"void f(void)\n"
		"{\n"
		"\tlong_name_of_a_variable = get_user_pages_fast(start_of_it, 1, FOLL_WRITE, pages);\n"
		"}\n",
		"void f(void)\n"
		"{\n"
		"\tlong_name_of_a_variable = pin_user_pages_fast(start_of_it, 1,\n"
		"\t\t\t\t\t\t      FOLL_WRITE |\n"
		"\t\t\t\t\t\t      FOLL_LONGTERM, pages);\n"
		"}\n");
}

static void test_crlf(void **state)
{
	one_call(
		*state,
		"void f(void)\r\n"
		"{\r\n"
		"\tif (get_user_pages_fast(start, 1, FOLL_WRITE, &pages[i]) != 1) // x\r\n"
		"\t\tx();\r\n"
		"}\r\n",
		"void f(void)\r\n"
		"{\r\n"
		"\tif (pin_user_pages_fast(start, 1, FOLL_WRITE | FOLL_LONGTERM,\r\n"
		"\t\t\t\t&pages[i]) != 1) // x\r\n"
		"\t\tx();\r\n"
		"}\r\n");
}

static void test_no_newline_at_end(void **state)
{
	one_call(
		*state, "void f(void) { get_user_pages_fast(a, 1, 0, p); }",
		"void f(void) { pin_user_pages_fast(a, 1, FOLL_LONGTERM, p); }");
}

static void test_spacing_kept(void **state)
{
	one_call(
		*state,
		"void f(void)\n"
		"{\n"
		"\tint  x ;\n"
		"\n\n\n"
		"\tx=get_user_pages_fast (  a,1 ,FOLL_WRITE,p );   \n"
		"        return  ;\n"
		"}\n\n\f\n",
		"void f(void)\n"
		"{\n"
		"\tint  x ;\n"
		"\n\n\n"
		"\tx=pin_user_pages_fast (  a,1 ,FOLL_WRITE | FOLL_LONGTERM,p );   \n"
		"        return  ;\n"
		"}\n\n\f\n");
}

/* lines under a parenthesis that moves go with it, others stay */
static void test_realigned(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *site;

	fixture_file(f, "a.c",
		     "void f(void)\n"
		     "{\n"
		     "\tret = get_user_pages_longterm(start, nr,\n"
		     "\t\t\t\t      f(a,\n"
		     "\t\t\t\t\tb), FOLL_WRITE,\n"
		     "\t\t\t\t      pages);\n"
		     "\tput_page(pages[i +\n"
		     "\t\t       j]);\n"
		     "\tput_page(\n"
		     "\t\tpages[j]);\n"
		     "}\n");
	site = fixture_acquire(f, 1, "a.c", "get_user_pages_longterm", 0,
			       "pin_user_pages", 3);
	fixture_release(f, site, "a.c", 0);
	fixture_release(f, site, "a.c", 1);
	fixture_run(f);
	fixture_expect(f, "a.c",
		       "void f(void)\n"
		       "{\n"
		       "\tret = pin_user_pages(start, nr,\n"
		       "\t\t\t     f(a,\n"
		       "\t\t\t       b), FOLL_WRITE | FOLL_LONGTERM,\n"
		       "\t\t\t     pages);\n"
		       "\tunpin_user_page(pages[i +\n"
		       "\t\t\t      j]);\n"
		       "\tunpin_user_page(\n"
		       "\t\tpages[j]);\n"
		       "}\n");
}

/* F1 to F4 of the findings: loops, unbraced if and else, comments */
static void test_statements_kept(void **state)
{
	struct fixture *f = *state;
	static const char text[] = "void f(void)\n"
				   "{\n"
				   "\tif (a)\n"
				   "\t\tfor (i = 0; i < n; i++) /* all */\n"
				   "\t\t\tput_page(p[i]); /* one */\n"
				   "\telse\n"
				   "\t\tput_page(q);\n"
				   "\tdo {\n"
				   "\t\t/* before */\n"
				   "\t\tput_page(q /* in */);\n"
				   "\t} while (--i);\n"
				   "\tgup(a, p);\n"
				   "}\n";
	g_auto(GStrv) parts = g_strsplit(text, "put_page", -1);
	g_autofree char *joined = g_strjoinv("unpin_user_page", parts);
	g_auto(GStrv) more = g_strsplit(joined, "gup", -1);
	g_autofree char *want = g_strjoinv("pin", more);
	struct verdict_site *site;

	fixture_file(f, "a.c", text);
	site = fixture_acquire(f, 1, "a.c", "gup", 0, "pin", -1);
	for (unsigned int i = 0; i < 3; i++)
		fixture_release(f, site, "a.c", i);
	fixture_run(f);
	fixture_expect(f, "a.c", want);
}

/* a group with a place that spatch does not reach goes; the other one stays */
static void test_lost(void **state)
{
	struct fixture *f = *state;
	struct rewrite_withdrawn *w;
	struct verdict_site *site;

	fixture_file(f, "a.c",
		     "void f(void)\n"
		     "{\n"
		     "\tgup(a, p);\n"
		     "#if 0\n"
		     "\tput_page(p);\n"
		     "#endif\n"
		     "\tput_page(p);\n"
		     "}\n");
	fixture_file(f, "b.c",
		     "void f(void)\n{\n\tgup(a, p);\n\tput_page(p);\n}\n");
	fixture_file(f, "c.c", "void f(void)\n{\n\tput_page(p);\n}\n");
	site = fixture_acquire(f, 1, "a.c", "gup", 0, "pin", -1);
	fixture_release(f, site, "a.c", 0);
	fixture_release(f, site, "a.c", 1);
	fixture_release(f, site, "c.c", 0);
	site = fixture_acquire(f, 2, "b.c", "gup", 0, "pin", -1);
	fixture_release(f, site, "b.c", 0);
	fixture_run(f);
	assert_non_null(f->result);
	assert_int_equal(f->result->files->len, 1);
	fixture_expect(
		f, "b.c",
		"void f(void)\n{\n\tpin(a, p);\n\tunpin_user_page(p);\n}\n");
	assert_int_equal(f->result->withdrawn->len, 1);
	w = f->result->withdrawn->pdata[0];
	assert_non_null(strstr(w->reason, "a.c:5: spatch cannot rewrite"));
	assert_int_equal(w->site->action, ACTION_MANUAL);
	assert_int_equal(site->action, ACTION_CONVERT);
	/* the semantic patch is that of what is left */
	assert_null(strstr(f->result->cocci, "\"a.c\""));
}

/* code that spatch cannot parse, and bytes that are no code */
static void test_garbage(void **state)
{
	static const char binary[] = "\377\376\0\0put_page(\0\"gup(p)\n\\";
	struct fixture *f = *state;
	struct verdict_site *site;

	fixture_file(f, "a.c",
		     "void f(void)\n{\n\tgup(p;\n}\n}}}\nput_page(((\n");
	site = fixture_acquire(f, 1, "a.c", "gup", 0, "pin", -1);
	fixture_release(f, site, "a.c", 0);
	fixture_run(f);
	fixture_expect_withdrawn(f, "no closing parenthesis");

	g_ptr_array_set_size(f->v.sites, 0);
	fixture_bytes(f, "a.c", binary, sizeof(binary) - 1);
	fixture_file(f, "b.c", "void f(void) { gup(p); }\n");
	site = fixture_acquire(f, 1, "b.c", "gup", 0, "pin", -1);
	fixture_edit(f, site, EDIT_RELEASE_PAGE, "b.c", "gup", 0, "pin");
	((struct verdict_edit *)site->edits->pdata[1])->loc.file = "a.c";
	((struct verdict_edit *)site->edits->pdata[1])->loc.column = 5;
	fixture_run(f);
	fixture_expect_withdrawn(f, "there is no gup");
}

/* text that is not what was analysed */
static void test_stale(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *site;
	struct verdict_edit *edit;

	fixture_file(f, "a.c", "void f(void) { gup(a, F, p); }\n");
	site = fixture_acquire(f, 1, "a.c", "gup", 0, "pin", 1);
	edit = site->edits->pdata[0];
	edit->arg_text = "G";
	fixture_run(f);
	fixture_expect_withdrawn(f, "not what was analysed");

	site->action = ACTION_CONVERT;
	edit->arg_text = " F /* flag */";
	fixture_run(f);
	fixture_expect(f, "a.c",
		       "void f(void) { pin(a, F | FOLL_LONGTERM, p); }\n");

	fixture_file(f, "a.c", "\nvoid f(void) { gup(a, F, p); }\n");
	fixture_run(f);
	fixture_expect_withdrawn(f, "a.c:1:16: there is no gup");

	g_ptr_array_set_size(f->v.sites, 0);
	site = fixture_acquire(f, 1, "a.c", "gup", 0, "pin", 1);
	edit = site->edits->pdata[0];
	edit->loc.line = 4000000000u;
	fixture_run(f);
	fixture_expect_withdrawn(f, "there is no gup");

	site->action = ACTION_CONVERT;
	edit->loc.file = "gone.c";
	fixture_run(f);
	assert_null(f->result);
	assert_int_equal(f->error->code, G2P_ERROR_IO);
	assert_non_null(strstr(f->error->message, "gone.c"));

	edit->loc.file = "../../etc/passwd";
	fixture_run(f);
	fixture_expect_withdrawn(f, "outside of the tree");

	site->action = ACTION_CONVERT;
	edit->loc.file = "a.c";
	edit->loc.macro = FACTS_MACRO_BODY;
	fixture_run(f);
	fixture_expect_withdrawn(f, "macro's body");
}

static void test_shared_release(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *a, *b;

	fixture_file(f, "a.c",
		     "void f(void) { gup(a); gup(b); put_page(p); }\n");
	a = fixture_acquire(f, 1, "a.c", "gup", 0, "pin", -1);
	b = fixture_acquire(f, 1, "a.c", "gup", 1, "pin", -1);
	fixture_release(f, a, "a.c", 0);
	fixture_release(f, b, "a.c", 0);
	fixture_run(f);
	fixture_expect(
		f, "a.c",
		"void f(void) { pin(a); pin(b); unpin_user_page(p); }\n");

	/* a shared edit makes one group of two: both fail together */
	b->group = 2;
	fixture_edit(f, b, EDIT_RELEASE_PAGE, "a.c", "f", 0, "g")->from = "h";
	fixture_run(f);
	fixture_expect_withdrawn(f, "there is no h");
	assert_int_equal(f->result->withdrawn->len, 2);
}

static void test_conflict(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *a, *b;

	fixture_file(f, "a.c",
		     "void f(void) { gup(a); gup(b); put_page(p); }\n");
	a = fixture_acquire(f, 1, "a.c", "gup", 0, "pin", -1);
	b = fixture_acquire(f, 2, "a.c", "gup", 1, "pin", -1);
	fixture_release(f, a, "a.c", 0);
	fixture_release(f, b, "a.c", 0);
	((struct verdict_edit *)b->edits->pdata[1])->to = "put_user_page";
	fixture_run(f);
	fixture_expect_withdrawn(f, "different changes of put_page()");
	assert_int_equal(f->result->withdrawn->len, 2);
}

/* a site of the group that a person has to convert keeps the others back */
static void test_manual_in_group(void **state)
{
	struct fixture *f = *state;

	fixture_file(f, "a.c", "void f(void) { gup(a); gup(b); }\n");
	fixture_acquire(f, 1, "a.c", "gup", 0, "pin", -1);
	fixture_acquire(f, 1, "a.c", "gup", 1, "pin", -1)->action =
		ACTION_MANUAL;
	fixture_run(f);
	fixture_expect_withdrawn(f, "shares pages with a.c:1");
	assert_int_equal(f->result->withdrawn->len, 1);
}

static void test_overlap(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *a;
	struct verdict_edit *edit;

	fixture_file(f, "a.c", "void f(void) { gup(a, gup(b, FOLL_GET)); }\n");
	a = fixture_acquire(f, 1, "a.c", "gup", 0, "pin", -1);
	edit = a->edits->pdata[0];
	edit->kind = EDIT_RELEASE_FOLIO_PAGE;
	fixture_run(f);
	fixture_expect_withdrawn(f, "not a call");
}

/* an acquire call in the arguments of another planned call */
static void test_nested(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *a;

	fixture_file(f, "a.c",
		     "void f(void) { put_page(gup_one(a, 0)); gup(a, 0);\n}\n");
	a = fixture_acquire(f, 1, "a.c", "gup_one", 0, "pin_one", 1);
	fixture_release(f, a, "a.c", 0);
	fixture_acquire(f, 1, "a.c", "gup", 0, "pin", -1);
	fixture_run(f);
	fixture_expect(
		f, "a.c",
		"void f(void) { unpin_user_page(pin_one(a, FOLL_LONGTERM));"
		" pin(a, 0);\n}\n");
}

static void test_no_sites(void **state)
{
	struct fixture *f = *state;

	fixture_run(f);
	assert_non_null(f->result);
	assert_int_equal(f->result->files->len, 0);
	assert_int_equal(f->result->withdrawn->len, 0);
	assert_null(f->result->cocci);
}

/* every beginning of a text is a text, too */
static void test_lex_truncated(void **state)
{
	static const char text[] =
		"/*/ a */ // b \\\n c\r\nx = 'a' \"b\\\"c\" 0x1e+1 .5 a->b <<= 1;\r\n"
		"#define X \\\n y\n\377\0 $ \"open \\";

	for (size_t n = 0; n < sizeof(text); n++) {
		g_autofree char *copy = g_memdup2(text, n);
		g_autoptr(GArray) tokens = lex_text(copy ? copy : "", n);
		unsigned int at = 0;

		for (unsigned int i = 0; i < tokens->len; i++) {
			const struct lex_token *token = lex_at(tokens, i);

			assert_true(token->start >= at);
			assert_true(token->end > token->start);
			assert_true(token->end <= n);
			at = token->end;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(test_aligned),
		TEST(test_wrap),
		TEST(test_wrap_join),
		TEST(test_wrap_bar),
		TEST(test_wrap_condition),
		TEST(test_was_too_long),
		TEST(test_is_too_long),
		TEST(test_crlf),
		TEST(test_no_newline_at_end),
		TEST(test_spacing_kept),
		TEST(test_realigned),
		TEST(test_statements_kept),
		TEST(test_lost),
		TEST(test_garbage),
		TEST(test_stale),
		TEST(test_shared_release),
		TEST(test_conflict),
		TEST(test_manual_in_group),
		TEST(test_overlap),
		TEST(test_nested),
		TEST(test_no_sites),
		TEST(test_lex_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
