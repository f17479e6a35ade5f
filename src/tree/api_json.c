// SPDX-License-Identifier: GPL-2.0-only
/*
 * api_json.c - values of a rules file, each checked
 */
#include <string.h>
#include "tree/api_json.h"

gboolean G_GNUC_PRINTF(2, 3)
	reader_error(struct reader *r, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list ap;

	va_start(ap, format);
	what = g_strdup_vprintf(format, ap);
	va_end(ap);
	g_set_error(r->error, G2P_ERROR, G2P_ERROR_DATA, "%s: %s%s%s", r->file,
		    r->path->str, r->path->len ? ": " : "", what);
	return FALSE;
}

size_t reader_push(struct reader *r, const char *member)
{
	size_t old = r->path->len;

	if (old)
		g_string_append_c(r->path, '.');
	g_string_append(r->path, member);
	return old;
}

size_t reader_push_index(struct reader *r, size_t i)
{
	size_t old = r->path->len;

	g_string_append_printf(r->path, "[%zu]", i);
	return old;
}

void reader_pop(struct reader *r, size_t old)
{
	g_string_truncate(r->path, old);
}

void *reader_alloc(struct reader *r, size_t size)
{
	void *p = g_malloc0(size);

	g_ptr_array_add(r->api->pool, p);
	return p;
}

/* Not any leading underscore: kernel functions have them too. */
bool reader_is_remark(const char *member)
{
	return g_str_has_prefix(member, "_comment") || !strcmp(member, "note");
}

gboolean reader_want(struct reader *r, struct json_object *o,
		     enum json_type type)
{
	if (json_object_get_type(o) == type)
		return TRUE;
	return reader_error(r, "is of type %s, should be %s",
			    json_type_to_name(json_object_get_type(o)),
			    json_type_to_name(type));
}

/* A string without the NUL bytes that JSON lets through. */
gboolean reader_string(struct reader *r, struct json_object *o, const char **s)
{
	if (!reader_want(r, o, json_type_string))
		return FALSE;
	*s = json_object_get_string(o);
	if (!**s || strlen(*s) != (size_t)json_object_get_string_len(o))
		return reader_error(r, "is empty or holds a NUL byte");
	*s = g_intern_string(*s);
	return TRUE;
}

gboolean reader_word(struct reader *r, struct json_object *o,
		     const struct word *words, int *value)
{
	g_autoptr(GString) all = NULL;
	const char *s;

	if (!reader_string(r, o, &s))
		return FALSE;
	for (const struct word *w = words; w->name; w++) {
		if (!strcmp(w->name, s)) {
			*value = w->value;
			return TRUE;
		}
	}
	all = g_string_new(NULL);
	for (const struct word *w = words; w->name; w++)
		g_string_append_printf(all, "%s%s", all->len ? ", " : "",
				       w->name);
	return reader_error(r, "\"%s\" is not one of %s", s, all->str);
}

gboolean reader_int(struct reader *r, struct json_object *o, int min, int max,
		    int *value)
{
	int64_t v;

	if (!reader_want(r, o, json_type_int))
		return FALSE;
	v = json_object_get_int64(o);
	if (v < min || v > max)
		return reader_error(r, "%" G_GINT64_FORMAT " is not in %d..%d",
				    v, min, max);
	*value = (int)v;
	return TRUE;
}

gboolean reader_bool(struct reader *r, struct json_object *o, bool *value)
{
	if (!reader_want(r, o, json_type_boolean))
		return FALSE;
	*value = json_object_get_boolean(o);
	return TRUE;
}

gboolean reader_strings(struct reader *r, struct json_object *o,
			const char *const **list)
{
	const char **strings;
	size_t n;

	if (!reader_want(r, o, json_type_array))
		return FALSE;
	n = json_object_array_length(o);
	strings = reader_alloc(r, (n + 1) * sizeof(*strings));
	for (size_t i = 0; i < n; i++) {
		size_t old = reader_push_index(r, i);

		if (!reader_string(r, json_object_array_get_idx(o, i),
				   &strings[i]))
			return FALSE;
		reader_pop(r, old);
	}
	*list = strings;
	return TRUE;
}

/* "0", "ret" or "*" */
gboolean reader_parse_arg(struct reader *r, const char *s, size_t len, int *arg)
{
	int v = 0;

	if (len == 3 && !strncmp(s, "ret", 3)) {
		*arg = API_ARG_RET;
		return TRUE;
	}
	if (len == 1 && *s == '*') {
		*arg = API_ARG_ANY;
		return TRUE;
	}
	for (size_t i = 0; i < len; i++) {
		if (!g_ascii_isdigit(s[i]) || v > ARG_MAX_INDEX)
			goto wrong;
		v = v * 10 + s[i] - '0';
	}
	if (!len || v > ARG_MAX_INDEX)
		goto wrong;
	*arg = v;
	return TRUE;
wrong:
	return reader_error(
		r, "\"%.*s\" is not an argument: 0 to %d, \"ret\" or \"*\"",
		(int)MIN(len, 40), s, ARG_MAX_INDEX);
}

/* An element of a list of arguments: 0, "ret" or "*" */
gboolean reader_arg(struct reader *r, struct json_object *o, int *arg)
{
	const char *s;

	if (json_object_get_type(o) == json_type_int)
		return reader_int(r, o, 0, ARG_MAX_INDEX, arg);
	if (!reader_string(r, o, &s))
		return FALSE;
	return reader_parse_arg(r, s, strlen(s), arg);
}
