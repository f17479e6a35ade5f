// SPDX-License-Identifier: GPL-2.0-only
/* defs.c - reaching definitions */
#include <string.h>
#include "flow/defs.h"

static bool type_is_memory(const char *type)
{
	size_t len = type ? strlen(type) : 0;

	if (!len || type[len - 1] == '*')
		return false;
	return type[len - 1] == ']' || g_str_has_prefix(type, "struct ") ||
	       g_str_has_prefix(type, "union ");
}

/* The variable at the bottom of x, x.f, x[i] when no pointer is followed. */
static const struct facts_expr *direct_var(const struct facts_expr *e)
{
	while (e) {
		switch (e->kind) {
		case FX_VAR:
			return e;
		case FX_FIELD:
			if (e->arrow)
				return NULL;
			e = e->kids[0];
			break;
		case FX_CAST:
		case FX_INDEX:
			e = e->n_kids ? e->kids[0] : NULL;
			break;
		default:
			return NULL;
		}
	}
	return NULL;
}

/* A variable whose address is stored has stores that cannot be placed. */
static void mark_kept_addresses(const struct facts_expr *e, bool *memory)
{
	if (!e)
		return;
	if (e->kind == FX_ADDR && e->n_kids) {
		const struct facts_expr *v = direct_var(e->kids[0]);

		if (v)
			memory[v->var] = true;
	}
	for (unsigned int i = 0; i < e->n_kids; i++)
		mark_kept_addresses(e->kids[i], memory);
}

static void find_memory(const struct facts_func *f, bool *memory)
{
	for (unsigned int v = 0; v < f->n_vars; v++)
		memory[v] = type_is_memory(f->vars[v].type);

	for (unsigned int b = 0; b < f->n_blocks; b++) {
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];

			if (in->kind == FI_ASSIGN || in->kind == FI_RETURN)
				mark_kept_addresses(in->rhs, memory);
		}
	}
}

static void add_def(GArray *defs, enum flow_def_kind kind, unsigned int var,
		    unsigned int block, unsigned int index,
		    const struct facts_insn *insn)
{
	struct flow_def d = { kind, var, block, index, insn };

	g_array_append_val(defs, d);
}

/* Address of a plain variable as a call argument: the callee may define it. */
static const struct facts_expr *out_var(const struct facts_expr *arg)
{
	arg = facts_strip_casts(arg);
	if (arg->kind != FX_ADDR || !arg->n_kids)
		return NULL;
	arg = arg->kids[0];
	return arg->kind == FX_VAR ? arg : NULL;
}

static void collect(const struct facts_func *f, const bool *memory,
		    GArray *defs)
{
	for (unsigned int v = 0; v < f->n_vars; v++) {
		if (memory[v])
			add_def(defs, DEF_MEMORY, v, 0, 0, NULL);
		if (v < f->n_params)
			add_def(defs, DEF_PARAM, v, 0, 0, NULL);
	}
	for (unsigned int b = 0; b < f->n_blocks; b++) {
		for (unsigned int i = 0; i < f->blocks[b].n_insns; i++) {
			const struct facts_insn *in = &f->blocks[b].insns[i];

			if (in->lhs && in->lhs->kind == FX_VAR &&
			    !memory[in->lhs->var])
				add_def(defs,
					in->kind == FI_CALL ? DEF_CALL :
							      DEF_ASSIGN,
					in->lhs->var, b, i, in);
			if (in->kind != FI_CALL)
				continue;
			for (unsigned int a = 0; a < in->n_args; a++) {
				const struct facts_expr *v =
					out_var(in->args[a].expr);

				if (v && !memory[v->var])
					add_def(defs, DEF_OUT, v->var, b, i,
						in);
			}
		}
	}
}

#define BIT_WORD(n) ((n) / 64)
#define BIT_MASK(n) (1ull << ((n) % 64))

/* Apply the definitions of one instruction to a bit set. */
static void apply(const struct flow_defs *d, unsigned int block,
		  unsigned int index, guint64 *set)
{
	for (unsigned int n = 0; n < d->n_defs; n++) {
		const struct flow_def *def = &d->defs[n];

		if (!def->insn || def->block != block || def->index != index)
			continue;
		/* An out parameter may be left alone: it kills nothing. */
		if (def->kind != DEF_OUT)
			for (unsigned int k = 0; k < d->n_defs; k++)
				if (d->defs[k].var == def->var &&
				    d->defs[k].kind != DEF_MEMORY)
					set[BIT_WORD(k)] &= ~BIT_MASK(k);
		set[BIT_WORD(n)] |= BIT_MASK(n);
	}
}

static void solve(const struct facts_func *f, struct flow_defs *d)
{
	g_autofree guint64 *out = g_new(guint64, d->words);
	bool again = true;

	for (unsigned int n = 0; n < d->n_defs; n++)
		if (!d->defs[n].insn)
			for (unsigned int b = 0; b < f->n_blocks; b++)
				if (b == 0 || d->defs[n].kind == DEF_MEMORY)
					d->in[b * d->words + BIT_WORD(n)] |=
						BIT_MASK(n);
	while (again) {
		again = false;
		for (unsigned int b = 0; b < f->n_blocks; b++) {
			const struct facts_block *blk = &f->blocks[b];

			memcpy(out, &d->in[b * d->words], d->words * 8);
			for (unsigned int i = 0; i < blk->n_insns; i++)
				apply(d, b, i, out);
			for (unsigned int s = 0; s < blk->n_succ; s++) {
				guint64 *in = &d->in[blk->succ[s] * d->words];

				for (unsigned int w = 0; w < d->words; w++) {
					if (out[w] & ~in[w])
						again = true;
					in[w] |= out[w];
				}
			}
		}
	}
}

