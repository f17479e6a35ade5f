// SPDX-License-Identifier: GPL-2.0-only
/*
 * lower_cond.c - conditions: && || ! become branches
 */
#include <string.h>
#include "front/lower.h"

static enum CXChildVisitResult find_effect(CXCursor c, CXCursor parent,
					   CXClientData data)
{
	bool *found = data;
	enum CXBinaryOperatorKind bin;
	const char *name;

	switch (clang_getCursorKind(c)) {
	case CXCursor_UnaryExpr:
		return CXChildVisit_Continue;
	case CXCursor_CallExpr:
		name = lower_callee_name(c);
		if (name && !strcmp(name, "__builtin_constant_p"))
			return CXChildVisit_Continue;
		if (name && !strcmp(name, "__builtin_expect"))
			return CXChildVisit_Recurse;
		*found = true;
		break;
	case CXCursor_StmtExpr:
	case CXCursor_CompoundAssignOperator:
		*found = true;
		break;
	case CXCursor_BinaryOperator:
		bin = clang_getCursorBinaryOperatorKind(c);
		*found = bin >= CXBinaryOperator_Assign &&
			 bin < CXBinaryOperator_Comma;
		break;
	case CXCursor_UnaryOperator:
		switch (clang_getCursorUnaryOperatorKind(c)) {
		case CXUnaryOperator_PostInc:
		case CXUnaryOperator_PostDec:
		case CXUnaryOperator_PreInc:
		case CXUnaryOperator_PreDec:
			*found = true;
			break;
		default:
			break;
		}
		break;
	default:
		break;
	}
	return *found ? CXChildVisit_Break : CXChildVisit_Recurse;
}

/**
 * lower_has_effect() - does evaluating an expression do anything
 */
bool lower_has_effect(CXCursor c)
{
	bool found = false;

	if (find_effect(c, c, &found) == CXChildVisit_Recurse)
		clang_visitChildren(c, find_effect, &found);
	return found;
}

static bool callee_is(CXCursor call, const char *name)
{
	const char *callee;

	if (clang_getCursorKind(call) != CXCursor_CallExpr)
		return false;
	callee = lower_callee_name(call);
	return callee && !strcmp(callee, name);
}

/* What __builtin_expect() and its like are given, else the cursor itself. */
static CXCursor unwrap_cond(CXCursor c)
{
	for (;;) {
		CXCursor arg;

		c = cx_unwrap(c);
		if (!callee_is(c, "__builtin_expect") &&
		    !callee_is(c, "__builtin_expect_with_probability"))
			return c;
		arg = cx_child(c, 1);
		if (clang_Cursor_isNull(arg))
			return c;
		c = arg;
	}
}

static int const_logic(struct lower *l, CXCursor c, bool is_and)
{
	int a = lower_const_cond(l, cx_child(c, 0));
	int b = lower_const_cond(l, cx_child(c, 1));

	if (a == !is_and || b == !is_and)
		return !is_and;
	return a >= 0 && b >= 0 ? is_and : -1;
}

/**
 * lower_const_cond() - is a condition known before the program runs
 *
 * Only what a macro decides for itself (sizeof tests, __builtin_constant_p())
 * counts: IS_ENABLED(CONFIG_X) in a driver depends on the configuration, and
 * both ways through it are of interest.
 *
 * Return: 0 or 1, or -1 when it is not
 */
