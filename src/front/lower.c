// SPDX-License-Identifier: GPL-2.0-only
/*
 * lower.c - blocks, variables, scopes; puts a function's graph together
 */
#include <string.h>
#include "front/lower.h"

/**
 * lower_block_new() - a block nothing leads to yet
 */
struct lower_block *lower_block_new(struct lower *l)
{
	struct lower_block *b = g_new0(struct lower_block, 1);

	b->insns = g_array_new(FALSE, TRUE, sizeof(struct facts_insn));
	b->succ = g_ptr_array_new();
	b->cases = g_array_new(FALSE, TRUE, sizeof(struct facts_case));
	g_ptr_array_add(l->blocks, b);
	return b;
}

static void block_free(void *p)
{
	struct lower_block *b = p;

	g_array_unref(b->insns);
	g_ptr_array_unref(b->succ);
	g_array_unref(b->cases);
	g_free(b);
}

/**
 * lower_start() - add what follows to a block; the current one must be done
 */
void lower_start(struct lower *l, struct lower_block *block)
{
	l->cur = block;
}

/**
 * lower_end() - end the current block, go on in one that nothing leads to
 */
void lower_end(struct lower *l, enum facts_term term)
{
	l->cur->term = term;
	l->cur->done = true;
	lower_start(l, lower_block_new(l));
}

/**
 * lower_goto_block() - end the current block with a jump
 */
void lower_goto_block(struct lower *l, struct lower_block *to)
{
	g_ptr_array_add(l->cur->succ, to);
	lower_end(l, FT_JUMP);
}

/**
 * lower_branch() - end the current block with a branch
 */
void lower_branch(struct lower *l, struct facts_expr *cond,
		  const struct facts_loc *loc, struct lower_block *yes,
		  struct lower_block *no)
{
	l->cur->cond = cond;
	l->cur->cond_loc = *loc;
	g_ptr_array_add(l->cur->succ, yes);
	g_ptr_array_add(l->cur->succ, no);
	lower_end(l, FT_BRANCH);
}

/**
 * lower_emit() - add an instruction; valid until the next one is added
 */
struct facts_insn *lower_emit(struct lower *l, enum facts_insn_kind kind,
			      const struct facts_loc *loc)
{
	struct facts_insn *insn;

	g_array_set_size(l->cur->insns, l->cur->insns->len + 1);
	insn = &g_array_index(l->cur->insns, struct facts_insn,
			      l->cur->insns->len - 1);
	insn->kind = kind;
	insn->loc = *loc;
	return insn;
}

/**
 * lower_var_new() - add a variable to the function
 */
int lower_var_new(struct lower *l, enum facts_var_kind kind, const char *name,
		  const char *type, const struct facts_loc *loc)
{
	struct facts_var var = { .kind = kind, .name = name, .type = type };

	if (loc)
		var.loc = *loc;
	g_array_append_val(l->vars, var);
	return l->vars->len - 1;
}

/**
 * lower_var_bind() - a declaration stands for a variable
 */
void lower_var_bind(struct lower *l, CXCursor decl, int var)
{
	CXCursor *key = g_new(CXCursor, 1);

	*key = decl;
	g_hash_table_replace(l->var_of, key, GINT_TO_POINTER(var + 1));
}

/**
 * lower_var_find() - variable of a declaration, or -1
 */
int lower_var_find(struct lower *l, CXCursor decl)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(l->var_of, &decl)) - 1;
}

/**
 * lower_temp() - a fresh temporary
 */
struct facts_expr *lower_temp(struct lower *l, const char *type,
			      const struct facts_loc *loc)
{
	char name[16];
	int var;

	g_snprintf(name, sizeof(name), "%%%u", ++l->n_temps);
	var = lower_var_new(l, FV_TEMP, g_intern_string(name), type, loc);
	return lower_var_expr(l, var);
}

