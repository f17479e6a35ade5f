// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rewrite_check.c - the second analysis and what it leads to
 *
 * The analysis is made up: it finds what the test wants it to find.
 */
#include "rewrite/check.h"
#include "rewrite_fixture.h"

#define TEXT "void f(void)\n{\n\tgup(a, p);\n\tput_page(p);\n}\n"

/**
 * struct plot - what the made-up analysis says
 * @runs: how often it ran
 * @paths: files of the last run, joined by spaces
 * @rule: a finding on the site in @file, or NULL
 * @severity: of that finding
 * @file: the file meant
 * @callee: what the site in @file is afterwards
 * @action: and what is to be done about it
 * @diag: a compiler error in @file, or NULL
 * @fail: the analysis fails
 */
static struct plot {
	unsigned int runs;
	char *paths;
	const char *rule;
	enum verdict_severity severity;
	const char *file;
	const char *callee;
	enum verdict_action action;
	const char *diag;
	bool fail;
} plot;

static void plot_site(struct verdict *v, const char *file)
{
	struct verdict_site *site = g_new0(struct verdict_site, 1);
	bool meant = plot.file && !strcmp(file, plot.file);

	site->id = g_intern_string(file);
	site->file = file;
	/* the lines moved: that must not matter */
	site->line = 30;
	site->function = "f";
	site->callee = meant && plot.callee ? plot.callee : "pin";
	site->action = meant ? plot.action : ACTION_KEEP;
	site->why = "because";
	site->evidence = g_ptr_array_new_with_free_func(g_free);
	site->releases = g_ptr_array_new_with_free_func(g_free);
	site->edits = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(v->sites, site);
	if (meant && plot.rule) {
		struct verdict_finding *finding =
			g_new0(struct verdict_finding, 1);

		finding->rule = plot.rule;
		finding->severity = plot.severity;
		finding->file = file;
		finding->message = "the message";
		finding->site = site->id;
		g_ptr_array_add(v->findings, finding);
	}
	if (meant && plot.diag) {
		struct facts_diag *diag = g_new0(struct facts_diag, 1);

		diag->error = true;
		diag->loc.file = file;
		diag->text = plot.diag;
		g_ptr_array_add(v->diags, diag);
	}
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct verdict *plot_run(struct tree *tree, const struct api *api,
				const struct verdict_options *opts,
				GError **error)
{
	struct verdict *v = g_new0(struct verdict, 1);
	g_auto(GStrv) paths = g_strdupv((char **)opts->paths);

	plot.runs++;
	qsort(paths, g_strv_length(paths), sizeof(*paths), compare);
	g_free(plot.paths);
	plot.paths = g_strjoinv(" ", paths);
	if (plot.fail) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_TOOL, "no analysis");
		g_free(v);
		return NULL;
	}
	v->sites = g_ptr_array_new_with_free_func(fixture_site_free);
	v->findings = g_ptr_array_new_with_free_func(g_free);
	v->diags = g_ptr_array_new_with_free_func(g_free);
	for (char **path = paths; *path; path++) {
		GBytes *after = g_hash_table_lookup(opts->overlay, *path);

		if (!after)
			continue;
		assert_non_null(g_strstr_len(g_bytes_get_data(after, NULL),
					     g_bytes_get_size(after),
					     "pin(a, p)"));
		plot_site(v, g_intern_string(*path));
	}
	return v;
}

static void plot_free(struct verdict *v)
{
	g_ptr_array_unref(v->sites);
	g_ptr_array_unref(v->findings);
	g_ptr_array_unref(v->diags);
	g_free(v);
}

/* a.c and b.c, each a group of its own */
static int setup(void **state)
{
	static const char *const files[] = { "a.c", "b.c" };
	struct fixture *f;

	if (fixture_setup(state))
		return -1;
	f = *state;
	f->opts.no_check = false;
	check_engine.run = plot_run;
	check_engine.free = plot_free;
	memset(&plot, 0, sizeof(plot));
	for (unsigned int i = 0; i < 2; i++) {
		struct verdict_site *site;

		fixture_file(f, files[i], TEXT);
		site = fixture_acquire(f, i + 1, files[i], "gup", 0, "pin", -1);
		fixture_release(f, site, files[i], 0);
	}
	return 0;
}

static int teardown(void **state)
{
	g_free(plot.paths);
	return fixture_teardown(state);
}

/* b.c is converted, a.c is not, for this reason */
static void expect_only_b(struct fixture *f, const char *reason)
{
	struct rewrite_withdrawn *w;

	assert_non_null(f->result);
	assert_int_equal(f->result->files->len, 1);
	assert_string_equal(
		((struct rewrite_file *)f->result->files->pdata[0])->path,
		"b.c");
	assert_int_equal(f->result->withdrawn->len, 1);
	w = f->result->withdrawn->pdata[0];
	assert_string_equal(w->site->file, "a.c");
	if (!strstr(w->reason, reason))
		fail_msg("\"%s\" is not in \"%s\"", reason, w->reason);
	/* b.c passed the first time, nothing about it changed */
	assert_int_equal(plot.runs, 1);
}

