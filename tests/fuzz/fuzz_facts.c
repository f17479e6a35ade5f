// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_facts.c - facts out of JSON; what was read is written the same again */
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include "facts/json.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct facts_unit *unit =
		facts_from_json((const char *)data, size, NULL);
	g_autofree char *once = NULL;
	g_autofree char *twice = NULL;

	if (!unit)
		return 0;
	once = facts_to_json(unit);
	facts_unit_free(unit);
	unit = facts_from_json(once, strlen(once), NULL);
	if (!unit)
		abort();
	twice = facts_to_json(unit);
	facts_unit_free(unit);
	if (strcmp(once, twice))
		abort();
	return 0;
}
