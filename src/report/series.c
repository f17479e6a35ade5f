// SPDX-License-Identifier: GPL-2.0-only
/* series.c - patches and cover letter as mails */
#include <string.h>
#include "report/mail.h"
#include "report/patch.h"

/* Above that many people the cover letter goes to the lists only. */
#define MAX_COVER_PEOPLE 30

/* columns of a diffstat, and how many of them a graph may have */
#define STAT_COLUMNS 72
#define STAT_GRAPH 32

/**
 * struct letter - one mail while it is written
 * @opts: options
 * @total: patches of the series
 * @number: of the mail, 0 for the cover letter
 * @subject: without the part in brackets
 * @id: of this mail
 * @cover_id: of the cover letter
 * @route: (element-type maintainers_contact*): who gets it
 * @body: what is below the header
 */
struct letter {
	const struct series_options *opts;
	unsigned int total;
	unsigned int number;
	const char *subject;
	const char *id;
	const char *cover_id;
	GPtrArray *route;
	const char *body;
};

static void mail_free(void *data)
{
	struct series_mail *mail = data;

	g_free(mail->name);
	g_free(mail->text);
	g_free(mail);
}

static void add_address_line(GString *out, const char *header, GPtrArray *route,
			     bool to)
{
	bool people = false, first = true;

	for (unsigned int i = 0; i < route->len; i++) {
		const struct maintainers_contact *c = route->pdata[i];

		people = people || c->kind == MAINTAINERS_MAINTAINER;
	}
	for (unsigned int i = 0; i < route->len; i++) {
		const struct maintainers_contact *c = route->pdata[i];
		bool main = c->kind == (people ? MAINTAINERS_MAINTAINER :
						 MAINTAINERS_LIST);

		if (main != to)
			continue;
		g_string_append(out, first ? header : ",\n ");
		mail_address(out, c->name, c->address);
		first = false;
	}
	if (!first)
		g_string_append_c(out, '\n');
}

/* A message id, with its brackets. */
static void add_id(GString *out, const char *header, const char *id)
{
	bool bare = id[0] != '<';

	g_string_append_printf(out, "%s%s%s%s\n", header, bare ? "<" : "", id,
			       bare ? ">" : "");
}

static void add_threading(GString *out, const struct letter *l)
{
	const char *parent = l->opts->in_reply_to;

	add_id(out, "Message-ID: ", l->id);
	if (!l->number && !parent)
		return;
	add_id(out, "In-Reply-To: ", l->number ? l->cover_id : parent);
	if (!l->number) {
		add_id(out, "References: ", parent);
		return;
	}
	if (parent) {
		add_id(out, "References: ", parent);
		add_id(out, " ", l->cover_id);
	} else {
		add_id(out, "References: ", l->cover_id);
	}
}

static void add_subject(GString *out, const struct letter *l)
{
	g_autofree char *total = g_strdup_printf("%u", l->total);
	g_autofree char *version =
		l->opts->version > 1 ?
			g_strdup_printf(" v%u", l->opts->version) :
			g_strdup("");

	g_string_append_printf(out, "Subject: [%sPATCH%s %0*u/%s] ",
			       l->opts->rfc ? "RFC " : "", version,
			       (int)strlen(total), l->number, total);
	mail_text(out, l->subject);
	g_string_append_c(out, '\n');
}

static char *date_of(const struct series_options *opts)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu",
					    "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
					      "May", "Jun", "Jul", "Aug",
					      "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(opts->date);
	g_autofree char *rest = NULL;

	/* not in the user's language: RFC 5322 */
	rest = g_date_time_format(utc, "%Y %H:%M:%S +0000");
	return g_strdup_printf("%s, %d %s %s",
			       days[g_date_time_get_day_of_week(utc) - 1],
			       g_date_time_get_day_of_month(utc),
			       months[g_date_time_get_month(utc) - 1], rest);
}

static struct series_mail *write_letter(const struct letter *l)
{
	struct series_mail *mail = g_new0(struct series_mail, 1);
	g_autofree char *date = date_of(l->opts);
	GString *out = g_string_new(
		"From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n");

	add_threading(out, l);
	g_string_append(out, "From: ");
	mail_address(out, l->opts->name, l->opts->email);
	g_string_append_printf(out, "\nDate: %s\n", date);
	add_subject(out, l);
	add_address_line(out, "To: ", l->route, true);
	add_address_line(out, "Cc: ", l->route, false);
	g_string_append_printf(
		out,
		"MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
		"Content-Transfer-Encoding: 8bit\n\n%s-- \ngup2pin %s\n\n",
		l->body, GUP2PIN_VERSION);
	mail->name = mail_file_name(l->opts->version, l->number,
				    l->number ? l->subject : "cover-letter");
	mail->text = g_string_free(out, FALSE);
	return mail;
}

