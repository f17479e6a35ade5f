// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree_makefile.c - guards and flags out of small Makefiles
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include "tree/makefile.h"

struct fixture {
	char *dir;
	/* what was made, to be removed in reverse order */
	GPtrArray *made;
	struct makefiles *ms;
};

static int setup(void **state)
{
	struct fixture *f = g_new0(struct fixture, 1);

	f->dir = g_dir_make_tmp("gup2pin-makefile-XXXXXX", NULL);
	f->made = g_ptr_array_new_with_free_func(g_free);
	*state = f;
	return f->dir ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	for (guint i = f->made->len; i-- > 0;)
		g_remove(g_ptr_array_index(f->made, i));
	g_rmdir(f->dir);
	makefiles_free(f->ms);
	g_ptr_array_unref(f->made);
	g_free(f->dir);
	g_free(f);
	return 0;
}

static void make_dirs(struct fixture *f, const char *path)
{
	g_autofree char *parent = g_path_get_dirname(path);

	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return;
	make_dirs(f, parent);
	assert_int_equal(g_mkdir(path, 0700), 0);
	g_ptr_array_add(f->made, g_strdup(path));
}

static void put(struct fixture *f, const char *name, const char *text)
{
	char *path = g_build_filename(f->dir, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	make_dirs(f, parent);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	g_ptr_array_add(f->made, path);
}

static struct makefiles *open_tree(struct fixture *f)
{
	makefiles_free(f->ms);
	f->ms = makefiles_new(f->dir, f->dir, NULL);
	return f->ms;
}

/* "A+B|C" for the alternatives of a file. */
static char *guards(struct fixture *f, const char *file)
{
	g_autoptr(GPtrArray)
		lists = makefiles_guards(f->ms ? f->ms : open_tree(f), file);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < lists->len; i++) {
		GPtrArray *list = g_ptr_array_index(lists, i);

		if (i)
			g_string_append_c(out, '|');
		for (guint n = 0; n < list->len; n++)
			g_string_append_printf(out, "%s%s", n ? "+" : "",
					       (char *)g_ptr_array_index(list,
									 n));
	}
	return g_string_free(out, FALSE);
}

static void expect_guards(struct fixture *f, const char *file,
			  const char *expected)
{
	g_autofree char *got = guards(f, file);

	assert_string_equal(got, expected);
}

static void test_guards(void **state)
{
	struct fixture *f = *state;

	put(f, "drivers/Makefile",
	    "obj-$(CONFIG_BUS) += bus/\nobj-y += plain/\n");
	put(f, "drivers/plain/Makefile",
	    "obj-y += a.o\n"
	    "obj-$(CONFIG_B) += b.o\n"
	    "obj-$(CONFIG_C) += whole.o other.o\n"
	    "whole-y := c.o \\\n\tsub/d.o\n"
	    "whole-$(CONFIG_D) += e.o\n"
	    "other-objs := e.o f.o\n"
	    "ifeq ($(CONFIG_X),y)\n"
	    "obj-m += g.o # g\n"
	    "endif\n"
	    "obj-$(subst m,y,$(CONFIG_H)) += h.o\n");
	put(f, "drivers/bus/Kbuild", "obj-$(CONFIG_B) += b.o\n");
	put(f, "drivers/bus/Makefile", "obj-y += b.o\n");
	expect_guards(f, "drivers/plain/a.c", "");
	expect_guards(f, "drivers/plain/b.c", "B");
	expect_guards(f, "drivers/plain/c.c", "C");
	expect_guards(f, "drivers/plain/sub/d.c", "C");
	expect_guards(f, "drivers/plain/e.c", "C+D|C");
	expect_guards(f, "drivers/plain/g.c", "");
	expect_guards(f, "drivers/plain/h.c", "H");
	expect_guards(f, "drivers/plain/unknown.c", "");
	expect_guards(f, "drivers/bus/b.c", "B+BUS");
	expect_guards(f, "drivers/bus/b.h", "B+BUS");
	expect_guards(f, "drivers/bus/x.h", "BUS");
	expect_guards(f, "none/x.c", "");
	expect_guards(f, "x.c", "");
}

