// SPDX-License-Identifier: GPL-2.0-only
/*
 * cocci.c - the semantic patch of a plan
 *
 * The text comes from rules/convert.cocci.in; this file fills in what the plan
 * says.  Edits of the same shape share a branch of the rule.
 */
#include <string.h>
#include "rewrite/spatch.h"

#define TEMPLATE "convert.cocci.in"

/**
 * struct cocci - a semantic patch in the making
 * @sections: (key-type char*) (value-type char*): of the template
 * @missing: name of a section that was asked for in vain, or NULL
 * @branches: (key-type char*): text of a branch without its position name,
 *	to its number
 * @texts: text of the branches
 * @positions: declarations of position metavariables
 * @plan: rows of the table
 * @most: arguments of the longest call that loses some
 * @lists: lengths of the expression lists in use
 * @symbols: names that are no metavariables
 */
struct cocci {
	GHashTable *sections;
	const char *missing;
	GHashTable *branches;
	GString *texts;
	GString *positions;
	GString *plan;
	unsigned int most;
	GTree *lists;
	GTree *symbols;
};

static GHashTable *cocci_sections(const char *template)
{
	GHashTable *sections = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_free);
	g_auto(GStrv) lines = g_strsplit(template, "\n", -1);
	GString *text = NULL;
	char *name = NULL;

	for (char **line = lines; *line; line++) {
		if (g_str_has_prefix(*line, "//% ")) {
			if (name)
				g_hash_table_insert(sections, name,
						    g_string_free(text, FALSE));
			name = g_strdup(*line + 4);
			text = g_string_new(NULL);
		} else if (name && (**line || line[1])) {
			g_string_append(text, *line);
			g_string_append_c(text, '\n');
		}
	}
	if (name)
		g_hash_table_insert(sections, name, g_string_free(text, FALSE));
	return sections;
}

/* value of a name in a NULL-terminated list of names and values */
static const char *cocci_value(const char *const *pairs, const char *name,
			       size_t len)
{
	for (; *pairs; pairs += 2) {
		if (strlen(*pairs) == len && !strncmp(*pairs, name, len))
			return pairs[1];
	}
	return NULL;
}

static char *cocci_fill(struct cocci *c, const char *section,
			const char *const *pairs)
{
	const char *s = g_hash_table_lookup(c->sections, section);
	GString *out = g_string_new(NULL);
	const char *end;

	if (!s)
		c->missing = section;
	while (s && *s) {
		end = g_str_has_prefix(s, "${") ? strchr(s, '}') : NULL;
		if (end) {
			const char *value =
				cocci_value(pairs, s + 2, end - s - 2);

			g_string_append(out, value ? value : "");
			s = end + 1;
		} else {
			g_string_append_c(out, *s++);
		}
	}
	return g_string_free(out, FALSE);
}

/* the same without the last line end, for text inside of a line */
static char *cocci_fill_inline(struct cocci *c, const char *section,
			       const char *const *pairs)
{
	char *text = cocci_fill(c, section, pairs);
	size_t len = strlen(text);

	if (len && text[len - 1] == '\n')
		text[len - 1] = '\0';
	return text;
}

static const char *const form_sections[] = {
	[PLAN_SAME] = "same",	[PLAN_REPLACE] = "replace",
	[PLAN_OR] = "or",	[PLAN_PARENS] = "parens",
	[PLAN_DROP] = "drop",	[PLAN_DROP_OR] = "drop-or",
	[PLAN_FOLIO] = "folio", [PLAN_WRITE] = "write",
};

/* PLAN_WRITE: the new argument, made from a metavariable */
static char *cocci_value_of(const struct plan_edit *pe, const char *name)
{
	GString *value = g_string_new(pe->value);

	g_string_replace(value, "${x}", name, 0);
	return g_string_free(value, FALSE);
}

/* what becomes of the flags argument, as a section of the template */
static const char *cocci_arg_section(const struct plan_edit *pe, unsigned int i)
{
	static const char *const sections[] = {
		[PLAN_SAME] = "arg",	    [PLAN_REPLACE] = "arg-replace",
		[PLAN_OR] = "arg-or",	    [PLAN_PARENS] = "arg-parens",
		[PLAN_WRITE] = "arg-write",
	};

	if (pe->edit->gone >> i & 1)
		return "arg-gone";
	return (int)i == pe->edit->arg ? sections[pe->form] : "arg";
}

