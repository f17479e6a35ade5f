// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree_kconfig.c - evaluation of small Kconfig files
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include "tree/kconfig.h"

struct fixture {
	char *dir;
	GPtrArray *files;
};

static int setup(void **state)
{
	struct fixture *f = g_new0(struct fixture, 1);

	f->dir = g_dir_make_tmp("gup2pin-kconfig-XXXXXX", NULL);
	f->files = g_ptr_array_new_with_free_func(g_free);
	*state = f;
	return f->dir ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	for (guint i = 0; i < f->files->len; i++)
		g_unlink(g_ptr_array_index(f->files, i));
	g_rmdir(f->dir);
	g_ptr_array_unref(f->files);
	g_free(f->dir);
	g_free(f);
	return 0;
}

static void put_len(struct fixture *f, const char *name, const char *text,
		    gssize len)
{
	char *path = g_build_filename(f->dir, name, NULL);

	assert_true(g_file_set_contents(path, text, len, NULL));
	g_ptr_array_add(f->files, path);
}

static struct kconfig *load(struct fixture *f, const char *text)
{
	struct kconfig *kc;

	put_len(f, "Kconfig", text, -1);
	kc = kconfig_new(f->dir, "x86", "x86_64");
	kconfig_eval(kc, NULL);
	return kc;
}

static void test_visibility(void **state)
{
	struct kconfig *kc = load(
		*state, "config A\n\tbool \"a\"\n"
			"config B\n\tbool \"b\"\n\tdepends on A\n"
			"config C\n\ttristate \"c\" if !A\n"
			"config D\n\tbool\n"
			"config E\n\tbool\n\tdefault y if A\n"
			"config F\n\tdef_bool A && !B\n"
			"config G\n\ttristate \"g\"\n\tdepends on NOWHERE\n"
			"config H\n\ttristate \"h\"\n\tdepends on m\n"
			"config I\n\tbool \"i\"\n\tdepends on A=y || A=n\n");

	assert_true(kconfig_is_y(kc, "A"));
	assert_true(kconfig_is_y(kc, "B"));
	assert_false(kconfig_is_y(kc, "C"));
	assert_false(kconfig_is_y(kc, "D"));
	assert_true(kconfig_is_y(kc, "E"));
	assert_false(kconfig_is_y(kc, "F"));
	assert_false(kconfig_is_y(kc, "G"));
	assert_true(kconfig_is_y(kc, "H"));
	assert_true(kconfig_is_y(kc, "I"));
	assert_false(kconfig_known(kc, "NOWHERE"));
	assert_int_equal(kconfig_count(kc), 9);
	kconfig_free(kc);
}

static void test_select(void **state)
{
	struct kconfig *kc = load(*state,
				  "config A\n\tbool\n"
				  "config A2\n\tbool\n"
				  "config B\n\tbool \"b\"\n\tselect A if C\n"
				  "\tselect A2 if !C\n"
				  "config C\n\tbool \"c\"\n"
				  "config D\n\tbool \"d\"\n\tdepends on A\n");

	assert_true(kconfig_is_y(kc, "A"));
	assert_false(kconfig_is_y(kc, "A2"));
	assert_true(kconfig_is_y(kc, "D"));
	kconfig_free(kc);
}

static void test_blocks(void **state)
{
	struct kconfig *kc =
		load(*state, "config OFF\n\tbool\n"
			     "menu \"m\"\n\tdepends on !OFF\n\tvisible if OFF\n"
			     "config A\n\tbool \"a\"\n"
			     "if OFF\nconfig B\n\tbool \"b\"\nendif\n"
			     "endmenu\n"
			     "menu \"n\"\n\tdepends on OFF\n"
			     "config C\n\tbool \"c\"\nendmenu\n"
			     "comment \"x\"\n\tdepends on OFF\n"
			     "config D\n\tbool \"d\"\n");

	assert_true(kconfig_is_y(kc, "A"));
	assert_false(kconfig_is_y(kc, "B"));
	assert_false(kconfig_is_y(kc, "C"));
	assert_true(kconfig_is_y(kc, "D"));
	kconfig_free(kc);
}

