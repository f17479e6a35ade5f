// SPDX-License-Identifier: GPL-2.0-only
/* store.c - a verdict as bytes, without the facts it points into */
#include <string.h>
#include "facts/pack.h"
#include "front/front.h"
#include "verdict/store.h"
#include "verdict/verdict_version.h"

static const struct image_field step_fields[] = {
	IMAGE_FIELD_OF(IMAGE_EMBED, verdict_step, loc, facts_loc_type),
	IMAGE_FIELD_TEXT(verdict_step, text),
	IMAGE_FIELD_END,
};
static const struct image_type step_type = { sizeof(struct verdict_step),
					     step_fields, g_free };

static const struct image_field release_fields[] = {
	IMAGE_FIELD_OF(IMAGE_EMBED, verdict_release, loc, facts_loc_type),
	IMAGE_FIELD_TEXT(verdict_release, function),
	IMAGE_FIELD_TEXT(verdict_release, callee),
	IMAGE_FIELD_END,
};
static const struct image_type release_type = { sizeof(struct verdict_release),
						release_fields, g_free };

static const struct image_field bulk_fields[] = {
	IMAGE_FIELD_TEXT(verdict_bulk, to),
	IMAGE_FIELD_TEXT(verdict_bulk, counter),
	IMAGE_FIELD_OF(IMAGE_EMBED, verdict_bulk, decl, facts_loc_type),
	IMAGE_FIELD_TEXT(verdict_bulk, dirty),
	IMAGE_FIELD_END,
};
static const struct image_type bulk_type = { sizeof(struct verdict_bulk),
					     bulk_fields, g_free };

static const struct image_field edit_fields[] = {
	IMAGE_FIELD_OF(IMAGE_EMBED, verdict_edit, loc, facts_loc_type),
	IMAGE_FIELD_TEXT(verdict_edit, from),
	IMAGE_FIELD_TEXT(verdict_edit, to),
	IMAGE_FIELD_OF(IMAGE_EMBED, verdict_edit, arg_loc, facts_loc_type),
	IMAGE_FIELD_TEXT(verdict_edit, arg_text),
	IMAGE_FIELD_TEXT(verdict_edit, fold),
	IMAGE_FIELD_TEXT(verdict_edit, drop),
	IMAGE_FIELD_TEXT(verdict_edit, write),
	IMAGE_FIELD_OF(IMAGE_ONE, verdict_edit, bulk, bulk_type),
	IMAGE_FIELD_TEXT(verdict_edit, done),
	IMAGE_FIELD_END,
};
static const struct image_type edit_type = { sizeof(struct verdict_edit),
					     edit_fields, verdict_edit_free };

static const struct image_field site_fields[] = {
	IMAGE_FIELD_TEXT(verdict_site, id),
	IMAGE_FIELD_TEXT(verdict_site, file),
	IMAGE_FIELD_TEXT(verdict_site, function),
	IMAGE_FIELD_TEXT(verdict_site, callee),
	IMAGE_FIELD_TEXT(verdict_site, flags_expr),
	IMAGE_FIELD_TEXT(verdict_site, why),
	IMAGE_FIELD_TEXT(verdict_site, note),
	IMAGE_FIELD_OF(IMAGE_LIST, verdict_site, evidence, step_type),
	IMAGE_FIELD_OF(IMAGE_LIST, verdict_site, releases, release_type),
	IMAGE_FIELD_OF(IMAGE_LIST, verdict_site, edits, edit_type),
	IMAGE_FIELD_TEXT(verdict_site, arch),
	IMAGE_FIELD_TEXT(verdict_site, config),
	IMAGE_FIELD_END,
};
static const struct image_type site_type = { sizeof(struct verdict_site),
					     site_fields, verdict_site_free };

static const struct image_field finding_fields[] = {
	IMAGE_FIELD_TEXT(verdict_finding, rule),
	IMAGE_FIELD_TEXT(verdict_finding, file),
	IMAGE_FIELD_TEXT(verdict_finding, function),
	IMAGE_FIELD_TEXT(verdict_finding, message),
	IMAGE_FIELD_TEXT(verdict_finding, site),
	IMAGE_FIELD_TEXT(verdict_finding, fingerprint),
	IMAGE_FIELD_END,
};
static const struct image_type finding_type = { sizeof(struct verdict_finding),
						finding_fields, g_free };

static const struct image_field unparsed_fields[] = {
	IMAGE_FIELD_TEXT(verdict_unparsed, file),
	IMAGE_FIELD_TEXT(verdict_unparsed, name),
	IMAGE_FIELD_TEXT(verdict_unparsed, text),
	IMAGE_FIELD_TEXT(verdict_unparsed, reason),
	IMAGE_FIELD_END,
};
static const struct image_type unparsed_type = {
	sizeof(struct verdict_unparsed), unparsed_fields, g_free
};

/* A new member that is a pointer has to be in a table above. */
#if GLIB_SIZEOF_VOID_P == 8
G_STATIC_ASSERT(sizeof(struct verdict_step) == 72);
G_STATIC_ASSERT(sizeof(struct verdict_release) == 72);
G_STATIC_ASSERT(sizeof(struct verdict_bulk) == 96);
G_STATIC_ASSERT(sizeof(struct verdict_edit) == 216);
G_STATIC_ASSERT(sizeof(struct verdict_site) == 144);
G_STATIC_ASSERT(sizeof(struct verdict_finding) == 64);
G_STATIC_ASSERT(sizeof(struct verdict_unparsed) == 40);
G_STATIC_ASSERT(sizeof(struct verdict) == 104);
#endif

