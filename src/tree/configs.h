/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * configs.h - in which configuration a file is built
 *
 * Inside tree/ only.
 */
#ifndef TREE_CONFIGS_H
#define TREE_CONFIGS_H

#include "tree/arch.h"
#include "tree/kconfig.h"

struct configs;
struct config;
struct makefiles;

/**
 * configs_new() - the configurations of a kernel
 * @dir: absolute, of the kernel
 * @version: of it
 * @makefiles: that say what has to be y for a file; kept by the caller
 * @verbose: tell what is done
 *
 * Return: (transfer full): free with configs_free()
 */
struct configs *configs_new(const char *dir, const char *version,
			    struct makefiles *makefiles, bool verbose);

/**
 * configs_free() - free what configs_new() returned; NULL is fine
 */
void configs_free(struct configs *set);

/**
 * configs_get() - everything y, on an architecture
 * @arch: which
 * @extra: symbols that are asked for besides, NULL-terminated; the first one
 *	names the configuration; or NULL
 *
 * Return: (transfer none): as long as @set
 */
struct config *configs_get(struct configs *set, const struct arch *arch,
			   const char *const *extra);

/**
 * configs_with() - a configuration in which a file is built with a symbol
 * @file: relative to the root of the makefiles
 * @symbol: without CONFIG_
 *
 * Return: (transfer none): NULL for none
 */
struct config *configs_with(struct configs *set, const char *file,
			    const char *symbol);

/**
 * configs_choose() - the configuration to read a file in
 * @file: relative to the root of the makefiles
 * @also: symbol that has to be y as well, or NULL
 * @module: it is no file of the kernel
 *
 * Return: (transfer none): the nearest one when it is built in none
 */
struct config *configs_choose(struct configs *set, const char *file,
			      const char *also, bool module);

/**
 * config_headers() - write the headers that a build generates
 *
 * Return: (transfer none): their directory; NULL with error set
 */
const char *config_headers(struct config *config, GError **error);

/**
 * config_arch() - the architecture
 */
const struct arch *config_arch(const struct config *config);

/**
 * config_label() - "x86 allyes"
 */
const char *config_label(const struct config *config);

/**
 * config_value() - value of a symbol
 * @symbol: without CONFIG_
 *
 * Return: (transfer none): valid until another configuration of the
 * architecture is asked
 */
const char *config_value(struct config *config, const char *symbol);

#endif
