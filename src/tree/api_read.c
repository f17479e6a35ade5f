// SPDX-License-Identifier: GPL-2.0-only
/*
 * api_read.c - read rules/api.json and the files given with --api
 *
 * docs/api.md describes the format.  Every value is checked, and an error
 * names the member it is in: a typing error in a rule must not turn into a
 * wrong verdict.
 */
#include <string.h>
#include "tree/api_json.h"

#define API_SCHEMA "gup2pin-api/1"

static const struct word family_words[] = {
	{ "get", API_GET },
	{ "pin", API_PIN },
	{ NULL, 0 },
};

static const struct word returns_words[] = {
	{ "count", API_RET_COUNT },
	{ "page", API_RET_PAGE },
	{ "bool", API_RET_BOOL },
	{ NULL, 0 },
};

static const struct word form_words[] = {
	{ "page", API_FORM_PAGE },     { "array", API_FORM_ARRAY },
	{ "range", API_FORM_RANGE },   { "folio", API_FORM_FOLIO },
	{ "folios", API_FORM_FOLIOS }, { NULL, 0 },
};

/*
 * A name is in one section: an entry of a later file replaces an earlier
 * one's, a second entry in the same file is an error.
 */
static gboolean claim(struct reader *r, const char *name, const char *section)
{
	const char *first = g_hash_table_lookup(r->seen, name);

	if (first)
		return reader_error(r,
				    "\"%s\" is already in \"%s\" of this file",
				    name, first);
	g_hash_table_insert(r->seen, (void *)name, (void *)section);
	g_hash_table_remove(r->api->acquire, name);
	g_hash_table_remove(r->api->release, name);
	g_hash_table_remove(r->api->funcs, name);
	return TRUE;
}

/* The body of a function or of a group; "names" belongs to the caller. */
static gboolean read_func_body(struct reader *r, struct json_object *o,
			       struct api_func *func)
{
	struct api_effect *effects;

	if (!reader_want(r, o, json_type_object))
		return FALSE;
	g_array_set_size(r->effects, 0);
	*func = (struct api_func){ .free_arg = -1 };
	json_object_object_foreach(o, key, val)
	{
		size_t old = reader_push(r, key);

		if (!reader_is_remark(key) && strcmp(key, "names") &&
		    !reader_func_member(r, key, val, func))
			return FALSE;
		reader_pop(r, old);
	}
	func->n_effects = r->effects->len;
	effects = reader_alloc(r, sizeof(*effects) * MAX(1, r->effects->len));
	if (r->effects->len)
		memcpy(effects, r->effects->data,
		       sizeof(*effects) * r->effects->len);
	func->effects = effects;
	return TRUE;
}

static gboolean add_func(struct reader *r, const char *name,
			 const struct api_func *body, const char *section)
{
	struct api_func *func = reader_alloc(r, sizeof(*func));

	*func = *body;
	func->name = g_intern_string(name);
	if (!claim(r, func->name, section))
		return FALSE;
	g_hash_table_insert(r->api->funcs, (void *)func->name, func);
	return TRUE;
}

static gboolean read_function(struct reader *r, const char *name,
			      struct json_object *o)
{
	struct api_func body;

	if (json_object_get_type(o) == json_type_object &&
	    json_object_object_get_ex(o, "names", NULL))
		return reader_error(r, "\"names\" belongs into \"groups\"");
	return read_func_body(r, o, &body) &&
	       add_func(r, name, &body, "functions");
}

static gboolean read_group(struct reader *r, struct json_object *o)
{
	const char *const *names;
	struct json_object *list;
	struct api_func body;
	size_t old;

	if (!reader_want(r, o, json_type_object))
		return FALSE;
	if (!json_object_object_get_ex(o, "names", &list))
		return reader_error(r, "has no \"names\"");
	old = reader_push(r, "names");
	if (!reader_strings(r, list, &names))
		return FALSE;
	reader_pop(r, old);
	if (!read_func_body(r, o, &body))
		return FALSE;
	for (; *names; names++)
		if (!add_func(r, *names, &body, "groups"))
			return FALSE;
	return TRUE;
}

/* "no_longterm": {"before": "6.3", "with": "locked"} */
static gboolean read_no_longterm(struct reader *r, struct json_object *o,
				 struct api_acquire *acq)
{
	unsigned int number;

