// SPDX-License-Identifier: GPL-2.0-only
/*
 * one_page.c - a field that is the array for one page
 *
 *	obj->pages = kmalloc_array(n, sizeof(*obj->pages), GFP_KERNEL);
 *	if (!obj->pages) {
 *		obj->pages = &obj->only;
 *		n = 1;
 *	}
 *
 * When the file has nothing else to do with obj->only, it is storage like the
 * array: what it holds has come and goes through obj->pages.
 */
#include <string.h>
#include "verdict/case.h"
#include "verdict/plan.h"

/**
 * struct place - the two fields
 * @only: FX_FIELD: the one page's own
 * @pages: FX_FIELD: the pointer to it
 */
struct place {
	const struct facts_expr *only;
	const struct facts_expr *pages;
};

static bool is_field(const struct facts_expr *e, const struct facts_expr *field)
{
	return e->kind == FX_FIELD && !g_strcmp0(e->record, field->record) &&
	       !g_strcmp0(e->name, field->name);
}

static bool is_address(const struct facts_expr *e,
		       const struct facts_expr *field)
{
	e = facts_strip_casts(e);
	return e->kind == FX_ADDR && is_field(e->kids[0], field);
}

/* obj->pages != &obj->only */
static bool is_compared(const struct place *p, const struct facts_expr *e)
{
	return e && e->kind == FX_BINARY && e->n_kids == 2 &&
	       (!strcmp(e->name, "==") || !strcmp(e->name, "!=")) &&
	       is_field(facts_strip_casts(e->kids[0]), p->pages) &&
	       is_address(e->kids[1], p->only);
}

/* How often a function makes the one field the array, or asks if it is. */
static unsigned int count_uses(const struct place *p,
			       const struct facts_func *f)
{
	unsigned int n = 0;

	for (unsigned int b = 0; b < f->n_blocks; b++) {
		n += is_compared(p, f->blocks[b].cond);
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];

			n += in->kind == FI_ASSIGN && !in->op &&
			     is_field(in->lhs, p->pages) &&
			     is_address(in->rhs, p->only);
		}
	}
	return n;
}

/* How often a word stands in a file: code that is not compiled counts, too. */
static unsigned int count_words(const struct verdict_work *w, const char *file,
				const char *word)
{
	GBytes *bytes = verdict_text(w, file);
	gsize size = 0;
	const char *text = bytes ? g_bytes_get_data(bytes, &size) : NULL;
	const char *p = text;
	unsigned int n = 0;

	for (; p && (p = tree_find_word(text, size, p - text, word)); p++)
		n++;
	g_bytes_unref(bytes);
	return n;
}

bool verdict_is_one_page(const struct verdict_work *w,
			 const struct facts_expr *pages,
			 const struct facts_expr *rhs)
{
	GPtrArray *funcs = flow_funcs(w->prog);
	struct place p = { .pages = pages };
	unsigned int uses = 0;

	rhs = facts_strip_casts(rhs);
	if (rhs->kind != FX_ADDR || rhs->kids[0]->kind != FX_FIELD)
		return false;
	p.only = rhs->kids[0];
	/* other files do not know the record */
	if (!p.only->record || !p.only->record_file ||
	    !g_str_has_suffix(p.only->record_file, ".c") ||
	    !flow_is_page_pointer(p.only->type))
		return false;
	for (unsigned int i = 0; i < funcs->len; i++) {
		const struct flow_func *f = funcs->pdata[i];

		if (!g_strcmp0(f->facts->file, p.only->record_file))
			uses += count_uses(&p, f->facts);
	}
	/* and its declaration */
	return count_words(w, p.only->record_file, p.only->name) == uses + 1;
}
