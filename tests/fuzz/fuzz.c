// SPDX-License-Identifier: GPL-2.0-only
/* fuzz.c - what the fuzzers share */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include <glib/gstdio.h>
#include "fuzz.h"

#define SEPARATOR "\n%%\n"

static char *dir;
static GPtrArray *written;

static void clean(void)
{
	for (unsigned int i = 0; i < written->len; i++)
		g_unlink(written->pdata[i]);
	g_rmdir(dir);
	g_ptr_array_unref(written);
	g_free(dir);
}

const char *fuzz_dir(void)
{
	const char *base = g_file_test("/dev/shm", G_FILE_TEST_IS_DIR) ?
				   "/dev/shm" :
				   g_get_tmp_dir();

	if (dir)
		return dir;
	dir = g_build_filename(base, "gup2pin-fuzz-XXXXXX", NULL);
	if (!g_mkdtemp(dir))
		abort();
	written = g_ptr_array_new_with_free_func(g_free);
	atexit(clean);
	return dir;
}

static void write_part(const char *name, const uint8_t *data, size_t size)
{
	g_autofree char *path = g_build_filename(fuzz_dir(), name, NULL);
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		abort();
	if (!g_ptr_array_find_with_equal_func(written, path, g_str_equal, NULL))
		g_ptr_array_add(written, g_steal_pointer(&path));
}

void fuzz_split(const uint8_t *data, size_t size, const char *const *names)
{
	for (; *names; names++) {
		const uint8_t *cut = size && names[1] ?
					     memmem(data, size, SEPARATOR,
						    strlen(SEPARATOR)) :
					     NULL;
		size_t len = cut ? (size_t)(cut + 1 - data) : size;

		write_part(*names, data, len);
		if (cut)
			len += strlen(SEPARATOR) - 1;
		data += len;
		size -= len;
	}
}

/*
 * In the place of GLib's, which drops a table on purpose each time it grows:
 * LeakSanitizer would have to be told of each.
 */
const char *g_intern_string(const char *s)
{
	static GHashTable *known;
	const char *have;

	if (!s)
		return NULL;
	if (!known)
		known = g_hash_table_new(g_str_hash, g_str_equal);
	have = g_hash_table_lookup(known, s);
	if (!have) {
		have = g_strdup(s);
		g_hash_table_add(known, (char *)have);
	}
	return have;
}

const char *g_intern_static_string(const char *s)
{
	return g_intern_string(s);
}

void fuzz_use(const void *p)
{
	static const void *volatile sink;

	sink = p;
	(void)sink;
}
