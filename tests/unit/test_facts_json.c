// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_facts_json.c - facts survive the way through JSON, junk does not
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "facts/json.h"
#include "facts/pack.h"

#define S(s) g_intern_static_string(s)

static struct facts_loc plain_loc(unsigned int line)
{
	struct facts_loc loc = {
		.file = S("drivers/a.c"),
		.line = line,
		.column = 3,
		.offset = 100 + line,
		.end = 110 + line,
	};

	return loc;
}

static struct facts_loc macro_loc(enum facts_macro macro)
{
	struct facts_loc loc = plain_loc(7);

	loc.file = S("include/m.h");
	loc.macro = macro;
	loc.macro_name = S("TAKE");
	loc.exp_file = S("drivers/a.c");
	loc.exp_line = 4000000000u;
	loc.exp_column = 9;
	return loc;
}

static struct facts_expr *expr(struct facts_unit *u, enum facts_expr_kind kind,
			       const char *name, unsigned int n_kids, ...)
{
	struct facts_expr *e = facts_new(u, struct facts_expr, 1);
	unsigned int i;
	va_list ap;

	e->kind = kind;
	e->name = name ? g_intern_string(name) : NULL;
	e->n_kids = n_kids;
	e->kids = facts_new(u, struct facts_expr *, n_kids);
	va_start(ap, n_kids);
	for (i = 0; i < n_kids; i++)
		e->kids[i] = va_arg(ap, struct facts_expr *);
	va_end(ap);
	return e;
}

static struct facts_expr *var(struct facts_unit *u, int index)
{
	struct facts_expr *e = expr(u, FX_VAR, NULL, 0);

	e->var = index;
	e->type = S("struct page **");
	return e;
}

static struct facts_expr *num(struct facts_unit *u, int64_t value)
{
	struct facts_expr *e = expr(u, FX_INT, NULL, 0);

	e->ival = value;
	e->text = S("FOLL_WRITE | 1");
	return e;
}

static struct facts_expr *field(struct facts_unit *u)
{
	struct facts_expr *e = expr(u, FX_FIELD, "pages", 1, var(u, 0));

	e->record = S("buf");
	e->record_file = S("drivers/a.h");
	e->arrow = true;
	return e;
}

/* An expression of every kind. */
static struct facts_expr *zoo(struct facts_unit *u)
{
	struct facts_expr *global = expr(u, FX_GLOBAL, "table", 0);

	global->is_static = true;
	return expr(u, FX_OPAQUE, NULL, 12, num(u, INT64_MIN),
		    expr(u, FX_STRING, "caf\303\251 \"\\\n\t\001/", 0), global,
		    expr(u, FX_FUNC, "callback", 0), field(u),
		    expr(u, FX_INDEX, NULL, 2, var(u, 1), num(u, INT64_MAX)),
		    expr(u, FX_DEREF, NULL, 1, var(u, 2)),
		    expr(u, FX_ADDR, NULL, 1, var(u, 3)),
		    expr(u, FX_UNARY, "-", 1, num(u, -1)),
		    expr(u, FX_BINARY, "&&", 2, var(u, 0), var(u, 1)),
		    expr(u, FX_COND, NULL, 3, var(u, 0), var(u, 1),
			 expr(u, FX_CAST, NULL, 1, num(u, 0))),
		    expr(u, FX_INIT, NULL, 1,
			 expr(u, FX_FIELD_INIT, "release", 1,
			      expr(u, FX_FUNC, "f", 0))));
}

static void fill_insns(struct facts_unit *u, struct facts_block *b)
{
	struct facts_insn *insn;

	b->n_insns = 5;
	b->insns = insn = facts_new(u, struct facts_insn, b->n_insns);

	insn->kind = FI_ASSIGN;
	insn->loc = plain_loc(10);
	insn->op = S("+=");
	insn->is_decl = true;
	insn->lhs = var(u, 3);
	insn->rhs = zoo(u);

	insn++;
	insn->kind = FI_CALL;
	insn->loc = macro_loc(FACTS_MACRO_BODY);
	insn->lhs = var(u, 3);
	insn->callee = S("get_user_pages_fast");
	insn->callee_static = true;
	insn->name_loc = macro_loc(FACTS_MACRO_ARG);
	insn->n_args = 2;
	insn->args = facts_new(u, struct facts_arg, 2);
	insn->args[0].expr = num(u, 1);
	insn->args[0].loc = plain_loc(11);
	insn->args[0].text = S("gup_flags");
	insn->args[1].expr = var(u, 1);

	insn++;
	insn->kind = FI_CALL;
	insn->is_stmt = true;
	insn->callee_expr = field(u);

	insn++;
	insn->kind = FI_ASM;
	insn->rhs = expr(u, FX_OPAQUE, NULL, 1, var(u, 2));

	insn++;
	insn->kind = FI_RETURN;
	insn->loc = plain_loc(15);
}

