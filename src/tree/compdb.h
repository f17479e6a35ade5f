/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compdb.h - compile_commands.json
 *
 * Inside tree/ only.  The file is not trusted: only flags that say how C is to
 * be read are kept, none that loads code or writes files.
 */
#ifndef TREE_COMPDB_H
#define TREE_COMPDB_H

#include <stdbool.h>
#include <glib.h>

struct compdb;

/**
 * compdb_load() - read a compile_commands.json
 * @path: of the file
 * @error: G2P_ERROR_DATA naming the file; NULL without an error when there is
 *	no such file
 *
 * Return: (transfer full): free with compdb_free(), or NULL
 */
struct compdb *compdb_load(const char *path, GError **error);

/**
 * compdb_new_command() - a database of one command line
 * @dir: absolute working directory
 * @file: that it compiles, relative to @dir or absolute
 * @words: NULL-terminated, without the compiler
 *
 * Return: (transfer full): free with compdb_free()
 */
struct compdb *compdb_new_command(const char *dir, const char *file,
				  const char *const *words);

/**
 * compdb_free() - free what compdb_load() or compdb_new_command() returned;
 * NULL is fine
 */
void compdb_free(struct compdb *db);

/**
 * struct compdb_entry - the flags of one file
 * @argv: (element-type char*): NULL-terminated; -working-directory among them
 * @arch: directory below arch/ that the include paths name, or ""
 * @dir: absolute working directory
 * @has_target: --target is among @argv
 */
struct compdb_entry {
	GPtrArray *argv;
	char *arch;
	char *dir;
	bool has_target;
};

/**
 * compdb_find() - look up a file
 * @db: database
 * @file: absolute path
 * @tree: absolute path: include directories outside of it are told
 *
 * Return: (transfer full): free with compdb_entry_free(); NULL when not listed
 */
struct compdb_entry *compdb_find(struct compdb *db, const char *file,
				 const char *tree);

/**
 * compdb_entry_free() - free what compdb_find() returned; NULL is fine
 */
void compdb_entry_free(struct compdb_entry *entry);

#endif
