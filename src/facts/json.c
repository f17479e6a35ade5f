// SPDX-License-Identifier: GPL-2.0-only
/*
 * json.c - facts to JSON
 *
 * docs/facts.md describes the format.  A member that has its default value
 * (0, false, NULL, no elements) is left out.
 */
#include <json-c/json.h>
#include "facts/json.h"
#include "facts/words.h"

const char *const facts_expr_kinds[] = {
	[FX_OPAQUE] = "opaque", [FX_INT] = "int",
	[FX_STRING] = "string", [FX_VAR] = "var",
	[FX_GLOBAL] = "global", [FX_FUNC] = "func",
	[FX_FIELD] = "field",	[FX_INDEX] = "index",
	[FX_DEREF] = "deref",	[FX_ADDR] = "addr",
	[FX_UNARY] = "unary",	[FX_BINARY] = "binary",
	[FX_COND] = "cond",	[FX_CAST] = "cast",
	[FX_INIT] = "init",	[FX_FIELD_INIT] = "field-init",
};

const char *const facts_insn_kinds[] = {
	[FI_ASSIGN] = "assign",
	[FI_CALL] = "call",
	[FI_RETURN] = "return",
	[FI_ASM] = "asm",
};

const char *const facts_terms[] = {
	[FT_JUMP] = "jump",	[FT_BRANCH] = "branch", [FT_SWITCH] = "switch",
	[FT_RETURN] = "return", [FT_STOP] = "stop",
};

const char *const facts_var_kinds[] = {
	[FV_PARAM] = "param",
	[FV_LOCAL] = "local",
	[FV_TEMP] = "temp",
};

const char *const facts_ref_kinds[] = {
	[FR_CALL] = "call",
	[FR_DECL] = "decl",
	[FR_DEFN] = "defn",
	[FR_ADDRESS] = "address",
};

const char *const facts_macro_kinds[] = {
	[FACTS_MACRO_NONE] = "",
	[FACTS_MACRO_ARG] = "arg",
	[FACTS_MACRO_BODY] = "body",
};

/**
 * struct writer - state of facts_to_json()
 * @files: (key-type char*): path to its index in list, plus one
 * @list: the unit's "files" member (not owned)
 */
struct writer {
	GHashTable *files;
	struct json_object *list;
};

static void put(struct json_object *obj, const char *key,
		struct json_object *value)
{
	json_object_object_add_ex(obj, key, value,
				  JSON_C_OBJECT_ADD_KEY_IS_NEW |
					  JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

/* Kernel sources are not all UTF-8, JSON is. */
static struct json_object *new_string(const char *s)
{
	struct json_object *value;
	char *valid;

	if (g_utf8_validate(s, -1, NULL))
		return json_object_new_string(s);
	valid = g_utf8_make_valid(s, -1);
	value = json_object_new_string(valid);
	g_free(valid);
	return value;
}

static void put_string(struct json_object *obj, const char *key, const char *s)
{
	if (s)
		put(obj, key, new_string(s));
}

static void put_int(struct json_object *obj, const char *key, int64_t value)
{
	if (value)
		put(obj, key, json_object_new_int64(value));
}

static void put_bool(struct json_object *obj, const char *key, bool value)
{
	if (value)
		put(obj, key, json_object_new_boolean(true));
}

/* Adds an array that is not empty. */
static void put_list(struct json_object *obj, const char *key,
		     struct json_object *list)
{
	if (json_object_array_length(list))
		put(obj, key, list);
	else
		json_object_put(list);
}

/* Index of a path in the unit's "files", -1 for NULL. */
static int file_index(struct writer *w, const char *file)
{
	int index;

	if (!file)
		return -1;
	index = GPOINTER_TO_INT(g_hash_table_lookup(w->files, file));
	if (!index) {
		json_object_array_add(w->list, new_string(file));
		index = json_object_array_length(w->list);
		g_hash_table_insert(w->files, (char *)file,
				    GINT_TO_POINTER(index));
	}
	return index - 1;
}

static void add_int(struct json_object *list, int64_t value)
{
	json_object_array_add(list, json_object_new_int64(value));
}

static void put_loc(struct writer *w, struct json_object *obj, const char *key,
		    const struct facts_loc *loc)
{
	bool plain = !loc->macro && !loc->macro_name && !loc->exp_file &&
		     !loc->exp_line && !loc->exp_column;
	struct json_object *list;

	if (plain && !loc->file && !loc->line && !loc->column && !loc->offset &&
	    !loc->end)
		return;
	list = json_object_new_array_ext(10);
	add_int(list, file_index(w, loc->file));
	add_int(list, loc->line);
	add_int(list, loc->column);
	add_int(list, loc->offset);
	add_int(list, loc->end);
	if (!plain) {
		json_object_array_add(
			list,
			json_object_new_string(facts_macro_kinds[loc->macro]));
		json_object_array_add(
			list,
			loc->macro_name ? new_string(loc->macro_name) : NULL);
		add_int(list, file_index(w, loc->exp_file));
		add_int(list, loc->exp_line);
		add_int(list, loc->exp_column);
	}
	put(obj, key, list);
}

static struct json_object *
write_expr(struct writer *w, const struct facts_expr *e, unsigned int depth)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *kids;
	enum facts_expr_kind kind = e->kind;
	unsigned int i, n_kids = e->n_kids;

	if (n_kids && depth >= FACTS_MAX_EXPR_DEPTH) {
		kind = FX_OPAQUE;
		n_kids = 0;
	}
	put_string(obj, "k", facts_expr_kinds[kind]);
	put_string(obj, "name", e->name);
	put_string(obj, "rec", e->record);
	if (e->record_file)
		put(obj, "recfile",
		    json_object_new_int(file_index(w, e->record_file)));
	put_string(obj, "type", e->type);
	put_int(obj, "val", e->ival);
	if (kind == FX_VAR)
		put_int(obj, "var", e->var);
	put_bool(obj, "arrow", e->arrow);
	put_bool(obj, "static", e->is_static);
	put_string(obj, "text", e->text);
	kids = json_object_new_array_ext(n_kids ? n_kids : 1);
	for (i = 0; i < n_kids; i++)
		json_object_array_add(kids,
				      write_expr(w, e->kids[i], depth + 1));
	put_list(obj, "of", kids);
	return obj;
}

static void put_expr(struct writer *w, struct json_object *obj, const char *key,
		     const struct facts_expr *e)
{
	if (e)
		put(obj, key, write_expr(w, e, 1));
}

static struct json_object *write_insn(struct writer *w,
				      const struct facts_insn *insn)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *args = json_object_new_array();
	unsigned int i;

