// SPDX-License-Identifier: GPL-2.0-only
/*
 * bulk.c - loops that let go of an array become one call
 *
 * The verdict has proved what the graph says (struct verdict_bulk); here the
 * text has to look like one of
 *
 *	for (i = 0; i < n; i++)		while (n--)	while (n-- > 0)
 *	while (--n >= 0)		while (n > 0) put(pages[--n]);
 *
 * around "put(pages[i]);", with "[if (cond)] dirty(pages[i]);" in front of it
 * at most, and no comment in between.  Any other loop stays a loop.
 *
 * spatch does the one for one change; this is done on tokens afterwards, since
 * spatch loses comments in a loop that goes and leaves braces and an unused
 * counter behind.  The result is compared with the plan and analysed like all
 * the rest.
 */
#include <string.h>
#include "rewrite/plan.h"

/**
 * struct span - tokens from first to last
 */
struct span {
	unsigned int first;
	unsigned int last;
};

/**
 * struct bulk - a loop in the text
 * @pe: the release in it
 * @text: the file
 * @all: the whole loop
 * @array: the array in the release
 * @count: how many, or the counter's name
 * @cond: whether to dirty, empty (first > last) when always
 * @decl: the counter is declared in the loop's head
 * @drop: not this one after all
 */
struct bulk {
	struct plan_edit *pe;
	const struct rewrite_text *text;
	struct span all;
	struct span array;
	struct span count;
	struct span cond;
	bool decl;
	bool drop;
};

static const struct span no_span = { 1, 0 };

/* tokens of array, count and condition: the call itself has 6 more */
#define MAX_VALUES (PLAN_WORDS - 8)

static unsigned int span_len(struct span s)
{
	return s.last + 1 - s.first;
}

static bool is(const struct bulk *b, int i, const char *word)
{
	return i >= 0 && (unsigned int)i < b->text->tokens->len &&
	       lex_is(b->text->data, lex_at(b->text->tokens, i), word);
}

static bool is_counter(const struct bulk *b, int i)
{
	return is(b, i, b->pe->edit->bulk->counter);
}

/* the tokens read like this; "$" stands for the counter */
static bool reads(const struct bulk *b, int at, const char *const *words)
{
	for (; *words; words++, at++) {
		if (!strcmp(*words, "$") ? !is_counter(b, at) :
					   !is(b, at, *words))
			return false;
	}
	return true;
}

/* the bracket that opens what a bracket closes, or -1 */
static int open_of(const struct bulk *b, int close)
{
	int depth = 0;

	for (int i = close; i >= 0; i--) {
		if (is(b, i, ")") || is(b, i, "]") || is(b, i, "}"))
			depth++;
		else if (is(b, i, "(") || is(b, i, "[") || is(b, i, "{"))
			depth--;
		if (!depth)
			return i;
	}
	return -1;
}

/* a value without side effects, calls, comments and the counter */
static bool is_plain(const struct bulk *b, struct span s)
{
	static const char *const never[] = { "++", "--", "=", "+=", "-=",
					     "?",  ":",	 ",", ";",  "{",
					     "}",  "#",	 NULL };

	if (s.first > s.last)
		return false;
	for (unsigned int i = s.first; i <= s.last; i++) {
		const struct lex_token *t = lex_at(b->text->tokens, i);

		if (t->kind == LEX_COMMENT || t->kind == LEX_STRING ||
		    is_counter(b, i))
			return false;
		for (unsigned int k = 0; never[k]; k++)
			if (is(b, i, never[k]))
				return false;
		if (t->kind == LEX_WORD && is(b, i + 1, "(") && i < s.last)
			return false;
	}
	return true;
}

static bool same_tokens(const struct bulk *b, struct span x, struct span y)
{
	const char *data = b->text->data;

	if (x.last - x.first != y.last - y.first)
		return false;
	for (unsigned int i = 0; i <= x.last - x.first; i++) {
		const struct lex_token *s =
			lex_at(b->text->tokens, x.first + i);
		const struct lex_token *t =
			lex_at(b->text->tokens, y.first + i);

		if (s->end - s->start != t->end - t->start ||
		    memcmp(data + s->start, data + t->start, s->end - s->start))
			return false;
	}
	return true;
}

/* f(array[i]) from its name on; sets the array, returns the last token or -1 */
static int read_call(const struct bulk *b, int name, bool down_inside,
		     struct span *array)
{
	static const char *const up[] = { "[", "$", "]", ")", ";", NULL };
	static const char *const down[] = {
		"[", "--", "$", "]", ")", ";", NULL
	};
	const char *const *tail = down_inside ? down : up;
	int n = down_inside ? 6 : 5, close;

