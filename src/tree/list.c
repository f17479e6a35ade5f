// SPDX-License-Identifier: GPL-2.0-only
/*
 * list.c - which C files a tree has
 *
 * In a git checkout the index says so: build output and other people's files
 * are not in it.  Else the directory is walked.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include "tree/git.h"
#include "tree/manifest.h"
#include "tree/private.h"

bool list_is_source(const char *path)
{
	size_t len = strlen(path);

	if (len < 3 || path[len - 2] != '.' ||
	    (path[len - 1] != 'c' && path[len - 1] != 'h'))
		return false;
	/* modpost writes X.mod.c next to X.ko */
	return !g_str_has_suffix(path, ".mod.c");
}

/* User-space code, unless it was asked for. */
static bool is_user_space(const char *path, const char *below)
{
	static const char *const dirs[] = { "Documentation", "tools" };

	for (unsigned int i = 0; i < G_N_ELEMENTS(dirs); i++) {
		size_t len = strlen(dirs[i]);

		if (!strncmp(path, dirs[i], len) &&
		    (path[len] == '/' || !path[len]))
			return strncmp(below, dirs[i], len) ||
			       (below[len] && below[len] != '/');
	}
	return false;
}

/* Is @path inside of directory @dir ("" is everything)? */
static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !len || (!strncmp(path, dir, len) && path[len] == '/');
}

