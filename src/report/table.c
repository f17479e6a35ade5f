// SPDX-License-Identifier: GPL-2.0-only
/*
 * table.c - the report as a table for people
 */
#include <string.h>
#include "report/report.h"
#include "report/text.h"

/* Width of the longest class ("longterm") and action ("convert"). */
#define CLASS_WIDTH 8
#define ACTION_WIDTH 7
/* A reason cut shorter than this says nothing: let the line wrap instead. */
#define MIN_WHY 24

/* Cuts a cleaned text to a number of characters, the last being "…". */
static char *ellipsize(const char *s, unsigned int width)
{
	char *clean = text_clean(s), *head, *cut;

	if (g_utf8_strlen(clean, -1) <= (glong)width)
		return clean;
	head = g_utf8_substring(clean, 0, width - 1);
	cut = g_strconcat(g_strchomp(head), "\342\200\246", NULL);
	g_free(head);
	g_free(clean);
	return cut;
}

static char *format_place(const struct verdict_site *site)
{
	char *text = g_strdup_printf("%s:%u:", site->file, site->line);
	char *clean = text_clean(text);

	g_free(text);
	return clean;
}

static void add_row(GString *out, const struct verdict_site *site, bool colour,
		    unsigned int width, unsigned int place_width,
		    unsigned int callee_width)
{
	unsigned int used =
		place_width + CLASS_WIDTH + ACTION_WIDTH + callee_width + 5;
	char *place = format_place(site);
	char *why = NULL;

	text_add_padded(out, colour, TEXT_PLAIN, place, place_width);
	g_string_append_c(out, ' ');
	text_add_padded(out, colour, text_class_style(site->class),
			verdict_class_name(site->class), CLASS_WIDTH);
	g_string_append_c(out, ' ');
	text_add_padded(out, colour, text_action_style(site->action),
			verdict_action_name(site->action), ACTION_WIDTH);
	g_string_append_c(out, ' ');
	text_add_padded(out, colour, TEXT_PLAIN, site->callee, callee_width);
	g_string_append(out, "  ");
	if (width >= used + MIN_WHY)
		why = ellipsize(site->why, width - used);
	text_add(out, colour, TEXT_PLAIN, why ? why : site->why);
	g_string_append_c(out, '\n');
	g_free(why);
	g_free(place);
}

/* The sites of one file, from first up to end. */
static void add_file(GString *out, const struct verdict *v, unsigned int first,
		     unsigned int end, bool colour, unsigned int width)
{
	unsigned int place_width = 0, callee_width = 0, i;

	for (i = first; i < end; i++) {
		const struct verdict_site *site = v->sites->pdata[i];
		char *place = format_place(site);

		place_width = MAX(place_width, g_utf8_strlen(place, -1));
		callee_width = MAX(callee_width, strlen(site->callee));
		g_free(place);
	}
	for (i = first; i < end; i++)
		add_row(out, v->sites->pdata[i], colour, width, place_width,
			callee_width);
}

static void add_counts(GString *out, const unsigned int *counts, unsigned int n,
		       const char *(*name)(unsigned int))
{
	const char *separator = "";
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!counts[i])
			continue;
		g_string_append_printf(out, "%s%u %s", separator, counts[i],
				       name(i));
		separator = ", ";
	}
}

static const char *class_name(unsigned int i)
{
	return verdict_class_name(i);
}

static const char *action_name(unsigned int i)
{
	return verdict_action_name(i);
}

static void add_summary(GString *out, const struct verdict *v,
			unsigned int n_files)
{
	unsigned int classes[N_CLASSES] = { 0 }, actions[N_ACTIONS] = { 0 };
	unsigned int i;

	for (i = 0; i < v->sites->len; i++) {
		const struct verdict_site *site = v->sites->pdata[i];

		classes[site->class]++;
		actions[site->action]++;
	}
	if (v->sites->len) {
		g_string_append_printf(out, "%u %s in %u %s: ", v->sites->len,
				       text_plural("site", v->sites->len),
				       n_files, text_plural("file", n_files));
		add_counts(out, classes, N_CLASSES, class_name);
		g_string_append(out, "; ");
		add_counts(out, actions, N_ACTIONS, action_name);
	} else {
		g_string_append_printf(out, "no call sites in %u %s",
				       v->files_scanned,
				       text_plural("file", v->files_scanned));
	}
	if (v->unparsed->len == 1)
		g_string_append(out, "; 1 mention is not a call site "
				     "(see --format=json)");
	else if (v->unparsed->len)
		g_string_append_printf(out,
				       "; %u mentions are not call sites "
				       "(see --format=json)",
				       v->unparsed->len);
	if (v->findings->len)
		g_string_append_printf(
			out, "; %u %s (see gup2pin lint)", v->findings->len,
			text_plural("finding", v->findings->len));
	g_string_append_c(out, '\n');
}

