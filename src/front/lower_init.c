// SPDX-License-Identifier: GPL-2.0-only
/*
 * lower_init.c - initialiser lists, with designators and without
 *
 * libclang shows the list as written; which member a value without designator
 * belongs to has to be counted here.
 */
#include <string.h>
#include "front/lower.h"

struct walk {
	struct cx *cx;
	init_leaf_fn fn;
	void *user;
	unsigned int depth;
};

/* What is initialised at a point of the walk. */
struct target {
	CXType type;
	struct facts_expr *path;
	const char *record;
	const char *field;
};

static CXType canon(CXType type)
{
	return clang_getCanonicalType(type);
}

static bool is_array(CXType type)
{
	enum CXTypeKind kind = canon(type).kind;

	return kind == CXType_ConstantArray || kind == CXType_IncompleteArray ||
	       kind == CXType_VariableArray;
}

static bool is_aggregate(CXType type)
{
	return is_array(type) || canon(type).kind == CXType_Record;
}

static enum CXVisitorResult add_field(CXCursor c, CXClientData data)
{
	GArray *fields = data;

	g_array_append_val(fields, c);
	return CXVisit_Continue;
}

static struct target member(struct walk *w, const struct target *of,
			    CXCursor field)
{
	struct target t = *of;

	t.type = clang_getCursorType(field);
	if (cx_field_is_scope(field))
		return t;
	t.record = cx_field_record(w->cx, field, NULL);
	t.field = cx_name(field);
	if (of->path)
		t.path = expr_field(w->cx, of->path, field, false);
	return t;
}

static struct target element(struct walk *w, const struct target *of,
			     int64_t index)
{
	struct target t = *of;

	t.type = clang_getArrayElementType(canon(of->type));
	if (of->path) {
		struct facts_expr *i = expr_new(w->cx->unit, FX_INT, "int", 0);

		i->ival = index;
		t.path = expr_new(w->cx->unit, FX_INDEX, cx_type(w->cx, t.type),
				  2);
		t.path->kids[0] = of->path;
		t.path->kids[1] = i;
	}
	return t;
}

static void walk_braced(struct walk *w, const struct target *t, CXCursor list);

static CXCursor list_of(CXCursor value)
{
	CXCursor c = cx_unwrap(value);
	GArray *kids;

	if (clang_getCursorKind(c) != CXCursor_CompoundLiteralExpr)
		return c;
	kids = cx_expr_children(c);
	if (kids->len)
		c = g_array_index(kids, CXCursor, kids->len - 1);
	g_array_unref(kids);
	return c;
}

static void walk_value(struct walk *w, const struct target *t, CXCursor value)
{
	CXCursor list = list_of(value);
	struct init_leaf leaf = { t->path, t->record, t->field, value };

	if (clang_getCursorKind(list) == CXCursor_InitListExpr) {
		if (is_aggregate(t->type)) {
			walk_braced(w, t, list);
			return;
		}
		list = cx_child(list, 0);
		if (clang_Cursor_isNull(list))
			return;
		leaf.value = list;
	}
	w->fn(&leaf, w->user);
}

static bool is_designated(CXCursor c)
{
	return clang_getCursorKind(c) == CXCursor_UnexposedExpr &&
	       canon(clang_getCursorType(c)).kind == CXType_Void;
}

static unsigned int field_position(GArray *fields, CXCursor field)
{
	unsigned int i;

	for (i = 0; i < fields->len; i++)
		if (clang_equalCursors(g_array_index(fields, CXCursor, i),
				       field))
			return i;
	return 0;
}

/* ".a.b[2] = value"; @pos is set to the position of the first designator. */
static void walk_designated(struct walk *w, const struct target *of,
			    GArray *fields, CXCursor c, int64_t *pos)
{
	GArray *kids = cx_children(c);
	struct target t = *of;
	unsigned int i;

	for (i = 0; i + 1 < kids->len; i++) {
		CXCursor k = g_array_index(kids, CXCursor, i);
		int64_t index = 0;

		if (clang_getCursorKind(k) == CXCursor_MemberRef) {
			CXCursor field = clang_getCursorReferenced(k);

			if (i == 0 && fields)
				*pos = field_position(fields, field);
			t = member(w, &t, field);
		} else if (is_array(t.type)) {
			cx_eval(k, &index);
			if (i == 0)
				*pos = index;
			t = element(w, &t, index);
		} else if (i == 1) { /* second half of "[a ... b]" */
			cx_eval(k, pos);
		}
	}
	if (kids->len)
		walk_value(w, &t, g_array_index(kids, CXCursor, kids->len - 1));
	g_array_unref(kids);
}

/* Is "value" the first scalar of an aggregate whose braces were left out? */
static bool braces_elided(const struct target *t, CXCursor value)
{
	CXCursor c = list_of(value);
	enum CXCursorKind kind = clang_getCursorKind(c);

	if (!is_aggregate(t->type) || kind == CXCursor_InitListExpr ||
	    kind == CXCursor_StringLiteral)
		return false;
	return canon(clang_getCursorType(value)).kind != CXType_Record;
}

/*
 * Values from @i on initialise the members of @t.  With its own braces a list
 * ends where they end, else where the members are used up.
 */
