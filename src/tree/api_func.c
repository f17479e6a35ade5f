// SPDX-License-Identifier: GPL-2.0-only
/* api_func.c - what an entry of "functions" or a group says; docs/api.md */
#include <string.h>
#include "tree/api_json.h"

static const struct word shape_words[] = {
	{ "same", API_SHAPE_SAME },   { "page", API_SHAPE_PAGE },
	{ "array", API_SHAPE_ARRAY }, { "container", API_SHAPE_CONTAINER },
	{ "pfn", API_SHAPE_PFN },     { "map", API_SHAPE_MAP },
	{ "dma", API_SHAPE_DMA },     { NULL, 0 },
};

static const struct word access_words[] = {
	{ "none", 0 },
	{ "r", API_CPU_READ },
	{ "w", API_CPU_WRITE },
	{ "rw", API_CPU_READ | API_CPU_WRITE },
	{ "dev-r", API_DEV_READ },
	{ "dev-w", API_DEV_WRITE },
	{ "dev-rw", API_DEV_READ | API_DEV_WRITE },
	{ NULL, 0 },
};

static const struct word contract_words[] = {
	{ "none", 0 },
	{ "io", 1 },
	{ NULL, 0 },
};

const struct word reader_entry_words[] = {
	{ "none", API_ENTRY_NONE },
	{ "call", API_ENTRY_CALL },
	{ "release", API_ENTRY_RELEASE },
	{ "notifier", API_ENTRY_NOTIFIER },
	{ "completion", API_ENTRY_COMPLETION },
	{ "interrupt", API_ENTRY_INTERRUPT },
	{ "work", API_ENTRY_WORK },
	{ NULL, 0 },
};

static void add_effect(struct reader *r, enum api_effect_kind kind, int from,
		       int to, enum api_shape shape, unsigned int access)
{
	struct api_effect effect = {
		.kind = kind,
		.from = from,
		.to = to,
		.shape = shape,
		.access = access,
	};

	g_array_append_val(r->effects, effect);
}

/* "1>0:container" */
static gboolean parse_flow(struct reader *r, const char *s)
{
	const char *gt = strchr(s, '>');
	const char *colon = gt ? strchr(gt, ':') : NULL;
	int from, to;

	if (!colon)
		return reader_error(r, "\"%s\" is not a flow: FROM>TO:SHAPE",
				    s);
	if (!reader_parse_arg(r, s, gt - s, &from) ||
	    !reader_parse_arg(r, gt + 1, colon - gt - 1, &to))
		return FALSE;
	if (to == API_ARG_ANY || from == to)
		return reader_error(
			r, "\"%s\" does not flow to one other place", s);
	for (const struct word *w = shape_words; w->name; w++) {
		if (!strcmp(w->name, colon + 1)) {
			add_effect(r, API_EFFECT_FLOW, from, to, w->value, 0);
			return TRUE;
		}
	}
	return reader_error(r, "\"%s\" is not a shape", colon + 1);
}

/* "1>0": the memory behind argument 1 is copied to argument 0 */
static gboolean read_copies(struct reader *r, struct json_object *o,
			    struct api_func *func)
{
	const char *s, *gt;

	if (!reader_string(r, o, &s))
		return FALSE;
	gt = strchr(s, '>');
	if (!gt)
		return reader_error(r, "\"%.40s\" is not FROM>TO", s);
	if (!reader_parse_arg(r, s, gt - s, &func->copies_from) ||
	    !reader_parse_arg(r, gt + 1, strlen(gt + 1), &func->copies_to))
		return FALSE;
	if (func->copies_from < 0 ||
	    (func->copies_to < 0 && func->copies_to != API_ARG_RET))
		return reader_error(r, "\"%.40s\" names no single argument", s);
	func->copies = true;
	return TRUE;
}

static gboolean read_flows(struct reader *r, struct json_object *o)
{
	const char *const *list;

	if (!reader_strings(r, o, &list))
		return FALSE;
	for (size_t i = 0; list[i]; i++) {
		size_t old = reader_push_index(r, i);

		if (!parse_flow(r, list[i]))
			return FALSE;
		reader_pop(r, old);
	}
	return TRUE;
}

static gboolean read_uses(struct reader *r, struct json_object *o)
{
	if (!reader_want(r, o, json_type_object))
		return FALSE;
	json_object_object_foreach(o, key, val)
	{
		size_t old = reader_push(r, key);
		int arg, access;

		if (!reader_parse_arg(r, key, strlen(key), &arg) ||
		    !reader_word(r, val, access_words, &access))
			return FALSE;
		add_effect(r, API_EFFECT_USE, arg, API_ARG_RET, API_SHAPE_SAME,
			   access);
		reader_pop(r, old);
	}
	return TRUE;
}

