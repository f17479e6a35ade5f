/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.h - the state of one trace, inside flow/ only
 *
 * trace.c moves values between places, eval.c says what an expression holds
 * and which places an assignment reaches, calls.c what a call does, field.c
 * what a field holds, ctx.c is for call strings, and early.c says which copies
 * of a pointer were made before.
 */
#ifndef FLOW_TRACE_H
#define FLOW_TRACE_H

#include "flow/defs.h"
#include "flow/program.h"

#define S_PAGE FLOW_BIT(API_SHAPE_PAGE)
#define S_ARRAY FLOW_BIT(API_SHAPE_ARRAY)
#define S_CONTAINER FLOW_BIT(API_SHAPE_CONTAINER)
#define S_PFN FLOW_BIT(API_SHAPE_PFN)
#define S_MAP FLOW_BIT(API_SHAPE_MAP)
#define S_DMA FLOW_BIT(API_SHAPE_DMA)

/* Both variants, through locals and through the heap, of some shapes. */
#define S_ANY(shapes) ((shapes) | ((shapes) << FLOW_HEAP))

/**
 * struct flow_ctx - a call string: calls that lead down to a function
 * @call: the innermost call
 * @up: the rest, NULL at the function the string starts in, and in one that
 *	stands for several
 * @depth: its length
 * @ups: (element-type flow_ctx*): a string that would be too long stands for
 *	all that end in its call: the strings in front of it; else NULL
 */
struct flow_ctx {
	struct flow_call *call;
	const struct flow_ctx *up;
	unsigned int depth;
	GPtrArray *ups;
};

/**
 * enum flow_place_kind - what can hold a value
 * @PLACE_DEF: a definition of a local variable, in a context
 * @PLACE_RET: what a function returns, in a context
 * @PLACE_FIELD: (record, field) of any object; record NULL: a global
 */
enum flow_place_kind {
	PLACE_DEF,
	PLACE_RET,
	PLACE_FIELD,
};

#define FLOW_MAX_POINTS 4
#define FLOW_MAX_KINDS 3

/**
 * struct flow_place - a place that holds something of the set
 * @kind: which
 * @func: PLACE_DEF, PLACE_RET
 * @ctx: PLACE_DEF, PLACE_RET
 * @def: PLACE_DEF: number of the definition
 * @record: PLACE_FIELD
 * @field: PLACE_FIELD
 * @home: PLACE_FIELD: file that defines the record or the static variable: the
 *	tag or name alone may be several drivers'; or NULL
 * @scope: PLACE_FIELD that holds numbers: part of the tree, or NULL for all
 * @mask: shapes held
 * @back: PLACE_DEF of a parameter: shapes that its function has put there
 * @points: PLACE_DEF: positions of its function that put them there: what runs
 *	before all of them does not see them
 * @n_points: how many; more than there is room for: everything sees them
 * @kinds: PLACE_FIELD: objects of which it holds something, see instance.c
 * @n_kinds: how many; more than there is room for: of any object
 * @from: place the first value came from, NULL for the acquire call
 * @by: instruction that moved it here
 * @by_in: function of that instruction
 */
struct flow_place {
	enum flow_place_kind kind;
	struct flow_func *func;
	const struct flow_ctx *ctx;
	unsigned int def;
	const char *record;
	const char *field;
	const char *home;
	const char *scope;
	unsigned int mask;
	unsigned int back;
	struct {
		unsigned int block;
		unsigned int index;
	} points[FLOW_MAX_POINTS];
	unsigned int n_points;
	const struct flow_instances *kinds[FLOW_MAX_KINDS];
	unsigned int n_kinds;
	const struct flow_place *from;
	const struct facts_insn *by;
	struct flow_func *by_in;
};

/**
 * struct flow_at - a position: everything is looked up relative to one
 * @func: function
 * @ctx: context
 * @block: block
 * @index: instruction
 * @insn: the instruction itself
 */
struct flow_at {
	struct flow_func *func;
	const struct flow_ctx *ctx;
	unsigned int block;
	unsigned int index;
	const struct facts_insn *insn;
};

