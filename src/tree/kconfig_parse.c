// SPDX-License-Identifier: GPL-2.0-only
/*
 * kconfig_parse.c - read Kconfig files
 *
 * The language of Documentation/kbuild/kconfig-language.rst as far as it
 * decides values: imply, range, visible if and help texts are skipped.  A line
 * that is not understood is skipped too: the input is a kernel tree as it is,
 * and a bad line must not cost the rest.
 */
#include <stdlib.h>
#include <string.h>
#include "tree/private.h"
#include "tree/kconfig_parse.h"

#define SOURCE_DEPTH_MAX 48
#define EXPR_DEPTH_MAX 200
#define EXPR_TERMS_MAX 1000
#define SCOPE_MAX 256
#define SOURCES_MAX 100000

/* What a line with attributes belongs to. */
enum entry {
	ENTRY_NONE,
	ENTRY_CONFIG,
	ENTRY_CHOICE,
	ENTRY_MENU,
};

/* An open if, menu or choice block. */
struct scope {
	enum entry kind;
	struct kc_expr *dep;
	struct kc_choice *choice;
};

struct parser {
	struct kconfig *kc;
	GArray *scopes;
	unsigned int depth;
	/* files read so far, shared by all */
	unsigned int *sources;
	/* the file that sourced this one */
	const struct parser *outer;
	const char *path;
	/* the entry that attributes go to */
	enum entry entry;
	struct kc_sym *sym;
	struct kc_def *def;
	/* the file: rest of its text, and its directory for rsource */
	char *text;
	char *end;
	char *line;
	const char *dir;
	GString *joined;
};

/* ---- symbols and expressions ---- */

#define ROOM_SIZE 65536

/* Zeroed, and freed with the whole. */
static void *room_get(struct kconfig *kc, size_t size)
{
	void *p;

	size = (size + 7) & ~(size_t)7;
	if (kc->left < size) {
		kc->room = g_malloc0(ROOM_SIZE);
		kc->left = ROOM_SIZE;
		g_ptr_array_add(kc->rooms, kc->room);
	}
	p = kc->room;
	kc->room += size;
	kc->left -= size;
	return p;
}

static struct kc_sym *symbol_get(struct kconfig *kc, const char *name)
{
	struct kc_sym *sym = g_hash_table_lookup(kc->by_name, name);

	if (!sym) {
		sym = room_get(kc, sizeof(*sym));
		sym->name = g_string_chunk_insert(kc->strings, name);
		g_hash_table_insert(kc->by_name, (char *)sym->name, sym);
	}
	return sym;
}

static struct kc_expr *expr_new(struct kconfig *kc, enum kc_op op,
				struct kc_expr *a, struct kc_expr *b)
{
	struct kc_expr *e = room_get(kc, sizeof(*e));

	e->op = op;
	e->a = a;
	e->b = b;
	return e;
}

static struct kc_expr *expr_and(struct kconfig *kc, struct kc_expr *a,
				struct kc_expr *b)
{
	if (!a || !b)
		return a ? a : b;
	return expr_new(kc, KC_AND, a, b);
}

static struct kc_expr *expr_const(struct kconfig *kc, const char *text)
{
	struct kc_expr *e = expr_new(kc, KC_CONST, NULL, NULL);

	e->text = g_string_chunk_insert_const(kc->strings, text);
	return e;
}

static void skip_space(struct parser *p)
{
	while (*p->line == ' ' || *p->line == '\t')
		p->line++;
}

static bool is_word(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '-' || c == '.' ||
	       c == '/';
}

/* The next bare word, cut out of the line; NULL when there is none. */
static char *take_word(struct parser *p)
{
	char *start, *word;

	skip_space(p);
	start = p->line;
	while (is_word(*p->line))
		p->line++;
	if (p->line == start)
		return NULL;
	word = g_strndup(start, p->line - start);
	return word;
}

/* A "quoted text" with its macros expanded. */
static char *take_quoted(struct parser *p)
{
	GString *raw = g_string_new(NULL);
	char quote = *p->line++;
	char *text;

	while (*p->line && *p->line != quote) {
		/* a quote inside of $(...) does not end the string */
		if (p->line[0] == '$' && p->line[1] == '(') {
			size_t n =
				kconfig_macro_length(p->line, strlen(p->line));

			g_string_append_len(raw, p->line, n);
			p->line += n;
			continue;
		}
		if (*p->line == '\\' && p->line[1])
			p->line++;
		g_string_append_c(raw, *p->line++);
	}
	if (*p->line)
		p->line++;
	text = kconfig_expand(p->kc, raw->str, raw->len);
	g_string_free(raw, TRUE);
	return text;
}

