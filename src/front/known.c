// SPDX-License-Identifier: GPL-2.0-only
/*
 * known.c - facts of earlier runs for many files, in several threads
 *
 * To check and unpack them is what a run costs that finds nearly all there.
 */
#include "front/cache.h"
#include "front/known.h"

/* For less than this a thread is not worth it. */
#define FILES_PER_THREAD 4
#define MAX_THREADS 8

/**
 * struct known - what the threads share
 * @open: opens the cache
 * @user: for it
 * @compiles: per file: how it is parsed, or NULL
 * @units: result
 * @n: how many
 * @next: index of the next file; taken atomically
 */
struct known {
	struct front_cache *(*open)(void *user);
	void *user;
	const struct tree_compile *const *compiles;
	struct facts_unit **units;
	unsigned int n;
	int next;
};

static GHashTable *path_set(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

/* Return: (transfer full): set of the paths that the units were made from */
static void *work(void *data)
{
	struct known *k = data;
	struct front_cache *cache = k->open(k->user);
	GHashTable *reads = path_set();
	unsigned int i;

	while ((i = g_atomic_int_add(&k->next, 1)) < k->n)
		if (k->compiles[i])
			k->units[i] =
				front_cache_get(cache, k->compiles[i], reads);
	front_cache_close(cache);
	return reads;
}

static void move_paths(GHashTable *to, GHashTable *from)
{
	GHashTableIter iter;
	gpointer path;

	g_hash_table_iter_init(&iter, from);
	while (to && g_hash_table_iter_next(&iter, &path, NULL)) {
		g_hash_table_iter_steal(&iter);
		g_hash_table_add(to, path);
	}
	g_hash_table_unref(from);
}

void front_known_get(struct front_cache *(*open)(void *user), void *user,
		     const struct tree_compile *const *compiles, unsigned int n,
		     unsigned int jobs, struct facts_unit **units,
		     GHashTable *all_reads)
{
	struct known k = { .open = open,
			   .user = user,
			   .compiles = compiles,
			   .units = units,
			   .n = n };
	g_autoptr(GPtrArray) threads = g_ptr_array_new();

	jobs = MIN(MIN(jobs, MAX_THREADS), n / FILES_PER_THREAD);
	for (unsigned int i = 1; i < jobs; i++) {
		GThread *t = g_thread_try_new("facts", work, &k, NULL);

		if (t)
			g_ptr_array_add(threads, t);
	}
	move_paths(all_reads, work(&k));
	for (unsigned int i = 0; i < threads->len; i++)
		move_paths(all_reads, g_thread_join(threads->pdata[i]));
}