static const char choice_text[] =
	"config UP\n\tbool\n"
	"choice\n\tprompt \"which\"\n\tdefault ONE if UP\n\tdefault TWO\n"
	"config ONE\n\tbool \"1\"\n"
	"config TWO\n\tbool \"2\"\n"
	"config THREE\n\tbool \"3\"\n\tselect DEEP\n"
	"endchoice\n"
	"config DEEP\n\tbool\n"
	"config CTX\n\tbool \"ctx\"\n"
	"config USER\n\tbool \"u\"\n\tdepends on DEEP && !CTX\n"
	"config AFTER\n\tbool \"after\"\n"
	"config EITHER\n\tbool \"e\"\n\tdepends on ONE || DEEP\n"
	"config BOTH\n\tbool \"b\"\n\tdepends on THREE && EITHER\n"
	"config NEITHER\n\tbool \"n\"\n\tdepends on ONE && THREE\n";

static void test_choice(void **state)
{
	static const char *const three[] = { "THREE", NULL };
	struct kconfig *kc = load(*state, choice_text);

	assert_false(kconfig_is_y(kc, "ONE"));
	assert_true(kconfig_is_y(kc, "TWO"));
	assert_false(kconfig_is_y(kc, "THREE"));
	assert_true(kconfig_is_y(kc, "AFTER"));
	kconfig_eval(kc, three);
	assert_false(kconfig_is_y(kc, "TWO"));
	assert_true(kconfig_is_y(kc, "THREE"));
	assert_true(kconfig_is_y(kc, "DEEP"));
	kconfig_eval(kc, NULL);
	assert_true(kconfig_is_y(kc, "TWO"));
	kconfig_free(kc);
}

static void test_wants(void **state)
{
	struct kconfig *kc = load(*state, choice_text);
	g_auto(GStrv) wants = kconfig_wants(kc, "USER", false);

	assert_non_null(wants);
	assert_string_equal(wants[0], "USER");
	assert_true(g_strv_contains((const char *const *)wants, "THREE"));
	assert_true(g_strv_contains((const char *const *)wants, "!CTX"));
	kconfig_eval(kc, (const char *const *)wants);
	assert_true(kconfig_is_y(kc, "USER"));
	assert_false(kconfig_is_y(kc, "CTX"));
	/* nothing selects it, and it has no default */
	kconfig_eval(kc, NULL);
	assert_null(kconfig_wants(kc, "UP", false));
	/* what one side picks has to do for the other side */
	g_strfreev(wants);
	wants = kconfig_wants(kc, "BOTH", false);
	assert_non_null(wants);
	kconfig_eval(kc, (const char *const *)wants);
	assert_true(kconfig_is_y(kc, "BOTH"));
	kconfig_eval(kc, NULL);
	assert_null(kconfig_wants(kc, "NEITHER", false));
	assert_null(kconfig_wants(kc, "NOWHERE", false));
	kconfig_free(kc);
}

/* What is to be left out may only be y with what else is asked for. */
static void test_wants_again(void **state)
{
	struct kconfig *kc =
		load(*state, "choice\n\tdefault ONE\n"
			     "config ONE\n\tbool \"1\"\n"
			     "config TWO\n\tbool \"2\"\n\tselect CORE\n"
			     "endchoice\n"
			     "config CORE\n\tbool\n"
			     "config BIG\n\tbool \"b\"\n\tdepends on CORE\n"
			     "config SMALL\n\tbool \"s\"\n"
			     "\tdepends on CORE && !BIG\n");
	g_auto(GStrv) wants = kconfig_wants(kc, "SMALL", false);

	assert_non_null(wants);
	kconfig_eval(kc, (const char *const *)wants);
	assert_false(kconfig_is_y(kc, "SMALL"));
	kconfig_eval(kc, NULL);
	g_strfreev(wants);
	wants = kconfig_wants(kc, "SMALL", true);
	assert_non_null(wants);
	assert_true(g_strv_contains((const char *const *)wants, "!BIG"));
	kconfig_eval(kc, (const char *const *)wants);
	assert_true(kconfig_is_y(kc, "SMALL"));
	assert_false(kconfig_is_y(kc, "BIG"));
	kconfig_free(kc);
}

