// SPDX-License-Identifier: GPL-2.0-only
/*
 * check.c - the converted code goes through its own analysis
 *
 * front, flow and verdict run again with the new text in place of the files.
 * A converted site must be a pin_*() site that nothing is to be done about,
 * its releases must be of the pin family, and nothing may compile worse.
 */
#include <string.h>
#include "rewrite/check.h"
#include "rewrite/spatch.h"

struct check_engine check_engine = { verdict_run, verdict_free };

/**
 * struct check - a check in progress
 * @job: the job
 * @plan: the new texts
 * @now: verdict of the new texts
 * @sites: (key-type char*) (value-type verdict_site*): of now, by check_key()
 * @due: (element-type verdict_site*): sites to check
 * @paths: (element-type char*): files to analyse
 * @by_id: (key-type char*) (value-type char*): keys of sites in now
 */
struct check {
	struct rewrite_job *job;
	const struct plan *plan;
	struct verdict *now;
	GHashTable *sites;
	GHashTable *due;
	GHashTable *paths;
	GHashTable *by_id;
};

static const struct plan_file *check_file(const struct check *c,
					  const char *path)
{
	for (unsigned int i = 0; path && i < c->plan->files->len; i++) {
		const struct plan_file *file = c->plan->files->pdata[i];

		if (!strcmp(file->text->path, path))
			return file;
	}
	return NULL;
}

/* what a function is called after the conversion */
static const char *check_renamed(const struct check *c,
				 const struct verdict_site *site)
{
	const struct plan_file *file = check_file(c, site->file);

	for (unsigned int i = 0; file && i < file->edits->len; i++) {
		const struct plan_edit *pe = file->edits->pdata[i];

		if (pe->edit->kind == EDIT_RENAME &&
		    !g_strcmp0(pe->edit->from, site->function))
			return pe->edit->to;
	}
	return site->function;
}

/*
 * Lines move and names change, but not how many calls come before in the
 * same function, whatever it is called then.
 */
static GHashTable *check_keys(const struct check *c, const struct verdict *v)
{
	GHashTable *keys = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	g_autoptr(GHashTable) counts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (unsigned int i = 0; i < v->sites->len; i++) {
		struct verdict_site *site = v->sites->pdata[i];
		const char *function = v == c->now ? site->function :
						     check_renamed(c, site);
		char *where = g_strdup_printf("%s:%s", site->file,
					      function ? function : "");
		unsigned int n =
			GPOINTER_TO_UINT(g_hash_table_lookup(counts, where));

		g_hash_table_insert(keys, site,
				    g_strdup_printf("%s:%u", where, n));
		g_hash_table_insert(counts, where, GUINT_TO_POINTER(n + 1));
	}
	return keys;
}

static bool site_is_planned(struct check *c, const struct verdict_site *site)
{
	return site->action == ACTION_CONVERT &&
	       !rewrite_job_reason(c->job, site->group);
}

/* withdraw all groups that change a file, or all of the plan for NULL */
static void check_blame(struct check *c, const struct plan_file *file,
			const char *reason)
{
	for (unsigned int i = 0; i < c->plan->files->len; i++) {
		const struct plan_file *f = c->plan->files->pdata[i];

		if (file && f != file)
			continue;
		for (unsigned int k = 0; k < f->edits->len; k++) {
			const struct plan_edit *pe = f->edits->pdata[k];

			rewrite_job_withdraw(c->job, pe->group, "%s", reason);
		}
	}
}

static void paths_add(GHashTable *paths, const char *path)
{
	/* where a path leads out of the tree there is nothing to analyse */
	if (path && !g_path_is_absolute(path) &&
	    !g_str_has_prefix(path, "../") &&
	    (g_str_has_suffix(path, ".c") || g_str_has_suffix(path, ".h")))
		g_hash_table_add(paths, (void *)path);
}

/* the files that a site's pages go through */
static void site_paths(GHashTable *paths, const struct verdict_site *site)
{
	paths_add(paths, site->file);
	for (unsigned int i = 0; i < site->edits->len; i++) {
		const struct verdict_edit *edit = site->edits->pdata[i];

		paths_add(paths, edit->loc.file);
	}
	for (unsigned int i = 0; site->releases && i < site->releases->len;
	     i++) {
		const struct verdict_release *r = site->releases->pdata[i];

		paths_add(paths, r->loc.file);
	}
	for (unsigned int i = 0; site->evidence && i < site->evidence->len;
	     i++) {
		const struct verdict_step *step = site->evidence->pdata[i];

		paths_add(paths, step->loc.file);
	}
}

/* has a file another text than in the last check */
static bool path_is_stale(const struct check *c, const char *path)
{
	const struct plan_file *file = check_file(c, path);
	GBytes *then = g_hash_table_lookup(c->job->checked, path);

	if (!file || !then)
		return file || then;
	return !g_bytes_equal(then, file->after);
}

/*
 * A site that passed needs no second analysis because another group was
 * withdrawn, unless they share a file.
 */
