// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_front_scan.c - locations, references, slots, diagnostics, skipped lines
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "front/front.h"
#include "facts/facts.h"

static char *dir;

static const char *const names[] = { "get_user_pages", "pin_user_pages", NULL };

static const char *const argv[] = {
	"-x",	     "c",	  "-std=gnu11",	     "-w",
	"-nostdinc", "-Iinclude", "-ferror-limit=0", NULL,
	NULL
};

static void put_file(const char *name, const char *text)
{
	char *path = g_build_filename(dir, name, NULL);
	char *sub = g_path_get_dirname(path);

	g_mkdir_with_parents(sub, 0700);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	g_free(sub);
	g_free(path);
}

static struct facts_unit *parse_with(const char *file,
				     const struct front_options *opts)
{
	char *wd = g_strconcat("-working-directory=", dir, NULL);
	const char *args[G_N_ELEMENTS(argv)];
	struct tree_compile compile = { file, "x86", "test", args, NULL };
	struct facts_unit *unit;

	memcpy(args, argv, sizeof(argv));
	args[G_N_ELEMENTS(argv) - 2] = wd;
	unit = front_parse(&compile, dir, names, opts);
	g_free(wd);
	return unit;
}

static struct facts_unit *parse(const char *code)
{
	struct front_options opts = { .jobs = 1 };
	struct facts_unit *unit;

	put_file("drivers/x/t.c", code);
	unit = parse_with("drivers/x/t.c", &opts);
	assert_null(unit->failed);
	return unit;
}

static const struct facts_func *find_func(const struct facts_unit *unit,
					  const char *name)
{
	unsigned int i;

	for (i = 0; i < unit->funcs->len; i++) {
		const struct facts_func *f = unit->funcs->pdata[i];

		if (!strcmp(f->name, name))
			return f;
	}
	return NULL;
}

/* The n-th call of a name in a function. */
static const struct facts_insn *find_call(const struct facts_unit *unit,
					  const char *func, const char *name)
{
	const struct facts_func *f = find_func(unit, func);
	unsigned int b, i;

	assert_non_null(f);
	for (b = 0; b < f->n_blocks; b++)
		for (i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];

			if (in->kind == FI_CALL && in->callee &&
			    !strcmp(in->callee, name))
				return in;
		}
	fail_msg("no call of %s", name);
	return NULL;
}

static void at(const struct facts_loc *loc, enum facts_macro macro,
	       unsigned int line, unsigned int column)
{
	assert_string_equal(loc->file, "drivers/x/t.c");
	assert_int_equal(loc->macro, macro);
	assert_int_equal(loc->line, line);
	assert_int_equal(loc->column, column);
}

#define GUP                                                          \
	"enum { FOLL_WRITE = 1, FOLL_FORCE = 16 };\n"                \
	"#define FOLL_OLD 2\n"                                       \
	"struct page;\n"                                             \
	"long get_user_pages(unsigned long a, long n, unsigned f,\n" \
	"	struct page **p);\n"

static void test_plain_call(void **state)
{
	static const char code[] = GUP
		"long t(unsigned long a, struct page **p)\n"
		"{\n"
		"\treturn get_user_pages(a, 1,	/* one */\n"
		"\t\tFOLL_WRITE |\n\t\tFOLL_OLD, &p[0]);\n"
		"}\n";
	struct facts_unit *unit = parse(code);
	const struct facts_insn *in = find_call(unit, "t", "get_user_pages");
	const char *hit = strstr(code, "get_user_pages(a, 1");

	at(&in->name_loc, FACTS_MACRO_NONE, 8, 9);
	assert_int_equal(in->name_loc.offset, hit - code);
	assert_int_equal(in->name_loc.end, hit - code + 14);
	assert_int_equal(in->loc.end, strstr(code, ";\n}") - code);
	assert_false(in->is_stmt);
	assert_int_equal(in->n_args, 4);
	assert_string_equal(in->args[1].text, "1");
	assert_string_equal(in->args[2].text, "FOLL_WRITE | FOLL_OLD");
	assert_int_equal(in->args[2].expr->kind, FX_INT);
	assert_int_equal(in->args[2].expr->ival, 3);
	at(&in->args[2].loc, FACTS_MACRO_NONE, 9, 3);
	assert_int_equal(in->args[2].loc.end, strstr(code, ", &p") - code);
	assert_string_equal(in->args[3].text, "&p[0]");
	facts_unit_free(unit);
}

