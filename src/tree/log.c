// SPDX-License-Identifier: GPL-2.0-only
/* log.c - how the subjects of a file's commits begin */
#include <string.h>
#include "tree/log.h"

/* commits of a file or directory that are enough */
#define ENOUGH_FILE 5
#define ENOUGH_DIR 25

/* A longer word in front of a colon is the beginning of a sentence. */
#define MAX_PART 32

/* Words in front of a colon that say what kind of change it is, not where. */
static const char *const kinds[] = { "treewide", "tree-wide", "revert", "fix",
				     "fixes",	 "fixup",     NULL };

static bool is_part(const char *part, size_t len)
{
	g_autofree char *lower = g_ascii_strdown(part, len);
	unsigned int spaces = 0;

	for (size_t i = 0; i < len; i++) {
		spaces += part[i] == ' ';
		if (!g_ascii_isprint(part[i]) ||
		    strchr("\"'`()<>,;!?", part[i]))
			return false;
	}
	return len && len <= MAX_PART && spaces <= 1 &&
	       !g_strv_contains(kinds, lower);
}

char *history_subject_prefix(const char *subject)
{
	const char *part = subject, *end = NULL, *colon;

	while (*subject == '[' && (colon = strchr(subject, ']')))
		subject = part = colon + 1 + strspn(colon + 1, " ");
	while ((colon = strstr(part, ": ")) && is_part(part, colon - part)) {
		end = colon;
		part = colon + 2;
	}
	return end ? g_strndup(subject, end - subject) : NULL;
}

static void count(struct history *h, const char *key, const char *prefix)
{
	GHashTable *table = g_hash_table_lookup(h->counts, key);
	unsigned int n;

	if (!table)
		return;
	n = GPOINTER_TO_UINT(g_hash_table_lookup(table, prefix));
	g_hash_table_insert(table, g_strdup(prefix), GUINT_TO_POINTER(n + 1));
}

static unsigned int total(GHashTable *table)
{
	unsigned int n = 0;
	GHashTableIter it;
	void *value;

	g_hash_table_iter_init(&it, table);
	while (g_hash_table_iter_next(&it, NULL, &value))
		n += GPOINTER_TO_UINT(value);
	return n;
}

static char *directory_key(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? g_strndup(path, slash + 1 - path) : g_strdup("/");
}

/* Is enough known of every file? */
static bool enough(struct history *h, const char *const *paths)
{
	for (; *paths; paths++) {
		g_autofree char *dir = directory_key(*paths);

		if (total(g_hash_table_lookup(h->counts, *paths)) <
			    ENOUGH_FILE &&
		    total(g_hash_table_lookup(h->counts, dir)) < ENOUGH_DIR)
			return false;
	}
	return true;
}

/* Count a commit once for each file and each directory it changes. */
static void count_diff(struct history *h, git_diff *diff, const char *prefix)
{
	g_autoptr(GHashTable) dirs =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	size_t len = strlen(h->prefix);

	for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
		const char *path = git_diff_get_delta(diff, i)->new_file.path;
		char *dir;

		if (!path || strncmp(path, h->prefix, len))
			continue;
		count(h, path + len, prefix);
		dir = directory_key(path + len);
		if (g_hash_table_contains(dirs, dir)) {
			g_free(dir);
			continue;
		}
		count(h, dir, prefix);
		g_hash_table_add(dirs, dir);
	}
}

static void read_commit(struct history *h, git_commit *commit,
			const git_diff_options *options)
{
	const char *subject = git_commit_summary(commit);
	g_autofree char *prefix = NULL;
	git_commit *parent = NULL;
	git_tree *before = NULL, *after = NULL;
	git_diff *diff = NULL;

	/* a merge has no subject of its own, the first commit no history */
	if (git_commit_parentcount(commit) == 1 && subject)
		prefix = history_subject_prefix(subject);
	if (prefix && !git_commit_parent(&parent, commit, 0) &&
	    !git_commit_tree(&before, parent) &&
	    !git_commit_tree(&after, commit) &&
	    !git_diff_tree_to_tree(&diff, h->repo, before, after, options))
		count_diff(h, diff, prefix);
	git_diff_free(diff);
	git_tree_free(after);
	git_tree_free(before);
	git_commit_free(parent);
}

