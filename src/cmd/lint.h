/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lint.h - which findings are reported
 *
 * Inside of the lint command only: lint.c reads the options and writes,
 * lint_new.c leaves out what is known, lint_kbuild.c is for one file of a build.
 */
#ifndef CMD_LINT_H
#define CMD_LINT_H

#include "cmd/cmd.h"
#include "verdict/rules.h"

/**
 * struct lint_choice - what the options ask for
 * @severity: --severity
 * @error_on: --error-on
 * @enable: --enable, NULL-terminated, or NULL
 * @disable: --disable, likewise
 * @explain: --explain-rule
 * @list: --list-rules
 * @diff: --diff: a revision
 * @baseline: --baseline: a file
 * @write_baseline: --write-baseline: a file
 * @changed: --changed: a file, "-" for standard input
 * @also: --also: FORMAT=FILE words, NULL-terminated, or NULL
 * @all_branches: --all-branches
 * @spatch: --spatch
 * @kbuild: --kbuild
 * @words: (not owned) what follows --kbuild, NULL-terminated
 * @level: of severity
 * @error_level: of error_on
 * @never: no finding fails the run
 * @rules: which rules are reported
 */
struct lint_choice {
	char *severity;
	char *error_on;
	char **enable;
	char **disable;
	char *explain;
	gboolean list;
	char *diff;
	char *baseline;
	char *write_baseline;
	char *changed;
	char **also;
	gboolean all_branches;
	char *spatch;
	gboolean kbuild;
	char **words;
	unsigned int level;
	unsigned int error_level;
	bool never;
	bool rules[N_VERDICT_RULES];
};

/**
 * lint_unchanged() - is there nothing that could be new?
 * @c: the command; opened here when it was not
 * @choice: the options
 * @unchanged: result: no source differs from the revision of --diff
 *
 * Asked before any analysis.  A module's kernel lies outside of what is
 * compared, but it is the same for both.
 *
 * Return: false when an error was reported
 */
bool lint_unchanged(struct cmd *c, const struct lint_choice *choice,
		    bool *unchanged);

/**
 * lint_keep_new() - leave out findings that are not new
 * @c: the command, opened
 * @choice: the options
 * @v: its findings are thinned out
 *
 * A finding is old when the revision of --diff or the file of --baseline has
 * it; with --changed it is not of interest when neither it nor its call lies in
 * one of these files.  Entries of the baseline that nothing matches are named
 * on standard error.
 *
 * Return: false when an error was reported
 */
bool lint_keep_new(struct cmd *c, const struct lint_choice *choice,
		   struct verdict *v);

/**
 * lint_kbuild_split() - take a compiler's words off the command line
 * @choice: words is set
 * @argc: words that are ours
 * @argv: all words; those after --kbuild are not ours
 */
void lint_kbuild_split(struct lint_choice *choice, int *argc, char **argv);

/**
 * lint_kbuild_idle() - is there nothing to see in the file of --kbuild?
 * @c: the command
 * @choice: the options
 * @status: result when there is nothing to analyse
 *
 * A build asks for every file, and few of them mention a gup function: these
 * are not to cost anything.
 *
 * Return: false when the file is to be analysed
 */
bool lint_kbuild_idle(struct cmd *c, const struct lint_choice *choice,
		      enum cmd_status *status);

/**
 * lint_kbuild_analyse() - cmd_analyse() of the file of --kbuild alone
 * @c: the command; without -C the tree is that of the build
 * @choice: the options
 *
 * Return: (transfer full): or NULL when an error was reported
 */
struct verdict *lint_kbuild_analyse(struct cmd *c,
				    const struct lint_choice *choice);

#endif