	if (!is(b, name + 1, "("))
		return -1;
	close = lex_close(b->text->data, b->text->tokens, name + 1);
	if (close < 0 || !reads(b, close + 2 - n, tail))
		return -1;
	array->first = name + 2;
	array->last = close + 1 - n;
	return is_plain(b, *array) ? close + 1 : -1;
}

/* "[if (cond)] dirty(array[i]);" between two tokens */
static bool read_dirty(struct bulk *b, unsigned int first, unsigned int end)
{
	const struct verdict_bulk *bulk = b->pe->edit->bulk;
	unsigned int name = first;
	struct span array;
	int last, close;

	b->cond = no_span;
	if (!bulk->dirty)
		return first == end;
	if (bulk->maybe) {
		if (!is(b, first, "if") || !is(b, first + 1, "("))
			return false;
		close = lex_close(b->text->data, b->text->tokens, first + 1);
		if (close < 0)
			return false;
		b->cond.first = first + 2;
		b->cond.last = close - 1;
		if (!is_plain(b, b->cond))
			return false;
		name = close + 1;
	}
	last = is(b, name, bulk->dirty) ? read_call(b, name, false, &array) :
					  -1;
	return last >= 0 && (unsigned int)last + 1 == end &&
	       same_tokens(b, array, b->array);
}

/* the head of a for loop between its brackets */
static bool read_for(struct bulk *b, unsigned int open, unsigned int close)
{
	static const char *const start[] = {
		"$", "=", "0", ";", "$", "<", NULL
	};
	static const char *const post[] = { ";", "$", "++", NULL };
	static const char *const pre[] = { ";", "++", "$", NULL };
	unsigned int i = open + 1;

	while (i < close && lex_at(b->text->tokens, i)->kind == LEX_WORD &&
	       !is_counter(b, i)) {
		b->decl = true;
		i++;
	}
	if (!reads(b, i, start) ||
	    (!reads(b, close - 3, post) && !reads(b, close - 3, pre)))
		return false;
	b->count.first = i + 6;
	b->count.last = close - 4;
	return is_plain(b, b->count);
}

/* the head of a while loop; in says that the counter goes down in the body */
static bool read_while(struct bulk *b, unsigned int open, unsigned int close,
		       bool *in)
{
	static const char *const post[] = { "(", "$", "--", ")", NULL };
	static const char *const pre[] = {
		"(", "--", "$", ">=", "0", ")", NULL
	};
	static const char *const more[] = {
		"(", "$", "--", ">", "0", ")", NULL
	};
	static const char *const body[] = { "(", "$", ">", "0", ")", NULL };

	*in = reads(b, open, body) && close == open + 4;
	if ((reads(b, open, post) && close == open + 3) ||
	    (reads(b, open, more) && close == open + 5))
		b->count.first = open + 1;
	else if (reads(b, open, pre) && close == open + 5)
		b->count.first = open + 2;
	else if (*in)
		b->count.first = open + 1;
	else
		return false;
	b->count.last = b->count.first;
	return true;
}

/* the loop around a release; open is that of its head */
static bool read_loop(struct bulk *b, int close)
{
	int open = open_of(b, close), last;
	unsigned int body = close + 1;
	bool down = false, braces;

	if (open < 1)
		return false;
	if (is(b, open - 1, "for")) {
		if (!read_for(b, open, close))
			return false;
	} else if (!is(b, open - 1, "while") ||
		   !read_while(b, open, close, &down)) {
		return false;
	}
	last = read_call(b, b->pe->name, down, &b->array);
	if (last < 0)
		return false;
	braces = is(b, body, "{");
	if (!read_dirty(b, body + braces, b->pe->name) ||
	    (b->pe->edit->bulk->dirty && down))
		return false;
	if (braces && !is(b, ++last, "}"))
		return false;
	b->all.first = open - 1;
	b->all.last = last;
	return span_len(b->array) + span_len(b->count) + span_len(b->cond) <=
	       MAX_VALUES;
}

/* the ")" of the loop's head: behind it at most "{" and the dirty statement */
static int find_head(const struct bulk *b)
{
	int at = b->pe->name - 1, brace;

	if (is(b, at, ")"))
		return at;
	/* back to the brace of the body */
	for (brace = at; brace > 0 && !is(b, brace, "{"); brace--)
		if (is(b, brace, "}"))
			return -1;
	return brace > 0 && is(b, brace - 1, ")") ? brace - 1 : -1;
}