static void fill_blocks(struct facts_unit *u, struct facts_func *f)
{
	static const unsigned int n_succ[] = { 1, 2, 3, 0, 0 };
	struct facts_block *b;
	unsigned int i, k;

	f->n_blocks = G_N_ELEMENTS(n_succ);
	f->blocks = facts_new(u, struct facts_block, f->n_blocks);
	for (i = 0; i < f->n_blocks; i++) {
		b = &f->blocks[i];
		b->term = i;
		b->n_succ = n_succ[i];
		b->succ = facts_new(u, unsigned int, b->n_succ);
		for (k = 0; k < b->n_succ; k++)
			b->succ[k] = (i + k + 1) % f->n_blocks;
	}
	f->blocks[1].loop_head = true;
	f->blocks[1].cond = var(u, 0);
	f->blocks[1].cond_loc = plain_loc(20);
	b = &f->blocks[2];
	b->cond = var(u, 1);
	b->cases = facts_new(u, struct facts_case, 3);
	b->cases[0].lo = INT64_MIN;
	b->cases[0].hi = -5;
	b->cases[1].lo = b->cases[1].hi = 12;
	b->cases[2].is_default = true;
	fill_insns(u, &f->blocks[3]);
}

static void fill_func(struct facts_unit *u)
{
	static const enum facts_var_kind kinds[] = { FV_PARAM, FV_PARAM,
						     FV_LOCAL, FV_TEMP };
	struct facts_func *f = facts_new(u, struct facts_func, 1);
	unsigned int i;

	f->name = S("take");
	f->file = S("drivers/a.h");
	f->loc = plain_loc(5);
	f->first_line = 4;
	f->last_line = 30;
	f->is_static = f->is_inline = f->has_error = true;
	f->ret_type = S("long");
	f->n_params = 2;
	f->n_vars = G_N_ELEMENTS(kinds);
	f->vars = facts_new(u, struct facts_var, f->n_vars);
	for (i = 0; i < f->n_vars; i++) {
		f->vars[i].kind = kinds[i];
		f->vars[i].name = S("v");
		f->vars[i].type = S("struct page *[16]");
	}
	f->vars[2].cleanup = S("drop");
	f->vars[2].loc = plain_loc(6);
	fill_blocks(u, f);
	g_ptr_array_add(u->funcs, f);
}

/* A unit that uses every feature. */
static struct facts_unit *full_unit(void)
{
	struct facts_unit *u = facts_unit_new("drivers/a.c");
	struct facts_slot *slot = facts_new(u, struct facts_slot, 1);
	struct facts_diag *diag = facts_new(u, struct facts_diag, 1);
	struct facts_skip *skip = facts_new(u, struct facts_skip, 1);
	unsigned int i;

	u->arch = S("x86");
	u->config = S("x86 allyes");
	u->failed = S("time limit");
	u->n_errors = 3;
	fill_func(u);
	slot->record = S("file_operations");
	slot->field = S("release");
	slot->object = S("fops");
	slot->function = S("my_release");
	slot->func_static = true;
	slot->loc = plain_loc(40);
	g_ptr_array_add(u->slots, slot);
	for (i = FR_CALL; i <= FR_ADDRESS; i++) {
		struct facts_ref *ref = facts_new(u, struct facts_ref, 1);

		ref->kind = i;
		ref->name = S("get_user_pages");
		ref->function = i ? S("take") : NULL;
		ref->loc = plain_loc(50 + i);
		g_ptr_array_add(u->refs, ref);
	}
	diag->error = diag->fatal = true;
	diag->function = S("take");
	diag->loc = plain_loc(60);
	diag->text = S("no such thing");
	g_ptr_array_add(u->diags, diag);
	skip->file = S("drivers/b.h");
	skip->first = 3;
	skip->last = 9;
	skip->cond = S("#ifdef CONFIG_MMU");
	g_ptr_array_add(u->skips, skip);
	return u;
}

