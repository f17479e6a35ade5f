// SPDX-License-Identifier: GPL-2.0-only
/* decide.c - which case of pin_user_pages.rst a call site is */
#include <string.h>
#include "verdict/case.h"

/* Callers that are asked for callers of their own. */
#define MAX_UP 16

static void decided(struct verdict_case *c, enum verdict_class class,
		    double confidence, const char *why)
{
	c->site->class = class;
	c->site->confidence = confidence;
	c->site->why = why;
}

static const struct flow_event *first_event(const struct verdict_case *c,
					    enum flow_event_kind kind)
{
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == kind)
			return e;
	}
	return NULL;
}

/* A function that fills one array with calls of both families, and more than
 * one of each, compares the families: it is a test of gup, and so is its file.
 */
static bool is_gup_test(const struct verdict_work *w,
			const struct verdict_case *c)
{
	unsigned int count[2] = { 0, 0 };

	count[c->acq->family]++;
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_ACQUIRE && e->in == c->call->in)
			count[api_acquire(w->v->api, e->name)->family]++;
	}
	return count[API_GET] > 1 && count[API_PIN] > 1;
}

/* The file that defines a function of the family implements gup. */
static bool is_implementation(const struct facts_unit *unit)
{
	for (unsigned int i = 0; i < unit->refs->len; i++) {
		const struct facts_ref *r = unit->refs->pdata[i];

		/* a static one only has the name in common */
		if (r->kind == FR_DEFN && r->loc.file == unit->file &&
		    !verdict_is_own(unit, r->name))
			return true;
	}
	return false;
}

static bool decide_mm(struct verdict_work *w, struct verdict_case *c)
{
	if (api_acquire(w->v->api, c->site->function) &&
	    !verdict_is_own(c->call->in->unit, c->site->function)) {
		decided(c, CLASS_MM, 0.97,
			verdict_printf(
				"%s() is a function of the gup API itself",
				c->site->function));
		return true;
	}

	if (is_implementation(c->call->in->unit) &&
	    c->call->in->facts->file == c->call->in->unit->file) {
		decided(c, CLASS_MM, 0.97,
			verdict_printf(
				"%s defines functions of the gup API: this is its implementation",
				c->site->file));
		return true;
	}
	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *o = w->cases->pdata[i];

		if (o->site->file == c->site->file && o->trace &&
		    is_gup_test(w, o)) {
			decided(c, CLASS_MM, 0.9,
				verdict_printf(
					"%s() fills one array by get_* and by pin_* in turn: a test of gup",
					o->site->function));
			return true;
		}
	}
	return false;
}

static const struct flow_call *
guard_in(struct verdict_work *w, const struct flow_func *f, unsigned int depth)
{
	const struct flow_call *found = NULL;

	for (unsigned int k = 0; k < f->calls->len && !found; k++) {
		struct flow_call *call = f->calls->pdata[k];
		const struct api_func *af =
			call->insn->callee ?
				api_func(w->v->api, call->insn->callee) :
				NULL;

		if (af && af->notifier_guard)
			return call;
		for (unsigned int t = 0; depth && t < call->targets->len; t++)
			found = found ?:
					guard_in(w, call->targets->pdata[t],
						 depth - 1);
	}
	return found;
}

/* Something in the function of the call (or in what it calls), or in one that
 * is handed the pages, asks an mmu notifier whether they are still valid.
 */
static const struct flow_call *notifier_guard(struct verdict_work *w,
					      const struct verdict_case *c)
{
	GPtrArray *lists[] = { c->trace->funcs, c->trace->up };
	const struct flow_call *found = guard_in(w, c->call->in, 2);

	for (unsigned int l = 0; l < G_N_ELEMENTS(lists); l++)
		for (unsigned int i = 0; i < lists[l]->len; i++)
			found = found ?: guard_in(w, lists[l]->pdata[i], 0);
	return found;
}

static bool is_harmless(const struct api_func *af)
{
	for (unsigned int a = 0; a < API_CALLBACK_ARGS; a++)
		if (af->callback[a] != API_ENTRY_NONE)
			return false;
	return !af->n_effects && af->free_arg < 0 && !af->drops_ref;
}

