/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flow.h - follow the pages of an acquire call
 *
 * flow_link() joins the facts of many units into one program: functions by
 * name, calls by target, struct fields by (record, field).  flow_trace()
 * starts at one call that takes pages and finds every place that comes to hold
 * them, every call that looks at, uses, hands on or releases them, and how far
 * each is away from the acquire.  flow_bounded() and flow_roots() say when
 * the releases run.
 *
 * Values are followed through the function's definitions (flow sensitive),
 * struct fields and globals without regard to the object (field based), calls
 * down and up the call graph with matched call and return (a call string).
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include <stdbool.h>
#include <glib.h>
#include "facts/facts.h"
#include "tree/api.h"

struct flow_program;
struct flow_func;

/**
 * struct flow_callee - a name that is called, whatever it means there
 * @func: what the rules say of it, or NULL
 * @acquire: likewise
 * @release: likewise
 * @calls: (element-type flow_call*): calls of it; NULL: through a pointer
 */
struct flow_callee {
	const struct api_func *func;
	const struct api_acquire *acquire;
	const struct api_release *release;
	GPtrArray *calls;
};

/**
 * struct flow_call - a call instruction of a linked program
 * @in: function around it
 * @block: index of its block
 * @index: index in the block
 * @insn: the instruction
 * @callee: what the rules say of the name that is called, never NULL
 * @targets: (element-type flow_func*): functions of the program it may call
 * @later: (element-type flow_func*): functions that are called with argument 0
 *	when the operation that the call starts is done; or NULL
 * @gives: a function is among its arguments
 * @own: see flow_is_own()
 * @open: it is through a pointer that may hold other functions as well
 * @asks: (element-type flow_ask*): who else may set that pointer; or NULL
 */
struct flow_call {
	struct flow_func *in;
	unsigned int block;
	unsigned int index;
	const struct facts_insn *insn;
	const struct flow_callee *callee;
	GPtrArray *targets;
	GPtrArray *later;
	bool gives;
	bool own;
	bool open;
	GPtrArray *asks;
};

/**
 * struct flow_ask - files that mention a word may set a function pointer
 * @word: a function that stores its argument, or the field of a record
 * @record: tag of the record, NULL for a function
 * @record_file: file that defines the record
 */
struct flow_ask {
	const char *word;
	const char *record;
	const char *record_file;
};

/**
 * struct flow_entry - one registration of a function as an entry point
 * @kind: what it is called for
 * @text: "file_operations.release", "callback of request_irq()"
 * @known: api.json knows the slot (else it is assumed to be API_ENTRY_CALL)
 * @loc: where it is registered
 * @by: function that registers it, NULL for a static initialiser
 */
struct flow_entry {
	enum api_entry kind;
	const char *text;
	bool known;
	struct facts_loc loc;
	struct flow_func *by;
};

/**
 * struct flow_func - a function of a linked program
 * @facts: its facts
 * @unit: the unit it came from
 * @self: a list of nothing but itself
 * @calls: (element-type flow_call*): calls in it, in block order
 * @callers: (element-type flow_call*): calls of it
 * @entries: (element-type flow_entry*): what it is registered as
 * @taken: its address is used somewhere
 * @loose: in a function, where it is not called at once
 * @defs: definitions of its variables, see defs.h; made on demand
 */
struct flow_func {
	const struct facts_func *facts;
	const struct facts_unit *unit;
	GPtrArray *self;
	GPtrArray *calls;
	GPtrArray *callers;
	GPtrArray *entries;
	bool taken;
	bool loose;
	struct flow_defs *defs;
};

/**
 * flow_link() - make a program of units
 * @units: (element-type facts_unit*): kept alive by the caller
 * @api: the rules, kept alive by the caller
 *
 * A function whose body comes with several units (a header's) is taken once.
 *
 * Return: (transfer full): free with flow_free()
 */
struct flow_program *flow_link(GPtrArray *units, const struct api *api);

/**
 * flow_is_own() - does a call mean a static function of the caller's own file
 *
 * Whatever its name is, it is not the API's.
 */
bool flow_is_own(const struct flow_call *call);

