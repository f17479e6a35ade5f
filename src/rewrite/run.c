// SPDX-License-Identifier: GPL-2.0-only
/*
 * run.c - spatch on copies in a private temporary directory
 *
 *	WORK/convert.cocci	the semantic patch
 *	WORK/macros.h		rules/macros.h
 *	WORK/files		names of the copies, a group each
 *	WORK/tree/...		the copies; spatch's working directory
 *
 * With that working directory and WORK as home, no .cocciconfig but spatch's
 * own is read.
 */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include "rewrite/leave.h"
#include "rewrite/spatch.h"

/* seconds: for one file, and for the run beside that */
#define FILE_LIMIT 120
#define START_LIMIT 60

static bool run_write(const char *path, const char *data, gssize len,
		      GError **error)
{
	g_autofree char *dir = g_path_get_dirname(path);
	g_autoptr(GError) local = NULL;

	if (g_mkdir_with_parents(dir, 0700)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: cannot be made: %s", dir, g_strerror(errno));
		return false;
	}
	if (!g_file_set_contents_full(path, data, len, G_FILE_SET_CONTENTS_NONE,
				      0600, &local)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: cannot be written: %s", path, local->message);
		return false;
	}
	return true;
}

static bool run_prepare(const char *work, const struct plan *plan,
			const char *cocci, GError **error)
{
	g_autofree char *patch = g_build_filename(work, "convert.cocci", NULL);
	g_autofree char *list = g_build_filename(work, "files", NULL);
	g_autofree char *macros = g_build_filename(work, "macros.h", NULL);
	g_autofree char *tree = g_build_filename(work, "tree", NULL);
	g_autofree char *defines = cocci_rules_file("macros.h", error);
	g_autoptr(GString) groups = g_string_new(NULL);

	if (!defines || !run_write(macros, defines, -1, error))
		return false;
	for (unsigned int i = 0; i < plan->files->len; i++) {
		const struct plan_file *file = plan->files->pdata[i];
		g_autofree char *path =
			g_build_filename(tree, file->copy, NULL);

		if (!run_write(path, file->text->data, file->text->len, error))
			return false;
		g_string_append_printf(groups, "%s\n\n", file->copy);
	}
	return run_write(patch, cocci, -1, error) &&
	       run_write(list, groups->str, groups->len, error);
}

static char *run_find(const char *spatch, GError **error)
{
	char *program = NULL;

	if (!spatch)
		program = g_find_program_in_path("spatch");
	else if (strchr(spatch, '/'))
		/* the child runs in another directory */
		program = g_canonicalize_filename(spatch, NULL);
	else
		program = g_find_program_in_path(spatch);
	if (program && g_file_test(program, G_FILE_TEST_IS_EXECUTABLE) &&
	    !g_file_test(program, G_FILE_TEST_IS_DIR))
		return program;
	g_free(program);
	g_set_error(error, G2P_ERROR, G2P_ERROR_TOOL,
		    "%s not found: apt-get install coccinelle",
		    spatch ? spatch : "spatch");
	return NULL;
}

/**
 * struct run - a running spatch
 * @child: the process
 * @done: it has ended
 * @late: it was killed
 * @output: what it wrote on standard error
 */
struct run {
	GSubprocess *child;
	bool done;
	bool late;
	GBytes *output;
};

static gboolean run_timeout(void *data)
{
	struct run *run = data;

	run->late = true;
	g_subprocess_force_exit(run->child);
	return G_SOURCE_REMOVE;
}

static void run_done(GObject *source, GAsyncResult *result, void *data)
{
	struct run *run = data;

	g_subprocess_communicate_finish(run->child, result, NULL, &run->output,
					NULL);
	run->done = true;
}

static void run_wait(struct run *run, unsigned int limit)
{
	GMainContext *context = g_main_context_new();
	GSource *timer = g_timeout_source_new_seconds(limit);

	g_main_context_push_thread_default(context);
	g_source_set_callback(timer, run_timeout, run, NULL);
	g_source_attach(timer, context);
	g_subprocess_communicate_async(run->child, NULL, NULL, run_done, run);
	while (!run->done)
		g_main_context_iteration(context, TRUE);
	g_source_destroy(timer);
	g_source_unref(timer);
	g_main_context_pop_thread_default(context);
	g_main_context_unref(context);
}

/* the first lines of an error output, as one line */
static char *run_first_lines(GBytes *output)
{
	gsize len = 0;
	const char *data = output ? g_bytes_get_data(output, &len) : NULL;
	g_autofree char *valid = g_utf8_make_valid(data ? data : "", len);
	g_auto(GStrv) lines = g_strsplit(valid, "\n", -1);
	GString *out = g_string_new(NULL);
	unsigned int n = 0;

	for (char **line = lines; *line && n < 4; line++) {
		g_strstrip(*line);
		if (!**line || g_str_has_prefix(*line, "warning:"))
			continue;
		g_string_append_printf(out, "%s%s", n++ ? " | " : "", *line);
	}
	return g_string_free(out, FALSE);
}

