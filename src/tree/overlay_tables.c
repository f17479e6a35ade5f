// SPDX-License-Identifier: GPL-2.0-only
/*
 * overlay_tables.c - headers made from a table of the architecture
 *
 * The kernel makes them with awk scripts and programs of its own, which are
 * not run: what C code needs of the result is written here anew.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tree/overlay.h"

/* Call a function for the words of every line that is not a comment. */
static void for_lines(const struct overlay *o, const char *path,
		      void (*line)(char **words, guint n, void *user),
		      void *user)
{
	g_autofree char *text = overlay_read(o, path);
	g_auto(GStrv) lines = NULL;

	if (!text)
		return;
	lines = g_strsplit(text, "\n", 0);
	for (char **l = lines; *l; l++) {
		g_autoptr(GPtrArray) words = g_ptr_array_new();
		char *save = NULL, *word = strtok_r(*l, " \t\r", &save);

		for (; word; word = strtok_r(NULL, " \t\r", &save))
			g_ptr_array_add(words, word);
		g_ptr_array_add(words, NULL);
		if (words->len > 1 && *(char *)words->pdata[0] != '#')
			line((char **)words->pdata, words->len - 1, user);
	}
}

/* ---- arm: mach-types.h ---- */

static void mach_line(char **f, guint n, void *user)
{
	if (n == 4)
		g_string_append_printf(user, "#define MACH_TYPE_%s %s\n", f[2],
				       f[3]);
	if (n == 3 || n == 4)
		g_string_append_printf(user, "#define machine_is_%s() (0)\n",
				       f[0]);
}

static void arm_mach_types(struct overlay *o, GString *out)
{
	g_string_append(out, "#ifndef __ASSEMBLY__\n"
			     "extern unsigned int __machine_arch_type;\n"
			     "#endif\n"
			     "#define machine_arch_type __machine_arch_type\n");
	for_lines(o, "arch/arm/tools/mach-types", mach_line, out);
}

/* ---- arm64: cpucap-defs.h ---- */

struct cpucaps {
	GString *out;
	unsigned int n;
};

static void cpucap_line(char **f, guint n, void *user)
{
	struct cpucaps *caps = user;

	g_string_append_printf(caps->out, "#define ARM64_%s %u\n", f[0],
			       caps->n++);
}

static void arm64_cpucaps(struct overlay *o, GString *out)
{
	struct cpucaps caps = { .out = out };

	for_lines(o, "arch/arm64/tools/cpucaps", cpucap_line, &caps);
	g_string_append_printf(out, "#define ARM64_NCAPS %u\n", caps.n);
}

/* ---- arm64: sysreg-defs.h ---- */

/* State of a register description, as in arch/arm64/tools/gen-sysreg.awk. */
struct sysreg {
	GString *out;
	char *reg;
	char *field;
	bool in_enum;
	bool has_bits;
	GString *res0;
	GString *res1;
	GString *unkn;
};

static void sysreg_begin(struct sysreg *s, const char *reg)
{
	g_free(s->reg);
	s->reg = g_strdup(reg);
	s->in_enum = false;
	s->has_bits = true;
	g_string_assign(s->res0, "UL(0)");
	g_string_assign(s->res1, "UL(0)");
	g_string_assign(s->unkn, "UL(0)");
}

static void sysreg_header(struct sysreg *s, char **f)
{
	static const char *const parts[] = { "Op0", "Op1", "CRn", "CRm",
					     "Op2" };

	sysreg_begin(s, f[1]);
	g_string_append_printf(s->out, "#define REG_%s S%s_%s_C%s_C%s_%s\n",
			       f[1], f[2], f[3], f[4], f[5], f[6]);
	g_string_append_printf(s->out,
			       "#define SYS_%s sys_reg(%s, %s, %s, %s, %s)\n",
			       f[1], f[2], f[3], f[4], f[5], f[6]);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		g_string_append_printf(s->out, "#define SYS_%s_%s %s\n", f[1],
				       parts[i], f[2 + i]);
}

