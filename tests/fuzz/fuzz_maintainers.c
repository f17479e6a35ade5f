// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_maintainers.c - MAINTAINERS and .mailmap */
#include <stdlib.h>
#include <glib.h>
#include "fuzz.h"
#include "tree/maintainers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const files[] = { "MAINTAINERS", ".mailmap", NULL };
	static const char *const paths[] = { "drivers/misc/poke.c", "mm/gup.c",
					     NULL };
	struct maintainers *m;
	GPtrArray *route;

	fuzz_split(data, size, files);
	m = maintainers_read(fuzz_dir(), NULL);
	if (!m)
		abort();
	fuzz_use(maintainers_section(m, paths[0]));
	route = maintainers_route(m, paths, "a patch\n+	unpin_user_page(p);\n");
	for (unsigned int i = 0; i < route->len; i++) {
		const struct maintainers_contact *c = route->pdata[i];

		if (!g_utf8_validate(c->name, -1, NULL))
			abort();
	}
	g_ptr_array_unref(route);
	maintainers_free(m);
	return 0;
}
