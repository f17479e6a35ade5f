/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * case.h - one call site while it is being judged, inside verdict/ only
 *
 * run.c makes the cases, decide.c finds the class, plan.c the edits or the
 * reason there are none, ledger.c accounts for every mention, findings.c
 * states the rules that are broken.
 */
#ifndef VERDICT_CASE_H
#define VERDICT_CASE_H

#include "flow/flow.h"
#include "verdict/rules.h"
#include "verdict/verdict.h"

struct compiled;
struct keep;
struct left_out;

/**
 * struct verdict_case - a call site and what is known about it
 * @site: the result
 * @call: the call
 * @acq: its entry in api.json
 * @pages: index of the pages argument, API_ARG_RET, or -3 when there is none
 * @flags: index of the flags argument, or -1
 * @trace: where the pages go; NULL when there are no pages to follow
 * @access: mask of enum api_access
 * @access_event: the access that decided
 * @store: the store that keeps the pages, or NULL
 * @weak: device access is assumed only
 * @dirty: the pages are marked dirty: somebody writes their data
 * @bounded: released before the taking call returns
 * @bound: in this function
 * @guarded: the releases follow in the taking call, but under a condition
 * @forgets: nothing keeps the pages, and here the taking function returns
 *	without letting go of them; or NULL
 * @contract: function whose documented contract decided, or NULL: the callers
 *	let go
 * @entries: bit set of enum api_entry from which releases are reached
 * @end: made up when a function ends the object of the one that takes the pages
 * @started: one of them is a worker that the taking call has set up
 * @completes: one of them is a completion that the taking call has set up
 * @blocker: why it cannot be converted, or NULL
 * @wants: a conversion is called for
 * @releases: it changes the releases
 * @keep: comment that overrules the analysis, or NULL
 * @first: the call is in the body of a macro, and this is the case of its
 *	first use, which stands for the site; or NULL
 */
struct verdict_case {
	struct verdict_site *site;
	struct flow_call *call;
	const struct api_acquire *acq;
	int pages;
	int flags;
	struct flow_trace *trace;
	unsigned int access;
	const struct flow_event *access_event;
	const struct flow_event *store;
	bool weak;
	bool dirty;
	bool bounded;
	struct flow_func *bound;
	bool guarded;
	const struct facts_insn *forgets;
	const char *contract;
	unsigned int entries;
	struct flow_entry end;
	bool started;
	bool completes;
	const char *blocker;
	bool wants;
	bool releases;
	const struct keep *keep;
	const struct verdict_case *first;
};

#define CASE_NO_PAGES (-3)

/**
 * struct verdict_work - state of one run
 * @v: the result
 * @prog: linked program
 * @defs: of flow_take_defs(), between two programs
 * @cases: (element-type verdict_case*)
 * @words: cache: word -> (element-type char*) files that mention it
 * @candidates: (element-type tree_file*)
 * @left: cache of verdict_left_out()
 * @compiled: cache of verdict_compiles()
 * @keeps: file -> its comments that overrule the analysis
 * @overlay: see verdict_options
 * @reads: see kept_reads(), or NULL
 * @workers: stay from round to round
 * @includers: cache of verdict_wholes()
 * @included: likewise: what a source includes
 * @parsed: cache of verdict_has_unit(): path -> has it been parsed well
 * @n_parsed: units that are in it
 * @jobs: threads for searches
 */
struct verdict_work {
	struct verdict *v;
	struct flow_program *prog;
	GHashTable *defs;
	GPtrArray *cases;
	GHashTable *words;
	struct left_out *left;
	struct compiled *compiled;
	GPtrArray *candidates;
	GHashTable *keeps;
	GHashTable *overlay;
	GHashTable *reads;
	struct front_workers *workers;
	GHashTable *includers;
	GHashTable *included;
	GHashTable *parsed;
	unsigned int n_parsed;
	unsigned int jobs;
};

/**
 * verdict_place() - where a finding about the call is to be shown
 *
 * Return: the call; for a further use of a macro that has it in its body, the
 * use
 */
struct facts_loc verdict_place(const struct verdict_case *c);

/**
 * verdict_decide() - class, confidence, why and evidence of one case
 */
void verdict_decide(struct verdict_work *w, struct verdict_case *c);

/**
 * verdict_makes_dirty() - does an event mark the pages dirty
 */
bool verdict_makes_dirty(struct verdict_work *w, const struct flow_event *e);

/**
 * verdict_serves_several() - is a site come to in more than one way
 */
bool verdict_serves_several(const struct verdict_case *c);

/**
 * verdict_evidence() - evidence and releases of a case that is decided
 */
void verdict_evidence(struct verdict_case *c);

/**
 * verdict_widen() - files that the traced page sets lead to
 * @w: the run
 * @handed: only those of callers that are handed the pages: with them a class
 *	may be sure, and nothing else has to be read for it
 *
 * Return: (transfer full) (element-type char*): interned paths of files that
 * are not parsed yet; or NULL
 */
