// SPDX-License-Identifier: GPL-2.0-only
/*
 * mention.c - gup names in the text of a C file
 *
 * A lexer over bytes that knows comments, literals, line splices and
 * preprocessor lines, and nothing else of C.  It sees every #if branch, which
 * the compiler does not: what it counts is what the report accounts for.
 * Whatever the bytes are, it goes forward and ends at the end.
 */
#include <string.h>
#include "tree/private.h"

#define WORD_MAX 128
#define COND_MAX 256
/* Bytes of a very long line that are kept around a mention. */
#define TEXT_MAX 512
#define TEXT_BEFORE 128

/**
 * struct branch - an open #if
 * @first: text of the #if line
 * @now: text of its #else or #elif, or NULL
 * @guard: name tested by an #ifndef that may be an include guard, or NULL
 * @is_guard: it is one: not a condition worth telling
 */
struct branch {
	char *first;
	char *now;
	char *guard;
	bool is_guard;
};

/**
 * struct lexer - where reading stands
 * @api: for the names
 * @text: all of it
 * @p: next byte
 * @end: one past the last byte
 * @line: of p, from 1
 * @line_start: first byte of the line of p
 * @bol: nothing but white space and comments on this line so far
 * @directive: inside of a preprocessor line
 * @words: identifiers seen in it
 * @keyword: the first of them: "define", "ifdef" ...
 * @macro: name being defined, or empty
 * @cond: text of the preprocessor line, comments removed
 * @first_directive: no other directive came before this one
 * @branches: (element-type branch): open #if lines
 * @out: (element-type tree_mention*), or NULL
 * @marks: (element-type tree_mark*), or NULL
 * @releases: release functions are mentions, too
 * @names: set of names that are mentions instead, or NULL
 * @lines: word -> line of its first mention, or NULL
 * @open: at the end: inside of a comment, a directive or an #if
 */
struct lexer {
	const struct api *api;
	const char *text;
	const char *p;
	const char *end;
	unsigned int line;
	const char *line_start;
	bool bol;
	bool directive;
	unsigned int words;
	char keyword[WORD_MAX];
	char macro[WORD_MAX];
	GString *cond;
	unsigned int n_directives;
	GArray *branches;
	GPtrArray *out;
	GPtrArray *marks;
	bool releases;
	GHashTable *names;
	GHashTable *lines;
	bool open;
};

void tree_mention_free(void *mention)
{
	struct tree_mention *m = mention;

	g_free((void *)m->macro);
	g_free((void *)m->cond);
	g_free((void *)m->text);
	g_free(m);
}

static void branch_clear(void *p)
{
	struct branch *b = p;

	g_free(b->first);
	g_free(b->now);
	g_free(b->guard);
}

static bool is_start(char c)
{
	return g_ascii_isalpha(c) || c == '_' || c == '$';
}

static bool is_inner(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$';
}

static char peek(const struct lexer *lx, size_t ahead)
{
	return (size_t)(lx->end - lx->p) > ahead ? lx->p[ahead] : '\0';
}

static void next_line(struct lexer *lx)
{
	lx->line++;
	lx->line_start = lx->p;
}

/* Over backslash-newlines, which C takes out before it looks at tokens. */
static void skip_splices(struct lexer *lx)
{
	for (;;) {
		if (peek(lx, 0) != '\\')
			return;
		if (peek(lx, 1) == '\n')
			lx->p += 2;
		else if (peek(lx, 1) == '\r' && peek(lx, 2) == '\n')
			lx->p += 3;
		else
			return;
		next_line(lx);
	}
}

static void add_cond(struct lexer *lx, const char *s, size_t len)
{
	if (lx->directive && lx->cond->len < COND_MAX)
		g_string_append_len(lx->cond, s,
				    MIN(len, COND_MAX - lx->cond->len));
}

static void skip_block_comment(struct lexer *lx)
{
	lx->p++;
	while (lx->p < lx->end) {
		if (*lx->p == '*') {
			lx->p++;
			skip_splices(lx);
			if (peek(lx, 0) == '/') {
				lx->p++;
				return;
			}
		} else if (*lx->p++ == '\n') {
			next_line(lx);
		}
	}
	lx->open = true;
}