static char *take_macro(struct parser *p)
{
	size_t n = kconfig_macro_length(p->line, strlen(p->line));
	char *text = kconfig_expand(p->kc, p->line, n);

	p->line += n;
	return g_strstrip(text);
}

static bool is_number(const char *word)
{
	char *end;

	strtoll(word, &end, 0);
	return !*end;
}

/* y, m, n and numbers are constants (64BIT is not a number). */
static struct kc_expr *expr_word(struct kconfig *kc, const char *word)
{
	struct kc_expr *e;

	if (!strcmp(word, "y") || !strcmp(word, "n") || !strcmp(word, "m") ||
	    is_number(word))
		return expr_const(kc, word);
	e = expr_new(kc, KC_SYM, NULL, NULL);
	e->sym = symbol_get(kc, word);
	return e;
}

static struct kc_expr *parse_or(struct parser *p, unsigned int depth);

static struct kc_expr *parse_primary(struct parser *p, unsigned int depth)
{
	g_autofree char *word = NULL;
	struct kc_expr *e;

	skip_space(p);
	if (depth > EXPR_DEPTH_MAX)
		return expr_const(p->kc, "n");
	if (*p->line == '(') {
		p->line++;
		e = parse_or(p, depth + 1);
		skip_space(p);
		if (*p->line == ')')
			p->line++;
		return e;
	}
	if (*p->line == '"' || *p->line == '\'') {
		word = take_quoted(p);
		return expr_const(p->kc, word);
	}
	if (p->line[0] == '$' && p->line[1] == '(') {
		word = take_macro(p);
		return expr_const(p->kc, word);
	}
	word = take_word(p);
	if (!word) {
		/* not an expression: stop here, and take it as false */
		p->line += strlen(p->line);
		return expr_const(p->kc, "n");
	}
	return expr_word(p->kc, word);
}

static bool take_compare(struct parser *p, enum kc_op *op)
{
	static const struct {
		const char *text;
		enum kc_op op;
	} ops[] = {
		{ "!=", KC_NE }, { "<=", KC_LE }, { ">=", KC_GE },
		{ "=", KC_EQ },	 { "<", KC_LT },  { ">", KC_GT },
	};

	skip_space(p);
	for (size_t i = 0; i < G_N_ELEMENTS(ops); i++) {
		if (g_str_has_prefix(p->line, ops[i].text)) {
			p->line += strlen(ops[i].text);
			*op = ops[i].op;
			return true;
		}
	}
	return false;
}

static struct kc_expr *parse_unary(struct parser *p, unsigned int depth)
{
	struct kc_expr *e;
	enum kc_op op;

	skip_space(p);
	if (p->line[0] == '!' && p->line[1] != '=' && depth <= EXPR_DEPTH_MAX) {
		p->line++;
		e = parse_unary(p, depth + 1);
		return expr_new(p->kc, KC_NOT, e, NULL);
	}
	e = parse_primary(p, depth);
	if (take_compare(p, &op))
		e = expr_new(p->kc, op, e, parse_primary(p, depth + 1));
	return e;
}

static struct kc_expr *parse_and(struct parser *p, unsigned int depth)
{
	struct kc_expr *e = parse_unary(p, depth);

	for (int n = 0; n < EXPR_TERMS_MAX; n++) {
		skip_space(p);
		if (!g_str_has_prefix(p->line, "&&"))
			break;
		p->line += 2;
		e = expr_new(p->kc, KC_AND, e, parse_unary(p, depth));
	}
	return e;
}

static struct kc_expr *parse_or(struct parser *p, unsigned int depth)
{
	struct kc_expr *e = parse_and(p, depth);

	for (int n = 0; n < EXPR_TERMS_MAX; n++) {
		skip_space(p);
		if (!g_str_has_prefix(p->line, "||"))
			break;
		p->line += 2;
		e = expr_new(p->kc, KC_OR, e, parse_and(p, depth));
	}
	return e;
}

/* "if EXPR" at the end of an attribute; NULL when there is none. */
static struct kc_expr *parse_if(struct parser *p)
{
	skip_space(p);
	if (strncmp(p->line, "if", 2) || is_word(p->line[2]))
		return NULL;
	p->line += 2;
	return parse_or(p, 0);
}

/* ---- lines ---- */

