/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flags.h - compile flags for any file of a tree that was never configured
 *
 * Inside tree/ only.  Kconfig evaluation, stand-ins for generated headers,
 * choice of the architecture, Makefile flags, compile_commands.json.
 */
#ifndef TREE_FLAGS_H
#define TREE_FLAGS_H

#include "tree/tree.h"

struct tree_flags;

/**
 * tree_flags_new() - prepare; nothing is evaluated before it is asked for
 * @root: absolute path of the root
 * @kernel: absolute path of the kernel tree (equal to root, or --kernel)
 * @version: of the kernel, "6.12.117"
 * @verbose: tell on standard error what is being done
 *
 * Return: (transfer full): free with tree_flags_free()
 */
struct tree_flags *tree_flags_new(const char *root, const char *kernel,
				  const char *version, bool verbose);

/**
 * tree_flags_free() - free what tree_flags_new() returned; NULL is fine
 */
void tree_flags_free(struct tree_flags *flags);

/**
 * tree_flags_set_command() - see tree_set_command()
 */
void tree_flags_set_command(struct tree_flags *flags, const char *dir,
			    const char *file, const char *const *words);

/**
 * tree_flags_get() - see tree_compile()
 */
const struct tree_compile *tree_flags_get(struct tree_flags *flags,
					  const char *file, GError **error);

/**
 * tree_flags_builds() - see tree_builds()
 */
bool tree_flags_builds(struct tree_flags *flags, const char *file);

/**
 * tree_flags_also() - see tree_compile_also()
 */
bool tree_flags_also(struct tree_flags *flags, const char *file,
		     const char *symbol);

/**
 * tree_flags_set_version() - see tree_set_version()
 * @label: goes into the name of the configuration; NULL: none
 * @dir: that holds linux/version.h, or NULL
 */
void tree_flags_set_version(struct tree_flags *flags, const char *label,
			    const char *dir);

/**
 * tree_flags_keep() - take and keep flags from run to run
 * @f: new flags
 * @stamp: see flags_store.h
 */
void tree_flags_keep(struct tree_flags *f, const char *stamp);

#endif
