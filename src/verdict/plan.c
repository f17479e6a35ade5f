// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan.c - the edits that convert a page set, or why there are none
 *
 * All or nothing: a page set is planned only when every release of it is known
 * and can be rewritten, and when nothing but pages of planned sets is ever
 * given to those releases.
 */
#include <string.h>
#include "verdict/case.h"
#include "verdict/loop.h"
#include "verdict/plan.h"

static void block_case(struct verdict_case *c, const char *why)
{
	if (!c->blocker)
		c->blocker = why;
}

bool verdict_wants(const struct verdict_case *c)
{
	return c->acq->family == API_GET && (c->site->class == CLASS_DIO ||
					     c->site->class == CLASS_LONGTERM ||
					     c->site->class == CLASS_DATA);
}

/* The edit has to find the token in the text of a file. */
static const char *not_editable(const struct facts_loc *loc, const char *what)
{
	if (loc->macro == FACTS_MACRO_BODY)
		return verdict_printf(
			"%s comes out of the body of macro %s (%s:%u)", what,
			loc->macro_name ?: "?", loc->file, loc->line);
	if (g_path_is_absolute(loc->file))
		return verdict_printf("%s is outside of the tree (%s)", what,
				      loc->file);
	return NULL;
}

/* Who has the reference then says more than what is not sure of the class. */
static void check_taken(struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_TAKE)
			block_case(
				c,
				verdict_printf(
					"%s() hands the reference over to %s() (line %u): its release is not visible",
					e->in->facts->name, e->name,
					e->insn->loc.line));
	}
}

/* if (page_count(page) > 2): what is compared there changes. */
static void check_count(struct verdict_work *w, struct verdict_case *c,
			const struct flow_event *e)
{
	const struct api_func *af = e->name ? api_func(w->v->api, e->name) :
					      NULL;

	if (af && af->counts_refs && c->acq->family == API_GET)
		block_case(
			c,
			verdict_printf(
				"%s() looks at the number of references with %s() (line %u), and a pin adds more than one",
				e->in->facts->name, e->name,
				e->insn->loc.line));
}

static void check_events(struct verdict_work *w, struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];
		const char *in = e->in->facts->name;

		switch (e->kind) {
		case FLOW_ESCAPE:
			block_case(
				c,
				verdict_printf(
					"%s() hands the pages to %s (line %u), which is neither in api.json nor in the parsed files",
					in, e->name, e->insn->loc.line));
			break;
		case FLOW_USE:
			check_count(w, c, e);
			break;
		case FLOW_REF:
			if (e->paired)
				break;
			block_case(
				c,
				verdict_printf(
					"%s() takes one more reference with %s() (line %u): which release drops which one is not decided",
					in, e->name, e->insn->loc.line));
			break;
		default:
			break;
		}
	}
}

/* The name of a release function with other arguments in the same family. */
static const char *page_release(const struct verdict_work *w)
{
	GPtrArray *protos = tree_protos(w->v->tree);

	for (unsigned int i = 0; i < protos->len; i++) {
		const struct tree_proto *p = protos->pdata[i];
		const struct api_release *r = api_release(w->v->api, p->name);

		if (r && r->family == API_PIN && r->form == API_FORM_PAGE &&
		    r->dirty == -1 && p->n_params == 1)
			return r->name;
	}
	return NULL;
}

/* folio_put(page_folio(page)): the argument is a page looked up as a folio. */
static bool is_folio_of_page(const struct verdict_work *w,
			     const struct facts_arg *arg)
{
	const char *open = arg->text ? strchr(arg->text, '(') : NULL;
	g_autofree char *name = NULL;
	const struct api_func *f;
	size_t len;

	if (!open)
		return false;
	len = strlen(arg->text);
	if (arg->text[len - 1] != ')')
		return false;
	name = g_strstrip(g_strndup(arg->text, open - arg->text));
	f = api_func(w->v->api, name);
	for (unsigned int i = 0; f && i < f->n_effects; i++)
		if (f->effects[i].kind == API_EFFECT_FLOW &&
		    f->effects[i].from == 0 && f->effects[i].to == API_ARG_RET)
			return true;
	return false;
}

static const char *counterpart(const struct verdict_work *w,
			       const char *const *names)
{
	for (; names && *names; names++)
		if (tree_proto(w->v->tree, *names))
			return *names;
	return NULL;
}

