// SPDX-License-Identifier: GPL-2.0-only
/*
 * lint_kbuild.c - one file of a kernel build, as sparse is called for it
 *
 * make C=2 runs $(CHECK) $(CHECKFLAGS) $(c_flags) FILE.c in the directory that
 * is built in, with srctree (and KBUILD_EXTMOD for a module) in the
 * environment: see scripts/Makefile.build of the kernel.
 */
#include <string.h>
#include "cmd/lint.h"

void lint_kbuild_split(struct lint_choice *choice, int *argc, char **argv)
{
	for (int i = 1; i < *argc && strcmp(argv[i], "--"); i++) {
		if (strcmp(argv[i], "--kbuild"))
			continue;
		choice->words = argv + i + 1;
		*argc = i + 1;
		return;
	}
}

/* kbuild names the file last. */
static const char *file_of(const struct lint_choice *choice)
{
	unsigned int n = g_strv_length(choice->words);
	const char *last = n ? choice->words[n - 1] : "";

	return *last != '-' && g_str_has_suffix(last, ".c") ? last : NULL;
}

static bool exclude(struct cmd *c, bool given, const char *what)
{
	if (given)
		cmd_complain(c, "--kbuild and %s exclude each other", what);
	return given;
}

static bool mentions_gup(struct cmd *c, const char *text, size_t len,
			 GError **error)
{
	struct api *api = api_load((const char *const *)c->api_files, error);
	GPtrArray *mentions;
	bool found;

	if (!api)
		return true;
	mentions = tree_mentions(api, text, len);
	found = mentions->len;
	g_ptr_array_unref(mentions);
	api_free(api);
	return found;
}

bool lint_kbuild_idle(struct cmd *c, const struct lint_choice *choice,
		      enum cmd_status *status)
{
	const char *file = file_of(choice);
	g_autofree char *text = NULL;
	GError *error = NULL;
	bool idle = true;
	gsize len;

	*status = CMD_TROUBLE;
	if (exclude(c, choice->diff, "--diff") ||
	    exclude(c, choice->changed, "--changed") ||
	    exclude(c, choice->write_baseline, "--write-baseline") ||
	    exclude(c, choice->all_branches, "--all-branches") ||
	    exclude(c, c->args, "paths"))
		return true;
	if (!file) {
		cmd_complain(
			c,
			"--kbuild is for make: make C=2 CHECK=\"gup2pin lint --kbuild\"; it takes the compiler's flags and one .c file, last");
		return true;
	}
	if (g_file_get_contents(file, &text, &len, &error))
		idle = !mentions_gup(c, text, len, &error);
	if (error)
		*status = cmd_fail(c, error);
	else
		*status = CMD_NOTHING;
	return idle || *status == CMD_TROUBLE;
}

/* The directories that kbuild exports, unless told otherwise. */
static void find_tree(struct cmd *c)
{
	const char *source = g_getenv("srctree");
	const char *module = g_getenv("KBUILD_EXTMOD");

	if (!source || !*source)
		source = ".";
	if (c->root)
		return;
	if (module && *module) {
		c->root = g_strdup(module);
		if (!c->kernel)
			c->kernel = g_strdup(source);
	} else {
		c->root = g_strdup(source);
	}
}

/* make runs elsewhere: a file that it named in full is reported in full. */
static void name_in_full(struct cmd *c, struct verdict *v)
{
	for (unsigned int i = 0; i < v->findings->len; i++) {
		struct verdict_finding *f = v->findings->pdata[i];
		g_autofree char *path =
			g_build_filename(c->root, f->file, NULL);

		f->file = g_intern_string(path);
	}
}

struct verdict *lint_kbuild_analyse(struct cmd *c,
				    const struct lint_choice *choice)
{
	g_autofree char *dir = g_get_current_dir();
	const char *file = file_of(choice);
	char *words[] = { (char *)file, NULL };
	struct verdict *v;

	find_tree(c);
	/* one process a file, as make has set it up; no look at the others */
	c->jobs = 1;
	c->follow = 0;
	if (!cmd_open(c))
		return NULL;
	tree_set_command(c->tree, dir, file,
			 (const char *const *)choice->words);
	v = cmd_analyse_as(c, words, NULL, NULL);
	if (v && g_path_is_absolute(file))
		name_in_full(c, v);
	return v;
}