static void sysreg_end(struct sysreg *s)
{
	if (s->reg && s->has_bits)
		g_string_append_printf(s->out,
				       "#define %s_RES0 (%s)\n"
				       "#define %s_RES1 (%s)\n"
				       "#define %s_UNKN (%s)\n",
				       s->reg, s->res0->str, s->reg,
				       s->res1->str, s->reg, s->unkn->str);
	g_clear_pointer(&s->reg, g_free);
}

/* "63:32" or "5" */
static bool sysreg_bits(const char *text, unsigned int *msb, unsigned int *lsb)
{
	int n = sscanf(text, "%u:%u", msb, lsb);

	if (n == 1)
		*lsb = *msb;
	return n >= 1 && *msb <= 63 && *lsb <= *msb;
}

static void sysreg_field(struct sysreg *s, char **f, const char *sign)
{
	const char *reg = s->reg;
	unsigned int msb, lsb;

	if (!sysreg_bits(f[1], &msb, &lsb))
		return;
	g_free(s->field);
	s->field = g_strdup(f[2]);
	g_string_append_printf(s->out,
			       "#define %s_%s GENMASK(%u, %u)\n"
			       "#define %s_%s_MASK GENMASK(%u, %u)\n"
			       "#define %s_%s_SHIFT %u\n"
			       "#define %s_%s_WIDTH %u\n",
			       reg, f[2], msb, lsb, reg, f[2], msb, lsb, reg,
			       f[2], lsb, reg, f[2], msb - lsb + 1);
	if (sign)
		g_string_append_printf(s->out, "#define %s_%s_SIGNED %s\n", reg,
				       f[2], sign);
}

static void sysreg_reserved(GString *mask, const char *bits)
{
	unsigned int msb, lsb;

	if (sysreg_bits(bits, &msb, &lsb))
		g_string_append_printf(mask, " | GENMASK_ULL(%u, %u)", msb,
				       lsb);
}

/* The statements inside of a Sysreg or SysregFields block. */
static void sysreg_inner(struct sysreg *s, char **f, guint n)
{
	const char *word = f[0];

	if (!strcmp(word, "EndEnum")) {
		s->in_enum = false;
	} else if (s->in_enum) {
		if (n >= 2 && g_str_has_prefix(word, "0b"))
			g_string_append_printf(s->out,
					       "#define %s_%s_%s UL(%s)\n",
					       s->reg, s->field, f[1], word);
	} else if (!strcmp(word, "Fields") || !strcmp(word, "Mapping")) {
		s->has_bits = false;
	} else if (n >= 2 && !strcmp(word, "Res0")) {
		sysreg_reserved(s->res0, f[1]);
	} else if (n >= 2 && !strcmp(word, "Res1")) {
		sysreg_reserved(s->res1, f[1]);
	} else if (n >= 2 && !strcmp(word, "Unkn")) {
		sysreg_reserved(s->unkn, f[1]);
	} else if (n >= 3 && !strcmp(word, "Field")) {
		sysreg_field(s, f, NULL);
	} else if (n >= 3 && g_str_has_suffix(word, "Enum")) {
		sysreg_field(s, f,
			     *word == 'S' ? "true" :
			     *word == 'U' ? "false" :
					    NULL);
		s->in_enum = true;
	}
}

static void sysreg_line(char **f, guint n, void *user)
{
	struct sysreg *s = user;

	if (!strcmp(f[0], "SysregFields") && n >= 2)
		sysreg_begin(s, f[1]);
	else if (!strcmp(f[0], "Sysreg") && n >= 7)
		sysreg_header(s, f);
	else if (g_str_has_prefix(f[0], "EndSysreg"))
		sysreg_end(s);
	else if (s->reg)
		sysreg_inner(s, f, n);
}

static void arm64_sysreg(struct overlay *o, GString *out)
{
	struct sysreg s = { .out = out };

	s.res0 = g_string_new(NULL);
	s.res1 = g_string_new(NULL);
	s.unkn = g_string_new(NULL);
	for_lines(o, "arch/arm64/tools/sysreg", sysreg_line, &s);
	g_string_free(s.res0, TRUE);
	g_string_free(s.res1, TRUE);
	g_string_free(s.unkn, TRUE);
	g_free(s.reg);
	g_free(s.field);
}

/* ---- arm64: kernel-hwcap.h ---- */

