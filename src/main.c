// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - which command is meant
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cmd/describe.h"
#include "cmd/near.h"
#include "front/front.h"
#include "rewrite/leave.h"
#include "rewrite/rewrite.h"

static const struct describe_command commands[] = {
	{ "scan", cmd_scan,
	  "every call site: class, action, reason (the default)",
	  &cmd_scan_help },
	{ "explain", cmd_explain, "the data flow of one site, step by step",
	  &cmd_explain_help },
	{ "convert", cmd_convert, "a patch for what can be proved",
	  &cmd_convert_help },
	{ "series", cmd_series, "the same as mails for git am and send-email",
	  &cmd_series_help },
	{ "lint", cmd_lint, "misuse, for CI", &cmd_lint_help },
	{ "extract", cmd_extract, "facts of translation units as JSON",
	  &cmd_extract_help },
	{ "cache", cmd_cache, "what is kept of earlier runs", &cmd_cache_help },
};

static GString *help_text(void)
{
	GString *text = g_string_new(
		"Usage: gup2pin [COMMAND] [OPTION...] [PATH...]\n\n"
		"Converts Linux kernel code from get_user_pages*() to pin_user_pages*(), and keeps\n"
		"it converted.\n\n"
		"Commands:\n");
	unsigned int i;

	for (i = 0; i < G_N_ELEMENTS(commands); i++)
		g_string_append_printf(text, "  %-9s %s\n", commands[i].name,
				       commands[i].summary);
	g_string_append(
		text,
		"\nOptions are those of the command: gup2pin COMMAND --help.\n"
		"  -C, --tree=DIR  Kernel tree, configured or not (default: the current directory)\n"
		"  --version       Show the versions of gup2pin and of the tools it uses\n\n"
		"Examples:\n"
		"  gup2pin -C linux drivers/media\n"
		"  gup2pin explain -C linux drivers/media/foo.c:120\n"
		"  gup2pin convert -C linux drivers/media | git -C linux apply\n\n"
		"Exit status: 0 nothing to report, 1 findings, 2 trouble.\n");
	return text;
}

static int print_help(void)
{
	struct cmd c = { .name = "help" };

	return cmd_print_string(&c, help_text(), CMD_NOTHING);
}

/* For the build and the completion scripts: see describe.h. */
static int describe(char **argv)
{
	g_autoptr(GString) text = help_text();
	struct cmd c = { .name = "help" };

	for (unsigned int i = 0; argv[2] && i < G_N_ELEMENTS(commands); i++) {
		char *words[] = { argv[0], argv[1], (char *)commands[i].summary,
				  NULL };

		if (!strcmp(argv[2], commands[i].name))
			return commands[i].run(3, words);
	}
	return cmd_print_string(&c,
				describe_program(commands,
						 G_N_ELEMENTS(commands),
						 text->str, argv),
				CMD_NOTHING);
}

/* The tree that the words ask for, as cmd_parse() will find it. */
static const char *tree_word(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		bool last = i + 1 == argc;

		if (g_str_has_prefix(argv[i], "--tree="))
			return argv[i] + strlen("--tree=");
		if (!strcmp(argv[i], "--tree") || !strcmp(argv[i], "-C"))
			return last ? "." : argv[i + 1];
		if (g_str_has_prefix(argv[i], "-C"))
			return argv[i] + 2;
	}
	return ".";
}

/*
 * Is a first word that names no command a path for scan?  Only the tree and
 * the current directory can tell; both are asked before anything is read.
 */
static bool may_be_path(int argc, char **argv, const char *word)
{
	const char *names[G_N_ELEMENTS(commands) + 1] = { NULL };
	const char *tree = tree_word(argc, argv), *meant;
	g_autofree char *path = g_build_filename(tree, word, NULL);
	struct cmd c = { 0 };

	if (strchr(word, '/') || g_file_test(word, G_FILE_TEST_EXISTS) ||
	    g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	for (unsigned int i = 0; i < G_N_ELEMENTS(commands); i++)
		names[i] = commands[i].name;
	meant = near_word(word, names);
	cmd_complain(
		&c,
		"%s: neither a command nor a file here or in the tree%s%s%s; see gup2pin --help",
		word, meant ? " (" : "", meant ?: "", meant ? "?)" : "");
	return false;
}

/* "gup2pin help lint", as git has it */
static int help_on(int argc, char **argv)
{
	char *words[] = { argv[0], (char *)"--help", NULL };

	for (unsigned int i = 0; argc > 2 && i < G_N_ELEMENTS(commands); i++)
		if (!strcmp(argv[2], commands[i].name))
			return commands[i].run(2, words);
	return argc > 2 && !may_be_path(argc, argv, argv[2]) ? CMD_TROUBLE :
							       print_help();
}

static int print_version(void)
{
	struct cmd c = { .name = "version" };
	char *spatch = rewrite_spatch_version();
	char *text = g_strdup_printf("gup2pin %s\nlibclang %s\nspatch %s\n",
				     GUP2PIN_VERSION, front_clang_version(),
				     spatch ? spatch : "not found");
	int status = cmd_print(&c, text, CMD_NOTHING);

	g_free(text);
	g_free(spatch);
	return status;
}

/* The command is not known yet: any of them may be meant. */
static bool takes_value(const char *word)
{
	for (unsigned int i = 0; i < G_N_ELEMENTS(commands); i++)
		if (cmd_takes_value(commands[i].help, word))
			return true;
	return false;
}

/* Index of the first word that is not an option, argc when there is none. */
static int first_word(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--"))
			return argc;
		if (argv[i][0] != '-' || !argv[i][1])
			return i;
		if (takes_value(argv[i]))
			i++;
	}
	return argc;
}

/*
 * A standard stream that the caller closed must not become the number of the
 * next file that is opened.  Read-only: writing a result to it is an error.
 */
static void guard_streams(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
			exit(CMD_TROUBLE);
	}
}

static int worker(void)
{
	/* the parent's mask came with it */
	leave_child_setup(NULL);
	return front_worker_main();
}

int main(int argc, char **argv)
{
	unsigned int i;
	int word;

	if (argc > 1 && !strcmp(argv[1], "--front-worker"))
		return worker();
	guard_streams();
	leave_start();
	setlocale(LC_CTYPE, "");
	/* a worker that dies must not take us with it; EPIPE is checked */
	signal(SIGPIPE, SIG_IGN);
	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return print_help();
	if (argc > 1 && !strcmp(argv[1], "help"))
		return help_on(argc, argv);
	if (argc > 1 &&
	    (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")))
		return print_version();
	if (describe_asked(argc, argv))
		return describe(argv);
	word = first_word(argc, argv);
	for (i = 0; word < argc && i < G_N_ELEMENTS(commands); i++) {
		if (strcmp(argv[word], commands[i].name))
			continue;
		memmove(&argv[word], &argv[word + 1],
			(argc - word) * sizeof(*argv));
		return commands[i].run(argc - 1, argv);
	}
	if (word < argc && !may_be_path(argc, argv, argv[word]))
		return CMD_TROUBLE;
	return cmd_scan(argc, argv);
}