static unsigned int width_of(const char *path)
{
	glong n = g_utf8_validate(path, -1, NULL) ? g_utf8_strlen(path, -1) :
						    (glong)strlen(path);

	return n;
}

/**
 * struct stat_line - a file in a diffstat
 * @file: the file
 * @added: lines
 * @removed: lines
 */
struct stat_line {
	const struct rewrite_file *file;
	size_t added;
	size_t removed;
};

static void add_stat_line(GString *out, const struct stat_line *line,
			  const char *dir, unsigned int width, size_t most)
{
	size_t plus = line->added, minus = line->removed;
	int pad = width - width_of(line->file->path) - strlen(dir);

	if (most > STAT_GRAPH) {
		plus = (plus * STAT_GRAPH + most - 1) / most;
		minus = (minus * STAT_GRAPH + most - 1) / most;
	}
	g_string_append_printf(out, " %s%s%*s | %3zu ", dir, line->file->path,
			       MAX(pad, 0), "", line->added + line->removed);
	for (; plus; plus--)
		g_string_append_c(out, '+');
	for (; minus; minus--)
		g_string_append_c(out, '-');
	g_string_append_c(out, '\n');
}

static void add_stat(GString *out, GPtrArray *files, const char *dir)
{
	g_autofree struct stat_line *lines =
		g_new0(struct stat_line, files->len);
	size_t added = 0, removed = 0, most = 0;
	unsigned int width = 0;

	for (unsigned int i = 0; i < files->len; i++) {
		struct stat_line *line = &lines[i];

		line->file = files->pdata[i];
		rewrite_line_stats(line->file, &line->added, &line->removed);
		added += line->added;
		removed += line->removed;
		most = MAX(most, line->added + line->removed);
		width = MAX(width, width_of(line->file->path) +
					   (unsigned int)strlen(dir));
	}
	width = MIN(width, STAT_COLUMNS);
	for (unsigned int i = 0; i < files->len; i++)
		add_stat_line(out, &lines[i], dir, width, most);
	g_string_append_printf(out, " %u file%s changed", files->len,
			       files->len == 1 ? "" : "s");
	if (added)
		g_string_append_printf(out, ", %zu insertion%s(+)", added,
				       added == 1 ? "" : "s");
	if (removed)
		g_string_append_printf(out, ", %zu deletion%s(-)", removed,
				       removed == 1 ? "" : "s");
	g_string_append_c(out, '\n');
}

/* git am takes paths from the top of the repository. */
static char *diff_of(const struct patch *p, const char *dir, GError **error)
{
	struct rewrite_result part = { 0 };
	char *diff;

	part.files = g_ptr_array_new();
	for (unsigned int i = 0; i < p->files->len; i++) {
		struct rewrite_file *file = g_new0(struct rewrite_file, 1);

		*file = *(struct rewrite_file *)p->files->pdata[i];
		file->path = g_strconcat(dir, file->path, NULL);
		g_ptr_array_add(part.files, file);
	}
	diff = rewrite_diff(&part, error);
	for (unsigned int i = 0; i < part.files->len; i++) {
		struct rewrite_file *file = part.files->pdata[i];

		g_free(file->path);
		g_free(file);
	}
	g_ptr_array_unref(part.files);
	return diff;
}

/* The semantic patch, with the places that are in these files only. */
static void add_cocci(GString *out, const struct patch *p, const char *cocci)
{
	char **lines = g_strsplit(cocci, "\n", -1);

	g_string_append(out, "\nThe semantic patch:\n\n");
	for (unsigned int i = 0; lines[i]; i++) {
		bool other = g_str_has_prefix(lines[i], "    (\"");

		for (unsigned int k = 0; other && k < p->files->len; k++) {
			const struct rewrite_file *file = p->files->pdata[k];
			size_t len = strlen(file->path);

			other = strncmp(lines[i] + 6, file->path, len) ||
				lines[i][6 + len] != '"';
		}
		if (other)
			continue;
		/* the indent keeps git am from reading "---" or "diff" */
		if (*lines[i])
			g_string_append_printf(out, "    %s\n", lines[i]);
		else if (lines[i + 1])
			g_string_append_c(out, '\n');
	}
	g_strfreev(lines);
}

static char *patch_body(const struct patch *p, const char *cocci,
			const char *dir, const struct series_options *opts)
{
	g_autofree char *notes = patch_notes(p);
	GString *out = g_string_new(p->message);

	if (opts->with_cocci && cocci)
		add_cocci(out, p, cocci);
	if (opts->signoff)
		g_string_append_printf(out, "\nSigned-off-by: %s <%s>\n",
				       opts->name, opts->email);
	g_string_append_printf(out, "---\n%s%s", notes, *notes ? "\n" : "");
	add_stat(out, p->files, dir);
	g_string_append_printf(out, "\n%s", p->diff);
	return g_string_free(out, FALSE);
}

