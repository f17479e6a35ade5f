// SPDX-License-Identifier: GPL-2.0-only
/*
 * lower_stmt.c - statements
 */
#include <string.h>
#include "front/lower.h"

static CXCursor kid(GArray *kids, unsigned int i)
{
	if (i < kids->len)
		return g_array_index(kids, CXCursor, i);
	return clang_getNullCursor();
}

static void stmt_or_nothing(struct lower *l, CXCursor c)
{
	if (!clang_Cursor_isNull(c))
		lower_stmt(l, c);
}

/* Name in a VarDecl's __attribute__((cleanup(name))), or NULL. */
static const char *cleanup_of(CXCursor decl)
{
	CXPrintingPolicy policy;
	const char *ret = NULL, *text, *hit;
	GArray *kids = cx_children(decl);
	bool has_attr = false;
	CXString printed;
	unsigned int i;

	for (i = 0; i < kids->len; i++)
		has_attr |= clang_getCursorKind(kid(kids, i)) ==
			    CXCursor_UnexposedAttr;
	g_array_unref(kids);
	if (!has_attr)
		return NULL;
	/* libclang shows an attribute without its arguments; the printer does */
	policy = clang_getCursorPrintingPolicy(decl);
	printed = clang_getCursorPrettyPrinted(decl, policy);
	clang_PrintingPolicy_dispose(policy);
	text = clang_getCString(printed);
	hit = text ? strstr(text, "cleanup(") : NULL;
	if (hit) {
		hit += strlen("cleanup(");
		hit += strspn(hit, "\"");
		ret = cx_intern_len(hit, strcspn(hit, "\")"));
	}
	clang_disposeString(printed);
	return ret && *ret ? ret : NULL;
}

static void lower_var_decl(struct lower *l, CXCursor c)
{
	enum CX_StorageClass storage = clang_Cursor_getStorageClass(c);
	CXCursor init = clang_Cursor_getVarDeclInitializer(c);
	struct facts_loc loc, whole;
	struct lower_scope *scope;
	const char *cleanup;
	int var;

	/* static locals are file-scope variables to everybody else */
	if (storage == CX_SC_Static || storage == CX_SC_Extern)
		return;
	cx_loc_token(l->cx, clang_getCursorLocation(c), &loc);
	var = lower_var_new(l, FV_LOCAL, cx_name(c), cx_type_of(l->cx, c),
			    &loc);
	lower_var_bind(l, c, var);
	if (!clang_Cursor_isNull(init) &&
	    cx_is_expr(clang_getCursorKind(init))) {
		cx_loc_cursor(l->cx, c, &whole);
		lower_init(l, lower_var_expr(l, var), clang_getCursorType(c),
			   init, &whole, true);
	}
	cleanup = cleanup_of(c);
	if (!cleanup)
		return;
	g_array_index(l->vars, struct facts_var, var).cleanup = cleanup;
	scope = facts_new(l->unit, struct lower_scope, 1);
	scope->up = l->scope;
	scope->var = var;
	l->scope = scope;
}

static void lower_decl_stmt(struct lower *l, CXCursor c)
{
	GArray *kids = cx_children(c);
	unsigned int i;

	for (i = 0; i < kids->len; i++)
		if (clang_getCursorKind(kid(kids, i)) == CXCursor_VarDecl)
			lower_var_decl(l, kid(kids, i));
	g_array_unref(kids);
}

/**
 * lower_compound() - a block of statements, a scope of its own
 * @l: state
 * @c: CompoundStmt
 * @want: the value of the last expression is wanted (statement expression)
 * @value: receives it, may stay NULL
 */
void lower_compound(struct lower *l, CXCursor c, bool want,
		    struct facts_expr **value)
{
	struct lower_scope *scope = l->scope;
	GArray *kids = cx_children(c);
	struct facts_loc loc;
	unsigned int i;

