// SPDX-License-Identifier: GPL-2.0-only
/*
 * cx.c - strings, files, cursors and constants of a translation unit
 */
#include <string.h>
#include "front/cx.h"
#include "front/pch.h"

/**
 * cx_intern_len() - intern text that may not be valid UTF-8
 */
const char *cx_intern_len(const char *text, size_t len)
{
	char *valid = g_utf8_make_valid(text, len);
	const char *ret = g_intern_string(valid);

	g_free(valid);
	return ret;
}

/**
 * cx_intern() - intern a libclang string and dispose of it
 */
const char *cx_intern(CXString s)
{
	const char *text = clang_getCString(s);
	const char *ret = text ? cx_intern_len(text, strlen(text)) : NULL;

	clang_disposeString(s);
	return ret;
}

/**
 * cx_name() - name of the thing a cursor declares or refers to; "" if none
 */
const char *cx_name(CXCursor c)
{
	const char *name = cx_intern(clang_getCursorSpelling(c));

	return name ? name : g_intern_static_string("");
}

static char *absolute_path(struct cx *cx, const char *name)
{
	return g_canonicalize_filename(name, cx->cwd);
}

static const char *relative_path(struct cx *cx, const char *path)
{
	size_t n = strlen(cx->root);

	if (g_str_has_prefix(path, cx->root) && path[n] == '/')
		path += n + 1;
	return cx_intern_len(path, strlen(path));
}

/**
 * cx_read() - have the text of a file
 * @cx: translation unit
 * @f: file, or NULL
 *
 * Only few of the files are asked for their text, and libclang looks through
 * all macro calls and files to find one, precompiled ones after all others.
 */
void cx_read(struct cx *cx, struct cx_file *f)
{
	gsize len = 0;

	if (!f || f->is_read)
		return;
	f->is_read = true;
	if (f->pch < 0)
		f->text = clang_getFileContents(cx->tu, f->handle, &len);
	else
		f->text = g_bytes_get_data(pch_header(cx->pch, f->pch), &len);
	f->len = f->text ? len : 0;
}

/*
 * Functions of headers beside the main file matter to it, or of any header of a
 * module; those of the kernel's include directories do not.
 */
static bool is_near(const struct cx *cx, const char *path)
{
	if (cx->is_module)
		return !g_path_is_absolute(path);
	return cx->near && g_str_has_prefix(path, cx->near);
}

/**
 * cx_file() - what is known about a file; NULL for no file
 */
struct cx_file *cx_file(struct cx *cx, CXFile file)
{
	g_autofree char *path = NULL;
	struct cx_file *f;
	CXString name;

	if (!file)
		return NULL;
	f = g_hash_table_lookup(cx->files, file);
	if (f)
		return f;
	f = g_new0(struct cx_file, 1);
	f->handle = file;
	g_hash_table_insert(cx->files, file, f);
	name = clang_getFileName(file);
	path = absolute_path(cx, clang_getCString(name));
	clang_disposeString(name);
	f->path = relative_path(cx, path);
	f->pch = cx->pch ? pch_index(cx->pch, path) : -1;
	f->is_main = f->path == cx->main;
	f->is_watch = g_hash_table_contains(cx->watch, f->path);
	f->is_near = is_near(cx, f->path);
	return f;
}

/**
 * cx_file_free() - GDestroyNotify for struct cx_file
 */
void cx_file_free(void *file)
{
	struct cx_file *f = file;

	if (f->skips)
		clang_disposeSourceRangeList(f->skips);
	g_free(f);
}

/**
 * cx_cursor_file() - file a cursor stands in, macros expanded
 */
struct cx_file *cx_cursor_file(struct cx *cx, CXCursor c)
{
	CXFile file;

	clang_getExpansionLocation(clang_getCursorLocation(c), &file, NULL,
				   NULL, NULL);
	return cx_file(cx, file);
}

static enum CXChildVisitResult add_child(CXCursor c, CXCursor parent,
					 CXClientData data)
{
	GArray *kids = data;

	g_array_append_val(kids, c);
	return CXChildVisit_Continue;
}

/**
 * cx_children() - direct children of a cursor
 *
 * Return: (transfer full) (element-type CXCursor): g_array_unref()
 */
GArray *cx_children(CXCursor c)
{
	GArray *kids = g_array_new(FALSE, FALSE, sizeof(CXCursor));

	clang_visitChildren(c, add_child, kids);
	return kids;
}

/**
 * cx_is_expr() - can a child of this kind be an operand
 */
bool cx_is_expr(enum CXCursorKind kind)
{
	return clang_isExpression(kind) && kind != CXCursor_MemberRef;
}

/**
 * cx_expr_children() - direct children that are expressions
 *
 * Return: (transfer full) (element-type CXCursor): g_array_unref()
 */