/**
 * struct flow_trace_private - work state
 * @places: flow_place by itself
 * @held: what has a place at all
 * @records: tag -> (element-type flow_place) places of its fields
 * @ctxs: flow_ctx by itself
 * @queue: (struct flow_visit*) functions to look at again
 * @queued: the same, as a set
 * @seen_funcs: set of flow_func
 * @events: flow_event by (kind, insn, function)
 * @source: place that the last evaluation took its value from
 * @cause: where the storage that is followed back to its sources was filled;
 *	or NULL
 * @scratch: (element-type guint): for the numbers of some definitions
 * @steps: instructions visited, against runaway
 * @hidden: functions that do not see a field of the set, see instance.c
 * @any_ctx: look values up in every calling context
 */
struct flow_trace_private {
	GHashTable *places;
	struct flow_held *held;
	GHashTable *records;
	GHashTable *ctxs;
	GQueue *queue;
	GHashTable *queued;
	GHashTable *seen_funcs;
	GHashTable *events;
	const struct flow_place *source;
	const struct flow_at *cause;
	GArray *scratch;
	unsigned long steps;
	GHashTable *hidden;
	bool any_ctx;
};

/**
 * flow_place_seen() - is what a variable's place holds there already
 * @place: PLACE_DEF
 * @at: position in its function
 */
bool flow_place_seen(const struct flow_place *place, const struct flow_at *at);

/* field.c */
unsigned int flow_field_mask(struct flow_trace *t, const struct flow_at *at,
			     const struct facts_expr *e);

/* trace.c: used by field.c as well */
struct flow_place *flow_place_get(struct flow_trace *t,
				  const struct flow_place *key,
				  const struct flow_at *by);
/**
 * flow_filled_at() - where storage gets what it is known to hold
 * @t: the trace
 * @by: position that says so
 *
 * slot = &obj->page; *slot = page; fills obj->page where *slot is written.
 *
 * Return: @by, or a later position of the same function
 */
const struct flow_at *flow_filled_at(const struct flow_trace *t,
				     const struct flow_at *by);
unsigned int flow_worth(const struct flow_trace *t,
			const struct flow_func *func, unsigned int mask);
unsigned int flow_carried(struct flow_trace *t, const char *type);

/* held.c: a quick no for what has nothing to do with the pages */
struct flow_held;
struct flow_held *flow_held_new(void);
void flow_held_free(struct flow_held *held);

/**
 * flow_held_note() - there is a new place
 */
void flow_held_note(struct flow_held *held, struct flow_place *place);

/**
 * flow_held_var() - has a variable a place, in any context
 */
bool flow_held_var(struct flow_held *held, struct flow_func *func,
		   unsigned int var);

/**
 * flow_held_field() - has a field or global of that name a place
 * @name: interned
 */
bool flow_held_field(const struct flow_held *held, const char *name);

/**
 * flow_held_places() - places of a function's variables
 *
 * Return: (transfer none) (element-type flow_place*): in any context; or NULL
 */
const GPtrArray *flow_held_places(struct flow_held *held,
				  const struct flow_func *func);

/* early.c: an assignment copies a pointer to what gets pages later */
void flow_copy_early(struct flow_trace *t, const struct flow_at *at);

/* eval.c */
unsigned int flow_eval(struct flow_trace *t, const struct flow_at *at,
		       const struct facts_expr *e);
unsigned int flow_heap(unsigned int mask);
/**
 * flow_address_of() - what &x holds
 * @mask: shapes that x holds
 * @type: type of &x, or NULL
 */
unsigned int flow_address_of(unsigned int mask, const char *type);
void flow_store_to(struct flow_trace *t, const struct flow_at *at,
		   const struct facts_expr *lhs, unsigned int mask);
void flow_alias_to(struct flow_trace *t, const struct flow_at *at,
		   const struct facts_expr *e, unsigned int mask);
void flow_scan_uses(struct flow_trace *t, const struct flow_at *at,
		    const struct facts_expr *e, bool written);

/* object.c */
/**
 * flow_object_ends() - is the object of a field gone when the call returns
 * @prog: the program
 * @at: position
 * @e: the field, or an element of one
 *
 * Return: true for a local variable of this function or of every caller, and
 * for an object that such a function allocates and frees on every path
 */
