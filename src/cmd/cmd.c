// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd.c - tree, paths, output and diagnostics of a command
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include "cmd/cmd.h"
#include "rewrite/leave.h"

static void clear_progress(struct cmd *c)
{
	if (c->progress_shown)
		fputs("\r\033[K", stderr);
	c->progress_shown = false;
}

void cmd_complain(struct cmd *c, const char *format, ...)
{
	va_list ap;

	clear_progress(c);
	fputs("gup2pin: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
}

enum cmd_status cmd_fail(struct cmd *c, GError *error)
{
	enum cmd_status status = CMD_TROUBLE;

	if (g_error_matches(error, G2P_ERROR, G2P_ERROR_INTERRUPTED)) {
		clear_progress(c);
		status = CMD_INTERRUPTED;
	} else {
		cmd_complain(c, "%s", error->message);
	}
	g_error_free(error);
	return status;
}

enum cmd_status cmd_print(struct cmd *c, const char *text,
			  enum cmd_status status)
{
	size_t len = strlen(text);

	clear_progress(c);
	errno = 0;
	/* closing tells of a full disk that only shows then */
	if (fwrite(text, 1, len, stdout) == len && !fflush(stdout) &&
	    !fclose(stdout))
		return status;
	if (errno != EPIPE)
		cmd_complain(c, "cannot write to standard output: %s",
			     g_strerror(errno));
	return CMD_TROUBLE;
}

enum cmd_status cmd_print_string(struct cmd *c, GString *text,
				 enum cmd_status status)
{
	status = cmd_print(c, text->str, status);
	g_string_free(text, TRUE);
	return status;
}

static bool replace_file(const char *path, const GString *text, GError **error)
{
	bool ok;

	leave_hold();
	ok = g_file_set_contents_full(path, text->str, text->len,
				      G_FILE_SET_CONTENTS_CONSISTENT, 0666,
				      error);
	leave_go(NULL);
	return ok;
}

static bool write_into(const char *path, const GString *text, GError **error)
{
	FILE *f;

	errno = 0;
	f = fopen(path, "w");
	if (f) {
		bool ok = fwrite(text->str, 1, text->len, f) == text->len;

		/* closing tells of a full disk that only shows then */
		if (!fclose(f) && ok)
			return true;
	}
	g_set_error(error, G2P_ERROR, G2P_ERROR_IO, "%s: cannot be written: %s",
		    path, g_strerror(errno));
	return false;
}

/*
 * A file of the user's is replaced in one piece.  Where a link or a device is
 * in its place, that is meant to stay; a FIFO may keep us waiting, so a signal
 * has to get through.
 */
bool cmd_write_file(const char *path, const GString *text, GError **error)
{
	struct stat st;

	return lstat(path, &st) || S_ISREG(st.st_mode) ?
		       replace_file(path, text, error) :
		       write_into(path, text, error);
}

static unsigned int error_width(void)
{
	struct winsize size;

	if (!isatty(STDERR_FILENO) || !g_strcmp0(g_getenv("TERM"), "dumb"))
		return 0;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return size.ws_col;
}

void cmd_progress(unsigned int done, unsigned int total, const char *file,
		  void *user)
{
	struct cmd *c = user;
	unsigned int width = error_width();
	char *line, *valid;

	if (c->verbose)
		cmd_complain(c, "%s: parsed, or known from an earlier run",
			     file ? file : "");
	if (c->verbose || !width)
		return;
	line = g_strdup_printf("%u/%u %s", done, total, file ? file : "");
	valid = g_utf8_make_valid(line, -1);
	g_free(line);
	if (g_utf8_strlen(valid, -1) >= (glong)width)
		*g_utf8_offset_to_pointer(valid, width - 1) = '\0';
	fprintf(stderr, "\r\033[K%s", valid);
	fflush(stderr);
	c->progress_shown = true;
	g_free(valid);
}

/* The program alone is not enough: what to do when it was copied. */
static bool check_installed(struct cmd *c)
{
	g_autofree char *rules =
		g_build_filename(api_rules_dir(), "api.json", NULL);

	if (g_file_test(rules, G_FILE_TEST_EXISTS))
		return true;
	cmd_complain(
		c,
		"%s, which belongs to gup2pin, is missing: install it (cmake --install BUILD), or name its directory in GUP2PIN_RULES",
		rules);
	return false;
}

bool cmd_open(struct cmd *c)
{
	const struct tree_options options = {
		.root = c->root,
		.kernel = c->kernel,
		.assume = c->assume,
		.verbose = c->verbose,
		.no_cache = c->no_cache,
	};
	GError *error = NULL;

	if (c->tree)
		return true;
	if (!check_installed(c))
		return false;
	c->api = api_load((const char *const *)c->api_files, &error);
	if (c->api)
		c->tree = tree_open(&options, &error);
	if (c->tree)
		return true;
	cmd_fail(c, error);
	return false;
}

void cmd_free(struct cmd *c)
{
	clear_progress(c);
	if (c->facts)
		g_hash_table_unref(c->facts);
	tree_free(c->tree);
	api_free(c->api);
	g_free(c->root);
	g_free(c->kernel);
	g_free(c->assume);
	g_strfreev(c->api_files);
	g_free(c->format);
	g_strfreev(c->args);
}

/* What path is below root: "" for the root itself, NULL outside of it. */
static const char *below(const char *path, const char *root)
{
	size_t len = strlen(root);

	if (!strcmp(root, "/"))
		return path + 1;
	if (strncmp(path, root, len) || (path[len] && path[len] != '/'))
		return NULL;
	return path[len] ? path + len + 1 : path + len;
}

/* A path of the command line, relative to the root. */
static char *resolve(struct cmd *c, const char *root, const char *word,
		     GError **error)
{
	char *real = realpath(word, NULL);
	const char *inside = real ? below(real, root) : NULL;
	char *joined, *path = NULL;

	if (inside) {
		path = g_strdup(inside);
	} else if (!g_path_is_absolute(word)) {
		free(real);
		joined = g_build_filename(root, word, NULL);
		real = realpath(joined, NULL);
		g_free(joined);
		inside = real ? below(real, root) : NULL;
		path = g_strdup(inside);
	}
	if (!path && real)
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_USAGE,
			"%s is outside of the tree %s; give the tree with -C",
			word, root);
	else if (!path)
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_USAGE,
			"%s: no such file or directory, neither here nor in %s",
			word, root);
	free(real);
	return path;
}

