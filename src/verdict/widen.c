// SPDX-License-Identifier: GPL-2.0-only
/*
 * widen.c - parse what the pages lead to
 *
 * The candidates mention a gup name.  Where a page set leaves them, through a
 * function or a struct field that other files use, those files are parsed as
 * well: first the words are looked up in the text of the whole tree, then only
 * the files that have them go through the front end.
 */
#include <string.h>
#include "front/front.h"
#include "verdict/case.h"
#include "verdict/plan.h"

/* A word in more files than this is too common to lead anywhere. */
#define MAX_FILES_PER_WORD 8
/* Files that are read to find the one with a function's body. */
#define MAX_TEXTS_PER_WORD 64
/* Files added in one round: keeps a whole-kernel run within its time. */
#define MAX_FILES_PER_ROUND 120

/* A class that is this sure does not change with what other files say. */
#define SURE 0.8

/**
 * struct want - a word that may lead to the rest of a page set
 * @word: function or field
 * @tag: the field's record: both have to be mentioned; NULL for a function
 * @dir: only files below it, or NULL
 * @owner: index of the case that asks
 * @callee: a function whose body is asked for, not its users
 * @rare: likewise, but not when many files mention it
 */
struct want {
	const char *word;
	const char *tag;
	const char *dir;
	unsigned int owner;
	bool callee;
	bool rare;
};

struct widen {
	struct verdict_work *w;
	GArray *wants;
	GHashTable *seen;
	GHashTable *sets; /* word -> files that mention it */
	unsigned int owner;
};

static bool is_identifier(const char *s)
{
	if (!s || !(g_ascii_isalpha(*s) || *s == '_') || strlen(s) > 60)
		return false;
	for (; *s; s++)
		if (!g_ascii_isalnum(*s) && *s != '_')
			return false;
	return true;
}

static void want_as(struct widen *x, const struct want *n)
{
	g_autofree char *key = NULL;

	if (!is_identifier(n->word) || (n->tag && !is_identifier(n->tag)))
		return;
	key = g_strdup_printf("%s %s%s", n->word, n->tag ?: "",
			      n->rare ? " rare" : "");
	if (!g_hash_table_add(x->seen, g_steal_pointer(&key)))
		return;
	g_array_append_vals(x->wants, n, 1);
}

static void want_word(struct widen *x, const char *word, const char *tag,
		      const char *dir, bool callee)
{
	const struct want n = { word, tag, dir, x->owner, callee, false };

	want_as(x, &n);
}

/* A function that is given a number: a pfn, a dma address.  What its body does
 * with it matters, but not who else calls it.
 */
static void want_body(struct widen *x, const char *word)
{
	const struct want n = { word, NULL, NULL, x->owner, false, true };

	want_as(x, &n);
}

static void want(struct widen *x, const char *word, const char *tag,
		 const char *dir)
{
	want_word(x, word, tag, dir, false);
}

/* The tag of the named record around "outer::member". */
static const char *outer_tag(const char *record)
{
	const char *colons = strstr(record, "::");
	g_autofree char *tag = NULL;

	if (!colons)
		return record;
	tag = g_strndup(record, colons - record);
	return g_intern_string(tag);
}

static bool has_sources(const struct tree *tree, const char *dir)
{
	g_autofree char *path = g_build_filename(tree_root(tree), dir, NULL);
	GDir *d = g_dir_open(path, 0, NULL);
	bool found = false;
	const char *name;

	while (d && !found && (name = g_dir_read_name(d)))
		found = g_str_has_suffix(name, ".c");
	if (d)
		g_dir_close(d);
	return found;
}

const char *verdict_users_dir(const struct tree *tree, const char *header)
{
	g_autofree char *dir = g_path_get_dirname(header);

	if (tree_is_module(tree) || g_str_has_prefix(dir, "include") ||
	    strstr(dir, "/include"))
		return NULL;
	/* drivers/foo/inc/foo.h is for drivers/foo */
	while (strcmp(dir, ".") && !has_sources(tree, dir)) {
		char *up = g_path_get_dirname(dir);

		g_free(dir);
		dir = up;
	}
	return strcmp(dir, ".") ? g_intern_string(dir) : NULL;
}

static void want_field(struct widen *x, const struct verdict_case *c,
		       const struct flow_event *e)
{
	g_auto(GStrv) names = NULL;

	if (!e->record || !e->record_file || !(e->mask >> FLOW_HEAP) ||
	    e->record_file == c->call->in->unit->file)
		return;
	names = facts_field_names(e->field);
	for (char **name = names; *name; name++)
		want(x, g_intern_string(*name), outer_tag(e->record),
		     verdict_users_dir(x->w->v->tree, e->record_file));
}