	for (i = 0; i < kids->len; i++) {
		CXCursor k = kid(kids, i);

		/* "({ ...; label: value; })" */
		while (want && i + 1 == kids->len &&
		       clang_getCursorKind(k) == CXCursor_LabelStmt) {
			struct lower_label *label = lower_label(l, k);
			GArray *sub = cx_children(k);

			lower_goto_block(l, label->block);
			lower_start(l, label->block);
			label->placed = true;
			label->scope = l->scope;
			k = kid(sub, sub->len - 1);
			g_array_unref(sub);
		}
		if (want && i + 1 == kids->len &&
		    cx_is_expr(clang_getCursorKind(k)))
			*value = lower_value(l, k);
		else
			stmt_or_nothing(l, k);
	}
	g_array_unref(kids);
	if (l->scope == scope)
		return;
	cx_loc_cursor(l->cx, c, &loc);
	if (want && *value && (*value)->kind != FX_INT) {
		struct facts_expr *t = lower_temp(l, (*value)->type, &loc);

		lower_assign(l, t, *value, &loc, false);
		*value = t;
	}
	lower_leave(l, scope, &loc);
	l->scope = scope;
}

static void lower_if(struct lower *l, CXCursor c)
{
	struct lower_block *yes = lower_block_new(l);
	struct lower_block *no = lower_block_new(l);
	struct lower_block *join = lower_block_new(l);
	GArray *kids = cx_children(c);

	lower_cond(l, kid(kids, 0), yes, kids->len > 2 ? no : join);
	lower_start(l, yes);
	stmt_or_nothing(l, kid(kids, 1));
	lower_goto_block(l, join);
	if (kids->len > 2) {
		lower_start(l, no);
		lower_stmt(l, kid(kids, 2));
		lower_goto_block(l, join);
	}
	lower_start(l, join);
	g_array_unref(kids);
}

/* A loop's body, with break and continue going where they should. */
static void loop_body(struct lower *l, CXCursor body, struct lower_block *brk,
		      struct lower_block *cont)
{
	struct lower_target old_brk = l->brk, old_cont = l->cont;

	l->brk.block = brk;
	l->cont.block = cont;
	l->brk.scope = l->cont.scope = l->scope;
	stmt_or_nothing(l, body);
	l->brk = old_brk;
	l->cont = old_cont;
}

/* The condition of a loop; a constant one is not a branch. */
static void loop_cond(struct lower *l, CXCursor cond, struct lower_block *yes,
		      struct lower_block *no)
{
	int64_t value = 1;

	if (clang_Cursor_isNull(cond) || cx_eval(cond, &value))
		lower_goto_block(l, value ? yes : no);
	else
		lower_cond(l, cond, yes, no);
}

static void lower_while(struct lower *l, CXCursor c)
{
	struct lower_block *head = lower_block_new(l);
	struct lower_block *body = lower_block_new(l);
	struct lower_block *exit = lower_block_new(l);
	GArray *kids = cx_children(c);

	head->loop_head = true;
	lower_goto_block(l, head);
	lower_start(l, head);
	loop_cond(l, kid(kids, 0), body, exit);
	lower_start(l, body);
	loop_body(l, kid(kids, 1), exit, head);
	lower_goto_block(l, head);
	lower_start(l, exit);
	g_array_unref(kids);
}

static void lower_do(struct lower *l, CXCursor c)
{
	struct lower_block *body = lower_block_new(l);
	struct lower_block *test = lower_block_new(l);
	struct lower_block *exit = lower_block_new(l);
	GArray *kids = cx_children(c);
	int64_t value;

	/* do { } while (0) is no loop */
	body->loop_head = !(cx_eval(kid(kids, 1), &value) && !value);
	lower_goto_block(l, body);
	lower_start(l, body);
	loop_body(l, kid(kids, 0), exit, test);
	lower_goto_block(l, test);
	lower_start(l, test);
	loop_cond(l, kid(kids, 1), body, exit);
	lower_start(l, exit);
	g_array_unref(kids);
}

enum { FOR_INIT, FOR_COND, FOR_INC, FOR_BODY, FOR_N };

/*
 * libclang visits the parts of a for that are there and does not say which
 * they are; the text between the semicolons does.
 */