char **cmd_paths(struct cmd *c, char **words, GError **error)
{
	char *root = realpath(tree_root(c->tree), NULL);
	GStrvBuilder *builder = g_strv_builder_new();
	bool whole = false, ok = root;
	char **paths;

	if (!root)
		g_set_error(error, G2P_ERROR, G2P_ERROR_TREE, "%s: %s",
			    tree_root(c->tree), g_strerror(errno));
	for (; ok && words && *words; words++) {
		char *path = resolve(c, root, *words, error);

		ok = path;
		if (path && *path)
			g_strv_builder_add(builder, path);
		else if (path)
			whole = true;
		g_free(path);
	}
	paths = g_strv_builder_end(builder);
	g_strv_builder_unref(builder);
	free(root);
	if (ok && !whole)
		return paths;
	g_strfreev(paths);
	return ok ? g_new0(char *, 1) : NULL;
}

/* What the compiler said, for --verbose. */
static void show_diags(struct cmd *c, const struct verdict *v)
{
	unsigned int i;

	for (i = 0; v->diags && i < v->diags->len; i++) {
		const struct facts_diag *diag = v->diags->pdata[i];

		cmd_complain(c, "%s:%u:%u: %s",
			     diag->loc.file ? diag->loc.file : "?",
			     diag->loc.line, diag->loc.column, diag->text);
	}
}

struct verdict *cmd_analyse(struct cmd *c, char **words)
{
	struct verdict *v;

	if (!cmd_open(c))
		return NULL;
	v = cmd_analyse_as(c, words, NULL, NULL);
	if (v && c->verbose)
		show_diags(c, v);
	return v;
}

static struct verdict_options options_of(struct cmd *c)
{
	return (struct verdict_options){
		.jobs = c->jobs,
		.follow = c->follow,
		.no_cache = c->no_cache,
		/* --verbose tells what is done, so it has to be done */
		.keep = c->keep && !c->verbose && !c->all_branches,
		.time_limit = c->tu_timeout,
		.memory_limit = c->tu_memory,
		.facts = c->facts,
		.progress = cmd_progress,
		.user = c,
	};
}

bool cmd_is_same_with(struct cmd *c, char **words, GHashTable *texts)
{
	struct verdict_options options = options_of(c);
	g_auto(GStrv) paths = cmd_paths(c, words, NULL);

	if (!paths)
		return false;
	options.paths = *paths ? (const char *const *)paths : NULL;
	return verdict_is_same_with(c->tree, c->api, &options, texts);
}

struct verdict *cmd_analyse_as(struct cmd *c, char **words, GHashTable *overlay,
			       const struct verdict *earlier)
{
	struct verdict_options options = options_of(c);
	struct verdict *v = NULL;
	GError *error = NULL;
	char **paths;

	if (c->all_branches && !cmd_is_module(c))
		return NULL;
	options.overlay = overlay;
	options.earlier = earlier;
	paths = cmd_paths(c, words, &error);
	if (paths) {
		options.paths = *paths ? (const char *const *)paths : NULL;
		v = verdict_run(c->tree, c->api, &options, &error);
		if (v && c->all_branches &&
		    !cmd_walk_branches(c, &options, v, &error))
			g_clear_pointer(&v, verdict_free);
		g_strfreev(paths);
	}
	clear_progress(c);
	if (!v)
		cmd_fail(c, error);
	return v;
}