/* A symbol that no Kconfig file here defines keeps others from being y. */
static void test_lacks(void **state)
{
	struct kconfig *kc =
		load(*state, "config ON\n\tbool \"on\"\n"
			     "config DIRECT\n\tbool \"d\"\n"
			     "\tdepends on ON && BOARD\n"
			     "config FAR\n\tbool \"f\"\n\tdepends on DIRECT\n"
			     "config BOTH\n\tbool \"b\"\n"
			     "\tdepends on BOARD || OTHER\n"
			     "config ONE\n\tbool \"o\"\n"
			     "\tdepends on BOARD || ON\n"
			     "config TWICE\n\tbool \"t\"\n"
			     "\tdepends on BOARD\n"
			     "config TWICE\n\tbool \"t\"\n"
			     "config NOT\n\tbool \"n\"\n\tdepends on !BOARD\n"
			     "config HIDDEN\n\tbool\n\tdepends on BOARD\n"
			     "config BY\n\tbool \"s\"\n\tselect HIDDEN\n"
			     "config LOOP\n\tbool \"l\"\n\tdepends on LOOP\n");

	assert_string_equal(kconfig_lacks(kc, "DIRECT"), "BOARD");
	assert_string_equal(kconfig_lacks(kc, "FAR"), "BOARD");
	assert_string_equal(kconfig_lacks(kc, "BOTH"), "BOARD");
	assert_null(kconfig_lacks(kc, "ON"));
	assert_null(kconfig_lacks(kc, "ONE"));
	assert_null(kconfig_lacks(kc, "TWICE"));
	assert_null(kconfig_lacks(kc, "NOT"));
	assert_null(kconfig_lacks(kc, "HIDDEN"));
	assert_null(kconfig_lacks(kc, "LOOP"));
	assert_null(kconfig_lacks(kc, "NOWHERE"));
	kconfig_free(kc);
}

static void test_values(void **state)
{
	struct kconfig *kc = load(
		*state, "config 64BIT\n\tdef_bool \"$(ARCH)\" != \"i386\"\n"
			"config N\n\tint \"n\"\n\tdefault 64 if 64BIT\n"
			"config M\n\tint\n\tdefault N\n"
			"config X\n\thex\n\tdefault 1000\n"
			"config S\n\tstring \"s\"\n\tdefault \"a\\\"b\"\n"
			"config Z\n\tint \"z\"\n"
			"config GONE\n\tint\n\tdepends on OFF\n\tdefault 3\n"
			"config EMPTY\n\tstring \"e\"\n"
			"config LESS\n\tdef_bool Z < 5\n"
			"config MORE\n\tdef_bool N >= 0x40\n"
			"config NUL\n\tdef_bool GONE = 0\n");
	g_autofree char *text = kconfig_autoconf(kc);

	assert_true(kconfig_is_y(kc, "64BIT"));
	assert_string_equal(kconfig_value(kc, "M"), "64");
	assert_null(kconfig_value(kc, "GONE"));
	assert_true(kconfig_is_y(kc, "LESS"));
	assert_true(kconfig_is_y(kc, "MORE"));
	assert_true(kconfig_is_y(kc, "NUL"));
	assert_non_null(strstr(text, "#define CONFIG_64BIT 1\n"));
	assert_non_null(strstr(text, "#define CONFIG_N 64\n"));
	assert_non_null(strstr(text, "#define CONFIG_X 0x1000\n"));
	assert_non_null(strstr(text, "#define CONFIG_S \"a\\\"b\"\n"));
	assert_non_null(strstr(text, "#define CONFIG_EMPTY \"\"\n"));
	assert_null(strstr(text, "GONE"));
	kconfig_free(kc);
}

