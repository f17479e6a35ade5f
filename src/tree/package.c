// SPDX-License-Identifier: GPL-2.0-only
/*
 * package.c - a distribution's headers package
 */
#include <string.h>
#include "tree/package.h"
#include "tree/private.h"

/*
 * "include /usr/src/linux-headers-6.1.0-9-common/Makefile".  A package that was
 * unpacked and not installed has its other half beside it.
 */
char *package_include(const char *kernel, const char *line)
{
	g_autofree char *name = NULL;
	g_autofree char *dir = NULL;
	g_autofree char *base = NULL;
	g_autofree char *beside = NULL;

	if (strncmp(line, "include", 7) || !g_ascii_isspace(line[7]))
		return NULL;
	name = g_strstrip(g_strdup(line + 8));
	if (strpbrk(name, "$ \t") || !g_str_has_suffix(name, "/Makefile"))
		return NULL;
	name[strlen(name) - strlen("/Makefile")] = '\0';
	dir = g_canonicalize_filename(*name ? name : "/", kernel);
	if (g_file_test(dir, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&dir);
	base = g_path_get_basename(dir);
	beside = g_build_filename(kernel, "..", base, NULL);
	if (!g_file_test(beside, G_FILE_TEST_IS_DIR))
		return g_steal_pointer(&dir);
	return g_canonicalize_filename(beside, NULL);
}

char *package_common(const char *kernel)
{
	g_autofree char *path = g_build_filename(kernel, "Makefile", NULL);
	g_autoptr(GByteArray) buf = g_byte_array_new();
	g_autofree char *why = NULL;
	g_auto(GStrv) lines = NULL;

	if (read_regular(path, buf, &why))
		return NULL;
	g_byte_array_append(buf, (const guint8 *)"", 1);
	lines = g_strsplit((const char *)buf->data, "\n", 0);
	for (char **l = lines; *l; l++) {
		g_autofree char *dir = package_include(kernel, *l);
		g_autofree char *file =
			dir ? g_build_filename(dir, "Makefile", NULL) : NULL;

		if (file && g_file_test(file, G_FILE_TEST_IS_REGULAR))
			return g_steal_pointer(&dir);
	}
	return NULL;
}

const struct arch *package_arch(const char *kernel)
{
	const struct arch *arch;

	for (unsigned int i = 0; (arch = arch_nth(i)); i++) {
		g_autofree char *dir = g_strdup_printf(
			"arch/%s/include/generated", arch->name);
		g_autofree char *path = g_build_filename(kernel, dir, NULL);

		if (g_file_test(path, G_FILE_TEST_EXISTS))
			return arch;
	}
	return NULL;
}
