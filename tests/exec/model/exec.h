/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exec.h - run a driver as an ordinary program against a model of the kernel
 *
 * A program in tests/exec/programs/ includes the driver under test and supplies
 * exec_life(): one life of it, from set-up to the last release.  The model runs
 * that life again and again: once for each value of exec_pick(), and with each
 * call that can fail failing in turn, in every combination of as many failures
 * as --faults says.  Every run starts with fresh pages.
 *
 * The model knows the rules of Documentation/core-api/pin_user_pages.rst and
 * breaks them to nobody: whatever is done against them is an error of the run.
 */
#ifndef EXEC_EXEC_H
#define EXEC_EXEC_H

#include <linux/fs.h>
#include <linux/mm.h>

/* Pages of the one user process; some share a page or belong to one folio. */
#define EXEC_USER_PAGES 96

/**
 * exec_life() - one life of the driver, supplied by the program
 *
 * Objects that the driver frees come from exec_new().
 */
void exec_life(void);

/**
 * exec_user() - the user address of a page
 * @page: 0 to EXEC_USER_PAGES - 1
 */
unsigned long exec_user(unsigned int page);

/**
 * exec_pick() - try each of several ways to call the driver
 * @n: how many ways there are
 *
 * Return: 0 to @n - 1, another one in another run.
 */
int exec_pick(int n);

/**
 * exec_back() - a call returned to user space
 * @result: what it returned; becomes part of the result of the run
 *
 * No lock may be held.  The device and the workers then do what is left to do;
 * afterwards pages that are still pinned must have been pinned for long.
 *
 * Return: @result.
 */
long exec_back(long result);

/**
 * exec_incomplete() - the life ends early, as the driver cannot go on
 *
 * For drivers under test that do not handle a failure: what they still hold
 * is then no error of the run.
 */
void exec_incomplete(void);

/**
 * exec_irq() - let an interrupt come in now
 * @handler: called in atomic context with @data
 * @data: its argument
 */
void exec_irq(void (*handler)(void *data), void *data);

/**
 * exec_alloc() - memory that the driver will free; never fails
 * @size: bytes; they are zero
 */
void *exec_alloc(size_t size);

#define exec_new(type) ((type *)exec_alloc(sizeof(type)))

/**
 * exec_own() - memory of the program itself; zero, gone after the run
 * @size: bytes
 *
 * Unlike that of exec_alloc() it is no leak when nobody frees it.
 */
void *exec_own(size_t size);

/* A device, and what stands in for its registers. */
extern struct device exec_device;
extern char exec_registers[4096];

#endif
