// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree_dialect.c - small trees in the manner of each era of mm.h
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "tree/tree.h"

static char *dir;
static struct api *api;
static struct tree *tree;

static void put(const char *path, const char *text, size_t len)
{
	g_autofree char *full = g_build_filename(dir, path, NULL);
	g_autofree char *parent = g_path_get_dirname(full);

	assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
	assert_true(g_file_set_contents(full, text, len, NULL));
}

static void put_text(const char *path, const char *text)
{
	put(path, text, strlen(text));
}

static void remove_all(const char *path)
{
	GDir *d = g_dir_open(path, 0, NULL);
	const char *name;

	while (d && (name = g_dir_read_name(d)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		if (g_file_test(child, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(child, G_FILE_TEST_IS_SYMLINK))
			remove_all(child);
		else
			g_unlink(child);
	}
	if (d)
		g_dir_close(d);
	g_rmdir(path);
}

static int set_up(void **state)
{
	g_setenv("GUP2PIN_RULES", TEST_RULES_DIR, TRUE);
	api = api_load(NULL, NULL);
	dir = g_dir_make_tmp("g2p-test-XXXXXX", NULL);
	tree = NULL;
	return api && dir ? 0 : -1;
}

static int tear_down(void **state)
{
	tree_free(tree);
	api_free(api);
	remove_all(dir);
	g_free(dir);
	return 0;
}

static void open_era(const char *makefile, const char *mm_h)
{
	struct tree_options opts = { .root = dir };
	g_autoptr(GError) error = NULL;

	put_text("Makefile", makefile);
	put_text("include/linux/mm.h", mm_h);
	tree = tree_open(&opts, &error);
	if (!tree)
		fail_msg("%s", error->message);
}

static int param(const char *name, const char *which)
{
	const struct api_acquire *a = api_acquire(api, name);

	assert_non_null(a);
	if (!strcmp(which, "flags"))
		return tree_param(tree, a, a->flags);
	if (!strcmp(which, "pages"))
		return tree_param(tree, a, a->pages);
	return tree_param(tree, a, a->count);
}

static uint64_t flag(const char *name)
{
	uint64_t v;

	if (!tree_flag(tree, name, &v))
		fail_msg("%s is not defined", name);
	return v;
}

/* 5.4: "extern" and unnamed parameters are around; tsk is there, so is vmas. */
static void test_5_4(void **state)
{
	static const char mm_h[] =
		"#ifndef _LINUX_MM_H\n#define _LINUX_MM_H\n"
		"long get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,\n"
		"\t\t\t    unsigned long start, unsigned long nr_pages,\n"
		"\t\t\t    unsigned int gup_flags, struct page **pages,\n"
		"\t\t\t    struct vm_area_struct **vmas, int *locked);\n"
		"long get_user_pages_locked(unsigned long start, unsigned long nr_pages,\n"
		"\t\t    unsigned int gup_flags, struct page **pages, int *locked);\n"
		"long get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,\n"
		"\t\t    struct page **pages, unsigned int gup_flags);\n"
		"extern int get_user_pages_fast(unsigned long start, int nr_pages,\n"
		"\t\t\tunsigned int gup_flags, struct page **pages);\n"
		"/* long get_user_pages(int not_this); */\n"
		"int __get_user_pages_fast(unsigned long start, int nr_pages, int write,\n"
		"\t\t\t  struct page **pages);\n"
		"static inline void put_user_page(struct page *page)\n"
		"{\n\tput_page(page);\n}\n"
		"void put_user_pages_dirty_lock(struct page **pages, unsigned long npages,\n"
		"\t\t\t       bool make_dirty);\n"
		"#define FOLL_WRITE\t0x01\t/* check pte is writable */\n"
		"#define FOLL_LONGTERM\t0x10000\t/* see below */\n"
		"#endif\n";

	open_era(
		"# SPDX\nVERSION = 5\nPATCHLEVEL = 4\nSUBLEVEL = 18\nEXTRAVERSION =\n",
		mm_h);
	assert_string_equal(tree_version(tree), "5.4.18");
	assert_int_equal(param("get_user_pages_remote", "flags"), 4);
	assert_int_equal(param("get_user_pages_remote", "pages"), 5);
	assert_int_equal(param("get_user_pages_remote", "count"), 3);
	assert_int_equal(param("get_user_pages_unlocked", "flags"), 3);
	assert_int_equal(param("get_user_pages_unlocked", "pages"), 2);
	assert_int_equal(param("__get_user_pages_fast", "flags"), 2);
	assert_null(tree_proto(tree, "get_user_pages"));
	assert_null(tree_proto(tree, "pin_user_pages"));
	/* Not declared here: the newest signature. */
	assert_int_equal(param("pin_user_pages_fast", "pages"), 3);
	assert_string_equal(tree_proto(tree, "get_user_pages_fast")->ret,
			    "int");
	assert_string_equal(tree_proto(tree, "get_user_pages_fast")->types[3],
			    "struct page **");
	assert_string_equal(tree_proto(tree, "put_user_page")->ret, "void");
	assert_int_equal(
		tree_proto(tree, "put_user_pages_dirty_lock")->n_params, 3);
	assert_int_equal(flag("FOLL_WRITE"), 1);
	assert_int_equal(flag("FOLL_LONGTERM"), 0x10000);
	assert_int_equal(tree_protos(tree)->len, 7);
}

/* 4.17: write instead of gup_flags in the fast variant. */
static void test_4_17(void **state)
{
	open_era(
		"VERSION = 4\nPATCHLEVEL = 17\n",
		"int get_user_pages_fast(unsigned long start, int nr_pages, int write,\n"
		"\t\t\tstruct page **pages);\n"
		"#ifdef CONFIG_FS_DAX\n"
		"long get_user_pages_longterm(unsigned long start, unsigned long nr_pages,\n"
		"\t\t\t    unsigned int gup_flags, struct page **pages,\n"
		"\t\t\t    struct vm_area_struct **vmas);\n"
		"#else\n"
		"static inline long get_user_pages_longterm(unsigned long start,\n"
		"\t\tunsigned long nr_pages, unsigned int gup_flags,\n"
		"\t\tstruct page **pages, struct vm_area_struct **vmas)\n"
		"{\n\treturn get_user_pages(start, nr_pages, gup_flags, pages, vmas);\n}\n"
		"#endif /* CONFIG_FS_DAX */\n");
	assert_string_equal(tree_version(tree), "4.17.0");
	assert_int_equal(param("get_user_pages_fast", "flags"), 2);
	assert_int_equal(tree_proto(tree, "get_user_pages_longterm")->n_params,
			 5);
}

/* 5.6: pin_* are new, and still put with put_user_page(). */
static void test_5_6(void **state)
{
	open_era(
		"VERSION = 5\nPATCHLEVEL = 6\nSUBLEVEL = 0\n",
		"long pin_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,\n"
		"\tunsigned long start, unsigned long nr_pages, unsigned int gup_flags,\n"
		"\tstruct page **pages, struct vm_area_struct **vmas, int *locked);\n"
		"void unpin_user_page(struct page *page);\n"
		"void put_user_page(struct page *page);\n"
		"#define FOLL_PIN 0x40000\n");
	assert_int_equal(param("pin_user_pages_remote", "flags"), 4);
	assert_int_equal(flag("FOLL_PIN"), 0x40000);
	assert_non_null(tree_proto(tree, "put_user_page"));
}

/* 5.9: without tsk. */
static void test_5_9(void **state)
{
	open_era("VERSION = 5\nPATCHLEVEL = 9\nSUBLEVEL = 0\n",
		 "long pin_user_pages_remote(struct mm_struct *mm,\n"
		 "\t\t\t   unsigned long start, unsigned long nr_pages,\n"
		 "\t\t\t   unsigned int gup_flags, struct page **pages,\n"
		 "\t\t\t   struct vm_area_struct **vmas, int *locked);\n");
	assert_int_equal(param("pin_user_pages_remote", "flags"), 3);
	assert_int_equal(param("pin_user_pages_remote", "pages"), 4);
}

/* 6.1: folios; 6.5 and later: FOLL_ flags are an enum of mm_types.h. */
static void test_6_5(void **state)
{
	put_text("include/linux/mm_types.h",
		 "/* FOLL_WRITE = 77 is not it */\n"
		 "struct page { unsigned long flags; union { int a; }; };\n"
		 "enum { OTHER = 3, FOLL_UNSEEN_X };\n"
		 "enum {\n"
		 "\t/* check pte is writable */\n"
		 "\tFOLL_WRITE = 1 << 0,\n"
		 "\t/* get */\n"
		 "\tFOLL_GET = 1 << 1,\n"
		 "#ifdef CONFIG_X\n"
		 "\tFOLL_BOTH = (FOLL_WRITE | FOLL_GET),\n"
		 "#endif\n"
		 "\tFOLL_NEXT,\n"
		 "\tFOLL_LONGTERM = BIT(8),\n"
		 "\tFOLL_ODD = sizeof(int),\n"
		 "\tFOLL_BIG = 1ULL << 40\n"
		 "};\n");
	put_text("include/linux/swap.h",
		 "extern void release_pages(struct page **, int);\n");
	open_era(
		"VERSION = 6\nPATCHLEVEL = 5\nSUBLEVEL = 3\nEXTRAVERSION = -rc1\n",
		"long pin_user_pages(unsigned long start, unsigned long nr_pages,\n"
		"\t\t    unsigned int gup_flags, struct page **pages);\n"
		"static __always_inline void folio_put(struct folio *folio)\n"
		"{\n\tif (folio_put_testzero(folio)) {\n\t\t__folio_put(folio);\n\t}\n}\n");
	assert_int_equal(flag("FOLL_WRITE"), 1);
	assert_int_equal(flag("FOLL_BOTH"), 3);
	assert_int_equal(flag("FOLL_NEXT"), 4);
	assert_int_equal(flag("FOLL_LONGTERM"), 0x100);
	assert_int_equal(flag("FOLL_UNSEEN_X"), 4);
	assert_true(flag("FOLL_BIG") == UINT64_C(1) << 40);
	assert_false(tree_flag(tree, "FOLL_ODD", &(uint64_t){ 0 }));
	assert_false(tree_flag(tree, "FOLL_PIN", &(uint64_t){ 0 }));
	assert_int_equal(param("pin_user_pages", "pages"), 3);
	assert_string_equal(tree_proto(tree, "folio_put")->types[0],
			    "struct folio *");
	/* Unnamed parameters. */
	assert_string_equal(tree_proto(tree, "release_pages")->params[0], "");
	assert_string_equal(tree_proto(tree, "release_pages")->types[1], "int");
	/* The enum of flags in a full prototype is not lost either. */
	assert_string_equal(tree_version(tree), "6.5.3");
}

/* Of several declarations the first one whose parameters have names counts. */
static void test_first_full(void **state)
{
	open_era(
		"VERSION = 6\nPATCHLEVEL = 12\n",
		"void put_page(struct page *);\n"
		"typedef void put_fn(struct page *bad);\n"
		"static const int table[] = { f(1), };\n"
		"int (*hook)(int x);\n"
		"#if defined(A) && \\\n\tdefined(B)\n"
		"static inline __must_check __attribute__((cold)) void put_page(struct page *first) {\n"
		"#else\n"
		"static inline void put_page(struct page *second) {\n"
		"#endif\n"
		"}\n"
		"void unpin_user_pages(struct page *pages[], unsigned long (*fn)(int, char), ...);\n"
		"unsigned long __printf(1, 2) folio_put(const struct folio * const folio);\n"
		"void release_pages(release_pages_arg, int nr);\n");
	assert_string_equal(tree_proto(tree, "put_page")->params[0], "first");
	assert_string_equal(tree_proto(tree, "put_page")->ret, "void");
	assert_int_equal(tree_proto(tree, "unpin_user_pages")->n_params, 3);
	assert_string_equal(tree_proto(tree, "unpin_user_pages")->params[0],
			    "pages");
	assert_string_equal(tree_proto(tree, "unpin_user_pages")->params[1],
			    "fn");
	assert_string_equal(tree_proto(tree, "unpin_user_pages")->types[2],
			    "...");
	assert_string_equal(tree_proto(tree, "folio_put")->ret,
			    "unsigned long");
	assert_string_equal(tree_proto(tree, "folio_put")->params[0], "folio");
	assert_string_equal(tree_proto(tree, "release_pages")->types[0],
			    "release_pages_arg");
	assert_int_equal(tree_proto(tree, "release_pages")->n_params, 2);
}

/* Bytes of any kind in mm.h give fewer prototypes, never a crash. */
static void test_junk(void **state)
{
	static const char junk[] =
		"#if\n#else\n#endif\n#endif\n}}}} ((( [[ put_page( put_page(,,) ;"
		"enum { FOLL_A = , FOLL_B = 1 << , FOLL_C = ((((, FOLL_D = 99999999999999999999 }"
		"#define FOLL_E (((((((((\n#define FOLL_F 1 << 99\n#define\n#"
		"\"unterminated\n'\\\n/* open \0 \xff\xfe";
	struct tree_options opts = { .root = dir };

	put_text("Makefile", "VERSION = 6\nPATCHLEVEL = 1\n");
	for (size_t len = 0; len < sizeof(junk); len++) {
		put("include/linux/mm.h", junk, len);
		tree = tree_open(&opts, NULL);
		assert_non_null(tree);
		tree_free(tree);
		tree = NULL;
	}
}

static void refuse(const char *root, const char *kernel, const char *message)
{
	struct tree_options opts = { .root = root, .kernel = kernel };
	g_autoptr(GError) error = NULL;

	assert_null(tree_open(&opts, &error));
	assert_true(g_error_matches(error, G2P_ERROR, G2P_ERROR_TREE));
	if (!strstr(error->message, message))
		fail_msg("\"%s\" lacks \"%s\"", error->message, message);
}

static void test_not_a_tree(void **state)
{
	g_autofree char *sub = g_build_filename(dir, "drivers", "x", NULL);
	g_autofree char *file = g_build_filename(dir, "file", NULL);
	g_autofree char *missing = g_build_filename(dir, "missing", NULL);

	put_text("file", "");
	refuse(missing, NULL, "no such directory");
	refuse(file, NULL, "not a directory");
	refuse(dir, NULL, "--kernel DIR");
	put_text("Makefile", "obj-m += x.o\n");
	refuse(dir, NULL, "no Makefile with VERSION");
	refuse(dir, dir, "give --kernel a kernel source");
	put_text("Makefile", "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n");
	refuse(dir, NULL, "include/linux/mm.h");
	put_text("drivers/x/y.c", "");
	refuse(sub, NULL, "use -C ");
	/* Garbage of the same name is not a version. */
	put("Makefile", "VERSION = \0\xff 6\nPATCHLEVEL = x\n", 30);
	refuse(dir, NULL, "no Makefile with VERSION");
	put_text("Makefile", "include Makefile\ninclude ./Makefile\n");
	refuse(dir, NULL, "no Makefile with VERSION");
}

/* An out-of-tree module against a distribution's headers package. */
static void test_headers_package(void **state)
{
	g_autofree char *arch = g_build_filename(dir, "h-6.1-amd64", NULL);
	g_autofree char *common = g_build_filename(dir, "h-6.1-common", NULL);
	g_autofree char *module = g_build_filename(dir, "module", NULL);
	g_autofree char *text =
		g_strdup_printf("include %s/Makefile\n", common);
	struct tree_options opts = { .root = module, .kernel = arch };

	put_text("h-6.1-amd64/Makefile", text);
	put_text("h-6.1-common/Makefile",
		 "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 90\n");
	put_text("h-6.1-common/include/linux/mm.h",
		 "void unpin_user_page(struct page *page);\n");
	put_text("module/m.c", "int x;\n");
	tree = tree_open(&opts, NULL);
	assert_non_null(tree);
	assert_string_equal(tree_version(tree), "6.1.90");
	assert_true(g_str_has_suffix(tree_kernel(tree), "h-6.1-amd64"));
	assert_true(g_str_has_suffix(tree_root(tree), "/module"));
	assert_non_null(tree_proto(tree, "unpin_user_page"));
}

/* The same, unpacked elsewhere; and without its other half. */
static void test_headers_unpacked(void **state)
{
	g_autofree char *arch = g_build_filename(dir, "h-6.1-amd64", NULL);
	struct tree_options opts = { .root = dir, .kernel = arch };

	put_text("h-6.1-amd64/Makefile",
		 "include /nonexistent/src/h-6.1-common/Makefile\n");
	refuse(dir, arch, "/nonexistent/src/h-6.1-common, which is not there");
	put_text("h-6.1-common/Makefile",
		 "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 91\n");
	put_text("h-6.1-common/include/linux/mm.h",
		 "void unpin_user_page(struct page *page);\n");
	tree = tree_open(&opts, NULL);
	assert_non_null(tree);
	assert_string_equal(tree_version(tree), "6.1.91");
}

static const char mm_h_5_4[] =
	"int get_user_pages_fast(unsigned long start, int nr_pages,\n"
	"\t\tunsigned int gup_flags, struct page **pages);\n"
	"#define FOLL_LONGTERM 0x10000\n";

static struct tree *open_assumed(const char *version, GError **error)
{
	struct tree_options opts = { .root = dir, .assume = version };

	return tree_open(&opts, error);
}

/* --assume-api: what the version declared, and nothing twice. */
static void test_assume(void **state)
{
	struct {
		const char *version;
		unsigned int n_remote;
		bool locked;
	} cases[] = {
		{ "5.6", 8, false },  { "5.8", 8, true },  { "5.9.1", 7, true },
		{ "5.18", 7, false }, { "6.5", 6, false }, { "7.2", 6, false },
	};

	put_text("Makefile", "VERSION = 5\nPATCHLEVEL = 4\nSUBLEVEL = 0\n");
	put_text("include/linux/mm.h", mm_h_5_4);
	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		tree = open_assumed(cases[i].version, &error);
		if (!tree)
			fail_msg("%s", error->message);
		assert_int_equal(
			tree_proto(tree, "pin_user_pages_remote")->n_params,
			cases[i].n_remote);
		assert_int_equal(tree_proto(tree, "pin_user_pages_locked") !=
					 NULL,
				 cases[i].locked);
		assert_non_null(tree_proto(tree, "unpin_user_page"));
		/* declared by the tree */
		assert_null(strstr(tree_assumed(tree), "FOLL_LONGTERM"));
		assert_null(strchr(tree_assumed(tree), '\n'));
		if (i + 1 < G_N_ELEMENTS(cases))
			g_clear_pointer(&tree, tree_free);
	}
}

static void test_assume_errors(void **state)
{
	static const char *const bad[] = { "5.4", "5", "next", "5.x", "" };
	g_autoptr(GError) error = NULL;

	put_text("Makefile", "VERSION = 5\nPATCHLEVEL = 4\nSUBLEVEL = 0\n");
	put_text("include/linux/mm.h", mm_h_5_4);
	for (unsigned int i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_null(open_assumed(bad[i], &error));
		assert_true(g_error_matches(error, G2P_ERROR, G2P_ERROR_USAGE));
		g_clear_error(&error);
	}
	put_text("include/linux/mm.h", "int pin_user_pages_fast(int a);\n");
	assert_null(open_assumed("5.6", &error));
	assert_true(g_error_matches(error, G2P_ERROR, G2P_ERROR_USAGE));
	assert_non_null(strstr(error->message, "pin_user_pages_fast()"));
}

static void test_version_number(void **state)
{
	unsigned int a, b;

	assert_true(tree_version_number("5.9", &a));
	assert_true(tree_version_number("5.18.3", &b));
	assert_true(a < b);
	assert_true(tree_version_number("6.0-rc1", &a));
	assert_true(b < a);
	assert_false(tree_version_number("6", &a));
	assert_false(tree_version_number("v6.1", &a));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_4_17),
		TEST(test_5_4),
		TEST(test_5_6),
		TEST(test_5_9),
		TEST(test_6_5),
		TEST(test_first_full),
		TEST(test_junk),
		TEST(test_not_a_tree),
		TEST(test_headers_package),
		TEST(test_headers_unpacked),
		TEST(test_assume),
		TEST(test_assume_errors),
		TEST(test_version_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