/* all arguments, each of its own, where some of them go */
static char *cocci_args(struct cocci *c, const struct plan_edit *pe)
{
	GString *out = g_string_new(NULL);

	for (unsigned int i = 0; i < pe->n_args; i++) {
		g_autofree char *n = g_strdup_printf("%u", i);
		g_autofree char *name = g_strdup_printf("X%u", i);
		g_autofree char *value = cocci_value_of(pe, name);
		bool last = i + 1 == pe->n_args;
		bool gone = pe->edit->gone >> i & 1;
		const char *pairs[] = {
			"n",	 n,	   "old",   pe->old,
			"word",	 pe->word, "fold",  pe->edit->fold,
			"value", value,	   "comma", gone && !last ? "," : "",
			NULL
		};
		g_autofree char *text = NULL;

		/* the comma in front goes with the last one */
		if (gone && last) {
			g_string_append_printf(out, "- , X%u\n", i);
			continue;
		}
		text = cocci_fill(c, cocci_arg_section(pe, i), pairs);
		g_string_append(out, text);
		if (!gone && !last &&
		    !(i + 2 == pe->n_args && pe->edit->gone >> (i + 1) & 1))
			g_string_append(out, "  ,\n");
		c->most = MAX(c->most, pe->n_args);
	}
	return g_string_free(out, FALSE);
}

static char *cocci_branch(struct cocci *c, const struct plan_edit *pe,
			  const char *position)
{
	const struct verdict_edit *edit = pe->edit;
	bool rename = g_strcmp0(edit->from, edit->to) != 0;
	g_autofree char *n = g_strdup_printf("%d", edit->arg);
	g_autofree char *callee = NULL;
	g_autofree char *lead = NULL;
	g_autofree char *args = NULL;
	g_autofree char *value = cocci_value_of(pe, "X");
	const char *names[] = { "from",	  edit->from, "to", edit->to, "p",
				position, "n",	      n,    NULL };

	callee = cocci_fill_inline(c, rename ? "rename" : "keep", names);
	if (edit->arg > 0)
		lead = cocci_fill_inline(c, "lead", names);
	if (pe->edit->gone)
		args = cocci_args(c, pe);
	const char *parts[] = { "callee", callee,     "lead", lead,
				"old",	  pe->old,    "word", pe->word,
				"fold",	  edit->fold, "drop", edit->drop,
				"inner",  pe->inner,  "args", args,
				"value",  value,      NULL };

	return cocci_fill(c, args ? "args" : form_sections[pe->form], parts);
}

static void cocci_symbol(struct cocci *c, const char *name)
{
	if (name && (g_ascii_isalpha(*name) || *name == '_'))
		g_tree_insert(c->symbols, (void *)name, (void *)name);
}

static void cocci_edit(struct cocci *c, struct plan_edit *pe)
{
	g_autofree char *shape = cocci_branch(c, pe, "");
	g_autofree char *position = NULL;
	g_autofree char *text = NULL;
	g_autofree char *line = NULL;
	const char *pairs[] = { "p", NULL, NULL };

	pe->branch = GPOINTER_TO_UINT(g_hash_table_lookup(c->branches, shape));
	if (pe->branch)
		return;
	pe->branch = g_hash_table_size(c->branches) + 1;
	g_hash_table_insert(c->branches, g_steal_pointer(&shape),
			    GUINT_TO_POINTER(pe->branch));
	position = g_strdup_printf("p%u", pe->branch);
	text = cocci_branch(c, pe, position);
	if (pe->branch > 1)
		g_string_append(c->texts, "|\n");
	g_string_append(c->texts, text);
	pairs[1] = position;
	line = cocci_fill(c, "position", pairs);
	g_string_append(c->positions, line);
	if (pe->form != PLAN_SAME && pe->form != PLAN_FOLIO &&
	    pe->edit->arg > 0)
		g_tree_insert(c->lists, GINT_TO_POINTER(pe->edit->arg),
			      GINT_TO_POINTER(pe->edit->arg));
	cocci_symbol(c, pe->edit->from);
	cocci_symbol(c, pe->edit->to);
	cocci_symbol(c, pe->edit->fold);
	cocci_symbol(c, pe->edit->drop);
	cocci_symbol(c, pe->edit->write);
	cocci_symbol(c, pe->inner);
}