/* The next line without its newline; NULL at the end of the file. */
static char *raw_line(struct parser *p)
{
	char *start = p->text, *nl;

	if (start >= p->end)
		return NULL;
	nl = memchr(start, '\n', p->end - start);
	if (!nl)
		nl = p->end;
	*nl = '\0';
	p->text = nl + 1;
	if (nl > start && nl[-1] == '\r')
		nl[-1] = '\0';
	return start;
}

/* The next line with the lines it continues on. */
static bool next_line(struct parser *p)
{
	char *line = raw_line(p);
	size_t len;

	if (!line)
		return false;
	len = strlen(line);
	if (!len || line[len - 1] != '\\') {
		p->line = line;
		return true;
	}
	g_string_truncate(p->joined, 0);
	while (line) {
		len = strlen(line);
		if (!len || line[len - 1] != '\\') {
			g_string_append_len(p->joined, line, len);
			break;
		}
		g_string_append_len(p->joined, line, len - 1);
		g_string_append_c(p->joined, ' ');
		line = raw_line(p);
	}
	p->line = p->joined->str;
	return true;
}

static int indentation(const char *line)
{
	int col = 0;

	for (; *line == ' ' || *line == '\t'; line++)
		col = *line == '\t' ? (col | 7) + 1 : col + 1;
	return *line ? col : -1;
}

/* A help text ends at the first line that is indented less than its first. */
static void skip_help(struct parser *p)
{
	int level = -1, col;
	char *start, *line;

	for (;;) {
		start = p->text;
		line = raw_line(p);
		if (!line)
			return;
		col = indentation(line);
		if (col < 0)
			continue;
		if (level < 0 && col > 0)
			level = col;
		if (level < 0 || col < level)
			break;
	}
	/* not ours: give it back */
	if (p->text <= p->end)
		p->text[-1] = '\n';
	p->text = start;
}

/* ---- entries ---- */

static struct scope *scope_top(struct parser *p)
{
	return &g_array_index(p->scopes, struct scope, p->scopes->len - 1);
}

static struct scope *scope_push(struct parser *p, enum entry kind)
{
	struct scope s = *scope_top(p);

	s.kind = kind;
	if (p->scopes->len < SCOPE_MAX)
		g_array_append_val(p->scopes, s);
	return scope_top(p);
}

static void scope_pop(struct parser *p)
{
	if (p->scopes->len > 1)
		g_array_set_size(p->scopes, p->scopes->len - 1);
	p->entry = ENTRY_NONE;
}

static void begin_config(struct parser *p)
{
	struct kconfig *kc = p->kc;
	struct scope *scope = scope_top(p);
	g_autofree char *name = take_word(p);
	struct kc_def **last;

	p->entry = ENTRY_NONE;
	if (!name)
		return;
	p->entry = ENTRY_CONFIG;
	p->sym = symbol_get(kc, name);
	p->def = room_get(kc, sizeof(*p->def));
	p->def->dep = scope->dep;
	if (!p->sym->defs)
		g_ptr_array_add(kc->order, p->sym);
	for (last = &p->sym->defs; *last; last = &(*last)->next)
		;
	*last = p->def;
	if (scope->choice && !p->sym->choice) {
		p->sym->choice = scope->choice;
		g_ptr_array_add(scope->choice->members, p->sym);
	}
}

static void begin_choice(struct parser *p)
{
	struct kc_choice *choice = g_new0(struct kc_choice, 1);
	struct scope *scope = scope_push(p, ENTRY_CHOICE);

	choice->members = g_ptr_array_new();
	choice->dep = scope->dep;
	scope->choice = choice;
	g_ptr_array_add(p->kc->choices, choice);
	p->entry = ENTRY_CHOICE;
}

static void begin_if(struct parser *p)
{
	struct kc_expr *cond = parse_or(p, 0);
	struct scope *scope = scope_push(p, ENTRY_NONE);

	scope->dep = expr_and(p->kc, scope->dep, cond);
	p->entry = ENTRY_NONE;
}

static void parse_file(struct parser *p, const char *path);

static void parse_source(struct parser *p, bool relative)
{
	g_autofree char *name = NULL;
	g_autofree char *path = NULL;

	skip_space(p);
	if (*p->line == '"' || *p->line == '\'') {
		name = take_quoted(p);
	} else {
		name = kconfig_expand(p->kc, p->line, strlen(p->line));
		g_strstrip(name);
	}
	p->entry = ENTRY_NONE;
	path = g_canonicalize_filename(name, relative ? p->dir : p->kc->kernel);
	parse_file(p, path);
}

/* ---- attributes ---- */

