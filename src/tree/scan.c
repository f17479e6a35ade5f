// SPDX-License-Identifier: GPL-2.0-only
/*
 * scan.c - the files that are worth parsing
 *
 * All C files are read once, by several threads.  A file that holds none of a
 * few key strings is done with; the others go through the lexer.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tree/index.h"
#include "tree/private.h"

/**
 * struct scan - one pass over many files
 * @root: that paths are relative to
 * @paths: (element-type char*): files
 * @keys: (element-type char*): a file without any of them is of no interest;
 *	NULL: all are
 * @next: index of the next file to look at; taken atomically
 * @look: called for each file with a key; NULL is "not found"
 * @results: what look returned, parallel to paths
 * @user: for look
 */
struct scan {
	const char *root;
	GPtrArray *paths;
	GPtrArray *keys;
	int next;
	void *(*look)(const struct scan *scan, const char *path,
		      const GByteArray *text);
	void *(*fail)(const char *path, int err, const char *why);
	void **results;
	const void *user;
};

static bool has_key(const struct scan *scan, const GByteArray *text)
{
	if (!scan->keys)
		return true;
	for (unsigned int i = 0; i < scan->keys->len; i++) {
		const char *key = scan->keys->pdata[i];

		if (memmem(text->data, text->len, key, strlen(key)))
			return true;
	}
	return false;
}

static void *scan_thread(void *data)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	struct scan *scan = data;

	for (;;) {
		unsigned int i = g_atomic_int_add(&scan->next, 1);
		g_autofree char *full = NULL;
		g_autofree char *why = NULL;
		const char *path;
		int err;

		if (i >= scan->paths->len)
			return NULL;
		path = scan->paths->pdata[i];
		full = g_build_filename(scan->root, path, NULL);
		err = read_regular(full, text, &why);
		if (err)
			scan->results[i] = scan->fail(path, err, why);
		else if (has_key(scan, text))
			scan->results[i] = scan->look(scan, path, text);
	}
}

static void scan_run(struct scan *scan, unsigned int jobs)
{
	scan->results = g_new0(void *, scan->paths->len + 1);
	threads_run("scan", scan_thread, scan,
		    MIN(jobs, scan->paths->len / 16 + 1));
}

static void file_free(void *p)
{
	struct tree_file *file = p;

	if (!file)
		return;
	g_free((void *)file->path);
	g_ptr_array_unref(file->mentions);
	g_free((void *)file->error);
	g_free(file);
}

static void *look_for_mentions(const struct scan *scan, const char *path,
			       const GByteArray *text)
{
	struct tree_file *file;
	GPtrArray *mentions;

	mentions =
		tree_mentions(scan->user, (const char *)text->data, text->len);
	if (!mentions->len) {
		g_ptr_array_unref(mentions);
		return NULL;
	}
	file = g_new0(struct tree_file, 1);
	file->path = g_strdup(path);
	file->mentions = mentions;
	return file;
}

/* In the index but deleted from disk: nothing to tell. */
static void *fail_as_file(const char *path, int err, const char *why)
{
	struct tree_file *file;

	if (err == ENOENT || err == ENOTDIR)
		return NULL;
	file = g_new0(struct tree_file, 1);
	file->path = g_strdup(path);
	file->mentions = g_ptr_array_new();
	file->error = g_strdup(why);
	return file;
}

/* Every byte of a tree is asked about: a table is the quickest answer. */
static const bool word_bytes[256] = {
	['0' ... '9'] = true,
	['A' ... 'Z'] = true,
	['a' ... 'z'] = true,
	['_'] = true,
};

static inline bool is_word(unsigned char c)
{
	return word_bytes[c];
}

const char *tree_find_word(const char *text, size_t len, size_t from,
			   const char *word)
{
	const char *end = text + len, *p = text + from;
	size_t n = strlen(word);

	if (!n)
		return NULL;
	for (; (p = memmem(p, end - p, word, n)); p++)
		if ((p == text || !is_word(p[-1])) &&
		    (p + n == end || !is_word(p[n])))
			return p;
	return NULL;
}

static bool has_word(const GByteArray *text, const char *word)
{
	return tree_find_word((const char *)text->data, text->len, 0, word);
}

/* The answer of an index, for those that are looked up without one. */
static void *look_for_words(const struct scan *scan, const char *path,
			    const GByteArray *text)
{
	for (const char *const *word = scan->user; *word; word++)
		if (has_word(text, *word) &&
		    (!index_can_tell(*word) || index_text_has(text, *word)))
			return g_strdup(path);
	return NULL;
}