GArray *cx_expr_children(CXCursor c)
{
	GArray *kids = cx_children(c);
	unsigned int i, n = 0;

	for (i = 0; i < kids->len; i++) {
		CXCursor k = g_array_index(kids, CXCursor, i);

		if (cx_is_expr(clang_getCursorKind(k)))
			g_array_index(kids, CXCursor, n++) = k;
	}
	g_array_set_size(kids, n);
	return kids;
}

/**
 * cx_child() - expression child number i, or the null cursor
 */
CXCursor cx_child(CXCursor c, unsigned int i)
{
	GArray *kids = cx_expr_children(c);
	CXCursor ret = clang_getNullCursor();

	if (i < kids->len)
		ret = g_array_index(kids, CXCursor, i);
	g_array_unref(kids);
	return ret;
}

/**
 * cx_same_start() - do two cursors begin at the same token
 */
bool cx_same_start(CXCursor a, CXCursor b)
{
	return clang_equalLocations(
		clang_getRangeStart(clang_getCursorExtent(a)),
		clang_getRangeStart(clang_getCursorExtent(b)));
}

/**
 * cx_starts_with() - is the first token of a cursor a certain one
 */
bool cx_starts_with(CXCursor c, const char *token)
{
	CXTranslationUnit tu = clang_Cursor_getTranslationUnit(c);
	CXToken *t = clang_getToken(
		tu, clang_getRangeStart(clang_getCursorExtent(c)));
	CXString text;
	bool ret;

	if (!t)
		return false;
	text = clang_getTokenSpelling(tu, *t);
	ret = !g_strcmp0(clang_getCString(text), token);
	clang_disposeString(text);
	clang_disposeTokens(tu, t, 1);
	return ret;
}

/* An implicit cast stands where its operand does, which is quickly seen. */
static bool same_place(CXCursor a, CXCursor b)
{
	return clang_equalLocations(clang_getCursorLocation(a),
				    clang_getCursorLocation(b)) ||
	       cx_same_start(a, b);
}

/*
 * The operand of an implicit cast or a constant begins where it begins; an
 * expression inside of a typeof() in offsetof() and the like does not.
 */
static bool wrapped(CXCursor c, CXCursor *inner)
{
	GArray *kids = cx_children(c);
	bool ret = kids->len == 1;

	if (ret) {
		CXCursor k = g_array_index(kids, CXCursor, 0);

		ret = cx_is_expr(clang_getCursorKind(k)) &&
		      (clang_getCursorKind(c) == CXCursor_ParenExpr ||
		       same_place(c, k));
		*inner = k;
	}
	g_array_unref(kids);
	return ret;
}

/**
 * cx_unwrap() - look through parentheses and implicit nodes with one operand
 */
CXCursor cx_unwrap(CXCursor c)
{
	for (;;) {
		enum CXCursorKind kind = clang_getCursorKind(c);
		CXCursor inner;

		if (kind != CXCursor_UnexposedExpr &&
		    kind != CXCursor_ParenExpr)
			return c;
		if (!wrapped(c, &inner))
			return c;
		c = inner;
	}
}

/**
 * cx_cursor_hash() - GHashFunc for CXCursor keys
 */
unsigned int cx_cursor_hash(gconstpointer key)
{
	return clang_hashCursor(*(const CXCursor *)key);
}

/**
 * cx_cursor_equal() - GEqualFunc for CXCursor keys
 */
gboolean cx_cursor_equal(gconstpointer a, gconstpointer b)
{
	return clang_equalCursors(*(const CXCursor *)a, *(const CXCursor *)b);
}

static bool is_integer(CXType type)
{
	enum CXTypeKind kind = clang_getCanonicalType(type).kind;

	return (kind >= CXType_Bool && kind <= CXType_Int128) ||
	       kind == CXType_Enum;
}

static bool may_fold(CXCursor c, unsigned int depth);

static bool kids_may_fold(CXCursor c, unsigned int depth)
{
	GArray *kids = cx_expr_children(c);
	bool ok = true;
	unsigned int i;

	for (i = 0; ok && i < kids->len; i++)
		ok = may_fold(g_array_index(kids, CXCursor, i), depth + 1);
	g_array_unref(kids);
	return ok;
}

/* offsetof() and __builtin_types_compatible_p() do not evaluate operands. */
static bool unexposed_may_fold(CXCursor c, unsigned int depth)
{
	CXCursor inner;

	if (wrapped(c, &inner))
		return may_fold(inner, depth + 1);
	return cx_starts_with(c, "__builtin_offsetof") ||
	       cx_starts_with(c, "__builtin_types_compatible_p");
}

