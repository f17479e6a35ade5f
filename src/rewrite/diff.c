// SPDX-License-Identifier: GPL-2.0-only
/*
 * diff.c - the changed files as a unified diff
 */
#include <git2.h>
#include <string.h>
#include "rewrite/rewrite.h"

/*
 * A name with a space ends at a tab in "---" and "+++" lines, or patch takes
 * its first word.  git writes the tab, libgit2 1.5 does not.
 */
static void diff_append(GString *out, const char *text, size_t len,
			const char *path)
{
	const char *hunk = g_strstr_len(text, len, "\n@@");
	const char *end = hunk ? hunk + 1 : text;

	while (strchr(path, ' ') && text < end) {
		const char *nl = memchr(text, '\n', end - text);

		if (!nl)
			break;
		g_string_append_len(out, text, nl - text);
		if (g_str_has_prefix(text, "--- a/") ||
		    g_str_has_prefix(text, "+++ b/"))
			g_string_append_c(out, '\t');
		g_string_append_c(out, '\n');
		len -= nl + 1 - text;
		text = nl + 1;
	}
	g_string_append_len(out, text, len);
}

static git_patch *patch_of(const struct rewrite_file *file,
			   unsigned int context)
{
	git_diff_options options;
	gsize n_before, n_after;
	const void *before = g_bytes_get_data(file->before, &n_before);
	const void *after = g_bytes_get_data(file->after, &n_after);
	git_patch *patch = NULL;

	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	/* the file was analysed as C whatever bytes are in its comments */
	options.flags |= GIT_DIFF_FORCE_TEXT;
	options.context_lines = context;
	if (git_patch_from_buffers(&patch, before, n_before, file->path, after,
				   n_after, file->path, &options) < 0)
		return NULL;
	return patch;
}

static bool diff_file(GString *out, const struct rewrite_file *file)
{
	git_patch *patch = patch_of(file, 3);
	git_buf buf = { 0 };
	bool ok = false;

	if (patch && git_patch_to_buf(&buf, patch) >= 0) {
		diff_append(out, buf.ptr, buf.size, file->path);
		git_buf_dispose(&buf);
		ok = true;
	}
	git_patch_free(patch);
	return ok;
}

char *rewrite_diff(const struct rewrite_result *result, GError **error)
{
	GString *out = g_string_new(NULL);

	git_libgit2_init();
	for (unsigned int i = 0; i < result->files->len; i++) {
		const struct rewrite_file *file = result->files->pdata[i];

		if (!diff_file(out, file)) {
			const git_error *e = git_error_last();

			g_set_error(error, G2P_ERROR, G2P_ERROR_TOOL,
				    "%s: libgit2 cannot make a diff: %s",
				    file->path, e ? e->message : "no reason");
			g_string_free(out, TRUE);
			git_libgit2_shutdown();
			return NULL;
		}
	}
	git_libgit2_shutdown();
	return g_string_free(out, FALSE);
}

bool rewrite_line_stats(const struct rewrite_file *file, size_t *added,
			size_t *removed)
{
	git_patch *patch;
	bool ok;

	git_libgit2_init();
	patch = patch_of(file, 0);
	ok = patch && !git_patch_line_stats(NULL, added, removed, patch);
	git_patch_free(patch);
	git_libgit2_shutdown();
	return ok;
}

static void hunk_free(void *p)
{
	struct rewrite_hunk *hunk = p;

	g_string_free(hunk->text, TRUE);
	g_free(hunk);
}

static struct rewrite_hunk *read_hunk(git_patch *patch, size_t n)
{
	struct rewrite_hunk *hunk;
	const git_diff_hunk *from;
	size_t lines;

	if (git_patch_get_hunk(&from, &lines, patch, n) < 0)
		return NULL;
	hunk = g_new0(struct rewrite_hunk, 1);
	/* nothing old: the line before the new ones is named */
	hunk->first = from->old_start + !from->old_lines;
	hunk->n_old = from->old_lines;
	hunk->text = g_string_new(NULL);
	for (size_t i = 0; i < lines; i++) {
		const git_diff_line *line;

		if (!git_patch_get_line_in_hunk(&line, patch, n, i) &&
		    line->origin == GIT_DIFF_LINE_ADDITION)
			g_string_append_len(hunk->text, line->content,
					    line->content_len);
	}
	return hunk;
}

GPtrArray *rewrite_hunks(const struct rewrite_file *file)
{
	GPtrArray *hunks = NULL;
	git_patch *patch;

	git_libgit2_init();
	patch = patch_of(file, 0);
	if (patch)
		hunks = g_ptr_array_new_with_free_func(hunk_free);
	for (size_t n = 0; patch && n < git_patch_num_hunks(patch); n++) {
		struct rewrite_hunk *hunk = read_hunk(patch, n);

		if (hunk)
			g_ptr_array_add(hunks, hunk);
	}
	git_patch_free(patch);
	git_libgit2_shutdown();
	return hunks;
}
