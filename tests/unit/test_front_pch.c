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

static const char *const messages[] = { "pr_fmt", "DEBUG_ALL", NULL };

/* x.h, which all of the text above stands in, y.h, which includes it, z.h. */
enum { X, Y, Z, N_HEADERS };

static struct pch *make(void)
{
	static const char forced[] =
		"#define CONFIG_ALWAYS 1\n#ifndef pr_fmt\n#endif\n";
	static const char y[] = "#include <linux/x.h>\n#define Y_TEXT(a) a\n";
	static const char z[] =
		"#define Z_CONST 1\n#define Y_TEXT(a) b\nint y_only;\n"
		"#define pr_fmt(f) f\n#define DEBUG_ALL\n";
	const char *const names[] = { "x", "y", "z" };
	const char *const texts[] = { header, y, z };
	struct pch *pch = pch_new();
	guint to = X;

	pch->path = g_strdup("/c/x.pch");
	for (unsigned int i = 0; i < N_HEADERS; i++) {
		pch_add_read(pch, g_strdup_printf("/k/include/linux/%s.h",
						  names[i]));
		g_hash_table_insert(pch->texts, GUINT_TO_POINTER(i),
				    g_bytes_new_static(texts[i],
						       strlen(texts[i])));
		pch_read_words(pch, i, texts[i], strlen(texts[i]), false);
	}
	pch_read_words(pch, Z, forced, strlen(forced), true);
	g_array_append_val((GArray *)pch->includes->pdata[Y], to);
	pch_note_macro(pch, "X_SIZE");
	pch_note_macro(pch, "x_log");
	pch_note_macro(pch, "unknown");
	return pch;
}

/* A text of two pieces: what it includes before the second one, and later. */
static bool clashes_with(const char *first, const char *second, int before,
			 int after)
{
	struct pch *pch = make();
	g_autofree char *all = g_strconcat(first, second, NULL);
	guint8 none[N_HEADERS] = { 0 }, some[N_HEADERS] = { 0 },
	       every[N_HEADERS] = { 0 };
	struct pch_seen seen = { none, every };
	struct pch_text *t = pch_text_new(pch, all, strlen(all));
	bool ret;

	if (before >= 0) {
		pch_reach(pch, before, some);
		pch_reach(pch, before, every);
	}
	if (after >= 0)
		pch_reach(pch, after, every);
	ret = pch_text_clashes(t, strlen(first), &seen, messages);
	seen.before = some;
	ret = ret || pch_text_clashes(t, strlen(all), &seen, messages);
	pch_text_free(t);
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
	assert_false(g_hash_table_contains(pch->defined, "CONFIG_ALWAYS"));
	pch_free(pch);
}

static void test_reach(void **state)
{
	struct pch *pch = make();
	guint8 seen[N_HEADERS] = { 0 };

	assert_int_equal(pch_index(pch, "/k/include/linux/y.h"), Y);
	assert_int_equal(pch_index(pch, "/k/include/linux/no.h"), -1);
	pch_reach(pch, Y, seen);
	assert_true(seen[X] && seen[Y] && !seen[Z]);
	pch_free(pch);
}

static void test_defines(void **state)
{
	/* before the header that uses the name, and behind it */
	assert_true(clashes_with("#define DEBUG\n", "", X, -1));
	assert_true(clashes_with("#define DEBUG\n", "", Y, -1));
	assert_false(clashes_with("", "#define DEBUG\n", X, -1));
	assert_true(clashes_with(" # define\tmode 1\n", "", X, -1));
	assert_true(clashes_with("#undef mode\n", "", X, -1));
	/* what it includes later does not use the name, or was there before */
	assert_false(clashes_with("", "#define mode 1\n", X, Z));
	assert_false(clashes_with("#define mode 1\n", "", Z, -1));
	assert_true(clashes_with("", "#define mode 1\n", Z, X));
	/* a macro of a header that comes later */
	assert_true(clashes_with("#define Z_CONST 2\n", "", Z, -1));
	assert_false(clashes_with("/*\n#define mode\n*/\n", "", X, -1));
	assert_false(clashes_with("#define pr_fmt(f) f\n", "", X, -1));
}