static void find_loops(const struct rewrite_job *job,
		       const struct plan_file *file, GArray *bulks)
{
	for (unsigned int i = 0; i < file->edits->len; i++) {
		struct plan_edit *pe = file->edits->pdata[i];
		struct bulk b = { .pe = pe, .text = file->text };
		unsigned int group =
			rewrite_job_group((struct rewrite_job *)job, pe->group);
		int head;

		if (!pe->edit->bulk || pe->edit->kind != EDIT_RELEASE_PAGE ||
		    g_hash_table_contains(job->loops, GUINT_TO_POINTER(group)))
			continue;
		head = find_head(&b);
		if (head >= 0 && read_loop(&b, head))
			g_array_append_val(bulks, b);
	}
}

static bool add_word(struct plan_op *op, unsigned int *n, const char *word,
		     bool tight)
{
	if (*n + 1 >= PLAN_WORDS)
		return false;
	op->tight[*n] = tight;
	op->words[(*n)++] = word;
	return true;
}

/* tokens with the space that is between them; tight: none before the first */
static bool add_span(struct plan_op *op, unsigned int *n, const struct bulk *b,
		     struct span s, bool tight)
{
	GArray *tokens = b->text->tokens;

	/* brackets around the whole are of no use in an argument */
	while (s.last > s.first + 1 && is(b, s.first, "(") &&
	       lex_close(b->text->data, tokens, s.first) == (int)s.last) {
		s.first++;
		s.last--;
	}
	for (unsigned int i = s.first; i <= s.last; i++) {
		const struct lex_token *t = lex_at(tokens, i);
		g_autofree char *word =
			g_strndup(b->text->data + t->start, t->end - t->start);

		if (i > s.first)
			tight = lex_at(tokens, i - 1)->end == t->start;
		if (!add_word(op, n, g_intern_string(word), tight))
			return false;
	}
	return true;
}

static bool make_call(const struct bulk *b, GArray *ops)
{
	const struct verdict_bulk *bulk = b->pe->edit->bulk;
	struct plan_op op = {
		.first = b->all.first,
		.n_old = b->all.last - b->all.first + 1,
		.gap = GAP_REPLACE,
		.edit = b->pe,
	};
	unsigned int n = 0;
	bool ok;

	ok = add_word(&op, &n, bulk->to, false) &&
	     add_word(&op, &n, "(", true) &&
	     add_span(&op, &n, b, b->array, true) &&
	     add_word(&op, &n, ",", true) &&
	     add_span(&op, &n, b, b->count, false);
	if (ok && bulk->dirty) {
		ok = add_word(&op, &n, ",", true);
		if (b->cond.first <= b->cond.last)
			ok = ok && add_span(&op, &n, b, b->cond, false);
		else
			ok = ok && add_word(&op, &n, "true", false);
	}
	ok = ok && add_word(&op, &n, ")", true) && add_word(&op, &n, ";", true);
	if (ok)
		g_array_append_val(ops, op);
	return ok;
}

/* "if (x)", "for (...)", "while (x)", "list_for_each_entry(...)" */
static bool is_head(const struct bulk *b, int name)
{
	const struct lex_token *t;
	g_autofree char *word = NULL;

	if (is(b, name, "if"))
		return !is(b, name - 1, "else");
	if (is(b, name, "for") || is(b, name, "while"))
		return true;
	t = lex_at(b->text->tokens, name);
	word = g_strndup(b->text->data + t->start, t->end - t->start);
	return t->kind == LEX_WORD && strstr(word, "for_each");
}

/*
 * "if (x) { for ...; }" needs no braces any more, unless a branch beside it
 * has some.
 */
static void drop_braces(const struct bulk *b, GArray *ops)
{
	int brace = b->all.first - 1, end = b->all.last + 1, open;

	if (!is(b, brace, "{") || !is(b, end, "}"))
		return;
	if (is(b, brace - 1, "else")) {
		if (is(b, brace - 2, "}"))
			return;
	} else if (is(b, brace - 1, ")") && !is(b, end + 1, "else")) {
		open = open_of(b, brace - 1);
		if (open < 1 || !is_head(b, open - 1))
			return;
	} else {
		return;
	}
	for (int at = brace; at <= end; at += end - brace) {
		struct plan_op op = {
			.first = at,
			.n_old = 1,
			.gap = GAP_DELETE_TRAIL,
			.edit = b->pe,
		};

		g_array_append_val(ops, op);
	}
}

