// SPDX-License-Identifier: GPL-2.0-only
/*
 * pack.c - facts as bytes
 *
 * Header, strings, structures.  A structure is copied as it is, its pointers
 * replaced; what they point to follows, depth first.  Tables say where the
 * pointers are.
 */
#include <stddef.h>
#include <string.h>
#include "facts/pack.h"

/**
 * enum field_kind - what a pointer points to
 * @FIELD_TEXT: an interned string: its number, 0 for NULL
 * @FIELD_EMBED: no pointer: a structure that has some
 * @FIELD_ONE: a structure: 1, or 0 for NULL
 * @FIELD_MANY: an array of structures; another member counts them
 * @FIELD_KIDS: an array of pointers to structures, likewise
 */
enum field_kind {
	FIELD_TEXT,
	FIELD_EMBED,
	FIELD_ONE,
	FIELD_MANY,
	FIELD_KIDS,
};

struct field {
	enum field_kind kind;
	size_t offset;
	size_t count;
	const struct type *type;
};

struct type {
	size_t size;
	const struct field *fields;
};

#define TEXT(s, m)                                            \
	{                                                     \
		.kind = FIELD_TEXT, .offset = offsetof(s, m), \
	}
#define ONE(s, m, t)                                                       \
	{                                                                  \
		.kind = FIELD_ONE, .offset = offsetof(s, m), .type = &(t), \
	}
#define EMBED(s, m, t)                                                       \
	{                                                                    \
		.kind = FIELD_EMBED, .offset = offsetof(s, m), .type = &(t), \
	}
#define MANY(s, m, n, t)                                      \
	{                                                     \
		.kind = FIELD_MANY, .offset = offsetof(s, m), \
		.count = offsetof(s, n), .type = &(t),        \
	}
#define KIDS(s, m, n, t)                                      \
	{                                                     \
		.kind = FIELD_KIDS, .offset = offsetof(s, m), \
		.count = offsetof(s, n), .type = &(t),        \
	}
#define END                                      \
	{                                        \
		.type = NULL, .count = SIZE_MAX, \
	}
#define TYPE(s, f)                                       \
	{                                                \
		.size = sizeof(struct s), .fields = (f), \
	}

static const struct field loc_fields[] = {
	TEXT(struct facts_loc, file),
	TEXT(struct facts_loc, macro_name),
	TEXT(struct facts_loc, exp_file),
	END,
};
static const struct type loc_type = TYPE(facts_loc, loc_fields);

static const struct type expr_type;
static const struct field expr_fields[] = {
	TEXT(struct facts_expr, name),
	TEXT(struct facts_expr, record),
	TEXT(struct facts_expr, record_file),
	TEXT(struct facts_expr, type),
	TEXT(struct facts_expr, text),
	KIDS(struct facts_expr, kids, n_kids, expr_type),
	END,
};
static const struct type expr_type = TYPE(facts_expr, expr_fields);

static const struct field arg_fields[] = {
	ONE(struct facts_arg, expr, expr_type),
	EMBED(struct facts_arg, loc, loc_type),
	TEXT(struct facts_arg, text),
	END,
};
static const struct type arg_type = TYPE(facts_arg, arg_fields);

static const struct field insn_fields[] = {
	EMBED(struct facts_insn, loc, loc_type),
	TEXT(struct facts_insn, op),
	ONE(struct facts_insn, lhs, expr_type),
	ONE(struct facts_insn, rhs, expr_type),
	TEXT(struct facts_insn, callee),
	ONE(struct facts_insn, callee_expr, expr_type),
	EMBED(struct facts_insn, name_loc, loc_type),
	MANY(struct facts_insn, args, n_args, arg_type),
	END,
};
static const struct type insn_type = TYPE(facts_insn, insn_fields);

/* without pointers */
static const struct field no_fields[] = { END };
static const struct type case_type = TYPE(facts_case, no_fields);
static const struct type index_type = { .size = sizeof(unsigned int),
					.fields = no_fields };

static const struct field block_fields[] = {
	MANY(struct facts_block, insns, n_insns, insn_type),
	ONE(struct facts_block, cond, expr_type),
	EMBED(struct facts_block, cond_loc, loc_type),
	MANY(struct facts_block, succ, n_succ, index_type),
	MANY(struct facts_block, cases, n_succ, case_type),
	END,
};
static const struct type block_type = TYPE(facts_block, block_fields);

static const struct field var_fields[] = {
	TEXT(struct facts_var, name),
	TEXT(struct facts_var, type),
	TEXT(struct facts_var, cleanup),
	EMBED(struct facts_var, loc, loc_type),
	END,
};
static const struct type var_type = TYPE(facts_var, var_fields);

