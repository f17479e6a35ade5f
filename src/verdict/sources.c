// SPDX-License-Identifier: GPL-2.0-only
/*
 * sources.c - does a release get pages from anywhere else
 *
 * A release may be rewritten only when all that ever reaches it is planned.
 * Three ways in are looked at: pages of the kernel's own, callers of a helper
 * that releases its argument, other stores into the field it loads from.
 */
#include <string.h>
#include "flow/defs.h"
#include "verdict/case.h"
#include "verdict/plan.h"

#define PAGE_SHAPES VERDICT_PAGE_SHAPES

static void block_release(struct verdict_work *w,
			  const struct facts_insn *release, const char *why)
{
	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		if (!c->wants || c->blocker || !c->trace || !c->releases)
			continue;
		for (unsigned int k = 0; k < c->trace->events->len; k++) {
			const struct flow_event *e = c->trace->events->pdata[k];

			if (e->kind == FLOW_RELEASE && e->insn == release)
				c->blocker = why;
		}
	}
}

unsigned int verdict_ours(struct verdict_work *w, struct flow_func *in,
			  unsigned int block, unsigned int index,
			  const struct facts_expr *e)
{
	unsigned int mask = 0;

	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		if (c->trace)
			mask |= FLOW_SHAPES(
				flow_trace_mask(c->trace, in, block, index, e));
	}
	return mask;
}

static bool is_ours(struct verdict_work *w, struct flow_func *in,
		    unsigned int block, unsigned int index,
		    const struct facts_expr *e)
{
	return verdict_ours(w, in, block, index, e) & PAGE_SHAPES;
}

static bool is_page_type(const char *type)
{
	return type && (g_str_has_prefix(type, "struct page *") ||
			g_str_has_prefix(type, "struct folio *"));
}

/* virt_to_page(): a page of a set when the argument is that set's, else one of
 * the kernel's own.
 */
static bool is_looked_up(struct verdict_work *w, const struct flow_call *call,
			 const struct api_func *f, int to)
{
	for (unsigned int i = 0; i < f->n_effects; i++) {
		const struct api_effect *e = &f->effects[i];

		if (e->kind != API_EFFECT_FLOW || e->to != to || e->from < 0 ||
		    (unsigned int)e->from >= call->insn->n_args)
			continue;
		for (unsigned int k = 0; k < w->cases->len; k++) {
			struct verdict_case *c = w->cases->pdata[k];

			if (c->trace &&
			    flow_trace_mask(c->trace, call->in, call->block,
					    call->index,
					    call->insn->args[e->from].expr))
				return true;
		}
	}
	return false;
}

bool verdict_is_foreign(struct verdict_work *w, const struct flow_call *call,
			int *arg)
{
	const struct facts_insn *in = call->insn;
	const struct api_func *f;

	if (!in->callee || api_acquire(w->v->api, in->callee))
		return false;
	f = api_func(w->v->api, in->callee);
	for (unsigned int i = 0; f && i < f->n_effects; i++) {
		if (f->effects[i].kind != API_EFFECT_SOURCE)
			continue;
		if (is_looked_up(w, call, f, f->effects[i].to))
			return false;
		*arg = f->effects[i].to;
		return true;
	}
	if (f || call->targets->len)
		return false;
	*arg = API_ARG_RET;
	return in->lhs && is_page_type(in->lhs->type) &&
	       !is_ours(w, call->in, call->block, call->index + 1, in->lhs);
}

/* Does the function that allocates pages free them, on every path? */
static bool is_freed(struct flow_trace *t)
{
	struct flow_func *bound;

	for (unsigned int k = 0; k < t->events->len; k++) {
		const struct flow_event *e = t->events->pdata[k];

		if (e->kind == FLOW_FREE && e->in == t->start->in)
			return flow_bounded(t, &bound);
	}
	return false;
}

/* Is a call a source of pages of the kernel's own that a release is given? */
static bool reaches(struct verdict_work *w, struct flow_call *call,
		    const struct facts_insn *release)
{
	struct flow_trace *t;
	bool found = false;
	int arg;

	if (!verdict_is_foreign(w, call, &arg))
		return false;
	t = flow_trace(w->prog, call, arg);
	for (unsigned int k = 0; k < t->events->len && !found && !is_freed(t);
	     k++) {
		const struct flow_event *e = t->events->pdata[k];

		found = e->kind == FLOW_RELEASE && e->insn == release;
	}
	flow_trace_free(t);
	return found;
}

