// SPDX-License-Identifier: GPL-2.0-only
/* test_front_pch.c - when a file may use precompiled headers */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <glib.h>
#include <cmocka.h>
#include "front/pch.h"

static const char header[] =
	"#ifndef _LINUX_X_H\n#define _LINUX_X_H\n"
	"#ifdef DEBUG\n#define x_log(f) f\n#endif\n"
	"#define X_SIZE \\\n\tOTHER\n"
	"/* COMMENTED */\n"
	"static inline int x(int unused) { return X_SIZE + mode; }\n#endif\n";

static const char *const messages[] = { "pr_fmt", NULL };

static struct pch *make(void)
{
	struct pch *pch = pch_new();

	pch_read_words(pch, header, strlen(header), false);
	pch_read_words(pch, "#define ALWAYS 1\n#ifndef pr_fmt\n#endif\n", 39,
		       true);
	pch->path = g_strdup("/c/x.pch");
	g_ptr_array_add(pch->reads, g_strdup("/k/include/linux/x.h"));
	g_hash_table_add(pch->read_set, pch->reads->pdata[0]);
	return pch;
}

static bool clashes(const char *text, bool is_main)
{
	struct pch *pch = make();
	bool ret = pch_clashes(pch, text, strlen(text), is_main, messages);

	pch_free(pch);
	return ret;
}

static void test_words(void **state)
{
	struct pch *pch = make();

	assert_true(g_hash_table_contains(pch->used, "DEBUG"));
	assert_true(g_hash_table_contains(pch->used, "OTHER"));
	assert_true(g_hash_table_contains(pch->used, "mode"));
	assert_false(g_hash_table_contains(pch->used, "x_log"));
	assert_false(g_hash_table_contains(pch->used, "COMMENTED"));
	assert_true(g_hash_table_contains(pch->defined, "X_SIZE"));
	assert_true(g_hash_table_contains(pch->defined, "x_log"));
	assert_false(g_hash_table_contains(pch->defined, "ALWAYS"));
	pch_free(pch);
}

static void test_clashes(void **state)
{
	assert_false(clashes("#include <linux/x.h>\nint mode;\n", true));
	assert_true(clashes("#define DEBUG\n#include <linux/x.h>\n", true));
	assert_true(clashes(" # define\tmode 1\n#include <linux/x.h>\n", true));
	assert_true(clashes("#undef mode\n#include <linux/x.h>\n", true));
	assert_false(clashes("#include <linux/x.h>\n#define mode 1\n", true));
	assert_true(clashes("#include <linux/x.h>\n#define mode 1\n", false));
	assert_false(clashes("/*\n#define mode\n*/\n#include <a.h>\n", true));
	assert_false(clashes("#define pr_fmt(f) f\n#include <a.h>\n", true));
	assert_true(clashes("#include <a.h>\n#ifdef X_SIZE\n#endif\n", true));
	assert_true(
		clashes("#if defined(A) && \\\n X_SIZE > 2\n#endif\n", true));
	assert_true(clashes("#ifdef A\n#elif X_SIZE\n#endif\n", true));
	assert_false(clashes("#ifdef ALWAYS\n#endif\n", true));
	assert_false(clashes("int a = X_SIZE;\n", true));
	/* odd text */
	assert_false(clashes("", true));
	assert_false(clashes("#", true));
	assert_false(clashes("#define", true));
	assert_false(clashes("#define \\", true));
	assert_false(clashes("\"unterminated\n'x\n/* ", true));
}

static bool suits(const char *own, GHashTable *overlay)
{
	const char *const argv[] = { "-x",
				     "c",
				     own ?: "-O2",
				     own ? "-O2" : "-I/k/include",
				     own ? "-I/k/include" : NULL,
				     NULL };
	const char *const common[] = { "-x", "c", "-O2", "-I/k/include", NULL };
	const struct tree_compile compile = { .file = "a.c",
					      .argv = argv,
					      .common = common };
	struct pch *pch = make();
	bool ret = pch_suits(pch, &compile, overlay, "/k");

	pch_free(pch);
	return ret;
}

static void test_suits(void **state)
{
	g_autoptr(GHashTable)
		overlay = g_hash_table_new(g_str_hash, g_str_equal);

	assert_true(suits(NULL, NULL));
	assert_true(suits("-DFOO=1", NULL));
	assert_false(suits("-DDEBUG", NULL));
	assert_false(suits("-Dmode=1", NULL));
	assert_false(suits("-Umode", NULL));
	assert_true(suits("-I/nonexistent", NULL));
	assert_false(suits("-Irelative", NULL));
	assert_false(suits("-include", NULL));
	assert_false(suits("-fsomething", NULL));
	g_hash_table_insert(overlay, "a.c", "");
	assert_true(suits(NULL, overlay));
	g_hash_table_insert(overlay, "include/linux/x.h", "");
	assert_false(suits(NULL, overlay));
}

static void test_argv(void **state)
{
	const char *const argv[] = { "-x",     "c",   "-include",
				     "/k/y.h", "-O2", NULL };
	const struct tree_compile compile = { .argv = argv };
	struct pch *pch = make();
	g_autofree const char **got = pch_argv(pch, &compile);
	g_autofree char *all = g_strjoinv(" ", (char **)got);

	assert_string_equal(all, "-x c -O2 -include-pch /c/x.pch");
	pch_free(pch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_clashes),
		cmocka_unit_test(test_suits),
		cmocka_unit_test(test_argv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