/*
 * Only what is a constant in the source is folded: clang's evaluator would
 * also see through const variables, and crashes on initialiser lists.
 */
static bool may_fold(CXCursor c, unsigned int depth)
{
	if (depth > 100)
		return false;
	switch (clang_getCursorKind(c)) {
	case CXCursor_IntegerLiteral:
	case CXCursor_CharacterLiteral:
	case CXCursor_UnaryExpr: /* sizeof, _Alignof: operands unevaluated */
		return true;
	case CXCursor_DeclRefExpr:
		return clang_getCursorKind(clang_getCursorReferenced(c)) ==
		       CXCursor_EnumConstantDecl;
	case CXCursor_CStyleCastExpr:
		return is_integer(clang_getCursorType(c)) &&
		       kids_may_fold(c, depth);
	case CXCursor_UnaryOperator:
		switch (clang_getCursorUnaryOperatorKind(c)) {
		case CXUnaryOperator_Plus:
		case CXUnaryOperator_Minus:
		case CXUnaryOperator_Not:
		case CXUnaryOperator_LNot:
		case CXUnaryOperator_Extension:
			return kids_may_fold(c, depth);
		default:
			return false;
		}
	case CXCursor_UnexposedExpr:
		return unexposed_may_fold(c, depth);
	case CXCursor_ParenExpr:
	case CXCursor_BinaryOperator:
	case CXCursor_ConditionalOperator:
		return kids_may_fold(c, depth);
	default:
		return false;
	}
}

/**
 * cx_eval() - fold an integer constant expression
 * @c: any expression
 * @value: result
 *
 * Return: false when it is not one
 */
bool cx_eval(CXCursor c, int64_t *value)
{
	CXEvalResult res;
	bool ok = false;

	if (!is_integer(clang_getCursorType(c)) || !may_fold(c, 0))
		return false;
	res = clang_Cursor_Evaluate(c);
	if (!res)
		return false;
	if (clang_EvalResult_getKind(res) == CXEval_Int) {
		ok = true;
		if (clang_EvalResult_isUnsignedInt(res))
			*value = (int64_t)clang_EvalResult_getAsUnsigned(res);
		else
			*value = clang_EvalResult_getAsLongLong(res);
	}
	clang_EvalResult_dispose(res);
	return ok;
}

static enum CXChildVisitResult note_linkage(CXCursor c, CXCursor parent,
					    CXClientData data)
{
	GHashTable *linkage = data;
	int how;

	if (clang_getCursorKind(c) != CXCursor_FunctionDecl)
		return CXChildVisit_Continue;
	how = clang_getCursorLinkage(c) == CXLinkage_Internal ? 2 : 1;
	g_hash_table_insert(linkage, (char *)cx_name(c), GINT_TO_POINTER(how));
	return CXChildVisit_Continue;
}

/**
 * cx_func_static() - has the function of that name internal linkage
 * @name: interned
 */
bool cx_func_static(struct cx *cx, const char *name)
{
	if (!cx->linkage) {
		cx->linkage = g_hash_table_new(NULL, NULL);
		clang_visitChildren(clang_getTranslationUnitCursor(cx->tu),
				    note_linkage, cx->linkage);
	}
	if (cx->pch && !g_hash_table_contains(cx->linkage, name))
		return g_hash_table_contains(cx->pch->statics, name);
	return GPOINTER_TO_INT(g_hash_table_lookup(cx->linkage, name)) == 2;
}

/* Precompiled declarations are not visited: they are got by what refers to
 * them.
 */
static void want_precompiled(struct cx *cx, const char *name, CXCursor decl)
{
	int how = GPOINTER_TO_INT(g_hash_table_lookup(cx->pch->statics, name));
	CXCursor *def;

	if (!how || (how != 2 && !g_hash_table_contains(cx->cleanups, name)) ||
	    g_hash_table_contains(cx->pending, name))
		return;
	if (clang_Cursor_isNull(decl)) {
		cx->spoiled = true;
		return;
	}
	def = g_new(CXCursor, 1);
	*def = clang_getCursorDefinition(decl);
	if (clang_Cursor_isNull(*def) ||
	    clang_getCursorLinkage(*def) != CXLinkage_Internal ||
	    cx_cursor_file(cx, *def)->is_main)
		g_free(def);
	else
		g_hash_table_replace(cx->pending, (char *)name, def);
}

/**
 * cx_want() - something that is lowered names a function
 * @name: interned
 * @decl: its declaration, or a null cursor
 */
void cx_want(struct cx *cx, const char *name, CXCursor decl)
{
	if (!g_hash_table_add(cx->seen, (char *)name))
		return;
	g_ptr_array_add(cx->wanted, (char *)name);
	if (cx->pch)
		want_precompiled(cx, name, decl);
}
