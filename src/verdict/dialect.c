// SPDX-License-Identifier: GPL-2.0-only
/*
 * dialect.c - the pin function that stands for a get function in this tree
 *
 * The signatures changed: write became gup_flags in 5.2, tsk went in 5.9, vmas
 * in 6.5.  In one tree get_*() and pin_*() have the same arguments; they differ
 * when the pin_*() are those of a later version (--assume-api).
 */
#include <string.h>
#include "verdict/plan.h"

/* Parameters of a get function in this tree, NULL-terminated. */
static const char *const *params_of(const struct verdict_work *w,
				    const struct api_acquire *acq)
{
	const struct tree_proto *p = tree_proto(w->v->tree, acq->name);

	return p ? p->params : acq->params;
}

/* position of a parameter, or -1 */
static int find_param(const char *const *params, const char *name)
{
	for (int i = 0; params[i]; i++)
		if (!strcmp(params[i], name))
			return i;
	return -1;
}

/* "write" of old and "gup_flags" of new kernels are one parameter */
static int find_counterpart(const struct api_acquire *acq,
			    const char *const *params, const char *name)
{
	int at = find_param(params, name);

	if (at >= 0 || !g_strv_contains(acq->flags, name))
		return at;
	for (unsigned int i = 0; acq->flags[i] && at < 0; i++)
		at = find_param(params, acq->flags[i]);
	return at;
}

static bool is_null(const struct facts_arg *arg)
{
	const struct facts_expr *e = arg->expr;

	while (e->kind == FX_CAST)
		e = e->kids[0];
	return e->kind == FX_INT && !e->ival;
}

/* Evaluating the argument does nothing but give a value. */
static bool is_idle(const struct facts_arg *arg)
{
	const char *s = arg->text ?: "(";

	return !strpbrk(s, "(=") && !strstr(s, "++") && !strstr(s, "--");
}

static const char *drop_arg(const struct facts_insn *in,
			    struct verdict_edit *edit, unsigned int i,
			    const char *name)
{
	if (i >= in->n_args || i >= 32)
		return "the call has fewer arguments than its declaration";
	if (!strcmp(name, "vmas") && !is_null(&in->args[i]))
		return verdict_printf(
			"%s() has no vmas argument: get the vmas with vma_lookup()",
			edit->to);
	if (!is_idle(&in->args[i]))
		return verdict_printf(
			"%s() has no %s argument, and the one that is given does more than name a value",
			edit->to, name);
	edit->gone |= 1u << i;
	return NULL;
}

const char *verdict_plan_dialect(struct verdict_work *w,
				 const struct verdict_case *c,
				 struct verdict_edit *edit)
{
	const struct tree_proto *to = tree_proto(w->v->tree, edit->to);
	const char *const *from = params_of(w, c->acq);
	int last = -1;

	/* no names in the header: positions are all there is */
	if (!to->n_params || !to->params[0][0] || !from[0] || !from[0][0])
		return NULL;
	for (unsigned int i = 0; from[i]; i++) {
		int at = find_counterpart(c->acq, to->params, from[i]);
		const char *why;

		if (at < 0) {
			why = drop_arg(c->call->insn, edit, i, from[i]);
			if (why)
				return why;
			continue;
		}
		if (at != last + 1)
			return verdict_printf(
				"%s() takes its arguments in another order, or more of them",
				edit->to);
		last = at;
		if (!strcmp(from[i], "write") &&
		    strcmp(to->params[at], "write"))
			edit->write = "FOLL_WRITE";
	}
	if (edit->gone && edit->drop)
		return verdict_printf(
			"both arguments and %s have to go: take %s out first",
			edit->drop, edit->drop);
	return last + 1 == (int)to->n_params ?
		       NULL :
		       verdict_printf("%s() takes more arguments than %s()",
				      edit->to, c->acq->name);
}

const char *verdict_refuses_longterm(struct verdict_work *w,
				     const struct verdict_case *c,
				     const char *pin)
{
	const struct api_acquire *acq = api_acquire(w->v->api, pin);
	unsigned int before;
	int with;

	if (!acq || !acq->no_longterm_before ||
	    !tree_version_number(acq->no_longterm_before, &before) ||
	    tree_api_version(w->v->tree) >= before)
		return NULL;
	if (!acq->no_longterm_with)
		return verdict_printf(
			"%s() refuses FOLL_LONGTERM before Linux %s: take the mmap lock and call pin_user_pages(), or call pin_user_pages_fast()",
			pin, acq->no_longterm_before);
	with = find_param(params_of(w, c->acq), acq->no_longterm_with);
	if (with < 0 || (unsigned int)with >= c->call->insn->n_args ||
	    is_null(&c->call->insn->args[with]))
		return NULL;
	return verdict_printf(
		"%s() refuses FOLL_LONGTERM together with its argument %s before Linux %s: pass NULL and keep the mmap lock",
		pin, acq->no_longterm_with, acq->no_longterm_before);
}

bool verdict_has_pins(const struct verdict_work *w)
{
	GPtrArray *protos = tree_protos(w->v->tree);

	for (unsigned int i = 0; i < protos->len; i++) {
		const struct tree_proto *p = protos->pdata[i];
		const struct api_acquire *acq = api_acquire(w->v->api, p->name);

		if (acq && acq->family == API_PIN)
			return true;
	}
	return false;
}

const char *verdict_no_counterpart(struct verdict_work *w,
				   const struct api_acquire *acq)
{
	if (!acq->pin)
		return verdict_printf(
			"no kernel has a pin counterpart of %s(): call pin_user_pages() or pin_user_pages_remote() for the one page",
			acq->name);
	if (verdict_has_pins(w))
		return verdict_printf(
			"%s() has no pin counterpart in this tree (%s() is not declared)",
			acq->name, acq->pin);
	return verdict_printf(
		"this tree declares no pin_user_pages*(): --assume-api 5.6 writes %s() for the day it does",
		acq->pin);
}

bool verdict_is_own(const struct facts_unit *unit, const char *name)
{
	for (unsigned int i = 0; name && i < unit->funcs->len; i++) {
		const struct facts_func *f = unit->funcs->pdata[i];

		if (f->is_static && f->file == unit->file &&
		    g_str_has_suffix(f->file, ".c") && !strcmp(f->name, name))
			return true;
	}
	return false;
}
