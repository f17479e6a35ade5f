/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flags_store.h - compile flags of an earlier run
 *
 * Inside tree/ only.  To say what flags a file has takes the Kconfig of an
 * architecture or of all of them.  The answers stay right as long as no
 * Makefile, no Kconfig file and no header of the kernel has come, gone or
 * changed: the stamp tells.
 */
#ifndef TREE_FLAGS_STORE_H
#define TREE_FLAGS_STORE_H

#include "tree/tree.h"

struct manifest;
struct flags_store;

/**
 * flags_stamp() - the state of all that flags are made from
 * @sum: it is added to
 * @m: files of the tree, of the kernel, ...
 *
 * The text of C files, and of headers outside of include/ and arch/, is not
 * looked at: only which there are.
 *
 * Return: false when some file is not to be trusted yet
 */
bool flags_stamp(GChecksum *sum, const struct manifest *m);

/**
 * flags_only_name_counts() - is it all the same what a file of a tree holds
 *
 * For flags, that is: a C file, or a header outside of include/ and arch/.
 */
bool flags_only_name_counts(const char *path);

/**
 * flags_store_open() - what was kept under a stamp
 * @name: of the tree
 * @stamp: of its files
 *
 * Return: (transfer full): free with flags_store_close()
 */
struct flags_store *flags_store_open(const char *name, const char *stamp);

/**
 * flags_store_close() - keep what is new, and free; NULL is fine
 */
void flags_store_close(struct flags_store *store);

/**
 * flags_store_get() - look flags up
 * @store: the store, or NULL
 * @file: relative to the root
 * @symbol: that has to be y as well, or NULL
 * @known: result: there is an answer
 *
 * Return: (transfer full): free with flags_store_free(); NULL with known: there
 * is no configuration with the symbol
 */
struct tree_compile *flags_store_get(struct flags_store *store,
				     const char *file, const char *symbol,
				     bool *known);

/**
 * flags_store_put() - add an answer
 * @store: the store, or NULL
 * @file: relative to the root
 * @symbol: that has to be y as well, or NULL
 * @tc: the flags, or NULL: there is no configuration with the symbol
 */
void flags_store_put(struct flags_store *store, const char *file,
		     const char *symbol, const struct tree_compile *tc);

/**
 * flags_store_free() - free flags
 */
void flags_store_free(struct tree_compile *tc);

#endif
