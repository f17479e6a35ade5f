/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rewrite_fixture.h - a tree and a verdict made by hand, for test_rewrite*.c
 */
#ifndef TESTS_REWRITE_FIXTURE_H
#define TESTS_REWRITE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include "rewrite/spatch.h"

/**
 * struct fixture - a temporary tree and the verdict of it
 * @root: the tree
 * @v: the verdict; tree is NULL
 * @opts: options: no_check
 * @result: of the last fixture_run()
 * @error: of the last fixture_run()
 */
struct fixture {
	char *root;
	struct verdict v;
	struct rewrite_options opts;
	struct rewrite_result *result;
	GError *error;
};

static inline void fixture_site_free(void *data)
{
	struct verdict_site *site = data;

	g_ptr_array_unref(site->evidence);
	g_ptr_array_unref(site->releases);
	g_ptr_array_unref(site->edits);
	g_free(site);
}

static inline int fixture_setup(void **state)
{
	struct fixture *f = g_new0(struct fixture, 1);

	f->root = g_dir_make_tmp("gup2pin test-XXXXXX", NULL);
	f->v.sites = g_ptr_array_new_with_free_func(fixture_site_free);
	f->v.findings = g_ptr_array_new_with_free_func(g_free);
	f->v.unparsed = g_ptr_array_new();
	f->v.diags = g_ptr_array_new_with_free_func(g_free);
	f->opts.jobs = 1;
	f->opts.no_check = true;
	*state = f;
	return f->root ? 0 : -1;
}

static inline void fixture_remove(const char *path)
{
	const char *name;
	GDir *dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ?
			    NULL :
			    g_dir_open(path, 0, NULL);

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		fixture_remove(child);
	}
	if (dir)
		g_dir_close(dir);
	g_remove(path);
}

static inline void fixture_forget(struct fixture *f)
{
	g_clear_pointer(&f->result, rewrite_result_free);
	g_clear_error(&f->error);
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	fixture_forget(f);
	fixture_remove(f->root);
	g_ptr_array_unref(f->v.sites);
	g_ptr_array_unref(f->v.findings);
	g_ptr_array_unref(f->v.unparsed);
	g_ptr_array_unref(f->v.diags);
	g_free(f->root);
	g_free(f);
	return 0;
}

static inline void fixture_bytes(struct fixture *f, const char *path,
				 const char *text, gssize len)
{
	g_autofree char *full = g_build_filename(f->root, path, NULL);
	g_autofree char *dir = g_path_get_dirname(full);

	assert_int_equal(g_mkdir_with_parents(dir, 0755), 0);
	assert_true(g_file_set_contents(full, text, len, NULL));
}

static inline void fixture_file(struct fixture *f, const char *path,
				const char *text)
{
	fixture_bytes(f, path, text, -1);
}

static inline char *fixture_read(struct fixture *f, const char *path)
{
	g_autofree char *full = g_build_filename(f->root, path, NULL);
	char *text = NULL;

	g_file_get_contents(full, &text, NULL, NULL);
	return text;
}

/* the n-th place (from 0) of a word in a file */
static inline void fixture_loc(struct fixture *f, struct facts_loc *loc,
			       const char *path, const char *word,
			       unsigned int n)
{
	g_autofree char *text = fixture_read(f, path);
	size_t len = strlen(word);

	assert_non_null(text);
	loc->file = g_intern_string(path);
	loc->line = 1;
	loc->column = 0;
	for (const char *s = text; *s; s++) {
		bool starts = s == text ||
			      (!g_ascii_isalnum(s[-1]) && s[-1] != '_');

		loc->column++;
		if (starts && !strncmp(s, word, len) &&
		    !g_ascii_isalnum(s[len]) && s[len] != '_' && !n--)
			return;
		if (*s == '\n') {
			loc->line++;
			loc->column = 0;
		}
	}
	fail_msg("%s: no such %s", path, word);
}

