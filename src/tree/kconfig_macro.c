// SPDX-License-Identifier: GPL-2.0-only
/*
 * kconfig_macro.c - $(...) in Kconfig files
 *
 * The kernel asks the compiler and the shell; here nothing is run, and what
 * they would say is taken from a few rules.
 */
#include <string.h>
#include "tree/kconfig_parse.h"

/* Variables made of variables must not eat the memory. */
#define VALUE_MAX 65536

struct macro_rule {
	const char *name;
	const char *result;
};

/* Calls that are not taken to succeed; "then" stands for an if-success. */
static const struct macro_rule macro_rules[] = {
	{ "shell", "" },	 { "warning", "" },    { "error", "" },
	{ "info", "" },		 { "warning-if", "" }, { "error-if", "" },
	{ "rustc-option", "n" }, { "failure", "n" },
};

/*
 * "test A = B" is the one command whose outcome is known without running it,
 * and the one that tells the compilers apart.
 */
static const char *macro_test(const char *args)
{
	g_auto(GStrv) argv = NULL;

	if (!g_str_has_prefix(args, "test ") ||
	    !g_shell_parse_argv(args, NULL, &argv, NULL))
		return "y";
	if (g_strv_length(argv) != 4 || strcmp(argv[2], "="))
		return "y";
	return strcmp(argv[1], argv[3]) ? "n" : "y";
}

/*
 * An option of code generation (-f...) matters to nobody who reads the code,
 * and what the kernel does with one may need a builtin function that the
 * libclang at hand does not have.
 */
static bool is_codegen(const char *name, const char *args)
{
	while (g_ascii_isspace(*args))
		args++;
	return !strcmp(name, "cc-option") && g_str_has_prefix(args, "-f");
}

static char *macro_call(const char *name, const char *args)
{
	if (is_codegen(name, args))
		return g_strdup("n");
	for (size_t i = 0; i < G_N_ELEMENTS(macro_rules); i++) {
		if (!strcmp(name, macro_rules[i].name))
			return g_strdup(macro_rules[i].result);
	}
	if (g_str_has_suffix(name, "-min-version"))
		return g_strdup("n");
	if (!strcmp(name, "cc-option-bit"))
		return g_strdup(args);
	if (!strcmp(name, "if-success")) {
		g_auto(GStrv) parts = g_strsplit(args, ",", 0);

		/* commas belong to the command: the last two are the values */
		guint n = g_strv_length(parts);

		return g_strdup(n >= 2 ? parts[n - 2] : "");
	}
	if (!strcmp(name, "success"))
		return g_strdup(macro_test(args));
	/* asks whether the compiler lacks something */
	if (strstr(args, "=0") && strstr(args, "-D"))
		return g_strdup("n");
	return g_strdup("y");
}

static char *expand_depth(struct kconfig *kc, const char *text, size_t len,
			  unsigned int depth);

static char *expand_macro(struct kconfig *kc, const char *text, size_t len,
			  unsigned int depth)
{
	g_autofree char *body = expand_depth(kc, text, len, depth + 1);
	char *comma = strchr(body, ',');
	const char *value;

	if (comma) {
		*comma = '\0';
		return macro_call(g_strstrip(body), comma + 1);
	}
	value = g_hash_table_lookup(kc->vars, body);
	return g_strdup(value ? value : "");
}

size_t kconfig_macro_length(const char *text, size_t len)
{
	int level = 0;

	for (size_t i = 1; i < len; i++) {
		if (text[i] == '(')
			level++;
		else if (text[i] == ')' && !--level)
			return i + 1;
	}
	return len;
}

/* "$NAME" of kernels up to 4.17; the value, and how long it is with its $. */
static const char *plain_variable(const struct kconfig *kc, const char *text,
				  size_t len, size_t *n)
{
	g_autofree char *name = NULL;

	for (*n = 1; *n < len && (g_ascii_isupper(text[*n]) || text[*n] == '_');
	     (*n)++)
		;
	name = g_strndup(text + 1, *n - 1);
	return g_hash_table_lookup(kc->vars, name);
}

static char *expand_depth(struct kconfig *kc, const char *text, size_t len,
			  unsigned int depth)
{
	GString *out = g_string_sized_new(len);
	size_t i = 0;

	while (i < len && out->len < VALUE_MAX) {
		g_autofree char *value = NULL;
		const char *plain = NULL;
		size_t n = 1;

		if (text[i] == '$')
			plain = plain_variable(kc, text + i, len - i, &n);
		if (plain) {
			g_string_append(out, plain);
			i += n;
			continue;
		}
		if (text[i] != '$' || i + 1 >= len || text[i + 1] != '(' ||
		    depth > 16) {
			g_string_append_c(out, text[i++]);
			continue;
		}
		n = kconfig_macro_length(text + i, len - i);
		if (n > 3)
			value = expand_macro(kc, text + i + 2, n - 3, depth);
		if (value)
			g_string_append(out, value);
		i += n;
	}
	return g_string_free(out, FALSE);
}

char *kconfig_expand(struct kconfig *kc, const char *text, size_t len)
{
	return expand_depth(kc, text, len, 0);
}
