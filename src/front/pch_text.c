// SPDX-License-Identifier: GPL-2.0-only
/*
 * pch_text.c - could a text mean something else behind precompiled headers
 *
 * With them, all of the headers stand before the text; without, only those that
 * it has included so far.
 */
#include <string.h>
#include "front/cx.h"
#include "front/pch.h"

/**
 * struct word - a token that is an identifier, or the end of the text
 * @directive: of the line it stands in: "if", "define" ...; "" in code
 * @first: it is the first word after the directive's name
 */
struct word {
	const struct cx_file *file;
	size_t from;
	size_t to;
	char directive[16];
	size_t line_end;
	bool first;
};

static size_t logical_line_end(const struct cx_file *f, size_t at)
{
	while (at < f->len && f->text[at] != '\n') {
		if (f->text[at] == '\\' && at + 1 < f->len)
			at++;
		at++;
	}
	return MIN(at, f->len);
}

static bool is_line_start(const struct cx_file *f, size_t at)
{
	while (at > 0 && (f->text[at - 1] == ' ' || f->text[at - 1] == '\t'))
		at--;
	return !at || f->text[at - 1] == '\n';
}

/* At a '#': its directive's name. Returns where to go on. */
static size_t enter_directive(struct word *w, size_t at)
{
	size_t from = cx_text_skip_space(w->file, at + 1);
	size_t to = cx_text_ident(w->file, from);
	size_t len = MIN(to - from, sizeof(w->directive) - 1);

	memcpy(w->directive, w->file->text + from, len);
	w->directive[len] = '\0';
	w->line_end = logical_line_end(w->file, at);
	w->first = true;
	return MAX(to, at + 1);
}

/* The next identifier, false at the end. */
static bool next_word(struct word *w)
{
	size_t at = w->to;

	if (w->from < w->to)
		w->first = false;
	while ((at = cx_text_skip_space(w->file, at)) < w->file->len) {
		size_t end;

		if (at >= w->line_end)
			w->directive[0] = '\0';
		if (w->file->text[at] == '#' && is_line_start(w->file, at)) {
			at = enter_directive(w, at);
			continue;
		}
		end = cx_text_skip_token(w->file, at);
		if (cx_text_ident(w->file, at) > at &&
		    !g_ascii_isdigit(w->file->text[at])) {
			w->from = at;
			w->to = end;
			return true;
		}
		at = end;
	}
	return false;
}

static bool is_ident(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$';
}

static bool is_test(const struct word *w)
{
	return !strncmp(w->directive, "if", 2) ||
	       !strncmp(w->directive, "elif", 4);
}

static char *word_text(const struct word *w)
{
	return g_strndup(w->file->text + w->from, w->to - w->from);
}

/* Is the macro that a word names defined with parameters? */
static bool has_parameters(const struct word *w)
{
	return w->to < w->file->len && w->file->text[w->to] == '(';
}

/* The macro is defined (or undefined) in one more header.  "(" before the
 * headers: always with parameters.
 */
static void add_definer(struct pch *pch, char *name, const struct word *w,
			unsigned int header)
{
	const char *old = g_hash_table_lookup(pch->defined, name);
	bool params = has_parameters(w) || !strcmp(w->directive, "undef");
	g_autofree char *last = g_strdup_printf("%u", header);
	const char *tail = old ? strrchr(old, ' ') : NULL;

	if (!old)
		old = params ? "(" : "";
	else if (!params && *old == '(')
		old++;
	else if (tail && !strcmp(tail + 1, last))
		old = NULL;
	if (old)
		g_hash_table_insert(pch->defined, name,
				    g_strconcat(old, " ", last, NULL));
	else
		g_free(name);
}

static bool is_define(const struct word *w)
{
	return w->first && (!strcmp(w->directive, "define") ||
			    !strcmp(w->directive, "undef"));
}

void pch_read_words(struct pch *pch, unsigned int header, const char *text,
		    size_t len, bool forced)
{
	struct cx_file file = { .text = text, .len = len };
	struct word w = { .file = &file };

	while (next_word(&w)) {
		char *name = word_text(&w);

		if (!strcmp(w.directive, "undef"))
			g_hash_table_add(pch->used, g_strdup(name));
		if (!is_define(&w))
			g_hash_table_add(pch->used, name);
		else if (forced && g_str_has_prefix(name, "CONFIG_"))
			g_free(name); /* always there */
		else
			add_definer(pch, name, &w, header);
	}
}

/* Only what is not left out by a conditional is a macro behind the headers. */
void pch_note_macro(struct pch *pch, const char *name)
{
	const char *definers = g_hash_table_lookup(pch->defined, name);

	if (definers && *definers != '!')
		g_hash_table_insert(pch->defined, g_strdup(name),
				    g_strconcat("!", definers, NULL));
}

/* Which of the headers have a word: looked up when it comes to that. */
static const guint8 *mentions(const struct pch *pch, const char *name)
{
	guint8 *found = g_hash_table_lookup(pch->mentions, name);
	size_t n = strlen(name);

	if (found)
		return found;
	found = g_new0(guint8, pch->reads->len + 1);
	for (unsigned int i = 0; i < pch->reads->len; i++) {
		gsize len;
		const char *text = g_bytes_get_data(pch_header(pch, i), &len);
		const char *at = text, *end = text + len;

		while (!found[i] && at &&
		       (at = memmem(at, end - at, name, n))) {
			found[i] = (at == text || !is_ident(at[-1])) &&
				   (at + n == end || !is_ident(at[n]));
			at += n;
		}
	}
	g_hash_table_insert(pch->mentions, g_strdup(name), found);
	return found;
}

