// SPDX-License-Identifier: GPL-2.0-only
/*
 * rename.c - a static function that has a name of the API gets another one
 *
 * Its calls would be taken for the API's, and it does not compile once mm.h
 * declares that name.  It is renamed where it is defined, declared and called;
 * where its name stands for anything else, a person has to do it.
 */
#include <string.h>
#include "tree/lex.h"
#include "verdict/case.h"
#include "verdict/plan.h"

static bool is(const char *text, const GArray *tokens, int i, const char *word)
{
	return i >= 0 && (unsigned int)i < tokens->len &&
	       lex_is(text, lex_at(tokens, i), word);
}

/* Does a token stand on a line of the preprocessor, or on one that goes on? */
static bool on_directive(const char *text, const GArray *tokens, unsigned int i)
{
	const char *start = text + lex_at(tokens, i)->start;
	const char *line = start;

	while (line > text) {
		const char *end;

		while (line > text && line[-1] != '\n')
			line--;
		end = line > text ? line - 1 : line;
		if (end > text && end[-1] == '\r')
			end--;
		if (end <= text || end[-1] != '\\')
			break;
		line = end;
	}
	while (line < start && (*line == ' ' || *line == '\t'))
		line++;
	return *line == '#';
}

/* Is the brace that was opened last one of a struct, union or enum? */
static bool opens_record(const char *text, const GArray *tokens, int brace)
{
	static const char *const words[] = { "struct", "union", "enum" };
	int before = lex_beside(tokens, brace, -1);

	for (unsigned int n = 0; n < 2;
	     n++, before = lex_beside(tokens, before, -1))
		for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
			if (is(text, tokens, before, words[i]))
				return true;
	return false;
}

static bool in_record(const char *text, const GArray *tokens, unsigned int at)
{
	int depth = 0;

	for (int i = at - 1; i >= 0; i--) {
		if (is(text, tokens, i, "}"))
			depth++;
		else if (is(text, tokens, i, "{") && !depth--)
			return opens_record(text, tokens, i);
	}
	return false;
}

static const char *cannot(const char *to, const char *why)
{
	return verdict_printf(
		"that is a name of mm.h, and %s: call it %s() first", why, to);
}

const char *verdict_rename_places(const char *text, const GArray *tokens,
				  const char *from, const char *to,
				  GArray *places)
{
	for (unsigned int i = 0; i < tokens->len; i++) {
		int before, next;

		if (lex_at(tokens, i)->kind != LEX_WORD)
			continue;
		if (is(text, tokens, i, to))
			return cannot(to, "the new name is there already");
		if (!is(text, tokens, i, from))
			continue;
		before = lex_beside(tokens, i, -1);
		next = lex_beside(tokens, i, 1);
		if (is(text, tokens, before, ".") ||
		    is(text, tokens, before, "->"))
			continue;
		if (on_directive(text, tokens, i))
			return cannot(to, "a preprocessor directive has it");
		if (is(text, tokens, next, "("))
			g_array_append_val(places, i);
		else if (!in_record(text, tokens, i))
			return cannot(to, "it is used for more than calls");
	}
	return NULL;
}

/* What most functions of a file begin with: "foo" of "foo_open". */
static char *prefix_of(const struct facts_unit *unit)
{
	g_autoptr(GHashTable) counts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *base = g_path_get_basename(unit->file);
	unsigned int most = 1;
	char *best = NULL;

	for (unsigned int i = 0; i < unit->funcs->len; i++) {
		const struct facts_func *f = unit->funcs->pdata[i];
		const char *end = strchr(f->name, '_');
		unsigned int n;
		char *word;

		if (f->file != unit->file || !end || end == f->name)
			continue;
		word = g_strndup(f->name, end - f->name);
		n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, word)) + 1;
		if (n > most) {
			most = n;
			g_free(best);
			best = g_strdup(word);
		}
		g_hash_table_insert(counts, word, GUINT_TO_POINTER(n));
	}
	if (best)
		return best;
	base[strcspn(base, ".")] = '\0';
	return g_strdelimit(g_steal_pointer(&base), "-+,", '_');
}

static const struct verdict_edit *
add_rename(struct verdict_case *c, const struct facts_func *f, const char *to)
{
	struct verdict_edit *e;

	for (unsigned int i = 0; i < c->site->edits->len; i++) {
		e = c->site->edits->pdata[i];
		if (e->kind == EDIT_RENAME && e->from == f->name &&
		    e->loc.file == f->loc.file)
			return e;
	}
	e = g_new0(struct verdict_edit, 1);
	e->kind = EDIT_RENAME;
	e->loc = f->loc;
	e->from = f->name;
	e->to = to;
	e->arg = -1;
	g_ptr_array_add(c->site->edits, e);
	return e;
}

static const char *refused(struct verdict_work *w, const struct verdict_edit *e)
{
	g_autoptr(GBytes) bytes = verdict_text(w, e->loc.file);
	g_autoptr(GArray) tokens = NULL;
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint));
	const char *why, *text;
	gsize len;

	if (!bytes)
		return NULL;
	text = g_bytes_get_data(bytes, &len);
	tokens = lex_text(text, len);
	why = verdict_rename_places(text, tokens, e->from, e->to, places);
	return why ? verdict_printf("%s:%u: %s(): %s", e->loc.file, e->loc.line,
				    e->from, why) :
		     NULL;
}

const char *verdict_rename_collisions(struct verdict_work *w,
				      struct verdict_case *c)
{
	const char *why = NULL;

	for (unsigned int i = 0; i < c->trace->funcs->len; i++) {
		const struct flow_func *in = c->trace->funcs->pdata[i];
		const struct facts_unit *unit = in->unit;

		for (unsigned int k = 0; k < unit->funcs->len; k++) {
			const struct facts_func *f = unit->funcs->pdata[k];
			g_autofree char *prefix = NULL;

			if ((!api_acquire(w->v->api, f->name) &&
			     !api_release(w->v->api, f->name)) ||
			    !verdict_is_own(unit, f->name))
				continue;
			prefix = prefix_of(unit);
			why = why   ?:
				      refused(w, add_rename(c, f,
							    verdict_printf(
								    "%s_%s",
								    prefix,
								    f->name)));
		}
	}
	return why;
}
