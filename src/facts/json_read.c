// SPDX-License-Identifier: GPL-2.0-only
/*
 * json_read.c - facts from JSON
 *
 * Trusts nothing: later stages index arrays and follow pointers without
 * looking, so everything they rely on is checked here.  The reader is sticky:
 * after the first error every helper returns a default, and the loops stop.
 */
#include <limits.h>
#include <string.h>
#include <json-c/json.h>
#include "facts/json.h"
#include "facts/valid.h"
#include "facts/words.h"

/* An expression takes two levels of JSON, the rest of a unit less than 32. */
#define MAX_JSON_DEPTH (2 * FACTS_MAX_EXPR_DEPTH + 32)

/**
 * struct at - where in the JSON the reader is, for messages
 * @up: the member around it, NULL for the top
 * @name: of the member
 * @index: in an array, or -1
 */
struct at {
	const struct at *up;
	const char *name;
	int index;
};

/**
 * struct reader - state of facts_from_json()
 * @unit: being filled
 * @files: the unit's "files": interned paths
 * @n_vars: of the function being read
 * @n_blocks: of the function being read
 * @error: the first error, or NULL
 */
struct reader {
	struct facts_unit *unit;
	GPtrArray *files;
	unsigned int n_vars;
	unsigned int n_blocks;
	GError *error;
};

static void format_at(GString *path, const struct at *at)
{
	if (!at)
		return;
	format_at(path, at->up);
	if (at->name) {
		if (path->len)
			g_string_append_c(path, '.');
		g_string_append(path, at->name);
	}
	if (at->index >= 0)
		g_string_append_printf(path, "[%d]", at->index);
}

static void fail(struct reader *r, const struct at *at, const char *key,
		 const char *what)
{
	const struct at leaf = { .up = at, .name = key, .index = -1 };
	GString *path;

	if (r->error)
		return;
	path = g_string_new(NULL);
	format_at(path, &leaf);
	g_set_error(&r->error, G2P_ERROR, G2P_ERROR_DATA, "facts%s%s: %s: %s",
		    r->unit ? " of " : "", r->unit ? r->unit->file : "",
		    path->len ? path->str : "top level", what);
	g_string_free(path, TRUE);
}

/* A member of the wanted type; NULL when it is absent or wrong. */
static struct json_object *get(struct reader *r, const struct at *at,
			       struct json_object *obj, const char *key,
			       enum json_type type)
{
	struct json_object *value;

	if (r->error || !json_object_object_get_ex(obj, key, &value))
		return NULL;
	if (json_object_is_type(value, type))
		return value;
	fail(r, at, key, "is of the wrong type");
	return NULL;
}

/* An interned string; one with a NUL inside would be cut short. */
static const char *intern(struct reader *r, const struct at *at,
			  const char *key, struct json_object *value)
{
	const char *s = json_object_get_string(value);

	if (strlen(s) != (size_t)json_object_get_string_len(value)) {
		fail(r, at, key, "a string with a NUL character");
		return NULL;
	}
	return g_intern_string(s);
}

static const char *get_string(struct reader *r, const struct at *at,
			      struct json_object *obj, const char *key)
{
	struct json_object *value = get(r, at, obj, key, json_type_string);

	return value ? intern(r, at, key, value) : NULL;
}

/* A string that has to be there. */
static const char *need_string(struct reader *r, const struct at *at,
			       struct json_object *obj, const char *key)
{
	const char *s = get_string(r, at, obj, key);

	if (!s)
		fail(r, at, key, "missing");
	return s;
}

static bool get_bool(struct reader *r, const struct at *at,
		     struct json_object *obj, const char *key)
{
	struct json_object *value = get(r, at, obj, key, json_type_boolean);

	return value && json_object_get_boolean(value);
}

static int64_t get_int(struct reader *r, const struct at *at,
		       struct json_object *obj, const char *key, int64_t min,
		       int64_t max)
{
	struct json_object *value = get(r, at, obj, key, json_type_int);
	int64_t n = value ? json_object_get_int64(value) : 0;

	if (value && (n < min || n > max)) {
		fail(r, at, key, "out of range");
		return 0;
	}
	return n;
}

