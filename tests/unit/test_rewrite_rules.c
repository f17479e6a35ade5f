// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rewrite_rules.c - the rules for "make coccicheck"
 */
#include "rewrite_fixture.h"

static const char text[] =
	"int a(void)\n"
	"{\n"
	"\tint n = get_user_pages_fast(s, 1, FOLL_LONGTERM, &page);\n"
	"\n"
	"\tif (n != 1)\n"
	"\t\treturn -EFAULT;\n"
	"\tv = kmap(page);\n"
	"\t*v = 1;\n"
	"\tkunmap(page);\n"
	"\tput_page(page);\n"
	"\treturn 0;\n"
	"}\n"
	"int b(void)\n"
	"{\n"
	"\tn = get_user_pages(s, nr, FOLL_GET | FOLL_WRITE, x->pages);\n"
	"\tfor (i = 0; i < n; i++)\n"
	"\t\tsg_set_page(sg, x->pages[i], 1, 2);\n"
	"\twhile (n--)\n"
	"\t\tput_page(x->pages[n]);\n"
	"\tpin_user_pages(s, nr, FOLL_PIN, pages);\n"
	"}\n"
	"int fine(void)\n"
	"{\n"
	"\tpin_user_pages(s, nr, FOLL_WRITE | FOLL_LONGTERM, pages);\n"
	"\tv = kmap(pages[0]);\n"
	"\tunpin_user_page(pages[0]);\n"
	"\tget_user_pages(s, 1, FOLL_WRITE, &page);\n"
	"\tpfn = page_to_pfn(page);\n"
	"\tput_page(page);\n"
	"}\n"
	"int wrong(void)\n"
	"{\n"
	"\tn = pin_user_pages_fast(s, nr, 0, v->pages);\n"
	"\tif (n < nr)\n"
	"\t\trelease_pages(v->pages, n);\n"
	"\tfor (i = 0; i < n; i++)\n"
	"\t\tput_page(v->pages[i]);\n"
	"\tpin_user_pages(s, 1, 0, &page);\n"
	"\tput_page(page);\n"
	"\tpage = alloc_page(GFP_KERNEL);\n"
	"\tput_page(page);\n"
	"}\n";

/* standard output of spatch with a rule in a mode */
static char *check(struct fixture *f, const char *rule, const char *mode)
{
	g_autofree char *path =
		g_strdup_printf("%s/coccicheck/%s.cocci", TEST_RULES_DIR, rule);
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE |
					  G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	g_autoptr(GSubprocess) child = NULL;
	char *output = NULL;

	fixture_file(f, "a.c", text);
	g_subprocess_launcher_set_cwd(launcher, f->root);
	child = g_subprocess_launcher_spawn(
		launcher, NULL, "spatch", "--very-quiet", "--no-includes",
		/* context and patch print a diff */
		strcmp(mode, "patch") && strcmp(mode, "context") ?
			"--no-show-diff" :
			"--include-headers",
		"-D", mode, "--sp-file", path, "a.c", NULL);
	assert_non_null(child);
	assert_true(g_subprocess_communicate_utf8(child, NULL, NULL, &output,
						  NULL, NULL));
	assert_int_equal(g_subprocess_get_exit_status(child), 0);
	return output;
}

static unsigned int count(const char *output, const char *word)
{
	unsigned int n = 0;

	for (; (output = strstr(output, word)); output++)
		n++;
	return n;
}

static void test_flags_report(void **state)
{
	g_autofree char *output = check(*state, "gup_flags", "report");

	assert_non_null(strstr(output, "a.c:3:9-28: ERROR: FOLL_LONGTERM"));
	assert_non_null(strstr(output, "a.c:15:5-19: WARNING: FOLL_GET"));
	assert_non_null(strstr(output, "a.c:20:1-15: WARNING: FOLL_GET"));
	assert_int_equal(count(output, "a.c:"), 3);
}

static void test_flags_patch(void **state)
{
	g_autofree char *output = check(*state, "gup_flags", "patch");

	assert_non_null(strstr(output, "+\tn = get_user_pages(s, nr, "
				       "FOLL_WRITE, x->pages);"));
	assert_non_null(strstr(output, "+\tpin_user_pages(s, nr, 0, pages);"));
	assert_int_equal(count(output, "\n+\t"), 2);
}

static void test_data_report(void **state)
{
	g_autofree char *output = check(*state, "gup_data", "report");

	assert_non_null(strstr(output, "a.c:3:9-28: WARNING: a page"));
	assert_non_null(strstr(output, "a.c:15:5-19: WARNING: pages"));
	assert_int_equal(count(output, "a.c:"), 2);
}

static void test_org(void **state)
{
	g_autofree char *flags = check(*state, "gup_flags", "org");
	g_autofree char *data = check(*state, "gup_data", "org");
	g_autofree char *unpin = check(*state, "gup_unpin", "org");

	assert_int_equal(count(flags, "* TODO"), 3);
	assert_int_equal(count(data, "* TODO"), 2);
	assert_int_equal(count(unpin, "* TODO"), 3);
}

static void test_context(void **state)
{
	g_autofree char *flags = check(*state, "gup_flags", "context");
	g_autofree char *data = check(*state, "gup_data", "context");
	g_autofree char *unpin = check(*state, "gup_unpin", "context");

	assert_int_equal(count(flags, "\n-\t"), 3);
	assert_int_equal(count(data, "\n-\t"), 6);
	assert_int_equal(count(unpin, "\n-\t"), 3);
}

static void test_unpin_report(void **state)
{
	g_autofree char *output = check(*state, "gup_unpin", "report");

	assert_non_null(strstr(output, "a.c:35:2-15: ERROR: pages from"));
	assert_non_null(strstr(output, "a.c:37:2-10: ERROR: pages from"));
	assert_non_null(strstr(output, "a.c:39:1-9: ERROR: a page from"));
	assert_int_equal(count(output, "a.c:"), 3);
}

static void test_unpin_patch(void **state)
{
	g_autofree char *output = check(*state, "gup_unpin", "patch");

	assert_non_null(strstr(output, "+\t\tunpin_user_pages(v->pages, n);"));
	assert_non_null(strstr(output, "+\t\tunpin_user_page(v->pages[i]);"));
	assert_non_null(strstr(output, "+\tunpin_user_page(page);"));
	assert_int_equal(count(output, "\n+\t"), 3);
}

/* what "make coccicheck" and "scripts/coccicheck" look for in a file */
static void test_conventions(void **state)
{
	static const char *const once[] = {
		"// Confidence: ",     "// Options: --no-includes",
		"\nvirtual context\n", "\nvirtual org\n",
		"\nvirtual report\n",
	};
	g_autofree char *dir = g_strdup_printf("%s/coccicheck", TEST_RULES_DIR);
	GDir *rules = g_dir_open(dir, 0, NULL);
	const char *name;

	(void)state;
	assert_non_null(rules);
	while ((name = g_dir_read_name(rules))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		g_autofree char *rule = NULL;

		assert_true(g_file_get_contents(path, &rule, NULL, NULL));
		assert_true(g_str_has_prefix(rule, "// SPDX-License-"));
		assert_non_null(strstr(rule, "\n/// "));
		for (unsigned int i = 0; i < G_N_ELEMENTS(once); i++)
			assert_int_equal(count(rule, once[i]), 1);
	}
	g_dir_close(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(test_flags_report), TEST(test_flags_patch),
		TEST(test_data_report),	 TEST(test_unpin_report),
		TEST(test_unpin_patch),	 TEST(test_org),
		TEST(test_context),	 TEST(test_conventions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
