// SPDX-License-Identifier: GPL-2.0-only
/*
 * signs.c - which variables of a function cannot be negative, and where
 *
 * A forward data flow over one bit a variable: "not negative", or, when asked
 * for errors, "no error".  The meet of two paths is "on both"; a branch on a
 * comparison adds what it tells.  The two differ in what is assumed of a value
 * that nothing is known of: it may be negative, and it is no error.
 */
#include <string.h>
#include "flow/defs.h"
#include "verdict/loop.h"

/* A function with more than this is not worth it. */
#define MAX_STATE (1u << 20)

/**
 * struct signs - the analysis of one function
 * @f: the function
 * @d: its definitions: says which variables live in memory
 * @errors: NULL, or where errors come from: only they are looked for
 * @in: per block: one byte a variable at its entry
 * @n: variables
 */
struct signs {
	const struct facts_func *f;
	const struct flow_defs *d;
	const struct api *errors;
	guint8 *in;
	unsigned int n;
};

bool signs_is_unsigned(const char *type)
{
	return type && (g_str_has_prefix(type, "unsigned ") ||
			!strcmp(type, "unsigned") || !strcmp(type, "_Bool"));
}

/* Its values fit into an int whatever they are. */
static bool is_small(const char *type)
{
	return !g_strcmp0(type, "unsigned char") ||
	       !g_strcmp0(type, "unsigned short") || !g_strcmp0(type, "_Bool");
}

static bool is_comparison(const char *op)
{
	static const char *const ops[] = { "<",	 ">",  "<=", ">=", "==",
					   "!=", "&&", "||", NULL };

	return g_strv_contains(ops, op);
}

static bool not_negative(const struct signs *s, const guint8 *state,
			 const struct facts_expr *e);
static void learn(const struct signs *s, guint8 *state, const char *op,
		  const struct facts_expr *a, const struct facts_expr *b);
static const char *opposite(const char *op);

/* got > 0 ? got : 0: each value under its own condition. */
static bool cond_not_negative(const struct signs *s, const guint8 *state,
			      const struct facts_expr *e)
{
	const struct facts_expr *test = e->kids[0];
	g_autofree guint8 *met = g_memdup2(state, s->n + 1);
	g_autofree guint8 *not_met = g_memdup2(state, s->n + 1);

	if (test->kind == FX_BINARY && is_comparison(test->name)) {
		learn(s, met, test->name, test->kids[0], test->kids[1]);
		learn(s, not_met, opposite(test->name), test->kids[0],
		      test->kids[1]);
	}
	return not_negative(s, met, e->kids[1]) &&
	       not_negative(s, not_met, e->kids[2]);
}

/* Is a value made of nothing that may be an error. */
static bool no_error(const struct signs *s, const guint8 *state,
		     const struct facts_expr *e)
{
	if (is_small(e->type))
		return true;
	if (e->kind == FX_INT)
		return e->ival >= 0;
	if (e->kind == FX_VAR)
		return e->var < 0 || (unsigned int)e->var >= s->n ||
		       state[e->var];
	if (e->kind == FX_COND)
		return cond_not_negative(s, state, e);
	if (e->kind != FX_BINARY || is_comparison(e->name))
		return true;
	/* what is subtracted may be a plain number: "n - 1", "n + -1" */
	return e->kids[0]->kind == FX_INT || no_error(s, state, e->kids[0]);
}

/* Is a value not negative as a signed number, given what is known here. */
static bool not_negative(const struct signs *s, const guint8 *state,
			 const struct facts_expr *e)
{
	if (s->errors)
		return no_error(s, state, e);
	if (is_small(e->type))
		return true;
	switch (e->kind) {
	case FX_INT:
		return e->ival >= 0;
	case FX_VAR:
		return e->var >= 0 && (unsigned int)e->var < s->n &&
		       !signs_is_unsigned(e->type) && state[e->var];
	case FX_UNARY:
		return !strcmp(e->name, "!");
	case FX_COND:
		return cond_not_negative(s, state, e);
	case FX_BINARY:
		if (is_comparison(e->name))
			return true;
		if (!strcmp(e->name, "&"))
			return not_negative(s, state, e->kids[0]) ||
			       not_negative(s, state, e->kids[1]);
		if (!strcmp(e->name, ">>") || !strcmp(e->name, "%"))
			return not_negative(s, state, e->kids[0]);
		if (strcmp(e->name, "+") && strcmp(e->name, "*") &&
		    strcmp(e->name, "/") && strcmp(e->name, "|"))
			return false;
		return not_negative(s, state, e->kids[0]) &&
		       not_negative(s, state, e->kids[1]);
	default:
		return false;
	}
}

