// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_front_lower.c - C snippets through front_parse(), facts as text
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "front/front.h"
#include "test_front_dump.h"

static char *dir;

static const char *const names[] = { "get_user_pages", "pin_user_pages", NULL };

static struct facts_unit *parse(const char *code)
{
	static const char *const argv[] = { "-x", "c",	       "-std=gnu11",
					    "-w", "-nostdinc", NULL };
	struct tree_compile compile = { "drivers/t.c", "x86", "test", argv,
					NULL };
	struct front_options opts = { .jobs = 1 };
	char *path = g_build_filename(dir, "drivers/t.c", NULL);
	struct facts_unit *unit;

	assert_true(g_file_set_contents(path, code, -1, NULL));
	unit = front_parse(&compile, dir, names, &opts);
	assert_null(unit->failed);
	g_unlink(path);
	g_free(path);
	return unit;
}

static const struct facts_func *func(const struct facts_unit *unit,
				     const char *name)
{
	unsigned int i;

	for (i = 0; i < unit->funcs->len; i++) {
		const struct facts_func *f = unit->funcs->pdata[i];

		if (!strcmp(f->name, name))
			return f;
	}
	fail_msg("no function %s", name);
	return NULL;
}

/* The graph of function "t" is what is expected, and there are no errors. */
static void check(const char *code, const char *expected)
{
	struct facts_unit *unit = parse(code);
	char *text;

	assert_int_equal(unit->n_errors, 0);
	text = dump_func(func(unit, "t"));
	assert_string_equal(text, expected);
	g_free(text);
	facts_unit_free(unit);
}

static void test_nested_calls(void **state)
{
	check("int f(int, int); int g(int);\n"
	      "int t(int a) { return f(g(a), g(2) + 1); }",
	      "0:\n"
	      "  %1 = g(a)\n"
	      "  %2 = g(2)\n"
	      "  %3 = f(%1, (%2 + 1))\n"
	      "  return %3\n"
	      "  end\n");
}

static void test_short_circuit(void **state)
{
	check("int f(int);\n"
	      "void t(int a, int b) { if ((a && !f(b)) || b > 1) f(1); }",
	      "0:\n"
	      "  if a -> 1 else 2\n"
	      "1:\n"
	      "  %1 = f(b)\n"
	      "  if %1 -> 2 else 3\n"
	      "2:\n"
	      "  if (b > 1) -> 3 else 4\n"
	      "3:\n"
	      "  f(1)\n"
	      "  -> 4\n"
	      "4:\n"
	      "  end\n");
}

static void test_logic_value(void **state)
{
	check("int f(int);\n"
	      "int t(int a, int b) { int x = a && b; return f(a) || x; }",
	      "0:\n"
	      "  x = (a && b)\n"
	      "  %2 = f(a)\n"
	      "  if %2 -> 2 else 1\n"
	      "1:\n"
	      "  if x -> 2 else 3\n"
	      "2:\n"
	      "  %1 = 1\n"
	      "  -> 4\n"
	      "3:\n"
	      "  %1 = 0\n"
	      "  -> 4\n"
	      "4:\n"
	      "  return %1\n"
	      "  end\n");
}

static void test_ternary(void **state)
{
	check("int f(int);\n"
	      "int t(int a) { int x = a ? 1 : 2; return a ? f(x) : a ?: x; }",
	      "0:\n"
	      "  x = cond(a, 1, 2)\n"
	      "  if a -> 1 else 2\n"
	      "1:\n"
	      "  %2 = f(x)\n"
	      "  %1 = %2\n"
	      "  -> 3\n"
	      "2:\n"
	      "  %1 = cond(a, a, x)\n"
	      "  -> 3\n"
	      "3:\n"
	      "  return %1\n"
	      "  end\n");
}

static void test_for(void **state)
{
	check("int f(int);\n"
	      "void t(int n) { for (int i = 0; i < n; i++) f(i); }",
	      "0:\n"
	      "  i = 0\n"
	      "  -> 1\n"
	      "1: loop\n"
	      "  if (i < n) -> 2 else 3\n"
	      "2:\n"
	      "  f(i)\n"
	      "  i += 1\n"
	      "  -> 1\n"
	      "3:\n"
	      "  end\n");
}

