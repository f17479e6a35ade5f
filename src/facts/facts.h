/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * facts.h - what one translation unit says, freed from the compiler
 *
 * front/ lowers C into these facts, facts/ writes and reads them as JSON, and
 * every later stage works on facts only.  A function is a control-flow graph
 * of basic blocks; a block is a list of instructions that contain at most one
 * call each (nested calls go through temporaries, in evaluation order), so
 * expressions are free of side effects.
 *
 * Ownership: everything reachable from a struct facts_unit belongs to the
 * unit's pool and goes with facts_unit_free().  Strings are interned with
 * g_intern_string(): compare them by pointer, never free them.
 */
#ifndef FACTS_FACTS_H
#define FACTS_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

#define FACTS_SCHEMA "gup2pin-facts/1"

/**
 * enum facts_macro - how a source location relates to the preprocessor
 * @FACTS_MACRO_NONE: plain text of the file
 * @FACTS_MACRO_ARG: text of the file that is an argument of a macro call; the
 *	location is where the text stands in the file
 * @FACTS_MACRO_BODY: text out of the body of a macro; the location is in the
 *	#define, the expansion is in exp_file, exp_line, exp_column
 */
enum facts_macro {
	FACTS_MACRO_NONE,
	FACTS_MACRO_ARG,
	FACTS_MACRO_BODY,
};

/**
 * struct facts_loc - a source range
 * @file: path relative to the tree's root (absolute if outside of it)
 * @line: 1-based, of the first character (spelling location)
 * @column: 1-based byte column, a tab counts as 1 (libclang's convention)
 * @offset: byte offset of the first character
 * @end: byte offset one past the last character; 0 when not contiguous text
 * @macro: relation to the preprocessor
 * @macro_name: name of the outermost macro expanded here, or NULL
 * @exp_file: for FACTS_MACRO_BODY and _ARG: file of the expansion, else NULL
 * @exp_line: line of the expansion, else 0
 * @exp_column: column of the expansion, else 0
 */
struct facts_loc {
	const char *file;
	unsigned int line;
	unsigned int column;
	unsigned int offset;
	unsigned int end;
	enum facts_macro macro;
	const char *macro_name;
	const char *exp_file;
	unsigned int exp_line;
	unsigned int exp_column;
};

/**
 * enum facts_expr_kind - expressions without calls and assignments
 * @FX_OPAQUE: a value that is not modelled; kids are what it is made from
 * @FX_INT: an integer constant expression, value in ival (enumerators, macros
 *	such as FOLL_WRITE, sizeof, and any expression that folds; text has the
 *	source spelling, kids are empty)
 * @FX_STRING: a string literal
 * @FX_VAR: parameter, local or temporary: index in the function's vars
 * @FX_GLOBAL: file-scope or static variable: name ("func.name" for a static
 *	local, "file:name" is not used: is_static says so)
 * @FX_FUNC: a function designator: name
 * @FX_FIELD: kids[0].name or kids[0]->name (arrow); record is the tag; name is
 *	"a|b" for members of a union, see facts_field_names()
 * @FX_INDEX: kids[0][kids[1]]
 * @FX_DEREF: *kids[0]
 * @FX_ADDR: &kids[0]
 * @FX_UNARY: op kids[0], op in name ("-", "!", "~")
 * @FX_BINARY: kids[0] op kids[1], op in name ("+", "|", "==", "&&" ...)
 * @FX_COND: kids[0] ? kids[1] : kids[2] (only when free of calls; a GNU
 *	"a ?: b" has kids[1] equal to kids[0])
 * @FX_CAST: an explicit cast of kids[0] to type
 * @FX_INIT: an initialiser list or compound literal: kids in field order;
 *	a kid that initialises a named field is FX_FIELD_INIT
 * @FX_FIELD_INIT: .name = kids[0] inside FX_INIT, record is the tag
 */
enum facts_expr_kind {
	FX_OPAQUE,
	FX_INT,
	FX_STRING,
	FX_VAR,
	FX_GLOBAL,
	FX_FUNC,
	FX_FIELD,
	FX_INDEX,
	FX_DEREF,
	FX_ADDR,
	FX_UNARY,
	FX_BINARY,
	FX_COND,
	FX_CAST,
	FX_INIT,
	FX_FIELD_INIT,
};

/**
 * struct facts_expr - one node of an expression
 * @kind: what it is
 * @name: variable, function or field name, operator, string (see the kind)
 * @record: FX_FIELD: tag of the struct or union that declares the field.  An
 *	unnamed record that is only a scope (anonymous member) is skipped: its
 *	fields belong to the named record around it.  A typedef name stands in
 *	for a missing tag, else "outer::member".
 * @record_file: file that defines the record, or NULL
 * @type: canonical type without const/volatile/restrict, for instance
 *	"struct page **", "unsigned long"; NULL if not known
 * @ival: value of FX_INT
 * @var: index for FX_VAR
 * @arrow: FX_FIELD through a pointer
 * @is_static: FX_GLOBAL or FX_FUNC with internal linkage
 * @text: FX_INT and call arguments: source text, else NULL
 * @kids: operands
 * @n_kids: how many
 */