/* Files to watch, and the directories to ask git about. */
static char **watch(struct history *h, const char *const *paths)
{
	GStrvBuilder *builder = g_strv_builder_new();
	char **specs;

	for (; *paths; paths++) {
		char *dir = directory_key(*paths);
		g_autofree char *spec = g_strconcat(
			h->prefix, strcmp(dir, "/") ? dir : *paths, NULL);

		g_hash_table_insert(h->counts, g_strdup(*paths),
				    g_hash_table_new_full(g_str_hash,
							  g_str_equal, g_free,
							  NULL));
		if (!g_hash_table_contains(h->counts, dir))
			g_hash_table_insert(
				h->counts, g_strdup(dir),
				g_hash_table_new_full(g_str_hash, g_str_equal,
						      g_free, NULL));
		g_strv_builder_add(builder, spec);
		g_free(dir);
	}
	specs = g_strv_builder_end(builder);
	g_strv_builder_unref(builder);
	return specs;
}

void history_read_subjects(struct history *h, const char *revision,
			   const char *const *paths)
{
	git_commit *first = history_find(h, revision);
	git_diff_options options;
	git_revwalk *walk = NULL;
	char **specs;
	git_oid id;

	if (!first || git_revwalk_new(&walk, h->repo)) {
		git_commit_free(first);
		return;
	}
	specs = watch(h, paths);
	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags |= GIT_DIFF_DISABLE_PATHSPEC_MATCH |
			 GIT_DIFF_SKIP_BINARY_CHECK;
	options.pathspec.strings = specs;
	options.pathspec.count = g_strv_length(specs);
	git_revwalk_sorting(walk, GIT_SORT_TIME);
	git_revwalk_push(walk, git_commit_id(first));
	for (unsigned int n = 0; n < HISTORY_COMMITS_MAX && !enough(h, paths) &&
				 !git_revwalk_next(&id, walk);
	     n++) {
		git_commit *commit;

		if (git_commit_lookup(&commit, h->repo, &id))
			break;
		read_commit(h, commit, &options);
		git_commit_free(commit);
	}
	git_revwalk_free(walk);
	git_commit_free(first);
	g_strfreev(specs);
}

/* Add one table to another, or find the prefix that leads. */
static void merge(GHashTable *sum, GHashTable *table)
{
	GHashTableIter it;
	void *key, *value;

	if (!table)
		return;
	g_hash_table_iter_init(&it, table);
	while (g_hash_table_iter_next(&it, &key, &value)) {
		void *n = g_hash_table_lookup(sum, key);

		g_hash_table_insert(sum, key,
				    GUINT_TO_POINTER(GPOINTER_TO_UINT(n) +
						     GPOINTER_TO_UINT(value)));
	}
}

static char *leader(GHashTable *sum)
{
	const char *best = NULL;
	unsigned int most = 0;
	GHashTableIter it;
	void *key, *value;

	g_hash_table_iter_init(&it, sum);
	while (g_hash_table_iter_next(&it, &key, &value)) {
		unsigned int n = GPOINTER_TO_UINT(value);

		/* of equals the first by name: the same in every run */
		if (n > most || (n == most && strcmp(key, best) < 0)) {
			best = key;
			most = n;
		}
	}
	return g_strdup(best);
}

char *history_prefix(const struct history *h, const char *const *paths)
{
	g_autoptr(GHashTable) files = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) dirs = g_hash_table_new(g_str_hash, g_str_equal);
	char *prefix;

	for (; *paths; paths++) {
		g_autofree char *dir = directory_key(*paths);

		merge(files, g_hash_table_lookup(h->counts, *paths));
		merge(dirs, g_hash_table_lookup(h->counts, dir));
	}
	prefix = leader(files);
	return prefix ?: leader(dirs);
}