static void emit_cleanup(struct lower *l, int var, const struct facts_loc *loc)
{
	struct facts_var *v = &g_array_index(l->vars, struct facts_var, var);
	struct facts_insn *insn = lower_emit(l, FI_CALL, loc);
	struct facts_expr *addr;
	char *type;

	type = g_strdup_printf("%s *", v->type ? v->type : "void");
	addr = lower_expr_new(l, FX_ADDR, g_intern_string(type), 1);
	g_free(type);
	addr->kids[0] = lower_var_expr(l, var);
	insn->is_stmt = true;
	insn->callee = v->cleanup;
	if (v->type &&
	    (strstr(v->type, "struct page") || strstr(v->type, "struct folio")))
		g_hash_table_add(l->cx->cleanups, (char *)v->cleanup);
	cx_want(l->cx, v->cleanup, clang_getNullCursor());
	insn->callee_static = cx_func_static(l->cx, v->cleanup);
	insn->name_loc = v->loc;
	insn->name_loc.end = 0;
	insn->n_args = 1;
	insn->args = facts_new(l->unit, struct facts_arg, 1);
	insn->args[0].expr = addr;
	insn->args[0].loc = v->loc;
}

/**
 * lower_leave() - call the cleanups of the scopes that are left
 * @l: state; the scope is not changed
 * @until: scope that is still live where control goes
 * @loc: the statement that leaves
 */
void lower_leave(struct lower *l, struct lower_scope *until,
		 const struct facts_loc *loc)
{
	struct lower_scope *s;

	for (s = l->scope; s && s != until; s = s->up)
		emit_cleanup(l, s->var, loc);
}

/**
 * lower_label() - a label
 * @l: state
 * @cursor: the LabelStmt; a goto's reference to it is not an equal cursor, so
 *	name and place are compared
 */
struct lower_label *lower_label(struct lower *l, CXCursor cursor)
{
	CXSourceLocation at = clang_getCursorLocation(cursor);
	const char *name = cx_name(cursor);
	struct lower_label *label;
	unsigned int i;

	for (i = 0; i < l->labels->len; i++) {
		label = l->labels->pdata[i];
		if (label->name == name && clang_equalLocations(label->at, at))
			return label;
	}
	label = g_new0(struct lower_label, 1);
	label->at = at;
	label->name = name;
	label->block = lower_block_new(l);
	g_ptr_array_add(l->labels, label);
	return label;
}

static bool scope_holds(struct lower_scope *s, struct lower_scope *at)
{
	for (; at; at = at->up)
		if (at == s)
			return true;
	return !s;
}

static void settle_gotos(struct lower *l)
{
	unsigned int i;

	for (i = 0; i < l->gotos->len; i++) {
		struct lower_goto *g = l->gotos->pdata[i];
		struct lower_scope *until = g->scope;

		lower_start(l, g->from);
		if (!g->label->placed) {
			lower_end(l, FT_STOP);
			continue;
		}
		while (!scope_holds(until, g->label->scope))
			until = until->up;
		l->scope = g->scope;
		lower_leave(l, until, &g->loc);
		lower_goto_block(l, g->label->block);
	}
	l->scope = NULL;
}

/* An asm goto whose labels could not be read may go to any label. */
static void settle_asm_gotos(struct lower *l)
{
	unsigned int i, k;

	for (i = 0; i < l->asm_gotos->len; i++) {
		struct lower_block *b = l->asm_gotos->pdata[i];

		for (k = 0; k < l->labels->len; k++) {
			struct lower_label *label = l->labels->pdata[k];
			struct facts_case arm = { .lo = k + 1, .hi = k + 1 };

			if (!label->placed)
				continue;
			g_array_append_val(b->cases, arm);
			g_ptr_array_add(b->succ, label->block);
		}
	}
}

static struct lower_block *skip_empty(struct lower_block *b)
{
	unsigned int hops;

	for (hops = 0; hops < 1000; hops++) {
		struct lower_block *next;

		if (b->insns->len || b->loop_head || !b->done ||
		    b->term != FT_JUMP)
			break;
		next = b->succ->pdata[0];
		if (next == b)
			break;
		b = next;
	}
	return b;
}

/* Lead edges past empty blocks. */
static void thread_edges(struct lower *l)
{
	unsigned int i, k;

	for (i = 0; i < l->blocks->len; i++) {
		struct lower_block *b = l->blocks->pdata[i];

		for (k = 0; k < b->succ->len; k++)
			b->succ->pdata[k] = skip_empty(b->succ->pdata[k]);
	}
}

