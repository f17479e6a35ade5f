// SPDX-License-Identifier: GPL-2.0-only
/*
 * baseline.c - findings that are known and not to be reported again
 *
 * A JSON file that is kept with the sources: a finding is known by its
 * fingerprint; rule, file and message are there for the reader.
 */
#include <errno.h>
#include <string.h>
#include "report/put.h"
#include "report/report.h"
#include "tree/read.h"

#define BASELINE_SCHEMA "gup2pin-baseline/1"

GString *report_baseline(const struct verdict *v)
{
	struct json_object *root = json_object_new_object();
	struct json_object *list;

	put_string(root, "schema", BASELINE_SCHEMA);
	list = put_array(root, "findings");
	for (unsigned int i = 0; i < v->findings->len; i++) {
		const struct verdict_finding *f = v->findings->pdata[i];
		struct json_object *obj = put_element(list);

		put_string(obj, "fingerprint", f->fingerprint);
		put_string(obj, "rule", f->rule);
		put_string(obj, "file", f->file);
		put_string(obj, "function", f->function);
		put_string(obj, "message", f->message);
	}
	return put_text(root);
}

static const char *member(struct json_object *obj, const char *key)
{
	struct json_object *value;

	if (!json_object_is_type(obj, json_type_object) ||
	    !json_object_object_get_ex(obj, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

/* Return: NULL, or what is wrong */
static const char *read_list(struct json_object *root, GHashTable *known)
{
	const char *schema = member(root, "schema");
	struct json_object *list;

	if (!schema || strcmp(schema, BASELINE_SCHEMA))
		return "\"schema\" is not " BASELINE_SCHEMA;
	if (!json_object_object_get_ex(root, "findings", &list) ||
	    !json_object_is_type(list, json_type_array))
		return "\"findings\" is not a list";
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *obj = json_object_array_get_idx(list, i);
		const char *fingerprint = member(obj, "fingerprint");
		const char *rule = member(obj, "rule");
		const char *file = member(obj, "file");

		if (!fingerprint || !rule || !file)
			return "a finding lacks its fingerprint, rule or file";
		g_hash_table_insert(known, g_strdup(fingerprint),
				    g_strdup_printf("%s: [%s]", file, rule));
	}
	return NULL;
}

GHashTable *report_baseline_read(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	struct json_tokener *tok;
	struct json_object *root;
	const char *why;
	GHashTable *known;
	gsize len;

	if (!tree_read_file(path, &text, &len, error)) {
		g_prefix_error(error, "the baseline ");
		return NULL;
	}
	known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	tok = json_tokener_new();
	/* with its end: json-c waits for more digits of a number */
	root = len < G_MAXINT ? json_tokener_parse_ex(tok, text, len + 1) :
				NULL;
	why = root ? read_list(root, known) :
		     json_tokener_error_desc(json_tokener_get_error(tok));
	json_object_put(root);
	json_tokener_free(tok);
	if (!why)
		return known;
	g_hash_table_unref(known);
	g_set_error(error, G2P_ERROR, G2P_ERROR_DATA,
		    "%s is not a baseline of gup2pin lint: %s", path, why);
	return NULL;
}
