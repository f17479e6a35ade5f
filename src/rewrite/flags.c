// SPDX-License-Identifier: GPL-2.0-only
/*
 * flags.c - what happens to the flags argument of a call
 *
 * The verdict says which flag comes in and which goes out; how that is written
 * depends on the tokens that are there.
 */
#include <string.h>
#include "rewrite/plan.h"

/**
 * struct flags_arg - the flags argument without its comments
 * @text: the file
 * @tokens: (element-type unsigned int): indices into text->tokens
 */
struct flags_arg {
	const struct rewrite_text *text;
	GArray *tokens;
};

static const struct lex_token *flags_token(const struct flags_arg *arg,
					   unsigned int i)
{
	return lex_at(arg->text->tokens,
		      g_array_index(arg->tokens, unsigned int, i));
}

static unsigned int flags_index(const struct flags_arg *arg, unsigned int i)
{
	return g_array_index(arg->tokens, unsigned int, i);
}

static bool flags_is(const struct flags_arg *arg, unsigned int i,
		     const char *word)
{
	return lex_is(arg->text->data, flags_token(arg, i), word);
}

/* -1, 0 or 1: how a token changes the depth of brackets */
static int flags_depth(const struct flags_arg *arg, unsigned int i)
{
	const struct lex_token *token = flags_token(arg, i);

	if (token->kind != LEX_PUNCT || token->end - token->start != 1)
		return 0;
	if (strchr("([{", arg->text->data[token->start]))
		return 1;
	return strchr(")]}", arg->text->data[token->start]) ? -1 : 0;
}

/* can an operand end with this token, so that an operator after it is binary */
static bool flags_ends_operand(const struct flags_arg *arg, unsigned int i)
{
	if (flags_token(arg, i)->kind != LEX_PUNCT)
		return true;
	return flags_depth(arg, i) < 0 || flags_is(arg, i, "++") ||
	       flags_is(arg, i, "--");
}

static bool flags_operator(const struct flags_arg *arg, unsigned int first,
			   unsigned int i)
{
	static const char *const no_operator[] = {
		".", "->", "++", "--", "!", "~", "(",  ")",
		"[", "]",  "{",	 "}",  ",", "#", "##",
	};

	if (flags_token(arg, i)->kind != LEX_PUNCT)
		return false;
	for (size_t k = 0; k < G_N_ELEMENTS(no_operator); k++) {
		if (flags_is(arg, i, no_operator[k]))
			return false;
	}
	return i > first && flags_ends_operand(arg, i - 1);
}

/* the whole of [*first, *last] stands in parentheses: step inside */
static bool flags_strip(const struct flags_arg *arg, unsigned int *first,
			unsigned int *last)
{
	int close;

	if (*first >= *last || !flags_is(arg, *first, "("))
		return false;
	close = lex_close(arg->text->data, arg->text->tokens,
			  flags_index(arg, *first));
	if (close < 0 || (unsigned int)close != flags_index(arg, *last) ||
	    *first + 1 > *last - 1)
		return false;
	++*first;
	--*last;
	return true;
}

/* is there a binary operator other than "|" outside of brackets */
static bool flags_compound(const struct flags_arg *arg, unsigned int first,
			   unsigned int last)
{
	int depth = 0;

	for (unsigned int i = first; i <= last; i++) {
		depth += flags_depth(arg, i);
		if (!depth && flags_operator(arg, first, i) &&
		    !flags_is(arg, i, "|"))
			return true;
	}
	return false;
}

/* position of an operator outside of brackets, or last + 1 */
static unsigned int flags_find(const struct flags_arg *arg, unsigned int first,
			       unsigned int last, const char *op)
{
	int depth = 0;

	for (unsigned int i = first; i <= last; i++) {
		depth += flags_depth(arg, i);
		if (!depth && flags_is(arg, i, op) &&
		    flags_operator(arg, first, i))
			return i;
	}
	return last + 1;
}

static bool flags_contain(const struct flags_arg *arg, unsigned int first,
			  unsigned int last, const char *flag);

static bool flags_operand(const struct flags_arg *arg, unsigned int first,
			  unsigned int last, const char *flag)
{
	if (first == last)
		return flags_is(arg, first, flag);
	return flags_strip(arg, &first, &last) &&
	       flags_contain(arg, first, last, flag);
}

