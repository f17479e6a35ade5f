/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * defs.h - which definitions of a local variable reach an instruction
 *
 * Inside flow/ and verdict/.  Classic reaching definitions over the control-flow graph
 * (Aho, Sethi, Ullman, "Compilers", 10.6).
 */
#ifndef FLOW_DEFS_H
#define FLOW_DEFS_H

#include "flow/flow.h"

/**
 * enum flow_def_kind - how a variable gets a value
 * @DEF_PARAM: the caller's argument
 * @DEF_ASSIGN: assignment, insn says which
 * @DEF_CALL: result of a call
 * @DEF_OUT: a call is given its address
 * @DEF_MEMORY: an array, a struct, or a variable whose address is kept: one
 *	definition for all its stores, it reaches everywhere
 */
enum flow_def_kind {
	DEF_PARAM,
	DEF_ASSIGN,
	DEF_CALL,
	DEF_OUT,
	DEF_MEMORY,
};

/**
 * struct flow_def - a definition
 * @kind: how
 * @var: of which variable
 * @block: of insn
 * @index: of insn
 * @insn: NULL for DEF_PARAM and DEF_MEMORY
 */
struct flow_def {
	enum flow_def_kind kind;
	unsigned int var;
	unsigned int block;
	unsigned int index;
	const struct facts_insn *insn;
};

/**
 * struct flow_defs - all definitions of a function
 * @defs: the definitions; their index is their number
 * @n_defs: how many
 * @order: their numbers, those of one variable together and ascending
 * @first: per variable: where its own begin in @order; one more at the end
 * @memory: per variable: its DEF_MEMORY definition's number, or -1
 * @in: per block: bit set of the definitions that reach its start
 * @words: 64-bit words of a bit set
 * @after: per block: bit set of the blocks that can run after it; on demand
 */
struct flow_defs {
	struct flow_def *defs;
	unsigned int n_defs;
	unsigned int *order;
	unsigned int *first;
	int *memory;
	guint64 *in;
	unsigned int words;
	guint64 *after;
};

/**
 * flow_defs_get() - the definitions of a function, computed once
 */
const struct flow_defs *flow_defs_get(struct flow_func *func);

/**
 * flow_defs_free() - free them; NULL is fine
 */
void flow_defs_free(struct flow_defs *defs);

/**
 * flow_defs_reaching() - definitions of a variable that reach an instruction
 * @func: the function
 * @block: block of the instruction
 * @index: index in the block; values before it is executed
 * @var: the variable
 * @out: (element-type guint): numbers are appended
 */
void flow_defs_reaching(struct flow_func *func, unsigned int block,
			unsigned int index, unsigned int var, GArray *out);

/**
 * flow_defs_at() - the definition of a variable that an instruction makes
 *
 * Return: its number, or -1
 */
int flow_defs_at(struct flow_func *func, unsigned int block, unsigned int index,
		 unsigned int var);

#define FLOW_NO_BLOCK UINT_MAX

/**
 * flow_reach() - blocks that are come to
 * @f: the function
 * @from: block to start from, which is one of them
 * @without: not through this one, or FLOW_NO_BLOCK
 * @seen: a byte for each block; those that are set are not gone through again
 */
void flow_reach(const struct facts_func *f, unsigned int from,
		unsigned int without, bool *seen);

/**
 * flow_defs_follows() - can a position run after another one
 * @func: the function
 * @block: the one
 * @index: its index in the block
 * @later: block of the other
 * @at: its index in that block
 */
bool flow_defs_follows(struct flow_func *func, unsigned int block,
		       unsigned int index, unsigned int later, unsigned int at);

#endif
