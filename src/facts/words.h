/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * words.h - what the writer and the reader of facts share
 *
 * Inside facts/ only.
 */
#ifndef FACTS_WORDS_H
#define FACTS_WORDS_H

#include "facts/facts.h"

/* Expressions nest at most this deep; what is deeper is written as opaque. */
#define FACTS_MAX_EXPR_DEPTH 256

/* The words that stand for enumerators in the JSON, by enumerator. */
extern const char *const facts_expr_kinds[FX_FIELD_INIT + 1];
extern const char *const facts_insn_kinds[FI_ASM + 1];
extern const char *const facts_terms[FT_STOP + 1];
extern const char *const facts_var_kinds[FV_TEMP + 1];
extern const char *const facts_ref_kinds[FR_ADDRESS + 1];
extern const char *const facts_macro_kinds[FACTS_MACRO_BODY + 1];

#endif
