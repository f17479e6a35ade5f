// SPDX-License-Identifier: GPL-2.0-only
/* pch.c - when a file may use precompiled headers, and how */
#include <string.h>
#include <unistd.h>
#include "front/cx.h"
#include "front/pch.h"

struct pch *pch_new(void)
{
	struct pch *pch = g_new0(struct pch, 1);

	pch->reads = g_ptr_array_new_with_free_func(g_free);
	pch->read_set = g_hash_table_new(g_str_hash, g_str_equal);
	pch->used =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	pch->defined =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	pch->statics =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	pch->includes =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
	pch->texts = g_hash_table_new_full(NULL, NULL, NULL,
					   (GDestroyNotify)g_bytes_unref);
	pch->mentions =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return pch;
}

void pch_free(struct pch *pch)
{
	if (!pch)
		return;
	g_hash_table_unref(pch->read_set);
	g_ptr_array_unref(pch->reads);
	g_hash_table_unref(pch->used);
	g_hash_table_unref(pch->defined);
	g_hash_table_unref(pch->statics);
	g_ptr_array_unref(pch->includes);
	g_hash_table_unref(pch->texts);
	g_hash_table_unref(pch->mentions);
	facts_unit_free(pch->unit);
	g_free(pch->path);
	g_free(pch);
}

void pch_add_read(struct pch *pch, char *path)
{
	g_ptr_array_add(pch->reads, path);
	g_ptr_array_add(pch->includes,
			g_array_new(FALSE, FALSE, sizeof(guint)));
	g_hash_table_insert(pch->read_set, path,
			    GUINT_TO_POINTER(pch->reads->len));
}

int pch_index(const struct pch *pch, const char *path)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(pch->read_set, path)) - 1;
}

GBytes *pch_header(const struct pch *pch, unsigned int i)
{
	void *key = GUINT_TO_POINTER(i);
	GBytes *bytes = g_hash_table_lookup(pch->texts, key);
	char *text = NULL;
	gsize len = 0;

	if (bytes)
		return bytes;
	g_file_get_contents(pch->reads->pdata[i], &text, &len, NULL);
	bytes = g_bytes_new_take(text, len);
	g_hash_table_insert(pch->texts, key, bytes);
	return bytes;
}

void pch_reach(const struct pch *pch, unsigned int from, guint8 *seen)
{
	g_autoptr(GArray) todo = g_array_new(FALSE, FALSE, sizeof(guint));

	if (seen[from])
		return;
	seen[from] = 1;
	g_array_append_val(todo, from);
	while (todo->len) {
		guint at = g_array_index(todo, guint, todo->len - 1);
		const GArray *next = pch->includes->pdata[at];

		g_array_set_size(todo, todo->len - 1);
		for (unsigned int i = 0; i < next->len; i++) {
			guint to = g_array_index(next, guint, i);

			if (seen[to])
				continue;
			seen[to] = 1;
			g_array_append_val(todo, to);
		}
	}
}

/* Flags ----------------------------------------------------------------- */

/* Where a header would be looked for: "linux/mm.h". */
static const char *include_name(const char *path)
{
	static const char *const dirs[] = { "/include/generated/uapi/",
					    "/include/generated/",
					    "/include/uapi/", "/include/" };

	for (size_t i = 0; i < G_N_ELEMENTS(dirs); i++) {
		const char *hit = g_strrstr(path, dirs[i]);

		if (hit)
			return hit + strlen(dirs[i]);
	}
	return NULL;
}

/* Does an include directory of the file's own have a header of that name? */
static bool shadows(const struct pch *pch, const char *dir)
{
	for (unsigned int i = 0; i < pch->reads->len; i++) {
		const char *path = pch->reads->pdata[i];
		const char *name = include_name(path);
		g_autofree char *other =
			name ? g_build_filename(dir, name, NULL) : NULL;

		if (other && strcmp(other, path) && !access(other, F_OK))
			return true;
	}
	return false;
}

static bool defines_used(const struct pch *pch, const char *macro,
			 const char *const *messages)
{
	g_autofree char *name = g_strndup(macro, strcspn(macro, "=("));

	return !(messages && g_strv_contains(messages, name)) &&
	       g_hash_table_contains(pch->used, name);
}

/* A flag that the file's Makefile adds. */
static bool flag_suits(const struct pch *pch, const char *flag,
		       const char *const *messages)
{
	if (g_str_has_prefix(flag, "-D") || g_str_has_prefix(flag, "-U"))
		return flag[2] && !defines_used(pch, flag + 2, messages);
	if (g_str_has_prefix(flag, "-I"))
		return flag[2] == '/' && !shadows(pch, flag + 2);
	return false;
}

static bool overlay_suits(const struct pch *pch, GHashTable *overlay,
			  const char *root)
{
	GHashTableIter iter;
	gpointer path;

	if (!overlay)
		return true;
	g_hash_table_iter_init(&iter, overlay);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		g_autofree char *abs = g_build_filename(root, path, NULL);

		if (g_hash_table_contains(pch->read_set, abs))
			return false;
	}
	return true;
}

bool pch_suits(const struct pch *pch, const struct tree_compile *compile,
	       GHashTable *overlay, const char *root,
	       const char *const *messages)
{
	const char *const *all = compile->argv, *const *common =
							compile->common;

	if (!overlay_suits(pch, overlay, root))
		return false;
	/* the additions stand in one place */
	while (*all && *common && !strcmp(*all, *common)) {
		all++;
		common++;
	}
	for (; *all; all++) {
		if (*common && !strcmp(*all, *common) &&
		    g_strv_length((char **)all) ==
			    g_strv_length((char **)common))
			return true;
		if (!flag_suits(pch, *all, messages))
			return false;
	}
	return !*common;
}

const char **pch_argv(const struct pch *pch, const struct tree_compile *compile)
{
	unsigned int n = g_strv_length((char **)compile->argv), k = 0;
	const char **argv = g_new0(const char *, n + 5);

	for (unsigned int i = 0; i < n; i++) {
		/* they are in it, with what came of them */
		if (!strcmp(compile->argv[i], "-include") && i + 1 < n)
			i++;
		else
			argv[k++] = compile->argv[i];
	}
	/* The notes say that the headers are still the same.  libclang would
	 * look at their times, each time, and refuse those that were touched.
	 */
	argv[k++] = "-Xclang";
	argv[k++] = "-fno-validate-pch";
	argv[k++] = "-include-pch";
	argv[k++] = pch->path;
	return argv;
}
