// SPDX-License-Identifier: GPL-2.0-only
/* kept.c - is a result of an earlier run still right */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>
#include <glib/gstdio.h>
#include "tree/cache_dir.h"
#include "tree/flags_store.h"
#include "tree/index.h"
#include "tree/kept.h"
#include "tree/kept_store.h"
#include "tree/private.h"
#include "tree/read.h"
#include "tree/tail.h"
#include "tree/warn.h"

/* More changed files than this are better looked at by a new run. */
#define MAX_CHANGED 256

/**
 * struct kept - see kept.h
 * @tree: the tree
 * @path: of the entry
 * @listed: state of the list of files
 * @now: files of the tree
 * @reads: see kept_reads()
 * @texts: path -> sum of its content
 * @old: an entry of the same files that is no longer right, or NULL
 */
struct kept {
	struct tree *tree;
	char *path;
	char *listed;
	const struct manifest *now;
	GHashTable *reads;
	GHashTable *texts;
	struct kept_entry *old;
};

static char *entry_path(const struct tree *tree, const char *key)
{
	const char *const parts[] = { tree->root, tree->assumed ?: "", key };
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *dir = cache_dir(KEPT_PART);

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		g_checksum_update(sum, (const guchar *)parts[i],
				  strlen(parts[i]) + 1);
	return g_build_filename(dir, g_checksum_get_string(sum), NULL);
}

/* Which files git knows of. */
static char *state_of_list(struct tree *tree)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	list_state(tree, sum);
	return g_strdup(g_checksum_get_string(sum));
}

struct kept *kept_open(struct tree *tree, const char *key, unsigned int jobs)
{
	const struct manifest *now;
	struct kept *k;

	/* a module is small, its kernel is not */
	if (strcmp(tree->kernel, tree->root) ||
	    strcmp(tree->source, tree->root))
		return NULL;
	now = manifest_of(tree, jobs);
	if (!now)
		return NULL;
	k = g_new0(struct kept, 1);
	k->tree = tree;
	k->now = now;
	k->listed = state_of_list(tree);
	k->path = entry_path(tree, key);
	k->reads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	k->texts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return k;
}

void kept_free(struct kept *k)
{
	if (!k)
		return;
	g_hash_table_unref(k->reads);
	g_hash_table_unref(k->texts);
	kept_unload(k->old);
	g_free(k->listed);
	g_free(k->path);
	g_free(k);
}

GHashTable *kept_reads(struct kept *k)
{
	return k->reads;
}

void kept_note_text(struct kept *k, const char *path, const char *sum)
{
	g_hash_table_insert(k->texts, g_strdup(path), g_strdup(sum));
}

/* Is it right? ------------------------------------------------------------ */

static bool same_state(const struct kept_state *s,
		       const struct manifest_file *f)
{
	return f->size >= 0 && s->size == f->size && s->mtime == f->mtime &&
	       s->ctime == f->ctime && s->ino == f->ino;
}

/* Which of the words has a file that has changed, or a text in its place? */
static bool same_mark(struct kept *k, const struct kept_entry *e,
		      const struct kept_state *s, const char *path,
		      GBytes *text)
{
	struct index_file file = { .state.path = path };
	g_autoptr(GByteArray) buf = g_byte_array_new();
	struct index_seen *seen = NULL;
	bool same;

	if (text) {
		g_byte_array_append(buf, g_bytes_get_data(text, NULL),
				    g_bytes_get_size(text));
		index_read_text(&file, buf, &seen);
	} else {
		index_read(&file, k->tree->root, buf, &seen);
	}
	same = !file.error &&
	       index_mark(&file, e->words, e->n_words) == s->mark;
	index_seen_free(seen);
	g_free((void *)file.low);
	return same;
}

static int text_cmp(const void *key, const void *element)
{
	const guint64 *file = key;
	const struct kept_text *t = element;

	return (*file > t->file) - (*file < t->file);
}

static bool has_sum(const struct kept_text *t, const guint8 *text, gsize len)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[sizeof(t->sum)];
	gsize n = sizeof(digest);

	g_checksum_update(sum, text, len);
	g_checksum_get_digest(sum, digest, &n);
	return !memcmp(digest, t->sum, sizeof(digest));
}

/* Has a file that was read the text that it had, but for an end that says
 * nothing?
 */
static bool same_content(struct kept *k, const struct kept_entry *e, gsize file,
			 const char *path, GBytes *text)
{
	guint64 key = file;
	const struct kept_text *t =
		bsearch(&key, e->texts, e->n_texts, sizeof(*t), text_cmp);
	g_autofree char *full = g_build_filename(k->tree->root, path, NULL);
	gint64 size = e->states[file].size;
	g_autofree char *own = NULL;
	const char *data;
	gsize len;

	if (!t || size < 0 ||
	    (!text && !tree_read_file(full, &own, &len, NULL)))
		return false;
	data = text ? g_bytes_get_data(text, &len) : own;
	if (len < (gsize)size || !has_sum(t, (const guint8 *)data, size))
		return false;
	return len == (gsize)size ||
	       (e->all_words &&
		tail_is_idle(data, len, size, e->words, e->n_words));
}

