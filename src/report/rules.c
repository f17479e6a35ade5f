// SPDX-License-Identifier: GPL-2.0-only
/*
 * rules.c - the lint rules, listed and explained
 */
#include <string.h>
#include <gio/gio.h>
#include "report/pages.h"
#include "report/report.h"
#include "report/text.h"

#define NAME_WIDTH 25
#define SEVERITY_WIDTH 9
#define TEXT_WIDTH 76

GString *report_rules(bool colour)
{
	GString *out = g_string_new(NULL);

	for (unsigned int i = 0; i < N_VERDICT_RULES; i++) {
		const struct verdict_rule *rule = verdict_rule(i);

		text_add_padded(out, colour, TEXT_BOLD, rule->name, NAME_WIDTH);
		text_add_padded(out, colour, TEXT_PLAIN,
				verdict_severity_name(rule->severity),
				SEVERITY_WIDTH);
		text_add(out, colour, TEXT_PLAIN, rule->summary);
		if (!rule->enabled)
			g_string_append(out, " (only with --enable)");
		g_string_append_c(out, '\n');
	}
	return out;
}

static void add_wrapped(GString *out, const char *text)
{
	char **words = g_strsplit(text, " ", -1);
	size_t column = 0;

	for (unsigned int i = 0; words[i]; i++) {
		size_t length = strlen(words[i]);

		if (column && column + 1 + length > TEXT_WIDTH) {
			g_string_append_c(out, '\n');
			column = 0;
		}
		if (column) {
			g_string_append_c(out, ' ');
			column++;
		}
		g_string_append(out, words[i]);
		column += length;
	}
	g_string_append_c(out, '\n');
	g_strfreev(words);
}

char *report_rule_page(enum verdict_rule_id id)
{
	g_autofree char *path =
		g_strdup_printf("/gup2pin/rules/%s.md", verdict_rule(id)->name);
	g_autoptr(GBytes) page = g_resource_lookup_data(
		pages_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

	return page ? g_strndup(g_bytes_get_data(page, NULL),
				g_bytes_get_size(page)) :
		      g_strdup("");
}

GString *report_rule(enum verdict_rule_id id, bool colour)
{
	const struct verdict_rule *rule = verdict_rule(id);
	g_autofree char *page = report_rule_page(id);
	const char *examples = strstr(page, "## ");
	GString *out = g_string_new(NULL);

	text_add(out, colour, TEXT_BOLD, rule->name);
	g_string_append_printf(out, " (%s%s)\n",
			       verdict_severity_name(rule->severity),
			       rule->enabled ? "" : ", only with --enable");
	add_wrapped(out, rule->summary);
	g_string_append_c(out, '\n');
	add_wrapped(out, rule->why);
	if (examples)
		g_string_append_printf(out, "\n%s", examples);
	return out;
}
