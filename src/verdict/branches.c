// SPDX-License-Identifier: GPL-2.0-only
/*
 * branches.c - the branches of a module that its kernel does not select
 *
 * Out-of-tree modules carry code for many kernels.  What the kernel at hand
 * leaves out is listed; with tree_set_version() it is looked at, one version
 * after the other.  Each version is a program of its own: a helper of one is
 * not called from the code of another.
 */
#include <string.h>
#include "verdict/case.h"
#include "verdict/rules.h"

static void branch_free(void *data)
{
	struct verdict_branch *b = data;

	g_array_unref(b->calls);
	g_free(b);
}

static int branch_cmp(gconstpointer pa, gconstpointer pb)
{
	const struct verdict_branch *a = *(struct verdict_branch *const *)pa;
	const struct verdict_branch *b = *(struct verdict_branch *const *)pb;
	int d = strcmp(a->file, b->file);

	return d ? d : a->first < b->first ? -1 : a->first > b->first;
}

static void add_branch(struct verdict *v, const struct facts_skip *skip,
		       unsigned int first, unsigned int last,
		       const char *condition, GPtrArray *mentions)
{
	GArray *calls = g_array_new(FALSE, FALSE, sizeof(struct verdict_call));
	struct verdict_branch *b;

	for (unsigned int i = 0; i < mentions->len; i++) {
		const struct tree_mention *m = mentions->pdata[i];
		struct verdict_call call = {
			.name = g_intern_string(m->name),
			.line = m->line,
			.column = m->column,
		};

		if (first < m->line && m->line < last)
			g_array_append_val(calls, call);
	}
	if (!calls->len) {
		g_array_unref(calls);
		return;
	}
	b = g_new0(struct verdict_branch, 1);
	b->file = skip->file;
	b->first = first;
	b->last = last;
	b->condition = condition;
	b->calls = calls;
	g_ptr_array_add(v->branches, b);
}

/* The word of a preprocessor line: "if", "elif", "else" ...; "" for another */
static const char *directive(const char *line)
{
	line += strspn(line, " \t");
	if (*line != '#')
		return "";
	return line + 1 + strspn(line + 1, " \t");
}

/* One range is left out from an #if to its #endif, whatever #elif and #else
 * lie between.
 */
static void add_range(struct verdict *v, const struct facts_skip *skip,
		      char **lines, GPtrArray *mentions)
{
	const char *condition = skip->cond ?: "#if";
	unsigned int first = skip->first, depth = 0;

	for (unsigned int n = skip->first + 1; n < skip->last; n++) {
		const char *word = directive(lines[n - 1]);

		if (g_str_has_prefix(word, "if"))
			depth++;
		else if (depth && g_str_has_prefix(word, "endif"))
			depth--;
		if (depth || (!g_str_has_prefix(word, "elif") &&
			      !g_str_has_prefix(word, "else")))
			continue;
		add_branch(v, skip, first, n, condition, mentions);
		first = n;
		condition =
			*word == 'e' && word[1] == 'l' && word[2] == 's' ?
				verdict_printf("#else of %s", skip->cond) :
				verdict_printf("#%s", g_strchomp((char *)word));
	}
	add_branch(v, skip, first, skip->last, condition, mentions);
}

/**
 * struct text - a file with branches that are left out
 * @lines: NULL-terminated
 * @n: how many
 * @mentions: (element-type tree_mention*)
 */
struct text {
	char **lines;
	unsigned int n;
	GPtrArray *mentions;
};

static void text_free(void *data)
{
	struct text *t = data;

	g_strfreev(t->lines);
	g_ptr_array_unref(t->mentions);
	g_free(t);
}

static struct text *text_of(struct verdict_work *w, GHashTable *texts,
			    const char *file)
{
	struct text *t = g_hash_table_lookup(texts, file);
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *text = NULL;
	gsize len = 0;

	if (t)
		return t;
	t = g_new0(struct text, 1);
	bytes = verdict_text(w, file);
	if (bytes)
		text = g_strndup(g_bytes_get_data(bytes, &len),
				 g_bytes_get_size(bytes));
	t->mentions = tree_mentions_all(w->v->api, text ?: "", len);
	t->lines = g_strsplit(text ?: "", "\n", -1);
	t->n = g_strv_length(t->lines);
	g_hash_table_insert(texts, (void *)file, t);
	return t;
}

/* A header is read by many units: what one of them compiles is compiled. */
static bool is_compiled(const struct verdict *v, const struct facts_skip *skip)
{
	for (unsigned int u = 0; u < v->units->len; u++) {
		const struct facts_unit *unit = v->units->pdata[u];

		for (unsigned int i = 0; i < unit->funcs->len; i++) {
			const struct facts_func *f = unit->funcs->pdata[i];

			if (f->loc.file == skip->file &&
			    skip->first < f->loc.line &&
			    f->loc.line < skip->last)
				return true;
		}
	}
	return false;
}