/* Index of a word in a table; a missing one is an error. */
static unsigned int get_enum(struct reader *r, const struct at *at,
			     struct json_object *obj, const char *key,
			     const char *const *names, unsigned int n)
{
	struct json_object *value = get(r, at, obj, key, json_type_string);
	unsigned int i;

	for (i = 0; value && i < n; i++) {
		if (!strcmp(names[i], json_object_get_string(value)))
			return i;
	}
	fail(r, at, key, value ? "unknown word" : "missing");
	return 0;
}

#define GET_ENUM(r, at, obj, key, names) \
	get_enum(r, at, obj, key, names, G_N_ELEMENTS(names))

static struct json_object *get_list(struct reader *r, const struct at *at,
				    struct json_object *obj, const char *key,
				    unsigned int *n)
{
	struct json_object *list = get(r, at, obj, key, json_type_array);

	*n = list ? json_object_array_length(list) : 0;
	return list;
}

/* Element of a list that has to be an object. */
static struct json_object *element(struct reader *r, const struct at *at,
				   struct json_object *list, unsigned int i)
{
	struct json_object *obj = json_object_array_get_idx(list, i);

	if (r->error)
		return NULL;
	if (json_object_is_type(obj, json_type_object))
		return obj;
	fail(r, at, NULL, "not an object");
	return NULL;
}

/* Element of a list that has to be a number. */
static int64_t int_at(struct reader *r, const struct at *at,
		      struct json_object *list, unsigned int i, int64_t min,
		      int64_t max)
{
	struct json_object *value = json_object_array_get_idx(list, i);
	int64_t n;

	if (r->error)
		return 0;
	if (!json_object_is_type(value, json_type_int)) {
		fail(r, at, NULL, "element is not a number");
		return 0;
	}
	n = json_object_get_int64(value);
	if (n < min || n > max) {
		fail(r, at, NULL, "element out of range");
		return 0;
	}
	return n;
}

static const char *file_at(struct reader *r, const struct at *at,
			   struct json_object *list, unsigned int i)
{
	int64_t index = int_at(r, at, list, i, -1, (int64_t)r->files->len - 1);

	return r->error || index < 0 ? NULL : r->files->pdata[index];
}

static void get_loc_macro(struct reader *r, const struct at *at,
			  struct json_object *list, struct facts_loc *loc)
{
	struct json_object *kind = json_object_array_get_idx(list, 5);
	struct json_object *name = json_object_array_get_idx(list, 6);
	unsigned int i;

	for (i = 0; i < G_N_ELEMENTS(facts_macro_kinds); i++) {
		if (json_object_is_type(kind, json_type_string) &&
		    !strcmp(facts_macro_kinds[i], json_object_get_string(kind)))
			break;
	}
	if (i == G_N_ELEMENTS(facts_macro_kinds)) {
		fail(r, at, NULL, "unknown macro relation");
		return;
	}
	loc->macro = i;
	if (json_object_is_type(name, json_type_string))
		loc->macro_name = intern(r, at, NULL, name);
	else if (name)
		fail(r, at, NULL, "macro name is not a string");
	loc->exp_file = file_at(r, at, list, 7);
	loc->exp_line = int_at(r, at, list, 8, 0, UINT_MAX);
	loc->exp_column = int_at(r, at, list, 9, 0, UINT_MAX);
}

static void get_loc(struct reader *r, const struct at *up,
		    struct json_object *obj, const char *key,
		    struct facts_loc *loc)
{
	const struct at at = { .up = up, .name = key, .index = -1 };
	unsigned int n;
	struct json_object *list = get_list(r, up, obj, key, &n);

	if (!list)
		return;
	if (n != 5 && n != 10) {
		fail(r, up, key, "a location has 5 or 10 elements");
		return;
	}
	loc->file = file_at(r, &at, list, 0);
	loc->line = int_at(r, &at, list, 1, 0, UINT_MAX);
	loc->column = int_at(r, &at, list, 2, 0, UINT_MAX);
	loc->offset = int_at(r, &at, list, 3, 0, UINT_MAX);
	loc->end = int_at(r, &at, list, 4, 0, UINT_MAX);
	if (n == 10 && !r->error)
		get_loc_macro(r, &at, list, loc);
}