static void check_apart(struct verdict_work *w, struct verdict_case *c,
			const struct flow_trace *t);

/* Likewise of the kernel's own pages that a function takes */
static void check_foreign_apart(struct verdict_work *w, struct flow_func *in,
				const struct flow_trace *t)
{
	for (unsigned int i = 0; t->asks->len && i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		if (c->wants && c->releases && c->trace &&
		    g_ptr_array_find(c->trace->funcs, in, NULL))
			check_apart(w, c, t);
	}
}

/* Follow the kernel's own pages in the functions the planned sets go through:
 * what they reach is shared.
 */
static void check_foreign(struct verdict_work *w, GHashTable *funcs)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, funcs);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		struct flow_func *f = key;

		for (unsigned int i = 0; i < f->calls->len; i++) {
			struct flow_call *call = f->calls->pdata[i];
			struct flow_trace *t;
			int arg;

			if (!verdict_is_foreign(w, call, &arg))
				continue;
			t = flow_trace(w->prog, call, arg);
			for (unsigned int k = 0;
			     k < t->events->len && !is_freed(t); k++) {
				const struct flow_event *e =
					t->events->pdata[k];

				if (e->kind != FLOW_RELEASE)
					continue;
				block_release(
					w, e->insn,
					verdict_printf(
						"%s() in %s() (line %u) also releases pages of %s() (%s(), line %u)",
						e->name, e->in->facts->name,
						verdict_line(&e->insn->name_loc),
						call->insn->callee,
						f->facts->name,
						verdict_line(&call->insn->loc)));
			}
			check_foreign_apart(w, f, t);
			flow_trace_free(t);
		}
	}
}

/* Do pages of the kernel's own reach a release, from the file around it or from
 * one that fills the field it takes them out of?
 */
bool verdict_is_shared(struct verdict_work *w, const struct verdict_case *c,
		       const struct flow_event *release)
{
	GHashTable *files = g_hash_table_new(NULL, NULL);
	GPtrArray *funcs = flow_funcs(w->prog);
	bool found = false;

	g_hash_table_add(files, (void *)release->in->facts->file);
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_STORE)
			g_hash_table_add(files, (void *)e->in->facts->file);
	}
	for (unsigned int n = 0; n < funcs->len && !found; n++) {
		struct flow_func *f = funcs->pdata[n];

		if (!g_hash_table_contains(files, f->facts->file))
			continue;
		for (unsigned int i = 0; i < f->calls->len && !found; i++)
			found = reaches(w, f->calls->pdata[i], release->insn);
	}
	g_hash_table_unref(files);
	return found;
}

/* Files that mention a word: looked up once. */
static GPtrArray *files_with(struct verdict_work *w, const char *word,
			     const char *below)
{
	g_autofree char *key = g_strdup_printf("%s\n%s", word, below ?: "");
	GPtrArray *files = g_hash_table_lookup(w->words, key);

	if (!files) {
		const char *const words[] = { word, NULL };

		files = tree_find_words(w->v->tree, words, below, w->jobs);
		g_hash_table_insert(w->words, g_steal_pointer(&key), files);
	}
	return files;
}

/* Sources that have a word and were not analysed: the first one, or with @all
 * every one of them.
 */
const char *verdict_other_file(struct verdict_work *w, const char *word,
			       GPtrArray *all)
{
	GPtrArray *files = files_with(w, word, NULL);
	const char *first = NULL;

	for (unsigned int i = 0; i < files->len && (all || !first); i++) {
		if (!g_str_has_suffix(files->pdata[i], ".c") ||
		    verdict_is_parsed(w, files->pdata[i], true))
			continue;
		first = first ?: files->pdata[i];
		if (all)
			g_ptr_array_add(all, files->pdata[i]);
	}
	return first;
}

static void check_origins(struct verdict_work *w, struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len && !c->blocker;
	     i++) {
		const struct flow_event *e = c->trace->events->pdata[i];
		const char *why;

		if (e->kind != FLOW_RELEASE)
			continue;
		why = verdict_other_origin(w, e);
		if (why)
			block_release(w, e->insn, why);
	}
}

/* A release that no trace reaches, in a function that handles the pages, may
 * be one that the flow did not see.
 */