static void same_loc(const struct facts_loc *a, const struct facts_loc *b)
{
	assert_ptr_equal(a->file, b->file);
	assert_int_equal(a->line, b->line);
	assert_int_equal(a->column, b->column);
	assert_int_equal(a->offset, b->offset);
	assert_int_equal(a->end, b->end);
	assert_int_equal(a->macro, b->macro);
	assert_ptr_equal(a->macro_name, b->macro_name);
	assert_ptr_equal(a->exp_file, b->exp_file);
	assert_int_equal(a->exp_line, b->exp_line);
	assert_int_equal(a->exp_column, b->exp_column);
}

static void same_expr(const struct facts_expr *a, const struct facts_expr *b)
{
	unsigned int i;

	assert_int_equal(!a, !b);
	if (!a)
		return;
	assert_int_equal(a->kind, b->kind);
	assert_ptr_equal(a->name, b->name);
	assert_ptr_equal(a->record, b->record);
	assert_ptr_equal(a->record_file, b->record_file);
	assert_ptr_equal(a->type, b->type);
	assert_true(a->ival == b->ival);
	assert_int_equal(a->kind == FX_VAR ? a->var : -1, b->var);
	assert_int_equal(a->arrow, b->arrow);
	assert_int_equal(a->is_static, b->is_static);
	assert_ptr_equal(a->text, b->text);
	assert_int_equal(a->n_kids, b->n_kids);
	for (i = 0; i < a->n_kids; i++)
		same_expr(a->kids[i], b->kids[i]);
}

static void same_insn(const struct facts_insn *a, const struct facts_insn *b)
{
	unsigned int i;

	assert_int_equal(a->kind, b->kind);
	same_loc(&a->loc, &b->loc);
	assert_ptr_equal(a->op, b->op);
	assert_int_equal(a->is_decl, b->is_decl);
	assert_int_equal(a->is_stmt, b->is_stmt);
	same_expr(a->lhs, b->lhs);
	same_expr(a->rhs, b->rhs);
	assert_ptr_equal(a->callee, b->callee);
	assert_int_equal(a->callee_static, b->callee_static);
	same_expr(a->callee_expr, b->callee_expr);
	same_loc(&a->name_loc, &b->name_loc);
	assert_int_equal(a->n_args, b->n_args);
	for (i = 0; i < a->n_args; i++) {
		same_expr(a->args[i].expr, b->args[i].expr);
		same_loc(&a->args[i].loc, &b->args[i].loc);
		assert_ptr_equal(a->args[i].text, b->args[i].text);
	}
}

static void same_block(const struct facts_block *a, const struct facts_block *b)
{
	unsigned int i;

	assert_int_equal(a->n_insns, b->n_insns);
	for (i = 0; i < a->n_insns; i++)
		same_insn(&a->insns[i], &b->insns[i]);
	assert_int_equal(a->term, b->term);
	same_expr(a->cond, b->cond);
	same_loc(&a->cond_loc, &b->cond_loc);
	assert_int_equal(a->n_succ, b->n_succ);
	assert_int_equal(!a->cases, !b->cases);
	for (i = 0; i < a->n_succ; i++) {
		assert_int_equal(a->succ[i], b->succ[i]);
		if (!a->cases)
			continue;
		assert_true(a->cases[i].lo == b->cases[i].lo);
		assert_true(a->cases[i].hi == b->cases[i].hi);
		assert_int_equal(a->cases[i].is_default,
				 b->cases[i].is_default);
	}
	assert_int_equal(a->loop_head, b->loop_head);
}

