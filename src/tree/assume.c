// SPDX-License-Identifier: GPL-2.0-only
/*
 * assume.c - the pin_*() functions of a later kernel (--assume-api)
 *
 * A tree whose mm.h has no pin_*() can be converted for the day it gets them:
 * api.json has the declarations, version by version.
 */
#include <string.h>
#include "tree/private.h"

bool tree_version_number(const char *version, unsigned int *number)
{
	unsigned int part[2] = { 0 };
	const char *s = version;

	for (unsigned int i = 0; i < 2; i++) {
		if (!g_ascii_isdigit(*s))
			return false;
		while (g_ascii_isdigit(*s) && part[i] < 10000)
			part[i] = part[i] * 10 + *s++ - '0';
		if (!i && *s++ != '.')
			return false;
	}
	*number = part[0] << 16 | part[1];
	return !*s || strchr(".-", *s);
}

/* The declarations of a version, by name, in the order of the file. */
static GPtrArray *assume_select(const struct api *api, unsigned int version)
{
	GPtrArray *chosen = g_ptr_array_new();

	for (unsigned int i = 0; i < api->assume->len; i++) {
		const struct api_assume *a =
			&g_array_index(api->assume, struct api_assume, i);

		if (a->version > version)
			continue;
		for (unsigned int k = 0; k < chosen->len; k++) {
			const struct api_assume *old = chosen->pdata[k];

			if (old->name == a->name && old->version <= a->version)
				g_ptr_array_remove_index(chosen, k--);
		}
		g_ptr_array_add(chosen, (void *)a);
	}
	return chosen;
}

/* What the tree declares itself stays as it is. */
static bool assume_is_there(const struct tree *tree, const char *name)
{
	uint64_t value;

	return tree_proto(tree, name) || tree_flag(tree, name, &value);
}

static const char *assume_own_pin(const struct tree *tree,
				  const struct api *api)
{
	for (unsigned int i = 0; i < tree->dialect->listed->len; i++) {
		const struct tree_proto *p = tree->dialect->listed->pdata[i];
		const struct api_acquire *acq = api_acquire(api, p->name);

		if (acq && acq->family == API_PIN)
			return p->name;
	}
	return NULL;
}

gboolean assume_api(struct tree *tree, const struct api *api,
		    const char *version, GError **error)
{
	/* tags at file scope: a tag first seen in a prototype ends with it */
	g_autoptr(GString) text = g_string_new(
		"struct page; struct mm_struct; struct task_struct; struct vm_area_struct;");
	const char *own = assume_own_pin(tree, api);
	g_autoptr(GPtrArray) chosen = NULL;

	if (!tree_version_number(version, &tree->api_version)) {
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_USAGE,
			"--assume-api %s: not a version; try --assume-api 5.6",
			version);
		return FALSE;
	}
	if (own) {
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_USAGE,
			"--assume-api %s: the kernel in %s declares %s() itself; leave --assume-api out",
			version, tree->source, own);
		return FALSE;
	}
	chosen = assume_select(api, tree->api_version);
	if (!chosen->len) {
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_USAGE,
			"--assume-api %s: Linux %s had no pin_user_pages*(); try --assume-api 5.6",
			version, version);
		return FALSE;
	}
	for (unsigned int i = 0; i < chosen->len; i++) {
		const struct api_assume *a = chosen->pdata[i];

		if (a->text && !assume_is_there(tree, a->name))
			g_string_append_printf(text, " %s", a->text);
	}
	dialect_parse(tree->dialect, text->str, text->len);
	dialect_list(tree->dialect, api);
	tree->assumed = g_string_free(g_steal_pointer(&text), FALSE);
	return TRUE;
}
