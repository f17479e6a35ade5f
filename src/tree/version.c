// SPDX-License-Identifier: GPL-2.0-only
/*
 * version.c - the kernel versions that a module's #if lines tell apart
 *
 * A module that is built with many kernels compares LINUX_VERSION_CODE, or what
 * a distribution defines beside it, with VERSION(6, 1, 0) or a number.  Between
 * two of these numbers nothing changes: one version of each stretch, put into
 * a <linux/version.h> that is found before the kernel's, walks all branches.
 */
#include <string.h>
#include "tree/overlay.h"
#include "tree/private.h"

#define LINUX "LINUX_VERSION_CODE"

/* A module that names more than this is no module that people wrote. */
#define MAX_VERSIONS 64

/**
 * struct axis - a macro that is compared with versions
 * @code: "LINUX_VERSION_CODE", "RHEL_RELEASE_CODE"
 * @macro: that makes such a version, "RHEL_RELEASE_VERSION"; or NULL
 * @parts: of its arguments
 * @values: (element-type guint32): where something changes, sorted
 */
struct axis {
	char *code;
	char *macro;
	unsigned int parts;
	GArray *values;
};

static void axis_free(void *data)
{
	struct axis *a = data;

	g_free(a->code);
	g_free(a->macro);
	g_array_unref(a->values);
	g_free(a);
}

static void version_free(void *data)
{
	struct tree_as *as = data;

	g_free(as->label);
	g_free(as->header);
	g_free(as);
}

static struct axis *axis_of(GPtrArray *axes, const char *code)
{
	struct axis *a;

	for (unsigned int i = 0; i < axes->len; i++) {
		a = axes->pdata[i];
		if (!strcmp(a->code, code))
			return a;
	}
	a = g_new0(struct axis, 1);
	a->code = g_strdup(code);
	a->parts = 3;
	a->values = g_array_new(FALSE, FALSE, sizeof(guint32));
	g_ptr_array_add(axes, a);
	return a;
}

static void add_value(struct axis *a, guint32 value)
{
	for (unsigned int i = 0; i < a->values->len; i++)
		if (g_array_index(a->values, guint32, i) == value)
			return;
	g_array_append_val(a->values, value);
}

/* As all such macros do it: 8 bits a part, the last one below. */
static guint32 make_value(const guint32 *parts, unsigned int n)
{
	if (n == 3)
		return parts[0] << 16 | parts[1] << 8 | MIN(parts[2], 255);
	return parts[0] << 8 | parts[1];
}

/**
 * struct comparison - "CODE < MACRO(a, b, c)" or the other way round
 * @code: CODE
 * @macro: MACRO, or NULL with a number
 * @after: something changes behind the value as well
 * @n: numbers
 * @parts: a, b, c, or the number
 */
struct comparison {
	char *code;
	char *macro;
	bool after;
	unsigned int n;
	guint32 parts[3];
};

static char *fetch(GMatchInfo *match, const char *name)
{
	char *text = g_match_info_fetch_named(match, name);

	if (text && !*text)
		g_clear_pointer(&text, g_free);
	return text;
}

static void read_comparison(GMatchInfo *match, bool reversed,
			    struct comparison *c)
{
	static const char *const numbers[] = { "a", "b", "c" };
	g_autofree char *op = fetch(match, "op");
	g_autofree char *number = fetch(match, "number");

	c->code = fetch(match, "code");
	c->macro = fetch(match, "macro");
	/* x < V and x >= V change at V; the others behind it, too */
	c->after = strcmp(op, reversed ? ">" : "<") &&
		   strcmp(op, reversed ? "<=" : ">=");
	for (c->n = 0; c->macro && c->n < G_N_ELEMENTS(numbers); c->n++) {
		g_autofree char *text = fetch(match, numbers[c->n]);

		if (!text)
			break;
		c->parts[c->n] = g_ascii_strtoull(text, NULL, 0);
	}
	if (number) {
		c->parts[0] = g_ascii_strtoull(number, NULL, 0);
		c->n = 1;
	}
}

static void note_comparison(GPtrArray *axes, const struct comparison *c)
{
	struct axis *a;
	guint32 value;

	/* a number means something for a name that is known only */
	if (!c->macro && strcmp(c->code, LINUX))
		return;
	a = axis_of(axes, c->code);
	if (c->macro && !a->macro) {
		a->macro = g_strdup(c->macro);
		a->parts = c->n;
	}
	value = c->macro ? make_value(c->parts, c->n) : c->parts[0];
	add_value(a, value);
	if (c->after)
		add_value(a, value + 1);
}

