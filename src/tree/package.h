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
