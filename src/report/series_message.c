// SPDX-License-Identifier: GPL-2.0-only
/*
 * series_message.c - why a patch is right, in its message
 *
 * Says what the evidence says: who takes the pages, what touches their data,
 * who lets go of them, which case of pin_user_pages.rst that is, what changes.
 */
#include <string.h>
#include "report/mail.h"
#include "report/patch.h"

/* Steps of each kind that a message shows. */
#define MAX_STEPS 4

static bool is_role(const struct verdict_step *step, enum verdict_role role)
{
	if (role == ROLE_USE && step->role == ROLE_ASSUME)
		return true;
	if (role == ROLE_USE && strstr(step->text, "struct page only"))
		return false;
	return step->role == role;
}

static void add_steps(GString *out, const struct verdict_site *site,
		      enum verdict_role role)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	unsigned int left = 0;

	for (unsigned int i = 0; i < site->evidence->len; i++) {
		const struct verdict_step *step = site->evidence->pdata[i];

		/* "14 more uses are not shown" is no step */
		if (!is_role(step, role) || g_ascii_isdigit(step->text[0]) ||
		    !g_hash_table_add(seen, (void *)step->text))
			continue;
		if (g_hash_table_size(seen) <= MAX_STEPS)
			mail_wrap(out, " - ", "   ", step->text);
		else
			left++;
	}
	if (left)
		g_string_append_printf(out, " - ... and %u more like that\n",
				       left);
}

static void add_site(GString *out, const struct verdict_site *site)
{
	const struct verdict_edit *acquire = patch_edit(site, EDIT_ACQUIRE);
	const struct verdict_edit *flag = patch_edit(site, EDIT_FLAG);
	g_autofree char *function =
		site->function ? g_strdup_printf("%s()", site->function) :
				 g_strdup(site->file);
	g_autofree char *text = g_strdup_printf(
		"%s %s user pages with %s()%s: %s.", function,
		acquire ? "takes" : "pins", site->callee,
		!acquire && flag && flag->fold ? ", without FOLL_LONGTERM" : "",
		site->why);

	mail_wrap(out, "", "", text);
	g_string_append(out, "\nWhat happens to the pages:\n\n");
	add_steps(out, site, ROLE_STORE);
	add_steps(out, site, ROLE_USE);
	add_steps(out, site, ROLE_RELEASE);
	g_string_append_c(out, '\n');
	if (site->note) {
		g_autofree char *note =
			g_strdup_printf("To be looked at: %s.", site->note);

		mail_wrap(out, "", "", note);
		g_string_append_c(out, '\n');
	}
}

/* Which case of the documentation a class is, and what it asks for. */
static const char *case_text(enum verdict_class class)
{
	switch (class) {
	case CLASS_DIO:
		return "That is case 1 (direct I/O) of Documentation/core-api/pin_user_pages.rst: the data of the pages is accessed, for a time that is bounded by one I/O. Such pages are to be pinned (FOLL_PIN); FOLL_LONGTERM is not needed.";
	case CLASS_LONGTERM:
		return "That is case 2 (RDMA and the like) of Documentation/core-api/pin_user_pages.rst: the data of the pages is accessed, and user space or the driver decides how long. Such pages are to be pinned (FOLL_PIN) with FOLL_LONGTERM, which moves them out of CMA and ZONE_MOVABLE first and refuses those that must not be pinned for long.";
	case CLASS_DATA:
		return "That is case 5 (the CPU accesses the data within the page) of Documentation/core-api/pin_user_pages.rst. Such pages are to be pinned (FOLL_PIN); FOLL_LONGTERM is not needed.";
	default:
		return NULL;
	}
}

static void add_cases(GString *out, const struct patch *p)
{
	bool seen[N_CLASSES] = { false }, acquire = false;

	for (unsigned int i = 0; i < p->sites->len; i++) {
		const struct verdict_site *site = p->sites->pdata[i];
		const char *text = case_text(site->class);

		acquire = acquire || patch_edit(site, EDIT_ACQUIRE);
		if (!text || seen[site->class])
			continue;
		seen[site->class] = true;
		mail_wrap(out, "", "", text);
		g_string_append_c(out, '\n');
	}
	if (!acquire)
		return;
	mail_wrap(
		out, "", "",
		"A reference from get_user_pages*() does not tell the memory management that somebody accesses the data: a file system may write back or clean the page meanwhile.");
	g_string_append_c(out, '\n');
}

