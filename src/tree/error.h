/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * error.h - the one GError domain of gup2pin
 *
 * A message is one line that names the file and says what to do.  Every code
 * but G2P_ERROR_INTERRUPTED ends the run with exit status 2.
 */
#ifndef TREE_ERROR_H
#define TREE_ERROR_H

#include <glib.h>

#define G2P_ERROR g2p_error_quark()
GQuark g2p_error_quark(void);

/**
 * enum g2p_error - codes of G2P_ERROR
 * @G2P_ERROR_USAGE: the command line is wrong
 * @G2P_ERROR_TREE: no such tree, or not a kernel tree
 * @G2P_ERROR_IO: a file cannot be read or written
 * @G2P_ERROR_DATA: a file's content is not what it should be (api.json,
 *	facts, compile_commands.json)
 * @G2P_ERROR_TOOL: spatch or libclang is missing or failed
 * @G2P_ERROR_INTERRUPTED: SIGINT or SIGTERM; exit status 130
 */
enum g2p_error {
	G2P_ERROR_USAGE,
	G2P_ERROR_TREE,
	G2P_ERROR_IO,
	G2P_ERROR_DATA,
	G2P_ERROR_TOOL,
	G2P_ERROR_INTERRUPTED,
};

#endif