static void set(const struct signs *s, guint8 *state,
		const struct facts_expr *e, bool known)
{
	if (e && e->kind == FX_VAR && e->var >= 0 &&
	    (unsigned int)e->var < s->n)
		state[e->var] = known &&
				(s->errors || s->d->memory[e->var] < 0);
}

/* Is the value that an instruction gives to its variable no error. */
static bool gives_no_error(const struct signs *s, const guint8 *state,
			   const struct facts_insn *in)
{
	if (in->callee && api_acquire(s->errors, in->callee))
		return false;
	return in->kind != FI_ASSIGN || !in->rhs || in->op ||
	       no_error(s, state, in->rhs);
}

static void run_insn(const struct signs *s, guint8 *state,
		     const struct facts_insn *in)
{
	const char *op = in->op;
	bool known = false;

	for (unsigned int i = 0; i < in->n_args; i++)
		if (in->args[i].expr->kind == FX_ADDR)
			set(s, state, in->args[i].expr->kids[0],
			    s->errors != NULL);
	if (s->errors) {
		set(s, state, in->lhs, gives_no_error(s, state, in));
		return;
	}
	if (in->kind == FI_ASM) {
		memset(state, 0, s->n);
		return;
	}
	if (in->kind == FI_ASSIGN && in->rhs) {
		bool old = in->lhs && not_negative(s, state, in->lhs);
		bool new = not_negative(s, state, in->rhs);

		if (!op)
			known = new;
		else if (!strcmp(op, "+=") || !strcmp(op, "*=") ||
			 !strcmp(op, "/=") || !strcmp(op, "|="))
			known = old && new;
		else if (!strcmp(op, "&="))
			known = old || new;
		else if (!strcmp(op, ">>=") || !strcmp(op, "%="))
			known = old;
	}
	set(s, state, in->lhs, known);
}

/* "a < b" is signed when both are, and integers are promoted to int. */
static bool is_signed_pair(const struct facts_expr *a,
			   const struct facts_expr *b)
{
	return (!signs_is_unsigned(a->type) || is_small(a->type)) &&
	       (!signs_is_unsigned(b->type) || is_small(b->type));
}

/* What a branch tells: op is the comparison that holds on this edge. */
static void learn(const struct signs *s, guint8 *state, const char *op,
		  const struct facts_expr *a, const struct facts_expr *b)
{
	if (s->errors && !is_signed_pair(a, b)) {
		/* as an unsigned number an error is above every count */
		if (!strcmp(op, "<") || !strcmp(op, "<=") || !strcmp(op, "=="))
			if (no_error(s, state, b))
				set(s, state, a, true);
		if (!strcmp(op, ">") || !strcmp(op, ">=") || !strcmp(op, "=="))
			if (no_error(s, state, a))
				set(s, state, b, true);
		return;
	}
	if (!is_signed_pair(a, b))
		return;
	/* a >= b, a > b, a == b: a is not below b */
	if (!strcmp(op, ">=") || !strcmp(op, ">") || !strcmp(op, "=="))
		if (not_negative(s, state, b))
			set(s, state, a, true);
	/* a > -1 */
	if (!strcmp(op, ">") && b->kind == FX_INT && b->ival == -1)
		set(s, state, a, true);
	if (!strcmp(op, "<=") || !strcmp(op, "<") || !strcmp(op, "=="))
		if (not_negative(s, state, a))
			set(s, state, b, true);
}

