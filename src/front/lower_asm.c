// SPDX-License-Identifier: GPL-2.0-only
/*
 * lower_asm.c - inline assembly: its operands, and pointers that it moves
 *
 * What the instructions do is not known.  xchg() and cmpxchg() are macros around
 * them in some architectures, and hand pointers on: what is in memory comes out
 * in a register, and what was in a register may be in memory then.
 */
#include <string.h>
#include "front/lower.h"

#define OPERANDS_MAX 16

/**
 * enum operand_kind - what an operand may have to do with pointers
 * @OPERAND_OTHER: a value of another size
 * @OPERAND_POINTER: it may hold one
 * @OPERAND_NONE: a register by its name, which is there for the compiler: the
 *	stack pointer of an asm that calls a function
 */
enum operand_kind {
	OPERAND_OTHER,
	OPERAND_POINTER,
	OPERAND_NONE,
};

/**
 * struct operand - an operand that holds a pointer
 * @place: what it is
 * @value: temporary with its value before
 * @output: it is written
 * @memory: it is not a local variable
 */
struct operand {
	struct facts_expr *place;
	struct facts_expr *value;
	bool output;
	bool memory;
};

/* Is the text at an offset this token? */
static bool is_token(const struct cx_file *file, size_t at, char c)
{
	return at < file->len && file->text[at] == c;
}

/* The token after one; a parenthesis with all that is in it is one. */
static size_t skip(const struct cx_file *file, size_t at)
{
	int level = 0;

	do {
		at = cx_text_skip_space(file, at);
		if (at >= file->len)
			return at;
		level += file->text[at] == '(';
		level -= file->text[at] == ')';
		at = cx_text_skip_token(file, at);
	} while (level > 0);
	return cx_text_skip_space(file, at);
}

/* Where "asm" stands in its file, which is NULL when that is not known. */
static size_t asm_start(struct lower *l, CXCursor c,
			const struct cx_file **file)
{
	struct cx_where w;

	cx_where(l->cx, clang_getRangeStart(clang_getCursorExtent(c)), &w);
	*file = w.spell.file;
	return w.spell.file ? w.spell.offset : 0;
}

bool lower_asm_is_goto(struct lower *l, CXCursor c)
{
	const struct cx_file *file;
	size_t at = asm_start(l, c, &file), end;

	if (!file)
		return false;
	for (;; at = end) {
		at = cx_text_skip_space(file, at);
		if (at >= file->len || file->text[at] == '(')
			return false;
		end = cx_text_skip_token(file, at);
		if (end - at == 4 && !memcmp(file->text + at, "goto", 4))
			return true;
	}
}

/* How many of the operands, which come first, are outputs: from the text. */
static unsigned int count_outputs(struct lower *l, CXCursor c)
{
	const struct cx_file *file;
	size_t at = asm_start(l, c, &file);
	unsigned int n = 0;

	if (!file)
		return 0;
	while (at < file->len && file->text[at] != '(')
		at = cx_text_skip_space(file, cx_text_skip_token(file, at));
	if (at >= file->len)
		return 0;
	at = cx_text_skip_space(file, at + 1);
	while (at < file->len && !is_token(file, at, ':') &&
	       !is_token(file, at, ')'))
		at = skip(file, at);
	if (!is_token(file, at, ':'))
		return 0;
	for (at = cx_text_skip_space(file, at + 1);
	     at < file->len && !is_token(file, at, ':') &&
	     !is_token(file, at, ')');
	     at = skip(file, at)) {
		if (!n)
			n = 1;
		n += is_token(file, at, ',');
	}
	return n;
}

static bool is_place(const struct facts_expr *e)
{
	return e->kind == FX_VAR || e->kind == FX_GLOBAL ||
	       e->kind == FX_FIELD || e->kind == FX_INDEX ||
	       e->kind == FX_DEREF;
}

/* One of several values, whichever. */
static struct facts_expr *one_of(struct lower *l, struct facts_expr *a,
				 struct facts_expr *b)
{
	struct facts_expr *e;

	if (!a)
		return b;
	e = lower_expr_new(l, FX_COND, a->type, 3);
	e->kids[0] = lower_expr_new(l, FX_OPAQUE, NULL, 0);
	e->kids[1] = a;
	e->kids[2] = b;
	return e;
}

