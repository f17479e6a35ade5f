/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h - one model, many writers
 *
 * Results go to a GString: the caller prints it to standard output at once.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <glib.h>
#include "rewrite/rewrite.h"
#include "verdict/rules.h"
#include "verdict/verdict.h"

#define REPORT_SCHEMA "gup2pin-report/1"

/**
 * report_json() - the JSON report of DESIGN.md (docs/report.schema.json)
 * @v: what to report
 *
 * Return: (transfer full): indented JSON with a newline at the end
 */
GString *report_json(const struct verdict *v);

/**
 * report_table() - a table for people, one line a site, file:line first
 * @v: what to report
 * @colour: use terminal colours
 * @width: columns of the terminal, 0 for no limit (a pipe: the why column is
 *	then printed in full)
 *
 * Return: (transfer full)
 */
GString *report_table(const struct verdict *v, bool colour, unsigned int width);

/**
 * report_branch() - a branch of a module that its kernel does not select
 *
 * Return: (transfer full): "FILE:LINE: inactive CONDITION: CALLS", one line
 */
char *report_branch(const struct verdict_branch *b);

/**
 * report_in_branch() - does a line lie in such a branch
 */
bool report_in_branch(const struct verdict *v, const char *file,
		      unsigned int line);

/**
 * report_explain() - the data flow of one site, step by step
 * @v: what was found
 * @site: the site
 * @colour: use terminal colours
 *
 * Return: (transfer full)
 */
GString *report_explain(const struct verdict *v,
			const struct verdict_site *site, bool colour);

/**
 * report_site() - the site that a finding belongs to
 *
 * Return: (transfer none): NULL when it belongs to none
 */
const struct verdict_site *report_site(const struct verdict *v,
				       const struct verdict_finding *f);

/**
 * report_fix() - the site whose planned conversion mends a finding
 *
 * Return: (transfer none): NULL when convert does nothing about it
 */
const struct verdict_site *report_fix(const struct verdict *v,
				      const struct verdict_finding *f);

/**
 * report_findings() - lint findings as gcc prints diagnostics
 *
 * Where convert has a fix planned, a note after the first finding of the site
 * says which.
 *
 * Return: (transfer full): "file:line:col: severity: message [rule]" lines
 */
GString *report_findings(const struct verdict *v, bool colour);

/**
 * report_github() - lint findings as GitHub workflow annotations
 *
 * Return: (transfer full): "::error file=...,line=...::message" lines
 */
GString *report_github(const struct verdict *v);

/**
 * report_sarif() - lint findings as SARIF 2.1.0
 * @v: the model
 * @fixes: what convert would change, or NULL
 *
 * Return: (transfer full): one JSON document
 */
GString *report_sarif(const struct verdict *v,
		      const struct rewrite_result *fixes);

/**
 * report_markdown() - lint findings as a Markdown summary
 *
 * Return: (transfer full)
 */
GString *report_markdown(const struct verdict *v);

/**
 * report_baseline() - the findings as a baseline file
 *
 * Return: (transfer full): one JSON document
 */
GString *report_baseline(const struct verdict *v);

/**
 * report_baseline_read() - read a baseline file
 * @path: of the file
 * @error: G2P_ERROR_IO, or G2P_ERROR_DATA saying what is wrong with it
 *
 * Return: (transfer full): fingerprint -> what it stands for, one line; NULL on
 * error
 */
GHashTable *report_baseline_read(const char *path, GError **error);

/**
 * report_rules() - the lint rules, one line each
 * @colour: use terminal colours
 *
 * Return: (transfer full)
 */
GString *report_rules(bool colour);

/**
 * report_rule_page() - docs/rules/NAME.md of a rule
 *
 * Return: (transfer full): Markdown
 */
char *report_rule_page(enum verdict_rule_id id);

/**
 * report_rule() - what a lint rule means, with the examples of its page
 * @id: the rule
 * @colour: use terminal colours
 *
 * Return: (transfer full)
 */
GString *report_rule(enum verdict_rule_id id, bool colour);

#endif
