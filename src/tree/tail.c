// SPDX-License-Identifier: GPL-2.0-only
/* tail.c - what was added at the end of a source and says nothing */
#include <string.h>
#include "tree/index.h"
#include "tree/private.h"
#include "tree/tail.h"

/* Longer ends are better looked at by a new run. */
#define MAX_TAIL 65536

/* Text that a reader without a lexer could take for code, or a compiler could
 * warn of: splices, directives, bodies, literals, trigraphs, other alphabets.
 */
static bool is_plain(const char *p, gsize len)
{
	for (gsize i = 0; i < len; i++) {
		if (p[i] == '\n' || p[i] == '\t')
			continue;
		if (!g_ascii_isprint(p[i]) || strchr("\\#;{}\"?$", p[i]))
			return false;
	}
	return true;
}

/* The end of a comment that begins at a position; NULL: it is none */
static const char *skip_comment(const char *p, const char *end)
{
	const char *close;

	if (end - p < 4 || p[0] != '/')
		return NULL;
	if (p[1] == '/')
		return memchr(p, '\n', end - p);
	if (p[1] != '*')
		return NULL;
	close = memmem(p + 2, end - p - 2, "*/", 2);
	/* one inside of another is worth a warning */
	if (!close || memmem(p + 2, close - p - 2, "/*", 2))
		return NULL;
	return close + 2;
}

static bool is_comments(const char *p, gsize len)
{
	const char *end = p + len;

	while (p < end) {
		if (*p == ' ' || *p == '\t' || *p == '\n')
			p++;
		else
			p = skip_comment(p, end);
		if (!p)
			return false;
	}
	return true;
}

static bool has_word(const char *p, gsize len, const guint64 *words,
		     gsize n_words)
{
	g_autoptr(GByteArray) buf = g_byte_array_new();
	struct index_file file = { .state.path = "" };
	struct index_seen *seen = NULL;
	bool found;

	g_byte_array_append(buf, (const guint8 *)p, len);
	/* an index has no words of comments, but others read them as well */
	for (gsize i = 0; i < len; i++)
		if (buf->data[i] && strchr("/*'", buf->data[i]))
			buf->data[i] = ' ';
	index_read_text(&file, buf, &seen);
	found = index_mark(&file, words, n_words) != 0;
	index_seen_free(seen);
	g_free((void *)file.low);
	return found;
}

bool tail_is_idle(const char *text, gsize len, gsize from, const guint64 *words,
		  gsize n_words)
{
	const char *tail = text + from;
	gsize n = len - from;

	if (!n)
		return true;
	if (n > MAX_TAIL || !from || tail[-1] != '\n' || text[len - 1] != '\n')
		return false;
	return is_plain(tail, n) && is_comments(tail, n) &&
	       !memmem(tail, n, "gup2pin", strlen("gup2pin")) &&
	       !has_word(tail, n, words, n_words) &&
	       !mention_is_open(text, from);
}
