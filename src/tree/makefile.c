// SPDX-License-Identifier: GPL-2.0-only
/*
 * makefile.c - what a kbuild Makefile says about its objects
 */
#include <string.h>
#include "tree/makefile.h"
#include "tree/makefile_func.h"
#include "tree/private.h"

/* stands for a space in the name of a directory */
#define HIDDEN_SPACE '\x1f'
#define HIDDEN_SPACES "\x1f"

#define INCLUDE_DEPTH_MAX 8
#define EXPAND_DEPTH_MAX 12
/* A variable that is appended to itself must not eat the memory. */
#define VALUE_MAX ((size_t)1 << 18)
/* Nor must many of them: a whole Makefile has this much to say. */
#define VALUES_MAX ((size_t)8 << 20)
#define INCLUDES_MAX 100
/* Marks among the variables, of names that no Makefile can give. */
#define UNDEFINED "\037undefined"
#define IN_FOREACH "\037foreach"
#define OWN_DIR "\037dir"
#define OWN_PWD "\037pwd"

/**
 * struct reader - state while a Makefile is read
 * @mk: the result
 * @vars: name -> value
 * @later: (element-type later): assignments with a variable that was not
 *	defined yet
 * @depth: of includes
 * @includes: read so far
 * @size: bytes of all values
 */
struct reader {
	struct makefile *mk;
	GHashTable *vars;
	GPtrArray *later;
	unsigned int depth;
	unsigned int includes;
	size_t size;
};

struct later {
	struct make_assign *assign;
	char *text;
};

static void later_free(gpointer data)
{
	struct later *l = data;

	g_free(l->text);
	g_free(l);
}

static void assign_free(gpointer data)
{
	struct make_assign *a = data;

	g_free(a->name);
	g_free(a->value);
	g_free(a);
}

/* ---- expansion ---- */

/* Names that depend on the configuration: not known while reading. */
static bool is_late(const char *name)
{
	return g_str_has_prefix(name, "CONFIG_") || !strcmp(name, "SRCARCH") ||
	       !strcmp(name, "ARCH") || !strcmp(name, "BITS");
}

static char *expand(GHashTable *vars, const char *text, int depth);

/* Split at commas outside of parentheses. */
static char **split_args(const char *text)
{
	GPtrArray *args = g_ptr_array_new();
	const char *start = text, *p;
	int level = 0;

	for (p = text; *p; p++) {
		if (*p == '(')
			level++;
		else if (*p == ')')
			level--;
		else if (*p == ',' && !level) {
			g_ptr_array_add(args, g_strndup(start, p - start));
			start = p + 1;
		}
	}
	g_ptr_array_add(args, g_strndup(start, p - start));
	g_ptr_array_add(args, NULL);
	return (char **)g_ptr_array_free(args, FALSE);
}

/* A variable of make; NULL when there is none of that name. */
static const char *get_variable(GHashTable *vars, const char *name)
{
	const char *value = g_hash_table_lookup(vars, name);

	/* for expand_again() */
	if (!value)
		g_hash_table_replace(vars, g_strdup(UNDEFINED), g_strdup(""));
	return value;
}

/* $(foreach var,list,text); not one inside another: they multiply */
static char *expand_foreach(GHashTable *vars, char **args, int depth)
{
	g_autofree char *name = expand(vars, args[0], depth + 1);
	g_autofree char *list = expand(vars, args[1], depth + 1);
	g_auto(GStrv) words = g_strsplit_set(list, " \t", 0);
	GString *out = g_string_new(NULL);

	g_strstrip(name);
	if (g_hash_table_contains(vars, name) ||
	    g_hash_table_contains(vars, IN_FOREACH))
		return g_string_free(out, FALSE);
	g_hash_table_replace(vars, g_strdup(IN_FOREACH), g_strdup(""));
	for (char **w = words; *w && out->len < VALUE_MAX; w++) {
		g_autofree char *text = NULL;

		if (!**w)
			continue;
		g_hash_table_replace(vars, g_strdup(name), g_strdup(*w));
		text = expand(vars, args[2], depth + 1);
		g_string_append_printf(out, "%s ", text);
	}
	g_hash_table_remove(vars, name);
	g_hash_table_remove(vars, IN_FOREACH);
	return g_string_free(out, FALSE);
}

