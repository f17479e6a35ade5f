// SPDX-License-Identifier: GPL-2.0-only
/*
 * type.c - spelling of types, names of records
 */
#include <string.h>
#include "front/cx.h"

static bool is_unnamed(const char *spelling)
{
	return strstr(spelling, "(unnamed") || strstr(spelling, "(anonymous");
}

static const char *tag_keyword(CXCursor decl)
{
	switch (clang_getCursorKind(decl)) {
	case CXCursor_UnionDecl:
		return "union";
	case CXCursor_EnumDecl:
		return "enum";
	default:
		return "struct";
	}
}

/* Spelling of a canonical type that is no pointer, array or function. */
static const char *base_name(struct cx *cx, CXType type)
{
	const char *text, *ret;
	CXCursor decl;
	char *name;

	text = cx_intern(clang_getTypeSpelling(clang_getUnqualifiedType(type)));
	if (!text)
		return "?";
	if (!is_unnamed(text))
		return text;
	decl = clang_getTypeDeclaration(type);
	if (type.kind != CXType_Record)
		return g_intern_static_string("enum");
	name = g_strdup_printf("%s %s", tag_keyword(decl),
			       cx_record_name(cx, decl));
	ret = g_intern_string(name);
	g_free(name);
	return ret;
}

static bool is_array(enum CXTypeKind kind)
{
	return kind == CXType_ConstantArray || kind == CXType_IncompleteArray ||
	       kind == CXType_VariableArray;
}

static bool is_function(enum CXTypeKind kind)
{
	return kind == CXType_FunctionProto || kind == CXType_FunctionNoProto;
}

static void spell(struct cx *cx, CXType type, GString *decl);

/* "*" in a declarator, in parentheses where it would bind wrongly. */
static void spell_pointer(struct cx *cx, CXType to, GString *decl)
{
	to = clang_getCanonicalType(to);
	g_string_prepend_c(decl, '*');
	if (is_array(to.kind) || is_function(to.kind)) {
		g_string_prepend_c(decl, '(');
		g_string_append_c(decl, ')');
	}
	spell(cx, to, decl);
}

static void append_params(struct cx *cx, CXType type, GString *decl)
{
	int i, n = clang_getNumArgTypes(type);

	g_string_append_c(decl, '(');
	for (i = 0; i < n; i++) {
		if (i)
			g_string_append(decl, ", ");
		g_string_append(decl,
				cx_param_type(cx, clang_getArgType(type, i)));
	}
	if (clang_isFunctionTypeVariadic(type))
		g_string_append(decl, n > 0 ? ", ..." : "...");
	else if (n == 0)
		g_string_append(decl, "void");
	g_string_append_c(decl, ')');
}

/* Declarator syntax is inside out: @decl grows around what was there before. */
static void spell(struct cx *cx, CXType type, GString *decl)
{
	type = clang_getCanonicalType(type);
	if (type.kind == CXType_Pointer) {
		spell_pointer(cx, clang_getPointeeType(type), decl);
	} else if (is_array(type.kind)) {
		if (type.kind == CXType_ConstantArray)
			g_string_append_printf(decl, "[%lld]",
					       clang_getArraySize(type));
		else
			g_string_append(decl,
					type.kind == CXType_VariableArray ?
						"[*]" :
						"[]");
		spell(cx, clang_getArrayElementType(type), decl);
	} else if (is_function(type.kind)) {
		append_params(cx, type, decl);
		spell(cx, clang_getResultType(type), decl);
	} else {
		if (decl->len && decl->str[0] != '[')
			g_string_prepend_c(decl, ' ');
		g_string_prepend(decl, base_name(cx, type));
	}
}

/**
 * cx_type() - canonical spelling without qualifiers at any level, interned
 */
