// SPDX-License-Identifier: GPL-2.0-only
/*
 * job.c - what one rewrite_run() knows: texts and withdrawn groups
 */
#include "rewrite/plan.h"

static void text_free(void *data)
{
	struct rewrite_text *text = data;

	g_free(text->path);
	g_bytes_unref(text->bytes);
	g_array_unref(text->tokens);
	g_array_unref(text->lines);
	g_free(text);
}

void rewrite_job_init(struct rewrite_job *job, const char *root,
		      struct verdict *v, const struct rewrite_options *opts)
{
	job->root = root;
	job->v = v;
	job->opts = opts;
	job->texts =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, text_free);
	job->parents = g_hash_table_new(NULL, NULL);
	job->dead = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	job->loops = g_hash_table_new(NULL, NULL);
	job->checked = NULL;
}

void rewrite_job_clear(struct rewrite_job *job)
{
	g_hash_table_unref(job->texts);
	g_hash_table_unref(job->parents);
	g_hash_table_unref(job->dead);
	g_hash_table_unref(job->loops);
	g_clear_pointer(&job->checked, g_hash_table_unref);
}

static void text_split(struct rewrite_text *text)
{
	const char *end = text->data + text->len;
	unsigned int start = 0;

	text->tokens = lex_text(text->data, text->len);
	text->lines = g_array_new(FALSE, FALSE, sizeof(unsigned int));
	text->newline = NULL;
	g_array_append_val(text->lines, start);
	for (const char *s = text->data; s < end; s++) {
		if (*s != '\n')
			continue;
		if (!text->newline)
			text->newline =
				s > text->data && s[-1] == '\r' ? "\r\n" : "\n";
		start = s + 1 - text->data;
		g_array_append_val(text->lines, start);
	}
	if (!text->newline)
		text->newline = "\n";
}

struct rewrite_text *rewrite_job_text(struct rewrite_job *job, const char *path,
				      GError **error)
{
	struct rewrite_text *text = g_hash_table_lookup(job->texts, path);
	g_autofree char *full = NULL;
	g_autoptr(GError) local = NULL;
	char *data;
	gsize len;

	if (text)
		return text;
	full = g_build_filename(job->root, path, NULL);
	if (!g_file_get_contents(full, &data, &len, &local)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: cannot be read: %s", path, local->message);
		return NULL;
	}
	text = g_new0(struct rewrite_text, 1);
	text->path = g_strdup(path);
	text->bytes = g_bytes_new_take(data, len);
	text->data = data;
	/* offsets are unsigned int: what lies beyond is never edited */
	text->len = MIN(len, (gsize)G_MAXINT32);
	text_split(text);
	g_hash_table_insert(job->texts, text->path, text);
	return text;
}

unsigned int rewrite_job_group(struct rewrite_job *job, unsigned int group)
{
	void *parent;

	while (g_hash_table_lookup_extended(
		job->parents, GUINT_TO_POINTER(group), NULL, &parent))
		group = GPOINTER_TO_UINT(parent);
	return group;
}

void rewrite_job_join(struct rewrite_job *job, unsigned int a, unsigned int b)
{
	const char *reason;

	a = rewrite_job_group(job, a);
	b = rewrite_job_group(job, b);
	if (a == b)
		return;
	g_hash_table_insert(job->parents, GUINT_TO_POINTER(b),
			    GUINT_TO_POINTER(a));
	reason = g_hash_table_lookup(job->dead, GUINT_TO_POINTER(b));
	if (reason)
		rewrite_job_withdraw(job, a, "%s", reason);
}

void rewrite_job_withdraw(struct rewrite_job *job, unsigned int group,
			  const char *format, ...)
{
	void *key = GUINT_TO_POINTER(rewrite_job_group(job, group));
	va_list args;

	if (g_hash_table_contains(job->dead, key))
		return;
	va_start(args, format);
	g_hash_table_insert(job->dead, key, g_strdup_vprintf(format, args));
	va_end(args);
}

const char *rewrite_job_reason(struct rewrite_job *job, unsigned int group)
{
	return g_hash_table_lookup(
		job->dead, GUINT_TO_POINTER(rewrite_job_group(job, group)));
}

void rewrite_job_revive(struct rewrite_job *job, unsigned int group)
{
	void *key = GUINT_TO_POINTER(rewrite_job_group(job, group));

	g_hash_table_remove(job->dead, key);
	g_hash_table_add(job->loops, key);
}
