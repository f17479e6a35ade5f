// SPDX-License-Identifier: GPL-2.0-only
/*
 * explain.c - the data flow of one site, step by step
 */
#include <string.h>
#include <sys/stat.h>
#include <glib/gstdio.h>
#include "report/report.h"
#include "report/text.h"

/* No source file is larger; a huge file is not read to quote one line. */
#define MAX_SOURCE (32 * 1024 * 1024)

/**
 * struct page - the page that is being written
 * @out: its text
 * @colour: use terminal colours
 * @v: what was found
 * @sources: (key-type char*) (value-type GBytes*): files read for quoting,
 *	by path; a NULL value: cannot be read
 */
struct page {
	GString *out;
	bool colour;
	const struct verdict *v;
	GHashTable *sources;
};

static const char *const class_texts[N_CLASSES] = {
	[CLASS_DIO] =
		"data is accessed, and the pages are let go before the call returns or when its one I/O completes",
	[CLASS_LONGTERM] = "data is accessed, and the pin outlives the call",
	[CLASS_NOTIFIER] = "an mmu notifier stops the use of the pages",
	[CLASS_PAGEONLY] = "only struct page, pfn or address is looked at",
	[CLASS_DATA] = "the CPU accesses the data and lets go",
	[CLASS_MM] = "gup's own implementation or its tests",
	[CLASS_UNKNOWN] = "not decided: a person has to",
};

static bool is_below(const char *path, const char *dir)
{
	size_t len = dir ? strlen(dir) : 0;

	return len && !strncmp(path, dir, len) && path[len] == '/';
}

/* Facts can come from elsewhere: only files of the tree are quoted. */
static char *source_path(const struct verdict *v, const char *file)
{
	char *path;

	if (!v->tree || !tree_root(v->tree))
		return NULL;
	path = g_canonicalize_filename(file, tree_root(v->tree));
	if (is_below(path, tree_root(v->tree)) ||
	    is_below(path, tree_kernel(v->tree)))
		return path;
	g_free(path);
	return NULL;
}

static GBytes *read_source(const struct verdict *v, const char *file)
{
	char *path = source_path(v, file);
	char *text = NULL;
	GStatBuf st;
	gsize len;

	/* a FIFO would block, and nothing in a tree is that large */
	if (path && !g_stat(path, &st) && S_ISREG(st.st_mode) &&
	    st.st_size <= MAX_SOURCE &&
	    !g_file_get_contents(path, &text, &len, NULL))
		text = NULL;
	g_free(path);
	return text ? g_bytes_new_take(text, len) : NULL;
}

/* A line of a file without its indentation, or NULL. */
static char *source_line(struct page *page, const char *file, unsigned int line)
{
	const char *text, *end, *stop;
	gpointer bytes;
	gsize len;

	if (!g_hash_table_lookup_extended(page->sources, file, NULL, &bytes)) {
		bytes = read_source(page->v, file);
		g_hash_table_insert(page->sources, (char *)file, bytes);
	}
	text = bytes ? g_bytes_get_data(bytes, &len) : NULL;
	if (!text || !line)
		return NULL;
	end = text + len;
	while (--line) {
		text = memchr(text, '\n', end - text);
		if (!text)
			return NULL;
		text++;
	}
	stop = memchr(text, '\n', end - text);
	return g_strstrip(g_strndup(text, (stop ? stop : end) - text));
}

static void add_place(struct page *page, const struct facts_loc *loc)
{
	const struct text_place place = text_place(loc);

	text_printf(page->out, page->colour, TEXT_PLAIN, "%s:%u:%u", place.file,
		    place.line, place.column);
}

static void add_heading(struct page *page, const char *heading)
{
	g_string_append_c(page->out, '\n');
	text_add(page->out, page->colour, TEXT_BOLD, heading);
	g_string_append_c(page->out, '\n');
}