/* Does a function nothing but call functions that are known and harmless? */
static bool is_idle(const struct verdict_work *w, const struct flow_func *f)
{
	for (unsigned int i = 0; i < f->calls->len; i++) {
		const struct flow_call *call = f->calls->pdata[i];
		const struct api_func *af =
			call->insn->callee ?
				api_func(w->v->api, call->insn->callee) :
				NULL;

		if (!af || !is_harmless(af))
			return false;
	}
	for (unsigned int b = 0; b < f->facts->n_blocks; b++)
		for (unsigned int i = 0; i < f->facts->blocks[b].n_insns; i++) {
			const struct facts_insn *in =
				&f->facts->blocks[b].insns[i];

			if (in->kind == FI_ASM ||
			    (in->kind == FI_ASSIGN && in->lhs->kind != FX_VAR))
				return false;
		}
	return true;
}

/* All that the notifier of a file does is to count: the pages stay with their
 * user, who learns of the change when they are asked for the next time.
 */
static bool only_counts(const struct verdict_work *w,
			const struct flow_call *guard)
{
	GPtrArray *funcs = flow_funcs(w->prog);
	bool any = false;

	for (unsigned int n = 0; n < funcs->len; n++) {
		const struct flow_func *f = funcs->pdata[n];

		for (unsigned int i = 0; i < f->entries->len; i++) {
			const struct flow_entry *en = f->entries->pdata[i];

			if (en->kind != API_ENTRY_NOTIFIER ||
			    f->facts->file != guard->in->facts->file)
				continue;
			any = true;
			if (!is_idle(w, f))
				return false;
		}
	}
	return any;
}

bool verdict_makes_dirty(struct verdict_work *w, const struct flow_event *e)
{
	const struct api_release *rel;
	const struct facts_expr *arg;

	if (e->kind == FLOW_DIRTY)
		return true;
	if (e->kind != FLOW_RELEASE)
		return false;
	rel = api_release(w->v->api, e->name);
	if (rel->dirty < 0 || rel->dirty >= (int)e->insn->n_args)
		return rel->dirty == -2;
	arg = e->insn->args[rel->dirty].expr;
	return arg->kind != FX_INT || arg->ival;
}

static void collect_access(struct verdict_work *w, struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len; i++)
		c->dirty |= verdict_makes_dirty(w, c->trace->events->pdata[i]);
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_USE && e->access) {
			if (!c->access_event ||
			    (e->access & (API_DEV_READ | API_DEV_WRITE) &&
			     !(c->access & (API_DEV_READ | API_DEV_WRITE))))
				c->access_event = e;
			c->access |= e->access;
		}
	}
	if (c->access)
		return;
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind != FLOW_WEAK_USE || !flow_held_at(c->trace, e))
			continue;
		c->weak = true;
		c->access_event = e;
		return;
	}
	/* Nothing is seen that writes, but the pages are marked dirty. */
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (!verdict_makes_dirty(w, e))
			continue;
		c->weak = true;
		c->access_event = e;
		return;
	}
}

/* The end of an object's life says more than one more call. */
static unsigned int telling(const struct verdict_case *c, enum api_entry kind,
			    const struct flow_entry *en)
{
	/* the field of an ops struct says more than an exit function or a worker
	 * that is part of the end
	 */
	const unsigned int field = strchr(en->text, '.') && en->kind == kind;

	if (kind == API_ENTRY_NOTIFIER)
		return c->acq->family == API_GET ? 6 : 2;
	return kind == API_ENTRY_RELEASE ? 4 + field : 0;
}

/* A worker that the end of an object sets up is part of that end. */
static enum api_entry entry_kind(struct verdict_work *w, GPtrArray *mine,
				 const struct flow_entry *en)
{
	enum api_entry kind = en->kind;
	GPtrArray *roots;

	if (kind != API_ENTRY_WORK || !en->by)
		return kind;
	roots = flow_roots(w->prog, en->by);
	for (unsigned int r = 0; r < roots->len; r++) {
		struct flow_func *root = roots->pdata[r];

		if (g_ptr_array_find(mine, root, NULL))
			continue;
		for (unsigned int k = 0; k < root->entries->len; k++) {
			const struct flow_entry *up = root->entries->pdata[k];

			if (up->kind == API_ENTRY_RELEASE)
				kind = API_ENTRY_RELEASE;
		}
	}
	g_ptr_array_unref(roots);
	return kind;
}

