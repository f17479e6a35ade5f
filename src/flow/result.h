/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * result.h - what a call's result says of its success, inside flow/ only
 */
#ifndef FLOW_RESULT_H
#define FLOW_RESULT_H

#include "flow/trace.h"

/**
 * struct result_field - a field that holds a call's result from here on
 * @record: tag
 * @name: field
 * @block: where it is set
 * @index: likewise
 */
struct result_field {
	const char *record;
	const char *name;
	unsigned int block;
	unsigned int index;
};

/**
 * struct result - definitions and fields that hold a call's result
 * @func: function around the call
 * @call: the call, NULL when none is meant: only tests of the pages count
 * @defs: (element-type guint): definitions in func
 * @fields: (element-type struct result_field): fields that get it
 * @count: it is the gup call itself: 0 means that none were taken
 * @api: knows the gup calls
 */
struct result {
	struct flow_func *func;
	const struct flow_call *call;
	GArray *defs;
	GArray *fields;
	bool count;
	const struct api *api;
};

/**
 * result_init() - follow a result through copies: ret = call(); obj->nr = ret;
 * @r: filled; free with result_fini()
 * @api: the rules
 * @call: the call
 * @count: see struct result
 */
void result_init(struct result *r, const struct api *api,
		 const struct flow_call *call, bool count);

/**
 * result_fini() - free what result_init() has filled
 */
void result_fini(struct result *r);

/**
 * result_none() - is a way out of a block taken without any pages only
 * @t: the trace
 * @r: the result
 * @func: function
 * @block: index of the block in it
 * @succ: number of the way
 *
 * Return: false when the way is open with pages, or nothing says so
 */
bool result_none(struct flow_trace *t, const struct result *r,
		 struct flow_func *func, unsigned int block, unsigned int succ);

#endif
