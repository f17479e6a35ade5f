// SPDX-License-Identifier: GPL-2.0-only
/*
 * lint.c - gup2pin lint: the rules for CI
 */
#include <string.h>
#include "cmd/lint.h"
#include "report/report.h"

static const char *const formats[] = { "text",	   "json",  "github",
				       "markdown", "sarif", NULL };

static struct lint_choice choice;

static const GOptionEntry entries[] = {
	{ "severity", 0, 0, G_OPTION_ARG_STRING, &choice.severity,
	  "Leave out findings below this level (default: note)",
	  "error|warning|note" },
	{ "error-on", 0, 0, G_OPTION_ARG_STRING, &choice.error_on,
	  "Exit with 1 only when a finding is of this level or worse (default: note)",
	  "error|warning|note|never" },
	{ "disable", 0, 0, G_OPTION_ARG_STRING_ARRAY, &choice.disable,
	  "Leave these rules out: names with commas between, or all (repeatable)",
	  "RULE,..." },
	{ "enable", 0, 0, G_OPTION_ARG_STRING_ARRAY, &choice.enable,
	  "Report these rules, even after --disable (repeatable)", "RULE,..." },
	{ "diff", 0, 0, G_OPTION_ARG_STRING, &choice.diff,
	  "Report only what REVISION of the git repository does not have",
	  "REVISION" },
	{ "baseline", 0, 0, G_OPTION_ARG_FILENAME, &choice.baseline,
	  "Report only what is not in this file", "FILE" },
	{ "write-baseline", 0, 0, G_OPTION_ARG_FILENAME, &choice.write_baseline,
	  "Write the findings to this file for --baseline", "FILE" },
	{ "changed", 0, 0, G_OPTION_ARG_FILENAME, &choice.changed,
	  "Report only what concerns the files named in this one, a line each (-: standard input)",
	  "FILE" },
	{ "also", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &choice.also,
	  "Write the findings to a file as well, in another format (repeatable)",
	  "FORMAT=FILE" },
	{ "all-branches", 0, 0, G_OPTION_ARG_NONE, &choice.all_branches,
	  "Out-of-tree module: look at the branches for other kernel versions, too",
	  NULL },
	{ "spatch", 0, 0, G_OPTION_ARG_FILENAME, &choice.spatch,
	  "The spatch that makes the fixes of --format=sarif", "PROGRAM" },
	{ "kbuild", 0, 0, G_OPTION_ARG_NONE, &choice.kbuild,
	  "Check one file of a kernel build, as make C=2 asks for it; the compiler's words follow",
	  NULL },
	{ "list-rules", 0, 0, G_OPTION_ARG_NONE, &choice.list, "List the rules",
	  NULL },
	{ "explain-rule", 0, 0, G_OPTION_ARG_STRING, &choice.explain,
	  "Say what a rule means and what to do", "RULE" },
	{ NULL }
};

const struct cmd_help cmd_lint_help = {
	.args = "[PATH...]",
	.summary =
		"Report misuse of get_user_pages*() and pin_user_pages*(), in the form of\n"
		"compiler diagnostics: file:line:column: severity: message [rule].",
	.details =
		"Examples:\n"
		"  gup2pin lint -C linux drivers/gpu\n"
		"  gup2pin lint -C linux --severity=warning\n"
		"  gup2pin lint -C linux --disable=all --enable=release-mismatch\n"
		"  gup2pin lint -C linux --diff=origin/master --error-on=warning\n"
		"  git diff --name-only HEAD~1 | gup2pin lint --changed=-\n"
		"  make C=2 CHECK=\"gup2pin lint --error-on=error --kbuild\"\n\n"
		"Exit status: 0 no findings, 1 findings, 2 trouble.",
	.formats = formats,
	.entries = entries,
};

/* An option's value as a level.  Without a value all levels are meant. */
static bool read_level(struct cmd *c, const char *option, const char *word,
		       unsigned int *level)
{
	for (*level = SEVERITY_ERROR; *level <= SEVERITY_NOTE; (*level)++)
		if (word && g_str_equal(word, verdict_severity_name(*level)))
			return true;
	*level = SEVERITY_NOTE;
	if (word)
		cmd_complain(c, "%s takes error, warning or note", option);
	return !word;
}

