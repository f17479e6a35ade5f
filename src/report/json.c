// SPDX-License-Identifier: GPL-2.0-only
/*
 * json.c - the report as JSON, schema gup2pin-report/1
 *
 * docs/report.schema.json is the schema.  Members come in a fixed order and
 * are there even when they are null or empty, so that two reports can be
 * compared line by line; only "note" and "macro" are left out when unset.
 */
#include <math.h>
#include <json-c/json.h>
#include "report/put.h"
#include "report/report.h"
#include "report/text.h"

/* A confidence has two digits: more would be noise in a comparison. */
static struct json_object *new_confidence(double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	value = isfinite(value) ? CLAMP(value, 0.0, 1.0) : 0.0;
	g_ascii_formatd(text, sizeof(text), "%.2f", value);
	return json_object_new_double_s(g_ascii_strtod(text, NULL), text);
}

static void put_loc(struct json_object *obj, const struct facts_loc *loc)
{
	const struct text_place place = text_place(loc);

	put_string(obj, "file", place.file);
	put_int(obj, "line", place.line);
	put_int(obj, "column", place.column);
	if (loc->macro == FACTS_MACRO_BODY && loc->macro_name)
		put_string(obj, "macro", loc->macro_name);
}

static struct json_object *new_tool(void)
{
	struct json_object *obj = json_object_new_object();

	put_string(obj, "name", "gup2pin");
	put_string(obj, "version", GUP2PIN_VERSION);
	return obj;
}

static struct json_object *new_proto(const struct tree_proto *proto)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *params = json_object_new_array();
	struct json_object *types = json_object_new_array();
	unsigned int i;

	for (i = 0; i < proto->n_params; i++) {
		json_object_array_add(params, put_new_string(proto->params[i]));
		json_object_array_add(types, put_new_string(proto->types[i]));
	}
	put_string(obj, "returns", proto->ret);
	put_int(obj, "arity", proto->n_params);
	json_object_object_add(obj, "params", params);
	json_object_object_add(obj, "types", types);
	return obj;
}

static struct json_object *new_tree(const struct tree *tree)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *api = json_object_new_object();
	GPtrArray *protos = tree ? tree_protos(tree) : NULL;
	unsigned int i;

	for (i = 0; protos && i < protos->len; i++) {
		const struct tree_proto *proto = protos->pdata[i];

		json_object_object_add(api, proto->name, new_proto(proto));
	}
	put_string(obj, "root", tree ? tree_root(tree) : "");
	put_string(obj, "version", tree ? tree_version(tree) : "");
	json_object_object_add(obj, "api", api);
	return obj;
}

static struct json_object *new_summary(const struct verdict *v)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *by_class = json_object_new_object();
	struct json_object *by_action = json_object_new_object();
	unsigned int classes[N_CLASSES] = { 0 };
	unsigned int actions[N_ACTIONS] = { 0 };
	unsigned int i;

	for (i = 0; i < v->sites->len; i++) {
		const struct verdict_site *site = v->sites->pdata[i];

		classes[site->class]++;
		actions[site->action]++;
	}
	for (i = 0; i < N_CLASSES; i++)
		put_int(by_class, verdict_class_name(i), classes[i]);
	for (i = 0; i < N_ACTIONS; i++)
		put_int(by_action, verdict_action_name(i), actions[i]);
	put_int(obj, "files_scanned", v->files_scanned);
	put_int(obj, "files_parsed", v->files_parsed);
	put_int(obj, "files_clean", v->files_clean);
	put_int(obj, "mentions", v->mentions);
	put_int(obj, "sites", v->sites->len);
	put_int(obj, "unparsed", v->unparsed->len);
	json_object_object_add(obj, "by_class", by_class);
	json_object_object_add(obj, "by_action", by_action);
	return obj;
}

static struct json_object *new_flags(const struct verdict_site *site)
{
	struct json_object *obj;

	if (!site->flags_expr)
		return NULL;
	obj = json_object_new_object();
	put_string(obj, "expr", site->flags_expr);
	json_object_object_add(
		obj, "value",
		site->flags_known ? json_object_new_int64(site->flags_value) :
				    NULL);
	return obj;
}

static struct json_object *new_evidence(const GPtrArray *steps)
{
	struct json_object *list = json_object_new_array();
	unsigned int i;

