// SPDX-License-Identifier: GPL-2.0-only
/*
 * lower_expr.c - expressions
 *
 * A value is an expression without side effects; what has some goes into
 * instructions first.
 */
#include <string.h>
#include "front/lower.h"

/**
 * expr_new() - a node that belongs to a unit
 */
struct facts_expr *expr_new(struct facts_unit *unit, enum facts_expr_kind kind,
			    const char *type, unsigned int n_kids)
{
	struct facts_expr *e = facts_new(unit, struct facts_expr, 1);

	e->kind = kind;
	e->type = type;
	e->var = -1;
	e->n_kids = n_kids;
	if (n_kids)
		e->kids = facts_new(unit, struct facts_expr *, n_kids);
	return e;
}

/**
 * lower_expr_new() - a node with room for operands
 */
struct facts_expr *lower_expr_new(struct lower *l, enum facts_expr_kind kind,
				  const char *type, unsigned int n_kids)
{
	return expr_new(l->unit, kind, type, n_kids);
}

/**
 * lower_int() - an integer constant without source text
 */
struct facts_expr *lower_int(struct lower *l, int64_t value, const char *type)
{
	struct facts_expr *e = lower_expr_new(l, FX_INT, type, 0);

	e->ival = value;
	return e;
}

/**
 * lower_var_expr() - the value of a variable
 */
struct facts_expr *lower_var_expr(struct lower *l, int var)
{
	struct facts_var *v = &g_array_index(l->vars, struct facts_var, var);
	struct facts_expr *e = lower_expr_new(l, FX_VAR, v->type, 0);

	e->var = var;
	e->name = v->name;
	return e;
}

/**
 * lower_assign() - emit lhs = rhs
 */
void lower_assign(struct lower *l, struct facts_expr *lhs,
		  struct facts_expr *rhs, const struct facts_loc *loc,
		  bool is_decl)
{
	struct facts_insn *insn = lower_emit(l, FI_ASSIGN, loc);

	insn->lhs = lhs;
	insn->rhs = rhs;
	insn->is_decl = is_decl;
}

/**
 * expr_field() - base.field or base->field
 */
struct facts_expr *expr_field(struct cx *cx, struct facts_expr *base,
			      CXCursor field, bool arrow)
{
	struct facts_expr *e =
		expr_new(cx->unit, FX_FIELD, cx_type_of(cx, field), 1);

	/* (&x)->f is x.f, and (*p).f is p->f: one spelling for later stages */
	if (arrow && base->kind == FX_ADDR) {
		base = base->kids[0];
		arrow = false;
	} else if (!arrow && base->kind == FX_DEREF) {
		base = base->kids[0];
		arrow = true;
	}
	e->name = cx_field_name(field);
	e->record = cx_field_record(cx, field, &e->record_file);
	e->arrow = arrow;
	e->kids[0] = base;
	return e;
}

/* A temporary that holds a value, so that it can be used twice. */
static struct facts_expr *keep(struct lower *l, struct facts_expr *value,
			       const struct facts_loc *loc)
{
	struct facts_expr *t = lower_temp(l, value->type, loc);

	lower_assign(l, t, value, loc, false);
	return t;
}

/* Source text of a constant: the macro's name if it comes out of one. */
static const char *int_text(struct lower *l, CXCursor c)
{
	struct facts_loc loc;
	struct cx_where w;
	size_t end;

	cx_where(l->cx, clang_getRangeStart(clang_getCursorExtent(c)), &w);
	if (!w.spell.file)
		return NULL;
	if (w.macro == FACTS_MACRO_BODY && w.text.file) {
		end = cx_text_ident(w.text.file, w.text.offset);
		if (end < w.text.file->len && w.text.file->text[end] != '(')
			return cx_text_ident_at(&w.text);
		end = cx_text_skip_token(w.spell.file, w.spell.offset);
		return cx_text_range(w.spell.file, w.spell.offset, end);
	}
	cx_loc_cursor(l->cx, c, &loc);
	return cx_text_range(w.text.file, loc.offset, loc.end);
}

static struct facts_expr *opaque(struct lower *l, CXCursor c)
{
	GArray *kids = cx_expr_children(c);
	struct facts_expr *e =
		lower_expr_new(l, FX_OPAQUE, cx_type_of(l->cx, c), kids->len);
	unsigned int i;

	for (i = 0; i < kids->len; i++)
		e->kids[i] = lower_value(l, g_array_index(kids, CXCursor, i));
	g_array_unref(kids);
	return e;
}