static void walk_seq(struct walk *w, const struct target *t, GArray *kids,
		     unsigned int *i, bool braced)
{
	bool array = is_array(t->type);
	GArray *fields = NULL;
	int64_t pos = 0, n = G_MAXINT64;

	if (++w->depth > 50)
		goto out;
	if (array) {
		if (canon(t->type).kind == CXType_ConstantArray)
			n = clang_getArraySize(canon(t->type));
	} else {
		fields = g_array_new(FALSE, FALSE, sizeof(CXCursor));
		clang_Type_visitFields(canon(t->type), add_field, fields);
		n = fields->len;
		if (clang_getCursorKind(cx_record_decl(t->type)) ==
			    CXCursor_UnionDecl &&
		    !braced)
			n = MIN(n, 1);
	}
	while (*i < kids->len) {
		CXCursor k = g_array_index(kids, CXCursor, *i);
		struct target sub;

		if (is_designated(k)) {
			if (!braced)
				break;
			walk_designated(w, t, fields, k, &pos);
			pos++;
			(*i)++;
			continue;
		}
		if (pos >= n)
			break;
		sub = array ? element(w, t, pos) :
			      member(w, t,
				     g_array_index(fields, CXCursor, pos));
		pos++;
		if (braces_elided(&sub, k)) {
			walk_seq(w, &sub, kids, i, false);
		} else {
			walk_value(w, &sub, k);
			(*i)++;
		}
	}
	if (fields)
		g_array_unref(fields);
out:
	w->depth--;
}

static void walk_braced(struct walk *w, const struct target *t, CXCursor list)
{
	GArray *kids = cx_expr_children(list);
	unsigned int i = 0;

	walk_seq(w, t, kids, &i, true);
	g_array_unref(kids);
}

/**
 * init_walk() - visit every value of an initialiser list
 * @cx: unit
 * @type: of what is initialised
 * @list: the initialiser, a list or not
 * @base: expression of what is initialised, or NULL when no paths are wanted
 * @fn: called for each value
 * @user: for @fn
 */
void init_walk(struct cx *cx, CXType type, CXCursor list,
	       struct facts_expr *base, init_leaf_fn fn, void *user)
{
	struct walk w = { .cx = cx, .fn = fn, .user = user };
	struct target t = { .type = type, .path = base };

	walk_value(&w, &t, list);
}

struct assign_ctx {
	struct lower *l;
	bool is_decl;
	unsigned int n;
};

/* A long table of constants says nothing: keep its first entries. */
#define MAX_ASSIGNS 256

static void assign_leaf(const struct init_leaf *leaf, void *user)
{
	struct assign_ctx *ctx = user;
	struct facts_expr *value;
	struct facts_loc loc;

	if (!leaf->path || ctx->n >= MAX_ASSIGNS)
		return;
	value = lower_value(ctx->l, leaf->value);
	cx_loc_cursor(ctx->l->cx, leaf->value, &loc);
	lower_assign(ctx->l, leaf->path, value, &loc, ctx->is_decl);
	ctx->n++;
}

/* "{}" and "{ 0 }" clear all of it. */
static bool is_zero_list(CXCursor list)
{
	GArray *kids = cx_expr_children(list);
	bool zero = kids->len == 0;
	int64_t value = 1;

	if (kids->len == 1) {
		CXCursor k = g_array_index(kids, CXCursor, 0);
		CXCursor c = cx_unwrap(k);

		if (clang_getCursorKind(c) == CXCursor_InitListExpr)
			zero = is_zero_list(c);
		else if (clang_getCursorKind(c) == CXCursor_CStyleCastExpr)
			c = cx_child(c, 0);
		if (!is_designated(k))
			zero |= cx_eval(c, &value) && !value;
	}
	g_array_unref(kids);
	return zero;
}

/**
 * lower_init() - initialise or assign, member by member when given a list
 */
void lower_init(struct lower *l, struct facts_expr *lhs, CXType type,
		CXCursor init, const struct facts_loc *loc, bool is_decl)
{
	struct assign_ctx ctx = { .l = l, .is_decl = is_decl };
	CXCursor list = list_of(init);

	if (clang_getCursorKind(list) != CXCursor_InitListExpr) {
		lower_assign(l, lhs, lower_value(l, init), loc, is_decl);
		return;
	}
	if (!is_aggregate(type)) {
		list = cx_child(list, 0);
		lower_assign(l, lhs, lower_value(l, list), loc, is_decl);
		return;
	}
	if (!is_zero_list(list))
		init_walk(l->cx, type, list, lhs, assign_leaf, &ctx);
	if (!ctx.n)
		lower_assign(l, lhs, lower_expr_new(l, FX_INIT, lhs->type, 0),
			     loc, is_decl);
}

struct collect_ctx {
	struct lower *l;
	GPtrArray *kids;
};

static void collect_leaf(const struct init_leaf *leaf, void *user)
{
	struct collect_ctx *ctx = user;
	struct facts_expr *value, *e;

	if (ctx->kids->len >= MAX_ASSIGNS)
		return;
	value = lower_value(ctx->l, leaf->value);
	if (leaf->field) {
		e = lower_expr_new(ctx->l, FX_FIELD_INIT, value->type, 1);
		e->name = leaf->field;
		e->record = leaf->record;
		e->kids[0] = value;
		value = e;
	}
	g_ptr_array_add(ctx->kids, value);
}

/**
 * lower_init_expr() - an initialiser list as a value
 */
struct facts_expr *lower_init_expr(struct lower *l, CXType type, CXCursor list)
{
	struct collect_ctx ctx = { .l = l };
	struct facts_expr *e;

	if (!is_aggregate(type))
		return lower_value(l, cx_child(list, 0));
	ctx.kids = g_ptr_array_new();
	if (!is_zero_list(list))
		init_walk(l->cx, type, list, NULL, collect_leaf, &ctx);
	e = lower_expr_new(l, FX_INIT, cx_type(l->cx, type), ctx.kids->len);
	if (ctx.kids->len)
		memcpy(e->kids, ctx.kids->pdata,
		       sizeof(*e->kids) * ctx.kids->len);
	g_ptr_array_unref(ctx.kids);
	return e;
}
