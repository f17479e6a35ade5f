// SPDX-License-Identifier: GPL-2.0-only
/*
 * compiled.c - what the units at hand have compiled, by file
 *
 * A header's functions come with every unit that includes it: to look through
 * all of them for every range that was left out takes longer than to follow
 * the pages does.
 */
#include "verdict/case.h"

/**
 * struct seen - what is known of a file
 * @units: (element-type facts_unit*): those that it is the main file of
 * @lines: (element-type guint): where its functions are, in ascending order
 */
struct seen {
	GPtrArray *units;
	GArray *lines;
};

/**
 * struct compiled - see case.h
 * @files: interned path -> struct seen
 * @n_units: that it was made of
 */
struct compiled {
	GHashTable *files;
	unsigned int n_units;
};

static void seen_free(void *data)
{
	struct seen *s = data;

	g_ptr_array_unref(s->units);
	g_array_unref(s->lines);
	g_free(s);
}

static struct seen *seen_get(struct compiled *c, const char *file)
{
	struct seen *s = g_hash_table_lookup(c->files, file);

	if (!s) {
		s = g_new0(struct seen, 1);
		s->units = g_ptr_array_new();
		s->lines = g_array_new(FALSE, FALSE, sizeof(guint));
		g_hash_table_insert(c->files, (void *)file, s);
	}
	return s;
}

static int by_number(gconstpointer pa, gconstpointer pb)
{
	const guint *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

static void add_unit(struct compiled *c, struct facts_unit *unit)
{
	if (!unit->failed)
		g_ptr_array_add(seen_get(c, unit->file)->units, unit);
	for (unsigned int i = 0; i < unit->funcs->len; i++) {
		const struct facts_func *f = unit->funcs->pdata[i];
		guint line = f->loc.line;

		if (f->loc.file)
			g_array_append_val(seen_get(c, f->loc.file)->lines,
					   line);
	}
}

static struct compiled *compiled_of(struct verdict_work *w)
{
	struct compiled *c = w->compiled;
	GHashTableIter iter;
	gpointer value;

	if (c && c->n_units == w->v->units->len)
		return c;
	verdict_compiled_free(c);
	w->compiled = c = g_new0(struct compiled, 1);
	c->files = g_hash_table_new_full(NULL, NULL, NULL, seen_free);
	c->n_units = w->v->units->len;
	for (unsigned int i = 0; i < c->n_units; i++)
		add_unit(c, w->v->units->pdata[i]);
	g_hash_table_iter_init(&iter, c->files);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_array_sort(((struct seen *)value)->lines, by_number);
	return c;
}

/* Is there a function with its name behind one line and before another? */
static bool has_line(const GArray *lines, unsigned int first, unsigned int last)
{
	unsigned int low = 0, high = lines->len;

	while (low < high) {
		unsigned int mid = low + (high - low) / 2;

		if (g_array_index(lines, guint, mid) > first)
			high = mid;
		else
			low = mid + 1;
	}
	return low < lines->len && g_array_index(lines, guint, low) < last;
}

bool verdict_compiles(struct verdict_work *w, const struct facts_skip *skip)
{
	const struct seen *s =
		g_hash_table_lookup(compiled_of(w)->files, skip->file);

	if (!s)
		return false;
	for (unsigned int i = 0; i < s->units->len; i++)
		if (!verdict_skipped(s->units->pdata[i], skip->file,
				     skip->first + 1))
			return true;
	return has_line(s->lines, skip->first, skip->last);
}

void verdict_compiled_free(struct compiled *c)
{
	if (!c)
		return;
	g_hash_table_unref(c->files);
	g_free(c);
}
