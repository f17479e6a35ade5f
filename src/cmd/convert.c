// SPDX-License-Identifier: GPL-2.0-only
/*
 * convert.c - gup2pin convert: a patch for what can be proved
 */
#include <string.h>
#include "cmd/cmd.h"
#include "report/report.h"
#include "rewrite/rewrite.h"
#include "tree/history.h"

static const char *const formats[] = { "diff", "cocci", "json", NULL };

static gboolean in_place, force;
static char *output, *with_cocci, *spatch;

static const GOptionEntry entries[] = {
	{ "in-place", 'i', 0, G_OPTION_ARG_NONE, &in_place,
	  "Change the files of the tree instead of writing a diff", NULL },
	{ "force", 0, 0, G_OPTION_ARG_NONE, &force,
	  "With --in-place: also change files with uncommitted changes", NULL },
	{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
	  "Write the changed files below DIR instead of writing a diff",
	  "DIR" },
	{ "with-cocci", 0, 0, G_OPTION_ARG_FILENAME, &with_cocci,
	  "Also write the semantic patch that makes the change", "FILE" },
	{ "spatch", 0, 0, G_OPTION_ARG_FILENAME, &spatch,
	  "The spatch to run (default: the one in PATH)", "FILE" },
	{ NULL }
};

const struct cmd_help cmd_convert_help = {
	.args = "[PATH...]",
	.summary =
		"Convert the call sites that need pin_user_pages*() together with the releases of\n"
		"their pages, and write a unified diff. What cannot be proved is left alone and\n"
		"listed on standard error with the reason. The changed text is analysed again\n"
		"before it is written.",
	.details =
		"Formats: diff; cocci, the semantic patch; json, the report after the conversion.\n\n"
		"Examples:\n"
		"  gup2pin convert -C linux drivers/media | git -C linux apply\n"
		"  gup2pin convert -C linux --in-place drivers/foo\n\n"
		"Exit status: 0 nothing to change, or the files were written (--in-place,\n"
		"--output); 1 a change was written to standard output; 2 trouble.",
	.formats = formats,
	.entries = entries,
};

static bool is_withdrawn(const struct rewrite_result *result,
			 const struct verdict_site *site)
{
	unsigned int i;

	for (i = 0; i < result->withdrawn->len; i++) {
		const struct rewrite_withdrawn *w = result->withdrawn->pdata[i];

		if (w->site == site)
			return true;
	}
	return false;
}

static void account_manual(struct cmd *c, const struct verdict *v,
			   const struct rewrite_result *result,
			   unsigned int n_manual)
{
	unsigned int i;

	if (n_manual)
		cmd_complain(c, "%u %s a person:", n_manual,
			     n_manual == 1 ? "site needs" : "sites need");
	for (i = 0; i < v->sites->len; i++) {
		const struct verdict_site *site = v->sites->pdata[i];

		if (site->action == ACTION_MANUAL &&
		    !is_withdrawn(result, site))
			cmd_complain(c, "  %s:%u: %s", site->file, site->line,
				     site->why);
	}
}

static void account_withdrawn(struct cmd *c,
			      const struct rewrite_result *result)
{
	unsigned int i;

	if (result->withdrawn->len)
		cmd_complain(c, "%u %s withdrawn by the check:",
			     result->withdrawn->len,
			     result->withdrawn->len == 1 ?
				     "planned conversion was" :
				     "planned conversions were");
	for (i = 0; i < result->withdrawn->len; i++) {
		const struct rewrite_withdrawn *w = result->withdrawn->pdata[i];

		cmd_complain(c, "  %s:%u: %s", w->site->file, w->site->line,
			     w->reason);
	}
}

/* Comments and messages are a person's. */
static void account_names(struct cmd *c, const struct verdict *v,
			  const struct rewrite_result *result)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (unsigned int i = 0; i < v->sites->len * result->files->len; i++) {
		const struct rewrite_file *file =
			result->files->pdata[i % result->files->len];
		const struct verdict_site *site =
			v->sites->pdata[i / result->files->len];
		g_autoptr(GArray) lines = NULL;

		if (site->action != ACTION_CONVERT)
			continue;
		lines = rewrite_old_names(file, site);
		for (unsigned int k = 0; k < lines->len; k++) {
			char *text = g_strdup_printf(
				"  %s:%u: text that names %s() is left as it is",
				file->path, g_array_index(lines, guint, k),
				site->callee);

			if (!g_hash_table_contains(seen, text))
				cmd_complain(c, "%s", text);
			g_hash_table_add(seen, text);
		}
	}
}

/* What was done and what is left, on standard error. */
static void account(struct cmd *c, const struct verdict *v,
		    const struct rewrite_result *result)
{
	unsigned int n_convert = 0, n_manual = 0, i;

	for (i = 0; i < v->sites->len; i++) {
		const struct verdict_site *site = v->sites->pdata[i];

		n_convert += site->action == ACTION_CONVERT;
		n_manual += site->action == ACTION_MANUAL &&
			    !is_withdrawn(result, site);
	}
	cmd_complain(c, "%u %s converted in %u %s", n_convert,
		     n_convert == 1 ? "site" : "sites", result->files->len,
		     result->files->len == 1 ? "file" : "files");
	account_names(c, v, result);
	account_manual(c, v, result, n_manual);
	account_withdrawn(c, result);
}

