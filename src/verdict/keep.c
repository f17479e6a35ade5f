// SPDX-License-Identifier: GPL-2.0-only
/*
 * keep.c - comments in the source that overrule the analysis
 *
 * "gup2pin: keep CLASS - REASON" on or above a call: a person has decided.  The
 * call gets that class, is left as it is, and none of its findings is
 * reported; a comment that changes nothing is a finding itself, so that none
 * stays behind when the code goes.
 */
#include <string.h>
#include "verdict/case.h"

#define FORM "gup2pin: keep CLASS - REASON"

/**
 * struct keep - one such comment
 * @mark: the comment
 * @class: the class it names; N_CLASSES when it cannot be read
 * @reason: what comes behind the dash
 * @used: it stands at a call
 */
struct keep {
	const struct tree_mark *mark;
	enum verdict_class class;
	const char *reason;
	bool used;
};

/**
 * struct keep_file - a source with call sites
 * @file: path
 * @lines: its text, or NULL when there is no comment
 * @n_lines: how many
 * @marks: (element-type tree_mark*)
 * @keeps: (element-type keep)
 */
struct keep_file {
	const char *file;
	char **lines;
	unsigned int n_lines;
	GPtrArray *marks;
	GArray *keeps;
};

static void keep_file_free(void *p)
{
	struct keep_file *f = p;

	g_strfreev(f->lines);
	g_ptr_array_unref(f->marks);
	g_array_unref(f->keeps);
	g_free(f);
}

/* "keep CLASS - REASON" */
static void read_mark(struct keep *k)
{
	g_auto(GStrv) words = g_strsplit(k->mark->text, " ", 4);

	k->class = N_CLASSES;
	if (g_strv_length(words) < 4 || strcmp(words[0], "keep") ||
	    (strcmp(words[2], "-") && strcmp(words[2], "--")))
		return;
	for (unsigned int i = 0; i < N_CLASSES; i++)
		if (i != CLASS_UNKNOWN && i != CLASS_MM &&
		    !strcmp(words[1], verdict_class_name(i)))
			k->class = i;
	k->reason = g_intern_string(words[3]);
}

static struct keep_file *open_file(const struct verdict_work *w,
				   const char *file)
{
	GBytes *bytes = verdict_text(w, file);
	struct keep_file *f;
	const char *text;
	gsize len;

	if (!bytes)
		return NULL;
	text = g_bytes_get_data(bytes, &len);
	f = g_new0(struct keep_file, 1);
	f->file = file;
	f->marks = tree_marks(text, len);
	f->keeps = g_array_new(FALSE, TRUE, sizeof(struct keep));
	for (unsigned int i = 0; i < f->marks->len; i++) {
		struct keep k = { .mark = f->marks->pdata[i] };

		read_mark(&k);
		g_array_append_val(f->keeps, k);
	}
	if (f->keeps->len) {
		g_autofree char *copy = g_strndup(text, len);

		f->lines = g_strsplit(copy, "\n", -1);
		f->n_lines = g_strv_length(f->lines);
	}
	g_bytes_unref(bytes);
	return f;
}

static struct keep *ends_at(struct keep_file *f, unsigned int line)
{
	for (unsigned int i = 0; i < f->keeps->len; i++) {
		struct keep *k = &g_array_index(f->keeps, struct keep, i);

		if (k->mark->last == line)
			return k;
	}
	return NULL;
}

/* Does the statement of the next line start there? */
static bool is_boundary(char *line)
{
	size_t len;

	g_strstrip(line);
	len = strlen(line);
	return !len || line[0] == '#' || strchr(";{}:", line[len - 1]) ||
	       g_str_has_suffix(line, "*/");
}

/* The comment on the call's line, or above the statement it is in. */
static struct keep *find_keep(struct keep_file *f, unsigned int line)
{
	struct keep *k = NULL;

	if (!f->n_lines || line > f->n_lines)
		return NULL;
	k = ends_at(f, line);
	while (!k && --line) {
		g_autofree char *text = g_strdup(f->lines[line - 1]);

		k = ends_at(f, line);
		if (is_boundary(text))
			break;
	}
	return k;
}

static struct keep_file *file_of(struct verdict_work *w, const char *file)
{
	struct keep_file *f = g_hash_table_lookup(w->keeps, file);

	if (!f) {
		f = open_file(w, file);
		if (f)
			g_hash_table_insert(w->keeps, (void *)file, f);
	}
	return f;
}

void verdict_keep_read(struct verdict_work *w)
{
	w->keeps = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					 keep_file_free);
	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];
		struct facts_loc place = verdict_place(c);
		struct keep_file *f = file_of(w, place.file);
		struct keep *k = f ? find_keep(f, place.line) : NULL;

		if (!k)
			continue;
		k->used = true;
		if (k->class != N_CLASSES)
			c->keep = k;
	}
}

static unsigned int drop_findings(struct verdict *v, const char *site)
{
	unsigned int dropped = 0, i = 0;

	while (i < v->findings->len) {
		const struct verdict_finding *f = v->findings->pdata[i];

		if (f->site != site) {
			i++;
			continue;
		}
		g_ptr_array_remove_index(v->findings, i);
		dropped++;
	}
	return dropped;
}

static void complain(struct verdict_work *w, const char *file,
		     const struct keep *k, const struct verdict_site *site,
		     const char *message)
{
	struct facts_loc loc = { .file = file,
				 .line = k->mark->line,
				 .column = k->mark->column };

	verdict_finding_add(w, site, RULE_KEEP_COMMENT, SEVERITY_WARNING, &loc,
			    message);
}

static void apply(struct verdict_work *w, struct verdict_case *c)
{
	const struct keep *k = c->keep;
	struct verdict_site *s = c->site;
	bool needed = drop_findings(w->v, s->id) || verdict_wants(c) ||
		      s->class != k->class;

	if (!needed)
		complain(
			w, verdict_place(c).file, k, s,
			verdict_printf(
				"this comment is not needed: %s() is %s without it",
				s->callee, verdict_class_name(s->class)));
	s->note = needed && s->class != k->class ?
			  verdict_printf("the analysis alone says %s: %s",
					 verdict_class_name(s->class), s->why) :
			  s->note;
	s->class = k->class;
	s->confidence = 1;
	s->why = verdict_printf("a comment at the call says so: %s", k->reason);
}

void verdict_keep_apply(struct verdict_work *w)
{
	GHashTableIter iter;
	gpointer value;

	for (unsigned int i = 0; i < w->cases->len; i++) {
		struct verdict_case *c = w->cases->pdata[i];

		if (c->keep)
			apply(w, c);
	}
	g_hash_table_iter_init(&iter, w->keeps);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct keep_file *f = value;

		for (unsigned int i = 0; i < f->keeps->len; i++) {
			struct keep *k =
				&g_array_index(f->keeps, struct keep, i);

			if (k->class == N_CLASSES)
				complain(
					w, f->file, k, NULL,
					"this comment is ignored, it has to read " FORM
					", with one of dio, longterm, notifier, pageonly and data");
			else if (!k->used)
				complain(
					w, f->file, k, NULL,
					"this comment stands at no get_user_pages*() or pin_user_pages*() call");
		}
	}
	g_hash_table_unref(w->keeps);
}
