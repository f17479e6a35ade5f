// SPDX-License-Identifier: GPL-2.0-only
/*
 * options.c - the options that every command takes
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include "cmd/describe.h"
#include "cmd/near.h"

/* More workers than this are a slip of the finger. */
#define MAX_JOBS 1024

/* One step sees the callers, two their entry points; each costs parse time. */
#define DEFAULT_FOLLOW 2
#define MAX_FOLLOW 9

/* seconds, and MiB: a worker needs some to start at all */
#define MAX_TIMEOUT 86400
#define MIN_MEMORY 256
#define MAX_MEMORY (1 << 20)

/**
 * struct words - option values before they are checked
 * @colour: --colour
 * @help: --help
 */
struct words {
	char *colour;
	gboolean help;
};

/* Return: (transfer full): free with g_free(), after the parsing */
static GOptionEntry *common_entries(struct cmd *c, struct words *w,
				    const char *formats)
{
	const GOptionEntry entries[] = {
		{ "help", 'h', 0, G_OPTION_ARG_NONE, &w->help, "Show this help",
		  NULL },
		{ "tree", 'C', 0, G_OPTION_ARG_FILENAME, &c->root,
		  "Kernel tree, or out-of-tree module with --kernel (default: the current directory)",
		  "DIR" },
		{ "kernel", 0, 0, G_OPTION_ARG_FILENAME, &c->kernel,
		  "Kernel source or headers that an out-of-tree module is built with",
		  "DIR" },
		{ "assume-api", 0, 0, G_OPTION_ARG_STRING, &c->assume,
		  "Where mm.h has no pin_user_pages*() yet: write those of Linux VERSION (5.6 or later)",
		  "VERSION" },
		{ "api", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &c->api_files,
		  "Add to what is known about kernel functions (repeatable)",
		  "FILE" },
		{ "jobs", 'j', 0, G_OPTION_ARG_INT, &c->jobs,
		  "Work on N files at a time (default: number of processors)",
		  "N" },
		{ "follow", 0, 0, G_OPTION_ARG_INT, &c->follow,
		  "Parse files that the pages lead to, up to N steps away (default: 2)",
		  "N" },
		{ "no-cache", 0, 0, G_OPTION_ARG_NONE, &c->no_cache,
		  "Parse again what an earlier run has parsed", NULL },
		{ "tu-timeout", 0, 0, G_OPTION_ARG_INT, &c->tu_timeout,
		  "Give up a file that takes longer to parse (default: 60)",
		  "SECONDS" },
		{ "tu-memory", 0, 0, G_OPTION_ARG_INT, &c->tu_memory,
		  "Give up a file that takes more memory to parse (default: 4096)",
		  "MIB" },
		{ "format", 0, 0, G_OPTION_ARG_STRING, &c->format,
		  "Output format", formats },
		{ "colour", 0, 0, G_OPTION_ARG_STRING, &w->colour,
		  "Colours (default: auto)", "auto|always|never" },
		{ "color", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING,
		  &w->colour, NULL, NULL },
		{ "verbose", 0, 0, G_OPTION_ARG_NONE, &c->verbose,
		  "Say on standard error what is being done, and what the compiler said",
		  NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY,
		  &c->args, NULL, NULL },
		{ NULL }
	};

	return g_memdup2(entries, sizeof(entries));
}

/*
 * GLib's words with their typographic signs replaced: a terminal without UTF-8
 * would show something else.
 */
static char *plain_text(const char *text)
{
	static const char *const signs[][2] = {
		{ "\u2026", "..." },
		{ "\u201c", "\"" },
		{ "\u201d", "\"" },
	};
	GString *out = g_string_new(text);

	for (unsigned int i = 0; i < G_N_ELEMENTS(signs); i++)
		g_string_replace(out, signs[i][0], signs[i][1], 0);
	return g_string_free(out, FALSE);
}

static enum cmd_status print_help(struct cmd *c, GOptionContext *context)
{
	g_autofree char *help = g_option_context_get_help(context, TRUE, NULL);
	g_autofree char *text = plain_text(help);

	return cmd_print(c, text, CMD_NOTHING);
}

static enum cmd_status usage(struct cmd *c, const char *message)
{
	cmd_complain(c, "%s; see gup2pin %s --help", message, c->name);
	return CMD_TROUBLE;
}

static void add_options(GPtrArray *names, const GOptionEntry *e)
{
	for (; e && e->long_name; e++)
		if (*e->long_name)
			g_ptr_array_add(names, (void *)e->long_name);
}

/* What the option parser did not understand, for any terminal. */
static enum cmd_status bad_words(struct cmd *c, const GError *error,
				 const GOptionEntry *own,
				 const GOptionEntry *common)
{
	static const char unknown[] = "Unknown option --";
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autofree char *text = plain_text(error->message);
	g_autofree char *option = NULL;
	g_autofree char *hint = NULL;
	const char *meant = NULL;

	if (g_str_has_prefix(text, unknown)) {
		add_options(names, own);
		add_options(names, common);
		g_ptr_array_add(names, NULL);
		option = g_strndup(text + strlen(unknown),
				   strcspn(text + strlen(unknown), "="));
		meant = near_word(option, (const char *const *)names->pdata);
	}
	hint = g_strdup_printf("%s%s%s%s", text, meant ? " (--" : "",
			       meant ?: "", meant ? "?)" : "");
	return usage(c, hint);
}