/* Lists that are made of lists: those that guard something count. */
static void test_lists(void **state)
{
	struct fixture *f = *state;

	put(f, "k/Makefile",
	    "common-y := a.o\n"
	    "p-list := $(common-y) b.o\n"
	    "k-objs-$(CONFIG_P) := $(p-list)\n"
	    "k-y += $(k-objs-y)\n"
	    "obj-$(CONFIG_K1) += k.o\n"
	    "obj-$(CONFIG_K2) += k.o\n"
	    "PRE := $(addprefix ./s/,c.o)\n"
	    "obj-$(CONFIG_S) += $(PRE) $(patsubst %.c,%.o,d.c)\n");
	expect_guards(f, "k/b.c", "K1+P|K2+P");
	expect_guards(f, "k/s/c.c", "S");
	expect_guards(f, "k/d.c", "S");
}

static const char *value_of(const char *name, void *user)
{
	if (!strcmp(name, "CONFIG_ON"))
		return "y";
	if (!strcmp(name, "CONFIG_NUM"))
		return "7";
	return strcmp(name, "SRCARCH") ? NULL : "x86";
}

/* The flags of a file, one a line, the tree's path written as ROOT. */
static char *flags(struct fixture *f, struct makefiles *ms, const char *file)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) out = g_string_new(NULL);

	makefiles_flags(ms, file, value_of, NULL, argv);
	for (guint i = 0; i < argv->len; i++)
		g_string_append_printf(out, "%s\n",
				       (char *)g_ptr_array_index(argv, i));
	g_string_replace(out, f->dir, "ROOT", 0);
	return g_strdup(out->str);
}

static void test_flags(void **state)
{
	struct fixture *f = *state;
	g_autofree char *got = NULL;
	g_autofree char *other = NULL;

	put(f, "Makefile", "ccflags-y := -DNOT_MINE\n");
	put(f, "d/Makefile",
	    "subdir-ccflags-y := -Id/inc -DSUB\n"
	    "ccflags-y := -DNOT_MINE_EITHER\n");
	put(f, "d/forced.h", "");
	put(f, "d/e/Makefile",
	    "DIR := $(srctree)/$(src)\n"
	    "obj-y += a.o deep/b.o\n"
	    "ccflags-y := -I$(src) -I $(DIR)/.. -O3 -Wall\n"
	    "ccflags-$(CONFIG_ON) += -DN=$(CONFIG_NUM) -DA=$(SRCARCH)\n"
	    "ccflags-$(CONFIG_OFF) += -DOFF\n"
	    "EXTRA_CFLAGS += $(call cc-option,-DCALL) '-DQ=\"q\"'\n"
	    "CFLAGS_a.o := -DONLY_A -include $(srctree)/d/forced.h\n"
	    "CFLAGS_deep/b.o := -UB -include none.h\n"
	    "\t@echo -DRULE=1\n"
	    "target: ccflags-y := -DTARGET\n");
	open_tree(f);
	got = flags(f, f->ms, "d/e/a.c");
	assert_string_equal(got, "-IROOT/d/e\n-IROOT/d\n-DN=7\n-DA=x86\n"
				 "-DQ=\"q\"\n-DONLY_A\n-include\n"
				 "ROOT/d/forced.h\n-IROOT/d/inc\n-DSUB\n");
	other = flags(f, f->ms, "d/e/deep/b.c");
	assert_non_null(strstr(other, "-UB\n"));
	assert_non_null(strstr(other, "-IROOT/d/e\n"));
	assert_null(strstr(other, "none.h"));
	assert_null(strstr(other, "ONLY_A"));
}

static void test_module(void **state)
{
	struct fixture *f = *state;
	g_autofree char *got = NULL;

	put(f, "mod/inc/x.h", "");
	put(f, "mod/Makefile",
	    "obj-m := m.o\nm-objs := a.o s/b.o\n"
	    "ccflags-y := -Iinc -I$(M)/s -I$(PWD)/t "
	    "-I$(src)/u -Iinclude\n");
	g_autofree char *root = g_build_filename(f->dir, "mod", NULL);

	f->ms = makefiles_new(root, "/kernel", root);
	got = flags(f, f->ms, "s/b.c");
	assert_string_equal(got, "-IROOT/mod/inc\n-IROOT/mod/s\n"
				 "-IROOT/mod/t\n-IROOT/mod/u\n"
				 "-I/kernel/include\n");
	expect_guards(f, "s/b.c", "");
}