/**
 * flow_free() - free what flow_link() returned; NULL is fine
 */
void flow_free(struct flow_program *prog);

/**
 * flow_take_defs() - what was found out about single functions
 * @prog: a program that is not needed any more
 *
 * It stays right for any program that has the same facts.
 *
 * Return: (transfer full): for flow_give_defs(), while the units are there
 */
GHashTable *flow_take_defs(struct flow_program *prog);

/**
 * flow_give_defs() - use that for another program
 * @prog: the program
 * @known: (transfer full): of flow_take_defs()
 */
void flow_give_defs(struct flow_program *prog, GHashTable *known);

/**
 * flow_funcs() - all functions
 *
 * Return: (transfer none) (element-type flow_func*)
 */
GPtrArray *flow_funcs(const struct flow_program *prog);

/**
 * flow_calls_of() - calls of a function by name, in or out of the program
 *
 * Return: (transfer none) (element-type flow_call*): NULL when there is none
 */
GPtrArray *flow_calls_of(const struct flow_program *prog, const char *name);

/**
 * flow_field_stores() - assignments to a struct field
 * @prog: the program
 * @field: FX_FIELD: its record, of whatever object
 *
 * Return: (transfer none) (element-type flow_store*): or NULL
 */
GPtrArray *flow_field_stores(const struct flow_program *prog,
			     const struct facts_expr *field);

/**
 * struct flow_store - an assignment to a field, directly or to its elements
 * @in: function around it
 * @block: index of its block
 * @index: index in the block
 * @insn: the assignment
 */
struct flow_store {
	struct flow_func *in;
	unsigned int block;
	unsigned int index;
	const struct facts_insn *insn;
};

/* Bits of a mask of shapes; the same bits shifted by FLOW_HEAP: the value went
 * through memory that outlives the call (a field or a global).
 */
#define FLOW_BIT(shape) (1u << (shape))
#define FLOW_HEAP 8
#define FLOW_SHAPES(mask) (((mask) | ((mask) >> FLOW_HEAP)) & 0xff)
#define FLOW_IS_HEAP(mask) (((mask)&0xff) == 0)

/**
 * enum flow_event_kind - what a trace meets
 * @FLOW_RELEASE: a release function is given the pages
 * @FLOW_USE: data is accessed (access) or only struct page looked at (0)
 * @FLOW_WEAK_USE: a pfn or physical address is given to something unknown
 *	(device access is assumed)
 * @FLOW_STORE: stored in a field or global that outlives the call
 * @FLOW_PASS: handed to a function of the program
 * @FLOW_RETURN: returned
 * @FLOW_REF: one more reference is taken
 * @FLOW_UNREF: such a reference, kept in a field of its own, is dropped again
 * @FLOW_FREE: the page itself is freed, as only its allocator may
 * @FLOW_TAKE: the reference is taken over by another subsystem
 * @FLOW_DIRTY: marked dirty
 * @FLOW_ESCAPE: handed to a function that is neither in the program nor in
 *	api.json, or through a pointer whose target is not known
 * @FLOW_ESCAPE_RETURN: returned by a function whose callers are not known
 * @FLOW_OPEN_PARAM: written through a parameter of a function whose callers
 *	are not known
 * @FLOW_ACQUIRE: another acquire function is given the same array
 */
enum flow_event_kind {
	FLOW_RELEASE,
	FLOW_USE,
	FLOW_WEAK_USE,
	FLOW_STORE,
	FLOW_PASS,
	FLOW_RETURN,
	FLOW_REF,
	FLOW_UNREF,
	FLOW_FREE,
	FLOW_TAKE,
	FLOW_DIRTY,
	FLOW_ESCAPE,
	FLOW_ESCAPE_RETURN,
	FLOW_OPEN_PARAM,
	FLOW_ACQUIRE,
};

struct flow_place;

