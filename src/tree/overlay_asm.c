// SPDX-License-Identifier: GPL-2.0-only
/*
 * overlay_asm.c - arch/A/include/generated/: wrappers and system call numbers
 */
#include <stdlib.h>
#include <string.h>
#include "tree/makefile.h"
#include "tree/overlay.h"

/* "" or "uapi/": the two halves of every include directory. */
static char *generated_path(const struct overlay *o, const char *half,
			    const char *name)
{
	return g_strdup_printf("arch/%s/include/generated/%sasm/%s",
			       o->arch->name, half, name);
}

static bool arch_has(const struct overlay *o, const char *half,
		     const char *name)
{
	g_autofree char *rel = g_strdup_printf("arch/%s/include/%sasm/%s",
					       o->arch->name, half, name);
	g_autofree char *path = g_build_filename(o->kernel, rel, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void add_wrapper(struct overlay *o, const char *half, const char *name)
{
	g_autofree char *path = generated_path(o, half, name);

	if (!arch_has(o, half, name))
		overlay_add(o, path,
			    g_strdup_printf("#include <asm-generic/%s>\n",
					    name));
}

/* ---- system call numbers ---- */

struct table {
	const char *path;
	/* part of the header's name that asks for this table, or "" */
	const char *key;
};

/* %s is the architecture; the first that is there is taken. */
static const struct table tables[] = {
	{ "arch/%s/entry/syscalls/syscall_32.tbl", "_32" },
	{ "arch/%s/entry/syscalls/syscall_64.tbl", "" },
	{ "arch/%s/kernel/syscalls/syscall_n32.tbl", "n32" },
	{ "arch/%s/kernel/syscalls/syscall_o32.tbl", "o32" },
	{ "arch/%s/kernel/syscalls/syscall_n64.tbl", "n64" },
	{ "arch/%s/kernel/syscalls/syscall.tbl", "" },
	{ "arch/%s/tools/syscall_32.tbl", "32" },
	{ "arch/%s/tools/syscall_64.tbl", "64" },
	{ "arch/%s/tools/syscall.tbl", "" },
	{ "scripts/syscall.tbl", "" },
};

static char *syscall_table(const struct overlay *o, const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_auto(GStrv) parts = g_strsplit(tables[i].path, "%s", 2);
		g_autofree char *path = parts[1] ? g_strconcat(parts[0],
							       o->arch->name,
							       parts[1], NULL) :
						   g_strdup(parts[0]);
		char *text;

		if (!strstr(name, tables[i].key))
			continue;
		text = overlay_read(o, path);
		if (text)
			return text;
	}
	return NULL;
}

/* Is a line of the table for this header? */
static bool abi_matches(const char *abi, const char *name)
{
	bool wide = strstr(name, "64") != NULL;

	if (strstr(name, "eabi"))
		return strcmp(abi, "oabi") != 0;
	if (strstr(name, "oabi"))
		return strcmp(abi, "eabi") != 0;
	if (strstr(name, "64_x32"))
		return !strcmp(abi, "x32");
	if (strstr(name, "x32"))
		return strcmp(abi, "64") != 0;
	if (wide)
		return strcmp(abi, "32") && strcmp(abi, "x32") &&
		       strcmp(abi, "time32") && strcmp(abi, "stat64") &&
		       strcmp(abi, "spu");
	return strcmp(abi, "64") && strcmp(abi, "spu");
}

static const char *syscall_prefix(const char *name)
{
	if (strstr(name, "ia32"))
		return "ia32_";
	if (strstr(name, "64_x32"))
		return "x32_";
	return strstr(name, "compat") ? "compat32_" : "";
}

static void append_syscall(GString *out, GHashTable *seen, const char *name,
			   char **f, long *last)
{
	const char *offset =
		!strcmp(name, "unistd_x32.h") ? "__X32_SYSCALL_BIT + " : "";
	char *end;
	long nr = strtol(f[0], &end, 10);

	if (end == f[0] || *end || !abi_matches(f[1], name) ||
	    !g_hash_table_add(seen, g_strdup(f[2])))
		return;
	if (nr > *last)
		*last = nr;
	g_string_append_printf(out, "#define __NR_%s%s (%s%ld)\n",
			       syscall_prefix(name), f[2], offset, nr);
}

/* "17 common pread64 sys_pread64" -> "#define __NR_pread64 17" */
static char *unistd(const struct overlay *o, const char *name)
{
	g_autofree char *text = syscall_table(o, name);
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GString *out = g_string_new("/* system call numbers */\n");
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", 0);
	long last = -1;

	for (char **line = lines; *line; line++) {
		char *f[3] = { NULL };
		char *save = NULL, *word = strtok_r(*line, " \t\r", &save);

		for (int i = 0; i < 3 && word; i++) {
			f[i] = word;
			word = strtok_r(NULL, " \t\r", &save);
		}
		if (f[2] && *f[0] != '#')
			append_syscall(out, seen, name, f, &last);
	}
	if (!strcmp(syscall_prefix(name), ""))
		g_string_append_printf(out, "#define __NR_syscalls %ld\n",
				       last + 1);
	return g_string_free(out, FALSE);
}

/* mips has three ABIs: where the numbers of each begin, and how many. */
static char *unistd_nr(const struct overlay *o, const char *name)
{
	static const struct {
		const char *file;
		const char *prefix;
		int offset;
	} abis[] = {
		{ "unistd_nr_o32.h", "O32", 4000 },
		{ "unistd_nr_n64.h", "64", 5000 },
		{ "unistd_nr_n32.h", "N32", 6000 },
	};
	g_autofree char *numbers = unistd(o, name);
	const char *count = strstr(numbers, "#define __NR_syscalls ");

	for (size_t i = 0; i < G_N_ELEMENTS(abis); i++)
		if (count && !strcmp(name, abis[i].file))
			return g_strdup_printf(
				"#define __NR_%s_Linux %d\n"
				"#define __NR_%s_Linux_syscalls %s",
				abis[i].prefix, abis[i].offset, abis[i].prefix,
				count + strlen("#define __NR_syscalls "));
	return g_strdup(count ?: "/* empty */\n");
}

/* ---- the names of the Kbuild files ---- */

static void add_generated(struct overlay *o, const char *half, const char *name)
{
	g_autofree char *path = generated_path(o, half, name);

	if (overlay_add_special(o, path, name))
		return;
	if (g_str_has_prefix(name, "unistd_nr"))
		overlay_add(o, path, unistd_nr(o, name));
	else if (g_str_has_prefix(name, "unistd"))
		overlay_add(o, path, unistd(o, name));
	else
		overlay_add(o, path, g_strdup("/* empty */\n"));
}

static void for_names(struct makefile *mk, const char *prefix,
		      struct overlay *o, const char *half,
		      void (*add)(struct overlay *o, const char *half,
				  const char *name))
{
	for (guint i = 0; i < mk->assigns->len; i++) {
		struct make_assign *a = g_ptr_array_index(mk->assigns, i);
		g_auto(GStrv) words = NULL;

		if (!g_str_has_prefix(a->name, prefix))
			continue;
		words = g_strsplit_set(a->value, " \t", 0);
		for (char **w = words; *w; w++) {
			/* a name, not a path out of the directory */
			if (**w && !strstr(*w, ".."))
				add(o, half, *w);
		}
	}
}

static struct makefile *load_kbuild(const struct overlay *o, const char *rel)
{
	g_autofree char *path = g_build_filename(o->kernel, rel, NULL);

	return makefile_load_file(path, o->kernel, NULL);
}

/* Headers that every architecture has.  Up to 5.0 the list is in Kbuild.asm. */
static void add_mandatory(struct overlay *o, const char *half)
{
	static const char *const lists[] = { "Kbuild", "Kbuild.asm" };

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autofree char *path = g_strdup_printf(
			"include/%sasm-generic/%s", half, lists[i]);
		struct makefile *mk = load_kbuild(o, path);

		if (!mk)
			continue;
		for_names(mk, "mandatory-", o, half, add_wrapper);
		makefile_free(mk);
	}
}

static void add_half(struct overlay *o, const char *half)
{
	g_autofree char *own = g_strdup_printf("arch/%s/include/%sasm/Kbuild",
					       o->arch->name, half);
	struct makefile *mk = load_kbuild(o, own);

	if (mk) {
		for_names(mk, "generic-", o, half, add_wrapper);
		for_names(mk, "generated-", o, half, add_generated);
		for_names(mk, "syscall-", o, half, add_generated);
		makefile_free(mk);
	}
	add_mandatory(o, half);
}

void overlay_add_asm(struct overlay *o)
{
	g_autofree char *arch =
		g_build_filename(o->kernel, "arch", o->arch->name, NULL);

	/* a tree made of a few headers has no arch/ to stand in for */
	if (!g_file_test(arch, G_FILE_TEST_IS_DIR))
		return;
	add_half(o, "");
	add_half(o, "uapi/");
}
