// SPDX-License-Identifier: GPL-2.0-only
/* findings.c - the lint rules a site breaks */
#include <string.h>
#include "verdict/case.h"
#include "verdict/plan.h"

struct facts_loc verdict_place(const struct verdict_case *c)
{
	struct facts_loc loc = c->call->insn->name_loc;

	if (c->first) {
		loc.file = loc.exp_file;
		loc.line = loc.exp_line;
		loc.column = loc.exp_column;
	}
	return loc;
}

struct verdict_finding *
verdict_finding_add(struct verdict_work *w, const struct verdict_site *site,
		    enum verdict_rule_id rule, enum verdict_severity severity,
		    const struct facts_loc *loc, const char *message)
{
	struct verdict_finding *f = g_new0(struct verdict_finding, 1);

	f->rule = verdict_rule(rule)->name;
	f->severity = severity;
	f->file = loc->file;
	f->line = loc->line;
	f->column = loc->column;
	f->message = message;
	f->function = site ? site->function : NULL;
	f->site = site ? site->id : NULL;
	g_ptr_array_add(w->v->findings, f);
	return f;
}

/* A wrapper of which the callers that keep the pages pass FOLL_LONGTERM. */
static bool callers_see_to_it(struct verdict_work *w,
			      const struct verdict_case *c)
{
	g_autoptr(GArray) lacking =
		g_array_new(FALSE, FALSE, sizeof(struct verdict_lacking));

	return verdict_callers_differ(w, c, lacking) && !lacking->len;
}

/* mm/gup.c: FOLL_PIN from outside is refused, so is FOLL_GET for a pin; for a
 * reference FOLL_GET says what is done anyway.
 */
static void check_internal(struct verdict_work *w, struct verdict_case *c)
{
	struct facts_loc place = verdict_place(c);
	const struct facts_loc *loc = &place;
	const struct verdict_site *s = c->site;
	uint64_t bit;

	if (!s->flags_known)
		return;
	if (tree_flag(w->v->tree, "FOLL_PIN", &bit) &&
	    (uint64_t)s->flags_value & bit)
		verdict_finding_add(
			w, s, RULE_FOLL_AT_CALL, SEVERITY_ERROR, loc,
			verdict_printf(
				"%s() is passed FOLL_PIN, which is internal to the memory manager: pin_user_pages*() set it themselves",
				s->callee));
	if (!tree_flag(w->v->tree, "FOLL_GET", &bit) ||
	    !((uint64_t)s->flags_value & bit))
		return;
	if (c->acq->family == API_PIN)
		verdict_finding_add(
			w, s, RULE_FOLL_AT_CALL, SEVERITY_ERROR, loc,
			verdict_printf(
				"%s() is passed FOLL_GET, which the kernel refuses together with the FOLL_PIN that it sets",
				s->callee));
	else
		verdict_finding_add(
			w, s, RULE_FOLL_AT_CALL, SEVERITY_NOTE, loc,
			verdict_printf(
				"%s() is passed FOLL_GET, which it sets itself: leave it out",
				s->callee));
}

/* Less is not worth a warning. */
#define MIN_CONFIDENCE 0.5

/* The pages are kept, and nothing says for how long; or too little was seen. */
static bool is_assumed(const struct verdict_case *c)
{
	if (c->site->confidence < MIN_CONFIDENCE)
		return true;
	return c->trace && !c->trace->incomplete &&
	       !(c->entries & (1u << API_ENTRY_RELEASE));
}

static void check_flags(struct verdict_work *w, struct verdict_case *c)
{
	const struct facts_insn *in = c->call->insn;
	struct facts_loc place = verdict_place(c);
	bool sure = c->site->confidence >= 0.8;
	enum flags_has has;
	uint64_t bit;

	if (c->flags < 0)
		return;
	check_internal(w, c);
	if (!tree_flag(w->v->tree, "FOLL_LONGTERM", &bit))
		return;
	has = verdict_flags_has(w, c->call->in, c->call->block, c->call->index,
				in->args[c->flags].expr, bit);
	if (c->acq->family == API_GET && has == FLAGS_ALWAYS &&
	    verdict_has_pins(w))
		verdict_finding_add(
			w, c->site, RULE_LONGTERM_WITHOUT_PIN, SEVERITY_ERROR,
			&place,
			verdict_printf(
				"%s() is passed FOLL_LONGTERM, which needs FOLL_PIN: use %s%s",
				c->site->callee,
				c->acq->pin ?: "a pin_* function",
				c->acq->pin ? "()" : ""));
	if (c->acq->family == API_PIN && c->site->class == CLASS_LONGTERM &&
	    (has == FLAGS_NEVER || has == FLAGS_SOMETIMES) &&
	    !callers_see_to_it(w, c))
		verdict_finding_add(
			w, c->site, RULE_MISSING_LONGTERM,
			sure	      ? SEVERITY_ERROR :
			is_assumed(c) ? SEVERITY_NOTE :
					SEVERITY_WARNING,
			&place,
			verdict_printf(
				"pages pinned without FOLL_LONGTERM %s the call: %s",
				sure ? "outlive" : "may outlive",
				c->site->why));
}

