// SPDX-License-Identifier: GPL-2.0-only
/*
 * mailmap.c - addresses of MAINTAINERS, and the .mailmap that corrects them
 *
 * The rules are those of the kernel's scripts/get_maintainer.pl.
 */
#include <string.h>
#include "tree/mailmap.h"
#include "tree/private.h"

/* Take off white space, then one quote at each end. */
static char *trim(const char *s, size_t len, bool quotes)
{
	char *out = g_strstrip(g_strndup(s, len));
	size_t n = strlen(out);

	if (quotes && n && out[n - 1] == '"')
		out[--n] = '\0';
	if (quotes && out[0] == '"')
		memmove(out, out + 1, n);
	return out;
}

static bool must_quote(const char *name)
{
	for (; *name; name++)
		if (!g_ascii_isalnum(*name) && !strchr("_ -", *name))
			return true;
	return false;
}

/* The name as it goes into a mail header. */
static char *quote(char *name)
{
	GString *out;

	if (!must_quote(name))
		return name;
	out = g_string_new("\"");
	for (const char *s = name; *s; s++) {
		if (*s == '"' && (s == name || s[-1] != '\\'))
			g_string_append_c(out, '\\');
		g_string_append_c(out, *s);
	}
	g_free(name);
	return g_string_free(g_string_append_c(out, '"'), FALSE);
}

void mail_parse(const char *text, struct mail *mail)
{
	const char *open = strchr(text, '<'), *close = strrchr(text, '>');
	const char *at = open ? strchr(open, '@') : NULL;
	size_t len;

	if (open && close && at && at > open + 1 && at < close) {
		mail->name = quote(trim(text, open - text, true));
		mail->address = trim(open + 1, close - open - 1, false);
		return;
	}
	mail->name = g_strdup("");
	at = strrchr(text, '@');
	/* up to the end of the word with the last @ */
	len = at && at > text ? at - text + strcspn(at, " \t\r\n") : 0;
	mail->address = trim(text, len, false);
}

void mail_clear(struct mail *mail)
{
	g_free(mail->name);
	g_free(mail->address);
}

char *mail_format(const char *name, const char *address)
{
	return *name ? g_strdup_printf("%s <%s>", name, address) :
		       g_strdup(address);
}

char *mail_plain_name(const char *name)
{
	GString *out = g_string_new(NULL);
	size_t len = strlen(name);

	if (len < 2 || name[0] != '"' || name[len - 1] != '"')
		return g_string_free(g_string_assign(out, name), FALSE);
	for (size_t i = 1; i < len - 1; i++) {
		if (name[i] == '\\' && i + 1 < len - 1)
			i++;
		g_string_append_c(out, name[i]);
	}
	return g_string_free(out, FALSE);
}

static void add(GHashTable *table, const char *key, const char *value)
{
	g_hash_table_insert(table, g_strdup(key), g_strdup(value));
}

/* "Name <address>", nothing behind it: the name of an address */
static void add_name(struct mailmap *map, const char *line)
{
	struct mail mail;

	mail_parse(line, &mail);
	add(map->names, mail.address, mail.name);
	mail_clear(&mail);
}

/* "[Name] <right> [Wrong Name] <wrong>" */
static void add_pair(struct mailmap *map, const char *right, const char *wrong)
{
	g_autofree char *key = NULL;
	struct mail good, bad;

	mail_parse(right, &good);
	mail_parse(wrong, &bad);
	key = mail_format(bad.name, bad.address);
	if (*good.name)
		add(map->names, key, good.name);
	add(map->addresses, key, good.address);
	mail_clear(&good);
	mail_clear(&bad);
}

static void read_line(struct mailmap *map, char *line)
{
	char *hash = strchr(line, '#');
	g_autofree char *right = NULL;
	const char *close;
	size_t len;

	if (hash)
		*hash = '\0';
	g_strstrip(line);
	len = strlen(line);
	close = strchr(line, '>');
	if (!close || line[len - 1] != '>')
		return;
	if (close == line + len - 1) {
		if (line[0] != '<')
			add_name(map, line);
		return;
	}
	right = g_strndup(line, close + 1 - line);
	add_pair(map, right, close + 1);
}

void mailmap_read(struct mailmap *map, const char *path)
{
	g_autofree char *text = NULL;
	g_autofree char *why = NULL;
	char **lines;
	int err;

	map->names =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	map->addresses =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	text = read_text(path, &err, &why);
	if (!text)
		return;
	lines = g_strsplit(text, "\n", -1);
	for (unsigned int i = 0; lines[i]; i++)
		read_line(map, lines[i]);
	g_strfreev(lines);
}

void mailmap_clear(struct mailmap *map)
{
	g_hash_table_unref(map->names);
	g_hash_table_unref(map->addresses);
}

void mailmap_apply(const struct mailmap *map, struct mail *mail)
{
	g_autofree char *key = mail_format(mail->name, mail->address);
	const char *name, *address;

	if (!g_hash_table_contains(map->names, key) &&
	    !g_hash_table_contains(map->addresses, key)) {
		g_free(key);
		key = g_strdup(mail->address);
	}
	name = g_hash_table_lookup(map->names, key);
	address = g_hash_table_lookup(map->addresses, key);
	if (name) {
		g_free(mail->name);
		mail->name = g_strdup(name);
	}
	if (address) {
		g_free(mail->address);
		mail->address = g_strdup(address);
	}
}
