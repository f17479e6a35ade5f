/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kconfig.h - an all-yes configuration out of the tree's Kconfig files
 *
 * Inside tree/ only.  Reads text and never runs a command: $(shell,...) is
 * empty and $(cc-option,...) is taken to succeed.  Nothing is ever m.
 */
#ifndef TREE_KCONFIG_H
#define TREE_KCONFIG_H

#include <stdbool.h>
#include <glib.h>

struct kconfig;

/**
 * kconfig_new() - parse the Kconfig files of one architecture
 * @kernel: absolute path of the kernel tree
 * @srcarch: directory below arch/ ("x86")
 * @arch: value of $(ARCH) ("x86_64")
 *
 * Missing files are left out: a tree without Kconfig has no symbols.
 *
 * Return: (transfer full): free with kconfig_free()
 */
struct kconfig *kconfig_new(const char *kernel, const char *srcarch,
			    const char *arch);

/**
 * kconfig_free() - free what kconfig_new() returned; NULL is fine
 */
void kconfig_free(struct kconfig *kc);

/**
 * kconfig_eval() - compute the value of every symbol
 * @kc: parsed Kconfig
 * @wanted: NULL-terminated symbol names without CONFIG_: a choice takes such a
 *	member when it is visible; "!NAME" becomes n; or NULL
 *
 * Replaces the values of an earlier call.
 */
void kconfig_eval(struct kconfig *kc, const char *const *wanted);

/**
 * kconfig_known() - is there a symbol of that name
 */
bool kconfig_known(const struct kconfig *kc, const char *name);

/**
 * kconfig_lacks() - what keeps a symbol from ever being y here
 * @kc: parsed
 * @name: a symbol that it knows
 *
 * Return: (transfer none): a symbol that one has to have and that no Kconfig
 * file defines, or NULL
 */
const char *kconfig_lacks(const struct kconfig *kc, const char *name);

/**
 * kconfig_texts() - the text of all Kconfig files below a directory
 * @dir: absolute
 *
 * Links are not followed, nor directories with a dot in their names.
 *
 * Return: (transfer full)
 */
char *kconfig_texts(const char *dir);

/**
 * kconfig_value() - value of a symbol after kconfig_eval()
 * @kc: evaluated Kconfig
 * @name: without CONFIG_
 *
 * Return: (transfer none): "y", "n", a number, a string; NULL when the symbol
 * has no value or is not known
 */
const char *kconfig_value(const struct kconfig *kc, const char *name);

/**
 * kconfig_is_y() - is a symbol y after kconfig_eval()
 */
bool kconfig_is_y(const struct kconfig *kc, const char *name);

/**
 * kconfig_count() - number of known symbols
 */
unsigned int kconfig_count(const struct kconfig *kc);

/**
 * kconfig_wants() - what has to be wanted for a symbol to be y
 * @kc: evaluated Kconfig
 * @name: a symbol that is n
 * @again: what it said without that does not do: leave out as well what is n
 *	now and may be y then
 *
 * Follows the dependencies that do not hold to the choice members to pick and
 * the symbols to leave out.  Evaluate with it to see whether it is so.
 *
 * Return: (transfer full): NULL-terminated names for kconfig_eval(), @name
 * first; free with g_strfreev(); NULL when no way was found
 */
char **kconfig_wants(struct kconfig *kc, const char *name, bool again);

/**
 * kconfig_autoconf() - text of include/generated/autoconf.h
 *
 * Return: (transfer full)
 */
char *kconfig_autoconf(const struct kconfig *kc);

#endif
