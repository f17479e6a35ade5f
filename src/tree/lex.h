/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lex.h - C text as tokens and the white space between them
 *
 * Good enough to compare two texts and to find the arguments of a call; nothing
 * is preprocessed.
 */
#ifndef TREE_LEX_H
#define TREE_LEX_H

#include <stdbool.h>
#include <glib.h>

/**
 * enum lex_kind - what a token is
 * @LEX_WORD: identifier or keyword
 * @LEX_NUMBER: preprocessing number
 * @LEX_STRING: string or character literal, as far as its line goes
 * @LEX_PUNCT: operator, bracket or any other byte
 * @LEX_COMMENT: comment; a line comment is without its line end
 */
enum lex_kind {
	LEX_WORD,
	LEX_NUMBER,
	LEX_STRING,
	LEX_PUNCT,
	LEX_COMMENT,
};

/**
 * struct lex_token - a token of a text
 * @kind: what it is
 * @start: byte offset
 * @end: one past the last byte
 */
struct lex_token {
	enum lex_kind kind;
	unsigned int start;
	unsigned int end;
};

/**
 * lex_text() - split a text into tokens
 * @text: any bytes
 * @len: how many, below 4 GiB
 *
 * White space, and a backslash before a line end, lies between tokens.
 *
 * Return: (transfer full) (element-type lex_token): free with g_array_unref()
 */
GArray *lex_text(const char *text, size_t len);

/**
 * lex_find() - the token that starts at an offset
 * @tokens: of lex_text()
 * @offset: where
 *
 * Return: index, or -1
 */
int lex_find(const GArray *tokens, unsigned int offset);

/**
 * lex_at() - the i-th token
 */
static inline const struct lex_token *lex_at(const GArray *tokens,
					     unsigned int i)
{
	return &g_array_index(tokens, struct lex_token, i);
}

/**
 * lex_is() - does a token read like this
 */
bool lex_is(const char *text, const struct lex_token *token, const char *word);

/**
 * lex_beside() - the token beside another one, comments left out
 * @tokens: of lex_text()
 * @i: index
 * @step: 1 for the next one, -1 for the one before
 *
 * Return: index, or -1
 */
int lex_beside(const GArray *tokens, int i, int step);

/**
 * lex_close() - the token that closes a bracket
 * @text: the text
 * @tokens: its tokens
 * @open: index of a "(", "[" or "{"
 *
 * Return: index, or -1 when it is never closed
 */
int lex_close(const char *text, const GArray *tokens, unsigned int open);

#endif
