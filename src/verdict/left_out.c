// SPDX-License-Identifier: GPL-2.0-only
/*
 * left_out.c - code that was not parsed, beside a page set to be converted
 *
 * A branch of an #if that the configuration or the kernel at hand leaves out
 * may take or release the same pages, for another kernel.  Its text is all
 * there is: what it can do to the pages is judged by the words in it.  To get
 * at them it has to name something that holds them, or a function that does.
 */
#include <string.h>
#include "verdict/case.h"
#include "verdict/rules.h"

/**
 * struct region - a range of lines that the preprocessor left out
 * @skip: the range
 * @text: its lines
 * @words: identifier -> line of its first mention, counted from skip->first
 * @ref: what reference_word() said
 * @n_macros: macros that were known then, and one
 */
struct region {
	const struct facts_skip *skip;
	char *text;
	GHashTable *words;
	const char *ref;
	unsigned int n_macros;
};

/**
 * struct source - a file with such ranges
 * @text: its content
 * @len: bytes
 * @lines: (element-type guint32): where each line starts, and the end
 * @mentions: (element-type tree_mention*): gup and release functions
 */
struct source {
	char *text;
	gsize len;
	GArray *lines;
	GPtrArray *mentions;
};

/**
 * struct left_out - what was read so far
 * @sources: interned file -> struct source
 * @regions: struct facts_skip -> struct region
 * @macros: set of macros that the sources define with one of the functions in
 *	the body
 */
struct left_out {
	GHashTable *sources;
	GHashTable *regions;
	GHashTable *macros;
};

static void source_free(void *data)
{
	struct source *s = data;

	g_free(s->text);
	g_array_unref(s->lines);
	g_ptr_array_unref(s->mentions);
	g_free(s);
}

static void region_free(void *data)
{
	struct region *r = data;

	g_free(r->text);
	g_hash_table_unref(r->words);
	g_free(r);
}

void verdict_left_out_free(struct left_out *left)
{
	if (!left)
		return;
	g_hash_table_unref(left->regions);
	g_hash_table_unref(left->macros);
	g_hash_table_unref(left->sources);
	g_free(left);
}

static struct left_out *cache(struct verdict_work *w)
{
	if (!w->left) {
		w->left = g_new0(struct left_out, 1);
		w->left->sources =
			g_hash_table_new_full(NULL, NULL, NULL, source_free);
		w->left->macros = g_hash_table_new(g_str_hash, g_str_equal);
		w->left->regions =
			g_hash_table_new_full(NULL, NULL, NULL, region_free);
	}
	return w->left;
}

static GArray *find_lines(const char *text, gsize len)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(guint32));
	guint32 at = 0;

	g_array_append_val(lines, at);
	while (at < len) {
		const char *nl = memchr(text + at, '\n', len - at);

		at = nl ? (gsize)(nl + 1 - text) : len;
		g_array_append_val(lines, at);
	}
	return lines;
}

static const struct source *source_of(struct verdict_work *w, const char *file)
{
	struct source *s = g_hash_table_lookup(cache(w)->sources, file);
	g_autoptr(GBytes) bytes = NULL;

	if (s)
		return s;
	s = g_new0(struct source, 1);
	bytes = verdict_text(w, file);
	if (bytes) {
		s->len = g_bytes_get_size(bytes);
		s->text = g_strndup(g_bytes_get_data(bytes, NULL), s->len);
	}
	s->lines = find_lines(s->text, s->len);
	s->mentions = tree_mentions_all(w->v->api, s->text ?: "", s->len);
	for (unsigned int i = 0; i < s->mentions->len; i++) {
		const struct tree_mention *m = s->mentions->pdata[i];

		if (m->kind == TREE_MENTION_MACRO && m->macro)
			g_hash_table_add(w->left->macros, (void *)m->macro);
	}
	g_hash_table_insert(w->left->sources, (void *)file, s);
	return s;
}

/* Lines are counted from 1; behind the last one is the end of the text. */
static const char *line_start(const struct source *s, unsigned int line)
{
	return s->text + g_array_index(s->lines, guint32,
				       CLAMP(line, 1, s->lines->len) - 1);
}

static struct region *region_of(struct verdict_work *w,
				const struct facts_skip *skip)
{
	struct region *r = g_hash_table_lookup(cache(w)->regions, skip);
	const struct source *s;

	if (r)
		return r;
	s = source_of(w, skip->file);
	r = g_new0(struct region, 1);
	r->skip = skip;
	if (s->text) {
		const char *from = line_start(s, skip->first);

		r->text = g_strndup(from, line_start(s, skip->last + 1) - from);
	}
	r->words =
		tree_word_lines(r->text ?: "", r->text ? strlen(r->text) : 0);
	g_hash_table_insert(w->left->regions, (void *)skip, r);
	return r;
}

