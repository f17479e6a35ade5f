/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api.h - what gup2pin knows about kernel functions (rules/api.json)
 *
 * Everything here is data: a new kernel function is a new line in api.json.
 * docs/api.md describes the file.  Strings are interned; a struct api is
 * read-only after loading and owns all it hands out.
 */
#ifndef TREE_API_H
#define TREE_API_H

#include <stdbool.h>
#include <glib.h>

struct api;

/**
 * enum api_family - which reference a function takes or drops
 * @API_GET: FOLL_GET: get_user_pages*(), dropped with put_page()
 * @API_PIN: FOLL_PIN: pin_user_pages*(), dropped with unpin_user_page*()
 */
enum api_family {
	API_GET,
	API_PIN,
};

/**
 * enum api_returns - what an acquire function returns
 * @API_RET_COUNT: number of pages, or a negative errno
 * @API_RET_PAGE: the page (struct page *), or ERR_PTR/NULL
 * @API_RET_BOOL: true when the page was taken
 */
enum api_returns {
	API_RET_COUNT,
	API_RET_PAGE,
	API_RET_BOOL,
};

/**
 * struct api_acquire - a function of the gup families ("acquire" in api.json)
 * @name: of the function
 * @family: API_GET or API_PIN
 * @pin: name of the pin counterpart ("pin_user_pages_fast"), NULL when there
 *	is none in any kernel; itself for API_PIN
 * @longterm: the function implies FOLL_LONGTERM (get_user_pages_longterm(),
 *	the v4 pin_longterm_pages*()); converting means folding the flag in
 * @no_longterm_before: kernels before this version refuse FOLL_LONGTERM here
 *	("6.3"), or NULL
 * @no_longterm_with: they do so only if this parameter is not NULL, or NULL
 * @returns: what it returns
 * @flags: parameter names the flags go by in mm.h ("gup_flags", "flags" ...)
 * @pages: parameter names of the page array ("pages", "pagep")
 * @count: parameter names of the number of pages ("nr_pages"); may be empty,
 *	then it is one page
 * @params: parameter names of the newest signature, used where the tree's own
 *	mm.h does not declare the function
 */
struct api_acquire {
	const char *name;
	enum api_family family;
	const char *pin;
	bool longterm;
	const char *no_longterm_before;
	const char *no_longterm_with;
	enum api_returns returns;
	const char *const *flags;
	const char *const *pages;
	const char *const *count;
	const char *const *params;
};

/**
 * enum api_form - what a release function is given
 * @API_FORM_PAGE: one struct page *
 * @API_FORM_ARRAY: struct page ** and a count
 * @API_FORM_RANGE: the first struct page * of a contiguous run, and a count
 * @API_FORM_FOLIO: one struct folio *
 * @API_FORM_FOLIOS: struct folio ** and a count
 */
enum api_form {
	API_FORM_PAGE,
	API_FORM_ARRAY,
	API_FORM_RANGE,
	API_FORM_FOLIO,
	API_FORM_FOLIOS,
};

/**
 * struct api_release - a function that drops references ("release")
 * @name: of the function
 * @family: which reference it drops
 * @form: what it is given
 * @pages: index of the page argument, from 0
 * @count: index of the count argument, or -1
 * @dirty: index of the make_dirty argument, -1: does not dirty,
 *	-2: always dirties
 * @may_sleep: takes the page lock (the *_dirty_lock() variants)
 * @unpin: candidates for the FOLL_PIN counterpart of an API_GET release with
 *	the same arguments, newest name first ("unpin_user_page",
 *	"put_user_page"); empty when there is none
 */
struct api_release {
	const char *name;
	enum api_family family;
	enum api_form form;
	int pages;
	int count;
	int dirty;
	bool may_sleep;
	const char *const *unpin;
};

/* API_ARG_RET: "the return value" where an argument index is expected */
#define API_ARG_RET (-1)
/* API_ARG_ANY: every argument (variadic tails) */
#define API_ARG_ANY (-2)

/**
 * enum api_shape - what a value says about a page set
 * @API_SHAPE_SAME: the same shape as the source (casts, checks, min())
 * @API_SHAPE_PAGE: struct page * or struct folio * of the set
 * @API_SHAPE_ARRAY: pointer to storage that holds such pointers
 * @API_SHAPE_CONTAINER: an object that holds the pages (sg_table, scatterlist,
 *	bio, bio_vec, iov_iter, skb, xarray, frame vector)
 * @API_SHAPE_PFN: pfn or physical address: a page can be rebuilt from it
 * @API_SHAPE_MAP: CPU mapping of the page's data (kmap, page_address, vmap)
 * @API_SHAPE_DMA: device address of the page's data
 */
