// SPDX-License-Identifier: GPL-2.0-only
/*
 * words.c - few strings to look for instead of many words
 */
#include <string.h>
#include "tree/private.h"

/* Shorter keys occur in too many files, longer ones cover too few words. */
#define KEY_LEN 9

static unsigned int count_covered(const char *const *words, const char *key,
				  const bool *covered)
{
	unsigned int n = 0;

	for (unsigned int i = 0; words[i]; i++)
		n += !covered[i] && strstr(words[i], key);
	return n;
}

/* The substring of @word that most of the words left have in common. */
static char *best_key(const char *const *words, const bool *covered,
		      const char *word)
{
	size_t len = MIN(strlen(word), KEY_LEN);
	g_autofree char *best = g_strndup(word, len);
	unsigned int most = 0;

	for (size_t i = 0; i + len <= strlen(word); i++) {
		g_autofree char *key = g_strndup(word + i, len);
		unsigned int n = count_covered(words, key, covered);

		if (n > most) {
			most = n;
			g_free(best);
			best = g_steal_pointer(&key);
		}
	}
	return g_steal_pointer(&best);
}

GPtrArray *words_keys(const char *const *words)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
	unsigned int n = g_strv_length((char **)words);
	g_autofree bool *covered = g_new0(bool, n + 1);

	for (unsigned int i = 0; i < n; i++) {
		char *key;

		if (covered[i] || !*words[i])
			continue;
		key = best_key(words, covered, words[i]);
		g_ptr_array_add(keys, key);
		for (unsigned int j = i; j < n; j++)
			covered[j] |= strstr(words[j], key) != NULL;
	}
	return keys;
}
