/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scan.h - what a translation unit has beside function bodies
 *
 * Inside front/ only.
 */
#ifndef FRONT_SCAN_H
#define FRONT_SCAN_H

#include "front/cx.h"

/**
 * scan_refs() - note every watched name below a top-level declaration
 * @cx: unit
 * @top: function or variable
 *
 * Also the functions in static variables of a function, as scan_slots() does.
 */
void scan_refs(struct cx *cx, CXCursor top);

/**
 * scan_slots() - note the functions in a variable's initialiser
 * @cx: unit
 * @var: VarDecl with static storage
 */
void scan_slots(struct cx *cx, CXCursor var);

/**
 * scan_diags() - take over the compiler's errors; functions must be there
 */
void scan_diags(struct cx *cx);

/**
 * scan_skipped() - what the preprocessor left out of a file
 * @cx: unit
 * @file: a file of it
 *
 * Return: (transfer none): or NULL when it is nothing
 */
CXSourceRangeList *scan_skipped(struct cx *cx, struct cx_file *file);

/**
 * scan_skipped_once() - the same of a header, when it was read first
 * @cx: unit
 * @file: a file of it
 *
 * What was left out by its guard, when it was read again, is not of interest.
 *
 * Return: (transfer none): or NULL when it is nothing
 */
CXSourceRangeList *scan_skipped_once(struct cx *cx, struct cx_file *file);

/**
 * scan_skips() - note what the preprocessor left out of a file
 * @cx: unit
 * @name: absolute path of the file
 */
void scan_skips(struct cx *cx, const char *name);

#endif
