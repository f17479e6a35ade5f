// SPDX-License-Identifier: GPL-2.0-only
/*
 * scan.c - references, slots, diagnostics
 */
#include <string.h>
#include "front/lower.h"
#include "front/scan.h"

/* @function: whose definition is looked at, or NULL */
struct ref_ctx {
	struct cx *cx;
	const char *function;
};

static bool is_watched(struct cx *cx, const char *name)
{
	return *name && g_hash_table_contains(cx->names, name);
}

static void add_ref(struct ref_ctx *ctx, enum facts_ref_kind kind,
		    const char *name, CXSourceLocation at)
{
	struct facts_ref *ref = facts_new(ctx->cx->unit, struct facts_ref, 1);
	GPtrArray *refs = ctx->cx->unit->refs;
	struct facts_ref *last = refs->len ? refs->pdata[refs->len - 1] : NULL;

	ref->kind = kind;
	ref->name = name;
	ref->function = ctx->function;
	cx_loc_token(ctx->cx, at, &ref->loc);
	/* EXPORT_SYMBOL() names the function more than once */
	if (last && last->kind == kind && last->name == name &&
	    last->loc.file == ref->loc.file &&
	    last->loc.offset == ref->loc.offset)
		return;
	g_ptr_array_add(refs, ref);
}

/* Is a reference what a call calls, or only mentioned in it? */
static bool is_callee(CXCursor ref, CXCursor call)
{
	CXCursor c = cx_unwrap(cx_child(call, 0));

	while (clang_getCursorUnaryOperatorKind(c) == CXUnaryOperator_Deref)
		c = cx_unwrap(cx_child(c, 0));
	return clang_equalCursors(c, ref);
}

struct ref_visit {
	struct ref_ctx *ctx;
	CXCursor call;
};

static enum CXChildVisitResult visit_ref(CXCursor c, CXCursor parent,
					 CXClientData data)
{
	struct ref_visit *v = data;
	enum CXCursorKind kind = clang_getCursorKind(c);
	const char *name;

	if (kind == CXCursor_CallExpr) {
		struct ref_visit sub = { v->ctx, c };

		clang_visitChildren(c, visit_ref, &sub);
		return CXChildVisit_Continue;
	}
	if (kind == CXCursor_VarDecl && v->ctx->function &&
	    clang_Cursor_getStorageClass(c) == CX_SC_Static) {
		scan_slots(v->ctx->cx, c);
	} else if (kind == CXCursor_DeclRefExpr ||
		   kind == CXCursor_FunctionDecl) {
		name = cx_name(c);
		if (!is_watched(v->ctx->cx, name))
			return CXChildVisit_Recurse;
		if (kind == CXCursor_FunctionDecl)
			add_ref(v->ctx, FR_DECL, name,
				clang_getCursorLocation(c));
		else if (clang_getCursorKind(clang_getCursorReferenced(c)) ==
			 CXCursor_FunctionDecl)
			add_ref(v->ctx,
				!clang_Cursor_isNull(v->call) &&
						is_callee(c, v->call) ?
					FR_CALL :
					FR_ADDRESS,
				name, clang_getCursorLocation(c));
	}
	return CXChildVisit_Recurse;
}

void scan_refs(struct cx *cx, CXCursor top)
{
	struct ref_ctx ctx = { .cx = cx };
	struct ref_visit v = { &ctx, clang_getNullCursor() };

	if (clang_getCursorKind(top) == CXCursor_FunctionDecl) {
		const char *name = cx_name(top);
		bool defn = clang_isCursorDefinition(top);

		if (is_watched(cx, name))
			add_ref(&ctx, defn ? FR_DEFN : FR_DECL, name,
				clang_getCursorLocation(top));
		if (defn)
			ctx.function = name;
	}
	clang_visitChildren(top, visit_ref, &v);
}

struct slot_ctx {
	struct cx *cx;
	const char *object;
	const struct init_leaf *leaf;
};