static struct facts_expr *value_ref(struct lower *l, CXCursor c)
{
	CXCursor decl = clang_getCursorReferenced(c);
	const char *type = cx_type_of(l->cx, c);
	enum CXCursorKind kind = clang_getCursorKind(decl);
	struct facts_expr *e;
	char *name;
	int var;

	if (kind == CXCursor_FunctionDecl) {
		e = lower_expr_new(l, FX_FUNC, type, 0);
		e->name = cx_name(decl);
		cx_want(l->cx, e->name, decl);
		e->is_static = clang_getCursorLinkage(decl) ==
			       CXLinkage_Internal;
		return e;
	}
	if (kind != CXCursor_VarDecl && kind != CXCursor_ParmDecl)
		return lower_expr_new(l, FX_OPAQUE, type, 0);
	var = lower_var_find(l, decl);
	if (var >= 0)
		return lower_var_expr(l, var);
	e = lower_expr_new(l, FX_GLOBAL, type, 0);
	e->name = cx_name(decl);
	if (clang_Cursor_getStorageClass(decl) == CX_SC_Static) {
		CXCursor up = clang_getCursorSemanticParent(decl);

		e->is_static = true;
		if (clang_getCursorKind(up) == CXCursor_FunctionDecl) {
			name = g_strdup_printf("%s.%s", cx_name(up), e->name);
			e->name = g_intern_string(name);
			g_free(name);
		}
	}
	return e;
}

static struct facts_expr *value_member(struct lower *l, CXCursor c)
{
	CXCursor field = clang_getCursorReferenced(c);
	CXCursor base = cx_child(c, 0);
	struct facts_expr *value;

	if (clang_Cursor_isNull(base))
		return opaque(l, c);
	if (clang_getCursorKind(field) != CXCursor_FieldDecl)
		return opaque(l, c);
	if (cx_field_is_scope(field))
		return lower_value(l, base);
	/* look through the anonymous members in between */
	for (;;) {
		CXCursor inner = cx_unwrap(base);

		if (clang_getCursorKind(inner) != CXCursor_MemberRefExpr ||
		    !cx_field_is_scope(clang_getCursorReferenced(inner)))
			break;
		base = cx_child(inner, 0);
		if (clang_Cursor_isNull(base))
			return opaque(l, c);
	}
	value = lower_value(l, base);
	return expr_field(l->cx, value, field,
			  cx_is_pointer(clang_getCursorType(base)));
}

static struct facts_expr *value_index(struct lower *l, CXCursor c)
{
	CXCursor base = cx_child(c, 0), index = cx_child(c, 1);
	struct facts_expr *e;

	if (!cx_is_pointer(clang_getCursorType(base))) {
		CXCursor swap = base;

		base = index;
		index = swap;
	}
	e = lower_expr_new(l, FX_INDEX, cx_type_of(l->cx, c), 2);
	e->kids[0] = lower_value(l, base);
	e->kids[1] = lower_value(l, index);
	return e;
}

static struct facts_expr *incdec(struct lower *l, CXCursor c, const char *op,
				 bool post, bool want)
{
	struct facts_expr *lhs = lower_value(l, cx_child(c, 0));
	struct facts_expr *value = lhs;
	struct facts_insn *insn;
	struct facts_loc loc;

	cx_loc_cursor(l->cx, c, &loc);
	if (post && want)
		value = keep(l, lhs, &loc);
	insn = lower_emit(l, FI_ASSIGN, &loc);
	insn->op = op;
	insn->lhs = lhs;
	insn->rhs = lower_int(l, 1, "int");
	return value;
}

static bool is_boolean(const struct facts_expr *e)
{
	static const char *const ops[] = { "==", "!=", "<",  ">",
					   "<=", ">=", "&&", "||" };
	unsigned int i;

	if (e->kind == FX_UNARY)
		return !strcmp(e->name, "!");
	if (e->kind != FX_BINARY)
		return false;
	for (i = 0; i < G_N_ELEMENTS(ops); i++)
		if (!strcmp(e->name, ops[i]))
			return true;
	return false;
}

static struct facts_expr *unary(struct lower *l, const char *type,
				const char *op, struct facts_expr *arg)
{
	struct facts_expr *e;

	/* !!(a < b) is a < b */
	if (*op == '!' && arg->kind == FX_UNARY && *arg->name == '!' &&
	    is_boolean(arg->kids[0]))
		return arg->kids[0];
	e = lower_expr_new(l, FX_UNARY, type, 1);
	e->name = g_intern_string(op);
	e->kids[0] = arg;
	return e;
}