static struct verdict_edit *edit_new(struct verdict_site *site,
				     enum verdict_edit_kind kind,
				     const struct facts_insn *in,
				     const char *to)
{
	struct verdict_edit *e = g_new0(struct verdict_edit, 1);

	e->kind = kind;
	e->loc = in->name_loc;
	e->from = in->callee;
	e->to = g_intern_string(to);
	e->arg = -1;
	g_ptr_array_add(site->edits, e);
	return e;
}

/* put_user_pages_dirty_lock() had two arguments at first */
static const char *arity_differs(const struct verdict_work *w,
				 const struct api_release *rel, const char *to)
{
	const struct tree_proto *a = tree_proto(w->v->tree, rel->name);
	const struct tree_proto *b = tree_proto(w->v->tree, to);

	if (!a || !b || a->n_params == b->n_params)
		return NULL;
	return verdict_printf("%s() takes other arguments than %s()", to,
			      rel->name);
}

/* release_pages() does nothing for a negative number, unpin_*() warn */
static const char *count_is_error(const struct verdict_work *w,
				  const struct api_release *rel,
				  const struct flow_event *ev)
{
	const struct facts_insn *in = ev->insn;

	if (rel->form != API_FORM_ARRAY || rel->count < 0 ||
	    (unsigned int)rel->count >= in->n_args ||
	    !signs_may_be_error(ev->in, ev->block, in,
				in->args[rel->count].expr, w->v->api))
		return NULL;
	return verdict_printf(
		"%s() in %s(), line %u, may get an error for its number of pages",
		rel->name, ev->in->facts->name, in->name_loc.line);
}

static void plan_release(struct verdict_work *w, struct verdict_case *c,
			 const struct flow_event *ev)
{
	const struct api_release *rel = api_release(w->v->api, ev->name);
	const struct facts_insn *in = ev->insn;
	const char *why = not_editable(&in->name_loc, "a release");
	const char *to;

	if (rel->family == API_PIN && !counterpart(w, rel->unpin))
		return; /* released as a pin already */
	if (why) {
		block_case(c, why);
		return;
	}
	if (ev->in->facts->has_error) {
		const char *error =
			verdict_error(ev->in->unit, ev->in->facts->name);

		block_case(
			c,
			verdict_printf(
				"%s(), which releases the pages, did not parse%s%s",
				ev->in->facts->name, error ? ": " : "",
				error ?: ""));
		return;
	}
	if (rel->form == API_FORM_FOLIO &&
	    is_folio_of_page(w, &in->args[rel->pages])) {
		to = page_release(w);
		if (to) {
			edit_new(c->site, EDIT_RELEASE_FOLIO_PAGE, in, to);
			return;
		}
	}
	to = counterpart(w, rel->unpin);
	if (!to) {
		block_case(
			c,
			verdict_printf(
				"this tree has no counterpart of %s() for pinned pages (%s(), line %u)",
				rel->name, ev->in->facts->name,
				in->name_loc.line));
		return;
	}
	why = arity_differs(w, rel, to);
	if (!why)
		why = count_is_error(w, rel, ev);
	if (why)
		block_case(c, why);
	edit_new(c->site, EDIT_RELEASE_PAGE, in, to)->bulk =
		verdict_loop(w, ev);
}

/* Anything but constants or-ed together, or one name, gets parentheses. */
static bool needs_parens(const struct facts_arg *arg)
{
	const char *s = arg->text ?: "";

	if (arg->expr->kind == FX_COND || arg->expr->kind == FX_UNARY)
		return true;
	if (arg->expr->kind == FX_BINARY)
		return strcmp(arg->expr->name, "|");
	for (; *s; s++) {
		if (s[0] == '-' && s[1] == '>') {
			s++;
			continue;
		}
		if (strchr("?<>=&+-*/%^!~:", *s))
			return true;
	}
	return false;
}

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);
	const char *p = text;

	while (p && (p = strstr(p, word))) {
		bool before = p > text &&
			      (g_ascii_isalnum(p[-1]) || p[-1] == '_');
		bool after = g_ascii_isalnum(p[len]) || p[len] == '_';

		if (!before && !after)
			return true;
		p += len;
	}
	return false;
}

/* A pin that is taken for long-term but is not would fail on file-backed DAX and
 * move CMA pages for nothing: the release's entry point has to be known.
 */
#define MIN_CONFIDENCE 0.8

