// SPDX-License-Identifier: GPL-2.0-only
/*
 * index.c - identifiers of all files, those of an earlier run where nothing
 * has changed
 */
#include <malloc.h>
#include <string.h>
#include <sys/stat.h>
#include "tree/index.h"

/* Changed files are read by every run, up to so many: rather than write it all
 * again for one of them.
 */
#define MAX_STALE 64

/**
 * struct index - see index.h
 * @files: one for each path
 * @n: how many
 * @own: the files that were read in this run
 * @store: what the others point into, or NULL
 */
struct index {
	struct index_file *files;
	unsigned int n;
	bool *own;
	struct index_store *store;
};

/**
 * struct refresh - the files are looked at by several threads
 * @index: the index
 * @root: of the tree
 * @next: index of the next file to look at; taken atomically
 * @stale: how many had to be read
 */
struct refresh {
	struct index *index;
	const char *root;
	int next;
	int stale;
};

static gint64 nsec(const struct timespec *t)
{
	return t->tv_sec * 1000000000ll + t->tv_nsec;
}

static void note_stat(struct manifest_file *f, const struct stat *st)
{
	f->size = st->st_size;
	f->mtime = nsec(&st->st_mtim);
	f->ctime = nsec(&st->st_ctim);
	f->ino = st->st_ino;
}

static bool is_same(const struct manifest_file *f, const struct stat *st)
{
	return S_ISREG(st->st_mode) && f->size == st->st_size &&
	       f->mtime == nsec(&st->st_mtim) &&
	       f->ctime == nsec(&st->st_ctim) && f->ino == st->st_ino;
}

static char *full_path(GString *buf, size_t root_len, const char *path)
{
	g_string_truncate(buf, root_len);
	g_string_append(buf, path);
	return buf->str;
}

static void refresh_file(struct refresh *r, unsigned int i, const char *full,
			 GByteArray *buf, struct index_seen **seen)
{
	struct index_file *f = &r->index->files[i];
	gint64 now = g_get_real_time() * 1000;
	struct stat st;

	if (!r->index->own[i])
		return;
	f->state.size = -1;
	if (!stat(full, &st) && S_ISREG(st.st_mode))
		note_stat(&f->state, &st);
	index_read(f, r->root, buf, seen);
	/* one that changes while it is read, or has only just */
	if (f->error || stat(full, &st) || !is_same(&f->state, &st) ||
	    MAX(f->state.mtime, f->state.ctime) + MANIFEST_RACY_NSEC > now)
		f->state.size = -1;
	g_atomic_int_inc(&r->stale);
}

static void *refresh_thread(void *data)
{
	struct refresh *r = data;
	g_autoptr(GByteArray) buf = g_byte_array_new();
	GString *full = g_string_new(r->root);
	struct index_seen *seen = NULL;
	size_t len;

	g_string_append_c(full, '/');
	len = full->len;
	for (;;) {
		unsigned int first = g_atomic_int_add(&r->next, 16);

		if (first >= r->index->n)
			break;
		for (unsigned int i = first; i < MIN(first + 16, r->index->n);
		     i++)
			refresh_file(r, i,
				     full_path(full, len,
					       r->index->files[i].state.path),
				     buf, &seen);
	}
	index_seen_free(seen);
	g_string_free(full, TRUE);
	return NULL;
}

static void refresh(struct refresh *r, unsigned int jobs)
{
	threads_run("index", refresh_thread, r,
		    MIN(jobs, r->index->n / 64 + 1));
}

/* The next of some sorted files whose path is not before @path. */
#define SKIP_TO(at, n, files, member, path)                        \
	while ((at) < (n) && strcmp((files)[at].member, path) < 0) \
	(at)++

/* Take over what is known of the paths and still right; all lists are sorted. */
static void take_known(struct index *index, const struct manifest *now)
{
	unsigned int k = 0, at = 0, n;
	const struct index_file *kept = index_store_files(index->store, &n);
	const struct manifest_file *states = (const void *)now->files->data;

	for (unsigned int i = 0; i < index->n; i++) {
		struct index_file *f = &index->files[i];
		const char *path = f->state.path;

		SKIP_TO(k, n, kept, state.path, path);
		SKIP_TO(at, now->files->len, states, path, path);
		if (k == n || at == now->files->len ||
		    strcmp(kept[k].state.path, path) ||
		    strcmp(states[at].path, path) ||
		    !manifest_same(&kept[k].state, &states[at]))
			continue;
		*f = kept[k];
		f->state.path = path;
		index->own[i] = false;
	}
}

static void drop_own(struct index *index)
{
	for (unsigned int i = 0; i < index->n; i++) {
		if (!index->own[i])
			continue;
		g_free((void *)index->files[i].low);
		index->files[i].low = index->files[i].high = NULL;
		index->files[i].n_words = 0;
	}
}