	if (!reader_want(r, o, json_type_object))
		return FALSE;
	json_object_object_foreach(o, key, val)
	{
		size_t old = reader_push(r, key);
		const char **s = !strcmp(key, "before") ?
					 &acq->no_longterm_before :
				 !strcmp(key, "with") ? &acq->no_longterm_with :
							NULL;

		if (!s)
			return reader_error(r, "unknown member");
		if (!reader_string(r, val, s))
			return FALSE;
		reader_pop(r, old);
	}
	if (!acq->no_longterm_before ||
	    !tree_version_number(acq->no_longterm_before, &number))
		return reader_error(r, "\"before\" is not a version");
	return TRUE;
}

static gboolean read_acquire_member(struct reader *r, const char *key,
				    struct json_object *val,
				    struct api_acquire *acq)
{
	int word;

	if (!strcmp(key, "family")) {
		if (!reader_word(r, val, family_words, &word))
			return FALSE;
		acq->family = word;
		return TRUE;
	}
	if (!strcmp(key, "returns")) {
		if (!reader_word(r, val, returns_words, &word))
			return FALSE;
		acq->returns = word;
		return TRUE;
	}
	if (!strcmp(key, "pin"))
		return !val || reader_string(r, val, &acq->pin);
	if (!strcmp(key, "longterm"))
		return reader_bool(r, val, &acq->longterm);
	if (!strcmp(key, "no_longterm"))
		return read_no_longterm(r, val, acq);
	if (!strcmp(key, "flags"))
		return reader_strings(r, val, &acq->flags);
	if (!strcmp(key, "pages"))
		return reader_strings(r, val, &acq->pages);
	if (!strcmp(key, "count"))
		return reader_strings(r, val, &acq->count);
	if (!strcmp(key, "params"))
		return reader_strings(r, val, &acq->params);
	return reader_error(r, "unknown member");
}

static const char *const no_strings[] = { NULL };

static gboolean read_acquire(struct reader *r, const char *name,
			     struct json_object *o)
{
	struct api_acquire *acq = reader_alloc(r, sizeof(*acq));

	if (!reader_want(r, o, json_type_object))
		return FALSE;
	acq->name = g_intern_string(name);
	acq->flags = acq->pages = acq->count = acq->params = no_strings;
	if (!json_object_object_get_ex(o, "family", NULL))
		return reader_error(r, "has no \"family\"");
	json_object_object_foreach(o, key, val)
	{
		size_t old = reader_push(r, key);

		if (!reader_is_remark(key) &&
		    !read_acquire_member(r, key, val, acq))
			return FALSE;
		reader_pop(r, old);
	}
	if (acq->family == API_PIN && !acq->pin)
		acq->pin = acq->name;
	if (!claim(r, acq->name, "acquire"))
		return FALSE;
	g_hash_table_insert(r->api->acquire, (void *)acq->name, acq);
	return TRUE;
}

/* "dirty": an argument, or "always" */
static gboolean read_dirty(struct reader *r, struct json_object *val,
			   struct api_release *rel)
{
	if (json_object_get_type(val) == json_type_string &&
	    !strcmp(json_object_get_string(val), "always")) {
		rel->dirty = -2;
		return TRUE;
	}
	return reader_int(r, val, 0, ARG_MAX_INDEX, &rel->dirty);
}

static gboolean read_release_member(struct reader *r, const char *key,
				    struct json_object *val,
				    struct api_release *rel)
{
	int word;

	if (!strcmp(key, "family")) {
		if (!reader_word(r, val, family_words, &word))
			return FALSE;
		rel->family = word;
		return TRUE;
	}
	if (!strcmp(key, "form")) {
		if (!reader_word(r, val, form_words, &word))
			return FALSE;
		rel->form = word;
		return TRUE;
	}
	if (!strcmp(key, "pages"))
		return reader_int(r, val, 0, ARG_MAX_INDEX, &rel->pages);
	if (!strcmp(key, "count"))
		return reader_int(r, val, 0, ARG_MAX_INDEX, &rel->count);
	if (!strcmp(key, "dirty"))
		return read_dirty(r, val, rel);
	if (!strcmp(key, "may_sleep"))
		return reader_bool(r, val, &rel->may_sleep);
	if (!strcmp(key, "unpin"))
		return reader_strings(r, val, &rel->unpin);
	return reader_error(r, "unknown member");
}

static gboolean read_release(struct reader *r, const char *name,
			     struct json_object *o)
{
	struct api_release *rel = reader_alloc(r, sizeof(*rel));

	if (!reader_want(r, o, json_type_object))
		return FALSE;
	rel->name = g_intern_string(name);
	rel->count = rel->dirty = -1;
	rel->unpin = no_strings;
	if (!json_object_object_get_ex(o, "family", NULL))
		return reader_error(r, "has no \"family\"");
	if (!json_object_object_get_ex(o, "form", NULL))
		return reader_error(r, "has no \"form\"");
	json_object_object_foreach(o, key, val)
	{
		size_t old = reader_push(r, key);

		if (!reader_is_remark(key) &&
		    !read_release_member(r, key, val, rel))
			return FALSE;
		reader_pop(r, old);
	}
	if (!claim(r, rel->name, "release"))
		return FALSE;
	g_hash_table_insert(r->api->release, (void *)rel->name, rel);
	return TRUE;
}