static bool in_a_loop(GArray *bulks, unsigned int i)
{
	for (unsigned int k = 0; k < bulks->len; k++) {
		const struct bulk *b = &g_array_index(bulks, struct bulk, k);

		if (!b->drop && i >= b->all.first && i <= b->all.last)
			return true;
	}
	return false;
}

/* does the counter of a loop stay in the call that replaces it */
static bool is_kept(const struct bulk *b)
{
	return is_counter(b, b->count.first);
}

static int token_at(const struct rewrite_text *text,
		    const struct facts_loc *loc)
{
	if (g_strcmp0(text->path, loc->file) || !loc->line ||
	    loc->line > text->lines->len)
		return -1;
	return lex_find(text->tokens, g_array_index(text->lines, unsigned int,
						    loc->line - 1) +
					      loc->column - 1);
}

/* the block in which a token, and so what it declares, is known */
static bool find_block(const struct bulk *b, unsigned int at, struct span *body)
{
	int depth = 0, close;

	for (unsigned int i = at; i-- > 0;) {
		if (is(b, i, "}"))
			depth++;
		if (!is(b, i, "{") || depth-- > 0)
			continue;
		close = lex_close(b->text->data, b->text->tokens, i);
		body->first = i;
		body->last = close;
		return close > (int)b->all.last;
	}
	return false;
}

/* the end of "i" or "i = 0" in a declaration */
static unsigned int declarator_end(const struct bulk *b, unsigned int at)
{
	if (is(b, at + 1, "=") &&
	    lex_at(b->text->tokens, at + 2)->kind == LEX_NUMBER)
		return at + 2;
	return at;
}

/* the first token of "unsigned int i;" given its name, or -1 */
static int statement_start(const struct bulk *b, unsigned int at)
{
	while (at && lex_at(b->text->tokens, at - 1)->kind == LEX_WORD)
		at--;
	return at && (is(b, at - 1, ";") || is(b, at - 1, "{") ||
		      is(b, at - 1, "}")) ?
		       (int)at :
		       -1;
}

/* take a counter that nothing uses any more out of its declaration */
static bool drop_declaration(const struct bulk *b, unsigned int at, GArray *ops)
{
	struct plan_op op = { .edit = b->pe };
	unsigned int end = declarator_end(b, at);
	bool more = is(b, end + 1, ",");
	int start;

	if (!more && !is(b, end + 1, ";"))
		return false;
	if (is(b, at - 1, ",")) {
		op.first = at - 1;
		op.n_old = end - at + 2;
		op.gap = GAP_DELETE_TRAIL;
	} else if (lex_at(b->text->tokens, at - 1)->kind != LEX_WORD) {
		return false;
	} else if (more) {
		op.first = at;
		op.n_old = end - at + 2;
		op.gap = GAP_DELETE_LEAD;
		/* "int i, *p" and "int i, a[2]" are declarators of their own */
	} else {
		start = statement_start(b, at);
		if (start < 0)
			return false;
		op.first = start;
		op.n_old = end - start + 2;
		op.gap = is(b, start - 1, "{") ? GAP_DELETE_LEAD :
						 GAP_DELETE_TRAIL;
	}
	g_array_append_val(ops, op);
	return true;
}

/* uses of a loop's counter in its block outside of loops that go */
static unsigned int count_uses(const struct bulk *b, GArray *bulks,
			       struct span body, unsigned int *at)
{
	unsigned int n = 0;

	for (unsigned int i = body.first; i <= body.last; i++) {
		if (!is_counter(b, i) || in_a_loop(bulks, i) ||
		    is(b, i - 1, "->") || is(b, i - 1, "."))
			continue;
		*at = i;
		n++;
	}
	return n;
}

static void drop_loops(GArray *bulks, const struct bulk *like, struct span body)
{
	for (unsigned int i = 0; i < bulks->len; i++) {
		struct bulk *b = &g_array_index(bulks, struct bulk, i);

		if (b->all.first >= body.first && b->all.last <= body.last &&
		    b->pe->edit->bulk->counter == like->pe->edit->bulk->counter)
			b->drop = true;
	}
}

/* some loop that goes keeps the counter in its call */
static bool some_keep(GArray *bulks, const struct bulk *like, struct span body)
{
	for (unsigned int i = 0; i < bulks->len; i++) {
		const struct bulk *b = &g_array_index(bulks, struct bulk, i);

		if (!b->drop && b->all.first >= body.first &&
		    b->all.last <= body.last && is_kept(b) &&
		    b->pe->edit->bulk->counter == like->pe->edit->bulk->counter)
			return true;
	}
	return false;
}