static const char *opposite(const char *op)
{
	static const char *const pairs[][2] = {
		{ "<", ">=" }, { ">", "<=" },  { "<=", ">" },
		{ ">=", "<" }, { "==", "!=" }, { "!=", "==" },
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(pairs); i++)
		if (!strcmp(op, pairs[i][0]))
			return pairs[i][1];
	return "";
}

/* The state at the end of a block, on the way to its successor number @edge. */
static void run_block(const struct signs *s, unsigned int block,
		      unsigned int edge, guint8 *state)
{
	const struct facts_block *b = &s->f->blocks[block];

	memcpy(state, s->in + block * s->n, s->n);
	for (unsigned int i = 0; i < b->n_insns; i++)
		run_insn(s, state, &b->insns[i]);
	if (b->term != FT_BRANCH || !b->cond || b->cond->kind != FX_BINARY ||
	    !is_comparison(b->cond->name) || b->succ[0] == b->succ[1])
		return;
	learn(s, state, edge ? opposite(b->cond->name) : b->cond->name,
	      b->cond->kids[0], b->cond->kids[1]);
}

static bool meet(guint8 *into, const guint8 *with, unsigned int n)
{
	bool changed = false;

	for (unsigned int i = 0; i < n; i++) {
		if (into[i] && !with[i]) {
			into[i] = 0;
			changed = true;
		}
	}
	return changed;
}

static void solve(struct signs *s)
{
	g_autofree guint8 *state = g_malloc(s->n + 1);
	bool again = true;

	/* all is known until a path says otherwise; nothing is at the entry */
	memset(s->in, 1, s->n * s->f->n_blocks);
	if (!s->errors)
		memset(s->in, 0, s->n);
	while (again) {
		again = false;
		for (unsigned int b = 0; b < s->f->n_blocks; b++) {
			for (unsigned int k = 0; k < s->f->blocks[b].n_succ;
			     k++) {
				unsigned int to = s->f->blocks[b].succ[k];

				run_block(s, b, k, state);
				if (meet(s->in + to * s->n, state, s->n))
					again = true;
			}
		}
	}
}

bool signs_not_negative(struct flow_func *func, unsigned int head,
			const bool *inside, const struct facts_expr *e)
{
	struct signs s = { .f = func->facts,
			   .d = flow_defs_get(func),
			   .n = func->facts->n_vars };
	g_autofree guint8 *state = NULL;
	g_autofree guint8 *all = NULL;
	bool sure = true, reached = false;

	if ((size_t)s.n * s.f->n_blocks > MAX_STATE)
		return false;
	all = s.in = g_malloc(s.n * s.f->n_blocks + 1);
	state = g_malloc(s.n + 1);
	solve(&s);
	for (unsigned int b = 0; b < s.f->n_blocks; b++) {
		const struct facts_block *block = &s.f->blocks[b];

		for (unsigned int k = 0; !inside[b] && k < block->n_succ; k++) {
			if (block->succ[k] != head)
				continue;
			run_block(&s, b, k, state);
			reached = true;
			sure = sure && not_negative(&s, state, e);
		}
	}
	return sure && reached;
}

bool signs_may_be_error(struct flow_func *func, unsigned int block,
			const struct facts_insn *at, const struct facts_expr *e,
			const struct api *api)
{
	struct signs s = { .f = func->facts,
			   .d = flow_defs_get(func),
			   .errors = api,
			   .n = func->facts->n_vars };
	const struct facts_block *b = &s.f->blocks[block];
	unsigned int index = at - b->insns;
	g_autofree guint8 *state = NULL;
	g_autofree guint8 *all = NULL;

	if ((size_t)s.n * s.f->n_blocks > MAX_STATE)
		return true;
	all = s.in = g_malloc(s.n * s.f->n_blocks + 1);
	state = g_malloc(s.n + 1);
	solve(&s);
	memcpy(state, s.in + block * s.n, s.n);
	for (unsigned int i = 0; i < index; i++)
		run_insn(&s, state, &b->insns[i]);
	return !not_negative(&s, state, e);
}
