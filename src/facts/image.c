// SPDX-License-Identifier: GPL-2.0-only
/* image.c - write and read structures by tables */
#include <string.h>
#include "facts/image.h"

static bool is_end(const struct image_field *f)
{
	return f->kind == IMAGE_END;
}

static gsize aligned(gsize size)
{
	return (size + 7) & ~(gsize)7;
}

/* Writing ----------------------------------------------------------------- */

void image_begin(struct image_writer *w)
{
	w->body = g_byte_array_new();
	w->strings = g_byte_array_new();
	w->numbers = g_hash_table_new(NULL, NULL);
	w->memory = 0;
}

guint32 image_text(struct image_writer *p, const char *text)
{
	guint n;

	if (!text)
		return 0;
	n = GPOINTER_TO_UINT(g_hash_table_lookup(p->numbers, text));
	if (n)
		return n;
	g_byte_array_append(p->strings, (const guint8 *)text, strlen(text) + 1);
	n = g_hash_table_size(p->numbers) + 1;
	g_hash_table_insert(p->numbers, (void *)text, GUINT_TO_POINTER(n));
	return n;
}

static void put_pointer(guint8 *copy, const struct image_field *f,
			guint64 value)
{
	memcpy(copy + f->offset, &value, sizeof(void *));
}

static unsigned int count_of(const guint8 *s, const struct image_field *f)
{
	unsigned int n;

	memcpy(&n, s + f->count, sizeof(n));
	return n;
}

static const void *pointer_of(const guint8 *s, const struct image_field *f)
{
	const void *value;

	memcpy(&value, s + f->offset, sizeof(value));
	return value;
}

static guint64 number_of_list(const GPtrArray *list)
{
	return list ? (guint64)list->len + 1 : 0;
}

/* Numbers for the pointers of one structure in its copy. */
static void number_fields(struct image_writer *p, const struct image_type *type,
			  const guint8 *s, guint8 *copy)
{
	for (const struct image_field *f = type->fields; !is_end(f); f++) {
		if (f->kind == IMAGE_EMBED)
			number_fields(p, f->type, s + f->offset,
				      copy + f->offset);
		else if (f->kind == IMAGE_TEXT)
			put_pointer(copy, f, image_text(p, pointer_of(s, f)));
		else if (f->kind == IMAGE_LIST)
			put_pointer(copy, f, number_of_list(pointer_of(s, f)));
		else
			put_pointer(copy, f, pointer_of(s, f) != NULL);
	}
}

static void put_kids(struct image_writer *p, const struct image_type *type,
		     const void *const *kids, unsigned int n)
{
	p->memory += aligned(n * sizeof(void *));
	for (unsigned int i = 0; i < n; i++)
		image_put(p, type, kids[i], 1);
}

static void put_children(struct image_writer *p, const struct image_type *type,
			 const guint8 *s)
{
	for (const struct image_field *f = type->fields; !is_end(f); f++) {
		if (f->kind == IMAGE_EMBED || f->kind == IMAGE_TEXT ||
		    !pointer_of(s, f))
			continue;
		if (f->kind == IMAGE_ONE)
			image_put(p, f->type, pointer_of(s, f), 1);
		else if (f->kind == IMAGE_LIST)
			image_put_list(p, f->type, pointer_of(s, f));
		else if (f->kind == IMAGE_MANY)
			image_put(p, f->type, pointer_of(s, f), count_of(s, f));
		else
			put_kids(p, f->type, pointer_of(s, f), count_of(s, f));
	}
}

void image_put(struct image_writer *p, const struct image_type *type,
	       const void *from, unsigned int n)
{
	guint at = p->body->len;
	const guint8 *s = from;

	g_byte_array_append(p->body, from, n * type->size);
	p->memory += aligned(n * type->size);
	for (unsigned int i = 0; i < n; i++, s += type->size)
		number_fields(p, type, s, p->body->data + at + i * type->size);
	s = from;
	for (unsigned int i = 0; i < n; i++, s += type->size)
		put_children(p, type, s);
}

guint32 image_put_list(struct image_writer *p, const struct image_type *type,
		       const GPtrArray *list)
{
	for (unsigned int i = 0; i < list->len; i++)
		image_put(p, type, list->pdata[i], 1);
	return list->len;
}

