// SPDX-License-Identifier: GPL-2.0-only
/*
 * api.c - look up what is known about kernel functions
 *
 * api_read.c reads the file.
 */
#include <string.h>
#include "tree/private.h"

static struct api *api_new(void)
{
	struct api *api = g_new0(struct api, 1);

	api->acquire = g_hash_table_new(g_str_hash, g_str_equal);
	api->release = g_hash_table_new(g_str_hash, g_str_equal);
	api->funcs = g_hash_table_new(g_str_hash, g_str_equal);
	api->slots = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					   (GDestroyNotify)g_hash_table_unref);
	api->containers = g_hash_table_new(g_str_hash, g_str_equal);
	api->inert = g_hash_table_new(g_str_hash, g_str_equal);
	api->links = g_hash_table_new(g_str_hash, g_str_equal);
	api->headers = g_ptr_array_new();
	api->assume = g_array_new(FALSE, FALSE, sizeof(struct api_assume));
	api->precompiled = g_ptr_array_new();
	api->message_macros = g_ptr_array_new();
	api->pool = g_ptr_array_new_with_free_func(g_free);
	api->sum = g_checksum_new(G_CHECKSUM_SHA256);
	return api;
}

void api_free(struct api *api)
{
	if (!api)
		return;
	g_hash_table_unref(api->acquire);
	g_hash_table_unref(api->release);
	g_hash_table_unref(api->funcs);
	g_hash_table_unref(api->slots);
	g_hash_table_unref(api->containers);
	g_hash_table_unref(api->inert);
	g_hash_table_unref(api->links);
	g_ptr_array_unref(api->headers);
	g_array_unref(api->assume);
	g_ptr_array_unref(api->precompiled);
	g_ptr_array_unref(api->message_macros);
	g_ptr_array_unref(api->pool);
	g_checksum_free(api->sum);
	g_free(api->gup_names);
	g_free(api);
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void collect_names(struct api *api)
{
	unsigned int n;

	api->gup_names =
		(const char **)g_hash_table_get_keys_as_array(api->acquire, &n);
	qsort(api->gup_names, n, sizeof(*api->gup_names), compare_strings);
}

struct api *api_load(const char *const *extra, GError **error)
{
	g_autofree char *builtin =
		g_build_filename(api_rules_dir(), "api.json", NULL);
	struct api *api = api_new();

	if (!api_read_file(api, builtin, error))
		goto fail;
	for (; extra && *extra; extra++)
		if (!api_read_file(api, *extra, error))
			goto fail;
	collect_names(api);
	return api;
fail:
	api_free(api);
	return NULL;
}

static bool has_rules(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "api.json", NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* The rules that belong to this executable, wherever it was put. */
static char *find_rules(void)
{
	g_autofree char *exe = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *build = realpath(GUP2PIN_BUILD_DIR, NULL);
	g_autofree char *bin = NULL;
	g_autofree char *prefix = NULL;
	g_autofree char *share = NULL;

	if (exe && build && g_str_has_prefix(exe, build) &&
	    exe[strlen(build)] == '/')
		return g_strdup(GUP2PIN_SOURCE_RULES);
	if (!exe)
		return g_strdup(GUP2PIN_DATADIR);
	bin = g_path_get_dirname(exe);
	prefix = g_path_get_dirname(bin);
	share = g_build_filename(prefix, "share", "gup2pin", NULL);
	return has_rules(share) ? g_steal_pointer(&share) :
				  g_strdup(GUP2PIN_DATADIR);
}

const char *api_rules_dir(void)
{
	static const char *found;
	const char *env = g_getenv("GUP2PIN_RULES");

	if (env && *env)
		return g_intern_string(env);
	if (g_once_init_enter(&found)) {
		g_autofree char *dir = find_rules();

		g_once_init_leave(&found, g_intern_string(dir));
	}
	return found;
}

const struct api_acquire *api_acquire(const struct api *api, const char *name)
{
	return name ? g_hash_table_lookup(api->acquire, name) : NULL;
}

const struct api_release *api_release(const struct api *api, const char *name)
{
	return name ? g_hash_table_lookup(api->release, name) : NULL;
}

const struct api_func *api_func(const struct api *api, const char *name)
{
	return name ? g_hash_table_lookup(api->funcs, name) : NULL;
}

enum api_entry api_slot(const struct api *api, const char *record,
			const char *field)
{
	GHashTable *fields;
	void *entry;

	fields = record ? g_hash_table_lookup(api->slots, record) : NULL;
	if (!fields) {
		const char *word = field ? strrchr(field, '_') : NULL;

		fields = g_hash_table_lookup(api->slots, "*");
		if (!record || !field || !fields)
			return API_ENTRY_NONE;
		word = word ? word + 1 : field;
		return GPOINTER_TO_INT(g_hash_table_lookup(fields, word));
	}
	if (field && g_hash_table_lookup_extended(fields, field, NULL, &entry))
		return GPOINTER_TO_INT(entry);
	return GPOINTER_TO_INT(g_hash_table_lookup(fields, "*"));
}

enum api_entry api_variable(const struct api *api, const char *name)
{
	GHashTable *names = g_hash_table_lookup(api->slots, API_VARIABLES);
	GHashTableIter iter;
	void *pattern, *entry;

	if (!names || !name)
		return API_ENTRY_NONE;
	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &pattern, &entry))
		if (g_pattern_match_simple(pattern, name))
			return GPOINTER_TO_INT(entry);
	return API_ENTRY_NONE;
}

bool api_container(const struct api *api, const char *record)
{
	return record && g_hash_table_contains(api->containers, record);
}

bool api_inert(const struct api *api, const char *record)
{
	return record && g_hash_table_contains(api->inert, record);
}

bool api_link(const struct api *api, const char *record, const char *field,
	      const char **to_record, const char **to_field)
{
	g_autofree char *key = g_strdup_printf("%s.%s", record ?: "", field);
	const char *to = g_hash_table_lookup(api->links, key);
	const char *dot = to ? strchr(to, '.') : NULL;
	g_autofree char *tag = dot ? g_strndup(to, dot - to) : NULL;

	if (!dot)
		return false;
	*to_record = g_intern_string(tag);
	*to_field = g_intern_string(dot + 1);
	return true;
}

const GPtrArray *api_precompiled(const struct api *api)
{
	return api->precompiled;
}

const GPtrArray *api_message_macros(const struct api *api)
{
	return api->message_macros;
}

const char *const *api_gup_names(const struct api *api)
{
	return api->gup_names;
}

const char *api_sum(const struct api *api)
{
	/* asking for it ends the sum */
	g_autoptr(GChecksum) sum = g_checksum_copy(api->sum);

	return g_intern_string(g_checksum_get_string(sum));
}