static void *fail_quietly(const char *path, int err, const char *why)
{
	return NULL;
}

static void take_results(struct scan *scan, GPtrArray *out)
{
	for (unsigned int i = 0; i < scan->paths->len; i++)
		if (scan->results[i])
			g_ptr_array_add(out, scan->results[i]);
	g_free(scan->results);
}

/* The list of the whole tree is made once. */
static GPtrArray *all_files(struct tree *tree)
{
	GPtrArray *files;

	g_mutex_lock(&tree->lock);
	if (!tree->files)
		tree->files = list_files(tree, "");
	files = g_ptr_array_ref(tree->files);
	g_mutex_unlock(&tree->lock);
	return files;
}

/* Does the list have the files of a directory?  It has none of those that only
 * come in when they are named: tools/, or what git does not track.
 */
static bool is_listed(struct tree *tree, const char *dir)
{
	g_autoptr(GPtrArray) files = all_files(tree);
	g_autofree char *prefix = g_strconcat(dir, "/", NULL);
	unsigned int from = 0, to = files->len;

	while (from < to) {
		unsigned int mid = from + (to - from) / 2;

		if (strcmp(files->pdata[mid], prefix) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from < files->len &&
	       g_str_has_prefix(files->pdata[from], prefix);
}

/* So is its index. */
struct index *index_of(struct tree *tree, unsigned int jobs)
{
	g_autoptr(GPtrArray) files = all_files(tree);
	const struct manifest *now;

	now = manifest_of(tree, jobs);
	g_mutex_lock(&tree->lock);
	if (!tree->index)
		tree->index = index_new(tree->root, files, now, jobs);
	g_mutex_unlock(&tree->lock);
	return tree->index;
}

/* Remember what files were searched for: a result depends on the answer. */
static void note_words(struct tree *tree, const char *const *words,
		       unsigned int n)
{
	g_mutex_lock(&tree->lock);
	for (unsigned int i = 0; i < n; i++) {
		if (!index_can_tell(words[i]))
			tree->asked_more = true;
		else if (!g_hash_table_contains(tree->asked, words[i]))
			g_hash_table_add(tree->asked, g_strdup(words[i]));
	}
	g_mutex_unlock(&tree->lock);
}

static void forget_numbers(void *numbers)
{
	g_array_unref(numbers);
}

/* Look some words up at once, and those that an earlier run has asked for: each
 * look is a pass over the index.
 */
static void look_up(struct tree *tree, GArray *hashes, unsigned int jobs)
{
	struct index *index = index_of(tree, jobs);
	GArray **found;

	if (!tree->answers)
		tree->answers = g_hash_table_new_full(
			g_int64_hash, g_int64_equal, g_free, forget_numbers);
	if (tree->hint)
		g_array_append_vals(hashes, tree->hint->data, tree->hint->len);
	g_clear_pointer(&tree->hint, g_array_unref);
	found = index_find(index, (const guint64 *)hashes->data, hashes->len);
	for (unsigned int i = 0; i < hashes->len; i++)
		g_hash_table_insert(
			tree->answers,
			g_memdup2(&g_array_index(hashes, guint64, i),
				  sizeof(guint64)),
			found[i]);
	g_free(found);
}

/* index_find(), for words that may have been looked up before. */
static GArray **find(struct tree *tree, const char *const *words,
		     unsigned int n, unsigned int jobs)
{
	g_autoptr(GArray) missing = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autofree guint64 *hashes = g_new(guint64, n + 1);
	GArray **found = g_new(GArray *, n + 1);

	note_words(tree, words, n);
	for (unsigned int i = 0; i < n; i++) {
		hashes[i] = index_hash(words[i]);
		if (!tree->answers ||
		    !g_hash_table_contains(tree->answers, &hashes[i]))
			g_array_append_val(missing, hashes[i]);
	}
	if (missing->len)
		look_up(tree, missing, jobs);
	for (unsigned int i = 0; i < n; i++)
		found[i] = g_array_ref(
			g_hash_table_lookup(tree->answers, &hashes[i]));
	return found;
}

/*
 * What the user calls a file or directory, relative to the root; "" is the
 * root itself.  An absolute name may lead there through symbolic links.
 */
static char *relative_path(const struct tree *tree, const char *path)
{
	g_autofree char *full = g_canonicalize_filename(path, tree->root);
	size_t len = strlen(tree->root);
	char *real;

	/* The root directory "/" ends in the slash itself. */
	if (len == 1)
		len = 0;
	if (strncmp(full, tree->root, len) || (full[len] && full[len] != '/')) {
		real = realpath(full, NULL);
		if (!real)
			return NULL;
		g_free(full);
		full = g_strdup(real);
		free(real);
	}
	if (strncmp(full, tree->root, len) || (full[len] && full[len] != '/'))
		return NULL;
	return g_strdup(full[len] ? full + len + 1 : "");
}

static gboolean named_file(const struct tree *tree, const char *name,
			   const char *rel, GHashTable *set, GError **error)
{
	g_autofree char *full = g_build_filename(tree->root, rel, NULL);
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autofree char *why = NULL;

	if (read_regular(full, text, &why)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO, "%s: %s (in %s)",
			    name, why, tree->root);
		return FALSE;
	}
	g_hash_table_add(set, g_strdup(rel));
	return TRUE;
}

static gboolean named_path(struct tree *tree, const char *name, GHashTable *set,
			   GError **error)
{
	g_autofree char *rel = relative_path(tree, name);
	g_autofree char *full = NULL;
	g_autoptr(GPtrArray) files = NULL;

	if (!rel) {
		if (g_path_is_absolute(name) &&
		    !g_file_test(name, G_FILE_TEST_EXISTS))
			g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
				    "%s: no such file or directory", name);
		else
			g_set_error(
				error, G2P_ERROR, G2P_ERROR_USAGE,
				"%s is outside of %s; name the tree with -C",
				name, tree->root);
		return FALSE;
	}
	full = g_build_filename(tree->root, rel, NULL);
	if (!g_file_test(full, G_FILE_TEST_IS_DIR))
		return named_file(tree, name, rel, set, error);
	files = *rel ? list_files(tree, rel) : all_files(tree);
	for (unsigned int i = 0; i < files->len; i++)
		g_hash_table_add(set, g_strdup(files->pdata[i]));
	return TRUE;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *named_files(struct tree *tree, const char *const *paths,
			      GError **error)
{
	g_autoptr(GHashTable) set =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *files;
	GHashTableIter iter;
	void *path;

	if (!paths || !*paths)
		return all_files(tree);
	for (; *paths; paths++)
		if (!named_path(tree, *paths, set, error))
			return NULL;
	files = g_ptr_array_new_with_free_func(g_free);
	g_hash_table_iter_init(&iter, set);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		g_ptr_array_add(files, path);
		g_hash_table_iter_steal(&iter);
	}
	g_ptr_array_sort(files, compare_paths);
	return files;
}