static void check_unattributed(struct verdict_work *w, struct verdict_case *c,
			       GHashTable *attributed)
{
	for (unsigned int i = 0; i < c->trace->funcs->len && !c->blocker; i++) {
		struct flow_func *f = c->trace->funcs->pdata[i];

		for (unsigned int k = 0; k < f->calls->len; k++) {
			struct flow_call *call = f->calls->pdata[k];
			const struct api_release *rel =
				call->insn->callee ?
					api_release(w->v->api,
						    call->insn->callee) :
					NULL;

			if (!rel || rel->family != API_GET ||
			    flow_hidden_in(c->trace, f) ||
			    g_hash_table_contains(attributed, call->insn))
				continue;
			c->blocker = verdict_printf(
				"%s() in %s() (line %u) releases a page whose origin is not known",
				rel->name, f->facts->name,
				verdict_line(&call->insn->loc));
			break;
		}
	}
}

/* Does a call allocate the page that is freed there? */
static bool is_own(struct verdict_work *w, struct flow_call *call,
		   const struct flow_event *e)
{
	struct flow_trace *t;
	bool own = false;
	int arg;

	if (!verdict_is_foreign(w, call, &arg))
		return false;
	t = flow_trace(w->prog, call, arg);
	for (unsigned int k = 0; k < t->events->len && !own; k++) {
		const struct flow_event *f = t->events->pdata[k];

		own = f->kind == FLOW_FREE && f->insn == e->insn;
	}
	flow_trace_free(t);
	return own;
}

/* Does the file that frees a page allocate it as well? */
static bool frees_own(struct verdict_work *w, const struct flow_event *e)
{
	GPtrArray *funcs = flow_funcs(w->prog);

	for (unsigned int n = 0; n < funcs->len; n++) {
		struct flow_func *f = funcs->pdata[n];

		if (f->facts->file != e->in->facts->file)
			continue;
		for (unsigned int i = 0; i < f->calls->len; i++)
			if (is_own(w, f->calls->pdata[i], e))
				return true;
	}
	return false;
}

/* Pages that are freed as only an allocator may are the kernel's own, or the
 * code is wrong: in both cases a person has to look.
 */
static void check_freed(struct verdict_work *w, struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len && !c->blocker;
	     i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_FREE && !frees_own(w, e))
			c->blocker = verdict_printf(
				"%s() in %s() (line %u) frees a page that may be one of these",
				e->name, e->in->facts->name,
				verdict_line(&e->insn->name_loc));
	}
}

static bool has_path(const GPtrArray *files, const char *path)
{
	for (unsigned int i = 0; i < files->len; i++)
		if (!strcmp(files->pdata[i], path))
			return true;
	return false;
}

/* "name" of "dir/name.h": what an #include of it mentions. */
static char *stem(const char *header)
{
	char *base = g_path_get_basename(header);
	char *dot = strrchr(base, '.');

	if (dot)
		*dot = '\0';
	return base;
}

/* <asm/foo.h> of one architecture is another header than that of another one.
 * Some build files of each other: um and x86, arm and arm64.
 */
static bool other_arch(const char *source, const char *header)
{
	g_auto(GStrv) one = g_strsplit(source, "/", 3);
	g_auto(GStrv) two = g_strsplit(header, "/", 3);

	return g_strv_length(one) == 3 && g_strv_length(two) == 3 &&
	       !strcmp(one[0], "arch") && !strcmp(two[0], "arch") &&
	       !g_str_has_prefix(one[1], two[1]) &&
	       !g_str_has_prefix(two[1], one[1]) && strcmp(one[1], "um") &&
	       strcmp(two[1], "um");
}

/* May a source know a record: it names the record, or includes its header or
 * another header that names it.
 */
static bool may_know(struct verdict_work *w, const char *source,
		     const char *tag, const char *header, const char *below)
{
	GPtrArray *named = files_with(w, tag, below);
	g_autofree char *word = stem(header);

	if (other_arch(source, header))
		return false;
	if (has_path(named, source) ||
	    has_path(files_with(w, word, below), source))
		return true;
	for (unsigned int i = 0; i < named->len; i++) {
		g_autofree char *other = NULL;

		if (!g_str_has_suffix(named->pdata[i], ".h"))
			continue;
		other = stem(named->pdata[i]);
		if (has_path(files_with(w, other, below), source))
			return true;
	}
	return false;
}

bool verdict_may_know(struct verdict_work *w, const char *source,
		      const struct flow_event *store)
{
	g_autofree char *tag = NULL;

	if (!store->record || !store->record_file)
		return true;
	tag = g_strndup(store->record, strcspn(store->record, ":"));
	return may_know(w, source, tag, store->record_file,
			verdict_users_dir(w->v->tree, store->record_file));
}

