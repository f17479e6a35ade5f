/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * front.h - C to facts, through libclang
 *
 * The only folder that sees libclang.  A translation unit is parsed in a
 * worker process of its own pool: a crash or a runaway costs one file.
 */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

#include <stdbool.h>
#include <glib.h>
#include "facts/facts.h"
#include "tree/tree.h"

struct front_workers;
struct pch;

/**
 * struct front_options - how to parse many files
 * @jobs: worker processes, at least 1
 * @time_limit: seconds per file, 0 for the default (60)
 * @memory_limit: MiB of address space per worker, 0 for the default (4096)
 * @overlay: (key-type char*) (value-type GBytes*): contents that stand in for
 *	files on disk, by path relative to the root; or NULL
 * @watch: files (relative) whose skipped #if ranges, refs and inline
 *	functions matter beside each unit's main file: the candidate headers;
 *	NULL-terminated or NULL
 * @no_cache: parse even what an earlier run has parsed
 * @pch: front_parse(): precompiled headers that may be used, or NULL
 * @messages: front_parse(): api_message_macros(), NULL-terminated; with @pch
 * @reads: front_parse(): absolute paths of the files it has read are appended
 *	(element-type char*), or NULL
 * @all_reads: front_parse_files(): set (key-type char*) that the absolute paths
 *	of all files that the facts are made from are added to, or NULL; "" when they
 *	are not known of some unit
 * @workers: front_parse_files(): processes of an earlier call, which stay for
 *	the next one, or NULL
 * @progress: called in the caller's thread after each file, or NULL
 * @user: for progress
 */
struct front_options {
	unsigned int jobs;
	unsigned int time_limit;
	unsigned int memory_limit;
	GHashTable *overlay;
	const char *const *watch;
	bool no_cache;
	const struct pch *pch;
	const char *const *messages;
	GPtrArray *reads;
	GHashTable *all_reads;
	struct front_workers *workers;
	void (*progress)(unsigned int done, unsigned int total,
			 const char *file, void *user);
	void *user;
};

/**
 * front_workers_new() - no workers yet
 *
 * To start one and have it load its precompiled headers takes as long as to
 * parse a file.
 *
 * Return: (transfer full): free with front_workers_free()
 */
struct front_workers *front_workers_new(void);

/**
 * front_workers_free() - stop them; NULL is fine
 */
void front_workers_free(struct front_workers *workers);

/**
 * front_parse_files() - facts of many files
 * @tree: for the compile flags
 * @api: for the watched names
 * @files: NULL-terminated, relative to the root
 * @opts: options
 * @error: G2P_ERROR_TOOL when no worker can be started, _INTERRUPTED
 *
 * A file that cannot be parsed gives a unit whose failed says why.
 *
 * Return: (transfer full) (element-type facts_unit*): in the order of files
 */
GPtrArray *front_parse_files(struct tree *tree, const struct api *api,
			     const char *const *files,
			     const struct front_options *opts, GError **error);

/**
 * front_parse() - facts of one file, in this process
 * @compile: how
 * @root: absolute path that file names are made relative to
 * @names: watched names, sorted, NULL-terminated (api_gup_names())
 * @opts: overlay and watch are used
 *
 * Return: (transfer full): never NULL
 */
struct facts_unit *front_parse(const struct tree_compile *compile,
			       const char *root, const char *const *names,
			       const struct front_options *opts);

/**
 * front_worker_main() - body of a worker process
 *
 * main() calls it first thing when the program was started by the pool (hidden
 * argument "--front-worker").  Reads jobs from standard input and writes facts
 * to standard output until end of file.
 *
 * Return: exit status
 */
int front_worker_main(void);

/**
 * front_clang_version() - "19.1.7", of the libclang in use
 */
const char *front_clang_version(void);

#endif