static bool site_is_due(const struct check *c, const struct verdict_site *site)
{
	g_autoptr(GHashTable) paths = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	void *path;

	if (!c->job->checked)
		return true;
	site_paths(paths, site);
	g_hash_table_iter_init(&iter, paths);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		if (path_is_stale(c, path))
			return true;
	}
	return false;
}

/* the sites to check, and the files to analyse for them */
static void check_collect(struct check *c)
{
	const struct verdict *v = c->job->v;

	for (unsigned int i = 0; i < v->sites->len; i++) {
		struct verdict_site *site = v->sites->pdata[i];

		if (!site_is_planned(c, site) || !site_is_due(c, site))
			continue;
		g_hash_table_add(c->due, site);
		site_paths(c->paths, site);
	}
}

/*
 * The tree does not declare what is assumed (--assume-api).  In front of the
 * first line the declarations do not shift any other one.
 */
static GBytes *check_text(const struct check *c, GBytes *after)
{
	const char *assumed = c->job->v->tree ? tree_assumed(c->job->v->tree) :
						NULL;
	GString *text;

	if (!assumed)
		return g_bytes_ref(after);
	text = g_string_new(assumed);
	g_string_append_c(text, ' ');
	g_string_append_len(text, g_bytes_get_data(after, NULL),
			    g_bytes_get_size(after));
	return g_string_free_to_bytes(text);
}

static bool check_analyse(struct check *c, GError **error)
{
	g_autoptr(GHashTable) overlay = g_hash_table_new_full(
		g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_bytes_unref);
	g_autofree void *keys = NULL;
	struct verdict_options options = {
		.jobs = MAX(c->job->opts->jobs, 1),
		.overlay = overlay,
		.earlier = c->job->v,
		.time_limit = c->job->v->time_limit,
		.memory_limit = c->job->v->memory_limit,
	};

	for (unsigned int i = 0; i < c->plan->files->len; i++) {
		const struct plan_file *file = c->plan->files->pdata[i];

		g_hash_table_insert(overlay, file->text->path,
				    check_text(c, file->after));
	}
	keys = g_hash_table_get_keys_as_array(c->paths, NULL);
	options.paths = keys;
	c->now = check_engine.run(c->job->v->tree, c->job->v->api, &options,
				  error);
	return c->now != NULL;
}

static unsigned int diag_count(const struct verdict *v,
			       const struct facts_diag *like)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < v->diags->len; i++) {
		const struct facts_diag *diag = v->diags->pdata[i];

		if (diag->error && !g_strcmp0(diag->text, like->text) &&
		    !g_strcmp0(diag->loc.file, like->loc.file))
			n++;
	}
	return n;
}

static void check_diags(struct check *c)
{
	for (unsigned int i = 0; i < c->now->diags->len; i++) {
		const struct facts_diag *diag = c->now->diags->pdata[i];
		g_autofree char *reason = NULL;

		if (!diag->error ||
		    diag_count(c->now, diag) <= diag_count(c->job->v, diag))
			continue;
		reason = g_strdup_printf("after conversion %s:%u: %s",
					 diag->loc.file, diag->loc.line,
					 diag->text);
		check_blame(c, check_file(c, diag->loc.file), reason);
	}
}

/* what the site's own call is renamed to; where only releases change, or the
 * flags of a wrapper's callers, it stays
 */
static const char *site_target(const struct check *c,
			       const struct verdict_site *site)
{
	const struct api *api = c->job->v->api;
	const struct api_acquire *acq = api ? api_acquire(api, site->callee) :
					      NULL;

	for (unsigned int i = 0; i < site->edits->len; i++) {
		const struct verdict_edit *edit = site->edits->pdata[i];

		if ((edit->kind == EDIT_ACQUIRE || edit->kind == EDIT_FLAG) &&
		    edit->loc.line == site->line &&
		    edit->loc.column == site->column &&
		    !g_strcmp0(edit->loc.file, site->file))
			return edit->to;
	}
	return acq && acq->family == API_PIN ? site->callee : NULL;
}

/* the first finding on a site that is more than a note */
static const struct verdict_finding *site_finding(const struct verdict *v,
						  const struct verdict_site *s)
{
	for (unsigned int i = 0; i < v->findings->len; i++) {
		const struct verdict_finding *finding = v->findings->pdata[i];

		if (finding->severity != SEVERITY_NOTE &&
		    !g_strcmp0(finding->site, s->id))
			return finding;
	}
	return NULL;
}

static const struct verdict_release *
site_foreign_release(const struct check *c, const struct verdict_site *site)
{
	for (unsigned int i = 0; site->releases && i < site->releases->len;
	     i++) {
		const struct verdict_release *r = site->releases->pdata[i];
		const struct api_release *known =
			c->job->v->api ?
				api_release(c->job->v->api, r->callee) :
				NULL;

		if (known && known->family != API_PIN)
			return r;
	}
	return NULL;
}

static bool is_flag_only(const struct verdict_site *site)
{
	for (unsigned int i = 0; i < site->edits->len; i++) {
		const struct verdict_edit *e = site->edits->pdata[i];

		if (e->kind != EDIT_FLAG && e->kind != EDIT_BUILD)
			return false;
	}
	return true;
}