static bool run_verdict(struct run *run, const char *program,
			unsigned int limit, GError **error)
{
	g_autofree char *said = run_first_lines(run->output);

	if (run->late) {
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_TOOL,
			"%s: no result after %u s; convert fewer files at once",
			program, limit);
		return false;
	}
	if (g_subprocess_get_if_exited(run->child)) {
		if (!g_subprocess_get_exit_status(run->child))
			return true;
		g_set_error(error, G2P_ERROR, G2P_ERROR_TOOL,
			    "%s: exit status %d: %s", program,
			    g_subprocess_get_exit_status(run->child), said);
		return false;
	}
	if (g_subprocess_get_term_sig(run->child) == SIGINT ||
	    g_subprocess_get_term_sig(run->child) == SIGTERM)
		g_set_error(error, G2P_ERROR, G2P_ERROR_INTERRUPTED,
			    "%s: interrupted", program);
	else
		g_set_error(error, G2P_ERROR, G2P_ERROR_TOOL,
			    "%s: killed by signal %d: %s", program,
			    g_subprocess_get_term_sig(run->child), said);
	return false;
}

/*
 * The python3 beside spatch, which is the one it was built with; NULL when
 * there is none.  Left to itself spatch asks the first python3 in PATH for its
 * library, and where that is pyenv's a hundred processes answer.
 */
static char *run_python(const char *program)
{
	g_autofree char *dir = g_path_get_dirname(program);
	g_autofree char *python = g_build_filename(dir, "python3", NULL);

	if (!g_file_test(python, G_FILE_TEST_IS_EXECUTABLE))
		return NULL;
	return g_steal_pointer(&python);
}

static bool run_child(const char *work, const char *program, unsigned int n,
		      GError **error)
{
	g_autofree char *python = run_python(program);
	g_autofree char *limit = g_strdup_printf("%d", FILE_LIMIT);
	g_autofree char *tree = g_build_filename(work, "tree", NULL);
	const char *argv[] = { program, "--very-quiet", "--no-show-diff",
			       "--no-includes", "--no-scanner", "--macro-file",
			       "../macros.h", "--in-place",
			       /* wrapping is layout.c's */
			       "--max-width", "1000", "--timeout", limit,
			       "--sp-file", "../convert.cocci", "--file-groups",
			       "../files",
			       /* the last: there may be none */
			       python ? "--python" : NULL, python, NULL };
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
					  G_SUBPROCESS_FLAGS_STDERR_PIPE);
	g_autoptr(GError) local = NULL;
	struct run run = { 0 };
	const char *id;
	bool ok;

	g_subprocess_launcher_set_cwd(launcher, tree);
	g_subprocess_launcher_setenv(launcher, "HOME", work, TRUE);
	/* relative: spatch hands names below it to a shell */
	g_subprocess_launcher_setenv(launcher, "TMPDIR", "..", TRUE);
	g_subprocess_launcher_unsetenv(launcher, "GUP2PIN_ROOT");
	g_subprocess_launcher_set_child_setup(launcher, leave_child_setup, NULL,
					      NULL);
	run.child = g_subprocess_launcher_spawnv(launcher, argv, &local);
	if (!run.child) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_TOOL,
			    "%s: cannot be started: %s", program,
			    local->message);
		return false;
	}
	id = g_subprocess_get_identifier(run.child);
	leave_child(id ? g_ascii_strtoull(id, NULL, 10) : 0);
	run_wait(&run, START_LIMIT + n * FILE_LIMIT);
	leave_child(0);
	ok = run_verdict(&run, program, START_LIMIT + n * FILE_LIMIT, error);
	g_clear_pointer(&run.output, g_bytes_unref);
	g_object_unref(run.child);
	return ok;
}

static GPtrArray *run_collect(const char *work, const struct plan *plan,
			      GError **error)
{
	GPtrArray *results =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	for (unsigned int i = 0; i < plan->files->len; i++) {
		const struct plan_file *file = plan->files->pdata[i];
		g_autofree char *path =
			g_build_filename(work, "tree", file->copy, NULL);
		g_autoptr(GError) local = NULL;
		char *data;
		gsize len;

		if (!g_file_get_contents(path, &data, &len, &local)) {
			g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
				    "%s: spatch's result cannot be read: %s",
				    file->text->path, local->message);
			g_ptr_array_unref(results);
			return NULL;
		}
		g_ptr_array_add(results, g_bytes_new_take(data, len));
	}
	return results;
}

GPtrArray *spatch_run(const struct plan *plan, const char *cocci,
		      const char *spatch, GError **error)
{
	g_autofree char *program = run_find(spatch, error);
	g_autoptr(GError) local = NULL;
	g_autofree char *work = NULL;
	GPtrArray *results = NULL;

	if (!program)
		return NULL;
	work = leave_make_dir(&local);
	if (!work) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "no temporary directory: %s", local->message);
		return NULL;
	}
	if (run_prepare(work, plan, cocci, error) &&
	    run_child(work, program, plan->files->len, error))
		results = run_collect(work, plan, error);
	leave_remove_dir(work);
	return results;
}

char *rewrite_spatch_version(void)
{
	g_autofree char *program = g_find_program_in_path("spatch");
	const char *argv[] = { program, "--version", NULL };
	g_autofree char *output = NULL;
	g_auto(GStrv) words = NULL;

	if (!program ||
	    !g_spawn_sync("/", (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
			  &output, NULL, NULL, NULL) ||
	    !output)
		return NULL;
	/* "spatch version 1.1.1 compiled with OCaml version 4.13.1" */
	words = g_strsplit_set(output, " \n", 4);
	if (g_strv_length(words) < 3 || strcmp(words[1], "version"))
		return NULL;
	return g_strdup(words[2]);
}
