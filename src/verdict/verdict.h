/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict.h - class, action and evidence of every call site
 *
 * The model that report/ writes and rewrite/ works from.  A struct verdict
 * owns all it hands out (strings are interned or in its pool).
 */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>
#include "facts/facts.h"
#include "tree/tree.h"

/**
 * enum verdict_class - the cases of Documentation/core-api/pin_user_pages.rst
 * @CLASS_DIO: case 1
 * @CLASS_LONGTERM: case 2
 * @CLASS_NOTIFIER: case 3
 * @CLASS_PAGEONLY: case 4
 * @CLASS_DATA: case 5
 * @CLASS_MM: gup's own implementation and its tests
 * @CLASS_UNKNOWN: not decided
 */
enum verdict_class {
	CLASS_DIO,
	CLASS_LONGTERM,
	CLASS_NOTIFIER,
	CLASS_PAGEONLY,
	CLASS_DATA,
	CLASS_MM,
	CLASS_UNKNOWN,
	N_CLASSES,
};

/**
 * enum verdict_action - what to do with a site
 * @ACTION_KEEP: nothing
 * @ACTION_CONVERT: the planned edits make it right
 * @ACTION_MANUAL: a person has to; why says what
 */
enum verdict_action {
	ACTION_KEEP,
	ACTION_CONVERT,
	ACTION_MANUAL,
	N_ACTIONS,
};

/**
 * enum verdict_role - what happens at a step of the evidence
 */
enum verdict_role {
	ROLE_ACQUIRE,
	ROLE_STORE,
	ROLE_USE,
	ROLE_PASS,
	ROLE_RETURN,
	ROLE_RELEASE,
	ROLE_ENTRY,
	ROLE_ESCAPE,
	ROLE_ASSUME,
	N_ROLES,
};

/**
 * struct verdict_step - one step of the evidence, in order
 * @role: what happens
 * @loc: where
 * @text: one line for the reader
 */
struct verdict_step {
	enum verdict_role role;
	struct facts_loc loc;
	const char *text;
};

/**
 * struct verdict_release - a release call of a site's pages
 * @loc: the callee's name
 * @function: function around it
 * @callee: what is called
 */
struct verdict_release {
	struct facts_loc loc;
	const char *function;
	const char *callee;
};

/**
 * enum verdict_edit_kind - what the rewriter does at a place
 * @EDIT_ACQUIRE: rename the callee at loc from "from" to "to", and with fold
 *	set make sure the flags argument (index arg) carries that flag
 * @EDIT_RELEASE_PAGE: from(page, ...) becomes to(page, ...), same arguments
 * @EDIT_RELEASE_FOLIO_PAGE: folio_put(page_folio(x)) becomes to(x)
 * @EDIT_FLAG: only the flags argument changes (a pin_* call that lacks fold,
 *	or has a flag to drop)
 * @EDIT_BUILD: fold is or-ed into what the variable "from" is assigned in the
 *	assignment or initialiser at loc
 * @EDIT_RENAME: the static function that is defined at loc gets the name "to"
 *	wherever its file names it
 */
enum verdict_edit_kind {
	EDIT_ACQUIRE,
	EDIT_RELEASE_PAGE,
	EDIT_RELEASE_FOLIO_PAGE,
	EDIT_FLAG,
	EDIT_BUILD,
	EDIT_RENAME,
};

/**
 * struct verdict_bulk - the loop around a release may become one call
 * @to: that call: (pages, count), with dirty set (pages, count, whether)
 * @counter: name of the variable that counts; its value is not used afterwards
 * @decl: its declaration
 * @local: it is a local variable of the function
 * @dirty: function that marks each page dirty before the release, or NULL
 * @maybe: it does so under a condition that is the same for all pages
 *
 * The graph allows it; the text has to look like such a loop as well.
 */
struct verdict_bulk {
	const char *to;
	const char *counter;
	struct facts_loc decl;
	bool local;
	const char *dirty;
	bool maybe;
};

/**
 * struct verdict_edit - one planned change at one call
 * @kind: which
 * @loc: the callee's name token: macro is FACTS_MACRO_NONE or _ARG
 * @from: callee now
 * @to: callee afterwards (equal to from for EDIT_FLAG)
 * @arg: flags argument's index from 0, or -1
 * @arg_loc: flags argument's source range (valid when arg >= 0)
 * @arg_text: flags argument as written
 * @arg_value: its constant value, valid with arg_known
 * @arg_known: the flags argument is a constant
 * @fold: "FOLL_LONGTERM" to be or-ed in, or NULL
 * @drop: "FOLL_GET" to be taken out, or NULL
 * @write: the flags argument says whether to write (an int, before 5.2): it
 *	becomes this flag or 0; NULL otherwise
 * @gone: bit mask of the arguments that "to" does not take
 * @parens: the flags argument is not a plain "a | b" of constants or a single
 *	identifier: put parentheses around it before or-ing
 * @bulk: (owned) EDIT_RELEASE_PAGE: what may become of the loop around it, or
 *	NULL
 * @done: after rewrite_run(): what the call has become; NULL when it was not
 *	converted
 */
