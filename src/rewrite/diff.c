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

static bool diff_file(GString *out, const struct rewrite_file *file)
{
	git_diff_options options;
	gsize n_before, n_after;
	const void *before = g_bytes_get_data(file->before, &n_before);
	const void *after = g_bytes_get_data(file->after, &n_after);
	git_buf buf = { 0 };
	git_patch *patch = NULL;
	bool ok = false;

	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	/* the file was analysed as C whatever bytes are in its comments */
	options.flags |= GIT_DIFF_FORCE_TEXT;
	if (git_patch_from_buffers(&patch, before, n_before, file->path, after,
				   n_after, file->path, &options) < 0)
		return false;
	if (git_patch_to_buf(&buf, patch) >= 0) {
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