/* "#define HWCAP2_X ..." becomes KERNEL_HWCAP2_X, made of X. */
static void hwcap_define(GString *out, const char *line)
{
	static const char start[] = "#define HWCAP";
	const char *digits, *name, *end;
	int n;

	if (!g_str_has_prefix(line, start))
		return;
	digits = line + strlen(start);
	for (name = digits; g_ascii_isdigit(*name); name++)
		;
	n = name - digits;
	if (*name++ != '_')
		return;
	for (end = name; g_ascii_isalnum(*end) || *end == '_'; end++)
		;
	g_string_append_printf(
		out,
		"#define KERNEL_HWCAP%.*s_%.*s __khwcap%.*s_feature(%.*s)\n", n,
		digits, (int)(end - name), name, n, digits, (int)(end - name),
		name);
}

static void arm64_hwcap(struct overlay *o, GString *out)
{
	g_autofree char *text =
		overlay_read(o, "arch/arm64/include/uapi/asm/hwcap.h");
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", 0);

	for (char **line = lines; *line; line++)
		hwcap_define(out, *line);
}

/* ---- x86: cpufeaturemasks.h ---- */

static void x86_feature_masks(struct overlay *o, GString *out)
{
	static const char *const kinds[] = { "REQUIRED", "DISABLED" };

	for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
		for (int i = 0; i < 32; i++)
			g_string_append_printf(out, "#define %s_MASK%d 0\n",
					       kinds[k], i);
		g_string_append_printf(out, "#define %s_MASK_BIT_SET(x) 0\n",
				       kinds[k]);
	}
}

/* ---- s390: facility-defs.h ---- */

static void s390_facilities(struct overlay *o, GString *out)
{
	static const char *const names[] = { "ALS", "KVM", "KVM_CPUMODEL" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_string_append_printf(out,
				       "#define FACILITIES_%s 0UL\n"
				       "#define FACILITIES_%s_DWORDS 1\n",
				       names[i], names[i]);
}

/* ---- sh: machtypes.h ---- */

static void sh_mach_line(char **f, guint n, void *user)
{
	g_autofree char *lower = g_ascii_strdown(f[0], -1);

	if (n == 2)
		g_string_append_printf(user,
				       "#define MACH_%s 0\n"
				       "#define mach_is_%s() (0)\n",
				       f[0], lower);
}

static void sh_mach_types(struct overlay *o, GString *out)
{
	for_lines(o, "arch/sh/tools/mach-types", sh_mach_line, out);
}

struct special {
	const char *arch;
	const char *name;
	void (*make)(struct overlay *o, GString *out);
};

static const struct special specials[] = {
	{ "arm", "mach-types.h", arm_mach_types },
	{ "arm64", "cpucap-defs.h", arm64_cpucaps },
	{ "arm64", "cpucaps.h", arm64_cpucaps },
	{ "arm64", "sysreg-defs.h", arm64_sysreg },
	{ "arm64", "kernel-hwcap.h", arm64_hwcap },
	{ "x86", "cpufeaturemasks.h", x86_feature_masks },
	{ "s390", "facility-defs.h", s390_facilities },
};

/* Those that no Kbuild file names, by their path; s390: up to 4.17. */
static const struct special unnamed[] = {
	{ "s390", "include/generated/facilities.h", s390_facilities },
	{ "s390", "include/generated/dis.h", NULL },
	{ "sh", "include/generated/machtypes.h", sh_mach_types },
};

void overlay_add_unnamed(struct overlay *o)
{
	for (size_t i = 0; i < G_N_ELEMENTS(unnamed); i++) {
		const struct special *s = &unnamed[i];
		GString *out;

		if (strcmp(s->arch, o->arch->name))
			continue;
		out = g_string_new("/* stand-in */\n");
		if (s->make)
			s->make(o, out);
		overlay_add(o, s->name, g_string_free(out, FALSE));
	}
}

bool overlay_add_special(struct overlay *o, const char *path, const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(specials); i++) {
		const struct special *s = &specials[i];
		GString *out;

		if (strcmp(s->arch, o->arch->name) || strcmp(s->name, name))
			continue;
		out = g_string_new(NULL);
		s->make(o, out);
		overlay_add(o, path, g_string_free(out, FALSE));
		return true;
	}
	return false;
}