/*
 * Post-order from a block.  The stack holds (block, next successor) pairs;
 * successors are taken last to first, so that the reverse has the first first.
 */
static void walk_from(struct lower_block *from, GPtrArray *order)
{
	GPtrArray *stack = g_ptr_array_new();

	if (from->mark) {
		g_ptr_array_unref(stack);
		return;
	}
	from->mark = true;
	from->id = from->succ->len;
	g_ptr_array_add(stack, from);
	while (stack->len) {
		struct lower_block *b = stack->pdata[stack->len - 1];
		struct lower_block *next;

		if (!b->id) {
			g_ptr_array_add(order, b);
			g_ptr_array_set_size(stack, stack->len - 1);
			continue;
		}
		next = b->succ->pdata[--b->id];
		if (next->mark)
			continue;
		next->mark = true;
		next->id = next->succ->len;
		g_ptr_array_add(stack, next);
	}
	g_ptr_array_unref(stack);
}

/* Blocks in reverse post-order; what nothing leads to comes last. */
static GPtrArray *order_blocks(struct lower *l)
{
	GPtrArray *all = g_ptr_array_new(), *part = g_ptr_array_new();
	unsigned int i, k;

	for (i = 0; i < l->blocks->len; i++) {
		struct lower_block *b = l->blocks->pdata[i];

		if (i && !b->keep)
			continue;
		g_ptr_array_set_size(part, 0);
		walk_from(b, part);
		for (k = part->len; k; k--)
			g_ptr_array_add(all, part->pdata[k - 1]);
	}
	g_ptr_array_unref(part);
	return all;
}

/* Join blocks that always follow each other; the second is left empty. */
static void merge_chains(GPtrArray *order)
{
	unsigned int i, k;

	for (i = 0; i < order->len; i++)
		((struct lower_block *)order->pdata[i])->id = i == 0;
	for (i = 0; i < order->len; i++) {
		struct lower_block *b = order->pdata[i];

		for (k = 0; k < b->succ->len; k++)
			((struct lower_block *)b->succ->pdata[k])->id++;
	}
	for (i = 0; i < order->len; i++) {
		struct lower_block *b = order->pdata[i];

		while (b->mark && b->term == FT_JUMP && b->succ->len) {
			struct lower_block *next = b->succ->pdata[0];

			if (next == b || next->id != 1 || next->loop_head ||
			    next == order->pdata[0])
				break;
			if (next->insns->len)
				g_array_append_vals(b->insns, next->insns->data,
						    next->insns->len);
			b->term = next->term;
			b->cond = next->cond;
			b->cond_loc = next->cond_loc;
			g_ptr_array_unref(b->succ);
			b->succ = g_ptr_array_ref(next->succ);
			g_array_unref(b->cases);
			b->cases = g_array_ref(next->cases);
			next->mark = false;
		}
	}
}

/* memcpy() that takes an empty array, whose data may be NULL. */
static void *copy_array(struct lower *l, const GArray *array, size_t size)
{
	void *copy = facts_alloc(l->unit, size * MAX(array->len, 1));

	if (array->len)
		memcpy(copy, array->data, size * array->len);
	return copy;
}

static void finish_block(struct lower *l, const struct lower_block *b,
			 struct facts_block *out)
{
	unsigned int i;

	out->n_insns = b->insns->len;
	out->insns = copy_array(l, b->insns, sizeof(struct facts_insn));
	out->term = b->term;
	out->cond = b->cond;
	out->cond_loc = b->cond_loc;
	out->loop_head = b->loop_head;
	out->n_succ = b->succ->len;
	out->succ = facts_new(l->unit, unsigned int, MAX(out->n_succ, 1));
	for (i = 0; i < out->n_succ; i++)
		out->succ[i] = ((struct lower_block *)b->succ->pdata[i])->id;
	if (b->term != FT_SWITCH)
		return;
	out->cases = copy_array(l, b->cases, sizeof(struct facts_case));
}