const char *cx_type(struct cx *cx, CXType type)
{
	const char *ret;
	GString *decl;
	CXType canon = clang_getCanonicalType(type);

	if (canon.kind == CXType_Invalid || !canon.data[0])
		return NULL;
	/* data[0] is the canonical QualType: unique for a type of the unit */
	ret = g_hash_table_lookup(cx->types, canon.data[0]);
	if (ret)
		return ret;
	decl = g_string_new(NULL);
	spell(cx, canon, decl);
	ret = cx_intern_len(decl->str, decl->len);
	g_string_free(decl, TRUE);
	g_hash_table_insert(cx->types, canon.data[0], (char *)ret);
	return ret;
}

/**
 * cx_param_type() - cx_type() of a parameter: libclang shows arrays as written
 */
const char *cx_param_type(struct cx *cx, CXType type)
{
	CXType canon = clang_getCanonicalType(type);
	const char *ret;
	GString *decl;

	if (!is_array(canon.kind))
		return cx_type(cx, canon);
	decl = g_string_new(NULL);
	spell_pointer(cx, clang_getArrayElementType(canon), decl);
	ret = cx_intern_len(decl->str, decl->len);
	g_string_free(decl, TRUE);
	return ret;
}

/**
 * cx_type_of() - cx_type() of a cursor's type
 */
const char *cx_type_of(struct cx *cx, CXCursor c)
{
	return cx_type(cx, clang_getCursorType(c));
}

/**
 * cx_is_pointer() - a pointer, or an array that decays to one
 */
bool cx_is_pointer(CXType type)
{
	enum CXTypeKind kind = clang_getCanonicalType(type).kind;

	return kind == CXType_Pointer || is_array(kind);
}

/**
 * cx_record_decl() - declaration of a struct or union type, or null cursor
 */
CXCursor cx_record_decl(CXType type)
{
	CXType canon = clang_getCanonicalType(type);

	if (canon.kind != CXType_Record)
		return clang_getNullCursor();
	return clang_getTypeDeclaration(canon);
}

static bool is_record(CXCursor c)
{
	enum CXCursorKind kind = clang_getCursorKind(c);

	return kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl;
}

/* The record a record's fields are said to belong to. */
static CXCursor climb(CXCursor record)
{
	while (is_record(record) &&
	       clang_Cursor_isAnonymousRecordDecl(record)) {
		CXCursor up = clang_getCursorSemanticParent(record);

		if (!is_record(up))
			break;
		record = up;
	}
	return record;
}

struct member_search {
	CXCursor record;
	const char *name;
};

static enum CXChildVisitResult find_member(CXCursor c, CXCursor parent,
					   CXClientData data)
{
	struct member_search *s = data;
	enum CXCursorKind kind = clang_getCursorKind(c);
	CXType type;

	if (is_record(c))
		return clang_Cursor_isAnonymousRecordDecl(c) ?
			       CXChildVisit_Recurse :
			       CXChildVisit_Continue;
	if (kind != CXCursor_FieldDecl)
		return CXChildVisit_Continue;
	type = clang_getCanonicalType(clang_getCursorType(c));
	while (type.kind == CXType_Pointer || is_array(type.kind)) {
		type = type.kind == CXType_Pointer ?
			       clang_getPointeeType(type) :
			       clang_getArrayElementType(type);
		type = clang_getCanonicalType(type);
	}
	if (clang_equalCursors(clang_getTypeDeclaration(type), s->record)) {
		s->name = cx_name(c);
		return CXChildVisit_Break;
	}
	return CXChildVisit_Continue;
}

static const char *unnamed_record(struct cx *cx, CXCursor record)
{
	CXCursor up = clang_getCursorSemanticParent(record);
	struct member_search s = { .record = record };
	struct cx_where where;
	const char *ret;
	char *name;

	if (is_record(up)) {
		up = climb(up);
		clang_visitChildren(up, find_member, &s);
		name = g_strdup_printf("%s::%s", cx_record_name(cx, up),
				       s.name ? s.name : "?");
	} else {
		cx_where(cx, clang_getCursorLocation(record), &where);
		name = g_strdup_printf("(unnamed at %s:%u)",
				       where.text.file ? where.text.file->path :
							 "?",
				       where.text.line);
	}
	ret = g_intern_string(name);
	g_free(name);
	return ret;
}