#define NAME "[A-Za-z_]\\w*"
#define CODE "(?<code>" NAME ")"
#define VERSION                                                          \
	"(?<macro>" NAME ")\\s*\\(\\s*(?<a>\\d+)\\s*,\\s*(?<b>\\d+)\\s*" \
	"(?:,\\s*(?<c>\\d+)\\s*)?\\)"
#define NUMBER "(?<number>0[xX][0-9a-fA-F]+|[1-9]\\d+)"
#define OP "(?<op>[<>]=?|[=!]=)"

/* Comparisons anywhere in a text: #if lines as well as macros they use. */
static void collect_axes(GPtrArray *axes, const char *text)
{
	static const char *const patterns[] = {
		"\\b" CODE "\\s*" OP "\\s*(?:" VERSION "|" NUMBER ")",
		"(?:\\b" VERSION "|\\b" NUMBER ")\\s*" OP "\\s*" CODE,
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(patterns); i++) {
		g_autoptr(GRegex)
			regex = g_regex_new(patterns[i], G_REGEX_RAW, 0, NULL);
		g_autoptr(GMatchInfo) match = NULL;

		g_regex_match(regex, text, 0, &match);
		for (; g_match_info_matches(match);
		     g_match_info_next(match, NULL)) {
			struct comparison c = { 0 };

			read_comparison(match, i, &c);
			if (c.n)
				note_comparison(axes, &c);
			g_free(c.code);
			g_free(c.macro);
		}
	}
}

static bool defines(const char *text, const char *name)
{
	g_autofree char *pattern =
		g_strdup_printf("^[ \\t]*#[ \\t]*define[ \\t]+%s\\b", name);
	g_autoptr(GRegex) regex =
		g_regex_new(pattern, G_REGEX_RAW | G_REGEX_MULTILINE, 0, NULL);

	return g_regex_match(regex, text, 0, NULL);
}

static char *read_file(const struct tree *tree, const char *file)
{
	g_autofree char *path = g_build_filename(tree->root, file, NULL);
	g_autofree char *why = NULL;
	GByteArray *buf = g_byte_array_new();

	if (read_regular(path, buf, &why)) {
		g_byte_array_unref(buf);
		return NULL;
	}
	g_byte_array_append(buf, (const guint8 *)"", 1);
	return (char *)g_byte_array_free(buf, FALSE);
}

static void drop_own(GPtrArray *axes, const char *text)
{
	unsigned int i = 0;

	while (i < axes->len) {
		const struct axis *a = axes->pdata[i];

		if (strcmp(a->code, LINUX) && defines(text, a->code))
			g_ptr_array_remove_index(axes, i);
		else
			i++;
	}
}

static int value_cmp(gconstpointer pa, gconstpointer pb)
{
	const guint32 a = *(const guint32 *)pa, b = *(const guint32 *)pb;

	return a < b ? -1 : a > b;
}

/* LINUX_VERSION_CODE first, and what the module itself defines left out. */
static GPtrArray *find_axes(struct tree *tree)
{
	GPtrArray *axes = g_ptr_array_new_with_free_func(axis_free);
	g_autoptr(GPtrArray) files = list_files(tree, "");

	axis_of(axes, LINUX);
	for (unsigned int i = 0; i < files->len; i++) {
		g_autofree char *text = read_file(tree, files->pdata[i]);

		if (text)
			collect_axes(axes, text);
	}
	for (unsigned int i = 0; i < files->len; i++) {
		g_autofree char *text = read_file(tree, files->pdata[i]);

		if (text)
			drop_own(axes, text);
	}
	for (unsigned int i = 0; i < axes->len; i++) {
		struct axis *a = axes->pdata[i];

		g_array_sort(a->values, value_cmp);
	}
	return axes;
}

/* ---- one version ---- */

static void add_number(GString *out, const char *name, guint32 value)
{
	g_string_append_printf(out, "#undef %s\n#define %s %u\n", name, name,
			       value);
}

static char *make_label(guint32 code, const struct axis *other, guint32 value)
{
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "Linux %u.%u.%u", code >> 16,
			       code >> 8 & 255, code & 255);
	if (other && other->parts == 3)
		g_string_append_printf(out, " with %s %u.%u.%u", other->code,
				       value >> 16, value >> 8 & 255,
				       value & 255);
	else if (other)
		g_string_append_printf(out, " with %s %u.%u", other->code,
				       value >> 8, value & 255);
	return g_string_free(out, FALSE);
}

