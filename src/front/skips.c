// SPDX-License-Identifier: GPL-2.0-only
/*
 * skips.c - what the preprocessor left out
 */
#include <string.h>
#include "front/scan.h"

/* The directive at an offset, with its continuation lines. */
static const char *directive_text(const struct cx_file *f, size_t at)
{
	size_t end = at;

	while (end < f->len && f->text[end] != '\n') {
		if (f->text[end] == '\\' && end + 1 < f->len)
			end++;
		end++;
	}
	return cx_text_range(f, at, MIN(end, f->len));
}

static size_t line_start(const struct cx_file *f, size_t at)
{
	while (at > 0 && f->text[at - 1] != '\n')
		at--;
	return at;
}

static bool directive_is(const struct cx_file *f, size_t at, const char *word)
{
	size_t end;

	at = cx_text_skip_space(f, at);
	if (at >= f->len || f->text[at] != '#')
		return false;
	at = cx_text_skip_space(f, at + 1);
	end = cx_text_ident(f, at);
	if (!strcmp(word, "if")) /* also ifdef, ifndef */
		return end - at >= 2 && !memcmp(f->text + at, "if", 2);
	return end - at == strlen(word) &&
	       !memcmp(f->text + at, word, end - at);
}

/* The #if that an #else or #elif at an offset belongs to. */
static const char *opening_if(const struct cx_file *f, size_t at)
{
	unsigned int depth = 0;

	at = line_start(f, at);
	while (at > 0) {
		at = line_start(f, at - 1);
		if (directive_is(f, at, "endif")) {
			depth++;
		} else if (directive_is(f, at, "if")) {
			if (!depth)
				return directive_text(f, at);
			depth--;
		}
	}
	return NULL;
}

static const char *skip_cond(const struct cx_file *f, size_t at)
{
	const char *text = directive_text(f, at), *of, *ret;
	char *both;

	if (!directive_is(f, line_start(f, at), "else"))
		return text;
	of = opening_if(f, at);
	if (!of)
		return "#else";
	both = g_strdup_printf("#else of %s", of);
	ret = g_intern_string(both);
	g_free(both);
	return ret;
}

/* Is there a backslash-newline inside of a word? */
static bool splits_words(const struct cx_file *f)
{
	const char *end = f->text + f->len;

	for (const char *p = f->text; (p = memchr(p, '\\', end - p)); p++) {
		const char *next = p + 1;

		if (next < end && *next == '\r')
			next++;
		if (next + 1 < end && *next == '\n' && p > f->text &&
		    g_ascii_isalnum(p[-1]) && g_ascii_isalnum(next[1]))
			return true;
	}
	return false;
}

/* How often a word stands in a text, comments and longer words included. */
static unsigned int count(const struct cx_file *f, const char *word)
{
	const char *end = f->text + f->len, *p = f->text;
	unsigned int n = 0;

	for (; (p = memmem(p, end - p, word, strlen(word))); p++)
		n++;
	return n;
}

/* Is all of a header between #ifndef X, #define X and the #endif? */
static bool is_guarded(const struct cx_file *f)
{
	size_t at = cx_text_skip_space(f, 0);

	if (count(f, "endif") != 1 || count(f, "else") || count(f, "elif") ||
	    !directive_is(f, at, "ifndef"))
		return false;
	while (at < f->len && f->text[at] != '\n')
		at++;
	return directive_is(f, at, "define");
}

CXSourceRangeList *scan_skipped(struct cx *cx, struct cx_file *f)
{
	cx_read(cx, f);
	if (!f->len || f->skips)
		return f->skips;
	/* libclang looks at all of the precompiled ranges for each file; one
	 * without an end is an error
	 */
	if (!count(f, "endif") && !splits_words(f) &&
	    !clang_getNumDiagnostics(cx->tu))
		return NULL;
	f->skips = clang_getSkippedRanges(cx->tu, f->handle);
	return f->skips;
}

CXSourceRangeList *scan_skipped_once(struct cx *cx, struct cx_file *f)
{
	cx_read(cx, f);
	if (is_guarded(f) && !splits_words(f))
		return NULL;
	return scan_skipped(cx, f);
}

void scan_skips(struct cx *cx, const char *name)
{
	struct cx_file *f = cx_file(cx, clang_getFile(cx->tu, name));
	CXSourceRangeList *list = f ? scan_skipped(cx, f) : NULL;
	unsigned int i;

	for (i = 0; list && i < list->count; i++) {
		struct facts_skip *skip =
			facts_new(cx->unit, struct facts_skip, 1);
		unsigned int at;

		clang_getFileLocation(clang_getRangeStart(list->ranges[i]),
				      NULL, &skip->first, NULL, &at);
		clang_getFileLocation(clang_getRangeEnd(list->ranges[i]), NULL,
				      &skip->last, NULL, NULL);
		skip->file = f->path;
		skip->cond = skip_cond(f, at);
		g_ptr_array_add(cx->unit->skips, skip);
	}
}