/*
 * A mention that could be a call nobody looked at, by what verdict/ says of
 * it; the rest are declarations and the like.
 */
static bool is_blind_spot(const struct verdict_unparsed *mention)
{
	static const char *const reasons[] = {
		"inactive",
		"parse error",
		"not seen by",
		"call that was not lowered",
		"the call does not compile",
	};
	unsigned int i;

	for (i = 0; i < G_N_ELEMENTS(reasons); i++) {
		if (g_str_has_prefix(mention->reason, reasons[i]))
			return true;
	}
	return false;
}

static void add_failure(GString *out, bool colour, const char *what,
			const char *where, const char *reason)
{
	text_add(out, colour, TEXT_YELLOW, what);
	text_printf(out, colour, TEXT_PLAIN, " %s: %s", where, reason);
	g_string_append_c(out, '\n');
}

/* What is missing from the table, and why. */
static void add_failures(GString *out, const struct verdict *v, bool colour)
{
	unsigned int i;
	char *where;

	for (i = 0; v->units && i < v->units->len; i++) {
		const struct facts_unit *unit = v->units->pdata[i];

		if (unit->failed)
			add_failure(out, colour, "not parsed:", unit->file,
				    unit->failed);
	}
	for (i = 0; i < v->unparsed->len; i++) {
		const struct verdict_unparsed *mention = v->unparsed->pdata[i];

		if (!is_blind_spot(mention) ||
		    (!strstr(mention->reason, "does not compile") &&
		     report_in_branch(v, mention->file, mention->line)))
			continue;
		where = g_strdup_printf("%s:%u: %s", mention->file,
					mention->line, mention->name);
		add_failure(out, colour, "not analysed:", where,
			    mention->reason);
		g_free(where);
	}
}

/* Calls that were not understood since headers are missing: what can be done. */
static void add_hint(GString *out, const struct verdict *v)
{
	bool lost = false;

	for (unsigned int i = 0; i < v->sites->len && !lost; i++) {
		const struct verdict_site *site = v->sites->pdata[i];

		lost = site->why && strstr(site->why, "file not found");
	}
	for (unsigned int i = 0; i < v->unparsed->len && !lost; i++) {
		const struct verdict_unparsed *m = v->unparsed->pdata[i];

		lost = strstr(m->reason, "file not found") != NULL;
	}
	if (lost)
		g_string_append(
			out,
			"Headers were not found: a compile_commands.json at the tree's root tells where they are (for instance of bear -- make).\n");
}

static void add_branches(GString *out, const struct verdict *v, bool colour)
{
	for (unsigned int i = 0; v->branches && i < v->branches->len; i++) {
		g_autofree char *text = report_branch(v->branches->pdata[i]);

		text_add(out, colour, TEXT_PLAIN, text);
		g_string_append_c(out, '\n');
	}
}

GString *report_table(const struct verdict *v, bool colour, unsigned int width)
{
	GString *out = g_string_new(NULL);
	unsigned int first, end, n_files = 0;

	for (first = 0; first < v->sites->len; first = end) {
		const struct verdict_site *site = v->sites->pdata[first];
		const struct verdict_site *next = site;

		for (end = first; end < v->sites->len; end++) {
			next = v->sites->pdata[end];
			if (strcmp(next->file, site->file))
				break;
		}
		add_file(out, v, first, end, colour, width);
		n_files++;
	}
	if (v->sites->len)
		g_string_append_c(out, '\n');
	add_summary(out, v, n_files);
	add_failures(out, v, colour);
	add_hint(out, v);
	add_branches(out, v, colour);
	return out;
}
