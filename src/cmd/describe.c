// SPDX-License-Identifier: GPL-2.0-only
/*
 * describe.c - the commands' options as manual pages and for a shell
 */
#include <string.h>
#include "cmd/describe.h"

bool describe_asked(int argc, char **argv)
{
	return argc > 1 &&
	       (!strcmp(argv[1], "--man") || !strcmp(argv[1], "--complete"));
}

static bool is_page(char **argv)
{
	return !strcmp(argv[1], "--man");
}

static bool is_shown(const GOptionEntry *e)
{
	return e->long_name && *e->long_name &&
	       !(e->flags & G_OPTION_FLAG_HIDDEN);
}

/* ---- manual pages ---- */

/* Text as troff takes it; a hyphen stays one when it is copied to a shell. */
static void add_text(GString *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		g_string_append(out, "\\&");
	for (; *text; text++) {
		if (*text == '-')
			g_string_append(out, "\\-");
		else if (*text == '\\')
			g_string_append(out, "\\e");
		else
			g_string_append_c(out, *text);
	}
}

static void add_title(GString *out, const char *name, const char *summary)
{
	g_autofree char *title = g_ascii_strup(name, -1);

	g_string_append(out, ".\\\" made by gup2pin --man\n.TH ");
	add_text(out, title);
	g_string_append(out,
			" 1 \"" GUP2PIN_DATE "\" \"gup2pin " GUP2PIN_VERSION
			"\" \"User Commands\"\n.SH NAME\n");
	add_text(out, name);
	g_string_append(out, " \\- ");
	add_text(out, summary);
	g_string_append_c(out, '\n');
}

static bool is_literal(const char *line)
{
	return g_str_has_prefix(line, "  ");
}

/* Lines that are set in are left as they are. */
static void add_lines(GString *out, char **lines)
{
	bool literal = false;

	for (; *lines; lines++) {
		if (literal != is_literal(*lines))
			g_string_append(out, literal ? ".EE\n" : ".EX\n");
		literal = is_literal(*lines);
		if (**lines) {
			add_text(out, *lines);
			g_string_append_c(out, '\n');
		}
	}
	if (literal)
		g_string_append(out, ".EE\n");
}

/* "Examples:" and "Exit status:" begin a section. */
static const char *section_of(const char *paragraph, const char **title)
{
	static const struct {
		const char *prefix;
		const char *title;
	} sections[] = {
		{ "Commands:\n", "COMMANDS" },
		{ "Examples:\n", "EXAMPLES" },
		{ "Exit status: ", "EXIT STATUS" },
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(sections); i++) {
		if (!g_str_has_prefix(paragraph, sections[i].prefix))
			continue;
		*title = sections[i].title;
		return paragraph + strlen(sections[i].prefix);
	}
	*title = NULL;
	return paragraph;
}

static void add_paragraphs(GString *out, const char *text)
{
	g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);
	bool first = true;

	for (char **p = paragraphs; *p; p++) {
		const char *title, *rest = section_of(*p, &title);
		g_auto(GStrv) lines = g_strsplit(rest, "\n", -1);

		if (title)
			g_string_append_printf(out, ".SH %s\n", title);
		else if (!first)
			g_string_append(out, ".PP\n");
		add_lines(out, lines);
		first = false;
	}
}

static void add_option(GString *out, const GOptionEntry *e)
{
	g_string_append(out, ".TP\n");
	if (e->short_name)
		g_string_append_printf(out, "\\fB\\-%c\\fR, ", e->short_name);
	g_string_append(out, "\\fB\\-\\-");
	add_text(out, e->long_name);
	g_string_append(out, "\\fR");
	if (e->arg_description) {
		g_string_append(out, "=\\fI");
		add_text(out, e->arg_description);
		g_string_append(out, "\\fR");
	}
	g_string_append_c(out, '\n');
	add_text(out, e->description ? e->description : "");
	g_string_append(out, ".\n");
}

