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

/* A page that is not pinned may take the same way: its put_page() stays. */
static bool is_other_release(const struct verdict_site *site,
			     const struct verdict_step *step)
{
	if (step->role != ROLE_RELEASE || patch_edit(site, EDIT_ACQUIRE) ||
	    patch_edit(site, EDIT_RELEASE_PAGE))
		return false;
	return !strstr(step->text, "unpin_") && !strstr(step->text, "put_user");
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
		    is_other_release(site, step) ||
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

static char *site_text(const struct verdict_site *site)
{
	const struct verdict_edit *acquire = patch_edit(site, EDIT_ACQUIRE);
	const struct verdict_edit *flag = patch_edit(site, EDIT_FLAG) ?:
						  patch_edit(site, EDIT_BUILD);
	g_autofree char *function =
		site->function ? g_strdup_printf("%s()", site->function) :
				 g_strdup(site->file);
	g_autofree char *text = g_strdup_printf(
		"%s %s user pages with %s()%s: %s.", function,
		acquire ? "takes" : "pins", site->callee,
		!acquire && flag && flag->fold ? ", without FOLL_LONGTERM" : "",
		site->why);
	GString *out = g_string_new(NULL);

	mail_wrap(out, "", "", text);
	g_string_append(out, "\nWhat happens to the pages:\n\n");
	add_steps(out, site, ROLE_STORE);
	add_steps(out, site, ROLE_USE);
	add_steps(out, site, ROLE_RELEASE);
	g_string_append_c(out, '\n');
	return g_string_free(out, FALSE);
}

/* Calls of one function with the same story are told once. */
static void add_sites(GString *out, const struct patch *p)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (unsigned int i = 0; i < p->sites->len; i++) {
		char *text = site_text(p->sites->pdata[i]);

		if (!g_hash_table_contains(seen, text))
			g_string_append(out, text);
		g_hash_table_add(seen, text);
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
	bool seen[N_CLASSES] = { false }, acquire = false, release = false;

	for (unsigned int i = 0; i < p->sites->len; i++) {
		const struct verdict_site *site = p->sites->pdata[i];
		const char *text = case_text(site->class);

		acquire = acquire || patch_edit(site, EDIT_ACQUIRE);
		release = release || patch_edit(site, EDIT_RELEASE_PAGE) ||
			  patch_edit(site, EDIT_RELEASE_FOLIO_PAGE);
		if (!text || seen[site->class])
			continue;
		seen[site->class] = true;
		mail_wrap(out, "", "", text);
		g_string_append_c(out, '\n');
	}
	if (!acquire && release) {
		mail_wrap(
			out, "", "",
			"A pin counts for more than one reference: put_page() does not undo it, and the page stays pinned for ever.");
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

/* "f()", "f() and g()", "f(), g() and h()" */
static void add_functions(GString *out, GPtrArray *functions)
{
	for (unsigned int i = 0; i < functions->len; i++)
		g_string_append_printf(out, "%s%s()",
				       !i		       ? "" :
				       i + 1 == functions->len ? " and " :
								 ", ",
				       (char *)functions->pdata[i]);
}

/* "pin_user_pages() with FOLL_LONGTERM in f()" */
static char *take_text(const struct verdict_site *site)
{
	const struct verdict_edit *acquire = patch_edit(site, EDIT_ACQUIRE);
	const struct verdict_edit *build = patch_edit(site, EDIT_BUILD);
	const struct verdict_edit *edit =
		acquire ?: (patch_edit(site, EDIT_FLAG) ?: build);
	const char *fold;
	GString *out;

	if (!edit)
		return NULL;
	out = g_string_new(acquire ? "Use " : "");
	if (acquire)
		g_string_append_printf(out, "%s()", edit->to);
	fold = edit->fold ?: (build ? build->fold : NULL);
	if (fold)
		g_string_append_printf(out, acquire ? " with %s" : "Pass %s",
				       fold);
	if (edit->drop)
		g_string_append_printf(out,
				       fold    ? " instead of %s" :
				       acquire ? " without %s" :
						 "Do not pass %s",
				       edit->drop);
	if (!acquire && !fold && !edit->drop)
		g_string_append(out, "Do not pass these flags");
	if (!acquire)
		g_string_append_printf(out, " to %s()",
				       edit->kind == EDIT_BUILD ? site->callee :
								  edit->to);
	if (site->function)
		g_string_append_printf(out, " in %s()", site->function);
	return g_string_free(out, FALSE);
}

/* what lets go of the pages now, and in which functions */
static void collect_releases(const struct verdict_site *site, GPtrArray *names,
			     GHashTable *functions)
{
	for (unsigned int i = 0; i < site->edits->len; i++) {
		const struct verdict_edit *edit = site->edits->pdata[i];
		const char *name = edit->done ?: edit->to;
		const char *in = release_function(site, edit);
		GPtrArray *list;

		if (edit->kind != EDIT_RELEASE_PAGE &&
		    edit->kind != EDIT_RELEASE_FOLIO_PAGE)
			continue;
		list = g_hash_table_lookup(functions, name);
		if (!list) {
			list = g_ptr_array_new();
			g_ptr_array_add(names, (void *)name);
			g_hash_table_insert(functions, (void *)name, list);
		}
		if (in && !g_ptr_array_find_with_equal_func(list, in,
							    g_str_equal, NULL))
			g_ptr_array_add(list, (void *)in);
	}
}

/* ", and unpin_user_page() in g() and h()" */
static void add_releases(GString *out, const struct verdict_site *site)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autoptr(GHashTable) functions =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
				      (GDestroyNotify)g_ptr_array_unref);

	collect_releases(site, names, functions);
	for (unsigned int i = 0; i < names->len; i++) {
		GPtrArray *in = g_hash_table_lookup(functions, names->pdata[i]);

		g_string_append_printf(out, "%s%s()",
				       i	? ", and " :
				       out->len ? "; release the pages with " :
						  "Release the pages with ",
				       (char *)names->pdata[i]);
		/* "there" is what was named last */
		if (in->len == 1 && !g_strcmp0(in->pdata[0], site->function))
			continue;
		if (in->len)
			g_string_append(out, " in ");
		add_functions(out, in);
	}
}

/* "pin_user_pages() of x.c is x_pin_user_pages() now" */
static void add_renames(GString *out, const struct patch *p)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (unsigned int i = 0; i < p->sites->len; i++) {
		const struct verdict_site *site = p->sites->pdata[i];

		for (unsigned int k = 0; k < site->edits->len; k++) {
			const struct verdict_edit *e = site->edits->pdata[k];
			g_autofree char *text = NULL;

			if (e->kind != EDIT_RENAME ||
			    !g_hash_table_add(seen, (void *)e->to))
				continue;
			text = g_strdup_printf(
				"%s() of %s has a name of mm.h: it is %s() from now on.",
				e->from, e->loc.file, e->to);
			mail_wrap(out, "", "", text);
			g_string_append_c(out, '\n');
		}
	}
}

