/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan.h - checks of a planned conversion, inside verdict/ only
 */
#ifndef VERDICT_PLAN_H
#define VERDICT_PLAN_H

#include "verdict/case.h"

/**
 * verdict_plan_dialect() - fit the arguments of a call to its pin counterpart
 * @w: the run
 * @c: the case
 * @edit: of its call; write and gone are set
 *
 * The two differ where the tree's get_*() is of another version than the
 * pin_*() that is written (--assume-api).
 *
 * Return: NULL, or why it cannot be done
 */
const char *verdict_plan_dialect(struct verdict_work *w,
				 const struct verdict_case *c,
				 struct verdict_edit *edit);

/**
 * verdict_refuses_longterm() - does a pin function refuse FOLL_LONGTERM
 * @w: the run
 * @c: the case
 * @pin: name of the function that is called afterwards
 *
 * Return: NULL, or a sentence that says why
 */
const char *verdict_refuses_longterm(struct verdict_work *w,
				     const struct verdict_case *c,
				     const char *pin);

/**
 * verdict_no_counterpart() - why a function cannot become a pin_*()
 * @w: the run
 * @acq: the function
 */
const char *verdict_no_counterpart(struct verdict_work *w,
				   const struct api_acquire *acq);

/**
 * verdict_collision() - a static function that has a name of the gup API
 * @w: the run
 * @c: a case that is traced
 *
 * Its calls would be taken for the API's, and it does not compile once mm.h
 * declares that name.
 *
 * Return: NULL, or what has to be done about it
 */
const char *verdict_collision(struct verdict_work *w,
			      const struct verdict_case *c);

/**
 * verdict_check_sources() - block page sets whose releases get other pages too
 * @w: the run; blockers of its cases are set
 *
 * A release may be rewritten only if every page that reaches it comes from a
 * planned acquire: no page of the kernel's own (alloc_page(), the page cache),
 * no caller of the releasing helper with pages from elsewhere, no other store
 * into the field it loads from.
 */
void verdict_check_sources(struct verdict_work *w);

/**
 * verdict_is_ours() - does any page set that was followed reach an expression
 * @w: the run
 * @in: function
 * @block: block
 * @index: instruction before which the expression is asked for
 * @e: the expression
 */
bool verdict_is_ours(struct verdict_work *w, struct flow_func *in,
		     unsigned int block, unsigned int index,
		     const struct facts_expr *e);

/**
 * verdict_is_null() - is an expression the constant 0 or NULL
 * @e: the expression, or NULL
 */
bool verdict_is_null(const struct facts_expr *e);

/**
 * verdict_other_caller() - who may call a function and was not analysed
 * @w: the run
 * @func: the function
 *
 * Return: a source that mentions the function, or NULL
 */
const char *verdict_other_caller(struct verdict_work *w,
				 const struct flow_func *func);

/**
 * verdict_check_mixed() - block a page set that other pages are put among
 * @w: the run
 * @c: a case that would be converted; its blocker is set
 *
 * verdict_check_sources() follows the calls that are known to yield pages of
 * the kernel's own.  This looks from the other side, at each page that is
 * stored where pages of the set are: one that no call is known for, such as the
 * zero page or a page that a driver keeps for padding, is foreign too.
 */
void verdict_check_mixed(struct verdict_work *w, struct verdict_case *c);

/**
 * verdict_unseen() - sources that keep a case from being converted
 * @w: the run
 * @c: a case that is traced
 * @files: (element-type char*): result; those that have to be analysed are
 *	added, interned; none when they are too many
 */
void verdict_unseen(struct verdict_work *w, const struct verdict_case *c,
		    GPtrArray *files);

#endif