/* Entry points from which the releases are reached, leaving out those that the
 * acquire is reached from as well when something else is left, and code that
 * nothing calls.  @release is the one reached from @root_out.
 */
static const struct flow_entry *
collect_entries(struct verdict_work *w, struct verdict_case *c,
		struct flow_func **root_out, const struct flow_event **release)
{
	GPtrArray *mine = flow_roots(w->prog, c->call->in);
	const struct flow_entry *found = NULL;
	enum api_entry best = API_ENTRY_NONE;

	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];
		GPtrArray *roots;

		if (e->kind != FLOW_RELEASE)
			continue;
		roots = flow_roots(w->prog, e->in);
		for (unsigned int r = 0; r < roots->len; r++) {
			struct flow_func *root = roots->pdata[r];

			if (g_ptr_array_find(mine, root, NULL) ||
			    flow_dead(root))
				continue;
			if (!root->entries->len) {
				const char *made =
					flow_ends_made(c->trace, root, e);

				if (made && !c->end.text) {
					c->end.kind = API_ENTRY_RELEASE;
					c->end.text = verdict_printf(
						"the end of what %s() has made",
						made);
				}
				if (made && best != API_ENTRY_RELEASE) {
					found = &c->end;
					best = API_ENTRY_RELEASE;
					*root_out = root;
					*release = e;
				}
				c->entries |= 1u << (made ? API_ENTRY_RELEASE :
							    API_ENTRY_CALL);
				if (!*root_out) {
					*root_out = root;
					*release = e;
				}
			}
			for (unsigned int k = 0; k < root->entries->len; k++) {
				const struct flow_entry *en =
					root->entries->pdata[k];
				enum api_entry kind = entry_kind(w, mine, en);

				c->entries |= 1u << kind;
				if (kind == API_ENTRY_WORK)
					c->started |= flow_starts(c->trace, en);
				if (kind == API_ENTRY_COMPLETION)
					c->completes |=
						flow_starts(c->trace, en);
				if (!found || telling(c, kind, en) >
						      telling(c, best, found)) {
					found = en;
					best = kind;
					*root_out = root;
					*release = e;
				}
			}
		}
		g_ptr_array_unref(roots);
	}
	g_ptr_array_unref(mine);
	/* A worker that the taking call does not know of tidies up: it is no
	 * completion of what the call has started.
	 */
	if (!c->started && c->entries & (1u << API_ENTRY_RELEASE))
		c->entries &= ~(1u << API_ENTRY_WORK);
	return found;
}

static const char *access_text(const struct verdict_case *c)
{
	const struct flow_event *e = c->access_event;

	if (!e)
		return "their data";
	if (c->weak && (e->kind == FLOW_DIRTY || e->kind == FLOW_RELEASE))
		return verdict_printf(
			"their data (%s() in %s() marks them dirty)", e->name,
			e->in->facts->name);
	if (c->weak)
		return verdict_printf(
			"their physical address, which %s() passes to %s",
			e->in->facts->name, e->name);
	return verdict_printf("their data (%s%s in %s())",
			      e->name ? e->name : "kernel mapping",
			      e->name ? "()" : "", e->in->facts->name);
}

static const struct flow_event *release_outside(const struct verdict_case *c)
{
	const struct flow_event *any = NULL;

	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind != FLOW_RELEASE)
			continue;
		if (e->in != c->call->in)
			return e;
		any = e;
	}
	return any;
}

static const struct flow_event *heap_store(const struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (e->kind == FLOW_STORE && e->mask >> FLOW_HEAP &&
		    (FLOW_SHAPES(e->mask) &
		     (FLOW_BIT(API_SHAPE_PAGE) | FLOW_BIT(API_SHAPE_ARRAY) |
		      FLOW_BIT(API_SHAPE_CONTAINER) | FLOW_BIT(API_SHAPE_PFN) |
		      FLOW_BIT(API_SHAPE_MAP))))
			return e;
	}
	return NULL;
}

/* A mapping for a device that stays until it is taken down. */
static const struct flow_event *mapping(const struct verdict_work *w,
					const struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];
		const struct api_func *af =
			e->kind == FLOW_USE && e->name ?
				api_func(w->v->api, e->name) :
				NULL;

		if (af && af->maps)
			return e;
	}
	return NULL;
}