static unsigned int line_of(const struct region *r, const char *word)
{
	return r->skip->first - 1 +
	       GPOINTER_TO_UINT(g_hash_table_lookup(r->words, word));
}

/* A word of the first set that the region has, the foremost one; or NULL */
static const char *shared(const struct region *r, GHashTable *names)
{
	const char *best = NULL;
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		if (!g_hash_table_contains(r->words, key))
			continue;
		if (!best || line_of(r, key) < line_of(r, best) ||
		    (line_of(r, key) == line_of(r, best) &&
		     strcmp(key, best) < 0))
			best = key;
	}
	return best;
}

/* Does a function take, keep or drop a reference? */
static bool moves_reference(const struct verdict_work *w, const char *name)
{
	const struct api_func *f = api_func(w->v->api, name);

	for (unsigned int i = 0; f && i < f->n_effects; i++)
		if (f->effects[i].kind == API_EFFECT_REF ||
		    (f->effects[i].kind == API_EFFECT_TAKE && !f->take_flag))
			return true;
	return false;
}

static const char *find_reference_word(struct verdict_work *w,
				       const struct region *r)
{
	const char *best = NULL;
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, r->words);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		bool found = api_acquire(w->v->api, key) ||
			     api_release(w->v->api, key) ||
			     moves_reference(w, key) ||
			     g_hash_table_contains(w->left->macros, key);

		if (found && (!best || line_of(r, key) < line_of(r, best)))
			best = key;
	}
	return best;
}

/* Such a function, or a macro made of one in a file that was read, in a region:
 * the foremost; or NULL
 */
static const char *reference_word(struct verdict_work *w, struct region *r)
{
	unsigned int n_macros = g_hash_table_size(w->left->macros) + 1;

	if (r->n_macros != n_macros) {
		r->ref = find_reference_word(w, r);
		r->n_macros = n_macros;
	}
	return r->ref;
}

static const char *open_paren(const char *p, const char *end)
{
	while (p < end && g_ascii_isspace(*p))
		p++;
	return p < end && *p == '(' ? p : NULL;
}

/* "name(...) {" in the text of a region: where the body starts; or NULL */
static const char *definition(const struct region *r, const char *name)
{
	const char *end = r->text + strlen(r->text);
	size_t len = strlen(name);

	for (const char *p = r->text; (p = strstr(p, name)); p += len) {
		const char *q = open_paren(p + len, end);
		int depth = 0;

		if (!q ||
		    (p > r->text && (g_ascii_isalnum(p[-1]) || p[-1] == '_')))
			continue;
		for (; q < end; q++) {
			depth += *q == '(';
			depth -= *q == ')';
			if (!depth)
				break;
		}
		for (q += q < end; q < end && g_ascii_isspace(*q); q++)
			;
		if (q < end && *q == '{')
			return q;
	}
	return NULL;
}

static bool is_keyword(const char *word)
{
	static const char *const words[] = { "if",     "while",	 "for",
					     "switch", "return", "sizeof",
					     NULL };

	return g_strv_contains(words, word);
}

/* The first function that a body calls and that is not known to be harmless */
static char *called(struct verdict_work *w, const char *body)
{
	int depth = 0;

	for (const char *p = body; *p; p++) {
		const char *q = p;
		g_autofree char *word = NULL;

		depth += *p == '{';
		depth -= *p == '}';
		if (!depth)
			return NULL;
		if (!g_ascii_isalpha(*p) && *p != '_')
			continue;
		while (g_ascii_isalnum(*p) || *p == '_')
			p++;
		word = g_strndup(q, p - q);
		p--;
		if (open_paren(p + 1, p + 1 + strlen(p + 1)) &&
		    !is_keyword(word) && !api_func(w->v->api, word))
			return g_steal_pointer(&word);
	}
	return NULL;
}

/* Code beside the functions of the set: the same field in the hands of a
 * function that takes or releases pages.
 */
static const char *beside(struct verdict_work *w, struct region *r,
			  GHashTable *fields)
{
	const char *ref = reference_word(w, r);
	const char *field = ref ? shared(r, fields) : NULL;

	if (!field)
		return NULL;
	return verdict_printf(
		"code that was not parsed may take or release the same pages: %s and %s in %s, line %u (%s)",
		ref, field, r->skip->file, line_of(r, ref),
		r->skip->cond ?: "#if");
}

/* ... or another kernel's form of one of the functions. */
static const char *other_form(struct verdict_work *w,
			      const struct verdict_case *c,
			      const struct region *r)
{
	for (unsigned int i = 0; i < c->trace->funcs->len; i++) {
		const struct flow_func *f = c->trace->funcs->pdata[i];
		const char *name = f->facts->name, *body;
		g_autofree char *callee = NULL;

		if (f->facts->file != r->skip->file ||
		    !g_hash_table_contains(r->words, name))
			continue;
		body = definition(r, name);
		callee = body ? called(w, body) : NULL;
		if (callee)
			return verdict_printf(
				"there is another %s(), which was not parsed and may let go of the pages (%s() in %s, line %u; %s)",
				name, callee, r->skip->file, line_of(r, name),
				r->skip->cond ?: "#if");
	}
	return NULL;
}