/* What later stages rely on without looking. */
static void check_expr(struct reader *r, const struct at *at,
		       const struct facts_expr *e)
{
	if (facts_expr_shapes[e->kind].kids >= 0 &&
	    e->n_kids != (unsigned int)facts_expr_shapes[e->kind].kids)
		fail(r, at, "of", "wrong number of operands");
	if (facts_expr_shapes[e->kind].name && !e->name)
		fail(r, at, "name", "missing");
	if (e->kind == FX_VAR && (e->var < 0 || e->var >= (int)r->n_vars))
		fail(r, at, "var", "no such variable");
}

static struct facts_expr *read_expr(struct reader *r, const struct at *at,
				    struct json_object *obj, unsigned int depth)
{
	struct facts_expr *e = facts_new(r->unit, struct facts_expr, 1);
	struct json_object *kids;
	int64_t file;
	unsigned int i, n;

	e->kind = GET_ENUM(r, at, obj, "k", facts_expr_kinds);
	e->name = get_string(r, at, obj, "name");
	e->record = get_string(r, at, obj, "rec");
	e->type = get_string(r, at, obj, "type");
	e->ival = get_int(r, at, obj, "val", INT64_MIN, INT64_MAX);
	e->var = -1;
	if (e->kind == FX_VAR)
		e->var = get_int(r, at, obj, "var", INT_MIN, INT_MAX);
	e->arrow = get_bool(r, at, obj, "arrow");
	e->is_static = get_bool(r, at, obj, "static");
	e->text = get_string(r, at, obj, "text");
	if (get(r, at, obj, "recfile", json_type_int)) {
		file = get_int(r, at, obj, "recfile", 0,
			       (int64_t)r->files->len - 1);
		if (!r->error)
			e->record_file = r->files->pdata[file];
	}
	kids = get_list(r, at, obj, "of", &n);
	if (n && depth >= FACTS_MAX_EXPR_DEPTH)
		fail(r, at, "of", "nested too deep");
	if (r->error)
		return e;
	e->kids = facts_new(r->unit, struct facts_expr *, n);
	e->n_kids = n;
	for (i = 0; i < n && !r->error; i++) {
		const struct at kid = { .up = at, .name = "of", .index = i };

		obj = element(r, &kid, kids, i);
		if (obj)
			e->kids[i] = read_expr(r, &kid, obj, depth + 1);
	}
	check_expr(r, at, e);
	return e;
}

static struct facts_expr *get_expr(struct reader *r, const struct at *up,
				   struct json_object *obj, const char *key)
{
	const struct at at = { .up = up, .name = key, .index = -1 };
	struct json_object *value = get(r, up, obj, key, json_type_object);

	return value ? read_expr(r, &at, value, 1) : NULL;
}

static void read_args(struct reader *r, const struct at *up,
		      struct json_object *obj, struct facts_insn *insn)
{
	unsigned int i, n;
	struct json_object *list = get_list(r, up, obj, "args", &n);

	insn->args = facts_new(r->unit, struct facts_arg, n);
	insn->n_args = n;
	for (i = 0; i < n && !r->error; i++) {
		const struct at at = { .up = up, .name = "args", .index = i };
		struct facts_arg *arg = &insn->args[i];

		obj = element(r, &at, list, i);
		if (!obj)
			return;
		arg->expr = get_expr(r, &at, obj, "expr");
		if (!arg->expr)
			fail(r, &at, "expr", "missing");
		get_loc(r, &at, obj, "loc", &arg->loc);
		arg->text = get_string(r, &at, obj, "text");
	}
}

static void read_insn(struct reader *r, const struct at *at,
		      struct json_object *obj, struct facts_insn *insn)
{
	insn->kind = GET_ENUM(r, at, obj, "k", facts_insn_kinds);
	get_loc(r, at, obj, "loc", &insn->loc);
	insn->op = get_string(r, at, obj, "op");
	insn->is_decl = get_bool(r, at, obj, "decl");
	insn->is_stmt = get_bool(r, at, obj, "stmt");
	insn->lhs = get_expr(r, at, obj, "lhs");
	insn->rhs = get_expr(r, at, obj, "rhs");
	insn->callee = get_string(r, at, obj, "callee");
	insn->callee_static = get_bool(r, at, obj, "static");
	insn->callee_expr = get_expr(r, at, obj, "ptr");
	get_loc(r, at, obj, "name_loc", &insn->name_loc);
	read_args(r, at, obj, insn);
	if (insn->kind == FI_ASSIGN && !(insn->lhs && insn->rhs))
		fail(r, at, NULL, "an assignment needs lhs and rhs");
	if (insn->kind == FI_CALL && !insn->callee && !insn->callee_expr)
		fail(r, at, NULL, "a call needs callee or ptr");
}