/* Put the blocks that are reached or hold something in order; write them. */
static void finish_blocks(struct lower *l)
{
	struct facts_func *f = l->func;
	GPtrArray *order;
	unsigned int i;

	thread_edges(l);
	order = order_blocks(l);
	merge_chains(order);
	for (i = 0; i < order->len; i++) {
		struct lower_block *b = order->pdata[i];

		if (b->mark)
			b->id = f->n_blocks++;
	}
	f->blocks = facts_new(l->unit, struct facts_block, f->n_blocks);
	for (i = 0; i < order->len; i++) {
		struct lower_block *b = order->pdata[i];

		if (b->mark)
			finish_block(l, b, &f->blocks[b->id]);
	}
	g_ptr_array_unref(order);
	f->n_vars = l->vars->len;
	f->vars = copy_array(l, l->vars, sizeof(struct facts_var));
}

static void add_params(struct lower *l, CXCursor func)
{
	int i, n = clang_Cursor_getNumArguments(func);

	for (i = 0; i < n; i++) {
		CXCursor p = clang_Cursor_getArgument(func, i);
		struct facts_loc loc;
		int var;

		cx_loc_token(l->cx, clang_getCursorLocation(p), &loc);
		var = lower_var_new(
			l, FV_PARAM, cx_name(p),
			cx_param_type(l->cx, clang_getCursorType(p)), &loc);
		lower_var_bind(l, p, var);
		l->func->n_params++;
	}
}

static struct facts_func *new_function(struct cx *cx, CXCursor c)
{
	struct facts_func *f = facts_new(cx->unit, struct facts_func, 1);
	CXSourceRange extent = clang_getCursorExtent(c);
	struct cx_where from, to;

	f->name = cx_name(c);
	cx_loc_token(cx, clang_getCursorLocation(c), &f->loc);
	cx_where(cx, clang_getRangeStart(extent), &from);
	cx_where(cx, clang_getRangeEnd(extent), &to);
	f->file = from.exp.file ? from.exp.file->path : cx->main;
	f->first_line = from.exp.line;
	f->last_line = MAX(to.exp.line, from.exp.line);
	f->is_static = clang_getCursorLinkage(c) == CXLinkage_Internal;
	f->is_inline = clang_Cursor_isFunctionInlined(c);
	f->ret_type = cx_type(cx, clang_getCursorResultType(c));
	return f;
}

static void state_init(struct lower *l, struct cx *cx)
{
	l->cx = cx;
	l->unit = cx->unit;
	l->vars = g_array_new(FALSE, TRUE, sizeof(struct facts_var));
	l->var_of = g_hash_table_new_full(cx_cursor_hash, cx_cursor_equal,
					  g_free, NULL);
	l->blocks = g_ptr_array_new_with_free_func(block_free);
	l->labels = g_ptr_array_new_with_free_func(g_free);
	l->gotos = g_ptr_array_new_with_free_func(g_free);
	l->asm_gotos = g_ptr_array_new();
	l->cur = lower_block_new(l);
	l->whole = clang_getNullCursor();
}

static void state_clear(struct lower *l)
{
	g_array_unref(l->vars);
	g_hash_table_unref(l->var_of);
	g_ptr_array_unref(l->blocks);
	g_ptr_array_unref(l->labels);
	g_ptr_array_unref(l->gotos);
	g_ptr_array_unref(l->asm_gotos);
}

static CXCursor function_body(CXCursor func)
{
	GArray *kids = cx_children(func);
	CXCursor body = clang_getNullCursor();
	unsigned int i;

	for (i = 0; i < kids->len; i++) {
		CXCursor k = g_array_index(kids, CXCursor, i);

		if (clang_getCursorKind(k) == CXCursor_CompoundStmt)
			body = k;
	}
	g_array_unref(kids);
	return body;
}

/**
 * lower_function() - lower a function definition
 *
 * Return: owned by the unit; NULL when it has no body
 */
struct facts_func *lower_function(struct cx *cx, CXCursor func)
{
	CXCursor body = function_body(func);
	struct lower l = { 0 };

	if (clang_Cursor_isNull(body))
		return NULL;
	state_init(&l, cx);
	l.func = new_function(cx, func);
	add_params(&l, func);
	lower_compound(&l, body, false, NULL);
	lower_end(&l, FT_RETURN);
	settle_gotos(&l);
	settle_asm_gotos(&l);
	lower_end(&l, FT_RETURN);
	finish_blocks(&l);
	state_clear(&l);
	return l.func;
}
