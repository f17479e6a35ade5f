// SPDX-License-Identifier: GPL-2.0-only
/*
 * clash.c - would a file be the same without its precompiled headers
 *
 * The preprocessing record tells which files the file and its own headers
 * include, and in which order; the notes of the precompiled headers tell what
 * these include in turn.  So it is known which of them would have been read at
 * any point of the text.
 */
#include <string.h>
#include "front/lower.h"
#include "front/clash.h"
#include "front/scan.h"

/* One #include directive; they come in the order in which they were met.  A
 * file may go by several names: its path tells which one it is.
 */
struct include {
	struct cx_file *from;
	struct cx_file *to;
	unsigned int offset;
};

struct walk {
	struct cx *cx;
	GArray *includes;
	unsigned int at;
	GHashTable *done; /* paths of the texts that were looked at */
	struct pch_seen seen;
	const char *const *messages;
	bool clash;
};

static enum CXChildVisitResult visit_include(CXCursor c, CXCursor parent,
					     CXClientData data)
{
	struct walk *w = data;
	struct include inc;
	CXFile file;

	if (clang_isDeclaration(clang_getCursorKind(c)))
		return CXChildVisit_Break; /* the record comes first */
	if (clang_getCursorKind(c) != CXCursor_InclusionDirective)
		return CXChildVisit_Continue;
	clang_getFileLocation(clang_getCursorLocation(c), &file, NULL, NULL,
			      &inc.offset);
	inc.from = cx_file(w->cx, file);
	inc.to = cx_file(w->cx, clang_getIncludedFile(c));
	if (inc.from && inc.to)
		g_array_append_val(w->includes, inc);
	return CXChildVisit_Continue;
}

static void collect(struct walk *w)
{
	w->includes = g_array_new(FALSE, FALSE, sizeof(struct include));
	clang_visitChildren(clang_getTranslationUnitCursor(w->cx->tu),
			    visit_include, w);
}

static const struct include *next_include(const struct walk *w)
{
	return w->at < w->includes->len ?
		       &g_array_index(w->includes, struct include, w->at) :
		       NULL;
}

/* Headers of include/ that are not precompiled are left alone: each of them
 * has to make sense wherever it is included.
 */
static bool is_own(struct cx *cx, struct cx_file *f)
{
	if (f->pch >= 0 ||
	    (!f->is_main && (g_str_has_prefix(f->path, "include/") ||
			     strstr(f->path, "/include/"))))
		return false;
	cx_read(cx, f);
	return f->text;
}

static struct pch_text *text_of(struct walk *w, struct cx_file *f)
{
	CXSourceRangeList *list = scan_skipped_once(w->cx, f);
	struct pch_text *t = pch_text_new(w->cx->pch, f->text, f->len);

	for (unsigned int i = 0; list && i < list->count; i++) {
		unsigned int from, to;

		clang_getFileLocation(clang_getRangeStart(list->ranges[i]),
				      NULL, NULL, NULL, &from);
		clang_getFileLocation(clang_getRangeEnd(list->ranges[i]), NULL,
				      NULL, NULL, &to);
		pch_text_skip(t, from, to);
	}
	return t;
}

static void check_upto(struct walk *w, struct pch_text *t, size_t upto)
{
	if (t && !w->clash)
		w->clash = pch_text_clashes(t, upto, &w->seen, w->messages);
}

static void walk_file(struct walk *w, struct cx_file *f)
{
	struct pch_text *t =
		is_own(w->cx, f) && g_hash_table_add(w->done, (char *)f->path) ?
			text_of(w, f) :
			NULL;
	const struct include *inc;

	while (!w->clash && (inc = next_include(w)) &&
	       inc->from->path == f->path) {
		struct cx_file *to = inc->to;

		check_upto(w, t, inc->offset);
		w->at++;
		if (to->pch >= 0)
			pch_reach(w->cx->pch, to->pch, w->seen.before);
		inc = next_include(w);
		if ((inc && inc->from->path == to->path &&
		     to->path != f->path) ||
		    (is_own(w->cx, to) &&
		     !g_hash_table_contains(w->done, to->path)))
			walk_file(w, to);
	}
	check_upto(w, t, f->len);
	pch_text_free(t);
}

/* What the flags include comes first in any case. */
static void reach_forced(struct walk *w, const struct tree_compile *compile)
{
	const char *const *arg = compile->argv;

	for (; arg && *arg && arg[1]; arg++) {
		int i = strcmp(*arg, "-include") ?
				-1 :
				pch_index(w->cx->pch, arg[1]);

		if (i >= 0)
			pch_reach(w->cx->pch, i, w->seen.before);
	}
}

bool clash_found(struct cx *cx, const struct tree_compile *compile,
		 const char *const *messages)
{
	unsigned int n = cx->pch->reads->len;
	g_autofree char *path =
		g_path_is_absolute(cx->main) ?
			g_strdup(cx->main) :
			g_build_filename(cx->root, cx->main, NULL);
	struct walk w = { .cx = cx, .messages = messages };
	struct cx_file *main = cx_file(cx, clang_getFile(cx->tu, path));

	if (!main)
		return true;
	collect(&w);
	w.done = g_hash_table_new(NULL, NULL);
	w.seen.before = g_new0(guint8, n + 1);
	reach_forced(&w, compile);
	w.seen.all = g_memdup2(w.seen.before, n + 1);
	for (unsigned int i = 0; i < w.includes->len; i++) {
		const struct include *inc =
			&g_array_index(w.includes, struct include, i);

		if (inc->to->pch >= 0)
			pch_reach(cx->pch, inc->to->pch, w.seen.all);
	}
	walk_file(&w, main);
	/* an order that is not understood */
	w.clash |= w.at < w.includes->len;
	g_free(w.seen.before);
	g_free(cx->reached);
	cx->reached = w.seen.all;
	g_hash_table_unref(w.done);
	g_array_unref(w.includes);
	return w.clash;
}
