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
 * verdict_has_pins() - does the tree declare pin_*() functions?
 * @w: the run
 *
 * Also true when they are assumed (--assume-api).
 */
bool verdict_has_pins(const struct verdict_work *w);

/**
 * verdict_no_counterpart() - why a function cannot become a pin_*()
 * @w: the run
 * @acq: the function
 */
const char *verdict_no_counterpart(struct verdict_work *w,
				   const struct api_acquire *acq);

/**
 * verdict_rename_collisions() - static functions that have a name of the API
 * @w: the run
 * @c: a case that is traced; edits are added that rename them
 *
 * Their calls would be taken for the API's, and they do not compile once mm.h
 * declares that name.
 *
 * Return: NULL, or why one cannot be renamed
 */
const char *verdict_rename_collisions(struct verdict_work *w,
				      struct verdict_case *c);

/**
 * verdict_fold_where_built() - add FOLL_LONGTERM once for several calls
 * @w: the run; edits and blockers of its cases are final
 */
void verdict_fold_where_built(struct verdict_work *w);

/**
 * verdict_mismatched() - are pinned pages released as if they were not
 * @w: the run
 * @c: a case that is traced
 */
bool verdict_mismatched(const struct verdict_work *w,
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

#define VERDICT_PAGE_SHAPES                                     \
	(FLOW_BIT(API_SHAPE_PAGE) | FLOW_BIT(API_SHAPE_ARRAY) | \
	 FLOW_BIT(API_SHAPE_CONTAINER))

/**
 * verdict_ours() - what an expression holds of any page set that is followed
 * @w: the run
 * @in: function around the expression
 * @block: position
 * @index: position
 * @e: the expression
 *
 * Return: mask of shapes, see flow.h
 */
unsigned int verdict_ours(struct verdict_work *w, struct flow_func *in,
			  unsigned int block, unsigned int index,
			  const struct facts_expr *e);

/**
 * verdict_is_foreign() - does a call yield pages that are not from gup
 * @w: the run
 * @call: the call
 * @arg: result: the argument they are written through, or API_ARG_RET
 */
bool verdict_is_foreign(struct verdict_work *w, const struct flow_call *call,
			int *arg);

/**
 * verdict_other_file() - a source that has a word and was not analysed
 * @w: the run
 * @word: the word
 * @all: (element-type char*): result: every such source; or NULL
 *
 * Return: the first one, or NULL
 */
const char *verdict_other_file(struct verdict_work *w, const char *word,
			       GPtrArray *all);

/**
 * verdict_other_origin() - may a release be given pages of another origin
 * @w: the run
 * @release: the release
 *
 * Its argument is followed back: to assignments, to the callers, to the results
 * of calls, to what fills an array, and to all stores into a field.
 *
 * Return: NULL, or which pages these are
 */
const char *verdict_other_origin(struct verdict_work *w,
				 const struct flow_event *release);

/**
 * verdict_is_one_page() - is a field no more than the array for one page
 * @w: the run
 * @pages: FX_FIELD: pointer to the pages
 * @rhs: what it is set to
 *
 * Return: true when that is the address of a field of the same file that
 * nothing else is done with
 */
bool verdict_is_one_page(const struct verdict_work *w,
			 const struct facts_expr *pages,
			 const struct facts_expr *rhs);

/**
 * verdict_twice() - is a page let go of twice on one way through a function
 * @w: the run
 * @c: a case that is traced
 *
 * Return: NULL, or a sentence that says where
 */
const char *verdict_twice(struct verdict_work *w, const struct verdict_case *c);

/**
 * verdict_is_null() - is an expression the constant 0 or NULL
 * @e: the expression, or NULL
 */
bool verdict_is_null(const struct facts_expr *e);

/**
 * verdict_ask_ahead() - look up what will be asked for some cases
 * @w: the run
 * @cases: (element-type verdict_case*): with their traces
 *
 * Each look is a pass over all words of the tree: here one for all.  It changes
 * no answer.
 */
void verdict_ask_ahead(struct verdict_work *w, const GPtrArray *cases);

/**
 * verdict_unseen() - sources that keep a case from being converted
 * @w: the run
 * @c: a case that is traced
 * @files: (element-type char*): result; those that have to be analysed are
 *	added, interned; none when they are too many
 */
void verdict_unseen(struct verdict_work *w, const struct verdict_case *c,
		    GPtrArray *files);

/**
 * verdict_asks() - does it matter who else may set a function pointer
 * @pass: an event: the pages are given to a call
 */
bool verdict_asks(const struct flow_event *pass);

/**
 * verdict_asked() - sources that were not analysed and are asked for
 * @w: the run
 * @asks: (element-type flow_ask*): for what; or NULL
 * @all: (element-type char*): all of them are added here; or NULL
 *
 * Return: the first one, or NULL
 */
const char *verdict_asked(struct verdict_work *w, const GPtrArray *asks,
			  GPtrArray *all);

#endif