static void test_macros(void **state)
{
	struct kconfig *kc = load(
		*state,
		"name := $(shell,touch never)abc\n"
		"config A\n\tdef_bool $(cc-option,-Woo)\n"
		"config CODEGEN\n\tdef_bool $(cc-option, -foo)\n"
		"config B\n\tdef_bool $(success,test \"$(cc-name)\" = GCC)\n"
		"config C\n\tdef_bool $(success,test \"$(cc-name)\" = Clang)\n"
		"config D\n\tdef_bool $(failure,x)\n"
		"config E\n\tdef_bool $(success,echo \"a(b\" | f $(CC) (x))\n"
		"config F\n\tdef_bool \"$(name)\" = \"abc\"\n"
		"config G\n\tdef_bool !$(cc-option,-D__SIZEOF_INT128__=0)\n"
		"config H\n\tstring\n\tdefault \"$(if-success,t,-m64,)\"\n"
		"config CC_IS_GCC\n\tbool \"gcc\"\n"
		"config CC_IS_CLANG\n\tbool\n"
		"config KASAN\n\tbool \"k\"\n");

	assert_true(kconfig_is_y(kc, "A"));
	/* the kernel may use a builtin function that comes with it */
	assert_false(kconfig_is_y(kc, "CODEGEN"));
	assert_false(kconfig_is_y(kc, "B"));
	assert_true(kconfig_is_y(kc, "C"));
	assert_false(kconfig_is_y(kc, "D"));
	assert_true(kconfig_is_y(kc, "E"));
	assert_true(kconfig_is_y(kc, "F"));
	assert_true(kconfig_is_y(kc, "G"));
	assert_string_equal(kconfig_value(kc, "H"), "-m64");
	assert_false(kconfig_is_y(kc, "CC_IS_GCC"));
	assert_true(kconfig_is_y(kc, "CC_IS_CLANG"));
	assert_false(kconfig_is_y(kc, "KASAN"));
	kconfig_free(kc);
}

static void test_text(void **state)
{
	struct kconfig *kc;

	put_len(*state, "more", "config S\n\tbool \"s\"\n", -1);
	kc = load(*state, "config A\n\tbool \"a\"\n\thelp\n"
			  "\t  config B\n\t  depends on OFF\n\n"
			  "\t  last line\n"
			  "config C\n\tbool \\\n\t\"c\"\n"
			  "source \"$(ARCH)/none\"\n"
			  "source \"more\"\n"
			  "config D\r\n\tbool \"d\"\r\n"
			  "# config E\n");

	assert_true(kconfig_is_y(kc, "A"));
	assert_false(kconfig_known(kc, "B"));
	assert_true(kconfig_is_y(kc, "C"));
	assert_true(kconfig_is_y(kc, "S"));
	assert_true(kconfig_is_y(kc, "D"));
	assert_int_equal(kconfig_count(kc), 4);
	kconfig_free(kc);
}

/* Up to 4.17 a variable is "$NAME", and a symbol may have the value of one. */
static void test_plain_variables(void **state)
{
	struct kconfig *kc;

	put_len(*state, "x86", "config S\n\tbool \"s\"\n", -1);
	kc = load(*state, "config SRCARCH\n\tstring\n\toption env=\"SRCARCH\"\n"
			  "config ARCH\n\tstring\n\toption env=\"ARCH\"\n"
			  "config LIST\n\tstring\n\toption defconfig_list\n"
			  "source \"$SRCARCH\"\n"
			  "config A\n\tdef_bool ARCH != \"i386\"\n"
			  "config B\n\tdef_bool SRCARCH = \"arm\"\n"
			  "config N\n\toption env=\"NONE\"\n\toption env=\n");

	assert_true(kconfig_is_y(kc, "S"));
	assert_true(kconfig_is_y(kc, "A"));
	assert_false(kconfig_is_y(kc, "B"));
	assert_string_equal(kconfig_value(kc, "SRCARCH"), "x86");
	kconfig_free(kc);
}

