/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * known.h - facts of earlier runs for many files
 *
 * Inside front/ only.
 */
#ifndef FRONT_KNOWN_H
#define FRONT_KNOWN_H

#include <glib.h>
#include "facts/facts.h"
#include "tree/tree.h"

struct front_cache;

/**
 * front_known_get() - look many files up
 * @open: opens the cache: each thread has its own
 * @user: for it
 * @compiles: how each file is parsed; NULL: it has no flags
 * @n: how many
 * @jobs: threads
 * @units: result: n units, NULL for those that are not known
 * @all_reads: see front_options; or NULL
 */
void front_known_get(struct front_cache *(*open)(void *user), void *user,
		     const struct tree_compile *const *compiles, unsigned int n,
		     unsigned int jobs, struct facts_unit **units,
		     GHashTable *all_reads);

#endif
