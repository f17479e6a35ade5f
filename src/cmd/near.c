// SPDX-License-Identifier: GPL-2.0-only
/* near.c - what a mistyped word was meant to be */
#include <string.h>
#include "cmd/near.h"

/* nobody types a longer one by mistake */
#define MAX_WORD 32

/*
 * How many letters have to be put in, taken out, replaced or exchanged with
 * their neighbour.
 */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int rows[MAX_WORD + 1][MAX_WORD + 1];
	size_t n = strlen(a), m = strlen(b);

	if (n > MAX_WORD || m > MAX_WORD)
		return MAX_WORD;
	for (size_t i = 0; i <= n; i++)
		rows[i][0] = i;
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			unsigned int best =
				rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			best = MIN(best, rows[i - 1][j] + 1);
			best = MIN(best, rows[i][j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				best = MIN(best, rows[i - 2][j - 2] + 1);
			rows[i][j] = best;
		}
	}
	return rows[n][m];
}

const char *near_word(const char *word, const char *const *words)
{
	const char *found = NULL;
	unsigned int least = 3;

	for (; *words; words++) {
		unsigned int d = distance(word, *words);

		/* most of it has to be right */
		if (d < least && d * 2 < strlen(*words)) {
			least = d;
			found = *words;
		}
	}
	return found;
}