/* is the flag set whatever else the expression says */
static bool flags_contain(const struct flags_arg *arg, unsigned int first,
			  unsigned int last, const char *flag)
{
	unsigned int question = flags_find(arg, first, last, "?");
	unsigned int colon, bar;

	if (question <= last) {
		colon = flags_find(arg, question + 1, last, ":");
		return colon > question + 1 && colon < last &&
		       flags_contain(arg, question + 1, colon - 1, flag) &&
		       flags_contain(arg, colon + 1, last, flag);
	}
	if (flags_compound(arg, first, last))
		return false;
	for (; first <= last; first = bar + 1) {
		bar = flags_find(arg, first, last, "|");
		if (bar > first && flags_operand(arg, first, bar - 1, flag))
			return true;
	}
	return false;
}

static void flags_op(GArray *ops, struct plan_edit *pe, enum plan_gap gap,
		     unsigned int first, unsigned int n_old, const char *a,
		     const char *b, const char *c)
{
	struct plan_op op = {
		.first = first,
		.n_old = n_old,
		.gap = gap,
		.words = { a, b, c, NULL },
		.edit = pe,
	};

	g_array_append_val(ops, op);
}

/*
 * Take a flag out of "a | FLAG | b", which may stand in parentheses.  In a
 * ternary or behind another operator it would be a guess.
 */
static const char *flags_drop(const struct flags_arg *arg, struct plan_edit *pe,
			      GArray *ops)
{
	unsigned int first = 0, last = arg->tokens->len - 1;
	unsigned int found = 0, at = 0;
	const char *drop = pe->edit->drop;
	int depth = 0;

	while (flags_strip(arg, &first, &last))
		;
	for (unsigned int i = 0; i < arg->tokens->len; i++) {
		if (flags_is(arg, i, drop)) {
			found++;
			at = i;
		}
	}
	if (found != 1)
		return found ? "the flag to drop is there more than once" :
			       "the flag to drop is not in the argument";
	for (unsigned int i = first; i < at; i++)
		depth += flags_depth(arg, i);
	if (flags_compound(arg, first, last) || depth)
		return "the flag to drop is not an operand of a plain |";
	if (at == first && at < last && flags_is(arg, at + 1, "|"))
		flags_op(ops, pe, GAP_DELETE_LEAD, flags_index(arg, at),
			 flags_index(arg, at + 1) - flags_index(arg, at) + 1,
			 NULL, NULL, NULL);
	else if (at > first && flags_is(arg, at - 1, "|"))
		flags_op(ops, pe, GAP_DELETE_TRAIL, flags_index(arg, at - 1),
			 flags_index(arg, at) - flags_index(arg, at - 1) + 1,
			 NULL, NULL, NULL);
	else
		return "the flag to drop is not an operand of a plain |";
	return NULL;
}

static void flags_replace(const struct flags_arg *arg, struct plan_edit *pe,
			  GArray *ops, const char *old, const char *word)
{
	pe->form = PLAN_REPLACE;
	pe->old = old;
	pe->word = word;
	flags_op(ops, pe, GAP_REPLACE, flags_index(arg, 0), 1, word, NULL,
		 NULL);
}

/* the flag's bit is in a constant argument, under whatever name */
static bool flags_value_has(struct rewrite_job *job,
			    const struct verdict_edit *edit)
{
	uint64_t bit;

	return edit->arg_known && job->v->tree &&
	       tree_flag(job->v->tree, edit->fold, &bit) && bit &&
	       ((uint64_t)edit->arg_value & bit) == bit;
}

static void flags_fold(const struct flags_arg *arg, struct plan_edit *pe,
		       GArray *ops)
{
	unsigned int last = arg->tokens->len - 1;
	unsigned int s = 0, e = last;
	const char *fold = pe->edit->fold;
	bool parens = flags_compound(arg, 0, last);

	/*
	 * edit->parens is true for anything that is not a constant or a name;
	 * parentheses around a->b, f(x) or (x) would only be noise.
	 */
	if (pe->edit->parens && !parens && !flags_strip(arg, &s, &e) &&
	    flags_token(arg, 0)->kind == LEX_PUNCT && !flags_is(arg, 0, "("))
		parens = true;
	pe->form = parens ? PLAN_PARENS : PLAN_OR;
	if (parens) {
		flags_op(ops, pe, GAP_BEFORE, flags_index(arg, 0), 0, "(", NULL,
			 NULL);
		flags_op(ops, pe, GAP_AFTER, flags_index(arg, last) + 1, 0, ")",
			 "|", fold);
	} else {
		flags_op(ops, pe, GAP_AFTER, flags_index(arg, last) + 1, 0, "|",
			 fold, NULL);
	}
}

