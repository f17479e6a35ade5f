// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree_scan.c - which files of a directory or a git checkout are looked at
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <git2.h>
#include <glib/gstdio.h>
#include "tree/tree.h"

#define GUP "int f(void) { return get_user_pages(0); }\n"

static char *dir;
static struct api *api;
static struct tree *tree;

static void put(const char *path, const char *text)
{
	g_autofree char *full = g_build_filename(dir, path, NULL);
	g_autofree char *parent = g_path_get_dirname(full);

	assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
	assert_true(g_file_set_contents(full, text, -1, NULL));
}

static void link_to(const char *target, const char *path)
{
	g_autofree char *full = g_build_filename(dir, path, NULL);

	assert_int_equal(symlink(target, full), 0);
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

static void make_kernel(const char *at)
{
	g_autofree char *makefile = g_build_filename(at, "Makefile", NULL);
	g_autofree char *mm_h =
		g_build_filename(at, "include/linux/mm.h", NULL);

	put(makefile, "VERSION = 6\nPATCHLEVEL = 12\n");
	put(mm_h, "void put_page(struct page *page);\n");
}

static void open_tree(const char *at)
{
	g_autofree char *root = g_build_filename(dir, at, NULL);
	struct tree_options opts = { .root = root };
	g_autoptr(GError) error = NULL;

	tree_free(tree);
	tree = tree_open(&opts, &error);
	if (!tree)
		fail_msg("%s", error->message);
}

static int set_up(void **state)
{
	g_setenv("GUP2PIN_RULES", TEST_RULES_DIR, TRUE);
	api = api_load(NULL, NULL);
	dir = g_dir_make_tmp("g2p-test-XXXXXX", NULL);
	tree = NULL;
	if (!api || !dir)
		return -1;
	make_kernel("");
	put("drivers/a.c", GUP);
	put("drivers/a.mod.c", GUP);
	put("drivers/comment.c", "/* get_user_pages() */\n");
	put("drivers/sub/b.h", GUP);
	put("drivers/sub/c.S", GUP);
	put("drivers/none.c", "int x;\n");
	put("mm/gup.c", GUP GUP);
	put("tools/t.c", GUP);
	put("Documentation/d.c", GUP);
	put("drivers/tools/e.c", GUP);
	put(".hidden/h.c", GUP);
	put("include/generated/g.h", GUP);
	return 0;
}

static int tear_down(void **state)
{
	tree_free(tree);
	api_free(api);
	remove_all(dir);
	g_free(dir);
	return 0;
}

static char *scan(const char *const *paths)
{
	g_autoptr(GPtrArray) files = NULL;
	g_autoptr(GError) error = NULL;
	GString *s = g_string_new(NULL);

	files = tree_candidates(tree, api, paths, 3, &error);
	if (!files)
		g_string_append_printf(s, "error: %s", error->message);
	for (unsigned int i = 0; files && i < files->len; i++) {
		const struct tree_file *f = files->pdata[i];

		g_string_append_printf(s, "%s%s", i ? " " : "", f->path);
		if (f->error)
			g_string_append_c(s, '!');
		else
			assert_true(f->mentions->len > 0);
	}
	return g_string_free(s, FALSE);
}

static void expect(const char *path, const char *want)
{
	const char *paths[] = { path, NULL };
	g_autofree char *got = scan(path ? paths : NULL);

	assert_string_equal(got, want);
}

static void expect_error(const char *path, const char *want)
{
	const char *paths[] = { path, NULL };
	g_autofree char *got = scan(paths);

	assert_true(g_str_has_prefix(got, "error: "));
	if (!strstr(got, want))
		fail_msg("\"%s\" lacks \"%s\"", got, want);
}

#define ALL "drivers/a.c drivers/sub/b.h drivers/tools/e.c mm/gup.c"

static void test_directory(void **state)
{
	open_tree("");
	expect(NULL, ALL);
}

static void test_named(void **state)
{
	g_autofree char *abs = NULL;
	const char *two[] = { "mm", "drivers/sub/", "mm/gup.c", NULL };
	const char *none[] = { NULL };
	g_autofree char *got = NULL;

	open_tree("");
	abs = g_build_filename(tree_root(tree), "drivers", "sub", NULL);
	expect(".", ALL);
	expect(tree_root(tree), ALL);
	expect("drivers/sub/", "drivers/sub/b.h");
	expect(abs, "drivers/sub/b.h");
	expect("./drivers/../mm//gup.c", "mm/gup.c");
	/* A file that is named is looked at whatever it is called. */
	expect("drivers/sub/c.S", "drivers/sub/c.S");
	expect("drivers/none.c", "");
	expect("tools", "tools/t.c");
	expect("Documentation/d.c", "Documentation/d.c");
	got = scan(two);
	assert_string_equal(got, "drivers/sub/b.h mm/gup.c");
	g_free(g_steal_pointer(&got));
	got = scan(none);
	assert_string_equal(got, ALL);
}

static void test_named_wrong(void **state)
{
	g_autofree char *fifo = g_build_filename(dir, "fifo", NULL);

	open_tree("");
	expect_error("nobody.c", "nobody.c: No such file");
	expect_error("../x", "is outside of");
	expect_error("/nonexistent/x.c", "no such file or directory");
	expect_error("/", "is outside of");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	expect_error("fifo", "not a regular file");
}

static void test_links(void **state)
{
	open_tree("");
	link_to("../mm", "drivers/loop");
	link_to("..", "drivers/sub/up");
	link_to("../mm/gup.c", "drivers/link.c");
	link_to("nowhere.c", "drivers/dangling.c");
	expect(NULL, "drivers/a.c drivers/link.c drivers/sub/b.h "
		     "drivers/tools/e.c mm/gup.c");
}

static void test_unreadable(void **state)
{
	g_autofree char *file = NULL;

	if (!geteuid())
		skip();
	file = g_build_filename(dir, "drivers/a.c", NULL);
	assert_int_equal(g_chmod(file, 0), 0);
	open_tree("");
	expect("drivers", "drivers/a.c! drivers/sub/b.h drivers/tools/e.c");
	expect_error("drivers/a.c", "Permission denied");
}

static void git_add(const char *repo_dir, const char *const *paths)
{
	g_autofree char *path = g_build_filename(dir, repo_dir, NULL);
	git_repository *repo;
	git_index *index;

	git_libgit2_init();
	/* The configuration of whoever runs the test stays out of it. */
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, "");
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, "");
	assert_int_equal(git_repository_init(&repo, path, 0), 0);
	assert_int_equal(git_repository_index(&index, repo), 0);
	for (; *paths; paths++)
		assert_int_equal(git_index_add_bypath(index, *paths), 0);
	assert_int_equal(git_index_write(index), 0);
	git_index_free(index);
	git_repository_free(repo);
	git_libgit2_shutdown();
}

