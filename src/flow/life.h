/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * life.h - what life.c knows of the taking function, inside flow/ only
 */
#ifndef FLOW_LIFE_H
#define FLOW_LIFE_H

#include "flow/flow.h"

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
 * flow_life_fails() - which way out of a block says that no pages were taken
 * @life: of the trace
 * @block: index in the function of the acquire call
 *
 * Return: 1 when the true way does, 0 when the false one does, else -1
 */
int flow_life_fails(struct flow_life *life, unsigned int block);

/**
 * flow_life_loop() - does a loop that starts at a block release the pages
 */
bool flow_life_loop(struct flow_life *life, unsigned int block);

#endif
