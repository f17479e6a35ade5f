// SPDX-License-Identifier: GPL-2.0-only
/* run.c - scan, parse, follow, decide */
#include <string.h>
#include "front/front.h"
#include "tree/read.h"
#include "verdict/case.h"
#include "verdict/store.h"

void verdict_site_free(void *p)
{
	struct verdict_site *s = p;

	g_ptr_array_unref(s->evidence);
	g_ptr_array_unref(s->releases);
	g_ptr_array_unref(s->edits);
	g_free(s);
}

static void case_free(void *p)
{
	struct verdict_case *c = p;

	flow_trace_free(c->trace);
	g_free(c);
}

struct verdict *verdict_empty(struct tree *tree, const struct api *api)
{
	struct verdict *v = g_new0(struct verdict, 1);

	v->tree = tree;
	v->api = api;
	v->sites = g_ptr_array_new_with_free_func(verdict_site_free);
	v->findings = g_ptr_array_new_with_free_func(g_free);
	v->unparsed = g_ptr_array_new_with_free_func(g_free);
	v->branches = verdict_branches_new();
	v->diags = g_ptr_array_new();
	v->units = g_ptr_array_new();
	v->batches = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_ptr_array_unref);
	return v;
}

void verdict_free(struct verdict *v)
{
	if (!v)
		return;
	g_ptr_array_unref(v->sites);
	g_ptr_array_unref(v->findings);
	g_ptr_array_unref(v->unparsed);
	g_ptr_array_unref(v->branches);
	g_ptr_array_unref(v->diags);
	g_ptr_array_unref(v->units);
	g_ptr_array_unref(v->batches);
	g_free(v);
}

/* Argument that names the pages; a literal NULL means there are none. */
static int pages_arg(struct tree *tree, const struct api_acquire *acq,
		     const struct facts_insn *in)
{
	const struct facts_expr *e;
	int n;

	if (acq->returns == API_RET_PAGE)
		return API_ARG_RET;
	n = tree_param(tree, acq, acq->pages);
	if (n < 0 || (unsigned int)n >= in->n_args)
		return CASE_NO_PAGES;
	e = in->args[n].expr;
	e = facts_strip_casts(e);
	return e->kind == FX_INT && !e->ival ? CASE_NO_PAGES : n;
}

static void set_flags(struct verdict_site *site, struct verdict_case *c)
{
	const struct facts_arg *arg;

	if (c->flags < 0 || (unsigned int)c->flags >= c->call->insn->n_args) {
		c->flags = -1;
		return;
	}
	arg = &c->call->insn->args[c->flags];
	site->flags_expr = arg->text ?: arg->expr->text ?: "?";
	if (arg->expr->kind == FX_INT) {
		site->flags_known = true;
		site->flags_value = arg->expr->ival;
	}
}

void verdict_edit_free(void *data)
{
	struct verdict_edit *edit = data;

	g_free(edit->bulk);
	g_free(edit);
}

static struct verdict_case *case_new(struct verdict_work *w,
				     struct flow_call *call)
{
	struct verdict_case *c = g_new0(struct verdict_case, 1);
	struct verdict_site *site = g_new0(struct verdict_site, 1);
	const struct facts_insn *in = call->insn;

	c->call = call;
	c->site = site;
	c->acq = api_acquire(w->v->api, in->callee);
	c->pages = pages_arg(w->v->tree, c->acq, in);
	c->flags = tree_param(w->v->tree, c->acq, c->acq->flags);
	site->file = in->name_loc.file;
	site->line = in->name_loc.line;
	site->column = in->name_loc.column;
	site->function = call->in->facts->name;
	site->callee = in->callee;
	site->evidence = g_ptr_array_new_with_free_func(g_free);
	site->releases = g_ptr_array_new_with_free_func(g_free);
	site->edits = g_ptr_array_new_with_free_func(verdict_edit_free);
	site->parsed = !call->in->facts->has_error;
	site->arch = call->in->unit->arch;
	site->config = call->in->unit->config;
	site->why = "";
	set_flags(site, c);
	return c;
}

