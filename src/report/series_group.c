// SPDX-License-Identifier: GPL-2.0-only
/*
 * series_group.c - which files become one patch
 *
 * Files that sites of one group change, or that one file ties together, are a
 * unit.  Units with the same key become one patch, so that no file is in two.
 */
#include <string.h>
#include "report/patch.h"

/**
 * struct grouping - work in progress
 * @result: the conversion
 * @m: of the tree
 * @by: what becomes one patch
 * @index: path -> number of a changed file, from 1
 * @parent: (element-type unsigned int): number -> number of a file of its unit
 * @lead: (element-type char*): path of the first site of a unit, by the number
 *	that stands for the unit
 * @patches: (element-type patch*)
 */
struct grouping {
	const struct rewrite_result *result;
	const struct maintainers *m;
	enum series_by by;
	GHashTable *index;
	unsigned int *parent;
	const char **lead;
	GPtrArray *patches;
};

static void patch_free(void *data)
{
	struct patch *p = data;

	g_free(p->key);
	g_ptr_array_unref(p->files);
	g_ptr_array_unref(p->paths);
	g_ptr_array_unref(p->sites);
	g_free(p->module);
	g_free(p->prefix);
	g_free(p->subject);
	g_free(p->message);
	g_free(p->diff);
	g_clear_pointer(&p->route, g_ptr_array_unref);
	g_free(p);
}

static unsigned int number_of(const struct grouping *g, const char *path)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(g->index, path));
}

static unsigned int unit_of(const struct grouping *g, unsigned int n)
{
	while (g->parent[n] != n)
		n = g->parent[n];
	return n;
}

static void join(struct grouping *g, unsigned int a, unsigned int b)
{
	a = unit_of(g, a);
	b = unit_of(g, b);
	g->parent[MAX(a, b)] = MIN(a, b);
}

static bool is_converted(const struct verdict_site *site)
{
	return site->action == ACTION_CONVERT && site->edits->len;
}

/* A changed file of a site: where it takes the pages if that changes. */
static unsigned int home_of(const struct grouping *g,
			    const struct verdict_site *site)
{
	unsigned int n = number_of(g, site->file);

	for (unsigned int i = 0; !n && i < site->edits->len; i++) {
		const struct verdict_edit *edit = site->edits->pdata[i];

		n = number_of(g, edit->loc.file);
	}
	return n;
}

static void join_all(struct grouping *g, const struct verdict *v)
{
	g_autoptr(GHashTable) groups = g_hash_table_new(NULL, NULL);

	for (unsigned int i = 0; i < v->sites->len; i++) {
		const struct verdict_site *site = v->sites->pdata[i];
		void *key = GUINT_TO_POINTER(site->group);
		unsigned int home = home_of(g, site), first;

		if (!is_converted(site) || !home)
			continue;
		for (unsigned int k = 0; k < site->edits->len; k++) {
			const struct verdict_edit *edit = site->edits->pdata[k];
			unsigned int n = number_of(g, edit->loc.file);

			if (n)
				join(g, home, n);
		}
		first = GPOINTER_TO_UINT(g_hash_table_lookup(groups, key));
		if (first)
			join(g, first, home);
		else
			g_hash_table_insert(groups, key,
					    GUINT_TO_POINTER(home));
	}
}

static char *key_of(const struct grouping *g, const char *path)
{
	const char *section = NULL;

	if (g->by == SERIES_BY_FILE)
		return g_strdup(path);
	if (g->by == SERIES_BY_SECTION)
		section = maintainers_section(g->m, path);
	return section ? g_strdup(section) : g_path_get_dirname(path);
}

static struct patch *patch_of(struct grouping *g, const char *lead)
{
	g_autofree char *key = key_of(g, lead);
	struct patch *p;

	for (unsigned int i = 0; i < g->patches->len; i++) {
		p = g->patches->pdata[i];
		if (!strcmp(p->key, key))
			return p;
	}
	p = g_new0(struct patch, 1);
	p->key = g_steal_pointer(&key);
	p->files = g_ptr_array_new();
	p->paths = g_ptr_array_new();
	p->sites = g_ptr_array_new();
	g_ptr_array_add(g->patches, p);
	return p;
}

static void find_leads(struct grouping *g, const struct verdict *v)
{
	for (unsigned int i = v->sites->len; i-- > 0;) {
		const struct verdict_site *site = v->sites->pdata[i];
		unsigned int home = home_of(g, site);

		if (is_converted(site) && home)
			g->lead[unit_of(g, home)] = site->file;
	}
}

static void distribute(struct grouping *g, const struct verdict *v)
{
	const GPtrArray *files = g->result->files;

	for (unsigned int i = 0; i < files->len; i++) {
		struct rewrite_file *file = files->pdata[i];
		const char *lead = g->lead[unit_of(g, i + 1)];
		struct patch *p = patch_of(g, lead ?: file->path);

		g_ptr_array_add(p->files, file);
		g_ptr_array_add(p->paths, file->path);
	}
	for (unsigned int i = 0; i < v->sites->len; i++) {
		struct verdict_site *site = v->sites->pdata[i];
		unsigned int home = home_of(g, site);

		if (is_converted(site) && home)
			g_ptr_array_add(
				patch_of(g, g->lead[unit_of(g, home)])->sites,
				site);
	}
	for (unsigned int i = 0; i < g->patches->len; i++) {
		struct patch *p = g->patches->pdata[i];

		g_ptr_array_add(p->paths, NULL);
	}
}

/* A module is called as its directory is. */
static char *module_name(const struct tree *tree)
{
	if (!tree || !tree_is_module(tree))
		return NULL;
	return g_path_get_basename(tree_root(tree));
}

GPtrArray *patch_group(const struct verdict *v,
		       const struct rewrite_result *result,
		       const struct maintainers *m, enum series_by by)
{
	unsigned int n = result->files->len + 1;
	struct grouping g = { .result = result, .m = m, .by = by };

	g.index = g_hash_table_new(g_str_hash, g_str_equal);
	g.parent = g_new(unsigned int, n);
	g.lead = g_new0(const char *, n);
	g.patches = g_ptr_array_new_with_free_func(patch_free);
	for (unsigned int i = 0; i < n; i++)
		g.parent[i] = i;
	for (unsigned int i = 1; i < n; i++) {
		const struct rewrite_file *file = result->files->pdata[i - 1];

		g_hash_table_insert(g.index, file->path, GUINT_TO_POINTER(i));
	}
	join_all(&g, v);
	find_leads(&g, v);
	distribute(&g, v);
	for (unsigned int i = 0; i < g.patches->len; i++) {
		struct patch *p = g.patches->pdata[i];

		p->module = module_name(v->tree);
	}
	g_hash_table_unref(g.index);
	g_free(g.parent);
	g_free(g.lead);
	return g.patches;
}