GPtrArray *verdict_widen(struct verdict_work *w, bool handed);

/**
 * verdict_users_dir() - where the files are that use a header
 * @tree: the tree
 * @header: its path
 *
 * Return: a directory that they are below; NULL: anywhere.  A module is small,
 * and has its headers where it likes.
 */
const char *verdict_users_dir(const struct tree *tree, const char *header);

/**
 * verdict_may_know() - may a source know the record that pages are stored in
 * @w: the run
 * @source: its path
 * @store: FLOW_STORE
 *
 * Return: true when it names the record, or includes a header that does; or
 * when that cannot be told
 */
bool verdict_may_know(struct verdict_work *w, const char *source,
		      const struct flow_event *store);

/**
 * verdict_widen_last() - files without which a planned conversion is not proved
 * @w: the run
 *
 * Return: (transfer full) (element-type char*): as verdict_widen(), may be empty
 */
GPtrArray *verdict_widen_last(struct verdict_work *w);

/**
 * verdict_wholes() - the sources whose facts say what a source says
 * @w: the run
 * @file: relative to the root
 *
 * Return: (transfer container) (element-type char*): the file itself; or, when
 * it is no object of its own, the files that include it; interned
 */
GPtrArray *verdict_wholes(struct verdict_work *w, const char *file);

/**
 * verdict_includes_free() - free the caches of these functions
 */
void verdict_includes_free(struct verdict_work *w);

/**
 * verdict_has_unit() - is there a unit with that main file
 * @w: the run
 * @path: relative to the root
 * @good: one that could not be parsed does not count
 */
bool verdict_has_unit(struct verdict_work *w, const char *path, bool good);

/**
 * verdict_is_named() - is a file one of those to be looked at
 * @path: relative to the root
 * @paths: files and directories, NULL or empty for all
 */
bool verdict_is_named(const char *path, const char *const *paths);

/**
 * verdict_headers() - add the headers of a module that named files include
 * @w: the run; candidates gets those that mention a gup name
 * @paths: as above
 * @error: as tree_candidates()
 *
 * A file may call a gup function by the name of a macro, or of an inline
 * function in a header of the module.
 */
gboolean verdict_headers(struct verdict_work *w, const char *const *paths,
			 GError **error);

/**
 * verdict_is_parsed() - are the facts of a source at hand
 * @w: the run
 * @path: relative to the root
 * @good: one that could not be parsed does not count
 */
bool verdict_is_parsed(struct verdict_work *w, const char *path, bool good);

/**
 * verdict_error() - the error that a person has to look at
 * @unit: a unit that has errors
 * @function: of those in this function; NULL: of all
 *
 * Return: "file:line: message": a missing header first; NULL when there is none
 */
const char *verdict_error(const struct facts_unit *unit, const char *function);

/**
 * struct verdict_macro_use - the name of a macro that is made of a gup function
 * @file: interned
 * @mention: where
 * @of: the mention in the body of the macro
 * @of_file: its file
 */
struct verdict_macro_use {
	const char *file;
	struct tree_mention *mention;
	const struct tree_mention *of;
	const char *of_file;
};

/**
 * verdict_macro_uses() - where such macros are named
 * @w: the run
 *
 * Return: (transfer full) (element-type verdict_macro_use*): by file and place,
 * in parsed files
 */
GPtrArray *verdict_macro_uses(struct verdict_work *w);

/**
 * verdict_keep_read() - find the comments that overrule the analysis
 */
void verdict_keep_read(struct verdict_work *w);

/**
 * verdict_keep_apply() - let them, and report those that are of no use
 */
void verdict_keep_apply(struct verdict_work *w);

/**
 * verdict_wants() - does a case's class call for a conversion
 */
bool verdict_wants(const struct verdict_case *c);

/**
 * verdict_plan() - edits and groups of all cases
 */
void verdict_plan(struct verdict_work *w);

/**
 * verdict_ledger() - account for every mention that is not a site
 */
void verdict_ledger(struct verdict_work *w);

/**
 * verdict_skipped() - did the preprocessor leave out a line
 *
 * Return: text of the condition, NULL when it did not
 */
const char *verdict_skipped(const struct facts_unit *unit, const char *file,
			    unsigned int line);

/**
 * verdict_skip_is_harmless() - is what the preprocessor left out of no interest
 * @w: the run
 * @skip: the lines
 *
 * Return: true when there is no call, assignment, jump or macro in them
 */
bool verdict_skip_is_harmless(const struct verdict_work *w,
			      const struct facts_skip *skip);

/**
 * verdict_inactive() - sources that are to be parsed again
 * @w: the run, with the first parse of all candidates
 *
 * A gup name stands in a branch that was left out, and there is a
 * configuration that compiles it: tree_compile() gives that one from here on.
 *
 * Return: (transfer full) (element-type char*): paths
 */
GPtrArray *verdict_inactive(struct verdict_work *w);

