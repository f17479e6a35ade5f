/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * makefile_func.h - functions of make that kbuild files are written with
 *
 * Inside tree/ only.  After the GNU make manual, chapter "Functions for
 * Transforming Text".
 */
#ifndef TREE_MAKEFILE_FUNC_H
#define TREE_MAKEFILE_FUNC_H

#include <stdbool.h>
#include <glib.h>

/**
 * makefile_function() - what a function with expanded arguments gives
 * @name: for instance "patsubst"
 * @args: its arguments; blanks may be taken off their ends
 * @n: number of arguments
 * @dir: directory of the Makefile, absolute: relative names are below it
 * @pwd: what $(shell pwd) gives
 *
 * Return: (transfer full): "" when the function is not known
 */
char *makefile_function(const char *name, char **args, guint n, const char *dir,
			const char *pwd);

/**
 * makefile_substitute() - $(list:from=to)
 * @from: pattern with a %, or an ending
 * @to: what comes instead of it
 * @list: words
 *
 * Return: (transfer full)
 */
char *makefile_substitute(const char *from, const char *to, const char *list);

#endif