/* A macro that a text defines changes a header that comes after it. */
static bool define_clashes(const struct pch *pch, const char *name,
			   const struct pch_seen *seen)
{
	const guint8 *found;

	if (!g_hash_table_contains(pch->used, name) &&
	    !g_hash_table_contains(pch->defined, name))
		return false;
	found = mentions(pch, name);
	for (unsigned int i = 0; i < pch->reads->len; i++)
		if (found[i] && seen->all[i] && !seen->before[i])
			return true;
	return false;
}

/* Some headers that define a macro, or all of them, are not there without. */
static bool is_missing(const char *definers, const guint8 *there, bool all)
{
	for (const char *at = definers + strspn(definers, "!("); *at;) {
		char *next;
		bool found = there[g_ascii_strtoull(at, &next, 10)];

		if (found == all)
			return !all;
		at = next;
	}
	return all;
}

struct pch_text {
	const struct pch *pch;
	struct cx_file file;
	struct word word;
	bool pending; /* word is the next one, not the last one */
	GArray *skips;
};

struct skip {
	size_t from;
	size_t to;
};

struct pch_text *pch_text_new(const struct pch *pch, const char *text,
			      size_t len)
{
	struct pch_text *t = g_new0(struct pch_text, 1);

	t->pch = pch;
	t->file.text = text;
	t->file.len = len;
	t->word.file = &t->file;
	t->skips = g_array_new(FALSE, FALSE, sizeof(struct skip));
	return t;
}

void pch_text_free(struct pch_text *t)
{
	if (t)
		g_array_unref(t->skips);
	g_free(t);
}

void pch_text_skip(struct pch_text *t, size_t from, size_t to)
{
	/* the directives at both ends are looked at */
	const char *line =
		from < t->file.len ?
			memchr(t->file.text + from, '\n', t->file.len - from) :
			NULL;
	struct skip s = { line ? (size_t)(line - t->file.text) : to,
			  MIN(to, t->file.len) };

	while (s.to > 0 && t->file.text[s.to - 1] != '\n')
		s.to--;
	if (s.from < s.to)
		g_array_append_val(t->skips, s);
}

static bool is_skipped(const struct pch_text *t)
{
	for (unsigned int i = 0; i < t->skips->len; i++) {
		const struct skip *s = &g_array_index(t->skips, struct skip, i);

		if (t->word.from > s->from && t->word.from < s->to)
			return true;
	}
	return false;
}

/* A macro with parameters is not one without an argument list. */
static bool is_called(const struct word *w)
{
	size_t at = cx_text_skip_space(w->file, w->to);

	return at < w->file->len && w->file->text[at] == '(';
}

/* Is it one of those macros that wrap the text of a message, which a header may
 * have set and another one sets anew: #ifdef pr_fmt, #undef pr_fmt
 */
static bool is_message(const char *definers, const char *name,
		       const char *const *messages)
{
	return definers[*definers == '!'] == '(' && messages &&
	       g_strv_contains(messages, name);
}

static bool name_clashes(const struct pch_text *t, const char *name,
			 const struct pch_seen *seen,
			 const char *const *messages)
{
	const char *definers;

	if (is_define(&t->word))
		return !(messages && g_strv_contains(messages, name)) &&
		       define_clashes(t->pch, name, seen);
	definers = g_hash_table_lookup(t->pch->defined, name);
	if (!definers)
		return false;
	if (!is_test(&t->word) &&
	    (*definers != '!' || (definers[1] == '(' && !is_called(&t->word))))
		return false;
	if (is_test(&t->word))
		return !is_message(definers, name, messages) &&
		       is_missing(definers, seen->before, false);
	return is_missing(definers, seen->all, true);
}

static bool word_clashes(const struct pch_text *t, const struct pch_seen *seen,
			 const char *const *messages)
{
	size_t len = t->word.to - t->word.from;
	g_autofree char *heap = NULL;
	char buf[64];
	char *name = buf;

	if (len >= sizeof(buf))
		name = heap = g_malloc(len + 1);
	memcpy(name, t->file.text + t->word.from, len);
	name[len] = '\0';
	return name_clashes(t, name, seen, messages);
}

bool pch_text_clashes(struct pch_text *t, size_t upto,
		      const struct pch_seen *seen, const char *const *messages)
{
	while (t->pending || next_word(&t->word)) {
		t->pending = t->word.from >= upto;
		if (t->pending)
			return false;
		if (!is_skipped(t) && word_clashes(t, seen, messages))
			return true;
	}
	return false;
}

bool pch_clashes_early(const struct pch *pch, const char *text, size_t len,
		       const char *const *messages)
{
	struct cx_file file = { .text = text, .len = len };
	struct word w = { .file = &file };

	while (next_word(&w) && strcmp(w.directive, "include")) {
		g_autofree char *name = NULL;

		if (!is_define(&w))
			continue;
		name = word_text(&w);
		if (g_hash_table_contains(pch->used, name) &&
		    !(messages && g_strv_contains(messages, name)))
			return true;
	}
	return false;
}
