/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * worker.h - what the pool and its workers say to each other
 *
 * Inside front/ only.  The worker says {"ready": 1}, the pool sends one setup
 * line and then a line for each job, all of JSON; the worker answers each job
 * with two blocks: what the unit was made from (front_cache_note(), or nothing
 * when it is not to be kept), and its facts (facts_pack()).  A block is a line
 * with its length and its cache_sum(), and that many bytes.
 */
#ifndef FRONT_WORKER_H
#define FRONT_WORKER_H

#include <glib.h>
#include "front/front.h"

#define WORKER_ARGUMENT "--front-worker"

/* MiB; a translation unit of the kernel takes 300 */
#define WORKER_MEMORY 4096

/* exit status of a worker that has run into its memory limit */
#define WORKER_NO_MEMORY 12

/**
 * worker_setup_line() - what holds for all jobs
 * @root: absolute path of the tree
 * @api: for the watched names and the headers to precompile
 * @opts: of front_parse_files()
 *
 * Return: (transfer full): a line with its newline
 */
char *worker_setup_line(const char *root, const struct api *api,
			const struct front_options *opts);

/**
 * worker_job_line() - one file
 * @compile: how to parse it
 * @plain: without precompiled headers
 * @peers: files of this run with the same headers, this one included
 *
 * Return: (transfer full): a line with its newline
 */
char *worker_job_line(const struct tree_compile *compile, bool plain,
		      unsigned int peers);

#endif
