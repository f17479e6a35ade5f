// SPDX-License-Identifier: GPL-2.0-only
/*
 * scan.c - gup2pin scan: every call site with its class, action and reason
 */
#include "cmd/cmd.h"
#include "facts/json.h"
#include "report/report.h"

static const char *const formats[] = { "text", "json", NULL };

static char **facts_dirs;
static gboolean all_branches;

static const GOptionEntry entries[] = {
	{ "facts", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &facts_dirs,
	  "Take the facts that gup2pin extract -o DIR has written (repeatable)",
	  "DIR" },
	{ "all-branches", 0, 0, G_OPTION_ARG_NONE, &all_branches,
	  "Out-of-tree module: look at the branches for other kernel versions, too",
	  NULL },
	{ NULL }
};

const struct cmd_help cmd_scan_help = {
	.args = "[PATH...]",
	.summary =
		"Show every call of get_user_pages*() and pin_user_pages*() with its class, what\n"
		"to do about it, and why. PATHs are files and directories of the tree (default:\n"
		"all of it), relative to the current directory or to the tree's root.\n\n"
		"Classes: dio, longterm, data (to be pinned); notifier, pageonly, mm (not);\n"
		"unknown. Actions: keep, convert (see gup2pin convert), manual.",
	.details =
		"Examples:\n"
		"  gup2pin scan -C linux\n"
		"  gup2pin scan -C linux drivers/media --format=json\n"
		"  gup2pin scan -C linux --facts DIR   (see docs/scale.md)\n"
		"  gup2pin scan -C mymodule --kernel /lib/modules/6.12.0/build\n\n"
		"Exit status: 0 every site is as it should be, 1 at least one is to be converted\n"
		"or needs a person, 2 trouble.",
	.formats = formats,
	.entries = entries,
};

static enum cmd_status status_of(const struct verdict *v)
{
	unsigned int i;

	for (i = 0; i < v->sites->len; i++) {
		const struct verdict_site *site = v->sites->pdata[i];

		if (site->action != ACTION_KEEP)
			return CMD_FOUND;
	}
	return CMD_NOTHING;
}

static bool load_facts(struct cmd *c)
{
	GError *error = NULL;

	if (!facts_dirs)
		return true;
	c->facts = facts_load((const char *const *)facts_dirs, &error);
	if (!c->facts)
		cmd_fail(c, error);
	return c->facts;
}

int cmd_scan(int argc, char **argv)
{
	struct cmd c;
	enum cmd_status status =
		cmd_parse(&c, "scan", &cmd_scan_help, argc, argv);
	struct verdict *v;
	GString *text;

	if (status == CMD_GO_ON) {
		status = CMD_TROUBLE;
		c.all_branches = all_branches;
		c.keep = true;
		v = load_facts(&c) ? cmd_analyse(&c, c.args) : NULL;
		if (v) {
			text = g_str_equal(c.format, "json") ?
				       report_json(v) :
				       report_table(v, c.colour, c.width);
			status = cmd_print_string(&c, text, status_of(v));
		}
		verdict_free(v);
	}
	g_strfreev(facts_dirs);
	cmd_free(&c);
	return status;
}
