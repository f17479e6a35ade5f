/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan.h - the planned edits of a verdict, as changes to tokens
 *
 * Inside rewrite/ only.  A job is one rewrite_run(); it makes a plan, lets
 * spatch carry it out, proves the result, and makes a smaller plan without the
 * groups that failed until nothing fails any more.
 */
#ifndef REWRITE_PLAN_H
#define REWRITE_PLAN_H

#include "tree/lex.h"
#include "rewrite/rewrite.h"

/**
 * struct rewrite_text - a file of the tree, read once
 * @path: relative to the root
 * @bytes: content on disk
 * @data: the same
 * @len: bytes
 * @tokens: of lex_text()
 * @lines: (element-type unsigned int): offset of each line's first byte
 * @newline: "\n", or "\r\n" where the first line ends so
 */
struct rewrite_text {
	char *path;
	GBytes *bytes;
	const char *data;
	size_t len;
	GArray *tokens;
	GArray *lines;
	const char *newline;
};

/**
 * struct rewrite_job - one rewrite_run()
 * @root: absolute path
 * @v: the verdict
 * @opts: options
 * @texts: (key-type char*) (value-type rewrite_text*): by path
 * @parents: group to the group it was joined with
 * @checked: (key-type char*) (value-type GBytes*): new texts of the last check,
 *	NULL before the first one
 * @loops: groups whose loops stay loops
 * @dead: groups that are withdrawn, with the reason (char*)
 */
struct rewrite_job {
	const char *root;
	struct verdict *v;
	const struct rewrite_options *opts;
	GHashTable *texts;
	GHashTable *parents;
	GHashTable *dead;
	GHashTable *loops;
	GHashTable *checked;
};

/**
 * rewrite_job_init() - prepare an empty job
 */
void rewrite_job_init(struct rewrite_job *job, const char *root,
		      struct verdict *v, const struct rewrite_options *opts);

/**
 * rewrite_job_clear() - free what a job holds
 */
void rewrite_job_clear(struct rewrite_job *job);

/**
 * rewrite_job_text() - a file of the tree
 *
 * Return: (transfer none): NULL with G2P_ERROR_IO
 */
struct rewrite_text *rewrite_job_text(struct rewrite_job *job, const char *path,
				      GError **error);

/**
 * rewrite_job_withdraw() - take a group out of the conversion
 * @job: the job
 * @group: one of verdict_site.group
 * @format: the reason, one line; the first reason of a group stays
 */
void rewrite_job_withdraw(struct rewrite_job *job, unsigned int group,
			  const char *format, ...) G_GNUC_PRINTF(3, 4);

/**
 * rewrite_job_join() - two groups share an edit: all or nothing of both
 */
void rewrite_job_join(struct rewrite_job *job, unsigned int a, unsigned int b);

/**
 * rewrite_job_group() - the number that stands for all groups joined with one
 */
unsigned int rewrite_job_group(struct rewrite_job *job, unsigned int group);

/**
 * rewrite_job_revive() - a group that was withdrawn is tried again with loops
 */
void rewrite_job_revive(struct rewrite_job *job, unsigned int group);

/**
 * rewrite_job_reason() - why a group is withdrawn, NULL if it is not
 */
const char *rewrite_job_reason(struct rewrite_job *job, unsigned int group);

/**
 * enum plan_form - what happens to the flags argument
 * @PLAN_SAME: nothing
 * @PLAN_REPLACE: the whole argument is replaced by one word
 * @PLAN_OR: a flag is or-ed in
 * @PLAN_PARENS: the same, with parentheses around what was there
 * @PLAN_DROP: a flag is taken out
 * @PLAN_DROP_OR: a flag is taken out and another one or-ed in
 * @PLAN_WRITE: a truth value becomes a flag or 0
 * @PLAN_FOLIO: not flags: from(inner(x)) becomes to(x)
 */
enum plan_form {
	PLAN_SAME,
	PLAN_REPLACE,
	PLAN_OR,
	PLAN_PARENS,
	PLAN_DROP,
	PLAN_DROP_OR,
	PLAN_WRITE,
	PLAN_FOLIO,
};

/**
 * struct plan_edit - an edit that was found in the text
 * @edit: as planned
 * @text: the file
 * @group: a group that wants it (those that share it are joined)
 * @name: token of the callee
 * @open: token of the opening parenthesis of the call; a name without a call
 *	has none, then equal to name
 * @close: token of its closing parenthesis
 * @form: what happens to the flags
 * @old: PLAN_REPLACE: the word that is replaced
 * @word: PLAN_REPLACE: the word that replaces it
 * @value: PLAN_WRITE: what the argument becomes, ${x} being what it was
 * @n_args: arguments of the call
 * @inner: PLAN_FOLIO: the function around the page
 * @branch: number of the branch of the semantic patch that does it
 * @own: spatch does not do it
 */
struct plan_edit {
	const struct verdict_edit *edit;
	struct rewrite_text *text;
	unsigned int group;
	unsigned int name;
	unsigned int open;
	unsigned int close;
	enum plan_form form;
	const char *old;
	const char *word;
	const char *value;
	unsigned int n_args;
	const char *inner;
	unsigned int branch;
	bool own;
};

