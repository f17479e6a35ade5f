// SPDX-License-Identifier: GPL-2.0-only
/*
 * sarif.c - lint findings as SARIF 2.1.0
 *
 * Static Analysis Results Interchange Format, OASIS standard: the evidence of
 * a site becomes a code flow, what convert would write a fix.
 */
#include <string.h>
#include "report/put.h"
#include "report/report.h"
#include "report/text.h"

#define SARIF_SCHEMA \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
#define ROOT_ID "SRCROOT"

static void put_message(struct json_object *obj, const char *key,
			const char *text)
{
	g_autofree char *clean = text_clean(text);

	put_string(put_object(obj, key), "text", clean);
}

/* A path as a relative URI: what is not plain is escaped. */
static void put_artifact(struct json_object *obj, const char *key,
			 const char *file)
{
	struct json_object *where = put_object(obj, key);
	g_autofree char *uri = g_path_is_absolute(file) ?
				       g_filename_to_uri(file, NULL, NULL) :
				       g_uri_escape_bytes((const guint8 *)file,
							  strlen(file), "/");

	put_string(where, "uri", uri);
	if (!g_path_is_absolute(file))
		put_string(where, "uriBaseId", ROOT_ID);
}

static void put_physical(struct json_object *location, const char *file,
			 unsigned int line, unsigned int column)
{
	struct json_object *physical = put_object(location, "physicalLocation");
	struct json_object *region;

	put_artifact(physical, "artifactLocation", file);
	region = put_object(physical, "region");
	put_int(region, "startLine", MAX(line, 1));
	if (column)
		put_int(region, "startColumn", column);
}

static void put_rules(struct json_object *driver)
{
	struct json_object *rules = put_array(driver, "rules");

	for (unsigned int id = 0; id < N_VERDICT_RULES; id++) {
		const struct verdict_rule *rule = verdict_rule(id);
		struct json_object *obj = put_element(rules), *help;
		g_autofree char *page = report_rule_page(id);

		put_string(obj, "id", rule->name);
		put_message(obj, "shortDescription", rule->summary);
		put_message(obj, "fullDescription", rule->why);
		help = put_object(obj, "help");
		put_string(help, "text", rule->why);
		put_string(help, "markdown", page);
		put_string(put_object(obj, "defaultConfiguration"), "level",
			   verdict_severity_name(rule->severity));
	}
}

static void put_flow(struct json_object *result, const struct verdict_site *s)
{
	struct json_object *steps;

	if (!s->evidence->len)
		return;
	steps = put_array(put_element(put_array(
				  put_element(put_array(result, "codeFlows")),
				  "threadFlows")),
			  "locations");
	for (unsigned int i = 0; i < s->evidence->len; i++) {
		const struct verdict_step *step = s->evidence->pdata[i];
		const struct text_place place = text_place(&step->loc);
		struct json_object *obj = put_element(steps);
		struct json_object *location = put_object(obj, "location");

		put_physical(location, place.file, place.line, place.column);
		put_message(location, "message", step->text);
		json_object_array_add(
			put_array(obj, "kinds"),
			put_new_string(verdict_role_name(step->role)));
	}
}

/* Does a hunk change a line that a site of this group wants changed? */
static bool is_of_group(const struct verdict *v, unsigned int group,
			const char *path, const struct rewrite_hunk *hunk)
{
	for (unsigned int i = 0; i < v->sites->len; i++) {
		const struct verdict_site *s = v->sites->pdata[i];

		if (s->group != group)
			continue;
		for (unsigned int k = 0; k < s->edits->len; k++) {
			const struct verdict_edit *e = s->edits->pdata[k];
			unsigned int last = hunk->first + hunk->n_old;

			if (!strcmp(e->loc.file, path) &&
			    ((hunk->first <= e->loc.line &&
			      e->loc.line < last) ||
			     (e->arg >= 0 && hunk->first <= e->arg_loc.line &&
			      e->arg_loc.line < last)))
				return true;
		}
	}
	return false;
}