/**
 * cx_record_name() - tag, typedef name or "outer::member" of a record
 */
const char *cx_record_name(struct cx *cx, CXCursor record)
{
	const char *text;

	record = climb(record);
	text = cx_intern(clang_getTypeSpelling(clang_getUnqualifiedType(
		clang_getCanonicalType(clang_getCursorType(record)))));
	if (!text || is_unnamed(text))
		return unnamed_record(cx, record);
	if (g_str_has_prefix(text, "struct "))
		return g_intern_string(text + 7);
	if (g_str_has_prefix(text, "union "))
		return g_intern_string(text + 6);
	return text;
}

/**
 * cx_field_record() - name of the record a field belongs to
 * @cx: unit
 * @field: FieldDecl
 * @file: file that defines the record, may be NULL
 */
const char *cx_field_record(struct cx *cx, CXCursor field, const char **file)
{
	CXCursor record = climb(clang_getCursorSemanticParent(field));
	struct cx_file *f;

	if (!is_record(record))
		return NULL;
	f = cx_cursor_file(cx, record);
	if (file)
		*file = f ? f->path : NULL;
	return cx_record_name(cx, record);
}

/* Can a member of this type hold a page, or where pages are? */
static bool may_hold_pages(CXType type, bool *surely)
{
	const char *name;
	unsigned int level = 0;

	type = clang_getCanonicalType(type);
	if (type.kind == CXType_ULong || type.kind == CXType_ULongLong)
		return true;
	for (; type.kind == CXType_Pointer || is_array(type.kind); level++)
		type = clang_getCanonicalType(
			type.kind == CXType_Pointer ?
				clang_getPointeeType(type) :
				clang_getArrayElementType(type));
	if (!level)
		return false;
	name = cx_intern(clang_getTypeSpelling(type));
	*surely |= name && (!strcmp(name, "struct page") ||
			    !strcmp(name, "struct folio"));
	return true;
}

struct member_names {
	GString *names;
	bool surely;
	bool mine;
	CXCursor field;
};

static enum CXChildVisitResult add_member(CXCursor c, CXCursor parent,
					  CXClientData data)
{
	struct member_names *m = data;

	if (clang_getCursorKind(c) != CXCursor_FieldDecl ||
	    cx_field_is_scope(c) ||
	    !may_hold_pages(clang_getCursorType(c), &m->surely))
		return CXChildVisit_Continue;
	if (m->names->len)
		g_string_append_c(m->names, '|');
	g_string_append(m->names, cx_name(c));
	m->mine |= clang_equalCursors(c, m->field);
	return CXChildVisit_Continue;
}

/**
 * cx_field_name() - name of a field, as far as the data flow is concerned
 * @field: FieldDecl
 *
 * Members of a union are one place: those that may hold pages have one name,
 * "a|b", if one of them is for pages.
 */
const char *cx_field_name(CXCursor field)
{
	CXCursor record = clang_getCursorSemanticParent(field);
	struct member_names m = { .field = field };
	const char *name;

	if (clang_getCursorKind(record) != CXCursor_UnionDecl)
		return cx_name(field);
	m.names = g_string_new(NULL);
	clang_visitChildren(record, add_member, &m);
	name = m.surely && m.mine ? g_intern_string(m.names->str) :
				    cx_name(field);
	g_string_free(m.names, TRUE);
	return name;
}

/**
 * cx_field_is_scope() - is a field an anonymous member without a name
 */
bool cx_field_is_scope(CXCursor field)
{
	CXCursor record = cx_record_decl(clang_getCursorType(field));

	return is_record(record) && clang_Cursor_isAnonymousRecordDecl(record);
}
