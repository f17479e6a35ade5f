// SPDX-License-Identifier: GPL-2.0-only
/* pch.c - when a file may use precompiled headers, and how */
#include <string.h>
#include <unistd.h>
#include "front/cx.h"
#include "front/pch.h"

struct pch *pch_new(void)
{
	struct pch *pch = g_new0(struct pch, 1);

	pch->reads = g_ptr_array_new_with_free_func(g_free);
	pch->read_set = g_hash_table_new(g_str_hash, g_str_equal);
	pch->used =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	pch->defined =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	pch->statics =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return pch;
}

void pch_free(struct pch *pch)
{
	if (!pch)
		return;
	g_hash_table_unref(pch->read_set);
	g_ptr_array_unref(pch->reads);
	g_hash_table_unref(pch->used);
	g_hash_table_unref(pch->defined);
	g_hash_table_unref(pch->statics);
	facts_unit_free(pch->unit);
	g_free(pch->path);
	g_free(pch);
}

/* Directives ------------------------------------------------------------ */

/**
 * struct word - a token that is an identifier, or the end of the text
 * @directive: of the line it stands in: "if", "define" ...; "" in code
 * @first: it is the first word after the directive's name
 */
struct word {
	const struct cx_file *file;
	size_t from;
	size_t to;
	char directive[16];
	size_t line_end;
	bool first;
};

static size_t logical_line_end(const struct cx_file *f, size_t at)
{
	while (at < f->len && f->text[at] != '\n') {
		if (f->text[at] == '\\' && at + 1 < f->len)
			at++;
		at++;
	}
	return MIN(at, f->len);
}

static bool is_line_start(const struct cx_file *f, size_t at)
{
	while (at > 0 && (f->text[at - 1] == ' ' || f->text[at - 1] == '\t'))
		at--;
	return !at || f->text[at - 1] == '\n';
}

/* At a '#': its directive's name. Returns where to go on. */
static size_t enter_directive(struct word *w, size_t at)
{
	size_t from = cx_text_skip_space(w->file, at + 1);
	size_t to = cx_text_ident(w->file, from);
	size_t len = MIN(to - from, sizeof(w->directive) - 1);

	memcpy(w->directive, w->file->text + from, len);
	w->directive[len] = '\0';
	w->line_end = logical_line_end(w->file, at);
	w->first = true;
	return MAX(to, at + 1);
}

/* The next identifier, false at the end. */
static bool next_word(struct word *w)
{
	size_t at = w->to;

	if (w->from < w->to)
		w->first = false;
	while ((at = cx_text_skip_space(w->file, at)) < w->file->len) {
		size_t end;

		if (at >= w->line_end)
			w->directive[0] = '\0';
		if (w->file->text[at] == '#' && is_line_start(w->file, at)) {
			at = enter_directive(w, at);
			continue;
		}
		end = cx_text_skip_token(w->file, at);
		if (cx_text_ident(w->file, at) > at &&
		    !g_ascii_isdigit(w->file->text[at])) {
			w->from = at;
			w->to = end;
			return true;
		}
		at = end;
	}
	return false;
}

static bool is_test(const struct word *w)
{
	return !strncmp(w->directive, "if", 2) ||
	       !strncmp(w->directive, "elif", 4);
}

static char *word_text(const struct word *w)
{
	return g_strndup(w->file->text + w->from, w->to - w->from);
}

void pch_read_words(struct pch *pch, const char *text, size_t len, bool forced)
{
	struct cx_file file = { .text = text, .len = len };
	struct word w = { .file = &file };

	while (next_word(&w)) {
		char *name = word_text(&w);

		if (!strcmp(w.directive, "define") && w.first) {
			if (forced)
				g_free(name);
			else
				g_hash_table_add(pch->defined, name);
		} else {
			g_hash_table_add(pch->used, name);
		}
	}
}

/* Offset of the last #include of a text. */
static size_t last_include(const struct cx_file *f)
{
	size_t at = 0, last = 0;

	while (at < f->len) {
		size_t end = logical_line_end(f, at);
		const char *line = f->text + at;
		size_t i = strspn(line, " \t");

		if (i < end - at && line[i] == '#') {
			i++;
			i += strspn(line + i, " \t");
			if (at + i + 7 < f->len &&
			    !strncmp(line + i, "include", 7))
				last = at;
		}
		at = end + 1;
	}
	return last;
}

