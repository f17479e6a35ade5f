/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spatch.h - the semantic patch of a plan, and running it
 *
 * Inside rewrite/ only.
 */
#ifndef REWRITE_SPATCH_H
#define REWRITE_SPATCH_H

#include "rewrite/plan.h"

/**
 * cocci_generate() - one semantic patch for all edits of a plan
 * @plan: names of the copies are filled in
 * @error: G2P_ERROR_DATA: the template is missing or lacks a section
 *
 * Return: (transfer full): text, or NULL
 */
char *cocci_generate(struct plan *plan, GError **error);

/**
 * cocci_rules_file() - read a file of the rules directory
 * @name: "convert.cocci.in"
 * @error: G2P_ERROR_DATA naming the file
 *
 * Return: (transfer full): text, or NULL
 */
char *cocci_rules_file(const char *name, GError **error);

/**
 * spatch_run() - run a semantic patch on copies of the plan's files
 * @plan: the files; their copies have names
 * @cocci: the semantic patch
 * @spatch: program, NULL for the one in PATH
 * @error: G2P_ERROR_TOOL, G2P_ERROR_IO, G2P_ERROR_INTERRUPTED
 *
 * Return: (transfer full) (element-type GBytes*): what became of each file, in
 * the plan's order; or NULL
 */
GPtrArray *spatch_run(const struct plan *plan, const char *cocci,
		      const char *spatch, GError **error);

/**
 * verify_file() - compare spatch's work with the plan, and mend the layout
 * @job: groups whose edits were lost, or not made as planned, are withdrawn
 * @file: its after is set when all is well
 * @result: what spatch made of it
 *
 * Return: true when the result is what was planned
 */
bool verify_file(struct rewrite_job *job, struct plan_file *file,
		 GBytes *result);

/**
 * check_plan() - does the converted code pass its own analysis
 * @job: groups that do not are withdrawn
 * @plan: after is set in all files
 * @error: of verdict_run()
 *
 * Return: false on error
 */
bool check_plan(struct rewrite_job *job, const struct plan *plan,
		GError **error);

/**
 * rewrite_run_root() - rewrite_run() below a directory
 *
 * Without a check, v->tree may be NULL.
 */
struct rewrite_result *rewrite_run_root(const char *root, struct verdict *v,
					const struct rewrite_options *opts,
					GError **error);

/**
 * rewrite_in_place_root() - rewrite_in_place() below a directory
 */
gboolean rewrite_in_place_root(const char *root,
			       const struct rewrite_result *result,
			       GError **error);

#endif
