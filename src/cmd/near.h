/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * near.h - what a mistyped word was meant to be
 */
#ifndef CMD_NEAR_H
#define CMD_NEAR_H

#include <glib.h>

/**
 * near_word() - the one word of a list that is a slip of the finger away
 * @word: as typed
 * @words: NULL-terminated
 *
 * Return: an element of words; NULL when none is near enough
 */
const char *near_word(const char *word, const char *const *words);

#endif