/* A register gets what was in memory; memory what was in a register. */
static void write_output(struct lower *l, const struct operand *ops,
			 unsigned int n, unsigned int to,
			 const struct facts_loc *loc)
{
	struct facts_expr *value = NULL;
	bool memory = false;

	for (unsigned int i = 0; i < n; i++)
		memory |= i != to && ops[i].memory;
	for (unsigned int i = 0; i < n; i++) {
		bool from = ops[to].memory ? i != to && !ops[i].memory :
			    memory	   ? i != to && ops[i].memory :
					     i != to && !ops[i].output;

		if (from)
			value = one_of(l, value, ops[i].value);
	}
	if (!value)
		return;
	/* and memory may keep what it had: cmpxchg() */
	if (ops[to].memory)
		value = one_of(l, value, ops[to].value);
	lower_assign(l, ops[to].place, value, loc, false);
}

static void move_pointers(struct lower *l, const struct facts_expr *list,
			  unsigned int outputs, const enum operand_kind *kinds,
			  const struct facts_loc *loc)
{
	struct operand ops[OPERANDS_MAX];
	unsigned int n = 0;
	bool any = false;

	for (unsigned int i = 0; i < list->n_kids && n < OPERANDS_MAX; i++) {
		struct facts_expr *e = list->kids[i];

		/* xchg() of another size, which is not taken */
		if (kinds[i] == OPERAND_OTHER && i < outputs && is_place(e) &&
		    e->kind != FX_VAR)
			return;
		if (kinds[i] != OPERAND_POINTER)
			continue;
		ops[n].place = e;
		ops[n].output = i < outputs && is_place(e);
		ops[n].memory = is_place(e) && e->kind != FX_VAR;
		any |= ops[n++].output;
	}
	if (!any || n < 2)
		return;
	for (unsigned int i = 0; i < n; i++) {
		ops[i].value = lower_temp(l, ops[i].place->type, loc);
		lower_assign(l, ops[i].value, ops[i].place, loc, false);
	}
	for (unsigned int i = 0; i < n; i++)
		if (ops[i].output)
			write_output(l, ops, n, i, loc);
}

/* A pointer may be taken for an integer of its size, beside one that is not. */
static bool is_word(CXType type)
{
	type = clang_getCanonicalType(type);
	return type.kind == CXType_ULong || type.kind == CXType_ULongLong;
}

static bool is_register(CXCursor operand)
{
	CXCursor decl = clang_getCursorReferenced(operand);

	return clang_getCursorKind(decl) == CXCursor_VarDecl &&
	       clang_Cursor_getStorageClass(decl) == CX_SC_Register &&
	       clang_getCursorKind(clang_getCursorSemanticParent(decl)) ==
		       CXCursor_TranslationUnit;
}

static enum operand_kind kind_of(CXCursor operand, const struct facts_expr *e)
{
	CXType type = clang_getCursorType(operand);

	if (is_register(operand))
		return OPERAND_NONE;
	return e->type && (cx_is_pointer(type) || is_word(type)) ?
		       OPERAND_POINTER :
		       OPERAND_OTHER;
}

void lower_asm_operands(struct lower *l, CXCursor c)
{
	GArray *kids = cx_expr_children(c);
	g_autofree enum operand_kind *kinds =
		g_new0(enum operand_kind, kids->len + 1);
	struct facts_expr *ops = lower_expr_new(l, FX_OPAQUE, NULL, kids->len);
	struct facts_insn *insn;
	struct facts_loc loc;
	bool any = false;

	for (unsigned int i = 0; i < kids->len; i++) {
		CXCursor kid = g_array_index(kids, CXCursor, i);

		ops->kids[i] = lower_value(l, kid);
		any |= cx_is_pointer(clang_getCursorType(kid));
		kinds[i] = kind_of(kid, ops->kids[i]);
	}
	g_array_unref(kids);
	cx_loc_cursor(l->cx, c, &loc);
	insn = lower_emit(l, FI_ASM, &loc);
	insn->rhs = ops;
	if (any)
		move_pointers(l, ops, count_outputs(l, c), kinds, &loc);
}
