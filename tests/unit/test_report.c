// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_report.c - the writers, on verdicts built by hand
 *
 * With an argument, writes the JSON report of the full verdict to standard
 * output: the schema test validates that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <json-c/json.h>
#include "report/report.h"

static struct verdict *new_verdict(void)
{
	struct verdict *v = g_new0(struct verdict, 1);

	v->sites = g_ptr_array_new();
	v->findings = g_ptr_array_new();
	v->unparsed = g_ptr_array_new();
	v->diags = g_ptr_array_new();
	v->units = g_ptr_array_new();
	return v;
}

/* Not verdict_free(): that expects a verdict that verdict_run() made. */
static void drop_verdict(struct verdict *v)
{
	unsigned int i, k;

	for (i = 0; i < v->sites->len; i++) {
		struct verdict_site *site = v->sites->pdata[i];
		GPtrArray *lists[] = { site->evidence, site->releases,
				       site->edits };

		for (k = 0; k < G_N_ELEMENTS(lists); k++) {
			g_ptr_array_set_free_func(lists[k], g_free);
			g_ptr_array_unref(lists[k]);
		}
		g_free(site);
	}
	for (i = 0; i < v->units->len; i++)
		facts_unit_free(v->units->pdata[i]);
	g_ptr_array_set_free_func(v->findings, g_free);
	g_ptr_array_set_free_func(v->unparsed, g_free);
	g_ptr_array_unref(v->sites);
	g_ptr_array_unref(v->findings);
	g_ptr_array_unref(v->unparsed);
	g_ptr_array_unref(v->diags);
	g_ptr_array_unref(v->units);
	g_free(v);
}

static struct verdict_site *
add_site(struct verdict *v, const char *file, unsigned int line,
	 enum verdict_class class, enum verdict_action action, const char *why)
{
	struct verdict_site *site = g_new0(struct verdict_site, 1);

	site->id = g_intern_string("0123abcd");
	site->file = file;
	site->line = line;
	site->column = 9;
	site->function = "take_pages";
	site->callee = "get_user_pages_fast";
	site->class = class;
	site->action = action;
	site->confidence = 0.97;
	site->flags_expr = "FOLL_WRITE";
	site->flags_known = true;
	site->flags_value = 1;
	site->why = why;
	site->parsed = true;
	site->arch = "x86";
	site->config = "x86 allyes";
	site->evidence = g_ptr_array_new();
	site->releases = g_ptr_array_new();
	site->edits = g_ptr_array_new();
	g_ptr_array_add(v->sites, site);
	v->mentions++;
	return site;
}

static void add_step(struct verdict_site *site, enum verdict_role role,
		     unsigned int line, const char *text)
{
	struct verdict_step *step = g_new0(struct verdict_step, 1);

	step->role = role;
	step->loc.file = site->file;
	step->loc.line = line;
	step->loc.column = 3;
	step->text = text;
	g_ptr_array_add(site->evidence, step);
}

static struct verdict_release *add_release(struct verdict_site *site,
					   unsigned int line)
{
	struct verdict_release *release = g_new0(struct verdict_release, 1);

	release->loc.file = site->file;
	release->loc.line = line;
	release->loc.column = 5;
	release->function = "drop_pages";
	release->callee = "put_page";
	g_ptr_array_add(site->releases, release);
	return release;
}

static struct verdict_edit *add_edit(struct verdict_site *site,
				     enum verdict_edit_kind kind,
				     const char *from, const char *to)
{
	struct verdict_edit *edit = g_new0(struct verdict_edit, 1);

	edit->kind = kind;
	edit->loc.file = site->file;
	edit->loc.line = 12;
	edit->loc.column = 4;
	edit->from = from;
	edit->to = to;
	edit->arg = -1;
	g_ptr_array_add(site->edits, edit);
	return edit;
}

static void add_finding(struct verdict *v, enum verdict_severity severity,
			const char *message)
{
	struct verdict_finding *finding = g_new0(struct verdict_finding, 1);

	finding->rule = "missing-longterm";
	finding->severity = severity;
	finding->file = "drivers/a.c";
	finding->line = 12;
	finding->column = 9;
	finding->message = message;
	finding->site = severity == SEVERITY_NOTE ? NULL :
						    g_intern_string("0123abcd");
	g_ptr_array_add(v->findings, finding);
}