static void put_replacement(struct json_object *list,
			    const struct rewrite_hunk *hunk)
{
	struct json_object *obj = put_element(list);
	struct json_object *region = put_object(obj, "deletedRegion");

	put_int(region, "startLine", hunk->first);
	put_int(region, "startColumn", 1);
	put_int(region, "endLine", hunk->first + hunk->n_old);
	put_int(region, "endColumn", 1);
	put_string(put_object(obj, "insertedContent"), "text", hunk->text->str);
}

static void put_change(struct json_object *changes, const struct verdict *v,
		       unsigned int group, const struct rewrite_file *file)
{
	g_autoptr(GPtrArray) hunks = rewrite_hunks(file);
	struct json_object *list = NULL;

	for (unsigned int i = 0; hunks && i < hunks->len; i++) {
		const struct rewrite_hunk *hunk = hunks->pdata[i];
		struct json_object *change;

		if (!is_of_group(v, group, file->path, hunk))
			continue;
		if (!list) {
			change = put_element(changes);
			put_artifact(change, "artifactLocation", file->path);
			list = put_array(change, "replacements");
		}
		put_replacement(list, hunk);
	}
}

static void put_fix(struct json_object *result, const struct verdict *v,
		    const struct verdict_site *s,
		    const struct rewrite_result *fixes)
{
	struct json_object *fix, *changes;

	if (!fixes || !s)
		return;
	fix = json_object_new_object();
	put_message(fix, "description",
		    "What gup2pin convert writes, releases included");
	changes = put_array(fix, "artifactChanges");
	for (unsigned int i = 0; i < fixes->files->len; i++)
		put_change(changes, v, s->group, fixes->files->pdata[i]);
	if (json_object_array_length(changes))
		json_object_array_add(put_array(result, "fixes"), fix);
	else
		json_object_put(fix);
}

static void put_result(struct json_object *results, const struct verdict *v,
		       const struct verdict_finding *f,
		       const struct rewrite_result *fixes)
{
	struct json_object *obj = put_element(results);
	const struct verdict_site *s = report_site(v, f);
	struct json_object *location;

	put_string(obj, "ruleId", f->rule);
	put_int(obj, "ruleIndex", verdict_rule_find(f->rule));
	put_string(obj, "level", verdict_severity_name(f->severity));
	put_message(obj, "message", f->message);
	location = put_element(put_array(obj, "locations"));
	put_physical(location, f->file, f->line, f->column);
	if (f->function) {
		struct json_object *logical =
			put_element(put_array(location, "logicalLocations"));

		put_string(logical, "name", f->function);
		put_string(logical, "kind", "function");
	}
	put_string(put_object(obj, "partialFingerprints"), "gup2pin/v1",
		   f->fingerprint);
	if (s)
		put_flow(obj, s);
	put_fix(obj, v, report_fix(v, f), fixes);
}

GString *report_sarif(const struct verdict *v,
		      const struct rewrite_result *fixes)
{
	struct json_object *root = json_object_new_object();
	struct json_object *run, *driver, *results;
	g_autofree char *dir = g_strdup_printf("%s/", tree_root(v->tree));
	g_autofree char *uri = g_filename_to_uri(dir, NULL, NULL);

	put_string(root, "$schema", SARIF_SCHEMA);
	put_string(root, "version", "2.1.0");
	run = put_element(put_array(root, "runs"));
	driver = put_object(put_object(run, "tool"), "driver");
	put_string(driver, "name", "gup2pin");
	put_string(driver, "version", GUP2PIN_VERSION);
	put_rules(driver);
	put_string(put_object(put_object(run, "originalUriBaseIds"), ROOT_ID),
		   "uri", uri);
	put_string(run, "columnKind", "utf16CodeUnits");
	results = put_array(run, "results");
	for (unsigned int i = 0; i < v->findings->len; i++)
		put_result(results, v, v->findings->pdata[i], fixes);
	return put_text(root);
}
