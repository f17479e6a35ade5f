// SPDX-License-Identifier: GPL-2.0-only
/*
 * ledger.c - account for every mention of a gup name
 *
 * A mention in the text is either the callee of a site or it is listed with
 * the reason why it is not.
 */
#include <string.h>
#include "verdict/case.h"

static char *place_key(const char *file, unsigned int line, unsigned int column)
{
	return g_strdup_printf("%s:%u:%u", file, line, column);
}

/**
 * struct ledger - what the mentions are compared with
 * @sites: places of sites
 * @refs: place -> facts_ref
 * @uses: places where a macro with such a reference is expanded
 * @units: file -> facts_unit
 */
struct ledger {
	GHashTable *sites;
	GHashTable *refs;
	GHashTable *uses;
	GHashTable *units;
};

static void collect(struct verdict_work *w, struct ledger *l)
{
	for (unsigned int i = 0; i < w->v->sites->len; i++) {
		const struct verdict_site *s = w->v->sites->pdata[i];

		g_hash_table_add(l->sites,
				 place_key(s->file, s->line, s->column));
	}
	for (unsigned int u = 0; u < w->v->units->len; u++) {
		struct facts_unit *unit = w->v->units->pdata[u];

		/* the second one is there for a branch of the first */
		if (!g_hash_table_contains(l->units, unit->file))
			g_hash_table_insert(l->units, (void *)unit->file, unit);
		for (unsigned int i = 0; i < unit->refs->len; i++) {
			struct facts_ref *r = unit->refs->pdata[i];

			g_hash_table_insert(l->refs,
					    place_key(r->loc.file, r->loc.line,
						      r->loc.column),
					    r);
			if (r->loc.exp_file)
				g_hash_table_add(l->uses,
						 place_key(r->loc.exp_file,
							   r->loc.exp_line,
							   r->loc.exp_column));
		}
	}
}

const char *verdict_skipped(const struct facts_unit *unit, const char *file,
			    unsigned int line)
{
	const struct facts_skip *best = NULL;

	for (unsigned int i = 0; unit && i < unit->skips->len; i++) {
		const struct facts_skip *s = unit->skips->pdata[i];

		if (s->file == file && s->first <= line && line <= s->last &&
		    (!best || s->first > best->first))
			best = s;
	}
	return best ? best->cond ?: "#if" : NULL;
}

static const char *ref_reason(const struct facts_ref *r)
{
	switch (r->kind) {
	case FR_DECL:
		return "declaration";
	case FR_DEFN:
		return "definition";
	case FR_ADDRESS:
		return "reference to the function, not a call";
	default:
		return "call that was not lowered";
	}
}

static const char *header_reason(struct verdict_work *w,
				 const struct tree_mention *m, const char *file)
{
	for (unsigned int u = 0; u < w->v->units->len; u++) {
		const char *cond =
			verdict_skipped(w->v->units->pdata[u], file, m->line);

		if (cond)
			return verdict_printf("inactive %s", cond);
	}
	if (m->cond)
		return verdict_printf(
			"header, not seen by a parsed file (inside %s)",
			m->cond);
	return "header, not seen by a parsed file";
}

/* What the text alone tells: EXPORT_SYMBOL(name), a local of that name. */
static const char *text_reason(const struct tree_mention *m)
{
	size_t len = strlen(m->name);
	const char *p = strstr(m->text, m->name);

	if (g_str_has_prefix(m->text, "EXPORT_SYMBOL"))
		return "EXPORT_SYMBOL argument";
	if (p) {
		p += len;
		while (*p == ' ' || *p == '\t')
			p++;
		if (*p != '(')
			return "identifier, not a call";
	}
	return "not seen by the compiler front end";
}

/* A macro of the name of a gup function, as compat headers have them: the call
 * is the one in its body.
 */
static const char *macro_reason(const struct verdict_work *w,
				const struct tree_mention *m)
{
	for (unsigned int i = 0; i < w->candidates->len; i++) {
		const struct tree_file *f = w->candidates->pdata[i];

		for (unsigned int k = 0; k < f->mentions->len; k++) {
			const struct tree_mention *o = f->mentions->pdata[k];

			if (o->kind == TREE_MENTION_MACRO && o->macro &&
			    !strcmp(o->macro, m->name))
				return verdict_printf(
					"%s is a macro here (%s:%u)", m->name,
					f->path, o->line);
		}
	}
	return NULL;
}

/* How many lines a call may have. */
#define CALL_LINES 8

/* A call that the compiler gave up on: what is left of it is the name. */
static const char *call_error(const struct facts_unit *unit,
			      const struct tree_mention *m,
			      const struct facts_ref *r)
{
	const char *p = strstr(m->text, m->name);

	if (!unit || !p || r->kind != FR_ADDRESS)
		return NULL;
	p += strlen(m->name);
	if (p[strspn(p, " \t")] != '(')
		return NULL;
	for (unsigned int i = 0; i < unit->diags->len; i++) {
		const struct facts_diag *d = unit->diags->pdata[i];

		if (d->error && d->loc.file == unit->file &&
		    m->line <= d->loc.line &&
		    d->loc.line < m->line + CALL_LINES)
			return verdict_printf("the call does not compile: %s",
					      d->text);
	}
	return NULL;
}

static const char *parse_error(const struct facts_unit *unit)
{
	const char *error = verdict_error(unit, NULL);

	return error ? verdict_printf("parse error: %s", error) : "parse error";
}