static void test_call_in_argument(void **state)
{
	static const char code[] = GUP
		"#define WARN(c) ({ int r = !!(c); r; })\n"
		"int t(unsigned long a, struct page **p)\n"
		"{\n"
		"\treturn WARN(get_user_pages(a, 1, FOLL_OLD, p) < 1);\n"
		"}\n";
	struct facts_unit *unit = parse(code);
	const struct facts_insn *in = find_call(unit, "t", "get_user_pages");

	at(&in->name_loc, FACTS_MACRO_ARG, 9, 14);
	assert_string_equal(in->name_loc.macro_name, "WARN");
	assert_int_equal(in->name_loc.exp_line, 9);
	assert_int_equal(in->name_loc.exp_column, 9);
	assert_string_equal(in->args[2].text, "FOLL_OLD");
	at(&in->args[2].loc, FACTS_MACRO_ARG, 9, 35);
	assert_int_equal(in->args[2].loc.end - in->args[2].loc.offset, 8);
	assert_int_equal(in->loc.end, strstr(code, " < 1") - code);
	facts_unit_free(unit);
}

static void test_call_in_body(void **state)
{
	static const char code[] = GUP
		"#define PIN(a, p) get_user_pages((a), 1, FOLL_OLD, p)\n"
		"long t(unsigned long a, struct page **p)\n"
		"{\n"
		"\treturn PIN(a + 2, p);\n"
		"}\n";
	struct facts_unit *unit = parse(code);
	const struct facts_insn *in = find_call(unit, "t", "get_user_pages");

	at(&in->name_loc, FACTS_MACRO_BODY, 6, 19);
	assert_string_equal(in->name_loc.macro_name, "PIN");
	assert_int_equal(in->name_loc.exp_line, 9);
	assert_int_equal(in->name_loc.exp_column, 9);
	assert_string_equal(in->args[0].text, "(a)");
	assert_string_equal(in->args[2].text, "FOLL_OLD");
	at(&in->args[3].loc, FACTS_MACRO_ARG, 9, 20);
	assert_string_equal(in->args[3].text, "p");
	facts_unit_free(unit);
}

static void test_renamed_and_pasted(void **state)
{
	static const char code[] = GUP
		"#define gup get_user_pages\n"
		"#define paste(x) get_user_##x(0, 1, 2, 0)\n"
		"void t(unsigned long a, struct page **p)\n"
		"{\n"
		"\tgup(a, 1, 0, p);\n"
		"}\n"
		"void u(void)\n"
		"{\n"
		"\tpaste(pages);\n"
		"}\n";
	struct facts_unit *unit = parse(code);
	const struct facts_insn *in = find_call(unit, "t", "get_user_pages");

	assert_true(in->is_stmt);
	at(&in->name_loc, FACTS_MACRO_BODY, 6, 13);
	at(&in->args[3].loc, FACTS_MACRO_NONE, 10, 15);
	assert_string_equal(in->args[3].text, "p");
	in = find_call(unit, "u", "get_user_pages");
	at(&in->name_loc, FACTS_MACRO_BODY, 14, 2);
	assert_int_equal(in->name_loc.end, 0);
	facts_unit_free(unit);
}

static void ref_is(const struct facts_unit *unit, unsigned int i,
		   enum facts_ref_kind kind, const char *function,
		   unsigned int line)
{
	const struct facts_ref *ref = unit->refs->pdata[i];

	assert_int_equal(ref->kind, kind);
	assert_string_equal(ref->name, "get_user_pages");
	assert_int_equal(ref->loc.line, line);
	if (function)
		assert_string_equal(ref->function, function);
	else
		assert_null(ref->function);
}

