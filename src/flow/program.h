/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * program.h - the linked program, inside flow/ only
 */
#ifndef FLOW_PROGRAM_H
#define FLOW_PROGRAM_H

#include "flow/flow.h"

/**
 * struct flow_slot - what is stored in a field, or in a variable, to be called
 * @funcs: (element-type flow_func*): functions
 * @asks: (element-type flow_ask*): who else stores there, not owned; or NULL
 * @open: other functions are stored there as well
 */
struct flow_slot {
	GPtrArray *funcs;
	GPtrArray *asks;
	bool open;
};

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
 * @slots: flow_slot by record and field
 * @variables: flow_slot of static initialisers, by file and variable
 * @asks: flow_ask by what it asks for
 * @field_users: list of flow_func that mention a record's field or a global,
 *	those of one name told apart by their file
 * @field_stores: list of flow_store by record and field, or by global
 * @embedding: list of tags of the records that have a field of a type
 * @made: list of calls that allocate an object, by pointer type; on demand
 * @filled: list of facts_slot by function
 * @instances: cache of flow_instances(): function -> flow_instances
 * @set_once: cache of what is never changed: fields of objects, records
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
	GHashTable *variables;
	GHashTable *asks;
	GHashTable *field_users;
	GHashTable *field_stores;
	GHashTable *embedding;
	GHashTable *made;
	GHashTable *object_ends;
	GHashTable *below;
	GHashTable *filled;
	GHashTable *instances;
	GHashTable *set_once;
};

/**
 * struct flow_instances - the objects of one kind that a function sees
 * @objects: (element-type const char*): the ops that these objects have
 * @param: parameter that is such an object
 * @record: the ops' record
 * @owner: field of the object that points to its ops
 * @asks: (element-type flow_ask*): files that may say something else
 */
