// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree_compdb.c - what is kept of a compile_commands.json
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include "tree/compdb.h"
#include "tree/error.h"

struct fixture {
	char *dir;
	char *json;
	char *header;
};

static int setup(void **state)
{
	struct fixture *f = g_new0(struct fixture, 1);
	g_autofree char *made = g_dir_make_tmp("gup2pin-compdb-XXXXXX", NULL);

	f->dir = realpath(made, NULL);
	f->json = g_build_filename(f->dir, "compile_commands.json", NULL);
	f->header = g_build_filename(f->dir, "forced.h", NULL);
	g_file_set_contents(f->header, "", 0, NULL);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	g_unlink(f->json);
	g_unlink(f->header);
	g_rmdir(f->dir);
	free(f->dir);
	g_free(f->json);
	g_free(f->header);
	g_free(f);
	return 0;
}

static struct compdb *load(struct fixture *f, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) s = g_string_new(text);
	struct compdb *db;

	g_string_replace(s, "ROOT", f->dir, 0);
	assert_true(g_file_set_contents(f->json, s->str, s->len, NULL));
	db = compdb_load(f->json, &error);
	assert_null(error);
	assert_non_null(db);
	return db;
}

static struct compdb_entry *find(struct fixture *f, struct compdb *db,
				 const char *file)
{
	g_autofree char *path = g_build_filename(f->dir, file, NULL);

	return compdb_find(db, path, f->dir);
}

/* The flags, separated by blanks, the tree's path written as ROOT. */
static char *words(struct fixture *f, struct compdb_entry *entry)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < entry->argv->len; i++)
		g_string_append_printf(out, "%s%s", i ? " " : "",
				       (char *)g_ptr_array_index(entry->argv,
								 i));
	g_string_replace(out, f->dir, "ROOT", 0);
	return g_strdup(out->str);
}

/* Filter one command line. */
static char *filtered(struct fixture *f, const char *command)
{
	g_autofree char *json = g_strdup_printf(
		"[{\"directory\":\"ROOT\",\"file\":\"a.c\",\"command\":\"%s\"}]",
		command);
	struct compdb *db = load(f, json);
	struct compdb_entry *entry = find(f, db, "a.c");
	char *got;

	assert_non_null(entry);
	got = words(f, entry);
	compdb_entry_free(entry);
	compdb_free(db);
	return got;
}

static void test_kept(void **state)
{
	static const char *const cases[][2] = {
		{ "gcc -Iinc -I inc2 -isystem s -DA=1 -D B -UC a.c",
		  "-I ROOT/inc -I ROOT/inc2 -isystem ROOT/s -DA=1 -D B -UC" },
		{ "gcc -include forced.h -include none.h -nostdinc x.c",
		  "-include ROOT/forced.h -nostdinc" },
		{ "clang -std=gnu11 --target=arm -target mips -O2 -m64",
		  "-std=gnu11 --target=arm --target=mips -O2 -m64" },
		{ "gcc -fshort-wchar -mcmodel=kernel -march=armv8-a",
		  "-fshort-wchar -mcmodel=kernel -march=armv8-a" },
		{ "gcc '-DX=\\\"a b\\\"' -DY", "-DX=\"a b\" -DY" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *got = filtered(*state, cases[i][0]);

		assert_string_equal(got, cases[i][1]);
	}
}

/* Nothing that loads code, reads options from a file or writes. */
static void test_dropped(void **state)
{
	static const char *const commands[] = {
		"gcc -fplugin=./evil.so -fplugin-arg-x-y -fpass-plugin=e.so",
		"gcc -Xclang -load -Xclang ./evil.so",
		"gcc -load ./evil.so -mllvm -load=./evil.so",
		"gcc -o out -MF dep -MD -MMD -MP -MT t -Wp,-MD,x -c -S -E",
		"gcc -save-temps -save-temps=obj -dumpdir x -dumpbase y",
		"gcc @file -B./bin -specs=x --sysroot=/x -isysroot /x",
		"gcc -fprofile-generate=x -fmodules -fmodules-cache-path=/x",
		"gcc -include-pch evil.pch -fcrash-diagnostics-dir=/x",
		"gcc -imacros x -ivfsoverlay y --config=x --config x",
		"gcc -Wall -Werror -pipe -g -gdwarf-4 -pg -mfentry -x c++",
		"gcc -mpreferred-stack-boundary=3 -mindirect-branch=thunk",
		"gcc -fconserve-stack -mrecord-mcount -fmin-function-alignment=4",
		"gcc -fno-allow-store-data-races -falign-jumps=1",
		"gcc -I/nowhere/at/all -include /dev/null -I= -I",
		"gcc -ftime-report=x -serialize-diagnostics x -D",
		"gcc",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *got = filtered(*state, commands[i]);

		assert_string_equal(got, "");
	}
}

static void test_entries(void **state)
{
	struct fixture *f = *state;
	struct compdb *db = load(
		f, "[{\"directory\":\".\",\"file\":\"ROOT/a.c\","
		   "\"arguments\":[\"gcc\",\"-Iarch/arm64/include\",\"-DA\"]},"
		   "{\"directory\":\"sub/..\",\"file\":\"./d/../b.c\","
		   "\"command\":\"gcc -DB\"},"
		   "{\"file\":\"c.c\",\"command\":\"gcc 'open\"},"
		   "{\"file\":\"d.c\"},{\"file\":1},7,null,"
		   "{\"file\":\"e.c\",\"arguments\":[1,null]},"
		   "{\"command\":\"gcc\"}]");
	struct compdb_entry *a = find(f, db, "a.c"), *b = find(f, db, "b.c");
	g_autofree char *got = NULL;

	assert_non_null(a);
	assert_string_equal(a->arch, "arm64");
	assert_string_equal(a->dir, f->dir);
	assert_false(a->has_target);
	got = words(f, a);
	assert_string_equal(got, "-I ROOT/arch/arm64/include -DA");
	assert_non_null(b);
	assert_string_equal(b->arch, "");
	assert_null(find(f, db, "c.c"));
	assert_null(find(f, db, "d.c"));
	assert_null(find(f, db, "e.c"));
	assert_null(find(f, db, "none.c"));
	compdb_entry_free(a);
	compdb_entry_free(b);
	compdb_free(db);
}

static void test_broken(void **state)
{
	static const char *const texts[] = {
		"", "{", "[{]", "{}", "null", "[1,", "\"x\"", "\x01\xff"
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		g_file_set_contents(f->json, texts[i], -1, NULL);
		assert_null(compdb_load(f->json, &error));
		assert_true(g_error_matches(error, G2P_ERROR, G2P_ERROR_DATA));
		assert_non_null(strstr(error->message, f->json));
	}
}

static void test_missing(void **state)
{
	struct fixture *f = *state;
	g_autoptr(GError) error = NULL;

	assert_null(compdb_load(f->json, &error));
	assert_null(error);
	compdb_free(NULL);
	compdb_entry_free(NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kept),   TEST(test_dropped), TEST(test_entries),
		TEST(test_broken), TEST(test_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