/* "file_operations": "call", or {"release": "release", "*": "call"} */
static gboolean read_slot(struct reader *r, const char *record,
			  struct json_object *o)
{
	const char *name = g_intern_string(record);
	GHashTable *fields = g_hash_table_lookup(r->api->slots, name);
	int entry;

	if (!fields) {
		fields = g_hash_table_new(g_str_hash, g_str_equal);
		g_hash_table_insert(r->api->slots, (void *)name, fields);
	}
	if (json_object_get_type(o) == json_type_string) {
		if (!reader_word(r, o, reader_entry_words, &entry))
			return FALSE;
		g_hash_table_insert(fields, "*", GINT_TO_POINTER(entry));
		return TRUE;
	}
	if (!reader_want(r, o, json_type_object))
		return FALSE;
	json_object_object_foreach(o, key, val)
	{
		size_t old = reader_push(r, key);

		if (!reader_is_remark(key)) {
			if (!reader_word(r, val, reader_entry_words, &entry))
				return FALSE;
			g_hash_table_insert(fields,
					    (void *)g_intern_string(key),
					    GINT_TO_POINTER(entry));
		}
		reader_pop(r, old);
	}
	return TRUE;
}

static gboolean read_members(struct reader *r, struct json_object *o,
			     gboolean (*read)(struct reader *, const char *,
					      struct json_object *))
{
	if (!reader_want(r, o, json_type_object))
		return FALSE;
	json_object_object_foreach(o, key, val)
	{
		size_t old = reader_push(r, key);

		if (!reader_is_remark(key) && !read(r, key, val))
			return FALSE;
		reader_pop(r, old);
	}
	return TRUE;
}

static gboolean read_groups(struct reader *r, struct json_object *o)
{
	if (!reader_want(r, o, json_type_array))
		return FALSE;
	for (size_t i = 0; i < json_object_array_length(o); i++) {
		size_t old = reader_push_index(r, i);

		if (!read_group(r, json_object_array_get_idx(o, i)))
			return FALSE;
		reader_pop(r, old);
	}
	return TRUE;
}

static gboolean read_set(struct reader *r, struct json_object *o,
			 GHashTable *set)
{
	const char *const *list;

	if (!reader_strings(r, o, &list))
		return FALSE;
	for (; *list; list++)
		g_hash_table_add(set, (void *)*list);
	return TRUE;
}

/* Paths below the kernel: nothing outside of it is ever read. */
static gboolean read_headers(struct reader *r, struct json_object *o)
{
	const char *const *list;

	if (!reader_strings(r, o, &list))
		return FALSE;
	for (; *list; list++) {
		if (g_path_is_absolute(*list) || strstr(*list, ".."))
			return reader_error(
				r, "\"%s\" is not a path below the kernel",
				*list);
		if (!g_ptr_array_find_with_equal_func(r->api->headers, *list,
						      g_str_equal, NULL))
			g_ptr_array_add(r->api->headers, (void *)*list);
	}
	return TRUE;
}

/* "5.9": {"pin_user_pages_remote": "long pin_user_pages_remote(...);"} */
static gboolean read_assume(struct reader *r, const char *version,
			    struct json_object *o)
{
	unsigned int number;

	if (!tree_version_number(version, &number))
		return reader_error(r, "\"%s\" is not a version", version);
	if (!reader_want(r, o, json_type_object))
		return FALSE;
	json_object_object_foreach(o, key, val)
	{
		struct api_assume a = { .version = number,
					.name = g_intern_string(key) };
		size_t old = reader_push(r, key);

		if (val && !reader_string(r, val, &a.text))
			return FALSE;
		if (a.text && strchr(a.text, '\n'))
			return reader_error(r, "is more than one line");
		g_array_append_val(r->api->assume, a);
		reader_pop(r, old);
	}
	return TRUE;
}

/* Names that go into C text as they are: nothing that could end a line. */
static gboolean read_words(struct reader *r, struct json_object *o,
			   const char *also, GPtrArray *words)
{
	const char *const *list;

	if (!reader_strings(r, o, &list))
		return FALSE;
	for (; *list; list++) {
		const char *c = *list;

		while (g_ascii_isalnum(*c) || (*c && strchr(also, *c)))
			c++;
		if (*c || !**list || strstr(*list, ".."))
			return reader_error(r, "\"%s\" is not a plain name",
					    *list);
		if (!g_ptr_array_find_with_equal_func(words, *list, g_str_equal,
						      NULL))
			g_ptr_array_add(words, (void *)*list);
	}
	return TRUE;
}

