// SPDX-License-Identifier: GPL-2.0-only
/* branches.c - the branches of a module that its kernel does not select */
#include "report/report.h"
#include "report/text.h"

/* "put_page() in line 18, 20" */
static void add_calls(GString *out, const GArray *calls)
{
	const char *separator = "";

	for (unsigned int i = 0; i < calls->len; i++) {
		const struct verdict_call *c =
			&g_array_index(calls, struct verdict_call, i);

		g_string_append_printf(out, "%s%s() in line %u", separator,
				       c->name, c->line);
		if (c->version)
			g_string_append_printf(out, " (%s)", c->version);
		separator = ", ";
	}
}

/* A condition over several lines becomes one. */
static char *one_line(const char *condition)
{
	GString *out = g_string_new(NULL);

	for (; *condition; condition++) {
		char c = *condition;

		if (c == '\\' && (condition[1] == '\n' || condition[1] == '\r'))
			continue;
		if (!g_ascii_isspace(c))
			g_string_append_c(out, c);
		else if (out->len && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
	}
	return g_string_free(out, FALSE);
}

char *report_branch(const struct verdict_branch *b)
{
	GString *out = g_string_new(NULL);
	g_autofree char *condition = one_line(b->condition);

	g_string_append_printf(out, "%s:%u: %s %s: ", b->file, b->first,
			       b->walked ? "walked" : "inactive", condition);
	add_calls(out, b->calls);
	return g_string_free(out, FALSE);
}

bool report_in_branch(const struct verdict *v, const char *file,
		      unsigned int line)
{
	for (unsigned int i = 0; v->branches && i < v->branches->len; i++) {
		const struct verdict_branch *b = v->branches->pdata[i];

		if (b->first < line && line < b->last &&
		    g_str_equal(b->file, file))
			return true;
	}
	return false;
}