/**
 * struct flow_event - something a trace met
 * @kind: what
 * @in: function
 * @block: where
 * @index: where in the block
 * @insn: the instruction
 * @mask: shapes of the value concerned
 * @access: FLOW_USE: mask of enum api_access
 * @name: callee, or "record.field" stored to
 * @record: FLOW_STORE: tag, NULL for a global
 * @field: FLOW_STORE: field, or the global's name
 * @record_file: FLOW_STORE: file that defines the record
 * @paired: FLOW_REF: what drops or takes over this reference is known
 * @place: where the value was held: start of the path back to the acquire
 */
struct flow_event {
	enum flow_event_kind kind;
	struct flow_func *in;
	unsigned int block;
	unsigned int index;
	const struct facts_insn *insn;
	unsigned int mask;
	unsigned int access;
	const char *name;
	const char *record;
	const char *field;
	const char *record_file;
	bool paired;
	const struct flow_place *place;
};

/**
 * flow_event_call() - the call that an event is about
 *
 * Return: NULL when its instruction is none
 */
struct flow_call *flow_event_call(const struct flow_event *event);

/**
 * enum flow_step_kind - how the pages moved
 * @STEP_LOCAL: to a variable of the same function
 * @STEP_PARAM: to a parameter of a function that is called
 * @STEP_OUT: to what a parameter points to, back in the caller
 * @STEP_RETURN: up, as a return value
 * @STEP_FIELD: to a field or a global
 */
enum flow_step_kind {
	STEP_LOCAL,
	STEP_PARAM,
	STEP_OUT,
	STEP_RETURN,
	STEP_FIELD,
};

/**
 * struct flow_step - one step of a path from the acquire
 * @kind: how
 * @to: function whose parameter or return value it is, else in
 * @in: function
 * @insn: the instruction that moved the pages
 * @text: what it moved them to: "pages", "umem.pages", "return value of f()"
 */
struct flow_step {
	enum flow_step_kind kind;
	struct flow_func *to;
	struct flow_func *in;
	const struct facts_insn *insn;
	const char *text;
};

/**
 * struct flow_trace - all that becomes of one call's pages
 * @prog: the program
 * @start: the call
 * @events: (element-type flow_event*): each (kind, instruction) once
 * @funcs: (element-type flow_func*): functions in which some value of the set
 *	was seen
 * @up: (element-type flow_func*): callers the pages were handed up to
 * @asks: (element-type flow_ask*): files that may make what was taken for
 *	granted wrong: see instance.c
 * @incomplete: the work limit was reached
 */
struct flow_trace {
	struct flow_program *prog;
	struct flow_call *start;
	GPtrArray *events;
	GPtrArray *funcs;
	GPtrArray *up;
	GPtrArray *asks;
	bool incomplete;
	struct flow_trace_private *priv;
};

/**
 * flow_trace() - follow pages
 * @prog: the program
 * @start: the call that yields them
 * @arg: argument that the pages are written through (struct page **), or
 *	API_ARG_RET when they are the return value
 *
 * Return: (transfer full): free with flow_trace_free()
 */
struct flow_trace *flow_trace(struct flow_program *prog,
			      struct flow_call *start, int arg);

/**
 * flow_trace_free() - free what flow_trace() returned; NULL is fine
 */
void flow_trace_free(struct flow_trace *trace);

/**
 * flow_trace_mask() - what an expression holds of a traced set
 * @trace: the trace
 * @in: function around the expression
 * @block: position of the instruction it belongs to
 * @index: position in the block
 * @expr: the expression
 *
 * In any calling context.
 *
 * Return: mask of shapes, 0 when it holds nothing of the set
 */
unsigned int flow_trace_mask(struct flow_trace *trace, struct flow_func *in,
			     unsigned int block, unsigned int index,
			     const struct facts_expr *expr);

/**
 * flow_hidden_in() - does a function have nothing of a set, although it uses a
 * field that holds it
 *
 * It sees other objects.
 */
bool flow_hidden_in(const struct flow_trace *trace,
		    const struct flow_func *func);

/**
 * flow_store_is_apart() - is it never another function's object that is stored to
 * @prog: the program
 * @in: function that loads from a field
 * @block: position
 * @index: position
 * @field: the field
 * @store: a store to it
 * @asks: (element-type flow_ask*): result: who could say something else
 */
