// SPDX-License-Identifier: GPL-2.0-only
/*
 * findings.c - lint findings as gcc prints diagnostics
 */
#include "report/report.h"
#include "report/text.h"

static enum text_style severity_style(enum verdict_severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return TEXT_RED;
	case SEVERITY_WARNING:
		return TEXT_MAGENTA;
	default:
		return TEXT_CYAN;
	}
}

GString *report_findings(const struct verdict *v, bool colour)
{
	GString *out = g_string_new(NULL);
	unsigned int i;

	for (i = 0; i < v->findings->len; i++) {
		const struct verdict_finding *f = v->findings->pdata[i];

		text_printf(out, colour, TEXT_BOLD, "%s:%u:%u:", f->file,
			    f->line, f->column);
		g_string_append_c(out, ' ');
		text_printf(out, colour, severity_style(f->severity),
			    "%s:", verdict_severity_name(f->severity));
		g_string_append_c(out, ' ');
		text_add(out, colour, TEXT_PLAIN, f->message);
		text_printf(out, colour, TEXT_DIM, " [%s]", f->rule);
		g_string_append_c(out, '\n');
	}
	return out;
}