/* Up to the newline, which is left for the caller. */
static void skip_line_comment(struct lexer *lx)
{
	lx->p++;
	while (lx->p < lx->end && *lx->p != '\n') {
		skip_splices(lx);
		if (lx->p < lx->end && *lx->p != '\n')
			lx->p++;
	}
	lx->open |= lx->p >= lx->end;
}

/* A literal ends at its quote, or unterminated at the end of the line. */
static void skip_literal(struct lexer *lx, char quote)
{
	const char *from = lx->p++;

	for (;;) {
		skip_splices(lx);
		if (lx->p >= lx->end || *lx->p == '\n')
			break;
		if (*lx->p == quote) {
			lx->p++;
			break;
		}
		if (*lx->p == '\\' && lx->p + 1 < lx->end && lx->p[1] != '\n')
			lx->p++;
		lx->p++;
	}
	add_cond(lx, from, lx->p - from);
}

static bool is_guard_of(const struct lexer *lx, const char *macro)
{
	const struct branch *b;

	if (lx->n_directives != 2 || lx->branches->len != 1)
		return false;
	b = &g_array_index(lx->branches, struct branch, 0);
	return b->guard && !strcmp(b->guard, macro);
}

static char *current_cond(const struct lexer *lx)
{
	for (unsigned int i = lx->branches->len; i-- > 0;) {
		const struct branch *b =
			&g_array_index(lx->branches, struct branch, i);

		if (b->is_guard && !b->now)
			continue;
		if (b->now)
			return g_strdup_printf("%s of %s", b->now, b->first);
		return g_strdup(b->first);
	}
	return NULL;
}

/* The physical line around a token, valid UTF-8, of bounded length. */
static char *line_text(const struct lexer *lx, const char *line_start,
		       const char *token)
{
	const char *from = line_start;
	const char *to;
	g_autofree char *valid = NULL;

	if (token - from > TEXT_BEFORE)
		from = token - TEXT_BEFORE;
	to = memchr(token, '\n', lx->end - token);
	if (!to)
		to = lx->end;
	if (to - from > TEXT_MAX)
		to = from + TEXT_MAX;
	valid = g_utf8_make_valid(from, to - from);
	return g_strdup(g_strstrip(valid));
}

static void add_mention(struct lexer *lx, const char *name, const char *token,
			unsigned int line, const char *line_start)
{
	struct tree_mention *m = g_new0(struct tree_mention, 1);

	m->name = name;
	m->kind = TREE_MENTION_CODE;
	if (lx->directive)
		m->kind = strcmp(lx->keyword, "define") ?
				  TREE_MENTION_DIRECTIVE :
				  TREE_MENTION_MACRO;
	if (m->kind == TREE_MENTION_MACRO)
		m->macro = g_strdup(lx->macro);
	m->cond = current_cond(lx);
	m->text = line_text(lx, line_start, token);
	m->line = line;
	m->column = token - line_start + 1;
	m->offset = token - lx->text;
	g_ptr_array_add(lx->out, m);
}

/* The first two words of a preprocessor line say what it is. */
static void directive_word(struct lexer *lx, const char *word)
{
	struct branch *b;

	lx->words++;
	if (lx->words == 1) {
		g_strlcpy(lx->keyword, word, sizeof(lx->keyword));
	} else if (lx->words == 2 && !strcmp(lx->keyword, "define")) {
		g_strlcpy(lx->macro, word, sizeof(lx->macro));
		if (is_guard_of(lx, word)) {
			b = &g_array_index(lx->branches, struct branch, 0);
			b->is_guard = true;
		}
	}
}

static void read_word(struct lexer *lx)
{
	const char *token = lx->p;
	const char *line_start = lx->line_start;
	unsigned int line = lx->line;
	const struct api_release *rel;
	const struct api_acquire *acq;
	gpointer name = NULL;
	char word[WORD_MAX];
	size_t len = 0;

	while (lx->p < lx->end && is_inner(*lx->p)) {
		if (len < sizeof(word) - 1)
			word[len] = *lx->p;
		len++;
		lx->p++;
		skip_splices(lx);
	}
	word[MIN(len, sizeof(word) - 1)] = '\0';
	if (lx->directive) {
		add_cond(lx, word, strlen(word));
		directive_word(lx, word);
	}
	if (len >= sizeof(word))
		return;
	if (lx->lines && !g_hash_table_contains(lx->lines, word))
		g_hash_table_insert(lx->lines, g_strdup(word),
				    GUINT_TO_POINTER(line));
	if (lx->names) {
		if (g_hash_table_lookup_extended(lx->names, word, &name, NULL))
			add_mention(lx, name, token, line, line_start);
		return;
	}
	acq = lx->out ? api_acquire(lx->api, word) : NULL;
	rel = lx->releases ? api_release(lx->api, word) : NULL;
	if (acq)
		add_mention(lx, acq->name, token, line, line_start);
	else if (rel)
		add_mention(lx, rel->name, token, line, line_start);
}

