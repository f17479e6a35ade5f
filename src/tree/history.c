// SPDX-License-Identifier: GPL-2.0-only
/* history.c - the git repository around a tree */
#include <string.h>
#include "tree/git.h"
#include "tree/history.h"
#include "tree/log.h"

struct history *history_open(const char *root)
{
	struct history *h = g_new0(struct history, 1);

	if (git_open(root, &h->repo, &h->index))
		h->prefix = git_prefix(h->repo, root);
	if (h->prefix && git_index_entrycount(h->index) && *h->prefix) {
		size_t at;

		/* a directory of somebody else's repository is no checkout */
		if (git_index_find_prefix(&at, h->index, h->prefix))
			g_clear_pointer(&h->prefix, g_free);
	}
	h->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					  (GDestroyNotify)g_hash_table_unref);
	return h;
}

void history_free(struct history *h)
{
	if (!h)
		return;
	git_index_free(h->index);
	git_repository_free(h->repo);
	git_libgit2_shutdown();
	g_hash_table_unref(h->counts);
	g_free(h->prefix);
	g_free(h);
}

bool history_is_git(const struct history *h)
{
	return h->prefix;
}

const char *history_directory(const struct history *h)
{
	return h->prefix ?: "";
}

/* The user's configuration, which git_open() leaves out. */
static git_config *user_config(struct history *h)
{
	static const int levels[] = { GIT_CONFIG_LEVEL_SYSTEM,
				      GIT_CONFIG_LEVEL_XDG,
				      GIT_CONFIG_LEVEL_GLOBAL };
	const char *global = g_getenv("GIT_CONFIG_GLOBAL");
	git_config *config = NULL;
	g_autofree char *own = NULL;

	for (unsigned int i = 0; i < G_N_ELEMENTS(levels); i++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], NULL);
	if (global ? git_config_new(&config) : git_config_open_default(&config))
		return NULL;
	if (global && *global)
		git_config_add_file_ondisk(config, global,
					   GIT_CONFIG_LEVEL_GLOBAL, NULL, 1);
	if (h->prefix) {
		own = g_build_filename(git_repository_commondir(h->repo),
				       "config", NULL);
		git_config_add_file_ondisk(config, own, GIT_CONFIG_LEVEL_LOCAL,
					   h->repo, 1);
	}
	return config;
}

static char *ask(git_config *config, const char *variable, const char *key,
		 const char *fallback)
{
	const char *from_env = g_getenv(variable);
	git_buf buf = { 0 };
	char *value = NULL;

	if (from_env && *from_env)
		return g_strdup(from_env);
	if (config && (!git_config_get_string_buf(&buf, config, key) ||
		       !git_config_get_string_buf(&buf, config, fallback)))
		value = g_strndup(buf.ptr, buf.size);
	git_buf_dispose(&buf);
	if (value && !*g_strstrip(value))
		g_clear_pointer(&value, g_free);
	return value;
}

bool history_author(struct history *h, char **name, char **email,
		    GError **error)
{
	git_config *config = user_config(h);

	*name = ask(config, "GIT_AUTHOR_NAME", "author.name", "user.name");
	*email = ask(config, "GIT_AUTHOR_EMAIL", "author.email", "user.email");
	git_config_free(config);
	if (*name && *email && strpbrk(*email, "<> \t\r\n")) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_USAGE,
			    "%s: is no mail address; set git's user.email",
			    *email);
	} else if (*name && *email && !strpbrk(*name, "<>\r\n")) {
		return true;
	} else {
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_USAGE,
			"a patch needs an author: git config --global user.%s %s",
			*name ? "email" : "name",
			*name ? "you@example.org" : "\"Your Name\"");
	}
	g_clear_pointer(name, g_free);
	g_clear_pointer(email, g_free);
	return false;
}

git_commit *history_find(struct history *h, const char *revision)
{
	git_object *found = NULL, *peeled = NULL;

	if (h->prefix && !git_revparse_single(&found, h->repo, revision))
		git_object_peel(&peeled, found, GIT_OBJECT_COMMIT);
	git_object_free(found);
	return (git_commit *)peeled;
}

char *history_commit(struct history *h, const char *revision, GError **error)
{
	git_commit *commit = history_find(h, revision);
	char *hex = NULL;

	if (commit) {
		hex = g_malloc0(GIT_OID_HEXSZ + 1);
		git_oid_fmt(hex, git_commit_id(commit));
	} else {
		g_set_error(error, G2P_ERROR, G2P_ERROR_USAGE,
			    "%s: no such commit in the repository of the tree",
			    revision);
	}
	git_commit_free(commit);
	return hex;
}

static bool same_content(struct history *h, const git_oid *id, GBytes *content)
{
	git_blob *blob = NULL;
	bool same = false;
	gsize len;
	const void *data = g_bytes_get_data(content, &len);

	if (!git_blob_lookup(&blob, h->repo, id))
		same = (gsize)git_blob_rawsize(blob) == len &&
		       (!len || !memcmp(git_blob_rawcontent(blob), data, len));
	git_blob_free(blob);
	return same;
}

/* What a commit has below a path of the repository; NULL when nothing. */
static git_tree_entry *find_entry(struct history *h, const char *revision,
				  const char *full)
{
	git_commit *commit = history_find(h, revision);
	git_tree_entry *entry = NULL;
	git_tree *tree = NULL;

	if (commit && !git_commit_tree(&tree, commit))
		git_tree_entry_bypath(&entry, tree, full);
	git_tree_free(tree);
	git_commit_free(commit);
	return entry;
}

enum history_state history_state(struct history *h, const char *revision,
				 const char *path, GBytes *content)
{
	enum history_state state = HISTORY_UNKNOWN;
	g_autofree char *full = NULL;
	git_tree_entry *entry;

	if (!h->prefix)
		return state;
	full = g_strconcat(h->prefix, path, NULL);
	entry = find_entry(h, revision, full);
	if (entry)
		state = same_content(h, git_tree_entry_id(entry), content) ?
				HISTORY_SAME :
				HISTORY_DIFFERS;
	else if (git_index_get_bypath(h->index, full, 0))
		state = HISTORY_NEW;
	git_tree_entry_free(entry);
	return state;
}

bool history_staged(struct history *h, const char *path)
{
	const git_index_entry *staged;
	g_autofree char *full = NULL;
	git_tree_entry *entry;
	bool differs;

	if (!h->prefix)
		return false;
	full = g_strconcat(h->prefix, path, NULL);
	entry = find_entry(h, "HEAD", full);
	staged = git_index_get_bypath(h->index, full, 0);
	differs = entry && staged ? !git_oid_equal(&staged->id,
						   git_tree_entry_id(entry)) :
				    entry || staged;
	git_tree_entry_free(entry);
	return differs;
}
