// SPDX-License-Identifier: GPL-2.0-only
/* base.c - what C files looked like in an earlier commit */
#include <string.h>
#include "tree/git.h"
#include "tree/private.h"

/**
 * struct base - one comparison with a commit
 * @repo: the repository
 * @commit_tree: of the commit
 * @prefix: path of the root in the working directory
 * @out: result
 */
struct base {
	git_repository *repo;
	git_tree *commit_tree;
	char *prefix;
	GHashTable *out;
};

static GBytes *content_of(struct base *b, const git_oid *id)
{
	git_blob *blob = NULL;
	GBytes *bytes;

	if (git_oid_is_zero(id) || git_blob_lookup(&blob, b->repo, id))
		return g_bytes_new_static("", 0);
	bytes = g_bytes_new(git_blob_rawcontent(blob), git_blob_rawsize(blob));
	git_blob_free(blob);
	return bytes;
}

static int add_delta(const git_diff_delta *delta, float progress, void *user)
{
	const char *path = delta->old_file.path ?: delta->new_file.path;
	struct base *b = user;
	size_t len = strlen(b->prefix);

	if (strncmp(path, b->prefix, len) || !list_is_source(path) ||
	    delta->old_file.mode == GIT_FILEMODE_LINK)
		return 0;
	g_hash_table_insert(b->out, g_strdup(path + len),
			    content_of(b, &delta->old_file.id));
	return 0;
}

static bool find_commit(struct base *b, const char *revision)
{
	git_object *found = NULL, *peeled = NULL;
	bool ok = !git_revparse_single(&found, b->repo, revision) &&
		  !git_object_peel(&peeled, found, GIT_OBJECT_TREE);

	git_object_free(found);
	b->commit_tree = (git_tree *)peeled;
	return ok;
}

static bool compare(struct base *b)
{
	git_diff_options options;
	git_diff *diff = NULL;
	bool ok;

	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_IGNORE_FILEMODE | GIT_DIFF_SKIP_BINARY_CHECK |
			GIT_DIFF_FORCE_TEXT | GIT_DIFF_IGNORE_SUBMODULES;
	ok = !git_diff_tree_to_workdir_with_index(&diff, b->repo,
						  b->commit_tree, &options) &&
	     !git_diff_foreach(diff, add_delta, NULL, NULL, NULL, b);
	git_diff_free(diff);
	return ok;
}

GHashTable *tree_changes(const struct tree *tree, const char *revision,
			 GError **error)
{
	struct base b = { 0 };
	git_index *index = NULL;
	const git_error *last;
	bool ok = false;

	b.out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
				      (GDestroyNotify)g_bytes_unref);
	if (git_open(tree->root, &b.repo, &index))
		b.prefix = git_prefix(b.repo, tree->root);
	if (!b.prefix) {
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_USAGE,
			"%s is not in a git repository: there is nothing to compare with",
			tree->root);
	} else if (!find_commit(&b, revision)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_USAGE,
			    "%s: no such revision in the repository of %s",
			    revision, tree->root);
	} else if (!compare(&b)) {
		last = git_error_last();
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "cannot compare %s with %s: %s", tree->root,
			    revision, last ? last->message : "libgit2 failed");
	} else {
		ok = true;
	}
	if (!ok)
		g_clear_pointer(&b.out, g_hash_table_unref);
	git_tree_free(b.commit_tree);
	git_index_free(index);
	git_repository_free(b.repo);
	git_libgit2_shutdown();
	g_free(b.prefix);
	return b.out;
}
