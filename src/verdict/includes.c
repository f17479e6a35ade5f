// SPDX-License-Identifier: GPL-2.0-only
/*
 * includes.c - sources that are only a part of another source
 *
 * A .c file that another one includes, and that no Makefile lists, does not
 * compile by itself.  What it says is in the facts of the file that includes
 * it.
 */
#include <string.h>
#include "verdict/case.h"

/* Sources that are read to find who includes one. */
#define MAX_READ 256
/* A part that is included by a part, and so on. */
#define MAX_DEPTH 4

/* The path between the quotes of an #include, or NULL. */
static char *included_path(const char *line, const char *end)
{
	const char *quote;

	for (; line < end && (*line == ' ' || *line == '\t'); line++)
		;
	if (line == end || *line != '#')
		return NULL;
	for (line++; line < end && (*line == ' ' || *line == '\t'); line++)
		;
	if (end - line < 8 || strncmp(line, "include", 7))
		return NULL;
	line = memchr(line, '"', end - line);
	quote = line ? memchr(line + 1, '"', end - line - 1) : NULL;
	return quote ? g_strndup(line + 1, quote - line - 1) : NULL;
}

/* Both below the root; the preprocessor looks beside the includer first. */
static bool names(const char *includer, const char *path, const char *file)
{
	g_autofree char *dir = g_path_get_dirname(includer);
	g_autofree char *at = g_build_filename("/", dir, path, NULL);
	g_autofree char *full = g_canonicalize_filename(at, "/");

	return !strcmp(full + 1, file) || !strcmp(path, file);
}

/* The sources that a file includes: as many files ask for them as it has words
 * of their names.
 */
static GPtrArray *included_by(struct verdict_work *w, const char *includer)
{
	g_autoptr(GBytes) bytes = NULL;
	const char *p, *end;
	GPtrArray *paths;
	gsize len = 0;

	if (!w->included)
		w->included = g_hash_table_new_full(
			g_str_hash, g_str_equal, g_free,
			(GDestroyNotify)g_ptr_array_unref);
	paths = g_hash_table_lookup(w->included, includer);
	if (paths)
		return paths;
	paths = g_ptr_array_new_with_free_func(g_free);
	g_hash_table_insert(w->included, g_strdup(includer), paths);
	bytes = verdict_text(w, includer);
	p = bytes ? g_bytes_get_data(bytes, &len) : NULL;
	end = p + len;
	while (p && p < end) {
		const char *eol = memchr(p, '\n', end - p) ?: end;
		char *path = included_path(p, eol);

		if (path && g_str_has_suffix(path, ".c"))
			g_ptr_array_add(paths, path);
		else
			g_free(path);
		p = eol + (eol < end);
	}
	return paths;
}

static bool includes(struct verdict_work *w, const char *includer,
		     const char *file)
{
	const GPtrArray *paths = included_by(w, includer);

	for (unsigned int i = 0; i < paths->len; i++)
		if (names(includer, paths->pdata[i], file))
			return true;
	return false;
}

/* The directory that holds the file's own and those beside it, with a slash. */
static char *near_by(const char *file)
{
	g_autofree char *dir = g_path_get_dirname(file);
	g_autofree char *up = g_path_get_dirname(dir);

	return strcmp(up, ".") ? g_strconcat(up, "/", NULL) : g_strdup("");
}

/* The longest identifier in a file's name: what an #include of it mentions. */
static char *longest_word(const char *file)
{
	g_autofree char *base = g_path_get_basename(file);
	size_t best = 0, at = 0;

	base[strlen(base) - strlen(".c")] = '\0';
	for (size_t i = 0, len; base[i]; i += MAX(len, 1)) {
		for (len = 0;
		     g_ascii_isalnum(base[i + len]) || base[i + len] == '_';
		     len++)
			;
		if (len > best && !g_ascii_isdigit(base[i])) {
			best = len;
			at = i;
		}
	}
	return g_strndup(base + at, best);
}

static GPtrArray *find_includers(struct verdict_work *w, const char *file)
{
	g_autofree char *below = near_by(file);
	g_autofree char *word = longest_word(file);
	GPtrArray *out = g_ptr_array_new();
	const char *words[] = { word, NULL };
	g_autoptr(GPtrArray) files = NULL;
	unsigned int n_read = 0;

	if (!*word)
		return out;
	files = tree_find_words(w->v->tree, words, NULL, w->jobs);
	for (unsigned int i = 0; i < files->len && n_read < MAX_READ; i++) {
		const char *path = files->pdata[i];

		if (!g_str_has_suffix(path, ".c") || !strcmp(path, file) ||
		    !g_str_has_prefix(path, below))
			continue;
		n_read++;
		if (includes(w, path, file))
			g_ptr_array_add(out, (void *)g_intern_string(path));
	}
	return out;
}

static GPtrArray *includers_of(struct verdict_work *w, const char *file)
{
	GPtrArray *out;

	if (!w->includers)
		w->includers = g_hash_table_new_full(
			g_direct_hash, g_direct_equal, NULL,
			(GDestroyNotify)g_ptr_array_unref);
	file = g_intern_string(file);
	out = g_hash_table_lookup(w->includers, file);
	if (!out) {
		out = g_str_has_suffix(file, ".c") &&
				      !tree_builds(w->v->tree, file) ?
			      find_includers(w, file) :
			      g_ptr_array_new();
		g_hash_table_insert(w->includers, (void *)file, out);
	}
	return out;
}

static void add_wholes(struct verdict_work *w, const char *file, GPtrArray *out,
		       unsigned int depth)
{
	GPtrArray *includers = includers_of(w, file);

	if (!includers->len || !depth) {
		file = g_intern_string(file);
		if (!g_ptr_array_find(out, file, NULL))
			g_ptr_array_add(out, (void *)file);
		return;
	}
	for (unsigned int i = 0; i < includers->len; i++)
		add_wholes(w, includers->pdata[i], out, depth - 1);
}

void verdict_includes_free(struct verdict_work *w)
{
	g_clear_pointer(&w->includers, g_hash_table_unref);
	g_clear_pointer(&w->included, g_hash_table_unref);
	g_clear_pointer(&w->parsed, g_hash_table_unref);
}

GPtrArray *verdict_wholes(struct verdict_work *w, const char *file)
{
	GPtrArray *out = g_ptr_array_new();

	add_wholes(w, file, out, MAX_DEPTH);
	return out;
}

/* Units are only ever added to a run. */
static void note_units(struct verdict_work *w)
{
	if (!w->parsed)
		w->parsed = g_hash_table_new(g_str_hash, g_str_equal);
	for (; w->n_parsed < w->v->units->len; w->n_parsed++) {
		const struct facts_unit *unit = w->v->units->pdata[w->n_parsed];
		bool good = !unit->failed ||
			    g_hash_table_lookup(w->parsed, unit->file);

		g_hash_table_insert(w->parsed, (void *)unit->file,
				    GINT_TO_POINTER(good));
	}
}

bool verdict_has_unit(struct verdict_work *w, const char *path, bool good)
{
	gpointer known;

	note_units(w);
	return g_hash_table_lookup_extended(w->parsed, path, NULL, &known) &&
	       (known || !good);
}

bool verdict_is_parsed(struct verdict_work *w, const char *path, bool good)
{
	g_autoptr(GPtrArray) wholes = NULL;

	if (verdict_has_unit(w, path, good))
		return true;
	wholes = verdict_wholes(w, path);
	for (unsigned int i = 0; i < wholes->len; i++)
		if (!verdict_has_unit(w, wholes->pdata[i], good))
			return false;
	return true;
}
