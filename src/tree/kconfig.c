// SPDX-License-Identifier: GPL-2.0-only
/*
 * kconfig.c - evaluate parsed Kconfig to an all-yes configuration
 *
 * A symbol is y when its prompt is visible, by a true default, or selected.
 * Dependencies may be negated, so values can go down again: the passes stop
 * when nothing changes, or after PASSES_MAX.
 */
#include <stdlib.h>
#include <string.h>
#include "tree/kconfig.h"
#include "tree/kconfig_parse.h"
#include "tree/read.h"

#define PASSES_MAX 24
#define WANTS_DEPTH_MAX 6
/* Symbols that a search looks at before it gives up. */
#define WANTS_STEPS_MAX 20000

struct pinned {
	const char *name;
	const char *value;
};

/*
 * Symbols that are not left to the rules: the compiler is clang, and what only
 * instruments code would change types or pull in what libclang does not have.
 * With the lock debugging group sizeof(spinlock_t) is not SPINLOCK_SIZE.  What
 * makes a table entry of each message costs a tenth of the parse of a driver.
 */
static const struct pinned pinned[] = {
	{ "CC_IS_CLANG", "y" },
	{ "CC_IS_GCC", "n" },
	{ "RUST_IS_AVAILABLE", "n" },
	{ "KASAN", "n" },
	{ "KASAN_GENERIC", "n" },
	{ "KASAN_SW_TAGS", "n" },
	{ "KASAN_HW_TAGS", "n" },
	{ "KASAN_VMALLOC", "n" },
	{ "KMSAN", "n" },
	{ "KCSAN", "n" },
	{ "UBSAN", "n" },
	{ "GCOV_KERNEL", "n" },
	{ "PROFILE_ALL_BRANCHES", "n" },
	{ "PROFILE_ANNOTATED_BRANCHES", "n" },
	{ "TRACE_BRANCH_PROFILING", "n" },
	{ "BRANCH_TRACER", "n" },
	{ "CONSTRUCTORS", "n" },
	{ "DEBUG_INFO_BTF", "n" },
	{ "GENKSYMS", "n" },
	{ "MODVERSIONS", "n" },
	{ "TRIM_UNUSED_KSYMS", "n" },
	{ "LTO_CLANG", "n" },
	{ "CFI_CLANG", "n" },
	{ "CFI", "n" },
	{ "SHADOW_CALL_STACK", "n" },
	{ "RANDSTRUCT", "n" },
	{ "RANDSTRUCT_FULL", "n" },
	{ "RANDSTRUCT_PERFORMANCE", "n" },
	{ "GCC_PLUGIN_RANDSTRUCT", "n" },
	{ "FORTIFY_SOURCE", "n" },
	{ "DEBUG_SPINLOCK", "n" },
	{ "DEBUG_LOCK_ALLOC", "n" },
	{ "PROVE_LOCKING", "n" },
	{ "LOCKDEP", "n" },
	{ "LOCK_STAT", "n" },
	{ "PREEMPT_RT", "n" },
	{ "PRINTK_INDEX", "n" },
	{ "DYNAMIC_DEBUG", "n" },
	{ "DYNAMIC_DEBUG_CORE", "n" },
	{ "DEBUG_RT_MUTEXES", "n" },
	/* up to 5.2 asm-generic/pgtable.h has an #error for what this makes */
	{ "MIPS_VA_BITS_48", "n" },
};

static void choice_free(gpointer data)
{
	struct kc_choice *choice = data;

	g_ptr_array_unref(choice->members);
	g_free(choice);
}

static void pin_symbols(struct kconfig *kc)
{
	for (size_t i = 0; i < G_N_ELEMENTS(pinned); i++) {
		struct kc_sym *sym =
			g_hash_table_lookup(kc->by_name, pinned[i].name);

		if (sym)
			sym->forced = pinned[i].value;
	}
}

struct kconfig *kconfig_new(const char *kernel, const char *srcarch,
			    const char *arch)
{
	struct kconfig *kc = g_new0(struct kconfig, 1);

	kc->kernel = g_strdup(kernel);
	kc->srcarch = g_strdup(srcarch);
	kc->arch = g_strdup(arch);
	kc->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	kc->vars =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	kc->order = g_ptr_array_new();
	kc->choices = g_ptr_array_new_with_free_func(choice_free);
	kc->strings = g_string_chunk_new(1 << 16);
	kc->rooms = g_ptr_array_new_with_free_func(g_free);
	kconfig_parse(kc);
	pin_symbols(kc);
	return kc;
}

