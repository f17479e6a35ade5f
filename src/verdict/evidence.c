// SPDX-License-Identifier: GPL-2.0-only
/*
 * evidence.c - the path from the acquire to what decided
 *
 * A reviewer wants to see how the pages get to the place that lets go of them
 * or touches them, not everything that ever held them: of the trace's events
 * those that end a way are told, each behind the steps that lead to it.
 */
#include "verdict/case.h"

/* Told of each kind of event: what comes after says nothing new. */
#define MAX_TOLD 6

struct teller {
	struct verdict_case *c;
	GHashTable *told; /* texts with their place */
	unsigned int count[FLOW_ACQUIRE + 1];
	unsigned int untold;
};

static const struct facts_loc *insn_loc(const struct facts_insn *in)
{
	return in->kind == FI_CALL ? &in->name_loc : &in->loc;
}

static void tell(struct teller *t, enum verdict_role role,
		 const struct facts_insn *insn, const char *text)
{
	struct verdict_step *s;
	const char *key = verdict_printf("%p %s", (const void *)insn, text);

	if (!g_hash_table_add(t->told, (void *)key))
		return;
	s = g_new0(struct verdict_step, 1);
	s->role = role;
	s->loc = *insn_loc(insn);
	s->text = text;
	g_ptr_array_add(t->c->site->evidence, s);
}

static void tell_step(struct teller *t, const struct flow_step *step,
		      const struct flow_step *before)
{
	const char *in = step->in->facts->name;

	/* The acquire itself moves the pages first. */
	if (step->insn == t->c->call->insn && step->kind == STEP_LOCAL)
		return;
	if (before && before->kind == STEP_FIELD && before->in != step->in &&
	    step->kind != STEP_FIELD)
		tell(t, ROLE_PASS, step->insn,
		     verdict_printf("%s() takes them out of %s", in,
				    before->text));
	switch (step->kind) {
	case STEP_FIELD:
		tell(t, ROLE_STORE, step->insn,
		     verdict_printf("%s() stores them in %s", in, step->text));
		break;
	case STEP_PARAM:
		tell(t, ROLE_PASS, step->insn,
		     verdict_printf("%s() hands them to %s()", in,
				    step->to->facts->name));
		break;
	case STEP_OUT:
		tell(t, ROLE_RETURN, step->insn,
		     verdict_printf("%s() fills %s of %s()", in, step->text,
				    step->to->facts->name));
		break;
	case STEP_RETURN:
		tell(t, ROLE_RETURN, step->insn,
		     verdict_printf("%s() returns them", in));
		break;
	case STEP_LOCAL:
		break;
	}
}

static void tell_path(struct teller *t, const struct flow_event *e)
{
	GPtrArray *path = flow_trace_path(t->c->trace, e);

	for (unsigned int i = 0; i < path->len; i++)
		tell_step(t, path->pdata[i], i ? path->pdata[i - 1] : NULL);
	g_ptr_array_unref(path);
}

/* "f() reads their data with g()" */
static const char *use_words(const struct flow_event *e)
{
	static const char *const verbs[] = { "", "reads", "writes",
					     "reads and writes" };
	/* a mapping says little of its direction */
	static const char *const lets[] = { "", "read", "write", "use" };
	const char *in = e->in->facts->name;
	const char *by = e->name ? verdict_printf("with %s()", e->name) :
				   "through the kernel mapping";
	unsigned int cpu = !!(e->access & API_CPU_READ) +
			   2 * !!(e->access & API_CPU_WRITE);
	unsigned int dev = !!(e->access & API_DEV_READ) +
			   2 * !!(e->access & API_DEV_WRITE);

	if (!e->access)
		return verdict_printf("%s() looks at struct page only (%s)", in,
				      e->name ?: "kernel mapping");
	if (!cpu)
		return verdict_printf("%s() lets a device %s their data %s", in,
				      lets[dev], by);
	return verdict_printf("%s() %s their data %s%s", in, verbs[cpu], by,
			      dev ? ", and so does a device" : "");
}

static void tell_release(struct teller *t, const struct flow_event *e)
{
	struct verdict_release *r = g_new0(struct verdict_release, 1);

	r->loc = *insn_loc(e->insn);
	r->function = e->in->facts->name;
	r->callee = e->name;
	g_ptr_array_add(t->c->site->releases, r);
	tell(t, ROLE_RELEASE, e->insn,
	     verdict_printf("%s() lets go with %s()", r->function, r->callee));
}

/* Does a reader need to see it, apart from the ways to other events? */
static bool is_told(struct teller *t, const struct flow_event *e)
{
	switch (e->kind) {
	case FLOW_RELEASE:
		return true;
	case FLOW_STORE:
	case FLOW_PASS:
	case FLOW_RETURN:
	case FLOW_OPEN_PARAM:
	case FLOW_ACQUIRE:
		return false;
	case FLOW_WEAK_USE:
		if (!t->c->weak)
			return false;
		break;
	default:
		break;
	}
	if (e == t->c->access_event || t->count[e->kind]++ < MAX_TOLD)
		return true;
	t->untold++;
	return false;
}

static void tell_event(struct teller *t, const struct flow_event *e)
{
	const char *in = e->in->facts->name;

	switch (e->kind) {
	case FLOW_RELEASE:
		tell_release(t, e);
		break;
	case FLOW_USE:
		tell(t, ROLE_USE, e->insn, use_words(e));
		break;
	case FLOW_WEAK_USE:
		tell(t, ROLE_ASSUME, e->insn,
		     verdict_printf(
			     "%s() gives their address to %s: device access is assumed",
			     in, e->name));
		break;
	case FLOW_REF:
		tell(t, ROLE_USE, e->insn,
		     verdict_printf("%s() takes one more reference with %s()",
				    in, e->name));
		break;
	case FLOW_UNREF:
		tell(t, ROLE_USE, e->insn,
		     verdict_printf("%s() drops such a reference with %s()", in,
				    e->name));
		break;
	case FLOW_TAKE:
		tell(t, ROLE_ESCAPE, e->insn,
		     verdict_printf("%s() hands the reference over to %s()", in,
				    e->name));
		break;
	case FLOW_DIRTY:
		tell(t, ROLE_USE, e->insn,
		     verdict_printf("%s() marks them dirty with %s()", in,
				    e->name));
		break;
	case FLOW_ESCAPE:
		tell(t, ROLE_ESCAPE, e->insn,
		     verdict_printf("%s() hands them to %s, which is not known",
				    in, e->name));
		break;
	case FLOW_ESCAPE_RETURN:
		tell(t, ROLE_ESCAPE, e->insn,
		     verdict_printf("%s() may have callers in other files",
				    in));
		break;
	default:
		break;
	}
}

void verdict_evidence(struct verdict_case *c)
{
	struct teller t = { .c = c, .told = g_hash_table_new(NULL, NULL) };
	const struct facts_insn *in = c->call->insn;

	tell(&t, ROLE_ACQUIRE, in,
	     verdict_printf("%s() takes the pages in %s()", c->site->callee,
			    c->site->function));
	for (unsigned int i = 0; c->trace && i < c->trace->events->len; i++) {
		const struct flow_event *e = c->trace->events->pdata[i];

		if (!is_told(&t, e))
			continue;
		tell_path(&t, e);
		tell_event(&t, e);
	}
	if (c->store)
		tell_path(&t, c->store);
	if (t.untold)
		tell(&t, ROLE_USE, in,
		     verdict_printf("%u more uses are not shown", t.untold));
	g_hash_table_unref(t.told);
}