static void test_for_parts(void **state)
{
	/* only the increment, only the condition, nothing, through a macro */
	check("int f(int);\n"
	      "#define each(i, n) for (; i < n; i++)\n"
	      "void t(int n, int i) {\n"
	      "	for (;; f(3)) if (f(2)) break;\n"
	      "	for (; f(4);) ;\n"
	      "	each(i, n) f(i);\n"
	      "	for (;;) f(5);\n"
	      "}",
	      "0:\n"
	      "  -> 1\n"
	      "1: loop\n"
	      "  %1 = f(2)\n"
	      "  if %1 -> 2 else 6\n"
	      "2: loop\n"
	      "  %2 = f(4)\n"
	      "  if %2 -> 2 else 3\n"
	      "3: loop\n"
	      "  if (i < n) -> 4 else 5\n"
	      "4:\n"
	      "  f(i)\n"
	      "  i += 1\n"
	      "  -> 3\n"
	      "5: loop\n"
	      "  f(5)\n"
	      "  -> 5\n"
	      "6:\n"
	      "  f(3)\n"
	      "  -> 1\n");
}

static void test_while_do(void **state)
{
	check("int f(int);\n"
	      "void t(int n) {\n"
	      "	while (n--) { if (f(1)) continue; f(2); }\n"
	      "	do { f(3); } while (f(4));\n"
	      "	do { if (n) break; f(5); } while (0);\n"
	      "}",
	      "0:\n"
	      "  -> 1\n"
	      "1: loop\n"
	      "  %1 = n\n"
	      "  n -= 1\n"
	      "  if %1 -> 2 else 4\n"
	      "2:\n"
	      "  %2 = f(1)\n"
	      "  if %2 -> 1 else 3\n"
	      "3:\n"
	      "  f(2)\n"
	      "  -> 1\n"
	      "4: loop\n"
	      "  f(3)\n"
	      "  %3 = f(4)\n"
	      "  if %3 -> 4 else 5\n"
	      "5:\n"
	      "  if n -> 7 else 6\n"
	      "6:\n"
	      "  f(5)\n"
	      "  -> 7\n"
	      "7:\n"
	      "  end\n");
}

static void test_switch(void **state)
{
	check("int f(int); enum e { A = 3 };\n"
	      "void t(int n) {\n"
	      "	switch (n) { case A: f(1); case 5 ... 7: f(2); break;\n"
	      "	case 8: case 9: return; }\n"
	      "	switch (n) { default: f(3); }\n"
	      "}",
	      "0:\n"
	      "  switch n 3..3:1 5..7:2 8..8:3 9..9:3 default:4\n"
	      "1:\n"
	      "  f(1)\n"
	      "  -> 2\n"
	      "2:\n"
	      "  f(2)\n"
	      "  -> 4\n"
	      "3:\n"
	      "  return NULL\n"
	      "  end\n"
	      "4:\n"
	      "  switch n default:5\n"
	      "5:\n"
	      "  f(3)\n"
	      "  end\n");
}

static void test_goto(void **state)
{
	check("int f(int);\n"
	      "int t(int n) { int r = -1; if (f(n)) goto out; r = 0;\n"
	      "again: if (f(2)) goto again;\n"
	      "out: f(3); return r; }",
	      "0:\n"
	      "  r = -1\n"
	      "  %1 = f(n)\n"
	      "  if %1 -> 3 else 1\n"
	      "1:\n"
	      "  r = 0\n"
	      "  -> 2\n"
	      "2:\n"
	      "  %2 = f(2)\n"
	      "  if %2 -> 2 else 3\n"
	      "3:\n"
	      "  f(3)\n"
	      "  return r\n"
	      "  end\n");
}

static void test_statement_expression(void **state)
{
	check("int f(int);\n"
	      "#define likely(x) __builtin_expect(!!(x), 1)\n"
	      "#define warn(c) ({ int __r = !!(c); if (likely(__r)) f(0); "
	      "likely(__r); })\n"
	      "#define min(a, b) ({ typeof(a) _a = (a); typeof(b) _b = (b); "
	      "_a < _b ? _a : _b; })\n"
	      "int t(int n) { if (warn(n < 0)) return f(min(n, f(2)));\n"
	      "	return 0; }",
	      "0:\n"
	      "  __r = (n < 0)\n"
	      "  if __r -> 1 else 2\n"
	      "1:\n"
	      "  f(0)\n"
	      "  -> 2\n"
	      "2:\n"
	      "  if __r -> 3 else 4\n"
	      "3:\n"
	      "  _a = n\n"
	      "  %1 = f(2)\n"
	      "  _b = %1\n"
	      "  %2 = f(cond((_a < _b), _a, _b))\n"
	      "  return %2\n"
	      "  end\n"
	      "4:\n"
	      "  return 0\n"
	      "  end\n");
}

