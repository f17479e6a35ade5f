/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * route.h - MAINTAINERS once it is read
 *
 * Inside tree/ only.
 */
#ifndef TREE_ROUTE_H
#define TREE_ROUTE_H

#include "tree/mailmap.h"
#include "tree/maintainers.h"

/**
 * struct section_line - "F:	drivers/foo/"
 * @type: the letter
 * @value: what follows; of F: and X: the regular expression
 * @regex: of F:, X:, N: and K:
 */
struct section_line {
	char type;
	char *value;
	GRegex *regex;
};

/**
 * struct section - a section of MAINTAINERS
 * @title: the line above
 * @lines: (element-type section_line): in order
 */
struct section {
	char *title;
	GArray *lines;
};

/**
 * struct maintainers - see maintainers.h
 * @root: the tree
 * @sections: (element-type section*): in order
 * @mailmap: of the tree
 */
struct maintainers {
	char *root;
	GPtrArray *sections;
	struct mailmap mailmap;
};

/**
 * section_matches() - is a file in a section
 * @section: the section
 * @path: of the file
 * @depth: result: how exact the last pattern is that matches
 * @deepest: result: how exact the best one is; -1: it matches everything
 */
bool section_matches(const struct section *section, const char *path,
		     int *depth, int *deepest);

#endif
