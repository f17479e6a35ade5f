// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_baseline.c - the baseline of lint */
#include <stdlib.h>
#include <glib.h>
#include "fuzz.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const files[] = { "baseline.json", NULL };
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	GHashTable *known;

	fuzz_split(data, size, files);
	path = g_build_filename(fuzz_dir(), files[0], NULL);
	known = report_baseline_read(path, &error);
	if (!known == !error)
		abort();
	if (known)
		g_hash_table_unref(known);
	return 0;
}