static void same_func(const struct facts_func *a, const struct facts_func *b)
{
	unsigned int i;

	assert_ptr_equal(a->name, b->name);
	assert_ptr_equal(a->file, b->file);
	same_loc(&a->loc, &b->loc);
	assert_int_equal(a->first_line, b->first_line);
	assert_int_equal(a->last_line, b->last_line);
	assert_int_equal(a->is_static, b->is_static);
	assert_int_equal(a->is_inline, b->is_inline);
	assert_int_equal(a->has_error, b->has_error);
	assert_ptr_equal(a->ret_type, b->ret_type);
	assert_int_equal(a->n_vars, b->n_vars);
	assert_int_equal(a->n_params, b->n_params);
	for (i = 0; i < a->n_vars; i++) {
		assert_int_equal(a->vars[i].kind, b->vars[i].kind);
		assert_ptr_equal(a->vars[i].name, b->vars[i].name);
		assert_ptr_equal(a->vars[i].type, b->vars[i].type);
		assert_ptr_equal(a->vars[i].cleanup, b->vars[i].cleanup);
		same_loc(&a->vars[i].loc, &b->vars[i].loc);
	}
	assert_int_equal(a->n_blocks, b->n_blocks);
	for (i = 0; i < a->n_blocks; i++)
		same_block(&a->blocks[i], &b->blocks[i]);
}

static void same_rest(const struct facts_unit *a, const struct facts_unit *b)
{
	const struct facts_slot *sa = a->slots->pdata[0];
	const struct facts_slot *sb = b->slots->pdata[0];
	const struct facts_diag *da = a->diags->pdata[0];
	const struct facts_diag *db = b->diags->pdata[0];
	const struct facts_skip *ka = a->skips->pdata[0];
	const struct facts_skip *kb = b->skips->pdata[0];
	unsigned int i;

	assert_ptr_equal(sa->record, sb->record);
	assert_ptr_equal(sa->field, sb->field);
	assert_ptr_equal(sa->object, sb->object);
	assert_ptr_equal(sa->function, sb->function);
	assert_int_equal(sa->func_static, sb->func_static);
	same_loc(&sa->loc, &sb->loc);
	for (i = 0; i < a->refs->len; i++) {
		const struct facts_ref *ra = a->refs->pdata[i];
		const struct facts_ref *rb = b->refs->pdata[i];

		assert_int_equal(ra->kind, rb->kind);
		assert_ptr_equal(ra->name, rb->name);
		assert_ptr_equal(ra->function, rb->function);
		same_loc(&ra->loc, &rb->loc);
	}
	assert_int_equal(da->error, db->error);
	assert_int_equal(da->fatal, db->fatal);
	assert_ptr_equal(da->function, db->function);
	same_loc(&da->loc, &db->loc);
	assert_ptr_equal(da->text, db->text);
	assert_ptr_equal(ka->file, kb->file);
	assert_int_equal(ka->first, kb->first);
	assert_int_equal(ka->last, kb->last);
	assert_ptr_equal(ka->cond, kb->cond);
}

static void test_round_trip(void **state)
{
	struct facts_unit *a = full_unit();
	char *text = facts_to_json(a);
	GError *error = NULL;
	struct facts_unit *b = facts_from_json(text, strlen(text), &error);
	char *again;

	assert_null(error);
	assert_non_null(b);
	assert_null(strchr(text, '\n'));
	assert_ptr_equal(a->file, b->file);
	assert_ptr_equal(a->arch, b->arch);
	assert_ptr_equal(a->config, b->config);
	assert_ptr_equal(a->failed, b->failed);
	assert_int_equal(a->n_errors, b->n_errors);
	assert_int_equal(b->funcs->len, 1);
	same_func(a->funcs->pdata[0], b->funcs->pdata[0]);
	assert_int_equal(b->slots->len, 1);
	assert_int_equal(b->refs->len, 4);
	assert_int_equal(b->diags->len, 1);
	assert_int_equal(b->skips->len, 1);
	same_rest(a, b);
	again = facts_to_json(b);
	assert_string_equal(text, again);
	g_free(again);
	g_free(text);
	facts_unit_free(a);
	facts_unit_free(b);
}

static struct facts_unit *packed(const struct facts_unit *a)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	/* at an odd address */
	g_byte_array_append(bytes, (const guint8 *)"", 1);
	facts_pack(a, bytes);
	return facts_unpack(bytes->data + 1, bytes->len - 1);
}