static void test_cleanup(void **state)
{
	check("void put(int *p); int f(int);\n"
	      "#define __free(n) __attribute__((cleanup(n)))\n"
	      "int t(int n) {\n"
	      "	int a __free(put) = 1;\n"
	      "	while (n) { int b __free(put) = 2; if (f(b)) break;\n"
	      "		if (f(3)) goto out; f(4); }\n"
	      "	return a;\n"
	      "out: return 5; }",
	      "0:\n"
	      "  a = 1\n"
	      "  -> 1\n"
	      "1: loop\n"
	      "  if n -> 2 else 7\n"
	      "2:\n"
	      "  b = 2\n"
	      "  %1 = f(b)\n"
	      "  if %1 -> 3 else 4\n"
	      "3:\n"
	      "  put(&(b))\n"
	      "  -> 7\n"
	      "4:\n"
	      "  %2 = f(3)\n"
	      "  if %2 -> 5 else 6\n"
	      "5:\n"
	      "  put(&(b))\n"
	      "  put(&(a))\n"
	      "  return 5\n"
	      "  end\n"
	      "6:\n"
	      "  f(4)\n"
	      "  put(&(b))\n"
	      "  -> 1\n"
	      "7:\n"
	      "  %3 = a\n"
	      "  put(&(a))\n"
	      "  return %3\n"
	      "  end\n");
}

static void test_fields(void **state)
{
	check("typedef struct { int c; } at_t;\n"
	      "struct s { struct { int x; } in; union { int u; struct { int v; "
	      "}; }; at_t at; struct s *next; int arr[4]; };\n"
	      "void t(struct s *p, int i) {\n"
	      "	p->in.x = p->u; p->next->v = p->at.c;\n"
	      "	(*p).arr[i] = (&p->next->arr[1])[2]; }",
	      "0:\n"
	      "  p->in{s}.x{s::in} = p->u{s}\n"
	      "  p->next{s}->v{s} = p->at{s}.c{at_t}\n"
	      "  p->arr{s}[i] = &(p->next{s}->arr{s}[1])[2]\n"
	      "  end\n");
}

static void test_initialisers(void **state)
{
	check("struct in { int a, b; }; struct s { int x; struct in i; "
	      "struct in *p[2]; };\n"
	      "int f(struct s); \n"
	      "void t(int n, struct in *q) {\n"
	      "	struct s v = { .i = { n, .b = 2 }, .p[1] = q };\n"
	      "	struct s w = { 1, 2, 3, { q } };\n"
	      "	struct s z = { 0 }; int arr[] = { [1] = n, 7 };\n"
	      "	z = (struct s){ .x = n };\n"
	      "	f((struct s){ .i.a = n }); }",
	      "0:\n"
	      "  v.i{s}.a{in} = n\n"
	      "  v.i{s}.b{in} = 2\n"
	      "  v.p{s}[1] = q\n"
	      "  w.x{s} = 1\n"
	      "  w.i{s}.a{in} = 2\n"
	      "  w.i{s}.b{in} = 3\n"
	      "  w.p{s}[0] = q\n"
	      "  z = {}\n"
	      "  arr[1] = n\n"
	      "  arr[2] = 7\n"
	      "  z.x{s} = n\n"
	      "  f({.a{in} = n})\n"
	      "  end\n");
}

static void test_operators(void **state)
{
	check("int t(int *p, int n) { int v = *p++; n <<= 2; v = n = 3;\n"
	      "	p[n++] = -v; v = ~n, n = !v; n = (int)(long)p;\n"
	      "	v = sizeof(n) | 1 << 3; p = (void *)0; return v & 7; }",
	      "0:\n"
	      "  %1 = p\n"
	      "  p += 1\n"
	      "  v = *(%1)\n"
	      "  n <<= 2\n"
	      "  n = 3\n"
	      "  v = n\n"
	      "  %2 = n\n"
	      "  n += 1\n"
	      "  p[%2] = -(v)\n"
	      "  v = ~(n)\n"
	      "  n = !(v)\n"
	      "  n = (int)(long)p\n"
	      "  v = 12\n"
	      "  p = 0\n"
	      "  return (v & 7)\n"
	      "  end\n");
}

