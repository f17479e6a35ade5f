/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * warn.h - what the user is told without having asked
 */
#ifndef TREE_WARN_H
#define TREE_WARN_H

#include <glib.h>

/**
 * tree_warn() - a line on standard error: "gup2pin: warning: ..."
 */
void tree_warn(const char *format, ...) G_GNUC_PRINTF(1, 2);

/**
 * tree_warnings() - how many there were in this process
 *
 * A result that came with one is not kept: the next run has to tell, too.
 */
unsigned int tree_warnings(void);

#endif