static enum CXChildVisitResult visit_slot(CXCursor c, CXCursor parent,
					  CXClientData data)
{
	struct slot_ctx *ctx = data;
	struct facts_slot *slot;
	CXCursor decl;

	if (clang_getCursorKind(c) != CXCursor_DeclRefExpr)
		return CXChildVisit_Recurse;
	decl = clang_getCursorReferenced(c);
	if (clang_getCursorKind(decl) != CXCursor_FunctionDecl)
		return CXChildVisit_Continue;
	slot = facts_new(ctx->cx->unit, struct facts_slot, 1);
	slot->record = ctx->leaf->record ? ctx->leaf->record : "";
	slot->field = ctx->leaf->field ? ctx->leaf->field : "";
	slot->object = ctx->object;
	slot->function = cx_name(decl);
	cx_want(ctx->cx, slot->function, decl);
	slot->func_static = clang_getCursorLinkage(decl) == CXLinkage_Internal;
	cx_loc_token(ctx->cx, clang_getCursorLocation(c), &slot->loc);
	g_ptr_array_add(ctx->cx->unit->slots, slot);
	return CXChildVisit_Continue;
}

static void slot_leaf(const struct init_leaf *leaf, void *user)
{
	struct slot_ctx *ctx = user;

	ctx->leaf = leaf;
	if (visit_slot(leaf->value, leaf->value, ctx) == CXChildVisit_Recurse)
		clang_visitChildren(leaf->value, visit_slot, ctx);
}

void scan_slots(struct cx *cx, CXCursor var)
{
	CXCursor init = clang_Cursor_getVarDeclInitializer(var);
	struct slot_ctx ctx = { .cx = cx, .object = cx_name(var) };

	if (!clang_Cursor_isNull(init) && cx_is_expr(clang_getCursorKind(init)))
		init_walk(cx, clang_getCursorType(var), init, NULL, slot_leaf,
			  &ctx);
}

static struct facts_func *func_at(struct cx *cx, const struct cx_pos *pos)
{
	unsigned int i;

	for (i = 0; pos->file && i < cx->unit->funcs->len; i++) {
		struct facts_func *f = cx->unit->funcs->pdata[i];

		if (f->file == pos->file->path && pos->line >= f->first_line &&
		    pos->line <= f->last_line)
			return f;
	}
	return NULL;
}

/* Is a call at a position whose value nobody looks at? */
static bool is_plain_call(const struct facts_func *f, const struct cx_pos *pos)
{
	for (unsigned int b = 0; b < f->n_blocks; b++)
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];

			if (in->kind == FI_CALL && in->is_stmt &&
			    in->name_loc.macro == FACTS_MACRO_NONE &&
			    in->name_loc.line == pos->line &&
			    in->name_loc.column == pos->column)
				return true;
		}
	return false;
}

/* A call of a function that no header declares is all there in the syntax
 * tree: the function around it can be looked at as any other.  A value that is
 * taken for an int may be a page, though.
 */
static bool is_harmless(CXDiagnostic d, const struct facts_func *f,
			const struct cx_pos *pos)
{
	CXString option = clang_getDiagnosticOption(d, NULL);
	bool ok = !g_strcmp0(clang_getCString(option),
			     "-Wimplicit-function-declaration");

	clang_disposeString(option);
	return ok && is_plain_call(f, pos);
}

void scan_diags(struct cx *cx)
{
	unsigned int i, n = clang_getNumDiagnostics(cx->tu);

	for (i = 0; i < n; i++) {
		CXDiagnostic d = clang_getDiagnostic(cx->tu, i);
		enum CXDiagnosticSeverity severity =
			clang_getDiagnosticSeverity(d);
		struct facts_diag *diag;
		struct facts_func *f;
		struct cx_where w;

		if (severity >= CXDiagnostic_Error) {
			diag = facts_new(cx->unit, struct facts_diag, 1);
			cx_where(cx, clang_getDiagnosticLocation(d), &w);
			cx_loc_where(&w, &diag->loc);
			diag->error = true;
			diag->fatal = severity == CXDiagnostic_Fatal;
			diag->text = cx_intern(clang_getDiagnosticSpelling(d));
			f = func_at(cx, &w.exp);
			if (f) {
				f->has_error |= !is_harmless(d, f, &w.exp);
				diag->function = f->name;
			}
			g_ptr_array_add(cx->unit->diags, diag);
			cx->unit->n_errors++;
		}
		clang_disposeDiagnostic(d);
	}
}
