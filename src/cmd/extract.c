// SPDX-License-Identifier: GPL-2.0-only
/*
 * extract.c - gup2pin extract: facts of translation units as JSON
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <glib/gstdio.h>
#include <json-c/json.h>
#include "cmd/cmd.h"
#include "facts/json.h"
#include "front/front.h"

static const char *const formats[] = { "json", NULL };

static char *output;
static char *shard;
static gboolean commands;

static const GOptionEntry entries[] = {
	{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
	  "Write DIR/FILE.json for each FILE instead of standard output",
	  "DIR" },
	{ "shard", 0, 0, G_OPTION_ARG_STRING, &shard,
	  "Take the Kth of N shares of the files only", "K/N" },
	{ "commands", 0, 0, G_OPTION_ARG_NONE, &commands,
	  "Parse nothing: write how the files would be compiled, as compile_commands.json",
	  NULL },
	{ NULL }
};

const struct cmd_help cmd_extract_help = {
	.args = "FILE...",
	.summary =
		"Parse C files and write what they say about user pages as JSON, one line a file\n"
		"(docs/facts.md). A directory stands for the C files below it that mention a\n"
		"function of the get_user_pages family.",
	.details =
		"Examples:\n"
		"  gup2pin extract -C linux drivers/foo/bar.c\n"
		"  gup2pin extract -C linux -o facts drivers\n"
		"  gup2pin extract -C linux -o facts --shard 2/8 .   (see docs/scale.md)\n"
		"  gup2pin extract -C linux --commands drivers/foo > compile_commands.json\n\n"
		"Exit status: 0 all files were parsed, 1 some could not be (their facts say why),\n"
		"2 trouble.",
	.formats = formats,
	.entries = entries,
};

/* The headers that mention a gup name: their inline functions matter. */
static char **watched_headers(struct cmd *c, GError **error)
{
	GPtrArray *files =
		tree_candidates(c->tree, c->api, NULL, c->jobs, error);
	GStrvBuilder *builder;
	char **headers;
	unsigned int i;

	if (!files)
		return NULL;
	builder = g_strv_builder_new();
	for (i = 0; i < files->len; i++) {
		const struct tree_file *file = files->pdata[i];

		if (g_str_has_suffix(file->path, ".h"))
			g_strv_builder_add(builder, file->path);
	}
	headers = g_strv_builder_end(builder);
	g_strv_builder_unref(builder);
	g_ptr_array_unref(files);
	return headers;
}

/* The candidates below a directory, NULL for the whole tree. */
static bool add_directory(struct cmd *c, const char *path,
			  GStrvBuilder *builder, GError **error)
{
	const char *const paths[] = { path, NULL };
	GPtrArray *files = tree_candidates(c->tree, c->api, path ? paths : NULL,
					   c->jobs, error);
	unsigned int i;

	if (!files)
		return false;
	for (i = 0; i < files->len; i++) {
		const struct tree_file *file = files->pdata[i];

		if (g_str_has_suffix(file->path, ".c"))
			g_strv_builder_add(builder, file->path);
	}
	g_ptr_array_unref(files);
	return true;
}

static char **files_to_parse(struct cmd *c, GError **error)
{
	char **paths = cmd_paths(c, c->args, error), **path, **files;
	GStrvBuilder *builder = g_strv_builder_new();
	bool ok = paths;

	if (ok && !*paths)
		ok = add_directory(c, NULL, builder, error);
	for (path = paths; ok && *path; path++) {
		char *full = g_build_filename(tree_root(c->tree), *path, NULL);

		if (g_file_test(full, G_FILE_TEST_IS_DIR))
			ok = add_directory(c, *path, builder, error);
		else
			g_strv_builder_add(builder, *path);
		g_free(full);
	}
	files = g_strv_builder_end(builder);
	g_strv_builder_unref(builder);
	g_strfreev(paths);
	if (ok)
		return files;
	g_strfreev(files);
	return NULL;
}

/* Every Nth file, beginning with the Kth. */
static bool take_share(char **files, GError **error)
{
	unsigned int k, n, kept = 0;
	int end = 0;

	if (!shard)
		return true;
	if (sscanf(shard, "%9u/%9u%n", &k, &n, &end) != 2 || shard[end] ||
	    !isdigit((unsigned char)*shard) || !k || k > n) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_USAGE,
			    "--shard takes K/N with K from 1 to N, not %s",
			    shard);
		return false;
	}
	for (unsigned int i = 0; files[i]; i++) {
		if (i % n == k - 1)
			files[kept++] = files[i];
		else
			g_free(files[i]);
	}
	files[kept] = NULL;
	return true;
}