/* The files that an index has under a word, and those that it cannot tell of. */
static GPtrArray *likely_files(struct tree *tree, const struct api *api,
			       GPtrArray *paths, unsigned int jobs)
{
	const char *const *names = api_gup_names(api);
	g_autoptr(GHashTable) no = g_hash_table_new(g_str_hash, g_str_equal);
	struct index *index = index_of(tree, jobs);
	unsigned int n, n_names = g_strv_length((char **)names);
	const struct index_file *files = index_files(index, &n);
	g_autofree bool *yes = g_new0(bool, n + 1);
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	GArray **found = find(tree, names, n_names, jobs);

	for (unsigned int i = 0; i < n_names; i++) {
		for (unsigned int k = 0; k < found[i]->len; k++)
			yes[g_array_index(found[i], guint, k)] = true;
		g_array_unref(found[i]);
	}
	g_free(found);
	for (unsigned int i = 0; i < n; i++)
		if (!yes[i] && !files[i].error)
			g_hash_table_add(no, (void *)files[i].state.path);
	for (unsigned int i = 0; i < paths->len; i++)
		if (!g_hash_table_contains(no, paths->pdata[i]))
			g_ptr_array_add(out, g_strdup(paths->pdata[i]));
	return out;
}

GPtrArray *tree_candidates(struct tree *tree, const struct api *api,
			   const char *const *paths, unsigned int jobs,
			   GError **error)
{
	struct scan scan = {
		.root = tree->root,
		.look = look_for_mentions,
		.fail = fail_as_file,
		.user = api,
	};
	GPtrArray *out;
	const char *const *names = api_gup_names(api);
	unsigned int n;

	note_words(tree, names, g_strv_length((char **)names));
	scan.paths = named_files(tree, paths, error);
	if (!scan.paths)
		return NULL;
	n = scan.paths->len;
	if (n > TREE_MANY_FILES || tree->index) {
		GPtrArray *likely = likely_files(tree, api, scan.paths, jobs);

		g_ptr_array_unref(scan.paths);
		scan.paths = likely;
	}
	scan.keys = words_keys(names);
	out = g_ptr_array_new_with_free_func(file_free);
	scan_run(&scan, jobs);
	take_results(&scan, out);
	if (tree->verbose)
		g_printerr("gup2pin: %s: %u C files, %u mention a gup name\n",
			   tree->root, n, out->len);
	g_ptr_array_unref(scan.paths);
	g_ptr_array_unref(scan.keys);
	return out;
}

