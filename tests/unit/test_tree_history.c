// SPDX-License-Identifier: GPL-2.0-only
/* test_tree_history.c - how subjects begin, read from a small repository */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <git2.h>
#include <glib/gstdio.h>
#include "tree/history.h"

/**
 * struct repo - a repository that a test writes
 * @dir: its worktree
 * @git: the repository
 * @time: of the last commit, each a second later than the one before
 */
struct repo {
	char *dir;
	git_repository *git;
	git_time_t time;
};

static int setup(void **state)
{
	struct repo *r = g_new0(struct repo, 1);

	*state = r;
	r->dir = g_dir_make_tmp("gup2pin-history-XXXXXX", NULL);
	git_libgit2_init();
	return r->dir && !git_repository_init(&r->git, r->dir, 0) ? 0 : -1;
}

static void remove_all(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		remove_all(below);
	}
	if (dir)
		g_dir_close(dir);
	g_remove(path);
}

static int teardown(void **state)
{
	struct repo *r = *state;

	git_repository_free(r->git);
	git_libgit2_shutdown();
	remove_all(r->dir);
	g_free(r->dir);
	g_free(r);
	return 0;
}

static void put(struct repo *r, const char *path, const char *text)
{
	g_autofree char *full = g_build_filename(r->dir, path, NULL);
	g_autofree char *dir = g_path_get_dirname(full);

	assert_int_equal(g_mkdir_with_parents(dir, 0755), 0);
	assert_true(g_file_set_contents(full, text, -1, NULL));
}

/* Commit what the index holds on HEAD, with one more parent maybe. */
static void commit(struct repo *r, const char *message, const git_oid *other,
		   git_oid *id)
{
	git_commit *parents[2] = { NULL };
	git_oid tree_id, head;
	git_index *index;
	git_signature *who;
	git_tree *tree;
	size_t n = 0;

	assert_int_equal(git_repository_index(&index, r->git), 0);
	assert_int_equal(git_index_write_tree(&tree_id, index), 0);
	assert_int_equal(git_tree_lookup(&tree, r->git, &tree_id), 0);
	assert_int_equal(git_signature_new(&who, "A", "a@b", ++r->time, 0), 0);
	if (!git_reference_name_to_id(&head, r->git, "HEAD"))
		assert_int_equal(
			git_commit_lookup(&parents[n++], r->git, &head), 0);
	if (other)
		assert_int_equal(
			git_commit_lookup(&parents[n++], r->git, other), 0);
	assert_int_equal(git_commit_create(id, r->git, "HEAD", who, who, NULL,
					   message, tree, n,
					   (const git_commit **)parents),
			 0);
	while (n)
		git_commit_free(parents[--n]);
	git_signature_free(who);
	git_tree_free(tree);
	git_index_free(index);
}

/* One more commit that changes a file. */
static void change(struct repo *r, const char *path, const char *message)
{
	git_index *index;
	git_oid id;

	put(r, path, message);
	assert_int_equal(git_repository_index(&index, r->git), 0);
	assert_int_equal(git_index_add_bypath(index, path), 0);
	assert_int_equal(git_index_write(index), 0);
	git_index_free(index);
	commit(r, message, NULL, &id);
}

static void expect(struct repo *r, const char *path, const char *wanted)
{
	const char *const paths[] = { path, NULL };
	struct history *h = history_open(r->dir);
	g_autofree char *got = NULL;

	assert_true(history_is_git(h));
	history_read_subjects(h, "HEAD", paths);
	got = history_prefix(h, paths);
	if (wanted)
		assert_string_equal(got, wanted);
	else
		assert_null(got);
	history_free(h);
}

/* What most commits to the file have; of equals the first by name. */
static void test_majority(void **state)
{
	struct repo *r = *state;

	change(r, "base", "base");
	change(r, "misc/a.c", "misc: a: one");
	change(r, "misc/a.c", "treewide: two");
	change(r, "misc/a.c", "misc/a: three");
	expect(r, "misc/a.c", "misc/a");
	change(r, "misc/a.c", "misc: a: four");
	expect(r, "misc/a.c", "misc: a");
}

/* A file that nobody has changed is like those beside it. */
static void test_directory(void **state)
{
	struct repo *r = *state;

	put(r, "misc/new.c", "new");
	change(r, "misc/new.c", "no prefix here");
	change(r, "misc/a.c", "misc: a: one");
	change(r, "net/b.c", "net: b: one");
	change(r, "net/b.c", "net: b: two");
	expect(r, "misc/new.c", "misc: a");
	expect(r, "other/c.c", NULL);
}

/* The commit that everything comes from is about no file in particular. */
static void test_first_commit(void **state)
{
	struct repo *r = *state;

	change(r, "misc/a.c", "import: of a tarball");
	expect(r, "misc/a.c", NULL);
}

static void test_merge(void **state)
{
	struct repo *r = *state;
	git_oid side, id;

	change(r, "base", "base");
	change(r, "misc/a.c", "misc: a: one");
	assert_int_equal(git_reference_name_to_id(&side, r->git, "HEAD"), 0);
	change(r, "misc/b.c", "misc: b: one");
	put(r, "misc/a.c", "merged");
	commit(r, "pull: misc: changes", &side, &id);
	expect(r, "misc/a.c", "misc: a");
}

/* A word with 255 in it, a line break, no text: nothing that is shown. */
static void test_junk(void **state)
{
	struct repo *r = *state;

	change(r, "base", "base");
	change(r, "misc/a.c", "m\xffsc: a: one");
	change(r, "misc/a.c", "\n\n");
	change(r, "misc/a.c", ": : :");
	expect(r, "misc/a.c", NULL);
}

static void test_states(void **state)
{
	struct repo *r = *state;
	g_autoptr(GBytes) same = g_bytes_new_static("base", 4);
	g_autoptr(GBytes) other = g_bytes_new_static("bass", 4);
	struct history *h;
	g_autofree char *id = NULL;
	GError *error = NULL;

	change(r, "a", "base");
	put(r, "b", "base");
	h = history_open(r->dir);
	assert_int_equal(history_state(h, "HEAD", "a", same), HISTORY_SAME);
	assert_int_equal(history_state(h, "HEAD", "a", other), HISTORY_DIFFERS);
	assert_int_equal(history_state(h, "HEAD", "b", same), HISTORY_UNKNOWN);
	assert_false(history_staged(h, "a"));
	id = history_commit(h, "HEAD", &error);
	assert_int_equal(strlen(id), 40);
	assert_null(history_commit(h, "nothing", &error));
	assert_non_null(error);
	g_error_free(error);
	history_free(h);
}

static void test_no_repository(void **state)
{
	const char *const paths[] = { "a", NULL };
	g_autofree char *dir = g_dir_make_tmp("gup2pin-history-XXXXXX", NULL);
	struct history *h = history_open(dir);

	assert_false(history_is_git(h));
	assert_string_equal(history_directory(h), "");
	assert_null(history_prefix(h, paths));
	history_free(h);
	g_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_majority, setup, teardown),
		cmocka_unit_test_setup_teardown(test_directory, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_first_commit, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_merge, setup, teardown),
		cmocka_unit_test_setup_teardown(test_junk, setup, teardown),
		cmocka_unit_test_setup_teardown(test_states, setup, teardown),
		cmocka_unit_test(test_no_repository),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