static GPtrArray *parse(struct cmd *c, GError **error)
{
	char **watch = watched_headers(c, error);
	char **files = watch ? files_to_parse(c, error) : NULL;
	bool ok = files && take_share(files, error);
	const struct front_options options = {
		.jobs = c->jobs,
		.watch = (const char *const *)watch,
		.no_cache = c->no_cache,
		.time_limit = c->tu_timeout,
		.memory_limit = c->tu_memory,
		.progress = cmd_progress,
		.user = c,
	};
	GPtrArray *units = NULL;

	if (ok)
		units = front_parse_files(c->tree, c->api,
					  (const char *const *)files, &options,
					  error);
	g_strfreev(files);
	g_strfreev(watch);
	return units;
}

static bool write_unit(const struct facts_unit *unit, GError **error)
{
	char *name = g_strconcat(unit->file, ".json", NULL);
	char *path = g_build_filename(output, name, NULL);
	char *dir = g_path_get_dirname(path);
	char *text = facts_to_json(unit);
	GString *line = g_string_new(text);
	bool ok = !g_mkdir_with_parents(dir, 0777);

	if (!ok)
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: cannot be made: %s", dir, g_strerror(errno));
	g_string_append_c(line, '\n');
	if (ok)
		ok = cmd_write_file(path, line, error);
	g_string_free(line, TRUE);
	g_free(text);
	g_free(dir);
	g_free(path);
	g_free(name);
	return ok;
}

static enum cmd_status emit(struct cmd *c, GPtrArray *units)
{
	enum cmd_status status = CMD_NOTHING;
	GString *lines = g_string_new(NULL);
	GError *error = NULL;
	unsigned int i;

	for (i = 0; i < units->len && !error; i++) {
		const struct facts_unit *unit = units->pdata[i];

		if (unit->failed) {
			cmd_complain(c, "%s: not parsed: %s", unit->file,
				     unit->failed);
			status = CMD_FOUND;
		}
		if (output) {
			write_unit(unit, &error);
		} else {
			char *text = facts_to_json(unit);

			g_string_append(lines, text);
			g_string_append_c(lines, '\n');
			g_free(text);
		}
	}
	if (error)
		status = cmd_fail(c, error);
	else if (!output)
		status = cmd_print(c, lines->str, status);
	g_string_free(lines, TRUE);
	return status;
}

static struct json_object *command_of(struct cmd *c,
				      const struct tree_compile *compile)
{
	struct json_object *entry = json_object_new_object();
	struct json_object *words = json_object_new_array();

	json_object_array_add(words, json_object_new_string("clang"));
	for (const char *const *arg = compile->argv; *arg; arg++)
		json_object_array_add(words, json_object_new_string(*arg));
	json_object_array_add(words, json_object_new_string(compile->file));
	json_object_object_add(entry, "directory",
			       json_object_new_string(tree_root(c->tree)));
	json_object_object_add(entry, "file",
			       json_object_new_string(compile->file));
	json_object_object_add(entry, "arguments", words);
	return entry;
}

static enum cmd_status write_commands(struct cmd *c)
{
	enum cmd_status status = CMD_NOTHING;
	struct json_object *list = json_object_new_array();
	GError *error = NULL;
	g_auto(GStrv) files = files_to_parse(c, &error);
	GString *text = g_string_new(NULL);

	if (files && !take_share(files, &error))
		*files = NULL;
	for (char **file = files; file && *file && !error; file++) {
		const struct tree_compile *compile =
			tree_compile(c->tree, *file, &error);

		if (compile)
			json_object_array_add(list, command_of(c, compile));
	}
	g_string_append(text,
			json_object_to_json_string_ext(
				list, JSON_C_TO_STRING_PRETTY |
					      JSON_C_TO_STRING_NOSLASHESCAPE));
	g_string_append_c(text, '\n');
	json_object_put(list);
	if (!error)
		return cmd_print_string(c, text, status);
	g_string_free(text, TRUE);
	return cmd_fail(c, error);
}

static enum cmd_status extract(struct cmd *c)
{
	enum cmd_status status;
	GError *error = NULL;
	GPtrArray *units;

	if (!cmd_open(c))
		return CMD_TROUBLE;
	if (commands)
		return write_commands(c);
	units = parse(c, &error);
	if (!units)
		return cmd_fail(c, error);
	status = emit(c, units);
	g_ptr_array_unref(units);
	return status;
}

int cmd_extract(int argc, char **argv)
{
	struct cmd c;
	enum cmd_status status =
		cmd_parse(&c, "extract", &cmd_extract_help, argc, argv);

	if (status == CMD_GO_ON && (!c.args || !*c.args)) {
		cmd_complain(
			&c,
			"extract takes at least one FILE; see gup2pin extract --help");
		status = CMD_TROUBLE;
	} else if (status == CMD_GO_ON) {
		status = extract(&c);
	}
	g_free(output);
	g_free(shard);
	cmd_free(&c);
	return status;
}
