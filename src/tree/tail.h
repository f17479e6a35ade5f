/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tail.h - what was added at the end of a source and says nothing
 *
 * Inside tree/ only.
 */
#ifndef TREE_TAIL_H
#define TREE_TAIL_H

#include <stdbool.h>
#include <glib.h>

/**
 * tail_is_idle() - may a source do without its end
 * @text: the source
 * @len: bytes
 * @from: where the end begins
 * @words: hashes of words that matter, ascending
 * @n_words: how many
 *
 * Return: true when nothing but whole comments and white space follows, behind
 * whole lines of code that are in no #if, and no reader of the text can take
 * any of it for more than that: neither the compiler, nor a search for one of
 * the words, nor one that looks at bytes without knowing C
 */
bool tail_is_idle(const char *text, gsize len, gsize from, const guint64 *words,
		  gsize n_words);

#endif