static inline struct verdict_site *
fixture_site(struct fixture *f, unsigned int group, const char *path,
	     const char *callee, unsigned int n)
{
	struct verdict_site *site = g_new0(struct verdict_site, 1);
	struct facts_loc loc = { 0 };

	fixture_loc(f, &loc, path, callee, n);
	site->file = loc.file;
	site->line = loc.line;
	site->column = loc.column;
	site->function = "f";
	site->callee = callee;
	site->class = CLASS_LONGTERM;
	site->action = ACTION_CONVERT;
	site->group = group;
	site->why = "";
	site->evidence = g_ptr_array_new_with_free_func(g_free);
	site->releases = g_ptr_array_new_with_free_func(g_free);
	site->edits = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(f->v.sites, site);
	return site;
}

static inline struct verdict_edit *
fixture_edit(struct fixture *f, struct verdict_site *site,
	     enum verdict_edit_kind kind, const char *path, const char *from,
	     unsigned int n, const char *to)
{
	struct verdict_edit *edit = g_new0(struct verdict_edit, 1);

	edit->kind = kind;
	fixture_loc(f, &edit->loc, path, from, n);
	edit->from = from;
	edit->to = to;
	edit->arg = -1;
	g_ptr_array_add(site->edits, edit);
	return edit;
}

/* a site whose n-th call becomes a pin with FOLL_LONGTERM in argument arg */
static inline struct verdict_site *
fixture_acquire(struct fixture *f, unsigned int group, const char *path,
		const char *from, unsigned int n, const char *to, int arg)
{
	struct verdict_site *site = fixture_site(f, group, path, from, n);
	struct verdict_edit *edit =
		fixture_edit(f, site, EDIT_ACQUIRE, path, from, n, to);

	edit->arg = arg;
	if (arg >= 0)
		edit->fold = "FOLL_LONGTERM";
	return site;
}

static inline void fixture_release(struct fixture *f, struct verdict_site *site,
				   const char *path, unsigned int n)
{
	fixture_edit(f, site, EDIT_RELEASE_PAGE, path, "put_page", n,
		     "unpin_user_page");
}

static inline void fixture_run(struct fixture *f)
{
	fixture_forget(f);
	f->result = rewrite_run_root(f->root, &f->v, &f->opts, &f->error);
	if (f->error)
		print_message("%s\n", f->error->message);
	for (unsigned int i = 0; f->result && i < f->result->withdrawn->len;
	     i++) {
		struct rewrite_withdrawn *w = f->result->withdrawn->pdata[i];

		print_message("withdrawn: %s\n", w->reason);
	}
}

/* the new text of a file, NULL when it does not change */
static inline char *fixture_after(struct fixture *f, const char *path)
{
	assert_non_null(f->result);
	for (unsigned int i = 0; i < f->result->files->len; i++) {
		struct rewrite_file *file = f->result->files->pdata[i];
		gsize len;
		const char *data = g_bytes_get_data(file->after, &len);

		if (!strcmp(file->path, path))
			return g_strndup(data, len);
	}
	return NULL;
}

static inline void fixture_expect(struct fixture *f, const char *path,
				  const char *want)
{
	g_autofree char *after = fixture_after(f, path);

	assert_non_null(after);
	assert_string_equal(after, want);
}

static inline void fixture_expect_withdrawn(struct fixture *f,
					    const char *reason)
{
	struct rewrite_withdrawn *w;

	assert_non_null(f->result);
	assert_int_equal(f->result->files->len, 0);
	assert_null(f->result->cocci);
	assert_true(f->result->withdrawn->len >= 1);
	w = f->result->withdrawn->pdata[0];
	assert_int_equal(w->site->action, ACTION_MANUAL);
	assert_string_equal(w->site->why, w->reason);
	if (!strstr(w->reason, reason))
		fail_msg("\"%s\" is not in \"%s\"", reason, w->reason);
}

#endif