struct facts_expr {
	enum facts_expr_kind kind;
	const char *name;
	const char *record;
	const char *record_file;
	const char *type;
	int64_t ival;
	int var;
	bool arrow;
	bool is_static;
	const char *text;
	struct facts_expr **kids;
	unsigned int n_kids;
};

/**
 * struct facts_arg - an argument of a call
 * @expr: its value, never NULL
 * @loc: its source range
 * @text: its source text as written (macro names kept), or NULL
 */
struct facts_arg {
	struct facts_expr *expr;
	struct facts_loc loc;
	const char *text;
};

/**
 * enum facts_insn_kind - instructions
 * @FI_ASSIGN: lhs = rhs; with op ("+=", ...) a compound assignment, and
 *	++/-- are "+=" / "-=" of FX_INT 1
 * @FI_CALL: lhs (a temporary, or NULL when the value is not used) = call
 * @FI_RETURN: return rhs (may be NULL); always last in its block
 * @FI_ASM: inline assembly: kids of rhs (FX_OPAQUE) are the operands
 */
enum facts_insn_kind {
	FI_ASSIGN,
	FI_CALL,
	FI_RETURN,
	FI_ASM,
};

/**
 * struct facts_insn - one instruction
 * @kind: what it does
 * @loc: the whole expression or statement
 * @op: compound operator of FI_ASSIGN, else NULL
 * @is_decl: FI_ASSIGN is the initialiser of a declaration
 * @is_stmt: FI_CALL is a whole expression statement (value unused)
 * @lhs: destination or NULL
 * @rhs: source or NULL
 * @callee: FI_CALL: name of the function called directly, else NULL
 * @callee_static: the function called directly has internal linkage
 * @callee_expr: FI_CALL through a pointer: what is called, else NULL (a call
 *	through an ops field is FX_FIELD with the record and field names)
 * @name_loc: FI_CALL: the token that names the callee
 * @args: FI_CALL arguments
 * @n_args: how many
 */
struct facts_insn {
	enum facts_insn_kind kind;
	struct facts_loc loc;
	const char *op;
	bool is_decl;
	bool is_stmt;
	struct facts_expr *lhs;
	struct facts_expr *rhs;
	const char *callee;
	bool callee_static;
	struct facts_expr *callee_expr;
	struct facts_loc name_loc;
	struct facts_arg *args;
	unsigned int n_args;
};

/**
 * enum facts_term - how a block ends
 * @FT_JUMP: to succ[0]
 * @FT_BRANCH: cond is true: succ[0], false: succ[1]
 * @FT_SWITCH: on cond; succ[i] is taken for cases[i]
 * @FT_RETURN: the last instruction is FI_RETURN, or the function's end
 * @FT_STOP: a call that does not return
 */
enum facts_term {
	FT_JUMP,
	FT_BRANCH,
	FT_SWITCH,
	FT_RETURN,
	FT_STOP,
};

/**
 * struct facts_case - one arm of FT_SWITCH
 * @lo: first value
 * @hi: last value (GNU ranges), else equal to lo
 * @is_default: the default arm (also present, going to the end, when the
 *	source has none)
 */
struct facts_case {
	int64_t lo;
	int64_t hi;
	bool is_default;
};

/**
 * struct facts_block - a basic block; blocks[0] of a function is its entry
 * @insns: instructions in order
 * @n_insns: how many
 * @term: how it ends
 * @cond: FT_BRANCH and FT_SWITCH: the value tested; && and || and ! are
 *	lowered to branches
 * @cond_loc: where the condition stands
 * @succ: indices of the successors
 * @cases: FT_SWITCH: parallel to succ
 * @n_succ: how many
 * @loop_head: a loop's condition is tested here (or it starts here)
 */
struct facts_block {
	struct facts_insn *insns;
	unsigned int n_insns;
	enum facts_term term;
	struct facts_expr *cond;
	struct facts_loc cond_loc;
	unsigned int *succ;
	struct facts_case *cases;
	unsigned int n_succ;
	bool loop_head;
};

/**
 * enum facts_var_kind - what a function's variable is */
enum facts_var_kind {
	FV_PARAM,
	FV_LOCAL,
	FV_TEMP,
};

/**
 * struct facts_var - a variable of a function
 * @kind: parameters come first in vars, in order
 * @name: "%3" for a temporary
 * @type: canonical, unqualified; arrays keep their bound ("struct page *[16]")
 * @cleanup: function of __attribute__((cleanup)), or NULL.  front/ emits the
 *	calls at each scope exit as ordinary FI_CALL; this is for the reader.
 * @loc: declaration
 */
struct facts_var {
	enum facts_var_kind kind;
	const char *name;
	const char *type;
	const char *cleanup;
	struct facts_loc loc;
};

/**
 * struct facts_func - a function with a body
 * @name: as in the source
 * @file: where the body stands (differs from the unit's for a header)
 * @loc: its name; loc.end is the end of the name
 * @first_line: of the definition
 * @last_line: of the closing brace
 * @is_static: internal linkage (static, also static inline)
 * @is_inline: declared inline
 * @has_error: a diagnostic of severity error lies inside it
 * @ret_type: canonical return type
 * @vars: parameters, then locals and temporaries
 * @blocks: the control-flow graph
 */