/* The functions that parsed files put into a slot, but of which no body is
 * parsed.
 */
static void want_slot_bodies(struct widen *x, const char *tag,
			     const char *field)
{
	GPtrArray *units = x->w->v->units;

	for (unsigned int u = 0; u < units->len; u++) {
		const struct facts_unit *unit = units->pdata[u];

		for (unsigned int i = 0; i < unit->slots->len; i++) {
			const struct facts_slot *s = unit->slots->pdata[i];

			if (!s->func_static && !g_strcmp0(s->record, tag) &&
			    !g_strcmp0(s->field, field))
				want_word(x, s->function, NULL, NULL, true);
		}
	}
}

/* A call through record.field: who fills such a slot names both. */
static void want_slot(struct widen *x, const char *slot)
{
	const char *dot = strchr(slot, '.');
	g_autofree char *tag = dot ? g_strndup(slot, dot - slot) : NULL;

	if (!tag)
		return;
	want(x, dot + 1, g_intern_string(outer_tag(tag)), NULL);
	want_slot_bodies(x, tag, dot + 1);
}

/* Who calls through a slot of a module's own need not mention the record: the
 * pointer to it is in another one.
 */
static void want_slot_users(struct widen *x, const struct flow_func *func)
{
	for (unsigned int i = 0; i < func->entries->len; i++) {
		const struct flow_entry *en = func->entries->pdata[i];
		const char *dot = en->known ? NULL : strchr(en->text, '.');

		if (dot)
			want(x, g_intern_string(dot + 1), NULL, NULL);
	}
}

/* An entry point that is a plain external function has callers somewhere. */
static void want_callers(struct widen *x, struct flow_func *func)
{
	GPtrArray *roots = flow_roots(x->w->prog, func);

	for (unsigned int i = 0; i < roots->len; i++) {
		struct flow_func *root = roots->pdata[i];

		if (flow_open(root) && !root->entries->len)
			want(x, root->facts->name, NULL, NULL);
		if (tree_is_module(x->w->v->tree))
			want_slot_users(x, root);
	}
	g_ptr_array_unref(roots);
}

/* A long-term pin that says so is right whatever else lets go of it. */
static bool is_longterm_pin(struct verdict_work *w,
			    const struct verdict_case *c)
{
	uint64_t bit;

	return c->acq->family == API_PIN && c->site->class == CLASS_LONGTERM &&
	       c->flags >= 0 && tree_flag(w->v->tree, "FOLL_LONGTERM", &bit) &&
	       verdict_flags_has(w, c->call->in, c->call->block, c->call->index,
				 c->call->insn->args[c->flags].expr,
				 bit) == FLAGS_ALWAYS;
}

/* Is a release seen elsewhere than in the taking function?  One that replaces
 * what an earlier call has taken does not let go of the last set.
 */
static bool ends_elsewhere(const struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_RELEASE && e->in != c->call->in)
			return true;
	}
	return false;
}

/* Is there anything that other files could tell? */
static bool is_settled(struct verdict_work *w, const struct verdict_case *c)
{
	const struct verdict_site *s = c->site;

	if (is_longterm_pin(w, c) && ends_elsewhere(c))
		return true;
	if (s->class == CLASS_UNKNOWN || s->confidence < SURE)
		return false;
	return c->acq->family == API_PIN || s->class == CLASS_NOTIFIER ||
	       s->class == CLASS_PAGEONLY;
}

static void want_asked(struct widen *x, const GPtrArray *asks)
{
	for (unsigned int i = 0; asks && i < asks->len; i++) {
		const struct flow_ask *a = asks->pdata[i];

		if (a->record)
			want(x, a->word, outer_tag(a->record),
			     verdict_users_dir(x->w->v->tree, a->record_file));
		else
			want(x, a->word, NULL, NULL);
	}
}

/* Files that may set the function pointer which is given the pages. */
static void want_setters(struct widen *x, const struct flow_event *e)
{
	const struct flow_call *call = flow_event_call(e);

	if (call && verdict_asks(e))
		want_asked(x, call->asks);
}

/* Who gets the pages, or has them written to where it says, decides first. */
static void collect_handed(struct widen *x, const struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_ESCAPE_RETURN || e->kind == FLOW_OPEN_PARAM)
			want(x, e->in->facts->name, NULL, NULL);
	}
}

