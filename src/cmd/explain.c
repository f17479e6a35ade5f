// SPDX-License-Identifier: GPL-2.0-only
/*
 * explain.c - gup2pin explain: why a site is classified as it is
 */
#include <stdlib.h>
#include <string.h>
#include "cmd/cmd.h"
#include "report/report.h"

static const char *const formats[] = { "text", "json", NULL };

const struct cmd_help cmd_explain_help = {
	.args = "FILE:LINE",
	.summary =
		"Explain one call site: where the pages go, who uses them and how, who lets go of\n"
		"them, what is assumed, and what a conversion would change. Only FILE is analysed.",
	.details =
		"Example:\n"
		"  gup2pin explain -C linux drivers/foo/bar.c:120\n\n"
		"Exit status: 0 explained, 2 trouble: also when no call site is on that line.",
	.formats = formats,
};

/* Cuts ":123" off the end of a word; false when there is none. */
static bool cut_number(char *word, unsigned int *number)
{
	char *colon = strrchr(word, ':');
	guint64 value;

	if (!colon || colon == word ||
	    !g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT, &value,
					NULL))
		return false;
	*number = value;
	*colon = '\0';
	return true;
}

/* FILE:LINE, also FILE:LINE:COLUMN and with a colon at the end, as copied. */
static bool cut_place(char *word, unsigned int *line)
{
	unsigned int number;

	if (g_str_has_suffix(word, ":"))
		word[strlen(word) - 1] = '\0';
	if (!cut_number(word, line))
		return false;
	if (cut_number(word, &number))
		*line = number;
	return true;
}

static const struct facts_func *function_at(const struct verdict *v,
					    const char *file, unsigned int line)
{
	unsigned int i, k;

	for (i = 0; v->units && i < v->units->len; i++) {
		const struct facts_unit *unit = v->units->pdata[i];

		for (k = 0; k < unit->funcs->len; k++) {
			const struct facts_func *f = unit->funcs->pdata[k];

			if (!strcmp(f->file, file) && f->first_line <= line &&
			    line <= f->last_line)
				return f;
		}
	}
	return NULL;
}

/* Says what there is instead: in the same function, else in the file. */
static void suggest(struct cmd *c, const struct verdict *v, const char *file,
		    unsigned int line)
{
	const struct facts_func *f = function_at(v, file, line);
	GString *near = g_string_new(NULL), *all = g_string_new(NULL);
	unsigned int i;

	for (i = 0; i < v->sites->len; i++) {
		const struct verdict_site *site = v->sites->pdata[i];

		if (strcmp(site->file, file))
			continue;
		g_string_append_printf(all, "%s%u", all->len ? ", " : "",
				       site->line);
		if (f && site->line >= f->first_line &&
		    site->line <= f->last_line)
			g_string_append_printf(near, "%s%u",
					       near->len ? ", " : "",
					       site->line);
	}
	if (near->len)
		cmd_complain(c, "%s:%u: no call site on this line; in %s(): %s",
			     file, line, f->name, near->str);
	else if (all->len)
		cmd_complain(
			c, "%s:%u: no call site on this line; in the file: %s",
			file, line, all->str);
	else
		cmd_complain(c, "%s:%u: there is no call site in this file",
			     file, line);
	g_string_free(near, TRUE);
	g_string_free(all, TRUE);
}

/* A mention on the line that is no site has a reason of its own. */
static void show_mentions(struct cmd *c, const struct verdict *v,
			  const char *file, unsigned int line)
{
	unsigned int i;

	for (i = 0; i < v->unparsed->len; i++) {
		const struct verdict_unparsed *u = v->unparsed->pdata[i];

		if (u->line == line && !strcmp(u->file, file))
			cmd_complain(c, "%s:%u: %s is not a call site: %s",
				     file, line, u->name, u->reason);
	}
}

