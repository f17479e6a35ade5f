/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store.h - verdicts that are kept from run to run
 *
 * Inside verdict/ only.
 */
#ifndef VERDICT_STORE_H
#define VERDICT_STORE_H

#include "tree/kept.h"
#include "verdict/verdict.h"

/**
 * verdict_store_open() - where the result of such a run is kept
 * @opts: of the run
 *
 * Return: (transfer full): free with kept_free(); NULL: it is not kept
 */
struct kept *verdict_store_open(struct tree *tree, const struct api *api,
				const struct verdict_options *opts);

/**
 * verdict_store_get() - the verdict of an earlier run, if it is right
 * @kept: of verdict_store_open(), or NULL
 *
 * Return: (transfer full): NULL when there is none
 */
struct verdict *verdict_store_get(struct kept *kept, struct tree *tree,
				  const struct api *api);

/**
 * verdict_store_put() - keep a verdict
 * @kept: of verdict_store_open(), or NULL; knows what was read
 */
void verdict_store_put(struct kept *kept, const struct verdict *v);

/**
 * verdict_edit_free() - free a verdict_edit
 */
void verdict_edit_free(void *edit);

/**
 * verdict_site_free() - free a verdict_site
 */
void verdict_site_free(void *site);

#endif
