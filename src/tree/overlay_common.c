// SPDX-License-Identifier: GPL-2.0-only
/*
 * overlay_common.c - include/generated/: what is the same for every arch
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tree/overlay.h"

#define GENERATED "include/generated/"

/* Smallest n with 2^n >= v. */
static unsigned int order_base_2(unsigned long v)
{
	unsigned int n = 0;

	while (n < 63 && (1UL << n) < v)
		n++;
	return n;
}

/* kernel/bounds.c compiles an enum; its values follow from the symbols. */
static char *bounds(const struct overlay *o)
{
	static const char *const zones[] = { "ZONE_DMA", "ZONE_DMA32",
					     "HIGHMEM", "ZONE_DEVICE" };
	const char *cpus = kconfig_value(o->kc, "NR_CPUS");
	bool lru = kconfig_is_y(o->kc, "LRU_GEN");
	unsigned int n = 2;

	for (size_t i = 0; i < G_N_ELEMENTS(zones); i++)
		n += kconfig_is_y(o->kc, zones[i]);
	return g_strdup_printf("#define NR_PAGEFLAGS %d\n"
			       "#define MAX_NR_ZONES %u\n"
			       "#define NR_CPUS_BITS %u\n"
			       "#define SPINLOCK_SIZE 4\n"
			       "#define LRU_GEN_WIDTH %d\n"
			       "#define __LRU_REFS_WIDTH %d\n",
			       o->arch->bits == 64 ? 23 : 21, n,
			       order_base_2(cpus ? strtoul(cpus, NULL, 0) : 1),
			       lru ? 3 : 0, lru ? 2 : 0);
}

/* The factors of kernel/time/timeconst.bc do not matter: 1 divides. */
static char *timeconst(void)
{
	static const char *const units[] = { "MSEC", "USEC", "NSEC" };
	static const char *const names[] = { "MUL32", "ADJ32", "SHR32", "NUM",
					     "DEN" };
	GString *out = g_string_new("#include <linux/param.h>\n");

	for (size_t u = 0; u < G_N_ELEMENTS(units); u++) {
		for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
			g_string_append_printf(out,
					       "#define HZ_TO_%s_%s 1\n"
					       "#define %s_TO_HZ_%s 1\n",
					       units[u], names[i], units[u],
					       names[i]);
	}
	return g_string_free(out, FALSE);
}

static char *linux_version(const char *version)
{
	unsigned int v = 0, p = 0, s = 0;

	sscanf(version, "%u.%u.%u", &v, &p, &s);
	return g_strdup_printf(
		"#define LINUX_VERSION_CODE %u\n"
		"#define KERNEL_VERSION(a,b,c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))\n"
		"#define LINUX_VERSION_MAJOR %u\n"
		"#define LINUX_VERSION_PATCHLEVEL %u\n"
		"#define LINUX_VERSION_SUBLEVEL %u\n",
		(v << 16) + (p << 8) + (s > 255 ? 255 : s), v, p, s);
}

static char *compile_h(const struct overlay *o)
{
	return g_strdup_printf("#define UTS_MACHINE \"%s\"\n"
			       "#define UTS_VERSION \"#1\"\n"
			       "#define LINUX_COMPILE_BY \"gup2pin\"\n"
			       "#define LINUX_COMPILE_HOST \"gup2pin\"\n"
			       "#define LINUX_COMPILER \"clang\"\n",
			       o->arch->name);
}

/* NAME out of "OFFSET(NAME, ..." or "DEFINE(NAME, ..."; NULL if there is none. */
static char *offset_name(const char *line)
{
	const char *start = strpbrk(line, "OD"), *end;

	if (!start ||
	    (strncmp(start, "OFFSET", 6) && strncmp(start, "DEFINE", 6)))
		return NULL;
	start = strchr(start, '(');
	if (!start)
		return NULL;
	start++;
	for (end = start; g_ascii_isalnum(*end) || *end == '_'; end++)
		;
	return end > start ? g_strndup(start, end - start) : NULL;
}

/* The names that a file of offsets defines, as 0: C code only needs the names. */
static char *offsets(const struct overlay *o, const char *path)
{
	g_autofree char *text = overlay_read(o, path);
	g_auto(GStrv) lines = NULL;
	GString *out = g_string_new("/* offsets */\n");

	if (!text)
		return g_string_free(out, FALSE);
	lines = g_strsplit(text, "\n", 0);
	for (char **line = lines; *line; line++) {
		g_autofree char *name = offset_name(*line);

		if (name && **line != '#')
			g_string_append_printf(out,
					       "#ifndef %s\n#define %s 0\n"
					       "#endif\n",
					       name, name);
	}
	return g_string_free(out, FALSE);
}

static char *asm_offsets(const struct overlay *o)
{
	g_autofree char *path =
		g_strdup_printf("arch/%s/kernel/asm-offsets.c", o->arch->name);

	return offsets(o, o->arch->offsets ? path : "");
}

/* "dir/name.s", as the top directory's Kbuild makes it from "dir/name.c". */
static void add_offsets(struct overlay *o, const char *word)
{
	g_autofree char *stem = g_strndup(word, strlen(word) - strlen(".s"));
	g_autofree char *base = g_path_get_basename(stem);
	g_autofree char *source = g_strconcat(stem, ".c", NULL);
	g_autofree char *header = g_strconcat(GENERATED, base, ".h", NULL);

	if (!strchr(word, '$') && !g_hash_table_contains(o->files, header))
		overlay_add(o, header, offsets(o, source));
}

/* include/generated/NAME.h of each NAME.s that Kbuild makes such a header of. */
static void add_all_offsets(struct overlay *o)
{
	g_autofree char *text = overlay_read(o, "Kbuild");
	g_auto(GStrv) words = text ? g_strsplit_set(text, " \t\n:", 0) : NULL;

	for (char **word = words; word && *word; word++) {
		if (g_str_has_suffix(*word, ".s"))
			add_offsets(o, *word);
	}
}

/* Headers that only have to be there. */
static const char *const empty_headers[] = {
	"autoksyms.h",	    "vdso-offsets.h",	"vdso32-offsets.h",
	"vdso64-offsets.h", "user_constants.h", "vdsosym-offsets.h",
};

void overlay_add_common(struct overlay *o)
{
	overlay_add(o, GENERATED "autoconf.h", kconfig_autoconf(o->kc));
	overlay_add(o, GENERATED "bounds.h", bounds(o));
	overlay_add(o, GENERATED "timeconst.h", timeconst());
	overlay_add(o, GENERATED "utsrelease.h",
		    g_strdup_printf("#define UTS_RELEASE \"%s\"\n",
				    o->version));
	overlay_add(o, GENERATED "utsversion.h",
		    g_strdup("#define UTS_VERSION \"#1\"\n"));
	overlay_add(o, GENERATED "compile.h", compile_h(o));
	overlay_add(o, GENERATED "package.h",
		    g_strdup("#define LINUX_PACKAGE_ID \"\"\n"));
	overlay_add(o, GENERATED "randstruct_hash.h",
		    g_strdup("#define RANDSTRUCT_HASHED_SEED \"0\"\n"));
	overlay_add(o, GENERATED "asm-offsets.h", asm_offsets(o));
	add_all_offsets(o);
	overlay_add(o, GENERATED "uapi/linux/version.h",
		    linux_version(o->version));
	for (size_t i = 0; i < G_N_ELEMENTS(empty_headers); i++) {
		g_autofree char *path =
			g_strconcat(GENERATED, empty_headers[i], NULL);

		overlay_add(o, path, g_strdup("/* empty */\n"));
	}
}
