/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * overlay.h - stand-ins for the headers that a kernel build generates
 *
 * Inside tree/ only.  The files lie below the user's cache directory, in a
 * directory named after their contents; the kernel tree is not written to.
 */
#ifndef TREE_OVERLAY_H
#define TREE_OVERLAY_H

#include <stdbool.h>
#include <glib.h>
#include "tree/arch.h"
#include "tree/kconfig.h"

/* Written last: a directory that has it is complete. */
#define OVERLAY_MARKER ".complete"

/**
 * struct overlay - header files to be
 * @kernel: absolute path of the kernel tree
 * @version: of the kernel
 * @arch: whose headers
 * @kc: evaluated Kconfig
 * @files: relative path -> content
 */
struct overlay {
	const char *kernel;
	const char *version;
	const struct arch *arch;
	const struct kconfig *kc;
	GHashTable *files;
};

/**
 * overlay_make() - generate the headers and write them, once per content
 * @kernel: absolute path of the kernel tree
 * @version: of the kernel
 * @arch: architecture
 * @kc: evaluated Kconfig
 * @label: configuration, part of the key
 * @error: G2P_ERROR_IO naming the cache directory
 *
 * Return: (transfer full): absolute path of the directory, or NULL
 */
char *overlay_make(const char *kernel, const char *version,
		   const struct arch *arch, const struct kconfig *kc,
		   const char *label, GError **error);

/**
 * overlay_add() - add a header; the first of a path stays
 * @o: overlay
 * @path: relative ("include/generated/bounds.h")
 * @content: (transfer full): text
 */
void overlay_add(struct overlay *o, const char *path, char *content);

/**
 * overlay_store() - write the files below the user's cache directory
 * @files: relative path -> content
 * @label: part of the key
 * @error: G2P_ERROR_IO naming the cache directory
 *
 * Written beside its place and renamed into it, so that parallel runs do not
 * see half of it.  What is there and complete is used as it is.  When that cannot
 * be written, they go below $TMPDIR, and away with the process.
 *
 * Return: (transfer full): absolute path of the directory, or NULL
 */
char *overlay_store(GHashTable *files, const char *label, GError **error);

/**
 * overlay_read() - text of a file of the kernel tree; NULL when not there
 */
char *overlay_read(const struct overlay *o, const char *path);

/**
 * overlay_add_common() - include/generated/
 */
void overlay_add_common(struct overlay *o);

/**
 * overlay_add_asm() - arch/A/include/generated/
 */
void overlay_add_asm(struct overlay *o);

/**
 * overlay_add_unnamed() - what one architecture has in include/generated/
 */
void overlay_add_unnamed(struct overlay *o);

/**
 * overlay_add_special() - a header that is made from a table of the arch
 * @o: overlay
 * @path: where to put it
 * @name: its name ("sysreg-defs.h")
 *
 * Return: false when the name is not known
 */
bool overlay_add_special(struct overlay *o, const char *path, const char *name);

#endif