/**
 * struct head - what a verdict says itself, and how much follows
 * @size: of this structure
 */
struct head {
	guint32 size;
	guint32 files_scanned;
	guint32 files_parsed;
	guint32 files_clean;
	guint32 mentions;
	guint32 n_sites;
	guint32 n_findings;
	guint32 n_unparsed;
	struct image_head image;
};

static void add_text(GChecksum *sum, const char *text)
{
	g_checksum_update(sum, (const guchar *)text, strlen(text) + 1);
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

static void add_overlay(GChecksum *sum, GHashTable *overlay)
{
	GList *paths = g_list_sort(g_hash_table_get_keys(overlay), by_name);

	for (GList *p = paths; p; p = p->next) {
		g_autofree char *text = g_compute_checksum_for_bytes(
			G_CHECKSUM_SHA256,
			g_hash_table_lookup(overlay, p->data));

		add_text(sum, p->data);
		add_text(sum, text);
	}
	g_list_free(paths);
}

/* All that a result depends on, but for the tree. */
static char *make_key(const struct api *api, const struct verdict_options *opts)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *numbers = g_strdup_printf(
		"%u %u %u", opts->follow, opts->time_limit, opts->memory_limit);
	const char *worker = g_getenv("GUP2PIN_WORKER");

	add_text(sum, VERDICT_VERSION);
	add_text(sum, front_clang_version());
	add_text(sum, api_sum(api));
	add_text(sum, numbers);
	add_text(sum, worker ?: "");
	for (unsigned int i = 0; opts->paths && opts->paths[i]; i++)
		add_text(sum, opts->paths[i]);
	add_text(sum, "");
	if (opts->overlay)
		add_overlay(sum, opts->overlay);
	return g_strdup(g_checksum_get_string(sum));
}

struct kept *verdict_store_open(struct tree *tree, const struct api *api,
				const struct verdict_options *opts)
{
	g_autofree char *key = NULL;

	if (!opts->keep || opts->no_cache || opts->facts)
		return NULL;
	key = make_key(api, opts);
	return kept_open(tree, key, opts->jobs);
}

static void get_lists(struct image_reader *r, const struct head *h,
		      struct verdict *v)
{
	image_get_list(r, &site_type, v->sites, h->n_sites);
	image_get_list(r, &finding_type, v->findings, h->n_findings);
	image_get_list(r, &unparsed_type, v->unparsed, h->n_unparsed);
}

static bool read_verdict(const guint8 *data, gsize len, struct verdict *v)
{
	struct image_reader r = { .at = data, .end = data + len };
	struct head h;
	bool ok;

	if (len < sizeof(h))
		return false;
	memcpy(&h, data, sizeof(h));
	r.at += sizeof(h);
	if (h.size != sizeof(h) || !image_open(&r, &h.image))
		return false;
	v->files_scanned = h.files_scanned;
	v->files_parsed = h.files_parsed;
	v->files_clean = h.files_clean;
	v->mentions = h.mentions;
	get_lists(&r, &h, v);
	ok = !r.bad && r.at == r.end;
	g_free(r.strings);
	return ok;
}

struct verdict *verdict_store_get(struct kept *kept, struct tree *tree,
				  const struct api *api)
{
	g_autoptr(GBytes) bytes = kept ? kept_get(kept) : NULL;
	struct verdict *v;
	gsize len;

	if (!bytes)
		return NULL;
	v = verdict_empty(tree, api);
	v->kept = true;
	if (read_verdict(g_bytes_get_data(bytes, &len), g_bytes_get_size(bytes),
			 v))
		return v;
	verdict_free(v);
	return NULL;
}

/* A unit that failed may do better next time. */
static bool is_sure(const struct verdict *v)
{
	for (unsigned int i = 0; i < v->units->len; i++) {
		const struct facts_unit *u = v->units->pdata[i];

		if (u->failed)
			return false;
	}
	return !v->branches->len;
}

void verdict_store_put(struct kept *kept, const struct verdict *v)
{
	struct head h = { .size = sizeof(h),
			  .files_scanned = v->files_scanned,
			  .files_parsed = v->files_parsed,
			  .files_clean = v->files_clean,
			  .mentions = v->mentions };
	g_autoptr(GByteArray) out = NULL;
	struct image_writer w;

	if (!kept || !is_sure(v))
		return;
	out = g_byte_array_new();
	image_begin(&w);
	h.n_sites = image_put_list(&w, &site_type, v->sites);
	h.n_findings = image_put_list(&w, &finding_type, v->findings);
	h.n_unparsed = image_put_list(&w, &unparsed_type, v->unparsed);
	g_byte_array_append(out, (const guint8 *)&h, sizeof(h));
	image_end(&w, out, &h.image);
	memcpy(out->data, &h, sizeof(h));
	for (unsigned int i = 0; i < v->units->len; i++) {
		const struct facts_unit *u = v->units->pdata[i];

		if (u->text)
			kept_note_text(kept, u->file, u->text);
	}
	kept_put(kept, out->data, out->len);
}

bool verdict_is_same_with(struct tree *tree, const struct api *api,
			  const struct verdict_options *opts, GHashTable *texts)
{
	struct kept *kept = verdict_store_open(tree, api, opts);
	bool same = kept && kept_is_same_with(kept, texts);

	kept_free(kept);
	return same;
}