void kconfig_free(struct kconfig *kc)
{
	if (!kc)
		return;
	g_hash_table_unref(kc->by_name);
	g_hash_table_unref(kc->vars);
	g_ptr_array_unref(kc->order);
	g_ptr_array_unref(kc->choices);
	g_ptr_array_unref(kc->rooms);
	g_string_chunk_free(kc->strings);
	g_free(kc->kernel);
	g_free(kc->srcarch);
	g_free(kc->arch);
	g_free(kc);
}

/* ---- expressions ---- */

/* The text of a leaf in a comparison. */
static const char *expr_text(const struct kc_expr *e)
{
	if (e->op == KC_CONST)
		return e->text;
	if (e->op != KC_SYM)
		return "";
	if (!e->sym->defs)
		return e->sym->name;
	if (e->sym->value)
		return e->sym->value;
	return e->sym->type == KC_BOOL ? "n" : "";
}

static bool as_number(const char *text, long long *value)
{
	char *end;

	*value = 0;
	if (!*text)
		return true;
	*value = strtoll(text, &end, 0);
	return !*end;
}

static int expr_compare(const struct kc_expr *e)
{
	const char *a = expr_text(e->a), *b = expr_text(e->b);
	long long x, y;

	/* an empty value is 0, but only next to a number */
	if ((*a || *b) && as_number(a, &x) && as_number(b, &y))
		return (x > y) - (x < y);
	return strcmp(a, b);
}

static bool expr_holds(const struct kc_expr *e)
{
	if (!e)
		return true;
	switch (e->op) {
	case KC_SYM:
		return e->sym->value && !strcmp(e->sym->value, "y");
	case KC_CONST:
		return !strcmp(e->text, "y") || !strcmp(e->text, "m");
	case KC_NOT:
		return !expr_holds(e->a);
	case KC_AND:
		/* a chain of "depends on" may be long: no recursion for it */
		for (; e->op == KC_AND; e = e->a) {
			if (!expr_holds(e->b))
				return false;
		}
		return expr_holds(e);
	case KC_OR:
		return expr_holds(e->a) || expr_holds(e->b);
	case KC_EQ:
		return expr_compare(e) == 0;
	case KC_NE:
		return expr_compare(e) != 0;
	case KC_LT:
		return expr_compare(e) < 0;
	case KC_GT:
		return expr_compare(e) > 0;
	case KC_LE:
		return expr_compare(e) <= 0;
	case KC_GE:
		return expr_compare(e) >= 0;
	}
	return false;
}

/* ---- one symbol ---- */

static bool symbol_visible(const struct kc_sym *sym)
{
	for (const struct kc_def *def = sym->defs; def; def = def->next)
		if (def->prompt && expr_holds(def->dep) &&
		    expr_holds(def->prompt_cond))
			return true;
	return false;
}

static const struct kc_default *symbol_default(const struct kc_sym *sym)
{
	for (const struct kc_default *d = sym->defaults; d; d = d->next)
		if (expr_holds(d->def->dep) && expr_holds(d->cond))
			return d;
	return NULL;
}

static bool symbol_selected(const struct kc_sym *sym)
{
	for (const struct kc_select *s = sym->selects; s; s = s->next)
		if (s->by->value && !strcmp(s->by->value, "y") &&
		    expr_holds(s->def->dep) && expr_holds(s->cond))
			return true;
	return false;
}

static const char *symbol_bool(const struct kc_sym *sym)
{
	const struct kc_default *d;

	if (sym->choice && sym->choice->picked)
		return sym->choice->picked == sym ? "y" : "n";
	if (!sym->choice && symbol_visible(sym))
		return "y";
	d = symbol_default(sym);
	if (d && expr_holds(d->value))
		return "y";
	return symbol_selected(sym) ? "y" : "n";
}

static const char *symbol_text(const struct kc_sym *sym)
{
	const struct kc_default *d = symbol_default(sym);

	if (d)
		return expr_text(d->value);
	if (!symbol_visible(sym))
		return NULL;
	return sym->type == KC_STRING ? "" : "0";
}