	for (i = 0; i < steps->len; i++) {
		const struct verdict_step *step = steps->pdata[i];
		struct json_object *obj = json_object_new_object();

		put_loc(obj, &step->loc);
		put_string(obj, "role", verdict_role_name(step->role));
		put_string(obj, "text", step->text ? step->text : "");
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *new_releases(const GPtrArray *releases)
{
	struct json_object *list = json_object_new_array();
	unsigned int i;

	for (i = 0; i < releases->len; i++) {
		const struct verdict_release *release = releases->pdata[i];
		struct json_object *obj = json_object_new_object();

		put_loc(obj, &release->loc);
		put_string(obj, "function", release->function);
		put_string(obj, "callee", release->callee);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *new_site(const struct verdict_site *site)
{
	struct json_object *obj = json_object_new_object();

	put_string(obj, "id", site->id);
	put_string(obj, "file", site->file);
	put_int(obj, "line", site->line);
	put_int(obj, "column", site->column);
	put_string(obj, "function", site->function);
	put_string(obj, "callee", site->callee);
	put_string(obj, "class", verdict_class_name(site->class));
	put_string(obj, "action", verdict_action_name(site->action));
	json_object_object_add(obj, "confidence",
			       new_confidence(site->confidence));
	json_object_object_add(obj, "flags", new_flags(site));
	put_string(obj, "why", site->why ? site->why : "");
	if (site->note)
		put_string(obj, "note", site->note);
	json_object_object_add(obj, "evidence", new_evidence(site->evidence));
	json_object_object_add(obj, "releases", new_releases(site->releases));
	put_int(obj, "group", site->group);
	json_object_object_add(obj, "parsed",
			       json_object_new_boolean(site->parsed));
	put_string(obj, "arch", site->arch);
	put_string(obj, "config", site->config);
	return obj;
}

static struct json_object *new_finding(const struct verdict_finding *finding)
{
	struct json_object *obj = json_object_new_object();

	put_string(obj, "rule", finding->rule);
	put_string(obj, "severity", verdict_severity_name(finding->severity));
	put_string(obj, "file", finding->file);
	put_int(obj, "line", finding->line);
	put_int(obj, "column", finding->column);
	put_string(obj, "message", finding->message);
	put_string(obj, "site", finding->site);
	put_string(obj, "function", finding->function);
	put_string(obj, "fingerprint", finding->fingerprint);
	return obj;
}

static struct json_object *new_unparsed(const struct verdict_unparsed *mention)
{
	struct json_object *obj = json_object_new_object();

	put_string(obj, "file", mention->file);
	put_int(obj, "line", mention->line);
	put_int(obj, "column", mention->column);
	put_string(obj, "name", mention->name);
	put_string(obj, "text", mention->text);
	put_string(obj, "reason", mention->reason);
	return obj;
}

static struct json_object *new_branch(const struct verdict_branch *branch)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *calls = json_object_new_array();
	unsigned int i;

	for (i = 0; i < branch->calls->len; i++) {
		const struct verdict_call *call =
			&g_array_index(branch->calls, struct verdict_call, i);
		struct json_object *one = json_object_new_object();

		put_string(one, "name", call->name);
		put_int(one, "line", call->line);
		put_int(one, "column", call->column);
		put_string(one, "walked_as", call->version);
		json_object_array_add(calls, one);
	}
	put_string(obj, "file", branch->file);
	put_int(obj, "line", branch->first);
	put_int(obj, "last", branch->last);
	put_string(obj, "condition", branch->condition);
	json_object_object_add(obj, "calls", calls);
	json_object_object_add(obj, "walked",
			       json_object_new_boolean(branch->walked));
	return obj;
}

GString *report_json(const struct verdict *v)
{
	struct json_object *root = json_object_new_object();
	struct json_object *sites = json_object_new_array();
	struct json_object *findings = json_object_new_array();
	struct json_object *unparsed = json_object_new_array();
	struct json_object *branches = json_object_new_array();
	unsigned int i;

	for (i = 0; i < v->sites->len; i++)
		json_object_array_add(sites, new_site(v->sites->pdata[i]));
	for (i = 0; i < v->findings->len; i++)
		json_object_array_add(findings,
				      new_finding(v->findings->pdata[i]));
	for (i = 0; i < v->unparsed->len; i++)
		json_object_array_add(unparsed,
				      new_unparsed(v->unparsed->pdata[i]));
	for (i = 0; v->branches && i < v->branches->len; i++)
		json_object_array_add(branches,
				      new_branch(v->branches->pdata[i]));
	put_string(root, "schema", REPORT_SCHEMA);
	json_object_object_add(root, "tool", new_tool());
	json_object_object_add(root, "tree", new_tree(v->tree));
	json_object_object_add(root, "summary", new_summary(v));
	json_object_object_add(root, "sites", sites);
	json_object_object_add(root, "findings", findings);
	json_object_object_add(root, "unparsed", unparsed);
	json_object_object_add(root, "inactive", branches);
	return put_text(root);
}