static bool for_parts_by_text(struct lower *l, CXCursor c, GArray *kids,
			      CXCursor part[FOR_N])
{
	GArray *spans = g_array_new(FALSE, FALSE, sizeof(struct cx_span));
	unsigned int i, k = 0, n = 1;
	bool ok = false;
	struct cx_where w;
	size_t at, end;

	cx_where(l->cx, clang_getRangeStart(clang_getCursorExtent(c)), &w);
	if (!w.spell.file)
		goto out;
	at = cx_text_ident(w.spell.file, w.spell.offset);
	at = cx_text_skip_space(w.spell.file, at);
	if (!cx_text_list(w.spell.file, at, ';', spans, &end) ||
	    spans->len != 3)
		goto out;
	for (i = 0; i < 3; i++) {
		struct cx_span *s = &g_array_index(spans, struct cx_span, i);

		n += s->to > s->from;
	}
	if (n != kids->len)
		goto out;
	for (i = 0; i < 3; i++) {
		struct cx_span *s = &g_array_index(spans, struct cx_span, i);

		if (s->to > s->from)
			part[i] = kid(kids, k++);
	}
	ok = true;
out:
	g_array_unref(spans);
	return ok;
}

/* Best guess when the text does not tell: part of it came out of a macro. */
static void for_parts_by_shape(GArray *kids, CXCursor part[FOR_N])
{
	unsigned int i, slot = FOR_INIT, n = kids->len - 1;

	for (i = 0; i < n; i++) {
		CXCursor k = cx_unwrap(kid(kids, i));
		enum CXCursorKind kind = clang_getCursorKind(k);
		enum CXBinaryOperatorKind op =
			clang_getCursorBinaryOperatorKind(k);
		bool test = (op >= CXBinaryOperator_Cmp &&
			     op <= CXBinaryOperator_LOr) ||
			    kind == CXCursor_MemberRefExpr ||
			    kind == CXCursor_DeclRefExpr;

		if (slot == FOR_INIT && (test || (i && n == 2)))
			slot = FOR_COND;
		if (slot >= FOR_BODY)
			break;
		part[slot++] = kid(kids, i);
	}
}

static void for_parts(struct lower *l, CXCursor c, CXCursor part[FOR_N])
{
	GArray *kids = cx_children(c);
	unsigned int i;

	for (i = 0; i < FOR_N; i++)
		part[i] = clang_getNullCursor();
	if (kids->len) {
		part[FOR_BODY] = kid(kids, kids->len - 1);
		if (kids->len == FOR_N)
			for (i = 0; i < FOR_BODY; i++)
				part[i] = kid(kids, i);
		else if (!for_parts_by_text(l, c, kids, part))
			for_parts_by_shape(kids, part);
	}
	g_array_unref(kids);
}

/* First and third part of a for: a declaration or an expression. */
static void for_step(struct lower *l, CXCursor c)
{
	if (clang_getCursorKind(c) == CXCursor_DeclStmt)
		lower_stmt(l, c);
	else
		lower_effect(l, c);
}

static void lower_for(struct lower *l, CXCursor c)
{
	struct lower_block *head = lower_block_new(l);
	struct lower_block *body = lower_block_new(l);
	struct lower_block *inc = lower_block_new(l);
	struct lower_block *exit = lower_block_new(l);
	struct lower_scope *scope = l->scope;
	CXCursor part[FOR_N];
	struct facts_loc loc;

	for_parts(l, c, part);
	for_step(l, part[FOR_INIT]);
	head->loop_head = true;
	lower_goto_block(l, head);
	lower_start(l, head);
	loop_cond(l, part[FOR_COND], body, exit);
	lower_start(l, body);
	loop_body(l, part[FOR_BODY], exit, inc);
	lower_goto_block(l, inc);
	lower_start(l, inc);
	for_step(l, part[FOR_INC]);
	lower_goto_block(l, head);
	lower_start(l, exit);
	if (l->scope != scope) {
		cx_loc_cursor(l->cx, c, &loc);
		lower_leave(l, scope, &loc);
		l->scope = scope;
	}
}