static void attr_prompt(struct parser *p)
{
	struct kc_expr *cond;

	skip_space(p);
	if (*p->line != '"' && *p->line != '\'')
		return;
	g_free(take_quoted(p));
	cond = parse_if(p);
	if (p->entry == ENTRY_CHOICE) {
		scope_top(p)->choice->prompt_cond = cond;
	} else if (p->entry == ENTRY_CONFIG) {
		p->def->prompt = true;
		p->def->prompt_cond = cond;
	}
}

static void attr_default(struct parser *p)
{
	struct kc_default *d = room_get(p->kc, sizeof(*d));
	struct kc_default **last;

	d->value = parse_or(p, 0);
	d->cond = parse_if(p);
	if (p->entry == ENTRY_CHOICE) {
		last = &scope_top(p)->choice->defaults;
	} else if (p->entry == ENTRY_CONFIG) {
		d->def = p->def;
		last = &p->sym->defaults;
	} else {
		return;
	}
	while (*last)
		last = &(*last)->next;
	*last = d;
}

static void attr_depends(struct parser *p)
{
	g_autofree char *on = take_word(p);
	struct kc_expr *e;

	if (!on || strcmp(on, "on"))
		return;
	e = parse_or(p, 0);
	if (p->entry == ENTRY_CONFIG) {
		p->def->dep = expr_and(p->kc, p->def->dep, e);
	} else if (p->entry == ENTRY_MENU) {
		scope_top(p)->dep = expr_and(p->kc, scope_top(p)->dep, e);
	} else if (p->entry == ENTRY_CHOICE) {
		struct scope *scope = scope_top(p);

		scope->dep = expr_and(p->kc, scope->dep, e);
		scope->choice->dep = scope->dep;
	}
}

static void attr_select(struct parser *p)
{
	g_autofree char *name = take_word(p);
	struct kc_select *s;
	struct kc_sym *target;

	if (!name || p->entry != ENTRY_CONFIG)
		return;
	s = room_get(p->kc, sizeof(*s));
	s->by = p->sym;
	s->def = p->def;
	s->cond = parse_if(p);
	target = symbol_get(p->kc, name);
	/* some are selected by a thousand others */
	if (target->last_select)
		target->last_select->next = s;
	else
		target->selects = s;
	target->last_select = s;
}

/* option env="ARCH": up to 4.17 a symbol has the value of a variable. */
static void attr_option(struct parser *p)
{
	g_autofree char *word = take_word(p);
	g_autofree char *name = NULL;
	g_autofree char *text = NULL;
	const char *value;
	char *rest;

	skip_space(p);
	if (g_strcmp0(word, "env") || *p->line != '=')
		return;
	p->line++;
	skip_space(p);
	if (*p->line != '"')
		return;
	name = take_quoted(p);
	value = g_hash_table_lookup(p->kc->vars, name);
	if (!value)
		return;
	text = g_strdup_printf("\"%s\"", value);
	rest = p->line + strlen(p->line);
	p->line = text;
	attr_default(p);
	p->line = rest;
}

struct type_word {
	const char *word;
	enum kc_type type;
	bool with_default;
};

static const struct type_word type_words[] = {
	{ "bool", KC_BOOL, false },	   { "boolean", KC_BOOL, false },
	{ "tristate", KC_BOOL, false },	   { "def_bool", KC_BOOL, true },
	{ "def_tristate", KC_BOOL, true }, { "int", KC_INT, false },
	{ "hex", KC_HEX, false },	   { "string", KC_STRING, false },
};

static bool attr_type(struct parser *p, const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(type_words); i++) {
		if (strcmp(word, type_words[i].word))
			continue;
		if (p->entry == ENTRY_CONFIG && p->sym->type == KC_UNKNOWN)
			p->sym->type = type_words[i].type;
		if (type_words[i].with_default)
			attr_default(p);
		else
			attr_prompt(p);
		return true;
	}
	return false;
}

static bool parse_attribute(struct parser *p, const char *word)
{
	if (attr_type(p, word))
		return true;
	if (!strcmp(word, "depends"))
		attr_depends(p);
	else if (!strcmp(word, "default"))
		attr_default(p);
	else if (!strcmp(word, "select"))
		attr_select(p);
	else if (!strcmp(word, "prompt"))
		attr_prompt(p);
	else if (!strcmp(word, "option"))
		attr_option(p);
	else if (!strcmp(word, "help") || !strcmp(word, "---help---"))
		skip_help(p);
	else
		return false;
	return true;
}