static char *expand_call(GHashTable *vars, const char *func, const char *rest,
			 int depth)
{
	g_auto(GStrv) args = split_args(rest);
	const char *dir = g_hash_table_lookup(vars, OWN_DIR);
	const char *pwd = g_hash_table_lookup(vars, OWN_PWD);

	if (!strcmp(func, "foreach"))
		return g_strv_length(args) == 3 ?
			       expand_foreach(vars, args, depth) :
			       g_strdup("");
	for (char **a = args; *a; a++) {
		char *done = expand(vars, *a, depth + 1);

		g_free(*a);
		*a = done;
	}
	return makefile_function(func, args, g_strv_length(args), dir, pwd);
}

/* What $(@ref) stands for. */
static char *expand_reference(GHashTable *vars, const char *ref, int depth)
{
	const char *space = strpbrk(ref, " \t");
	const char *colon = strchr(ref, ':'), *eq;
	g_autofree char *name = NULL;

	/* $(list:.c=.o) */
	eq = colon ? strchr(colon, '=') : NULL;
	if (eq && (!space || space > colon)) {
		g_autofree char *var = g_strndup(ref, colon - ref);
		g_autofree char *from = g_strndup(colon + 1, eq - colon - 1);
		g_autofree char *list = expand_reference(vars, var, depth + 1);

		return makefile_substitute(from, eq + 1, list);
	}
	if (space) {
		g_autofree char *func = g_strndup(ref, space - ref);

		return expand_call(vars, func, space + 1, depth);
	}
	name = expand(vars, ref, depth + 1);
	if (is_late(name))
		return g_strdup_printf("$(%s)", name);
	return g_strdup(get_variable(vars, name) ?: "");
}

/* Length of the reference at @p ("$(...)", "${...}", "$x"). */
static size_t reference_length(const char *p)
{
	char open = p[1], close = open == '(' ? ')' : '}';
	int level = 0;

	if (open != '(' && open != '{')
		return open ? 2 : 1;
	for (const char *q = p + 1; *q; q++) {
		if (*q == open)
			level++;
		else if (*q == close && !--level)
			return q - p + 1;
	}
	return 0;
}

/*
 * $(src) was relative before 6.10 and $(srctree)/$(src) usual; here both are
 * absolute, and the first one goes.
 */
static void append_value(GHashTable *vars, GString *out, const char *value)
{
	const char *srctree = g_hash_table_lookup(vars, "srctree");
	size_t len = srctree ? strlen(srctree) : 0;

	if (*value == '/' && len && out->len > len &&
	    out->str[out->len - 1] == '/' &&
	    !strncmp(out->str + out->len - 1 - len, srctree, len))
		g_string_truncate(out, out->len - 1 - len);
	g_string_append(out, value);
}

static char *expand(GHashTable *vars, const char *text, int depth)
{
	GString *out = g_string_new(NULL);

	while (*text && out->len < VALUE_MAX) {
		g_autofree char *ref = NULL;
		g_autofree char *value = NULL;
		size_t n;

		if (*text != '$' || depth > EXPAND_DEPTH_MAX) {
			g_string_append_c(out, *text++);
			continue;
		}
		n = reference_length(text);
		if (!n)
			break;
		if (n > 3) {
			ref = g_strndup(text + 2, n - 3);
			value = expand_reference(vars, ref, depth);
			append_value(vars, out, value);
		}
		text += n;
	}
	return g_string_free(out, FALSE);
}

/* ---- reading ---- */

/* "./a.o" and "$(src)/a.o" are a.o */
static const char *local_name(const struct makefile *mk, const char *word)
{
	size_t len = strlen(mk->dir);

	if (g_str_has_prefix(word, "./"))
		return word + 2;
	if (g_str_has_prefix(word, mk->dir) && word[len] == '/')
		return word + len + 1;
	return word;
}

/*
 * Remember which assignment lists which object.  A plain variable says nothing
 * yet: what it lists is in the value of those that are made of it.
 */
static void index_objects(struct makefile *mk, struct make_assign *a)
{
	g_auto(GStrv) words = NULL;
	g_autofree char *stem = makefile_stem(a->name);

	if (!stem)
		return;
	words = g_strsplit_set(a->value, " \t", 0);
	for (char **w = words; *w; w++) {
		const char *word = local_name(mk, *w);
		GPtrArray *list;

		if (!g_str_has_suffix(word, ".o") &&
		    !g_str_has_suffix(word, "/"))
			continue;
		list = g_hash_table_lookup(mk->objects, word);
		if (!list) {
			list = g_ptr_array_new();
			g_hash_table_insert(mk->objects, g_strdup(word), list);
		}
		g_ptr_array_add(list, a);
	}
}