/* The same names; they cost nothing. */
static bool same_list(const struct kept *k, const struct kept_entry *e)
{
	const struct manifest_file *now = (const void *)k->now->files->data;
	const char *path = e->paths;

	if (e->n_files != k->now->files->len)
		return false;
	for (gsize i = 0; i < e->n_files; i++) {
		if (strcmp(path, now[i].path))
			return false;
		path += strlen(path) + 1;
	}
	return true;
}

static bool same_files(struct kept *k, const struct kept_entry *e)
{
	const struct manifest_file *now = (const void *)k->now->files->data;
	unsigned int changed = 0;

	if (!same_list(k, e))
		return false;
	for (gsize i = 0; i < e->n_files; i++) {
		const struct kept_state *s = &e->states[i];

		if (same_state(s, &now[i]))
			continue;
		if (++changed > MAX_CHANGED)
			return false;
		if (s->mark == KEPT_READ ?
			    !same_content(k, e, i, now[i].path, NULL) :
			    !same_mark(k, e, s, now[i].path, NULL))
			return false;
	}
	return true;
}

static void note_stat(struct manifest_file *f, const struct stat *st)
{
	f->size = st->st_size;
	f->mtime = st->st_mtim.tv_sec * 1000000000ll + st->st_mtim.tv_nsec;
	f->ctime = st->st_ctim.tv_sec * 1000000000ll + st->st_ctim.tv_nsec;
	f->ino = st->st_ino;
}

static struct manifest_file look_at(const char *path)
{
	struct manifest_file f = { .path = path, .size = -1 };
	struct stat st;

	if (!stat(path, &st) && S_ISREG(st.st_mode))
		note_stat(&f, &st);
	return f;
}

/* Files elsewhere: stand-ins for generated headers, a compiler's own. */
static bool same_outside(const struct kept_entry *e)
{
	const char *path = e->outside;

	for (gsize i = 0; i < e->n_outside; i++) {
		const struct manifest_file f = look_at(path);

		if (!same_state(&e->states[e->n_files + i], &f))
			return false;
		path += strlen(path) + 1;
	}
	return true;
}

static bool is_right(struct kept *k, const struct kept_entry *e)
{
	return !strcmp(e->listed, k->listed) && same_outside(e) &&
	       same_files(k, e);
}

/* The next run will ask for much the same words. */
static void hint(struct tree *tree, const struct kept_entry *e)
{
	if (tree->hint)
		return;
	tree->hint =
		g_array_sized_new(FALSE, FALSE, sizeof(guint64), e->n_words);
	g_array_append_vals(tree->hint, e->words, e->n_words);
}

GBytes *kept_get(struct kept *k)
{
	struct kept_entry *e = kept_load(k->path);
	GBytes *result = NULL;

	if (e && is_right(k, e)) {
		result = g_bytes_new(e->result, e->n_result);
		g_utime(k->path, NULL); /* what is used is not old */
	} else if (e) {
		hint(k->tree, e);
		if (!k->old && same_list(k, e))
			k->old = g_steal_pointer(&e);
	}
	kept_unload(e);
	return result;
}

static bool same_text(struct kept *k, const struct kept_entry *e,
		      const char *path, GBytes *text)
{
	const struct manifest_file *f = manifest_find(k->now, path);
	const struct kept_state *s;
	gsize at;

	/* one that is new, or was not there */
	if (!f || !g_bytes_get_size(text))
		return false;
	at = f - (const struct manifest_file *)k->now->files->data;
	s = &e->states[at];
	return s->mark == KEPT_READ ? same_content(k, e, at, path, text) :
				      same_mark(k, e, s, path, text);
}

bool kept_is_same_with(struct kept *k, GHashTable *texts)
{
	struct kept_entry *e = kept_load(k->path);
	GHashTableIter iter;
	gpointer path, text;
	bool same = e && is_right(k, e);

	g_hash_table_iter_init(&iter, texts);
	while (same && g_hash_table_iter_next(&iter, &path, &text))
		same = same_text(k, e, path, text);
	kept_unload(e);
	return same;
}

/* Keep it ----------------------------------------------------------------- */

/* Paths that were read: those below the root, relative to it. */
static GHashTable *own_reads(struct kept *k, GPtrArray *outside)
{
	GHashTable *own = g_hash_table_new(g_str_hash, g_str_equal);
	size_t len = strlen(k->tree->root);
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, k->reads);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const char *path = key;

		if (!strncmp(path, k->tree->root, len) && path[len] == '/' &&
		    manifest_find(k->now, path + len + 1))
			g_hash_table_add(own, (void *)(path + len + 1));
		else
			g_ptr_array_add(outside, (void *)path);
	}
	return own;
}

