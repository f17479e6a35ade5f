// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_front_pool.c - many files in worker processes: crashes, time limits
 *
 * The test is its own worker: main() handles --front-worker.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "front/front.h"

static char *dir;
static struct tree *tree;
static struct api *api;

static const char *const files[] = { "d/a.c", "d/b.c", "d/c.c", "d/d.c", NULL };

static void put_file(const char *name, const char *text)
{
	char *path = g_build_filename(dir, name, NULL);
	char *sub = g_path_get_dirname(path);

	g_mkdir_with_parents(sub, 0700);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	g_free(sub);
	g_free(path);
}

static void count(unsigned int done, unsigned int total, const char *file,
		  void *user)
{
	unsigned int *n = user;

	assert_int_equal(done, ++*n);
	assert_int_equal(total, 4);
	assert_non_null(file);
}

static struct front_workers *workers;

static GPtrArray *run(unsigned int jobs, unsigned int limit)
{
	unsigned int n = 0;
	struct front_options opts = {
		.jobs = jobs,
		/* on a slow machine an earlier test's facts are known */
		.no_cache = true,
		.time_limit = limit,
		.memory_limit = 1024,
		.workers = workers,
		.progress = count,
		.user = &n,
	};
	GError *error = NULL;
	GPtrArray *units = front_parse_files(tree, api, files, &opts, &error);

	assert_null(error);
	assert_non_null(units);
	assert_int_equal(units->len, 4);
	assert_int_equal(n, 4);
	return units;
}

static const struct facts_unit *unit(GPtrArray *units, unsigned int i)
{
	const struct facts_unit *u = units->pdata[i];

	assert_string_equal(u->file, files[i]);
	return u;
}

static void good(GPtrArray *units, unsigned int i)
{
	const struct facts_unit *u = unit(units, i);

	assert_null(u->failed);
	assert_int_equal(u->n_errors, 0);
	assert_int_equal(u->funcs->len, 1);
}

static void test_all(void **state)
{
	GPtrArray *units = run(3, 0);
	unsigned int i;

	for (i = 0; i < 4; i++)
		good(units, i);
	g_ptr_array_unref(units);
}

static void test_crash(void **state)
{
	GPtrArray *units;

	g_setenv("GUP2PIN_TEST_CRASH", "d/b.c", TRUE);
	units = run(1, 0);
	g_unsetenv("GUP2PIN_TEST_CRASH");
	good(units, 0);
	assert_string_equal(unit(units, 1)->failed,
			    "libclang crashed: signal 6");
	good(units, 2);
	good(units, 3);
	g_ptr_array_unref(units);
}

/* Workers that stay: one that was started without the hook has none. */
static void test_stay(void **state)
{
	GPtrArray *units;

	workers = front_workers_new();
	g_ptr_array_unref(run(1, 0));
	g_setenv("GUP2PIN_TEST_CRASH", "d/b.c", TRUE);
	units = run(1, 0);
	good(units, 1);
	g_ptr_array_unref(units);
	/* one more is started now */
	units = run(2, 0);
	good(units, 0);
	g_ptr_array_unref(units);
	front_workers_free(workers);
	workers = front_workers_new();
	units = run(1, 0);
	assert_string_equal(unit(units, 1)->failed,
			    "libclang crashed: signal 6");
	g_ptr_array_unref(units);
	g_unsetenv("GUP2PIN_TEST_CRASH");
	/* it has died of the second try, and is started again */
	units = run(1, 0);
	good(units, 1);
	g_ptr_array_unref(units);
	front_workers_free(workers);
	workers = NULL;
}

/* Other contents of files are another start. */
static void test_stay_overlay(void **state)
{
	static const char text[] = "int f(void) { return 1; }\n"
				   "int g(void) { return 2; }\n";
	g_autoptr(GHashTable) overlay = g_hash_table_new_full(
		g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_bytes_unref);
	struct front_options opts = { .jobs = 1, .no_cache = true };
	GPtrArray *units;

	opts.workers = front_workers_new();
	units = front_parse_files(tree, api, files, &opts, NULL);
	good(units, 0);
	g_ptr_array_unref(units);
	g_hash_table_insert(overlay, "d/a.c",
			    g_bytes_new_static(text, strlen(text)));
	opts.overlay = overlay;
	units = front_parse_files(tree, api, files, &opts, NULL);
	assert_int_equal(unit(units, 0)->funcs->len, 2);
	good(units, 1);
	g_ptr_array_unref(units);
	front_workers_free(opts.workers);
}

