// SPDX-License-Identifier: GPL-2.0-only
/*
 * index_registers.c - headers that are lists of numbers
 *
 * A third of the text of a kernel tree are headers that a hardware description
 * was made into: a hundred thousand lines of "#define mmCP_INT_CNTL 0x1de9".
 * None of these names is a function, a field or the tag of a struct, which is
 * what files are searched for.
 */
#include <string.h>
#include "tree/index.h"

/* Smaller ones are not worth a second look. */
#define LARGE (64 << 10)

enum {
	BLANK = 1,
	WORD = 2,
	NUMBER = 4, /* what stands between the words of a number */
};

static const guint8 kinds[256] = {
	[' '] = BLANK | NUMBER,	 ['\t'] = BLANK | NUMBER,
	['\r'] = BLANK | NUMBER, ['('] = NUMBER,
	[')'] = NUMBER,		 ['<'] = NUMBER,
	['>'] = NUMBER,		 ['|'] = NUMBER,
	['+'] = NUMBER,		 ['-'] = NUMBER,
	['~'] = NUMBER,		 ['_'] = WORD,
	['0' ... '9'] = WORD,	 ['A' ... 'Z'] = WORD,
	['a' ... 'z'] = WORD,
};

static const char *skip(const char *p, const char *end, guint8 kind)
{
	while (p < end && kinds[(guint8)*p] & kind)
		p++;
	return p;
}

static const char *skip_blanks(const char *p, const char *end)
{
	return skip(p, end, BLANK);
}

/* Behind a comment that starts here; NULL when it does not end. */
static const char *skip_comment(const char *p, const char *end)
{
	const char *close;

	if (p[1] == '/') {
		close = memchr(p, '\n', end - p);
		/* a backslash goes on in the next line */
		return close && close[close[-1] == '\r' ? -2 : -1] != '\\' ?
			       close :
			       NULL;
	}
	close = p[1] == '*' ? memmem(p + 2, end - p - 2, "*/", 2) : NULL;
	return close ? close + 2 : NULL;
}

static const char *skip_word(const char *p, const char *end)
{
	return skip(p, end, WORD);
}

/* "0x1de9L", and sums and shifts of such. Return: the end of the line, or NULL */
static const char *skip_number(const char *p, const char *end)
{
	while (p && p < end && *p != '\n') {
		if (g_ascii_isdigit(*p))
			p = skip_word(p, end);
		else if (*p == '/')
			p = skip_comment(p, end);
		else if (kinds[(guint8)*p] & NUMBER)
			p = skip(p, end, NUMBER);
		else
			return NULL;
	}
	return p;
}

/* A name that cannot be mistaken for that of a function or a field. */
static bool is_constant(const char *p, const char *end)
{
	for (; p < end; p++)
		if (g_ascii_isupper(*p))
			return true;
	return false;
}

static const char *skip_define(const char *p, const char *end)
{
	const char *name = skip_blanks(p, end);

	p = skip_word(name, end);
	return is_constant(name, p) ? skip_number(p, end) : NULL;
}

static bool is_word(const char *p, size_t len, const char *word)
{
	return len == strlen(word) && !memcmp(p, word, len);
}

/* A preprocessor line. Return: the end of it, or NULL */
static const char *skip_directive(const char *p, const char *end)
{
	const char *name = skip_blanks(p, end);
	size_t len = skip_word(name, end) - name;

	p = name + len;
	if (is_word(name, len, "define"))
		return skip_define(p, end);
	/* include guards */
	if (!is_word(name, len, "ifndef") && !is_word(name, len, "endif"))
		return NULL;
	p = skip_word(skip_blanks(p, end), end);
	return skip_number(p, end);
}

bool index_is_registers(const char *text, size_t len)
{
	const char *p = text, *end = p + len;

	if (len < LARGE)
		return false;
	while (p && (p = skip_blanks(p, end)) < end) {
		if (*p == '\n')
			p++;
		else if (*p == '/')
			p = skip_comment(p, end);
		else if (*p == '#')
			p = skip_directive(p + 1, end);
		else
			return false;
	}
	return p;
}
