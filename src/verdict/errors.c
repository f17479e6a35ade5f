// SPDX-License-Identifier: GPL-2.0-only
/*
 * errors.c - which of the compiler's errors a person has to look at
 */
#include <string.h>
#include "verdict/case.h"

/* A header that is not there is what most of the errors after it come from. */
static bool is_missing_header(const struct facts_diag *d)
{
	return d->error && g_str_has_suffix(d->text, "file not found");
}

static const struct facts_diag *main_error(const struct facts_unit *unit,
					   const char *function)
{
	const struct facts_diag *first = NULL, *inside = NULL;

	for (unsigned int i = 0; i < unit->diags->len; i++) {
		const struct facts_diag *d = unit->diags->pdata[i];

		if (!d->error || !d->loc.file)
			continue;
		if (is_missing_header(d))
			return d;
		if (!first)
			first = d;
		if (!inside && function && !g_strcmp0(d->function, function))
			inside = d;
	}
	return inside ?: function ? NULL : first;
}

const char *verdict_error(const struct facts_unit *unit, const char *function)
{
	const struct facts_diag *d = main_error(unit, function);

	return d ? verdict_printf("%s:%u: %s", d->loc.file, d->loc.line,
				  d->text) :
		   NULL;
}