enum api_shape {
	API_SHAPE_SAME,
	API_SHAPE_PAGE,
	API_SHAPE_ARRAY,
	API_SHAPE_CONTAINER,
	API_SHAPE_PFN,
	API_SHAPE_MAP,
	API_SHAPE_DMA,
};

/**
 * enum api_access - who touches the data and how; bits of a mask
 * @API_CPU_READ: the CPU reads
 * @API_CPU_WRITE: the CPU writes
 * @API_DEV_READ: a device reads memory
 * @API_DEV_WRITE: a device writes memory
 */
enum api_access {
	API_CPU_READ = 1,
	API_CPU_WRITE = 2,
	API_DEV_READ = 4,
	API_DEV_WRITE = 8,
};

/**
 * enum api_effect_kind - what a call does with a value that belongs to a page set
 * @API_EFFECT_FLOW: the set flows from one argument to another or to the
 *	return value, in the given shape
 * @API_EFFECT_USE: data is accessed (access mask; 0: only struct page is
 *	looked at, the call is known to be harmless)
 * @API_EFFECT_REF: takes one more ordinary reference (get_page())
 * @API_EFFECT_TAKE: takes over the caller's reference; somebody else drops it
 * @API_EFFECT_DIRTY: marks the page dirty (set_page_dirty_lock())
 * @API_EFFECT_SOURCE: the value in "to" is a page that is not from gup
 *	(alloc_page(), vmalloc_to_page(), find_get_page())
 */
enum api_effect_kind {
	API_EFFECT_FLOW,
	API_EFFECT_USE,
	API_EFFECT_REF,
	API_EFFECT_TAKE,
	API_EFFECT_DIRTY,
	API_EFFECT_SOURCE,
};

/**
 * struct api_effect - one effect of a function
 * @kind: which
 * @from: argument index or API_ARG_RET / API_ARG_ANY
 * @to: FLOW and SOURCE: argument index or API_ARG_RET
 * @shape: FLOW: shape at the destination
 * @access: USE: mask of enum api_access
 */
struct api_effect {
	enum api_effect_kind kind;
	int from;
	int to;
	enum api_shape shape;
	unsigned int access;
};

/**
 * enum api_entry - when and by whom a function is called
 * @API_ENTRY_NONE: not an entry point
 * @API_ENTRY_CALL: synchronously by a user's or another driver's call
 *	(ioctl, read, write, mmap, sysfs store, netlink, module init)
 * @API_ENTRY_RELEASE: at the end of an object's life (file release,
 *	vm_ops close, remove, module exit)
 * @API_ENTRY_NOTIFIER: mmu notifier callback
 * @API_ENTRY_COMPLETION: the end of one I/O (bio end_io, DMA callback, urb)
 * @API_ENTRY_INTERRUPT: interrupt handler or its thread
 * @API_ENTRY_WORK: work item, timer, tasklet, kthread
 */
enum api_entry {
	API_ENTRY_NONE,
	API_ENTRY_CALL,
	API_ENTRY_RELEASE,
	API_ENTRY_NOTIFIER,
	API_ENTRY_COMPLETION,
	API_ENTRY_INTERRUPT,
	API_ENTRY_WORK,
};

/* A callback is one of this many first arguments. */
#define API_CALLBACK_ARGS 10

/**
 * struct api_func - a kernel function that moves or uses pages ("functions")
 * @name: of the function
 * @effects: what it does
 * @n_effects: how many; 0 with a known function means: harmless
 * @notifier_guard: the caller checks an mmu notifier sequence
 *	(mmu_interval_read_retry()): stale pages are not used
 * @atomic: +1 begins, -1 ends atomic context (spin_lock), else 0
 * @noreturn: does not return
 * @counts_refs: looks at the number of references, of which a pin has many
 * @callback: what the function is called for that an argument names, by the
 *	index of the argument; API_ENTRY_NONE: it is no callback
 * @alloc: returns a new object that belongs to the caller (kmalloc())
 * @free_arg: index of the argument whose object ends here (kfree()), or -1
 * @drops_ref: drops a reference to an object; only the last one ends it
 * @error_test: true when its pointer argument stands for an error (IS_ERR())
 * @maps: a device can reach the pages until the mapping is taken down
 *	(iommu_map())
 * @copies: memory is copied: pointers to pages, too (memcpy())
 * @copies_from: with @copies: index of the argument that points to it
 * @copies_to: with @copies: index of the argument that points to the copy, or
 *	API_ARG_RET (kmemdup())
 * @completes_record: tag of the struct behind argument 0 whose field
 *	@completes_field is called with it when the operation is done
 *	(submit_bio()), or NULL
 * @completes_field: see @completes_record
 * @take_arg: with @take_flag: index of the argument with flags
 * @take_flag: it takes the reference over only when this flag is passed
 *	(vmap() with VM_MAP_PUT_PAGES), or NULL
 * @takes_lock: locks the page, so it may sleep (set_page_dirty_lock())
 * @io_contract: hands pages to its callers for one I/O, which let go of them
 *	at its completion (iov_iter_extract_pages(): its kernel-doc)
 */
