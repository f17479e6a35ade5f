/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * valid.h - do facts have the shape that their readers rely on
 */
#ifndef FACTS_VALID_H
#define FACTS_VALID_H

#include <stdbool.h>
#include "facts/facts.h"

/**
 * struct facts_expr_shape - what an expression of a kind must have
 * @kids: number of operands, -1 for any
 * @name: it needs a name
 */
struct facts_expr_shape {
	int kids;
	bool name;
};

extern const struct facts_expr_shape facts_expr_shapes[FX_FIELD_INIT + 1];

/**
 * facts_settle() - bring facts into the form in which JSON would give them back
 *
 * What is nested too deep becomes FX_OPAQUE; only a variable has a number.
 */
void facts_settle(struct facts_unit *unit);

/**
 * facts_valid() - check facts that come from another process
 * @unit: of facts_unpack()
 *
 * What facts_from_json() sees to: kinds that exist, numbers of blocks and
 * variables that do, parts that have to be there.
 */
bool facts_valid(const struct facts_unit *unit);

#endif
