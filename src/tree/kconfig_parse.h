/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kconfig_parse.h - the parsed form of Kconfig files
 *
 * Between kconfig_parse.c, which builds it, and kconfig.c, which evaluates it.
 */
#ifndef TREE_KCONFIG_PARSE_H
#define TREE_KCONFIG_PARSE_H

#include <stdbool.h>
#include <glib.h>

/**
 * enum kc_op - nodes of an expression
 */
enum kc_op {
	KC_SYM,
	KC_CONST,
	KC_NOT,
	KC_AND,
	KC_OR,
	KC_EQ,
	KC_NE,
	KC_LT,
	KC_GT,
	KC_LE,
	KC_GE,
};

/**
 * struct kc_expr - an expression; NULL stands for y
 * @op: what it is
 * @sym: KC_SYM
 * @text: KC_CONST (interned by the parse)
 * @a: first operand of the others
 * @b: second operand
 */
struct kc_expr {
	enum kc_op op;
	union {
		struct kc_sym *sym;
		const char *text;
		struct kc_expr *a;
	};
	struct kc_expr *b;
};

/**
 * enum kc_type - type of a symbol
 */
enum kc_type {
	KC_UNKNOWN,
	KC_BOOL,
	KC_INT,
	KC_HEX,
	KC_STRING,
};

/**
 * struct kc_def - one config entry of a symbol (it may have several)
 * @dep: its dependencies, those of the menus around it included
 * @prompt: it has a prompt
 * @prompt_cond: condition of the prompt
 * @next: of the same symbol
 */
struct kc_def {
	struct kc_expr *dep;
	bool prompt;
	struct kc_expr *prompt_cond;
	struct kc_def *next;
};

/**
 * struct kc_default - "default VALUE if COND"
 */
struct kc_default {
	struct kc_def *def;
	struct kc_expr *value;
	struct kc_expr *cond;
	struct kc_default *next;
};

/**
 * struct kc_select - "select SYM if COND", kept at SYM
 */
struct kc_select {
	struct kc_sym *by;
	struct kc_def *def;
	struct kc_expr *cond;
	struct kc_select *next;
};

/**
 * struct kc_choice - a choice block
 * @dep: its dependencies
 * @prompt_cond: condition of its prompt
 * @members: (element-type kc_sym*)
 * @defaults: def is NULL
 * @picked: evaluation: the member that is y, or NULL
 */
struct kc_choice {
	struct kc_expr *dep;
	struct kc_expr *prompt_cond;
	GPtrArray *members;
	struct kc_default *defaults;
	struct kc_sym *picked;
};

/**
 * struct kc_sym - a symbol
 * @name: without CONFIG_
 * @type: KC_UNKNOWN when only referred to
 * @choice: block it is a member of, or NULL
 * @defs: in the order of the text, as all of these; NULL when only referred to
 * @defaults: of all of its entries
 * @selects: who selects it
 * @last_select: the last one of them
 * @value: evaluation: "y", "n", text; NULL: none
 * @forced: evaluation: value it is pinned to, or NULL
 * @wanted: evaluation: see kconfig_eval()
 * @unwanted: evaluation: see kconfig_eval()
 * @visit: kconfig_wants() is at it
 */
struct kc_sym {
	const char *name;
	enum kc_type type;
	struct kc_choice *choice;
	struct kc_def *defs;
	struct kc_default *defaults;
	struct kc_select *selects;
	struct kc_select *last_select;
	const char *value;
	const char *forced;
	bool wanted;
	bool unwanted;
	bool visit;
};

/**
 * struct kconfig - parsed Kconfig files
 * @kernel: absolute path of the kernel tree
 * @srcarch: $(SRCARCH)
 * @arch: $(ARCH)
 * @by_name: name -> kc_sym
 * @order: (element-type kc_sym*): in order of first definition
 * @choices: (element-type kc_choice*)
 * @vars: macro variables, name -> value
 * @strings: all texts
 * @rooms: blocks of memory that hold symbols, entries and expressions: there
 *	are hundreds of thousands, for a dozen of architectures
 * @room: what is left of the last one
 * @left: bytes of it
 */
struct kconfig {
	char *kernel;
	char *srcarch;
	char *arch;
	GHashTable *by_name;
	GPtrArray *order;
	GPtrArray *choices;
	GHashTable *vars;
	GStringChunk *strings;
	GPtrArray *rooms;
	char *room;
	size_t left;
};

/**
 * kconfig_parse() - read Kconfig and all it sources into an empty struct
 */
void kconfig_parse(struct kconfig *kc);

/**
 * kconfig_expand() - expand $(...) in a text
 * @kc: for the variables
 * @text: may be longer than @len
 * @len: bytes to expand
 *
 * Return: (transfer full)
 */
char *kconfig_expand(struct kconfig *kc, const char *text, size_t len);

/**
 * kconfig_macro_length() - length of "$(...)" with balanced parentheses
 * @text: starts with "$("
 * @len: bytes there are
 *
 * Return: @len when it never ends
 */
size_t kconfig_macro_length(const char *text, size_t len);

#endif
