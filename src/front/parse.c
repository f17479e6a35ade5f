// SPDX-License-Identifier: GPL-2.0-only
/*
 * parse.c - front_parse(): one file in this process
 */
#include <string.h>
#include <unistd.h>
#include "front/clash.h"
#include "front/front.h"
#include "front/lower.h"
#include "front/parse.h"
#include "front/scan.h"

/* Directory relative file names start from: -working-directory, else ours. */
static char *working_directory(const char *const *argv, const char *root)
{
	static const char opt[] = "-working-directory";
	unsigned int i;

	for (i = 0; argv && argv[i]; i++) {
		const char *arg = argv[i];

		if (g_str_has_prefix(arg, "--"))
			arg++;
		if (!g_str_has_prefix(arg, opt))
			continue;
		arg += strlen(opt);
		if (*arg == '=')
			return g_strdup(arg + 1);
		if (!*arg && argv[i + 1])
			return g_strdup(argv[i + 1]);
	}
	return g_strdup(root);
}

/*
 * Functions of headers beside the main file matter to it; those of the
 * kernel's include directories do not.
 */
static char *near_prefix(const char *file)
{
	char *dir = g_path_get_dirname(file), *ret = NULL;

	if (strcmp(dir, ".") && !g_str_has_prefix(dir, "include") &&
	    !strstr(dir, "/include/") && !g_str_has_suffix(dir, "/include"))
		ret = g_strconcat(dir, "/", NULL);
	g_free(dir);
	return ret;
}

