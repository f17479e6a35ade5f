// SPDX-License-Identifier: GPL-2.0-only
/*
 * makefile_func.c - functions of make that kbuild files are written with
 *
 * Those of text and of file names.  $(shell pwd) is the only command that is
 * understood: nothing is run.
 */
#include <glob.h>
#include <string.h>
#include "tree/makefile_func.h"

/* A list that is made of itself must not eat the memory. */
#define RESULT_MAX ((size_t)1 << 18)
#define GLOB_MAX 1000

struct words {
	char **list;
	guint n;
};

static struct words words_of(const char *text)
{
	char **all = g_strsplit_set(text, " \t", 0);
	struct words w = { .list = all };

	for (char **p = all; *p; p++) {
		if (**p)
			all[w.n++] = *p;
		else
			g_free(*p);
	}
	all[w.n] = NULL;
	return w;
}

/* Does a word match a pattern with one % (or none)?  What % stands for. */
static bool match(const char *pattern, const char *word, const char **stem,
		  size_t *len)
{
	const char *percent = strchr(pattern, '%');
	size_t before, after, n = strlen(word);

	if (!percent)
		return !strcmp(pattern, word);
	before = percent - pattern;
	after = strlen(percent + 1);
	if (n < before + after || strncmp(word, pattern, before) ||
	    strcmp(word + n - after, percent + 1))
		return false;
	*stem = word + before;
	*len = n - before - after;
	return true;
}

static void append_word(GString *out, const char *word, size_t len)
{
	if (out->len)
		g_string_append_c(out, ' ');
	g_string_append_len(out, word, len);
}

static char *patsubst(const char *from, const char *to, const char *list)
{
	struct words w = words_of(list);
	const char *percent = strchr(to, '%');
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < w.n && out->len < RESULT_MAX; i++) {
		g_autofree char *made = NULL;
		const char *stem = NULL;
		size_t len = 0;

		if (!match(from, w.list[i], &stem, &len))
			made = g_strdup(w.list[i]);
		else if (stem && percent)
			made = g_strdup_printf("%.*s%.*s%s",
					       (int)(percent - to), to,
					       (int)len, stem, percent + 1);
		else
			made = g_strdup(to);
		append_word(out, made, strlen(made));
	}
	g_strfreev(w.list);
	return g_string_free(out, FALSE);
}

char *makefile_substitute(const char *from, const char *to, const char *list)
{
	g_autofree char *a = NULL;
	g_autofree char *b = NULL;

	if (strchr(from, '%'))
		return patsubst(from, to, list);
	a = g_strconcat("%", from, NULL);
	b = g_strconcat("%", to, NULL);
	return patsubst(a, b, list);
}

static char *subst(const char *from, const char *to, const char *text)
{
	GString *out = g_string_new(NULL);
	size_t len = strlen(from);
	const char *end = text + strlen(text), *p;

	while (len && (p = memmem(text, end - text, from, len)) &&
	       out->len < RESULT_MAX) {
		g_string_append_len(out, text, p - text);
		g_string_append(out, to);
		text = p + len;
	}
	g_string_append_len(out, text, end - text);
	return g_string_free(out, FALSE);
}

static bool matches_any(const struct words *patterns, const char *word)
{
	const char *stem;
	size_t len;

	for (guint i = 0; i < patterns->n; i++)
		if (match(patterns->list[i], word, &stem, &len))
			return true;
	return false;
}

/* A word that waits for the configuration ("$(ARCH)") may be any: it stays. */
static char *filter(const char *patterns, const char *text, bool keep)
{
	struct words p = words_of(patterns), w = words_of(text);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < w.n; i++) {
		if (strchr(w.list[i], '$') ||
		    matches_any(&p, w.list[i]) == keep)
			append_word(out, w.list[i], strlen(w.list[i]));
	}
	g_strfreev(p.list);
	g_strfreev(w.list);
	return g_string_free(out, FALSE);
}

/* What a function makes of one name. */
typedef void (*name_func)(GString *out, const char *name, const char *fix);

static void put_dir(GString *out, const char *name, const char *fix)
{
	const char *slash = strrchr(name, '/');

	(void)fix;
	if (slash)
		append_word(out, name, slash + 1 - name);
	else
		append_word(out, "./", 2);
}

static void put_notdir(GString *out, const char *name, const char *fix)
{
	const char *slash = strrchr(name, '/');

	(void)fix;
	name = slash ? slash + 1 : name;
	append_word(out, name, strlen(name));
}

static void put_basename(GString *out, const char *name, const char *fix)
{
	const char *dot = strrchr(name, '.');
	bool cut = dot && !strchr(dot, '/');

	(void)fix;
	append_word(out, name, cut ? (size_t)(dot - name) : strlen(name));
}

