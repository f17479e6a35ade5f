// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the check see a conversion that forgets a release?
 *
 * All fixtures that are converted are planned as usual.  Then one release after
 * the other is left as it was, and the page set it belongs to has to be
 * withdrawn: the whole pipeline runs, with spatch and the analysis of what it
 * made.  One release of every page set at a time, so that there are as many
 * runs as the largest set has releases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include "rewrite/rewrite.h"

#define FIXTURES TEST_SOURCE_DIR "/fixtures"
#define KERNEL TEST_SOURCE_DIR "/../examples/tree"

/**
 * struct bench - the verdict on all fixtures
 * @api: the rules
 * @tree: the fixtures, with the example kernel
 * @v: the verdict
 * @actions: (element-type enum verdict_action): of its sites, as planned
 */
struct bench {
	struct api *api;
	struct tree *tree;
	struct verdict *v;
	GArray *actions;
};

static bool has_suffix(const char *name, const char *part, const char *suffix)
{
	g_autofree char *path = g_strdup_printf(
		FIXTURES "/%.*s%s", (int)(strlen(name) - strlen(part)), name,
		suffix);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static int name_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* those that are converted; era_* want other kernels */
static GPtrArray *list_fixtures(void)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(FIXTURES, 0, NULL);
	const char *name;

	assert_non_null(dir);
	while ((name = g_dir_read_name(dir)))
		if (g_str_has_suffix(name, ".c") && !strstr(name, "--") &&
		    !g_str_has_prefix(name, "era_") &&
		    has_suffix(name, ".c", ".res"))
			g_ptr_array_add(paths, g_strdup(name));
	g_dir_close(dir);
	g_ptr_array_sort(paths, name_compare);
	g_ptr_array_add(paths, NULL);
	return paths;
}

static int setup(void **state)
{
	struct tree_options options = { .root = FIXTURES, .kernel = KERNEL };
	g_autoptr(GPtrArray) paths = list_fixtures();
	struct verdict_options how = { .jobs = 2, .follow = 2 };
	struct bench *b = g_new0(struct bench, 1);

	how.paths = (const char *const *)paths->pdata;
	g_setenv("GUP2PIN_WORKER", TEST_GUP2PIN, TRUE);
	b->api = api_load(NULL, NULL);
	b->tree = tree_open(&options, NULL);
	b->v = verdict_run(b->tree, b->api, &how, NULL);
	if (!b->v)
		return -1;
	b->actions = g_array_new(FALSE, FALSE, sizeof(enum verdict_action));
	for (unsigned int i = 0; i < b->v->sites->len; i++) {
		const struct verdict_site *site = b->v->sites->pdata[i];

		g_array_append_val(b->actions, site->action);
	}
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	g_array_unref(b->actions);
	verdict_free(b->v);
	tree_free(b->tree);
	api_free(b->api);
	g_free(b);
	return 0;
}

static bool is_release(const struct verdict_edit *e)
{
	return e->kind == EDIT_RELEASE_PAGE ||
	       e->kind == EDIT_RELEASE_FOLIO_PAGE;
}

static int place_compare(const void *a, const void *b)
{
	const struct verdict_edit *const *x = a, *const *y = b;
	int files = strcmp((*x)->loc.file, (*y)->loc.file);

	if (files)
		return files;
	return (int)((*x)->loc.offset - (*y)->loc.offset);
}

/* releases of a group, in text order, those of one place next to each other */
static GPtrArray *releases_of(const struct bench *b, unsigned int group)
{
	GPtrArray *edits = g_ptr_array_new();

	for (unsigned int i = 0; i < b->v->sites->len; i++) {
		const struct verdict_site *site = b->v->sites->pdata[i];

		for (unsigned int k = 0;
		     site->group == group && site->action == ACTION_CONVERT &&
		     k < site->edits->len;
		     k++)
			if (is_release(site->edits->pdata[k]))
				g_ptr_array_add(edits, site->edits->pdata[k]);
	}
	g_ptr_array_sort(edits, place_compare);
	return edits;
}

/**
 * struct broken - an edit that is left out, and what it was
 */
