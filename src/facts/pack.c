// SPDX-License-Identifier: GPL-2.0-only
/*
 * pack.c - facts as bytes
 *
 * A header, then an image of all lists.
 */
#include <string.h>
#include "facts/image.h"
#include "facts/pack.h"

static const struct image_field loc_fields[] = {
	IMAGE_FIELD_TEXT(facts_loc, file),
	IMAGE_FIELD_TEXT(facts_loc, macro_name),
	IMAGE_FIELD_TEXT(facts_loc, exp_file),
	IMAGE_FIELD_END,
};
const struct image_type facts_loc_type = { sizeof(struct facts_loc), loc_fields,
					   NULL };

static const struct image_type expr_type;
static const struct image_field expr_fields[] = {
	IMAGE_FIELD_TEXT(facts_expr, name),
	IMAGE_FIELD_TEXT(facts_expr, record),
	IMAGE_FIELD_TEXT(facts_expr, record_file),
	IMAGE_FIELD_TEXT(facts_expr, type),
	IMAGE_FIELD_TEXT(facts_expr, text),
	IMAGE_FIELD_COUNTED(IMAGE_KIDS, facts_expr, kids, n_kids, expr_type),
	IMAGE_FIELD_END,
};
static const struct image_type expr_type = { sizeof(struct facts_expr),
					     expr_fields, NULL };

static const struct image_field arg_fields[] = {
	IMAGE_FIELD_OF(IMAGE_ONE, facts_arg, expr, expr_type),
	IMAGE_FIELD_OF(IMAGE_EMBED, facts_arg, loc, facts_loc_type),
	IMAGE_FIELD_TEXT(facts_arg, text),
	IMAGE_FIELD_END,
};
static const struct image_type arg_type = { sizeof(struct facts_arg),
					    arg_fields, NULL };

static const struct image_field insn_fields[] = {
	IMAGE_FIELD_OF(IMAGE_EMBED, facts_insn, loc, facts_loc_type),
	IMAGE_FIELD_TEXT(facts_insn, op),
	IMAGE_FIELD_OF(IMAGE_ONE, facts_insn, lhs, expr_type),
	IMAGE_FIELD_OF(IMAGE_ONE, facts_insn, rhs, expr_type),
	IMAGE_FIELD_TEXT(facts_insn, callee),
	IMAGE_FIELD_OF(IMAGE_ONE, facts_insn, callee_expr, expr_type),
	IMAGE_FIELD_OF(IMAGE_EMBED, facts_insn, name_loc, facts_loc_type),
	IMAGE_FIELD_COUNTED(IMAGE_MANY, facts_insn, args, n_args, arg_type),
	IMAGE_FIELD_END,
};
static const struct image_type insn_type = { sizeof(struct facts_insn),
					     insn_fields, NULL };

/* without pointers */
static const struct image_field no_fields[] = { IMAGE_FIELD_END };
static const struct image_type case_type = { sizeof(struct facts_case),
					     no_fields, NULL };
static const struct image_type index_type = { .size = sizeof(unsigned int),
					      .fields = no_fields };

static const struct image_field block_fields[] = {
	IMAGE_FIELD_COUNTED(IMAGE_MANY, facts_block, insns, n_insns, insn_type),
	IMAGE_FIELD_OF(IMAGE_ONE, facts_block, cond, expr_type),
	IMAGE_FIELD_OF(IMAGE_EMBED, facts_block, cond_loc, facts_loc_type),
	IMAGE_FIELD_COUNTED(IMAGE_MANY, facts_block, succ, n_succ, index_type),
	IMAGE_FIELD_COUNTED(IMAGE_MANY, facts_block, cases, n_succ, case_type),
	IMAGE_FIELD_END,
};
static const struct image_type block_type = { sizeof(struct facts_block),
					      block_fields, NULL };

static const struct image_field var_fields[] = {
	IMAGE_FIELD_TEXT(facts_var, name),
	IMAGE_FIELD_TEXT(facts_var, type),
	IMAGE_FIELD_TEXT(facts_var, cleanup),
	IMAGE_FIELD_OF(IMAGE_EMBED, facts_var, loc, facts_loc_type),
	IMAGE_FIELD_END,
};
static const struct image_type var_type = { sizeof(struct facts_var),
					    var_fields, NULL };