static void test_include(void **state)
{
	struct fixture *f = *state;

	put(f, "shared/Makefile.list",
	    "LIST := ../x/a.o b.o\n"
	    "include $(src)/Makefile\n");
	put(f, "x/Makefile",
	    "include $(srctree)/shared/Makefile.list\n"
	    "-include none\n"
	    "obj-$(CONFIG_X) += $(LIST)\n");
	expect_guards(f, "x/b.c", "X");
}

/* A Makefile that lists what lies in the directory beside it. */
static void test_beside(void **state)
{
	struct fixture *f = *state;
	g_autofree char *got = NULL;

	put(f, "d/g/m/main/Makefile",
	    "FULL := $(srctree)/$(src)/..\n"
	    "include $(FULL)/part/Makefile\n"
	    "obj-$(CONFIG_M) += m.o\nm-y += $(PART)\nccflags-y := -DM\n");
	put(f, "d/g/m/part/Makefile",
	    "PART = $(addprefix ../part/,a.o s/b.o)\n"
	    "subdir-ccflags-y += -I$(FULL)/part/inc\n");
	expect_guards(f, "d/g/m/part/s/b.c", "M");
	expect_guards(f, "d/g/m/part/none.c", "");
	got = flags(f, f->ms, "d/g/m/part/a.c");
	assert_string_equal(got, "-IROOT/d/g/m/part/inc\n-DM\n");
}

/* A Makefile of an architecture that lists what lies outside of arch/. */
static void test_far(void **state)
{
	struct fixture *f = *state;
	g_autofree char *got = NULL, *owner = NULL;

	put(f, "arch/arm64/kvm/Makefile",
	    "KVM=../../../virt/kvm\n"
	    "obj-$(CONFIG_HOST) += kvm.o\n"
	    "kvm-$(CONFIG_HOST) += $(KVM)/arm/mmu.o\nccflags-y := -DA\n");
	put(f, "virt/Makefile", "obj-y += lib/\n");
	expect_guards(f, "virt/kvm/arm/mmu.c", "HOST");
	expect_guards(f, "virt/kvm/arm/none.c", "");
	got = flags(f, f->ms, "virt/kvm/arm/mmu.c");
	assert_string_equal(got, "-DA\n");
	owner = makefiles_owner(f->ms, "virt/kvm/arm/mmu.c");
	assert_string_equal(owner, "arch/arm64/kvm");
	assert_null(makefiles_owner(f->ms, "virt/kvm/arm/none.c"));
}

static void test_garbage(void **state)
{
	static const char *const texts[] = {
		"$(",
		"a = $(b",
		"= x\n:= y\n+= z\n",
		"obj-$(CONFIG_ += a.o\n",
		"a := $(a)$(a)\na += $(a)$(a)\na += $(a)$(a)\n",
		"a = $$ $ ${x} $(call f,$(g h,(,)\n",
		"ccflags-y := 'open\n",
		"ccflags-y := -I\n",
		"ccflags-y := -include\n",
		"ccflags-y := $(CONFIG_\n",
		"a-y := a.o\n",
		"obj-y = \\",
		"include $(src)/Makefile $(src)/Makefile $(src)/Makefile\n"
		"include $(src)/Makefile $(src)/Makefile $(src)/Makefile\n"
		"include $(src)/Makefile $(src)/Makefile $(src)/Makefile\n",
	};
	g_autoptr(GString) big = g_string_new("a0 := a b c d\n");
	struct fixture *f = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		put(f, "Makefile", texts[i]);
		open_tree(f);
		g_free(guards(f, "a.c"));
		g_free(flags(f, f->ms, "a.c"));
	}
	/* grows without end unless something stops it */
	for (int i = 0; i < 200; i++)
		g_string_append_printf(
			big, "a%d := $(addprefix $(a%d),$(a%d)) $(a%d)\n",
			i + 1, i, i, i);
	put(f, "Makefile", big->str);
	open_tree(f);
	g_free(guards(f, "a.c"));
}

