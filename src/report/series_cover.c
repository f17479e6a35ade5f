// SPDX-License-Identifier: GPL-2.0-only
/* series_cover.c - what a reader of the whole series wants to know */
#include <string.h>
#include "report/mail.h"
#include "report/patch.h"
#include "report/text.h"

/* Sites that a reviewer is sent to first. */
#define MAX_FIRST 8

/* From there on a site is as certain as it gets. */
#define CERTAIN 0.9

static void add_intro(GString *out, GPtrArray *patches)
{
	unsigned int n_acquire = 0, n_other = 0;
	g_autoptr(GString) text = g_string_new(NULL);

	for (unsigned int i = 0; i < patches->len; i++) {
		const struct patch *p = patches->pdata[i];

		for (unsigned int k = 0; k < p->sites->len; k++)
			if (patch_edit(p->sites->pdata[k], EDIT_ACQUIRE))
				n_acquire++;
			else
				n_other++;
	}
	if (n_acquire)
		g_string_append_printf(
			text,
			"Convert %u call %s of get_user_pages*() to pin_user_pages*(), together with the releases of their pages. ",
			n_acquire, text_plural("site", n_acquire));
	if (n_other)
		g_string_append_printf(
			text,
			"Correct %u call %s of pin_user_pages*(), most of all a FOLL_LONGTERM that is missing. ",
			n_other, text_plural("site", n_other));
	g_string_append(
		text,
		"Each patch says which case of Documentation/core-api/pin_user_pages.rst the code is and why.");
	mail_wrap(out, "", "", text->str);
	mail_wrap(
		out, "\n", "",
		"The patches change different files and do not depend on each other: each can be taken alone.");
}

static void add_method(GString *out)
{
	mail_wrap(
		out, "\nHow it was made: ", "",
		"gup2pin " GUP2PIN_VERSION
		" followed the pages of every call from where they are taken to where they are released, across functions and files. Coccinelle made the changes. The result was parsed and analysed again; it was neither compiled nor run. What could not be proved was left alone and is listed below.");
}

static int compare_confidence(const void *a, const void *b)
{
	const struct verdict_site *x = *(struct verdict_site *const *)a;
	const struct verdict_site *y = *(struct verdict_site *const *)b;

	return x->confidence < y->confidence ? -1 :
					       x->confidence > y->confidence;
}

static char *place(const struct verdict_site *site)
{
	return g_strdup_printf("%s:%u", site->file, site->line);
}

static void add_first_site(GString *out, const struct verdict_site *site)
{
	g_autofree char *at = place(site);
	g_autofree char *text = g_strdup_printf("%s, %s(): %s", at,
						site->callee,
						site->note ?: "less than sure");
	g_autofree char *sure =
		g_strdup_printf("  %2.0f%%  ", site->confidence * 100);

	mail_wrap(out, sure, "       ", text);
}

/* The doubtful ones, if there are any. */
static void add_first(GString *out, GPtrArray *patches)
{
	g_autoptr(GPtrArray) sites = g_ptr_array_new();
	unsigned int n;

	for (unsigned int i = 0; i < patches->len; i++) {
		const struct patch *p = patches->pdata[i];

		for (unsigned int k = 0; k < p->sites->len; k++) {
			struct verdict_site *site = p->sites->pdata[k];

			if (site->note || site->confidence < CERTAIN)
				g_ptr_array_add(sites, site);
		}
	}
	if (!sites->len)
		return;
	g_ptr_array_sort(sites, compare_confidence);
	n = MIN(sites->len, MAX_FIRST);
	g_string_append(
		out,
		"\nPlease look first at what is least certain (confidence, call site):\n\n");
	for (unsigned int i = 0; i < n; i++)
		add_first_site(out, sites->pdata[i]);
	if (sites->len > n)
		g_string_append_printf(out, "       and %u more\n",
				       sites->len - n);
}

/**
 * struct row - the sites of a file that are of one class
 * @first: the first of them
 * @lines: "12,40,41"
 */
struct row {
	const struct verdict_site *first;
	GString *lines;
};

static bool is_row(const struct row *row, const struct verdict_site *site)
{
	const struct verdict_site *first = row->first;

	return !strcmp(first->file, site->file) &&
	       first->class == site->class &&
	       (site->action != ACTION_MANUAL ||
		!g_strcmp0(first->why, site->why));
}

static GArray *collect_rows(const struct verdict *v, enum verdict_action action)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct row));

	for (unsigned int i = 0; i < v->sites->len; i++) {
		const struct verdict_site *site = v->sites->pdata[i];
		struct row *last = rows->len ? &g_array_index(rows, struct row,
							      rows->len - 1) :
					       NULL;
		struct row row = { .first = site };

		if (site->action != action)
			continue;
		if (last && is_row(last, site)) {
			g_string_append_printf(last->lines, ",%u", site->line);
			continue;
		}
		row.lines = g_string_new(NULL);
		g_string_append_printf(row.lines, "%u", site->line);
		g_array_append_val(rows, row);
	}
	return rows;
}

/* A file's sites of one class a line; the reason below it. */
static void add_table(GString *out, const struct verdict *v,
		      enum verdict_action action, const char *title)
{
	g_autoptr(GArray) rows = collect_rows(v, action);

	if (rows->len)
		g_string_append_printf(out, "\n%s\n\n", title);
	for (unsigned int i = 0; i < rows->len; i++) {
		struct row *row = &g_array_index(rows, struct row, i);
		g_autofree char *text = g_strdup_printf(
			"%s:%s", row->first->file, row->lines->str);
		g_autofree char *lead = g_strdup_printf(
			"  %-8s  ", verdict_class_name(row->first->class));

		mail_wrap(out, lead, "              ", text);
		if (action == ACTION_MANUAL)
			mail_wrap(out, "            ", "            ",
				  row->first->why);
		g_string_free(row->lines, TRUE);
	}
}

static void add_log(GString *out, GPtrArray *patches,
		    const struct series_options *opts)
{
	g_string_append_printf(out, "\n%s (%u):\n", opts->name, patches->len);
	for (unsigned int i = 0; i < patches->len; i++) {
		const struct patch *p = patches->pdata[i];

		g_string_append_printf(out, "  %s\n", p->subject);
	}
}

char *patch_cover(GPtrArray *patches, const struct series_options *opts)
{
	GString *out = g_string_new(NULL);

	add_intro(out, patches);
	add_first(out, patches);
	add_method(out);
	add_log(out, patches, opts);
	return g_string_free(out, FALSE);
}

char *patch_cover_tables(const struct verdict *v)
{
	GString *out = g_string_new(NULL);

	add_table(out, v, ACTION_CONVERT,
		  "Changed by this series (class, call sites):");
	add_table(out, v, ACTION_MANUAL,
		  "Left to a person (class, call sites, reason):");
	add_table(out, v, ACTION_KEEP, "Right as it is (class, call sites):");
	return g_string_free(out, FALSE);
}