static struct facts_expr *address(struct lower *l, const char *type,
				  struct facts_expr *arg)
{
	struct facts_expr *e;

	if (arg->kind == FX_DEREF && arg->kids[0]->type == type)
		return arg->kids[0];
	if (arg->kind == FX_FUNC)
		return arg;
	e = lower_expr_new(l, FX_ADDR, type, 1);
	e->kids[0] = arg;
	return e;
}

static struct facts_expr *deref(struct lower *l, const char *type,
				struct facts_expr *arg)
{
	const struct facts_expr *inner = arg;
	struct facts_expr *e;

	if (arg->kind == FX_FUNC)
		return arg;
	/* *(volatile T *)&x, as READ_ONCE() has it, is x */
	while (inner->kind == FX_CAST)
		inner = inner->kids[0];
	if (inner->kind == FX_ADDR && inner->kids[0]->type == type)
		return inner->kids[0];
	e = lower_expr_new(l, FX_DEREF, type, 1);
	e->kids[0] = arg;
	return e;
}

static struct facts_expr *value_unary(struct lower *l, CXCursor c, bool want)
{
	const char *type = cx_type_of(l->cx, c);
	CXCursor arg = cx_child(c, 0);

	switch (clang_getCursorUnaryOperatorKind(c)) {
	case CXUnaryOperator_PostInc:
		return incdec(l, c, "+=", true, want);
	case CXUnaryOperator_PostDec:
		return incdec(l, c, "-=", true, want);
	case CXUnaryOperator_PreInc:
		return incdec(l, c, "+=", false, want);
	case CXUnaryOperator_PreDec:
		return incdec(l, c, "-=", false, want);
	case CXUnaryOperator_AddrOf:
		return address(l, type, lower_value(l, arg));
	case CXUnaryOperator_Deref:
		return deref(l, type, lower_value(l, arg));
	case CXUnaryOperator_Minus:
		return unary(l, type, "-", lower_value(l, arg));
	case CXUnaryOperator_Not:
		return unary(l, type, "~", lower_value(l, arg));
	case CXUnaryOperator_LNot:
		return unary(l, type, "!", lower_value(l, arg));
	case CXUnaryOperator_Plus:
	case CXUnaryOperator_Extension:
		return lower_value(l, arg);
	default:
		return opaque(l, c);
	}
}

static struct facts_expr *value_assign(struct lower *l, CXCursor c,
				       const char *op)
{
	CXCursor to = cx_child(c, 0), from = cx_child(c, 1);
	struct facts_expr *lhs, *rhs;
	struct facts_insn *insn;
	struct facts_loc loc;

	cx_loc_cursor(l->cx, c, &loc);
	if (!op && clang_getCursorKind(cx_unwrap(from)) ==
			   CXCursor_CompoundLiteralExpr) {
		lhs = lower_value(l, to);
		lower_init(l, lhs, clang_getCursorType(to), from, &loc, false);
		return lhs;
	}
	rhs = lower_value(l, from);
	lhs = lower_value(l, to);
	insn = lower_emit(l, FI_ASSIGN, &loc);
	insn->op = op;
	insn->lhs = lhs;
	insn->rhs = rhs;
	return lhs;
}

/* && and || whose operands do something: 0 or 1 in a temporary. */
static struct facts_expr *value_logic(struct lower *l, CXCursor c)
{
	struct lower_block *yes = lower_block_new(l);
	struct lower_block *no = lower_block_new(l);
	struct lower_block *join = lower_block_new(l);
	struct facts_expr *t;
	struct facts_loc loc;

	cx_loc_cursor(l->cx, c, &loc);
	t = lower_temp(l, "int", &loc);
	lower_cond(l, c, yes, no);
	lower_start(l, yes);
	lower_assign(l, t, lower_int(l, 1, "int"), &loc, false);
	lower_goto_block(l, join);
	lower_start(l, no);
	lower_assign(l, t, lower_int(l, 0, "int"), &loc, false);
	lower_goto_block(l, join);
	lower_start(l, join);
	return t;
}

static struct facts_expr *value_binary(struct lower *l, CXCursor c)
{
	enum CXBinaryOperatorKind op = clang_getCursorBinaryOperatorKind(c);
	CXCursor a = cx_child(c, 0), b = cx_child(c, 1);
	struct facts_expr *e;