/* Two uses of one macro. */
static int use_cmp(const struct verdict_case *a, const struct verdict_case *b)
{
	const struct facts_loc *x = &a->call->insn->name_loc;
	const struct facts_loc *y = &b->call->insn->name_loc;

	return g_strcmp0(x->exp_file, y->exp_file) ?:
		       (x->exp_line > y->exp_line) - (x->exp_line < y->exp_line) ?:
		       (x->exp_column > y->exp_column) -
			       (x->exp_column < y->exp_column);
}

static int case_cmp(gconstpointer pa, gconstpointer pb)
{
	const struct verdict_case *a = *(struct verdict_case *const *)pa;
	const struct verdict_case *b = *(struct verdict_case *const *)pb;
	int d = strcmp(a->site->file, b->site->file);

	if (d)
		return d;
	if (a->site->line != b->site->line)
		return a->site->line < b->site->line ? -1 : 1;
	if (a->site->column != b->site->column)
		return a->site->column < b->site->column ? -1 : 1;
	return !!a->first - !!b->first ?: use_cmp(a, b);
}

/* The n-th call of a callee in its function: lines may shift below it. */
static void set_ids(GPtrArray *cases)
{
	GHashTable *count =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (unsigned int i = 0; i < cases->len; i++) {
		struct verdict_site *s =
			((struct verdict_case *)cases->pdata[i])->site;
		const struct verdict_case *c = cases->pdata[i];
		char *key = g_strdup_printf("%s:%s:%s%s", s->file, s->function,
					    s->callee, c->first ? ":use" : "");
		g_autofree char *full = NULL;
		g_autofree char *sum = NULL;
		unsigned int n =
			GPOINTER_TO_UINT(g_hash_table_lookup(count, key));

		full = g_strdup_printf("%s:%u", key, n);
		sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, full,
						    -1);
		s->id = verdict_printf("%.16s", sum);
		g_hash_table_insert(count, key, GUINT_TO_POINTER(n + 1));
	}
	g_hash_table_unref(count);
}

static bool in_candidates(const struct verdict_work *w, const char *file)
{
	for (unsigned int i = 0; i < w->candidates->len; i++) {
		const struct tree_file *f = w->candidates->pdata[i];

		if (!strcmp(f->path, file))
			return true;
	}
	return false;
}

/* A call of a gup function: of those in the body of a macro, the first use is
 * the site, and the others are judged beside it.
 */
static void add_case(struct verdict_work *w, GHashTable *seen,
		     struct flow_call *call)
{
	const struct facts_loc *loc = &call->insn->name_loc;
	char *key =
		g_strdup_printf("%s:%u:%u", loc->file, loc->line, loc->column);
	const struct verdict_case *first = g_hash_table_lookup(seen, key);
	struct verdict_case *c;

	if (first && (loc->macro != FACTS_MACRO_BODY || !loc->exp_file ||
		      g_path_is_absolute(loc->exp_file))) {
		g_free(key);
		return;
	}
	c = case_new(w, call);
	c->first = first;
	g_ptr_array_add(w->cases, c);
	if (first)
		g_free(key);
	else
		g_hash_table_insert(seen, key, c);
}

static void make_cases(struct verdict_work *w)
{
	GHashTable *seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *funcs = flow_funcs(w->prog);

	for (unsigned int i = 0; i < funcs->len; i++) {
		struct flow_func *f = funcs->pdata[i];

		for (unsigned int k = 0; k < f->calls->len; k++) {
			struct flow_call *call = f->calls->pdata[k];

			if (!call->callee->acquire ||
			    (call->insn->callee_static &&
			     verdict_is_own(f->unit, call->insn->callee)) ||
			    !in_candidates(w, call->insn->name_loc.file))
				continue;
			add_case(w, seen, call);
		}
	}
	g_hash_table_unref(seen);
	g_ptr_array_sort(w->cases, case_cmp);
	set_ids(w->cases);
}