static void test_pack(void **state)
{
	struct facts_unit *a = full_unit(), *b;
	g_autofree char *before = facts_to_json(a), *after = NULL;

	/* as a worker's answer is read */
	facts_unit_free(a);
	a = facts_from_json(before, strlen(before), NULL);
	b = packed(a);
	assert_non_null(b);
	same_func(a->funcs->pdata[0], b->funcs->pdata[0]);
	same_rest(a, b);
	after = facts_to_json(b);
	assert_string_equal(before, after);
	facts_unit_free(a);
	facts_unit_free(b);
	a = facts_unit_new("x.c");
	a->failed = g_intern_string("time limit");
	b = packed(a);
	assert_non_null(b);
	assert_ptr_equal(a->file, b->file);
	assert_ptr_equal(a->failed, b->failed);
	assert_null(b->arch);
	assert_int_equal(b->funcs->len, 0);
	facts_unit_free(a);
	facts_unit_free(b);
}

/* Who keeps them sees that they are whole; cut off they are none anyway. */
static void test_pack_cut_off(void **state)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct facts_unit *a = full_unit();

	facts_pack(a, bytes);
	for (guint len = 0; len < bytes->len; len++)
		assert_null(facts_unpack(bytes->data, len));
	facts_unit_free(a);
}

static void test_empty_unit(void **state)
{
	struct facts_unit *a = facts_unit_new("x.c"), *b;
	char *text = facts_to_json(a);

	assert_string_equal(text, "{\"schema\":\"" FACTS_SCHEMA
				  "\",\"file\":\"x.c\",\"files\":[]}");
	b = facts_from_json(text, strlen(text), NULL);
	assert_non_null(b);
	assert_null(b->arch);
	assert_int_equal(b->funcs->len, 0);
	g_free(text);
	facts_unit_free(a);
	facts_unit_free(b);
	facts_unit_free(NULL);
}

/* Latin-1 in a source becomes U+FFFD: the JSON has to be UTF-8. */
static void test_not_utf8(void **state)
{
	struct facts_unit *a = facts_unit_new("x.c"), *b;
	char *text;

	a->failed = S("caf\351");
	text = facts_to_json(a);
	assert_true(g_utf8_validate(text, -1, NULL));
	b = facts_from_json(text, strlen(text), NULL);
	assert_non_null(b);
	assert_string_equal(b->failed, "caf\357\277\275");
	g_free(text);
	facts_unit_free(a);
	facts_unit_free(b);
}

static struct facts_unit *deep_unit(unsigned int depth)
{
	struct facts_unit *u = full_unit();
	struct facts_func *f = u->funcs->pdata[0];
	struct facts_expr *e = var(u, 0);

	while (--depth)
		e = expr(u, FX_DEREF, NULL, 1, e);
	f->blocks[1].cond = e;
	return u;
}

static void test_deep(void **state)
{
	static const unsigned int depths[] = { 255, 256, 257, 5000 };
	const struct facts_expr *e;
	struct facts_func *f;
	struct facts_unit *a, *b;
	GError *error = NULL;
	unsigned int i, n;
	char *text;

	for (i = 0; i < G_N_ELEMENTS(depths); i++) {
		a = deep_unit(depths[i]);
		text = facts_to_json(a);
		b = facts_from_json(text, strlen(text), &error);
		assert_null(error);
		f = b->funcs->pdata[0];
		for (n = 1, e = f->blocks[1].cond; e->n_kids; n++)
			e = e->kids[0];
		assert_int_equal(n, MIN(depths[i], 256));
		assert_int_equal(e->kind, depths[i] > 256 ? FX_OPAQUE : FX_VAR);
		g_free(text);
		facts_unit_free(a);
		facts_unit_free(b);
	}
}

static void rejects(const char *text, size_t len, const char *want)
{
	GError *error = NULL;
	struct facts_unit *u = facts_from_json(text, len, &error);

	assert_null(u);
	assert_non_null(error);
	assert_true(g_error_matches(error, G2P_ERROR, G2P_ERROR_DATA));
	assert_null(strchr(error->message, '\n'));
	if (want && !strstr(error->message, want))
		fail_msg("\"%s\" has no \"%s\"", error->message, want);
	g_error_free(error);
}

