// SPDX-License-Identifier: GPL-2.0-only
/*
 * maintainers.c - the sections of MAINTAINERS, and which of them a file is in
 *
 * The rules are those of the kernel's scripts/get_maintainer.pl: file patterns
 * are regular expressions in which ".", "*" and "?" have the shell's meaning.
 */
#include <errno.h>
#include <string.h>
#include "tree/error.h"
#include "tree/private.h"
#include "tree/route.h"

/*
 * How often the matcher may try before it gives up, and nothing matches: an
 * expression such as (a+)+b takes time that doubles with each letter.
 */
#define PATH_STEPS "(*LIMIT_MATCH=50000)"
#define TEXT_STEPS "(*LIMIT_MATCH=1000000)"

static void line_clear(void *data)
{
	struct section_line *line = data;

	g_free(line->value);
	g_clear_pointer(&line->regex, g_regex_unref);
}

static void section_free(void *data)
{
	struct section *section = data;

	g_free(section->title);
	g_array_unref(section->lines);
	g_free(section);
}

/* The value of an F: or X: line as a regular expression. */
static char *translate(const char *root, const char *value)
{
	g_autofree char *full = NULL;
	GString *out = g_string_new(NULL);

	for (const char *s = value; *s; s++) {
		if (*s == '.')
			g_string_append(out, "\\.");
		else if (*s == '*')
			g_string_append(out, ".*");
		else
			g_string_append_c(out, *s == '?' ? '.' : *s);
	}
	full = g_build_filename(root, out->str, NULL);
	if (out->len && out->str[out->len - 1] != '/' &&
	    g_file_test(full, G_FILE_TEST_IS_DIR))
		g_string_append_c(out, '/');
	return g_string_free(out, FALSE);
}

static GRegex *compile(char type, const char *value)
{
	g_autofree char *pattern = NULL;
	GRegexCompileFlags flags = G_REGEX_RAW;

	switch (type) {
	case 'F':
	case 'X':
		pattern = g_strconcat(PATH_STEPS, "^", value, NULL);
		break;
	case 'N':
	case 'K':
		pattern = g_strconcat(type == 'N' ? PATH_STEPS : TEXT_STEPS,
				      value, NULL);
		flags |= G_REGEX_EXTENDED;
		break;
	default:
		return NULL;
	}
	/* one that cannot be compiled matches nothing */
	return g_regex_new(pattern, flags, 0, NULL);
}

/* The text after "X:" and white space, or NULL: a title or other text. */
static const char *tagged(const char *text)
{
	if (!g_ascii_isupper(text[0]) || text[1] != ':')
		return NULL;
	return text + 2 + strspn(text + 2, " \t");
}

static void add_line(struct maintainers *m, struct section *section,
		     const char *text)
{
	struct section_line line = { .type = text[0] };
	const char *value = tagged(text);

	line.value = line.type == 'F' || line.type == 'X' ?
			     translate(m->root, value) :
			     g_strdup(value);
	line.regex = compile(line.type, line.value);
	g_array_append_val(section->lines, line);
}

static struct section *section_new(struct maintainers *m, const char *title)
{
	struct section *section = g_new0(struct section, 1);

	section->title = g_strdup(title);
	section->lines = g_array_new(FALSE, FALSE, sizeof(struct section_line));
	g_array_set_clear_func(section->lines, line_clear);
	g_ptr_array_add(m->sections, section);
	return section;
}

static void parse(struct maintainers *m, char *text)
{
	char **lines = g_strsplit(text, "\n", -1);
	struct section *section = NULL;
	const char *title = "";

	for (unsigned int i = 0; lines[i]; i++) {
		const char *word = lines[i] + strspn(lines[i], " \t\r");

		if (!*word || *word == '#')
			continue;
		g_strchomp(lines[i]);
		if (tagged(lines[i])) {
			if (!section)
				section = section_new(m, title);
			add_line(m, section, lines[i]);
		} else {
			title = lines[i];
			section = NULL;
		}
	}
	g_strfreev(lines);
}

struct maintainers *maintainers_read(const char *root, GError **error)
{
	struct maintainers *m = g_new0(struct maintainers, 1);
	g_autofree char *path = g_build_filename(root, "MAINTAINERS", NULL);
	g_autofree char *map = g_build_filename(root, ".mailmap", NULL);
	g_autofree char *text = NULL;
	g_autofree char *why = NULL;
	int err;

	m->root = g_strdup(root);
	m->sections = g_ptr_array_new_with_free_func(section_free);
	mailmap_read(&m->mailmap, map);
	text = read_text(path, &err, &why);
	if (text) {
		parse(m, text);
	} else if (err != ENOENT) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: cannot be read: %s", path, why);
		g_clear_pointer(&m, maintainers_free);
	}
	return m;
}

void maintainers_free(struct maintainers *m)
{
	if (!m)
		return;
	g_free(m->root);
	g_ptr_array_unref(m->sections);
	mailmap_clear(&m->mailmap);
	g_free(m);
}

static int slashes(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += *s == '/';
	return n;
}

static bool line_matches(const struct section_line *line, const char *path)
{
	if (!line->regex || !g_regex_match(line->regex, path, 0, NULL))
		return false;
	/* without a slash at its end a pattern does not go into directories */
	return line->type == 'N' || g_str_has_suffix(line->value, "/") ||
	       slashes(line->value) == slashes(path);
}

bool section_matches(const struct section *section, const char *path,
		     int *depth, int *deepest)
{
	bool found = false;

	*depth = *deepest = -1;
	for (unsigned int i = 0; i < section->lines->len; i++) {
		const struct section_line *line =
			&g_array_index(section->lines, struct section_line, i);

		if (line->type == 'X' && line_matches(line, path))
			return false;
	}
	for (unsigned int i = 0; i < section->lines->len; i++) {
		const struct section_line *line =
			&g_array_index(section->lines, struct section_line, i);

		if ((line->type != 'F' && line->type != 'N') ||
		    !line_matches(line, path))
			continue;
		found = true;
		if (line->type == 'N')
			*depth = 0;
		else if (g_str_has_prefix(line->value, ".*"))
			*depth = -1;
		else
			*depth = slashes(line->value) +
				 !g_str_has_suffix(line->value, "/");
		*deepest = MAX(*deepest, *depth);
	}
	return found;
}

const char *maintainers_section(const struct maintainers *m, const char *path)
{
	const char *title = NULL;
	int best = -1;

	for (unsigned int i = 0; i < m->sections->len; i++) {
		const struct section *section = m->sections->pdata[i];
		int depth, deepest;

		if (section_matches(section, path, &depth, &deepest) &&
		    deepest > best) {
			best = deepest;
			title = section->title;
		}
	}
	return title;
}
