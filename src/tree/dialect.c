// SPDX-License-Identifier: GPL-2.0-only
/*
 * dialect.c - which gup functions and FOLL_ flags a kernel declares
 *
 * Reads the text of a few headers, not the compiler's view of them: this has
 * to work on any version, configured or not, and tells every later stage what
 * the tree can be converted to.  Only file scope is looked at; each #if branch
 * is read as if it stood alone.
 */
#include <errno.h>
#include <string.h>
#include "tree/private.h"

/* A file-scope statement longer than this is a table, not a prototype. */
#define STATEMENT_MAX 256

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_NUMBER,
	TOKEN_PUNCT,
	TOKEN_NEWLINE,
};

struct token {
	enum token_kind kind;
	const char *text;
	size_t len;
};

/**
 * struct parser - a header being read
 * @p: next byte
 * @end: one past the last
 * @dialect: where results go
 * @statement: (element-type token): of the file-scope statement being read
 * @depth: of braces
 * @branches: (element-type unsigned int): depth at each open #if
 * @directive: a preprocessor line is being read: newlines are tokens
 */
struct parser {
	const char *p;
	const char *end;
	struct tree_dialect *dialect;
	GArray *statement;
	unsigned int depth;
	GArray *branches;
	bool directive;
};

static bool is_word(char c)
{
	return g_ascii_isalnum(c) || c == '_';
}

/* Past a comment that starts at @p, which stands on a slash; or NULL. */
static const char *skip_comment(const char *p, const char *end)
{
	const char *stop;

	if (end - p < 2)
		return NULL;
	if (p[1] == '*') {
		stop = memmem(p + 2, end - p - 2, "*/", 2);
		return stop ? stop + 2 : end;
	}
	if (p[1] != '/')
		return NULL;
	stop = memchr(p, '\n', end - p);
	return stop ? stop : end;
}