static void test_refs(void **state)
{
	struct facts_unit *unit = parse(
		GUP "long t(struct page **p)\n{\n"
		    "	long (*fn)(unsigned long, long, unsigned,\n"
		    "		struct page **) = get_user_pages;\n"
		    "	return (get_user_pages)(0, 1, 0, p) + fn(0, 1, 0, p);\n"
		    "}\n"
		    "void *table[] = { get_user_pages };\n"
		    "long get_user_pages(unsigned long a, long n, unsigned f,\n"
		    "	struct page **p) { return 0; }\n");

	assert_int_equal(unit->refs->len, 5);
	ref_is(unit, 0, FR_DECL, NULL, 4);
	ref_is(unit, 1, FR_ADDRESS, "t", 9);
	ref_is(unit, 2, FR_CALL, "t", 10);
	ref_is(unit, 3, FR_ADDRESS, NULL, 12);
	ref_is(unit, 4, FR_DEFN, NULL, 13);
	facts_unit_free(unit);
}

static void slot_is(const struct facts_unit *unit, unsigned int i,
		    const char *record, const char *field, const char *object,
		    const char *function)
{
	const struct facts_slot *slot = unit->slots->pdata[i];

	assert_string_equal(slot->record, record);
	assert_string_equal(slot->field, field);
	assert_string_equal(slot->object, object);
	assert_string_equal(slot->function, function);
}

static void test_slots(void **state)
{
	struct facts_unit *unit =
		parse("struct in { int n; int (*cb)(void); };\n"
		      "struct fops { int (*open)(void); struct in in;\n"
		      "	int (*rel)(void); };\n"
		      "static int o(void) { return 0; }\n"
		      "int r(void);\n"
		      "#define ENTRY(f) { .n = 1, .cb = f }\n"
		      "static const struct fops fo = { .in.cb = &r, .rel = r,\n"
		      "	.open = o };\n"
		      "static struct in tbl[] = { ENTRY(o), [3] = ENTRY(r),\n"
		      "	{ 2, (int (*)(void))o } };\n"
		      "static struct fops flat = { o, 1, r, 1 ? r : o };\n"
		      "int t(void) { static struct in loc = { 3, r };\n"
		      "	return loc.cb(); }\n");

	assert_int_equal(unit->n_errors, 0);
	assert_int_equal(unit->slots->len, 11);
	slot_is(unit, 0, "in", "cb", "fo", "r");
	slot_is(unit, 1, "fops", "rel", "fo", "r");
	slot_is(unit, 2, "fops", "open", "fo", "o");
	assert_true(((struct facts_slot *)unit->slots->pdata[2])->func_static);
	assert_false(((struct facts_slot *)unit->slots->pdata[1])->func_static);
	slot_is(unit, 3, "in", "cb", "tbl", "o");
	slot_is(unit, 4, "in", "cb", "tbl", "r");
	slot_is(unit, 5, "in", "cb", "tbl", "o");
	slot_is(unit, 6, "fops", "open", "flat", "o");
	slot_is(unit, 7, "in", "cb", "flat", "r");
	slot_is(unit, 8, "fops", "rel", "flat", "r");
	slot_is(unit, 9, "fops", "rel", "flat", "o");
	slot_is(unit, 10, "in", "cb", "loc", "r");
	facts_unit_free(unit);
}

static void test_errors(void **state)
{
	struct facts_unit *unit = parse("#define BAD nothing\n"
					"int good(void) { return 1; }\n"
					"int bad(void)\n"
					"{\n"
					"	return BAD + 1;\n"
					"}\n");
	const struct facts_diag *diag;

	assert_int_equal(unit->n_errors, 1);
	assert_int_equal(unit->diags->len, 1);
	diag = unit->diags->pdata[0];
	assert_true(diag->error);
	assert_string_equal(diag->function, "bad");
	assert_int_equal(diag->loc.exp_line, 5);
	assert_non_null(strstr(diag->text, "nothing"));
	assert_true(find_func(unit, "bad")->has_error);
	assert_false(find_func(unit, "good")->has_error);
	facts_unit_free(unit);
}