static void test_tests(void **state)
{
	/* the macro is there in both cases, or only with all headers */
	assert_false(clashes_with("", "#ifdef X_SIZE\n#endif\n", X, -1));
	assert_true(clashes_with("", "#ifdef X_SIZE\n#endif\n", Z, -1));
	assert_true(clashes_with("#ifdef X_SIZE\n#endif\n", "", X, -1));
	assert_true(clashes_with(
		"", "#if defined(A) && \\\n X_SIZE > 2\n#endif\n", Z, -1));
	assert_true(
		clashes_with("", "#ifdef A\n#elif X_SIZE\n#endif\n", Z, -1));
	assert_false(clashes_with("", "#ifdef CONFIG_ALWAYS\n#endif\n", Z, -1));
	/* which of two definitions holds is not known */
	assert_true(clashes_with("", "#ifdef Y_TEXT\n#endif\n", Y, -1));
	/* the text of messages is set anew, but code may depend on a switch */
	assert_false(clashes_with("", "#ifdef pr_fmt\n#undef pr_fmt\n#endif\n",
				  X, -1));
	assert_true(clashes_with("", "#ifdef DEBUG_ALL\n#endif\n", X, -1));
}

static void test_names(void **state)
{
	assert_false(clashes_with("", "int a = X_SIZE;\n", X, -1));
	assert_true(clashes_with("", "int X_SIZE;\n", Z, -1));
	assert_true(clashes_with("", "#define M X_SIZE\n", Z, -1));
	/* a macro with parameters is one only with arguments */
	assert_false(clashes_with("", "int x_log;\n", Z, -1));
	assert_true(clashes_with("", "int x_log (int);\n", Z, -1));
	assert_false(clashes_with("", "int unknown;\n", -1, -1));
	/* one that a conditional has left out */
	assert_false(clashes_with("", "int Z_CONST;\n", X, -1));
}

static void test_skipped(void **state)
{
	static const char text[] =
		"#ifdef A\n#define mode\n#else\nint b;\n#endif\n";
	guint8 none[N_HEADERS] = { 0 }, all[N_HEADERS] = { 1, 1, 1 };
	const struct pch_seen seen = { none, all };
	struct pch *pch = make();
	struct pch_text *t = pch_text_new(pch, text, strlen(text));

	assert_true(pch_text_clashes(t, strlen(text), &seen, messages));
	pch_text_free(t);
	t = pch_text_new(pch, text, strlen(text));
	pch_text_skip(t, 0, strstr(text, "else") - text);
	assert_false(pch_text_clashes(t, strlen(text), &seen, messages));
	pch_text_free(t);
	/* but the directives at both ends are looked at */
	t = pch_text_new(pch, "#if X_SIZE\n#elif X_SIZE\n#endif\n", 32);
	pch_text_skip(t, 0, 12);
	assert_true(pch_text_clashes(t, 5, &seen, messages) ||
		    pch_text_clashes(t, 32, &seen, messages));
	pch_text_free(t);
	pch_free(pch);
}

static bool early(const char *text)
{
	struct pch *pch = make();
	bool ret = pch_clashes_early(pch, text, strlen(text), messages);

	pch_free(pch);
	return ret;
}

static void test_early(void **state)
{
	assert_true(early("#define DEBUG\n#include <linux/x.h>\n"));
	assert_false(early("#include <linux/x.h>\n#define mode 1\n"));
	assert_false(early("#define pr_fmt(f) f\n#include <a.h>\n"));
	assert_false(early("#define OWN\n#include <a.h>\n"));
	/* odd text */
	assert_false(early(""));
	assert_false(early("#"));
	assert_false(early("#define"));
	assert_false(early("#define \\"));
	assert_false(early("\"unterminated\n'x\n/* "));
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
	bool ret = pch_suits(pch, &compile, overlay, "/k", messages);

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
	/* a header tests it, but it is for messages */
	assert_true(suits("-Dpr_fmt=1", NULL));
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

	assert_string_equal(all, "-x c -O2 -Xclang -fno-validate-pch "
				 "-include-pch /c/x.pch");
	pch_free(pch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),	cmocka_unit_test(test_reach),
		cmocka_unit_test(test_defines), cmocka_unit_test(test_tests),
		cmocka_unit_test(test_names),	cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_early),	cmocka_unit_test(test_suits),
		cmocka_unit_test(test_argv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
