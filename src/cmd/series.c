// SPDX-License-Identifier: GPL-2.0-only
/*
 * series.c - gup2pin series: a conversion as mails that git am takes
 */
#include <stdlib.h>
#include <string.h>
#include "cmd/cmd.h"
#include "report/report.h"
#include "report/series.h"

#define COMMITS G_STRINGIFY(HISTORY_COMMITS_MAX)

static const char *const formats[] = { "mail", NULL };

static gboolean rfc, signoff, with_cocci;
static int version;
static char *output, *group_by, *in_reply_to, *base, *spatch;

static const GOptionEntry entries[] = {
	{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
	  "Directory for the mails, new or empty", "DIR" },
	{ "group-by", 0, 0, G_OPTION_ARG_STRING, &group_by,
	  "What becomes one patch (default: a section of MAINTAINERS)",
	  "section|directory|file" },
	{ "reroll-count", 'v', 0, G_OPTION_ARG_INT, &version,
	  "Mark the series as its version N", "N" },
	{ "rfc", 0, 0, G_OPTION_ARG_NONE, &rfc,
	  "RFC PATCH in the subjects instead of PATCH", NULL },
	{ "in-reply-to", 0, 0, G_OPTION_ARG_STRING, &in_reply_to,
	  "Make the cover letter an answer to this message", "MESSAGE-ID" },
	{ "base", 0, 0, G_OPTION_ARG_STRING, &base,
	  "Commit that the patches apply to (default: HEAD)", "COMMIT" },
	{ "signoff", 's', 0, G_OPTION_ARG_NONE, &signoff,
	  "Add your Signed-off-by", NULL },
	{ "with-cocci", 0, 0, G_OPTION_ARG_NONE, &with_cocci,
	  "Put the semantic patch into the messages", NULL },
	{ "spatch", 0, 0, G_OPTION_ARG_FILENAME, &spatch,
	  "The spatch to run (default: the one in PATH)", "FILE" },
	{ NULL }
};

const struct cmd_help cmd_series_help = {
	.args = "-o DIR [PATH...]",
	.summary =
		"Write what convert would change as a patch series: a cover letter and one patch\n"
		"per section of MAINTAINERS, in the format of git format-patch, each explained and\n"
		"addressed. The names of the files are printed. Sites that are converted already\n"
		"are left alone: on a tree with some of the patches only the rest is made.",
	.details =
		"The author is that of git's configuration. To and Cc come from MAINTAINERS.\n"
		"The prefixes of the subjects are those of the last " COMMITS
		" commits, or of the path.\n\n"
		"Examples:\n"
		"  gup2pin series -C linux -o /tmp/series --signoff drivers/media\n"
		"  git -C linux am /tmp/series/0001-*.patch\n"
		"  git send-email /tmp/series/*.patch\n\n"
		"Exit status: 0 the series was written, or there was nothing to send (then nothing\n"
		"is written); 2 trouble.",
	.formats = formats,
	.entries = entries,
};

static bool read_group_by(enum series_by *by)
{
	static const char *const names[] = {
		[SERIES_BY_SECTION] = "section",
		[SERIES_BY_DIRECTORY] = "directory",
		[SERIES_BY_FILE] = "file",
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(names); i++) {
		if (group_by && strcmp(group_by, names[i]))
			continue;
		*by = i;
		return true;
	}
	return false;
}

static const char *usage_error(const struct series_options *opts)
{
	if (!output)
		return "-o DIR is missing";
	if (version < 0 || version > 9999)
		return "-v takes a number from 1 to 9999";
	if (in_reply_to &&
	    (!strchr(in_reply_to, '@') || strpbrk(in_reply_to, " \t\r\n")))
		return "--in-reply-to takes a message id: <something@host>";
	return NULL;
}

/* Now, or what reproducible builds say it is. */
static gint64 date_now(void)
{
	const char *epoch = g_getenv("SOURCE_DATE_EPOCH");
	gint64 now;

	if (epoch &&
	    g_ascii_string_to_signed(epoch, 10, 0, 253402300799LL, &now, NULL))
		return now;
	return g_get_real_time() / G_USEC_PER_SEC;
}

/* The patches have to apply to the commit that they name. */
static bool check_base(const struct rewrite_result *result, struct history *h,
		       const char *commit, GError **error)
{
	static const char *const trouble[] = {
		[HISTORY_DIFFERS] = "differs from",
		[HISTORY_NEW] = "is not in",
		[HISTORY_UNKNOWN] = "is not in",
	};

	for (unsigned int i = 0; i < result->files->len; i++) {
		const struct rewrite_file *file = result->files->pdata[i];
		enum history_state state =
			history_state(h, commit, file->path, file->before);

		if (state == HISTORY_SAME)
			continue;
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_USAGE,
			"%s: %s commit %.12s, which the patches are to apply to; commit it, or leave it out",
			file->path, trouble[state], commit);
		return false;
	}
	return true;
}