/* Everybody once; the first reason to write somebody stays. */
static GPtrArray *route_cover(GPtrArray *patches)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *out = g_ptr_array_new(), *lists = g_ptr_array_new();
	unsigned int people = 0;

	for (unsigned int i = 0; i < patches->len; i++) {
		const struct patch *p = patches->pdata[i];

		for (unsigned int k = 0; k < p->route->len; k++) {
			struct maintainers_contact *c = p->route->pdata[k];

			if (!g_hash_table_add(seen, c->address))
				continue;
			g_ptr_array_add(out, c);
			if (c->kind == MAINTAINERS_LIST)
				g_ptr_array_add(lists, c);
			else
				people++;
		}
	}
	if (people <= MAX_COVER_PEOPLE || !lists->len) {
		g_ptr_array_unref(lists);
		return out;
	}
	g_ptr_array_unref(out);
	return lists;
}

static char *cover_body(const struct verdict *v,
			const struct rewrite_result *result, GPtrArray *patches,
			const char *dir, const struct series_options *opts)
{
	g_autofree char *text = patch_cover(patches, opts);
	g_autofree char *tables = patch_cover_tables(v);
	GString *out = g_string_new(text);

	g_string_append_c(out, '\n');
	add_stat(out, result->files, dir);
	g_string_append_printf(out, "%s\n", tables);
	if (opts->base)
		g_string_append_printf(out, "\nbase-commit: %s\n", opts->base);
	return g_string_free(out, FALSE);
}

static char *id_of(const struct series_options *opts, const char *what)
{
	return g_strdup_printf("<%s.%" G_GINT64_FORMAT ".gup2pin.%s>", what,
			       opts->date, opts->email);
}

/* Subject, message, diff and addresses of a patch. */
static bool complete(struct patch *p, const struct history *h,
		     const struct maintainers *m, GError **error)
{
	g_autofree char *text = NULL;

	patch_subject(h, p);
	p->message = patch_message(p);
	p->diff = diff_of(p, history_directory(h), error);
	if (!p->diff)
		return false;
	text = g_strdup_printf("%s\n\n%s---\n%s", p->subject, p->message,
			       p->diff);
	p->route = maintainers_route(m, (const char *const *)p->paths->pdata,
				     text);
	return true;
}

static void write_all(GPtrArray *mails, const struct verdict *v,
		      const struct rewrite_result *result, GPtrArray *patches,
		      const char *dir, const struct series_options *opts)
{
	g_autofree char *body = cover_body(v, result, patches, dir, opts);
	g_autofree char *subject = patch_cover_subject(patches);
	g_autofree char *cover_id = NULL;
	g_autoptr(GPtrArray) route = route_cover(patches);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
	struct letter l = { .opts = opts, .total = patches->len };

	for (unsigned int i = 0; i < patches->len; i++) {
		const struct patch *p = patches->pdata[i];

		g_checksum_update(sum, (const guchar *)p->diff, -1);
	}
	/* two series of one second are told apart */
	l.id = cover_id = g_strdup_printf("<cover.%.12s.%" G_GINT64_FORMAT
					  ".gup2pin.%s>",
					  g_checksum_get_string(sum),
					  opts->date, opts->email);
	l.cover_id = cover_id;
	l.subject = subject;
	l.route = route;
	l.body = body;
	g_ptr_array_add(mails, write_letter(&l));
	for (unsigned int i = 0; i < patches->len; i++) {
		const struct patch *p = patches->pdata[i];
		g_autofree char *text = patch_body(p, result->cocci, dir, opts);
		g_autofree char *hash = g_compute_checksum_for_string(
			G_CHECKSUM_SHA1, text, -1);
		g_autofree char *id = id_of(opts, hash);

		l.number = i + 1;
		l.id = id;
		l.subject = p->subject;
		l.route = p->route;
		l.body = text;
		g_ptr_array_add(mails, write_letter(&l));
	}
}

GPtrArray *report_series(const struct verdict *v,
			 const struct rewrite_result *result,
			 const struct history *h, const struct maintainers *m,
			 const struct series_options *opts, GError **error)
{
	g_autoptr(GPtrArray) patches = patch_group(v, result, m, opts->by);
	GPtrArray *mails = g_ptr_array_new_with_free_func(mail_free);
	bool ok = true;

	for (unsigned int i = 0; ok && i < patches->len; i++)
		ok = complete(patches->pdata[i], h, m, error);
	if (ok)
		write_all(mails, v, result, patches, history_directory(h),
			  opts);
	else
		g_clear_pointer(&mails, g_ptr_array_unref);
	return mails;
}