/* A counter that is not used any more would be a warning of the compiler. */
static void settle_counter(GArray *bulks, struct bulk *b, GHashTable *done,
			   GArray *ops)
{
	const struct verdict_bulk *bulk = b->pe->edit->bulk;
	struct span body;
	unsigned int at = 0;
	int decl;

	if (b->drop || b->decl || is_kept(b) || !bulk->local)
		return;
	decl = token_at(b->text, &bulk->decl);
	if (decl < 0 || !find_block(b, decl, &body)) {
		b->drop = true;
		return;
	}
	if (count_uses(b, bulks, body, &at) != 1 || some_keep(bulks, b, body))
		return;
	if (!g_hash_table_add(done, GUINT_TO_POINTER(at)))
		return;
	if (decl != (int)at || !drop_declaration(b, at, ops))
		drop_loops(bulks, b, body);
}

static int op_order(const void *a, const void *b)
{
	const struct plan_op *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static bool is_covered(const struct plan_op *op, GArray *ops)
{
	for (unsigned int i = 0; i < ops->len; i++) {
		const struct plan_op *o =
			&g_array_index(ops, struct plan_op, i);

		if (op->first >= o->first && op->first < o->first + o->n_old)
			return true;
	}
	return false;
}

/* spatch's changes, but for those in loops that go, and the others */
static void merge(struct plan_file *file, GArray *ops)
{
	GArray *final = g_array_new(FALSE, FALSE, sizeof(struct plan_op));

	g_array_sort(ops, op_order);
	for (unsigned int i = 0, k = 0; i < file->ops->len || k < ops->len;) {
		const struct plan_op *a =
			&g_array_index(file->ops, struct plan_op, i);
		const struct plan_op *b =
			&g_array_index(ops, struct plan_op, k);

		if (k < ops->len &&
		    (i == file->ops->len || b->first < a->first)) {
			g_array_append_vals(final, b, 1);
			k++;
			continue;
		}
		if (!is_covered(a, ops))
			g_array_append_vals(final, a, 1);
		i++;
	}
	file->final = final;
}

void bulk_plan(const struct rewrite_job *job, struct plan_file *file)
{
	g_autoptr(GArray) bulks = g_array_new(FALSE, TRUE, sizeof(struct bulk));
	g_autoptr(GArray)
		ops = g_array_new(FALSE, TRUE, sizeof(struct plan_op));
	g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);

	g_array_append_vals(ops, file->own->data, file->own->len);
	find_loops(job, file, bulks);
	for (unsigned int i = 0; i < bulks->len; i++)
		settle_counter(bulks, &g_array_index(bulks, struct bulk, i),
			       done, ops);
	for (unsigned int i = 0; i < bulks->len; i++) {
		const struct bulk *b = &g_array_index(bulks, struct bulk, i);

		if (!b->drop && make_call(b, ops))
			drop_braces(b, ops);
	}
	merge(file, ops);
}

/* a loop that went; no release, no brace and no counter by itself */
static bool is_call(const struct plan_op *op)
{
	const struct verdict_bulk *bulk = op->edit->edit->bulk;

	return bulk && op->words[0] == bulk->to && op->first != op->edit->name;
}

const char *bulk_made(const struct plan_file *file,
		      const struct verdict_edit *edit)
{
	for (unsigned int i = 0; i < file->final->len; i++) {
		const struct plan_op *op =
			&g_array_index(file->final, struct plan_op, i);
		const struct facts_loc *loc = &op->edit->edit->loc;

		if (loc->line == edit->loc.line &&
		    loc->column == edit->loc.column && is_call(op))
			return op->words[0];
	}
	return NULL;
}

bool bulk_used(struct rewrite_job *job, const struct plan *plan,
	       unsigned int group)
{
	for (unsigned int i = 0; i < plan->files->len; i++) {
		const struct plan_file *file = plan->files->pdata[i];

		for (unsigned int k = 0; k < file->final->len; k++) {
			const struct plan_op *op =
				&g_array_index(file->final, struct plan_op, k);

			if (op->n_old && op->first != op->edit->name &&
			    op->edit->edit->bulk &&
			    rewrite_job_group(job, op->edit->group) ==
				    rewrite_job_group(job, group))
				return true;
		}
	}
	return false;
}