static void add_quote(struct page *page, const struct facts_loc *loc)
{
	const struct text_place place = text_place(loc);
	char *line = source_line(page, place.file, place.line);

	if (line && *line) {
		g_string_append(page->out, "         | ");
		text_add(page->out, page->colour, TEXT_DIM, line);
		g_string_append_c(page->out, '\n');
	}
	g_free(line);
}

static void add_header(struct page *page, const struct verdict_site *site)
{
	GString *out = page->out;
	bool colour = page->colour;

	text_printf(out, colour, TEXT_BOLD, "%s:%u:%u:", site->file, site->line,
		    site->column);
	text_printf(out, colour, TEXT_PLAIN, " %s()", site->callee);
	if (site->function)
		text_printf(out, colour, TEXT_PLAIN, " in %s()",
			    site->function);
	g_string_append(out, ": ");
	text_add(out, colour, text_class_style(site->class),
		 verdict_class_name(site->class));
	g_string_append(out, ", ");
	text_add(out, colour, text_action_style(site->action),
		 verdict_action_name(site->action));
	text_printf(out, colour, TEXT_PLAIN, " (confidence %.2f)",
		    site->confidence);
	g_string_append_c(out, '\n');
}

static void add_line(struct page *page, const char *label, const char *text)
{
	if (!text)
		return;
	g_string_append_printf(page->out, "  %-8s ", label);
	text_add(page->out, page->colour, TEXT_PLAIN, text);
	g_string_append_c(page->out, '\n');
}

static void add_facts(struct page *page, const struct verdict_site *site)
{
	char *text;

	add_line(page, "why", site->why);
	add_line(page, "note", site->note);
	text = g_strdup_printf("%s: %s", verdict_class_name(site->class),
			       class_texts[site->class]);
	add_line(page, "class", text);
	g_free(text);
	if (site->flags_expr) {
		text = site->flags_known ?
			       g_strdup_printf("%s (0x%" G_GINT64_MODIFIER "x)",
					       site->flags_expr,
					       (guint64)site->flags_value) :
			       g_strdup_printf("%s (not a constant)",
					       site->flags_expr);
		add_line(page, "flags", text);
		g_free(text);
	}
	text = g_strdup_printf("%s%s", site->config ? site->config : "?",
			       site->parsed ? "" : ", with errors");
	add_line(page, "parsed", text);
	g_free(text);
	add_line(page, "id", site->id);
}

static void add_evidence(struct page *page, const struct verdict_site *site)
{
	unsigned int i, number = 0;

	for (i = 0; i < site->evidence->len; i++) {
		const struct verdict_step *step = site->evidence->pdata[i];

		if (step->role == ROLE_ASSUME)
			continue;
		if (!number++)
			add_heading(page, "Evidence");
		g_string_append_printf(page->out, "  %2u. ", number);
		add_place(page, &step->loc);
		g_string_append(page->out, "  ");
		text_add_padded(page->out, page->colour, TEXT_CYAN,
				verdict_role_name(step->role), 7);
		g_string_append(page->out, "  ");
		text_add(page->out, page->colour, TEXT_PLAIN, step->text);
		g_string_append_c(page->out, '\n');
		add_quote(page, &step->loc);
	}
}

static void add_assumed(struct page *page, const struct verdict_site *site)
{
	unsigned int i, number = 0;

	for (i = 0; i < site->evidence->len; i++) {
		const struct verdict_step *step = site->evidence->pdata[i];

		if (step->role != ROLE_ASSUME)
			continue;
		if (!number++)
			add_heading(page, "Assumed");
		g_string_append(page->out, "  - ");
		if (step->loc.file) {
			add_place(page, &step->loc);
			g_string_append(page->out, "  ");
		}
		text_add(page->out, page->colour, TEXT_PLAIN, step->text);
		g_string_append_c(page->out, '\n');
		if (step->loc.file)
			add_quote(page, &step->loc);
	}
}

