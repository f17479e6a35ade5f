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
	g_autoptr(GPtrArray) threads = g_ptr_array_new();

	scan->results = g_new0(void *, scan->paths->len + 1);
	jobs = CLAMP(jobs, 1, 64);
	jobs = MIN(jobs, scan->paths->len / 16 + 1);
	for (unsigned int i = 1; i < jobs; i++) {
		GThread *t = g_thread_try_new("scan", scan_thread, scan, NULL);

		if (t)
			g_ptr_array_add(threads, t);
	}
	scan_thread(scan);
	for (unsigned int i = 0; i < threads->len; i++)
		g_thread_join(threads->pdata[i]);
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

static bool has_word(const GByteArray *text, const char *word)
{
	const char *end = (const char *)text->data + text->len;
	const char *p = (const char *)text->data;
	size_t len = strlen(word);

	if (!len)
		return false;
	while ((p = memmem(p, end - p, word, len)) != NULL) {
		if ((p == (const char *)text->data || !is_word(p[-1])) &&
		    (p + len == end || !is_word(p[len])))
			return true;
		p++;
	}
	return false;
}

static void *look_for_words(const struct scan *scan, const char *path,
			    const GByteArray *text)
{
	for (const char *const *word = scan->user; *word; word++)
		if (has_word(text, *word))
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

	scan.paths = named_files(tree, paths, error);
	if (!scan.paths)
		return NULL;
	scan.keys = words_keys(api_gup_names(api));
	out = g_ptr_array_new_with_free_func(file_free);
	scan_run(&scan, jobs);
	take_results(&scan, out);
	if (tree->verbose)
		g_printerr("gup2pin: %s: %u C files, %u mention a gup name\n",
			   tree->root, scan.paths->len, out->len);
	g_ptr_array_unref(scan.paths);
	g_ptr_array_unref(scan.keys);
	return out;
}

GPtrArray *tree_find_words(struct tree *tree, const char *const *words,
			   const char *below, unsigned int jobs)
{
	g_autofree char *dir = below ? relative_path(tree, below) : NULL;
	struct scan scan = {
		.root = tree->root,
		.look = look_for_words,
		.fail = fail_quietly,
		.user = words,
	};
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

	if (below && !dir)
		return out;
	scan.paths = dir && *dir ? list_files(tree, dir) : all_files(tree);
	scan.keys = words_keys(words);
	scan_run(&scan, jobs);
	take_results(&scan, out);
	g_ptr_array_unref(scan.paths);
	g_ptr_array_unref(scan.keys);
	return out;
}

/* Which of the words one file mentions. */
struct found {
	const char *path;
	GPtrArray *words;
};

/**
 * struct wanted - words to be found
 * @words: set of them
 * @bits: a bit for each hash value that one of them has: most words of a text
 *	are told from all of them without a look into the set
 */
struct wanted {
	GHashTable *words;
	guint8 bits[8192];
};

static guint32 word_hash(guint32 hash, char c)
{
	return (hash ^ (guint8)c) * 16777619u;
}

static void want_word(struct wanted *w, const char *word)
{
	guint32 hash = 0;

	for (const char *p = word; *p; p++)
		hash = word_hash(hash, *p);
	hash ^= hash >> 16;
	w->bits[(hash & 0xffff) / 8] |= 1 << hash % 8;
	g_hash_table_add(w->words, (void *)word);
}

static void *look_for_each(const struct scan *scan, const char *path,
			   const GByteArray *text)
{
	const struct wanted *wanted = scan->user;
	const char *p = (const char *)text->data;
	const char *end = p + text->len;
	struct found *found = NULL;

	while (p < end) {
		const char *start = p;
		guint32 hash = 0;
		char word[64];
		size_t len;
		void *key;

		if (!is_word(*p)) {
			p++;
			continue;
		}
		for (; p < end && is_word(*p); p++)
			hash = word_hash(hash, *p);
		hash ^= hash >> 16;
		len = p - start;
		if (!(wanted->bits[(hash & 0xffff) / 8] & 1 << hash % 8) ||
		    len >= sizeof(word))
			continue;
		memcpy(word, start, len);
		word[len] = '\0';
		if (!g_hash_table_lookup_extended(wanted->words, word, &key,
						  NULL))
			continue;
		if (!found) {
			found = g_new0(struct found, 1);
			found->path = path;
			found->words = g_ptr_array_new();
		}
		if (!g_ptr_array_find(found->words, key, NULL))
			g_ptr_array_add(found->words, key);
	}
	return found;
}

GHashTable *tree_index_words(struct tree *tree, GPtrArray *words,
			     unsigned int jobs)
{
	g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);
	struct wanted wanted = { .words = set };
	GHashTable *index =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
				      (GDestroyNotify)g_ptr_array_unref);
	struct scan scan = {
		.root = tree->root,
		.look = look_for_each,
		.fail = fail_quietly,
		.user = &wanted,
	};

	for (unsigned int i = 0; i < words->len; i++) {
		want_word(&wanted, words->pdata[i]);
		g_hash_table_insert(index, g_strdup(words->pdata[i]),
				    g_ptr_array_new_with_free_func(g_free));
	}
	scan.paths = all_files(tree);
	scan_run(&scan, jobs);
	for (unsigned int i = 0; i < scan.paths->len; i++) {
		struct found *found = scan.results[i];

		for (unsigned int k = 0; found && k < found->words->len; k++)
			g_ptr_array_add(g_hash_table_lookup(
						index, found->words->pdata[k]),
					g_strdup(found->path));
		if (found)
			g_ptr_array_unref(found->words);
		g_free(found);
	}
	g_free(scan.results);
	g_ptr_array_unref(scan.paths);
	return index;
}