/* What changed after the tree was opened was perhaps read before that. */
static bool is_fresh(const struct kept *k, const struct manifest_file *f)
{
	return f->size < 0 || MAX(f->mtime, f->ctime) + MANIFEST_RACY_NSEC >=
				      k->tree->opened * 1000;
}

/* Marks of the files that an index can tell of, by path. */
static GHashTable *marks_by_path(struct kept *k, guint64 **marks,
				 const GArray *words)
{
	GHashTable *by_path = g_hash_table_new(g_str_hash, g_str_equal);
	const struct index_file *files;
	unsigned int n;

	*marks = NULL;
	/* a large tree that no index was needed for is not read for one */
	if (k->now->files->len <= TREE_MANY_FILES)
		index_of(k->tree, 1);
	if (k->tree->asked_more || !k->tree->index)
		return by_path;
	*marks = index_marks(k->tree->index, (const guint64 *)words->data,
			     words->len);
	files = index_files(k->tree->index, &n);
	for (unsigned int i = 0; i < n; i++)
		if (!files[i].error && files[i].state.size >= 0)
			g_hash_table_insert(by_path,
					    (void *)files[i].state.path,
					    *marks + i);
	return by_path;
}

/* Are the marks of the old entry for the same words? */
static bool old_tells(const struct kept *k, const GArray *words)
{
	return k->old && k->old->all_words && !k->tree->asked_more &&
	       k->old->n_words == words->len &&
	       !memcmp(k->old->words, words->data,
		       words->len * sizeof(guint64));
}

/* The mark of a file that was not read, and has not been before. */
static guint64 old_mark(const struct kept *k, unsigned int i,
			const struct manifest_file *f)
{
	const struct kept_state *s = &k->old->states[i];

	return same_state(s, f) ? s->mark : KEPT_READ;
}

/* False when some file is not to be trusted.  Without marks those of the old
 * entry are meant: to work them out again takes a pass over the index.
 */
static bool put_states(struct kept *k, struct kept_writer *w, GHashTable *own,
		       GHashTable *marks)
{
	for (unsigned int i = 0; i < k->now->files->len; i++) {
		const struct manifest_file *f =
			&g_array_index(k->now->files, struct manifest_file, i);
		guint64 mark = KEPT_READ;
		const guint64 *found;
		const char *sum;

		if (is_fresh(k, f))
			return false;
		if (flags_only_name_counts(f->path) &&
		    !g_hash_table_contains(own, f->path)) {
			found = marks ? g_hash_table_lookup(marks, f->path) :
					NULL;
			mark = found ? *found :
			       marks ? KEPT_READ :
				       old_mark(k, i, f);
		}
		kept_writer_add(w, f, mark);
		sum = mark == KEPT_READ ?
			      g_hash_table_lookup(k->texts, f->path) :
			      NULL;
		if (sum)
			kept_writer_add_text(w, sum);
	}
	return true;
}

static bool put_outside(struct kept *k, struct kept_writer *w,
			GPtrArray *outside)
{
	for (unsigned int i = 0; i < outside->len; i++) {
		const struct manifest_file f = look_at(outside->pdata[i]);

		if (f.size < 0 ||
		    (is_fresh(k, &f) && !cache_is_stand_in(f.path)))
			return false;
		kept_writer_add(w, &f, KEPT_READ);
	}
	return true;
}

static GArray *hashes_of(GHashTable *words)
{
	GArray *hashes = g_array_new(FALSE, FALSE, sizeof(guint64));
	GHashTableIter iter;
	gpointer word;

	g_hash_table_iter_init(&iter, words);
	while (g_hash_table_iter_next(&iter, &word, NULL)) {
		guint64 hash = index_hash(word);

		g_array_append_val(hashes, hash);
	}
	return hashes;
}

void kept_put(struct kept *k, const void *result, gsize len)
{
	g_autoptr(GPtrArray) outside = g_ptr_array_new();
	g_autoptr(GHashTable) own = NULL;
	g_autoptr(GHashTable) by_path = NULL;
	g_autoptr(GArray) words = hashes_of(k->tree->asked);
	g_autofree guint64 *marks = NULL;
	struct kept_writer *w;

	/* a warning is to be seen again */
	if (g_hash_table_contains(k->reads, "") || tree_warnings())
		return;
	own = own_reads(k, outside);
	index_hashes_sort(words);
	if (!old_tells(k, words))
		by_path = marks_by_path(k, &marks, words);
	w = kept_writer_new(k->listed);
	if (put_states(k, w, own, by_path) && put_outside(k, w, outside))
		kept_writer_save(w, k->path, k->now->files->len, words,
				 !k->tree->asked_more, result, len);
	kept_writer_free(w);
}
