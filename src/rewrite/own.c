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

const char *own_rename(struct plan_edit *pe, GArray *ops)
{
	const struct rewrite_text *text = pe->text;
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint));
	const char *why = verdict_rename_places(
		text->data, text->tokens, pe->edit->from, pe->edit->to, places);

	for (unsigned int i = 0; !why && i < places->len; i++)
		add_rename(ops, pe, g_array_index(places, guint, i));
	return why;
}

int own_find_build(const struct rewrite_text *text,
		   const struct verdict_edit *edit)
{
	unsigned int first = edit->loc.offset;

	for (unsigned int i = 0; i < text->tokens->len; i++) {
		const struct lex_token *t = lex_at(text->tokens, i);

		if (t->start >= first && t->end <= edit->loc.end &&
		    is(text, i, edit->from) &&
		    is(text, lex_beside(text->tokens, i, 1), "="))
			return i;
	}
	return -1;
}

GArray *own_built(const struct plan_edit *pe)
{
	GArray *tokens = g_array_new(FALSE, FALSE, sizeof(unsigned int));
	const struct rewrite_text *text = pe->text;
	unsigned int i = lex_beside(text->tokens, pe->name, 1) + 1;
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
