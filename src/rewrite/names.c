// SPDX-License-Identifier: GPL-2.0-only
/* names.c - comments and messages that name the function of before */
#include <string.h>
#include "tree/lex.h"
#include "rewrite/rewrite.h"

static bool is_part(char c)
{
	return g_ascii_isalnum(c) || c == '_';
}

/* Add the lines of a token on which the name stands as a word. */
static void add_lines(GArray *lines, const char *text,
		      const struct lex_token *token, const char *name,
		      unsigned int line)
{
	size_t len = strlen(name);

	for (unsigned int at = token->start; at + len <= token->end; at++) {
		if (text[at] == '\n')
			line++;
		if (memcmp(text + at, name, len) ||
		    (at && is_part(text[at - 1])) ||
		    (at + len < token->end && is_part(text[at + len])))
			continue;
		if (!lines->len ||
		    g_array_index(lines, guint, lines->len - 1) != line)
			g_array_append_val(lines, line);
	}
}

GArray *rewrite_old_names(const struct rewrite_file *file,
			  const struct verdict_site *site)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autoptr(GArray) tokens = NULL;
	unsigned int line = 1, at = 0;
	const char *text;
	gsize len;

	if (g_strcmp0(site->file, file->path))
		return lines;
	text = g_bytes_get_data(file->after, &len);
	tokens = lex_text(text, len);
	for (unsigned int i = 0; i < tokens->len; i++) {
		const struct lex_token *token = lex_at(tokens, i);

		for (; at < token->start; at++)
			line += text[at] == '\n';
		if (token->kind == LEX_COMMENT || token->kind == LEX_STRING) {
			add_lines(lines, text, token, site->callee, line);
		} else if (lex_is(text, token, site->callee)) {
			/* still called: nobody knows which call is meant */
			g_array_set_size(lines, 0);
			break;
		}
	}
	return lines;
}
