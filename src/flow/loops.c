// SPDX-License-Identifier: GPL-2.0-only
/* loops.c - blocks that lead to others, and those of a loop */
#include "flow/defs.h"
#include "flow/life.h"

void flow_reach(const struct facts_func *f, unsigned int from,
		unsigned int without, bool *seen)
{
	if (from == without || seen[from])
		return;
	seen[from] = true;
	for (unsigned int s = 0; s < f->blocks[from].n_succ; s++)
		flow_reach(f, f->blocks[from].succ[s], without, seen);
}

static bool leads_to(const struct facts_block *blk, const bool *in)
{
	for (unsigned int s = 0; s < blk->n_succ; s++)
		if (in[blk->succ[s]])
			return true;
	return false;
}

bool *flow_loop_blocks(const struct facts_func *f, unsigned int head)
{
	g_autofree bool *around = g_new0(bool, f->n_blocks + 1);
	g_autofree bool *inside = g_new0(bool, f->n_blocks + 1);
	bool *in = g_new0(bool, f->n_blocks + 1);
	bool again = true;

	flow_reach(f, 0, head, around);
	for (unsigned int s = 0; s < f->blocks[head].n_succ; s++)
		flow_reach(f, f->blocks[head].succ[s], head, inside);
	in[head] = true;
	while (again) {
		again = false;
		for (unsigned int b = 0; b < f->n_blocks; b++) {
			/* one that is come to past the head is of a loop around */
			if (in[b] || around[b] || !inside[b] ||
			    !leads_to(&f->blocks[b], in))
				continue;
			in[b] = again = true;
		}
	}
	return in;
}
