// SPDX-License-Identifier: GPL-2.0-only
/* test_tree_maintainers.c - readers of MAINTAINERS, .mailmap and subjects */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "tree/history.h"
#include "tree/mailmap.h"
#include "tree/maintainers.h"

/* A tree with these two files; NULL leaves one out. */
static char *make_tree(const char *maintainers, const char *mailmap)
{
	char *root = g_dir_make_tmp("gup2pin-maintainers-XXXXXX", NULL);
	g_autofree char *a = g_build_filename(root, "MAINTAINERS", NULL);
	g_autofree char *b = g_build_filename(root, ".mailmap", NULL);

	if (maintainers)
		assert_true(g_file_set_contents(a, maintainers, -1, NULL));
	if (mailmap)
		assert_true(g_file_set_contents(b, mailmap, -1, NULL));
	return root;
}

static void remove_tree(const char *root)
{
	g_autofree char *a = g_build_filename(root, "MAINTAINERS", NULL);
	g_autofree char *b = g_build_filename(root, ".mailmap", NULL);

	g_unlink(a);
	g_unlink(b);
	assert_int_equal(g_rmdir(root), 0);
}

/* "section|name <address>,..." of one file */
static char *route_of(const char *maintainers, const char *mailmap,
		      const char *path, const char *patch)
{
	g_autofree char *root = make_tree(maintainers, mailmap);
	const char *const paths[] = { path, NULL };
	struct maintainers *m = maintainers_read(root, NULL);
	g_autoptr(GPtrArray) route = NULL;
	const char *section;
	GString *out;

	assert_non_null(m);
	route = maintainers_route(m, paths, patch);
	section = maintainers_section(m, path);
	out = g_string_new(section ?: "-");
	for (unsigned int i = 0; i < route->len; i++) {
		const struct maintainers_contact *c = route->pdata[i];

		g_string_append_printf(out, "|%s <%s>", c->name, c->address);
	}
	maintainers_free(m);
	remove_tree(root);
	return g_string_free(out, FALSE);
}

static void expect(const char *maintainers, const char *mailmap,
		   const char *path, const char *wanted)
{
	g_autofree char *got = route_of(maintainers, mailmap, path, NULL);

	assert_string_equal(got, wanted);
}

#define POKE "POKE\nM:\tJo\u00e3o <j@example.org>\nS:\tMaintained\nF:\tpoke/\n"

static void test_plain(void **state)
{
	expect(POKE, NULL, "poke/a.c", "POKE|Jo\u00e3o <j@example.org>");
	expect(POKE, NULL, "poker/a.c", "-");
	expect(POKE "X:\tpoke/a.c\n", NULL, "poke/a.c", "-");
}

static void test_nothing_to_read(void **state)
{
	expect(NULL, NULL, "poke/a.c", "-");
	expect("", "", "poke/a.c", "-");
	expect("no section here\n\n\n:\nF:\n", "<\n>\n#\n\n<>\n", "poke/a.c",
	       "-");
}

/* A bad regular expression or address must not hide the section. */
static void test_junk(void **state)
{
	g_autofree char *got = route_of(POKE "N:\t[\nK:\t(\nF:\t\nZ:\tjunk\n",
					NULL, "poke/a.c",
					"subject\n\n---\n+ (\n");

	assert_string_equal(got, "POKE|Jo\u00e3o <j@example.org>");
}

static void test_mailmap(void **state)
{
	expect(POKE, "J\u00f6 <new@example.org> <j@example.org>\n", "poke/a.c",
	       "POKE|J\u00f6 <new@example.org>");
	expect(POKE, "# <x@y> <j@example.org>\nJ <j@example.org> # a comment\n",
	       "poke/a.c", "POKE|J <j@example.org>");
}

static void test_mailmap_returns(void **state)
{
	expect(POKE, "Jo <new@example.org> <j@example.org>\r\n", "poke/a.c",
	       "POKE|Jo <new@example.org>");
}

/* K: looks at what a patch changes, not at a path alone. */
static void test_keywords(void **state)
{
	static const char text[] =
		"PINS\nL:\tpins@example.org\nS:\tMaintained\nK:\tpin_me\n";
	g_autofree char *with =
		route_of(text, NULL, "a/b.c",
			 "subject\n\n---\n--- a/a/b.c\n+++ b/a/b.c\n"
			 "@@ -1 +1 @@\n-x();\n+pin_me();\n");
	g_autofree char *without = route_of(
		text, NULL, "a/b.c",
		"subject\n\n---\n--- a/a/b.c\n+++ b/a/b.c\n@@ -1 +1 @@\n+x();\n");

	assert_string_equal(with, "-| <pins@example.org>");
	assert_string_equal(without, "-");
}

static void expect_mail(const char *text, const char *name, const char *address)
{
	struct mail mail;

	mail_parse(text, &mail);
	assert_string_equal(mail.name, name);
	assert_string_equal(mail.address, address);
	mail_clear(&mail);
}

static void test_mails(void **state)
{
	expect_mail("A B <a@b>", "A B", "a@b");
	expect_mail("a@b", "", "a@b");
	expect_mail("\"A. B\" <a@b>", "\"A. B\"", "a@b");
	expect_mail("", "", "");
}

static void expect_prefix(const char *subject, const char *wanted)
{
	g_autofree char *got = history_subject_prefix(subject);

	if (wanted)
		assert_string_equal(got, wanted);
	else
		assert_null(got);
}

static void test_subjects(void **state)
{
	expect_prefix("misc: poke: do it", "misc: poke");
	expect_prefix("[PATCH 1/2] misc: do it", "misc");
	expect_prefix("KVM: x86/mmu: do: it", "KVM: x86/mmu: do");
	expect_prefix("do it", NULL);
	expect_prefix("treewide: do it", NULL);
	expect_prefix("Revert \"misc: poke\"", NULL);
	expect_prefix("a sentence which is long: then more", NULL);
	expect_prefix("", NULL);
	expect_prefix("[", NULL);
	expect_prefix(": ", NULL);
	expect_prefix("p\u00f6ke: do it", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_nothing_to_read),
		cmocka_unit_test(test_junk),
		cmocka_unit_test(test_mailmap),
		cmocka_unit_test(test_mailmap_returns),
		cmocka_unit_test(test_keywords),
		cmocka_unit_test(test_mails),
		cmocka_unit_test(test_subjects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