	switch (op) {
	case CXBinaryOperator_Assign:
		return value_assign(l, c, NULL);
	case CXBinaryOperator_Comma:
		lower_effect(l, a);
		return lower_value(l, b);
	case CXBinaryOperator_LAnd:
	case CXBinaryOperator_LOr:
		if (lower_has_effect(c))
			return value_logic(l, c);
		break;
	default:
		if (clang_getCursorKind(c) == CXCursor_CompoundAssignOperator)
			return value_assign(
				l, c,
				cx_intern(clang_getBinaryOperatorKindSpelling(
					op)));
	}
	e = lower_expr_new(l, FX_BINARY, cx_type_of(l->cx, c), 2);
	e->name = cx_intern(clang_getBinaryOperatorKindSpelling(op));
	e->kids[0] = lower_value(l, a);
	e->kids[1] = lower_value(l, b);
	return e;
}

static bool is_void(CXCursor c)
{
	return clang_getCanonicalType(clang_getCursorType(c)).kind ==
	       CXType_Void;
}

/* One arm of a ?: that does something, into the common temporary. */
static void ternary_arm(struct lower *l, struct lower_block *block, CXCursor c,
			struct facts_expr *t, struct lower_block *join)
{
	struct facts_expr *value;
	struct facts_loc loc;

	lower_start(l, block);
	if (t) {
		value = lower_value(l, c);
		cx_loc_cursor(l->cx, c, &loc);
		lower_assign(l, t, value, &loc, false);
	} else {
		lower_effect(l, c);
	}
	lower_goto_block(l, join);
}

static struct facts_expr *value_ternary(struct lower *l, CXCursor c, bool want)
{
	GArray *kids = cx_expr_children(c);
	CXCursor k[3];
	struct lower_block *yes, *no, *join;
	struct facts_expr *e = NULL;
	struct facts_loc loc;
	int known;

	if (kids->len != 3) {
		g_array_unref(kids);
		return opaque(l, c);
	}
	memcpy(k, kids->data, sizeof(k));
	g_array_unref(kids);
	known = lower_const_cond(l, k[0]);
	if (known >= 0)
		return lower_value(l, known ? k[1] : k[2]);
	want = want && !is_void(c);
	if (want && !lower_has_effect(c)) {
		e = lower_expr_new(l, FX_COND, cx_type_of(l->cx, c), 3);
		e->kids[0] = lower_value(l, k[0]);
		e->kids[1] = lower_value(l, k[1]);
		e->kids[2] = lower_value(l, k[2]);
		return e;
	}
	cx_loc_cursor(l->cx, c, &loc);
	if (want)
		e = lower_temp(l, cx_type_of(l->cx, c), &loc);
	yes = lower_block_new(l);
	no = lower_block_new(l);
	join = lower_block_new(l);
	lower_cond(l, k[0], yes, no);
	ternary_arm(l, yes, k[1], e, join);
	ternary_arm(l, no, k[2], e, join);
	lower_start(l, join);
	return e ? e : lower_expr_new(l, FX_OPAQUE, NULL, 0);
}

/* GNU "a ?: b": libclang shows a, a, a, b. */
static struct facts_expr *value_elvis(struct lower *l, CXCursor c, CXCursor a,
				      CXCursor b)
{
	struct lower_block *no, *join;
	struct facts_expr *e, *first;
	struct facts_loc loc;

	cx_loc_cursor(l->cx, c, &loc);
	first = lower_value(l, a);
	if (!lower_has_effect(b)) {
		e = lower_expr_new(l, FX_COND, cx_type_of(l->cx, c), 3);
		e->kids[0] = e->kids[1] = first;
		e->kids[2] = lower_value(l, b);
		return e;
	}
	e = lower_temp(l, cx_type_of(l->cx, c), &loc);
	lower_assign(l, e, first, &loc, false);
	no = lower_block_new(l);
	join = lower_block_new(l);
	lower_branch(l, e, &loc, join, no);
	ternary_arm(l, no, b, e, join);
	lower_start(l, join);
	return e;
}