/* Reading ----------------------------------------------------------------- */

static void *take_room(struct image_reader *u, gsize size)
{
	void *room = u->room;

	if (!u->room_end)
		return g_malloc0(MAX(size, 1));
	size = aligned(size);
	if (u->bad || size > (gsize)(u->room_end - u->room)) {
		u->bad = true;
		return NULL;
	}
	u->room += size;
	return room;
}

const char *image_get_text(struct image_reader *u, guint64 n)
{
	if (n < u->n_strings)
		return u->strings[n];
	u->bad = true;
	return NULL;
}

static void **get_kids(struct image_reader *u, const struct image_type *type,
		       gsize n)
{
	void **kids = take_room(u, n * sizeof(void *));

	for (gsize i = 0; kids && i < n; i++)
		kids[i] = image_get(u, type, 1);
	return kids;
}

static GPtrArray *new_list(struct image_reader *u,
			   const struct image_type *type, gsize n)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(type->destroy);

	image_get_list(u, type, list, n);
	return list;
}

static void name_texts(struct image_reader *u, const struct image_type *type,
		       guint8 *s)
{
	for (const struct image_field *f = type->fields; !is_end(f); f++) {
		const void *value;

		if (f->kind == IMAGE_EMBED)
			name_texts(u, f->type, s + f->offset);
		if (f->kind != IMAGE_TEXT)
			continue;
		value = image_get_text(u, (guintptr)pointer_of(s, f));
		memcpy(s + f->offset, &value, sizeof(value));
	}
}

static void get_children(struct image_reader *u, const struct image_type *type,
			 guint8 *s)
{
	for (const struct image_field *f = type->fields; !is_end(f) && !u->bad;
	     f++) {
		void *value;

		if (f->kind == IMAGE_EMBED || f->kind == IMAGE_TEXT ||
		    !pointer_of(s, f))
			continue;
		if (f->kind == IMAGE_ONE)
			value = image_get(u, f->type, 1);
		else if (f->kind == IMAGE_LIST)
			value = new_list(u, f->type,
					 (guintptr)pointer_of(s, f) - 1);
		else if (f->kind == IMAGE_MANY)
			value = image_get(u, f->type, count_of(s, f));
		else
			value = get_kids(u, f->type, count_of(s, f));
		memcpy(s + f->offset, &value, sizeof(value));
	}
}

void *image_get(struct image_reader *u, const struct image_type *type, gsize n)
{
	gsize size = n * type->size;
	guint8 *to;

	if (size > (gsize)(u->end - u->at)) {
		u->bad = true;
		return NULL;
	}
	to = take_room(u, size);
	if (!to)
		return NULL;
	memcpy(to, u->at, size);
	u->at += size;
	for (gsize i = 0; i < n; i++)
		name_texts(u, type, to + i * type->size);
	for (gsize i = 0; i < n; i++)
		get_children(u, type, to + i * type->size);
	return to;
}

void image_get_list(struct image_reader *u, const struct image_type *type,
		    GPtrArray *list, guint32 n)
{
	for (guint32 i = 0; i < n && !u->bad; i++) {
		void *one = image_get(u, type, 1);

		if (one)
			g_ptr_array_add(list, one);
	}
}

bool image_open(struct image_reader *u, const struct image_head *h)
{
	const char *at = (const char *)u->at, *end = at + h->strings;

	if (h->strings > (gsize)(u->end - u->at) || h->n_strings > h->strings ||
	    (h->strings && end[-1]))
		return false;
	u->n_strings = h->n_strings + 1;
	u->strings = g_new0(const char *, u->n_strings);
	for (guint32 i = 1; i < u->n_strings && at < end; i++) {
		u->strings[i] = g_intern_string(at);
		at += strlen(at) + 1;
	}
	u->at += h->strings;
	return true;
}

void image_end(struct image_writer *w, GByteArray *out, struct image_head *h)
{
	h->n_strings = g_hash_table_size(w->numbers);
	h->strings = w->strings->len;
	h->memory = w->memory;
	g_byte_array_append(out, w->strings->data, w->strings->len);
	g_byte_array_append(out, w->body->data, w->body->len);
	g_byte_array_unref(w->body);
	g_byte_array_unref(w->strings);
	g_hash_table_unref(w->numbers);
}
