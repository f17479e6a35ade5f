// SPDX-License-Identifier: GPL-2.0-only
/*
 * lower_call.c - calls: who is called, with what, and where it stands
 */
#include <string.h>
#include "front/lower.h"

/* The callee's expression without parentheses, implicit casts and "*". */
static CXCursor callee_cursor(CXCursor call)
{
	CXCursor c = cx_child(call, 0);

	for (;;) {
		c = cx_unwrap(c);
		if (clang_getCursorUnaryOperatorKind(c) !=
		    CXUnaryOperator_Deref)
			return c;
		c = cx_child(c, 0);
		if (clang_Cursor_isNull(c))
			return c;
	}
}

/* The function a call names, or a null cursor for a call through a pointer. */
static CXCursor callee_decl(CXCursor callee)
{
	CXCursor decl;

	if (clang_getCursorKind(callee) != CXCursor_DeclRefExpr)
		return clang_getNullCursor();
	decl = clang_getCursorReferenced(callee);
	if (clang_getCursorKind(decl) != CXCursor_FunctionDecl)
		return clang_getNullCursor();
	return decl;
}

/**
 * lower_callee_name() - name of the function called directly, or NULL
 */
const char *lower_callee_name(CXCursor call)
{
	CXCursor decl = callee_decl(callee_cursor(call));

	return clang_Cursor_isNull(decl) ? NULL : cx_name(decl);
}

/* "memcpy" for "__builtin_memcpy": fortified headers call the builtins. */
static const char *plain_name(const char *name)
{
	const char *rest;

	if (!g_str_has_prefix(name, "__builtin_"))
		return name;
	rest = name + strlen("__builtin_");
	if (g_str_has_prefix(rest, "mem") || g_str_has_prefix(rest, "str"))
		return g_intern_string(rest);
	return name;
}

static bool is_noreturn(CXCursor decl)
{
	CXString type = clang_getTypeSpelling(clang_getCursorType(decl));
	const char *text = clang_getCString(type);
	bool ret = text && strstr(text, "noreturn");

	clang_disposeString(type);
	return ret;
}

static bool is_stop(const char *name)
{
	return !strcmp(name, "__builtin_unreachable") ||
	       !strcmp(name, "__builtin_trap");
}

/* Position of an offset at or after a known one. */
static void pos_advance(struct cx_pos *pos, size_t to)
{
	while (pos->offset < to && pos->offset < pos->file->len) {
		if (pos->file->text[pos->offset++] == '\n') {
			pos->line++;
			pos->column = 1;
		} else {
			pos->column++;
		}
	}
}

/* Find the argument list in the text behind the callee's name. */
static bool find_args(const struct cx_pos *name, unsigned int n, GArray *spans,
		      size_t *end)
{
	size_t at;

	if (!name->file)
		return false;
	g_array_set_size(spans, 0);
	at = cx_text_ident(name->file, name->offset);
	if (at == name->offset)
		return false;
	for (;;) { /* "(*ops->release)(x)", "ops->handlers[i](x)" */
		at = cx_text_skip_space(name->file, at);
		if (at < name->file->len && name->file->text[at] == ')')
			at++;
		else
			break;
	}
	return cx_text_list(name->file, at, ',', spans, end) && spans->len == n;
}

struct call_place {
	struct cx_where name;
	GArray *spans;
	size_t end;
	bool in_text; /* the list stands in the file, not in a #define */
	bool found;
};

static void place_find(struct lower *l, CXCursor callee, unsigned int n,
		       struct call_place *p)
{
	cx_where(l->cx, clang_getCursorLocation(callee), &p->name);
	p->spans = g_array_new(FALSE, FALSE, sizeof(struct cx_span));
	p->in_text = p->name.macro != FACTS_MACRO_BODY;
	p->found = !p->name.pasted &&
		   find_args(&p->name.spell, n, p->spans, &p->end);
	if (!p->found && !p->in_text && !p->name.pasted) {
		/* "#define gup get_user_pages": the list follows the macro */
		p->found = find_args(&p->name.text, n, p->spans, &p->end);
		p->in_text = p->found;
	}
}

/* An argument in the text of the file. */
static void arg_in_text(const struct call_place *p, unsigned int i,
			struct facts_arg *arg)
{
	const struct cx_span *s = &g_array_index(p->spans, struct cx_span, i);
	struct cx_where w = p->name;

	if (w.macro == FACTS_MACRO_BODY)
		w.macro = FACTS_MACRO_NONE;
	w.spell = w.text;
	pos_advance(&w.spell, s->from);
	cx_loc_where(&w, &arg->loc);
	arg->loc.end = s->to;
	arg->text = cx_text_range(w.spell.file, s->from, s->to);
}

/* An argument of a call that is spelled in a macro's body. */
static void arg_in_body(struct lower *l, const struct call_place *p,
			unsigned int i, CXCursor c, struct facts_arg *arg)
{
	const struct cx_span *s;
	struct cx_where w;

	cx_loc_cursor(l->cx, c, &arg->loc);
	cx_where(l->cx, clang_getRangeStart(clang_getCursorExtent(c)), &w);
	if (w.macro != FACTS_MACRO_BODY) {
		arg->text = cx_text_range(w.text.file, arg->loc.offset,
					  arg->loc.end);
		return;
	}
	if (!p->found)
		return;
	s = &g_array_index(p->spans, struct cx_span, i);
	arg->text = cx_text_range(p->name.spell.file, s->from, s->to);
	if (w.spell.file == p->name.spell.file && w.spell.offset == s->from)
		arg->loc.end = s->to;
}