static void test_names(void **state)
{
	static const char *const cases[][3] = {
		{ "obj-$(CONFIG_X)", "X", "obj" },
		{ "foo-y", NULL, "foo" },
		{ "foo-bar-objs", NULL, "foo-bar" },
		{ "foo-objs-$(CONFIG_Y_2)", "Y_2", "foo" },
		{ "obj-$(subst m,y,$(CONFIG_Z))", "Z", "obj" },
		{ "plain", NULL, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *guard = makefile_guard(cases[i][0]);
		g_autofree char *stem = makefile_stem(cases[i][0]);

		assert_int_equal(g_strcmp0(guard, cases[i][1]), 0);
		assert_int_equal(g_strcmp0(stem, cases[i][2]), 0);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* Objects that list each other: the ways multiply. */
static void test_tangle(void **state)
{
	struct fixture *f = *state;
	g_autoptr(GString) text = g_string_new("obj-$(CONFIG_A) += a.o\n");
	g_autofree char *found = NULL;
	gint64 start = g_get_monotonic_time();

	for (unsigned int i = 0; i < 40; i++)
		g_string_append_printf(text,
				       "a-y += b.o a.o c.o\nb-y += c.o b.o\n"
				       "c-y += a.o b.o c.o\n");
	put(f, "Makefile", text->str);
	found = guards(f, "c.c");
	assert_non_null(strstr(found, "A"));
	assert_true(g_get_monotonic_time() - start < 2 * G_USEC_PER_SEC);
}

/* A file that no Makefile lists is no object of its own. */
static void test_listed(void **state)
{
	struct fixture *f = *state;
	struct makefiles *ms;

	put(f, "drivers/Makefile", "obj-y += whole/\n");
	put(f, "drivers/whole/Makefile",
	    "obj-m += whole.o\nwhole-y := a.o sub/b.o\n");
	ms = open_tree(f);
	assert_true(makefiles_list(ms, "drivers/whole/a.c"));
	assert_true(makefiles_list(ms, "drivers/whole/sub/b.c"));
	assert_false(makefiles_list(ms, "drivers/whole/sub/part.c"));
	assert_false(makefiles_list(ms, "drivers/part.c"));
}

/* More flags than any file needs, by way of variables that multiply. */
/* Functions of make, each in the name of a macro that is defined. */
static void test_functions(void **state)
{
	static const struct {
		const char *text;
		const char *word;
	} cases[] = {
		{ "$(patsubst %.c,%.o,a.c b.h)", "a.o b.h" },
		{ "$(L:.c=.o)", "x/a.o x/b.o" },
		{ "$(L:x/%.c=%)", "a b" },
		{ "$(subst x/,,$(L))", "a.c b.c" },
		{ "$(notdir $(L))", "a.c b.c" },
		{ "$(dir x/a.c b.c)", "x/ ./" },
		{ "$(basename x.y/a.c x.y/b)", "x.y/a x.y/b" },
		{ "$(addprefix p,$(notdir $(L)))", "pa.c pb.c" },
		{ "$(addsuffix p,a b)", "ap bp" },
		{ "$(filter %.c,a.c b.h c.c)", "a.c c.c" },
		{ "$(filter-out %.c,a.c b.h c.c)", "b.h" },
		{ "$(firstword a b) $(lastword a b)", "a b" },
		{ "$(word 2,a b c)", "b" },
		{ "$(if $(NONE),a,b) $(if $(L),a,b)", "b a" },
		{ "$(or $(NONE),a)", "a" },
		{ "$(foreach d,a b,$(d)/i)", "a/i b/i" },
		{ "$(wildcard s/*.c)", "s/one.c" },
		{ "$(unknown a,b)", "" },
	};
	struct fixture *f = *state;

	put(f, "s/one.c", "");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text =
			g_strdup_printf("L := x/a.c x/b.c\nobj-y += a.o\n"
					"ccflags-y := '-DX=$(strip %s)'\n",
					cases[i].text);
		g_autofree char *wanted =
			g_strdup_printf("-DX=%s\n", cases[i].word);
		g_autofree char *got = NULL;

		put(f, "Makefile", text);
		open_tree(f);
		got = flags(f, f->ms, "a.c");
		for (char *p; (p = strstr(got, "  "));)
			memmove(p, p + 1, strlen(p));
		if ((strlen(got) > 2) && got[strlen(got) - 2] == ' ')
			strcpy(got + strlen(got) - 2, "\n");
		assert_string_equal(got, wanted);
	}
}

/* Lists of all sources; variables that come later; $(shell pwd) */
static void test_module_forms(void **state)
{
	struct fixture *f = *state;
	g_autofree char *got = NULL;

	put(f, "m/src/a.c", "");
	put(f, "m/Makefile",
	    "obj-m := m.o\nSRCS := $(wildcard $(src)/src/*.c)\n"
	    "m-objs := $(patsubst $(src)/%.c,%.o,$(SRCS))\n"
	    "ccflags-y = -I$(TOP)/one -I$(shell pwd)/two\n"
	    "LINUXINCLUDE := -I$(src)/three $(LINUXINCLUDE)\n"
	    "TOP := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))..\n");
	g_autofree char *root = g_build_filename(f->dir, "m", NULL);

	f->ms = makefiles_new(root, "/kernel", root);
	assert_true(makefiles_list(f->ms, "src/a.c"));
	got = flags(f, f->ms, "src/a.c");
	assert_string_equal(got, "-IROOT/one\n-IROOT/m/two\n-IROOT/m/three\n");
}

/* Several modules in a repository: $(M) is the directory of each. */
static void test_own_module(void **state)
{
	struct fixture *f = *state;
	g_autofree char *one = NULL, *two = NULL, *sub = NULL;

	put(f, "one/Makefile", "obj-m := a.o\nccflags-y := -I$(dir $(M))inc\n");
	put(f, "two/Makefile", "obj-m := a.o sub/\nccflags-y := -I$(M)/inc\n");
	put(f, "two/sub/Makefile", "obj-m := b.o\nccflags-y := -I$(M)/sub/i\n");
	f->ms = makefiles_new(f->dir, "/kernel", f->dir);
	one = flags(f, f->ms, "one/a.c");
	assert_string_equal(one, "-IROOT/inc\n");
	two = flags(f, f->ms, "two/a.c");
	assert_string_equal(two, "-IROOT/two/inc\n");
	sub = flags(f, f->ms, "two/sub/b.c");
	assert_string_equal(sub, "-IROOT/two/sub/i\n");
}

/* Sources that a module reaches through symbolic links in its directory. */
static void test_links(void **state)
{
	struct fixture *f = *state;
	g_autofree char *link = g_build_filename(f->dir, "drv/core", NULL);
	g_autofree char *got = NULL, *other = NULL;

	put(f, "core/a.c", "");
	put(f, "drv/Makefile",
	    "obj-m := d.o\nd-y := core/a.o\nccflags-y := -DDRV\n");
	assert_int_equal(symlink("../core", link), 0);
	g_ptr_array_add(f->made, g_steal_pointer(&link));
	f->ms = makefiles_new(f->dir, "/kernel", f->dir);
	got = flags(f, f->ms, "core/a.c");
	assert_string_equal(got, "-DDRV\n");
	other = flags(f, f->ms, "core/b.c");
	assert_string_equal(other, "");
}

/* No Makefile seems to list it: the flags of the module that it is in. */
static void test_unlisted(void **state)
{
	struct fixture *f = *state;
	g_autofree char *got = NULL;

	put(f, "Kbuild",
	    "ccflags-y := -I$(src)/inc\n"
	    "$(foreach m,$(MODULES),$(eval include $(m)))\n");
	f->ms = makefiles_new(f->dir, "/kernel", f->dir);
	got = flags(f, f->ms, "deep/in/a.c");
	assert_string_equal(got, "-IROOT/inc\n");
}

static void test_bound(void **state)
{
	struct fixture *f = *state;
	g_autoptr(GString) text = g_string_new("obj-y += a.o\nA0 := -DX -Ix\n");
	g_autofree char *got = NULL;
	g_auto(GStrv) lines = NULL;
	gint64 start = g_get_monotonic_time();

	for (unsigned int i = 1; i < 20; i++)
		g_string_append_printf(text, "A%u := $(A%u) $(A%u)\n", i, i - 1,
				       i - 1);
	g_string_append(text, "ccflags-y := $(A19)\nCFLAGS_a.o := $(A19)\n");
	put(f, "Makefile", text->str);
	open_tree(f);
	got = flags(f, f->ms, "a.c");
	lines = g_strsplit(got, "\n", -1);
	assert_in_range(g_strv_length(lines), 2, 1100);
	assert_true(g_get_monotonic_time() - start < 5 * G_USEC_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_guards),
		TEST(test_lists),
		TEST(test_flags),
		TEST(test_module),
		TEST(test_include),
		TEST(test_garbage),
		TEST(test_listed),
		TEST(test_beside),
		TEST(test_far),
		TEST(test_tangle),
		TEST(test_bound),
		TEST(test_functions),
		TEST(test_module_forms),
		TEST(test_own_module),
		TEST(test_links),
		TEST(test_unlisted),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