void verdict_branches(struct verdict_work *w)
{
	struct verdict *v = w->v;
	g_autoptr(GHashTable)
		texts = g_hash_table_new_full(NULL, NULL, NULL, text_free);
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	if (!tree_is_module(v->tree))
		return;
	for (unsigned int u = 0; u < v->units->len; u++) {
		const struct facts_unit *unit = v->units->pdata[u];

		for (unsigned int i = 0; i < unit->skips->len; i++) {
			const struct facts_skip *skip = unit->skips->pdata[i];
			char *key = g_strdup_printf("%s:%u", skip->file,
						    skip->first);
			struct text *t;

			if (g_path_is_absolute(skip->file) ||
			    !g_hash_table_add(seen, key) ||
			    is_compiled(v, skip))
				continue;
			t = text_of(w, texts, skip->file);
			if (skip->last <= t->n)
				add_range(v, skip, t->lines, t->mentions);
		}
	}
	g_ptr_array_sort(v->branches, branch_cmp);
}

/* ---- another version ---- */

/**
 * struct absorb - one version on its way into another
 * @v: see verdict_absorb()
 * @as: see verdict_absorb()
 * @places: "file:line:column" -> verdict_site of v
 * @ids: id in the other -> id in v
 * @known: ids of v
 */
struct absorb {
	struct verdict *v;
	const struct tree_as *as;
	GHashTable *places;
	GHashTable *ids;
	GHashTable *known;
};

static char *place_of(const char *file, unsigned int line, unsigned int column)
{
	return g_strdup_printf("%s:%u:%u", file, line, column);
}

static void note_site(struct absorb *a, struct verdict_site *s)
{
	g_hash_table_insert(a->places, place_of(s->file, s->line, s->column),
			    s);
	g_hash_table_add(a->known, (void *)s->id);
}

/* The n-th call of its function, counted without the other versions. */
static const char *free_id(const struct absorb *a, const char *id)
{
	const char *name = id;

	for (unsigned int n = 2; g_hash_table_contains(a->known, name); n++)
		name = verdict_printf("%s-%u", id, n);
	return name;
}

static void take_site(struct absorb *a, struct verdict_site *s)
{
	const char *id = s->id;

	s->id = free_id(a, id);
	g_hash_table_insert(a->ids, (void *)id, (void *)s->id);
	if (s->action == ACTION_CONVERT) {
		s->action = ACTION_MANUAL;
		s->why = verdict_printf(
			"%s; convert it with the --kernel that selects this branch (%s)",
			s->why, a->as->label);
	}
	g_ptr_array_set_size(s->edits, 0);
	s->group = 0;
	note_site(a, s);
	g_ptr_array_add(a->v->sites, s);
}

/* Sites of the other that v does not have; one that was not parsed stays an
 * inactive mention.
 */
static void take_sites(struct absorb *a, struct verdict *other)
{
	unsigned int i = 0;

	while (i < other->sites->len) {
		struct verdict_site *s = other->sites->pdata[i];
		g_autofree char *place = place_of(s->file, s->line, s->column);
		const struct verdict_site *have =
			g_hash_table_lookup(a->places, place);

		if (have)
			g_hash_table_insert(a->ids, (void *)s->id,
					    (void *)have->id);
		if (have || !s->parsed)
			i++;
		else
			take_site(a, g_ptr_array_steal_index(other->sites, i));
	}
}

static bool has_finding(const struct verdict *v,
			const struct verdict_finding *f)
{
	for (unsigned int i = 0; i < v->findings->len; i++) {
		const struct verdict_finding *g = v->findings->pdata[i];

		if (g->line == f->line && g->column == f->column &&
		    !strcmp(g->rule, f->rule) && !strcmp(g->file, f->file))
			return true;
	}
	return false;
}

/*
 * A kernel without pins has nothing to pin with.  The headers are those of one
 * version: that a call of another does not fit them is no news.
 */
static bool is_moot(const struct absorb *a, const struct verdict_finding *f)
{
	if (!strcmp(f->rule, verdict_rule(RULE_UNPARSED)->name))
		return true;
	return !a->as->has_pins &&
	       (!strcmp(f->rule, verdict_rule(RULE_SHOULD_PIN)->name) ||
		!strcmp(f->rule,
			verdict_rule(RULE_LONGTERM_WITHOUT_PIN)->name) ||
		!strcmp(f->rule, verdict_rule(RULE_MISSING_LONGTERM)->name));
}

static void take_findings(struct absorb *a, struct verdict *other)
{
	unsigned int i = 0;

	while (i < other->findings->len) {
		struct verdict_finding *f = other->findings->pdata[i];
		const char *id =
			f->site ? g_hash_table_lookup(a->ids, f->site) : NULL;

		if ((f->site && !id) || is_moot(a, f) || has_finding(a->v, f)) {
			i++;
			continue;
		}
		f->site = id;
		f->message =
			verdict_printf("%s (as %s)", f->message, a->as->label);
		g_ptr_array_add(a->v->findings,
				g_ptr_array_steal_index(other->findings, i));
	}
}