static void test_git(void **state)
{
	const char *paths[] = { "Makefile", "drivers/a.c", "drivers/none.c",
				"mm/gup.c", "tools/t.c",   "drivers/sub/b.h",
				NULL };
	g_autofree char *gone = g_build_filename(dir, "drivers/sub/b.h", NULL);

	git_add("", paths);
	/* In the index, but deleted. */
	g_unlink(gone);
	open_tree("");
	expect(NULL, "drivers/a.c mm/gup.c");
	expect("tools", "tools/t.c");
	/* Untracked, but named. */
	expect("drivers/tools/e.c", "drivers/tools/e.c");
	expect("drivers/tools", "drivers/tools/e.c");
}

/* A tree unpacked inside of somebody else's checkout. */
static void test_git_above(void **state)
{
	const char *outer[] = { "mm/gup.c", NULL };
	const char *inner[] = { "mm/gup.c", "sub/k/drivers/x.c", NULL };

	make_kernel("sub/k");
	put("sub/k/drivers/x.c", GUP);
	put("sub/k/drivers/y.c", GUP);
	git_add("", outer);
	open_tree("sub/k");
	expect(NULL, "drivers/x.c drivers/y.c");
	/* The root is a tracked directory of a larger repository. */
	git_add("", inner);
	open_tree("sub/k");
	expect(NULL, "drivers/x.c");
}

static void test_broken_git(void **state)
{
	put(".git/HEAD", "garbage");
	put(".git/index", "garbage");
	open_tree("");
	expect(NULL, ALL);
	put(".git/HEAD", "ref: refs/heads/main\n");
	put(".git/config", "[core]\n\trepositoryformatversion = 0\n");
	put(".git/objects/x", "");
	put(".git/refs/x", "");
	open_tree("");
	expect(NULL, ALL);
}

static void words(const char *below, const char *const *list, const char *want)
{
	g_autoptr(GPtrArray) found = tree_find_words(tree, list, below, 2);
	g_autofree char *got = NULL;

	g_ptr_array_add(found, NULL);
	got = g_strjoinv(" ", (char **)found->pdata);
	assert_string_equal(got, want);
}

static void test_find_words(void **state)
{
	static const char *const some[] = { "alpha", "x", NULL };
	static const char *const gup[] = { "get_user_pages", NULL };
	static const char *const many[] = { "a1", "b1",	   "c1",   "d1",
					    "e1", "f1",	   "g1",   "h1",
					    "i1", "gamma", "none", NULL };
	static const char *const none[] = { NULL };
	static const char *const said[] = { "zeta", "eta", "theta", "b1",
					    "a1",   "c1",  "d1",    NULL };
	static const char *const meant[] = { "delta",	"define", "q",
					     "epsilon", "iota",	  NULL };

	put("fs/one.c", "alphabet xalpha alpha_ (alpha)");
	put("fs/two.c", "alphabet xalpha alpha_");
	put("fs/three.c", "/* 'none */ gamma /* b1 \\\n / alpha */ // x\\\n x\n"
			  "\"x\" \"\\\"alpha\" '\\'' 'b1' \"a1\n\"c1\\\n d1\"");
	put("fs/five.c",
	    "#include \"delta.h\"\n# define q \"/*\" \\\n\"epsilon\"\n"
	    "\"zeta\" /\\\n* eta */ /* theta *\\\n/ iota\n");
	put("fs/four.c", "gammas gamm agamma 1gamma");
	open_tree("");
	words(NULL, some, "drivers/none.c fs/one.c");
	words("fs", some, "fs/one.c");
	words("fs/", gup, "");
	words("drivers", gup,
	      "drivers/a.c drivers/sub/b.h drivers/tools/e.c");
	words("missing", gup, "");
	words("../..", gup, "");
	words(NULL, many, "fs/three.c");
	words(NULL, said, "");
	for (unsigned int i = 0; meant[i]; i++) {
		const char *const one[] = { meant[i], NULL };

		words(NULL, one, "fs/five.c");
		words("fs", one, "fs/five.c");
	}
	words(NULL, none, "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_directory),	TEST(test_named),
		TEST(test_named_wrong), TEST(test_links),
		TEST(test_unreadable),	TEST(test_git),
		TEST(test_git_above),	TEST(test_broken_git),
		TEST(test_find_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
