// SPDX-License-Identifier: GPL-2.0-only
/*
 * inactive.c - branches that the first configuration leaves out
 *
 * One configuration sees one branch of every #if.  A gup name in a branch that
 * asks for a CONFIG symbol is looked at in a configuration that has it, often
 * one of another architecture.
 */
#include <string.h>
#include "front/front.h"
#include "verdict/case.h"

/* The one symbol that a condition asks for, without CONFIG_; or NULL */
static char *symbol_of(const char *cond)
{
	static GRegex *regex;
	g_autoptr(GMatchInfo) match = NULL;

	if (!regex)
		regex = g_regex_new(
			"^#\\s*(?:ifdef|(?:if|elif)\\s+(?:defined|IS_ENABLED|"
			"IS_BUILTIN|IS_REACHABLE))[\\s(]+CONFIG_(\\w+)[\\s)]*$",
			0, 0, NULL);
	if (!cond || !g_regex_match(regex, cond, 0, &match))
		return NULL;
	return g_match_info_fetch(match, 1);
}

static bool is_statement(const char *word)
{
	static const char *const words[] = { "if",     "else",	  "for",
					     "while",  "do",	  "switch",
					     "case",   "default", "goto",
					     "return", "break",	  "continue",
					     "asm",    NULL };

	return g_strv_contains(words, word);
}

/* Operands and commas only.  A name without a small letter may be a macro. */
static bool line_is_harmless(const char *s)
{
	while (g_ascii_isspace(*s))
		s++;
	if (*s == '#') {
		for (s++; g_ascii_isspace(*s); s++)
			;
		return g_str_has_prefix(s, "if") || g_str_has_prefix(s, "el") ||
		       g_str_has_prefix(s, "endif");
	}
	while (*s) {
		g_autofree char *word = NULL;
		size_t len = 0;
		bool small = false;

		if (strchr("(={};*\"'?/\\", *s))
			return false;
		for (; g_ascii_isalnum(s[len]) || s[len] == '_'; len++)
			small |= g_ascii_islower(s[len]);
		if (!len) {
			s++;
			continue;
		}
		word = g_strndup(s, len);
		if (is_statement(word) || (!small && !g_ascii_isdigit(word[0])))
			return false;
		s += len;
	}
	return true;
}

bool verdict_skip_is_harmless(const struct verdict_work *w,
			      const struct facts_skip *skip)
{
	g_autoptr(GBytes) bytes = verdict_text(w, skip->file);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	unsigned int n;
	size_t size;
	const char *data;

	if (!bytes)
		return false;
	data = g_bytes_get_data(bytes, &size);
	text = g_strndup(data, size);
	lines = g_strsplit(text, "\n", -1);
	n = g_strv_length(lines);
	if (!skip->first || skip->last > n)
		return false;
	for (unsigned int i = skip->first - 1; i < skip->last; i++)
		if (!line_is_harmless(lines[i]))
			return false;
	return true;
}

static const struct facts_unit *first_unit(const struct verdict *v,
					   const char *file, bool *again)
{
	const struct facts_unit *first = NULL;

	*again = false;
	for (unsigned int i = 0; i < v->units->len; i++) {
		const struct facts_unit *u = v->units->pdata[i];

		if (strcmp(u->file, file))
			continue;
		*again |= first != NULL;
		first = first ?: u;
	}
	return first;
}

/* Change the configuration of a file for the first name that it leaves out. */
static bool change(struct verdict_work *w, const struct tree_file *f)
{
	bool again, changed = false;
	const struct facts_unit *u = first_unit(w->v, f->path, &again);

	if (!u || u->failed || again)
		return false;
	for (unsigned int i = 0; i < f->mentions->len && !changed; i++) {
		const struct tree_mention *m = f->mentions->pdata[i];
		g_autofree char *symbol = NULL;

		if (m->kind != TREE_MENTION_CODE ||
		    !verdict_skipped(u, u->file, m->line))
			continue;
		symbol = symbol_of(m->cond);
		changed = symbol &&
			  tree_compile_also(w->v->tree, u->file, symbol);
	}
	return changed;
}

GPtrArray *verdict_inactive(struct verdict_work *w)
{
	GPtrArray *files = g_ptr_array_new();

	for (unsigned int i = 0; i < w->candidates->len; i++) {
		const struct tree_file *f = w->candidates->pdata[i];

		if (g_str_has_suffix(f->path, ".c") && change(w, f))
			g_ptr_array_add(files, (void *)f->path);
	}
	return files;
}