	put_string(obj, "k", facts_insn_kinds[insn->kind]);
	put_loc(w, obj, "loc", &insn->loc);
	put_string(obj, "op", insn->op);
	put_bool(obj, "decl", insn->is_decl);
	put_bool(obj, "stmt", insn->is_stmt);
	put_expr(w, obj, "lhs", insn->lhs);
	put_expr(w, obj, "rhs", insn->rhs);
	put_string(obj, "callee", insn->callee);
	put_bool(obj, "static", insn->callee_static);
	put_expr(w, obj, "ptr", insn->callee_expr);
	put_loc(w, obj, "name_loc", &insn->name_loc);
	for (i = 0; i < insn->n_args; i++) {
		struct json_object *arg = json_object_new_object();

		put_expr(w, arg, "expr", insn->args[i].expr);
		put_loc(w, arg, "loc", &insn->args[i].loc);
		put_string(arg, "text", insn->args[i].text);
		json_object_array_add(args, arg);
	}
	put_list(obj, "args", args);
	return obj;
}

static void put_cases(struct json_object *obj, const struct facts_block *block)
{
	struct json_object *cases = json_object_new_array();
	unsigned int i;

	for (i = 0; i < block->n_succ; i++) {
		struct json_object *arm = json_object_new_array_ext(3);

		add_int(arm, block->cases[i].lo);
		add_int(arm, block->cases[i].hi);
		if (block->cases[i].is_default)
			json_object_array_add(arm,
					      json_object_new_boolean(true));
		json_object_array_add(cases, arm);
	}
	put_list(obj, "cases", cases);
}

static struct json_object *write_block(struct writer *w,
				       const struct facts_block *block)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *insns = json_object_new_array();
	struct json_object *succ = json_object_new_array();
	unsigned int i;

	for (i = 0; i < block->n_insns; i++)
		json_object_array_add(insns, write_insn(w, &block->insns[i]));
	put_list(obj, "insns", insns);
	put_string(obj, "term", facts_terms[block->term]);
	put_expr(w, obj, "cond", block->cond);
	put_loc(w, obj, "cond_loc", &block->cond_loc);
	for (i = 0; i < block->n_succ; i++)
		add_int(succ, block->succ[i]);
	put_list(obj, "succ", succ);
	if (block->cases)
		put_cases(obj, block);
	put_bool(obj, "loop", block->loop_head);
	return obj;
}

static struct json_object *write_var(struct writer *w,
				     const struct facts_var *var)
{
	struct json_object *obj = json_object_new_object();

	put_string(obj, "k", facts_var_kinds[var->kind]);
	put_string(obj, "name", var->name);
	put_string(obj, "type", var->type);
	put_string(obj, "cleanup", var->cleanup);
	put_loc(w, obj, "loc", &var->loc);
	return obj;
}