static void test_passes(void **state)
{
	struct fixture *f = *state;

	fixture_run(f);
	assert_non_null(f->result);
	assert_int_equal(f->result->files->len, 2);
	assert_int_equal(f->result->withdrawn->len, 0);
	assert_int_equal(plot.runs, 1);
	assert_string_equal(plot.paths, "a.c b.c");
}

/* files that the pages go through are analysed though they do not change */
static void test_paths(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *site = f->v.sites->pdata[0];
	struct verdict_step *step = g_new0(struct verdict_step, 1);
	struct verdict_release *release = g_new0(struct verdict_release, 1);

	step->loc.file = "c.h";
	g_ptr_array_add(site->evidence, step);
	step = g_new0(struct verdict_step, 1);
	step->loc.file = "/usr/include/d.h";
	g_ptr_array_add(site->evidence, step);
	release->loc.file = "e.c";
	g_ptr_array_add(site->releases, release);
	fixture_run(f);
	assert_string_equal(plot.paths, "a.c b.c c.h e.c");
}

static void test_finding(void **state)
{
	struct fixture *f = *state;

	plot.file = "a.c";
	plot.rule = "pin-leak";
	plot.severity = SEVERITY_WARNING;
	fixture_run(f);
	expect_only_b(f, "pin-leak: the message");
}

static void test_note(void **state)
{
	struct fixture *f = *state;

	plot.file = "a.c";
	plot.rule = "dirty-missing";
	plot.severity = SEVERITY_NOTE;
	fixture_run(f);
	assert_int_equal(f->result->files->len, 2);
}

static void test_action(void **state)
{
	struct fixture *f = *state;

	plot.file = "a.c";
	plot.action = ACTION_CONVERT;
	fixture_run(f);
	expect_only_b(f, "wants more: because");
}

static void test_other_callee(void **state)
{
	struct fixture *f = *state;

	plot.file = "a.c";
	plot.callee = "gup";
	fixture_run(f);
	expect_only_b(f, "finds gup there, not pin()");
}

static void test_diag(void **state)
{
	struct fixture *f = *state;
	struct facts_diag *diag;

	plot.file = "a.c";
	plot.diag = "implicit declaration of pin";
	fixture_run(f);
	expect_only_b(f, "implicit declaration of pin");

	/* an error that was there before is none of ours */
	diag = g_new0(struct facts_diag, 1);
	diag->error = true;
	diag->loc.file = "a.c";
	diag->text = plot.diag;
	g_ptr_array_add(f->v.diags, diag);
	((struct verdict_site *)f->v.sites->pdata[0])->action = ACTION_CONVERT;
	fixture_run(f);
	assert_int_equal(f->result->files->len, 2);
}

/* a group with two files: both go, and the third is not analysed again */
static void test_group(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *site;

	fixture_file(f, "c.c", TEXT);
	site = fixture_acquire(f, 1, "c.c", "gup", 0, "pin", -1);
	fixture_release(f, site, "c.c", 0);
	plot.file = "a.c";
	plot.rule = "release-mismatch";
	fixture_run(f);
	assert_int_equal(f->result->files->len, 1);
	assert_int_equal(f->result->withdrawn->len, 2);
	assert_int_equal(plot.runs, 1);
}

/* two groups in one file: what stays is another text and is checked again */
static void test_again(void **state)
{
	struct fixture *f = *state;
	struct verdict_site *site;

	fixture_file(f, "a.c", TEXT "void g(void)\n{\n\tput_page(q);\n}\n");
	site = fixture_acquire(f, 3, "a.c", "gup", 0, "pin", -1);
	g_ptr_array_set_size(site->edits, 0);
	site->function = "g";
	fixture_release(f, site, "a.c", 1);
	fixture_run(f);
	/* the analysis finds no call in g(), so group 3 goes */
	assert_int_equal(plot.runs, 2);
	assert_string_equal(plot.paths, "a.c");
	assert_int_equal(f->result->files->len, 2);
	assert_int_equal(f->result->withdrawn->len, 1);
	fixture_expect(
		f, "a.c",
		"void f(void)\n{\n\tpin(a, p);\n\tunpin_user_page(p);\n}\n"
		"void g(void)\n{\n\tput_page(q);\n}\n");
}

static void test_fails(void **state)
{
	struct fixture *f = *state;

	plot.fail = true;
	fixture_run(f);
	assert_null(f->result);
	assert_int_equal(f->error->code, G2P_ERROR_TOOL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_passes), TEST(test_paths),  TEST(test_finding),
		TEST(test_note),   TEST(test_action), TEST(test_other_callee),
		TEST(test_diag),   TEST(test_group),  TEST(test_again),
		TEST(test_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
