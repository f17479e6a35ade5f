/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model.h - what the parts of the model share
 */
#ifndef EXEC_MODEL_H
#define EXEC_MODEL_H

#include "exec.h"
#include "libc.h"

/* ---- explore.c: choices, errors, the result of a run ---- */

/**
 * choose_fault() - may this call fail?
 * @outcomes: number of outcomes; 0 is success
 * @what: the call, for the result of the run
 *
 * Return: 0 to @outcomes - 1.
 */
int choose_fault(int outcomes, const char *what);

/**
 * report_error() - something that the kernel forbids was done
 */
void report_error(const char *fmt, ...) __printf(1, 2);

/**
 * mix() - make a value part of the result of the run
 *
 * Whatever a conversion must not change: return values, data, registers.
 */
void mix(const char *what, unsigned long value);

/* The text of what happens, with --path only. */
void trace(const char *fmt, ...) __printf(1, 2);

/* ---- context.c: locks, interrupts, work, completions ---- */

/**
 * must_sleep() - an error when @what is called in atomic context
 */
void must_sleep(const char *what);

void context_reset(void);
void context_check(void);

/* Interrupts come in and workers run until nothing is left to do. */
void context_run(void);

/* ---- memory.c: kmalloc() and relatives ---- */

void memory_reset(void);

/* Number of allocations that are left. */
unsigned int memory_leaks(void);

/* ---- pages.c: struct page, gup, put and unpin ---- */

void pages_reset(void);

/* What holds for pages that are kept when everything else is done. */
void pages_check_kept(void);

/* The end: all references gone, nr_foll_pin_acquired equals released. */
void pages_check_end(void);

/* An error unless somebody holds @page; @what is done to it. */
void page_must_be_held(struct page *page, const char *what);

/* Pages that were pinned so far, in all runs. */
extern unsigned long pages_pinned;

/* ---- device.c: DMA ---- */

void device_reset(void);

#endif