static const struct field func_fields[] = {
	TEXT(struct facts_func, name),
	TEXT(struct facts_func, file),
	EMBED(struct facts_func, loc, loc_type),
	TEXT(struct facts_func, ret_type),
	MANY(struct facts_func, vars, n_vars, var_type),
	MANY(struct facts_func, blocks, n_blocks, block_type),
	END,
};
static const struct type func_type = TYPE(facts_func, func_fields);

static const struct field slot_fields[] = {
	TEXT(struct facts_slot, record),
	TEXT(struct facts_slot, field),
	TEXT(struct facts_slot, object),
	TEXT(struct facts_slot, function),
	EMBED(struct facts_slot, loc, loc_type),
	END,
};
static const struct type slot_type = TYPE(facts_slot, slot_fields);

static const struct field ref_fields[] = {
	TEXT(struct facts_ref, name),
	TEXT(struct facts_ref, function),
	EMBED(struct facts_ref, loc, loc_type),
	END,
};
static const struct type ref_type = TYPE(facts_ref, ref_fields);

static const struct field diag_fields[] = {
	TEXT(struct facts_diag, function),
	EMBED(struct facts_diag, loc, loc_type),
	TEXT(struct facts_diag, text),
	END,
};
static const struct type diag_type = TYPE(facts_diag, diag_fields);

static const struct field skip_fields[] = {
	TEXT(struct facts_skip, file),
	TEXT(struct facts_skip, cond),
	END,
};
static const struct type skip_type = TYPE(facts_skip, skip_fields);

/* A new member that is a pointer has to be in a table above. */
#if GLIB_SIZEOF_VOID_P == 8
G_STATIC_ASSERT(sizeof(struct facts_loc) == 56);
G_STATIC_ASSERT(sizeof(struct facts_expr) == 80);
G_STATIC_ASSERT(sizeof(struct facts_arg) == 72);
G_STATIC_ASSERT(sizeof(struct facts_insn) == 192);
G_STATIC_ASSERT(sizeof(struct facts_block) == 104);
G_STATIC_ASSERT(sizeof(struct facts_var) == 88);
G_STATIC_ASSERT(sizeof(struct facts_func) == 128);
G_STATIC_ASSERT(sizeof(struct facts_slot) == 96);
G_STATIC_ASSERT(sizeof(struct facts_ref) == 80);
G_STATIC_ASSERT(sizeof(struct facts_diag) == 80);
G_STATIC_ASSERT(sizeof(struct facts_skip) == 24);
#endif

/**
 * struct head - what a unit says itself, and how much follows
 * @size: of this structure
 * @n_strings: how many
 * @strings: bytes of all of them, each with its NUL
 * @memory: bytes that the structures take once unpacked
 */
struct head {
	guint32 size;
	guint32 n_strings;
	guint32 strings;
	guint32 n_funcs;
	guint32 n_slots;
	guint32 n_refs;
	guint32 n_diags;
	guint32 n_skips;
	guint32 file;
	guint32 arch;
	guint32 config;
	guint32 failed;
	guint32 text;
	guint32 n_errors;
	guint64 memory;
};

static bool is_end(const struct field *f)
{
	return f->count == SIZE_MAX;
}

static gsize aligned(gsize size)
{
	return (size + 7) & ~(gsize)7;
}

/* Packing ----------------------------------------------------------------- */

struct packer {
	GByteArray *body;
	GByteArray *strings;
	GHashTable *numbers;
	guint64 memory;
};

static guint32 put_text(struct packer *p, const char *text)
{
	guint n;

	if (!text)
		return 0;
	n = GPOINTER_TO_UINT(g_hash_table_lookup(p->numbers, text));
	if (n)
		return n;
	g_byte_array_append(p->strings, (const guint8 *)text, strlen(text) + 1);
	n = g_hash_table_size(p->numbers) + 1;
	g_hash_table_insert(p->numbers, (void *)text, GUINT_TO_POINTER(n));
	return n;
}

static void put_structs(struct packer *p, const struct type *type,
			const void *from, unsigned int n);

static void put_pointer(guint8 *copy, const struct field *f, guint64 value)
{
	memcpy(copy + f->offset, &value, sizeof(void *));
}

static unsigned int count_of(const guint8 *s, const struct field *f)
{
	unsigned int n;

	memcpy(&n, s + f->count, sizeof(n));
	return n;
}