struct facts_func {
	const char *name;
	const char *file;
	struct facts_loc loc;
	unsigned int first_line;
	unsigned int last_line;
	bool is_static;
	bool is_inline;
	bool has_error;
	const char *ret_type;
	struct facts_var *vars;
	unsigned int n_vars;
	unsigned int n_params;
	struct facts_block *blocks;
	unsigned int n_blocks;
};

/**
 * struct facts_slot - a function's name in a static initialiser
 * @record: tag of the struct, for instance "file_operations"
 * @field: for instance "release"
 * @object: name of the initialised variable (outermost)
 * @function: name of the function
 * @func_static: it has internal linkage
 * @loc: the function's name in the initialiser
 *
 * Assignments and call arguments that carry FX_FUNC inside function bodies
 * are ordinary instructions; slots are for file-scope and static variables.
 */
struct facts_slot {
	const char *record;
	const char *field;
	const char *object;
	const char *function;
	bool func_static;
	struct facts_loc loc;
};

/**
 * enum facts_ref_kind - how a watched name is used
 * @FR_CALL: named as callee of a call in a function body
 * @FR_DECL: declared
 * @FR_DEFN: defined
 * @FR_ADDRESS: any other reference to the function
 */
enum facts_ref_kind {
	FR_CALL,
	FR_DECL,
	FR_DEFN,
	FR_ADDRESS,
};

/**
 * struct facts_ref - an occurrence of a watched name (the gup families)
 * @kind: how it is used
 * @name: the name
 * @function: function around it, or NULL
 * @loc: the token
 */
struct facts_ref {
	enum facts_ref_kind kind;
	const char *name;
	const char *function;
	struct facts_loc loc;
};

/**
 * struct facts_diag - a compiler diagnostic
 * @error: error or fatal (else warning)
 * @fatal: parsing stopped here
 * @function: function around its expansion location, or NULL
 * @loc: where
 * @text: the message
 */
struct facts_diag {
	bool error;
	bool fatal;
	const char *function;
	struct facts_loc loc;
	const char *text;
};

/**
 * struct facts_skip - lines that the preprocessor left out
 * @file: of the range (main file and candidate headers only)
 * @first: first line (the directive)
 * @last: last line
 * @cond: the directive's text, for instance "#ifdef CONFIG_MMU"
 */
struct facts_skip {
	const char *file;
	unsigned int first;
	unsigned int last;
	const char *cond;
};

/**
 * struct facts_unit - one translation unit, or why there is none
 * @file: main file, relative to the tree's root
 * @arch: architecture it was parsed for ("x86")
 * @config: short description of the configuration ("x86 allyes", or the
 *	path of a compile_commands.json)
 * @failed: NULL, or why nothing could be parsed ("libclang crashed: signal
 *	11", "time limit", "cannot read: ...")
 * @text: SHA-256 of the main file as it was parsed, in hexadecimal, or NULL
 * @n_errors: diagnostics of severity error or worse
 * @funcs: (element-type facts_func*)
 * @slots: (element-type facts_slot*)
 * @refs: (element-type facts_ref*)
 * @diags: (element-type facts_diag*)
 * @skips: (element-type facts_skip*)
 * @pool: owns all of it; see facts_alloc()
 */
struct facts_unit {
	const char *file;
	const char *arch;
	const char *config;
	const char *failed;
	const char *text;
	unsigned int n_errors;
	GPtrArray *funcs;
	GPtrArray *slots;
	GPtrArray *refs;
	GPtrArray *diags;
	GPtrArray *skips;
	GPtrArray *pool;
};

/**
 * facts_unit_new() - an empty unit
 * @file: main file, interned by this function
 *
 * Return: (transfer full): free with facts_unit_free()
 */
struct facts_unit *facts_unit_new(const char *file);

/**
 * facts_unit_free() - free a unit and all it owns; NULL is fine
 */
void facts_unit_free(struct facts_unit *unit);

/**
 * facts_alloc() - zeroed memory that lives as long as the unit
 * @unit: owner
 * @size: bytes
 */
void *facts_alloc(struct facts_unit *unit, size_t size);

#define facts_new(unit, type, n) \
	((type *)facts_alloc((unit), sizeof(type) * (n)))

/**
 * facts_strip_casts() - an expression without the casts around it
 * @e: the expression, or NULL
 */
const struct facts_expr *facts_strip_casts(const struct facts_expr *e);

/**
 * facts_arg() - an argument of a call
 * @in: the call
 * @n: its index; a negative one is none
 *
 * Return: NULL when there are not that many
 */
const struct facts_expr *facts_arg(const struct facts_insn *in, int n);

/**
 * facts_field_names() - the names that a field has in the source
 * @field: name of an FX_FIELD
 *
 * Members of a union that may hold pages are one place with one name: "a|b".
 *
 * Return: (transfer full): free with g_strfreev()
 */
char **facts_field_names(const char *field);

#endif
