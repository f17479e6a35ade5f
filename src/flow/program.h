/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * program.h - the linked program, inside flow/ only
 */
#ifndef FLOW_PROGRAM_H
#define FLOW_PROGRAM_H

#include "flow/flow.h"

/**
 * struct flow_program - units joined by name
 * @api: the rules
 * @units: (element-type facts_unit*): not owned
 * @funcs: (element-type flow_func*): owned
 * @stores: (element-type flow_store*): owned
 * @none: an empty list
 * @rooms: blocks of memory for the calls
 * @n_calls: how many there are
 * @pairs: pairs of names that are keys of the tables
 * @by_name: function by name, static ones and namesakes by name and file
 * @by_unit: static functions and namesakes by name and unit (headers included)
 * @namesakes: list of the external functions that share a name
 * @callees: flow_callee by its name
 * @slots: list of flow_func by record and field
 * @field_users: list of flow_func that mention a record's field or a global,
 *	those of one name told apart by their file
 * @field_stores: list of flow_store by record and field
 * @embedding: list of tags of the records that have a field of a type
 * @made: list of calls that allocate an object, by pointer type; on demand
 * @object_ends: cache of flow_object_ends(): pointer type -> bool
 * @below: flow_func -> set of flow_func, see flow_below()
 */
struct flow_program {
	const struct api *api;
	GPtrArray *units;
	GPtrArray *funcs;
	GPtrArray *stores;
	GPtrArray *none;
	GPtrArray *rooms;
	unsigned int n_calls;
	GHashTable *pairs;
	GHashTable *by_name;
	GHashTable *by_unit;
	GHashTable *namesakes;
	GHashTable *callees;
	GHashTable *slots;
	GHashTable *field_users;
	GHashTable *field_stores;
	GHashTable *embedding;
	GHashTable *made;
	GHashTable *object_ends;
	GHashTable *below;
};

/**
 * flow_find() - the function a name stands for in a unit
 *
 * Return: NULL when it has no body in the program
 */
struct flow_func *flow_find(const struct flow_program *prog, const char *name,
			    const struct facts_unit *unit);

/**
 * flow_below() - all that a function calls, directly or not, and itself
 *
 * Return: (transfer none): set of flow_func
 */
GHashTable *flow_below(struct flow_program *prog, struct flow_func *func);

/**
 * flow_field_users() - functions that mention a field or a global
 * @prog: the program
 * @e: FX_FIELD or FX_GLOBAL
 * @in: function that has the expression
 *
 * Return: (transfer none) (element-type flow_func*): or NULL
 */
GPtrArray *flow_field_users(const struct flow_program *prog,
			    const struct facts_expr *e,
			    const struct flow_func *in);

#endif