static const void *pointer_of(const guint8 *s, const struct field *f)
{
	const void *value;

	memcpy(&value, s + f->offset, sizeof(value));
	return value;
}

/* Numbers for the pointers of one structure in its copy. */
static void number_fields(struct packer *p, const struct type *type,
			  const guint8 *s, guint8 *copy)
{
	for (const struct field *f = type->fields; !is_end(f); f++) {
		if (f->kind == FIELD_EMBED)
			number_fields(p, f->type, s + f->offset,
				      copy + f->offset);
		else if (f->kind == FIELD_TEXT)
			put_pointer(copy, f, put_text(p, pointer_of(s, f)));
		else
			put_pointer(copy, f, pointer_of(s, f) != NULL);
	}
}

static void put_kids(struct packer *p, const struct type *type,
		     const void *const *kids, unsigned int n)
{
	p->memory += aligned(n * sizeof(void *));
	for (unsigned int i = 0; i < n; i++)
		put_structs(p, type, kids[i], 1);
}

static void put_children(struct packer *p, const struct type *type,
			 const guint8 *s)
{
	for (const struct field *f = type->fields; !is_end(f); f++) {
		if (f->kind == FIELD_EMBED || f->kind == FIELD_TEXT ||
		    !pointer_of(s, f))
			continue;
		if (f->kind == FIELD_ONE)
			put_structs(p, f->type, pointer_of(s, f), 1);
		else if (f->kind == FIELD_MANY)
			put_structs(p, f->type, pointer_of(s, f),
				    count_of(s, f));
		else
			put_kids(p, f->type, pointer_of(s, f), count_of(s, f));
	}
}

static void put_structs(struct packer *p, const struct type *type,
			const void *from, unsigned int n)
{
	guint at = p->body->len;
	const guint8 *s = from;

	g_byte_array_append(p->body, from, n * type->size);
	p->memory += aligned(n * type->size);
	for (unsigned int i = 0; i < n; i++, s += type->size)
		number_fields(p, type, s, p->body->data + at + i * type->size);
	s = from;
	for (unsigned int i = 0; i < n; i++, s += type->size)
		put_children(p, type, s);
}

static guint32 put_list(struct packer *p, const struct type *type,
			const GPtrArray *list)
{
	for (unsigned int i = 0; i < list->len; i++)
		put_structs(p, type, list->pdata[i], 1);
	return list->len;
}

void facts_pack(const struct facts_unit *u, GByteArray *out)
{
	struct packer p = {
		.body = g_byte_array_new(),
		.strings = g_byte_array_new(),
		.numbers = g_hash_table_new(NULL, NULL),
	};
	struct head h = {
		.size = sizeof(h),
		.file = put_text(&p, u->file),
		.arch = put_text(&p, u->arch),
		.config = put_text(&p, u->config),
		.failed = put_text(&p, u->failed),
		.text = put_text(&p, u->text),
		.n_errors = u->n_errors,
	};

	h.n_funcs = put_list(&p, &func_type, u->funcs);
	h.n_slots = put_list(&p, &slot_type, u->slots);
	h.n_refs = put_list(&p, &ref_type, u->refs);
	h.n_diags = put_list(&p, &diag_type, u->diags);
	h.n_skips = put_list(&p, &skip_type, u->skips);
	h.n_strings = g_hash_table_size(p.numbers);
	h.strings = p.strings->len;
	h.memory = p.memory;
	g_byte_array_append(out, (const guint8 *)&h, sizeof(h));
	g_byte_array_append(out, p.strings->data, p.strings->len);
	g_byte_array_append(out, p.body->data, p.body->len);
	g_byte_array_unref(p.body);
	g_byte_array_unref(p.strings);
	g_hash_table_unref(p.numbers);
}

/* Unpacking --------------------------------------------------------------- */

/**
 * struct unpacker - where it is
 * @at: next byte
 * @end: of the bytes
 * @room: next byte of the memory for structures
 * @room_end: its end
 * @strings: by number
 * @n_strings: how many, the one for NULL included
 * @bad: they are not what this program wrote
 */
struct unpacker {
	const guint8 *at;
	const guint8 *end;
	guint8 *room;
	guint8 *room_end;
	const char **strings;
	guint32 n_strings;
	bool bad;
};

static void *take_room(struct unpacker *u, gsize size)
{
	void *room = u->room;

	size = aligned(size);
	if (u->bad || size > (gsize)(u->room_end - u->room)) {
		u->bad = true;
		return NULL;
	}
	u->room += size;
	return room;
}