static struct facts_expr *stop(struct lower *l, CXCursor c)
{
	lower_end(l, FT_STOP);
	return lower_expr_new(l, FX_OPAQUE, cx_type_of(l->cx, c), 0);
}

/* Builtins that are values, not calls; NULL for the others. */
static struct facts_expr *builtin(struct lower *l, CXCursor c, const char *name,
				  GArray *kids)
{
	if (!g_str_has_prefix(name, "__builtin_"))
		return NULL;
	if (!strcmp(name, "__builtin_constant_p"))
		return lower_int(l, 0, "int");
	if (kids->len > 1 &&
	    (!strcmp(name, "__builtin_expect") ||
	     !strcmp(name, "__builtin_expect_with_probability") ||
	     !strcmp(name, "__builtin_assume_aligned")))
		return lower_value(l, g_array_index(kids, CXCursor, 1));
	if (!strcmp(name, "__builtin_object_size") ||
	    !strcmp(name, "__builtin_dynamic_object_size"))
		return lower_expr_new(l, FX_OPAQUE, cx_type_of(l->cx, c), 0);
	if (is_stop(name))
		return stop(l, c);
	return NULL;
}

/* What a call through a pointer goes through. */
static struct facts_expr *callee_value(struct lower *l, CXCursor callee)
{
	return lower_value(l, callee);
}

static void emit_call(struct lower *l, CXCursor c, CXCursor callee,
		      struct facts_expr *callee_expr, struct facts_arg *args,
		      unsigned int n_args, struct facts_expr *result, bool want)
{
	CXCursor decl = callee_decl(callee);
	struct facts_insn *insn;
	struct call_place p = { 0 };
	struct facts_loc loc;
	unsigned int i;

	place_find(l, callee, n_args, &p);
	for (i = 0; i < n_args; i++) {
		CXCursor k = cx_child(c, i + 1);

		if (p.found && p.in_text)
			arg_in_text(&p, i, &args[i]);
		else
			arg_in_body(l, &p, i, k, &args[i]);
		args[i].expr->text = args[i].text;
	}
	cx_loc_cursor(l->cx, c, &loc);
	if (p.found && p.in_text && loc.macro != FACTS_MACRO_BODY)
		loc.end = p.end;
	insn = lower_emit(l, FI_CALL, &loc);
	insn->is_stmt = !want && clang_equalCursors(c, l->whole);
	insn->lhs = result;
	insn->args = args;
	insn->n_args = n_args;
	cx_loc_token(l->cx, clang_getCursorLocation(callee), &insn->name_loc);
	if (clang_Cursor_isNull(decl)) {
		insn->callee_expr = callee_expr;
	} else {
		insn->callee = plain_name(cx_name(decl));
		cx_want(l->cx, insn->callee, decl);
		l->cur->keep |=
			g_hash_table_contains(l->cx->names, insn->callee);
		insn->callee_static = clang_getCursorLinkage(decl) ==
				      CXLinkage_Internal;
	}
	g_array_unref(p.spans);
}

/**
 * lower_call() - emit a call
 * @l: state
 * @c: CallExpr
 * @want: its value is used
 *
 * Return: the temporary that holds its value; never NULL
 */
struct facts_expr *lower_call(struct lower *l, CXCursor c, bool want)
{
	GArray *kids = cx_expr_children(c);
	struct facts_expr *result = NULL, *through = NULL;
	CXCursor callee, decl;
	struct facts_arg *args;
	struct facts_loc loc;
	unsigned int i, n;
	const char *type;

	if (!kids->len) {
		g_array_unref(kids);
		return lower_expr_new(l, FX_OPAQUE, NULL, 0);
	}
	callee = callee_cursor(c);
	decl = callee_decl(callee);
	if (clang_Cursor_isNull(decl))
		through = callee_value(l, callee);
	else
		result = builtin(l, c, cx_name(decl), kids);
	if (result) {
		g_array_unref(kids);
		return result;
	}
	n = kids->len - 1;
	args = facts_new(l->unit, struct facts_arg, MAX(n, 1));
	for (i = 0; i < n; i++)
		args[i].expr =
			lower_value(l, g_array_index(kids, CXCursor, i + 1));
	g_array_unref(kids);
	type = cx_type_of(l->cx, c);
	if (want && clang_getCanonicalType(clang_getCursorType(c)).kind !=
			    CXType_Void) {
		cx_loc_cursor(l->cx, c, &loc);
		result = lower_temp(l, type, &loc);
	}
	emit_call(l, c, callee, through, args, n, result, want);
	if (!clang_Cursor_isNull(decl) && is_noreturn(decl))
		lower_end(l, FT_STOP);
	return result ? result : lower_expr_new(l, FX_OPAQUE, type, 0);
}
