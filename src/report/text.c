// SPDX-License-Identifier: GPL-2.0-only
/*
 * text.c - what the writers for people share
 */
#include <stdarg.h>
#include "report/text.h"

static const char *const escapes[] = {
	[TEXT_PLAIN] = NULL,	       [TEXT_BOLD] = "\033[1m",
	[TEXT_DIM] = "\033[2m",	       [TEXT_RED] = "\033[1;31m",
	[TEXT_GREEN] = "\033[32m",     [TEXT_YELLOW] = "\033[33m",
	[TEXT_MAGENTA] = "\033[1;35m", [TEXT_CYAN] = "\033[1;36m",
};

struct text_place text_place(const struct facts_loc *loc)
{
	struct text_place place = { loc->file, loc->line, loc->column };

	if (loc->macro == FACTS_MACRO_BODY && loc->exp_file) {
		place.file = loc->exp_file;
		place.line = loc->exp_line;
		place.column = loc->exp_column;
	}
	if (!place.file)
		place.file = "?";
	return place;
}

char *text_clean(const char *s)
{
	char *valid = g_utf8_make_valid(s ? s : "", -1);
	GString *out = g_string_new(NULL);
	const char *p;

	for (p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c == '\t' || c == '\n' || c == '\r')
			g_string_append_c(out, ' ');
		else if (g_unichar_iscntrl(c) ||
			 g_unichar_type(c) == G_UNICODE_FORMAT)
			g_string_append_c(out, '?');
		else
			g_string_append_unichar(out, c);
	}
	g_free(valid);
	return g_string_free(out, FALSE);
}

void text_add(GString *out, bool colour, enum text_style style, const char *s)
{
	text_add_padded(out, colour, style, s, 0);
}

void text_add_padded(GString *out, bool colour, enum text_style style,
		     const char *s, unsigned int width)
{
	char *clean = text_clean(s);
	glong len = g_utf8_strlen(clean, -1);

	if (colour && escapes[style])
		g_string_append(out, escapes[style]);
	g_string_append(out, clean);
	if (colour && escapes[style])
		g_string_append(out, "\033[0m");
	for (; len < (glong)width; len++)
		g_string_append_c(out, ' ');
	g_free(clean);
}

void text_printf(GString *out, bool colour, enum text_style style,
		 const char *format, ...)
{
	va_list ap;
	char *s;

	va_start(ap, format);
	s = g_strdup_vprintf(format, ap);
	va_end(ap);
	text_add(out, colour, style, s);
	g_free(s);
}

enum text_style text_class_style(enum verdict_class class)
{
	switch (class) {
	case CLASS_UNKNOWN:
		return TEXT_YELLOW;
	case CLASS_DIO:
	case CLASS_LONGTERM:
	case CLASS_DATA:
		return TEXT_BOLD;
	default:
		return TEXT_PLAIN;
	}
}

enum text_style text_action_style(enum verdict_action action)
{
	switch (action) {
	case ACTION_CONVERT:
		return TEXT_GREEN;
	case ACTION_MANUAL:
		return TEXT_YELLOW;
	default:
		return TEXT_DIM;
	}
}

const char *text_plural(const char *word, unsigned int n)
{
	static const char *const forms[][2] = {
		{ "site", "sites" },
		{ "file", "files" },
		{ "finding", "findings" },
		{ "mention", "mentions" },
	};
	unsigned int i;

	for (i = 0; i < G_N_ELEMENTS(forms); i++) {
		if (g_str_equal(forms[i][0], word))
			return forms[i][n != 1];
	}
	return word;
}