static void add_unparsed(struct verdict *v, const char *text,
			 const char *reason)
{
	struct verdict_unparsed *u = g_new0(struct verdict_unparsed, 1);

	u->file = "include/linux/mm.h";
	u->line = 7;
	u->column = 1;
	u->name = "get_user_pages";
	u->text = text;
	u->reason = reason;
	g_ptr_array_add(v->unparsed, u);
	v->mentions++;
}

/* A bit of everything; strings hold what a hostile tree could put there. */
static struct verdict *full_verdict(void)
{
	struct verdict *v = new_verdict();
	struct facts_unit *unit = facts_unit_new("drivers/broken.c");
	struct verdict_site *site;
	struct verdict_release *release;
	struct verdict_edit *edit;

	unit->failed = "time limit";
	g_ptr_array_add(v->units, unit);
	v->files_scanned = 5;
	v->files_parsed = 3;
	v->files_clean = 2;
	site = add_site(v, "drivers/a.c", 12, CLASS_LONGTERM, ACTION_CONVERT,
			"freed by another ioctl: caf\351");
	site->note = "also serves a bounded use";
	site->group = 4;
	add_step(site, ROLE_ACQUIRE, 12, "pages are taken");
	add_step(site, ROLE_USE, 2, "mapped \"for\" DMA \033[31m");
	add_step(site, ROLE_ASSUME, 15, "helper() keeps no reference");
	release = add_release(site, 30);
	release->loc.macro = FACTS_MACRO_BODY;
	release->loc.macro_name = "DROP";
	release->loc.exp_file = "drivers/b.c";
	release->loc.exp_line = 77;
	release->loc.exp_column = 6;
	edit = add_edit(site, EDIT_ACQUIRE, "get_user_pages_fast",
			"pin_user_pages_fast");
	edit->arg_text = "FOLL_WRITE";
	edit->fold = "FOLL_LONGTERM";
	add_edit(site, EDIT_RELEASE_FOLIO_PAGE, "folio_put", "unpin_user_page");
	site = add_site(v, "drivers/a.c", 1200, CLASS_UNKNOWN, ACTION_MANUAL,
			"stored where nobody can follow");
	site->callee = "get_user_pages";
	site->flags_known = false;
	site->confidence = 2.0;
	site = add_site(v, "mm/gup.c", 3, CLASS_MM, ACTION_KEEP, "");
	site->id = "ffff";
	site->function = NULL;
	site->flags_expr = NULL;
	site->parsed = false;
	site->arch = site->config = NULL;
	site->confidence = 0.0 / 0.0;
	add_finding(v, SEVERITY_ERROR, "pinned, but not for long");
	add_finding(v, SEVERITY_WARNING, "new\nline");
	add_finding(v, SEVERITY_NOTE, "just so");
	add_unparsed(v, "long get_user_pages(\377\376);", "declaration");
	add_unparsed(v, "get_user_pages(", "inactive #ifdef CONFIG_X");
	return v;
}

static struct json_object *member(struct json_object *obj, const char *path)
{
	char **keys = g_strsplit(path, ".", -1);
	unsigned int i;

	for (i = 0; keys[i]; i++) {
		if (json_object_is_type(obj, json_type_array))
			obj = json_object_array_get_idx(obj, atoi(keys[i]));
		else if (!json_object_object_get_ex(obj, keys[i], &obj))
			fail_msg("no %s in %s", keys[i], path);
	}
	g_strfreev(keys);
	return obj;
}

static void is_string(struct json_object *root, const char *path,
		      const char *want)
{
	assert_string_equal(json_object_get_string(member(root, path)), want);
}

static void is_int(struct json_object *root, const char *path, int64_t want)
{
	struct json_object *value = member(root, path);

	assert_true(json_object_is_type(value, json_type_int));
	assert_int_equal(json_object_get_int64(value), want);
}

static void is_null(struct json_object *root, const char *path)
{
	assert_null(member(root, path));
}

static void has_keys(struct json_object *root, const char *path,
		     const char *want)
{
	GString *keys = g_string_new(NULL);

	json_object_object_foreach(*path ? member(root, path) : root, key, val)
	{
		(void)val;
		g_string_append_printf(keys, "%s ", key);
	}
	assert_string_equal(keys->str, want);
	g_string_free(keys, TRUE);
}