bool flow_store_is_apart(struct flow_program *prog, struct flow_func *in,
			 unsigned int block, unsigned int index,
			 const struct facts_expr *field,
			 const struct flow_store *store, GPtrArray *asks);

/**
 * flow_trace_names() - what the source calls the holders of a traced set
 * @trace: the trace
 * @in: NULL: struct fields and globals only; else the variables of this
 *	function as well
 *
 * Return: (transfer full): set of interned names of what holds pages, arrays of
 * them, containers or page frame numbers
 */
GHashTable *flow_trace_names(const struct flow_trace *trace,
			     const struct flow_func *in);

/**
 * flow_trace_path() - how the value of an event got there
 *
 * Return: (transfer full) (element-type flow_step*): from the acquire to the
 * event; free with g_ptr_array_unref()
 */
GPtrArray *flow_trace_path(const struct flow_trace *trace,
			   const struct flow_event *event);

/**
 * flow_bounded() - are the pages let go of before the taking call returns
 * @trace: the trace
 * @bound: on true, the function in which the releases follow on every path
 *	that did not fail to take the pages
 *
 * Walks from the acquire call to the exits of its function, and on through
 * the callers, until every path has met a release.
 *
 * Return: true when a release is met on every path
 */
bool flow_bounded(struct flow_trace *trace, struct flow_func **bound);

/**
 * flow_held_at() - can an instruction be reached with the pages still held
 * @trace: the trace
 * @event: an event in the function of the acquire call
 *
 * Return: false when every path from the acquire to the event has met a
 * release; true for events in other functions
 */
bool flow_held_at(struct flow_trace *trace, const struct flow_event *event);

/**
 * flow_released_after() - do all releases follow in the taking call
 * @trace: the trace
 *
 * Weaker than flow_bounded(): not every path needs to meet a release, but no
 * release is reached without the acquire before it in the same call.
 *
 * Return: false when a release is reached from elsewhere, or there is none
 */
bool flow_released_after(struct flow_trace *trace);

/**
 * flow_leak() - an error return that forgets the pages
 * @trace: the trace
 *
 * Return: the return statement, in the function of the acquire call, or NULL
 */
const struct facts_insn *flow_leak(struct flow_trace *trace);

/**
 * flow_forgets() - a return of any kind that forgets the pages
 * @trace: the trace, of pages that nothing keeps
 *
 * Return: as flow_leak()
 */
const struct facts_insn *flow_forgets(struct flow_trace *trace);

/**
 * flow_starts() - is something registered by the taking call
 * @trace: the trace
 * @entry: the registration
 *
 * Return: true when its function is called, directly or not, from an entry
 * point that the acquire is reached from
 */
bool flow_starts(struct flow_trace *trace, const struct flow_entry *entry);

/**
 * flow_ends_made() - does a function end the object that keeps the pages
 * @trace: the trace
 * @end: a function that others call, on the way to the release
 * @release: a release
 *
 * The life of an object that one exported function makes and returns, and
 * another one lets go of and frees, is in the hands of whoever calls the two.
 *
 * Return: the function that takes the pages and makes the object, or NULL
 */
const char *flow_ends_made(struct flow_trace *trace, struct flow_func *end,
			   const struct flow_event *release);

/**
 * flow_roots() - the entry points a function is reached from
 * @prog: the program
 * @func: the function
 *
 * Return: (transfer full) (element-type flow_func*): functions that are
 * registered somewhere, or have no caller in the program
 */
GPtrArray *flow_roots(struct flow_program *prog, struct flow_func *func);

/**
 * flow_dead() - can nothing call a function
 * @func: the function
 *
 * Return: true for a static one that is neither called nor has its address
 * taken in its unit
 */
bool flow_dead(const struct flow_func *func);

/**
 * flow_is_page_pointer() - is a type a pointer to one page or folio
 */
bool flow_is_page_pointer(const char *type);

/**
 * flow_open() - may a function have callers that the program does not show
 * @func: the function
 *
 * Return: true for external linkage
 */
bool flow_open(const struct flow_func *func);

/**
 * flow_is_page_array() - is a type an array of pages: struct page ** and more
 */
bool flow_is_page_array(const char *type);

#endif