static const char *symbol_compute(const struct kc_sym *sym)
{
	if (sym->forced)
		return sym->forced;
	if (sym->unwanted)
		return "n";
	switch (sym->type) {
	case KC_INT:
	case KC_HEX:
	case KC_STRING:
		return symbol_text(sym);
	default:
		return symbol_bool(sym);
	}
}

/* ---- choices ---- */

static struct kc_sym *choice_default(const struct kc_choice *choice)
{
	for (const struct kc_default *d = choice->defaults; d; d = d->next)
		if (d->value->op == KC_SYM && expr_holds(d->cond) &&
		    symbol_visible(d->value->sym))
			return d->value->sym;
	return NULL;
}

static void choice_pick(struct kc_choice *choice)
{
	struct kc_sym *first = NULL;

	choice->picked = NULL;
	if (!expr_holds(choice->dep) || !expr_holds(choice->prompt_cond))
		return;
	for (guint i = 0; i < choice->members->len; i++) {
		struct kc_sym *sym = g_ptr_array_index(choice->members, i);

		if (!symbol_visible(sym))
			continue;
		if (sym->wanted) {
			choice->picked = sym;
			return;
		}
		if (!first)
			first = sym;
	}
	choice->picked = choice_default(choice);
	if (!choice->picked)
		choice->picked = first;
}

/* ---- all of them ---- */

static bool eval_pass(struct kconfig *kc)
{
	bool changed = false;

	for (guint i = 0; i < kc->choices->len; i++)
		choice_pick(g_ptr_array_index(kc->choices, i));
	for (guint i = 0; i < kc->order->len; i++) {
		struct kc_sym *sym = g_ptr_array_index(kc->order, i);
		const char *value = symbol_compute(sym);

		if (g_strcmp0(value, sym->value))
			changed = true;
		sym->value = value;
	}
	return changed;
}

void kconfig_eval(struct kconfig *kc, const char *const *wanted)
{
	for (guint i = 0; i < kc->order->len; i++) {
		struct kc_sym *sym = g_ptr_array_index(kc->order, i);

		sym->value = NULL;
		sym->wanted = false;
		sym->unwanted = false;
	}
	for (; wanted && *wanted; wanted++) {
		bool not = **wanted == '!';
		struct kc_sym *sym =
			g_hash_table_lookup(kc->by_name, *wanted + not );

		if (sym && not )
			sym->unwanted = true;
		else if (sym)
			sym->wanted = true;
	}
	for (int pass = 0; pass < PASSES_MAX && eval_pass(kc); pass++)
		;
}

bool kconfig_known(const struct kconfig *kc, const char *name)
{
	struct kc_sym *sym = g_hash_table_lookup(kc->by_name, name);

	return sym && sym->defs;
}

const char *kconfig_value(const struct kconfig *kc, const char *name)
{
	struct kc_sym *sym = g_hash_table_lookup(kc->by_name, name);

	return sym && sym->defs ? sym->value : NULL;
}

bool kconfig_is_y(const struct kconfig *kc, const char *name)
{
	return !g_strcmp0(kconfig_value(kc, name), "y");
}

unsigned int kconfig_count(const struct kconfig *kc)
{
	return kc->order->len;
}

/* ---- what to ask for ---- */

/*
 * A search for choice members to pick and symbols to leave out such that a
 * symbol becomes y.  Everything else that can be y is y already.
 */
struct search {
	/* what was found so far */
	GPtrArray *names;
	/* symbols may be left out */
	bool leave_out;
	/* likewise those that are not y now, but may be by what is asked for */
	bool also_later;
	unsigned int steps;
};

static bool want_symbol(struct kc_sym *sym, struct search *s, int depth);
static bool want_expr(const struct kc_expr *e, struct search *s, int depth);

/* Make an expression hold that must not: only a plain symbol can be left out. */
static bool want_not(const struct kc_expr *e, struct search *s, int depth)
{
	if (!expr_holds(e))
		return true;
	switch (e->op) {
	case KC_SYM:
		if (!s->leave_out || e->sym->visit || e->sym->forced)
			return false;
		g_ptr_array_add(s->names, g_strconcat("!", e->sym->name, NULL));
		return true;
	case KC_NOT:
		return want_expr(e->a, s, depth);
	case KC_AND:
		for (; e->op == KC_AND; e = e->a) {
			if (want_not(e->b, s, depth))
				return true;
		}
		return want_not(e, s, depth);
	case KC_OR:
		return want_not(e->a, s, depth) && want_not(e->b, s, depth);
	default:
		return false;
	}
}