/* "write" of kernels before 5.2: a truth value becomes a flag or 0 */
static void flags_write(const struct flags_arg *arg, struct plan_edit *pe,
			GArray *ops, bool fold)
{
	const char *flag = pe->edit->write, *more = pe->edit->fold;
	unsigned int last = arg->tokens->len - 1;
	bool parens = flags_find(arg, 0, last, "?") <= last;
	struct plan_op before = { .gap = GAP_BEFORE, .edit = pe };
	struct plan_op behind = { .gap = GAP_AFTER, .edit = pe };
	g_autofree char *value = NULL;
	unsigned int n = 0, k = 0;

	pe->form = PLAN_WRITE;
	before.first = flags_index(arg, 0);
	behind.first = flags_index(arg, last) + 1;
	if (fold)
		before.words[k++] = "(";
	if (parens) {
		before.tight[k] = true;
		before.words[k++] = "(";
		behind.words[n++] = ")";
	}
	behind.words[n++] = "?";
	behind.words[n++] = flag;
	behind.words[n++] = ":";
	behind.words[n++] = "0";
	if (fold) {
		behind.words[n++] = ")";
		behind.words[n++] = "|";
		behind.words[n++] = more;
	}
	value = g_strdup_printf("%s%s${x}%s ? %s : 0%s%s", fold ? "(" : "",
				parens ? "(" : "", parens ? ")" : "", flag,
				fold ? ") | " : "", fold ? more : "");
	pe->value = g_intern_string(value);
	if (k)
		g_array_append_val(ops, before);
	g_array_append_val(ops, behind);
}

/* the same for a constant; false when it is not one word */
static bool flags_write_constant(const struct flags_arg *arg,
				 struct plan_edit *pe, GArray *ops, bool fold)
{
	const struct verdict_edit *edit = pe->edit;
	const char *old = edit->arg_text, *word;
	g_autofree char *both = NULL;

	if (!edit->arg_known || arg->tokens->len != 1)
		return false;
	if (edit->arg_value)
		word = edit->write;
	else
		word = fold ? edit->fold : "0";
	if (edit->arg_value || fold)
		flags_replace(arg, pe, ops, g_intern_string(old), word);
	if (!edit->arg_value || !fold)
		return true;
	flags_op(ops, pe, GAP_AFTER, flags_index(arg, 0) + 1, 0, "|",
		 edit->fold, NULL);
	both = g_strdup_printf("%s | %s", word, edit->fold);
	pe->word = g_intern_string(both);
	return true;
}

static const char *flags_decide(struct rewrite_job *job,
				const struct flags_arg *arg,
				struct plan_edit *pe, GArray *ops)
{
	const struct verdict_edit *edit = pe->edit;
	unsigned int last = arg->tokens->len - 1;
	bool fold = edit->fold &&
		    (edit->write || !flags_value_has(job, edit)) &&
		    !flags_contain(arg, 0, last, edit->fold);
	const char *why;

	if (edit->write) {
		if (!flags_write_constant(arg, pe, ops, fold))
			flags_write(arg, pe, ops, fold);
		return NULL;
	}
	if (edit->drop && last == 0 && flags_is(arg, 0, edit->drop)) {
		flags_replace(arg, pe, ops, edit->drop,
			      fold ? edit->fold : "0");
		return NULL;
	}
	if (edit->drop) {
		why = flags_drop(arg, pe, ops);
		if (why)
			return why;
		pe->form = PLAN_DROP;
		if (fold) {
			pe->form = PLAN_DROP_OR;
			flags_op(ops, pe, GAP_AFTER, flags_index(arg, last) + 1,
				 0, "|", edit->fold, NULL);
		}
		return NULL;
	}
	if (fold && last == 0 && flags_is(arg, 0, "0"))
		flags_replace(arg, pe, ops, "0", edit->fold);
	else if (fold)
		flags_fold(arg, pe, ops);
	return NULL;
}

/* tokens of the n-th argument of a call, comments left out */
static GArray *flags_collect(const struct plan_edit *pe, int n)
{
	GArray *tokens = g_array_new(FALSE, FALSE, sizeof(unsigned int));
	const struct rewrite_text *text = pe->text;
	int depth = 0, arg = 0;

	for (unsigned int i = pe->open + 1; i < pe->close; i++) {
		const struct lex_token *token = lex_at(text->tokens, i);

		if (token->kind == LEX_COMMENT)
			continue;
		if (token->kind == LEX_PUNCT &&
		    token->end - token->start == 1) {
			char c = text->data[token->start];

			depth += !!strchr("([{", c) - !!strchr(")]}", c);
			if (c == ',' && !depth) {
				arg++;
				continue;
			}
		}
		if (arg == n)
			g_array_append_val(tokens, i);
	}
	return tokens;
}

