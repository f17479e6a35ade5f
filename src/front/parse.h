/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parse.h - one translation unit that is a list of headers
 *
 * Inside front/ only.
 */
#ifndef FRONT_PARSE_H
#define FRONT_PARSE_H

#include "front/front.h"
#include "front/pch.h"

/**
 * parse_headers() - precompile
 * @compile: the header (an absolute path) and its flags
 * @root: absolute path of the tree
 * @names: watched names, NULL-terminated
 * @opts: watch is used
 * @out: file to write
 *
 * Return: (transfer full): all but its path is set; NULL when the headers have
 * errors or @out cannot be written
 */
struct pch *parse_headers(const struct tree_compile *compile, const char *root,
			  const char *const *names,
			  const struct front_options *opts, const char *out);

#endif
