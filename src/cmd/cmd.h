/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd.h - what the commands share: options, trees, paths, output
 *
 * A command parses its options into a struct cmd, opens the tree, runs the
 * stages it needs and prints its result at once at the end.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <glib.h>
#include "tree/tree.h"
#include "verdict/verdict.h"

/**
 * enum cmd_status - exit statuses, as grep and diff have them
 */
enum cmd_status {
	CMD_NOTHING = 0,
	CMD_FOUND = 1,
	CMD_TROUBLE = 2,
	CMD_INTERRUPTED = 130,
	CMD_GO_ON = -1,
};

/**
 * struct cmd - a command while it runs
 * @name: "scan"
 * @root: -C, or NULL
 * @kernel: --kernel, or NULL
 * @assume: --assume-api, or NULL
 * @api_files: --api, NULL-terminated, or NULL
 * @jobs: -j
 * @follow: --follow: see verdict_options
 * @no_cache: --no-cache
 * @tu_timeout: --tu-timeout, or 0
 * @tu_memory: --tu-memory, or 0
 * @verbose: --verbose
 * @all_branches: --all-branches
 * @format: --format, one of those the command knows
 * @colour: colour standard output
 * @width: columns of the terminal on standard output, 0 when it is none
 * @keep: the result of an earlier run will do: no units are needed
 * @facts: of --facts, or NULL
 * @args: words that are not options, NULL-terminated
 * @tree: opened by cmd_open()
 * @api: loaded by cmd_open()
 * @progress_shown: a progress line stands on standard error
 */
struct cmd {
	const char *name;
	char *root;
	char *kernel;
	char *assume;
	char **api_files;
	int jobs;
	int follow;
	gboolean no_cache;
	int tu_timeout;
	int tu_memory;
	gboolean verbose;
	gboolean all_branches;
	char *format;
	bool colour;
	unsigned int width;
	bool keep;
	GHashTable *facts;
	char **args;
	struct tree *tree;
	struct api *api;
	bool progress_shown;
};

/**
 * struct cmd_help - what a command says about itself
 * @args: "[PATH...]"
 * @summary: what it does, shown above the options
 * @details: examples and exit statuses, shown below the options
 * @formats: what --format takes, NULL-terminated, the default first
 * @entries: options of its own, or NULL
 */
struct cmd_help {
	const char *args;
	const char *summary;
	const char *details;
	const char *const *formats;
	const GOptionEntry *entries;
};

/**
 * cmd_parse() - parse a command line
 * @c: result; free with cmd_free() in any case
 * @name: of the command
 * @help: of the command
 * @argc: words
 * @argv: words; argv[0] is the program
 *
 * Return: CMD_GO_ON, or the exit status: --help was asked for, or an error
 * was reported
 */
enum cmd_status cmd_parse(struct cmd *c, const char *name,
			  const struct cmd_help *help, int argc, char **argv);

/**
 * cmd_free() - free what the command holds
 */
void cmd_free(struct cmd *c);

/**
 * cmd_open() - open the tree and load the API rules, unless that is done
 *
 * Return: false when an error was reported
 */
bool cmd_open(struct cmd *c);

/**
 * cmd_paths() - the paths of the command line, relative to the tree's root
 * @c: the command, opened
 * @words: NULL-terminated, as given
 * @error: G2P_ERROR_USAGE when there is no such path
 *
 * A word is taken relative to the current directory when that exists and lies
 * inside the tree, else relative to the root.
 *
 * Return: (transfer full): NULL-terminated; empty when the whole tree is
 * meant; NULL on error.  Free with g_strfreev()
 */
char **cmd_paths(struct cmd *c, char **words, GError **error);

/**
 * cmd_analyse() - cmd_open() and verdict_run() over the given paths
 * @c: the command
 * @words: paths as given on the command line
 *
 * Return: (transfer full): or NULL when an error was reported
 */
struct verdict *cmd_analyse(struct cmd *c, char **words);

/**
 * cmd_analyse_as() - verdict_run() with other texts for some files
 * @c: the command, opened
 * @words: paths as given on the command line
 * @overlay: see verdict_options; or NULL
 * @earlier: see verdict_options; or NULL
 *
 * Return: (transfer full): or NULL when an error was reported
 */
struct verdict *cmd_analyse_as(struct cmd *c, char **words, GHashTable *overlay,
			       const struct verdict *earlier);

/**
 * cmd_is_same_with() - would other texts for some files make no difference
 * @c: the command, after cmd_analyse() with the same paths
 * @words: paths as given on the command line
 * @texts: see verdict_options.overlay
 *
 * Return: false when that is not certain without a run
 */
bool cmd_is_same_with(struct cmd *c, char **words, GHashTable *texts);

/**
 * cmd_is_module() - is the tree what --all-branches takes
 * @c: the command, opened
 *
 * Return: false when it is not, and that was reported
 */
bool cmd_is_module(struct cmd *c);

/**
 * cmd_walk_branches() - look at a module as other kernel versions have it
 * @c: the command, opened
 * @options: of the run
 * @v: its result; what the other versions bring is added
 * @error: of any stage
 *
 * Return: false on error
 */
gboolean cmd_walk_branches(struct cmd *c, const struct verdict_options *options,
			   struct verdict *v, GError **error);

/**
 * cmd_progress() - progress callback of front_options and verdict_options
 * @user: the struct cmd
 */
void cmd_progress(unsigned int done, unsigned int total, const char *file,
		  void *user);

/**
 * cmd_complain() - a diagnostic on standard error, "gup2pin: ..."
 */
void cmd_complain(struct cmd *c, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * cmd_fail() - report an error
 * @c: the command
 * @error: (transfer full): what went wrong
 *
 * Return: the exit status it stands for
 */
enum cmd_status cmd_fail(struct cmd *c, GError *error);

/**
 * cmd_print() - write a result to standard output, all of it or an error
 * @c: the command
 * @text: the result
 * @status: exit status if that works
 *
 * Return: status, or CMD_TROUBLE after a report.  A reader that went away is
 * no news: CMD_TROUBLE without a word.
 */
enum cmd_status cmd_print(struct cmd *c, const char *text,
			  enum cmd_status status);

/**
 * cmd_print_string() - cmd_print() and free
 * @text: (transfer full)
 */
enum cmd_status cmd_print_string(struct cmd *c, GString *text,
				 enum cmd_status status);

/**
 * cmd_write_file() - write a file that the user named, all of it or an error
 * @path: its name; a device or a link is written to, not replaced
 * @text: the content
 * @error: of the system
 */
bool cmd_write_file(const char *path, const GString *text, GError **error);

/**
 * cmd_takes_value() - does an option take the next word as its value
 * @help: of the command that is meant
 * @word: "-C", "--tree"; with "--tree=DIR" there is nothing left to take
 */
bool cmd_takes_value(const struct cmd_help *help, const char *word);

/*
 * The commands.  Each takes the words after its name; argv[0] is the program.
 * Each returns an exit status.
 */
int cmd_scan(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_convert(int argc, char **argv);
int cmd_series(int argc, char **argv);
int cmd_lint(int argc, char **argv);
int cmd_extract(int argc, char **argv);
int cmd_cache(int argc, char **argv);

extern const struct cmd_help cmd_scan_help;
extern const struct cmd_help cmd_explain_help;
extern const struct cmd_help cmd_convert_help;
extern const struct cmd_help cmd_series_help;
extern const struct cmd_help cmd_lint_help;
extern const struct cmd_help cmd_extract_help;
extern const struct cmd_help cmd_cache_help;

#endif