/* Why the file has no sites at all, if it could not be parsed. */
static void show_failure(struct cmd *c, const struct verdict *v,
			 const char *file)
{
	unsigned int i;

	for (i = 0; v->units && i < v->units->len; i++) {
		const struct facts_unit *unit = v->units->pdata[i];

		if (unit->failed && !strcmp(unit->file, file))
			cmd_complain(c, "%s: not parsed: %s", file,
				     unit->failed);
	}
}

/* The report of the found sites only. */
static GString *sites_json(const struct verdict *v, GPtrArray *sites)
{
	struct verdict part = *v;
	unsigned int i, k;
	GString *text;

	part.sites = sites;
	part.mentions = sites->len;
	part.unparsed = g_ptr_array_new();
	part.findings = g_ptr_array_new();
	for (i = 0; i < v->findings->len; i++) {
		struct verdict_finding *finding = v->findings->pdata[i];

		for (k = 0; k < sites->len; k++) {
			const struct verdict_site *site = sites->pdata[k];

			if (!g_strcmp0(finding->site, site->id))
				g_ptr_array_add(part.findings, finding);
		}
	}
	text = report_json(&part);
	g_ptr_array_unref(part.findings);
	g_ptr_array_unref(part.unparsed);
	return text;
}

static GString *sites_text(struct cmd *c, const struct verdict *v,
			   GPtrArray *sites)
{
	GString *text = g_string_new(NULL), *one;
	unsigned int i;

	for (i = 0; i < sites->len; i++) {
		one = report_explain(v, sites->pdata[i], c->colour);
		if (i)
			g_string_append_c(text, '\n');
		g_string_append_len(text, one->str, one->len);
		g_string_free(one, TRUE);
	}
	return text;
}

static enum cmd_status explain_line(struct cmd *c, const struct verdict *v,
				    const char *file, unsigned int line)
{
	GPtrArray *sites = g_ptr_array_new();
	enum cmd_status status = CMD_TROUBLE;
	unsigned int i;

	for (i = 0; i < v->sites->len; i++) {
		struct verdict_site *site = v->sites->pdata[i];

		if (site->line == line && !strcmp(site->file, file))
			g_ptr_array_add(sites, site);
	}
	if (sites->len) {
		status = cmd_print_string(c,
					  g_str_equal(c->format, "json") ?
						  sites_json(v, sites) :
						  sites_text(c, v, sites),
					  CMD_NOTHING);
	} else {
		suggest(c, v, file, line);
		show_mentions(c, v, file, line);
		show_failure(c, v, file);
	}
	g_ptr_array_unref(sites);
	return status;
}

static enum cmd_status explain(struct cmd *c, char *word)
{
	char *words[] = { word, NULL };
	enum cmd_status status = CMD_TROUBLE;
	GError *error = NULL;
	unsigned int line;
	struct verdict *v;
	char **paths;

	if (!cut_place(word, &line)) {
		cmd_complain(
			c, "%s: FILE:LINE expected; see gup2pin explain --help",
			word);
		return CMD_TROUBLE;
	}
	v = cmd_analyse(c, words);
	if (!v)
		return CMD_TROUBLE;
	paths = cmd_paths(c, words, &error);
	if (!paths)
		status = cmd_fail(c, error);
	else if (!*paths)
		cmd_complain(c, "%s: is a directory", word);
	else
		status = explain_line(c, v, *paths, line);
	g_strfreev(paths);
	verdict_free(v);
	return status;
}

int cmd_explain(int argc, char **argv)
{
	struct cmd c;
	enum cmd_status status =
		cmd_parse(&c, "explain", &cmd_explain_help, argc, argv);

	if (status == CMD_GO_ON && c.args && c.args[0] && !c.args[1]) {
		status = explain(&c, c.args[0]);
	} else if (status == CMD_GO_ON) {
		cmd_complain(
			&c,
			"explain takes one FILE:LINE; see gup2pin explain --help");
		status = CMD_TROUBLE;
	}
	cmd_free(&c);
	return status;
}