struct broken {
	struct verdict_edit *edit;
	enum verdict_edit_kind kind;
	const char *to;
};

/* leave the number-th release of a group as it is; false: it has fewer */
static bool break_release(const struct bench *b, unsigned int group,
			  unsigned int number, GArray *broken)
{
	g_autoptr(GPtrArray) edits = releases_of(b, group);
	struct verdict_edit *last = NULL;
	unsigned int n = 0, old = broken->len;

	for (unsigned int i = 0; i < edits->len; i++) {
		struct verdict_edit *e = edits->pdata[i];
		struct broken was = { e, e->kind, e->to };

		if (last && place_compare(&last, &e))
			n++;
		last = e;
		if (n != number)
			continue;
		e->kind = EDIT_RELEASE_PAGE;
		e->to = e->from;
		g_array_append_val(broken, was);
	}
	return broken->len > old;
}

static void mend(struct bench *b, GArray *broken)
{
	for (unsigned int i = 0; i < broken->len; i++) {
		const struct broken *was =
			&g_array_index(broken, struct broken, i);

		was->edit->kind = was->kind;
		was->edit->to = was->to;
	}
	for (unsigned int i = 0; i < b->v->sites->len; i++) {
		struct verdict_site *site = b->v->sites->pdata[i];

		site->action =
			g_array_index(b->actions, enum verdict_action, i);
	}
}

/* all sites of the groups that are broken are withdrawn, by the check */
static void expect_withdrawn(const struct bench *b, GHashTable *groups)
{
	for (unsigned int i = 0; i < b->v->sites->len; i++) {
		const struct verdict_site *site = b->v->sites->pdata[i];

		if (g_array_index(b->actions, enum verdict_action, i) !=
			    ACTION_CONVERT ||
		    !g_hash_table_contains(groups,
					   GUINT_TO_POINTER(site->group)))
			continue;
		if (site->action == ACTION_CONVERT)
			fail_msg("%s:%u: %s() is converted without a release",
				 site->file, site->line, site->callee);
		if (!strstr(site->why, "after conversion"))
			fail_msg("%s:%u: withdrawn because: %s", site->file,
				 site->line, site->why);
	}
}

static void test_every_release(void **state)
{
	const struct rewrite_options options = { .jobs = 2 };
	struct bench *b = *state;
	unsigned int number = 0, all = 0;

	for (;; number++) {
		g_autoptr(GHashTable) groups = g_hash_table_new(NULL, NULL);
		g_autoptr(GArray) broken =
			g_array_new(FALSE, FALSE, sizeof(struct broken));
		struct rewrite_result *result;

		for (unsigned int i = 0; i < b->v->sites->len; i++) {
			const struct verdict_site *site = b->v->sites->pdata[i];
			void *group = GUINT_TO_POINTER(site->group);

			if (site->action != ACTION_CONVERT ||
			    g_hash_table_contains(groups, group))
				continue;
			if (break_release(b, site->group, number, broken))
				g_hash_table_add(groups, group);
		}
		if (!g_hash_table_size(groups))
			break;
		all += g_hash_table_size(groups);
		result = rewrite_run(b->v, &options, NULL);
		assert_non_null(result);
		expect_withdrawn(b, groups);
		rewrite_result_free(result);
		mend(b, broken);
	}
	print_message("%u releases left out, %u runs\n", all, number);
	assert_true(all > 50);
}

/* and nothing is withdrawn when all is there */
static void test_none(void **state)
{
	const struct rewrite_options options = { .jobs = 2 };
	struct bench *b = *state;
	g_autoptr(GArray)
		broken = g_array_new(FALSE, FALSE, sizeof(struct broken));
	struct rewrite_result *result = rewrite_run(b->v, &options, NULL);

	assert_non_null(result);
	for (unsigned int i = 0; i < result->withdrawn->len; i++) {
		const struct rewrite_withdrawn *w = result->withdrawn->pdata[i];

		fail_msg("%s:%u: %s", w->site->file, w->site->line, w->reason);
	}
	rewrite_result_free(result);
	mend(b, broken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_every_release),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
