/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api_json.h - values of a rules file, each checked
 *
 * Inside tree/ only.  A reader that returns FALSE has set the error, which names
 * the file and the member.
 */
#ifndef TREE_API_JSON_H
#define TREE_API_JSON_H

#include <json-c/json.h>
#include "tree/private.h"

#define ARG_MAX_INDEX 31

/**
 * struct reader - where reading stands
 * @api: rules that are added to
 * @file: being read
 * @path: of the member being read, "functions.sg_page.flow"
 * @seen: names that this file has defined (name -> section)
 * @effects: of the function being read
 * @error: where an error goes
 */
struct reader {
	struct api *api;
	const char *file;
	GString *path;
	GHashTable *seen;
	GArray *effects;
	GError **error;
};

/**
 * struct word - a word that a member may have as its value
 * @name: the word; NULL ends a list of words
 * @value: what it stands for
 */
struct word {
	const char *name;
	int value;
};

/**
 * reader_error() - set the error to a message about the member being read
 *
 * Return: FALSE
 */
gboolean G_GNUC_PRINTF(2, 3)
	reader_error(struct reader *r, const char *format, ...);

/**
 * reader_push() - a member is about to be read
 *
 * Return: what reader_pop() wants when it was read
 */
size_t reader_push(struct reader *r, const char *member);

/**
 * reader_push_index() - an element of an array is about to be read
 */
size_t reader_push_index(struct reader *r, size_t i);

/**
 * reader_pop() - a member was read
 */
void reader_pop(struct reader *r, size_t old);

/**
 * reader_alloc() - zeroed memory that lives as long as the rules
 */
void *reader_alloc(struct reader *r, size_t size);

/**
 * reader_is_remark() - is a member for people only
 */
bool reader_is_remark(const char *member);

/**
 * reader_want() - check the type of a value
 */
gboolean reader_want(struct reader *r, struct json_object *o,
		     enum json_type type);

/**
 * reader_string() - a string that is not empty; interned
 */
gboolean reader_string(struct reader *r, struct json_object *o, const char **s);

/**
 * reader_word() - one of a few words
 */
gboolean reader_word(struct reader *r, struct json_object *o,
		     const struct word *words, int *value);

/**
 * reader_int() - an integer between two others
 */
gboolean reader_int(struct reader *r, struct json_object *o, int min, int max,
		    int *value);

/**
 * reader_bool() - true or false
 */
gboolean reader_bool(struct reader *r, struct json_object *o, bool *value);

/**
 * reader_strings() - an array of strings; NULL-terminated, lives with the rules
 */
gboolean reader_strings(struct reader *r, struct json_object *o,
			const char *const **list);

/**
 * reader_parse_arg() - the text of an argument: "0", "ret" or "*"
 */
gboolean reader_parse_arg(struct reader *r, const char *s, size_t len,
			  int *arg);

/**
 * reader_arg() - an argument as a value: 0, "ret" or "*"
 */
gboolean reader_arg(struct reader *r, struct json_object *o, int *arg);

/* kinds of entry points; ends with a NULL name */
extern const struct word reader_entry_words[];

/**
 * reader_func_member() - a member of a function's entry
 * @r: the reader; effects are added to it
 * @key: name of the member
 * @val: its value
 * @func: the entry; filled
 */
gboolean reader_func_member(struct reader *r, const char *key,
			    struct json_object *val, struct api_func *func);

#endif