static struct json_object *report(void)
{
	struct verdict *v = full_verdict();
	GString *text = report_json(v);
	struct json_object *root;

	assert_true(g_utf8_validate(text->str, text->len, NULL));
	assert_true(g_str_has_suffix(text->str, "}\n"));
	assert_null(strstr(text->str, "\\/"));
	assert_non_null(strstr(text->str, "0.97"));
	root = json_tokener_parse(text->str);
	assert_non_null(root);
	g_string_free(text, TRUE);
	drop_verdict(v);
	return root;
}

static void test_json_summary(void **state)
{
	struct json_object *root = report();

	has_keys(root, "",
		 "schema tool tree summary sites findings unparsed inactive ");
	is_string(root, "schema", "gup2pin-report/1");
	is_string(root, "tool.name", "gup2pin");
	has_keys(root, "tree", "root version api ");
	has_keys(root, "summary",
		 "files_scanned files_parsed files_clean mentions sites "
		 "unparsed by_class by_action ");
	is_int(root, "summary.files_scanned", 5);
	is_int(root, "summary.files_parsed", 3);
	is_int(root, "summary.files_clean", 2);
	is_int(root, "summary.mentions", 5);
	is_int(root, "summary.sites", 3);
	is_int(root, "summary.unparsed", 2);
	has_keys(root, "summary.by_class",
		 "dio longterm notifier pageonly data mm unknown ");
	is_int(root, "summary.by_class.longterm", 1);
	is_int(root, "summary.by_class.dio", 0);
	is_int(root, "summary.by_class.unknown", 1);
	has_keys(root, "summary.by_action", "keep convert manual ");
	is_int(root, "summary.by_action.convert", 1);
	is_int(root, "summary.by_action.keep", 1);
	json_object_put(root);
}

static void test_json_site(void **state)
{
	struct json_object *root = report();

	has_keys(root, "sites.0",
		 "id file line column function callee class action confidence "
		 "flags why note evidence releases group parsed arch config ");
	is_string(root, "sites.0.id", "0123abcd");
	is_int(root, "sites.0.line", 12);
	is_string(root, "sites.0.class", "longterm");
	is_string(root, "sites.0.action", "convert");
	is_string(root, "sites.0.flags.expr", "FOLL_WRITE");
	is_int(root, "sites.0.flags.value", 1);
	is_string(root, "sites.0.why",
		  "freed by another ioctl: caf\357\277\275");
	is_string(root, "sites.0.evidence.0.role", "acquire");
	is_string(root, "sites.0.evidence.1.text",
		  "mapped \"for\" DMA \033[31m");
	is_int(root, "sites.0.group", 4);
	is_null(root, "sites.1.flags.value");
	is_string(root, "sites.1.confidence", "1.00");
	is_null(root, "sites.2.flags");
	is_null(root, "sites.2.function");
	is_string(root, "sites.2.confidence", "0.00");
	assert_false(json_object_object_get_ex(member(root, "sites.2"), "note",
					       NULL));
	json_object_put(root);
}

/* What a macro's body does is shown where the macro is used. */
static void test_json_macro(void **state)
{
	struct json_object *root = report();

	has_keys(root, "sites.0.releases.0",
		 "file line column macro function callee ");
	is_string(root, "sites.0.releases.0.file", "drivers/b.c");
	is_int(root, "sites.0.releases.0.line", 77);
	is_int(root, "sites.0.releases.0.column", 6);
	is_string(root, "sites.0.releases.0.macro", "DROP");
	json_object_put(root);
}

static void test_json_rest(void **state)
{
	struct json_object *root = report();

	has_keys(
		root, "findings.0",
		"rule severity file line column message site function fingerprint ");
	is_string(root, "findings.0.severity", "error");
	is_string(root, "findings.0.site", "0123abcd");
	is_null(root, "findings.2.site");
	has_keys(root, "unparsed.0", "file line column name text reason ");
	is_string(root, "unparsed.0.reason", "declaration");
	json_object_put(root);
}