static void trace_all(struct verdict_work *w)
{
	w->prog = flow_link(w->v->units, w->v->api);
	if (w->defs)
		flow_give_defs(w->prog, g_steal_pointer(&w->defs));
	w->cases = g_ptr_array_new_with_free_func(case_free);
	make_cases(w);
	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		if (c->pages != CASE_NO_PAGES && c->site->parsed)
			c->trace = flow_trace(w->prog, c->call, c->pages);
	}
	for (unsigned int i = 0; i < w->cases->len; i++)
		verdict_decide(w, w->cases->pdata[i]);
}

static void drop_traces(struct verdict_work *w)
{
	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		verdict_site_free(c->site);
	}
	g_ptr_array_unref(w->cases);
	w->defs = flow_take_defs(w->prog);
	flow_free(w->prog);
}

/* A further use of a macro is told of under the site in the macro's body. */
static void fold_use(struct verdict_work *w, struct verdict_case *c)
{
	struct verdict_site *site = c->site;

	for (unsigned int i = 0; i < w->v->findings->len; i++) {
		struct verdict_finding *f = w->v->findings->pdata[i];

		if (f->site == site->id)
			f->site = c->first->site->id;
	}
	verdict_site_free(site);
	c->site = NULL;
}

static void judge(struct verdict_work *w)
{
	verdict_keep_read(w);
	verdict_plan(w);
	verdict_findings(w);
	verdict_keep_apply(w);
	verdict_findings_close(w);
	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		if (c->first)
			fold_use(w, c);
		else
			g_ptr_array_add(w->v->sites, c->site);
	}
}

static gboolean is_source(const char *path)
{
	return g_str_has_suffix(path, ".c");
}

static void add_unit(struct verdict *v, struct facts_unit *u)
{
	g_ptr_array_add(v->units, u);
	v->files_parsed += !u->failed;
	v->files_clean += !u->failed && !u->n_errors;
}

/* Facts gathered elsewhere, if they are those of the file as it is now. */
static struct facts_unit *gathered(struct verdict_work *w, const char *file,
				   const struct verdict_options *opts)
{
	struct facts_unit *unit =
		opts->facts ? g_hash_table_lookup(opts->facts, file) : NULL;
	g_autoptr(GBytes) text = unit && unit->text ? verdict_text(w, file) :
						      NULL;
	g_autofree char *sum = NULL;

	if (!text)
		return NULL;
	sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, text);
	return strcmp(sum, unit->text) ? NULL : unit;
}

static void note_diags(struct verdict *v, const struct facts_unit *u)
{
	g_ptr_array_extend(v->diags, u->diags, NULL, NULL);
}

/* In the order of the files, wherever their facts come from. */
static void add_in_order(struct verdict_work *w, GPtrArray *files,
			 GPtrArray *have, GPtrArray *parsed)
{
	unsigned int next = 0;

	g_ptr_array_add(w->v->batches, parsed);
	for (unsigned int i = 0; i < files->len; i++) {
		struct facts_unit *u = have->pdata[i];

		if (!u)
			u = parsed->pdata[next++];
		add_unit(w->v, u);
		note_diags(w->v, u);
	}
}

/* Headers of a module hold its compat helpers: which ones mention a gup name
 * says little.
 */
static void watch_module(struct verdict_work *w, GPtrArray *watch)
{
	GPtrArray *protos = tree_protos(w->v->tree);
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autoptr(GPtrArray) files = NULL;

	if (!tree_is_module(w->v->tree))
		return;
	for (unsigned int i = 0; i < protos->len; i++) {
		const struct tree_proto *p = protos->pdata[i];

		g_ptr_array_add(words, (void *)p->name);
	}
	g_ptr_array_add(words, NULL);
	files = tree_find_words(w->v->tree, (const char *const *)words->pdata,
				NULL, w->jobs);
	for (unsigned int i = 0; i < files->len; i++) {
		const char *path = g_intern_string(files->pdata[i]);

		if (!is_source(path) && !g_ptr_array_find_with_equal_func(
						watch, path, g_str_equal, NULL))
			g_ptr_array_add(watch, (void *)path);
	}
}

static bool is_part(struct verdict_work *w, const char *path)
{
	g_autoptr(GPtrArray) wholes = verdict_wholes(w, path);

	return strcmp(wholes->pdata[0], path) != 0;
}

