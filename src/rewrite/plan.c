// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan.c - from planned edits to changes of tokens
 */
#include <string.h>
#include "rewrite/plan.h"

/**
 * struct planner - a plan in the making
 * @job: the job
 * @files: (key-type char*) (value-type plan_file*)
 * @edits: edits by place, to find those that several sites share
 */
struct planner {
	struct rewrite_job *job;
	GHashTable *files;
	GHashTable *edits;
};

static void plan_file_free(void *data)
{
	struct plan_file *file = data;

	g_free(file->copy);
	g_ptr_array_unref(file->edits);
	g_array_unref(file->ops);
	g_array_unref(file->own);
	if (file->final)
		g_array_unref(file->final);
	if (file->after)
		g_bytes_unref(file->after);
	g_free(file);
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	g_ptr_array_unref(plan->files);
	g_free(plan);
}

static unsigned int planner_place(const void *key)
{
	const struct plan_edit *pe = key;

	return pe->name * 31 + g_direct_hash(pe->text);
}

static int planner_same_place(const void *a, const void *b)
{
	const struct plan_edit *x = a, *y = b;

	return x->text == y->text && x->name == y->name;
}

static bool edits_agree(const struct verdict_edit *a,
			const struct verdict_edit *b)
{
	return a->kind == b->kind && !g_strcmp0(a->from, b->from) &&
	       !g_strcmp0(a->to, b->to) && !g_strcmp0(a->fold, b->fold) &&
	       !g_strcmp0(a->drop, b->drop) && !g_strcmp0(a->write, b->write) &&
	       a->gone == b->gone &&
	       (a->arg == b->arg || (!a->fold && !a->drop));
}

static bool path_is_inside(const char *path)
{
	g_auto(GStrv) parts = NULL;

	if (!path || !*path || g_path_is_absolute(path))
		return false;
	parts = g_strsplit(path, "/", -1);
	return !g_strv_contains((const char *const *)parts, "..");
}

/* token at line and column, or -1 */
static int text_token_at(const struct rewrite_text *text, unsigned int line,
			 unsigned int column)
{
	unsigned int offset;

	if (!line || line > text->lines->len || !column)
		return -1;
	offset = g_array_index(text->lines, unsigned int, line - 1);
	if (column - 1 > text->len - offset)
		return -1;
	return lex_find(text->tokens, offset + column - 1);
}

static const char *text_intern(const struct rewrite_text *text, unsigned int i)
{
	const struct lex_token *token = lex_at(text->tokens, i);
	g_autofree char *word =
		g_strndup(text->data + token->start, token->end - token->start);

	return g_intern_string(word);
}

/* next token that is no comment, or -1 */
static int text_next(const struct rewrite_text *text, unsigned int i)
{
	while (++i < text->tokens->len) {
		if (lex_at(text->tokens, i)->kind != LEX_COMMENT)
			return i;
	}
	return -1;
}

static bool text_is(const struct rewrite_text *text, int i, const char *word)
{
	return i >= 0 && lex_is(text->data, lex_at(text->tokens, i), word);
}

static const char *plan_find_call(struct plan_edit *pe)
{
	const struct rewrite_text *text = pe->text;
	int open, close;

	open = text_next(text, pe->name);
	pe->open = pe->close = pe->name;
	if (!text_is(text, open, "("))
		return NULL;
	close = lex_close(text->data, text->tokens, open);
	if (close < 0)
		return "the call has no closing parenthesis";
	pe->open = open;
	pe->close = close;
	return NULL;
}

static void plan_op(GArray *ops, struct plan_edit *pe, enum plan_gap gap,
		    unsigned int first, unsigned int n_old, const char *word)
{
	struct plan_op op = {
		.first = first,
		.n_old = n_old,
		.gap = gap,
		.words = { word },
		.edit = pe,
	};

	g_array_append_val(ops, op);
}

