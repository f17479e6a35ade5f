// SPDX-License-Identifier: GPL-2.0-only
/*
 * findings.c - lint findings as gcc prints diagnostics
 */
#include <string.h>
#include "report/report.h"
#include "report/text.h"

static enum text_style severity_style(enum verdict_severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return TEXT_RED;
	case SEVERITY_WARNING:
		return TEXT_MAGENTA;
	default:
		return TEXT_CYAN;
	}
}

const struct verdict_site *report_site(const struct verdict *v,
				       const struct verdict_finding *f)
{
	for (unsigned int i = 0; f->site && i < v->sites->len; i++) {
		const struct verdict_site *s = v->sites->pdata[i];

		if (!strcmp(s->id, f->site))
			return s;
	}
	return NULL;
}

const struct verdict_site *report_fix(const struct verdict *v,
				      const struct verdict_finding *f)
{
	const struct verdict_site *s = report_site(v, f);

	if (!s || s->action != ACTION_CONVERT ||
	    !verdict_rule(verdict_rule_find(f->rule))->mended)
		return NULL;
	return s;
}

/* "get_user_pages() becomes pin_user_pages() with FOLL_LONGTERM" */
static void add_acquire(GString *out, const struct verdict_edit *e)
{
	if (strcmp(e->from, e->to))
		g_string_append_printf(out, "%s() becomes %s()", e->from,
				       e->to);
	else
		g_string_append_printf(out, "%s()", e->from);
	if (e->fold)
		g_string_append_printf(out, " with %s", e->fold);
	if (e->drop)
		g_string_append_printf(out, " without %s", e->drop);
}

/* What convert has planned; that it holds is checked when convert runs. */
static void add_fix(GString *out, const struct verdict_site *s, bool colour)
{
	g_autoptr(GString) text = g_string_new("gup2pin convert: ");
	const size_t start = text->len;
	unsigned int n_releases = 0;

	for (unsigned int i = 0; i < s->edits->len; i++) {
		const struct verdict_edit *e = s->edits->pdata[i];

		if (e->kind == EDIT_ACQUIRE || e->kind == EDIT_FLAG)
			add_acquire(text, e);
		else if (e->kind == EDIT_BUILD)
			g_string_append_printf(text, ", %s where %s is built",
					       e->fold, e->from);
		else if (e->kind != EDIT_RENAME)
			n_releases++;
	}
	/* the releases of a pin_* function alone, else with the call */
	if (n_releases && text->len == start)
		g_string_append_printf(text,
				       "%u release%s become%s that of %s()",
				       n_releases, n_releases == 1 ? "" : "s",
				       n_releases == 1 ? "s" : "", s->callee);
	else if (n_releases)
		g_string_append_printf(text, ", and %u release%s with it",
				       n_releases, n_releases == 1 ? "" : "s");
	text_printf(out, colour, TEXT_BOLD, "%s:%u:%u:", s->file, s->line,
		    s->column);
	g_string_append_c(out, ' ');
	text_add(out, colour, TEXT_CYAN, "note:");
	g_string_append_c(out, ' ');
	text_add(out, colour, TEXT_PLAIN, text->str);
	g_string_append_c(out, '\n');
}

GString *report_findings(const struct verdict *v, bool colour)
{
	g_autoptr(GHashTable) fixed = g_hash_table_new(NULL, NULL);
	GString *out = g_string_new(NULL);
	unsigned int i;

	for (i = 0; i < v->findings->len; i++) {
		const struct verdict_finding *f = v->findings->pdata[i];
		const struct verdict_site *s = report_fix(v, f);

		text_printf(out, colour, TEXT_BOLD, "%s:%u:%u:", f->file,
			    f->line, f->column);
		g_string_append_c(out, ' ');
		text_printf(out, colour, severity_style(f->severity),
			    "%s:", verdict_severity_name(f->severity));
		g_string_append_c(out, ' ');
		text_add(out, colour, TEXT_PLAIN, f->message);
		text_printf(out, colour, TEXT_DIM, " [%s]", f->rule);
		g_string_append_c(out, '\n');
		if (s && g_hash_table_add(fixed, (void *)s))
			add_fix(out, s, colour);
	}
	return out;
}
