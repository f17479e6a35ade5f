// SPDX-License-Identifier: GPL-2.0-only
/* outside.c - flags of a tree that lead out of it */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "tree/outside.h"

static bool is_below(const char *path, const char *dir)
{
	g_autofree char *real = realpath(dir, NULL);
	size_t len = real ? strlen(real) : 0;

	return real && !strncmp(path, real, len) &&
	       (!path[len] || path[len] == '/');
}

static void tell(GHashTable *told, const char *const *own, const char *path)
{
	g_autofree char *real = NULL;

	if (!g_hash_table_add(told, g_strdup(path)))
		return;
	real = realpath(path, NULL);
	if (!real)
		return;
	for (; *own; own++)
		if (is_below(real, *own))
			return;
	if (strcmp(real, path))
		g_printerr("gup2pin: %s: outside of the tree: %s\n", path,
			   real);
	else
		g_printerr("gup2pin: %s: outside of the tree\n", path);
}

void outside_tell(GHashTable *told, const char *const *own,
		  const char *const *argv)
{
	static const char *const next[] = { "-I",	  "-isystem", "-iquote",
					    "-idirafter", "-include", NULL };

	for (; *argv; argv++) {
		if (g_strv_contains(next, *argv) && argv[1])
			tell(told, own, *++argv);
		else if (g_str_has_prefix(*argv, "-I") && (*argv)[2])
			tell(told, own, *argv + 2);
	}
}
