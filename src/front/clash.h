/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clash.h - would a file be the same without its precompiled headers
 *
 * Inside front/ only.
 */
#ifndef FRONT_CLASH_H
#define FRONT_CLASH_H

#include "front/cx.h"
#include "front/pch.h"
#include "tree/tree.h"

/**
 * clash_found() - has a translation unit to be parsed without them
 * @cx: parsed with cx->pch
 * @compile: how it would be parsed without
 * @messages: NULL-terminated: api_message_macros(), or NULL
 *
 * Sets cx->reached.
 */
bool clash_found(struct cx *cx, const struct tree_compile *compile,
		 const char *const *messages);

#endif
