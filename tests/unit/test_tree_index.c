// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree_index.c - identifiers of a tree, read once and kept
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "tree/cache_dir.h"
#include "tree/index.h"

/* More than are read by every run. */
#define N_FILES 100

static char *base, *root;
static GPtrArray *paths;

static int by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* g_file_set_contents() would fsync() each of them. */
static void put_bytes(const char *path, const char *text, gsize len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* Old enough for its times to be trusted. */
static void put_at(const char *path, const char *text, time_t when)
{
	g_autofree char *full = g_build_filename(root, path, NULL);
	struct utimbuf times = { when, when };

	put_bytes(full, text, strlen(text));
	assert_int_equal(utime(full, &times), 0);
}

static void list(const char *path)
{
	g_ptr_array_add(paths, g_strdup(path));
	g_ptr_array_sort(paths, by_path);
}

static int set_up(void **state)
{
	root = g_build_filename(base, "tree", NULL);
	assert_int_equal(g_mkdir_with_parents(root, 0700), 0);
	paths = g_ptr_array_new_with_free_func(g_free);
	for (unsigned int i = 0; i < N_FILES; i++) {
		g_autofree char *path = g_strdup_printf("f%03u.c", i);
		g_autofree char *text =
			g_strdup_printf("int w%u, all, longer_than_eight_%u;\n"
					"/* 12ab \"in_string\" */",
					i, i);

		put_at(path, text, 1000000000);
		list(path);
	}
	return 0;
}

static void empty(const char *dir)
{
	GDir *d = g_dir_open(dir, 0, NULL);
	const char *name;

	while (d && (name = g_dir_read_name(d))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);

		g_unlink(path);
	}
	if (d)
		g_dir_close(d);
}

static int tear_down(void **state)
{
	empty(root);
	g_rmdir(root);
	g_clear_pointer(&root, g_free);
	g_clear_pointer(&paths, g_ptr_array_unref);
	return !cache_clear("words", NULL);
}

/* Names of the files that have a word. */
static char *ask(struct index *index, const char *word)
{
	guint64 hash = index_hash(word);
	GArray **found = index_find(index, &hash, 1);
	GString *out = g_string_new(NULL);
	unsigned int n;
	const struct index_file *files = index_files(index, &n);

	for (unsigned int i = 0; i < found[0]->len; i++)
		g_string_append_printf(
			out, "%s%s", i ? " " : "",
			files[g_array_index(found[0], guint, i)].state.path);
	g_array_unref(found[0]);
	g_free(found);
	return g_string_free(out, FALSE);
}

static void expect(bool no_cache, const char *word, const char *want)
{
	struct manifest *now = no_cache ? NULL : manifest_new(root, 2);
	struct index *index = index_new(root, paths, now, 2);
	g_autofree char *got = ask(index, word);

	assert_string_equal(got, want);
	index_free(index);
	manifest_free(now);
}

static char *kept(void)
{
	g_autofree char *dir = cache_dir("words");
	GDir *d = g_dir_open(dir, 0, NULL);
	const char *name = d ? g_dir_read_name(d) : NULL;
	char *path = name ? g_build_filename(dir, name, NULL) : NULL;

	if (d)
		g_dir_close(d);
	return path;
}

static void test_words(void **state)
{
	for (int round = 0; round < 3; round++) {
		expect(round == 0, "w7", "f007.c");
		expect(false, "longer_than_eight_42", "f042.c");
		expect(false, "ab", "");
	}
}

static void test_all_forms(void **state)
{
	struct index *index;
	g_autofree char *string = NULL, *none = NULL, *header = NULL;
	g_autofree char *part = NULL, *last = NULL;

	put_at("f000.c", "a \"in_string\" 12ab ab12_end", 1000000000);
	put_at("f001.c", "#include \"in_header.h\"\n\"in_string\"", 1000000000);
	index = index_new(root, paths, NULL, 1);
	string = ask(index, "in_string");
	header = ask(index, "in_header");
	none = ask(index, "f000");
	part = ask(index, "in_strin");
	last = ask(index, "ab12_end");
	assert_string_equal(string, "");
	assert_string_equal(header, "f001.c");
	assert_string_equal(none, "");
	assert_string_equal(part, "");
	assert_string_equal(last, "f000.c");
	index_free(index);
	assert_false(index_can_tell("12ab"));
	assert_false(index_can_tell(""));
	assert_false(index_can_tell("a-b"));
	assert_true(index_can_tell("_a1"));
}

/* A list of registers, long enough to be looked at, and something behind it. */
static bool is_registers(const char *more)
{
	g_autoptr(GString) text = g_string_new(
		"// SPDX\n/*\n * of a device\n */\n#ifndef _dev_H\n");

	while (text->len < 1 << 17)
		g_string_append(text, "#define mmREG_A\t0x1de9L // base\r\n"
				      " # define REG_B__SHIFT (1 << 4)\n\n");
	g_string_append(text, more);
	g_string_append(text, "#endif // _dev_H\n");
	return index_is_registers(text->str, text->len);
}