/**
 * verdict_left_out() - may code that was not parsed deal with a page set
 * @w: the run
 * @c: a case with a trace
 *
 * Branches of an #if that the configuration or the kernel at hand leaves out,
 * in the functions that the pages go through, and elsewhere in the same files
 * (for a module: in all of its files).
 *
 * Return: NULL when none of them can; else which one may, and why
 */
const char *verdict_left_out(struct verdict_work *w,
			     const struct verdict_case *c);

/**
 * verdict_left_out_free() - free the cache of verdict_left_out(); NULL is fine
 */
void verdict_left_out_free(struct left_out *left);

/**
 * verdict_compiles() - is a range that one unit leaves out compiled in another
 * @w: the run
 * @skip: the range
 *
 * Return: true when a unit of that file has not left it out, or some unit has
 * a function in it
 */
bool verdict_compiles(struct verdict_work *w, const struct facts_skip *skip);

/**
 * verdict_compiled_free() - free the cache of verdict_compiles(); NULL is fine
 */
void verdict_compiled_free(struct compiled *compiled);

/**
 * verdict_branches_new() - an empty list of branches
 */
GPtrArray *verdict_branches_new(void);

/**
 * verdict_branches() - branches of a module that are not compiled
 */
void verdict_branches(struct verdict_work *w);

/**
 * verdict_findings() - lint findings of all cases
 */
void verdict_findings(struct verdict_work *w);

/**
 * verdict_findings_close() - order and fingerprints of the findings
 */
void verdict_findings_close(struct verdict_work *w);

/**
 * verdict_text() - content of a source as it is analysed
 * @w: the run
 * @file: relative to the root, or absolute
 *
 * Return: (transfer full): NULL when it cannot be read
 */
GBytes *verdict_text(const struct verdict_work *w, const char *file);

/**
 * verdict_finding_add() - report a rule that a site breaks
 * @w: the run
 * @site: the site, or NULL
 * @rule: the rule
 * @severity: of this finding: the rule's own, or a milder one
 * @loc: where
 * @message: one line naming the deciding code path; interned
 *
 * Return: (transfer none): the finding; its function is the site's
 */
struct verdict_finding *
verdict_finding_add(struct verdict_work *w, const struct verdict_site *site,
		    enum verdict_rule_id rule, enum verdict_severity severity,
		    const struct facts_loc *loc, const char *message);

/**
 * enum flags_has - does a flags value carry a flag
 */
enum flags_has {
	FLAGS_NEVER,
	FLAGS_ALWAYS,
	FLAGS_SOMETIMES,
	FLAGS_UNKNOWN,
};

/**
 * verdict_flags_has() - look a flag up in a flags expression
 * @w: the run
 * @in: function around the expression
 * @block: position
 * @index: position
 * @e: the expression
 * @bit: value of the flag
 *
 * Follows variables to their definitions, parameters to the callers' arguments
 * and fields to their stores.
 */
enum flags_has verdict_flags_has(struct verdict_work *w, struct flow_func *in,
				 unsigned int block, unsigned int index,
				 const struct facts_expr *e, int64_t bit);

/**
 * struct verdict_lacking - a call that keeps the pages without FOLL_LONGTERM
 * @call: of a wrapper
 * @flags: index of its argument that holds the flags
 */
struct verdict_lacking {
	struct flow_call *call;
	int flags;
};

/**
 * verdict_callers_differ() - does a wrapper serve short and long-term pins
 * @w: the run
 * @c: a call that is given flags of the function around it, which gives the
 *	pages to its callers
 * @lacking: (element-type verdict_lacking): result: calls of that function, or
 *	of one that wraps it, that keep the pages and do not pass FOLL_LONGTERM
 *
 * Then each caller says for itself what it wants.
 */
bool verdict_callers_differ(struct verdict_work *w,
			    const struct verdict_case *c, GArray *lacking);

/**
 * verdict_is_own() - does a C file define a static function of that name
 */
bool verdict_is_own(const struct facts_unit *unit, const char *name);

/**
 * verdict_is_parted() - does a flag keep the pages of a set from a release
 * @c: a case with a trace
 * @e: one of its releases
 *
 * Return: true when they are taken where a flag is set and let go of where the
 * same flag is not, or the other way round
 */
bool verdict_is_parted(const struct verdict_case *c,
		       const struct flow_event *e);

/**
 * verdict_is_shared() - is a release given pages that are not from gup as well
 * @w: the run
 * @c: a case
 * @release: one of its releases
 *
 * Then which of two release functions is called depends on a condition that
 * data flow does not see.
 */
bool verdict_is_shared(struct verdict_work *w, const struct verdict_case *c,
		       const struct flow_event *release);

/**
 * verdict_line() - the line a reader looks for
 *
 * Return: of the expansion where the text is out of a macro's body
 */
unsigned int verdict_line(const struct facts_loc *loc);

/**
 * verdict_printf() - an interned formatted string
 */
const char *verdict_printf(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

#endif