/* Sources that use a record's field and were not analysed; as other_file() */
static const char *other_user(struct verdict_work *w, const char *record,
			      const char *field, const char *header,
			      GPtrArray *all)
{
	const char *below = verdict_users_dir(w->v->tree, header);
	g_autofree char *tag = g_strdup(record);
	g_auto(GStrv) names = facts_field_names(field);
	char *inner = strstr(tag, "::");
	const char *first = NULL;

	if (inner)
		*inner = '\0';
	for (char **name = names; *name && (all || !first); name++) {
		GPtrArray *files = files_with(w, *name, below);

		for (unsigned int i = 0; i < files->len && (all || !first);
		     i++) {
			const char *path = files->pdata[i];

			/* who includes it takes longest to find out */
			if (!g_str_has_suffix(path, ".c") ||
			    verdict_has_unit(w, path, true) ||
			    !may_know(w, path, tag, header, below) ||
			    verdict_is_parsed(w, path, true))
				continue;
			first = first ?: path;
			if (all)
				g_ptr_array_add(all, (void *)path);
		}
	}
	return first;
}

static bool is_given_pages(const struct facts_insn *in)
{
	for (unsigned int a = 0; a < in->n_args; a++) {
		const char *type = in->args[a].expr->type;

		if (flow_is_page_array(type) || flow_is_page_pointer(type))
			return true;
	}
	return false;
}

/* A container that goes through the ops of a framework (a DMA buffer's exporter
 * gets its sg table back) is the object's own; pages by themselves are whoever
 * else's that fills such a slot.
 */
bool verdict_asks(const struct flow_event *pass)
{
	const struct flow_call *call = flow_event_call(pass);

	for (unsigned int i = 0; call && call->asks && i < call->asks->len;
	     i++) {
		const struct flow_ask *a = call->asks->pdata[i];

		if (!a->record)
			return true;
	}
	return call && is_given_pages(call->insn);
}

const char *verdict_asked(struct verdict_work *w, const GPtrArray *asks,
			  GPtrArray *all)
{
	const char *first = NULL;

	for (unsigned int i = 0; asks && i < asks->len; i++) {
		const struct flow_ask *a = asks->pdata[i];
		const char *other = a->record ?
					    other_user(w, a->record, a->word,
						       a->record_file, all) :
					    verdict_other_file(w, a->word, all);

		first = first ?: other;
	}
	return first;
}

/* Sources that may set the function pointer that a call goes through; as
 * other_file()
 */
static const char *other_setter(struct verdict_work *w,
				const struct flow_event *pass, GPtrArray *all)
{
	const struct flow_call *call =
		verdict_asks(pass) ? flow_event_call(pass) : NULL;

	return call ? verdict_asked(w, call->asks, all) : NULL;
}

/* Does an event lead out of what was analysed, to whom? */
static const char *leads_out(struct verdict_work *w,
			     const struct verdict_case *c,
			     const struct flow_event *e, GPtrArray *all)
{
	/* another file's static function of that name is another function */
	if (e->kind == FLOW_ESCAPE_RETURN || e->kind == FLOW_OPEN_PARAM)
		return flow_open(e->in) ?
			       verdict_other_file(w, e->in->facts->name, all) :
			       NULL;
	if (e->kind == FLOW_PASS)
		return other_setter(w, e, all);
	if (e->kind != FLOW_STORE || !(FLOW_SHAPES(e->mask) & PAGE_SHAPES) ||
	    !e->record_file || e->record_file == c->call->in->unit->file)
		return NULL;
	return other_user(w, e->record, e->field, e->record_file, all);
}

static const char *led_out(const struct flow_event *e, const char *other)
{
	switch (e->kind) {
	case FLOW_STORE:
		return verdict_printf(
			"the pages are kept in %s, and %s, which was not analysed, mentions such a field",
			e->name, other);
	case FLOW_PASS:
		return verdict_printf(
			"%s() calls a function pointer with the pages (line %u), and %s, which was not analysed, may set it",
			e->in->facts->name, verdict_line(&e->insn->loc), other);
	default:
		return verdict_printf(
			"%s() hands the pages to its callers, and %s, which was not analysed, uses it",
			e->in->facts->name, other);
	}
}

/* Objects of two kinds were told apart by all that is known of them. */
static void check_apart(struct verdict_work *w, struct verdict_case *c,
			const struct flow_trace *t)
{
	const char *other = c->blocker ? NULL : verdict_asked(w, t->asks, NULL);

	if (other)
		c->blocker = verdict_printf(
			"what is done with other objects of that type depends on %s, which was not analysed",
			other);
}