static void test_time_limit(void **state)
{
	GPtrArray *units;

	g_setenv("GUP2PIN_TEST_HANG", "d/c.c", TRUE);
	units = run(2, 5);
	g_unsetenv("GUP2PIN_TEST_HANG");
	good(units, 0);
	good(units, 1);
	assert_string_equal(unit(units, 2)->failed, "time limit of 5 s");
	good(units, 3);
	g_ptr_array_unref(units);
}

static void test_memory_limit(void **state)
{
#ifndef __SANITIZE_ADDRESS__
	GPtrArray *units;

	g_setenv("GUP2PIN_TEST_EAT", "d/a.c", TRUE);
	units = run(2, 0);
	g_unsetenv("GUP2PIN_TEST_EAT");
	assert_string_equal(unit(units, 0)->failed, "memory limit of 1024 MiB");
	good(units, 1);
	good(units, 2);
	good(units, 3);
	g_ptr_array_unref(units);
#endif
}

static void test_overlay(void **state)
{
	static const char text[] = "int f(void) { return 1; }\nint g(void)\n"
				   "{ return '\xe4'; }\n";
	GHashTable *overlay = g_hash_table_new_full(
		g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_bytes_unref);
	struct front_options opts = { .jobs = 2, .overlay = overlay };
	GPtrArray *units;

	g_hash_table_insert(overlay, "d/a.c",
			    g_bytes_new_static(text, strlen(text)));
	units = front_parse_files(tree, api, files, &opts, NULL);
	assert_int_equal(unit(units, 0)->funcs->len, 2);
	good(units, 1);
	g_ptr_array_unref(units);
	g_hash_table_unref(overlay);
}

static void test_no_files(void **state)
{
	static const char *const none[] = { NULL };
	struct front_options opts = { .jobs = 2 };
	GPtrArray *units = front_parse_files(tree, api, none, &opts, NULL);

	assert_non_null(units);
	assert_int_equal(units->len, 0);
	g_ptr_array_unref(units);
}

static void no_worker(const char *program)
{
	struct front_options opts = { .jobs = 2, .no_cache = true };
	GError *error = NULL;

	g_setenv("GUP2PIN_WORKER", program, TRUE);
	assert_null(front_parse_files(tree, api, files, &opts, &error));
	g_unsetenv("GUP2PIN_WORKER");
	assert_true(g_error_matches(error, G2P_ERROR, G2P_ERROR_TOOL));
	g_error_free(error);
}

static void test_no_worker(void **state)
{
	no_worker("/nonexistent/worker");
	no_worker("/bin/true");
}

static void put_compile_commands(void)
{
	GString *text = g_string_new("[\n");
	unsigned int i;

	for (i = 0; files[i]; i++)
		g_string_append_printf(
			text,
			"%s{\"directory\": \"%s\", \"file\": \"%s\",\n"
			" \"command\": \"cc -std=gnu11 -c -o x.o %s\"}",
			i ? ",\n" : "", dir, files[i], files[i]);
	g_string_append(text, "]\n");
	put_file("compile_commands.json", text->str);
	g_string_free(text, TRUE);
}

static int setup(void **state)
{
	struct tree_options opts = { 0 };
	GError *error = NULL;
	unsigned int i;

	dir = g_dir_make_tmp("gup2pin-test-XXXXXX", NULL);
	opts.root = dir;
	put_file("Makefile", "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 1\n"
			     "EXTRAVERSION =\n");
	put_file("include/linux/mm.h", "struct page;\n");
	for (i = 0; files[i]; i++)
		put_file(files[i], "int f(void) { return 0; }\n");
	put_compile_commands();
	tree = tree_open(&opts, &error);
	if (!tree)
		fail_msg("%s", error->message);
	api = api_load(NULL, &error);
	if (!api)
		fail_msg("%s", error->message);
	return 0;
}

static int teardown(void **state)
{
	static const char *const more[] = { "Makefile", "include/linux/mm.h",
					    "include/linux", "include",
					    "compile_commands.json" };
	unsigned int i;
	char *path;

	for (i = 0; i < G_N_ELEMENTS(files) - 1 + G_N_ELEMENTS(more); i++) {
		path = g_build_filename(dir, i < 4 ? files[i] : more[i - 4],
					NULL);
		g_remove(path);
		g_free(path);
	}
	path = g_build_filename(dir, "d", NULL);
	g_rmdir(path);
	g_free(path);
	g_rmdir(dir);
	tree_free(tree);
	api_free(api);
	g_free(dir);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_stay),
		cmocka_unit_test(test_stay_overlay),
		cmocka_unit_test(test_time_limit),
		cmocka_unit_test(test_memory_limit),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_no_files),
		cmocka_unit_test(test_no_worker),
	};

	if (argc > 1 && !strcmp(argv[1], "--front-worker"))
		return front_worker_main();
	return cmocka_run_group_tests(tests, setup, teardown);
}