/* Function around a release edit, or NULL. */
static const char *release_function(const struct verdict_site *site,
				    const struct verdict_edit *edit)
{
	for (unsigned int i = 0; i < site->releases->len; i++) {
		const struct verdict_release *r = site->releases->pdata[i];

		if (r->loc.line == edit->loc.line &&
		    r->loc.column == edit->loc.column &&
		    !g_strcmp0(r->loc.file, edit->loc.file))
			return r->function;
	}
	return NULL;
}

static unsigned int count_bulk(GBytes *content)
{
	gsize len;
	const char *text = g_bytes_get_data(content, &len);
	const char *end = text + len;
	unsigned int n = 0;

	while (text &&
	       (text = g_strstr_len(text, end - text, "unpin_user_pages"))) {
		text++;
		n++;
	}
	return n;
}

/* May the loop around a release have become one call?  The diff tells. */
static bool may_be_bulk(const struct patch *p, const struct verdict_edit *edit)
{
	for (unsigned int i = 0; edit->bulk && i < p->files->len; i++) {
		const struct rewrite_file *file = p->files->pdata[i];

		if (!g_strcmp0(file->path, edit->loc.file))
			return count_bulk(file->after) >
			       count_bulk(file->before);
	}
	return false;
}

/* "put_page() becomes unpin_user_page() in f()" */
static char *edit_text(const struct patch *p, const struct verdict_site *site,
		       const struct verdict_edit *edit)
{
	const char *function = site->function;
	GString *out = g_string_new(NULL);

	if (strcmp(edit->from, edit->to)) {
		g_string_append_printf(out, "%s() becomes %s%s()", edit->from,
				       edit->to,
				       may_be_bulk(p, edit) ? "*" : "");
		if (edit->fold)
			g_string_append_printf(out, " with %s", edit->fold);
		if (edit->drop)
			g_string_append_printf(out, " without %s", edit->drop);
	} else if (edit->fold) {
		g_string_append_printf(out, "pass %s to %s()", edit->fold,
				       edit->to);
		if (edit->drop)
			g_string_append_printf(out, " and not %s", edit->drop);
	} else {
		g_string_append_printf(out, "do not pass %s to %s()",
				       edit->drop ?: "these flags", edit->to);
	}
	if (edit->kind != EDIT_ACQUIRE && edit->kind != EDIT_FLAG)
		function = release_function(site, edit);
	if (function)
		g_string_append_printf(out, " in %s()", function);
	return g_string_free(out, FALSE);
}

static void add_changes(GString *out, const struct patch *p)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	g_string_append(out, "Change that:\n\n");
	for (unsigned int i = 0; i < p->sites->len; i++) {
		const struct verdict_site *site = p->sites->pdata[i];

		for (unsigned int k = 0; k < site->edits->len; k++) {
			char *text = edit_text(p, site, site->edits->pdata[k]);

			if (!g_hash_table_contains(seen, text))
				mail_wrap(out, " - ", "   ", text);
			g_hash_table_add(seen, text);
		}
	}
	g_string_append_c(out, '\n');
}

static void add_checked(GString *out, const struct patch *p)
{
	const struct verdict_site *first = p->sites->pdata[0];
	g_autofree char *text = g_strdup_printf(
		"Found and changed by gup2pin %s. The result was parsed (%s) and analysed again: no new diagnostic, the pages taken by these calls are let go of by unpin_user_page*() only. Neither compiled nor run.",
		GUP2PIN_VERSION, first->config ?: "one configuration");

	mail_wrap(out, "", "", text);
}

char *patch_message(const struct patch *p)
{
	GString *out = g_string_new(NULL);

	for (unsigned int i = 0; i < p->sites->len; i++)
		add_site(out, p->sites->pdata[i]);
	add_cases(out, p);
	add_changes(out, p);
	add_checked(out, p);
	return g_string_free(out, FALSE);
}