/* A call of something unknown that is given the pages: in the taking call's
 * file before any other.
 */
static const struct flow_event *first_escape(const struct verdict_case *c)
{
	const struct flow_event *found = NULL;

	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind != FLOW_ESCAPE)
			continue;
		if (e->in->facts->file == c->call->in->facts->file)
			return e;
		found = found ?: e;
	}
	return found;
}

/* What keeps the class from being sure. */
static const char *unsure(const struct verdict_case *c)
{
	const struct flow_event *escape;

	if (c->trace->incomplete)
		return "the data flow was too large to be followed to its end";
	if (!(c->entries & (1u << API_ENTRY_RELEASE)))
		return "no entry point that ends an object's life is seen to let go of them, so that they outlive the call is an assumption";
	if (!verdict_serves_several(c) &&
	    c->entries & ((1u << API_ENTRY_COMPLETION) |
			  (1u << API_ENTRY_INTERRUPT) | (1u << API_ENTRY_WORK)))
		return "a completion lets go of them as well as the end of an object: whether the pin is for one I/O has to be decided";
	if (!c->access && !c->weak)
		return "nothing is seen that touches their data";
	escape = first_escape(c);
	if (escape)
		return verdict_printf(
			"%s() also hands them to %s (line %u), which is not known",
			escape->in->facts->name, escape->name,
			verdict_line(&escape->insn->loc));
	return "where they end is not sure";
}

/* an argument that a flag is to be or-ed into */
static void set_argument(struct verdict_edit *edit, const struct facts_arg *arg,
			 int number)
{
	edit->arg = number;
	edit->arg_loc = arg->loc;
	edit->arg_text = arg->text;
	edit->arg_known = arg->expr->kind == FX_INT;
	edit->arg_value = edit->arg_known ? arg->expr->ival : 0;
	edit->parens = needs_parens(arg);
}

/*
 * The callers of a wrapper that keep the pages pass FOLL_LONGTERM, the others
 * do not.  False: the flag belongs into the wrapper.
 */
static bool plan_callers(struct verdict_work *w, struct verdict_case *c,
			 const struct verdict_edit *edit)
{
	g_autoptr(GArray) lacking =
		g_array_new(FALSE, FALSE, sizeof(struct verdict_lacking));
	const char *why = verdict_refuses_longterm(w, c, edit->to);

	if (!verdict_callers_differ(w, c, lacking))
		return false;
	if (why)
		block_case(c, why);
	for (unsigned int i = 0; i < lacking->len; i++) {
		const struct verdict_lacking *l =
			&g_array_index(lacking, struct verdict_lacking, i);
		const struct flow_call *call = l->call;
		struct verdict_edit *theirs;

		why = not_editable(&call->insn->name_loc, "a caller's flag");
		if (why)
			block_case(c, why);
		theirs = edit_new(c->site, EDIT_FLAG, call->insn,
				  call->insn->callee);
		set_argument(theirs, &call->insn->args[l->flags], l->flags);
		theirs->fold = "FOLL_LONGTERM";
	}
	c->site->note = verdict_printf(
		"%s() serves short and long-term pins: its callers pass FOLL_LONGTERM where they keep the pages",
		c->call->in->facts->name);
	return true;
}

/* FOLL_LONGTERM for a pin that outlives the call; FOLL_GET is not the callers'
 * (Documentation/core-api/pin_user_pages.rst).
 */
static void plan_flags(struct verdict_work *w, struct verdict_case *c,
		       struct verdict_edit *edit)
{
	const struct facts_insn *in = c->call->insn;
	bool want = c->site->class == CLASS_LONGTERM || c->acq->longterm;
	enum flags_has has;
	uint64_t bit;