/* Parse some sources; headers that mention a gup name are watched in them. */
static gboolean parse_files(struct verdict_work *w, GPtrArray *files,
			    const struct verdict_options *opts, GError **error)
{
	struct front_options fo = { .jobs = opts->jobs,
				    .overlay = opts->overlay,
				    .no_cache = opts->no_cache,
				    .time_limit = opts->time_limit,
				    .memory_limit = opts->memory_limit,
				    .progress = opts->progress,
				    .all_reads = w->reads,
				    .workers = w->workers,
				    .user = opts->user };
	g_autoptr(GPtrArray) watch = g_ptr_array_new();
	g_autoptr(GPtrArray) have = g_ptr_array_new();
	g_autoptr(GPtrArray) rest = g_ptr_array_new();
	GPtrArray *units;

	for (unsigned int i = 0; i < w->candidates->len; i++) {
		const struct tree_file *f = w->candidates->pdata[i];

		if (!is_source(f->path) || is_part(w, f->path))
			g_ptr_array_add(watch, (void *)f->path);
	}
	watch_module(w, watch);
	g_ptr_array_add(watch, NULL);
	for (unsigned int i = 0; i < files->len; i++) {
		g_ptr_array_add(have, gathered(w, files->pdata[i], opts));
		if (!have->pdata[i])
			g_ptr_array_add(rest, files->pdata[i]);
	}
	g_ptr_array_add(rest, NULL);
	fo.watch = (const char *const *)watch->pdata;
	units = front_parse_files(w->v->tree, w->v->api,
				  (const char *const *)rest->pdata, &fo, error);
	if (!units)
		return FALSE;
	add_in_order(w, files, have, units);
	return TRUE;
}

/* Facts of an earlier run stand for the files that have not changed.  A header
 * that has changed is in all of them.
 */
static GHashTable *take_earlier(struct verdict *v,
				const struct verdict_options *opts)
{
	GHashTable *have = g_hash_table_new(g_str_hash, g_str_equal);
	const struct verdict *old = opts->earlier;
	GHashTableIter iter;
	gpointer path;

	if (!old || old->kept)
		return have;
	if (opts->overlay) {
		g_hash_table_iter_init(&iter, opts->overlay);
		while (g_hash_table_iter_next(&iter, &path, NULL))
			if (!is_source(path))
				return have;
	}
	for (unsigned int i = 0; i < old->batches->len; i++)
		g_ptr_array_add(v->batches,
				g_ptr_array_ref(old->batches->pdata[i]));
	for (unsigned int i = 0; i < old->units->len; i++) {
		struct facts_unit *u = old->units->pdata[i];

		if (opts->overlay &&
		    g_hash_table_contains(opts->overlay, u->file))
			continue;
		add_unit(v, u);
		g_hash_table_add(have, (void *)u->file);
	}
	return have;
}

/* A module's own header with a gup name wraps the function for all of the
 * module: its sources need not mention any.
 */
static void add_users(struct verdict_work *w, const char *const *paths,
		      GPtrArray *files)
{
	static const char *const words[] = { "include", NULL };
	g_autoptr(GPtrArray) sources = NULL;
	bool wrapped = false;

	for (unsigned int i = 0; i < w->candidates->len; i++) {
		const struct tree_file *f = w->candidates->pdata[i];

		wrapped |= !is_source(f->path);
	}
	if (!wrapped || !tree_is_module(w->v->tree))
		return;
	sources = tree_find_words(w->v->tree, words, NULL, w->jobs);
	for (unsigned int i = 0; i < sources->len; i++) {
		const char *path = g_intern_string(sources->pdata[i]);

		if (is_source(path) && verdict_is_named(path, paths) &&
		    !g_ptr_array_find_with_equal_func(files, path, g_str_equal,
						      NULL))
			g_ptr_array_add(files, (void *)path);
	}
}