/*
 * spatch hands file names to a shell: a copy keeps its path only if that is
 * harmless there.
 */
static char *cocci_copy_name(const char *path, unsigned int number)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_./+,-";

	if (!path[strspn(path, safe)] && *path != '-')
		return g_strdup(path);
	return g_strdup_printf("odd-name-%u.%c", number,
			       g_str_has_suffix(path, ".h") ? 'h' : 'c');
}

static void cocci_file(struct cocci *c, struct plan_file *file,
		       unsigned int number)
{
	g_free(file->copy);
	file->copy = cocci_copy_name(file->text->path, number);
	for (unsigned int i = 0; i < file->edits->len; i++) {
		struct plan_edit *pe = file->edits->pdata[i];

		if (pe->own)
			continue;
		cocci_edit(c, pe);
		g_string_append_printf(c->plan,
				       "    (\"%s\", %u, %u): \"p%u\",\n",
				       file->copy, pe->edit->loc.line,
				       pe->edit->loc.column - 1, pe->branch);
	}
}

static gboolean cocci_add_list(void *key, void *value, void *data)
{
	struct cocci *c = ((void **)data)[0];
	GString *out = ((void **)data)[1];
	g_autofree char *n = g_strdup_printf("%d", GPOINTER_TO_INT(key));
	const char *pairs[] = { "n", n, NULL };
	g_autofree char *line = cocci_fill(c, "list", pairs);

	g_string_append(out, line);
	return FALSE;
}

static gboolean cocci_add_symbol(void *key, void *value, void *data)
{
	GString *out = data;

	g_string_append_printf(out, "%s%s", out->len ? ", " : "",
			       (const char *)key);
	return FALSE;
}

static char *cocci_finish(struct cocci *c)
{
	g_autoptr(GString) symbols = g_string_new(NULL);
	g_autoptr(GString) lists = g_string_new(NULL);
	void *data[] = { c, lists };

	g_tree_foreach(c->symbols, cocci_add_symbol, symbols);
	g_tree_foreach(c->lists, cocci_add_list, data);
	for (unsigned int i = 0; i < c->most; i++)
		g_string_append_printf(lists, "expression X%u;\n", i);

	const char *pairs[] = { "plan",	       c->plan->str, "symbols",
				symbols->str,  "positions",  c->positions->str,
				"lists",       lists->str,   "branches",
				c->texts->str, NULL };

	return cocci_fill(c, "patch", pairs);
}

static int cocci_compare_int(const void *a, const void *b)
{
	return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

char *cocci_rules_file(const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(api_rules_dir(), name, NULL);
	g_autoptr(GError) local = NULL;
	char *text;

	if (g_file_get_contents(path, &text, NULL, &local))
		return text;
	g_set_error(
		error, G2P_ERROR, G2P_ERROR_DATA,
		"%s: cannot be read: %s; set GUP2PIN_RULES to gup2pin's rules directory",
		path, local->message);
	return NULL;
}

char *cocci_generate(struct plan *plan, GError **error)
{
	g_autofree char *template = cocci_rules_file(TEMPLATE, error);
	struct cocci c = { 0 };
	char *text;

	if (!template)
		return NULL;
	c.sections = cocci_sections(template);
	c.branches =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	c.texts = g_string_new(NULL);
	c.positions = g_string_new(NULL);
	c.plan = g_string_new(NULL);
	c.lists = g_tree_new(cocci_compare_int);
	c.symbols = g_tree_new((GCompareFunc)strcmp);
	for (unsigned int i = 0; i < plan->files->len; i++)
		cocci_file(&c, plan->files->pdata[i], i);
	text = cocci_finish(&c);
	if (c.missing) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_DATA,
			    "%s/" TEMPLATE ": section \"%s\" is missing",
			    api_rules_dir(), c.missing);
		g_clear_pointer(&text, g_free);
	}
	g_hash_table_unref(c.sections);
	g_hash_table_unref(c.branches);
	g_string_free(c.texts, TRUE);
	g_string_free(c.positions, TRUE);
	g_string_free(c.plan, TRUE);
	g_tree_unref(c.lists);
	g_tree_unref(c.symbols);
	return text;
}