	edit->arg = c->flags;
	if (c->flags >= 0) {
		set_argument(edit, &in->args[c->flags], c->flags);
		edit->arg_known = c->site->flags_known;
		edit->arg_value = c->site->flags_value;
		if (has_word(edit->arg_text, "FOLL_GET"))
			edit->drop = "FOLL_GET";
	}
	if (!want)
		return;
	if (c->site->confidence < MIN_CONFIDENCE && !c->acq->longterm)
		block_case(c, unsure(c));
	if (!tree_flag(w->v->tree, "FOLL_LONGTERM", &bit)) {
		block_case(c, "this tree has no FOLL_LONGTERM");
		return;
	}
	if (c->flags < 0) {
		block_case(
			c,
			verdict_printf(
				"%s() has no flags argument for FOLL_LONGTERM",
				c->site->callee));
		return;
	}
	has = verdict_flags_has(w, c->call->in, c->call->block, c->call->index,
				in->args[c->flags].expr, bit);
	if (has != FLAGS_ALWAYS && !plan_callers(w, c, edit)) {
		const char *why = verdict_refuses_longterm(w, c, edit->to);

		edit->fold = "FOLL_LONGTERM";
		if (why)
			block_case(c, why);
	}
	if (edit->fold && edit->parens && in->args[c->flags].expr->name &&
	    in->args[c->flags].expr->kind == FX_BINARY)
		c->site->note = verdict_printf(
			"the flags argument is the value of a comparison (%s)",
			edit->arg_text ?: "?");
}

static bool has_release(const struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_RELEASE)
			return true;
	}
	return false;
}

static void plan_case(struct verdict_work *w, struct verdict_case *c)
{
	const char *why = not_editable(&c->call->insn->name_loc, "the call");
	const char *to = c->acq->pin;

	if (why)
		block_case(c, why);
	check_taken(c);
	if (!to || !tree_proto(w->v->tree, to)) {
		block_case(c, verdict_no_counterpart(w, c->acq));
	} else {
		struct verdict_edit *edit =
			edit_new(c->site, EDIT_ACQUIRE, c->call->insn, to);

		plan_flags(w, c, edit);
		why = verdict_plan_dialect(w, c, edit);
		if (why)
			block_case(c, why);
	}
	why = verdict_rename_collisions(w, c);
	if (why)
		block_case(c, why);
	/* A pfn in a page table that a notifier guards looks the same. */
	if (c->weak && !c->dirty && c->site->class == CLASS_DIO)
		block_case(
			c,
			"nothing is seen that touches the data: that a device does is an assumption");
	if (c->contract)
		block_case(
			c,
			verdict_printf(
				"the callers of %s() let go, each in its own way",
				c->contract));
	if (!has_release(c))
		block_case(c, "no release of the pages was found");
	if (c->forgets)
		block_case(
			c,
			verdict_printf(
				"%s() returns at line %u, and nothing is seen that lets go of the pages or keeps them: a leak, or a release that was not found",
				c->site->function,
				verdict_line(&c->forgets->loc)));
	if (c->trace->incomplete)
		block_case(
			c,
			"the data flow was too large to be followed to its end");
	check_events(w, c);
	why = verdict_twice(w, c) ?: verdict_left_out(w, c);
	if (why)
		block_case(c, why);
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_RELEASE)
			plan_release(w, c, e);
	}
}

static bool is_mismatch(const struct verdict_work *w,
			const struct flow_event *e)
{
	return e->kind == FLOW_RELEASE &&
	       api_release(w->v->api, e->name)->family == API_GET;
}

bool verdict_mismatched(const struct verdict_work *w,
			const struct verdict_case *c)
{
	if (c->acq->family != API_PIN || c->trace->incomplete ||
	    c->site->class == CLASS_MM || c->site->class == CLASS_UNKNOWN)
		return false;
	for (unsigned int i = 0; i < c->trace->events->len; i++)
		if (is_mismatch(w, c->trace->events->pdata[i]))
			return true;
	return false;
}

/* Pinned pages that meet put_page(): the releases change, the call does not.
 * Where a release is for other pages as well, nothing is wrong with it.
 */
static void plan_releases(struct verdict_work *w, struct verdict_case *c)
{
	GPtrArray *events = c->trace->events;
	const char *why;

	if (!verdict_mismatched(w, c))
		return;
	for (unsigned int i = 0; i < events->len; i++)
		if (is_mismatch(w, events->pdata[i]) &&
		    verdict_is_shared(w, c, events->pdata[i]))
			return;
	c->wants = c->releases = true;
	check_taken(c);
	check_events(w, c);
	why = verdict_twice(w, c) ?: verdict_left_out(w, c);
	if (why)
		block_case(c, why);
	for (unsigned int i = 0; i < events->len; i++)
		if (is_mismatch(w, events->pdata[i]))
			plan_release(w, c, events->pdata[i]);
}