static void add_case(struct lower_block *sw, struct lower_block *to, int64_t lo,
		     int64_t hi, bool is_default)
{
	struct facts_case arm = { lo, hi, is_default };

	g_ptr_array_add(sw->succ, to);
	g_array_append_val(sw->cases, arm);
}

static void lower_switch(struct lower *l, CXCursor c)
{
	struct lower_block *exit = lower_block_new(l);
	struct lower_block *old_sw = l->sw;
	struct lower_target old_brk = l->brk;
	bool old_default = l->sw_default;
	GArray *kids = cx_children(c);
	struct facts_expr *value;

	value = lower_value(l, kid(kids, 0));
	l->cur->cond = value;
	cx_loc_cursor(l->cx, kid(kids, 0), &l->cur->cond_loc);
	l->sw = l->cur;
	l->sw_default = false;
	l->brk.block = exit;
	l->brk.scope = l->scope;
	lower_end(l, FT_SWITCH);
	stmt_or_nothing(l, kid(kids, 1));
	lower_goto_block(l, exit);
	if (!l->sw_default)
		add_case(l->sw, exit, 0, 0, true);
	l->sw = old_sw;
	l->sw_default = old_default;
	l->brk = old_brk;
	lower_start(l, exit);
	g_array_unref(kids);
}

static void lower_case(struct lower *l, CXCursor c, bool is_default)
{
	struct lower_block *block = lower_block_new(l);
	GArray *kids = cx_children(c);
	int64_t lo = 0, hi;

	lower_goto_block(l, block);
	lower_start(l, block);
	if (l->sw) {
		if (is_default) {
			l->sw_default = true;
		} else {
			cx_eval(kid(kids, 0), &lo);
		}
		hi = lo;
		if (!is_default && kids->len > 2)
			cx_eval(kid(kids, 1), &hi);
		add_case(l->sw, block, lo, hi, is_default);
	}
	if (kids->len)
		lower_stmt(l, kid(kids, kids->len - 1));
	g_array_unref(kids);
}

static void lower_return(struct lower *l, CXCursor c)
{
	CXCursor arg = cx_child(c, 0);
	struct facts_expr *value = NULL;
	struct facts_insn *insn;
	struct facts_loc loc;

	cx_loc_cursor(l->cx, c, &loc);
	if (!clang_Cursor_isNull(arg)) {
		if (clang_getCanonicalType(clang_getCursorType(arg)).kind ==
		    CXType_Void)
			lower_effect(l, arg);
		else
			value = lower_value(l, arg);
	}
	if (l->scope) {
		if (value && value->kind != FX_INT) {
			struct facts_expr *t = lower_temp(l, value->type, &loc);

			lower_assign(l, t, value, &loc, false);
			value = t;
		}
		lower_leave(l, NULL, &loc);
	}
	insn = lower_emit(l, FI_RETURN, &loc);
	insn->rhs = value;
	lower_end(l, FT_RETURN);
}

static void lower_jump(struct lower *l, CXCursor c,
		       const struct lower_target *to)
{
	struct facts_loc loc;

	if (!to->block) {
		lower_end(l, FT_STOP);
		return;
	}
	cx_loc_cursor(l->cx, c, &loc);
	lower_leave(l, to->scope, &loc);
	lower_goto_block(l, to->block);
}

static void lower_goto(struct lower *l, CXCursor c)
{
	GArray *kids = cx_children(c);
	struct lower_goto *g;
	CXCursor label = clang_getNullCursor();

	if (kids->len)
		label = clang_getCursorReferenced(kid(kids, 0));
	g_array_unref(kids);
	if (clang_getCursorKind(label) != CXCursor_LabelStmt) {
		lower_end(l, FT_STOP);
		return;
	}
	g = g_new0(struct lower_goto, 1);
	cx_loc_cursor(l->cx, c, &g->loc);
	g->label = lower_label(l, label);
	g->scope = l->scope;
	g->from = lower_block_new(l);
	g_ptr_array_add(l->gotos, g);
	lower_goto_block(l, g->from);
}