static bool no_rule(struct cmd *c, const char *name)
{
	cmd_complain(c, "there is no rule %s; see gup2pin lint --list-rules",
		     name);
	return false;
}

/* Switch the rules in one value of --enable or --disable. */
static bool switch_list(struct cmd *c, const char *list, bool on)
{
	char **names = g_strsplit(list, ",", -1);
	bool ok = true;

	for (unsigned int i = 0; ok && names[i]; i++) {
		enum verdict_rule_id id = verdict_rule_find(names[i]);

		if (g_str_equal(names[i], "all"))
			for (id = 0; id < N_VERDICT_RULES; id++)
				choice.rules[id] = on;
		else if (id < N_VERDICT_RULES)
			choice.rules[id] = on;
		else
			ok = no_rule(c, names[i]);
	}
	g_strfreev(names);
	return ok;
}

static bool switch_rules(struct cmd *c, char **lists, bool on)
{
	for (unsigned int i = 0; lists && lists[i]; i++)
		if (!switch_list(c, lists[i], on))
			return false;
	return true;
}

static bool read_choice(struct cmd *c)
{
	for (unsigned int id = 0; id < N_VERDICT_RULES; id++)
		choice.rules[id] = verdict_rule(id)->enabled;
	/* what one file does not show is no news */
	if (choice.kbuild)
		choice.rules[RULE_UNCLASSIFIED] = false;
	choice.never = !g_strcmp0(choice.error_on, "never");
	return read_level(c, "--severity", choice.severity, &choice.level) &&
	       (choice.never || read_level(c, "--error-on", choice.error_on,
					   &choice.error_level)) &&
	       switch_rules(c, choice.disable, false) &&
	       switch_rules(c, choice.enable, true);
}

/* Keep what is asked for; say whether some of it fails the run. */
static bool filter(struct verdict *v)
{
	bool fails = false;
	unsigned int i = 0;

	while (i < v->findings->len) {
		const struct verdict_finding *f = v->findings->pdata[i];

		if (f->severity > choice.level ||
		    !choice.rules[verdict_rule_find(f->rule)]) {
			g_ptr_array_remove_index(v->findings, i);
			continue;
		}
		fails |= !choice.never && f->severity <= choice.error_level;
		i++;
	}
	return fails;
}

/* What convert would do, for the fixes; without spatch there are none. */
static GString *write_sarif(struct cmd *c, struct verdict *v)
{
	const struct rewrite_options options = { .jobs = c->jobs,
						 .spatch = choice.spatch };
	struct rewrite_result *fixes = NULL;
	GError *error = NULL;
	GString *out;

	if (v->findings->len) {
		fixes = rewrite_run(v, &options, &error);
		if (!fixes)
			cmd_complain(c, "no fixes: %s", error->message);
		g_clear_error(&error);
	}
	out = report_sarif(v, fixes);
	rewrite_result_free(fixes);
	return out;
}

static GString *write_findings(struct cmd *c, struct verdict *v,
			       const char *format)
{
	if (g_str_equal(format, "json"))
		return report_json(v);
	if (g_str_equal(format, "github"))
		return report_github(v);
	if (g_str_equal(format, "markdown"))
		return report_markdown(v);
	if (g_str_equal(format, "sarif"))
		return write_sarif(c, v);
	return report_findings(v, c->colour && format == c->format);
}

/* The file of a FORMAT=FILE word, and its format; NULL after a complaint. */
static const char *split_also(struct cmd *c, const char *word, char **format)
{
	const char *sign = strchr(word, '=');

	*format = g_strndup(word, sign ? (gsize)(sign - word) : 0);
	if (sign && sign[1] && g_strv_contains(formats, *format))
		return sign + 1;
	cmd_complain(c, "--also takes FORMAT=FILE, such as sarif=lint.sarif");
	g_clear_pointer(format, g_free);
	return NULL;
}

static bool check_also(struct cmd *c)
{
	for (char **word = choice.also; word && *word; word++) {
		g_autofree char *format = NULL;

		if (!split_also(c, *word, &format))
			return false;
	}
	return true;
}