int lower_const_cond(struct lower *l, CXCursor c)
{
	int64_t value;
	struct cx_where w;
	int sub;

	if (clang_Cursor_isNull(c) || l->depth > 400)
		return -1;
	c = unwrap_cond(c);
	if (callee_is(c, "__builtin_constant_p"))
		return 0;
	if (clang_getCursorUnaryOperatorKind(c) == CXUnaryOperator_LNot) {
		sub = lower_const_cond(l, cx_child(c, 0));
		return sub < 0 ? -1 : !sub;
	}
	switch (clang_getCursorBinaryOperatorKind(c)) {
	case CXBinaryOperator_LAnd:
		return const_logic(l, c, true);
	case CXBinaryOperator_LOr:
		return const_logic(l, c, false);
	default:
		break;
	}
	if (!cx_eval(c, &value))
		return -1;
	cx_where(l->cx, clang_getRangeStart(clang_getCursorExtent(c)), &w);
	if (w.macro != FACTS_MACRO_BODY)
		return -1;
	/* an object-like or function-like macro that is the whole condition */
	if (clang_getCursorKind(c) == CXCursor_IntegerLiteral && w.exp.file &&
	    w.exp.file->is_main)
		return -1;
	return !!value;
}

static void cond_logic(struct lower *l, CXCursor c, bool is_and,
		       struct lower_block *yes, struct lower_block *no)
{
	struct lower_block *second = lower_block_new(l);

	if (is_and)
		lower_cond(l, cx_child(c, 0), second, no);
	else
		lower_cond(l, cx_child(c, 0), yes, second);
	lower_start(l, second);
	lower_cond(l, cx_child(c, 1), yes, no);
}

static void cond_ternary(struct lower *l, GArray *kids, struct lower_block *yes,
			 struct lower_block *no)
{
	struct lower_block *a = lower_block_new(l);
	struct lower_block *b = lower_block_new(l);

	lower_cond(l, g_array_index(kids, CXCursor, 0), a, b);
	lower_start(l, a);
	lower_cond(l, g_array_index(kids, CXCursor, 1), yes, no);
	lower_start(l, b);
	lower_cond(l, g_array_index(kids, CXCursor, 2), yes, no);
}

static void cond_leaf(struct lower *l, CXCursor c, struct lower_block *yes,
		      struct lower_block *no)
{
	int known = lower_const_cond(l, c);
	struct facts_expr *value;
	struct facts_loc loc;

	if (known >= 0) {
		lower_goto_block(l, known ? yes : no);
		return;
	}
	value = lower_value(l, c);
	cx_loc_cursor(l->cx, c, &loc);
	while (value->kind == FX_UNARY && *value->name == '!') {
		struct lower_block *swap = yes;

		yes = no;
		no = swap;
		value = value->kids[0];
	}
	lower_branch(l, value, &loc, yes, no);
}

/**
 * lower_cond() - branch on an expression; ends the current block
 */
void lower_cond(struct lower *l, CXCursor c, struct lower_block *yes,
		struct lower_block *no)
{
	enum CXBinaryOperatorKind bin;

	c = unwrap_cond(c);
	bin = clang_getCursorBinaryOperatorKind(c);
	if (clang_Cursor_isNull(c) || l->depth > 400) {
		struct facts_loc loc = { 0 };

		lower_branch(l, lower_expr_new(l, FX_OPAQUE, NULL, 0), &loc,
			     yes, no);
		return;
	}
	l->depth++;
	if (clang_getCursorUnaryOperatorKind(c) == CXUnaryOperator_LNot) {
		lower_cond(l, cx_child(c, 0), no, yes);
	} else if (bin == CXBinaryOperator_LAnd ||
		   bin == CXBinaryOperator_LOr) {
		cond_logic(l, c, bin == CXBinaryOperator_LAnd, yes, no);
	} else if (bin == CXBinaryOperator_Comma) {
		lower_effect(l, cx_child(c, 0));
		lower_cond(l, cx_child(c, 1), yes, no);
	} else if (clang_getCursorKind(c) == CXCursor_ConditionalOperator &&
		   lower_has_effect(c)) {
		GArray *kids = cx_expr_children(c);

		if (kids->len == 3)
			cond_ternary(l, kids, yes, no);
		else
			cond_leaf(l, c, yes, no);
		g_array_unref(kids);
	} else {
		cond_leaf(l, c, yes, no);
	}
	l->depth--;
}
