/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * image.h - structures as bytes of this machine
 *
 * A structure is copied as it is, its pointers replaced by numbers; what they
 * point to follows, depth first.  Tables say where the pointers are.  All
 * strings have to be interned.  The bytes are valid for the program that wrote
 * them only, and trusted: who keeps them has to see that they are whole.
 */
#ifndef FACTS_IMAGE_H
#define FACTS_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <glib.h>

/**
 * enum image_kind - what a pointer points to
 * @IMAGE_TEXT: an interned string: its number, 0 for NULL
 * @IMAGE_EMBED: no pointer: a structure that has some
 * @IMAGE_ONE: a structure: 1, or 0 for NULL
 * @IMAGE_MANY: an array of structures; another member counts them
 * @IMAGE_KIDS: an array of pointers to structures, likewise
 * @IMAGE_LIST: a GPtrArray of structures: their number and 1, or 0 for NULL
 * @IMAGE_END: end of a table
 */
enum image_kind {
	IMAGE_TEXT,
	IMAGE_EMBED,
	IMAGE_ONE,
	IMAGE_MANY,
	IMAGE_KIDS,
	IMAGE_LIST,
	IMAGE_END,
};

/**
 * struct image_field - a member that is a pointer or has some
 * @kind: which
 * @offset: in the structure
 * @count: IMAGE_MANY, IMAGE_KIDS: offset of the unsigned int that counts
 * @type: of what it points to
 */
struct image_field {
	enum image_kind kind;
	size_t offset;
	size_t count;
	const struct image_type *type;
};

/**
 * struct image_type - a structure
 * @size: bytes
 * @fields: the members above, up to IMAGE_END
 * @destroy: frees one of an IMAGE_LIST
 */
struct image_type {
	size_t size;
	const struct image_field *fields;
	GDestroyNotify destroy;
};

#define IMAGE_FIELD_TEXT(s, m)                                       \
	{                                                            \
		.kind = IMAGE_TEXT, .offset = offsetof(struct s, m), \
	}
#define IMAGE_FIELD_OF(k, s, m, t)                                          \
	{                                                                   \
		.kind = (k), .offset = offsetof(struct s, m), .type = &(t), \
	}
#define IMAGE_FIELD_COUNTED(k, s, m, n, t)                    \
	{                                                     \
		.kind = (k), .offset = offsetof(struct s, m), \
		.count = offsetof(struct s, n), .type = &(t), \
	}
#define IMAGE_FIELD_END            \
	{                          \
		.kind = IMAGE_END, \
	}

/**
 * struct image_writer - bytes in the making
 */
struct image_writer {
	GByteArray *body;
	GByteArray *strings;
	GHashTable *numbers;
	guint64 memory;
};

/**
 * image_begin() - begin to write
 */
void image_begin(struct image_writer *w);

/**
 * image_text() - the number of an interned string
 */
guint32 image_text(struct image_writer *w, const char *text);

/**
 * image_put() - add structures that are side by side
 */
void image_put(struct image_writer *w, const struct image_type *type,
	       const void *from, unsigned int n);

/**
 * image_put_list() - add each structure of an array of pointers
 *
 * Return: how many
 */
guint32 image_put_list(struct image_writer *w, const struct image_type *type,
		       const GPtrArray *list);

/**
 * image_end() - write it all
 * @w: freed
 * @out: bytes are appended: strings, then structures
 * @head: where to say how much there is
 */
struct image_head;
void image_end(struct image_writer *w, GByteArray *out,
	       struct image_head *head);

/**
 * struct image_head - how much there is
 * @n_strings: how many
 * @strings: bytes of all of them, each with its NUL
 * @memory: bytes that the structures take once read
 */
struct image_head {
	guint32 n_strings;
	guint32 strings;
	guint64 memory;
};

/**
 * struct image_reader - where it is
 * @at: next byte
 * @end: of the bytes
 * @room: next byte of the memory for structures; NULL: each gets its own of
 *	g_malloc()
 * @room_end: its end
 * @strings: by number; owned
 * @n_strings: how many, the one for NULL included
 * @bad: they are not what this program wrote
 */
struct image_reader {
	const guint8 *at;
	const guint8 *end;
	guint8 *room;
	guint8 *room_end;
	const char **strings;
	guint32 n_strings;
	bool bad;
};

/**
 * image_open() - read the strings
 * @r: at and end are set; free strings with g_free()
 *
 * Return: false when they are damaged
 */
bool image_open(struct image_reader *r, const struct image_head *head);

/**
 * image_get_text() - the string with a number
 */
const char *image_get_text(struct image_reader *r, guint64 n);

/**
 * image_get() - read structures that are side by side
 *
 * Return: NULL, with bad set, when they are damaged
 */
void *image_get(struct image_reader *r, const struct image_type *type, gsize n);

/**
 * image_get_list() - read structures and add them to an array
 */
void image_get_list(struct image_reader *r, const struct image_type *type,
		    GPtrArray *list, guint32 n);

#endif
