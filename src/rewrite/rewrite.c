// SPDX-License-Identifier: GPL-2.0-only
/*
 * rewrite.c - plan, spatch, proof and check, until nothing fails any more
 */
#include "rewrite/spatch.h"

static void file_free(void *data)
{
	struct rewrite_file *file = data;

	g_free(file->path);
	g_bytes_unref(file->before);
	g_bytes_unref(file->after);
	g_free(file);
}

static void withdrawn_free(void *data)
{
	struct rewrite_withdrawn *w = data;

	g_free(w->reason);
	g_free(w);
}

static struct rewrite_result *result_new(void)
{
	struct rewrite_result *result = g_new0(struct rewrite_result, 1);

	result->files = g_ptr_array_new_with_free_func(file_free);
	result->withdrawn = g_ptr_array_new_with_free_func(withdrawn_free);
	return result;
}

void rewrite_result_free(struct rewrite_result *result)
{
	if (!result)
		return;
	g_ptr_array_unref(result->files);
	g_ptr_array_unref(result->withdrawn);
	g_free(result->cocci);
	g_free(result);
}

static void result_add_files(struct rewrite_result *result,
			     const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->files->len; i++) {
		const struct plan_file *pf = plan->files->pdata[i];
		struct rewrite_file *file = g_new0(struct rewrite_file, 1);

		file->path = g_strdup(pf->text->path);
		file->before = g_bytes_ref(pf->text->bytes);
		file->after = g_bytes_ref(pf->after);
		g_ptr_array_add(result->files, file);
	}
}

static const struct plan_file *file_of(const struct plan *plan,
				       const char *path)
{
	for (unsigned int i = 0; i < plan->files->len; i++) {
		const struct plan_file *file = plan->files->pdata[i];

		if (!g_strcmp0(file->text->path, path))
			return file;
	}
	return NULL;
}

/* what became of every call, for the reports */
static void tell_edits(struct rewrite_job *job, const struct plan *plan)
{
	for (unsigned int i = 0; i < job->v->sites->len; i++) {
		struct verdict_site *site = job->v->sites->pdata[i];

		if (site->action != ACTION_CONVERT ||
		    rewrite_job_reason(job, site->group))
			continue;
		for (unsigned int k = 0; k < site->edits->len; k++) {
			struct verdict_edit *edit = site->edits->pdata[k];
			const struct plan_file *file =
				file_of(plan, edit->loc.file);

			if (file)
				edit->done = bulk_made(file, edit) ?: edit->to;
		}
	}
}

/* sites of the groups that failed are for a person now */
static void result_add_withdrawn(struct rewrite_result *result,
				 struct rewrite_job *job)
{
	for (unsigned int i = 0; i < job->v->sites->len; i++) {
		struct verdict_site *site = job->v->sites->pdata[i];
		struct rewrite_withdrawn *w;
		const char *reason;

		if (site->action != ACTION_CONVERT)
			continue;
		reason = rewrite_job_reason(job, site->group);
		if (!reason)
			continue;
		site->action = ACTION_MANUAL;
		site->why = g_intern_string(reason);
		w = g_new0(struct rewrite_withdrawn, 1);
		w->site = site;
		w->reason = g_strdup(reason);
		g_ptr_array_add(result->withdrawn, w);
	}
}

/* spatch on the whole plan; false with *error unset: some groups failed */
static bool rewrite_carry_out(struct rewrite_job *job, struct plan *plan,
			      char **cocci, GError **error)
{
	g_autoptr(GPtrArray) results = NULL;
	bool good = true;

	*cocci = cocci_generate(plan, error);
	if (!*cocci)
		return false;
	results = spatch_run(plan, *cocci, job->opts->spatch, error);
	if (!results)
		return false;
	for (unsigned int i = 0; i < plan->files->len; i++) {
		if (!verify_file(job, plan->files->pdata[i], results->pdata[i]))
			good = false;
	}
	return good;
}

static void rewrite_remember(const struct rewrite_job *job, GHashTable *dead)
{
	GHashTableIter iter;
	void *group;

	g_hash_table_iter_init(&iter, job->dead);
	while (g_hash_table_iter_next(&iter, &group, NULL))
		g_hash_table_add(dead, group);
}

/* A check that fails with a loop made one call may pass with the loop. */
static void rewrite_keep_loops(struct rewrite_job *job, const struct plan *plan,
			       GHashTable *before)
{
	unsigned int n;
	g_autofree void **dead = g_hash_table_get_keys_as_array(job->dead, &n);

	for (unsigned int i = 0; i < n; i++) {
		unsigned int group = GPOINTER_TO_UINT(dead[i]);

		if (!g_hash_table_contains(before, dead[i]) &&
		    bulk_used(job, plan, group))
			rewrite_job_revive(job, group);
	}
}

/*
 * One round.  Every round that fails without an error withdraws one group at
 * least, or leaves it its loops for good, so there is an end.
 */
static bool rewrite_round(struct rewrite_job *job,
			  struct rewrite_result *result, bool *again,
			  GError **error)
{
	struct plan *plan = plan_new(job, error);
	g_autofree char *cocci = NULL;
	g_autoptr(GHashTable) before = g_hash_table_new(NULL, NULL);
	GError *local = NULL;
	unsigned int dead;

	*again = false;
	if (!plan)
		return false;
	rewrite_remember(job, before);
	dead = g_hash_table_size(job->dead);
	if (plan->files->len) {
		*again = !rewrite_carry_out(job, plan, &cocci, &local);
		if (!*again && !job->opts->no_check)
			check_plan(job, plan, &local);
		if (g_hash_table_size(job->dead) != dead)
			*again = true;
		else if (*again && !local)
			local = g_error_new(
				G2P_ERROR, G2P_ERROR_TOOL,
				"%s: a failed check names no site; please report",
				job->root);
		if (*again && !local)
			rewrite_keep_loops(job, plan, before);
		if (!*again && !local) {
			result_add_files(result, plan);
			tell_edits(job, plan);
			result->cocci = g_steal_pointer(&cocci);
		}
	}
	plan_free(plan);
	if (local) {
		g_propagate_error(error, local);
		return false;
	}
	return true;
}

struct rewrite_result *rewrite_run_root(const char *root, struct verdict *v,
					const struct rewrite_options *opts,
					GError **error)
{
	struct rewrite_result *result = result_new();
	struct rewrite_job job;
	bool again = true, ok = true;

	rewrite_job_init(&job, root, v, opts);
	while (ok && again)
		ok = rewrite_round(&job, result, &again, error);
	if (ok)
		result_add_withdrawn(result, &job);
	else
		g_clear_pointer(&result, rewrite_result_free);
	rewrite_job_clear(&job);
	return result;
}

struct rewrite_result *rewrite_run(struct verdict *v,
				   const struct rewrite_options *opts,
				   GError **error)
{
	return rewrite_run_root(tree_root(v->tree), v, opts, error);
}