static void read_subjects(const struct rewrite_result *result,
			  struct history *h, const char *commit)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new();

	for (unsigned int i = 0; i < result->files->len; i++) {
		const struct rewrite_file *file = result->files->pdata[i];

		g_ptr_array_add(paths, file->path);
	}
	g_ptr_array_add(paths, NULL);
	history_read_subjects(h, commit, (const char *const *)paths->pdata);
}

/* git am takes carriage returns out unless it is told not to. */
static void warn_of_returns(struct cmd *c, const struct rewrite_result *result)
{
	for (unsigned int i = 0; i < result->files->len; i++) {
		const struct rewrite_file *file = result->files->pdata[i];
		gsize len;
		const void *data = g_bytes_get_data(file->before, &len);

		if (len && memchr(data, '\r', len))
			cmd_complain(
				c,
				"%s: has carriage returns: its patch needs git am --keep-cr",
				file->path);
	}
}

static GPtrArray *make(struct cmd *c, const struct verdict *v,
		       const struct rewrite_result *result, struct history *h,
		       const struct series_options *opts, GError **error)
{
	struct maintainers *m = maintainers_read(tree_root(c->tree), error);
	GPtrArray *mails = NULL;

	if (m && (!opts->base || check_base(result, h, opts->base, error))) {
		if (opts->base)
			read_subjects(result, h, opts->base);
		warn_of_returns(c, result);
		mails = report_series(v, result, h, m, opts, error);
	}
	maintainers_free(m);
	return mails;
}

static enum cmd_status finish(struct cmd *c, GPtrArray *mails)
{
	GString *names = g_string_new(NULL);
	GError *error = NULL;

	if (!report_series_write(mails, output, &error)) {
		g_string_free(names, TRUE);
		return cmd_fail(c, error);
	}
	for (unsigned int i = 0; i < mails->len; i++) {
		const struct series_mail *mail = mails->pdata[i];
		g_autofree char *path =
			g_build_filename(output, mail->name, NULL);

		g_string_append_printf(names, "%s\n", path);
	}
	return cmd_print_string(c, names, CMD_NOTHING);
}

static enum cmd_status series(struct cmd *c, struct verdict *v,
			      struct history *h,
			      const struct series_options *opts)
{
	const struct rewrite_options options = { .jobs = c->jobs,
						 .spatch = spatch };
	enum cmd_status status = CMD_NOTHING;
	GError *error = NULL;
	struct rewrite_result *result = rewrite_run(v, &options, &error);
	GPtrArray *mails = NULL;

	if (result && result->files->len)
		mails = make(c, v, result, h, opts, &error);
	if (error)
		status = cmd_fail(c, error);
	else if (mails)
		status = finish(c, mails);
	else
		cmd_complain(c, "nothing to send");
	if (mails)
		g_ptr_array_unref(mails);
	rewrite_result_free(result);
	return status;
}

/* What can be wrong with the command line and the repository, first of all. */
static bool prepare(struct history *h, struct series_options *opts, char **name,
		    char **email, char **commit, GError **error)
{
	if (!report_series_check(output, error) ||
	    !history_author(h, name, email, error))
		return false;
	if (base && !history_is_git(h)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_USAGE,
			    "--base: the tree is no git checkout");
		return false;
	}
	if (history_is_git(h))
		*commit = history_commit(h, base ?: "HEAD", error);
	opts->name = *name;
	opts->email = *email;
	opts->base = *commit;
	return !history_is_git(h) || *commit;
}

static enum cmd_status run(struct cmd *c, struct series_options *opts)
{
	g_autofree char *name = NULL, *email = NULL, *commit = NULL;
	enum cmd_status status = CMD_TROUBLE;
	GError *error = NULL;
	struct history *h;
	struct verdict *v;

	if (!cmd_open(c))
		return status;
	h = history_open(tree_root(c->tree));
	if (!prepare(h, opts, &name, &email, &commit, &error)) {
		status = cmd_fail(c, error);
	} else {
		v = cmd_analyse_as(c, c->args, NULL, NULL);
		if (v)
			status = series(c, v, h, opts);
		verdict_free(v);
	}
	history_free(h);
	return status;
}

int cmd_series(int argc, char **argv)
{
	struct cmd c;
	struct series_options opts = { 0 };
	enum cmd_status status =
		cmd_parse(&c, "series", &cmd_series_help, argc, argv);
	const char *trouble = NULL;

	if (status == CMD_GO_ON) {
		trouble = read_group_by(&opts.by) ?
				  usage_error(&opts) :
				  "--group-by takes section, directory or file";
		if (trouble) {
			cmd_complain(&c, "%s; see gup2pin series --help",
				     trouble);
			status = CMD_TROUBLE;
		}
	}
	if (status == CMD_GO_ON) {
		opts.version = version;
		opts.rfc = rfc;
		opts.signoff = signoff;
		opts.with_cocci = with_cocci;
		opts.in_reply_to = in_reply_to;
		opts.date = date_now();
		status = run(&c, &opts);
	}
	g_free(output);
	g_free(group_by);
	g_free(in_reply_to);
	g_free(base);
	g_free(spatch);
	cmd_free(&c);
	return status;
}