/* Values that push each other up and down must not go on for ever. */
static void test_loop(void **state)
{
	struct kconfig *kc = load(*state,
				  "source \"Kconfig\"\nsource \"./Kconfig\"\n"
				  "config A\n\tdef_bool !B\n"
				  "config B\n\tdef_bool A\n"
				  "config C\n\tbool \"c\"\n\tdepends on C\n");

	assert_true(kconfig_known(kc, "A"));
	g_strfreev(kconfig_wants(kc, "C", false));
	kconfig_free(kc);
}

static void test_garbage(void **state)
{
	static const char *const texts[] = {
		"",
		"config",
		"config A\n\tdepends on ((((\n",
		"config A\n\tdepends on A &&\n\tdefault\n\tselect\n\tbool \"\n",
		"endif\nendmenu\nendchoice\nendif\n",
		"choice\nchoice\nif if if\ndefault A\n",
		"config A\n\thelp",
		"\thelp\n\t\tx\n",
		"A := $(A$(A$(\nconfig $(\n\tdef_bool $(a,$(b\n",
		"select A\nprompt \"x\"\ndepends on\nsource\nsource \"\n",
		"config A\\",
		"\\\n\\\n\\",
		"source \"/dev/zero\"\n",
	};
	GString *deep = g_string_new("config A\n\tdepends on ");
	struct kconfig *kc;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		kc = load(*state, texts[i]);
		g_free(kconfig_autoconf(kc));
		g_strfreev(kconfig_wants(kc, "A", false));
		kconfig_free(kc);
	}
	for (int i = 0; i < 100000; i++)
		g_string_append(deep, i % 2 ? "(" : "!");
	g_string_append(deep, "\n\tdepends on B");
	for (int i = 0; i < 100000; i++)
		g_string_append(deep, i % 2 ? " && B" : " || B");
	for (int i = 0; i < 200000; i++)
		g_string_append(deep, "\n\tdepends on y");
	g_string_append(deep, "\na := abc\n");
	for (int i = 0; i < 100; i++)
		g_string_append_printf(deep, "a%d := $(a%d)$(a%d)\n", i + 1, i,
				       i);
	kc = load(*state, deep->str);
	g_strfreev(kconfig_wants(kc, "A", false));
	kconfig_free(kc);
	g_string_free(deep, TRUE);
	put_len(*state, "Kconfig", "config A\n\0\x01\xff\n\tbool \"\0\"\n", 24);
	kc = kconfig_new(((struct fixture *)*state)->dir, "x86", "x86_64");
	kconfig_eval(kc, NULL);
	kconfig_free(kc);
}

static void test_no_file(void **state)
{
	struct kconfig *kc =
		kconfig_new(((struct fixture *)*state)->dir, "x86", "x86_64");
	g_autofree char *text = NULL;

	kconfig_eval(kc, NULL);
	text = kconfig_autoconf(kc);
	assert_int_equal(kconfig_count(kc), 0);
	assert_null(strstr(text, "#define"));
	kconfig_free(kc);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_visibility),	    TEST(test_select),
		TEST(test_blocks),	    TEST(test_choice),
		TEST(test_wants),	    TEST(test_wants_again),
		TEST(test_lacks),	    TEST(test_values),
		TEST(test_macros),	    TEST(test_text),
		TEST(test_plain_variables), TEST(test_loop),
		TEST(test_garbage),	    TEST(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