static void test_skips(void **state)
{
	struct facts_unit *unit = parse("#define A 1\n"
					"#ifdef CONFIG_MMU\n"
					"int a;\n"
					"#endif\n"
					"#if defined(A)\n"
					"# ifndef B\n"
					"int b;\n"
					"# endif\n"
					"#else /* !A */\n"
					"int c;\n"
					"#endif\n");
	const struct facts_skip *skip;

	assert_int_equal(unit->skips->len, 2);
	skip = unit->skips->pdata[0];
	assert_string_equal(skip->file, "drivers/x/t.c");
	assert_int_equal(skip->first, 2);
	assert_int_equal(skip->last, 4);
	assert_string_equal(skip->cond, "#ifdef CONFIG_MMU");
	skip = unit->skips->pdata[1];
	assert_int_equal(skip->first, 9);
	assert_int_equal(skip->last, 11);
	assert_string_equal(skip->cond, "#else of #if defined(A)");
	facts_unit_free(unit);
}

/* A text without #endif is not asked about; it may be hidden, though, or
 * missing.
 */
static void test_skips_spliced(void **state)
{
	static const char *const codes[] = {
		"int a;\n#if 0\nint b;\n#end\\\nif\nint c;\n",
		"int a;\n#if 0\nint b;\n#endi\\\r\nf\nint c;\n",
		"int a;\n#if 0\nint b;\n#\\\nendif\nint c;\n",
		"int a;\n%:if 0\nint b;\n%:endif\nint c;\n",
		"int a;\n#if 0\nint b;\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
		struct facts_unit *unit = parse(codes[i]);
		const struct facts_skip *skip;

		assert_int_equal(unit->skips->len, 1);
		skip = unit->skips->pdata[0];
		assert_int_equal(skip->first, 2);
		facts_unit_free(unit);
	}
}

/* Which headers' functions are taken: beside the file, and watched ones. */
static void test_headers(void **state)
{
	static const char *const watch[] = { "include/linux/w.h", NULL };
	struct front_options opts = { .jobs = 1, .watch = watch };
	struct facts_unit *unit;
	const struct facts_func *f;

	put_file("include/linux/w.h",
		 "struct page;\n"
		 "long get_user_pages(struct page **p);\n"
		 "static inline long wrap(struct page **p)\n"
		 "{ return get_user_pages(p); }\n"
		 "static inline int other(void) { return 1; }\n"
		 "#ifdef NO\nint x;\n#endif\n");
	put_file("include/linux/n.h",
		 "static inline int far(void) { return 1; }\n");
	put_file("drivers/x/own.h",
		 "static inline int deeper(void) { return 2; }\n"
		 "static inline int near_by(void) { return deeper(); }\n"
		 "static inline int unused(void) { return 3; }\n");
	put_file("drivers/x/t.c", "#include <linux/w.h>\n#include <linux/n.h>\n"
				  "#include \"own.h\"\n"
				  "int t(void) { return near_by(); }\n");
	unit = parse_with("drivers/x/t.c", &opts);
	assert_null(unit->failed);
	assert_int_equal(unit->n_errors, 0);
	assert_int_equal(unit->funcs->len, 4);
	assert_non_null(find_func(unit, "deeper"));
	f = find_func(unit, "wrap");
	assert_non_null(f);
	assert_string_equal(f->file, "include/linux/w.h");
	assert_true(f->is_static && f->is_inline);
	f = find_func(unit, "near_by");
	assert_string_equal(f->file, "drivers/x/own.h");
	assert_string_equal(find_func(unit, "t")->file, "drivers/x/t.c");
	assert_int_equal(unit->refs->len, 2);
	assert_int_equal(unit->skips->len, 1);
	assert_string_equal(((struct facts_skip *)unit->skips->pdata[0])->file,
			    "include/linux/w.h");
	facts_unit_free(unit);
}

static void test_overlay(void **state)
{
	GHashTable *overlay = g_hash_table_new_full(
		g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_bytes_unref);
	struct front_options opts = { .jobs = 1, .overlay = overlay };
	static const char text[] = "#include \"o.h\"\nint t(void) { O }\n";
	static const char header[] = "#define O return 7;\n";
	struct facts_unit *unit;

	put_file("drivers/x/t.c", "int old(void) { return 1; }\n");
	g_hash_table_insert(overlay, "drivers/x/t.c",
			    g_bytes_new_static(text, strlen(text)));
	g_hash_table_insert(overlay, "drivers/x/o.h",
			    g_bytes_new_static(header, strlen(header)));
	unit = parse_with("drivers/x/t.c", &opts);
	assert_null(unit->failed);
	assert_int_equal(unit->n_errors, 0);
	assert_null(find_func(unit, "old"));
	assert_non_null(find_func(unit, "t"));
	facts_unit_free(unit);
	g_hash_table_unref(overlay);
}