static const char *get_text(struct unpacker *u, guint64 n)
{
	if (n < u->n_strings)
		return u->strings[n];
	u->bad = true;
	return NULL;
}

static void *get_structs(struct unpacker *u, const struct type *type, gsize n);

static void **get_kids(struct unpacker *u, const struct type *type, gsize n)
{
	void **kids = take_room(u, n * sizeof(void *));

	for (gsize i = 0; kids && i < n; i++)
		kids[i] = get_structs(u, type, 1);
	return kids;
}

static void name_texts(struct unpacker *u, const struct type *type, guint8 *s)
{
	for (const struct field *f = type->fields; !is_end(f); f++) {
		const void *value;

		if (f->kind == FIELD_EMBED)
			name_texts(u, f->type, s + f->offset);
		if (f->kind != FIELD_TEXT)
			continue;
		value = get_text(u, (guintptr)pointer_of(s, f));
		memcpy(s + f->offset, &value, sizeof(value));
	}
}

static void get_children(struct unpacker *u, const struct type *type, guint8 *s)
{
	for (const struct field *f = type->fields; !is_end(f) && !u->bad; f++) {
		void *value;

		if (f->kind == FIELD_EMBED || f->kind == FIELD_TEXT ||
		    !pointer_of(s, f))
			continue;
		if (f->kind == FIELD_ONE)
			value = get_structs(u, f->type, 1);
		else if (f->kind == FIELD_MANY)
			value = get_structs(u, f->type, count_of(s, f));
		else
			value = get_kids(u, f->type, count_of(s, f));
		memcpy(s + f->offset, &value, sizeof(value));
	}
}

static void *get_structs(struct unpacker *u, const struct type *type, gsize n)
{
	gsize size = n * type->size;
	guint8 *to;

	if (size > (gsize)(u->end - u->at)) {
		u->bad = true;
		return NULL;
	}
	to = take_room(u, size);
	if (!to)
		return NULL;
	memcpy(to, u->at, size);
	u->at += size;
	for (gsize i = 0; i < n; i++)
		name_texts(u, type, to + i * type->size);
	for (gsize i = 0; i < n; i++)
		get_children(u, type, to + i * type->size);
	return to;
}

static void get_list(struct unpacker *u, const struct type *type,
		     GPtrArray *list, guint32 n)
{
	for (guint32 i = 0; i < n && !u->bad; i++)
		g_ptr_array_add(list, get_structs(u, type, 1));
}

static bool get_strings(struct unpacker *u, const struct head *h)
{
	const char *at = (const char *)u->at, *end = at + h->strings;

	if (h->strings > (gsize)(u->end - u->at) || h->n_strings > h->strings ||
	    (h->strings && end[-1]))
		return false;
	u->n_strings = h->n_strings + 1;
	u->strings = g_new0(const char *, u->n_strings);
	for (guint32 i = 1; i < u->n_strings && at < end; i++) {
		u->strings[i] = g_intern_string(at);
		at += strlen(at) + 1;
	}
	u->at += h->strings;
	return true;
}

static void get_unit(struct unpacker *u, const struct head *h,
		     struct facts_unit *unit)
{
	unit->arch = get_text(u, h->arch);
	unit->config = get_text(u, h->config);
	unit->failed = get_text(u, h->failed);
	unit->text = get_text(u, h->text);
	unit->n_errors = h->n_errors;
	u->room = facts_alloc(unit, h->memory);
	u->room_end = u->room + h->memory;
	get_list(u, &func_type, unit->funcs, h->n_funcs);
	get_list(u, &slot_type, unit->slots, h->n_slots);
	get_list(u, &ref_type, unit->refs, h->n_refs);
	get_list(u, &diag_type, unit->diags, h->n_diags);
	get_list(u, &skip_type, unit->skips, h->n_skips);
}

struct facts_unit *facts_unpack(const guint8 *data, gsize len)
{
	struct unpacker u = { .at = data, .end = data + len };
	struct facts_unit *unit = NULL;
	const char *file;
	struct head h;

	if (len < sizeof(h))
		return NULL;
	memcpy(&h, data, sizeof(h));
	u.at += sizeof(h);
	/* a structure in memory is little more than in the bytes */
	if (h.size != sizeof(h) || h.memory > 16 * (guint64)len ||
	    !get_strings(&u, &h))
		return NULL;
	file = get_text(&u, h.file);
	if (file) {
		unit = facts_unit_new(file);
		get_unit(&u, &h, unit);
	}
	g_free(u.strings);
	if (unit && !u.bad && u.at == u.end)
		return unit;
	facts_unit_free(unit);
	return NULL;
}