/* "record.field": "record.field" */
static gboolean read_link(struct reader *r, const char *from,
			  struct json_object *val)
{
	const char *to;

	if (!reader_string(r, val, &to))
		return FALSE;
	if (!strchr(from, '.') || !strchr(to, '.'))
		return reader_error(
			r, "a link is from RECORD.FIELD to RECORD.FIELD");
	g_hash_table_insert(r->api->links, (void *)g_intern_string(from),
			    (void *)g_intern_string(to));
	return TRUE;
}

static gboolean read_section(struct reader *r, const char *key,
			     struct json_object *val)
{
	const char *schema;

	if (!strcmp(key, "acquire"))
		return read_members(r, val, read_acquire);
	if (!strcmp(key, "release"))
		return read_members(r, val, read_release);
	if (!strcmp(key, "assume"))
		return read_members(r, val, read_assume);
	if (!strcmp(key, "functions"))
		return read_members(r, val, read_function);
	if (!strcmp(key, "groups"))
		return read_groups(r, val);
	if (!strcmp(key, "slots"))
		return read_members(r, val, read_slot);
	if (!strcmp(key, "containers"))
		return read_set(r, val, r->api->containers);
	if (!strcmp(key, "links"))
		return read_members(r, val, read_link);
	if (!strcmp(key, "inert"))
		return read_set(r, val, r->api->inert);
	if (!strcmp(key, "headers"))
		return read_headers(r, val);
	if (!strcmp(key, "precompiled"))
		return read_words(r, val, "_-./", r->api->precompiled);
	if (!strcmp(key, "message_macros"))
		return read_words(r, val, "_", r->api->message_macros);
	if (strcmp(key, "schema"))
		return reader_error(r, "unknown member");
	if (!reader_string(r, val, &schema))
		return FALSE;
	if (strcmp(schema, API_SCHEMA))
		return reader_error(r, "\"%s\" is not \"" API_SCHEMA "\"",
				    schema);
	return TRUE;
}

static struct json_object *parse_text(const char *path, const char *text,
				      size_t len, GError **error)
{
	struct json_tokener *tok = json_tokener_new();
	struct json_object *root;
	unsigned int line = 1;
	size_t end;

	json_tokener_set_flags(tok, JSON_TOKENER_STRICT |
					    JSON_TOKENER_VALIDATE_UTF8);
	root = json_tokener_parse_ex(tok, text, MIN(len, G_MAXINT));
	if (!root || json_tokener_get_error(tok) != json_tokener_success) {
		enum json_tokener_error e = json_tokener_get_error(tok);

		end = MIN(len, json_tokener_get_parse_end(tok));
		for (size_t i = 0; i < end; i++)
			line += text[i] == '\n';
		g_set_error(error, G2P_ERROR, G2P_ERROR_DATA,
			    "%s:%u: not JSON: %s", path, line,
			    e == json_tokener_continue ?
				    "it ends too early" :
				    json_tokener_error_desc(e));
		json_object_put(root);
		root = NULL;
	}
	json_tokener_free(tok);
	return root;
}

static gboolean read_root(struct reader *r, struct json_object *root)
{
	if (json_object_get_type(root) != json_type_object)
		return reader_error(r, "the file is not a JSON object");
	if (!json_object_object_get_ex(root, "schema", NULL))
		return reader_error(r, "has no \"schema\": \"" API_SCHEMA "\"");
	return read_members(r, root, read_section);
}

gboolean api_read_file(struct api *api, const char *path, GError **error)
{
	struct reader r = { .api = api, .file = path, .error = error };
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autofree char *why = NULL;
	struct json_object *root;
	gboolean ok;

	if (read_regular(path, text, &why)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO, "%s: %s", path,
			    why);
		return FALSE;
	}
	g_checksum_update(api->sum, text->data, text->len);
	g_checksum_update(api->sum, (const guchar *)"", 1);
	root = parse_text(path, (const char *)text->data, text->len, error);
	if (!root)
		return FALSE;
	r.path = g_string_new(NULL);
	r.seen = g_hash_table_new(g_str_hash, g_str_equal);
	r.effects = g_array_new(FALSE, FALSE, sizeof(struct api_effect));
	ok = read_root(&r, root);
	g_string_free(r.path, TRUE);
	g_hash_table_unref(r.seen);
	g_array_unref(r.effects);
	json_object_put(root);
	return ok;
}