/**
 * enum plan_gap - where the white space of a change comes from
 * @GAP_AFTER: the new tokens follow the token before, each after a space
 * @GAP_BEFORE: the new token takes over the space before the next token
 * @GAP_REPLACE: the new tokens stand where the old ones stood
 * @GAP_DELETE_LEAD: the next token moves to where the deleted ones began
 * @GAP_DELETE_TRAIL: the deleted tokens go with the space before them
 */
enum plan_gap {
	GAP_AFTER,
	GAP_BEFORE,
	GAP_REPLACE,
	GAP_DELETE_LEAD,
	GAP_DELETE_TRAIL,
};

/* new tokens of one change, and the NULL behind them */
#define PLAN_WORDS 32

/**
 * struct plan_op - tokens that give way to others
 * @first: first old token
 * @n_old: how many; 0 for an insertion in front of first
 * @gap: how white space is kept
 * @words: new tokens, NULL-terminated
 * @tight: per word: no space in front of it
 * @edit: what it belongs to
 */
struct plan_op {
	unsigned int first;
	unsigned int n_old;
	enum plan_gap gap;
	const char *words[PLAN_WORDS];
	bool tight[PLAN_WORDS];
	struct plan_edit *edit;
};

/**
 * struct plan_file - a file that changes
 * @text: as it was
 * @copy: name of the copy that spatch works on, below the work directory
 * @edits: (element-type plan_edit*): in text order
 * @ops: (element-type plan_op): in text order, without overlap: what spatch is
 *	to do
 * @own: (element-type plan_op): likewise, what spatch does not do
 * @final: (element-type plan_op): the same with loops made one call
 * @after: new content, once it is known
 */
struct plan_file {
	struct rewrite_text *text;
	char *copy;
	GPtrArray *edits;
	GArray *ops;
	GArray *own;
	GArray *final;
	GBytes *after;
};

/**
 * struct plan - what is to be done
 * @files: (element-type plan_file*): sorted by path
 */
struct plan {
	GPtrArray *files;
};

/**
 * bulk_plan() - make loops that let go of an array one call
 * @job: groups that are to keep their loops
 * @file: edits and ops are final; its final is set
 */
void bulk_plan(const struct rewrite_job *job, struct plan_file *file);

/**
 * bulk_used() - does a group's change make one call of a loop
 */
bool bulk_used(struct rewrite_job *job, const struct plan *plan,
	       unsigned int group);

/**
 * bulk_made() - the call that stands where the loop around a release stood
 * @file: a file whose final is set
 * @edit: an edit of some site at a call in this file
 *
 * Return: name of the function, or NULL: the loop is still there, or was none
 */
const char *bulk_made(const struct plan_file *file,
		      const struct verdict_edit *edit);

/**
 * plan_new() - the edits of all sites to convert that are not withdrawn
 * @job: groups whose edits do not fit the text or each other are withdrawn
 * @error: G2P_ERROR_IO: a file cannot be read
 *
 * Return: (transfer full): free with plan_free(), or NULL
 */
struct plan *plan_new(struct rewrite_job *job, GError **error);

/**
 * plan_free() - free what plan_new() returned; NULL is fine
 */
void plan_free(struct plan *plan);

/**
 * plan_flags() - find out what happens to the flags argument
 * @job: for the values of flags in this tree
 * @pe: edit with name, open and close set; form, old and word are set
 * @ops: (element-type plan_op): the changes are added here
 *
 * Return: NULL, or the reason why it cannot be done
 */
const char *plan_flags(struct rewrite_job *job, struct plan_edit *pe,
		       GArray *ops);

/**
 * plan_build() - add a flag where a variable is built
 * @job: for the values of flags in this tree
 * @pe: edit with name set: the variable in front of the "="
 * @ops: (element-type plan_op): the changes are added here
 *
 * Return: NULL, or the reason why it cannot be done
 */
const char *plan_build(struct rewrite_job *job, struct plan_edit *pe,
		       GArray *ops);

/**
 * own_rename() - rename a static function in all of its file
 * @pe: edit with name set: that of the definition
 * @ops: (element-type plan_op): the changes are added here
 *
 * Return: NULL, or the reason why it cannot be done
 */
const char *own_rename(struct plan_edit *pe, GArray *ops);

/**
 * own_find_build() - the variable of an assignment or initialiser
 * @text: the file
 * @edit: its loc is the whole of it
 *
 * Return: index of the token, or -1
 */
int own_find_build(const struct rewrite_text *text,
		   const struct verdict_edit *edit);

/**
 * own_built() - what a variable is assigned
 * @pe: edit with name set
 *
 * Return: (transfer full) (element-type unsigned int): tokens, without comments
 */
GArray *own_built(const struct plan_edit *pe);

/**
 * plan_args() - take arguments out that the new function does not have
 * @pe: edit with name, open and close set
 * @ops: (element-type plan_op): the changes are added here
 *
 * Return: NULL, or the reason why it cannot be done
 */
const char *plan_args(struct plan_edit *pe, GArray *ops);

#endif
