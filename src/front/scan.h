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
 */
void scan_refs(struct cx *cx, CXCursor top);

/**
 * scan_slots() - note the functions in a variable's initialiser
 * @cx: unit
 * @var: VarDecl with static storage
 */
void scan_slots(struct cx *cx, CXCursor var);

/**
 * scan_static_locals() - scan_slots() for the static variables of a function
 */
void scan_static_locals(struct cx *cx, CXCursor func);

/**
 * scan_diags() - take over the compiler's errors; functions must be there
 */
void scan_diags(struct cx *cx);

/**
 * scan_skips() - note what the preprocessor left out of a file
 * @cx: unit
 * @name: absolute path of the file
 */
void scan_skips(struct cx *cx, const char *name);

#endif
