/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * makefile.h - what a kbuild Makefile says about its objects
 *
 * Inside tree/ only.  Assignments are read in order, both branches of every
 * ifeq; nothing is run, $(shell ...) is empty.  $(CONFIG_X), $(SRCARCH),
 * $(ARCH) and $(BITS) stay as they are until makefile_words().
 */
#ifndef TREE_MAKEFILE_H
#define TREE_MAKEFILE_H

#include <stdbool.h>
#include <glib.h>

/**
 * struct make_assign - one assignment, value expanded
 * @name: left-hand side as written ("obj-$(CONFIG_X)")
 * @value: right-hand side
 */
struct make_assign {
	char *name;
	char *value;
};

/**
 * struct makefile - the Kbuild or Makefile of a directory
 * @dir: absolute path of the directory
 * @assigns: (element-type make_assign*): in order
 * @objects: "f.o" or "dir/" -> GPtrArray of make_assign that list it
 */
struct makefile {
	char *dir;
	GPtrArray *assigns;
	GHashTable *objects;
};

/**
 * makefile_load() - read Kbuild, else Makefile, of a directory
 * @dir: absolute path
 * @srctree: what $(srctree) stands for
 * @module: directory of the out-of-tree module ($(M)), or NULL
 *
 * Return: (transfer full): free with makefile_free(); NULL when there is none
 */
struct makefile *makefile_load(const char *dir, const char *srctree,
			       const char *module);

/**
 * makefile_load_file() - the same for a file of any name
 */
struct makefile *makefile_load_file(const char *path, const char *srctree,
				    const char *module);

/**
 * makefile_free() - free what makefile_load() returned; NULL is fine
 */
void makefile_free(struct makefile *mk);

/**
 * makefile_lists() - assignments whose value lists an object
 * @mk: the Makefile
 * @object: "svm/sev.o", or "dir/"
 *
 * Return: (transfer none) (element-type make_assign*): NULL when none does
 */
GPtrArray *makefile_lists(const struct makefile *mk, const char *object);

/* Value of CONFIG_X for makefile_words(): "y", "n", text or NULL. */
typedef const char *(*makefile_config)(const char *name, void *user);

/**
 * makefile_words() - shell words of a value with its last variables expanded
 * @value: of a make_assign
 * @config: says what $(NAME) is for the names left open
 * @user: for @config
 *
 * Return: (transfer full): free with g_strfreev()
 */
char **makefile_words(const char *value, makefile_config config, void *user);

/**
 * struct makefiles - the Makefiles of a tree, read when asked for
 */
struct makefiles;

/**
 * makefiles_new() - nothing is read yet
 * @root: absolute path that files are relative to
 * @srctree: kernel tree
 * @module: @root when it is an out-of-tree module, else NULL
 *
 * Return: (transfer full): free with makefiles_free()
 */
struct makefiles *makefiles_new(const char *root, const char *srctree,
				const char *module);

/**
 * makefiles_free() - free what makefiles_new() returned; NULL is fine
 */
void makefiles_free(struct makefiles *ms);

/**
 * makefiles_list() - does a Makefile list a file's object
 * @ms: Makefiles
 * @file: relative to the root
 */
bool makefiles_list(struct makefiles *ms, const char *file);

/**
 * makefiles_owner() - the directory whose Makefile lists a file's object
 * @ms: Makefiles
 * @file: relative to the root
 *
 * Return: (transfer full): relative to the root, or NULL
 */
char *makefiles_owner(struct makefiles *ms, const char *file);

/**
 * makefiles_guards() - the CONFIG symbols that a file's object depends on
 * @ms: Makefiles
 * @file: relative to the root
 *
 * Return: (transfer full) (element-type GPtrArray*): alternatives, each a list
 * of symbol names that all have to be y; empty when nothing guards the file
 */
GPtrArray *makefiles_guards(struct makefiles *ms, const char *file);

/**
 * makefiles_flags() - -I, -D, -U and -include for a file
 * @ms: Makefiles
 * @file: relative to the root
 * @config: as for makefile_words()
 * @user: for @config
 * @argv: (element-type char*): where to append; paths are absolute
 *
 * From ccflags-*, EXTRA_CFLAGS and CFLAGS_x.o of the Makefile that owns the
 * object, and subdir-ccflags-* of the directories above it.
 */
void makefiles_flags(struct makefiles *ms, const char *file,
		     makefile_config config, void *user, GPtrArray *argv);

/**
 * makefile_guard() - the CONFIG symbol in the left-hand side of an assignment
 * @name: "obj-$(CONFIG_X)"
 *
 * Return: (transfer full): "X", or NULL
 */
char *makefile_guard(const char *name);

/**
 * makefile_stem() - "foo" out of "foo-y", "foo-objs", "foo-$(CONFIG_X)"
 *
 * A list such as "foo-objs-$(CONFIG_X)" has the stem "foo", too.
 *
 * Return: (transfer full): NULL when the name has no such form
 */
char *makefile_stem(const char *name);

#endif