static const char *reason(struct verdict_work *w, struct ledger *l,
			  const struct tree_file *f,
			  const struct tree_mention *m)
{
	g_autofree char *key = place_key(f->path, m->line, m->column);
	const struct facts_ref *r = g_hash_table_lookup(l->refs, key);
	const char *file = g_intern_string(f->path);
	const struct facts_unit *unit = g_hash_table_lookup(l->units, file);
	const char *cond;

	if (r && r->kind != FR_CALL)
		return call_error(unit, m, r) ?: ref_reason(r);
	if (m->kind == TREE_MENTION_MACRO)
		return verdict_printf("in the definition of macro %s",
				      m->macro ?: "?");
	if (m->kind == TREE_MENTION_DIRECTIVE)
		return "in a preprocessor directive";
	if (unit && unit->failed)
		return verdict_printf("the file was not parsed: %s",
				      unit->failed);
	cond = verdict_skipped(unit, file, m->line);
	if (cond)
		return verdict_printf("inactive %s", cond);
	if (!unit)
		return header_reason(w, m, file);
	if (r && r->kind == FR_CALL && verdict_is_own(unit, r->name))
		return "call of the file's own function of that name";
	if (r)
		return ref_reason(r);
	if (unit->n_errors)
		return parse_error(unit);
	return macro_reason(w, m) ?: text_reason(m);
}

static void add_unparsed(struct verdict_work *w, const char *file,
			 const struct tree_mention *m, const char *why)
{
	struct verdict_unparsed *u = g_new0(struct verdict_unparsed, 1);

	u->file = g_intern_string(file);
	u->line = m->line;
	u->column = m->column;
	u->name = g_intern_string(m->name);
	u->text = g_intern_string(m->text);
	u->reason = why;
	g_ptr_array_add(w->v->unparsed, u);
}

/* Why a macro may have been expanded to a call that nobody saw; or NULL */
static const char *use_reason(const struct ledger *l,
			      const struct verdict_macro_use *use)
{
	const struct facts_unit *unit =
		g_hash_table_lookup(l->units, use->file);
	g_autofree char *key =
		place_key(use->file, use->mention->line, use->mention->column);
	const char *cond, *made;

	if (use->mention->kind != TREE_MENTION_CODE ||
	    g_hash_table_contains(l->uses, key) ||
	    g_hash_table_contains(l->sites, key) || !unit)
		return NULL;
	made = verdict_printf("; a macro made of %s() (%s:%u)", use->of->name,
			      use->of_file, use->of->line);
	if (unit->failed)
		return verdict_printf("the file was not parsed: %s%s",
				      unit->failed, made);
	cond = verdict_skipped(unit, use->file, use->mention->line);
	if (cond)
		return verdict_printf("inactive %s%s", cond, made);
	return unit->n_errors ?
		       verdict_printf("%s%s", parse_error(unit), made) :
		       NULL;
}

/* The name of a macro stands for that of the function in its body. */
static void account_uses(struct verdict_work *w, const struct ledger *l)
{
	g_autoptr(GPtrArray) uses = verdict_macro_uses(w);

	for (unsigned int i = 0; i < uses->len; i++) {
		const struct verdict_macro_use *use = uses->pdata[i];
		const char *why = use_reason(l, use);

		if (!why)
			continue;
		w->v->mentions++;
		add_unparsed(w, use->file, use->mention, why);
	}
}

/* A call of which nothing is known, and that is not left out on purpose. */
static bool is_lost(const char *why)
{
	static const char *const reasons[] = {
		"the call does not compile",	      "the file was not parsed",
		"call that was not lowered",	      "parse error",
		"not seen by the compiler front end",
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(reasons); i++)
		if (g_str_has_prefix(why, reasons[i]))
			return true;
	return false;
}

/* A gate that did not look must not look as if there were nothing to see. */
static void report_lost(struct verdict_work *w)
{
	bool found = false;

	for (unsigned int i = 0; i < w->v->unparsed->len; i++) {
		const struct verdict_unparsed *u = w->v->unparsed->pdata[i];
		const struct facts_loc loc = { .file = u->file,
					       .line = u->line,
					       .column = u->column };

		if (!is_lost(u->reason))
			continue;
		found = true;
		verdict_finding_add(w, NULL, RULE_UNPARSED, SEVERITY_WARNING,
				    &loc,
				    verdict_printf("%s() was not analysed: %s",
						   u->name, u->reason));
	}
	if (found)
		verdict_findings_close(w);
}

void verdict_ledger(struct verdict_work *w)
{
	struct ledger l = {
		.sites = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       NULL),
		.refs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      NULL),
		.uses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      NULL),
		.units = g_hash_table_new(g_direct_hash, g_direct_equal),
	};

	collect(w, &l);
	for (unsigned int i = 0; i < w->candidates->len; i++) {
		const struct tree_file *f = w->candidates->pdata[i];

		for (unsigned int k = 0; k < f->mentions->len; k++) {
			const struct tree_mention *m = f->mentions->pdata[k];
			g_autofree char *key =
				place_key(f->path, m->line, m->column);

			w->v->mentions++;
			if (!g_hash_table_contains(l.sites, key))
				add_unparsed(w, f->path, m,
					     reason(w, &l, f, m));
		}
	}
	account_uses(w, &l);
	report_lost(w);
	g_hash_table_unref(l.sites);
	g_hash_table_unref(l.refs);
	g_hash_table_unref(l.uses);
	g_hash_table_unref(l.units);
}
