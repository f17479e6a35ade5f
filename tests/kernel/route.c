// SPDX-License-Identifier: GPL-2.0-only
/*
 * route.c - print whom maintainers.h names, for the test that compares
 *
 * usage: route TREE FILE...		one line a file: "FILE: a@x b@y"
 *        route TREE --patch PATCH...	the same for patches and the files that
 *					they change
 */
#include <stdio.h>
#include <string.h>
#include "tree/maintainers.h"

static void print(const struct maintainers *m, const char *name,
		  const char *const *paths, const char *patch)
{
	g_autoptr(GPtrArray) route = maintainers_route(m, paths, patch);

	printf("%s:", name);
	for (unsigned int i = 0; i < route->len; i++) {
		const struct maintainers_contact *c = route->pdata[i];

		printf(" %s", c->address);
	}
	putchar('\n');
}

static void print_patch(const struct maintainers *m, const char *name)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *text = NULL;
	char **lines;

	if (!g_file_get_contents(name, &text, NULL, NULL))
		return;
	lines = g_strsplit(text, "\n", -1);
	for (unsigned int i = 0; lines[i]; i++)
		if (g_str_has_prefix(lines[i], "+++ b/"))
			g_ptr_array_add(paths, g_strdup(lines[i] + 6));
	g_ptr_array_add(paths, NULL);
	print(m, name, (const char *const *)paths->pdata, text);
	g_strfreev(lines);
}

int main(int argc, char **argv)
{
	bool patches = argc > 2 && !strcmp(argv[2], "--patch");
	struct maintainers *m;
	GError *error = NULL;

	if (argc < 3)
		return 2;
	m = maintainers_read(argv[1], &error);
	if (!m) {
		fprintf(stderr, "%s\n", error->message);
		return 2;
	}
	for (int i = 2 + patches; i < argc; i++) {
		const char *const paths[] = { argv[i], NULL };

		if (patches)
			print_patch(m, argv[i]);
		else
			print(m, argv[i], paths, NULL);
	}
	maintainers_free(m);
	return 0;
}