struct api_func {
	const char *name;
	const struct api_effect *effects;
	unsigned int n_effects;
	bool notifier_guard;
	int atomic;
	bool noreturn;
	bool counts_refs;
	enum api_entry callback[API_CALLBACK_ARGS];
	bool alloc;
	int free_arg;
	bool drops_ref;
	bool error_test;
	bool maps;
	bool copies;
	int copies_from;
	int copies_to;
	const char *completes_record;
	const char *completes_field;
	int take_arg;
	const char *take_flag;
	bool takes_lock;
	bool io_contract;
};

/**
 * api_load() - read the built-in api.json and the user's additions
 * @extra: NULL-terminated list of files given with --api, or NULL; an entry
 *	with a known name replaces the built-in one
 * @error: G2P_ERROR_DATA with file and line or member
 *
 * The built-in file is found in $GUP2PIN_RULES, next to the executable's
 * source or installation (see api_rules_dir()).
 *
 * Return: (transfer full): free with api_free(), or NULL
 */
struct api *api_load(const char *const *extra, GError **error);

/**
 * api_free() - free what api_load() returned; NULL is fine
 */
void api_free(struct api *api);

/**
 * api_rules_dir() - directory that holds api.json and the rule templates
 *
 * Return: (transfer none): $GUP2PIN_RULES, else the source tree's rules/ if
 * the program runs from its build directory, else the installed data directory
 */
const char *api_rules_dir(void);

/**
 * api_acquire() - look up a gup function by name; NULL if it is none
 */
const struct api_acquire *api_acquire(const struct api *api, const char *name);

/**
 * api_release() - look up a release function by name; NULL if it is none
 */
const struct api_release *api_release(const struct api *api, const char *name);

/**
 * api_func() - look up any other known function by name; NULL if unknown
 */
const struct api_func *api_func(const struct api *api, const char *name);

/**
 * api_slot() - what a function stored in a struct's field is called for
 * @api: the rules
 * @record: tag ("file_operations")
 * @field: ("release"); api.json may say "*" for the fields it does not name
 *
 * Return: API_ENTRY_NONE when neither is known
 */
enum api_entry api_slot(const struct api *api, const char *record,
			const char *field);

/* Stands for a tag in the slots of api.json: variables that are no struct. */
#define API_VARIABLES "(variable)"

/**
 * api_variable() - what a function that a plain variable points to is called for
 * @api: the rules
 * @name: of the variable, for instance "__exitcall_foo"
 *
 * Return: the entry, API_ENTRY_NONE when no pattern matches
 */
enum api_entry api_variable(const struct api *api, const char *name);

/**
 * api_container() - is a record a generic kernel container of pages
 *
 * For "sg_table", "scatterlist", "bio", "bio_vec", "sk_buff" ... links through
 * the fields of such a record are made per object, never per (record, field).
 */
bool api_container(const struct api *api, const char *record);

/**
 * api_sum() - SHA-256 of all files that were read
 *
 * Return: interned
 */
const char *api_sum(const struct api *api);

/**
 * api_inert() - is an address in a record a number to compare or print only
 * @api: the rules
 * @record: tag, or NULL
 */
bool api_inert(const struct api *api, const char *record);

/**
 * api_link() - the field that a subsystem copies another one to
 * @api: the rules
 * @record: tag of the struct that a driver fills, or NULL
 * @field: its field
 * @to_record: (out): tag of the struct that the subsystem makes, interned
 * @to_field: (out): the field in there, interned
 *
 * dma_buf_export() copies dma_buf_export_info.priv to dma_buf.priv.
 *
 * Return: false when the field is copied nowhere
 */
bool api_link(const struct api *api, const char *record, const char *field,
	      const char **to_record, const char **to_field);

/**
 * api_gup_names() - the names whose mentions are accounted for
 *
 * Return: (transfer none): sorted, NULL-terminated; all "acquire" names
 */
const char *const *api_gup_names(const struct api *api);

/**
 * api_precompiled() - headers that many files include, in this order
 *
 * Return: (transfer none) (element-type char*): as in an #include <>; some may
 * not be there in a given tree
 */
const GPtrArray *api_precompiled(const struct api *api);

/**
 * api_message_macros() - macros that shape no more than the text of messages
 *
 * What a file makes of them does not change what a header means to it.
 *
 * Return: (transfer none) (element-type char*)
 */
const GPtrArray *api_message_macros(const struct api *api);

#endif