static const char *skip_literal(const char *p, const char *end)
{
	char quote = *p++;

	for (; p < end && *p != quote && *p != '\n'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end && *p == quote ? p + 1 : p;
}

static bool is_splice(const char *p, const char *end)
{
	return *p == '\\' && ((end - p > 1 && p[1] == '\n') ||
			      (end - p > 2 && p[1] == '\r' && p[2] == '\n'));
}

static struct token next_token(struct parser *s)
{
	struct token t = { TOKEN_END, s->end, 0 };
	const char *past;

	while (s->p < s->end) {
		if (*s->p == '\n' && s->directive) {
			t = (struct token){ TOKEN_NEWLINE, s->p++, 1 };
			return t;
		}
		if (is_splice(s->p, s->end)) {
			s->p += s->p[1] == '\r' ? 3 : 2;
			continue;
		}
		if (g_ascii_isspace(*s->p) || *s->p == '\0') {
			s->p++;
			continue;
		}
		if (*s->p != '/')
			break;
		past = skip_comment(s->p, s->end);
		if (!past)
			break;
		s->p = past;
	}
	if (s->p >= s->end)
		return t;
	t.text = s->p;
	t.kind = TOKEN_PUNCT;
	if (is_word(*s->p)) {
		t.kind = g_ascii_isdigit(*s->p) ? TOKEN_NUMBER : TOKEN_WORD;
		while (s->p < s->end && is_word(*s->p))
			s->p++;
	} else if (*s->p == '"' || *s->p == '\'') {
		s->p = skip_literal(s->p, s->end);
	} else if (s->end - s->p >= 3 && !memcmp(s->p, "...", 3)) {
		s->p += 3;
	} else if (s->end - s->p >= 2 &&
		   (!memcmp(s->p, "<<", 2) || !memcmp(s->p, ">>", 2))) {
		s->p += 2;
	} else {
		s->p++;
	}
	t.len = s->p - t.text;
	return t;
}

static bool is(const struct token *t, const char *text)
{
	return t->len == strlen(text) && !memcmp(t->text, text, t->len);
}

static bool is_one_of(const struct token *t, const char *const *list)
{
	for (; *list; list++)
		if (is(t, *list))
			return true;
	return false;
}

static struct token *at(GArray *tokens, unsigned int i)
{
	return &g_array_index(tokens, struct token, i);
}

/* Words in front of or behind a declaration that are not part of its type. */
static const char *const decoration[] = {
	"extern",     "static",	       "inline",	  "__inline",
	"__inline__", "noinline",      "__always_inline", "__must_check",
	"__init",     "__meminit",     "__sched",	  "__cold",
	"__pure",     "asmlinkage",    "__weak",	  "__maybe_unused",
	"__user",     "__force",       "__iomem",	  "__percpu",
	"__rcu",      "__read_mostly", "notrace",	  NULL,
};

/* Words that take an argument list and are not functions. */
static const char *const attribute[] = {
	"__attribute__",
	"__printf",
	"__aligned",
	"__acquires",
	"__releases",
	"__must_hold",
	"__section",
	"__alloc_size",
	"__bitwise",
	"__cond_acquires",
	"__nonstring",
	"__cleanup",
	"__free",
	"__assume_aligned",
	"_Static_assert",
	"static_assert",
	NULL,
};

static const char *const type_word[] = {
	"void",	 "char",   "short",    "int",	   "long",
	"float", "double", "signed",   "unsigned", "_Bool",
	"bool",	 "const",  "volatile", "restrict", NULL,
};

static const char *const tag_word[] = { "struct", "union", "enum", NULL };

/* Index of the bracket that closes the one at @i, or @end. */
static unsigned int match(GArray *tokens, unsigned int i, unsigned int end)
{
	unsigned int depth = 0;

	for (; i < end; i++) {
		const struct token *t = at(tokens, i);

		if (is(t, "(") || is(t, "["))
			depth++;
		else if ((is(t, ")") || is(t, "]")) && !--depth)
			return i;
	}
	return end;
}

/*
 * Tokens as one string, one space between words and none behind a star.
 * @skip: index of a token to leave out (the parameter's name)
 */
static char *join(GArray *tokens, unsigned int from, unsigned int to,
		  unsigned int skip)
{
	GString *s = g_string_new(NULL);

	for (unsigned int i = from; i < to; i++) {
		const struct token *t = at(tokens, i);
		char last = s->len ? s->str[s->len - 1] : '\0';

		if (i == skip)
			continue;
		if (i + 1 < to && is_one_of(t, attribute) &&
		    is(at(tokens, i + 1), "(")) {
			i = match(tokens, i + 1, to);
			continue;
		}
		if (is_one_of(t, decoration))
			continue;
		if (last && (is_word(t->text[0]) ?
				     is_word(last) :
				     (t->text[0] == '*' && is_word(last))))
			g_string_append_c(s, ' ');
		g_string_append_len(s, t->text, t->len);
	}
	return g_string_free(s, FALSE);
}

/* Which token of a parameter is its name; @to when it has none. */
static unsigned int param_name(GArray *tokens, unsigned int from,
			       unsigned int to)
{
	unsigned int name = to;
	unsigned int words = 0;

	for (unsigned int i = from; i < to; i++) {
		const struct token *t = at(tokens, i);

		/* "int (*fn)(void *)" */
		if (is(t, "(") && i + 2 < to && is(at(tokens, i + 1), "*") &&
		    at(tokens, i + 2)->kind == TOKEN_WORD)
			return i + 2;
		if (is(t, "(") || is(t, "["))
			break;
		if (t->kind != TOKEN_WORD || is_one_of(t, decoration))
			continue;
		if (is_one_of(t, tag_word)) {
			i++;
			words++;
			name = to;
			continue;
		}
		words++;
		name = is_one_of(t, type_word) || words < 2 ? to : i;
	}
	return name;
}

static void add_param(GPtrArray *names, GPtrArray *types, GArray *tokens,
		      unsigned int from, unsigned int to)
{
	unsigned int name = param_name(tokens, from, to);
	g_autofree char *type = join(tokens, from, to, name);
	const struct token *t = name < to ? at(tokens, name) : NULL;
	g_autofree char *text = t ? g_strndup(t->text, t->len) : g_strdup("");

	g_ptr_array_add(names, (void *)g_intern_string(text));
	g_ptr_array_add(types, (void *)g_intern_string(type));
}

static bool is_void(GArray *tokens, unsigned int from, unsigned int to)
{
	return from == to || (to - from == 1 && is(at(tokens, from), "void"));
}

static void proto_free(void *p)
{
	struct tree_proto *proto = p;

	g_free((void *)proto->params);
	g_free((void *)proto->types);
	g_free(proto);
}

static void parse_params(struct tree_proto *proto, GArray *tokens,
			 unsigned int from, unsigned int to)
{
	GPtrArray *names = g_ptr_array_new();
	GPtrArray *types = g_ptr_array_new();
	unsigned int start = from;

	for (unsigned int i = from; i <= to && !is_void(tokens, from, to);
	     i++) {
		if (i == to || is(at(tokens, i), ",")) {
			add_param(names, types, tokens, start, i);
			start = i + 1;
		} else if (is(at(tokens, i), "(") || is(at(tokens, i), "[")) {
			i = match(tokens, i, to);
			if (i == to)
				i--;
		}
	}
	proto->n_params = names->len;
	g_ptr_array_add(names, NULL);
	g_ptr_array_add(types, NULL);
	proto->params = (const char *const *)g_ptr_array_free(names, FALSE);
	proto->types = (const char *const *)g_ptr_array_free(types, FALSE);
}

/* Every parameter has a name. */
static bool is_full(const struct tree_proto *proto)
{
	for (unsigned int i = 0; i < proto->n_params; i++)
		if (!*proto->params[i] && strcmp(proto->types[i], "..."))
			return false;
	return true;
}

static void add_proto(struct tree_dialect *d, struct tree_proto *proto)
{
	const struct tree_proto *old =
		g_hash_table_lookup(d->protos, proto->name);

	if (old && (is_full(old) || !is_full(proto)))
		proto_free(proto);
	else
		g_hash_table_replace(d->protos, (void *)proto->name, proto);
}

/* The statement that just ended, when it declares or defines a function. */
static void end_statement(struct parser *s)
{
	GArray *tokens = s->statement;
	unsigned int name, close;
	struct tree_proto *proto;
	g_autofree char *text = NULL;
	g_autofree char *ret = NULL;

	if (!tokens->len || is(at(tokens, 0), "typedef"))
		return;
	for (name = 0; name + 1 < tokens->len; name++) {
		const struct token *t = at(tokens, name);

		if (is(t, "=") || is(t, "{"))
			return;
		if (!is(at(tokens, name + 1), "("))
			continue;
		if (is_one_of(t, attribute))
			name = match(tokens, name + 1, tokens->len);
		else
			break;
	}
	if (name + 1 >= tokens->len || at(tokens, name)->kind != TOKEN_WORD)
		return;
	close = match(tokens, name + 1, tokens->len);
	ret = join(tokens, 0, name, tokens->len);
	if (close == tokens->len || !*ret)
		return;
	text = g_strndup(at(tokens, name)->text, at(tokens, name)->len);
	proto = g_new0(struct tree_proto, 1);
	proto->name = g_intern_string(text);
	proto->ret = g_intern_string(ret);
	parse_params(proto, tokens, name + 2, close);
	add_proto(s->dialect, proto);
}

/**
 * struct sum - an integer constant expression being evaluated
 * @tokens: of the expression
 * @i: next token
 * @to: one past the last
 * @known: flags that it may name
 * @ok: nothing was met that is not understood
 */
struct sum {
	GArray *tokens;
	unsigned int i;
	unsigned int to;
	GHashTable *known;
	bool ok;
	unsigned int depth;
};

static uint64_t sum_or(struct sum *e);

static uint64_t sum_primary(struct sum *e)
{
	const struct token *t = e->i < e->to ? at(e->tokens, e->i++) : NULL;
	g_autofree char *text = t ? g_strndup(t->text, t->len) : NULL;
	uint64_t *known;
	uint64_t v = 0;
	char *end;

	if (!t || e->depth > 64)
		goto wrong;
	if (is(t, "(")) {
		e->depth++;
		v = sum_or(e);
		e->depth--;
		if (e->i >= e->to || !is(at(e->tokens, e->i++), ")"))
			goto wrong;
		return v;
	}
	if (t->kind == TOKEN_NUMBER) {
		v = g_ascii_strtoull(text, &end, 0);
		if (strspn(end, "uUlL") == strlen(end))
			return v;
		goto wrong;
	}
	/* BIT(n) and casts such as (__force gup_t) are not worth more. */
	if (is(t, "BIT")) {
		v = sum_primary(e);
		return v < 64 ? UINT64_C(1) << v : 0;
	}
	known = g_hash_table_lookup(e->known, text);
	if (t->kind == TOKEN_WORD && known)
		return *known;
wrong:
	e->ok = false;
	return 0;
}

static uint64_t sum_shift(struct sum *e)
{
	uint64_t v = sum_primary(e);

	while (e->ok && e->i < e->to && is(at(e->tokens, e->i), "<<")) {
		uint64_t by;

		e->i++;
		by = sum_primary(e);
		v = by < 64 ? v << by : 0;
	}
	return v;
}

static uint64_t sum_or(struct sum *e)
{
	uint64_t v = sum_shift(e);

	while (e->ok && e->i < e->to && is(at(e->tokens, e->i), "|")) {
		e->i++;
		v |= sum_shift(e);
	}
	return v;
}

static bool evaluate(struct tree_dialect *d, GArray *tokens, unsigned int from,
		     unsigned int to, uint64_t *value)
{
	struct sum e = { tokens, from, to, d->flags, true, 0 };

	*value = sum_or(&e);
	return e.ok && e.i == to;
}

static void add_flag(struct tree_dialect *d, const struct token *name,
		     uint64_t value)
{
	g_autofree char *text = g_strndup(name->text, name->len);
	uint64_t *v;

	if (g_hash_table_contains(d->flags, text))
		return;
	v = g_new(uint64_t, 1);
	*v = value;
	g_hash_table_insert(d->flags, g_steal_pointer(&text), v);
}

static bool is_flag(const struct token *t)
{
	return t->kind == TOKEN_WORD && t->len > 5 &&
	       !memcmp(t->text, "FOLL_", 5);
}

static void parse_define(struct parser *s, GArray *line)
{
	uint64_t value;

	if (line->len >= 3 && is_flag(at(line, 1)) &&
	    evaluate(s->dialect, line, 2, line->len, &value))
		add_flag(s->dialect, at(line, 1), value);
}

/* An #else starts again where its #if began. */
static void parse_branch(struct parser *s, const struct token *word)
{
	static const char *const opens[] = { "if", "ifdef", "ifndef", NULL };
	static const char *const next[] = { "else", "elif", "elifdef",
					    "elifndef", NULL };
	GArray *b = s->branches;

	if (is_one_of(word, opens))
		g_array_append_val(b, s->depth);
	else if (b->len && is_one_of(word, next))
		s->depth = g_array_index(b, unsigned int, b->len - 1);
	else if (b->len && is(word, "endif"))
		g_array_set_size(b, b->len - 1);
}

static void parse_directive(struct parser *s)
{
	g_autoptr(GArray)
		line = g_array_new(FALSE, FALSE, sizeof(struct token));
	struct token t;

	s->directive = true;
	for (t = next_token(s); t.kind != TOKEN_END && t.kind != TOKEN_NEWLINE;
	     t = next_token(s))
		if (line->len < STATEMENT_MAX)
			g_array_append_val(line, t);
	s->directive = false;
	if (!line->len)
		return;
	if (is(at(line, 0), "define"))
		parse_define(s, line);
	else
		parse_branch(s, at(line, 0));
}

/* One enumerator; @next is the value it has without an initialiser. */
static uint64_t end_enumerator(struct parser *s, GArray *tokens, uint64_t next)
{
	uint64_t value = next;
	bool known = true;

	if (tokens->len >= 3 && is(at(tokens, 1), "="))
		known = evaluate(s->dialect, tokens, 2, tokens->len, &value);
	if (tokens->len && known && is_flag(at(tokens, 0)))
		add_flag(s->dialect, at(tokens, 0), value);
	return known ? value + 1 : next;
}

/* Behind the opening brace of an enum, up to and with the closing one. */
static void parse_enum(struct parser *s)
{
	g_autoptr(GArray)
		tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	uint64_t next = 0;
	bool bol = true;

	for (;;) {
		struct token t = next_token(s);

		if (t.kind == TOKEN_END)
			return;
		if (is(&t, "#") && bol) {
			parse_directive(s);
			continue;
		}
		if (is(&t, ",") || is(&t, "}")) {
			if (tokens->len)
				next = end_enumerator(s, tokens, next);
			g_array_set_size(tokens, 0);
			if (is(&t, "}"))
				return;
		} else if (tokens->len < STATEMENT_MAX) {
			g_array_append_val(tokens, t);
		}
	}
}

static bool is_enum(GArray *tokens)
{
	for (unsigned int i = 0; i < tokens->len; i++) {
		if (is(at(tokens, i), "("))
			return false;
		if (is(at(tokens, i), "enum"))
			return true;
	}
	return false;
}

static void open_brace(struct parser *s)
{
	if (!s->depth && is_enum(s->statement)) {
		parse_enum(s);
		return;
	}
	if (!s->depth)
		end_statement(s);
	s->depth++;
}

static void close_brace(struct parser *s)
{
	if (s->depth)
		s->depth--;
	if (!s->depth)
		g_array_set_size(s->statement, 0);
}

void dialect_parse(struct tree_dialect *dialect, const char *text, size_t len)
{
	struct parser s = {
		.p = text,
		.end = text + len,
		.dialect = dialect,
		.statement = g_array_new(FALSE, FALSE, sizeof(struct token)),
		.branches = g_array_new(FALSE, FALSE, sizeof(unsigned int)),
	};
	struct token t;

	for (t = next_token(&s); t.kind != TOKEN_END; t = next_token(&s)) {
		if (is(&t, "#")) {
			parse_directive(&s);
		} else if (is(&t, "{")) {
			open_brace(&s);
		} else if (is(&t, "}")) {
			close_brace(&s);
		} else if (s.depth) {
			continue;
		} else if (is(&t, ";")) {
			end_statement(&s);
			g_array_set_size(s.statement, 0);
		} else if (s.statement->len < STATEMENT_MAX) {
			g_array_append_val(s.statement, t);
		}
	}
	g_array_unref(s.statement);
	g_array_unref(s.branches);
}

struct tree_dialect *dialect_alloc(void)
{
	struct tree_dialect *d = g_new0(struct tree_dialect, 1);

	d->protos = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					  proto_free);
	d->flags =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	d->listed = g_ptr_array_new();
	return d;
}