/* What one side picks of a choice may rule out the other side's way: the other
 * side picks first, then.
 */
static bool want_both(const struct kc_expr *e, struct search *s, int depth)
{
	guint len = s->names->len;

	if (want_expr(e->b, s, depth) && want_expr(e->a, s, depth))
		return true;
	g_ptr_array_set_size(s->names, len);
	return want_expr(e->a, s, depth) && want_expr(e->b, s, depth);
}

static void keep_out(const struct kc_expr *e, struct search *s)
{
	const struct kc_expr *not = e && e->op == KC_NOT ? e->a : NULL;

	if (s->also_later && not &&not ->op == KC_SYM && not ->sym->defs &&
	    !not ->sym->visit && !not ->sym->forced)
		g_ptr_array_add(s->names,
				g_strconcat("!", not ->sym->name, NULL));
}

static bool want_expr(const struct kc_expr *e, struct search *s, int depth)
{
	if (expr_holds(e)) {
		keep_out(e, s);
		return true;
	}
	switch (e->op) {
	case KC_SYM:
		return want_symbol(e->sym, s, depth + 1);
	case KC_NOT:
		return want_not(e->a, s, depth);
	case KC_AND:
		return want_both(e, s, depth);
	case KC_OR:
		return want_expr(e->a, s, depth) || want_expr(e->b, s, depth);
	default:
		return false;
	}
}

static bool want_prompt(struct kc_sym *sym, struct search *s, int depth)
{
	for (const struct kc_def *def = sym->defs; def; def = def->next)
		if (def->prompt && want_expr(def->dep, s, depth) &&
		    want_expr(def->prompt_cond, s, depth))
			return true;
	return false;
}

/* A symbol without a prompt is y because of another one, or by a default. */
static bool want_select(struct kc_sym *sym, struct search *s, int depth)
{
	for (const struct kc_select *sel = sym->selects; sel; sel = sel->next)
		if (want_expr(sel->cond, s, depth) &&
		    want_symbol(sel->by, s, depth + 1))
			return true;
	return false;
}

static bool want_default(struct kc_sym *sym, struct search *s, int depth)
{
	for (const struct kc_default *d = sym->defaults; d; d = d->next)
		if (want_expr(d->def->dep, s, depth) &&
		    want_expr(d->cond, s, depth) &&
		    want_expr(d->value, s, depth))
			return true;
	return false;
}

/* Leaving nothing out is better: it stays nearest to the usual kernel. */
static bool want_cause(struct kc_sym *sym, struct search *s, int depth)
{
	bool leave_out = s->leave_out;
	bool ok;

	s->leave_out = false;
	ok = want_select(sym, s, depth) || want_default(sym, s, depth);
	s->leave_out = leave_out;
	if (ok || !leave_out)
		return ok;
	return want_select(sym, s, depth) || want_default(sym, s, depth);
}

static bool is_wanted(const struct search *s, const struct kc_sym *sym)
{
	return g_ptr_array_find_with_equal_func(s->names, sym->name,
						g_str_equal, NULL);
}

/* Another member of its choice is wanted already. */
static bool is_ruled_out(const struct search *s, const struct kc_sym *sym)
{
	for (guint i = 0; sym->choice && i < sym->choice->members->len; i++) {
		const struct kc_sym *other = sym->choice->members->pdata[i];

		if (other != sym && is_wanted(s, other))
			return true;
	}
	return false;
}

static bool want_symbol(struct kc_sym *sym, struct search *s, int depth)
{
	guint len = s->names->len;
	bool ok;

	if (sym->value && !strcmp(sym->value, "y"))
		return true;
	if (is_wanted(s, sym) && !sym->visit)
		return true;
	if (sym->visit || !sym->defs || sym->forced ||
	    depth > WANTS_DEPTH_MAX || ++s->steps > WANTS_STEPS_MAX ||
	    is_ruled_out(s, sym))
		return false;
	sym->visit = true;
	g_ptr_array_add(s->names, g_strdup(sym->name));
	ok = want_prompt(sym, s, depth) || want_cause(sym, s, depth);
	if (!ok)
		g_ptr_array_set_size(s->names, len);
	sym->visit = false;
	return ok;
}