static void lower_label_stmt(struct lower *l, CXCursor c)
{
	struct lower_label *label = lower_label(l, c);
	GArray *kids = cx_children(c);

	lower_goto_block(l, label->block);
	lower_start(l, label->block);
	label->placed = true;
	label->scope = l->scope;
	if (kids->len)
		lower_stmt(l, kid(kids, kids->len - 1));
	g_array_unref(kids);
}

static void lower_asm(struct lower *l, CXCursor c)
{
	struct facts_loc loc;

	lower_asm_operands(l, c);
	cx_loc_cursor(l->cx, c, &loc);
	if (lower_asm_is_goto(l, c)) {
		struct lower_block *next = lower_block_new(l);
		struct lower_block *from = l->cur;

		from->cond = lower_expr_new(l, FX_OPAQUE, NULL, 0);
		from->cond_loc = loc;
		add_case(from, next, 0, 0, true);
		g_ptr_array_add(l->asm_gotos, from);
		lower_end(l, FT_SWITCH);
		lower_start(l, next);
	}
}

static void lower_indirect_goto(struct lower *l, CXCursor c)
{
	CXCursor to = cx_child(c, 0);
	struct facts_expr *value = lower_value(l, to);

	l->cur->cond = value;
	cx_loc_cursor(l->cx, c, &l->cur->cond_loc);
	g_ptr_array_add(l->asm_gotos, l->cur);
	lower_end(l, FT_SWITCH);
}

static void lower_other(struct lower *l, CXCursor c)
{
	GArray *kids = cx_children(c);
	unsigned int i;

	/* attributed statements ("fallthrough;") wrap a statement */
	for (i = 0; i < kids->len; i++) {
		enum CXCursorKind kind = clang_getCursorKind(kid(kids, i));

		if (clang_isStatement(kind) || cx_is_expr(kind))
			lower_stmt(l, kid(kids, i));
	}
	g_array_unref(kids);
}

static void dispatch(struct lower *l, CXCursor c, enum CXCursorKind kind)
{
	switch (kind) {
	case CXCursor_CompoundStmt:
		lower_compound(l, c, false, NULL);
		break;
	case CXCursor_DeclStmt:
		lower_decl_stmt(l, c);
		break;
	case CXCursor_IfStmt:
		lower_if(l, c);
		break;
	case CXCursor_WhileStmt:
		lower_while(l, c);
		break;
	case CXCursor_DoStmt:
		lower_do(l, c);
		break;
	case CXCursor_ForStmt:
		lower_for(l, c);
		break;
	case CXCursor_SwitchStmt:
		lower_switch(l, c);
		break;
	case CXCursor_CaseStmt:
		lower_case(l, c, false);
		break;
	case CXCursor_DefaultStmt:
		lower_case(l, c, true);
		break;
	case CXCursor_ReturnStmt:
		lower_return(l, c);
		break;
	case CXCursor_BreakStmt:
		lower_jump(l, c, &l->brk);
		break;
	case CXCursor_ContinueStmt:
		lower_jump(l, c, &l->cont);
		break;
	case CXCursor_GotoStmt:
		lower_goto(l, c);
		break;
	case CXCursor_IndirectGotoStmt:
		lower_indirect_goto(l, c);
		break;
	case CXCursor_LabelStmt:
		lower_label_stmt(l, c);
		break;
	case CXCursor_GCCAsmStmt:
	case CXCursor_MSAsmStmt:
		lower_asm(l, c);
		break;
	case CXCursor_NullStmt:
		break;
	default:
		if (cx_is_expr(kind)) {
			l->whole = cx_unwrap(c);
			lower_effect(l, c);
		} else {
			lower_other(l, c);
		}
	}
}

/**
 * lower_stmt() - lower a statement
 */
void lower_stmt(struct lower *l, CXCursor c)
{
	if (l->depth > 400)
		return;
	l->depth++;
	dispatch(l, c, clang_getCursorKind(c));
	l->depth--;
}
