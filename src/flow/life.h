/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * life.h - what life.c knows of the taking function, inside flow/ only
 */
#ifndef FLOW_LIFE_H
#define FLOW_LIFE_H

#include "flow/flow.h"

struct flow_at;
struct flow_life;

/**
 * flow_life_new() - prepare to look at the function of the acquire call
 *
 * Return: (transfer full): free with flow_life_free()
 */
struct flow_life *flow_life_new(struct flow_trace *trace);

/**
 * flow_life_free() - free what flow_life_new() returned
 */
void flow_life_free(struct flow_life *life);

/**
 * flow_life_none() - is a way out of a block taken without any pages only
 * @life: of the trace
 * @block: index in the function of the acquire call
 * @succ: number of the way
 */
bool flow_life_none(struct flow_life *life, unsigned int block,
		    unsigned int succ);

/**
 * flow_life_loop() - does a loop that starts at a block release the pages
 */
bool flow_life_loop(struct flow_life *life, unsigned int block);

/**
 * flow_loop_blocks() - the blocks of a loop
 * @f: function
 * @head: the block that it starts at
 *
 * Return: (transfer full): by number of the block; the head is one, those of
 * a loop around it are not
 */
bool *flow_loop_blocks(const struct facts_func *f, unsigned int head);

/**
 * flow_is_older() - does a call let go of an object that was there before
 * @trace: the trace
 * @taken: the taking call, or one that returns the object it has filled
 * @at: a call of the same function
 *
 * Return: true when the object that the pages are in is new, and @at is not
 * given it, nor anything it may be reached from; or when the pages that it is
 * given were loaded before those just taken were stored
 */
bool flow_is_older(struct flow_trace *trace, const struct flow_call *taken,
		   const struct flow_at *at);

#endif