char **kconfig_wants(struct kconfig *kc, const char *name, bool again)
{
	struct kc_sym *sym = g_hash_table_lookup(kc->by_name, name);
	struct search s = { .leave_out = true, .also_later = again };

	s.names = g_ptr_array_new_with_free_func(g_free);
	if (!sym || !want_symbol(sym, &s, 0)) {
		g_ptr_array_unref(s.names);
		return NULL;
	}
	g_ptr_array_add(s.names, NULL);
	g_ptr_array_set_free_func(s.names, NULL);
	return (char **)g_ptr_array_free(s.names, FALSE);
}

/* Dependencies of dependencies, so deep. */
#define LACK_DEPTH 4

static const char *symbol_lacks(const struct kc_sym *sym, unsigned int depth);

/* What an expression lacks to be true; an || lacks what both sides do. */
static const char *expr_lacks(const struct kc_expr *e, unsigned int depth)
{
	const char *a;

	if (!e)
		return NULL;
	switch (e->op) {
	case KC_SYM:
		return symbol_lacks(e->sym, depth);
	case KC_AND:
		a = expr_lacks(e->a, depth);
		return a ?: expr_lacks(e->b, depth);
	case KC_OR:
		a = expr_lacks(e->a, depth);
		return a && expr_lacks(e->b, depth) ? a : NULL;
	default:
		return NULL;
	}
}

static const char *symbol_lacks(const struct kc_sym *sym, unsigned int depth)
{
	const char *lack = NULL;

	if (!sym->defs)
		return sym->name;
	if (sym->selects || !depth)
		return NULL;
	for (const struct kc_def *d = sym->defs; d; d = d->next) {
		lack = expr_lacks(d->dep, depth - 1);
		if (!lack)
			return NULL;
	}
	return lack;
}

const char *kconfig_lacks(const struct kconfig *kc, const char *name)
{
	const struct kc_sym *sym = g_hash_table_lookup(kc->by_name, name);

	return sym ? symbol_lacks(sym, LACK_DEPTH) : NULL;
}

static void add_texts(GString *all, const char *dir)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);
	const char *name;

	while (d && (name = g_dir_read_name(d))) {
		bool own = g_str_has_prefix(name, "Kconfig");
		g_autofree char *path = NULL;
		g_autofree char *text = NULL;
		gsize len;

		/* nearly all others are sources: no need to look at them */
		if (!own && strchr(name, '.'))
			continue;
		path = g_build_filename(dir, name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_SYMLINK))
			continue;
		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			add_texts(all, path);
		else if (own && tree_read_file(path, &text, &len, NULL))
			g_string_append(all, text);
	}
}

char *kconfig_texts(const char *dir)
{
	GString *all = g_string_new(NULL);

	add_texts(all, dir);
	return g_string_free(all, FALSE);
}

/* ---- autoconf.h ---- */

static void append_string(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

static void append_define(GString *out, const struct kc_sym *sym)
{
	bool is_bool = sym->type == KC_BOOL || sym->type == KC_UNKNOWN;

	if (!sym->value || (is_bool && strcmp(sym->value, "y")))
		return;
	if (!is_bool && sym->type != KC_STRING && !*sym->value)
		return;
	g_string_append_printf(out, "#define CONFIG_%s ", sym->name);
	if (is_bool)
		g_string_append_c(out, '1');
	else if (sym->type == KC_STRING)
		append_string(out, sym->value);
	else if (sym->type == KC_HEX && !g_str_has_prefix(sym->value, "0x") &&
		 !g_str_has_prefix(sym->value, "0X"))
		g_string_append_printf(out, "0x%s", sym->value);
	else
		g_string_append(out, sym->value);
	g_string_append_c(out, '\n');
}

char *kconfig_autoconf(const struct kconfig *kc)
{
	GString *out = g_string_sized_new(kc->order->len * 32);

	g_string_append(out, "/* all-yes configuration made by gup2pin */\n");
	for (guint i = 0; i < kc->order->len; i++)
		append_define(out, g_ptr_array_index(kc->order, i));
	return g_string_free(out, FALSE);
}