#define HEAD "{\"schema\":\"" FACTS_SCHEMA "\",\"file\":\"x.c\","
#define FUNC HEAD "\"files\":[\"a\"],\"funcs\":[{\"name\":\"f\",\"file\":\"a\","
#define BLOCK FUNC "\"vars\":[{\"k\":\"local\",\"name\":\"v\"}],\"blocks\":[{"
#define COND(e) BLOCK "\"term\":\"branch\",\"succ\":[0,0],\"cond\":" e "}]}]}"
#define LOC(l) FUNC "\"loc\":" l "}]}"

static void test_rejects(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} bad[] = {
		{ "", "cut short" },
		{ " ", "cut short" },
		{ "null", "" },
		{ "[]", "not an object" },
		{ "{} x", "junk at byte 3" },
		{ "{/* */}", "not JSON" },
		{ "{}", "schema: missing" },
		{ "{\"schema\":1}", "schema: is of the wrong type" },
		{ "{\"schema\":\"x\"}", "schema: not " FACTS_SCHEMA },
		{ "{\"schema\":\"" FACTS_SCHEMA "\"}", "file: missing" },
		{ HEAD "\"errors\":-1}", "errors: out of range" },
		{ HEAD "\"errors\":1.5}", "errors: is of the wrong type" },
		{ HEAD "\"arch\":\"a\\u0000b\"}", "arch: a string with a NUL" },
		{ HEAD "\"files\":[1]}", "files[0]: not a string" },
		{ HEAD "\"funcs\":{}}", "funcs: is of the wrong type" },
		{ HEAD "\"funcs\":[7]}", "funcs[0]: not an object" },
		{ HEAD "\"funcs\":[null]}", "funcs[0]: not an object" },
		{ FUNC "\"blocks\":[]}]}", "blocks: a function has" },
		{ FUNC "\"vars\":[{\"k\":\"temp\",\"name\":\"\"},"
		       "{\"k\":\"param\",\"name\":\"\"}]}]}",
		  "funcs[0].vars[1].k: parameters come first" },
		{ LOC("[0,1,1]"), "funcs[0].loc: a location has" },
		{ LOC("[1,1,1,1,1]"), "element out of range" },
		{ LOC("[-2,1,1,1,1]"), "element out of range" },
		{ LOC("[0,4294967296,1,1,1]"), "element out of range" },
		{ LOC("[0,1,1,1,1,\"x\",null,0,1,1]"), "unknown macro" },
		{ LOC("[0,1,1,1,1,\"arg\",2,0,1,1]"), "macro name" },
		{ BLOCK "}]}]}", "funcs[0].blocks[0].term: missing" },
		{ BLOCK "\"term\":\"hop\"}]}]}", "term: unknown word" },
		{ BLOCK "\"term\":\"jump\"}]}]}", "wrong number of succ" },
		{ BLOCK "\"term\":\"jump\",\"succ\":[1]}]}]}", "out of range" },
		{ BLOCK "\"term\":\"return\",\"succ\":[0]}]}]}",
		  "wrong number" },
		{ BLOCK "\"term\":\"branch\",\"succ\":[0,0]}]}]}",
		  "cond: missing" },
		{ BLOCK "\"term\":\"switch\",\"succ\":[0]}]}]}",
		  "cases: not as many" },
		{ BLOCK "\"term\":\"switch\",\"succ\":[0],\"cases\":[[1]]}]}]}",
		  "cases[0]: a case has" },
		{ BLOCK "\"term\":\"switch\",\"succ\":[0],"
			"\"cases\":[[1,2,3]]}]}]}",
		  "default is not" },
		{ BLOCK "\"term\":\"jump\",\"succ\":[0],\"cases\":[[1,1]]}]}]}",
		  "cases: not as many" },
		{ BLOCK "\"insns\":[{\"k\":\"return\"},{\"k\":\"return\"}],"
			"\"term\":\"stop\"}]}]}",
		  "a return is not last" },
		{ BLOCK "\"insns\":[{\"k\":\"call\"}]}]}]}", "callee or ptr" },
		{ BLOCK "\"insns\":[{\"k\":\"assign\"}]}]}]}", "lhs and rhs" },
		{ BLOCK "\"insns\":[{\"k\":\"call\",\"callee\":\"f\","
			"\"args\":[{}]}]}]}]}",
		  "insns[0].args[0].expr: missing" },
		{ COND("{\"k\":\"var\",\"var\":1}"), "cond.var: no such" },
		{ COND("{\"k\":\"var\",\"var\":-1}"), "cond.var: no such" },
		{ COND("{\"k\":\"deref\"}"), "cond.of: wrong number" },
		{ COND("{\"k\":\"deref\",\"of\":[{\"k\":\"int\"},"
		       "{\"k\":\"int\"}]}"),
		  "cond.of: wrong number" },
		{ COND("{\"k\":\"addr\",\"of\":[{\"k\":\"func\"}]}"),
		  "cond.of[0].name: missing" },
		{ COND("{\"k\":\"int\",\"recfile\":1}"), "recfile: out of" },
		{ COND("{\"k\":\"int\",\"val\":\"1\"}"), "val: is of the" },
		{ HEAD "\"slots\":[{}]}", "slots[0].rec: missing" },
		{ HEAD "\"refs\":[{\"k\":\"call\"}]}",
		  "refs[0].name: missing" },
		{ HEAD "\"diags\":[{}]}", "diags[0].text: missing" },
		{ HEAD "\"skips\":[{}]}", "skips[0].file: missing" },
	};
	unsigned int i;

	for (i = 0; i < G_N_ELEMENTS(bad); i++)
		rejects(bad[i].text, strlen(bad[i].text), bad[i].want);
	rejects("{}\0{}", 5, "junk at byte 2");
	rejects("\377\376\0\1", 4, NULL);
	rejects("{\"schema\":\"\377\"}", 14, "not JSON");
}

