// SPDX-License-Identifier: GPL-2.0-only
/*
 * github.c - lint findings as workflow commands, which GitHub shows at the line
 */
#include "report/report.h"
#include "report/text.h"

static const char *command_name(enum verdict_severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return "error";
	case SEVERITY_WARNING:
		return "warning";
	default:
		return "notice";
	}
}

/* A file name must not end its command, nor start another one. */
static void add_escaped(GString *out, const char *s, bool property)
{
	for (; *s; s++) {
		if (*s == '%' || *s == '\r' || *s == '\n' ||
		    (property && (*s == ':' || *s == ',')))
			g_string_append_printf(out, "%%%02X", *s);
		else
			g_string_append_c(out, *s);
	}
}

GString *report_github(const struct verdict *v)
{
	GString *out = g_string_new(NULL);

	for (unsigned int i = 0; i < v->findings->len; i++) {
		const struct verdict_finding *f = v->findings->pdata[i];
		char *message = text_clean(f->message);

		g_string_append_printf(out,
				       "::%s file=", command_name(f->severity));
		add_escaped(out, f->file, true);
		g_string_append_printf(out, ",line=%u,col=%u,title=gup2pin %s",
				       f->line, f->column, f->rule);
		g_string_append(out, "::");
		add_escaped(out, message, false);
		g_string_append_c(out, '\n');
		g_free(message);
	}
	return out;
}
