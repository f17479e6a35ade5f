/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * layout.h - changed tokens in the white space of the original
 *
 * Inside rewrite/ only.  spatch decides which tokens change; what it does to
 * white space (misaligned lines, "0| FLAG", moved comments) is not kept: every
 * token that stays keeps the space it had, and only calls that grew beyond 80
 * columns are wrapped.
 */
#ifndef REWRITE_LAYOUT_H
#define REWRITE_LAYOUT_H

#include "rewrite/plan.h"

/**
 * layout_file() - the text of a file after its planned changes
 * @file: text and ops
 *
 * Return: (transfer full)
 */
GBytes *layout_file(const struct plan_file *file);

#endif
