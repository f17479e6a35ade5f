/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * package.h - a distribution's headers package
 *
 * Inside tree/ only.
 */
#ifndef TREE_PACKAGE_H
#define TREE_PACKAGE_H

#include "tree/arch.h"

/**
 * package_include() - the directory whose Makefile a line includes
 * @kernel: directory of the Makefile that has the line
 * @line: the line
 *
 * Where the named directory is missing, one of that name beside @kernel does.
 *
 * Return: (transfer full): NULL when the line says something else; it may name
 * a directory that does not exist
 */
char *package_include(const char *kernel, const char *line);

/**
 * package_common() - the directory that the flavours of a package share
 * @kernel: directory of the package
 *
 * Return: (transfer full): NULL when its Makefile includes none
 */
char *package_common(const char *kernel);

/**
 * package_arch() - whose generated headers a directory has; NULL for none
 */
const struct arch *package_arch(const char *kernel);

#endif
