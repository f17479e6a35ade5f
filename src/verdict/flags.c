// SPDX-License-Identifier: GPL-2.0-only
/* flags.c - what a flags argument may carry */
#include <string.h>
#include "flow/defs.h"
#include "verdict/case.h"

/* Variables, callers and stores followed before giving up. */
#define MAX_DEPTH 12

static enum flags_has either(enum flags_has a, enum flags_has b)
{
	if (a == b)
		return a;
	if (a == FLAGS_UNKNOWN || b == FLAGS_UNKNOWN)
		return FLAGS_UNKNOWN;
	return FLAGS_SOMETIMES;
}

static enum flags_has both(enum flags_has a, enum flags_has b)
{
	if (a == FLAGS_ALWAYS || b == FLAGS_ALWAYS)
		return FLAGS_ALWAYS;
	if (a == FLAGS_UNKNOWN || b == FLAGS_UNKNOWN)
		return FLAGS_UNKNOWN;
	return MAX(a, b);
}

static enum flags_has look(struct verdict_work *w, struct flow_func *in,
			   unsigned int block, unsigned int index,
			   const struct facts_expr *e, int64_t bit,
			   unsigned int depth);

static enum flags_has look_param(struct verdict_work *w, struct flow_func *in,
				 unsigned int var, int64_t bit,
				 unsigned int depth)
{
	enum flags_has has = FLAGS_UNKNOWN;
	bool first = true;

	if (in->entries->len || flow_open(in))
		return FLAGS_UNKNOWN;
	for (unsigned int i = 0; i < in->callers->len; i++) {
		struct flow_call *c = in->callers->pdata[i];
		enum flags_has h;

		if (var >= c->insn->n_args)
			return FLAGS_UNKNOWN;
		h = look(w, c->in, c->block, c->index, c->insn->args[var].expr,
			 bit, depth + 1);
		has = first ? h : either(has, h);
		first = false;
	}
	return has;
}

static enum flags_has look_var(struct verdict_work *w, struct flow_func *in,
			       unsigned int block, unsigned int index,
			       unsigned int var, int64_t bit,
			       unsigned int depth)
{
	g_autoptr(GArray) defs = g_array_new(FALSE, FALSE, sizeof(guint));
	const struct flow_defs *d = flow_defs_get(in);
	enum flags_has has = FLAGS_UNKNOWN;

	flow_defs_reaching(in, block, index, var, defs);
	for (unsigned int i = 0; i < defs->len; i++) {
		const struct flow_def *def =
			&d->defs[g_array_index(defs, guint, i)];
		enum flags_has h = FLAGS_UNKNOWN;

		if (def->kind == DEF_PARAM) {
			h = look_param(w, in, var, bit, depth);
		} else if (def->kind == DEF_ASSIGN && !def->insn->op) {
			h = look(w, in, def->block, def->index, def->insn->rhs,
				 bit, depth + 1);
		} else if (def->kind == DEF_ASSIGN &&
			   !strcmp(def->insn->op, "|=")) {
			h = both(look(w, in, def->block, def->index,
				      def->insn->lhs, bit, depth + 1),
				 look(w, in, def->block, def->index,
				      def->insn->rhs, bit, depth + 1));
		}
		has = i ? either(has, h) : h;
	}
	return has;
}

static enum flags_has look_field(struct verdict_work *w,
				 const struct facts_expr *e, int64_t bit,
				 unsigned int depth)
{
	GPtrArray *stores = flow_field_stores(w->prog, e);
	enum flags_has has = FLAGS_UNKNOWN;
	bool first = true;

	for (unsigned int i = 0; stores && i < stores->len; i++) {
		struct flow_store *st = stores->pdata[i];
		enum flags_has h;

		/* x.flags |= FOLL_WRITE says nothing of the other flags */
		if (st->insn->op) {
			if (look(w, st->in, st->block, st->index, st->insn->rhs,
				 bit, depth + 1) != FLAGS_NEVER)
				return FLAGS_UNKNOWN;
			continue;
		}
		h = look(w, st->in, st->block, st->index, st->insn->rhs, bit,
			 depth + 1);
		has = first ? h : either(has, h);
		first = false;
	}
	return has;
}

static enum flags_has look(struct verdict_work *w, struct flow_func *in,
			   unsigned int block, unsigned int index,
			   const struct facts_expr *e, int64_t bit,
			   unsigned int depth)
{
	if (!e || depth > MAX_DEPTH)
		return FLAGS_UNKNOWN;
	switch (e->kind) {
	case FX_INT:
		return e->ival & bit ? FLAGS_ALWAYS : FLAGS_NEVER;
	case FX_VAR:
		return look_var(w, in, block, index, e->var, bit, depth);
	case FX_FIELD:
		return look_field(w, e, bit, depth);
	case FX_CAST:
		return look(w, in, block, index, e->kids[0], bit, depth + 1);
	case FX_COND:
		return either(
			look(w, in, block, index, e->kids[1], bit, depth + 1),
			look(w, in, block, index, e->kids[2], bit, depth + 1));
	case FX_UNARY:
		return !strcmp(e->name, "!") ? FLAGS_NEVER : FLAGS_UNKNOWN;
	case FX_BINARY:
		if (!strcmp(e->name, "|"))
			return both(look(w, in, block, index, e->kids[0], bit,
					 depth + 1),
				    look(w, in, block, index, e->kids[1], bit,
					 depth + 1));
		/* a comparison is 0 or 1: at most the lowest flag */
		if (strchr("=!<>", e->name[0]) && bit > 1)
			return FLAGS_NEVER;
		return FLAGS_UNKNOWN;
	default:
		return FLAGS_UNKNOWN;
	}
}

enum flags_has verdict_flags_has(struct verdict_work *w, struct flow_func *in,
				 unsigned int block, unsigned int index,
				 const struct facts_expr *e, int64_t bit)
{
	return look(w, in, block, index, e, bit, 0);
}