/* folio_put(page_folio(x)): the inner call has to be the whole argument */
static const char *plan_folio(struct plan_edit *pe, GArray *ops)
{
	const struct rewrite_text *text = pe->text;
	int inner, open, close;

	pe->form = PLAN_FOLIO;
	if (pe->open == pe->name)
		return "it is not called here";
	inner = text_next(text, pe->open);
	open = inner < 0 ? -1 : text_next(text, inner);
	if (!text_is(text, open, "(") ||
	    lex_at(text->tokens, inner)->kind != LEX_WORD)
		return "the argument is not a call";
	pe->inner = text_intern(text, inner);
	close = lex_close(text->data, text->tokens, open);
	if (close < 0 || text_next(text, close) != (int)pe->close)
		return "the argument is more than one call";
	plan_op(ops, pe, GAP_DELETE_LEAD, inner, open - inner + 1, NULL);
	plan_op(ops, pe, GAP_DELETE_TRAIL, close, 1, NULL);
	return NULL;
}

/* the changes of one edit, or the reason why it cannot be done */
static const char *plan_ops(struct rewrite_job *job, struct plan_edit *pe,
			    GArray *ops)
{
	const struct verdict_edit *edit = pe->edit;
	const char *why = plan_find_call(pe);

	if (why)
		return why;
	if (g_strcmp0(edit->from, edit->to))
		plan_op(ops, pe, GAP_REPLACE, pe->name, 1, edit->to);
	switch (edit->kind) {
	case EDIT_ACQUIRE:
	case EDIT_FLAG:
		why = plan_flags(job, pe, ops);
		return why ? why : plan_args(pe, ops);
	case EDIT_RELEASE_FOLIO_PAGE:
		return plan_folio(pe, ops);
	case EDIT_RELEASE_PAGE:
		return NULL;
	case EDIT_RENAME:
	case EDIT_BUILD:
		break;
	}
	return "unknown kind of edit";
}

static bool is_own(const struct verdict_edit *edit)
{
	return edit->kind == EDIT_RENAME || edit->kind == EDIT_BUILD;
}

/* the same for an edit that spatch has no part in */
static const char *plan_own(struct rewrite_job *job, struct plan_edit *pe,
			    GArray *ops)
{
	return pe->edit->kind == EDIT_RENAME ? own_rename(pe, ops) :
					       plan_build(job, pe, ops);
}

static struct plan_file *planner_file(struct planner *p,
				      struct rewrite_text *text)
{
	struct plan_file *file = g_hash_table_lookup(p->files, text);

	if (!file) {
		file = g_new0(struct plan_file, 1);
		file->text = text;
		file->edits = g_ptr_array_new_with_free_func(g_free);
		file->ops = g_array_new(FALSE, FALSE, sizeof(struct plan_op));
		file->own = g_array_new(FALSE, FALSE, sizeof(struct plan_op));
		g_hash_table_insert(p->files, text, file);
	}
	return file;
}

/* an edit is new, or shared with another site, or at odds with it */
static void planner_add(struct planner *p, struct plan_edit *pe)
{
	struct plan_edit *old = g_hash_table_lookup(p->edits, pe);
	const struct facts_loc *loc = &pe->edit->loc;
	struct plan_file *file;
	const char *why;

	if (old && edits_agree(old->edit, pe->edit)) {
		rewrite_job_join(p->job, old->group, pe->group);
		g_free(pe);
		return;
	}
	if (old) {
		rewrite_job_withdraw(
			p->job, old->group,
			"%s:%u: two sites want different changes of %s()",
			loc->file, loc->line, pe->edit->from);
		rewrite_job_withdraw(
			p->job, pe->group,
			"%s:%u: two sites want different changes of %s()",
			loc->file, loc->line, pe->edit->from);
		g_free(pe);
		return;
	}
	file = planner_file(p, pe->text);
	g_ptr_array_add(file->edits, pe);
	g_hash_table_add(p->edits, pe);
	pe->own = is_own(pe->edit);
	why = pe->own ? plan_own(p->job, pe, file->own) :
			plan_ops(p->job, pe, file->ops);
	if (why)
		rewrite_job_withdraw(p->job, pe->group, "%s:%u: %s(): %s",
				     loc->file, loc->line, pe->edit->from, why);
}