/*
 * The index is that of the preprocessed call; a macro that stands for two
 * arguments would shift it, so the argument must read as it was analysed.
 */
static bool flags_same(const struct flags_arg *arg, const char *want)
{
	GArray *tokens = lex_text(want, strlen(want));
	unsigned int k = 0;
	bool same = true;

	for (unsigned int i = 0; same && i < tokens->len; i++) {
		const struct lex_token *a = lex_at(tokens, i);
		const struct lex_token *b;

		if (a->kind == LEX_COMMENT)
			continue;
		same = k < arg->tokens->len;
		if (!same)
			break;
		b = flags_token(arg, k++);
		same = a->end - a->start == b->end - b->start &&
		       !memcmp(want + a->start, arg->text->data + b->start,
			       a->end - a->start);
	}
	g_array_unref(tokens);
	return same && k == arg->tokens->len;
}

const char *plan_flags(struct rewrite_job *job, struct plan_edit *pe,
		       GArray *ops)
{
	const struct verdict_edit *edit = pe->edit;
	struct flags_arg arg = { .text = pe->text };
	const char *why = NULL;

	pe->form = PLAN_SAME;
	if (!edit->fold && !edit->drop && !edit->write)
		return NULL;
	if (edit->arg < 0)
		return "the call has no flags argument";
	if (pe->open == pe->name)
		return "it is not called here";
	arg.tokens = flags_collect(pe, edit->arg);
	if (!arg.tokens->len)
		why = "the flags argument is not in the text of the call";
	else if (edit->arg_text && !flags_same(&arg, edit->arg_text))
		why = "the flags argument is not what was analysed";
	else
		why = flags_decide(job, &arg, pe, ops);
	g_array_unref(arg.tokens);
	return why;
}

const char *plan_build(struct rewrite_job *job, struct plan_edit *pe,
		       GArray *ops)
{
	struct flags_arg arg = { .text = pe->text, .tokens = own_built(pe) };
	const char *why;

	if (arg.tokens->len)
		why = flags_decide(job, &arg, pe, ops);
	else
		why = "nothing is assigned there";
	g_array_unref(arg.tokens);
	return why;
}

/* last token of the n-th argument, or -1 */
static int args_last(const struct plan_edit *pe, unsigned int n)
{
	GArray *tokens = flags_collect(pe, n);
	int last = -1;

	if (tokens->len)
		last = g_array_index(tokens, unsigned int, tokens->len - 1);
	g_array_unref(tokens);
	return last;
}

static unsigned int args_count(const struct plan_edit *pe)
{
	unsigned int n = 0;

	while (args_last(pe, n) >= 0)
		n++;
	return n;
}

const char *plan_args(struct plan_edit *pe, GArray *ops)
{
	const struct rewrite_text *text = pe->text;
	uint32_t gone = pe->edit->gone;

	if (!gone)
		return NULL;
	pe->n_args = args_count(pe);
	if (pe->form == PLAN_DROP || pe->form == PLAN_DROP_OR)
		return "arguments and a flag are to go";
	for (unsigned int i = 0; i < 32; i++) {
		GArray *tokens = flags_collect(pe, i);
		unsigned int first, n;

		if (!(gone >> i & 1) || !tokens->len) {
			g_array_unref(tokens);
			continue;
		}
		first = g_array_index(tokens, unsigned int, 0);
		n = args_last(pe, i) - first + 1;
		g_array_unref(tokens);
		/* with the comma behind it, or the one in front of it */
		if (i + 1 < pe->n_args) {
			unsigned int comma = first + n;

			if (!lex_is(text->data, lex_at(text->tokens, comma),
				    ","))
				return "a comment stands in the arguments";
			flags_op(ops, pe, GAP_DELETE_LEAD, first, n + 1, NULL,
				 NULL, NULL);
		} else if (i) {
			if (!lex_is(text->data, lex_at(text->tokens, first - 1),
				    ","))
				return "a comment stands in the arguments";
			flags_op(ops, pe, GAP_DELETE_TRAIL, first - 1, n + 1,
				 NULL, NULL, NULL);
		}
	}
	return NULL;
}