static gboolean read_args(struct reader *r, struct json_object *o,
			  enum api_effect_kind kind)
{
	if (!reader_want(r, o, json_type_array))
		return FALSE;
	for (size_t i = 0; i < json_object_array_length(o); i++) {
		size_t old = reader_push_index(r, i);
		int arg;

		if (!reader_arg(r, json_object_array_get_idx(o, i), &arg))
			return FALSE;
		if (kind == API_EFFECT_SOURCE)
			add_effect(r, kind, arg, arg, API_SHAPE_PAGE, 0);
		else if (arg == API_ARG_RET)
			return reader_error(r,
					    "\"ret\" is not an argument here");
		else
			add_effect(r, kind, arg, API_ARG_RET, API_SHAPE_SAME,
				   0);
		reader_pop(r, old);
	}
	return TRUE;
}

static gboolean read_callback(struct reader *r, struct json_object *o,
			      struct api_func *func)
{
	if (!reader_want(r, o, json_type_object))
		return FALSE;
	json_object_object_foreach(o, key, val)
	{
		size_t old = reader_push(r, key);
		int arg, entry;

		if (!reader_parse_arg(r, key, strlen(key), &arg) ||
		    !reader_word(r, val, reader_entry_words, &entry))
			return FALSE;
		if (arg < 0 || arg >= API_CALLBACK_ARGS)
			return reader_error(r, "a callback is one argument");
		func->callback[arg] = entry;
		reader_pop(r, old);
	}
	return TRUE;
}

/* "2:VM_MAP_PUT_PAGES": argument 2 has the flag */
static gboolean read_take_if(struct reader *r, struct json_object *o,
			     struct api_func *func)
{
	const char *s, *colon;

	if (!reader_string(r, o, &s))
		return FALSE;
	colon = strchr(s, ':');
	if (!colon || !colon[1])
		return reader_error(r, "\"%.40s\" is not ARGUMENT:FLAG", s);
	if (!reader_parse_arg(r, s, colon - s, &func->take_arg))
		return FALSE;
	if (func->take_arg < 0)
		return reader_error(r, "\"%.40s\" names no single argument", s);
	func->take_flag = g_intern_string(colon + 1);
	return TRUE;
}

static gboolean read_contract(struct reader *r, struct json_object *o,
			      struct api_func *func)
{
	int word;

	if (!reader_word(r, o, contract_words, &word))
		return FALSE;
	func->io_contract = word;
	return TRUE;
}

/* "bio.bi_end_io" */
static gboolean read_completes(struct reader *r, struct json_object *o,
			       struct api_func *func)
{
	g_auto(GStrv) part = NULL;

	if (!reader_want(r, o, json_type_string))
		return FALSE;
	part = g_strsplit(json_object_get_string(o), ".", 3);
	if (g_strv_length(part) != 2 || !*part[0] || !*part[1])
		return reader_error(r, "\"%s\" is not RECORD.FIELD",
				    json_object_get_string(o));
	func->completes_record = g_intern_string(part[0]);
	func->completes_field = g_intern_string(part[1]);
	return TRUE;
}

gboolean reader_func_member(struct reader *r, const char *key,
			    struct json_object *val, struct api_func *func)
{
	if (!strcmp(key, "flow"))
		return read_flows(r, val);
	if (!strcmp(key, "use"))
		return read_uses(r, val);
	if (!strcmp(key, "ref"))
		return read_args(r, val, API_EFFECT_REF);
	if (!strcmp(key, "take"))
		return read_args(r, val, API_EFFECT_TAKE);
	if (!strcmp(key, "take_if"))
		return read_take_if(r, val, func);
	if (!strcmp(key, "dirty"))
		return read_args(r, val, API_EFFECT_DIRTY);
	if (!strcmp(key, "source"))
		return read_args(r, val, API_EFFECT_SOURCE);
	if (!strcmp(key, "callback"))
		return read_callback(r, val, func);
	if (!strcmp(key, "atomic"))
		return reader_int(r, val, -1, 1, &func->atomic);
	if (!strcmp(key, "noreturn"))
		return reader_bool(r, val, &func->noreturn);
	if (!strcmp(key, "counts_refs"))
		return reader_bool(r, val, &func->counts_refs);
	if (!strcmp(key, "notifier_guard"))
		return reader_bool(r, val, &func->notifier_guard);
	if (!strcmp(key, "alloc"))
		return reader_bool(r, val, &func->alloc);
	if (!strcmp(key, "drops_ref"))
		return reader_bool(r, val, &func->drops_ref);
	if (!strcmp(key, "error_test"))
		return reader_bool(r, val, &func->error_test);
	if (!strcmp(key, "maps"))
		return reader_bool(r, val, &func->maps);
	if (!strcmp(key, "copies"))
		return read_copies(r, val, func);
	if (!strcmp(key, "takes_lock"))
		return reader_bool(r, val, &func->takes_lock);
	if (!strcmp(key, "free"))
		return reader_int(r, val, 0, 15, &func->free_arg);
	if (!strcmp(key, "completes"))
		return read_completes(r, val, func);
	if (!strcmp(key, "contract"))
		return read_contract(r, val, func);
	return reader_error(r, "unknown member");
}