static bool has_site(const struct absorb *a, const char *file,
		     unsigned int line, unsigned int column)
{
	g_autofree char *place = place_of(file, line, column);

	return g_hash_table_contains(a->places, place);
}

static bool has_error(const struct verdict *v, const char *file,
		      unsigned int line)
{
	for (unsigned int i = 0; i < v->diags->len; i++) {
		const struct facts_diag *d = v->diags->pdata[i];

		if (d->error && d->loc.line == line && d->loc.file &&
		    !strcmp(d->loc.file, file))
			return true;
	}
	return false;
}

/* Why a mention is no site in the other version, if it is compiled there. */
static const char *other_reason(const struct verdict *other,
				const struct verdict_unparsed *u)
{
	if (has_error(other, u->file, u->line))
		return "parse error";
	for (unsigned int i = 0; i < other->unparsed->len; i++) {
		const struct verdict_unparsed *o = other->unparsed->pdata[i];

		if (o->line == u->line && o->column == u->column &&
		    !strcmp(o->file, u->file))
			return strstr(o->reason, "inactive") ? NULL : o->reason;
	}
	/* a site that was not taken: its function has errors */
	return "parse error";
}

/* Mentions that have become sites; and why others have not. */
static void settle_unparsed(struct absorb *a, const struct verdict *other)
{
	unsigned int i = 0;

	while (i < a->v->unparsed->len) {
		struct verdict_unparsed *u = a->v->unparsed->pdata[i];
		const char *why;

		if (has_site(a, u->file, u->line, u->column)) {
			g_ptr_array_remove_index(a->v->unparsed, i);
			continue;
		}
		i++;
		why = strstr(u->reason, "inactive") &&
				      !strstr(u->reason, "; as Linux") ?
			      other_reason(other, u) :
			      NULL;
		if (why && g_str_has_prefix(why, "parse error"))
			u->reason = verdict_printf(
				"%s; as %s it does not compile with the headers of Linux %s",
				u->reason, a->as->label,
				tree_version(a->v->tree));
		else if (why)
			u->reason = verdict_printf("%s; as %s: %s", u->reason,
						   a->as->label, why);
	}
}

static bool is_inactive(const struct verdict *v, const char *file,
			const struct verdict_call *call)
{
	for (unsigned int i = 0; i < v->branches->len; i++) {
		const struct verdict_branch *o = v->branches->pdata[i];

		if (o->first < call->line && call->line < o->last &&
		    !strcmp(o->file, file))
			return true;
	}
	return false;
}

/* A gup call is looked at when it is a site; a release when it is compiled. */
static void settle_call(struct absorb *a, const char *file,
			struct verdict_call *call)
{
	call->tried = true;
	if (!call->version && (!api_acquire(a->v->api, call->name) ||
			       has_site(a, file, call->line, call->column)))
		call->version = g_intern_string(a->as->label);
}

static void settle_branches(struct absorb *a, const struct verdict *other)
{
	for (unsigned int i = 0; i < a->v->branches->len; i++) {
		struct verdict_branch *b = a->v->branches->pdata[i];

		b->walked = b->tried = true;
		for (unsigned int k = 0; k < b->calls->len; k++) {
			struct verdict_call *call = &g_array_index(
				b->calls, struct verdict_call, k);

			if (!is_inactive(other, b->file, call))
				settle_call(a, b->file, call);
			b->walked &= call->version != NULL;
			b->tried &= call->tried;
		}
	}
}

static int site_cmp(gconstpointer pa, gconstpointer pb)
{
	const struct verdict_site *a = *(struct verdict_site *const *)pa;
	const struct verdict_site *b = *(struct verdict_site *const *)pb;
	int d = strcmp(a->file, b->file);

	if (d)
		return d;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->column < b->column ? -1 : a->column > b->column;
}

void verdict_absorb(struct verdict *v, struct verdict *other,
		    const struct tree_as *as, GHashTable *overlay)
{
	struct verdict_work w = { .v = v, .overlay = overlay };
	struct absorb a = {
		.v = v,
		.as = as,
		.places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						NULL),
		.ids = g_hash_table_new(g_str_hash, g_str_equal),
		.known = g_hash_table_new(g_str_hash, g_str_equal),
	};

	for (unsigned int i = 0; i < v->sites->len; i++)
		note_site(&a, v->sites->pdata[i]);
	take_sites(&a, other);
	take_findings(&a, other);
	settle_unparsed(&a, other);
	settle_branches(&a, other);
	g_ptr_array_sort(v->sites, site_cmp);
	verdict_findings_close(&w);
	/* the facts that the sites point into */
	for (unsigned int i = 0; i < other->batches->len; i++)
		g_ptr_array_add(v->batches,
				g_ptr_array_ref(other->batches->pdata[i]));
	g_hash_table_unref(a.places);
	g_hash_table_unref(a.ids);
	g_hash_table_unref(a.known);
	verdict_free(other);
}

GPtrArray *verdict_branches_new(void)
{
	return g_ptr_array_new_with_free_func(branch_free);
}
