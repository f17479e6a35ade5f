// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rewrite_output.c - diff, writing, and spatch that is missing or fails
 */
#include <sys/stat.h>
#include <unistd.h>
#include "rewrite_fixture.h"

static const char before[] =
	"void f(void)\n{\n\tgup(a, p);\n\tput_page(p);\n}\n";
static const char after[] =
	"void f(void)\n{\n\tpin(a, p);\n\tunpin_user_page(p);\n}\n";

static void convert(struct fixture *f, const char *path)
{
	struct verdict_site *site = fixture_acquire(f, f->v.sites->len + 1,
						    path, "gup", 0, "pin", -1);

	fixture_release(f, site, path, 0);
}

/* run a program with a text on standard input, in a directory */
static int pipe_to(const char *dir, const char *text, const char *const *argv)
{
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDIN_PIPE);
	g_autoptr(GSubprocess) child = NULL;

	g_subprocess_launcher_set_cwd(launcher, dir);
	/* the directory is no repository: git must not look further up */
	g_subprocess_launcher_setenv(launcher, "GIT_CEILING_DIRECTORIES",
				     g_get_tmp_dir(), TRUE);
	child = g_subprocess_launcher_spawnv(launcher, argv, NULL);
	assert_non_null(child);
	assert_true(g_subprocess_communicate_utf8(child, text, NULL, NULL, NULL,
						  NULL));
	return g_subprocess_get_exit_status(child);
}

static void make_files(struct fixture *f)
{
	fixture_file(f, "drivers/x/plain.c", before);
	fixture_file(f, "drivers/x/no newline.c",
		     "void f(void)\n{\n\tgup(a, p);\n\tput_page(p); }");
	fixture_file(
		f, "drivers/x/crlf.h",
		"void f(void)\r\n{\r\n\tgup(a, p);\r\n\tput_page(p);\r\n}\r\n");
	convert(f, "drivers/x/plain.c");
	convert(f, "drivers/x/no newline.c");
	convert(f, "drivers/x/crlf.h");
}

static void test_diff(void **state)
{
	static const char *const git[] = { "git", "apply", "--check", "-",
					   NULL };
	static const char *const git_apply[] = { "git", "apply", "-", NULL };
	static const char *const patch[] = { "patch", "-p1", "--dry-run",
					     "--silent", NULL };
	struct fixture *f = *state;
	g_autofree char *diff = NULL;

	make_files(f);
	fixture_run(f);
	diff = rewrite_diff(f->result, &f->error);
	assert_non_null(diff);
	assert_non_null(strstr(diff, "diff --git a/drivers/x/plain.c "
				     "b/drivers/x/plain.c\n"));
	assert_non_null(strstr(diff, "\n--- a/drivers/x/plain.c\n"
				     "+++ b/drivers/x/plain.c\n@@ "));
	assert_non_null(strstr(diff, "\n\\ No newline at end of file"));
	assert_int_equal(pipe_to(f->root, diff, git), 0);
	assert_int_equal(pipe_to(f->root, diff, patch), 0);
	assert_int_equal(pipe_to(f->root, diff, git_apply), 0);
	for (unsigned int i = 0; i < f->result->files->len; i++) {
		struct rewrite_file *file = f->result->files->pdata[i];
		g_autofree char *text = fixture_read(f, file->path);

		assert_string_equal(text, g_bytes_get_data(file->after, NULL));
	}
}

static void test_diff_of_nothing(void **state)
{
	struct fixture *f = *state;
	g_autofree char *diff = NULL;

	fixture_run(f);
	diff = rewrite_diff(f->result, NULL);
	assert_string_equal(diff, "");
}