static char *make_header(GPtrArray *axes, guint32 code,
			 const struct axis *other, guint32 value)
{
	GString *out =
		g_string_new("#if __has_include_next(<linux/version.h>)\n"
			     "#include_next <linux/version.h>\n"
			     "#endif\n");

	add_number(out, LINUX, code);
	add_number(out, "LINUX_VERSION_MAJOR", code >> 16);
	add_number(out, "LINUX_VERSION_PATCHLEVEL", code >> 8 & 255);
	add_number(out, "LINUX_VERSION_SUBLEVEL", code & 255);
	for (unsigned int i = 1; i < axes->len; i++) {
		const struct axis *a = axes->pdata[i];

		g_string_append_printf(out, "#undef %s\n#ifndef %s\n", a->code,
				       a->macro);
		g_string_append_printf(
			out,
			a->parts == 3 ?
				"#define %s(a, b, c) (((a) << 16) + ((b) << 8) + (c))\n" :
				"#define %s(a, b) (((a) << 8) + (b))\n",
			a->macro);
		g_string_append(out, "#endif\n");
		if (a == other)
			add_number(out, a->code, value);
	}
	return g_string_free(out, FALSE);
}

/* Since when pin_*() functions are declared, as tree_version_number() has it */
static guint32 first_pins(const struct api *api)
{
	guint32 first = G_MAXUINT32;

	for (unsigned int i = 0; i < api->assume->len; i++)
		first = MIN(first,
			    g_array_index(api->assume, struct api_assume, i)
				    .version);
	return first;
}

static void add_version(GPtrArray *out, GPtrArray *axes, guint32 first,
			guint32 code, const struct axis *other, guint32 value)
{
	struct tree_as *as;

	if (out->len >= MAX_VERSIONS)
		return;
	as = g_new0(struct tree_as, 1);
	as->label = make_label(code, other, value);
	as->header = make_header(axes, code, other, value);
	as->distribution = other;
	/* what a distribution has put into which version is not known */
	as->has_pins = !other &&
		       (code >> 16 << 16 | (code >> 8 & 255)) >= first;
	g_ptr_array_add(out, as);
}

/* What lies before the first value, and each value; newest first. */
static GArray *codes_of(const struct axis *axis)
{
	GArray *codes = g_array_new(FALSE, FALSE, sizeof(guint32));
	const GArray *values = axis->values;

	for (unsigned int i = values->len; i-- > 0;)
		g_array_append_val(codes, g_array_index(values, guint32, i));
	if (values->len && g_array_index(values, guint32, 0)) {
		guint32 before = g_array_index(values, guint32, 0) - 1;

		g_array_append_val(codes, before);
	}
	return codes;
}

static guint32 own_code(const struct tree *tree)
{
	g_auto(GStrv) words = g_strsplit(tree->version, ".", 3);
	guint32 parts[3] = { 0 };

	for (unsigned int i = 0; i < 3 && words[i]; i++)
		parts[i] = g_ascii_strtoull(words[i], NULL, 10);
	return make_value(parts, 3);
}

/* All Linux versions first, then those of distributions.  With no comparison
 * of LINUX_VERSION_CODE these go with the version that is at hand.
 */
GPtrArray *tree_versions(struct tree *tree, const struct api *api)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(version_free);
	g_autoptr(GPtrArray) axes = find_axes(tree);
	g_autoptr(GArray) codes = codes_of(axes->pdata[0]);
	guint32 first = first_pins(api);

	for (unsigned int i = 0; i < codes->len; i++)
		add_version(out, axes, first, g_array_index(codes, guint32, i),
			    NULL, 0);
	if (!codes->len) {
		guint32 own = own_code(tree);

		g_array_append_val(codes, own);
	}
	for (unsigned int k = 1; k < axes->len; k++) {
		const struct axis *a = axes->pdata[k];
		g_autoptr(GArray) values = codes_of(a);

		for (unsigned int n = 0; n < values->len; n++)
			for (unsigned int i = 0; i < codes->len; i++)
				add_version(out, axes, first,
					    g_array_index(codes, guint32, i), a,
					    g_array_index(values, guint32, n));
	}
	return out;
}
