// SPDX-License-Identifier: GPL-2.0-only
/*
 * macro_uses.c - the names that stand for a gup function
 *
 * A compat header has "#define MY_GUP get_user_pages_fast": whoever writes
 * MY_GUP does not mention a gup name, and is to be accounted for all the same.
 */
#include <string.h>
#include "verdict/case.h"

/* A macro made of macros made of ...: how far. */
#define ROUNDS 3

/**
 * struct search - while it lasts
 * @w: the run
 * @macros: name -> struct verdict_macro_use: with @of and @of_file
 * @out: the uses
 */
struct search {
	struct verdict_work *w;
	GHashTable *macros;
	GPtrArray *out;
};

static void use_free(void *data)
{
	struct verdict_macro_use *use = data;

	if (use->mention)
		tree_mention_free(use->mention);
	g_free(use);
}

static bool add_macro(struct search *s, const char *name,
		      const struct tree_mention *of, const char *file)
{
	struct verdict_macro_use *macro;

	if (!name || !*name || api_acquire(s->w->v->api, name) ||
	    g_hash_table_contains(s->macros, name))
		return false;
	macro = g_new0(struct verdict_macro_use, 1);
	macro->of = of;
	macro->of_file = file;
	g_hash_table_insert(s->macros, (void *)g_intern_string(name), macro);
	return true;
}

static void find_macros(struct search *s)
{
	for (unsigned int i = 0; i < s->w->candidates->len; i++) {
		const struct tree_file *f = s->w->candidates->pdata[i];

		for (unsigned int k = 0; k < f->mentions->len; k++) {
			const struct tree_mention *m = f->mentions->pdata[k];

			if (m->kind == TREE_MENTION_MACRO)
				add_macro(s, m->macro, m, f->path);
		}
	}
}

/* The mentions in a file; true when they made another macro known. */
static bool read_file(struct search *s, const char *file)
{
	g_autoptr(GBytes) text = verdict_text(s->w, file);
	g_autoptr(GPtrArray) found = NULL;
	bool more = false;

	if (!text)
		return false;
	found = tree_mentions_of(s->macros, g_bytes_get_data(text, NULL),
				 g_bytes_get_size(text));
	for (unsigned int i = 0; i < found->len; i++) {
		struct verdict_macro_use *use =
			g_new0(struct verdict_macro_use, 1);
		const struct verdict_macro_use *macro;

		use->file = file;
		use->mention = found->pdata[i];
		macro = g_hash_table_lookup(s->macros, use->mention->name);
		use->of = macro->of;
		use->of_file = macro->of_file;
		g_ptr_array_add(s->out, use);
		if (use->mention->kind == TREE_MENTION_MACRO)
			more |= add_macro(s, use->mention->macro, macro->of,
					  macro->of_file);
	}
	g_ptr_array_set_free_func(found, NULL);
	return more;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Files that were parsed, and the headers that have one of the names. */
static GPtrArray *files(struct search *s)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autoptr(GHashTable) index = NULL;
	g_autoptr(GHashTable)
		seen = g_hash_table_new(g_direct_hash, g_direct_equal);
	GPtrArray *list = g_ptr_array_new();
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, s->macros);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_ptr_array_add(words, key);
	index = tree_index_words(s->w->v->tree, words, s->w->jobs);
	g_hash_table_iter_init(&iter, index);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const GPtrArray *paths = value;

		for (unsigned int i = 0; i < paths->len; i++) {
			const char *file = g_intern_string(paths->pdata[i]);

			if (g_hash_table_add(seen, (void *)file))
				g_ptr_array_add(list, (void *)file);
		}
	}
	g_ptr_array_sort(list, by_name);
	return list;
}

GPtrArray *verdict_macro_uses(struct verdict_work *w)
{
	struct search s = {
		.w = w,
		.macros = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
						g_free),
		.out = g_ptr_array_new_with_free_func(use_free),
	};

	find_macros(&s);
	for (int round = 0; round < ROUNDS && g_hash_table_size(s.macros);
	     round++) {
		g_autoptr(GPtrArray) list = files(&s);
		bool more = false;

		g_ptr_array_set_size(s.out, 0);
		for (unsigned int i = 0; i < list->len; i++)
			more |= read_file(&s, list->pdata[i]);
		if (!more)
			break;
	}
	g_hash_table_unref(s.macros);
	return s.out;
}
