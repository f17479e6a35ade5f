// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify.c - the proof that spatch did what was planned, and nothing else
 *
 * The original's tokens with the planned changes are compared with the tokens
 * of spatch's result, comments included.
 */
#include <string.h>
#include "rewrite/layout.h"
#include "rewrite/spatch.h"

enum outcome {
	OUTCOME_OPEN,
	OUTCOME_DONE,
	OUTCOME_LOST,
};

/**
 * struct verify - a comparison in progress
 * @file: the plan
 * @ops: the changes that are to be there: those of spatch, or all
 * @whole: none of them may be missing
 * @data: new text
 * @tokens: new tokens
 * @at: next new token
 * @outcomes: (key-type plan_edit*) (value-type enum outcome)
 */
struct verify {
	const struct plan_file *file;
	GArray *ops;
	bool whole;
	const char *data;
	GArray *tokens;
	unsigned int at;
	GHashTable *outcomes;
};

static bool verify_word(const struct verify *v, unsigned int at,
			const char *word)
{
	return at < v->tokens->len &&
	       lex_is(v->data, lex_at(v->tokens, at), word);
}

static bool verify_old(const struct verify *v, unsigned int at, unsigned int i)
{
	const struct rewrite_text *text = v->file->text;
	const struct lex_token *a, *b;

	if (at >= v->tokens->len || i >= text->tokens->len)
		return at >= v->tokens->len && i >= text->tokens->len;
	a = lex_at(v->tokens, at);
	b = lex_at(text->tokens, i);
	return a->end - a->start == b->end - b->start &&
	       !memcmp(v->data + a->start, text->data + b->start,
		       a->end - a->start);
}

static unsigned int op_words(const struct plan_op *op)
{
	unsigned int n = 0;

	while (op->words[n])
		n++;
	return n;
}

static bool verify_words(const struct verify *v, const struct plan_op *op)
{
	for (unsigned int i = 0; op->words[i]; i++) {
		if (!verify_word(v, v->at + i, op->words[i]))
			return false;
	}
	return true;
}

/* what became of an edit, seen at its first change */
static enum outcome verify_outcome(struct verify *v, const struct plan_op *op)
{
	enum outcome outcome =
		GPOINTER_TO_UINT(g_hash_table_lookup(v->outcomes, op->edit));

	if (outcome != OUTCOME_OPEN)
		return outcome;
	if (v->whole)
		return OUTCOME_DONE;
	outcome = OUTCOME_LOST;
	/* the renamed callee is the first change, and unmistakable */
	if (op->first == op->edit->name && op->n_old)
		outcome = verify_words(v, op) ? OUTCOME_DONE : OUTCOME_LOST;
	else if (verify_words(v, op) &&
		 verify_old(v, v->at + op_words(op), op->first + op->n_old))
		outcome = OUTCOME_DONE;
	g_hash_table_insert(v->outcomes, op->edit, GUINT_TO_POINTER(outcome));
	return outcome;
}

/* number of the old token where the texts part, or -1 when they agree */
static int verify_walk(struct verify *v)
{
	GArray *ops = v->ops;
	unsigned int n = v->file->text->tokens->len, i = 0, k = 0;

	while (i < n || k < ops->len) {
		const struct plan_op *op;

		op = k < ops->len ? &g_array_index(ops, struct plan_op, k) :
				    NULL;
		if (op && i == op->first) {
			k++;
			if (verify_outcome(v, op) == OUTCOME_DONE) {
				if (!verify_words(v, op))
					return i;
				v->at += op_words(op);
				i += op->n_old;
				continue;
			}
			if (!op->n_old)
				continue;
		}
		if (!verify_old(v, v->at, i))
			return i;
		v->at++;
		i++;
	}
	return v->at == v->tokens->len ? -1 : (int)n;
}

static unsigned int text_line(const struct rewrite_text *text, unsigned int i)
{
	unsigned int offset, lo = 0, hi = text->lines->len;

	if (i >= text->tokens->len)
		return text->lines->len;
	offset = lex_at(text->tokens, i)->start;
	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;

		if (g_array_index(text->lines, unsigned int, mid) <= offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void verify_withdraw_all(struct rewrite_job *job,
				const struct plan_file *file, unsigned int line,
				const char *what)
{
	for (unsigned int i = 0; i < file->edits->len; i++) {
		const struct plan_edit *pe = file->edits->pdata[i];

		rewrite_job_withdraw(job, pe->group, "%s:%u: %s",
				     file->text->path, line, what);
	}
}

/* edits that spatch left out: code that it cannot parse, or #if 0 */
static bool verify_lost(struct rewrite_job *job, struct verify *v)
{
	bool lost = false;

	for (unsigned int i = 0; i < v->file->edits->len; i++) {
		const struct plan_edit *pe = v->file->edits->pdata[i];

		if (GPOINTER_TO_UINT(g_hash_table_lookup(v->outcomes, pe)) !=
		    OUTCOME_LOST)
			continue;
		lost = true;
		rewrite_job_withdraw(
			job, pe->group,
			"%s:%u: spatch cannot rewrite this %s() (code it does not parse, or inactive)",
			v->file->text->path, pe->edit->loc.line,
			pe->edit->from);
	}
	return lost;
}

static int verify_text(struct verify *v, const struct plan_file *file,
		       GArray *ops, GBytes *bytes)
{
	gsize len;
	int differs;

	v->file = file;
	v->ops = ops;
	v->whole = ops != file->ops;
	v->data = g_bytes_get_data(bytes, &len);
	v->tokens = lex_text(v->data ? v->data : "", len);
	v->at = 0;
	v->outcomes = g_hash_table_new(NULL, NULL);
	differs = verify_walk(v);
	return differs;
}

static void verify_clear(struct verify *v)
{
	g_array_unref(v->tokens);
	g_hash_table_unref(v->outcomes);
}

bool verify_file(struct rewrite_job *job, struct plan_file *file,
		 GBytes *result)
{
	struct verify v;
	int differs = verify_text(&v, file, file->ops, result);
	bool bad = differs >= 0;

	if (bad)
		verify_withdraw_all(job, file, text_line(file->text, differs),
				    "spatch changed more than was planned");
	else
		bad = verify_lost(job, &v);
	verify_clear(&v);
	if (bad)
		return false;
	g_clear_pointer(&file->after, g_bytes_unref);
	file->after = layout_file(file);
	/* the layout is proved like spatch's result */
	differs = verify_text(&v, file, file->final, file->after);
	bad = differs >= 0 || verify_lost(job, &v);
	if (differs >= 0)
		verify_withdraw_all(job, file, text_line(file->text, differs),
				    "the change cannot be laid out");
	verify_clear(&v);
	return !bad;
}
