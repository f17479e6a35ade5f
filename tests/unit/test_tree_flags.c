// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree_flags.c - compile flags and generated headers of made-up trees
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
#include "tree/arch.h"
#include "tree/flags.h"
#include "tree/overlay.h"

/* Cache directory of this program: GLib asks for it once only. */
static char *cache;

struct fixture {
	char *dir;
};

static void remove_all(const char *path)
{
	g_autoptr(GDir) dir = NULL;
	const char *name;

	if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK) &&
	    (dir = g_dir_open(path, 0, NULL))) {
		while ((name = g_dir_read_name(dir))) {
			g_autofree char *child =
				g_build_filename(path, name, NULL);

			remove_all(child);
		}
	}
	g_remove(path);
}

static int setup(void **state)
{
	struct fixture *f = g_new0(struct fixture, 1);

	f->dir = g_dir_make_tmp("gup2pin-flags-XXXXXX", NULL);
	*state = f;
	return f->dir ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	remove_all(f->dir);
	remove_all(cache);
	g_free(f->dir);
	g_free(f);
	return 0;
}

static void put(struct fixture *f, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(f->dir, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static bool has(const struct tree_compile *tc, const char *arg)
{
	return g_strv_contains(tc->argv, arg);
}

/* Is "FLAG<dir>/rel" among the arguments? */
static bool has_path(const struct tree_compile *tc, const char *flag,
		     const char *dir, const char *rel)
{
	g_autofree char *arg = g_strdup_printf("%s%s/%s", flag, dir, rel);

	return has(tc, arg);
}

/* Text of a generated header, found along the -I paths. */
static char *generated(const struct tree_compile *tc, const char *name)
{
	for (const char *const *a = tc->argv; *a; a++) {
		g_autofree char *path = NULL;
		char *text;

		if (!g_str_has_prefix(*a, "-I"))
			continue;
		path = g_build_filename(*a + 2, name, NULL);
		if (g_file_get_contents(path, &text, NULL, NULL))
			return text;
	}
	return NULL;
}

static void expect_text(const struct tree_compile *tc, const char *name,
			const char *part)
{
	g_autofree char *text = generated(tc, name);

	assert_non_null(text);
	assert_non_null(strstr(text, part));
}

static const struct tree_compile *get(struct tree_flags *flags,
				      const char *file)
{
	g_autoptr(GError) error = NULL;
	const struct tree_compile *tc = tree_flags_get(flags, file, &error);

	assert_null(error);
	assert_non_null(tc);
	return tc;
}

/* A directory with one file: every piece that is missing is left out. */
static void test_bare(void **state)
{
	struct fixture *f = *state;
	struct tree_flags *flags =
		tree_flags_new(f->dir, f->dir, "6.12.0", false);
	const struct tree_compile *tc = get(flags, "a.c");
	g_autofree char *cwd = g_strconcat("-working-directory=", f->dir, NULL);

	assert_string_equal(tc->file, "a.c");
	assert_string_equal(tc->arch, "x86");
	assert_string_equal(tc->config, "x86 allyes");
	assert_true(has(tc, cwd));
	assert_true(has(tc, "--target=x86_64-linux-gnu"));
	assert_true(has(tc, "-std=gnu11"));
	assert_true(has(tc, "-funsigned-char"));
	assert_true(has(tc, "-D__KERNEL__"));
	assert_false(has(tc, "-include"));
	assert_false(has(tc, "-DMODULE"));
	assert_true(get(flags, "a.c") == tc);
	tree_flags_free(flags);
	tree_flags_free(NULL);
}

static void test_versions(void **state)
{
	struct fixture *f = *state;
	struct tree_flags *flags =
		tree_flags_new(f->dir, f->dir, "6.1.192", false);

	assert_false(has(get(flags, "a.c"), "-funsigned-char"));
	assert_true(has(get(flags, "a.c"), "-std=gnu11"));
	tree_flags_free(flags);
	flags = tree_flags_new(f->dir, f->dir, "5.4.18", false);
	assert_true(has(get(flags, "a.c"), "-std=gnu89"));
	tree_flags_free(flags);
	tree_flags_free(tree_flags_new(f->dir, f->dir, "", false));
}

static void make_tree(struct fixture *f)
{
	put(f, "Kconfig",
	    "source \"arch/$(SRCARCH)/Kconfig\"\n"
	    "config DRV\n\tbool \"d\"\n"
	    "config SPARE\n\tbool \"s\"\n\tdepends on DEEP\n"
	    "config NEVER\n\tbool\n");
	put(f, "arch/x86/Kconfig", "config X86_64\n\tdef_bool y\n");
	put(f, "arch/arm64/Kconfig", "config ONLY_ARM\n\tbool \"o\"\n");
	put(f, "arch/powerpc/Kconfig",
	    "choice\n\tdefault ONE\nconfig ONE\n\tbool \"1\"\n"
	    "config TWO\n\tbool \"2\"\n\tselect DEEP\nendchoice\n"
	    "config DEEP\n\tbool\n");
	put(f, "arch/x86/include/asm/own.h", "");
	put(f, "arch/x86/include/asm/Kbuild",
	    "generic-y += gen.h\ngenerated-y += unistd_32_ia32.h odd.h\n");
	put(f, "arch/x86/include/uapi/asm/Kbuild",
	    "generated-y += unistd_64.h\n");
	put(f, "include/asm-generic/Kbuild",
	    "mandatory-y += own.h\nmandatory-y += must.h\n");
	put(f, "include/uapi/asm-generic/Kbuild.asm", "mandatory-y += old.h\n");
	put(f, "arch/x86/entry/syscalls/syscall_64.tbl",
	    "# c\n0 common read sys_read\n1 64 write sys_write\n"
	    "2 x32 other sys_other\nx y z\n");
	put(f, "arch/x86/entry/syscalls/syscall_32.tbl",
	    "3 i386 read sys_read\n");
	put(f, "include/linux/kconfig.h", "");
	put(f, "include/linux/compiler_types.h", "");
	put(f, "drivers/Makefile",
	    "obj-$(CONFIG_DRV) += drv.o\nobj-$(CONFIG_ONLY_ARM) += arm.o\n"
	    "obj-$(CONFIG_SPARE) += spare.o\nobj-$(CONFIG_NEVER) += never.o\n"
	    "ccflags-$(CONFIG_DRV) += -DDRV -Idrivers/inc\n");
}

static void test_tree(void **state)
{
	struct fixture *f = *state;
	struct tree_flags *flags;
	const struct tree_compile *tc;

	make_tree(f);
	flags = tree_flags_new(f->dir, f->dir, "6.12.7", false);
	tc = get(flags, "drivers/drv.c");
	assert_string_equal(tc->config, "x86 allyes");
	assert_true(has(tc, "-DDRV"));
	assert_true(has_path(tc, "-I", f->dir, "drivers/inc"));
	assert_true(has_path(tc, "-I", f->dir, "arch/x86/include"));
	assert_true(has_path(tc, "", f->dir, "include/linux/kconfig.h"));
	assert_false(
		has_path(tc, "", f->dir, "include/linux/compiler-version.h"));
	expect_text(tc, "generated/autoconf.h", "#define CONFIG_X86_64 1\n");
	expect_text(tc, "generated/utsrelease.h", "\"6.12.7\"");
	expect_text(tc, "linux/version.h", "LINUX_VERSION_CODE 396295\n");
	expect_text(tc, "asm/gen.h", "#include <asm-generic/gen.h>");
	expect_text(tc, "asm/must.h", "#include <asm-generic/must.h>");
	expect_text(tc, "asm/old.h", "#include <asm-generic/old.h>");
	expect_text(tc, "asm/own.h", "");
	expect_text(tc, "asm/odd.h", "empty");
	expect_text(tc, "asm/unistd_64.h", "__NR_read (0)");
	expect_text(tc, "asm/unistd_64.h", "__NR_syscalls 2\n");
	expect_text(tc, "asm/unistd_32_ia32.h", "__NR_ia32_read (3)");
	tree_flags_free(flags);
}

static void test_arch(void **state)
{
	struct fixture *f = *state;
	struct tree_flags *flags;

	make_tree(f);
	flags = tree_flags_new(f->dir, f->dir, "6.12.7", false);
	assert_string_equal(get(flags, "drivers/arm.c")->arch, "arm64");
	assert_string_equal(get(flags, "arch/arm64/x.c")->arch, "arm64");
	assert_string_equal(get(flags, "arch/arm64/x.h")->arch, "arm64");
	assert_string_equal(get(flags, "arch/none/x.c")->arch, "x86");
	assert_string_equal(get(flags, "arch/x86/um/x.c")->arch, "um");
	/* a choice has to be taken another way */
	assert_string_equal(get(flags, "drivers/spare.c")->config,
			    "powerpc allyes+SPARE");
	expect_text(get(flags, "drivers/spare.c"), "generated/autoconf.h",
		    "#define CONFIG_TWO 1\n");
	assert_string_equal(get(flags, "drivers/never.c")->config,
			    "x86 allyes");
	tree_flags_free(flags);
}

/* A branch that asks for another symbol is compiled elsewhere. */
static void test_also(void **state)
{
	struct fixture *f = *state;
	struct tree_flags *flags;
	const struct tree_compile *first;

	make_tree(f);
	flags = tree_flags_new(f->dir, f->dir, "6.12.7", false);
	first = get(flags, "drivers/drv.c");
	assert_true(tree_flags_also(flags, "drivers/drv.c", "ONLY_ARM"));
	assert_string_equal(get(flags, "drivers/drv.c")->arch, "arm64");
	assert_true(tree_flags_also(flags, "drivers/drv.c", "TWO"));
	assert_string_equal(get(flags, "drivers/drv.c")->config,
			    "powerpc allyes+TWO");
	assert_true(tree_flags_also(flags, "drivers/drv.c", NULL));
	assert_ptr_equal(get(flags, "drivers/drv.c"), first);
	assert_false(tree_flags_also(flags, "drivers/drv.c", "NEVER"));
	assert_false(tree_flags_also(flags, "drivers/drv.c", "NOWHERE"));
	/* not where the object's own guard does not hold */
	assert_false(tree_flags_also(flags, "drivers/arm.c", "TWO"));
	assert_string_equal(get(flags, "drivers/drv.c")->config, "x86 allyes");
	tree_flags_free(flags);
}

static void test_tables(void **state)
{
	struct fixture *f = *state;
	struct tree_flags *flags;
	const struct tree_compile *tc;

	put(f, "arch/arm64/include/asm/Kbuild",
	    "generated-y += sysreg-defs.h cpucap-defs.h kernel-hwcap.h\n");
	put(f, "arch/arm64/tools/cpucaps", "# x\nBTI\nHAS_X\n");
	put(f, "arch/arm64/include/uapi/asm/hwcap.h",
	    "#define HWCAP_FP (1 << 0)\n#define HWCAP2_X 1\n");
	put(f, "arch/arm64/kernel/asm-offsets.c",
	    "  DEFINE(TSK_X, 1);\n  OFFSET(S_Y, a, b);\n#define DEFINE(\n");
	put(f, "Kbuild",
	    "targets := kernel/bounds.s\n# x\ntargets += kernel/q/q-offsets.s\n"
	    "kernel/q/q-offsets.s: $(offsets-file) arch/$(SRCARCH)/z.s\n");
	put(f, "kernel/q/q-offsets.c", "\tDEFINE(Q_at, offsetof(x, y));\n");
	put(f, "arch/arm64/tools/sysreg",
	    "Sysreg A_EL1 2 0 1 3 4\nRes0 63:8\nField 7:4 F\n"
	    "SignedEnum 3:0 E\n 0b0001 IMP\nEndEnum\nEndSysreg\n"
	    "Sysreg B 1\nField 3 X\nEnd\nField\nEnum\nSysregFields\n");
	put(f, "arch/sh/tools/mach-types", "# x\nSE SH_SE\n");
	put(f, "arch/mips/include/uapi/asm/Kbuild",
	    "generated-y += unistd_nr_o32.h unistd_nr_n64.h\n");
	put(f, "arch/mips/kernel/syscalls/syscall_o32.tbl",
	    "0 o32 read sys_read\n1 o32 write sys_write\n");
	put(f, "arch/mips/kernel/syscalls/syscall_n64.tbl",
	    "0 n64 read sys_read\n");
	flags = tree_flags_new(f->dir, f->dir, "6.12.7", false);
	tc = get(flags, "arch/sh/x.c");
	expect_text(tc, "generated/machtypes.h", "#define mach_is_se() (0)\n");
	tc = get(flags, "arch/s390/x.c");
	expect_text(tc, "generated/facilities.h",
		    "#define FACILITIES_ALS 0UL\n");
	tc = get(flags, "arch/mips/x.c");
	expect_text(tc, "asm/unistd_nr_o32.h",
		    "#define __NR_O32_Linux 4000\n"
		    "#define __NR_O32_Linux_syscalls 2\n");
	expect_text(tc, "asm/unistd_nr_n64.h", "#define __NR_64_Linux 5000\n");
	tc = get(flags, "arch/arm64/x.c");
	expect_text(tc, "asm/cpucap-defs.h", "#define ARM64_HAS_X 1\n");
	expect_text(tc, "asm/cpucap-defs.h", "#define ARM64_NCAPS 2\n");
	expect_text(tc, "asm/kernel-hwcap.h",
		    "KERNEL_HWCAP2_X __khwcap2_feature(X)\n");
	expect_text(tc, "generated/asm-offsets.h", "#define S_Y 0\n");
	expect_text(tc, "generated/q-offsets.h", "#define Q_at 0\n");
	expect_text(tc, "generated/bounds.h", "#define MAX_NR_ZONES ");
	expect_text(tc, "asm/sysreg-defs.h",
		    "#define SYS_A_EL1 sys_reg(2, 0, 1, 3, 4)\n");
	expect_text(tc, "asm/sysreg-defs.h",
		    "#define A_EL1_F_MASK GENMASK(7, 4)\n");
	expect_text(tc, "asm/sysreg-defs.h", "#define A_EL1_E_SIGNED true\n");
	expect_text(tc, "asm/sysreg-defs.h",
		    "#define A_EL1_E_IMP UL(0b0001)\n");
	expect_text(tc, "asm/sysreg-defs.h",
		    "#define A_EL1_RES0 (UL(0) | GENMASK_ULL(63, 8))\n");
	tree_flags_free(flags);
}

static void test_module(void **state)
{
	struct fixture *f = *state;
	g_autofree char *root = g_build_filename(f->dir, "mod", NULL);
	g_autofree char *kernel = g_build_filename(f->dir, "k", NULL);
	struct tree_flags *flags;
	const struct tree_compile *tc;

	put(f, "mod/Makefile",
	    "obj-$(CONFIG_MINE) := m.o\n"
	    "ccflags-y := -I$(src)/inc -DMINE\n");
	put(f, "mod/m.c", "");
	put(f, "k/include/linux/kconfig.h", "");
	put(f, "k/arch/x86/Kconfig", "");
	flags = tree_flags_new(root, kernel, "6.12.7", false);
	tc = get(flags, "m.c");
	assert_string_equal(tc->config, "x86 allyes");
	assert_true(has(tc, "-DMINE"));
	assert_true(has_path(tc, "-I", root, "inc"));
	assert_true(has_path(tc, "-I", kernel, "include"));
	assert_true(has_path(tc, "", kernel, "include/linux/kconfig.h"));
	tree_flags_free(flags);
}

/* A distribution's headers: what the build generated is there. */
static void test_headers_package(void **state)
{
	struct fixture *f = *state;
	g_autofree char *root = g_build_filename(f->dir, "mod", NULL);
	g_autofree char *common = g_build_filename(f->dir, "common", NULL);
	g_autofree char *kernel = g_build_filename(f->dir, "amd64", NULL);
	g_autofree char *include =
		g_strdup_printf("X = 1\ninclude %s/Makefile\n", common);
	struct tree_flags *flags;
	const struct tree_compile *tc;

	put(f, "mod/m.c", "");
	put(f, "common/Makefile", "VERSION = 6\n");
	put(f, "common/include/linux/kconfig.h", "");
	put(f, "common/arch/x86/include/asm/a.h", "");
	put(f, "amd64/Makefile", include);
	put(f, "amd64/include/generated/autoconf.h", "#define CONFIG_R 1\n");
	put(f, "amd64/arch/x86/include/generated/asm/b.h", "");
	flags = tree_flags_new(root, kernel, "6.1.0", false);
	tc = get(flags, "m.c");
	assert_string_equal(tc->arch, "x86");
	assert_true(has_path(tc, "-I", common, "include"));
	assert_true(has_path(tc, "-I", common, "arch/x86/include"));
	assert_true(has_path(tc, "-I", kernel, "include"));
	assert_true(has_path(tc, "-I", kernel, "arch/x86/include/generated"));
	assert_true(has_path(tc, "", common, "include/linux/kconfig.h"));
	expect_text(tc, "generated/autoconf.h", "CONFIG_R");
	assert_false(g_file_test(cache, G_FILE_TEST_EXISTS));
	tree_flags_free(flags);
}

static void test_compdb(void **state)
{
	struct fixture *f = *state;
	g_autofree char *real = realpath(f->dir, NULL);
	struct tree_flags *flags;
	const struct tree_compile *tc;

	put(f, "include/linux/kconfig.h", "");
	put(f, "arch/arm64/include/asm/a.h", "");
	put(f, "a.c", "");
	put(f, "compile_commands.json",
	    "[{\"directory\":\".\",\"file\":\"a.c\",\"command\":"
	    "\"gcc -Iarch/arm64/include -DFROM_DB -fplugin=x -c a.c\"}]");
	flags = tree_flags_new(real, real, "6.12.7", false);
	tc = get(flags, "a.c");
	assert_string_equal(tc->config, "compile_commands.json");
	assert_string_equal(tc->arch, "arm64");
	assert_true(has(tc, "-DFROM_DB"));
	assert_true(has(tc, "--target=aarch64-linux-gnu"));
	assert_false(has(tc, "-fplugin=x"));
	/* the build's headers are gone: ours stand in */
	expect_text(tc, "generated/autoconf.h", "made by gup2pin");
	assert_string_equal(get(flags, "b.c")->config, "x86 allyes");
	tree_flags_free(flags);
	put(f, "compile_commands.json", "[{");
	flags = tree_flags_new(real, real, "6.12.7", false);
	assert_string_equal(get(flags, "a.c")->config, "x86 allyes");
	tree_flags_free(flags);
}

/* ---- the cache ---- */

static GHashTable *some_files(const char *text)
{
	GHashTable *files =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	g_hash_table_insert(files, g_strdup("a/b.h"), g_strdup(text));
	g_hash_table_insert(files, g_strdup("c.h"), g_strdup("c"));
	return files;
}

static void test_store(void **state)
{
	g_autoptr(GHashTable) files = some_files("1");
	g_autoptr(GHashTable) others = some_files("2");
	g_autofree char *dir = overlay_store(files, "x", NULL);
	g_autofree char *again = overlay_store(files, "x", NULL);
	g_autofree char *label = overlay_store(files, "y", NULL);
	g_autofree char *other = overlay_store(others, "x", NULL);
	g_autofree char *marker = g_build_filename(dir, ".complete", NULL);
	g_autofree char *file = g_build_filename(dir, "a", "b.h", NULL);
	g_autofree char *stray = g_build_filename(dir, "stray", NULL);
	g_autofree char *rebuilt = NULL;
	g_autofree char *base = g_path_get_dirname(dir);
	g_autoptr(GDir) list = NULL;

	assert_string_equal(dir, again);
	assert_string_not_equal(dir, label);
	assert_string_not_equal(dir, other);
	/* damaged: it is made anew */
	g_remove(marker);
	g_remove(file);
	g_file_set_contents(stray, "x", 1, NULL);
	rebuilt = overlay_store(files, "x", NULL);
	assert_string_equal(dir, rebuilt);
	assert_true(g_file_test(file, G_FILE_TEST_IS_REGULAR));
	assert_true(g_file_test(marker, G_FILE_TEST_IS_REGULAR));
	assert_false(g_file_test(stray, G_FILE_TEST_EXISTS));
	/* nothing temporary is left */
	list = g_dir_open(base, 0, NULL);
	for (const char *name; (name = g_dir_read_name(list));)
		assert_false(g_str_has_prefix(name, "tmp-"));
}

static void test_store_error(void **state)
{
	g_autoptr(GHashTable) files = some_files("1");
	g_autoptr(GError) error = NULL;
	struct fixture *f = *state;
	struct tree_flags *flags;

	g_autofree char *instead = NULL;
	g_autofree char *header = NULL;

	/* a file where the directory should be stops root, too */
	g_file_set_contents(cache, "", 0, NULL);
	instead = overlay_store(files, "x", NULL);
	assert_non_null(instead);
	assert_false(g_str_has_prefix(instead, cache));
	header = g_build_filename(instead, "a", "b.h", NULL);
	assert_true(g_file_test(header, G_FILE_TEST_IS_REGULAR));

	/* and nowhere else to put it */
	g_setenv("TMPDIR", cache, TRUE);
	assert_null(overlay_store(files, "x", &error));
	assert_true(g_error_matches(error, G2P_ERROR, G2P_ERROR_IO));
	assert_non_null(strstr(error->message, cache));
	assert_non_null(strstr(error->message, "XDG_CACHE_HOME"));
	g_clear_error(&error);
	flags = tree_flags_new(f->dir, f->dir, "6.12.0", false);
	assert_null(tree_flags_get(flags, "a.c", &error));
	assert_true(g_error_matches(error, G2P_ERROR, G2P_ERROR_IO));
	tree_flags_free(flags);
	g_unsetenv("TMPDIR");
}

static void test_archs(void **state)
{
	const struct arch *arch;
	unsigned int n;

	for (n = 0; (arch = arch_nth(n)); n++) {
		assert_ptr_equal(arch_find(arch->name), arch);
		assert_true(arch->bits == 32 || arch->bits == 64);
	}
	assert_true(n > 20);
	assert_null(arch_find("pdp11"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bare),   TEST(test_versions),
		TEST(test_tree),   TEST(test_arch),
		TEST(test_tables), TEST(test_module),
		TEST(test_compdb), TEST(test_headers_package),
		TEST(test_store),  TEST(test_store_error),
		TEST(test_archs),  TEST(test_also),
	};
	g_autofree char *dir = g_dir_make_tmp("gup2pin-cache-XXXXXX", NULL);
	int failed;

	cache = g_build_filename(dir, "gup2pin", NULL);
	g_setenv("XDG_CACHE_HOME", dir, TRUE);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	remove_all(dir);
	g_free(cache);
	return failed;
}