static bool planner_edit(struct planner *p, const struct verdict_site *site,
			 const struct verdict_edit *edit, GError **error)
{
	const struct facts_loc *loc = &edit->loc;
	struct rewrite_text *text;
	struct plan_edit *pe;
	int token;

	if (loc->macro == FACTS_MACRO_BODY) {
		rewrite_job_withdraw(p->job, site->group,
				     "%s:%u: %s() stands in a macro's body",
				     loc->file, loc->line, edit->from);
		return true;
	}
	if (!path_is_inside(loc->file)) {
		rewrite_job_withdraw(p->job, site->group,
				     "%s is outside of the tree",
				     loc->file ? loc->file : "?");
		return true;
	}
	text = rewrite_job_text(p->job, loc->file, error);
	if (!text)
		return false;
	token = edit->kind == EDIT_BUILD ?
			own_find_build(text, edit) :
			text_token_at(text, loc->line, loc->column);
	if (!edit->from || !edit->to || !text_is(text, token, edit->from)) {
		rewrite_job_withdraw(p->job, site->group,
				     "%s:%u:%u: there is no %s", loc->file,
				     loc->line, loc->column,
				     edit->from ? edit->from : "name");
		return true;
	}
	pe = g_new0(struct plan_edit, 1);
	pe->edit = edit;
	pe->text = text;
	pe->group = site->group;
	pe->name = token;
	planner_add(p, pe);
	return true;
}

/*
 * Sites of one group share releases: a site that a person has to convert
 * keeps the others back.  Group 0 is no group.
 */
static void planner_manual(struct planner *p)
{
	for (unsigned int i = 0; i < p->job->v->sites->len; i++) {
		const struct verdict_site *site = p->job->v->sites->pdata[i];

		if (site->action == ACTION_MANUAL && site->group)
			rewrite_job_withdraw(
				p->job, site->group,
				"shares pages with %s:%u, which is not converted",
				site->file, site->line);
	}
}

static bool planner_sites(struct planner *p, GError **error)
{
	for (unsigned int i = 0; i < p->job->v->sites->len; i++) {
		const struct verdict_site *site = p->job->v->sites->pdata[i];

		if (site->action != ACTION_CONVERT)
			continue;
		if (rewrite_job_reason(p->job, site->group))
			continue;
		if (!site->edits || !site->edits->len)
			rewrite_job_withdraw(p->job, site->group,
					     "%s:%u: no edit is planned",
					     site->file, site->line);
		for (unsigned int k = 0; site->edits && k < site->edits->len;
		     k++) {
			if (!planner_edit(p, site, site->edits->pdata[k],
					  error))
				return false;
		}
	}
	return true;
}

/* in text order; what is added behind a token comes before what follows it */
static int op_compare(const void *a, const void *b)
{
	const struct plan_op *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if ((x->gap == GAP_AFTER) != (y->gap == GAP_AFTER))
		return x->gap == GAP_AFTER ? -1 : 1;
	return (int)x->n_old - (int)y->n_old;
}

static int edit_compare(const void *a, const void *b)
{
	const struct plan_edit *const *x = a, *const *y = b;

	return (*x)->name < (*y)->name ? -1 : (*x)->name > (*y)->name;
}

static int file_compare(const void *a, const void *b)
{
	const struct plan_file *const *x = a, *const *y = b;

	return strcmp((*x)->text->path, (*y)->text->path);
}

/* changes that overlap cannot both be made */
static void plan_file_overlaps(struct rewrite_job *job, struct plan_file *file)
{
	g_autoptr(GArray) all = g_array_copy(file->ops);
	struct plan_op *ops;

	g_array_append_vals(all, file->own->data, file->own->len);
	g_array_sort(all, op_compare);
	g_array_sort(file->ops, op_compare);
	g_array_sort(file->own, op_compare);
	ops = (struct plan_op *)all->data;
	for (unsigned int i = 1; i < all->len; i++) {
		if (ops[i - 1].first + ops[i - 1].n_old <= ops[i].first)
			continue;
		for (unsigned int k = i - 1; k <= i; k++)
			rewrite_job_withdraw(job, ops[k].edit->group,
					     "%s:%u: planned changes overlap",
					     file->text->path,
					     ops[k].edit->edit->loc.line);
	}
}

