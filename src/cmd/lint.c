// SPDX-License-Identifier: GPL-2.0-only
/*
 * lint.c - gup2pin lint: the rules for CI
 */
#include "cmd/cmd.h"
#include "report/report.h"

static const char *const formats[] = { "text", "json", NULL };

static char *severity;

static const GOptionEntry entries[] = {
	{ "severity", 0, 0, G_OPTION_ARG_STRING, &severity,
	  "Leave out findings below LEVEL: error, warning or note (default: note)",
	  "LEVEL" },
	{ NULL }
};

static const struct cmd_help help = {
	.args = "[PATH...]",
	.summary =
		"Report misuse of get_user_pages*() and pin_user_pages*(), in the form of\n"
		"compiler diagnostics: file:line:column: severity: message [rule].",
	.details = "Examples:\n"
		   "  gup2pin lint -C linux drivers/gpu\n"
		   "  gup2pin lint -C linux --severity=warning\n\n"
		   "Exit status: 0 no findings, 1 findings, 2 trouble.",
	.formats = formats,
	.entries = entries,
};

/* The level that --severity names; N_LEVELS when it names none. */
#define N_LEVELS (SEVERITY_NOTE + 1)
static unsigned int wanted_level(void)
{
	unsigned int level;

	if (!severity)
		return SEVERITY_NOTE;
	for (level = 0; level < N_LEVELS; level++) {
		if (g_str_equal(severity, verdict_severity_name(level)))
			break;
	}
	return level;
}

static void drop_below(struct verdict *v, unsigned int level)
{
	unsigned int i = 0;

	while (i < v->findings->len) {
		const struct verdict_finding *f = v->findings->pdata[i];

		if (f->severity > level)
			g_ptr_array_remove_index(v->findings, i);
		else
			i++;
	}
}

static enum cmd_status lint(struct cmd *c, unsigned int level)
{
	struct verdict *v = cmd_analyse(c, c->args);
	enum cmd_status status;
	GString *text;

	if (!v)
		return CMD_TROUBLE;
	drop_below(v, level);
	status = v->findings->len ? CMD_FOUND : CMD_NOTHING;
	text = g_str_equal(c->format, "json") ? report_json(v) :
						report_findings(v, c->colour);
	status = cmd_print_string(c, text, status);
	verdict_free(v);
	return status;
}

int cmd_lint(int argc, char **argv)
{
	struct cmd c;
	enum cmd_status status = cmd_parse(&c, "lint", &help, argc, argv);
	unsigned int level = wanted_level();

	if (status == CMD_GO_ON && level == N_LEVELS) {
		cmd_complain(&c, "--severity takes error, warning or note");
		status = CMD_TROUBLE;
	}
	if (status == CMD_GO_ON)
		status = lint(&c, level);
	g_free(severity);
	cmd_free(&c);
	return status;
}
