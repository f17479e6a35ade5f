// SPDX-License-Identifier: GPL-2.0-only
/*
 * loc.c - source locations and the text they stand in
 *
 * libclang tells where a token is spelled, where it stands in the file being
 * read, and where the macro call around it starts.  Ends of ranges collapse to
 * the end of the macro call, so ends are found in the text where it matters.
 */
#include <string.h>
#include "front/cx.h"

static bool same_pos(const struct cx_pos *a, const struct cx_pos *b)
{
	return a->file == b->file && a->offset == b->offset;
}

typedef void (*get_pos)(CXSourceLocation at, CXFile *file, unsigned int *line,
			unsigned int *column, unsigned int *offset);

static void take_pos(struct cx *cx, CXSourceLocation at, get_pos get,
		     struct cx_pos *pos)
{
	CXFile file;

	get(at, &file, &pos->line, &pos->column, &pos->offset);
	pos->file = cx_file(cx, file);
	cx_read(cx, pos->file);
}

/* Lines and columns are what takes time, and most locations are the same from
 * all sides.
 */
static void take_other(struct cx *cx, CXSourceLocation at, get_pos get,
		       const struct cx_pos *one, struct cx_pos *pos)
{
	unsigned int offset;
	CXFile file;

	get(at, &file, NULL, NULL, &offset);
	if (one->file && one->file->handle == file && one->offset == offset)
		*pos = *one;
	else
		take_pos(cx, at, get, pos);
}

/**
 * cx_where() - classify a location
 */
void cx_where(struct cx *cx, CXSourceLocation at, struct cx_where *w)
{
	take_pos(cx, at, clang_getExpansionLocation, &w->exp);
	take_other(cx, at, clang_getFileLocation, &w->exp, &w->text);
	take_other(cx, at, clang_getSpellingLocation, &w->text, &w->spell);
	w->pasted = w->text.file && (!w->spell.file || !w->spell.file->len);
	if (w->pasted) {
		w->macro = w->spell.file == w->text.file ? FACTS_MACRO_NONE :
							   FACTS_MACRO_BODY;
		w->spell = w->text;
	} else if (!same_pos(&w->spell, &w->text)) {
		w->macro = FACTS_MACRO_BODY;
	} else if (!same_pos(&w->text, &w->exp)) {
		w->macro = FACTS_MACRO_ARG;
	} else {
		w->macro = FACTS_MACRO_NONE;
	}
}

/**
 * cx_loc_where() - a facts_loc without an end
 */
void cx_loc_where(const struct cx_where *w, struct facts_loc *loc)
{
	memset(loc, 0, sizeof(*loc));
	loc->macro = w->macro;
	if (w->spell.file)
		loc->file = w->spell.file->path;
	loc->line = w->spell.line;
	loc->column = w->spell.column;
	loc->offset = w->spell.offset;
	if (w->macro == FACTS_MACRO_NONE || !w->exp.file)
		return;
	loc->macro_name = cx_text_ident_at(&w->exp);
	loc->exp_file = w->exp.file->path;
	loc->exp_line = w->exp.line;
	loc->exp_column = w->exp.column;
}

/**
 * cx_loc_range() - location of a range; its end only when it is plain text
 */
void cx_loc_range(struct cx *cx, CXSourceRange range, struct facts_loc *loc)
{
	struct cx_where from, to;

	cx_where(cx, clang_getRangeStart(range), &from);
	cx_loc_where(&from, loc);
	if (from.macro == FACTS_MACRO_BODY)
		return;
	cx_where(cx, clang_getRangeEnd(range), &to);
	if (to.macro != from.macro || to.text.file != from.text.file ||
	    to.text.offset <= from.text.offset)
		return;
	loc->end = to.text.offset;
}

/**
 * cx_loc_cursor() - location of all of a cursor
 */
void cx_loc_cursor(struct cx *cx, CXCursor c, struct facts_loc *loc)
{
	cx_loc_range(cx, clang_getCursorExtent(c), loc);
}

/**
 * cx_loc_token() - location of an identifier
 */
void cx_loc_token(struct cx *cx, CXSourceLocation at, struct facts_loc *loc)
{
	struct cx_where w;
	size_t end;

	cx_where(cx, at, &w);
	cx_loc_where(&w, loc);
	if (!w.spell.file || w.pasted)
		return;
	end = cx_text_ident(w.spell.file, w.spell.offset);
	if (end > w.spell.offset)
		loc->end = end;
}

static bool is_ident(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$';
}

/**
 * cx_text_ident() - offset one past the identifier at an offset
 */
size_t cx_text_ident(const struct cx_file *f, size_t at)
{
	while (at < f->len && is_ident(f->text[at]))
		at++;
	return at;
}

