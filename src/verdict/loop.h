/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * loop.h - loops that do nothing but let go of an array; inside verdict/ only
 */
#ifndef VERDICT_LOOP_H
#define VERDICT_LOOP_H

#include "verdict/case.h"

/**
 * verdict_loop() - may the loop around a release become one call
 * @w: the run
 * @ev: the release, of form API_FORM_PAGE
 *
 * Proves what the text of the loop does not show: the count is not negative,
 * the counter is not used afterwards, nothing else happens in the loop.
 *
 * Return: (transfer full): what it may become, NULL when it has to stay a loop
 */
struct verdict_bulk *verdict_loop(struct verdict_work *w,
				  const struct flow_event *ev);

/**
 * signs_is_unsigned() - does a type hold no negative numbers
 */
bool signs_is_unsigned(const char *type);

/**
 * signs_not_negative() - is an expression not negative where a loop begins
 * @func: the function
 * @head: block of the loop's condition
 * @inside: per block: it belongs to the loop
 * @e: the expression, of a signed type
 */
bool signs_not_negative(struct flow_func *func, unsigned int head,
			const bool *inside, const struct facts_expr *e);

/**
 * signs_may_be_error() - may a number of pages be the error of a gup call
 * @func: the function
 * @block: block of an instruction
 * @at: the instruction, which uses the number
 * @e: the number
 * @api: knows the gup calls
 *
 * False as well where nothing is known of the number.
 */
bool signs_may_be_error(struct flow_func *func, unsigned int block,
			const struct facts_insn *at, const struct facts_expr *e,
			const struct api *api);

#endif
