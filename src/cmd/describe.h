/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * describe.h - the commands' options as manual pages and for a shell
 *
 * Made of the tables that --help is made of, so that a new option or command
 * needs nothing more.  The build and the completion scripts ask with
 * "gup2pin [COMMAND] --man" and "--complete", which --help does not list.
 */
#ifndef CMD_DESCRIBE_H
#define CMD_DESCRIBE_H

#include "cmd/cmd.h"

/**
 * struct describe_command - a row of the table of commands
 * @name: "scan"
 * @run: see cmd.h
 * @summary: one line
 * @help: what it says about itself
 */
struct describe_command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
	const struct cmd_help *help;
};

/**
 * describe_asked() - is a description asked for instead of a run?
 * @argc: words
 * @argv: words; argv[0] is the program
 */
bool describe_asked(int argc, char **argv);

/**
 * describe_command() - "gup2pin COMMAND --man SUMMARY", "... --complete"
 * @name: of the command
 * @help: of it
 * @common: options that every command takes
 * @argv: as for describe_asked()
 *
 * Return: (transfer full): a page of the manual in the man(7) language, or an
 * option a line: its name, what it takes and its description, with tabs between.  What
 * it takes is empty, file, dir, text, rule, revision or a list of words with
 * bars between
 */
GString *describe_command(const char *name, const struct cmd_help *help,
			  const GOptionEntry *common, char **argv);

/**
 * describe_program() - the same for gup2pin without a command
 * @commands: all of them
 * @n: how many
 * @text: what --help says
 * @argv: as for describe_asked()
 *
 * Return: (transfer full): a page, or a command a line: its name, a tab, its
 * summary
 */
GString *describe_program(const struct describe_command *commands,
			  unsigned int n, const char *text, char **argv);

#endif