/* Code inside one of the functions: it need not name a field. */
static const char *inside(struct verdict_work *w, const struct flow_func *f,
			  struct region *r, GHashTable *holders)
{
	const char *word = reference_word(w, r);

	if (word)
		return verdict_printf(
			"%s() calls %s() in code that was not parsed (%s, line %u)",
			f->facts->name, word, r->skip->cond ?: "#if",
			line_of(r, word));
	word = shared(r, holders);
	if (word)
		return verdict_printf(
			"%s() uses %s in code that was not parsed (%s, line %u)",
			f->facts->name, word, r->skip->cond ?: "#if",
			line_of(r, word));
	return NULL;
}

static const char *check_func(struct verdict_work *w,
			      const struct verdict_case *c,
			      const struct flow_func *f)
{
	g_autoptr(GHashTable) holders = NULL;
	const char *why = NULL;

	for (unsigned int i = 0; i < f->unit->skips->len && !why; i++) {
		const struct facts_skip *s = f->unit->skips->pdata[i];

		if (s->file != f->facts->file ||
		    s->last < f->facts->first_line ||
		    s->first > f->facts->last_line ||
		    verdict_skip_is_harmless(w, s))
			continue;
		if (!holders) {
			holders = flow_trace_names(c->trace, f);
			for (unsigned int k = 0; k < c->trace->funcs->len;
			     k++) {
				const struct flow_func *o =
					c->trace->funcs->pdata[k];

				g_hash_table_add(holders,
						 (void *)o->facts->name);
			}
		}
		why = inside(w, f, region_of(w, s), holders);
	}
	return why;
}

/* The files that the pages go through. */
static GHashTable *files_of(const struct verdict_case *c)
{
	GHashTable *files = g_hash_table_new(NULL, NULL);

	for (unsigned int i = 0; i < c->trace->funcs->len; i++) {
		const struct flow_func *f = c->trace->funcs->pdata[i];

		g_hash_table_add(files, (void *)f->facts->file);
	}
	return files;
}

/*
 * Those of the fields that a source may mean by their names: another driver of
 * the tree has fields called page and pages, too.
 */
static GHashTable *fields_known(struct verdict_work *w,
				const struct verdict_case *c,
				GHashTable *fields, const char *file)
{
	GHashTable *known = g_hash_table_new(g_direct_hash, g_direct_equal);
	g_autoptr(GHashTable)
		other = g_hash_table_new(g_direct_hash, g_direct_equal);
	GHashTableIter iter;
	gpointer key;

	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind != FLOW_STORE)
			continue;
		g_hash_table_add(verdict_may_know(w, file, e) ? known : other,
				 (void *)e->field);
	}
	g_hash_table_iter_init(&iter, fields);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (!g_hash_table_contains(other, key))
			g_hash_table_add(known, key);
	return known;
}

/* Where a macro that releases pages may be: all of a module, or the file. */
static void read_macros(struct verdict_work *w, const struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->funcs->len; i++) {
		const struct flow_func *f = c->trace->funcs->pdata[i];

		source_of(w, f->unit->file);
		source_of(w, f->facts->file);
	}
	for (unsigned int i = 0;
	     tree_is_module(w->v->tree) && i < w->candidates->len; i++) {
		const struct tree_file *f = w->candidates->pdata[i];

		source_of(w, g_intern_string(f->path));
	}
}

const char *verdict_left_out(struct verdict_work *w,
			     const struct verdict_case *c)
{
	const struct verdict *v = w->v;
	bool module = tree_is_module(v->tree);
	g_autoptr(GHashTable) fields = flow_trace_names(c->trace, NULL);
	g_autoptr(GHashTable) files = files_of(c);
	const char *why = NULL;

	read_macros(w, c);
	for (unsigned int i = 0; i < c->trace->funcs->len && !why; i++)
		why = check_func(w, c, c->trace->funcs->pdata[i]);
	for (unsigned int u = 0; u < v->units->len && !why; u++) {
		const struct facts_unit *unit = v->units->pdata[u];

		for (unsigned int i = 0; i < unit->skips->len && !why; i++) {
			const struct facts_skip *s = unit->skips->pdata[i];
			bool own = g_hash_table_contains(files, s->file);
			g_autoptr(GHashTable) known = NULL;
			struct region *r;

			if (!(module || own) || g_path_is_absolute(s->file) ||
			    verdict_compiles(w, s))
				continue;
			r = region_of(w, s);
			if (!own && g_str_has_suffix(s->file, ".c"))
				known = fields_known(w, c, fields, s->file);
			why = beside(w, r, known ?: fields) ?:
							      other_form(w, c, r);
		}
	}
	return why;
}