/**
 * cx_text_ident_at() - the identifier at a position, interned, or NULL
 */
const char *cx_text_ident_at(const struct cx_pos *pos)
{
	size_t end;

	if (!pos->file || pos->offset >= pos->file->len)
		return NULL;
	end = cx_text_ident(pos->file, pos->offset);
	if (end == pos->offset)
		return NULL;
	return cx_intern_len(pos->file->text + pos->offset, end - pos->offset);
}

static size_t find(const struct cx_file *f, size_t at, const char *what)
{
	const char *hit = NULL;

	if (at < f->len)
		hit = g_strstr_len(f->text + at, f->len - at, what);
	return hit ? (size_t)(hit - f->text) + strlen(what) : f->len;
}

static bool starts(const struct cx_file *f, size_t at, const char *what)
{
	size_t n = strlen(what);

	return at + n <= f->len && !memcmp(f->text + at, what, n);
}

/**
 * cx_text_skip_space() - skip white space, comments and line continuations
 */
size_t cx_text_skip_space(const struct cx_file *f, size_t at)
{
	while (at < f->len) {
		if (g_ascii_isspace(f->text[at]) || f->text[at] == '\v')
			at++;
		else if (starts(f, at, "\\\n"))
			at += 2;
		else if (starts(f, at, "\\\r\n"))
			at += 3;
		else if (starts(f, at, "/*"))
			at = find(f, at + 2, "*/");
		else if (starts(f, at, "//"))
			at = find(f, at, "\n");
		else
			break;
	}
	return MIN(at, f->len);
}

static size_t skip_quoted(const struct cx_file *f, size_t at)
{
	char quote = f->text[at++];

	while (at < f->len && f->text[at] != quote && f->text[at] != '\n')
		at += f->text[at] == '\\' ? 2 : 1;
	return MIN(at + 1, f->len);
}

/**
 * cx_text_skip_token() - offset one past the token at an offset
 */
size_t cx_text_skip_token(const struct cx_file *f, size_t at)
{
	if (at >= f->len)
		return f->len;
	if (f->text[at] == '"' || f->text[at] == '\'')
		return skip_quoted(f, at);
	if (is_ident(f->text[at]))
		return cx_text_ident(f, at);
	return at + 1;
}

/**
 * cx_text_range() - text with white space folded, interned; NULL if odd
 */
const char *cx_text_range(const struct cx_file *f, size_t from, size_t to)
{
	const char *ret;
	GString *out;

	if (!f || from >= to || to > f->len || to - from > 4096)
		return NULL;
	out = g_string_new(NULL);
	for (; from < to; from++) {
		char c = f->text[from];

		if (c == '\\' && from + 1 < to && f->text[from + 1] == '\n')
			c = ' ';
		if (!g_ascii_isspace(c))
			g_string_append_c(out, c);
		else if (out->len && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
	}
	while (out->len && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	ret = cx_intern_len(out->str, out->len);
	g_string_free(out, TRUE);
	return ret;
}

/**
 * cx_text_has_name() - does a watched name stand in a stretch of text
 */
bool cx_text_has_name(struct cx *cx, const struct cx_file *f, size_t from,
		      size_t to)
{
	char name[128];

	to = MIN(to, f->len);
	while ((from = cx_text_skip_space(f, from)) < to) {
		size_t end = cx_text_skip_token(f, from);

		if (end - from < sizeof(name) && is_ident(f->text[from])) {
			memcpy(name, f->text + from, end - from);
			name[end - from] = '\0';
			if (g_hash_table_contains(cx->names, name))
				return true;
		}
		from = end;
	}
	return false;
}

static void add_span(const struct cx_file *f, size_t from, size_t to,
		     GArray *spans)
{
	struct cx_span s;

	s.from = cx_text_skip_space(f, from);
	s.to = MAX(to, s.from);
	g_array_append_val(spans, s);
}

bool cx_text_list(const struct cx_file *f, size_t at, char sep, GArray *spans,
		  size_t *end)
{
	unsigned int depth = 0;
	size_t start, last;

	if (at >= f->len || f->text[at] != '(')
		return false;
	start = last = ++at;
	for (;;) {
		at = cx_text_skip_space(f, at);
		if (at >= f->len)
			return false;
		if (f->text[at] == sep && !depth) {
			add_span(f, start, last, spans);
			start = last = ++at;
			continue;
		}
		if (strchr("([{", f->text[at]))
			depth++;
		else if (strchr(")]}", f->text[at]) && !depth--)
			break;
		last = at = cx_text_skip_token(f, at);
	}
	if (spans->len || last > start)
		add_span(f, start, last, spans);
	*end = at + 1;
	return true;
}
