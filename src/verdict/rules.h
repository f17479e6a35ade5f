/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rules.h - the lint rules, in one table for findings, options, reports, docs
 */
#ifndef VERDICT_RULES_H
#define VERDICT_RULES_H

#include "verdict/verdict.h"

/**
 * enum verdict_rule_id - index of a rule in the table, in the order listed
 */
enum verdict_rule_id {
	RULE_SHOULD_PIN,
	RULE_MISSING_LONGTERM,
	RULE_RELEASE_MISMATCH,
	RULE_PIN_LEAK,
	RULE_LONGTERM_WITHOUT_PIN,
	RULE_FOLL_AT_CALL,
	RULE_PIN_FOR_PAGEONLY,
	RULE_DIRTY_MISSING,
	RULE_UNCLASSIFIED,
	RULE_UNPARSED,
	RULE_KEEP_COMMENT,
	N_VERDICT_RULES,
};

/**
 * struct verdict_rule - a lint rule
 * @name: "missing-longterm"; docs/rules/NAME.md is its page
 * @severity: of its findings when nothing makes one of them milder
 * @enabled: reported without --enable
 * @mended: what convert plans for the site mends it
 * @summary: what is wrong, one line without a full stop
 * @why: what comes of it and what to do, one paragraph of plain text
 */
struct verdict_rule {
	const char *name;
	enum verdict_severity severity;
	bool enabled;
	bool mended;
	const char *summary;
	const char *why;
};

/**
 * verdict_rule() - an entry of the table
 * @id: below N_VERDICT_RULES
 *
 * Return: (transfer none)
 */
const struct verdict_rule *verdict_rule(enum verdict_rule_id id);

/**
 * verdict_rule_find() - look a rule up by its name
 * @name: "missing-longterm"
 *
 * Return: its id, or N_VERDICT_RULES when there is no such rule
 */
enum verdict_rule_id verdict_rule_find(const char *name);

#endif