static void skip_number(struct lexer *lx)
{
	const char *from = lx->p;

	while (lx->p < lx->end && (is_inner(*lx->p) || *lx->p == '.')) {
		lx->p++;
		skip_splices(lx);
	}
	add_cond(lx, from, lx->p - from);
}

/* "#  ifdef   X" becomes "#ifdef X". */
static char *tidy_cond(const GString *cond)
{
	g_autofree char *valid = g_utf8_make_valid(cond->str, cond->len);
	GString *s = g_string_new("#");

	for (const char *p = valid; *p; p++) {
		if (!g_ascii_isspace(*p))
			g_string_append_c(s, *p);
		else if (s->len > 1 && s->str[s->len - 1] != ' ')
			g_string_append_c(s, ' ');
	}
	if (s->str[s->len - 1] == ' ')
		g_string_truncate(s, s->len - 1);
	return g_string_free(s, FALSE);
}

static void open_branch(struct lexer *lx)
{
	struct branch b = { .first = tidy_cond(lx->cond) };

	if (lx->n_directives == 1 && g_str_has_prefix(b.first, "#ifndef "))
		b.guard = g_strdup(b.first + strlen("#ifndef "));
	g_array_append_val(lx->branches, b);
}

static void end_directive(struct lexer *lx)
{
	const char *k = lx->keyword;
	unsigned int n = lx->branches->len;
	struct branch *top;

	top = n ? &g_array_index(lx->branches, struct branch, n - 1) : NULL;
	if (!strcmp(k, "if") || !strcmp(k, "ifdef") || !strcmp(k, "ifndef")) {
		open_branch(lx);
	} else if (top && (g_str_has_prefix(k, "elif") || !strcmp(k, "else"))) {
		g_free(top->now);
		/* What stands behind #else is a remark. */
		top->now = strcmp(k, "else") ? tidy_cond(lx->cond) :
					       g_strdup("#else");
	} else if (top && !strcmp(k, "endif")) {
		g_array_set_size(lx->branches, n - 1);
	}
	lx->directive = false;
}

static void start_directive(struct lexer *lx)
{
	lx->p++;
	lx->bol = false;
	lx->directive = true;
	lx->words = 0;
	lx->keyword[0] = lx->macro[0] = '\0';
	lx->n_directives++;
	g_string_truncate(lx->cond, 0);
}

static void read_newline(struct lexer *lx)
{
	if (lx->directive)
		end_directive(lx);
	lx->p++;
	lx->bol = true;
	next_line(lx);
}

/* <file> behind #include is a file name, not code. */
static bool is_header_name(const struct lexer *lx)
{
	return lx->directive && lx->words == 1 &&
	       (!strcmp(lx->keyword, "include") ||
		!strcmp(lx->keyword, "include_next") ||
		!strcmp(lx->keyword, "import"));
}

static void mark_free(void *p)
{
	struct tree_mark *m = p;

	g_free((void *)m->text);
	g_free(m);
}

#define MARK "gup2pin:"

/* A comment for this tool: its text with the white space tidied. */
static void add_mark(struct lexer *lx, const char *from, unsigned int line,
		     unsigned int column)
{
	const char *end = lx->p;
	struct tree_mark *m;
	g_autoptr(GString) text = g_string_new(NULL);
	bool block = from[0] == '*';

	from++;
	if (block && end - from >= 2 && end[-1] == '/' && end[-2] == '*')
		end -= 2;
	for (; from < end; from++) {
		bool star = *from == '*' && block &&
			    (!text->len || text->str[text->len - 1] == ' ');

		if (!g_ascii_isspace(*from) && *from && !star)
			g_string_append_c(text, *from);
		else if (text->len && text->str[text->len - 1] != ' ')
			g_string_append_c(text, ' ');
	}
	if (!g_str_has_prefix(text->str, MARK))
		return;
	g_string_erase(text, 0, strlen(MARK));
	m = g_new0(struct tree_mark, 1);
	m->line = line;
	m->column = column;
	m->last = lx->line;
	m->text = g_strdup(g_strstrip(text->str));
	g_ptr_array_add(lx->marks, m);
}