static bool write_also(struct cmd *c, struct verdict *v)
{
	for (char **word = choice.also; word && *word; word++) {
		g_autofree char *format = NULL;
		const char *path = split_also(c, *word, &format);
		g_autoptr(GString) text = write_findings(c, v, format);
		GError *error = NULL;

		if (cmd_write_file(path, text, &error))
			continue;
		cmd_fail(c, error);
		return false;
	}
	return true;
}

static enum cmd_status write_baseline(struct cmd *c, const struct verdict *v)
{
	GString *text = report_baseline(v);
	GError *error = NULL;

	cmd_write_file(choice.write_baseline, text, &error);
	g_string_free(text, TRUE);
	if (error)
		return cmd_fail(c, error);
	cmd_complain(c, "%u findings written to %s", v->findings->len,
		     choice.write_baseline);
	return CMD_NOTHING;
}

/* What another kernel has is no finding, and not to be overlooked either. */
static void tell_branches(struct cmd *c, const struct verdict *v)
{
	unsigned int i, n = 0, versions = 0;

	for (i = 0; !choice.kbuild && i < v->branches->len; i++) {
		const struct verdict_branch *b = v->branches->pdata[i];
		g_autofree char *text = b->walked ? NULL : report_branch(b);

		if (!text)
			continue;
		cmd_complain(c, "%s", text);
		n++;
		versions += strstr(b->condition, "_CODE") != NULL;
	}
	if (n && !c->all_branches)
		cmd_complain(
			c, "%u %s not selected by Linux %s%s", n,
			n == 1 ? "branch is" : "branches are",
			tree_version(c->tree),
			versions ?
				"; --all-branches looks at those for other versions" :
				" and its configuration");
}

static struct verdict *analyse(struct cmd *c)
{
	bool unchanged;

	if (choice.kbuild)
		return lint_kbuild_analyse(c, &choice);
	if (!lint_unchanged(c, &choice, &unchanged))
		return NULL;
	return unchanged ? verdict_empty(c->tree, c->api) :
			   cmd_analyse(c, c->args);
}

static enum cmd_status lint(struct cmd *c)
{
	struct verdict *v = analyse(c);
	enum cmd_status status = CMD_TROUBLE;

	if (v && lint_keep_new(c, &choice, v)) {
		tell_branches(c, v);
		status = filter(v) ? CMD_FOUND : CMD_NOTHING;
		if (!write_also(c, v))
			status = CMD_TROUBLE;
		else if (choice.write_baseline)
			status = write_baseline(c, v);
		else
			status = cmd_print_string(
				c, write_findings(c, v, c->format), status);
	}
	verdict_free(v);
	return status;
}

static enum cmd_status explain_rule(struct cmd *c)
{
	enum verdict_rule_id id = verdict_rule_find(choice.explain);

	if (id == N_VERDICT_RULES) {
		no_rule(c, choice.explain);
		return CMD_TROUBLE;
	}
	return cmd_print_string(c, report_rule(id, c->colour), CMD_NOTHING);
}

static enum cmd_status run(struct cmd *c)
{
	enum cmd_status status;

	if (choice.list)
		return cmd_print_string(c, report_rules(c->colour),
					CMD_NOTHING);
	if (choice.explain)
		return explain_rule(c);
	if (!read_choice(c) || !check_also(c))
		return CMD_TROUBLE;
	c->all_branches = choice.all_branches;
	c->keep = !choice.kbuild;
	if (choice.kbuild && lint_kbuild_idle(c, &choice, &status))
		return status;
	return lint(c);
}

int cmd_lint(int argc, char **argv)
{
	enum cmd_status status;
	struct cmd c;

	lint_kbuild_split(&choice, &argc, argv);
	status = cmd_parse(&c, "lint", &cmd_lint_help, argc, argv);
	if (status == CMD_GO_ON)
		status = run(&c);
	g_free(choice.severity);
	g_free(choice.error_on);
	g_free(choice.explain);
	g_free(choice.diff);
	g_free(choice.baseline);
	g_free(choice.write_baseline);
	g_free(choice.changed);
	g_free(choice.spatch);
	g_strfreev(choice.also);
	g_strfreev(choice.enable);
	g_strfreev(choice.disable);
	cmd_free(&c);
	return status;
}
