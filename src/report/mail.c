// SPDX-License-Identifier: GPL-2.0-only
/* mail.c - mails as git format-patch writes them (RFC 5322, RFC 2047) */
#include <string.h>
#include "report/mail.h"

#define COLUMNS 75

/* An encoded word may have 75 characters, and 12 are the brackets. */
#define WORD_MAX 60

/* format-patch cuts "0001-subject" there so that ".patch" still fits in 64 */
#define NAME_MAX_LEN 57

static bool is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80 || g_ascii_iscntrl(*s))
			return false;
	return true;
}

static void open_word(GString *out)
{
	g_string_append(out, "=?UTF-8?q?");
}

/* Encoded words; a character is never split between two of them. */
static void encode(GString *out, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	unsigned int used = 0;
	const char *next;

	open_word(out);
	for (const char *s = valid; *s; s = next) {
		next = g_utf8_next_char(s);
		if (used + 3 * (next - s) > WORD_MAX) {
			g_string_append(out, "?=\n ");
			open_word(out);
			used = 0;
		}
		if (g_ascii_isalnum(*s)) {
			g_string_append_c(out, *s);
			used++;
			continue;
		}
		for (; s < next; s++, used += 3)
			g_string_append_printf(out, "=%02X", (unsigned char)*s);
	}
	g_string_append(out, "?=");
}

void mail_text(GString *out, const char *text)
{
	if (is_ascii(text))
		g_string_append(out, text);
	else
		encode(out, text);
}

static void quote(GString *out, const char *name)
{
	bool special = false;

	for (const char *s = name; *s; s++)
		special = special || (!g_ascii_isalnum(*s) &&
				      !strchr(" !#$%&'*+-/=?^_`{|}~", *s));
	if (special)
		g_string_append_c(out, '"');
	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *name);
	}
	if (special)
		g_string_append_c(out, '"');
}

void mail_address(GString *out, const char *name, const char *address)
{
	if (!*name) {
		g_string_append(out, address);
		return;
	}
	if (is_ascii(name))
		quote(out, name);
	else
		encode(out, name);
	g_string_append_printf(out, " <%s>", address);
}

void mail_wrap(GString *out, const char *first, const char *rest,
	       const char *text)
{
	char **words = g_strsplit_set(text, " \t\n", -1);
	unsigned int column = strlen(first);
	bool empty = true;

	g_string_append(out, first);
	for (unsigned int i = 0; words[i]; i++) {
		unsigned int len = strlen(words[i]);

		if (!len)
			continue;
		if (!empty && column + 1 + len > COLUMNS) {
			g_string_append_printf(out, "\n%s", rest);
			column = strlen(rest);
			empty = true;
		}
		if (!empty)
			g_string_append_c(out, ' ');
		g_string_append(out, words[i]);
		column += len + !empty;
		empty = false;
	}
	g_string_append_c(out, '\n');
	g_strfreev(words);
}

char *mail_file_name(unsigned int version, unsigned int number,
		     const char *subject)
{
	GString *out = g_string_new(NULL);
	bool gap = false;

	if (version > 1)
		g_string_append_printf(out, "v%u-", version);
	g_string_append_printf(out, "%04u-", number);
	for (const char *s = subject; *s; s++) {
		if (!g_ascii_isalnum(*s) && *s != '_' && *s != '.') {
			gap = true;
			continue;
		}
		if (gap && s != subject && out->str[out->len - 1] != '-')
			g_string_append_c(out, '-');
		gap = false;
		g_string_append_c(out, *s);
		while (*s == '.' && s[1] == '.')
			s++;
	}
	while (g_str_has_suffix(out->str, ".") ||
	       g_str_has_suffix(out->str, "-"))
		g_string_truncate(out, out->len - 1);
	if (out->len > NAME_MAX_LEN)
		g_string_truncate(out, NAME_MAX_LEN);
	g_string_append(out, ".patch");
	return g_string_free(out, FALSE);
}