/* Nested junk is cut off by the parser's own limit. */
static void test_rejects_nesting(void **state)
{
	char *text = g_strnfill(100000, '[');

	rejects(text, strlen(text), "not JSON");
	g_free(text);
}

static void test_rejects_truncated(void **state)
{
	struct facts_unit *u = full_unit();
	char *text = facts_to_json(u);
	size_t i, len = strlen(text);

	for (i = 0; i < len; i++) {
		/* a copy of its own lets ASan see a read past the end */
		char *cut = g_memdup2(text, i);

		rejects(cut, i, NULL);
		g_free(cut);
	}
	g_free(text);
	facts_unit_free(u);
}

/* Walks all that was read: ASan tells of an index that was not checked. */
static void walk(const struct facts_unit *u)
{
	char *text = facts_to_json(u);
	unsigned int i, k, n;

	for (i = 0; i < u->funcs->len; i++) {
		const struct facts_func *f = u->funcs->pdata[i];

		assert_true(f->n_params <= f->n_vars);
		for (k = 0; k < f->n_blocks; k++) {
			for (n = 0; n < f->blocks[k].n_succ; n++)
				assert_true(f->blocks[k].succ[n] < f->n_blocks);
		}
	}
	g_free(text);
}

static void test_survives_mutation(void **state)
{
	static const char junk[] = "{}[]\",:0129-.eE\\nu\0 \377ktrfalse";
	struct facts_unit *u = full_unit(), *read;
	char *text = facts_to_json(u);
	size_t len = strlen(text);
	GRand *rand = g_rand_new_with_seed(20260);
	unsigned int round, i, n, accepted = 0;

	for (round = 0; round < 5000; round++) {
		char *copy = g_memdup2(text, len);

		n = g_rand_int_range(rand, 1, 4);
		for (i = 0; i < n; i++)
			copy[g_rand_int_range(rand, 0, len)] =
				junk[g_rand_int_range(rand, 0,
						      sizeof(junk) - 1)];
		read = facts_from_json(copy, len, NULL);
		if (read) {
			walk(read);
			accepted++;
		}
		facts_unit_free(read);
		g_free(copy);
	}
	/* a digit or a letter in a string changes: that is no junk */
	assert_in_range(accepted, 1, 4999);
	g_rand_free(rand);
	g_free(text);
	facts_unit_free(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_pack),
		cmocka_unit_test(test_pack_cut_off),
		cmocka_unit_test(test_empty_unit),
		cmocka_unit_test(test_not_utf8),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_rejects),
		cmocka_unit_test(test_rejects_nesting),
		cmocka_unit_test(test_rejects_truncated),
		cmocka_unit_test(test_survives_mutation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