/* A source that is only a part of others is seen in those. */
static void take_wholes(struct verdict_work *w, GPtrArray *files)
{
	g_autoptr(GPtrArray) given = g_ptr_array_copy(files, NULL, NULL);

	g_ptr_array_set_size(files, 0);
	for (unsigned int i = 0; i < given->len; i++) {
		g_autoptr(GPtrArray)
			wholes = verdict_wholes(w, given->pdata[i]);

		for (unsigned int k = 0; k < wholes->len; k++)
			if (!g_ptr_array_find_with_equal_func(
				    files, wholes->pdata[k], g_str_equal, NULL))
				g_ptr_array_add(files, wholes->pdata[k]);
	}
}

static gboolean parse(struct verdict_work *w,
		      const struct verdict_options *opts, GError **error)
{
	GHashTable *have = take_earlier(w->v, opts);
	GPtrArray *files = g_ptr_array_new();
	gboolean ok = TRUE;

	for (unsigned int i = 0; i < w->candidates->len; i++) {
		const struct tree_file *f = w->candidates->pdata[i];

		if (is_source(f->path))
			g_ptr_array_add(files, (void *)f->path);
	}
	add_users(w, opts->paths, files);
	take_wholes(w, files);
	for (unsigned int i = files->len; i-- > 0;)
		if (g_hash_table_contains(have, files->pdata[i]))
			g_ptr_array_remove_index(files, i);
	if (files->len)
		ok = parse_files(w, files, opts, error);
	g_ptr_array_unref(files);
	g_hash_table_unref(have);
	return ok;
}

/* Branches that the first configuration leaves out, in one that has them.  It
 * is the file's second unit: counted once.
 */
static gboolean parse_inactive(struct verdict_work *w,
			       const struct verdict_options *opts,
			       GError **error)
{
	unsigned int parsed = w->v->files_parsed, clean = w->v->files_clean;
	GPtrArray *files = verdict_inactive(w);
	unsigned int n = files->len;
	gboolean ok = !n || parse_files(w, files, opts, error);

	for (unsigned int i = 0; i < n; i++)
		tree_compile_also(w->v->tree, files->pdata[i], NULL);
	g_ptr_array_unref(files);
	w->v->files_parsed = parsed;
	w->v->files_clean = clean;
	return ok;
}

/* What proves a conversion may lead to one more file, and that to another. */
#define LAST_ROUNDS 3

/* Follow the pages; as long as they lead to files that are not parsed yet,
 * parse those and follow them again.  Each step has two rounds: the callers
 * that are handed the pages, and all else that they lead to.
 */
static gboolean follow(struct verdict_work *w,
		       const struct verdict_options *opts, GError **error)
{
	unsigned int steps = 2 * opts->follow;
	unsigned int rounds = steps ? steps + LAST_ROUNDS : 0;
	gboolean ok = TRUE;

	trace_all(w);
	for (unsigned int round = 0; ok && round < rounds; round++) {
		bool last = round >= steps;
		GPtrArray *files = last ? verdict_widen_last(w) :
					  verdict_widen(w, !(round % 2));

		if (files && files->len) {
			drop_traces(w);
			ok = parse_files(w, files, opts, error);
			if (ok)
				trace_all(w);
		} else if (last) {
			round = rounds;
		}
		if (files)
			g_ptr_array_unref(files);
	}
	return ok;
}

/* A result that is kept depends on the file. */
static void note_read(const struct verdict_work *w, const char *path)
{
	if (w->reads && !g_hash_table_contains(w->reads, path))
		g_hash_table_add(w->reads, g_strdup(path));
}

static void note_candidates(const struct verdict_work *w)
{
	for (unsigned int i = 0; i < w->candidates->len; i++) {
		const struct tree_file *f = w->candidates->pdata[i];
		g_autofree char *path =
			g_build_filename(tree_root(w->v->tree), f->path, NULL);

		note_read(w, path);
	}
}

GBytes *verdict_text(const struct verdict_work *w, const char *file)
{
	GBytes *text = w->overlay ? g_hash_table_lookup(w->overlay, file) :
				    NULL;
	g_autofree char *path = NULL;
	char *content;
	gsize len;

	if (text)
		return g_bytes_ref(text);
	path = g_path_is_absolute(file) ?
		       g_strdup(file) :
		       g_build_filename(tree_root(w->v->tree), file, NULL);
	note_read(w, path);
	if (!tree_read_file(path, &content, &len, NULL))
		return NULL;
	return g_bytes_new_take(content, len);
}

