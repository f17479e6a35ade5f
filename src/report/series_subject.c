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
		const struct verdict_edit *flag =
			patch_edit(site, EDIT_FLAG) ?:
				patch_edit(site, EDIT_BUILD);
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

/**
 * struct place - how subjects of changes below a directory begin
 * @dir: directory
 * @name: what stands for it
 * @sep: between that and the name of a part
 */
struct place {
	const char *dir;
	const char *name;
	const char *sep;
};

/* Where that is not the name of a directory below drivers/. */
static const struct place places[] = {
	{ "drivers/gpu/drm/", "drm", "/" },
	{ "drivers/infiniband/", "RDMA", "/" },
	{ "virt/kvm/", "KVM", ": " },
	{ "net/", "net", "/" },
	{ "mm/", "mm", "/" },
	{ "fs/", NULL, NULL },
	{ "kernel/", NULL, NULL },
	{ "lib/", NULL, NULL },
	{ "security/", NULL, NULL },
};

/* Directories whose names say nothing about what is in them. */
static const char *const plain_dirs[] = { "core", "common", "kernel", "lib",
					  "mm",	  "cpu",    NULL };

/* The directory that all files are in, with a slash at its end, or "". */
static char *common_dir(const struct patch *p)
{
	char *dir = g_strdup(p->paths->pdata[0]);

	for (unsigned int i = 0; i < p->files->len; i++) {
		const char *path = p->paths->pdata[i];
		size_t n = 0, end = 0;

		for (; dir[n] && dir[n] == path[n]; n++)
			if (dir[n] == '/')
				end = n + 1;
		dir[end] = '\0';
	}
	return dir;
}

/* "poke" for "drivers/misc/poke.c", when that is the only file */
static char *only_file(const struct patch *p)
{
	char *base = p->files->len == 1 ?
			     g_path_get_basename(p->paths->pdata[0]) :
			     NULL;

	if (base && strrchr(base, '.') && strrchr(base, '.') != base)
		*strrchr(base, '.') = '\0';
	return base;
}

/* The last directory below the place that says something, or the file. */
static char *part_of(const char *below, char *file)
{
	g_auto(GStrv) dirs = g_strsplit(below, "/", -1);
	unsigned int n = g_strv_length(dirs);

	/* the last is what stands behind the last slash: nothing */
	if (n > 1 && g_strv_contains(plain_dirs, dirs[n - 2]) && file)
		return g_strdup(file);
	while (n-- > 0)
		if (*dirs[n] && !g_strv_contains(plain_dirs, dirs[n]))
			return g_strdup(dirs[n]);
	return g_strdup(file);
}

/* "drivers/misc/a/b.c" is "misc: a", "arch/x86/kernel/a.c" is "x86/a" */
static char *prefix_of_path(const struct patch *p)
{
	g_autofree char *dir = common_dir(p), *file = only_file(p);
	g_autofree char *part = NULL, *top = NULL;
	bool arch = g_str_has_prefix(dir, "arch/");
	const char *at = dir, *sep = arch ? "/" : ": ", *slash;

	/* the kernel's directories mean nothing there */
	if (p->module)
		return g_strdup(p->module);
	for (unsigned int i = 0; i < G_N_ELEMENTS(places); i++) {
		const struct place *place = &places[i];

		if (!g_str_has_prefix(dir, place->dir))
			continue;
		/* the files of kernel/ are parts of their own */
		if (!strcmp(place->dir, "kernel/") && file &&
		    !g_strv_contains(plain_dirs, file))
			return g_steal_pointer(&file);
		part = part_of(dir + strlen(place->dir), file);
		if (!place->name && part)
			return g_steal_pointer(&part);
		if (place->name)
			return g_strconcat(place->name, part ? place->sep : "",
					   part, NULL);
	}
	if (arch || g_str_has_prefix(dir, "drivers/"))
		at = strchr(dir, '/') + 1;
	slash = strchr(at, '/');
	if (!slash)
		return g_strdup(file ?: "treewide");
	top = g_strndup(at, slash - at);
	part = part_of(slash + 1, file);
	if (arch && !g_strcmp0(part, "kvm"))
		return g_strdup_printf("KVM: %s", top);
	if (!part || !strcmp(part, top))
		return g_steal_pointer(&top);
	return g_strconcat(top, sep, part, NULL);
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
