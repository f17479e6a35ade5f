/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * put.h - what the writers of JSON share
 *
 * Inside report/ only.
 */
#ifndef REPORT_PUT_H
#define REPORT_PUT_H

#include <glib.h>
#include <json-c/json.h>

/**
 * put_new_string() - a JSON string
 * @s: any bytes, or NULL for null
 */
struct json_object *put_new_string(const char *s);

/**
 * put_string() - add a string member
 */
void put_string(struct json_object *obj, const char *key, const char *s);

/**
 * put_int() - add a number member
 */
void put_int(struct json_object *obj, const char *key, int64_t value);

/**
 * put_object() - add an empty object as a member
 *
 * Return: (transfer none)
 */
struct json_object *put_object(struct json_object *obj, const char *key);

/**
 * put_array() - add an empty array as a member
 *
 * Return: (transfer none)
 */
struct json_object *put_array(struct json_object *obj, const char *key);

/**
 * put_element() - add an empty object to an array
 *
 * Return: (transfer none)
 */
struct json_object *put_element(struct json_object *array);

/**
 * put_text() - the finished document as text
 * @root: (transfer full)
 *
 * Return: (transfer full): pretty-printed, with a newline at its end
 */
GString *put_text(struct json_object *root);

#endif
