/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lower.h - from a function's syntax tree to a control-flow graph
 *
 * Inside front/ only.  Blocks are built in source order; what cannot be
 * reached is dropped at the end, unless a watched function is called there.
 */
#ifndef FRONT_LOWER_H
#define FRONT_LOWER_H

#include "front/cx.h"

/**
 * struct lower_block - a block being built
 * @insns: (element-type struct facts_insn)
 * @done: it has its terminator
 * @succ: (element-type lower_block*)
 * @cases: (element-type struct facts_case) parallel to @succ for FT_SWITCH
 * @keep: it calls a watched function, so it stays even if nothing leads to it
 * @id: index in the finished function
 * @mark: for reachability
 */
struct lower_block {
	GArray *insns;
	bool done;
	enum facts_term term;
	struct facts_expr *cond;
	struct facts_loc cond_loc;
	GPtrArray *succ;
	GArray *cases;
	bool loop_head;
	bool keep;
	unsigned int id;
	bool mark;
};

/**
 * struct lower_scope - a live variable that has a cleanup function
 *
 * Scopes form a tree by @up; a jump out calls the cleanups from where it
 * starts up to the first scope that also holds at its target.
 */
struct lower_scope {
	struct lower_scope *up;
	int var;
};

/**
 * struct lower_target - where break or continue goes
 */
struct lower_target {
	struct lower_block *block;
	struct lower_scope *scope;
};

/**
 * struct lower_label - a label
 */
struct lower_label {
	CXSourceLocation at;
	const char *name;
	struct lower_block *block;
	struct lower_scope *scope;
	bool placed;
};

/**
 * struct lower_goto - a goto, settled once all labels are known
 */
struct lower_goto {
	struct lower_block *from;
	struct lower_label *label;
	struct lower_scope *scope;
	struct facts_loc loc;
};

/**
 * struct lower - state while a function is lowered
 * @cur: block that instructions are added to, never NULL
 * @sw: switch block that case labels belong to, or NULL
 * @sw_default: its default arm was seen
 * @whole: the expression statement being lowered
 * @depth: recursion guard
 */
struct lower {
	struct cx *cx;
	struct facts_unit *unit;
	struct facts_func *func;
	GArray *vars;
	GHashTable *var_of;
	GPtrArray *blocks;
	struct lower_block *cur;
	struct lower_target brk;
	struct lower_target cont;
	struct lower_block *sw;
	bool sw_default;
	struct lower_scope *scope;
	GPtrArray *labels;
	GPtrArray *gotos;
	GPtrArray *asm_gotos;
	CXCursor whole;
	unsigned int depth;
	unsigned int n_temps;
};

/* lower.c: functions, blocks, variables */
struct facts_func *lower_function(struct cx *cx, CXCursor func);
struct lower_block *lower_block_new(struct lower *l);
void lower_goto_block(struct lower *l, struct lower_block *to);
void lower_start(struct lower *l, struct lower_block *block);
void lower_branch(struct lower *l, struct facts_expr *cond,
		  const struct facts_loc *loc, struct lower_block *yes,
		  struct lower_block *no);
void lower_end(struct lower *l, enum facts_term term);
struct facts_insn *lower_emit(struct lower *l, enum facts_insn_kind kind,
			      const struct facts_loc *loc);
int lower_var_new(struct lower *l, enum facts_var_kind kind, const char *name,
		  const char *type, const struct facts_loc *loc);
void lower_var_bind(struct lower *l, CXCursor decl, int var);
int lower_var_find(struct lower *l, CXCursor decl);
struct facts_expr *lower_temp(struct lower *l, const char *type,
			      const struct facts_loc *loc);
void lower_leave(struct lower *l, struct lower_scope *until,
		 const struct facts_loc *loc);
struct lower_label *lower_label(struct lower *l, CXCursor cursor);

/* lower_stmt.c */
void lower_stmt(struct lower *l, CXCursor c);
void lower_compound(struct lower *l, CXCursor c, bool want,
		    struct facts_expr **value);

/* lower_expr.c */
struct facts_expr *expr_new(struct facts_unit *unit, enum facts_expr_kind kind,
			    const char *type, unsigned int n_kids);
struct facts_expr *expr_field(struct cx *cx, struct facts_expr *base,
			      CXCursor field, bool arrow);
struct facts_expr *lower_expr_new(struct lower *l, enum facts_expr_kind kind,
				  const char *type, unsigned int n_kids);
struct facts_expr *lower_int(struct lower *l, int64_t value, const char *type);
struct facts_expr *lower_var_expr(struct lower *l, int var);
struct facts_expr *lower_value(struct lower *l, CXCursor c);
void lower_effect(struct lower *l, CXCursor c);
void lower_cond(struct lower *l, CXCursor c, struct lower_block *yes,
		struct lower_block *no);
bool lower_has_effect(CXCursor c);
int lower_const_cond(struct lower *l, CXCursor c);
void lower_assign(struct lower *l, struct facts_expr *lhs,
		  struct facts_expr *rhs, const struct facts_loc *loc,
		  bool is_decl);

/* lower_call.c */
struct facts_expr *lower_call(struct lower *l, CXCursor c, bool want);
const char *lower_callee_name(CXCursor call);

/* lower_init.c */

/**
 * struct init_leaf - one value of an initialiser list
 * @path: how to get there: expression of the member (NULL for slots)
 * @record: tag of the record around, or NULL
 * @field: its field, or NULL
 * @value: the value
 */
struct init_leaf {
	struct facts_expr *path;
	const char *record;
	const char *field;
	CXCursor value;
};

typedef void (*init_leaf_fn)(const struct init_leaf *leaf, void *user);

void init_walk(struct cx *cx, CXType type, CXCursor list,
	       struct facts_expr *base, init_leaf_fn fn, void *user);
void lower_init(struct lower *l, struct facts_expr *lhs, CXType type,
		CXCursor init, const struct facts_loc *loc, bool is_decl);
struct facts_expr *lower_init_expr(struct lower *l, CXType type, CXCursor list);

/* inline assembly */
void lower_asm_operands(struct lower *l, CXCursor c);
bool lower_asm_is_goto(struct lower *l, CXCursor c);

#endif