/* "before f() returns", or what is known instead of it. */
static const char *until(const struct verdict_case *c,
			 const struct flow_event *rel)
{
	/* elsewhere, and no function is known that has both calls in it */
	if (c->guarded || (!c->bound && rel->in != c->call->in))
		return "later in the same call";
	return verdict_printf("before %s() returns",
			      c->bound ? c->bound->facts->name :
					 c->site->function);
}

static void decide_bounded(struct verdict_case *c, double confidence)
{
	const struct flow_event *rel = release_outside(c);

	if (c->access & (API_DEV_READ | API_DEV_WRITE) || c->weak) {
		decided(c, CLASS_DIO,
			c->weak ? MIN(confidence, 0.65) : confidence,
			verdict_printf(
				"a device uses %s, and %s() lets go in %s() %s",
				access_text(c), rel->name, rel->in->facts->name,
				until(c, rel)));
	} else if (c->access) {
		decided(c, CLASS_DATA, confidence,
			verdict_printf(
				"the CPU %s %s, and %s() lets go in %s() %s",
				c->access & API_CPU_WRITE ? "writes" : "reads",
				access_text(c), rel->name, rel->in->facts->name,
				until(c, rel)));
	} else {
		decided(c, CLASS_PAGEONLY, confidence,
			verdict_printf(
				"only struct page is looked at, and %s() lets go in %s()",
				rel->name, rel->in->facts->name));
	}
}

/* A site that can only be come to in one way fills one kind of object: if a
 * completion lets go of these, the end of a file that does so too may only tidy
 * up what was under way.  One that several functions use may serve both cases.
 */
bool verdict_serves_several(const struct verdict_case *c)
{
	const struct flow_func *f = c->call->in;

	for (unsigned int n = 0; n < MAX_UP; n++) {
		const struct flow_func *up = NULL;

		for (unsigned int i = 0; i < f->callers->len; i++) {
			const struct flow_call *call = f->callers->pdata[i];

			if (up && call->in != up)
				return true;
			up = call->in;
		}
		if (!up)
			return false;
		if (f->entries->len)
			return true;
		f = up;
	}
	return false;
}

#define DONE_ENTRIES                                                  \
	((1u << API_ENTRY_COMPLETION) | (1u << API_ENTRY_INTERRUPT) | \
	 (1u << API_ENTRY_WORK))
#define LONG_ENTRIES ((1u << API_ENTRY_CALL) | (1u << API_ENTRY_RELEASE))

/* Who passes FOLL_LONGTERM keeps the pages, for somebody to use. */
static void doubt_pageonly(struct verdict_work *w, struct verdict_case *c)
{
	const struct facts_insn *in = c->call->insn;
	uint64_t bit;

	if (c->site->class != CLASS_PAGEONLY || c->flags < 0 ||
	    !tree_flag(w->v->tree, "FOLL_LONGTERM", &bit) ||
	    verdict_flags_has(w, c->call->in, c->call->block, c->call->index,
			      in->args[c->flags].expr, bit) != FLAGS_ALWAYS)
		return;
	decided(c, CLASS_UNKNOWN, 0.3,
		"FOLL_LONGTERM says that the pages are kept, but what keeps them was not found");
}

/* What became of pages that nothing is seen to keep or to let go of decides. */
static void doubt_forgotten(struct verdict_case *c)
{
	if (c->site->class != CLASS_PAGEONLY || !c->forgets)
		return;
	decided(c, CLASS_UNKNOWN, 0.3,
		verdict_printf(
			"%s() returns at line %u, and nothing is seen that lets go of the pages or keeps them: a leak, or a release that was not found",
			c->site->function, verdict_line(&c->forgets->loc)));
}

