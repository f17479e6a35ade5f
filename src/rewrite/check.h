/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check.h - where the check gets its second verdict from
 *
 * Inside rewrite/ only.
 */
#ifndef REWRITE_CHECK_H
#define REWRITE_CHECK_H

#include "verdict/verdict.h"

/**
 * struct check_engine - verdict_run() and verdict_free(), or what a test
 *	puts in their place
 * @run: analyse
 * @free: free what run() returned
 */
struct check_engine {
	struct verdict *(*run)(struct tree *tree, const struct api *api,
			       const struct verdict_options *opts,
			       GError **error);
	void (*free)(struct verdict *v);
};

extern struct check_engine check_engine;

#endif