/* What was written is looked at there: it need not be in memory as well. */
static void keep(struct index *index, const char *root)
{
	const struct index_file *kept;
	struct index_store *store;
	unsigned int n;

	if (!index_save(root, index->files, index->n, index->store))
		return;
	store = index_load(root);
	if (!store)
		return;
	kept = index_store_files(store, &n);
	for (unsigned int i = 0; i < index->n; i++)
		if (i >= n ||
		    strcmp(kept[i].state.path, index->files[i].state.path))
			goto other;
	drop_own(index);
	malloc_trim(0);
	for (unsigned int i = 0; i < index->n; i++) {
		index->files[i].first = kept[i].first;
		index->files[i].n_words = kept[i].n_words;
		index->own[i] = false;
	}
	index_store_free(index->store);
	index->store = store;
	return;
other:
	/* another run has been faster, with another list of files */
	index_store_free(store);
}

struct index *index_new(const char *root, GPtrArray *paths,
			const struct manifest *now, unsigned int jobs)
{
	struct index *index = g_new0(struct index, 1);
	struct refresh r = { .index = index, .root = root };
	unsigned int kept = 0;

	index->n = paths->len;
	index->files = g_new0(struct index_file, index->n + 1);
	index->own = g_new0(bool, index->n + 1);
	for (unsigned int i = 0; i < index->n; i++) {
		index->files[i].state.path = paths->pdata[i];
		index->own[i] = true;
	}
	if (now)
		index->store = index_load(root);
	if (index->store)
		take_known(index, now);
	refresh(&r, jobs);
	if (index->store)
		index_store_files(index->store, &kept);
	if (now && (r.stale > MAX_STALE || kept > index->n + MAX_STALE))
		keep(index, root);
	return index;
}

void index_free(struct index *index)
{
	if (!index)
		return;
	drop_own(index);
	g_free(index->own);
	g_free(index->files);
	index_store_free(index->store);
	g_free(index);
}

const struct index_file *index_files(const struct index *index, unsigned int *n)
{
	*n = index->n;
	return index->files;
}

/**
 * struct wanted - hashes to look for
 * @bits: a bit for each value of the lower bits that one of them has: most of
 *	a file's words are told from all of them by it
 * @words: hash -> number of the word, from 1
 */
struct wanted {
	guint8 *bits;
	GHashTable *words;
};

#define WANTED_BITS 20

static guint wanted_hash(gconstpointer p)
{
	return (guint)((guint64) * (const gint64 *)p >> 7);
}

static bool is_wanted(const struct wanted *w, guint32 low)
{
	low &= (1u << WANTED_BITS) - 1;
	return w->bits[low / 8] & 1u << low % 8;
}

static void find_in(const struct wanted *w, struct index_store *store,
		    const struct index_file *f, guint number, GArray **found)
{
	const guint32 *low =
		f->low ?: index_store_words(store, f->first, f->n_words, false);

	for (unsigned int i = 0; low && i < f->n_words; i++) {
		guint64 high;
		gint64 hash;
		guint n;

		if (!is_wanted(w, low[i]))
			continue;
		high = f->low ? f->high[i] :
				index_store_word(store, f->first + i);
		hash = (gint64)(high << 32 | low[i]);
		n = GPOINTER_TO_UINT(g_hash_table_lookup(w->words, &hash));
		if (n)
			g_array_append_val(found[n - 1], number);
	}
}

GArray **index_find(struct index *index, const guint64 *asked, unsigned int n)
{
	g_autofree guint8 *bits = g_malloc0(1u << (WANTED_BITS - 3));
	g_autofree gint64 *hashes = g_new(gint64, n + 1);
	g_autofree guint *first = g_new(guint, n + 1);
	GArray **found = g_new(GArray *, n + 1);
	struct wanted w = {
		.bits = bits,
		.words = g_hash_table_new(wanted_hash, g_int64_equal),
	};

	for (unsigned int i = 0; i < n; i++) {
		guint32 low;
		void *known;

		found[i] = g_array_new(FALSE, FALSE, sizeof(guint));
		hashes[i] = (gint64)asked[i];
		low = (guint32)hashes[i] & ((1u << WANTED_BITS) - 1);
		bits[low / 8] |= 1u << low % 8;
		known = g_hash_table_lookup(w.words, &hashes[i]);
		first[i] = known ? GPOINTER_TO_UINT(known) - 1 : i;
		if (!known)
			g_hash_table_insert(w.words, &hashes[i],
					    GUINT_TO_POINTER(i + 1));
	}
	for (unsigned int k = 0; k < index->n; k++)
		if (index->files[k].n_words)
			find_in(&w, index->store, &index->files[k], k, found);
	/* a word that was asked for twice */
	for (unsigned int i = 0; i < n; i++)
		if (first[i] != i && found[first[i]]->len)
			g_array_append_vals(found[i], found[first[i]]->data,
					    found[first[i]]->len);
	g_hash_table_unref(w.words);
	return found;
}

struct index_store *index_store_of(const struct index *index)
{
	return index->store;
}