/* A pin that outlives the call and lacks the flag: only the flag changes. */
static void plan_longterm(struct verdict_work *w, struct verdict_case *c)
{
	const struct facts_insn *in = c->call->insn;
	struct verdict_edit *edit;
	const char *why;

	if (c->acq->family != API_PIN || c->site->class != CLASS_LONGTERM ||
	    c->flags < 0)
		return;
	edit = edit_new(c->site, EDIT_FLAG, in, in->callee);
	plan_flags(w, c, edit);
	/* its own, or those of a wrapper's callers */
	if (!edit->fold && c->site->edits->len == 1) {
		g_ptr_array_set_size(c->site->edits, 0);
		return;
	}
	c->wants = true;
	why = not_editable(&in->name_loc, "the call");
	if (why)
		block_case(c, why);
}

static unsigned int find_group(unsigned int *parent, unsigned int i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

static void join(struct verdict_work *w, unsigned int *parent,
		 GHashTable *owner, unsigned int i)
{
	struct verdict_case *c = w->cases->pdata[i];

	for (unsigned int k = 0; c->trace && k < c->trace->events->len; k++) {
		const struct flow_event *e = c->trace->events->pdata[k];
		gpointer first;

		if (e->kind != FLOW_RELEASE && e->kind != FLOW_ACQUIRE)
			continue;
		if (!g_hash_table_lookup_extended(owner, e->insn, NULL,
						  &first)) {
			g_hash_table_insert(owner, (void *)e->insn,
					    GUINT_TO_POINTER(i));
			continue;
		}
		parent[find_group(parent, i)] =
			find_group(parent, GPOINTER_TO_UINT(first));
	}
}

/* Sites that share a release, or an array, stand or fall together. */
static void make_groups(struct verdict_work *w)
{
	g_autofree unsigned int *parent =
		g_new(unsigned int, w->cases->len + 1);
	GHashTable *owner = g_hash_table_new(NULL, NULL);

	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		parent[i] = i;
		g_hash_table_insert(owner, (void *)c->call->insn,
				    GUINT_TO_POINTER(i));
	}
	for (unsigned int i = 0; i < w->cases->len; i++)
		join(w, parent, owner, i);
	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		c->site->group = find_group(parent, i) + 1;
	}
	g_hash_table_unref(owner);
}

/* One site that cannot be converted keeps its whole group from it. */
static void spread_blockers(struct verdict_work *w)
{
	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		if (!c->wants || c->blocker || !c->releases)
			continue;
		for (unsigned int k = 0; k < w->cases->len; k++) {
			struct verdict_case *o = w->cases->pdata[k];

			if (o == c || o->site->group != c->site->group)
				continue;
			/* two pins: the other one is right as it is */
			if (!o->wants && o->acq->family == API_PIN &&
			    c->acq->family == API_PIN)
				continue;
			if (!o->wants)
				block_case(
					c,
					verdict_printf(
						"shares its releases with %s() at %s:%u, which is %s and not converted",
						o->site->callee, o->site->file,
						o->site->line,
						o->keep ?
							"kept by a comment" :
							verdict_class_name(
								o->site->class)));
			else if (o->blocker)
				block_case(
					c,
					verdict_printf(
						"shares its releases with %s() at %s:%u: %s",
						o->site->callee, o->site->file,
						o->site->line, o->blocker));
		}
	}
}

static void set_action(struct verdict_case *c)
{
	struct verdict_site *s = c->site;

	if (c->keep) {
		s->action = ACTION_KEEP;
		return;
	}
	if (c->wants && !c->blocker) {
		s->action = ACTION_CONVERT;
		return;
	}
	g_ptr_array_set_size(s->edits, 0);
	if (c->wants) {
		s->action = ACTION_MANUAL;
		s->why = verdict_printf("%s; by hand because %s", s->why,
					c->blocker);
		return;
	}
	s->action = s->class == CLASS_UNKNOWN && c->acq->family == API_GET ?
			    ACTION_MANUAL :
			    ACTION_KEEP;
}

void verdict_plan(struct verdict_work *w)
{
	make_groups(w);
	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		if (!c->trace || c->keep)
			continue;
		if (verdict_wants(c)) {
			c->wants = c->releases = true;
			plan_case(w, c);
		} else {
			plan_longterm(w, c);
			plan_releases(w, c);
		}
	}
	verdict_check_sources(w);
	spread_blockers(w);
	verdict_fold_where_built(w);
	for (unsigned int i = 0; i < w->cases->len; i++)
		set_action(w->cases->pdata[i]);
}
