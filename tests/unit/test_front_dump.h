/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * test_front_dump.h - a function's facts as text, for comparing and reading
 */
#ifndef TEST_FRONT_DUMP_H
#define TEST_FRONT_DUMP_H

#include <string.h>
#include "facts/facts.h"

static void dump_expr(GString *out, const struct facts_expr *e);

static void dump_kids(GString *out, const struct facts_expr *e,
		      const char *open, const char *sep, const char *close)
{
	unsigned int i;

	g_string_append(out, open);
	for (i = 0; i < e->n_kids; i++) {
		if (i)
			g_string_append(out, sep);
		dump_expr(out, e->kids[i]);
	}
	g_string_append(out, close);
}

static void dump_expr(GString *out, const struct facts_expr *e)
{
	if (!e) {
		g_string_append(out, "NULL");
		return;
	}
	switch (e->kind) {
	case FX_OPAQUE:
		dump_kids(out, e, "opaque(", ", ", ")");
		break;
	case FX_INT:
		g_string_append_printf(out, "%lld", (long long)e->ival);
		break;
	case FX_STRING:
		g_string_append_printf(out, "\"%s\"", e->name);
		break;
	case FX_VAR:
	case FX_GLOBAL:
	case FX_FUNC:
		g_string_append(out, e->kind == FX_VAR	  ? "" :
				     e->kind == FX_GLOBAL ? "@" :
							    "fn:");
		g_string_append(out, e->name);
		break;
	case FX_FIELD:
		dump_expr(out, e->kids[0]);
		g_string_append_printf(out, "%s%s{%s}", e->arrow ? "->" : ".",
				       e->name, e->record);
		break;
	case FX_INDEX:
		dump_expr(out, e->kids[0]);
		g_string_append_c(out, '[');
		dump_expr(out, e->kids[1]);
		g_string_append_c(out, ']');
		break;
	case FX_DEREF:
		dump_kids(out, e, "*(", "", ")");
		break;
	case FX_ADDR:
		dump_kids(out, e, "&(", "", ")");
		break;
	case FX_UNARY:
		g_string_append(out, e->name);
		dump_kids(out, e, "(", "", ")");
		break;
	case FX_BINARY:
		g_string_append_c(out, '(');
		dump_expr(out, e->kids[0]);
		g_string_append_printf(out, " %s ", e->name);
		dump_expr(out, e->kids[1]);
		g_string_append_c(out, ')');
		break;
	case FX_COND:
		dump_kids(out, e, "cond(", ", ", ")");
		break;
	case FX_CAST:
		g_string_append_printf(out, "(%s)", e->type);
		dump_kids(out, e, "", "", "");
		break;
	case FX_INIT:
		dump_kids(out, e, "{", ", ", "}");
		break;
	case FX_FIELD_INIT:
		g_string_append_printf(out, ".%s{%s} = ", e->name, e->record);
		dump_expr(out, e->kids[0]);
		break;
	}
}

static void dump_insn(GString *out, const struct facts_insn *in)
{
	unsigned int i;

	if (in->lhs && in->kind != FI_RETURN) {
		dump_expr(out, in->lhs);
		g_string_append_printf(out, " %s ", in->op ? in->op : "=");
	}
	switch (in->kind) {
	case FI_ASSIGN:
		dump_expr(out, in->rhs);
		break;
	case FI_RETURN:
		g_string_append(out, "return ");
		dump_expr(out, in->rhs);
		break;
	case FI_ASM:
		g_string_append(out, "asm ");
		dump_expr(out, in->rhs);
		break;
	case FI_CALL:
		if (in->callee)
			g_string_append(out, in->callee);
		else
			dump_expr(out, in->callee_expr);
		g_string_append_c(out, '(');
		for (i = 0; i < in->n_args; i++) {
			if (i)
				g_string_append(out, ", ");
			dump_expr(out, in->args[i].expr);
		}
		g_string_append_c(out, ')');
	}
}

static void dump_term(GString *out, const struct facts_block *b)
{
	unsigned int i;

	switch (b->term) {
	case FT_JUMP:
		g_string_append_printf(out, "  -> %u\n", b->succ[0]);
		break;
	case FT_BRANCH:
		g_string_append(out, "  if ");
		dump_expr(out, b->cond);
		g_string_append_printf(out, " -> %u else %u\n", b->succ[0],
				       b->succ[1]);
		break;
	case FT_SWITCH:
		g_string_append(out, "  switch ");
		dump_expr(out, b->cond);
		for (i = 0; i < b->n_succ; i++) {
			if (b->cases[i].is_default)
				g_string_append(out, " default");
			else
				g_string_append_printf(
					out, " %lld..%lld",
					(long long)b->cases[i].lo,
					(long long)b->cases[i].hi);
			g_string_append_printf(out, ":%u", b->succ[i]);
		}
		g_string_append_c(out, '\n');
		break;
	case FT_RETURN:
		g_string_append(out, "  end\n");
		break;
	case FT_STOP:
		g_string_append(out, "  stop\n");
		break;
	}
}

/* One line an instruction, "N:" before a block, "loop" at loop heads. */
static char *dump_func(const struct facts_func *f)
{
	GString *out = g_string_new(NULL);
	unsigned int i, k;

	for (i = 0; i < f->n_blocks; i++) {
		const struct facts_block *b = &f->blocks[i];

		g_string_append_printf(out, "%u:%s\n", i,
				       b->loop_head ? " loop" : "");
		for (k = 0; k < b->n_insns; k++) {
			g_string_append(out, "  ");
			dump_insn(out, &b->insns[k]);
			g_string_append_c(out, '\n');
		}
		dump_term(out, b);
	}
	return g_string_free(out, FALSE);
}

#endif
