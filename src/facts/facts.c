// SPDX-License-Identifier: GPL-2.0-only
/*
 * facts.c - life and death of a unit
 */
#include "facts/facts.h"

struct facts_unit *facts_unit_new(const char *file)
{
	struct facts_unit *unit = g_new0(struct facts_unit, 1);

	unit->file = g_intern_string(file);
	unit->funcs = g_ptr_array_new();
	unit->slots = g_ptr_array_new();
	unit->refs = g_ptr_array_new();
	unit->diags = g_ptr_array_new();
	unit->skips = g_ptr_array_new();
	unit->pool = g_ptr_array_new_with_free_func(g_free);
	return unit;
}

void facts_unit_free(struct facts_unit *unit)
{
	if (!unit)
		return;
	g_ptr_array_unref(unit->funcs);
	g_ptr_array_unref(unit->slots);
	g_ptr_array_unref(unit->refs);
	g_ptr_array_unref(unit->diags);
	g_ptr_array_unref(unit->skips);
	g_ptr_array_unref(unit->pool);
	g_free(unit);
}

void *facts_alloc(struct facts_unit *unit, size_t size)
{
	void *block;

	if (!size)
		return NULL;
	block = g_malloc0(size);
	g_ptr_array_add(unit->pool, block);
	return block;
}

const struct facts_expr *facts_strip_casts(const struct facts_expr *e)
{
	while (e && e->kind == FX_CAST && e->n_kids)
		e = e->kids[0];
	return e;
}

const struct facts_expr *facts_arg(const struct facts_insn *in, int n)
{
	return n >= 0 && (unsigned int)n < in->n_args ? in->args[n].expr : NULL;
}

char **facts_field_names(const char *field)
{
	return g_strsplit(field, "|", -1);
}