static void add_releases(struct page *page, const struct verdict_site *site)
{
	unsigned int i;

	add_heading(page, "Releases");
	if (!site->releases->len)
		g_string_append(page->out, "  none found\n");
	for (i = 0; i < site->releases->len; i++) {
		const struct verdict_release *release =
			site->releases->pdata[i];

		g_string_append(page->out, "  - ");
		add_place(page, &release->loc);
		text_printf(page->out, page->colour, TEXT_PLAIN, "  %s()",
			    release->callee);
		if (release->function)
			text_printf(page->out, page->colour, TEXT_PLAIN,
				    " in %s()", release->function);
		g_string_append_c(page->out, '\n');
	}
}

static void add_edit(struct page *page, const struct verdict_edit *edit)
{
	GString *out = page->out;
	bool colour = page->colour;

	g_string_append(out, "  - ");
	add_place(page, &edit->loc);
	g_string_append(out, "  ");
	if (edit->kind == EDIT_RELEASE_FOLIO_PAGE)
		text_printf(out, colour, TEXT_PLAIN,
			    "%s(page_folio(x)) becomes %s(x)", edit->from,
			    edit->to);
	else if (edit->kind == EDIT_BUILD)
		text_printf(out, colour, TEXT_PLAIN, "%s is built", edit->from);
	else if (edit->kind != EDIT_FLAG)
		text_printf(out, colour, TEXT_PLAIN, "%s() becomes %s()",
			    edit->from, edit->to);
	else
		text_printf(out, colour, TEXT_PLAIN, "%s()", edit->from);
	if (edit->fold)
		text_printf(out, colour, TEXT_PLAIN, ", %s is added to %s",
			    edit->fold,
			    edit->arg_text	     ? edit->arg_text :
			    edit->kind == EDIT_BUILD ? "it" :
						       "the flags");
	if (edit->drop)
		text_printf(out, colour, TEXT_PLAIN, ", %s is dropped from %s",
			    edit->drop,
			    edit->arg_text ? edit->arg_text : "the flags");
	g_string_append_c(out, '\n');
}

static void add_conversion(struct page *page, const struct verdict_site *site)
{
	unsigned int i;

	if (site->action == ACTION_KEEP || !site->edits->len)
		return;
	add_heading(page, site->action == ACTION_CONVERT ?
				  "Conversion (gup2pin convert)" :
				  "Would be converted, if a person agrees");
	for (i = 0; i < site->edits->len; i++)
		add_edit(page, site->edits->pdata[i]);
}

static void add_findings(struct page *page, const struct verdict_site *site)
{
	unsigned int i, number = 0;

	for (i = 0; i < page->v->findings->len; i++) {
		const struct verdict_finding *finding =
			page->v->findings->pdata[i];

		if (!site->id || g_strcmp0(finding->site, site->id))
			continue;
		if (!number++)
			add_heading(page, "Findings");
		g_string_append(page->out, "  - ");
		text_printf(page->out, page->colour, TEXT_PLAIN,
			    "%s:%u:%u: %s: %s [%s]", finding->file,
			    finding->line, finding->column,
			    verdict_severity_name(finding->severity),
			    finding->message, finding->rule);
		g_string_append_c(page->out, '\n');
	}
}

static void free_source(gpointer bytes)
{
	if (bytes)
		g_bytes_unref(bytes);
}

GString *report_explain(const struct verdict *v,
			const struct verdict_site *site, bool colour)
{
	struct page page = {
		.out = g_string_new(NULL),
		.colour = colour,
		.v = v,
		.sources = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
						 free_source),
	};

	add_header(&page, site);
	add_facts(&page, site);
	add_evidence(&page, site);
	add_releases(&page, site);
	add_conversion(&page, site);
	add_assumed(&page, site);
	add_findings(&page, site);
	g_hash_table_unref(page.sources);
	return page.out;
}