static bool is_define(const struct word *w)
{
	return w->first && (!strcmp(w->directive, "define") ||
			    !strcmp(w->directive, "undef"));
}

bool pch_clashes(const struct pch *pch, const char *text, size_t len,
		 bool is_main, const char *const *messages)
{
	g_autofree char *copy = g_strndup(text, len);
	struct cx_file file = { .text = copy, .len = strlen(copy) };
	struct word w = { .file = &file };
	size_t include = is_main ? last_include(&file) : file.len;

	while (next_word(&w)) {
		g_autofree char *name = NULL;

		if (!w.directive[0])
			continue;
		name = word_text(&w);
		if (is_define(&w) && w.from < include &&
		    g_hash_table_contains(pch->used, name) &&
		    !(messages && g_strv_contains(messages, name)))
			return true;
		if (is_test(&w) && g_hash_table_contains(pch->defined, name))
			return true;
	}
	return false;
}

/* Flags ----------------------------------------------------------------- */

/* Where a header would be looked for: "linux/mm.h". */
static const char *include_name(const char *path)
{
	static const char *const dirs[] = { "/include/generated/uapi/",
					    "/include/generated/",
					    "/include/uapi/", "/include/" };

	for (size_t i = 0; i < G_N_ELEMENTS(dirs); i++) {
		const char *hit = g_strrstr(path, dirs[i]);

		if (hit)
			return hit + strlen(dirs[i]);
	}
	return NULL;
}

/* Does an include directory of the file's own have a header of that name? */
static bool shadows(const struct pch *pch, const char *dir)
{
	for (unsigned int i = 0; i < pch->reads->len; i++) {
		const char *path = pch->reads->pdata[i];
		const char *name = include_name(path);
		g_autofree char *other =
			name ? g_build_filename(dir, name, NULL) : NULL;

		if (other && strcmp(other, path) && !access(other, F_OK))
			return true;
	}
	return false;
}

static bool defines_used(const struct pch *pch, const char *macro)
{
	g_autofree char *name = g_strndup(macro, strcspn(macro, "=("));

	return g_hash_table_contains(pch->used, name);
}

/* A flag that the file's Makefile adds. */
static bool flag_suits(const struct pch *pch, const char *flag)
{
	if (g_str_has_prefix(flag, "-D") || g_str_has_prefix(flag, "-U"))
		return flag[2] && !defines_used(pch, flag + 2);
	if (g_str_has_prefix(flag, "-I"))
		return flag[2] == '/' && !shadows(pch, flag + 2);
	return false;
}

static bool overlay_suits(const struct pch *pch, GHashTable *overlay,
			  const char *root)
{
	GHashTableIter iter;
	gpointer path;

	if (!overlay)
		return true;
	g_hash_table_iter_init(&iter, overlay);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		g_autofree char *abs = g_build_filename(root, path, NULL);

		if (g_hash_table_contains(pch->read_set, abs))
			return false;
	}
	return true;
}

bool pch_suits(const struct pch *pch, const struct tree_compile *compile,
	       GHashTable *overlay, const char *root)
{
	const char *const *all = compile->argv, *const *common =
							compile->common;

	if (!overlay_suits(pch, overlay, root))
		return false;
	/* the additions stand in one place */
	while (*all && *common && !strcmp(*all, *common)) {
		all++;
		common++;
	}
	for (; *all; all++) {
		if (*common && !strcmp(*all, *common) &&
		    g_strv_length((char **)all) ==
			    g_strv_length((char **)common))
			return true;
		if (!flag_suits(pch, *all))
			return false;
	}
	return !*common;
}

const char **pch_argv(const struct pch *pch, const struct tree_compile *compile)
{
	unsigned int n = g_strv_length((char **)compile->argv), k = 0;
	const char **argv = g_new0(const char *, n + 3);

	for (unsigned int i = 0; i < n; i++) {
		/* they are in it, with what came of them */
		if (!strcmp(compile->argv[i], "-include") && i + 1 < n)
			i++;
		else
			argv[k++] = compile->argv[i];
	}
	argv[k++] = "-include-pch";
	argv[k++] = pch->path;
	return argv;
}
