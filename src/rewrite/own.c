// SPDX-License-Identifier: GPL-2.0-only
/*
 * own.c - changes that are made on tokens, not by spatch
 *
 * A function is renamed where it is defined, declared and called, and a flag
 * is added where a variable is built: expressions, declarations and definitions
 * in one go, which one rule that looks at positions cannot do.  The result is
 * compared with the plan and analysed like all the rest.
 */
#include <string.h>
#include "rewrite/plan.h"

static bool is(const struct rewrite_text *text, int i, const char *word)
{
	return i >= 0 && (unsigned int)i < text->tokens->len &&
	       lex_is(text->data, lex_at(text->tokens, i), word);
}

/* The token beside another one, comments left out; or -1. */
static int beside(const struct rewrite_text *text, int i, int step)
{
	for (i += step; i >= 0 && (unsigned int)i < text->tokens->len;
	     i += step)
		if (lex_at(text->tokens, i)->kind != LEX_COMMENT)
			return i;
	return -1;
}

/* Does a token stand on a line of the preprocessor, or on one that goes on? */
static bool on_directive(const struct rewrite_text *text, unsigned int i)
{
	const char *start = text->data + lex_at(text->tokens, i)->start;
	const char *line = start;

	while (line > text->data) {
		const char *end;

		while (line > text->data && line[-1] != '\n')
			line--;
		end = line > text->data ? line - 1 : line;
		if (end > text->data && end[-1] == '\r')
			end--;
		if (end <= text->data || end[-1] != '\\')
			break;
		line = end;
	}
	while (line < start && (*line == ' ' || *line == '\t'))
		line++;
	return *line == '#';
}

/* Is the brace that was opened last one of a struct, union or enum? */
static bool opens_record(const struct rewrite_text *text, int brace)
{
	static const char *const words[] = { "struct", "union", "enum" };
	int before = beside(text, brace, -1);

	for (unsigned int n = 0; n < 2; n++, before = beside(text, before, -1))
		for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
			if (is(text, before, words[i]))
				return true;
	return false;
}

static bool in_record(const struct rewrite_text *text, unsigned int at)
{
	int depth = 0;

	for (int i = at - 1; i >= 0; i--) {
		if (is(text, i, "}"))
			depth++;
		else if (is(text, i, "{") && !depth--)
			return opens_record(text, i);
	}
	return false;
}

static void add_rename(GArray *ops, struct plan_edit *pe, unsigned int at)
{
	struct plan_op op = {
		.first = at,
		.n_old = 1,
		.gap = GAP_REPLACE,
		.words = { pe->edit->to },
		.edit = pe,
	};

	g_array_append_val(ops, op);
}

static const char *cannot(const struct plan_edit *pe, const char *why)
{
	g_autofree char *text = g_strdup_printf(
		"that is a name of mm.h, and %s: call it %s() first", why,
		pe->edit->to);

	return g_intern_string(text);
}

const char *own_rename(struct plan_edit *pe, GArray *ops)
{
	const struct rewrite_text *text = pe->text;

	for (unsigned int i = 0; i < text->tokens->len; i++) {
		int before, next;

		if (lex_at(text->tokens, i)->kind != LEX_WORD)
			continue;
		if (is(text, i, pe->edit->to))
			return cannot(pe, "the new name is there already");
		if (!is(text, i, pe->edit->from))
			continue;
		before = beside(text, i, -1);
		next = beside(text, i, 1);
		if (is(text, before, ".") || is(text, before, "->"))
			continue;
		if (on_directive(text, i))
			return cannot(pe, "a preprocessor directive has it");
		if (is(text, next, "("))
			add_rename(ops, pe, i);
		else if (!in_record(text, i))
			return cannot(pe, "it is used for more than calls");
	}
	return NULL;
}

int own_find_build(const struct rewrite_text *text,
		   const struct verdict_edit *edit)
{
	unsigned int first = edit->loc.offset;

	for (unsigned int i = 0; i < text->tokens->len; i++) {
		const struct lex_token *t = lex_at(text->tokens, i);

		if (t->start >= first && t->end <= edit->loc.end &&
		    is(text, i, edit->from) &&
		    is(text, beside(text, i, 1), "="))
			return i;
	}
	return -1;
}

GArray *own_built(const struct plan_edit *pe)
{
	GArray *tokens = g_array_new(FALSE, FALSE, sizeof(unsigned int));
	const struct rewrite_text *text = pe->text;
	unsigned int i = beside(text, pe->name, 1) + 1;
	int depth = 0;

	for (; i < text->tokens->len; i++) {
		if (is(text, i, "(") || is(text, i, "[") || is(text, i, "{"))
			depth++;
		if (is(text, i, ")") || is(text, i, "]") || is(text, i, "}"))
			depth--;
		if (depth < 0 ||
		    (!depth && (is(text, i, ";") || is(text, i, ","))))
			break;
		if (lex_at(text->tokens, i)->kind != LEX_COMMENT)
			g_array_append_val(tokens, i);
	}
	return tokens;
}