static void decide_unbounded(struct verdict_work *w, struct verdict_case *c,
			     double confidence)
{
	struct flow_func *root = NULL;
	const struct flow_event *rel = release_outside(c);
	const struct flow_entry *entry = collect_entries(w, c, &root, &rel);
	const struct flow_event *store = heap_store(c);
	const struct flow_event *mapped = mapping(w, c);
	bool one_io;
	const char *keeper =
		store  ? store->name :
		mapped ? verdict_printf("the mapping of %s()", mapped->name) :
			 NULL;
	const char *from = entry ? verdict_printf("%s() (%s)",
						  root->facts->name,
						  entry->text) :
			   root	 ? verdict_printf("%s()", root->facts->name) :
				   "another call of the same entry point";

	/* Pins that a later call lets go of as well are case 2. */
	if (c->entries & (1u << API_ENTRY_NOTIFIER) &&
	    (c->acq->family == API_GET || !(c->entries & LONG_ENTRIES))) {
		decided(c, CLASS_NOTIFIER, confidence,
			verdict_printf(
				"an mmu notifier callback lets go of the pages: %s() in %s(), reached from %s",
				rel->name, rel->in->facts->name, from));
		return;
	}
	if (store && !mapped && flow_released_after(c->trace)) {
		c->guarded = true;
		decide_bounded(c, MIN(confidence, 0.75));
		c->site->note =
			"the release stands behind a condition, and no other call lets go: a path may miss it";
		return;
	}
	if (!keeper &&
	    (!(c->entries & DONE_ENTRIES) || (c->entries & LONG_ENTRIES))) {
		/* No path keeps them: the walk met a path without a release. */
		c->bounded = true;
		decide_bounded(c, MIN(confidence, 0.7));
		c->site->note =
			"on some path from the call no release was found";
		c->forgets = flow_forgets(c->trace);
		doubt_pageonly(w, c);
		doubt_forgotten(c);
		return;
	}
	/* what the one way to the call starts is what its completion ends */
	one_io = c->completes && !verdict_serves_several(c);
	if ((c->entries & DONE_ENTRIES) &&
	    (one_io || !(c->entries & LONG_ENTRIES))) {
		if (!c->access && !c->weak) {
			decided(c, CLASS_PAGEONLY, MIN(confidence, 0.6),
				verdict_printf(
					"nothing touches the data; %s() lets go in %s(), reached from %s",
					rel->name, rel->in->facts->name, from));
			return;
		}
		if (c->entries & LONG_ENTRIES) {
			confidence = MIN(confidence, 0.8);
			c->site->note =
				"a later call lets go as well: of what is still under way then";
		}
		decided(c, CLASS_DIO, MIN(confidence, 0.85),
			verdict_printf(
				"%s is used by one operation, and its completion lets go: %s() in %s(), reached from %s",
				access_text(c), rel->name, rel->in->facts->name,
				from));
		return;
	}
	if (!entry)
		confidence = MIN(confidence, 0.7);
	/* another call may as well be the second half of one operation */
	if (!(c->entries & (1u << API_ENTRY_RELEASE)))
		confidence = MIN(confidence, 0.75);
	if (!c->access && !c->weak)
		confidence = MIN(confidence, 0.65);
	if (c->entries & DONE_ENTRIES) {
		confidence =
			MIN(confidence, verdict_serves_several(c) ? 0.8 : 0.7);
		c->site->note =
			"released by a completion as well as by a later call: the stricter case is taken";
	}
	decided(c, CLASS_LONGTERM, confidence,
		verdict_printf(
			"%s keeps the pages after %s() has returned; %s() lets go in %s(), reached from %s",
			keeper, c->site->function, rel->name,
			rel->in->facts->name, from));
}

/* A function that is documented to give pages to its callers for one I/O. */
static const char *io_contract(const struct verdict_work *w,
			       const struct verdict_case *c)
{
	for (unsigned int i = 0; i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];
		const struct api_func *af;

		if (e->kind != FLOW_ESCAPE_RETURN && e->kind != FLOW_OPEN_PARAM)
			continue;
		af = api_func(w->v->api, e->in->facts->name);
		if (af && af->io_contract)
			return af->name;
	}
	return NULL;
}

/* What a person has to look at. */
static const char *parse_error(const struct flow_func *func)
{
	const char *name = func->facts->name;
	const char *error = verdict_error(func->unit, name);

	return error ? verdict_printf("%s() did not parse: %s", name, error) :
		       verdict_printf("%s() did not parse", name);
}

/* A function that has the pages and of which a part is not in the facts. */
static const struct flow_func *broken_func(const struct verdict_case *c)
{
	const GPtrArray *lists[] = { c->trace->funcs, c->trace->up };

	for (unsigned int l = 0; l < G_N_ELEMENTS(lists); l++)
		for (unsigned int i = 0; i < lists[l]->len; i++) {
			const struct flow_func *f = lists[l]->pdata[i];

			if (f->facts->has_error)
				return f;
		}
	return NULL;
}