struct flow_instances {
	GPtrArray *objects;
	unsigned int param;
	const char *record;
	const struct facts_expr *owner;
	GPtrArray *asks;
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

/**
 * flow_is_any() - may a call go to any one of its targets
 * @call: the call
 *
 * One through a struct's field goes to those of the object at hand; a pointer
 * by itself may hold each of them, so what it does is what all of them do.
 */
bool flow_is_any(const struct flow_call *call);

/**
 * flow_param_of() - the parameter that an expression has the value of
 * @in: function
 * @block: position
 * @index: position
 * @e: a pointer to a function
 *
 * Return: its index, or -1
 */
int flow_param_of(struct flow_func *in, unsigned int block, unsigned int index,
		  const struct facts_expr *e);

/**
 * flow_callback_param() - the parameter through which a call goes
 * @prog: the program
 * @call: a call of a parameter, or one that is given it to be called inside
 *
 * Return: its index, or -1
 */
int flow_callback_param(const struct flow_program *prog,
			const struct flow_call *call);

/**
 * flow_gives() - may a call give a function to what it calls
 * @call: the call
 * @param: index of the argument
 * @func: the function
 */
bool flow_gives(const struct flow_call *call, int param,
		const struct flow_func *func);

/**
 * flow_field_stores_in() - assignments to a field or a global
 * @prog: the program
 * @e: FX_FIELD or FX_GLOBAL
 * @in: function that has the expression
 *
 * Return: (transfer none) (element-type flow_store*): or NULL
 */
GPtrArray *flow_field_stores_in(const struct flow_program *prog,
				const struct facts_expr *e,
				const struct flow_func *in);

/**
 * flow_stored_to() - the field or variable that an assignment changes
 * @lhs: left side
 *
 * Return: what is below pointers and indices: obj->tab of obj->tab[i]
 */
const struct facts_expr *flow_stored_to(const struct facts_expr *lhs);

/**
 * flow_slot_get() - what is stored in a field to be called
 *
 * Return: (transfer none): NULL for nothing
 */
const struct flow_slot *flow_slot_get(const struct flow_program *prog,
				      const struct facts_expr *field);

/**
 * flow_variable_get() - what the initialiser of a static variable has
 *
 * Return: (transfer none): NULL for nothing
 */
const struct flow_slot *flow_variable_get(const struct flow_program *prog,
					  const struct facts_expr *global,
					  const struct flow_func *in);

/**
 * flow_slot_add() - a function is stored in record.field
 * @prog: the program
 * @func: the function
 * @record: tag
 * @field: name
 * @loc: where
 * @by: function that does it, NULL for a static initialiser
 *
 * Return: true when that is new
 */
bool flow_slot_add(struct flow_program *prog, struct flow_func *func,
		   const char *record, const char *field,
		   const struct facts_loc *loc, struct flow_func *by);

/**
 * flow_slot_widen() - other files may store functions in a field
 * @prog: the program
 * @field: the field
 * @asks: (element-type flow_ask*): they call one of these functions
 * @open: nobody knows which
 *
 * Return: true when that is new
 */
bool flow_slot_widen(struct flow_program *prog, const struct facts_expr *field,
		     const GPtrArray *asks, bool open);

/**
 * flow_add_target() - a call may go to a function
 *
 * Return: true when that is new
 */
bool flow_add_target(const struct flow_program *prog, struct flow_call *call,
		     struct flow_func *func);

/**
 * flow_callback_add() - a function is given to one that calls it
 * @prog: the program
 * @func: the function
 * @call: of the function that calls it
 * @kind: when; API_ENTRY_NONE: not known
 */
void flow_callback_add(const struct flow_program *prog, struct flow_func *func,
		       const struct flow_call *call, enum api_entry kind);

/**
 * flow_callback_followed() - is all known that becomes of a call's argument
 * @prog: the program
 * @call: the call
 * @arg: index of an argument that is a function
 *
 * Return: true when what is called calls it, or puts it where calls find it
 */
bool flow_callback_followed(const struct flow_program *prog,
			    const struct flow_call *call, unsigned int arg);

/**
 * flow_ask_get() - the one ask of its kind
 */
struct flow_ask *flow_ask_get(struct flow_program *prog, const char *word,
			      const char *record, const char *record_file);

/**
 * flow_instances() - which objects does a function see
 *
 * Return: (transfer none): NULL when it may see any
 */
const struct flow_instances *flow_instances(struct flow_program *prog,
					    const struct flow_func *func);

/**
 * flow_instances_of() - whose field is it that a function gets at
 * @prog: the program
 * @in: function
 * @block: position
 * @index: position
 * @field: FX_FIELD
 *
 * Return: (transfer none): NULL when it may be that of any object
 */
const struct flow_instances *flow_instances_of(struct flow_program *prog,
					       struct flow_func *in,
					       unsigned int block,
					       unsigned int index,
					       const struct facts_expr *field);

/**
 * flow_never_meet() - is no object both of one kind and of another
 */
bool flow_never_meet(const struct flow_instances *a,
		     const struct flow_instances *b);

/* names.c: keys of the tables are pairs of interned names, to be compared by
 * their addresses
 */
const void *flow_pair(const struct flow_program *prog, const void *a,
		      const void *b);
const void *flow_key(const struct flow_program *prog, const char *a,
		     const char *b);
/* to look something up: NULL when nothing can be there */
const void *flow_key_if_any(const struct flow_program *prog, const char *a,
			    const char *b);
const char *flow_name(const char *name);
GHashTable *flow_pairs_table(void);
void flow_add_func(struct flow_program *prog, const struct facts_unit *unit,
		   const struct facts_func *f);
GPtrArray *flow_find_all(const struct flow_program *prog, const char *name,
			 const struct facts_unit *unit);
GPtrArray *flow_list_get(GHashTable *table, const void *key);
void flow_list_add_once(GPtrArray *list, void *item);
void flow_list_add(const struct flow_program *prog, GPtrArray **list,
		   void *item, GDestroyNotify destroy);

/* instance.c */
GHashTable *flow_instances_table(void);

/* pointers.c: after the callers of direct calls are known */
void flow_link_stores(struct flow_program *prog);
void flow_link_pointers(struct flow_program *prog);

#endif