static void add_changes(GString *out, const struct patch *p)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (unsigned int i = 0; i < p->sites->len; i++) {
		const struct verdict_site *site = p->sites->pdata[i];
		g_autofree char *take = take_text(site);
		GString *text = g_string_new(take);

		add_releases(text, site);
		g_string_append_c(text, '.');
		if (!g_hash_table_contains(seen, text->str)) {
			mail_wrap(out, "", "", text->str);
			g_string_append_c(out, '\n');
		}
		g_hash_table_add(seen, g_string_free(text, FALSE));
	}
}

static void add_checked(GString *out, const struct patch *p)
{
	const struct verdict_site *first = p->sites->pdata[0];
	g_autofree char *text = g_strdup_printf(
		"Found and changed by gup2pin %s. The result was parsed (%s) and analysed again: there is no new diagnostic, and only unpin_user_page*() lets go of the pages that these calls take. It was neither compiled nor run.",
		GUP2PIN_VERSION, first->config ?: "one configuration");

	mail_wrap(out, "", "", text);
}

char *patch_message(const struct patch *p)
{
	GString *out = g_string_new(NULL);

	add_sites(out, p);
	add_cases(out, p);
	add_changes(out, p);
	add_renames(out, p);
	add_checked(out, p);
	return g_string_free(out, FALSE);
}

/* "f.c:12,40" for each file with text that names a function of before */
static void add_old_names(GString *out, const struct patch *p)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (unsigned int i = 0; i < p->sites->len * p->files->len; i++) {
		const struct verdict_site *site =
			p->sites->pdata[i / p->files->len];
		const struct rewrite_file *file =
			p->files->pdata[i % p->files->len];
		g_autoptr(GArray) lines = NULL;
		GString *text;

		if (!patch_edit(site, EDIT_ACQUIRE))
			continue;
		lines = rewrite_old_names(file, site);
		if (!lines->len)
			continue;
		text = g_string_new(NULL);
		g_string_printf(
			text,
			"Left as it is: text that names %s(), in the changed file %s:",
			site->callee, file->path);
		for (unsigned int k = 0; k < lines->len; k++)
			g_string_append_printf(text, "%s%u", k ? "," : "",
					       g_array_index(lines, guint, k));
		g_string_append_c(text, '.');
		if (!g_hash_table_contains(seen, text->str))
			mail_wrap(out, "", "", text->str);
		g_hash_table_add(seen, g_string_free(text, FALSE));
	}
}

char *patch_notes(const struct patch *p)
{
	GString *out = g_string_new(NULL);

	for (unsigned int i = 0; i < p->sites->len; i++) {
		const struct verdict_site *site = p->sites->pdata[i];
		g_autofree char *text = NULL;

		if (!site->note)
			continue;
		text = g_strdup_printf("To be looked at: %s() in %s(): %s.",
				       site->callee,
				       site->function ?: site->file,
				       site->note);
		mail_wrap(out, "", "", text);
	}
	add_old_names(out, p);
	return g_string_free(out, FALSE);
}