static int candidate_cmp(gconstpointer pa, gconstpointer pb)
{
	const struct tree_file *a = *(struct tree_file *const *)pa;
	const struct tree_file *b = *(struct tree_file *const *)pb;

	return strcmp(a->path, b->path);
}

/* Texts that stand in for files on disk have mentions of their own; some of
 * them stand in for files that mention nothing, or that are not there.
 */
static void apply_overlay(struct verdict_work *w,
			  const struct verdict_options *opts)
{
	g_autoptr(GHashTable) files = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer path, text;

	if (!opts->overlay)
		return;
	for (unsigned int i = 0; i < w->candidates->len; i++) {
		struct tree_file *f = w->candidates->pdata[i];

		g_hash_table_insert(files, (void *)f->path, f);
	}
	g_hash_table_iter_init(&iter, opts->overlay);
	while (g_hash_table_iter_next(&iter, &path, &text)) {
		struct tree_file *f = g_hash_table_lookup(files, path);
		GPtrArray *mentions =
			tree_mentions(w->v->api, g_bytes_get_data(text, NULL),
				      g_bytes_get_size(text));

		if (f) {
			g_ptr_array_unref(f->mentions);
			f->mentions = mentions;
		} else if (mentions->len &&
			   verdict_is_named(path, opts->paths)) {
			f = g_new0(struct tree_file, 1);
			f->path = g_strdup(path);
			f->mentions = mentions;
			g_ptr_array_add(w->candidates, f);
		} else {
			g_ptr_array_unref(mentions);
		}
	}
	g_ptr_array_sort(w->candidates, candidate_cmp);
}

static struct verdict *run(struct tree *tree, const struct api *api,
			   const struct verdict_options *opts,
			   GHashTable *reads, GError **error)
{
	struct verdict_work w = { .jobs = opts->jobs,
				  .overlay = opts->overlay,
				  .reads = reads,
				  .workers = front_workers_new() };
	struct verdict *v = verdict_empty(tree, api);

	w.v = v;
	w.candidates =
		tree_candidates(tree, api, opts->paths, opts->jobs, error);
	if (!w.candidates)
		goto fail;
	if (!verdict_headers(&w, opts->paths, error))
		goto fail_candidates;
	g_ptr_array_sort(w.candidates, candidate_cmp);
	note_candidates(&w);
	apply_overlay(&w, opts);
	v->files_scanned = w.candidates->len;
	if (!parse(&w, opts, error) || !parse_inactive(&w, opts, error))
		goto fail_candidates;

	w.words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					(GDestroyNotify)g_ptr_array_unref);
	if (!follow(&w, opts, error)) {
		g_hash_table_unref(w.words);
		g_clear_pointer(&w.defs, g_hash_table_unref);
		goto fail_candidates;
	}
	front_workers_free(g_steal_pointer(&w.workers));
	judge(&w);
	verdict_ledger(&w);
	verdict_branches(&w);
	verdict_left_out_free(w.left);
	verdict_compiled_free(w.compiled);
	g_ptr_array_unref(w.cases);
	g_hash_table_unref(w.words);
	verdict_includes_free(&w);
	flow_free(w.prog);
	g_ptr_array_unref(w.candidates);
	return v;

fail_candidates:
	verdict_includes_free(&w);
	g_ptr_array_unref(w.candidates);
fail:
	front_workers_free(w.workers);
	verdict_free(v);
	return NULL;
}

struct verdict *verdict_run(struct tree *tree, const struct api *api,
			    const struct verdict_options *opts, GError **error)
{
	struct kept *kept = verdict_store_open(tree, api, opts);
	struct verdict *v = verdict_store_get(kept, tree, api);

	if (!v) {
		v = run(tree, api, opts, kept ? kept_reads(kept) : NULL, error);
		if (v)
			verdict_store_put(kept, v);
	}
	if (v) {
		v->time_limit = opts->time_limit;
		v->memory_limit = opts->memory_limit;
	}
	kept_free(kept);
	return v;
}