static void set_variable(struct reader *r, const char *name, char op,
			 const char *value)
{
	const char *old = g_hash_table_lookup(r->vars, name);

	if (op == '?' && old)
		return;
	if (op == '+' && old && strlen(old) < VALUE_MAX)
		g_hash_table_replace(r->vars, g_strdup(name),
				     g_strconcat(old, " ", value, NULL));
	else
		g_hash_table_replace(r->vars, g_strdup(name), g_strdup(value));
}

static void expand_later(struct reader *r, struct make_assign *a,
			 const char *text)
{
	struct later *l = g_new0(struct later, 1);

	l->assign = a;
	l->text = g_strdup(text);
	g_ptr_array_add(r->later, l);
}

/* "NAME op VALUE"; false when the line is something else (a rule, an ifeq). */
static bool read_assignment(struct reader *r, char *line)
{
	char *eq = strchr(line, '='), *end, op = '=';
	g_autofree char *name = NULL;
	struct make_assign *a;

	if (!eq || eq == line)
		return false;
	end = eq;
	while (end > line && strchr(":?+", end[-1]))
		op = *--end;
	name = g_strstrip(g_strndup(line, end - line));
	if (g_str_has_prefix(name, "export "))
		memmove(name, name + 7, strlen(name + 7) + 1);
	/* "target: var := value", and the blanks of a macro call are fine */
	if (!*name || *name == *OWN_DIR || strchr(name, ':') ||
	    (strpbrk(name, " \t") && !strchr(name, '$')))
		return false;
	if (r->size > VALUES_MAX)
		return false;
	a = g_new0(struct make_assign, 1);
	a->name = g_strdup(name);
	g_hash_table_remove(r->vars, UNDEFINED);
	a->value = g_strstrip(expand(r->vars, eq + 1, 0));
	r->size += strlen(a->value);
	g_ptr_array_add(r->mk->assigns, a);
	if (op != ':' && g_hash_table_contains(r->vars, UNDEFINED))
		expand_later(r, a, eq + 1);
	set_variable(r, name, op, a->value);
	return true;
}

/* A recursive variable is expanded when it is used: with what comes below it. */
static void expand_again(struct reader *r)
{
	for (unsigned int i = 0; i < r->later->len; i++) {
		const struct later *l = r->later->pdata[i];

		if (r->size > VALUES_MAX)
			return;
		g_free(l->assign->value);
		l->assign->value = g_strstrip(expand(r->vars, l->text, 0));
		r->size += strlen(l->assign->value);
	}
}

/* A value is split into words; a directory is one, whatever is in its name. */
static char *hide_spaces(const char *path)
{
	return g_strdelimit(g_strdup(path), " ", HIDDEN_SPACE);
}

static char *show_spaces(char *word)
{
	return g_strdelimit(word, HIDDEN_SPACES, ' ');
}

static bool read_file(struct reader *r, const char *path);

static void read_include(struct reader *r, const char *what)
{
	g_autofree char *names = expand(r->vars, what, 0);
	g_auto(GStrv) words = g_strsplit_set(names, " \t", 0);

	for (char **w = words; *w; w++) {
		g_autofree char *path = NULL;

		if (!**w)
			continue;
		path = g_canonicalize_filename(show_spaces(*w), r->mk->dir);
		read_file(r, path);
	}
}

static void read_line(struct reader *r, char *line)
{
	char *hash = strchr(line, '#');

	/* no \# in any kbuild file that matters here */
	if (hash)
		*hash = '\0';
	if (*line == '\t' || !*g_strstrip(line))
		return;
	if (g_str_has_prefix(line, "include ") ||
	    g_str_has_prefix(line, "-include "))
		read_include(r, strchr(line, ' ') + 1);
	else
		read_assignment(r, line);
}

/* Cut the text into lines, with continued ones joined. */
static void read_lines(struct reader *r, char *text)
{
	g_autoptr(GString) line = g_string_new(NULL);

	while (text) {
		char *nl = strchr(text, '\n');
		size_t len;

		if (nl)
			*nl = '\0';
		g_string_append(line, text);
		len = line->len;
		text = nl ? nl + 1 : NULL;
		if (len && line->str[len - 1] == '\\' && text) {
			line->str[len - 1] = ' ';
			continue;
		}
		read_line(r, line->str);
		g_string_truncate(line, 0);
	}
}