static void test_json_empty(void **state)
{
	struct verdict *v = new_verdict();
	GString *text = report_json(v);
	struct json_object *root = json_tokener_parse(text->str);

	assert_int_equal(json_object_array_length(member(root, "sites")), 0);
	assert_int_equal(json_object_array_length(member(root, "findings")), 0);
	is_int(root, "summary.mentions", 0);
	json_object_put(root);
	g_string_free(text, TRUE);
	drop_verdict(v);
}

static void test_table(void **state)
{
	struct verdict *v = full_verdict();
	GString *text = report_table(v, false, 0);

	assert_string_equal(
		text->str,
		"drivers/a.c:12:   longterm convert get_user_pages_fast  "
		"freed by another ioctl: caf\357\277\275\n"
		"drivers/a.c:1200: unknown  manual  get_user_pages       "
		"stored where nobody can follow\n"
		"mm/gup.c:3: mm       keep    get_user_pages_fast  \n"
		"\n"
		"3 sites in 2 files: 1 longterm, 1 mm, 1 unknown; "
		"1 keep, 1 convert, 1 manual; 2 mentions are not call sites "
		"(see --format=json); 3 findings (see gup2pin lint)\n"
		"not parsed: drivers/broken.c: time limit\n"
		"not analysed: include/linux/mm.h:7: get_user_pages: "
		"inactive #ifdef CONFIG_X\n");
	g_string_free(text, TRUE);
	drop_verdict(v);
}

static void test_table_empty(void **state)
{
	struct verdict *v = new_verdict();
	GString *text;

	v->files_scanned = 1;
	text = report_table(v, false, 80);
	assert_string_equal(text->str, "no call sites in 1 file\n");
	g_string_free(text, TRUE);
	drop_verdict(v);
}

/* No line of the table is wider than the terminal, unless that is narrow. */
static void test_table_width(void **state)
{
	struct verdict *v = new_verdict();
	unsigned int width, i;
	char **lines;
	GString *text;

	add_site(v, "a.c", 1, CLASS_DIO, ACTION_KEEP,
		 "caf\303\251s are written by the device and let go again "
		 "before the call returns to user space");
	for (width = 80; width < 170; width++) {
		text = report_table(v, false, width);
		lines = g_strsplit(text->str, "\n", 2);
		i = g_utf8_strlen(lines[0], -1);
		assert_in_range(i, 1, width);
		assert_true(i == width || i == width - 1 ||
			    !strstr(lines[0], "\342\200\246"));
		g_strfreev(lines);
		g_string_free(text, TRUE);
	}
	text = report_table(v, false, 40);
	assert_non_null(strstr(text->str, "to user space\n"));
	g_string_free(text, TRUE);
	drop_verdict(v);
}

static void test_colours(void **state)
{
	struct verdict *v = full_verdict();
	GString *text = report_table(v, true, 0);

	assert_non_null(strstr(text->str, "\033[1mlongterm\033[0m "));
	assert_non_null(strstr(text->str, "\033[33munknown\033[0m  "));
	assert_non_null(strstr(text->str, "\033[32mconvert\033[0m "));
	g_string_free(text, TRUE);
	text = report_findings(v, true);
	assert_non_null(strstr(text->str, "\033[1;31merror:\033[0m "));
	g_string_free(text, TRUE);
	drop_verdict(v);
}

static void test_findings(void **state)
{
	struct verdict *v = full_verdict();
	GString *text = report_findings(v, false);

	assert_string_equal(
		text->str,
		"drivers/a.c:12:9: error: pinned, but not for long "
		"[missing-longterm]\n"
		"drivers/a.c:12:9: note: gup2pin convert: "
		"get_user_pages_fast() becomes pin_user_pages_fast() with "
		"FOLL_LONGTERM, and 1 release with it\n"
		"drivers/a.c:12:9: warning: new line [missing-longterm]\n"
		"drivers/a.c:12:9: note: just so [missing-longterm]\n");
	g_string_free(text, TRUE);
	drop_verdict(v);
}

