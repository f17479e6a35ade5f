// SPDX-License-Identifier: GPL-2.0-only
/* markdown.c - lint findings as a summary for a review page */
#include <string.h>
#include "report/report.h"
#include "report/text.h"

/* Text in a table's cell: no cell ends early, nothing is set in italics. */
static void add_cell(GString *out, const char *s)
{
	g_autofree char *clean = text_clean(s);

	for (const char *p = clean; *p; p++) {
		if (strchr("|\\`*_<>[]", *p))
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
}

static void add_counts(GString *out, const struct verdict *v)
{
	for (unsigned int id = 0; id < N_VERDICT_RULES; id++) {
		const struct verdict_rule *rule = verdict_rule(id);
		unsigned int n = 0;

		for (unsigned int i = 0; i < v->findings->len; i++) {
			const struct verdict_finding *f = v->findings->pdata[i];

			n += verdict_rule_find(f->rule) == id;
		}
		if (n)
			g_string_append_printf(out, "- %u %s: %s\n", n,
					       rule->name, rule->summary);
	}
}

GString *report_markdown(const struct verdict *v)
{
	GString *out = g_string_new("## gup2pin lint\n\n");

	if (!v->findings->len) {
		g_string_append(out, "No findings.\n");
		return out;
	}
	add_counts(out, v);
	g_string_append(out, "\n| where | severity | rule | what |\n"
			     "| --- | --- | --- | --- |\n");
	for (unsigned int i = 0; i < v->findings->len; i++) {
		const struct verdict_finding *f = v->findings->pdata[i];

		g_string_append(out, "| ");
		add_cell(out, f->file);
		g_string_append_printf(out, ":%u | %s | %s | ", f->line,
				       verdict_severity_name(f->severity),
				       f->rule);
		add_cell(out, f->message);
		g_string_append(out, " |\n");
	}
	return out;
}