/* What a flow that was cut off has seen in another directory may be another
 * driver's.
 */
static bool is_far(const struct verdict_case *c, const struct flow_event *e)
{
	g_autofree char *here = g_path_get_dirname(c->site->file);
	g_autofree char *there = g_path_get_dirname(e->in->facts->file);

	return c->trace->incomplete && strcmp(here, there);
}

static bool has_event(const struct verdict_case *c, const struct flow_event *e)
{
	for (unsigned int i = 0; c->trace && i < c->trace->events->len; i++) {
		const struct flow_event *x = c->trace->events->pdata[i];

		if (x->kind == e->kind && x->insn == e->insn)
			return true;
	}
	return false;
}

/* if (pin) pin_user_pages(.., &page); else get_user_pages(.., &page): what
 * tells them apart at the release is not followed.
 */
static const struct verdict_case *alternative(const struct verdict_work *w,
					      const struct verdict_case *c,
					      const struct flow_event *e)
{
	const char *pages = c->pages >= 0 ? c->call->insn->args[c->pages].text :
					    NULL;

	for (unsigned int i = 0; pages && i < w->cases->len; i++) {
		const struct verdict_case *x = w->cases->pdata[i];

		if (x->call->in == c->call->in &&
		    x->acq->family != c->acq->family && x->pages >= 0 &&
		    !g_strcmp0(x->call->insn->args[x->pages].text, pages) &&
		    has_event(x, e))
			return x;
	}
	return NULL;
}

static bool is_pointer(const struct facts_expr *e)
{
	return !e || !e->type || strchr(e->type, '*');
}

/* A page frame number that a record of another directory keeps: whose it is
 * there, of all that have such a number, is not followed.
 */
static bool is_by_number(const struct verdict_case *c,
			 const struct flow_event *e)
{
	g_autofree char *here = g_path_get_dirname(c->site->file);
	g_autofree char *there = g_path_get_dirname(e->in->facts->file);
	g_autoptr(GPtrArray) path = flow_trace_path(c->trace, e);
	bool kept = false;

	for (unsigned int i = 0; i < path->len; i++) {
		const struct flow_step *step = path->pdata[i];

		kept |= step->kind == STEP_FIELD &&
			!is_pointer(step->insn->lhs);
	}
	return kept && strcmp(here, there);
}

static void report_release(struct verdict_work *w, struct verdict_case *c,
			   const struct flow_event *e)
{
	const struct verdict_case *other = alternative(w, c, e);
	bool parted = !other && verdict_is_parted(c, e);
	bool sure = !other && !parted && !is_by_number(c, e);
	struct verdict_finding *f;
	const char *but = "";

	if (other)
		but = verdict_printf(
			", which is for those that %s() takes instead",
			other->site->callee);
	else if (parted)
		but = ", unless the flag that is tested there keeps them apart";
	f = verdict_finding_add(
		w, c->site, RULE_RELEASE_MISMATCH,
		sure ? SEVERITY_ERROR : SEVERITY_NOTE, &e->insn->name_loc,
		verdict_printf(
			"pages that %s() %s at %s:%u %s released with %s()%s",
			c->site->callee,
			c->acq->family == API_PIN ? "pinned" : "got",
			c->site->file, c->site->line, sure ? "are" : "may be",
			e->name, but));
	f->function = e->in->facts->name;
}

/* Before there were pins, put_user_page*() was the release for get_*(). */
static bool is_era_pair(const struct verdict_work *w,
			const struct verdict_case *c)
{
	return c->acq->family == API_GET &&
	       (tree_assumed(w->v->tree) || !verdict_has_pins(w));
}

static void check_releases(struct verdict_work *w, struct verdict_case *c)
{
	if (is_era_pair(w, c))
		return;
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];
		const struct api_release *rel;

		if (e->kind != FLOW_RELEASE)
			continue;
		rel = api_release(w->v->api, e->name);
		if (rel->family != c->acq->family && !is_far(c, e) &&
		    !verdict_is_shared(w, c, e))
			report_release(w, c, e);
	}
}

static void check_leak(struct verdict_work *w, struct verdict_case *c)
{
	const struct facts_insn *out = flow_leak(c->trace);

	if (out)
		verdict_finding_add(
			w, c->site, RULE_PIN_LEAK, SEVERITY_WARNING, &out->loc,
			verdict_printf(
				"%s() returns an error here and neither lets go of the pages that %s() took (line %u) nor keeps them",
				c->site->function, c->site->callee,
				verdict_line(&c->call->insn->name_loc)));
}