static void test_registers(void **state)
{
	assert_true(is_registers(""));
	assert_true(is_registers("#define NOTHING\n"));
	assert_false(is_registers("struct s { int a; };\n"));
	assert_false(is_registers("#define lower 1\n"));
	assert_false(is_registers("#define MACRO(x) 1\n"));
	assert_false(is_registers("#define OTHER NAME\n"));
	assert_false(is_registers("#define CAST (u32)1\n"));
	assert_false(is_registers("#define LONG \\\n 1\n"));
	assert_false(is_registers("#include <linux/types.h>\n"));
	assert_false(is_registers("#if 1\n"));
	assert_false(is_registers("/* open\n"));
	assert_false(is_registers("// spliced \\\nint a;\n"));
	assert_false(index_is_registers("#define A 1\n", 12));
}

static void test_twice_asked(void **state)
{
	const guint64 hashes[] = { index_hash("w1"), index_hash("w2"),
				   index_hash("w1") };
	struct index *index = index_new(root, paths, NULL, 1);
	GArray **found = index_find(index, hashes, 3);

	for (int i = 0; i < 3; i++) {
		assert_int_equal(found[i]->len, 1);
		assert_int_equal(g_array_index(found[i], guint, 0),
				 i == 1 ? 2 : 1);
		g_array_unref(found[i]);
	}
	g_free(found);
	index_free(index);
}

/* The change time cannot be set: a file that has just come is read again. */
static void test_changes(void **state)
{
	g_autofree char *first = g_build_filename(root, "f007.c", NULL);

	expect(false, "w7", "f007.c");
	put_at("f007.c", "int other;\n", 1000000000);
	expect(false, "w7", "");
	expect(false, "other", "f007.c");
	/* as long, and of the same time */
	put_at("f007.c", "int anoth;\n", 1000000000);
	expect(false, "other", "");
	list("new.c");
	put_at("new.c", "int w7;\n", 1000000000);
	expect(false, "w7", "new.c");
	g_unlink(first);
	expect(false, "anoth", "");
	g_ptr_array_remove_index(paths, 7);
	expect(false, "w7", "new.c");
	expect(false, "w8", "f008.c");
}

/* The same with an index whose times are trusted. */
static void test_changes_kept(void **state)
{
	sleep(3);
	expect(false, "w7", "f007.c");
	put_at("f007.c", "int other;\n", 1000000000);
	expect(false, "w7", "");
	expect(false, "other", "f007.c");
	list("new.c");
	put_at("new.c", "int w7;\n", 1000000000);
	expect(false, "w7", "new.c");
	g_ptr_array_remove_index(paths, 9);
	expect(false, "w9", "");
	expect(false, "w8", "f008.c");
	expect(false, "w99", "f099.c");
}

static void test_none_kept(void **state)
{
	g_autofree char *path = NULL;

	expect(true, "w7", "f007.c");
	path = kept();
	assert_null(path);
}

/* A cache that is cut off or overwritten at any byte changes nothing. */
static void test_damage(void **state)
{
	g_autofree char *path = NULL, *text = NULL;
	gsize len;

	expect(false, "w7", "f007.c");
	path = kept();
	assert_non_null(path);
	assert_true(g_file_get_contents(path, &text, &len, NULL));
	for (gsize at = 0; at < len; at += 1 + at / 16) {
		put_bytes(path, text, at);
		expect(false, "w7", "f007.c");
		text[at] ^= 0x55;
		put_bytes(path, text, len);
		expect(false, "w7", "f007.c");
		expect(false, "longer_than_eight_42", "f042.c");
		text[at] ^= 0x55;
	}
}

static void test_bounded(void **state)
{
	uint64_t bytes;

	for (int i = 0; i < 5; i++) {
		g_autofree char *more = g_strdup_printf("%s/../t%d", base, i);
		struct index_file files[1] = { { .state.path = "a.c" } };

		assert_true(index_save(more, files, 1, NULL));
	}
	assert_int_equal(cache_size("words", &bytes), 3);
}

static void remove_all(void)
{
	g_autofree char *words = cache_dir("words");
	g_autofree char *own = g_path_get_dirname(words);

	g_rmdir(words);
	g_rmdir(own);
	g_rmdir(base);
	g_free(base);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_words),	 TEST(test_all_forms),
		TEST(test_twice_asked),	 TEST(test_changes),
		TEST(test_changes_kept), TEST(test_none_kept),
		TEST(test_damage),	 TEST(test_bounded),
		TEST(test_registers),
	};
	int failed;

	base = g_dir_make_tmp("gup2pin-index-XXXXXX", NULL);
	g_setenv("XDG_CACHE_HOME", base, TRUE);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	remove_all();
	return failed;
}
