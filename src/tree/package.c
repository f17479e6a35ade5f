// SPDX-License-Identifier: GPL-2.0-only
/*
 * package.c - a distribution's headers package
 */
#include <string.h>
#include "tree/package.h"
#include "tree/private.h"

/* "include /usr/src/linux-headers-6.1.0-9-common/Makefile" */
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
		g_autofree char *file = NULL;

		if (!g_str_has_prefix(*l, "include ") || strchr(*l, '$'))
			continue;
		file = g_canonicalize_filename(g_strstrip(*l + 8), kernel);
		if (g_str_has_suffix(file, "/Makefile") &&
		    g_file_test(file, G_FILE_TEST_IS_REGULAR))
			return g_path_get_dirname(file);
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