void dialect_free(struct tree_dialect *dialect)
{
	if (!dialect)
		return;
	g_ptr_array_unref(dialect->listed);
	g_hash_table_unref(dialect->protos);
	g_hash_table_unref(dialect->flags);
	g_free(dialect);
}

static int compare_protos(const void *a, const void *b)
{
	const struct tree_proto *const *pa = a;
	const struct tree_proto *const *pb = b;

	return strcmp((*pa)->name, (*pb)->name);
}

void dialect_list(struct tree_dialect *d, const struct api *api)
{
	GHashTableIter iter;
	void *name, *proto;

	g_ptr_array_set_size(d->listed, 0);
	g_hash_table_iter_init(&iter, d->protos);
	while (g_hash_table_iter_next(&iter, &name, &proto))
		if (api_acquire(api, name) || api_release(api, name))
			g_ptr_array_add(d->listed, proto);
	g_ptr_array_sort(d->listed, compare_protos);
}

/* The first header has to be there (include/linux/mm.h), the others may. */
static gboolean read_header(struct tree_dialect *d, const char *source,
			    const char *header, bool needed, GError **error)
{
	g_autofree char *path = g_build_filename(source, header, NULL);
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autofree char *why = NULL;
	int err = read_regular(path, text, &why);

	if (!err) {
		dialect_parse(d, (const char *)text->data, text->len);
		return TRUE;
	}
	if (err != ENOENT && err != ENOTDIR)
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO, "%s: %s", path,
			    why);
	else if (needed)
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_TREE,
			"%s: no %s here; name a complete kernel source or headers directory",
			source, header);
	else
		return TRUE;
	return FALSE;
}

struct tree_dialect *dialect_new(const char *source, const struct api *api,
				 GError **error)
{
	struct tree_dialect *d = dialect_alloc();

	for (unsigned int i = 0; i < api->headers->len; i++) {
		if (!read_header(d, source, api->headers->pdata[i], i == 0,
				 error)) {
			dialect_free(d);
			return NULL;
		}
	}
	dialect_list(d, api);
	return d;
}
