// SPDX-License-Identifier: GPL-2.0-only
/* put.c - JSON values out of the texts of a tree, which may be any bytes */
#include "report/put.h"

struct json_object *put_new_string(const char *s)
{
	struct json_object *value;
	char *valid;

	if (!s)
		return NULL;
	if (g_utf8_validate(s, -1, NULL))
		return json_object_new_string(s);
	valid = g_utf8_make_valid(s, -1);
	value = json_object_new_string(valid);
	g_free(valid);
	return value;
}

void put_string(struct json_object *obj, const char *key, const char *s)
{
	json_object_object_add(obj, key, put_new_string(s));
}

void put_int(struct json_object *obj, const char *key, int64_t value)
{
	json_object_object_add(obj, key, json_object_new_int64(value));
}

struct json_object *put_object(struct json_object *obj, const char *key)
{
	struct json_object *value = json_object_new_object();

	json_object_object_add(obj, key, value);
	return value;
}

struct json_object *put_array(struct json_object *obj, const char *key)
{
	struct json_object *value = json_object_new_array();

	json_object_object_add(obj, key, value);
	return value;
}

struct json_object *put_element(struct json_object *array)
{
	struct json_object *value = json_object_new_object();

	json_object_array_add(array, value);
	return value;
}

GString *put_text(struct json_object *root)
{
	GString *out = g_string_new(json_object_to_json_string_ext(
		root, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			      JSON_C_TO_STRING_NOSLASHESCAPE));

	g_string_append_c(out, '\n');
	json_object_put(root);
	return out;
}
