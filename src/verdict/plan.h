/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan.h - checks of a planned conversion, inside verdict/ only
 */
#ifndef VERDICT_PLAN_H
#define VERDICT_PLAN_H

#include "verdict/case.h"

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
 * verdict_unseen() - sources that keep a case from being converted
 * @w: the run
 * @c: a case that is traced
 * @files: (element-type char*): result; those that have to be analysed are
 *	added, interned; none when they are too many
 */
void verdict_unseen(struct verdict_work *w, const struct verdict_case *c,
		    GPtrArray *files);

#endif