static enum cmd_status print_result(struct cmd *c, const struct verdict *v,
				    const struct rewrite_result *result,
				    GError **error)
{
	enum cmd_status status = result->files->len ? CMD_FOUND : CMD_NOTHING;
	char *text;

	if (g_str_equal(c->format, "json"))
		return cmd_print_string(c, report_json(v), status);
	if (g_str_equal(c->format, "cocci"))
		return cmd_print(c, result->cocci ? result->cocci : "", status);
	text = rewrite_diff(result, error);
	if (!text)
		return CMD_TROUBLE;
	status = cmd_print(c, text, status);
	g_free(text);
	return status;
}

/* A submodule knows the file; the repository of the tree knows its commit. */
static enum history_state nested_state(struct cmd *c, const struct history *h,
				       const struct rewrite_file *file,
				       bool *staged)
{
	g_autofree char *below = g_path_get_dirname(file->path);
	g_autofree char *dir =
		g_build_filename(tree_root(c->tree), below, NULL);
	g_autofree char *name = g_path_get_basename(file->path);
	g_autofree char *same =
		g_strconcat(history_directory(h), below, "/", NULL);
	struct history *nested = history_open(dir);
	enum history_state state = HISTORY_UNKNOWN;

	if (history_is_git(nested) && strcmp(history_directory(nested), same)) {
		state = history_state(nested, "HEAD", name, file->before);
		*staged = history_staged(nested, name);
	}
	history_free(nested);
	return state;
}

/* In a git checkout a change can be taken back, unless it lands on another. */
static void check_clean(struct cmd *c, const struct rewrite_result *result,
			GError **error)
{
	struct history *h = history_open(tree_root(c->tree));
	bool look = !force && history_is_git(h);

	for (unsigned int i = 0; look && i < result->files->len; i++) {
		const struct rewrite_file *file = result->files->pdata[i];
		enum history_state state =
			history_state(h, "HEAD", file->path, file->before);
		bool staged = history_staged(h, file->path);

		if (state == HISTORY_UNKNOWN)
			state = nested_state(c, h, file, &staged);
		if (state == HISTORY_SAME && !staged)
			continue;
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_USAGE,
			"%s: %s, or use --force; nothing was changed",
			file->path,
			state == HISTORY_UNKNOWN ?
				"is not in git; commit it" :
				"has uncommitted changes; commit or stash them");
		break;
	}
	history_free(h);
}

static enum cmd_status emit(struct cmd *c, const struct verdict *v,
			    const struct rewrite_result *result)
{
	enum cmd_status status = CMD_NOTHING;
	GError *error = NULL;

	if (in_place)
		check_clean(c, result, &error);
	if (!error && with_cocci) {
		g_autoptr(GString) text = g_string_new(result->cocci);

		cmd_write_file(with_cocci, text, &error);
	}
	if (!error && in_place)
		rewrite_in_place(v, result, &error);
	else if (!error && output)
		rewrite_to_dir(result, output, &error);
	else if (!error)
		status = print_result(c, v, result, &error);
	return error ? cmd_fail(c, error) : status;
}

static enum cmd_status convert(struct cmd *c)
{
	const struct rewrite_options options = {
		.jobs = c->jobs,
		.spatch = spatch,
	};
	enum cmd_status status = CMD_TROUBLE;
	struct rewrite_result *result;
	struct verdict *v = cmd_analyse(c, c->args);
	GError *error = NULL;

	if (!v)
		return CMD_TROUBLE;
	result = rewrite_run(v, &options, &error);
	if (result) {
		status = emit(c, v, result);
		if (status == CMD_NOTHING || status == CMD_FOUND)
			account(c, v, result);
	} else {
		status = cmd_fail(c, error);
	}
	rewrite_result_free(result);
	verdict_free(v);
	return status;
}

int cmd_convert(int argc, char **argv)
{
	struct cmd c;
	enum cmd_status status =
		cmd_parse(&c, "convert", &cmd_convert_help, argc, argv);

	if (status == CMD_GO_ON && in_place && output) {
		cmd_complain(&c, "--in-place and --output exclude each other");
		status = CMD_TROUBLE;
	} else if (status == CMD_GO_ON && (in_place || output) &&
		   !g_str_equal(c.format, "diff")) {
		cmd_complain(
			&c,
			"--in-place and --output print nothing: leave --format out");
		status = CMD_TROUBLE;
	}
	if (status == CMD_GO_ON)
		status = convert(&c);
	g_free(output);
	g_free(with_cocci);
	g_free(spatch);
	cmd_free(&c);
	return status;
}