static const struct image_field func_fields[] = {
	IMAGE_FIELD_TEXT(facts_func, name),
	IMAGE_FIELD_TEXT(facts_func, file),
	IMAGE_FIELD_OF(IMAGE_EMBED, facts_func, loc, facts_loc_type),
	IMAGE_FIELD_TEXT(facts_func, ret_type),
	IMAGE_FIELD_COUNTED(IMAGE_MANY, facts_func, vars, n_vars, var_type),
	IMAGE_FIELD_COUNTED(IMAGE_MANY, facts_func, blocks, n_blocks,
			    block_type),
	IMAGE_FIELD_END,
};
static const struct image_type func_type = { sizeof(struct facts_func),
					     func_fields, NULL };

static const struct image_field slot_fields[] = {
	IMAGE_FIELD_TEXT(facts_slot, record),
	IMAGE_FIELD_TEXT(facts_slot, field),
	IMAGE_FIELD_TEXT(facts_slot, object),
	IMAGE_FIELD_TEXT(facts_slot, function),
	IMAGE_FIELD_OF(IMAGE_EMBED, facts_slot, loc, facts_loc_type),
	IMAGE_FIELD_END,
};
static const struct image_type slot_type = { sizeof(struct facts_slot),
					     slot_fields, NULL };

static const struct image_field ref_fields[] = {
	IMAGE_FIELD_TEXT(facts_ref, name),
	IMAGE_FIELD_TEXT(facts_ref, function),
	IMAGE_FIELD_OF(IMAGE_EMBED, facts_ref, loc, facts_loc_type),
	IMAGE_FIELD_END,
};
static const struct image_type ref_type = { sizeof(struct facts_ref),
					    ref_fields, NULL };

static const struct image_field diag_fields[] = {
	IMAGE_FIELD_TEXT(facts_diag, function),
	IMAGE_FIELD_OF(IMAGE_EMBED, facts_diag, loc, facts_loc_type),
	IMAGE_FIELD_TEXT(facts_diag, text),
	IMAGE_FIELD_END,
};
static const struct image_type diag_type = { sizeof(struct facts_diag),
					     diag_fields, NULL };

static const struct image_field skip_fields[] = {
	IMAGE_FIELD_TEXT(facts_skip, file),
	IMAGE_FIELD_TEXT(facts_skip, cond),
	IMAGE_FIELD_END,
};
static const struct image_type skip_type = { sizeof(struct facts_skip),
					     skip_fields, NULL };

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
 */
struct head {
	guint32 size;
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
	struct image_head image;
};

void facts_pack(const struct facts_unit *u, GByteArray *out)
{
	struct head h = { .size = sizeof(h), .n_errors = u->n_errors };
	struct image_writer w;
	guint at = out->len;

	image_begin(&w);
	h.file = image_text(&w, u->file);
	h.arch = image_text(&w, u->arch);
	h.config = image_text(&w, u->config);
	h.failed = image_text(&w, u->failed);
	h.text = image_text(&w, u->text);
	h.n_funcs = image_put_list(&w, &func_type, u->funcs);
	h.n_slots = image_put_list(&w, &slot_type, u->slots);
	h.n_refs = image_put_list(&w, &ref_type, u->refs);
	h.n_diags = image_put_list(&w, &diag_type, u->diags);
	h.n_skips = image_put_list(&w, &skip_type, u->skips);
	g_byte_array_append(out, (const guint8 *)&h, sizeof(h));
	image_end(&w, out, &h.image);
	memcpy(out->data + at, &h, sizeof(h));
}

static void get_unit(struct image_reader *u, const struct head *h,
		     struct facts_unit *unit)
{
	unit->arch = image_get_text(u, h->arch);
	unit->config = image_get_text(u, h->config);
	unit->failed = image_get_text(u, h->failed);
	unit->text = image_get_text(u, h->text);
	unit->n_errors = h->n_errors;
	u->room = facts_alloc(unit, h->image.memory);
	u->room_end = u->room + h->image.memory;
	image_get_list(u, &func_type, unit->funcs, h->n_funcs);
	image_get_list(u, &slot_type, unit->slots, h->n_slots);
	image_get_list(u, &ref_type, unit->refs, h->n_refs);
	image_get_list(u, &diag_type, unit->diags, h->n_diags);
	image_get_list(u, &skip_type, unit->skips, h->n_skips);
}

struct facts_unit *facts_unpack(const guint8 *data, gsize len)
{
	struct image_reader u = { .at = data, .end = data + len };
	struct facts_unit *unit = NULL;
	const char *file;
	struct head h;

	if (len < sizeof(h))
		return NULL;
	memcpy(&h, data, sizeof(h));
	u.at += sizeof(h);
	/* a structure in memory is little more than in the bytes */
	if (h.size != sizeof(h) || h.image.memory > 16 * (guint64)len ||
	    !image_open(&u, &h.image))
		return NULL;
	file = image_get_text(&u, h.file);
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