static void add_options(GString *out, const char *title,
			const GOptionEntry *entries)
{
	if (!entries)
		return;
	g_string_append_printf(out, ".%s %s\n",
			       strcmp(title, "OPTIONS") ? "SS" : "SH", title);
	for (; entries->long_name; entries++)
		if (is_shown(entries))
			add_option(out, entries);
}

static GString *command_page(const char *name, const char *summary,
			     const struct cmd_help *help,
			     const GOptionEntry *common)
{
	g_autofree char *title = g_strdup_printf("gup2pin-%s", name);
	GString *out = g_string_new(NULL);

	add_title(out, title, summary);
	g_string_append_printf(out,
			       ".SH SYNOPSIS\n\\fBgup2pin %s\\fR "
			       "[\\fIOPTION\\fR...] ",
			       name);
	add_text(out, help->args);
	g_string_append(out, "\n.SH DESCRIPTION\n");
	add_paragraphs(out, help->summary);
	g_string_append(out, ".SH OPTIONS\n");
	add_options(out, "Of this command", help->entries);
	add_options(out, "Of every command", common);
	if (help->details)
		add_paragraphs(out, help->details);
	g_string_append(out, ".SH SEE ALSO\n.BR gup2pin (1)\n");
	return out;
}

static GString *program_page(const struct describe_command *commands,
			     unsigned int n, const char *text)
{
	GString *out = g_string_new(NULL);
	const char *rest = strstr(text, "\n\n");

	add_title(out, "gup2pin",
		  "convert kernel code from get_user_pages to pin_user_pages");
	g_string_append(out, ".SH SYNOPSIS\n\\fBgup2pin\\fR [\\fICOMMAND\\fR] "
			     "[\\fIOPTION\\fR...] [\\fIPATH\\fR...]\n"
			     ".SH DESCRIPTION\n");
	add_paragraphs(out, rest ? rest + 2 : text);
	g_string_append(out, ".SH SEE ALSO\n");
	for (unsigned int i = 0; i < n; i++)
		g_string_append_printf(out, ".BR gup2pin\\-%s (1)%s\n",
				       commands[i].name, i + 1 < n ? "," : "");
	return out;
}

/* ---- shells ---- */

static const char *what_it_takes(const GOptionEntry *e)
{
	const char *word = e->arg_description;

	if (e->arg == G_OPTION_ARG_NONE || e->arg == G_OPTION_ARG_CALLBACK)
		return "";
	if (word && strchr(word, '|'))
		return word;
	if (word && g_str_has_prefix(word, "RULE"))
		return "rule";
	if (word && !strcmp(word, "REVISION"))
		return "revision";
	if (word && !strcmp(word, "DIR"))
		return "dir";
	if (e->arg == G_OPTION_ARG_FILENAME ||
	    e->arg == G_OPTION_ARG_FILENAME_ARRAY)
		return "file";
	return "text";
}

static void add_completions(GString *out, const GOptionEntry *e)
{
	for (; e && e->long_name; e++) {
		if (!is_shown(e))
			continue;
		g_string_append_printf(out, "--%s\t%s\t%s\n", e->long_name,
				       what_it_takes(e), e->description);
		if (e->short_name)
			g_string_append_printf(out, "-%c\t%s\t%s\n",
					       e->short_name, what_it_takes(e),
					       e->description);
	}
}

GString *describe_command(const char *name, const struct cmd_help *help,
			  const GOptionEntry *common, char **argv)
{
	GString *out;

	if (is_page(argv))
		return command_page(name, argv[2] ? argv[2] : name, help,
				    common);
	out = g_string_new(NULL);
	add_completions(out, help->entries);
	add_completions(out, common);
	return out;
}

GString *describe_program(const struct describe_command *commands,
			  unsigned int n, const char *text, char **argv)
{
	GString *out;

	if (is_page(argv))
		return program_page(commands, n, text);
	out = g_string_new(NULL);
	for (unsigned int i = 0; i < n; i++)
		g_string_append_printf(out, "%s\t%s\n", commands[i].name,
				       commands[i].summary);
	return out;
}