bool flow_object_ends(const struct flow_program *prog, const struct flow_at *at,
		      const struct facts_expr *e);

/**
 * flow_makes_object() - does a call return a new object
 */
bool flow_makes_object(const struct flow_program *prog,
		       const struct flow_call *call);

/* calls.c */
void flow_visit_call(struct flow_trace *t, const struct flow_at *at);
void flow_alias_call(struct flow_trace *t, const struct flow_at *at,
		     unsigned int mask);

/* trace.c */
void flow_taint_def(struct flow_trace *t, struct flow_func *func,
		    const struct flow_ctx *ctx, unsigned int def,
		    unsigned int mask, const struct flow_at *by);
void flow_taint_field(struct flow_trace *t, const struct facts_expr *e,
		      unsigned int mask, const struct flow_at *by);
/**
 * flow_field_home() - the file that makes a field or a variable what it is
 * @at: where it is used
 * @e: FX_FIELD or FX_GLOBAL
 *
 * Return: see flow_place.home
 */
const char *flow_field_home(const struct flow_at *at,
			    const struct facts_expr *e);

/**
 * flow_field_scope() - how far a number in a field is followed
 * @at: position
 * @e: the field
 *
 * An address in a record that everybody uses (struct range, struct resource)
 * says nothing of other subsystems' objects of that type.
 *
 * Return: the part of the tree that the position is in, or NULL for a record
 * of a driver's own
 */
const char *flow_field_scope(const struct flow_at *at,
			     const struct facts_expr *e);
void flow_taint_ret(struct flow_trace *t, const struct flow_at *at,
		    unsigned int mask);
unsigned int flow_mask_of(struct flow_trace *t, const struct flow_place *key,
			  const struct flow_at *at);
/* ctx.c */
/**
 * flow_ctx_table() - an empty table of contexts, by themselves
 *
 * Return: (transfer full)
 */
GHashTable *flow_ctx_table(void);

/**
 * flow_is_near() - is a function in the directory of the taking call
 */
bool flow_is_near(const struct flow_trace *t, const struct flow_func *func);

/**
 * flow_requeue_callers() - look again at the callers that a context stands for
 */
void flow_requeue_callers(struct flow_trace *t, const struct flow_ctx *ctx);

/**
 * flow_pull_back() - what a callee has put into the storage of its arguments
 * @t: the trace
 * @at: the call
 * @target: the callee
 * @ctx: its context, one with ups
 * @given: shapes that the call's arguments hold
 */
void flow_pull_back(struct flow_trace *t, const struct flow_at *at,
		    struct flow_func *target, const struct flow_ctx *ctx,
		    unsigned int given);
/**
 * flow_ctx_push() - the context of a callee
 * @t: the trace
 * @ctx: context of the caller
 * @call: the call
 * @target: the callee
 *
 * Return: NULL when the string is too long and leads elsewhere
 */
const struct flow_ctx *flow_ctx_push(struct flow_trace *t,
				     const struct flow_ctx *ctx,
				     struct flow_call *call,
				     const struct flow_func *target);
struct flow_event *flow_event_add(struct flow_trace *t,
				  const struct flow_at *at,
				  enum flow_event_kind kind, unsigned int mask,
				  const char *name);
struct flow_call *flow_call_at(const struct flow_at *at);
void flow_requeue(struct flow_trace *t, struct flow_func *func,
		  const struct flow_ctx *ctx);

/* refs.c */
/**
 * flow_event_field() - the field that an event's value was loaded from last
 *
 * Return: NULL when the value came through variables only
 */
const struct flow_place *flow_event_field(const struct flow_event *event);

/**
 * flow_match_refs() - tell the releases of further references apart
 * @t: a trace that is complete
 *
 * Where one more reference is taken for a field (get_page(p); obj->page = p;),
 * what is loaded from that field and put drops that one: FLOW_UNREF.
 */
void flow_match_refs(struct flow_trace *t);

/**
 * flow_type_shapes() - what a type can hold
 *
 * Return: mask of shapes a value of the type can carry
 */
unsigned int flow_type_shapes(const char *type);

#endif