static void collect(struct widen *x, const struct verdict_case *c)
{
	collect_handed(x, c);
	if (!c->bounded)
		want_callers(x, c->call->in);
	want_asked(x, c->trace->asks);
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		switch (e->kind) {
		case FLOW_ESCAPE:
			want_slot(x, e->name);
			want_word(x, e->name, NULL, NULL, true);
			want_setters(x, e);
			break;
		case FLOW_PASS:
			want_setters(x, e);
			break;
		case FLOW_WEAK_USE:
			want_body(x, e->name);
			break;
		case FLOW_STORE:
			want_field(x, c, e);
			break;
		case FLOW_RELEASE:
			if (!c->bounded)
				want_callers(x, e->in);
			break;
		default:
			break;
		}
	}
}

/* Files that mention a word, as a set: a tag may be in thousands of them. */
static GHashTable *set_of(struct widen *x, GHashTable *index, const char *word)
{
	GHashTable *set = g_hash_table_lookup(x->sets, word);
	GPtrArray *files = g_hash_table_lookup(index, word);

	if (set)
		return set;
	set = g_hash_table_new(g_str_hash, g_str_equal);
	for (unsigned int i = 0; files && i < files->len; i++)
		g_hash_table_add(set, files->pdata[i]);
	g_hash_table_insert(x->sets, (void *)word, set);
	return set;
}

/* Does a text have a function's definition: its name at the start of a line, or
 * behind a type there, and a body?
 */
static bool defines(struct verdict_work *w, const char *path, const char *name)
{
	g_autoptr(GBytes) bytes = verdict_text(w, path);
	gsize size = 0;
	const char *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
	g_autofree char *text = g_strndup(data ?: "", size);
	size_t len = strlen(name);

	for (const char *p = text; (p = strstr(p, name)); p += len) {
		const char *line = p, *q = p + len;

		while (line > text && line[-1] != '\n')
			line--;
		while (*q && *q != ';' && *q != '{')
			q++;
		if ((line == p || g_ascii_isalpha(*line)) && p[len] == '(' &&
		    *q == '{' &&
		    !(p > line && (g_ascii_isalnum(p[-1]) || p[-1] == '_')))
			return true;
	}
	return false;
}

/* Many call a function, but there is one body, unless a macro makes it. */
static void keep_bodies(struct widen *x, const struct want *n, GPtrArray *hits)
{
	g_autoptr(GPtrArray) bodies = g_ptr_array_new();

	if (hits->len > MAX_TEXTS_PER_WORD)
		return;
	for (unsigned int i = 0; i < hits->len; i++)
		if (defines(x->w, hits->pdata[i], n->word))
			g_ptr_array_add(bodies, hits->pdata[i]);
	if (!bodies->len)
		return;
	g_ptr_array_set_size(hits, 0);
	for (unsigned int i = 0; i < bodies->len; i++)
		g_ptr_array_add(hits, bodies->pdata[i]);
}

/* A part of a source has no facts of its own. */
static void add_wholes(struct verdict_work *w, const char *path, GPtrArray *out)
{
	g_autoptr(GPtrArray) wholes = verdict_wholes(w, path);

	for (unsigned int i = 0; i < wholes->len; i++)
		if (!verdict_is_parsed(w, wholes->pdata[i], false) &&
		    !g_ptr_array_find(out, wholes->pdata[i], NULL) &&
		    out->len < MAX_FILES_PER_ROUND)
			g_ptr_array_add(out, wholes->pdata[i]);
}

/* Return: true when that added a file */
static bool take(struct widen *x, GHashTable *index, const struct want *n,
		 GPtrArray *out)
{
	GPtrArray *files = g_hash_table_lookup(index, n->word);
	GHashTable *tagged = n->tag ? set_of(x, index, n->tag) : NULL;
	g_autoptr(GPtrArray) hits = g_ptr_array_new();
	unsigned int before = out->len;

	for (unsigned int i = 0; files && i < files->len; i++) {
		const char *path = files->pdata[i];

		if (!g_str_has_suffix(path, ".c") ||
		    (tagged && !g_hash_table_contains(tagged, path)) ||
		    (n->dir && !g_str_has_prefix(path, n->dir)))
			continue;
		g_ptr_array_add(hits, (void *)g_intern_string(path));
	}
	if (n->callee || (n->rare && hits->len <= MAX_FILES_PER_WORD))
		keep_bodies(x, n, hits);
	if (hits->len > MAX_FILES_PER_WORD)
		return false;
	for (unsigned int i = 0; i < hits->len; i++)
		if (!verdict_is_parsed(x->w, hits->pdata[i], false))
			add_wholes(x->w, hits->pdata[i], out);
	return out->len > before;
}

static unsigned int files_of(GHashTable *index, const struct want *n)
{
	GPtrArray *files = g_hash_table_lookup(index, n->word);
	GPtrArray *tagged = n->tag ? g_hash_table_lookup(index, n->tag) : NULL;
	unsigned int len = files ? files->len : 0;

	return tagged ? MIN(len, tagged->len) : len;
}