static void put_prefix(GString *out, const char *name, const char *fix)
{
	append_word(out, fix, strlen(fix));
	g_string_append(out, name);
}

static void put_suffix(GString *out, const char *name, const char *fix)
{
	append_word(out, name, strlen(name));
	g_string_append(out, fix);
}

/* A name is absolute, or is one of the directory that the file is read in. */
static void put_path(GString *out, const char *name, const char *dir)
{
	g_autofree char *path = g_canonicalize_filename(name, dir);

	append_word(out, path, strlen(path));
}

/* The files that a pattern stands for, named as the pattern names them. */
static void put_wildcard(GString *out, const char *name, const char *dir)
{
	g_autofree char *pattern = g_canonicalize_filename(name, dir);
	size_t cut = g_path_is_absolute(name) ? 0 : strlen(dir) + 1;
	glob_t found = { 0 };

	/* a name that is no pattern is taken to exist */
	if (!strpbrk(name, "*?[")) {
		append_word(out, name, strlen(name));
		return;
	}
	if (!g_str_has_prefix(pattern, dir) || pattern[strlen(dir)] != '/')
		return;
	if (!glob(pattern, GLOB_NOSORT, NULL, &found)) {
		for (size_t i = 0; i < found.gl_pathc && i < GLOB_MAX; i++)
			append_word(out, found.gl_pathv[i] + cut,
				    strlen(found.gl_pathv[i] + cut));
	}
	globfree(&found);
}

static char *each_name(const char *list, name_func put, const char *fix)
{
	struct words w = words_of(list);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < w.n && out->len < RESULT_MAX; i++)
		put(out, w.list[i], fix);
	g_strfreev(w.list);
	return g_string_free(out, FALSE);
}

/* The word of a number, from 1; from the end for -1. */
static char *nth_word(const char *list, gint64 n)
{
	struct words w = words_of(list);
	char *word;

	if (n < 0)
		n = (gint64)w.n;
	word = g_strdup(n > 0 && n <= (gint64)w.n ? w.list[n - 1] : "");
	g_strfreev(w.list);
	return word;
}

/* Of one list of names, or of a prefix, suffix or pattern and a list. */
static char *call_names(const char *name, char **args, guint n, const char *dir)
{
	static const struct {
		const char *name;
		name_func put;
		guint list;
	} funcs[] = {
		{ "dir", put_dir, 0 },
		{ "notdir", put_notdir, 0 },
		{ "basename", put_basename, 0 },
		{ "addprefix", put_prefix, 1 },
		{ "addsuffix", put_suffix, 1 },
		{ "abspath", put_path, 0 },
		{ "realpath", put_path, 0 },
		{ "wildcard", put_wildcard, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(funcs); i++) {
		if (!strcmp(name, funcs[i].name) && n > funcs[i].list)
			return each_name(args[funcs[i].list], funcs[i].put,
					 funcs[i].list ? args[0] : dir);
	}
	return NULL;
}

static bool is_pwd(const char *command)
{
	g_autofree char *word = g_strstrip(g_strdup(command));

	return !strcmp(word, "pwd") || !strcmp(word, "pwd -P") ||
	       !strcmp(word, "/bin/pwd");
}

char *makefile_function(const char *name, char **args, guint n, const char *dir,
			const char *pwd)
{
	char *made = call_names(name, args, n, dir);

	if (made)
		return made;
	if (!strcmp(name, "patsubst") && n >= 3)
		return patsubst(args[0], args[1], args[2]);
	if (!strcmp(name, "subst") && n >= 3)
		return subst(args[0], args[1], args[2]);
	if (!strcmp(name, "filter") && n >= 2)
		return filter(args[0], args[1], true);
	if (!strcmp(name, "filter-out") && n >= 2)
		return filter(args[0], args[1], false);
	if (!strcmp(name, "firstword") && n)
		return nth_word(args[0], 1);
	if (!strcmp(name, "lastword") && n)
		return nth_word(args[0], -1);
	if (!strcmp(name, "word") && n >= 2)
		return nth_word(args[1], g_ascii_strtoll(args[0], NULL, 10));
	if ((!strcmp(name, "strip") || !strcmp(name, "sort")) && n)
		return g_strdup(args[0]);
	if (!strcmp(name, "if") && n >= 2)
		return g_strdup(*g_strstrip(args[0]) ? args[1] :
				n > 2		     ? args[2] :
						       "");
	if (!strcmp(name, "or"))
		for (guint i = 0; i < n; i++)
			if (*g_strstrip(args[i]))
				return g_strdup(args[i]);
	if (!strcmp(name, "shell") && n && is_pwd(args[0]))
		return g_strdup(pwd);
	return g_strdup("");
}