static void read_succ(struct reader *r, const struct at *up,
		      struct json_object *obj, struct facts_block *block)
{
	const struct at at = { .up = up, .name = "succ", .index = -1 };
	unsigned int i, n;
	struct json_object *list = get_list(r, up, obj, "succ", &n);

	block->succ = facts_new(r->unit, unsigned int, n);
	block->n_succ = n;
	for (i = 0; i < n && !r->error; i++)
		block->succ[i] =
			int_at(r, &at, list, i, 0, (int64_t)r->n_blocks - 1);
}

static void read_cases(struct reader *r, const struct at *up,
		       struct json_object *obj, struct facts_block *block)
{
	unsigned int i, n;
	struct json_object *list = get_list(r, up, obj, "cases", &n);

	if (n != (block->term == FT_SWITCH ? block->n_succ : 0))
		fail(r, up, "cases", "not as many as succ");
	if (r->error)
		return;
	block->cases = facts_new(r->unit, struct facts_case, n);
	for (i = 0; i < n && !r->error; i++) {
		const struct at at = { .up = up, .name = "cases", .index = i };
		struct json_object *arm = json_object_array_get_idx(list, i);
		struct json_object *is_default;
		size_t len = 0;

		if (json_object_is_type(arm, json_type_array))
			len = json_object_array_length(arm);
		if (len != 2 && len != 3) {
			fail(r, &at, NULL, "a case has 2 or 3 elements");
			return;
		}
		is_default = len == 3 ? json_object_array_get_idx(arm, 2) :
					NULL;
		if (len == 3 &&
		    !json_object_is_type(is_default, json_type_boolean))
			fail(r, &at, NULL, "default is not a boolean");
		block->cases[i].lo =
			int_at(r, &at, arm, 0, INT64_MIN, INT64_MAX);
		block->cases[i].hi =
			int_at(r, &at, arm, 1, INT64_MIN, INT64_MAX);
		block->cases[i].is_default =
			is_default && json_object_get_boolean(is_default);
	}
}

static void check_block(struct reader *r, const struct at *at,
			const struct facts_block *block)
{
	static const int n_succ[] = {
		[FT_JUMP] = 1,	 [FT_BRANCH] = 2, [FT_SWITCH] = -1,
		[FT_RETURN] = 0, [FT_STOP] = 0,
	};
	unsigned int i;

	if (n_succ[block->term] >= 0 &&
	    block->n_succ != (unsigned int)n_succ[block->term])
		fail(r, at, "succ", "wrong number of successors");
	if ((block->term == FT_BRANCH || block->term == FT_SWITCH) &&
	    !block->cond)
		fail(r, at, "cond", "missing");
	for (i = 0; i + 1 < block->n_insns; i++) {
		if (block->insns[i].kind == FI_RETURN)
			fail(r, at, "insns", "a return is not last");
	}
}

static void read_block(struct reader *r, const struct at *up,
		       struct json_object *obj, struct facts_block *block)
{
	unsigned int i, n;
	struct json_object *list = get_list(r, up, obj, "insns", &n);

	block->insns = facts_new(r->unit, struct facts_insn, n);
	block->n_insns = n;
	for (i = 0; i < n && !r->error; i++) {
		const struct at at = { .up = up, .name = "insns", .index = i };
		struct json_object *insn = element(r, &at, list, i);

		if (insn)
			read_insn(r, &at, insn, &block->insns[i]);
	}
	block->term = GET_ENUM(r, up, obj, "term", facts_terms);
	block->cond = get_expr(r, up, obj, "cond");
	get_loc(r, up, obj, "cond_loc", &block->cond_loc);
	read_succ(r, up, obj, block);
	read_cases(r, up, obj, block);
	block->loop_head = get_bool(r, up, obj, "loop");
	if (!r->error)
		check_block(r, up, block);
}

static void read_vars(struct reader *r, const struct at *up,
		      struct json_object *obj, struct facts_func *func)
{
	unsigned int i, n;
	struct json_object *list = get_list(r, up, obj, "vars", &n);