/* The CPU writes through a mapping of pages that are never marked dirty: what
 * reclaim or writeback sees of a file's page may be lost (pin_user_pages.rst,
 * case 5).
 */
static void check_dirty(struct verdict_work *w, struct verdict_case *c)
{
	const struct flow_event *write = NULL;
	struct facts_loc place = verdict_place(c);

	if (c->site->class != CLASS_DATA || !(c->access & API_CPU_WRITE))
		return;
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (verdict_makes_dirty(w, e) || e->kind == FLOW_ESCAPE)
			return;
		if (e->kind == FLOW_USE && e->access & API_CPU_WRITE && !write)
			write = e;
	}
	if (write)
		verdict_finding_add(
			w, c->site, RULE_DIRTY_MISSING, SEVERITY_NOTE, &place,
			verdict_printf(
				"%s() writes the pages, and no release marks them dirty",
				write->in->facts->name));
}

static int finding_cmp(gconstpointer pa, gconstpointer pb)
{
	const struct verdict_finding *a = *(struct verdict_finding *const *)pa;
	const struct verdict_finding *b = *(struct verdict_finding *const *)pb;
	int d = strcmp(a->file, b->file);

	if (d)
		return d;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return strcmp(a->rule, b->rule);
}

void verdict_findings(struct verdict_work *w)
{
	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];
		const struct verdict_site *s = c->site;
		struct facts_loc place = verdict_place(c);
		const struct facts_loc *loc = &place;

		if (s->class == CLASS_MM)
			continue;
		check_flags(w, c);
		if (c->trace) {
			check_releases(w, c);
			check_leak(w, c);
			check_dirty(w, c);
		}
		if (s->class == CLASS_UNKNOWN)
			verdict_finding_add(
				w, s, RULE_UNCLASSIFIED, SEVERITY_NOTE, loc,
				verdict_printf("%s() was not classified: %s",
					       s->callee, s->why));
		else if (c->acq->family == API_GET &&
			 (s->class == CLASS_DIO || s->class == CLASS_LONGTERM ||
			  (s->class == CLASS_DATA && c->access & API_CPU_WRITE)))
			verdict_finding_add(
				w, s, RULE_SHOULD_PIN, SEVERITY_WARNING, loc,
				verdict_printf(
					"%s() should be %s%s: %s", s->callee,
					c->acq->pin ?: "a pin_* function",
					c->acq->pin ? "()" : "", s->why));
		else if (c->acq->family == API_PIN && c->trace &&
			 s->class == CLASS_PAGEONLY)
			verdict_finding_add(
				w, s, RULE_PIN_FOR_PAGEONLY, SEVERITY_NOTE, loc,
				verdict_printf(
					"%s() pins pages whose data nobody touches: %s",
					s->callee, s->why));
	}
}

/* A line without its white space; "" when there is none. */
static char *line_text(const struct verdict_work *w, const char *file,
		       unsigned int line)
{
	GBytes *bytes = verdict_text(w, file);
	GString *out = g_string_new(NULL);
	const char *p, *end;
	gsize len = 0;

	p = bytes ? g_bytes_get_data(bytes, &len) : NULL;
	end = p + len;
	while (p && --line && p < end) {
		p = memchr(p, '\n', end - p);
		p = p ? p + 1 : NULL;
	}
	for (; p && p < end && *p != '\n'; p++)
		if (!g_ascii_isspace(*p) && *p)
			g_string_append_c(out, *p);
	g_bytes_unref(bytes);
	return g_string_free(out, FALSE);
}

static void set_fingerprints(struct verdict_work *w)
{
	g_autoptr(GHashTable) count =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (unsigned int i = 0; i < w->v->findings->len; i++) {
		struct verdict_finding *f = w->v->findings->pdata[i];
		g_autofree char *text = line_text(w, f->file, f->line);
		char *key = g_strdup_printf("%s\n%s\n%s", f->rule,
					    f->function ?: "", text);
		unsigned int n =
			GPOINTER_TO_UINT(g_hash_table_lookup(count, key));
		g_autofree char *full = g_strdup_printf("%s\n%u", key, n);
		g_autofree char *sum = g_compute_checksum_for_string(
			G_CHECKSUM_SHA256, full, -1);

		f->fingerprint = verdict_printf("%.32s", sum);
		g_hash_table_insert(count, key, GUINT_TO_POINTER(n + 1));
	}
}

void verdict_findings_close(struct verdict_work *w)
{
	g_ptr_array_sort(w->v->findings, finding_cmp);
	set_fingerprints(w);
}