static enum cmd_status check_format(struct cmd *c, const char *const *formats)
{
	char *known, *message;

	if (!c->format)
		c->format = g_strdup(formats[0]);
	if (g_strv_contains(formats, c->format))
		return CMD_GO_ON;
	known = g_strjoinv(", ", (char **)formats);
	message = g_strdup_printf("unknown format %s (there is: %s)", c->format,
				  known);
	usage(c, message);
	g_free(message);
	g_free(known);
	return CMD_TROUBLE;
}

static enum cmd_status check_colour(struct cmd *c, const char *when)
{
	const char *no_color = g_getenv("NO_COLOR");

	if (!when || !strcmp(when, "auto"))
		c->colour = isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
			    g_strcmp0(g_getenv("TERM"), "dumb");
	else if (!strcmp(when, "always"))
		c->colour = true;
	else if (strcmp(when, "never"))
		return usage(c, "--colour takes auto, always or never");
	return CMD_GO_ON;
}

static unsigned int output_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return 0;
	return size.ws_col;
}

/* GOption does not know "-j4": make it "-j" "4", likewise -C and -o. */
static char **split_words(int argc, char **argv)
{
	GStrvBuilder *builder = g_strv_builder_new();
	bool ended = false;
	char **words;
	int i;

	for (i = 0; i < argc; i++) {
		const char *word = argv[i];
		char option[3] = { word[0], word[0] ? word[1] : 0, 0 };

		ended = ended || !strcmp(word, "--");
		if (!ended && i && word[0] == '-' && word[1] &&
		    strchr("Cjov", word[1]) && word[2]) {
			g_strv_builder_add(builder, option);
			word += 2;
		}
		g_strv_builder_add(builder, word);
	}
	words = g_strv_builder_end(builder);
	g_strv_builder_unref(builder);
	return words;
}

static bool has_value(const GOptionEntry *e, const char *word)
{
	for (; e && e->long_name; e++) {
		bool meant = word[1] == '-' ?
				     !strcmp(word + 2, e->long_name) :
				     word[1] == e->short_name && !word[2];

		if (*e->long_name && meant && e->arg != G_OPTION_ARG_NONE)
			return true;
	}
	return false;
}

bool cmd_takes_value(const struct cmd_help *help, const char *word)
{
	struct cmd c = { 0 };
	struct words w = { 0 };
	g_autofree GOptionEntry *common = common_entries(&c, &w, NULL);

	return has_value(common, word) || has_value(help->entries, word);
}

enum cmd_status cmd_parse(struct cmd *c, const char *name,
			  const struct cmd_help *help, int argc, char **argv)
{
	GOptionContext *context = g_option_context_new(help->args);
	char *formats = g_strjoinv("|", (char **)help->formats);
	char **words = split_words(argc, argv);
	enum cmd_status status = CMD_GO_ON;
	struct words w = { 0 };
	GOptionEntry *common = common_entries(c, &w, formats);
	GError *error = NULL;
	char *text;

	memset(c, 0, sizeof(*c));
	c->name = name;
	c->jobs = MIN(g_get_num_processors(), MAX_JOBS);
	c->follow = DEFAULT_FOLLOW;
	/* printed like any result, with its errors checked */
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_set_summary(context, help->summary);
	g_option_context_set_description(context, help->details);
	if (help->entries)
		g_option_context_add_main_entries(context, help->entries, NULL);
	g_option_context_add_main_entries(context, common, NULL);
	text = g_strdup_printf("gup2pin %s", name);
	g_set_prgname(text);
	g_free(text);
	if (describe_asked(argc, argv)) {
		status = cmd_print_string(
			c, describe_command(name, help, common, argv),
			CMD_NOTHING);
	} else if (!g_option_context_parse_strv(context, &words, &error)) {
		status = bad_words(c, error, help->entries, common);
		g_error_free(error);
	} else if (w.help) {
		status = print_help(c, context);
	} else if (c->follow < 0 || c->follow > MAX_FOLLOW) {
		status = usage(c, "--follow takes a number from 0 to 9");
	} else if (c->tu_timeout < 0 || c->tu_timeout > MAX_TIMEOUT) {
		status = usage(c, "--tu-timeout takes seconds, at most 86400");
	} else if (c->tu_memory &&
		   (c->tu_memory < MIN_MEMORY || c->tu_memory > MAX_MEMORY)) {
		status = usage(c, "--tu-memory takes MiB, from 256 to 1048576");
	} else if (c->jobs < 1 || c->jobs > MAX_JOBS) {
		status = usage(c, "-j takes a number from 1 to 1024");
	} else {
		status = check_format(c, help->formats);
		if (status == CMD_GO_ON)
			status = check_colour(c, w.colour);
		c->width = output_width();
	}
	g_free(w.colour);
	g_free(formats);
	g_strfreev(words);
	g_option_context_free(context);
	g_free(common);
	return status;
}
