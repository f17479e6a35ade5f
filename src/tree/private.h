/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * private.h - what the files of tree/ share and nobody else sees
 */
#ifndef TREE_PRIVATE_H
#define TREE_PRIVATE_H

#include "tree/tree.h"
#include "tree/flags.h"

/* Larger files are not C: they are reported, not read. */
#define TREE_FILE_MAX ((size_t)256 << 20)

/**
 * struct api_assume - a declaration that mm.h gained or lost ("assume")
 * @version: since, see tree_version_number()
 * @name: of the function or flag
 * @text: the declaration, NULL: it is gone
 */
struct api_assume {
	unsigned int version;
	const char *name;
	const char *text;
};

/**
 * struct api - the rules; see api.h
 * @acquire: name -> struct api_acquire
 * @release: name -> struct api_release
 * @funcs: name -> struct api_func
 * @slots: record -> (field -> enum api_entry)
 * @containers: set of record tags
 * @inert: set of record tags
 * @links: "record.field" -> "record.field"; see api_link()
 * @headers: paths of the headers that declare gup and release functions
 * @assume: (element-type api_assume): in file order
 * @precompiled: see api_precompiled()
 * @message_macros: see api_message_macros()
 * @gup_names: see api_gup_names()
 * @pool: memory that the entries point into
 * @sum: of the files that were read
 */
struct api {
	GHashTable *acquire;
	GHashTable *release;
	GHashTable *funcs;
	GHashTable *slots;
	GHashTable *containers;
	GHashTable *inert;
	GHashTable *links;
	GPtrArray *headers;
	GArray *assume;
	GPtrArray *precompiled;
	GPtrArray *message_macros;
	const char **gup_names;
	GPtrArray *pool;
	GChecksum *sum;
};

/**
 * api_read_file() - add the content of a file to the rules
 * @api: the rules
 * @path: of a file as docs/api.md describes
 * @error: G2P_ERROR_IO, or G2P_ERROR_DATA naming the member
 *
 * Return: false on error; the rules may then hold a part of the file
 */
gboolean api_read_file(struct api *api, const char *path, GError **error);

/**
 * struct tree_dialect - what the headers of a kernel declare
 * @protos: name -> struct tree_proto, every function found
 * @listed: (element-type tree_proto*): the gup and release functions, sorted
 * @flags: name -> uint64_t*, the FOLL_ flags
 */
struct tree_dialect {
	GHashTable *protos;
	GPtrArray *listed;
	GHashTable *flags;
};

/**
 * dialect_new() - read the headers of a kernel
 * @source: directory that holds include/linux/mm.h
 * @api: for the headers and the names to list
 * @error: G2P_ERROR_TREE when there is no mm.h, G2P_ERROR_IO
 *
 * Return: (transfer full): free with dialect_free(), or NULL
 */
struct tree_dialect *dialect_new(const char *source, const struct api *api,
				 GError **error);

/**
 * dialect_free() - free what dialect_new() returned; NULL is fine
 */
void dialect_free(struct tree_dialect *dialect);

/**
 * dialect_parse() - add what the text of one header says
 * @dialect: where to add
 * @text: C text; any bytes
 * @len: bytes
 */
void dialect_parse(struct tree_dialect *dialect, const char *text, size_t len);

/**
 * dialect_alloc() - an empty dialect, for dialect_new() and its tests
 */
struct tree_dialect *dialect_alloc(void);

/**
 * assume_api() - declare what a later version declares
 * @tree: the tree; its dialect and assumed are set
 * @api: the rules
 * @version: "5.6"
 * @error: G2P_ERROR_USAGE when it is no version, or has no pin_*(), or the tree
 *	declares pin_*() functions itself
 *
 * Return: false on error
 */
gboolean assume_api(struct tree *tree, const struct api *api,
		    const char *version, GError **error);

/**
 * dialect_list() - fill in listed
 */
void dialect_list(struct tree_dialect *dialect, const struct api *api);

struct index;
struct manifest;