static void test_records(void **state)
{
	struct facts_unit *unit =
		parse("struct page; typedef struct { struct page **v; } vec;\n"
		      "struct ctx { vec v; union { struct { int k; } s; }; };\n"
		      "void t(struct ctx *c) { c->v.v[0] = 0; c->s.k = 1; }\n");
	const struct facts_block *b = &find_func(unit, "t")->blocks[0];
	const struct facts_expr *e = b->insns[0].lhs->kids[0];

	assert_int_equal(e->kind, FX_FIELD);
	assert_string_equal(e->record, "vec");
	assert_string_equal(e->record_file, "drivers/x/t.c");
	assert_string_equal(e->type, "struct page **");
	assert_false(e->arrow);
	assert_string_equal(e->kids[0]->record, "ctx");
	assert_true(e->kids[0]->arrow);
	assert_string_equal(b->insns[1].lhs->record, "ctx::s");
	facts_unit_free(unit);
}

static void test_bad_input(void **state)
{
	struct front_options opts = { .jobs = 1 };
	struct facts_unit *unit;
	char *path = g_build_filename(dir, "drivers/x/t.c", NULL);

	unit = parse_with("drivers/x/missing.c", &opts);
	assert_non_null(unit->failed);
	facts_unit_free(unit);
	unit = parse("int t(void) { return (1 + ; } struct { /* cut");
	assert_true(unit->n_errors > 0);
	facts_unit_free(unit);
	assert_true(g_file_set_contents(path, "\x7f\x45\x4c\x46\0\0\xff\xfe", 8,
					NULL));
	unit = parse_with("drivers/x/t.c", &opts);
	facts_unit_free(unit);
	unit = parse("");
	assert_null(unit->failed);
	assert_int_equal(unit->funcs->len, 0);
	facts_unit_free(unit);
	g_free(path);
}

/* Nesting far deeper than anything real is cut, not followed to the end. */
static void test_deep(void **state)
{
	GString *code = g_string_new("int t(int a) { return a");
	struct facts_unit *unit;
	unsigned int i;

	for (i = 0; i < 2000; i++)
		g_string_append(code, " + a");
	g_string_append(code, "; }\nint u(int a) { ");
	for (i = 0; i < 200; i++)
		g_string_append(code, "if (a) { ");
	for (i = 0; i < 200; i++)
		g_string_append(code, "}");
	g_string_append(code, " return 0; }\n");
	unit = parse(code->str);
	assert_non_null(find_func(unit, "t"));
	assert_non_null(find_func(unit, "u"));
	facts_unit_free(unit);
	g_string_free(code, TRUE);
}

static void test_version(void **state)
{
	assert_true(g_ascii_isdigit(front_clang_version()[0]));
}

static int setup(void **state)
{
	dir = g_dir_make_tmp("gup2pin-test-XXXXXX", NULL);
	return dir ? 0 : -1;
}

static void remove_file(const char *name)
{
	char *path = g_build_filename(dir, name, NULL);

	g_remove(path);
	g_free(path);
}

static int teardown(void **state)
{
	static const char *const files[] = {
		"drivers/x/t.c", "drivers/x/own.h",   "drivers/x",
		"drivers",	 "include/linux/w.h", "include/linux/n.h",
		"include/linux", "include",	      "",
	};
	unsigned int i;

	for (i = 0; i < G_N_ELEMENTS(files); i++)
		remove_file(files[i]);
	g_free(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_call),
		cmocka_unit_test(test_call_in_argument),
		cmocka_unit_test(test_call_in_body),
		cmocka_unit_test(test_renamed_and_pasted),
		cmocka_unit_test(test_refs),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_skips),
		cmocka_unit_test(test_skips_spliced),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_version),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