	func->vars = facts_new(r->unit, struct facts_var, n);
	func->n_vars = n;
	r->n_vars = n;
	for (i = 0; i < n && !r->error; i++) {
		const struct at at = { .up = up, .name = "vars", .index = i };
		struct facts_var *var = &func->vars[i];

		obj = element(r, &at, list, i);
		if (!obj)
			return;
		var->kind = GET_ENUM(r, &at, obj, "k", facts_var_kinds);
		var->name = need_string(r, &at, obj, "name");
		var->type = get_string(r, &at, obj, "type");
		var->cleanup = get_string(r, &at, obj, "cleanup");
		get_loc(r, &at, obj, "loc", &var->loc);
		if (var->kind != FV_PARAM)
			continue;
		if (func->n_params != i)
			fail(r, &at, "k", "parameters come first");
		func->n_params++;
	}
}

static void *read_func(struct reader *r, const struct at *up,
		       struct json_object *obj)
{
	struct facts_func *func = facts_new(r->unit, struct facts_func, 1);
	struct json_object *list;
	unsigned int i, n;

	func->name = need_string(r, up, obj, "name");
	func->file = need_string(r, up, obj, "file");
	get_loc(r, up, obj, "loc", &func->loc);
	func->first_line = get_int(r, up, obj, "first", 0, UINT_MAX);
	func->last_line = get_int(r, up, obj, "last", 0, UINT_MAX);
	func->is_static = get_bool(r, up, obj, "static");
	func->is_inline = get_bool(r, up, obj, "inline");
	func->has_error = get_bool(r, up, obj, "error");
	func->ret_type = get_string(r, up, obj, "ret");
	read_vars(r, up, obj, func);
	list = get_list(r, up, obj, "blocks", &n);
	if (!n)
		fail(r, up, "blocks", "a function has at least one block");
	func->blocks = facts_new(r->unit, struct facts_block, n);
	func->n_blocks = n;
	r->n_blocks = n;
	for (i = 0; i < n && !r->error; i++) {
		const struct at at = { .up = up, .name = "blocks", .index = i };
		struct json_object *block = element(r, &at, list, i);

		if (block)
			read_block(r, &at, block, &func->blocks[i]);
	}
	return func;
}

static void *read_slot(struct reader *r, const struct at *at,
		       struct json_object *obj)
{
	struct facts_slot *slot = facts_new(r->unit, struct facts_slot, 1);

	slot->record = need_string(r, at, obj, "rec");
	slot->field = need_string(r, at, obj, "field");
	slot->object = get_string(r, at, obj, "object");
	slot->function = need_string(r, at, obj, "func");
	slot->func_static = get_bool(r, at, obj, "static");
	get_loc(r, at, obj, "loc", &slot->loc);
	return slot;
}

static void *read_ref(struct reader *r, const struct at *at,
		      struct json_object *obj)
{
	struct facts_ref *ref = facts_new(r->unit, struct facts_ref, 1);

	ref->kind = GET_ENUM(r, at, obj, "k", facts_ref_kinds);
	ref->name = need_string(r, at, obj, "name");
	ref->function = get_string(r, at, obj, "in");
	get_loc(r, at, obj, "loc", &ref->loc);
	return ref;
}

static void *read_diag(struct reader *r, const struct at *at,
		       struct json_object *obj)
{
	struct facts_diag *diag = facts_new(r->unit, struct facts_diag, 1);

	diag->error = get_bool(r, at, obj, "error");
	diag->fatal = get_bool(r, at, obj, "fatal");
	diag->function = get_string(r, at, obj, "in");
	get_loc(r, at, obj, "loc", &diag->loc);
	diag->text = need_string(r, at, obj, "text");
	return diag;
}

static void *read_skip(struct reader *r, const struct at *at,
		       struct json_object *obj)
{
	struct facts_skip *skip = facts_new(r->unit, struct facts_skip, 1);

	skip->file = need_string(r, at, obj, "file");
	skip->first = get_int(r, at, obj, "first", 0, UINT_MAX);
	skip->last = get_int(r, at, obj, "last", 0, UINT_MAX);
	skip->cond = get_string(r, at, obj, "cond");
	return skip;
}

static void read_all(struct reader *r, struct json_object *root,
		     const char *key, GPtrArray *to,
		     void *(*read)(struct reader *r, const struct at *at,
				   struct json_object *obj))
{
	unsigned int i, n;
	struct json_object *list = get_list(r, NULL, root, key, &n);