static void check_other_files(struct verdict_work *w, struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len && !c->blocker;
	     i++) {
		const struct flow_event *e = c->trace->events->pdata[i];
		const char *other = leads_out(w, c, e, NULL);

		if (!other)
			continue;
		c->blocker = led_out(e, other);
	}
	check_apart(w, c, c->trace);
}

/* Headers that name a record lead to those that include them. */
static void ask_for_stems(GHashTable *found, GPtrArray *tags, GPtrArray *words)
{
	for (unsigned int i = 0; i < tags->len; i++) {
		GPtrArray *files = g_hash_table_lookup(found, tags->pdata[i]);

		for (unsigned int k = 0; files && k < files->len; k++)
			if (g_str_has_suffix(files->pdata[k], ".h"))
				g_ptr_array_add(words, stem(files->pdata[k]));
	}
}

static void ask_for_event(const struct verdict_case *c,
			  const struct flow_event *e, GPtrArray *words,
			  GPtrArray *tags)
{
	g_auto(GStrv) names = NULL;

	if (e->kind == FLOW_ESCAPE_RETURN || e->kind == FLOW_OPEN_PARAM)
		g_ptr_array_add(words, g_strdup(e->in->facts->name));
	if (e->kind != FLOW_STORE || !(FLOW_SHAPES(e->mask) & PAGE_SHAPES) ||
	    !e->record_file || e->record_file == c->call->in->unit->file)
		return;
	names = facts_field_names(e->field);
	for (char **name = names; *name; name++)
		g_ptr_array_add(words, g_strdup(*name));
	g_ptr_array_add(words, stem(e->record_file));
	g_ptr_array_add(words, g_strndup(e->record, strcspn(e->record, ":")));
	g_ptr_array_add(tags, g_strndup(e->record, strcspn(e->record, ":")));
}

void verdict_ask_ahead(struct verdict_work *w, const GPtrArray *cases)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) tags = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) stems = g_ptr_array_new_with_free_func(g_free);
	GHashTable *found;

	for (unsigned int i = 0; i < cases->len; i++) {
		const struct verdict_case *c = cases->pdata[i];

		for (unsigned int k = 0; k < c->trace->events->len; k++)
			ask_for_event(c, c->trace->events->pdata[k], words,
				      tags);
	}
	if (!words->len)
		return;
	found = tree_index_words(w->v->tree, words, w->jobs);
	ask_for_stems(found, tags, stems);
	g_hash_table_unref(found);
	if (stems->len)
		g_hash_table_unref(
			tree_index_words(w->v->tree, stems, w->jobs));
}

/* More files than this are not parsed for the sake of one call site. */
#define MAX_UNSEEN 16

void verdict_unseen(struct verdict_work *w, const struct verdict_case *c,
		    GPtrArray *files)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	for (unsigned int i = 0; i < c->trace->events->len; i++)
		leads_out(w, c, c->trace->events->pdata[i], all);
	verdict_asked(w, c->trace->asks, all);
	for (unsigned int i = 0; i < all->len; i++)
		all->pdata[i] = (void *)g_intern_string(all->pdata[i]);
	if (all->len > MAX_UNSEEN)
		return;
	for (unsigned int i = 0; i < all->len; i++)
		if (!g_ptr_array_find(files, all->pdata[i], NULL))
			g_ptr_array_add(files, all->pdata[i]);
}

void verdict_check_sources(struct verdict_work *w)
{
	GHashTable *funcs = g_hash_table_new(NULL, NULL);
	GHashTable *attributed = g_hash_table_new(NULL, NULL);

	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		if (!c->trace)
			continue;
		for (unsigned int k = 0; k < c->trace->events->len; k++) {
			const struct flow_event *e = c->trace->events->pdata[k];

			if (e->kind == FLOW_RELEASE || e->kind == FLOW_UNREF)
				g_hash_table_add(attributed, (void *)e->insn);
		}
		if (!c->wants || !c->releases)
			continue;
		for (unsigned int k = 0; k < c->trace->funcs->len; k++)
			g_hash_table_add(funcs, c->trace->funcs->pdata[k]);
	}
	check_foreign(w, funcs);
	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		if (!c->wants || c->blocker || !c->releases)
			continue;
		check_origins(w, c);
		check_freed(w, c);
		check_unattributed(w, c, attributed);
		check_other_files(w, c);
	}
	g_hash_table_unref(funcs);
	g_hash_table_unref(attributed);
}