bool git_open(const char *root, git_repository **repo, git_index **index)
{
	static const int levels[] = { GIT_CONFIG_LEVEL_SYSTEM,
				      GIT_CONFIG_LEVEL_XDG,
				      GIT_CONFIG_LEVEL_GLOBAL };

	*repo = NULL;
	*index = NULL;
	git_libgit2_init();
	/*
	 * Only the index is read and nothing is done that a configuration
	 * could change: any owner will do, and a home directory that cannot be
	 * read does no harm.
	 */
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	for (unsigned int i = 0; i < G_N_ELEMENTS(levels); i++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	return !git_repository_open_ext(repo, root, 0, NULL) &&
	       git_repository_workdir(*repo) &&
	       !git_repository_index(index, *repo);
}

char *git_prefix(git_repository *repo, const char *root)
{
	g_autofree char *work = NULL;
	char *real = realpath(git_repository_workdir(repo), NULL);
	size_t len;

	if (!real)
		return NULL;
	work = g_strdup(real);
	free(real);
	len = strlen(work);
	if (!strcmp(root, work))
		return g_strdup("");
	if (strncmp(root, work, len) || root[len] != '/')
		return NULL;
	return g_strdup_printf("%s/", root + len + 1);
}

static void add_entries(git_index *index, const char *prefix, const char *below,
			GPtrArray *out)
{
	size_t len = strlen(prefix);
	size_t i;

	if (*prefix && git_index_find_prefix(&i, index, prefix))
		return;
	for (i = *prefix ? i : 0; i < git_index_entrycount(index); i++) {
		const git_index_entry *e = git_index_get_byindex(index, i);
		const char *path = e->path + len;

		if (strncmp(e->path, prefix, len))
			break;
		if (e->mode == GIT_FILEMODE_COMMIT || !list_is_source(path) ||
		    !is_below(path, below) || is_user_space(path, below))
			continue;
		g_ptr_array_add(out, g_strdup(path));
	}
}

/* Are there tracked files below this prefix at all, of any kind? */
static bool is_tracked(git_index *index, const char *prefix, const char *below)
{
	g_autofree char *dir = *below ?
				       g_strdup_printf("%s%s/", prefix, below) :
				       g_strdup(prefix);
	size_t i;

	return *dir ? !git_index_find_prefix(&i, index, dir) :
		      git_index_entrycount(index) > 0;
}

static bool has_entry(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* May a directory be in a repository?  To start libgit2 takes as long as to
 * look at all files of a kernel does: it reads the system's certificates.
 */
static bool may_be_git(const char *root)
{
	g_autofree char *dir = g_strdup(root);
	size_t len = 0;

	while (strlen(dir) != len) {
		char *up = g_path_get_dirname(dir);

		if (has_entry(dir, ".git") ||
		    (has_entry(dir, "HEAD") && has_entry(dir, "objects"))) {
			g_free(up);
			return true;
		}
		len = strlen(dir);
		g_free(dir);
		dir = up;
	}
	return false;
}

/* False when the index does not say anything about this directory. */
static bool list_index(const char *root, const char *below, GPtrArray *out)
{
	g_autofree char *prefix = NULL;
	git_repository *repo;
	git_index *index;
	bool ok = false;

	if (!may_be_git(root))
		return false;
	if (git_open(root, &repo, &index)) {
		prefix = git_prefix(repo, root);
		ok = prefix && is_tracked(index, prefix, below);
		if (ok)
			add_entries(index, prefix, below, out);
	}
	git_index_free(index);
	git_repository_free(repo);
	git_libgit2_shutdown();
	return ok;
}

static bool skip_directory(const char *parent, const char *name)
{
	if (name[0] == '.')
		return true;
	/* Kbuild writes headers there. */
	return !strcmp(name, "generated") &&
	       g_str_has_suffix(parent, "include");
}

static void walk(const char *root, const char *dir, const char *below,
		 GPtrArray *out);

static void walk_entry(const char *root, const char *dir, const char *below,
		       const struct dirent *e, GPtrArray *out)
{
	g_autofree char *path = *dir ? g_build_filename(dir, e->d_name, NULL) :
				       g_strdup(e->d_name);
	unsigned char type = e->d_type;

	if (type == DT_UNKNOWN) {
		g_autofree char *full = g_build_filename(root, path, NULL);
		struct stat st;

		if (lstat(full, &st))
			return;
		type = S_ISDIR(st.st_mode) ? DT_DIR :
		       S_ISREG(st.st_mode) ? DT_REG :
		       S_ISLNK(st.st_mode) ? DT_LNK :
					     DT_CHR;
	}
	if (type == DT_DIR) {
		if (!skip_directory(dir, e->d_name) &&
		    !is_user_space(path, below))
			walk(root, path, below, out);
	} else if ((type == DT_REG || type == DT_LNK) && list_is_source(path)) {
		g_autofree char *full = g_build_filename(root, path, NULL);

		if (type == DT_REG || g_file_test(full, G_FILE_TEST_IS_REGULAR))
			g_ptr_array_add(out, g_steal_pointer(&path));
	}
}

static void walk(const char *root, const char *dir, const char *below,
		 GPtrArray *out)
{
	g_autofree char *full = g_build_filename(root, dir, NULL);
	DIR *d = opendir(full);
	struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			walk_entry(root, dir, below, e, out);
	closedir(d);
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* An unmerged file is in the index more than once. */
static void drop_doubles(GPtrArray *paths)
{
	for (unsigned int i = 1; i < paths->len;) {
		if (strcmp(paths->pdata[i - 1], paths->pdata[i]))
			i++;
		else
			g_ptr_array_remove_index(paths, i);
	}
}

/* Would walk() come to this file? */
static bool is_walked(const char *path)
{
	const char *at = path, *slash;

	if (is_user_space(path, "") || !list_is_source(path))
		return false;
	for (; (slash = strchr(at, '/')); at = slash + 1) {
		g_autofree char *parent =
			g_strndup(path, at == path ? 0 : at - path - 1);
		g_autofree char *name = g_strndup(at, slash - at);

		if (skip_directory(parent, name))
			return false;
	}
	return true;
}

/* What walk() finds, out of a manifest that there is anyway. */
static void walk_manifest(const struct manifest *m, GPtrArray *out)
{
	for (unsigned int i = 0; i < m->files->len; i++) {
		const struct manifest_file *f =
			&g_array_index(m->files, struct manifest_file, i);

		if (f->regular && is_walked(f->path))
			g_ptr_array_add(out, g_strdup(f->path));
	}
}

GPtrArray *list_files(struct tree *tree, const char *below)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	bool by_git = list_index(tree->root, below, out);

	if (!by_git && !*below && tree->manifest)
		walk_manifest(tree->manifest, out);
	else if (!by_git)
		walk(tree->root, below, below, out);
	g_ptr_array_sort(out, compare_paths);
	drop_doubles(out);
	return out;
}

void list_state(struct tree *tree, GChecksum *sum)
{
	g_autoptr(GPtrArray) listed = g_ptr_array_new_with_free_func(g_free);
	bool by_git = list_index(tree->root, "", listed);

	/* what the walk of a directory finds, a manifest has */
	g_checksum_update(sum, (const guchar *)(by_git ? "git" : "walk"), -1);
	for (unsigned int i = 0; by_git && i < listed->len; i++)
		g_checksum_update(sum, listed->pdata[i],
				  strlen(listed->pdata[i]) + 1);
}