static int by_files(gconstpointer pa, gconstpointer pb, gpointer index)
{
	const struct want *a = pa, *b = pb;
	unsigned int na = files_of(index, a), nb = files_of(index, b);

	return na != nb ? (na < nb ? -1 : 1) : strcmp(a->word, b->word);
}

/* Every case in turn gets what its rarest word leads to, so that one which
 * leads far does not use up the round.
 */
static void take_in_turn(struct widen *x, GHashTable *index, GPtrArray *out)
{
	g_autofree bool *used = g_new0(bool, x->wants->len + 1);
	bool again = true;

	while (again && out->len < MAX_FILES_PER_ROUND) {
		g_autoptr(GHashTable) served = g_hash_table_new(NULL, NULL);

		again = false;
		for (unsigned int i = 0; i < x->wants->len; i++) {
			const struct want *n =
				&g_array_index(x->wants, struct want, i);
			void *owner = GUINT_TO_POINTER(n->owner);

			if (used[i] || g_hash_table_contains(served, owner))
				continue;
			used[i] = true;
			if (take(x, index, n, out)) {
				g_hash_table_add(served, owner);
				again = true;
			}
		}
	}
}

static GPtrArray *find_files(struct widen *x)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	GPtrArray *out = g_ptr_array_new();
	GHashTable *index;

	for (unsigned int i = 0; i < x->wants->len; i++) {
		struct want *n = &g_array_index(x->wants, struct want, i);

		g_ptr_array_add(words, (void *)n->word);
		if (n->tag)
			g_ptr_array_add(words, (void *)n->tag);
	}
	index = tree_index_words(x->w->v->tree, words, x->w->jobs);
	/* The rarest words first: they lead there for sure. */
	g_array_sort_with_data(x->wants, by_files, index);
	x->sets = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					(GDestroyNotify)g_hash_table_unref);
	take_in_turn(x, index, out);
	g_hash_table_unref(x->sets);
	g_hash_table_unref(index);
	return out;
}

/* Functions that are handed the pages and of which no body is parsed. */
static void collect_callees(struct widen *x, const struct verdict_case *c)
{
	want_asked(x, c->trace->asks);
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_ESCAPE || e->kind == FLOW_PASS)
			want_setters(x, e);
		if (e->kind != FLOW_ESCAPE)
			continue;
		want_word(x, e->name, NULL, NULL, true);
		if (strchr(e->name, '.'))
			want_slot(x, e->name);
	}
}

/* A pin that is as it should be may still be let go of in the wrong way by who
 * is handed the pages.
 */
static bool is_handed_on(const struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_ESCAPE)
			return c->acq->family == API_PIN;
	}
	return false;
}

GPtrArray *verdict_widen(struct verdict_work *w, bool handed)
{
	struct widen x = {
		.w = w,
		.wants = g_array_new(FALSE, FALSE, sizeof(struct want)),
		.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      NULL),
	};
	GPtrArray *files = NULL;

	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		x.owner = i;
		if (!c->trace || c->site->class == CLASS_MM)
			continue;
		if (is_settled(w, c)) {
			if (is_handed_on(c))
				collect_callees(&x, c);
			continue;
		}
		if (handed)
			collect_handed(&x, c);
		else
			collect(&x, c);
	}
	if (x.wants->len)
		files = find_files(&x);
	g_array_unref(x.wants);
	g_hash_table_unref(x.seen);
	return files;
}

GPtrArray *verdict_widen_last(struct verdict_work *w)
{
	struct widen x = {
		.w = w,
		.wants = g_array_new(FALSE, FALSE, sizeof(struct want)),
		.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      NULL),
	};
	g_autoptr(GPtrArray) sure = g_ptr_array_new();
	GPtrArray *files, *unseen = g_ptr_array_new();

	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		if (!c->trace || c->trace->incomplete || c->contract ||
		    !(verdict_wants(c) || verdict_mismatched(w, c) ||
		      is_handed_on(c)))
			continue;
		x.owner = i;
		collect_callees(&x, c);
		if (c->site->confidence >= SURE)
			g_ptr_array_add(sure, c);
	}
	verdict_ask_ahead(w, sure);
	for (unsigned int i = 0; i < sure->len; i++)
		if (unseen->len < MAX_FILES_PER_ROUND)
			verdict_unseen(w, sure->pdata[i], unseen);
	files = x.wants->len ? find_files(&x) : g_ptr_array_new();
	for (unsigned int i = 0; i < unseen->len; i++)
		add_wholes(w, unseen->pdata[i], files);
	g_ptr_array_unref(unseen);
	g_array_unref(x.wants);
	g_hash_table_unref(x.seen);
	return files;
}