/* Any word that a reader could ask for, in part of the tree. */
static GPtrArray *search(struct tree *tree, const char *const *words,
			 const char *dir, unsigned int jobs)
{
	struct scan scan = {
		.root = tree->root,
		.look = look_for_words,
		.fail = fail_quietly,
		.user = words,
	};
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

	scan.paths = dir && *dir ? list_files(tree, dir) : all_files(tree);
	scan.keys = words_keys(words);
	scan_run(&scan, jobs);
	take_results(&scan, out);
	g_ptr_array_unref(scan.paths);
	g_ptr_array_unref(scan.keys);
	return out;
}

/* @dir: only what is below it; "" for all */
static GPtrArray *files_of(const struct index *index, const GArray *numbers,
			   const char *dir)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	size_t len = strlen(dir);
	unsigned int n;
	const struct index_file *files = index_files(index, &n);

	for (unsigned int i = 0; i < numbers->len; i++) {
		const char *path =
			files[g_array_index(numbers, guint, i)].state.path;

		if (!len || (!strncmp(path, dir, len) && path[len] == '/'))
			g_ptr_array_add(out, g_strdup(path));
	}
	return out;
}

static int compare_numbers(gconstpointer a, gconstpointer b)
{
	const guint *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The numbers of all lists, each once. */
static GArray *merge(GArray **found, unsigned int n)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(guint));
	unsigned int kept = 0;

	for (unsigned int i = 0; i < n; i++)
		if (found[i]->len)
			g_array_append_vals(all, found[i]->data, found[i]->len);
	g_array_sort(all, compare_numbers);
	for (unsigned int i = 0; i < all->len; i++) {
		guint number = g_array_index(all, guint, i);

		if (!kept || g_array_index(all, guint, kept - 1) != number)
			g_array_index(all, guint, kept++) = number;
	}
	g_array_set_size(all, kept);
	return all;
}

GPtrArray *tree_find_words(struct tree *tree, const char *const *words,
			   const char *below, unsigned int jobs)
{
	g_autofree char *dir = below ? relative_path(tree, below) : NULL;
	unsigned int n = g_strv_length((char **)words);
	g_autoptr(GArray) all = NULL;
	bool simple = !dir || !*dir || (tree->index && is_listed(tree, dir));
	struct index *index;
	GArray **found;

	note_words(tree, words, n);
	if (below && !dir)
		return g_ptr_array_new_with_free_func(g_free);
	for (unsigned int i = 0; i < n; i++)
		simple = simple && index_can_tell(words[i]);
	if (!simple)
		return search(tree, words, dir, jobs);
	index = index_of(tree, jobs);
	found = find(tree, words, n, jobs);
	all = merge(found, n);
	for (unsigned int i = 0; i < n; i++)
		g_array_unref(found[i]);
	g_free(found);
	return files_of(index, all, dir ?: "");
}

GHashTable *tree_index_words(struct tree *tree, GPtrArray *words,
			     unsigned int jobs)
{
	struct index *index = index_of(tree, jobs);
	GArray **found =
		find(tree, (const char *const *)words->pdata, words->len, jobs);
	GHashTable *out =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
				      (GDestroyNotify)g_ptr_array_unref);

	for (unsigned int i = 0; i < words->len; i++) {
		/* of others nothing is known */
		if (!index_can_tell(words->pdata[i]))
			g_array_set_size(found[i], 0);
		g_hash_table_insert(out, g_strdup(words->pdata[i]),
				    files_of(index, found[i], ""));
		g_array_unref(found[i]);
	}
	g_free(found);
	return out;
}