static struct json_object *write_func(struct writer *w,
				      const struct facts_func *func)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *vars = json_object_new_array();
	struct json_object *blocks = json_object_new_array();
	unsigned int i;

	put_string(obj, "name", func->name);
	put_string(obj, "file", func->file);
	put_loc(w, obj, "loc", &func->loc);
	put_int(obj, "first", func->first_line);
	put_int(obj, "last", func->last_line);
	put_bool(obj, "static", func->is_static);
	put_bool(obj, "inline", func->is_inline);
	put_bool(obj, "error", func->has_error);
	put_string(obj, "ret", func->ret_type);
	for (i = 0; i < func->n_vars; i++)
		json_object_array_add(vars, write_var(w, &func->vars[i]));
	put_list(obj, "vars", vars);
	for (i = 0; i < func->n_blocks; i++)
		json_object_array_add(blocks, write_block(w, &func->blocks[i]));
	put_list(obj, "blocks", blocks);
	return obj;
}

static struct json_object *write_slot(struct writer *w,
				      const struct facts_slot *slot)
{
	struct json_object *obj = json_object_new_object();

	put_string(obj, "rec", slot->record);
	put_string(obj, "field", slot->field);
	put_string(obj, "object", slot->object);
	put_string(obj, "func", slot->function);
	put_bool(obj, "static", slot->func_static);
	put_loc(w, obj, "loc", &slot->loc);
	return obj;
}

static struct json_object *write_ref(struct writer *w,
				     const struct facts_ref *ref)
{
	struct json_object *obj = json_object_new_object();

	put_string(obj, "k", facts_ref_kinds[ref->kind]);
	put_string(obj, "name", ref->name);
	put_string(obj, "in", ref->function);
	put_loc(w, obj, "loc", &ref->loc);
	return obj;
}

static struct json_object *write_diag(struct writer *w,
				      const struct facts_diag *diag)
{
	struct json_object *obj = json_object_new_object();

	put_bool(obj, "error", diag->error);
	put_bool(obj, "fatal", diag->fatal);
	put_string(obj, "in", diag->function);
	put_loc(w, obj, "loc", &diag->loc);
	put_string(obj, "text", diag->text);
	return obj;
}

static struct json_object *write_skip(const struct facts_skip *skip)
{
	struct json_object *obj = json_object_new_object();

	put_string(obj, "file", skip->file);
	put_int(obj, "first", skip->first);
	put_int(obj, "last", skip->last);
	put_string(obj, "cond", skip->cond);
	return obj;
}

static void write_members(struct writer *w, struct json_object *root,
			  const struct facts_unit *unit)
{
	struct json_object *funcs = json_object_new_array();
	struct json_object *slots = json_object_new_array();
	struct json_object *refs = json_object_new_array();
	struct json_object *diags = json_object_new_array();
	struct json_object *skips = json_object_new_array();
	unsigned int i;

	for (i = 0; i < unit->funcs->len; i++)
		json_object_array_add(funcs,
				      write_func(w, unit->funcs->pdata[i]));
	for (i = 0; i < unit->slots->len; i++)
		json_object_array_add(slots,
				      write_slot(w, unit->slots->pdata[i]));
	for (i = 0; i < unit->refs->len; i++)
		json_object_array_add(refs, write_ref(w, unit->refs->pdata[i]));
	for (i = 0; i < unit->diags->len; i++)
		json_object_array_add(diags,
				      write_diag(w, unit->diags->pdata[i]));
	for (i = 0; i < unit->skips->len; i++)
		json_object_array_add(skips, write_skip(unit->skips->pdata[i]));
	put_list(root, "funcs", funcs);
	put_list(root, "slots", slots);
	put_list(root, "refs", refs);
	put_list(root, "diags", diags);
	put_list(root, "skips", skips);
}

char *facts_to_json(const struct facts_unit *unit)
{
	struct json_object *root = json_object_new_object();
	struct writer w = {
		.files = g_hash_table_new(g_str_hash, g_str_equal),
		.list = json_object_new_array(),
	};
	char *text;

	put_string(root, "schema", FACTS_SCHEMA);
	put_string(root, "file", unit->file);
	put_string(root, "arch", unit->arch);
	put_string(root, "config", unit->config);
	put_string(root, "failed", unit->failed);
	put_string(root, "text", unit->text);
	put_int(root, "errors", unit->n_errors);
	put(root, "files", w.list);
	write_members(&w, root, unit);
	text = g_strdup(json_object_to_json_string_ext(
		root, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(root);
	g_hash_table_unref(w.files);
	return text;
}
