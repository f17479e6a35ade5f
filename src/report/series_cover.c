// SPDX-License-Identifier: GPL-2.0-only
/* series_cover.c - what a reader of the whole series wants to know */
#include <string.h>
#include "report/mail.h"
#include "report/patch.h"
#include "report/text.h"

/* Sites that a reviewer is sent to first. */
#define MAX_FIRST 8

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

static void add_first(GString *out, GPtrArray *patches)
{
	g_autoptr(GPtrArray) sites = g_ptr_array_new();

	for (unsigned int i = 0; i < patches->len; i++) {
		const struct patch *p = patches->pdata[i];

		for (unsigned int k = 0; k < p->sites->len; k++)
			g_ptr_array_add(sites, p->sites->pdata[k]);
	}
	g_ptr_array_sort(sites, compare_confidence);
	mail_wrap(out, "\nPlease look first at what is least certain:", "", "");
	g_string_append_c(out, '\n');
	for (unsigned int i = 0; i < sites->len && i < MAX_FIRST; i++) {
		const struct verdict_site *site = sites->pdata[i];
		g_autofree char *at = place(site);
		g_autofree char *text = g_strdup_printf(
			"%s %s() (%.2f)%s%s", at, site->callee,
			site->confidence, site->note ? ": " : "",
			site->note ? site->note : "");

		mail_wrap(out, "  ", "      ", text);
	}
}

/* One line a site; the reason below it. */
static void add_row(GString *out, const struct verdict_site *site,
		    const char *reason)
{
	g_autofree char *at = place(site);
	g_autofree char *text =
		g_strdup_printf("%s %s() %s", at, site->callee,
				verdict_class_name(site->class));

	mail_wrap(out, "  ", "      ", text);
	if (reason)
		mail_wrap(out, "      ", "      ", reason);
}

static void add_table(GString *out, const struct verdict *v,
		      enum verdict_action action, const char *title)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < v->sites->len; i++) {
		const struct verdict_site *site = v->sites->pdata[i];

		if (site->action != action)
			continue;
		if (!n++)
			g_string_append_printf(out, "\n%s\n\n", title);
		add_row(out, site, action == ACTION_MANUAL ? site->why : NULL);
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

char *patch_cover(const struct verdict *v, GPtrArray *patches,
		  const struct series_options *opts)
{
	GString *out = g_string_new(NULL);

	add_intro(out, patches);
	add_method(out);
	add_first(out, patches);
	add_table(out, v, ACTION_CONVERT, "Converted (site, class):");
	add_table(out, v, ACTION_MANUAL,
		  "Left to a person (site, class, reason):");
	add_table(out, v, ACTION_KEEP, "Right as it is (site, class):");
	add_log(out, patches, opts);
	return g_string_free(out, FALSE);
}