struct verdict_edit {
	enum verdict_edit_kind kind;
	struct facts_loc loc;
	const char *from;
	const char *to;
	int arg;
	struct facts_loc arg_loc;
	const char *arg_text;
	int64_t arg_value;
	bool arg_known;
	const char *fold;
	const char *drop;
	const char *write;
	uint32_t gone;
	bool parens;
	struct verdict_bulk *bulk;
	const char *done;
};

/**
 * struct verdict_site - one get_* or pin_* call
 * @id: stable fingerprint: survives shifted lines
 * @file: relative to the root
 * @line: 1-based
 * @column: 1-based
 * @function: function around the call, NULL outside of one
 * @callee: the gup function
 * @class: decided class
 * @action: what to do
 * @confidence: 0 to 1
 * @flags_expr: flags argument as written, NULL if the function has none
 * @flags_known: flags_value is valid
 * @flags_value: constant value of the flags argument
 * @why: one sentence
 * @note: further remark, or NULL
 * @evidence: (element-type verdict_step*)
 * @releases: (element-type verdict_release*)
 * @edits: (element-type verdict_edit*): what ACTION_CONVERT plans
 * @group: sites with the same number share releases: all or nothing
 * @parsed: the enclosing function was parsed without error
 * @arch: architecture it was parsed for
 * @config: configuration it was parsed with
 */
struct verdict_site {
	const char *id;
	const char *file;
	unsigned int line;
	unsigned int column;
	const char *function;
	const char *callee;
	enum verdict_class class;
	enum verdict_action action;
	double confidence;
	const char *flags_expr;
	bool flags_known;
	int64_t flags_value;
	const char *why;
	const char *note;
	GPtrArray *evidence;
	GPtrArray *releases;
	GPtrArray *edits;
	unsigned int group;
	bool parsed;
	const char *arch;
	const char *config;
};

/**
 * enum verdict_severity - how bad a finding is
 */
enum verdict_severity {
	SEVERITY_ERROR,
	SEVERITY_WARNING,
	SEVERITY_NOTE,
};

/**
 * struct verdict_finding - a lint rule that a site breaks
 * @rule: "missing-longterm"
 * @severity: how bad
 * @file: where
 * @line: where
 * @column: where
 * @function: function around it, or NULL
 * @message: one line naming the deciding code path
 * @site: id of the site it belongs to, or NULL
 * @fingerprint: of the rule, the function and the line's text: survives moved
 *	lines and moved functions
 */
struct verdict_finding {
	const char *rule;
	enum verdict_severity severity;
	const char *file;
	unsigned int line;
	unsigned int column;
	const char *function;
	const char *message;
	const char *site;
	const char *fingerprint;
};

/**
 * struct verdict_unparsed - a mention that is not a site
 * @file: where
 * @line: where
 * @column: where
 * @name: the gup name
 * @text: the line
 * @reason: "declaration", "definition", "inactive #if CONFIG_X", ...
 */
struct verdict_unparsed {
	const char *file;
	unsigned int line;
	unsigned int column;
	const char *name;
	const char *text;
	const char *reason;
};

/**
 * struct verdict_call - a function of interest in text that is not compiled
 * @name: of a gup or release function
 * @line: where
 * @column: where
 * @version: the one that it was looked at with, or NULL
 * @tried: it was compiled with some version
 */
struct verdict_call {
	const char *name;
	unsigned int line;
	unsigned int column;
	const char *version;
	bool tried;
};

/**
 * struct verdict_branch - a branch of a module that the kernel does not select
 * @file: where
 * @first: line of its #if, #elif or #else
 * @last: line of the directive that ends it
 * @condition: "#if LINUX_VERSION_CODE < KERNEL_VERSION(5,6,0)"
 * @calls: (element-type verdict_call): of gup and release functions in it
 * @walked: each of them was looked at with some other version
 * @tried: each of them was compiled with one, be it with errors
 */
struct verdict_branch {
	const char *file;
	unsigned int first;
	unsigned int last;
	const char *condition;
	GArray *calls;
	bool walked;
	bool tried;
};