static void test_stop(void **state)
{
	check("void die(void) __attribute__((noreturn)); int f(int);\n"
	      "int t(int n) { if (n) die(); if (f(n)) __builtin_unreachable();\n"
	      "	return n; }",
	      "0:\n"
	      "  if n -> 1 else 2\n"
	      "1:\n"
	      "  die()\n"
	      "  stop\n"
	      "2:\n"
	      "  %1 = f(n)\n"
	      "  if %1 -> 3 else 4\n"
	      "3:\n"
	      "  stop\n"
	      "4:\n"
	      "  return n\n"
	      "  end\n");
}

static void test_container_of(void **state)
{
	check("struct l { int z; }; struct o { int a; struct l m; };\n"
	      "#define container_of(ptr, type, member) ({ "
	      "void *__mptr = (void *)(ptr); "
	      "((type *)(__mptr - __builtin_offsetof(type, member))); })\n"
	      "int t(struct l *p) { return container_of(p, struct o, m)->a; }",
	      "0:\n"
	      "  __mptr = (void *)p\n"
	      "  return (struct o *)(__mptr - 4)->a{o}\n"
	      "  end\n");
}

static void test_indirect(void **state)
{
	struct facts_unit *unit =
		parse("struct ops { int (*run)(int); };\n"
		      "int t(struct ops *o, int (*cb)(int)) {\n"
		      "	return o->run(1) + (*o->run)(2) + cb(3); }");
	const struct facts_block *b = &func(unit, "t")->blocks[0];
	const struct facts_insn *in = b->insns;

	assert_null(in[0].callee);
	assert_int_equal(in[0].callee_expr->kind, FX_FIELD);
	assert_string_equal(in[0].callee_expr->record, "ops");
	assert_string_equal(in[0].callee_expr->name, "run");
	assert_int_equal(in[0].name_loc.line, 3);
	assert_int_equal(in[0].name_loc.column, 12);
	assert_int_equal(in[1].callee_expr->kind, FX_FIELD);
	assert_string_equal(in[1].args[0].text, "2");
	assert_int_equal(in[2].callee_expr->kind, FX_VAR);
	facts_unit_free(unit);
}

static void test_types(void **state)
{
	struct facts_unit *unit = parse(
		"struct page; typedef const struct page *const pp_t;\n"
		"typedef unsigned long ul;\n"
		"ul t(struct page **pages, pp_t *x, int (*fn)(const char *, ...),\n"
		"	char buf[]) { struct page *arr[16]; int m[2][3];\n"
		"	int (*row)[3]; struct page *(*get)(void); return 0; }");
	static const char *const expected[] = {
		"struct page **",	"struct page **",
		"int (*)(char *, ...)", "char *",
		"struct page *[16]",	"int[2][3]",
		"int (*)[3]",		"struct page *(*)(void)",
	};
	const struct facts_func *f = func(unit, "t");
	unsigned int i;

	assert_string_equal(f->ret_type, "unsigned long");
	assert_int_equal(f->n_params, 4);
	assert_int_equal(f->n_vars, G_N_ELEMENTS(expected));
	for (i = 0; i < f->n_vars; i++)
		assert_string_equal(f->vars[i].type, expected[i]);
	facts_unit_free(unit);
}

static void test_asm_goto(void **state)
{
	check("int f(int);\n"
	      "int t(int n) { asm goto(\"\" : : \"r\"(n) : : bad); f(1);\n"
	      "	return 0; bad: return 1; }",
	      "0:\n"
	      "  asm opaque(n)\n"
	      "  switch opaque() default:1 1..1:2\n"
	      "1:\n"
	      "  f(1)\n"
	      "  return 0\n"
	      "  end\n"
	      "2:\n"
	      "  return 1\n"
	      "  end\n");
}