	for (i = 0; i < n && !r->error; i++) {
		const struct at at = { .name = key, .index = i };
		struct json_object *obj = element(r, &at, list, i);

		if (obj)
			g_ptr_array_add(to, read(r, &at, obj));
	}
}

static void read_files(struct reader *r, struct json_object *root)
{
	unsigned int i, n;
	struct json_object *list = get_list(r, NULL, root, "files", &n);

	for (i = 0; i < n && !r->error; i++) {
		const struct at at = { .name = "files", .index = i };
		struct json_object *file = json_object_array_get_idx(list, i);

		if (!json_object_is_type(file, json_type_string))
			fail(r, &at, NULL, "not a string");
		else
			g_ptr_array_add(r->files,
					(char *)intern(r, &at, NULL, file));
	}
}

static void read_unit(struct reader *r, struct json_object *root)
{
	const char *schema, *file;

	if (!json_object_is_type(root, json_type_object)) {
		fail(r, NULL, NULL, "not an object");
		return;
	}
	schema = need_string(r, NULL, root, "schema");
	if (schema && strcmp(schema, FACTS_SCHEMA))
		fail(r, NULL, "schema", "not " FACTS_SCHEMA);
	file = need_string(r, NULL, root, "file");
	if (r->error)
		return;
	r->unit = facts_unit_new(file);
	r->unit->arch = get_string(r, NULL, root, "arch");
	r->unit->config = get_string(r, NULL, root, "config");
	r->unit->failed = get_string(r, NULL, root, "failed");
	r->unit->text = get_string(r, NULL, root, "text");
	r->unit->n_errors = get_int(r, NULL, root, "errors", 0, UINT_MAX);
	read_files(r, root);
	read_all(r, root, "funcs", r->unit->funcs, read_func);
	read_all(r, root, "slots", r->unit->slots, read_slot);
	read_all(r, root, "refs", r->unit->refs, read_ref);
	read_all(r, root, "diags", r->unit->diags, read_diag);
	read_all(r, root, "skips", r->unit->skips, read_skip);
}

/* JSON proper: one value, nothing but white space behind it. */
static struct json_object *parse_text(const char *text, size_t len,
				      GError **error)
{
	struct json_tokener *tok;
	struct json_object *root = NULL;
	enum json_tokener_error status;
	size_t end = 0;

	if (len >= INT_MAX) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_DATA,
			    "facts: %zu bytes are too many", len);
		return NULL;
	}
	tok = json_tokener_new_ex(MAX_JSON_DEPTH);
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT |
					    JSON_TOKENER_ALLOW_TRAILING_CHARS |
					    JSON_TOKENER_VALIDATE_UTF8);
	if (len)
		root = json_tokener_parse_ex(tok, text, len);
	status = len ? json_tokener_get_error(tok) : json_tokener_continue;
	if (status == json_tokener_success) {
		end = json_tokener_get_parse_end(tok);
		while (end < len && g_ascii_isspace(text[end]))
			end++;
	}
	if (status == json_tokener_continue)
		g_set_error(error, G2P_ERROR, G2P_ERROR_DATA,
			    "facts: cut short after %zu bytes", len);
	else if (status != json_tokener_success)
		g_set_error(error, G2P_ERROR, G2P_ERROR_DATA,
			    "facts: not JSON at byte %zu: %s",
			    json_tokener_get_parse_end(tok),
			    json_tokener_error_desc(status));
	else if (end < len)
		g_set_error(error, G2P_ERROR, G2P_ERROR_DATA,
			    "facts: junk at byte %zu after the end", end);
	if (status != json_tokener_success || end < len) {
		json_object_put(root);
		root = NULL;
	} else if (!root) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_DATA,
			    "facts: top level: not an object");
	}
	json_tokener_free(tok);
	return root;
}

struct facts_unit *facts_from_json(const char *text, size_t len, GError **error)
{
	struct reader r = { 0 };
	struct json_object *root = parse_text(text, len, error);

	if (!root)
		return NULL;
	r.files = g_ptr_array_new();
	read_unit(&r, root);
	g_ptr_array_unref(r.files);
	json_object_put(root);
	if (r.error) {
		facts_unit_free(r.unit);
		g_propagate_error(error, r.error);
		return NULL;
	}
	return r.unit;
}