static void decide_traced(struct verdict_work *w, struct verdict_case *c)
{
	const struct flow_event *escape = first_event(c, FLOW_ESCAPE);
	const struct flow_event *take = first_event(c, FLOW_TAKE);
	const struct flow_event *ret = first_event(c, FLOW_ESCAPE_RETURN);
	const struct flow_event *open = first_event(c, FLOW_OPEN_PARAM);
	const struct flow_event *store = heap_store(c);
	const struct flow_call *guard = notifier_guard(w, c);
	double confidence = 0.95;

	c->store = store;
	collect_access(w, c);
	if (c->trace->incomplete)
		confidence -= 0.3;
	if (escape)
		confidence -= 0.25;
	c->bounded = flow_bounded(c->trace, &c->bound);
	/* A pin that is kept holds off what the notifier wants to do: case 2 */
	if (guard && (c->bounded || !store ||
		      (c->acq->family == API_GET && !only_counts(w, guard)))) {
		decided(c, CLASS_NOTIFIER, c->bounded || !store ? 0.9 : 0.8,
			verdict_printf(
				"%s() asks the mmu notifier with %s() before the pages are used",
				guard->in->facts->name, guard->insn->callee));
		return;
	}
	if (!c->bounded)
		c->contract = io_contract(w, c);
	if (c->contract) {
		decided(c, CLASS_DIO, 0.8,
			verdict_printf(
				"%s() gives the pages to its callers for one I/O, and they let go when that is done",
				c->contract));
		return;
	}
	/* what other paths let go of by themselves changes nothing */
	if (take && !store && !c->access && !c->weak &&
	    (!first_event(c, FLOW_RELEASE) || (!escape && !ret && !open))) {
		decided(c, CLASS_PAGEONLY, MIN(confidence, 0.8),
			verdict_printf(
				"%s() hands the reference on to %s() as an ordinary one, and nothing touches the data",
				take->in->facts->name, take->name));
		return;
	}
	if (!first_event(c, FLOW_RELEASE)) {
		decided(c, CLASS_UNKNOWN, 0.3,
			take ? verdict_printf(
				       "%s() in %s() takes the reference over: who lets go is not visible",
				       take->name, take->in->facts->name) :
			escape ?
			       verdict_printf(
				       "the pages go to %s in %s(), which is neither in api.json nor in the parsed files; no release was found",
				       escape->name, escape->in->facts->name) :
			ret || open ?
			       verdict_printf(
				       "%s() hands the pages to callers in other files; no release was found",
				       (ret ?: open)->in->facts->name) :
			store ?
			       verdict_printf(
				       "the pages are stored in %s, but no release of it was found",
				       store->name) :
			       verdict_printf(
				       "no release of the pages was found"));
		return;
	}
	if (c->bounded) {
		if (!c->access && !c->weak && (escape || take)) {
			decided(c, CLASS_UNKNOWN, 0.4,
				verdict_printf(
					"what %s does with the pages in %s() is not known",
					(escape ?: take)->name,
					(escape ?: take)->in->facts->name));
			return;
		}
		decide_bounded(c, confidence);
		return;
	}
	if (!store && !mapping(w, c) && (escape || take || ret || open)) {
		const struct flow_event *e = escape ?: take ?: ret ?: open;

		decided(c, CLASS_UNKNOWN, 0.4,
			verdict_printf(
				"the pages leave %s() through %s; only error paths let go here",
				e->in->facts->name,
				e == ret || e == open ?
					"its callers in other files" :
					e->name));
		return;
	}
	decide_unbounded(w, c, confidence);
}

void verdict_decide(struct verdict_work *w, struct verdict_case *c)
{
	struct verdict_site *site = c->site;
	const struct flow_func *broken;

	if (decide_mm(w, c)) {
		verdict_evidence(c);
		return;
	}
	if (c->pages == CASE_NO_PAGES) {
		decided(c, CLASS_PAGEONLY, 0.98,
			"pages is NULL: the pages are faulted in, none is kept");
		verdict_evidence(c);
		return;
	}
	broken = site->parsed ? broken_func(c) : c->call->in;
	if (broken) {
		decided(c, CLASS_UNKNOWN, 0.1, parse_error(broken));
		return;
	}
	decide_traced(w, c);
	verdict_evidence(c);
}
