// SPDX-License-Identifier: GPL-2.0-only
/* index_read.c - the identifiers of one file */
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include "tree/index.h"

/* Loads may go beyond the end of the text. */
#define PADDING 16
#define FIRST_ROOM 4096

/**
 * struct index_seen - the identifiers of a file so far, each once
 * @slots: open hash table; 0 is an empty slot
 * @room: slots, a power of two
 * @list: (element-type guint64): the same in the order of the text
 * @used: (element-type guint32): their slots
 */
struct index_seen {
	guint64 *slots;
	unsigned int room;
	GArray *list;
	GArray *used;
};

/* Every byte of a tree is asked about: a table is the quickest answer. */
enum {
	OTHER,
	WORD,
	NEWLINE,
	HASH,
	SLASH,
	QUOTE,
};

static const guint8 kinds[256] = {
	['0' ... '9'] = WORD, ['A' ... 'Z'] = WORD, ['a' ... 'z'] = WORD,
	['_'] = WORD,	      ['\n'] = NEWLINE,	    ['#'] = HASH,
	['/'] = SLASH,	      ['"'] = QUOTE,	    ['\''] = QUOTE,
};

static inline guint64 mix(guint64 h, guint64 v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

/* Eight bytes of a word as a little-endian machine would load them, zero
 * behind its end.
 */
static inline guint64 load(const guint8 *p, size_t len)
{
	guint64 v;

	memcpy(&v, p, 8);
	v = GUINT64_FROM_LE(v);
	return len < 8 ? v & ((1ull << len * 8) - 1) : v;
}

/* Most words fit into 16 bytes: no jump depends on their length. */
static inline guint64 hash_word(const guint8 *p, size_t len)
{
	guint64 hash = mix(len, load(p, len));

	hash = mix(hash, len > 8 ? load(p + 8, len - 8) : 0);
	for (; len > 16; len -= 8, p += 8)
		hash = mix(hash, load(p + 16, len - 16));
	return hash ? hash : 1;
}

#ifdef __SSE2__
/* Length of the word that starts with one of its 16 bytes here; 16: at least */
static inline size_t word_length(const guint8 *p)
{
	const __m128i c = _mm_loadu_si128((const __m128i *)p);
	const __m128i lower = _mm_or_si128(c, _mm_set1_epi8(0x20));
	/* signed comparisons: 'a' to 'z' and '0' to '9' at the upper end */
	const __m128i letter =
		_mm_cmpgt_epi8(_mm_add_epi8(lower, _mm_set1_epi8(127 - 'z')),
			       _mm_set1_epi8(127 - 26));
	const __m128i digit =
		_mm_cmpgt_epi8(_mm_add_epi8(c, _mm_set1_epi8(127 - '9')),
			       _mm_set1_epi8(127 - 10));
	const __m128i line = _mm_cmpeq_epi8(c, _mm_set1_epi8('_'));
	unsigned int mask = _mm_movemask_epi8(
		_mm_or_si128(_mm_or_si128(letter, digit), line));

	return __builtin_ctz(~mask);
}
#else
static inline size_t word_length(const guint8 *p)
{
	size_t n = 0;

	while (n < 16 && kinds[p[n]] == WORD)
		n++;
	return n;
}
#endif

guint64 index_hash(const char *word)
{
	guint8 buf[INDEX_WORD_MAX + PADDING] = { 0 };
	size_t len = strlen(word);

	memcpy(buf, word, MIN(len, INDEX_WORD_MAX));
	return hash_word(buf, len);
}

bool index_can_tell(const char *word)
{
	size_t len = strlen(word);

	if (!len || len >= INDEX_WORD_MAX || g_ascii_isdigit(*word))
		return false;
	for (; *word; word++)
		if (kinds[(guint8)*word] != WORD)
			return false;
	return true;
}

static struct index_seen *seen_new(void)
{
	struct index_seen *s = g_new0(struct index_seen, 1);

	s->room = FIRST_ROOM;
	s->slots = g_new0(guint64, s->room);
	s->list = g_array_new(FALSE, FALSE, sizeof(guint64));
	s->used = g_array_new(FALSE, FALSE, sizeof(guint32));
	return s;
}

void index_seen_free(struct index_seen *s)
{
	if (!s)
		return;
	g_free(s->slots);
	g_array_unref(s->list);
	g_array_unref(s->used);
	g_free(s);
}

/* Return: where a hash is, or would be */
static inline unsigned int slot_of(const struct index_seen *s, guint64 hash)
{
	unsigned int i = (unsigned int)hash & (s->room - 1);

	while (s->slots[i] && s->slots[i] != hash)
		i = (i + 1) & (s->room - 1);
	return i;
}

/* One large file leaves much room that the small ones behind it do not use. */
static void seen_clear(struct index_seen *s)
{
	for (unsigned int i = 0; i < s->used->len; i++)
		s->slots[g_array_index(s->used, guint32, i)] = 0;
	g_array_set_size(s->used, 0);
	g_array_set_size(s->list, 0);
}

static void seen_grow(struct index_seen *s)
{
	g_free(s->slots);
	s->room *= 2;
	s->slots = g_new0(guint64, s->room);
	for (unsigned int i = 0; i < s->list->len; i++) {
		guint64 hash = g_array_index(s->list, guint64, i);
		guint32 at = slot_of(s, hash);

		s->slots[at] = hash;
		g_array_index(s->used, guint32, i) = at;
	}
}

static inline void seen_add(struct index_seen *s, guint64 hash)
{
	guint32 i = slot_of(s, hash);

	if (s->slots[i])
		return;
	s->slots[i] = hash;
	g_array_append_val(s->used, i);
	g_array_append_val(s->list, hash);
	if (s->list->len > s->room / 2)
		seen_grow(s);
}

static inline const guint8 *take_word(struct index_seen *s, const guint8 *p,
				      const guint8 *end)
{
	const guint8 *start = p;
	size_t n;

	do {
		n = word_length(p);
		p += n;
	} while (n == 16 && p < end);
	p = MIN(p, end);
	if (p - start < INDEX_WORD_MAX && !g_ascii_isdigit(*start))
		seen_add(s, hash_word(start, p - start));
	return p;
}

/* Over backslash-newlines, which C takes out before it looks at tokens. */
static const guint8 *after_splices(const guint8 *p, const guint8 *end)
{
	while (p < end && *p == '\\') {
		if (p[1] == '\n')
			p += 2;
		else if (p[1] == '\r' && p[2] == '\n')
			p += 3;
		else
			break;
	}
	return MIN(p, end);
}

/* The byte before @p and before the backslash-newlines there. */
static const guint8 *before_splices(const guint8 *p, const guint8 *start)
{
	while (p - start >= 2 && p[-1] == '\n') {
		const guint8 *q = p - 2;

		if (*q == '\r' && q > start)
			q--;
		if (*q != '\\')
			break;
		p = q;
	}
	return p - 1;
}

static bool is_spliced(const guint8 *newline, const guint8 *start)
{
	return before_splices(newline + 1, start) < newline;
}

/* @p is behind what opens the comment. */
static const guint8 *comment_end(const guint8 *p, const guint8 *end)
{
	const guint8 *start = p, *last;

	for (; (p = memchr(p, '/', end - p)); p++) {
		last = before_splices(p, start);
		if (last >= start && *last == '*')
			return p + 1;
	}
	return end;
}

static const guint8 *line_comment_end(const guint8 *p, const guint8 *end)
{
	const guint8 *start = p;

	for (; (p = memchr(p, '\n', end - p)); p++)
		if (!is_spliced(p, start))
			return p;
	return end;
}

static const guint8 *slash_end(const guint8 *p, const guint8 *end)
{
	const guint8 *next = after_splices(p + 1, end);

	if (next < end && *next == '*')
		return comment_end(next + 1, end);
	if (next < end && *next == '/')
		return line_comment_end(next + 1, end);
	return p + 1;
}

/* A literal that is not closed ends with its line. */
static const guint8 *literal_end(const guint8 *p, const guint8 *end)
{
	guint8 quote = *p++;

	while ((p = after_splices(p, end)) < end && *p != '\n') {
		if (*p == quote)
			return p + 1;
		if (*p == '\\')
			p = after_splices(p + 1, end);
		p += p < end && *p != '\n';
	}
	return p;
}

/* What a string says counts in a preprocessor line: it may name a header. */
static void take_literal(struct index_seen *s, const guint8 *p,
			 const guint8 *end)
{
	while (p < end)
		if (kinds[*p] == WORD)
			p = take_word(s, p, end);
		else
			p++;
}

/* The words of the code: comments and literals apart. */
static void collect(struct index_seen *s, const guint8 *p, const guint8 *end)
{
	const guint8 *start = p, *from;
	bool directive = false;

	while (p < end) {
		guint8 kind = kinds[*p];

		/* nearly all of a text, and no jump through a table for it */
		if (kind == OTHER) {
			p++;
			continue;
		}
		if (kind == WORD) {
			p = take_word(s, p, end);
			continue;
		}
		switch (kind) {
		case NEWLINE:
			directive = directive && is_spliced(p, start);
			p++;
			break;
		case HASH:
			directive = true;
			p++;
			break;
		case SLASH:
			p = slash_end(p, end);
			break;
		case QUOTE:
			from = p + 1;
			p = literal_end(p, end);
			if (directive)
				take_literal(s, from, p);
			break;
		}
	}
}

void index_read(struct index_file *f, const char *root, GByteArray *buf,
		struct index_seen **seen)
{
	g_autofree char *full = g_build_filename(root, f->state.path, NULL);
	g_autofree char *why = NULL;

	f->error = read_regular(full, buf, &why);
	if (!f->error)
		index_read_text(f, buf, seen);
}

void index_read_text(struct index_file *f, GByteArray *buf,
		     struct index_seen **seen)
{
	static const guint8 zeros[PADDING];
	guint32 *low, *high;
	guint n, len;

	if (!*seen)
		*seen = seen_new();
	seen_clear(*seen);
	len = buf->len;
	g_byte_array_append(buf, zeros, PADDING);
	if (!index_is_registers((const char *)buf->data, len))
		collect(*seen, buf->data, buf->data + len);
	n = (*seen)->list->len;
	low = g_new(guint32, 2 * (gsize)n + 1);
	high = low + n;
	for (guint i = 0; i < n; i++) {
		guint64 hash = g_array_index((*seen)->list, guint64, i);

		low[i] = (guint32)hash;
		high[i] = (guint32)(hash >> 32);
	}
	f->low = low;
	f->high = high;
	f->n_words = n;
}

bool index_text_has(const GByteArray *text, const char *word)
{
	g_autoptr(GByteArray) copy = g_byte_array_new();
	struct index_file file = { 0 };
	struct index_seen *seen = NULL;
	guint64 hash = index_hash(word);
	bool found;

	g_byte_array_append(copy, text->data, text->len);
	index_read_text(&file, copy, &seen);
	found = seen->slots[slot_of(seen, hash)] == hash;
	g_free((void *)file.low);
	index_seen_free(seen);
	return found;
}