/**
 * struct tree - see tree.h
 * @root: absolute path, no symbolic links
 * @kernel: root, or --kernel
 * @source: where the kernel's Makefile and headers lie: kernel, or the
 *	directory its Makefile includes (a distribution's headers package)
 * @version: "6.12.117"
 * @api_version: see tree_api_version()
 * @assumed: see tree_assumed()
 * @verbose: see struct tree_options
 * @no_cache: likewise
 * @dialect: what its headers declare
 * @lock: guards the members below
 * @files: every C file of the root once somebody asked, or NULL
 * @manifest: state of all files of the root, likewise; never with no_cache
 * @index: the identifiers of the C files, likewise
 * @opened: g_get_real_time() before anything of it was read
 * @asked: (key-type char*): the words that files were searched for
 * @answers: hash of a word -> (element-type guint) files that have it
 * @hint: (element-type guint64): hashes that are likely to be asked for, or NULL
 * @asked_more: and for others, that an index cannot tell of
 * @flags: compile flags once somebody asked, or NULL
 * @flags_free: frees flags; set with it, so that only users of compile.c
 *	need flags.c
 */
struct tree {
	char *root;
	char *kernel;
	char *source;
	char *version;
	unsigned int api_version;
	char *assumed;
	bool verbose;
	bool no_cache;
	struct tree_dialect *dialect;
	GMutex lock;
	GPtrArray *files;
	struct manifest *manifest;
	struct index *index;
	gint64 opened;
	GHashTable *asked;
	GHashTable *answers;
	GArray *hint;
	bool asked_more;
	struct tree_flags *flags;
	void (*flags_free)(struct tree_flags *flags);
};

/**
 * manifest_of() - the state of all files of the root as the run found it
 *
 * Return: (transfer none): NULL when nothing is kept from run to run
 */
const struct manifest *manifest_of(struct tree *tree, unsigned int jobs);

/* More files than this are better looked up in the index. */
#define TREE_MANY_FILES 4096

/**
 * index_of() - the identifiers of all C files of the root
 *
 * Return: (transfer none): made once
 */
struct index *index_of(struct tree *tree, unsigned int jobs);

/**
 * threads_run() - do work in the calling thread and in some more
 * @name: of the threads
 * @work: shares what there is to do with the others, and returns when it is done
 * @data: its argument
 * @jobs: threads in all; fewer when they cannot be had
 */
void threads_run(const char *name, GThreadFunc work, void *data,
		 unsigned int jobs);

/**
 * list_files() - the C files of a tree or of one of its directories
 * @tree: the tree
 * @below: directory relative to the root, "" for the root
 *
 * Return: (transfer full) (element-type char*): relative paths, sorted, each
 * once
 */
GPtrArray *list_files(struct tree *tree, const char *below);

/**
 * list_state() - what else than the names of files decides which are listed
 * @sum: it is added to
 */
void list_state(struct tree *tree, GChecksum *sum);

/**
 * list_is_source() - does a path name a .c or .h file that people wrote
 */
bool list_is_source(const char *path);

/**
 * read_regular() - read a regular file whole
 * @path: of the file
 * @buf: buffer that is grown as needed; its len is the file's size
 * @why: (out): reason when it cannot be read; free with g_free()
 *
 * Return: 0, or an errno: ENOENT when there is no such file
 */
int read_regular(const char *path, GByteArray *buf, char **why);

/**
 * read_text() - read a regular file as text
 * @path: of the file
 * @err: (out): 0, or an errno
 * @why: (out): reason when it cannot be read; free with g_free()
 *
 * Return: (transfer full): valid UTF-8: what is not, and NUL, is replaced;
 * NULL when it cannot be read
 */
char *read_text(const char *path, int *err, char **why);

/**
 * words_keys() - a few strings such that every word contains one of them
 * @words: NULL-terminated
 *
 * One memmem() for each key then finds the files worth a closer look.
 *
 * Return: (transfer full) (element-type char*)
 */
GPtrArray *words_keys(const char *const *words);

/**
 * mention_is_open() - does more of a text belong to what is at its end
 *
 * Return: true inside of a comment, a line or an #if
 */
bool mention_is_open(const char *text, size_t len);

#endif
