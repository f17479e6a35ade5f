/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * manifest.h - the state of every file of a tree, without reading any
 *
 * What was computed from a tree stays right as long as no file that could have
 * been read has come, gone or changed.  A manifest lists them with size, times
 * and inode, as git's index does.
 */
#ifndef TREE_MANIFEST_H
#define TREE_MANIFEST_H

#include <stdbool.h>
#include <glib.h>

/* A time this close to the time of looking may hide a second change. */
#define MANIFEST_RACY_NSEC 2000000000ll

/**
 * struct manifest_file - a file's state
 * @path: relative to the root
 * @size: bytes; -1: it has only just changed, or cannot be looked at: not to
 *	be trusted
 * @mtime: nanoseconds
 * @ctime: nanoseconds
 * @ino: inode
 * @regular: a regular file, or a link to one
 */
struct manifest_file {
	const char *path;
	gint64 size;
	gint64 mtime;
	gint64 ctime;
	guint64 ino;
	bool regular;
};

/**
 * struct manifest - the files below one directory
 * @root: absolute path
 * @files: (element-type manifest_file): sorted by path
 * @chunks: (element-type GStringChunk*): own the paths
 * @taken: g_get_real_time() before the first was looked at
 */
struct manifest {
	char *root;
	GArray *files;
	GPtrArray *chunks;
	gint64 taken;
};

/**
 * manifest_new() - look at all files below a directory
 * @root: absolute path
 * @jobs: threads
 *
 * Left out: .git, what a compiler or linker writes, and texts below
 * Documentation.  Symbolic links to directories are not followed.
 *
 * Return: (transfer full): free with manifest_free()
 */
struct manifest *manifest_new(const char *root, unsigned int jobs);

/**
 * manifest_free() - free what manifest_new() returned; NULL is fine
 */
void manifest_free(struct manifest *m);

/**
 * manifest_find() - look a file up
 * @path: relative to the root
 *
 * Return: (transfer none): NULL when it is not there
 */
const struct manifest_file *manifest_find(const struct manifest *m,
					  const char *path);

/**
 * manifest_same() - have two lines the same content
 *
 * Return: false when that is not certain
 */
bool manifest_same(const struct manifest_file *a,
		   const struct manifest_file *b);

#endif