/* A function may have thousands of definitions, a variable has few. */
static void sort_defs(const struct facts_func *f, struct flow_defs *d)
{
	g_autofree unsigned int *next = NULL;

	d->first = g_new0(unsigned int, f->n_vars + 1);
	d->order = g_new(unsigned int, d->n_defs + 1);
	for (unsigned int n = 0; n < d->n_defs; n++)
		d->first[d->defs[n].var + 1]++;
	for (unsigned int v = 0; v < f->n_vars; v++)
		d->first[v + 1] += d->first[v];
	next = g_memdup2(d->first, (f->n_vars + 1) * sizeof(unsigned int));
	for (unsigned int n = 0; n < d->n_defs; n++)
		d->order[next[d->defs[n].var]++] = n;
}

const struct flow_defs *flow_defs_get(struct flow_func *func)
{
	const struct facts_func *f = func->facts;
	g_autofree bool *memory = NULL;
	struct flow_defs *d;
	GArray *defs;

	if (func->defs)
		return func->defs;
	memory = g_new0(bool, f->n_vars + 1);
	defs = g_array_new(FALSE, TRUE, sizeof(struct flow_def));
	find_memory(f, memory);
	collect(f, memory, defs);

	d = g_new0(struct flow_defs, 1);
	d->n_defs = defs->len;
	d->defs = (struct flow_def *)g_array_free(defs, FALSE);
	d->words = d->n_defs / 64 + 1;
	d->in = g_new0(guint64, (size_t)d->words * (f->n_blocks + 1));
	d->memory = g_new(int, f->n_vars + 1);
	for (unsigned int v = 0; v < f->n_vars; v++)
		d->memory[v] = -1;
	for (unsigned int n = 0; n < d->n_defs; n++)
		if (d->defs[n].kind == DEF_MEMORY)
			d->memory[d->defs[n].var] = n;
	sort_defs(f, d);
	solve(f, d);
	func->defs = d;
	return d;
}

void flow_defs_free(struct flow_defs *defs)
{
	if (!defs)
		return;
	g_free(defs->defs);
	g_free(defs->order);
	g_free(defs->first);
	g_free(defs->memory);
	g_free(defs->in);
	g_free(defs->after);
	g_free(defs);
}

void flow_defs_reaching(struct flow_func *func, unsigned int block,
			unsigned int index, unsigned int var, GArray *out)
{
	const struct flow_defs *d = flow_defs_get(func);
	unsigned int first = out->len;

	for (unsigned int i = d->first[var]; i < d->first[var + 1]; i++) {
		unsigned int n = d->order[i];

		if (d->in[block * d->words + BIT_WORD(n)] & BIT_MASK(n))
			g_array_append_val(out, n);
	}

	/* The nearest definition in the block hides what comes in; those of
	 * one block are numbered in instruction order.
	 */
	for (unsigned int i = d->first[var]; i < d->first[var + 1]; i++) {
		unsigned int n = d->order[i];
		const struct flow_def *def = &d->defs[n];

		if (!def->insn || def->block != block || def->index >= index)
			continue;
		if (def->kind != DEF_OUT)
			g_array_set_size(out, first);
		g_array_append_val(out, n);
	}
}

int flow_defs_at(struct flow_func *func, unsigned int block, unsigned int index,
		 unsigned int var)
{
	const struct flow_defs *d = flow_defs_get(func);

	if (d->memory[var] >= 0)
		return d->memory[var];
	for (unsigned int i = d->first[var]; i < d->first[var + 1]; i++) {
		const struct flow_def *def = &d->defs[d->order[i]];

		if (def->insn && def->block == block && def->index == index)
			return d->order[i];
	}
	return -1;
}

static void mark_after(const struct facts_func *f, unsigned int block,
		       guint64 *set)
{
	for (unsigned int s = 0; s < f->blocks[block].n_succ; s++) {
		unsigned int next = f->blocks[block].succ[s];

		if (set[BIT_WORD(next)] & BIT_MASK(next))
			continue;
		set[BIT_WORD(next)] |= BIT_MASK(next);
		mark_after(f, next, set);
	}
}

bool flow_defs_follows(struct flow_func *func, unsigned int block,
		       unsigned int index, unsigned int later, unsigned int at)
{
	const struct facts_func *f = func->facts;
	unsigned int words = BIT_WORD(f->n_blocks) + 1;

	if (block == later && index < at)
		return true;
	flow_defs_get(func);
	if (!func->defs->after) {
		func->defs->after = g_new0(guint64, words * (f->n_blocks + 1));
		for (unsigned int b = 0; b < f->n_blocks; b++)
			mark_after(f, b, func->defs->after + b * words);
	}
	return func->defs->after[block * words + BIT_WORD(later)] &
	       BIT_MASK(later);
}

static void free_defs(void *data)
{
	flow_defs_free(data);
}

GHashTable *flow_take_defs(struct flow_program *prog)
{
	GHashTable *known = g_hash_table_new_full(NULL, NULL, NULL, free_defs);
	GPtrArray *funcs = flow_funcs(prog);

	for (unsigned int i = 0; i < funcs->len; i++) {
		struct flow_func *func = funcs->pdata[i];

		if (func->defs)
			g_hash_table_insert(known, (void *)func->facts,
					    g_steal_pointer(&func->defs));
	}
	return known;
}

void flow_give_defs(struct flow_program *prog, GHashTable *known)
{
	GPtrArray *funcs = flow_funcs(prog);

	for (unsigned int i = 0; i < funcs->len; i++) {
		struct flow_func *func = funcs->pdata[i];
		gpointer defs;

		/* linking has asked for some of them already */
		if (!func->defs &&
		    g_hash_table_steal_extended(known, func->facts, NULL,
						&defs))
			func->defs = defs;
	}
	g_hash_table_unref(known);
}