/* an edit whose result is already there is none */
static bool edit_has_op(const struct plan_file *file,
			const struct plan_edit *pe)
{
	GArray *ops = pe->own ? file->own : file->ops;

	for (unsigned int i = 0; i < ops->len; i++) {
		if (g_array_index(ops, struct plan_op, i).edit == pe)
			return true;
	}
	return false;
}

static void ops_filter(struct rewrite_job *job, GArray *ops)
{
	for (unsigned int i = ops->len; i-- > 0;) {
		struct plan_op *op = &g_array_index(ops, struct plan_op, i);

		if (rewrite_job_reason(job, op->edit->group))
			g_array_remove_index(ops, i);
	}
}

static void plan_file_filter(struct rewrite_job *job, struct plan_file *file)
{
	unsigned int i;

	ops_filter(job, file->ops);
	ops_filter(job, file->own);
	for (i = file->edits->len; i-- > 0;) {
		if (!edit_has_op(file, file->edits->pdata[i]))
			g_ptr_array_remove_index(file->edits, i);
	}
	g_ptr_array_sort(file->edits, edit_compare);
}

static void ops_busy(struct planner *p, const GArray *ops, GHashTable *busy)
{
	for (unsigned int i = 0; i < ops->len; i++) {
		const struct plan_op *op =
			&g_array_index(ops, struct plan_op, i);
		unsigned int group = rewrite_job_group(p->job, op->edit->group);

		g_hash_table_add(busy, GUINT_TO_POINTER(group));
	}
}

/* a group none of whose edits changes anything would be found again */
static void planner_idle(struct planner *p)
{
	g_autoptr(GHashTable) busy = g_hash_table_new(NULL, NULL);
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, p->files);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct plan_file *file = value;

		ops_busy(p, file->ops, busy);
		ops_busy(p, file->own, busy);
	}
	g_hash_table_iter_init(&iter, p->edits);
	while (g_hash_table_iter_next(&iter, &value, NULL)) {
		struct plan_edit *pe = value;
		unsigned int group = rewrite_job_group(p->job, pe->group);

		if (!g_hash_table_contains(busy, GUINT_TO_POINTER(group)))
			rewrite_job_withdraw(p->job, group,
					     "%s:%u: nothing would change",
					     pe->text->path,
					     pe->edit->loc.line);
	}
}

static struct plan *planner_finish(struct planner *p)
{
	struct plan *plan = g_new0(struct plan, 1);
	GHashTableIter iter;
	void *value;

	planner_idle(p);
	g_hash_table_iter_init(&iter, p->files);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		plan_file_overlaps(p->job, value);
	plan->files = g_ptr_array_new_with_free_func(plan_file_free);
	g_hash_table_iter_init(&iter, p->files);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct plan_file *file = value;

		g_hash_table_iter_steal(&iter);
		plan_file_filter(p->job, file);
		bulk_plan(p->job, file);
		if (file->edits->len)
			g_ptr_array_add(plan->files, file);
		else
			plan_file_free(file);
	}
	g_ptr_array_sort(plan->files, file_compare);
	return plan;
}

struct plan *plan_new(struct rewrite_job *job, GError **error)
{
	struct planner p = { .job = job };
	struct plan *plan = NULL;

	p.files = g_hash_table_new_full(NULL, NULL, NULL, plan_file_free);
	p.edits = g_hash_table_new(planner_place, planner_same_place);
	planner_manual(&p);
	if (planner_sites(&p, error))
		plan = planner_finish(&p);
	g_hash_table_unref(p.edits);
	g_hash_table_unref(p.files);
	return plan;
}