static struct facts_expr *value_unexposed(struct lower *l, CXCursor c,
					  bool want)
{
	GArray *kids = cx_expr_children(c);
	CXCursor k[4];
	unsigned int n = kids->len;
	int64_t value;
	CXEvalResult res;

	if (n)
		memcpy(k, kids->data, sizeof(CXCursor) * MIN(n, 4));
	g_array_unref(kids);
	if (n == 1 && (clang_getCursorKind(c) == CXCursor_ParenExpr ||
		       cx_same_start(c, k[0])))
		return want ? lower_value(l, k[0]) :
			      (lower_effect(l, k[0]), NULL);
	if (n == 4 && cx_same_start(k[0], k[1]) && cx_same_start(k[1], k[2]))
		return value_elvis(l, c, k[0], k[3]);
	if (n == 3 && cx_starts_with(c, "__builtin_choose_expr")) {
		/* always a constant: take what the compiler would take */
		res = clang_Cursor_Evaluate(k[0]);
		value = res && clang_EvalResult_getKind(res) == CXEval_Int ?
				clang_EvalResult_getAsLongLong(res) :
				0;
		if (res)
			clang_EvalResult_dispose(res);
		return lower_value(l, value ? k[1] : k[2]);
	}
	if (cx_starts_with(c, "__builtin_offsetof") ||
	    cx_starts_with(c, "__builtin_types_compatible_p"))
		return lower_expr_new(l, FX_OPAQUE, cx_type_of(l->cx, c), 0);
	return opaque(l, c);
}

static struct facts_expr *value_generic(struct lower *l, CXCursor c)
{
	GArray *kids = cx_expr_children(c);
	const char *type = cx_type_of(l->cx, c);
	CXType exact = clang_getCursorType(c);
	CXCursor pick = clang_getNullCursor();
	unsigned int i;

	/* the selected branch is the one that gave the whole its type */
	for (i = 1; i < kids->len && clang_Cursor_isNull(pick); i++) {
		CXCursor k = g_array_index(kids, CXCursor, i);

		if (clang_equalTypes(clang_getCursorType(k), exact))
			pick = k;
	}
	for (i = 1; i < kids->len && clang_Cursor_isNull(pick); i++) {
		CXCursor k = g_array_index(kids, CXCursor, i);

		if (cx_type_of(l->cx, k) == type)
			pick = k;
	}
	if (clang_Cursor_isNull(pick) && kids->len)
		pick = g_array_index(kids, CXCursor, kids->len - 1);
	g_array_unref(kids);
	if (clang_Cursor_isNull(pick))
		return lower_expr_new(l, FX_OPAQUE, type, 0);
	return lower_value(l, pick);
}

static bool only_own_vars(const struct facts_expr *e, int first)
{
	unsigned int i;

	if (e->kind == FX_VAR && e->var < first)
		return false;
	if (e->kind == FX_FIELD || e->kind == FX_DEREF || e->kind == FX_INDEX ||
	    e->kind == FX_GLOBAL)
		return false;
	for (i = 0; i < e->n_kids; i++)
		if (!only_own_vars(e->kids[i], first))
			return false;
	return true;
}

static struct facts_expr *value_stmt_expr(struct lower *l, CXCursor c,
					  bool want)
{
	GArray *kids = cx_children(c);
	struct facts_expr *value = NULL;
	int first = l->vars->len;
	struct facts_loc loc;

	want = want && !is_void(c);
	if (kids->len)
		lower_compound(l, g_array_index(kids, CXCursor, 0), want,
			       &value);
	g_array_unref(kids);
	if (!value)
		return lower_expr_new(l, FX_OPAQUE, cx_type_of(l->cx, c), 0);
	/* nobody else can change what only names variables of its own */
	if (only_own_vars(value, first))
		return value;
	cx_loc_cursor(l->cx, c, &loc);
	return keep(l, value, &loc);
}

static CXCursor last_expr(CXCursor c)
{
	GArray *kids = cx_expr_children(c);
	CXCursor ret = clang_getNullCursor();

	if (kids->len)
		ret = g_array_index(kids, CXCursor, kids->len - 1);
	g_array_unref(kids);
	return ret;
}

static struct facts_expr *value_cast(struct lower *l, CXCursor c)
{
	CXCursor arg = last_expr(c);
	const char *type = cx_type_of(l->cx, c);
	struct facts_expr *value, *e;

	if (clang_Cursor_isNull(arg))
		return opaque(l, c);
	value = lower_value(l, arg);
	if (is_void(c))
		return value;
	if (value->kind == FX_INT) { /* NULL, for one */
		value->type = type;
		value->text = int_text(l, c);
		return value;
	}
	e = lower_expr_new(l, FX_CAST, type, 1);
	e->kids[0] = value;
	return e;
}