static void test_folding(void **state)
{
	check("int f(int, int);\n"
	      "#define pick(n) (__builtin_constant_p(n) ? 1 : f(n, 0))\n"
	      "int t(int n) {\n"
	      "	int a = _Generic(n, long: 1L, int: f(n, 2), default: '3' + 0UL);\n"
	      "	a = __builtin_choose_expr(sizeof(n) == 4, f(n, 5), f(n, 6));\n"
	      "	return pick(a); }",
	      "0:\n"
	      "  %1 = f(n, 2)\n"
	      "  a = %1\n"
	      "  %2 = f(n, 5)\n"
	      "  a = %2\n"
	      "  %3 = f(a, 0)\n"
	      "  return %3\n"
	      "  end\n");
}

static void test_read_once(void **state)
{
	check("struct s { int x; };\n"
	      "#define READ_ONCE(x) ({ (*(const volatile typeof(x) *)&(x)); })\n"
	      "#define WRITE_ONCE(x, v) do { *(volatile typeof(x) *)&(x) = (v); "
	      "} while (0)\n"
	      "int t(struct s *p) { WRITE_ONCE(p->x, 3);\n"
	      "	return READ_ONCE(p->x); }",
	      "0:\n"
	      "  p->x{s} = 3\n"
	      "  %1 = p->x{s}\n"
	      "  return %1\n"
	      "  end\n");
}

/* typeof() inside of a builtin is not an operand */
static void test_typeof_in_builtins(void **state)
{
	check("struct l { struct l *next; }; struct o { int a; struct l m; };\n"
	      "#define offsetof(t, m) __builtin_offsetof(t, m)\n"
	      "#define entry(p, t, m) ((t *)((void *)(p) - offsetof(t, m)))\n"
	      "#define each(pos, head, m) for (pos = entry((head)->next, "
	      "typeof(*pos), m); &pos->m != (head); pos = "
	      "entry(pos->m.next, typeof(*pos), m))\n"
	      "#define same(a, b) __builtin_types_compatible_p(typeof(a), "
	      "typeof(b))\n"
	      "#define CHECK(c) do { if (!(!(c))) __builtin_trap(); } while (0)\n"
	      "int f(struct o *);\n"
	      "void t(struct l *head) { struct o *pos;\n"
	      "	each(pos, head, m) f(pos);\n"
	      "	CHECK(same((pos), int)); f(0); }",
	      "0:\n"
	      "  pos = (struct o *)((void *)head->next{l} - 8)\n"
	      "  -> 1\n"
	      "1: loop\n"
	      "  if (&(pos->m{o}) != head) -> 2 else 3\n"
	      "2:\n"
	      "  f(pos)\n"
	      "  pos = (struct o *)((void *)pos->m{o}.next{l} - 8)\n"
	      "  -> 1\n"
	      "3:\n"
	      "  f(0)\n"
	      "  end\n");
}

/* What cannot be reached is dropped, but never a watched call. */
static void test_unreachable(void **state)
{
	check("int f(int); int get_user_pages(int);\n"
	      "int t(int a) { return f(a); f(2); if (a) get_user_pages(3);\n"
	      "	return 4; }",
	      "0:\n"
	      "  %1 = f(a)\n"
	      "  return %1\n"
	      "  end\n"
	      "1:\n"
	      "  get_user_pages(3)\n"
	      "  return 4\n"
	      "  end\n");
}

static int setup(void **state)
{
	char *sub;

	dir = g_dir_make_tmp("gup2pin-test-XXXXXX", NULL);
	sub = g_build_filename(dir, "drivers", NULL);
	g_mkdir(sub, 0700);
	g_free(sub);
	return dir ? 0 : -1;
}

static int teardown(void **state)
{
	char *sub = g_build_filename(dir, "drivers", NULL);

	g_rmdir(sub);
	g_rmdir(dir);
	g_free(sub);
	g_free(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nested_calls),
		cmocka_unit_test(test_short_circuit),
		cmocka_unit_test(test_logic_value),
		cmocka_unit_test(test_ternary),
		cmocka_unit_test(test_for),
		cmocka_unit_test(test_for_parts),
		cmocka_unit_test(test_while_do),
		cmocka_unit_test(test_switch),
		cmocka_unit_test(test_goto),
		cmocka_unit_test(test_statement_expression),
		cmocka_unit_test(test_cleanup),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_initialisers),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_container_of),
		cmocka_unit_test(test_indirect),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_asm_goto),
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_read_once),
		cmocka_unit_test(test_typeof_in_builtins),
		cmocka_unit_test(test_unreachable),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
