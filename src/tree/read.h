/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * read.h - read a file that may be anything
 */
#ifndef TREE_READ_H
#define TREE_READ_H

#include <stdbool.h>
#include <glib.h>

/**
 * tree_read_file() - read a regular file whole
 * @path: of the file
 * @text: (out) (transfer full): content, with a NUL byte behind it
 * @len: (out): bytes
 * @error: (out): which file and why: a FIFO or a device is none, and 256 MiB
 *	are the most; or NULL
 *
 * g_file_get_contents() waits for ever at a FIFO that nobody writes to.
 *
 * Return: false with @error set when it cannot be read
 */
bool tree_read_file(const char *path, char **text, gsize *len, GError **error);

#endif
