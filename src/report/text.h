/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * text.h - what the writers for people share
 *
 * Inside report/ only.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdbool.h>
#include <glib.h>
#include "verdict/verdict.h"

/**
 * enum text_style - how a piece of text is shown on a terminal
 */
enum text_style {
	TEXT_PLAIN,
	TEXT_BOLD,
	TEXT_DIM,
	TEXT_RED,
	TEXT_GREEN,
	TEXT_YELLOW,
	TEXT_MAGENTA,
	TEXT_CYAN,
};

/**
 * struct text_place - where a location is shown to be
 * @file: path
 * @line: 1-based
 * @column: 1-based
 */
struct text_place {
	const char *file;
	unsigned int line;
	unsigned int column;
};

/**
 * text_place() - the place of a location that a reader wants to see
 *
 * Text out of a macro's body is shown where the macro is used.
 */
struct text_place text_place(const struct facts_loc *loc);

/**
 * text_clean() - text of a tree made fit for a terminal
 * @s: any bytes, or NULL
 *
 * Return: (transfer full): one line of UTF-8 without control characters:
 * a source must not be able to send commands to the terminal
 */
char *text_clean(const char *s);

/**
 * text_add() - append text in a style
 * @out: where to
 * @colour: whether styles are used at all
 * @style: how
 * @s: the text; cleaned
 */
void text_add(GString *out, bool colour, enum text_style style, const char *s);

/**
 * text_add_padded() - append text in a style and fill up to a width
 * @width: in characters, not bytes
 */
void text_add_padded(GString *out, bool colour, enum text_style style,
		     const char *s, unsigned int width);

/**
 * text_printf() - append formatted text in a style; arguments are cleaned
 */
void text_printf(GString *out, bool colour, enum text_style style,
		 const char *format, ...) G_GNUC_PRINTF(4, 5);

/**
 * text_class_style() - a class by how much it asks of the reader
 */
enum text_style text_class_style(enum verdict_class class);

/**
 * text_action_style() - likewise for an action
 */
enum text_style text_action_style(enum verdict_action action);

/**
 * text_plural() - "site" or "sites"
 * @word: in the singular
 * @n: how many
 */
const char *text_plural(const char *word, unsigned int n);

#endif