static struct facts_expr *value_string(struct lower *l, CXCursor c)
{
	struct facts_expr *e =
		lower_expr_new(l, FX_STRING, cx_type_of(l->cx, c), 0);
	const char *text = cx_name(c);
	size_t n = strlen(text), root = strlen(l->cx->root);

	e->name = text;
	if (n < 2 || text[0] != '"')
		return e;
	text++;
	n -= 2;
	/* __FILE__: facts do not depend on where the tree lies */
	if (n > root && !memcmp(text, l->cx->root, root) && text[root] == '/') {
		text += root + 1;
		n -= root + 1;
	}
	e->name = cx_intern_len(text, n);
	return e;
}

static struct facts_expr *value_literal(struct lower *l, CXCursor c)
{
	CXCursor init = last_expr(c), arg;

	if (clang_getCursorKind(init) != CXCursor_InitListExpr)
		return opaque(l, c);
	/* an argument for a transparent union is wrapped in a literal of it */
	arg = cx_child(init, 0);
	if (!clang_Cursor_isNull(arg) && cx_same_start(c, arg))
		return lower_value(l, arg);
	return lower_init_expr(l, clang_getCursorType(c), init);
}

static struct facts_expr *value_any(struct lower *l, CXCursor c, bool want)
{
	struct facts_expr *e;
	int64_t value;

	if (want && cx_eval(c, &value)) {
		e = lower_int(l, value, cx_type_of(l->cx, c));
		e->text = int_text(l, c);
		return e;
	}
	switch (clang_getCursorKind(c)) {
	case CXCursor_ParenExpr:
	case CXCursor_UnexposedExpr:
		return value_unexposed(l, c, want);
	case CXCursor_DeclRefExpr:
		return value_ref(l, c);
	case CXCursor_MemberRefExpr:
		return value_member(l, c);
	case CXCursor_CallExpr:
		return lower_call(l, c, want);
	case CXCursor_ArraySubscriptExpr:
		return value_index(l, c);
	case CXCursor_UnaryOperator:
		return value_unary(l, c, want);
	case CXCursor_BinaryOperator:
	case CXCursor_CompoundAssignOperator:
		return value_binary(l, c);
	case CXCursor_ConditionalOperator:
		return value_ternary(l, c, want);
	case CXCursor_CStyleCastExpr:
		if (!want)
			return value_any(l, last_expr(c), false);
		return value_cast(l, c);
	case CXCursor_StmtExpr:
		return value_stmt_expr(l, c, want);
	case CXCursor_GenericSelectionExpr:
		return value_generic(l, c);
	case CXCursor_StringLiteral:
		return value_string(l, c);
	case CXCursor_CompoundLiteralExpr:
		return value_literal(l, c);
	case CXCursor_InitListExpr:
		return lower_init_expr(l, clang_getCursorType(c), c);
	case CXCursor_UnaryExpr: /* sizeof of a variable array */
	case CXCursor_AddrLabelExpr:
		return lower_expr_new(l, FX_OPAQUE, cx_type_of(l->cx, c), 0);
	default:
		return opaque(l, c);
	}
}

/**
 * lower_value() - value of an expression; emits what it does
 *
 * Return: never NULL
 */
struct facts_expr *lower_value(struct lower *l, CXCursor c)
{
	struct facts_expr *e;

	if (clang_Cursor_isNull(c) || l->depth > 400)
		return lower_expr_new(l, FX_OPAQUE, NULL, 0);
	l->depth++;
	e = value_any(l, c, true);
	l->depth--;
	return e;
}

/**
 * lower_effect() - emit what an expression does, drop its value
 */
void lower_effect(struct lower *l, CXCursor c)
{
	enum CXBinaryOperatorKind op = clang_getCursorBinaryOperatorKind(c);

	if (clang_Cursor_isNull(c) || l->depth > 400)
		return;
	l->depth++;
	c = cx_unwrap(c);
	op = clang_getCursorBinaryOperatorKind(c);
	if (op == CXBinaryOperator_Comma) {
		lower_effect(l, cx_child(c, 0));
		lower_effect(l, cx_child(c, 1));
	} else if (op == CXBinaryOperator_LAnd || op == CXBinaryOperator_LOr) {
		if (lower_has_effect(c)) {
			struct lower_block *next = lower_block_new(l);

			lower_cond(l, c, next, next);
			lower_start(l, next);
		}
	} else {
		value_any(l, c, false);
	}
	l->depth--;
}
