// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_mentions.c - the text scanner: gup names, comments, #if branches */
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include "fuzz.h"
#include "tree/tree.h"

static struct api *api;

/* What the report relies on: the name stands where it is said to stand. */
static void check(const struct tree_mention *m, const uint8_t *data,
		  size_t size)
{
	unsigned int line = 1;
	size_t start = 0;

	if (m->offset >= size || data[m->offset] != (uint8_t)m->name[0])
		abort();
	for (size_t i = 0; i < m->offset; i++) {
		if (data[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	if (m->line != line || m->column != m->offset - start + 1 ||
	    !g_utf8_validate(m->text, -1, NULL) ||
	    (m->cond && !g_utf8_validate(m->cond, -1, NULL)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* no terminator: reading past the end is an error */
	g_autofree char *copy = g_memdup2(data, size);
	const char *text = copy ? copy : "";
	GPtrArray *found, *marks;

	if (!api) {
		g_setenv("GUP2PIN_RULES", TEST_RULES_DIR, TRUE);
		api = api_load(NULL, NULL);
		if (!api)
			abort();
	}
	found = tree_mentions(api, text, size);
	for (unsigned int i = 0; i < found->len; i++)
		check(found->pdata[i], data, size);
	g_ptr_array_unref(found);
	marks = tree_marks(text, size);
	g_ptr_array_unref(marks);
	return 0;
}