static bool read_file(struct reader *r, const char *path)
{
	g_autoptr(GByteArray) buf = g_byte_array_new();
	g_autofree char *why = NULL;

	if (r->depth >= INCLUDE_DEPTH_MAX || ++r->includes > INCLUDES_MAX ||
	    read_regular(path, buf, &why))
		return false;
	g_byte_array_append(buf, (const guint8 *)"", 1);
	r->depth++;
	read_lines(r, (char *)buf->data);
	r->depth--;
	return true;
}

static GHashTable *first_variables(const char *dir, const char *srctree,
				   const char *module)
{
	GHashTable *vars =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	const char *const set[] = {
		"src",
		dir,
		"obj",
		dir,
		"srctree",
		srctree,
		"objtree",
		srctree,
		"srcroot",
		srctree,
		"CURDIR",
		module ? module : srctree,
		"PWD",
		module,
		"M",
		module,
		"KBUILD_EXTMOD",
		module,
		OWN_DIR,
		dir,
		OWN_PWD,
		module ? module : srctree,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(set); i += 2) {
		if (set[i + 1])
			g_hash_table_insert(vars, g_strdup(set[i]),
					    hide_spaces(set[i + 1]));
	}
	return vars;
}

static void list_free(gpointer data)
{
	g_ptr_array_unref(data);
}

struct makefile *makefile_load_file(const char *path, const char *srctree,
				    const char *module)
{
	struct makefile *mk = g_new0(struct makefile, 1);
	struct reader r = { .mk = mk };
	bool ok;

	mk->dir = g_path_get_dirname(path);
	mk->assigns = g_ptr_array_new_with_free_func(assign_free);
	mk->objects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					    list_free);
	r.vars = first_variables(mk->dir, srctree, module);
	g_hash_table_insert(r.vars, g_strdup("MAKEFILE_LIST"),
			    hide_spaces(path));
	r.later = g_ptr_array_new_with_free_func(later_free);
	ok = read_file(&r, path);
	expand_again(&r);
	for (unsigned int i = 0; i < mk->assigns->len; i++)
		index_objects(mk, mk->assigns->pdata[i]);
	g_ptr_array_unref(r.later);
	g_hash_table_unref(r.vars);
	if (ok)
		return mk;
	makefile_free(mk);
	return NULL;
}

struct makefile *makefile_load(const char *dir, const char *srctree,
			       const char *module)
{
	static const char *const names[] = { "Kbuild", "Makefile" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(dir, names[i], NULL);
		struct makefile *mk = makefile_load_file(path, srctree, module);

		if (mk)
			return mk;
	}
	return NULL;
}

void makefile_free(struct makefile *mk)
{
	if (!mk)
		return;
	g_hash_table_unref(mk->objects);
	g_ptr_array_unref(mk->assigns);
	g_free(mk->dir);
	g_free(mk);
}

/* ---- questions ---- */

GPtrArray *makefile_lists(const struct makefile *mk, const char *object)
{
	return g_hash_table_lookup(mk->objects, object);
}

char **makefile_words(const char *value, makefile_config config, void *user)
{
	g_autoptr(GString) out = g_string_new(NULL);
	char **argv = NULL;

	while (*value) {
		g_autofree char *name = NULL;
		const char *text;
		size_t n;

		if (*value != '$') {
			g_string_append_c(out, *value++);
			continue;
		}
		n = reference_length(value);
		if (n <= 3)
			break;
		name = g_strndup(value + 2, n - 3);
		text = config(name, user);
		g_string_append(out, text ? text : "");
		value += n;
	}
	/* else it is empty, or has quotes that do not match */
	if (!g_shell_parse_argv(out->str, NULL, &argv, NULL))
		argv = g_strsplit_set(out->str, " \t", 0);
	for (char **word = argv; *word; word++)
		show_spaces(*word);
	return argv;
}

char *makefile_guard(const char *name)
{
	const char *start = strstr(name, "CONFIG_"), *end;

	if (!start)
		return NULL;
	start += strlen("CONFIG_");
	for (end = start; g_ascii_isalnum(*end) || *end == '_'; end++)
		;
	return g_strndup(start, end - start);
}

char *makefile_stem(const char *name)
{
	const char *dash = strstr(name, "-$");
	char *stem;

	if (!dash)
		dash = strrchr(name, '-');
	if (!dash || dash == name)
		return NULL;
	stem = g_strndup(name, dash - name);
	/* "foo-objs-$(CONFIG_X)" ends up in foo-objs */
	if (g_str_has_suffix(stem, "-objs"))
		stem[strlen(stem) - strlen("-objs")] = '\0';
	return stem;
}
