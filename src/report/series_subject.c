// SPDX-License-Identifier: GPL-2.0-only
/* series_subject.c - one line about a patch */
#include <string.h>
#include "report/patch.h"

/* columns of a subject: a log with some indent shows all of it */
#define SUBJECT_MAX 70

/**
 * struct summary - what the sites of a patch have in common
 * @acquire: some take pages with another function now
 * @fold: some get FOLL_LONGTERM and keep their function
 * @flag: the flags of some change otherwise
 * @release: some only let go of them otherwise
 * @function: function around all of them, or NULL
 * @to: function that all take the pages with now, or NULL
 */
struct summary {
	bool acquire;
	bool fold;
	bool flag;
	bool release;
	const char *function;
	const char *to;
};

const struct verdict_edit *patch_edit(const struct verdict_site *site,
				      enum verdict_edit_kind kind)
{
	for (unsigned int i = 0; i < site->edits->len; i++) {
		const struct verdict_edit *edit = site->edits->pdata[i];

		if (edit->kind == kind)
			return edit;
	}
	return NULL;
}

static void summarize(const struct patch *p, struct summary *s)
{
	for (unsigned int i = 0; i < p->sites->len; i++) {
		const struct verdict_site *site = p->sites->pdata[i];
		const struct verdict_edit *acquire =
			patch_edit(site, EDIT_ACQUIRE);
		const struct verdict_edit *flag = patch_edit(site, EDIT_FLAG);
		const char *to = acquire ? acquire->to : site->callee;

		s->acquire = s->acquire || acquire;
		s->fold = s->fold || (!acquire && flag && flag->fold);
		s->flag = s->flag || (!acquire && flag && !flag->fold);
		s->release = s->release || (!acquire && !flag);
		if (!i) {
			s->function = site->function;
			s->to = to;
		}
		if (g_strcmp0(s->function, site->function))
			s->function = NULL;
		if (g_strcmp0(s->to, to))
			s->to = NULL;
	}
}

/* Subjects to choose from, the one that says most first. */
static GPtrArray *candidates(const struct summary *s)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	const char *function = s->function, *to = s->to;

	if (s->acquire) {
		if (!s->fold && function && to)
			g_ptr_array_add(
				out, g_strdup_printf(
					     "pin the pages of %s() with %s()",
					     function, to));
		if (!s->fold && to)
			g_ptr_array_add(
				out, g_strdup_printf("pin user pages with %s()",
						     to));
		if (s->fold)
			g_ptr_array_add(
				out,
				g_strdup(
					"pin user pages, and with FOLL_LONGTERM"));
		g_ptr_array_add(out, g_strdup("convert to pin_user_pages*()"));
	} else if (s->fold) {
		if (function)
			g_ptr_array_add(
				out,
				g_strdup_printf(
					"add FOLL_LONGTERM to the pin of %s()",
					function));
		if (to)
			g_ptr_array_add(
				out, g_strdup_printf(
					     "pass FOLL_LONGTERM to %s()", to));
		g_ptr_array_add(
			out,
			g_strdup("pass FOLL_LONGTERM to pin_user_pages*()"));
	} else if (s->flag) {
		g_ptr_array_add(out,
				g_strdup("fix the flags of pin_user_pages*()"));
	} else {
		g_ptr_array_add(
			out,
			g_strdup(
				"release pinned pages with unpin_user_page*()"));
	}
	return out;
}

/* "drivers/misc/poke.c" is "misc: poke", "drivers/misc/a/" is "misc: a" */
static char *prefix_of_path(const struct patch *p)
{
	const char *first = p->paths->pdata[0];
	g_autofree char *dir = g_path_get_dirname(first);
	g_autofree char *base = g_path_get_basename(first);
	char **parts = g_strsplit(dir, "/", -1);
	unsigned int at = 0, last;
	const char *top, *end;
	char *prefix;

	if (parts[0] && parts[1] &&
	    (!strcmp(parts[0], "drivers") || !strcmp(parts[0], "arch")))
		at = 1;
	last = g_strv_length(parts) - 1;
	if (strrchr(base, '.') != base)
		*strrchr(base, '.') = '\0';
	top = !strcmp(parts[at], ".") ? base : parts[at];
	end = p->files->len == 1 ? base : last > at ? parts[last] : top;
	prefix = strcmp(top, end) ? g_strdup_printf("%s: %s", top, end) :
				    g_strdup(top);
	g_strfreev(parts);
	return prefix;
}

void patch_subject(const struct history *h, struct patch *p)
{
	struct summary s = { 0 };
	g_autoptr(GPtrArray) all = NULL;

	p->prefix = history_prefix(h, (const char *const *)p->paths->pdata);
	if (!p->prefix)
		p->prefix = prefix_of_path(p);
	summarize(p, &s);
	all = candidates(&s);
	for (unsigned int i = 0; i < all->len; i++) {
		g_free(p->subject);
		p->subject = g_strdup_printf("%s: %s", p->prefix,
					     (char *)all->pdata[i]);
		if (strlen(p->subject) <= SUBJECT_MAX)
			break;
	}
}

char *patch_cover_subject(GPtrArray *patches)
{
	const struct patch *first = patches->pdata[0];
	struct summary s = { 0 };
	bool same = true;
	const char *text;

	for (unsigned int i = 0; i < patches->len; i++) {
		const struct patch *p = patches->pdata[i];

		same = same && !strcmp(p->prefix, first->prefix);
		summarize(p, &s);
	}
	text = s.acquire ? "convert get_user_pages*() to pin_user_pages*()" :
	       s.fold	 ? "pass FOLL_LONGTERM to pin_user_pages*()" :
			   "fix the use of pin_user_pages*()";
	if (same)
		return g_strdup_printf("%s: %s", first->prefix, text);
	return g_strdup_printf("%c%s", g_ascii_toupper(text[0]), text + 1);
}
