/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * json.h - facts as JSON, schema gup2pin-facts/1
 *
 * Self-contained and position-independent: paths are relative to the root.
 * docs/facts.md describes the format.
 */
#ifndef FACTS_JSON_H
#define FACTS_JSON_H

#include <glib.h>
#include "facts/facts.h"
#include "tree/error.h"

/**
 * facts_to_json() - write a unit
 *
 * Return: (transfer full): one line of compact JSON, no newline at the end
 */
char *facts_to_json(const struct facts_unit *unit);

/**
 * facts_from_json() - read a unit
 * @text: JSON; need not be terminated
 * @len: bytes
 * @error: G2P_ERROR_DATA naming the member that is wrong.  Junk of any kind
 *	is an error, never a crash: indices are checked against their arrays.
 *
 * Return: (transfer full): or NULL
 */
struct facts_unit *facts_from_json(const char *text, size_t len,
				   GError **error);

/**
 * facts_load() - read the units of some directories
 * @dirs: NULL-terminated: what "extract -o" has written, in any split
 * @error: G2P_ERROR_IO; G2P_ERROR_DATA naming the file that is wrong
 *
 * Every *.json below the directories holds one unit.  Symbolic links are not
 * followed.  The unit of a file that is there twice is taken when both are the
 * same.
 *
 * Return: (transfer full): main file -> facts_unit, or NULL
 */
GHashTable *facts_load(const char *const *dirs, GError **error);

#endif