static void test_explain(void **state)
{
	static const char *const wanted[] = {
		"drivers/a.c:12:9: get_user_pages_fast() in take_pages(): "
		"longterm, convert (confidence 0.97)\n",
		"\n  why      freed by another ioctl: caf\357\277\275\n",
		"\n  note     also serves a bounded use\n",
		"\n  flags    FOLL_WRITE (0x1)\n",
		"\n   1. drivers/a.c:12:3  acquire  pages are taken\n",
		"\n   2. drivers/a.c:2:3  use      mapped \"for\" DMA ?[31m\n",
		"\n  - drivers/b.c:77:6  put_page() in drop_pages()\n",
		"  get_user_pages_fast() becomes pin_user_pages_fast(), "
		"FOLL_LONGTERM is added to FOLL_WRITE\n",
		"  folio_put(page_folio(x)) becomes unpin_user_page(x)\n",
		"\nAssumed\n  - drivers/a.c:15:3  helper() keeps no reference\n",
		"\nFindings\n  - drivers/a.c:12:9: error: pinned, but not for "
		"long [missing-longterm]\n",
	};
	struct verdict *v = full_verdict();
	GString *text = report_explain(v, v->sites->pdata[0], false);
	unsigned int i;

	for (i = 0; i < G_N_ELEMENTS(wanted); i++) {
		if (!strstr(text->str, wanted[i]))
			fail_msg("no \"%s\" in:\n%s", wanted[i], text->str);
	}
	assert_null(strchr(text->str, '\033'));
	g_string_free(text, TRUE);
	text = report_explain(v, v->sites->pdata[2], true);
	assert_non_null(strstr(text->str, "none found"));
	g_string_free(text, TRUE);
	drop_verdict(v);
}

/* A tree of one file, to be quoted from. */
static void test_explain_quotes(void **state)
{
	char *root = g_dir_make_tmp("gup2pin-report-XXXXXX", NULL);
	char *commands[][2] = {
		{ "Makefile", "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 0\n" },
		{ "include/linux/mm.h", "long get_user_pages(int a);\n" },
		{ "drivers/a.c", "one\n\ttwo(\377);\nthree" },
	};
	struct tree_options options = { .root = root };
	struct verdict *v = full_verdict();
	struct verdict_site *site = v->sites->pdata[0];
	GError *error = NULL;
	GString *text;
	unsigned int i;

	for (i = 0; i < G_N_ELEMENTS(commands); i++) {
		char *path = g_build_filename(root, commands[i][0], NULL);
		char *dir = g_path_get_dirname(path);

		g_mkdir_with_parents(dir, 0700);
		assert_true(
			g_file_set_contents(path, commands[i][1], -1, NULL));
		g_free(dir);
		g_free(path);
	}
	v->tree = tree_open(&options, &error);
	if (!v->tree)
		fail_msg("%s", error->message);
	add_step(site, ROLE_RELEASE, 3, "the last line has no newline");
	add_step(site, ROLE_USE, 4, "past the end");
	text = report_explain(v, site, false);
	assert_non_null(strstr(text->str, "| two(\357\277\275);\n"));
	assert_non_null(strstr(text->str, "| three\n"));
	assert_non_null(strstr(text->str, "past the end\n\n"));
	g_string_free(text, TRUE);
	/* facts from elsewhere must not make it read other files */
	((struct verdict_step *)site->evidence->pdata[1])->loc.file =
		"../../../../../../etc/passwd";
	text = report_explain(v, site, false);
	assert_null(strstr(text->str, "/bin"));
	assert_null(strstr(text->str, "/sbin"));
	g_string_free(text, TRUE);
	tree_free(v->tree);
	drop_verdict(v);
	for (i = 0; i < G_N_ELEMENTS(commands); i++) {
		char *path = g_build_filename(root, commands[i][0], NULL);

		/* the file, then each directory that is empty now */
		while (!remove(path) && strcmp(path, root))
			*strrchr(path, '/') = '\0';
		g_free(path);
	}
	assert_false(g_file_test(root, G_FILE_TEST_EXISTS));
	g_free(root);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_summary),
		cmocka_unit_test(test_json_site),
		cmocka_unit_test(test_json_macro),
		cmocka_unit_test(test_json_rest),
		cmocka_unit_test(test_json_empty),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_table_empty),
		cmocka_unit_test(test_table_width),
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_explain_quotes),
	};
	struct verdict *v;
	GString *text;

	if (argc < 2)
		return cmocka_run_group_tests(tests, NULL, NULL);
	v = full_verdict();
	text = report_json(v);
	fputs(text->str, stdout);
	g_string_free(text, TRUE);
	drop_verdict(v);
	return 0;
}
