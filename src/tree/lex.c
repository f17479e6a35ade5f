// SPDX-License-Identifier: GPL-2.0-only
/*
 * lex.c - C text as tokens
 */
#include <string.h>
#include "tree/lex.h"

/* longest first: the first that fits is taken */
static const char *const puncts[] = {
	"<<=", ">>=", "...", "->", "++", "--", "<<", ">>",
	"<=",  ">=",  "==",  "!=", "&&", "||", "+=", "-=",
	"*=",  "/=",  "%=",  "&=", "|=", "^=", "##",
};

static bool lex_word_char(unsigned char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || c >= 0x80;
}

/* length of a backslash-newline at s, or 0 */
static size_t lex_splice(const char *s, const char *end)
{
	if (s < end && *s == '\\') {
		if (s + 1 < end && s[1] == '\n')
			return 2;
		if (s + 2 < end && s[1] == '\r' && s[2] == '\n')
			return 3;
	}
	return 0;
}

static const char *lex_line_comment(const char *s, const char *end)
{
	while (s < end && *s != '\n') {
		size_t splice = lex_splice(s, end);

		s += splice ? splice : 1;
	}
	if (s[-1] == '\r')
		s--;
	return s;
}

static const char *lex_block_comment(const char *s, const char *end)
{
	for (s += 2; s + 1 < end; s++) {
		if (s[0] == '*' && s[1] == '/')
			return s + 2;
	}
	return end;
}

static const char *lex_string(const char *s, const char *end)
{
	char quote = *s++;

	while (s < end && *s != quote && *s != '\n') {
		size_t splice = lex_splice(s, end);

		if (splice)
			s += splice;
		else if (*s == '\\' && s + 1 < end && s[1] != '\n')
			s += 2;
		else
			s++;
	}
	if (s < end && *s == quote)
		s++;
	else if (s[-1] == '\r')
		s--;
	return s;
}

static const char *lex_number(const char *s, const char *end)
{
	for (s++; s < end; s++) {
		if (lex_word_char(*s) || *s == '.')
			continue;
		/* the sign of an exponent */
		if ((*s == '+' || *s == '-') && strchr("eEpP", s[-1]))
			continue;
		break;
	}
	return s;
}

static const char *lex_punct(const char *s, const char *end)
{
	for (size_t i = 0; i < G_N_ELEMENTS(puncts); i++) {
		size_t n = strlen(puncts[i]);

		if ((size_t)(end - s) >= n && !memcmp(s, puncts[i], n))
			return s + n;
	}
	return s + 1;
}

static const char *lex_one(const char *s, const char *end, enum lex_kind *kind)
{
	bool more = s + 1 < end;

	if (*s == '/' && more && s[1] == '/') {
		*kind = LEX_COMMENT;
		return lex_line_comment(s, end);
	}
	if (*s == '/' && more && s[1] == '*') {
		*kind = LEX_COMMENT;
		return lex_block_comment(s, end);
	}
	if (*s == '"' || *s == '\'') {
		*kind = LEX_STRING;
		return lex_string(s, end);
	}
	if (g_ascii_isdigit(*s) ||
	    (*s == '.' && more && g_ascii_isdigit(s[1]))) {
		*kind = LEX_NUMBER;
		return lex_number(s, end);
	}
	if (lex_word_char(*s)) {
		*kind = LEX_WORD;
		while (s < end && lex_word_char(*s))
			s++;
		return s;
	}
	*kind = LEX_PUNCT;
	return lex_punct(s, end);
}

GArray *lex_text(const char *text, size_t len)
{
	GArray *tokens = g_array_new(FALSE, FALSE, sizeof(struct lex_token));
	const char *end = text + len;
	const char *s = text;

	while (s < end) {
		size_t splice = lex_splice(s, end);
		struct lex_token token;

		if (splice || strchr(" \t\n\r\f\v", *s)) {
			/* strchr() finds the NUL byte too: it counts as space */
			s += splice ? splice : 1;
			continue;
		}
		token.start = s - text;
		s = lex_one(s, end, &token.kind);
		token.end = s - text;
		g_array_append_val(tokens, token);
	}
	return tokens;
}

int lex_find(const GArray *tokens, unsigned int offset)
{
	unsigned int lo = 0, hi = tokens->len;

	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;

		if (lex_at(tokens, mid)->start < offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < tokens->len && lex_at(tokens, lo)->start == offset)
		return lo;
	return -1;
}

bool lex_is(const char *text, const struct lex_token *token, const char *word)
{
	size_t len = token->end - token->start;

	return strlen(word) == len && !memcmp(text + token->start, word, len);
}

int lex_close(const char *text, const GArray *tokens, unsigned int open)
{
	unsigned int depth = 0;

	for (unsigned int i = open; i < tokens->len; i++) {
		const struct lex_token *token = lex_at(tokens, i);

		if (token->kind != LEX_PUNCT || token->end - token->start != 1)
			continue;
		if (strchr("([{", text[token->start]))
			depth++;
		else if (strchr(")]}", text[token->start]) && !--depth)
			return i;
	}
	return -1;
}

int lex_beside(const GArray *tokens, int i, int step)
{
	for (i += step; i >= 0 && (unsigned int)i < tokens->len; i += step)
		if (lex_at(tokens, i)->kind != LEX_COMMENT)
			return i;
	return -1;
}