/* A kernel tree has it, a module builds against another's. */
static bool is_kernel(const char *root)
{
	g_autofree char *path =
		g_build_filename(root, "include/linux/mm.h", NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void cx_init(struct cx *cx, struct facts_unit *unit,
		    const struct tree_compile *compile, const char *root,
		    const char *const *names, const struct front_options *opts)
{
	unsigned int i;

	cx->unit = unit;
	cx->root = root;
	cx->cwd = working_directory(compile->argv, root);
	cx->main = unit->file;
	cx->near = near_prefix(unit->file);
	cx->is_module = !is_kernel(root);
	cx->names = g_hash_table_new(g_str_hash, g_str_equal);
	cx->watch = g_hash_table_new(g_str_hash, g_str_equal);
	cx->files = g_hash_table_new_full(NULL, NULL, NULL, cx_file_free);
	cx->types = g_hash_table_new(NULL, NULL);
	cx->pending = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	cx->wanted = g_ptr_array_new();
	cx->seen = g_hash_table_new(NULL, NULL);
	cx->cleanups = g_hash_table_new(NULL, NULL);
	for (i = 0; names && names[i]; i++)
		g_hash_table_add(cx->names, (char *)names[i]);
	for (i = 0; opts && opts->watch && opts->watch[i]; i++)
		g_hash_table_add(cx->watch, (char *)opts->watch[i]);
}

static void cx_clear(struct cx *cx)
{
	g_free((char *)cx->cwd);
	g_free((char *)cx->near);
	g_hash_table_unref(cx->names);
	g_hash_table_unref(cx->watch);
	g_hash_table_unref(cx->files);
	g_hash_table_unref(cx->types);
	g_hash_table_unref(cx->pending);
	g_ptr_array_unref(cx->wanted);
	g_hash_table_unref(cx->seen);
	g_hash_table_unref(cx->cleanups);
	g_free(cx->reached);
	if (cx->linkage)
		g_hash_table_unref(cx->linkage);
}

static bool mentions_name(struct cx *cx, struct cx_file *file, CXCursor c)
{
	CXSourceRange extent = clang_getCursorExtent(c);
	unsigned int from, to;

	cx_read(cx, file);
	clang_getExpansionLocation(clang_getRangeStart(extent), NULL, NULL,
				   NULL, &from);
	clang_getExpansionLocation(clang_getRangeEnd(extent), NULL, NULL, NULL,
				   &to);
	return from < to && cx_text_has_name(cx, file, from, to);
}

static void take_function(struct cx *cx, CXCursor c)
{
	struct facts_func *f;

	if (clang_isCursorDefinition(c)) {
		f = lower_function(cx, c);
		if (f)
			g_ptr_array_add(cx->unit->funcs, f);
	}
	scan_refs(cx, c);
}

/* Is a definition in a header that matters only if it is used? */
static bool may_wait(CXCursor c)
{
	return clang_isCursorDefinition(c) &&
	       clang_getCursorLinkage(c) == CXLinkage_Internal;
}

static void postpone(struct cx *cx, CXCursor c)
{
	CXCursor *copy = g_new(CXCursor, 1);

	*copy = c;
	g_hash_table_replace(cx->pending, (char *)cx_name(c), copy);
}

static enum CXChildVisitResult visit_top(CXCursor c, CXCursor parent,
					 CXClientData data)
{
	struct cx *cx = data;
	enum CXCursorKind kind = clang_getCursorKind(c);
	struct cx_file *file;

	if (kind != CXCursor_FunctionDecl && kind != CXCursor_VarDecl)
		return CXChildVisit_Continue;
	file = cx_cursor_file(cx, c);
	if (!file)
		return CXChildVisit_Continue;
	if (!file->is_main && !((file->is_near || file->is_watch) &&
				mentions_name(cx, file, c))) {
		if (kind == CXCursor_FunctionDecl && may_wait(c)) {
			postpone(cx, c);
			return CXChildVisit_Continue;
		}
		/* a header such as mm.h has much that is of no interest */
		if (!file->is_near)
			return CXChildVisit_Continue;
	}
	if (kind == CXCursor_FunctionDecl) {
		take_function(cx, c);
	} else {
		scan_slots(cx, c);
		scan_refs(cx, c);
	}
	return CXChildVisit_Continue;
}

static bool names_pages(CXType type)
{
	CXString s = clang_getTypeSpelling(clang_getCanonicalType(type));
	const char *text = clang_getCString(s);
	bool found = text && (strstr(text, "struct page *") ||
			      strstr(text, "struct folio *"));

	clang_disposeString(s);
	return found;
}

/* An inline function of a header far away is of interest when it hands pages
 * in or out: an accessor of a driver framework; or when it is what __free()
 * calls for a variable of pages.
 */
static bool is_of_interest(struct cx *cx, CXCursor c)
{
	struct cx_file *file = cx_cursor_file(cx, c);
	int n = clang_Cursor_getNumArguments(c);

	if (file && (file->is_main || file->is_near))
		return true;
	if (g_hash_table_contains(cx->cleanups, cx_name(c)))
		return true;
	if (names_pages(clang_getCursorResultType(c)))
		return true;
	for (int i = 0; i < n; i++)
		if (names_pages(clang_getCursorType(
			    clang_Cursor_getArgument(c, i))))
			return true;
	return false;
}

/* Lower what was found to be used, and what that uses. */
static void take_wanted(struct cx *cx)
{
	unsigned int i;

	for (i = 0; i < cx->wanted->len; i++) {
		CXCursor *c =
			g_hash_table_lookup(cx->pending, cx->wanted->pdata[i]);
		CXCursor copy;

		if (!c)
			continue;
		copy = *c;
		g_hash_table_remove(cx->pending, cx->wanted->pdata[i]);
		if (is_of_interest(cx, copy))
			take_function(cx, copy);
	}
}

static char *absolute(const struct cx *cx, const char *path)
{
	return g_path_is_absolute(path) ?
		       g_strdup(path) :
		       g_build_filename(cx->root, path, NULL);
}

static void scan_watched_skips(struct cx *cx, const char *watch)
{
	GHashTableIter iter;
	void *file;
	struct cx_file *f;

	g_hash_table_iter_init(&iter, cx->files);
	while (g_hash_table_iter_next(&iter, &file, (void **)&f)) {
		if (strcmp(f->path, watch))
			continue;
		scan_skips(cx, clang_getCString(clang_getFileName(file)));
		break;
	}
}

static void scan_all_skips(struct cx *cx, const struct front_options *opts)
{
	unsigned int i;
	char *path = absolute(cx, cx->main);

	scan_skips(cx, path);
	g_free(path);
	for (i = 0; opts && opts->watch && opts->watch[i]; i++) {
		const char *watch = opts->watch[i];

		if (!strcmp(watch, cx->main))
			continue;
		path = absolute(cx, watch);
		/* what is precompiled has been looked at */
		if (!cx->pch || !g_hash_table_contains(cx->pch->read_set, path))
			scan_watched_skips(cx, watch);
		g_free(path);
	}
}

static const char *error_name(enum CXErrorCode code)
{
	switch (code) {
	case CXError_Crashed:
		return "libclang crashed";
	case CXError_InvalidArguments:
		return "libclang refused the arguments";
	case CXError_ASTReadError:
		return "libclang could not read an AST file";
	default:
		return "libclang failed";
	}
}

struct unsaved {
	struct CXUnsavedFile *files;
	unsigned int n;
};

static struct unsaved overlay_files(const char *root, GHashTable *overlay)
{
	struct unsaved u = { 0 };
	GHashTableIter iter;
	void *path, *bytes;

	if (!overlay)
		return u;
	u.files = g_new0(struct CXUnsavedFile, g_hash_table_size(overlay));
	g_hash_table_iter_init(&iter, overlay);
	while (g_hash_table_iter_next(&iter, &path, &bytes)) {
		struct CXUnsavedFile *f = &u.files[u.n++];
		gsize len;

		f->Filename = g_build_filename(root, path, NULL);
		f->Contents = g_bytes_get_data(bytes, &len);
		f->Length = len;
	}
	return u;
}

static void overlay_free(struct unsaved *u)
{
	unsigned int i;

	for (i = 0; i < u->n; i++)
		g_free((char *)u->files[i].Filename);
	g_free(u->files);
}

static void add_read(CXFile file, CXSourceLocation *stack, unsigned int depth,
		     CXClientData data)
{
	CXString name = clang_getFileName(file);
	const char *text = clang_getCString(name);
	GHashTable *seen = data;
	char *path = text ? g_canonicalize_filename(text, NULL) : NULL;

	if (path)
		g_hash_table_add(seen, path);
	clang_disposeString(name);
}

/* Headers are included several times: each is named once. */
static GHashTable *all_reads(struct cx *cx)
{
	GHashTable *seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	clang_getInclusions(cx->tu, add_read, seen);
	return seen;
}

static void collect_reads(struct cx *cx, GPtrArray *reads)
{
	GHashTable *seen = all_reads(cx);
	GHashTableIter iter;
	void *path;

	for (unsigned int i = 0; cx->pch && i < cx->pch->reads->len; i++)
		g_hash_table_add(seen, g_strdup(cx->pch->reads->pdata[i]));
	g_hash_table_iter_init(&iter, seen);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_ptr_array_add(reads, g_strdup(path));
	g_hash_table_unref(seen);
}

/* Is a header among those that the file includes? */
static bool is_reached(const struct cx *cx, const char *file)
{
	g_autofree char *path = absolute(cx, file);
	int i = pch_index(cx->pch, path);

	return i >= 0 && cx->reached[i];
}

/* Does the file include a watched header? */
static bool reaches_watched(const struct cx *cx)
{
	GHashTableIter iter;
	void *file;

	g_hash_table_iter_init(&iter, cx->watch);
	while (g_hash_table_iter_next(&iter, &file, NULL))
		if (is_reached(cx, file))
			return true;
	return false;
}

/* What is known of the headers is part of the facts of the units that have
 * them; and so is what the watched ones use of the others.
 */
static void add_precompiled(struct cx *cx)
{
	const struct facts_unit *from = cx->pch->unit;

	if (!reaches_watched(cx))
		return;
	for (unsigned int i = 0; i < from->funcs->len; i++) {
		struct facts_func *f = from->funcs->pdata[i];

		if (is_reached(cx, f->file))
			g_ptr_array_add(cx->unit->funcs, f);
	}
	for (unsigned int i = 0; i < from->slots->len; i++) {
		struct facts_slot *s = from->slots->pdata[i];

		if (is_reached(cx, s->loc.file))
			g_ptr_array_add(cx->unit->slots, s);
	}
	for (unsigned int i = 0; i < from->refs->len; i++) {
		struct facts_ref *r = from->refs->pdata[i];

		if (is_reached(cx, r->loc.file))
			g_ptr_array_add(cx->unit->refs, r);
	}
}

static void add_precompiled_skips(struct cx *cx)
{
	const struct facts_unit *from = cx->pch->unit;

	for (unsigned int i = 0; i < from->skips->len; i++) {
		struct facts_skip *s = from->skips->pdata[i];

		if (is_reached(cx, s->file))
			g_ptr_array_add(cx->unit->skips, s);
	}
}

static bool has_errors(CXTranslationUnit tu)
{
	unsigned int n = clang_getNumDiagnostics(tu);
	bool found = false;

	for (unsigned int i = 0; !found && i < n; i++) {
		CXDiagnostic d = clang_getDiagnostic(tu, i);

		found = clang_getDiagnosticSeverity(d) >= CXDiagnostic_Error;
		clang_disposeDiagnostic(d);
	}
	return found;
}

static int func_cmp(gconstpointer pa, gconstpointer pb, gpointer main)
{
	const struct facts_func *a = *(struct facts_func *const *)pa;
	const struct facts_func *b = *(struct facts_func *const *)pb;
	int d = (b->file == main) - (a->file == main);

	if (!d)
		d = strcmp(a->file, b->file);
	if (!d && a->first_line != b->first_line)
		d = a->first_line < b->first_line ? -1 : 1;
	if (!d)
		d = strcmp(a->name, b->name);
	return d;
}

/* In the order of the text, not in that of being asked for. */
static void sort_funcs(struct cx *cx)
{
	g_ptr_array_sort_with_data(cx->unit->funcs, func_cmp, (void *)cx->main);
}

/* By this the facts tell whether they are still those of the file. */
static void note_text(struct cx *cx)
{
	g_autofree char *path = absolute(cx, cx->main);
	struct cx_file *f = cx_file(cx, clang_getFile(cx->tu, path));
	g_autofree char *sum = NULL;

	cx_read(cx, f);
	if (!f || !f->text)
		return;
	sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256,
					  (const guchar *)f->text, f->len);
	cx->unit->text = g_intern_string(sum);
}

static void take_all(struct cx *cx, const struct tree_compile *compile,
		     const struct front_options *opts)
{
	if (cx->pch) {
		cx->spoiled = has_errors(cx->tu) ||
			      clash_found(cx, compile, opts->messages);
		if (cx->spoiled)
			return;
		add_precompiled(cx);
	}
	clang_visitChildren(clang_getTranslationUnitCursor(cx->tu), visit_top,
			    cx);
	take_wanted(cx);
	sort_funcs(cx);
	note_text(cx);
	scan_diags(cx);
	scan_all_skips(cx, opts);
	if (cx->pch)
		add_precompiled_skips(cx);
	if (opts && opts->reads && !cx->spoiled)
		collect_reads(cx, opts->reads);
}

static void parse_into(struct cx *cx, const struct tree_compile *compile,
		       const struct front_options *opts)
{
	struct unsaved u = overlay_files(cx->root, opts ? opts->overlay : NULL);
	/* the detailed record is what skipped ranges are taken from */
	unsigned int flags = CXTranslationUnit_KeepGoing |
			     CXTranslationUnit_DetailedPreprocessingRecord;
	CXIndex index = clang_createIndex(1, 0);
	char *path = absolute(cx, cx->main);
	const char **argv = cx->pch ? pch_argv(cx->pch, compile) : NULL;
	const char *const *args = argv ?: compile->argv;
	enum CXErrorCode code;

	if (!(opts && opts->overlay &&
	      g_hash_table_contains(opts->overlay, cx->main)) &&
	    access(path, R_OK)) {
		cx->unit->failed = "cannot read the file";
		goto out;
	}
	code = clang_parseTranslationUnit2(
		index, path, args, args ? g_strv_length((char **)args) : 0,
		u.files, u.n, flags, &cx->tu);
	if (code != CXError_Success || !cx->tu) {
		cx->unit->failed = error_name(code);
		cx->spoiled = true;
		goto out;
	}
	take_all(cx, compile, opts);
	clang_disposeTranslationUnit(cx->tu);
out:
	g_free(argv);
	g_free(path);
	clang_disposeIndex(index);
	overlay_free(&u);
}

/* Some files need not be tried. */
static bool main_clashes(const struct tree_compile *compile, const char *root,
			 const struct front_options *opts)
{
	GBytes *own = opts->overlay ? g_hash_table_lookup(opts->overlay,
							  compile->file) :
				      NULL;
	g_autofree char *path = g_build_filename(root, compile->file, NULL);
	g_autofree char *text = NULL;
	gsize len;

	if (own)
		return pch_clashes_early(opts->pch, g_bytes_get_data(own, NULL),
					 g_bytes_get_size(own), opts->messages);
	return !g_file_get_contents(path, &text, &len, NULL) ||
	       pch_clashes_early(opts->pch, text, len, opts->messages);
}

/* NULL when the file cannot be parsed with precompiled headers. */
static struct facts_unit *parse_once(const struct tree_compile *compile,
				     const char *root, const char *const *names,
				     const struct front_options *opts,
				     const struct pch *pch)
{
	struct facts_unit *unit = facts_unit_new(compile->file);
	struct cx cx = { .pch = pch };

	unit->arch = g_intern_string(compile->arch ? compile->arch : "");
	unit->config = g_intern_string(compile->config ? compile->config : "");
	cx_init(&cx, unit, compile, root, names, opts);
	parse_into(&cx, compile, opts);
	cx_clear(&cx);
	if (!pch || !cx.spoiled)
		return unit;
	facts_unit_free(unit);
	return NULL;
}

struct facts_unit *front_parse(const struct tree_compile *compile,
			       const char *root, const char *const *names,
			       const struct front_options *opts)
{
	char *abs = g_canonicalize_filename(root, NULL);
	struct facts_unit *unit = NULL;

	if (opts && opts->pch &&
	    pch_suits(opts->pch, compile, opts->overlay, abs, opts->messages) &&
	    !main_clashes(compile, abs, opts))
		unit = parse_once(compile, abs, names, opts, opts->pch);
	if (!unit)
		unit = parse_once(compile, abs, names, opts, NULL);
	g_free(abs);
	return unit;
}

/* Making precompiled headers ---------------------------------------------- */

/* The static functions of the headers, and which of them would be lowered. */
static void note_statics(struct cx *cx, struct pch *pch)
{
	GHashTableIter iter;
	void *name, *cursor;

	g_hash_table_iter_init(&iter, cx->pending);
	while (g_hash_table_iter_next(&iter, &name, &cursor))
		g_hash_table_insert(
			pch->statics, g_strdup(name),
			GINT_TO_POINTER(
				is_of_interest(cx, *(CXCursor *)cursor) ? 2 :
									  1));
}

static bool is_forced(const struct tree_compile *compile, const char *path)
{
	if (g_str_has_suffix(path, "/include/generated/autoconf.h"))
		return true;
	for (const char *const *arg = compile->argv; *arg; arg++)
		if (!strcmp(*arg, "-include") && arg[1] &&
		    !strcmp(arg[1], path))
			return true;
	return false;
}

static void note_words(const struct tree_compile *compile, struct pch *pch)
{
	for (unsigned int i = 0; i < pch->reads->len; i++) {
		const char *path = pch->reads->pdata[i];
		g_autofree char *text = NULL;
		gsize len;

		/* libclang takes its time to find one of so many */
		if (g_file_get_contents(path, &text, &len, NULL))
			pch_read_words(pch, i, text, len,
				       is_forced(compile, path));
	}
}

struct edges {
	struct cx *cx;
	struct pch *pch;
};

static int index_of(struct edges *e, CXFile file)
{
	const struct cx_file *f = cx_file(e->cx, file);
	g_autofree char *path = f ? absolute(e->cx, f->path) : NULL;

	return path ? pch_index(e->pch, path) : -1;
}

static enum CXChildVisitResult visit_edge(CXCursor c, CXCursor parent,
					  CXClientData data)
{
	struct edges *e = data;
	CXFile file;
	int from, to;

	if (clang_getCursorKind(c) == CXCursor_MacroDefinition)
		pch_note_macro(e->pch, cx_name(c));
	if (clang_getCursorKind(c) != CXCursor_InclusionDirective)
		return CXChildVisit_Continue;
	clang_getFileLocation(clang_getCursorLocation(c), &file, NULL, NULL,
			      NULL);
	from = index_of(e, file);
	to = index_of(e, clang_getIncludedFile(c));
	if (from >= 0 && to >= 0)
		g_array_append_val((GArray *)e->pch->includes->pdata[from],
				   (guint){ to });
	return CXChildVisit_Continue;
}

/* Which header includes which, be it for the first time or again; and which
 * macros there are.
 */
static void note_includes(struct cx *cx, struct pch *pch)
{
	struct edges e = { cx, pch };

	clang_visitChildren(clang_getTranslationUnitCursor(cx->tu), visit_edge,
			    &e);
}

static void note_all(struct cx *cx, const struct tree_compile *compile,
		     const struct front_options *opts, struct pch *pch)
{
	g_autoptr(GHashTable) reads = all_reads(cx);
	GHashTableIter iter;
	void *path;

	clang_visitChildren(clang_getTranslationUnitCursor(cx->tu), visit_top,
			    cx);
	note_statics(cx, pch);
	take_wanted(cx);
	for (unsigned int i = 0; i < cx->unit->funcs->len; i++) {
		const struct facts_func *f = cx->unit->funcs->pdata[i];

		if (f->is_static)
			g_hash_table_insert(pch->statics, g_strdup(f->name),
					    GINT_TO_POINTER(1));
	}
	scan_all_skips(cx, opts);
	g_hash_table_iter_init(&iter, reads);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		/* the list itself is known by the key */
		if (strcmp(path, compile->file))
			pch_add_read(pch, g_strdup(path));
	note_words(compile, pch);
	note_includes(cx, pch);
}

struct pch *parse_headers(const struct tree_compile *compile, const char *root,
			  const char *const *names,
			  const struct front_options *opts, const char *out)
{
	unsigned int flags = CXTranslationUnit_ForSerialization |
			     CXTranslationUnit_Incomplete |
			     CXTranslationUnit_KeepGoing |
			     CXTranslationUnit_DetailedPreprocessingRecord;
	CXIndex index = clang_createIndex(0, 0);
	struct pch *pch = pch_new();
	struct cx cx = { 0 };
	bool ok = false;

	pch->unit = facts_unit_new(compile->file);
	cx_init(&cx, pch->unit, compile, root, names, opts);
	if (!clang_parseTranslationUnit2(index, compile->file, compile->argv,
					 g_strv_length((char **)compile->argv),
					 NULL, 0, flags, &cx.tu)) {
		ok = !has_errors(cx.tu) &&
		     !clang_saveTranslationUnit(cx.tu, out,
						CXSaveTranslationUnit_None);
		if (ok)
			note_all(&cx, compile, opts, pch);
		clang_disposeTranslationUnit(cx.tu);
	}
	cx_clear(&cx);
	clang_disposeIndex(index);
	if (ok)
		return pch;
	pch_free(pch);
	return NULL;
}

const char *front_clang_version(void)
{
	static const char *version;
	CXString s;
	const char *text, *hit;

	if (version)
		return version;
	s = clang_getClangVersion();
	text = clang_getCString(s);
	hit = text ? strstr(text, "version ") : NULL;
	hit = hit ? hit + strlen("version ") : "";
	version = cx_intern_len(hit, strspn(hit, "0123456789."));
	clang_disposeString(s);
	return version;
}