/**
 * struct verdict - everything known about a tree
 * @tree: (not owned)
 * @api: (not owned)
 * @files_scanned: C files looked at for gup names
 * @files_parsed: units parsed
 * @files_clean: units parsed without any error
 * @mentions: gup names in code
 * @sites: (element-type verdict_site*): sorted by file, line, column
 * @findings: (element-type verdict_finding*): sorted likewise
 * @unparsed: (element-type verdict_unparsed*): sorted likewise
 * @branches: (element-type verdict_branch*): of an out-of-tree module, those
 *	with a gup or release function in them; sorted likewise
 * @diags: (element-type facts_diag*): compiler errors of the units, for the
 *	check of a rewrite and --verbose
 * @units: (element-type facts_unit*): facts the sites point into
 * @batches: (element-type GPtrArray*): own the units
 * @kept: taken from an earlier run: there are no units and no diags
 * @time_limit: that it was made with, for further runs
 * @memory_limit: likewise
 */
struct verdict {
	struct tree *tree;
	const struct api *api;
	unsigned int files_scanned;
	unsigned int files_parsed;
	unsigned int files_clean;
	unsigned int mentions;
	GPtrArray *sites;
	GPtrArray *findings;
	GPtrArray *unparsed;
	GPtrArray *branches;
	GPtrArray *diags;
	GPtrArray *units;
	GPtrArray *batches;
	bool kept;
	unsigned int time_limit;
	unsigned int memory_limit;
};

/**
 * struct verdict_options - how to analyse
 * @paths: files and directories, NULL-terminated, or NULL for the whole tree
 * @jobs: parallel workers
 * @follow: how many steps to go into files that the pages lead to; 0: the
 *	files that mention a gup name are all that is looked at
 * @overlay: contents that stand in for files on disk (see front_options)
 * @earlier: an earlier verdict on the same tree, or NULL: its facts are taken
 *	for files that are not in overlay instead of parsing these again
 * @facts: main file -> facts_unit of facts_load(), or NULL: these are taken
 *	for files whose text is still the same; lives as long as the verdict
 * @no_cache: see front_options
 * @keep: the result of an earlier run will do if nothing has changed that could
 *	make a difference: the sites have no units then
 * @time_limit: see front_options
 * @memory_limit: see front_options
 * @progress: see front_options
 * @user: for progress
 */
struct verdict_options {
	const char *const *paths;
	unsigned int jobs;
	unsigned int follow;
	GHashTable *overlay;
	const struct verdict *earlier;
	GHashTable *facts;
	bool no_cache;
	bool keep;
	unsigned int time_limit;
	unsigned int memory_limit;
	void (*progress)(unsigned int done, unsigned int total,
			 const char *file, void *user);
	void *user;
};

/**
 * verdict_run() - scan, parse, follow the pages and decide, for a whole tree
 * @tree: the tree
 * @api: the rules
 * @opts: options
 * @error: of any stage
 *
 * Return: (transfer full): free with verdict_free(), or NULL
 */
struct verdict *verdict_run(struct tree *tree, const struct api *api,
			    const struct verdict_options *opts, GError **error);

/**
 * verdict_is_same_with() - would other texts for some files make no difference
 * @opts: of a run whose result was kept, without these texts
 * @texts: as the overlay of verdict_options
 *
 * Return: false when that is not certain without a run
 */
bool verdict_is_same_with(struct tree *tree, const struct api *api,
			  const struct verdict_options *opts,
			  GHashTable *texts);

/**
 * verdict_empty() - a verdict on nothing
 *
 * Return: (transfer full): free with verdict_free()
 */
struct verdict *verdict_empty(struct tree *tree, const struct api *api);

/**
 * verdict_free() - free what verdict_run() returned; NULL is fine
 */
void verdict_free(struct verdict *v);

/**
 * verdict_absorb() - add what another version of the kernel brings
 * @v: verdict on a module
 * @other: on the same module, with tree_set_version(); is used up
 * @as: that version
 * @overlay: see verdict_options
 *
 * Sites at other places, findings that are new, and which branches have been
 * looked at.  A site of another version is never planned to be converted.
 */
void verdict_absorb(struct verdict *v, struct verdict *other,
		    const struct tree_as *as, GHashTable *overlay);

/**
 * verdict_rename_places() - where a file names a static function of its own
 * @text: the file
 * @tokens: of lex_text()
 * @from: name of the function
 * @to: its new name
 * @places: (element-type guint): the tokens are added here
 *
 * Return: NULL, or why it cannot be renamed
 */
const char *verdict_rename_places(const char *text, const GArray *tokens,
				  const char *from, const char *to,
				  GArray *places);

/**
 * verdict_class_name() - "dio", "longterm", ...
 */
const char *verdict_class_name(enum verdict_class class);

/**
 * verdict_action_name() - "keep", "convert", "manual"
 */
const char *verdict_action_name(enum verdict_action action);

/**
 * verdict_role_name() - "acquire", "store", ...
 */
const char *verdict_role_name(enum verdict_role role);

/**
 * verdict_severity_name() - "error", "warning", "note"
 */
const char *verdict_severity_name(enum verdict_severity severity);

#endif