static bool skip_comment(struct lexer *lx)
{
	const char *slash = lx->p;
	const char *line_start = lx->line_start;
	unsigned int line = lx->line;
	const char *inner;
	char c;

	lx->p++;
	skip_splices(lx);
	inner = lx->p;
	c = peek(lx, 0);
	if (c == '*')
		skip_block_comment(lx);
	else if (c == '/')
		skip_line_comment(lx);
	else {
		lx->p = slash;
		lx->line = line;
		lx->line_start = line_start;
		return false;
	}
	if (lx->marks)
		add_mark(lx, inner, line, slash - line_start + 1);
	add_cond(lx, " ", 1);
	return true;
}

static void step(struct lexer *lx)
{
	char c;

	skip_splices(lx);
	if (lx->p >= lx->end)
		return;
	c = *lx->p;
	if (c == '\n') {
		read_newline(lx);
		return;
	}
	if (c == '/' && skip_comment(lx))
		return;
	if (c == '#' && lx->bol) {
		start_directive(lx);
		return;
	}
	if (!g_ascii_isspace(c) && c != '\0')
		lx->bol = false;
	if (is_start(c))
		read_word(lx);
	else if (g_ascii_isdigit(c))
		skip_number(lx);
	else if (c == '"' || c == '\'')
		skip_literal(lx, c);
	else if (c == '<' && is_header_name(lx))
		skip_literal(lx, '>');
	else
		add_cond(lx, lx->p++, 1);
}

static void lex(struct lexer *lx, const char *text, size_t len)
{
	/* the data of empty GBytes is NULL */
	lx->text = lx->p = lx->line_start = text ?: "";
	lx->end = lx->text + len;
	lx->line = 1;
	lx->bol = true;
	lx->cond = g_string_new(NULL);
	lx->branches = g_array_new(FALSE, FALSE, sizeof(struct branch));
	g_array_set_clear_func(lx->branches, branch_clear);
	/* A byte order mark is not the start of a word. */
	if (len >= 3 && !memcmp(lx->p, "\xef\xbb\xbf", 3))
		lx->p += 3;
	while (lx->p < lx->end)
		step(lx);
	lx->open |= lx->directive || lx->branches->len;
	g_string_free(lx->cond, TRUE);
	g_array_unref(lx->branches);
}

GPtrArray *tree_mentions(const struct api *api, const char *text, size_t len)
{
	struct lexer lx = {
		.api = api,
		.out = g_ptr_array_new_with_free_func(tree_mention_free),
	};

	lex(&lx, text, len);
	return lx.out;
}

GPtrArray *tree_mentions_all(const struct api *api, const char *text,
			     size_t len)
{
	struct lexer lx = {
		.api = api,
		.out = g_ptr_array_new_with_free_func(tree_mention_free),
		.releases = true,
	};

	lex(&lx, text, len);
	return lx.out;
}

GPtrArray *tree_mentions_of(GHashTable *names, const char *text, size_t len)
{
	struct lexer lx = {
		.names = names,
		.out = g_ptr_array_new_with_free_func(tree_mention_free),
	};

	lex(&lx, text, len);
	return lx.out;
}

GPtrArray *tree_marks(const char *text, size_t len)
{
	struct lexer lx = {
		.marks = g_ptr_array_new_with_free_func(mark_free),
	};

	/* nearly all sources have none */
	if (len && memmem(text, len, MARK, strlen(MARK)))
		lex(&lx, text, len);
	return lx.marks;
}

GHashTable *tree_word_lines(const char *text, size_t len)
{
	struct lexer lx = {
		.lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       NULL),
	};

	lex(&lx, text, len);
	return lx.lines;
}

bool mention_is_open(const char *text, size_t len)
{
	struct lexer lx = { 0 };

	lex(&lx, text, len);
	/* a newline that is spliced away ends nothing */
	return lx.open || !lx.bol;
}