static void check_site(struct check *c, const struct verdict_site *old,
		       const struct verdict_site *site)
{
	const char *target = site_target(c, old);
	const struct verdict_finding *finding;
	const struct verdict_release *release;

	if (!site || !target || g_strcmp0(site->callee, target)) {
		rewrite_job_withdraw(
			c->job, old->group,
			"%s:%u: after conversion the analysis finds %s there, not %s()",
			old->file, old->line, site ? site->callee : "no call",
			target ? target : "a pin_*");
		return;
	}
	finding = site_finding(c->now, site);
	/* the releases of a pin that lacks a flag were not touched */
	release = is_flag_only(old) ? NULL : site_foreign_release(c, site);
	if (finding)
		rewrite_job_withdraw(c->job, old->group,
				     "%s:%u: after conversion: %s: %s",
				     finding->file, finding->line,
				     finding->rule, finding->message);
	else if (release)
		rewrite_job_withdraw(
			c->job, old->group,
			"%s:%u: after conversion %s() still drops the pages",
			release->loc.file, release->loc.line, release->callee);
	else if (site->action != ACTION_KEEP)
		rewrite_job_withdraw(
			c->job, old->group,
			"%s:%u: after conversion the analysis wants more: %s",
			site->file, site->line, site->why ? site->why : "?");
}

static void check_sites(struct check *c, GHashTable *old_keys)
{
	const struct verdict *v = c->job->v;

	for (unsigned int i = 0; i < v->sites->len; i++) {
		const struct verdict_site *site = v->sites->pdata[i];
		const char *key = g_hash_table_lookup(old_keys, site);

		if (g_hash_table_contains(c->due, site))
			check_site(c, site, g_hash_table_lookup(c->sites, key));
	}
}

static bool had_finding(const struct verdict *v, GHashTable *keys,
			const char *key, const char *rule)
{
	for (unsigned int i = 0; i < v->sites->len; i++) {
		const struct verdict_site *site = v->sites->pdata[i];

		if (strcmp(g_hash_table_lookup(keys, site), key))
			continue;
		for (unsigned int k = 0; k < v->findings->len; k++) {
			const struct verdict_finding *f = v->findings->pdata[k];

			if (!g_strcmp0(f->site, site->id) &&
			    !g_strcmp0(f->rule, rule))
				return true;
		}
	}
	return false;
}

/* a release that was changed for one site may be another site's, too */
static void check_others(struct check *c, GHashTable *old_keys)
{
	for (unsigned int i = 0; i < c->now->findings->len; i++) {
		const struct verdict_finding *f = c->now->findings->pdata[i];
		const char *key =
			f->site ? g_hash_table_lookup(c->by_id, f->site) : NULL;
		g_autofree char *reason = NULL;

		if (strcmp(f->rule, "release-mismatch") || !key ||
		    had_finding(c->job->v, old_keys, key, f->rule))
			continue;
		reason = g_strdup_printf("%s:%u: after conversion: %s: %s",
					 f->file, f->line, f->rule, f->message);
		check_blame(c, check_file(c, f->file), reason);
	}
}

/* what the next check, if there is one, may rely on */
static void check_remember(struct check *c)
{
	g_clear_pointer(&c->job->checked, g_hash_table_unref);
	c->job->checked = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
						(GDestroyNotify)g_bytes_unref);
	for (unsigned int i = 0; i < c->plan->files->len; i++) {
		const struct plan_file *file = c->plan->files->pdata[i];

		g_hash_table_insert(c->job->checked, file->text->path,
				    g_bytes_ref(file->after));
	}
}

static void check_compare(struct check *c)
{
	g_autoptr(GHashTable) old_keys = check_keys(c, c->job->v);
	g_autoptr(GHashTable) keys = check_keys(c, c->now);
	GHashTableIter iter;
	void *site, *key;

	c->sites = g_hash_table_new(g_str_hash, g_str_equal);
	c->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_iter_init(&iter, keys);
	while (g_hash_table_iter_next(&iter, &site, &key)) {
		const struct verdict_site *s = site;

		g_hash_table_insert(c->sites, key, site);
		if (s->id)
			g_hash_table_insert(c->by_id, (void *)s->id, key);
	}
	check_sites(c, old_keys);
	check_others(c, old_keys);
	check_diags(c);
	g_hash_table_unref(c->sites);
	g_hash_table_unref(c->by_id);
}

bool check_plan(struct rewrite_job *job, const struct plan *plan,
		GError **error)
{
	struct check c = { .job = job, .plan = plan };
	bool ok = true;

	c.due = g_hash_table_new(NULL, NULL);
	c.paths = g_hash_table_new(g_str_hash, g_str_equal);
	check_collect(&c);
	if (g_hash_table_size(c.due)) {
		ok = check_analyse(&c, error);
		if (ok) {
			check_compare(&c);
			check_engine.free(c.now);
		}
	}
	check_remember(&c);
	g_hash_table_unref(c.due);
	g_hash_table_unref(c.paths);
	return ok;
}
