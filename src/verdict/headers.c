// SPDX-License-Identifier: GPL-2.0-only
/*
 * headers.c - headers of a module that belong to files named on the command line
 *
 * By their names only: which directories are searched is not known before the
 * files are parsed, and one header too many does no harm.
 */
#include <string.h>
#include "verdict/case.h"

/**
 * struct closure - the files that some files include
 * @w: the run
 * @by_name: name without directories -> (element-type char*) headers
 * @reached: set of such names
 * @queue: (element-type char*): files to be read; grows at the end
 */
struct closure {
	struct verdict_work *w;
	GHashTable *by_name;
	GHashTable *reached;
	GPtrArray *queue;
};

bool verdict_is_named(const char *path, const char *const *paths)
{
	if (!paths || !*paths)
		return true;
	for (; *paths; paths++) {
		size_t len = strlen(*paths);

		if (!len || (!strncmp(path, *paths, len) &&
			     (!path[len] || path[len] == '/')))
			return true;
	}
	return false;
}

static bool is_header(const char *path)
{
	return g_str_has_suffix(path, ".h");
}

/* "#include <a/b.h>" -> "b.h"; NULL for another line */
static char *included_name(const char *line, size_t len)
{
	g_autofree char *text = g_strstrip(g_strndup(line, len));
	char *p = text, *end;
	char close;

	if (*p++ != '#')
		return NULL;
	p += strspn(p, " \t");
	if (!g_str_has_prefix(p, "include"))
		return NULL;
	p += strcspn(p, "<\"");
	close = *p == '<' ? '>' : '"';
	end = *p ? strchr(p + 1, close) : NULL;
	if (!end)
		return NULL;
	*end = '\0';
	return g_path_get_basename(p + 1);
}

static void reach(struct closure *c, char *name)
{
	const GPtrArray *files = g_hash_table_lookup(c->by_name, name);

	if (!g_hash_table_add(c->reached, name))
		return;
	for (unsigned int i = 0; files && i < files->len; i++)
		g_ptr_array_add(c->queue, files->pdata[i]);
}

static void read_includes(struct closure *c, const char *file)
{
	g_autoptr(GBytes) bytes = verdict_text(c->w, file);
	gsize len = 0;
	const char *p = bytes ? g_bytes_get_data(bytes, &len) : NULL;
	const char *end = p ? p + len : NULL;

	while (p < end) {
		const char *eol = memchr(p, '\n', end - p) ?: end;
		char *name = included_name(p, eol - p);

		if (name)
			reach(c, name);
		p = eol + (eol < end);
	}
}

static void add_header(struct closure *c, const char *path)
{
	g_autofree char *name = g_path_get_basename(path);
	GPtrArray *files = g_hash_table_lookup(c->by_name, name);

	if (!files) {
		files = g_ptr_array_new();
		g_hash_table_insert(c->by_name, g_steal_pointer(&name), files);
	}
	g_ptr_array_add(files, (void *)path);
}

/* Names of all that the named files include, directly or not. */
static GHashTable *included(struct verdict_work *w, const char *const *paths)
{
	static const char *const words[] = { "include", NULL };
	struct closure c = {
		.w = w,
		.by_name = g_hash_table_new_full(
			g_str_hash, g_str_equal, g_free,
			(GDestroyNotify)g_ptr_array_unref),
		.reached = g_hash_table_new_full(g_str_hash, g_str_equal,
						 g_free, NULL),
		.queue = g_ptr_array_new(),
	};
	g_autoptr(GPtrArray)
		files = tree_find_words(w->v->tree, words, NULL, w->jobs);

	for (unsigned int i = 0; i < files->len; i++) {
		const char *path = g_intern_string(files->pdata[i]);

		if (is_header(path))
			add_header(&c, path);
		if (verdict_is_named(path, paths))
			g_ptr_array_add(c.queue, (void *)path);
	}
	for (unsigned int i = 0; i < c.queue->len; i++)
		read_includes(&c, c.queue->pdata[i]);
	g_hash_table_unref(c.by_name);
	g_ptr_array_unref(c.queue);
	return c.reached;
}

gboolean verdict_headers(struct verdict_work *w, const char *const *paths,
			 GError **error)
{
	const struct tree *tree = w->v->tree;
	g_autoptr(GPtrArray) all = NULL;
	g_autoptr(GHashTable) names = NULL;

	if (!tree_is_module(tree) || !paths || !*paths)
		return TRUE;
	all = tree_candidates(w->v->tree, w->v->api, NULL, w->jobs, error);
	if (!all)
		return FALSE;
	for (unsigned int i = all->len; i-- > 0;) {
		const struct tree_file *f = all->pdata[i];
		g_autofree char *name = g_path_get_basename(f->path);

		if (!is_header(f->path) || verdict_is_named(f->path, paths))
			continue;
		if (!names)
			names = included(w, paths);
		if (g_hash_table_contains(names, name))
			g_ptr_array_add(w->candidates,
					g_ptr_array_steal_index(all, i));
	}
	return TRUE;
}