static void test_in_place(void **state)
{
	struct fixture *f = *state;
	g_autofree char *full = NULL;
	g_autofree char *text = NULL;
	struct stat st;

	make_files(f);
	full = g_build_filename(f->root, "drivers/x/plain.c", NULL);
	assert_int_equal(g_chmod(full, 0755), 0);
	fixture_run(f);
	assert_true(rewrite_in_place_root(f->root, f->result, NULL));
	text = fixture_read(f, "drivers/x/plain.c");
	assert_string_equal(text, after);
	assert_int_equal(g_stat(full, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	/* a second time, the files are not what they were */
	assert_false(rewrite_in_place_root(f->root, f->result, &f->error));
	assert_int_equal(f->error->code, G2P_ERROR_IO);
}

static void test_in_place_changed(void **state)
{
	struct fixture *f = *state;
	g_autofree char *text = NULL;

	fixture_file(f, "a.c", before);
	convert(f, "a.c");
	fixture_run(f);
	fixture_file(f, "a.c", "int x;\n");
	assert_false(rewrite_in_place_root(f->root, f->result, &f->error));
	assert_int_equal(f->error->code, G2P_ERROR_IO);
	assert_non_null(strstr(f->error->message, "a.c: changed since"));
	text = fixture_read(f, "a.c");
	assert_string_equal(text, "int x;\n");
}

static void test_in_place_links(void **state)
{
	struct fixture *f = *state;
	g_autofree char *outside =
		g_build_filename(g_get_tmp_dir(), "gup2pin-XXXXXX", NULL);
	g_autofree char *out = g_build_filename(f->root, "out.c", NULL);
	g_autofree char *in = g_build_filename(f->root, "in.c", NULL);
	g_autofree char *text = NULL;
	int fd = g_mkstemp(outside);

	assert_true(fd >= 0);
	close(fd);
	assert_true(g_file_set_contents(outside, before, -1, NULL));
	assert_int_equal(symlink(outside, out), 0);
	convert(f, "out.c");
	fixture_run(f);
	assert_int_equal(f->result->files->len, 1);
	assert_false(rewrite_in_place_root(f->root, f->result, &f->error));
	assert_int_equal(f->error->code, G2P_ERROR_IO);
	assert_non_null(strstr(f->error->message, "out of the tree"));
	assert_true(g_file_get_contents(outside, &text, NULL, NULL));
	g_unlink(outside);
	assert_string_equal(text, before);

	g_ptr_array_set_size(f->v.sites, 0);
	fixture_file(f, "dir/target.c", before);
	assert_int_equal(symlink("dir/target.c", in), 0);
	convert(f, "in.c");
	fixture_run(f);
	assert_true(rewrite_in_place_root(f->root, f->result, &f->error));
	assert_true(g_file_test(in, G_FILE_TEST_IS_SYMLINK));
	g_free(text);
	text = fixture_read(f, "dir/target.c");
	assert_string_equal(text, after);
}

static void test_to_dir(void **state)
{
	struct fixture *f = *state;
	g_autofree char *dir = g_build_filename(f->root, "new/out", NULL);
	g_autofree char *clash =
		g_build_filename(dir, "drivers/x/plain.c", NULL);
	g_autofree char *text = NULL;

	make_files(f);
	fixture_run(f);
	assert_true(rewrite_to_dir(f->result, dir, &f->error));
	assert_true(g_file_get_contents(clash, &text, NULL, NULL));
	assert_string_equal(text, after);
	/* files that are there already are not overwritten */
	assert_true(g_file_set_contents(clash, "mine", -1, NULL));
	assert_false(rewrite_to_dir(f->result, dir, &f->error));
	assert_int_equal(f->error->code, G2P_ERROR_IO);
	g_free(text);
	assert_true(g_file_get_contents(clash, &text, NULL, NULL));
	assert_string_equal(text, "mine");
}

/* an error half-way leaves nothing behind */
static void test_to_dir_fails(void **state)
{
	struct fixture *f = *state;
	g_autofree char *dir = g_build_filename(f->root, "new", NULL);
	g_autofree char *other = g_build_filename(dir, "drivers", NULL);

	make_files(f);
	fixture_file(f, "z/z.c", before);
	convert(f, "z/z.c");
	/* "z" is a file there, so z/z.c cannot be made */
	fixture_file(f, "new/z", "a file");
	fixture_run(f);
	assert_int_equal(f->result->files->len, 4);
	assert_false(rewrite_to_dir(f->result, dir, &f->error));
	assert_int_equal(f->error->code, G2P_ERROR_IO);
	assert_false(g_file_test(other, G_FILE_TEST_EXISTS));
	assert_true(g_file_test(dir, G_FILE_TEST_IS_DIR));
}

static void test_no_spatch(void **state)
{
	struct fixture *f = *state;

	fixture_file(f, "a.c", before);
	convert(f, "a.c");
	f->opts.spatch = "/nonexistent";
	fixture_run(f);
	assert_null(f->result);
	assert_int_equal(f->error->code, G2P_ERROR_TOOL);
	assert_non_null(strstr(f->error->message,
			       "not found: apt-get install coccinelle"));
}

/* a program in spatch's place */
static void fake_spatch(struct fixture *f, const char *script)
{
	g_autofree char *full = g_build_filename(f->root, "fake", NULL);

	fixture_file(f, "fake", script);
	assert_int_equal(g_chmod(full, 0755), 0);
	f->opts.spatch = g_intern_string(full);
	fixture_file(f, "a.c", before);
	g_ptr_array_set_size(f->v.sites, 0);
	convert(f, "a.c");
	fixture_run(f);
}

static void test_bad_spatch(void **state)
{
	struct fixture *f = *state;

	fake_spatch(f, "#!/bin/sh\necho 'no such rule' >&2\nexit 3\n");
	assert_null(f->result);
	assert_int_equal(f->error->code, G2P_ERROR_TOOL);
	assert_non_null(
		strstr(f->error->message, "exit status 3: no such rule"));
	fake_spatch(f, "#!/bin/sh\nkill -SEGV $$\n");
	assert_int_equal(f->error->code, G2P_ERROR_TOOL);
	assert_non_null(strstr(f->error->message, "signal 11"));
	/* its work is not believed */
	fake_spatch(f, "#!/bin/sh\nexit 0\n");
	fixture_expect_withdrawn(f, "spatch cannot rewrite");
	fake_spatch(
		f,
		"#!/bin/sh\n"
		"sed -i -e s/gup/pin/ -e s/put_page/unpin_user_page/ -e s/a/b/ a.c\n");
	fixture_expect_withdrawn(f, "changed more than was planned");
	fake_spatch(
		f,
		"#!/bin/sh\n"
		"sed -i -e s/gup/pin/ -e 's/put_page/unpin_user_page \\/\\* \\*\\//' a.c\n");
	fixture_expect_withdrawn(f, "changed more than was planned");
	fake_spatch(f, "#!/bin/sh\n: > a.c\n");
	fixture_expect_withdrawn(f, "a.c:");
	fake_spatch(f, "#!/bin/sh\nrm a.c\n");
	assert_int_equal(f->error->code, G2P_ERROR_IO);
	/* white space is not its business */
	fake_spatch(
		f,
		"#!/bin/sh\n"
		"sed -i -e s/gup/pin/ -e s/put_page/unpin_user_page/ -e 's/^\t/  /' a.c\n");
	fixture_expect(f, "a.c", after);
}

/* nothing is left in the temporary directory, and no .cocciconfig is read */
static void test_private_directory(void **state)
{
	struct fixture *f = *state;
	g_autofree char *note = g_build_filename(f->root, "note", NULL);
	g_autofree char *script = NULL;
	g_autofree char *work = NULL;
	struct stat st;

	script = g_strdup_printf(
		"#!/bin/sh\n"
		"test \"$HOME\" = \"$(dirname \"$PWD\")\" || exit 1\n"
		"test \"$(stat -c %%a \"$HOME\")\" = 700 || exit 2\n"
		"printf %%s \"$HOME\" > '%s'\n",
		note);
	fake_spatch(f, script);
	assert_non_null(f->result);
	assert_true(g_file_get_contents(note, &work, NULL, NULL));
	assert_true(g_path_is_absolute(work));
	assert_int_equal(g_lstat(work, &st), -1);
}

static void test_version(void **state)
{
	g_autofree char *version = rewrite_spatch_version();

	assert_non_null(version);
	assert_true(g_ascii_isdigit(*version));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(test_diff),	   TEST(test_diff_of_nothing),
		TEST(test_in_place),	   TEST(test_in_place_changed),
		TEST(test_in_place_links), TEST(test_to_dir),
		TEST(test_to_dir_fails),   TEST(test_no_spatch),
		TEST(test_bad_spatch),	   TEST(test_private_directory),
		TEST(test_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