/* name := value, name = value, name += value */
static void parse_assignment(struct parser *p, const char *name)
{
	g_autofree char *value = NULL;
	char *start;

	skip_space(p);
	start = strchr(p->line, '=');
	if (!start || start - p->line > 1)
		return;
	start++;
	value = kconfig_expand(p->kc, start, strlen(start));
	/* what the first line says about the compiler stays */
	if (!g_hash_table_contains(p->kc->vars, name))
		g_hash_table_insert(p->kc->vars, g_strdup(name),
				    g_strdup(g_strstrip(value)));
}

static void parse_line(struct parser *p)
{
	g_autofree char *word = NULL;

	skip_space(p);
	if (!*p->line || *p->line == '#')
		return;
	word = take_word(p);
	if (!word)
		return;
	if (!strcmp(word, "config") || !strcmp(word, "menuconfig"))
		begin_config(p);
	else if (parse_attribute(p, word))
		return;
	else if (!strcmp(word, "if"))
		begin_if(p);
	else if (!strcmp(word, "endif") || !strcmp(word, "endmenu") ||
		 !strcmp(word, "endchoice"))
		scope_pop(p);
	else if (!strcmp(word, "source") || !strcmp(word, "osource"))
		parse_source(p, false);
	else if (!strcmp(word, "rsource") || !strcmp(word, "orsource"))
		parse_source(p, true);
	else if (!strcmp(word, "choice"))
		begin_choice(p);
	else if (!strcmp(word, "menu"))
		scope_push(p, ENTRY_MENU), p->entry = ENTRY_MENU;
	else if (!strcmp(word, "comment") || !strcmp(word, "mainmenu"))
		p->entry = ENTRY_NONE;
	else
		parse_assignment(p, word);
}

/* A file that sources itself, by way of others or not. */
static bool is_open(const struct parser *p, const char *path)
{
	for (; p; p = p->outer) {
		if (!g_strcmp0(p->path, path))
			return true;
	}
	return false;
}

static void parse_file(struct parser *p, const char *path)
{
	g_autoptr(GByteArray) buf = g_byte_array_new();
	g_autofree char *why = NULL;
	g_autofree char *dir = NULL;
	struct parser inner = *p;

	if (is_open(p, path) || ++*p->sources > SOURCES_MAX ||
	    p->depth >= SOURCE_DEPTH_MAX || read_regular(path, buf, &why))
		return;
	dir = g_path_get_dirname(path);
	g_byte_array_append(buf, (const guint8 *)"", 1);
	inner.depth++;
	inner.outer = p;
	inner.path = path;
	inner.entry = ENTRY_NONE;
	inner.text = (char *)buf->data;
	inner.end = inner.text + buf->len - 1;
	inner.dir = dir;
	inner.joined = g_string_new(NULL);
	while (next_line(&inner))
		parse_line(&inner);
	g_string_free(inner.joined, TRUE);
}

static void set_variables(struct kconfig *kc)
{
	const struct {
		const char *name;
		const char *value;
	} vars[] = {
		{ "SRCARCH", kc->srcarch },
		{ "ARCH", kc->arch },
		/* user mode Linux runs on this one */
		{ "SUBARCH", "x86_64" },
		{ "HEADER_ARCH", "x86" },
		{ "srctree", kc->kernel },
		{ "CC", "clang" },
		{ "LD", "ld.lld" },
		{ "cc-name", "Clang" },
		{ "cc-version", "190107" },
		{ "ld-name", "LLD" },
		{ "ld-version", "190107" },
		{ "as-name", "LLVM" },
		{ "as-version", "190107" },
		{ "rustc-version", "0" },
		{ "rustc-llvm-version", "0" },
		{ "m32-flag", "-m32" },
		{ "m64-flag", "-m64" },
		{ "comma", "," },
		{ "dollar", "$" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(vars); i++)
		g_hash_table_insert(kc->vars, g_strdup(vars[i].name),
				    g_strdup(vars[i].value));
}

void kconfig_parse(struct kconfig *kc)
{
	g_autofree char *path = g_build_filename(kc->kernel, "Kconfig", NULL);
	struct scope top = { .kind = ENTRY_NONE };
	unsigned int sources = 0;
	struct parser p = { .kc = kc, .dir = kc->kernel, .sources = &sources };

	set_variables(kc);
	p.scopes = g_array_new(FALSE, TRUE, sizeof(struct scope));
	g_array_append_val(p.scopes, top);
	parse_file(&p, path);
	g_array_free(p.scopes, TRUE);
}
