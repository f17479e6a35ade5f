// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree_maintainers_hostile.c - a MAINTAINERS that nobody would write
 *
 * What a good one says is compared with get_maintainer.pl in tests/kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include "tree/error.h"
#include "tree/maintainers.h"

static const char *const paths[] = { "drivers/misc/poke.c", NULL };

static int setup(void **state)
{
	*state = g_dir_make_tmp("gup2pin-maintainers-XXXXXX", NULL);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	g_autofree char *path = g_build_filename(*state, "MAINTAINERS", NULL);

	g_remove(path);
	g_rmdir(*state);
	g_free(*state);
	return 0;
}

static struct maintainers *read_from(const char *dir, const char *text,
				     gssize len)
{
	g_autofree char *path = g_build_filename(dir, "MAINTAINERS", NULL);
	struct maintainers *m;

	assert_true(g_file_set_contents(path, text, len, NULL));
	m = maintainers_read(dir, NULL);
	assert_non_null(m);
	return m;
}

static void test_latin1(void **state)
{
	struct maintainers *m = read_from(
		*state, "T\xe4\nM:\tJ\xf6rg <j@x\xff>\nF:\tdrivers/\n", -1);
	g_autoptr(GPtrArray) route = maintainers_route(m, paths, NULL);
	const struct maintainers_contact *c = route->pdata[0];

	assert_int_equal(route->len, 1);
	assert_true(g_utf8_validate(c->name, -1, NULL));
	assert_true(g_utf8_validate(c->address, -1, NULL));
	assert_true(
		g_utf8_validate(maintainers_section(m, paths[0]), -1, NULL));
	maintainers_free(m);
}

/* NUL does not hide what comes behind it. */
static void test_nul(void **state)
{
	static const char text[] = "A\0\nM:\ta@x\nF:\tdrivers/\n";
	struct maintainers *m = read_from(*state, text, sizeof(text) - 1);
	g_autoptr(GPtrArray) route = maintainers_route(m, paths, NULL);

	assert_int_equal(route->len, 1);
	maintainers_free(m);
}

/* A pattern that a backtracking matcher takes for ever to give up. */
static void test_slow_pattern(void **state)
{
	g_autoptr(GString) text = g_string_new("A\nM:\ta@x\n");
	gint64 start = g_get_monotonic_time();
	struct maintainers *m;

	for (unsigned int i = 0; i < 200; i++)
		g_string_append(text,
				"F:\tdrivers/a*********************b*****/\n");
	m = read_from(*state, text->str, -1);
	assert_null(maintainers_section(
		m, "drivers/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.c"));
	assert_true(g_get_monotonic_time() - start < 5 * G_USEC_PER_SEC);
	maintainers_free(m);
}

static void test_fifo(void **state)
{
	g_autofree char *path = g_build_filename(*state, "MAINTAINERS", NULL);
	g_autoptr(GError) error = NULL;

	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(maintainers_read(*state, &error));
	assert_true(g_error_matches(error, G2P_ERROR, G2P_ERROR_IO));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_latin1),
		TEST(test_nul),
		TEST(test_slow_pattern),
		TEST(test_fifo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
