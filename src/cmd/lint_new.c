// SPDX-License-Identifier: GPL-2.0-only
/* lint_new.c - which findings are new */
#include <stdio.h>
#include <string.h>
#include "cmd/lint.h"
#include "report/report.h"
#include "tree/read.h"

static void drop(struct verdict *v, GHashTable *known, GHashTable *used)
{
	unsigned int i = 0;

	while (i < v->findings->len) {
		const struct verdict_finding *f = v->findings->pdata[i];

		if (!g_hash_table_contains(known, f->fingerprint)) {
			i++;
			continue;
		}
		if (used)
			g_hash_table_add(used, (void *)f->fingerprint);
		g_ptr_array_remove_index(v->findings, i);
	}
}

/* The whole program as it was, with what has changed put back: a release that
 * was removed in one file is missed in another.
 */
static bool drop_of_revision(struct cmd *c, const char *revision,
			     struct verdict *v)
{
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	GError *error = NULL;
	GHashTable *before = tree_changes(c->tree, revision, &error);
	struct verdict *old;

	if (!before) {
		cmd_fail(c, error);
		return false;
	}
	if (!g_hash_table_size(before) ||
	    cmd_is_same_with(c, c->args, before)) {
		g_ptr_array_set_size(v->findings, 0);
		g_hash_table_unref(before);
		return true;
	}
	old = cmd_analyse_as(c, c->args, before, v);
	for (unsigned int i = 0; old && i < old->findings->len; i++) {
		const struct verdict_finding *f = old->findings->pdata[i];

		g_hash_table_add(known, (void *)f->fingerprint);
	}
	if (old)
		drop(v, known, NULL);
	g_hash_table_unref(before);
	verdict_free(old);
	return old;
}

static bool drop_of_baseline(struct cmd *c, const struct lint_choice *choice,
			     struct verdict *v)
{
	const char *path = choice->baseline;
	g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
	GError *error = NULL;
	GHashTable *known = report_baseline_read(path, &error);
	GList *keys;

	if (!known) {
		cmd_fail(c, error);
		return false;
	}
	drop(v, known, used);
	keys = g_list_sort(g_hash_table_get_keys(known), (GCompareFunc)strcmp);
	/* one file does not tell what is gone from the others */
	for (GList *k = choice->kbuild ? NULL : keys; k; k = k->next)
		if (!g_hash_table_contains(used, k->data))
			cmd_complain(
				c,
				"%s: stale entry %s (%s): there is no such finding any more",
				path, (char *)k->data,
				(char *)g_hash_table_lookup(known, k->data));
	g_list_free(keys);
	g_hash_table_unref(known);
	return true;
}

/* The shell's <(command) is a pipe below /dev; a FIFO elsewhere may have nobody
 * at its other end.
 */
static char *read_file(const char *path, GError **error)
{
	char *content = NULL;
	gsize len;
	bool ok = g_str_has_prefix(path, "/dev/") ||
				  g_str_has_prefix(path, "/proc/") ?
			  g_file_get_contents(path, &content, &len, error) :
			  tree_read_file(path, &content, &len, error);

	return ok ? content : NULL;
}

static char *read_all(const char *path, GError **error)
{
	GString *text;
	char buf[4096];
	size_t n;

	if (strcmp(path, "-"))
		return read_file(path, error);
	text = g_string_new(NULL);
	while ((n = fread(buf, 1, sizeof(buf), stdin)) > 0)
		g_string_append_len(text, buf, n);
	return g_string_free(text, FALSE);
}

static bool keep_changed(struct cmd *c, const char *list, struct verdict *v)
{
	g_autoptr(GHashTable) files = g_hash_table_new(g_str_hash, g_str_equal);
	GError *error = NULL;
	g_autofree char *text = read_all(list, &error);
	g_auto(GStrv) lines = text ? g_strsplit(text, "\n", -1) : NULL;
	unsigned int i = 0;

	if (!text) {
		cmd_fail(c, error);
		return false;
	}
	for (char **line = lines; *line; line++) {
		g_strchomp(*line);
		g_hash_table_add(files, g_str_has_prefix(*line, "./") ?
						*line + 2 :
						*line);
	}
	while (i < v->findings->len) {
		const struct verdict_finding *f = v->findings->pdata[i];
		const struct verdict_site *site = report_site(v, f);

		if (g_hash_table_contains(files, f->file) ||
		    (site && g_hash_table_contains(files, site->file)))
			i++;
		else
			g_ptr_array_remove_index(v->findings, i);
	}
	return true;
}

bool lint_unchanged(struct cmd *c, const struct lint_choice *choice,
		    bool *unchanged)
{
	GError *error = NULL;
	GHashTable *before;
	g_auto(GStrv) paths = NULL;

	*unchanged = false;
	/* these files speak of what is there, not of what is new */
	if (!choice->diff || choice->baseline || choice->write_baseline)
		return true;
	if (!cmd_open(c))
		return false;
	if (c->all_branches && !cmd_is_module(c))
		return false;
	before = tree_changes(c->tree, choice->diff, &error);
	paths = before ? cmd_paths(c, c->args, &error) : NULL;
	if (paths)
		*unchanged = !g_hash_table_size(before);
	if (before)
		g_hash_table_unref(before);
	if (error)
		cmd_fail(c, error);
	if (*unchanged && c->verbose)
		cmd_complain(c, "no source differs from %s: nothing is new",
			     choice->diff);
	return paths;
}

bool lint_keep_new(struct cmd *c, const struct lint_choice *choice,
		   struct verdict *v)
{
	return (!choice->diff || drop_of_revision(c, choice->diff, v)) &&
	       (!choice->baseline || drop_of_baseline(c, choice, v)) &&
	       (!choice->changed || keep_changed(c, choice->changed, v));
}
