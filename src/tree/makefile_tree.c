// SPDX-License-Identifier: GPL-2.0-only
/*
 * makefile_tree.c - which Makefile owns a file, what guards it, its flags
 *
 * The owner is the nearest directory above a file whose Makefile names the
 * object: arch/x86/kvm/Makefile lists svm/sev.o.
 */
#include <stdlib.h>
#include <string.h>
#include "tree/arch.h"
#include "tree/makefile.h"

#define ALTERNATIVES_MAX 16
#define STEPS_MAX 5000
/* Words of flags; a file of the kernel has a few dozen. */
#define FLAGS_MAX 1000
#define COMPOSITE_DEPTH_MAX 4
#define BESIDE_DEPTH_MIN 2

/**
 * struct makefiles - see makefile.h
 * @root: absolute
 * @srctree: absolute
 * @module: absolute, or NULL
 * @by_dir: relative directory -> struct makefile, or NULL when it has none
 */
struct makefiles {
	char *root;
	char *srctree;
	char *module;
	GHashTable *by_dir;
};

static const struct makefile *get_makefile(struct makefiles *ms,
					   const char *dir);

/* An owner: Makefile of directory @dir lists @object. */
struct owner {
	const struct makefile *mk;
	char *dir;
	char *object;
};

struct makefiles *makefiles_new(const char *root, const char *srctree,
				const char *module)
{
	struct makefiles *ms = g_new0(struct makefiles, 1);

	ms->root = g_strdup(root);
	ms->srctree = g_strdup(srctree);
	ms->module = g_strdup(module);
	ms->by_dir = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					   (GDestroyNotify)makefile_free);
	return ms;
}

void makefiles_free(struct makefiles *ms)
{
	if (!ms)
		return;
	g_hash_table_unref(ms->by_dir);
	g_free(ms->root);
	g_free(ms->srctree);
	g_free(ms->module);
	g_free(ms);
}

/* Cut the last component off; false when nothing is left to cut. */
static bool cut_component(char *dir)
{
	char *slash = strrchr(dir, '/');

	if (!*dir)
		return false;
	*(slash ? slash : dir) = '\0';
	return true;
}

/* Absolute path of a directory that is relative to the root, "" for the root. */
static char *full_path(const struct makefiles *ms, const char *dir)
{
	return *dir ? g_build_filename(ms->root, dir, NULL) :
		      g_strdup(ms->root);
}

static bool makes_modules(const struct makefile *mk)
{
	for (guint i = 0; i < mk->assigns->len; i++) {
		const struct make_assign *a = g_ptr_array_index(mk->assigns, i);

		if (g_str_has_prefix(a->name, "obj-"))
			return true;
	}
	return false;
}

/*
 * What $(M) is in a directory of a module.  A repository may hold several
 * modules, each built with M= its own directory, unless a Makefile above has
 * kbuild go down into it.
 */
static char *module_dir(struct makefiles *ms, const char *dir,
			const struct makefile *mk)
{
	g_autofree char *above = g_strdup(dir);

	if (!*dir || !mk || !makes_modules(mk))
		return g_strdup(ms->module);
	while (cut_component(above)) {
		g_autofree char *rest = g_strconcat(
			dir + strlen(above) + (*above != '\0'), "/", NULL);
		const struct makefile *up = get_makefile(ms, above);

		if (up && makefile_lists(up, rest))
			return module_dir(ms, above, up);
	}
	return full_path(ms, dir);
}

static const struct makefile *get_makefile(struct makefiles *ms,
					   const char *dir)
{
	g_autofree char *path = NULL;
	struct makefile *mk;
	gpointer known;

	if (g_hash_table_lookup_extended(ms->by_dir, dir, NULL, &known))
		return known;
	path = full_path(ms, dir);
	mk = makefile_load(path, ms->srctree, ms->module);
	if (ms->module) {
		g_autofree char *module = module_dir(ms, dir, mk);

		if (strcmp(module, ms->module)) {
			makefile_free(mk);
			mk = makefile_load(path, ms->srctree, module);
		}
	}
	g_hash_table_insert(ms->by_dir, g_strdup(dir), mk);
	return mk;
}

/* "drivers/a/b.c" -> "drivers/a/b.o" */
static char *object_of(const char *file)
{
	const char *dot = strrchr(file, '.');
	size_t len = dot ? (size_t)(dot - file) : strlen(file);

	return g_strdup_printf("%.*s.o", (int)len, file);
}

/* Find the directory above @path whose Makefile lists it. */
static bool find_above(struct makefiles *ms, const char *path,
		       struct owner *owner)
{
	g_autofree char *dir = g_strdup(path);

	/* "dir/" has its slash at the end: it belongs to the name */
	if (g_str_has_suffix(dir, "/"))
		dir[strlen(dir) - 1] = '\0';
	while (cut_component(dir)) {
		const struct makefile *mk = get_makefile(ms, dir);
		const char *object = path + strlen(dir) + (*dir != '\0');

		if (!mk || !makefile_lists(mk, object))
			continue;
		owner->mk = mk;
		owner->dir = g_steal_pointer(&dir);
		owner->object = g_strdup(object);
		return true;
	}
	return false;
}

/* Does the first component of a path inside of @dir lead to @target/same? */
static bool leads_to(const char *dir, const char *path, const char *target)
{
	g_autofree char *first = g_strndup(path, strcspn(path, "/"));
	g_autofree char *link = g_build_filename(dir, first, NULL);
	g_autofree char *real = NULL, *aim = NULL;
	g_autofree char *there = g_build_filename(target, first, NULL);

	if (!g_file_test(link, G_FILE_TEST_IS_SYMLINK))
		return false;
	real = realpath(link, NULL);
	aim = realpath(there, NULL);
	return real && !g_strcmp0(real, aim);
}

/*
 * Does a directory inside of @dir list the rest of @path: as "../rest", or
 * because a symbolic link in it leads back to where the rest is?
 */
static const char *listed_in(struct makefiles *ms, const struct makefile *mk,
			     const char *dir, const char *object)
{
	const char *rest = object + strlen("../");
	g_autofree char *full = NULL;

	if (makefile_lists(mk, object))
		return object;
	if (!ms->module || !makefile_lists(mk, rest))
		return NULL;
	full = full_path(ms, dir);
	return leads_to(mk->dir, rest, full) ? rest : NULL;
}

static bool find_in(struct makefiles *ms, const char *dir, const char *path,
		    struct owner *owner)
{
	g_autofree char *object =
		g_strconcat("../", path + strlen(dir) + (*dir != '\0'), NULL);
	g_autofree char *full = full_path(ms, dir);
	g_autoptr(GDir) list = g_dir_open(full, 0, NULL);
	const char *name;

	while (list && (name = g_dir_read_name(list))) {
		g_autofree char *child = g_build_filename(dir, name, NULL);
		const struct makefile *mk;
		const char *listed;

		if (strchr(name, '.'))
			continue;
		mk = get_makefile(ms, child);
		listed = mk ? listed_in(ms, mk, dir, object) : NULL;
		if (!listed)
			continue;
		owner->mk = mk;
		owner->dir = g_steal_pointer(&child);
		owner->object = g_strdup(listed);
		return true;
	}
	return false;
}

/*
 * A driver may keep its Makefile in one directory and list what lies in the
 * directories beside it.  In a kernel only deep down, where there are few of
 * them.
 */
static bool find_beside(struct makefiles *ms, const char *path,
			struct owner *owner)
{
	g_autofree char *dir = g_strdup(path);
	unsigned int depth = 0;

	if (!g_str_has_suffix(path, ".o"))
		return false;
	for (const char *p = dir; *p; p++)
		depth += *p == '/';
	while (cut_component(dir) &&
	       (ms->module || depth-- > BESIDE_DEPTH_MIN)) {
		if (find_in(ms, dir, path, owner))
			return true;
	}
	return false;
}

/* Does arch/@arch/@name list "../../../path"? */
static bool find_in_arch(struct makefiles *ms, const struct arch *arch,
			 const char *name, const char *path,
			 struct owner *owner)
{
	g_autofree char *dir = g_build_filename("arch", arch->name, name, NULL);
	g_autofree char *object = g_strconcat("../../../", path, NULL);
	const struct makefile *mk = get_makefile(ms, dir);

	if (!mk || !makefile_lists(mk, object))
		return false;
	owner->mk = mk;
	owner->dir = g_steal_pointer(&dir);
	owner->object = g_steal_pointer(&object);
	return true;
}

/*
 * An architecture may list what lies outside of arch/: up to 5.6
 * arch/arm64/kvm/Makefile has "../../../virt/kvm/arm/mmu.o".  Its directory has
 * the name of one that the file is in.
 */
static bool find_far(struct makefiles *ms, const char *path,
		     struct owner *owner)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", 0);
	const struct arch *arch;

	if (ms->module || !g_str_has_suffix(path, ".o") ||
	    g_str_has_prefix(path, "arch/"))
		return false;
	for (unsigned int i = 0; (arch = arch_nth(i)); i++)
		for (unsigned int k = 0; parts[k + 1]; k++)
			if (find_in_arch(ms, arch, parts[k], path, owner))
				return true;
	return false;
}

static bool find_owner(struct makefiles *ms, const char *path,
		       struct owner *owner)
{
	return find_above(ms, path, owner) || find_beside(ms, path, owner) ||
	       find_far(ms, path, owner);
}

static void owner_clear(struct owner *owner)
{
	g_clear_pointer(&owner->dir, g_free);
	g_clear_pointer(&owner->object, g_free);
}

bool makefiles_list(struct makefiles *ms, const char *file)
{
	g_autofree char *path = object_of(file);
	struct owner owner = { 0 };
	bool found = find_owner(ms, path, &owner);

	owner_clear(&owner);
	return found;
}

char *makefiles_owner(struct makefiles *ms, const char *file)
{
	g_autofree char *path = object_of(file);
	struct owner owner = { 0 };
	char *dir;

	find_owner(ms, path, &owner);
	dir = g_steal_pointer(&owner.dir);
	owner_clear(&owner);
	return dir;
}

/* ---- guards ---- */

static void list_unref(gpointer data)
{
	g_ptr_array_unref(data);
}

static GPtrArray *new_lists(void)
{
	return g_ptr_array_new_with_free_func(list_unref);
}

static void add_name(GPtrArray *list, const char *name)
{
	if (name &&
	    !g_ptr_array_find_with_equal_func(list, name, g_str_equal, NULL))
		g_ptr_array_add(list, g_strdup(name));
}

static bool same_list(GPtrArray *a, GPtrArray *b)
{
	if (a->len != b->len)
		return false;
	for (guint i = 0; i < a->len; i++) {
		if (strcmp(g_ptr_array_index(a, i), g_ptr_array_index(b, i)))
			return false;
	}
	return true;
}

/* Add the alternative that needs all of @a, all of @b, and @name. */
static void add_list(GPtrArray *lists, GPtrArray *a, GPtrArray *b,
		     const char *name)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	bool skip = lists->len >= ALTERNATIVES_MAX;

	for (guint i = 0; a && i < a->len; i++)
		add_name(list, g_ptr_array_index(a, i));
	for (guint i = 0; b && i < b->len; i++)
		add_name(list, g_ptr_array_index(b, i));
	add_name(list, name);
	for (guint i = 0; !skip && i < lists->len; i++)
		skip = same_list(list, g_ptr_array_index(lists, i));
	if (skip)
		g_ptr_array_unref(list);
	else
		g_ptr_array_add(lists, list);
}

/* Left-hand sides that put an object into the kernel, not into another one. */
static bool is_final(const char *stem)
{
	static const char *const finals[] = {
		"obj", "lib", "core", "libs", "drivers", "net", "virt", "head"
	};

	for (size_t i = 0; i < G_N_ELEMENTS(finals); i++) {
		if (!strcmp(stem, finals[i]))
			return true;
	}
	return false;
}

/**
 * struct walk - the way from an object to what it ends up in
 * @mk: the Makefile
 * @steps: assignments looked at: ways through objects that list each other
 *	multiply
 */
struct walk {
	const struct makefile *mk;
	unsigned int steps;
};

static GPtrArray *object_guards(struct walk *walk, const char *object,
				int depth);

/* The guards of one "name += ... object ...". */
static void assign_guards(struct walk *walk, const struct make_assign *a,
			  int depth, GPtrArray *sure, GPtrArray *unsure)
{
	g_autofree char *guard = makefile_guard(a->name);
	g_autofree char *stem = makefile_stem(a->name);
	g_autofree char *whole = NULL;
	g_autoptr(GPtrArray) outer = NULL;

	if (!stem)
		return;
	if (is_final(stem)) {
		add_list(sure, NULL, NULL, guard);
		return;
	}
	whole = g_strconcat(stem, ".o", NULL);
	if (depth < COMPOSITE_DEPTH_MAX)
		outer = object_guards(walk, whole, depth + 1);
	if (!outer || !outer->len) {
		add_list(unsure, NULL, NULL, guard);
		return;
	}
	for (guint i = 0; i < outer->len; i++)
		add_list(sure, g_ptr_array_index(outer, i), NULL, guard);
}

/* Lists that guard something say more than those that do not. */
static GPtrArray *prefer_guarded(GPtrArray *lists)
{
	bool any = false;

	for (guint i = 0; i < lists->len; i++)
		any |= ((GPtrArray *)g_ptr_array_index(lists, i))->len != 0;
	for (guint i = lists->len; any && i-- > 0;) {
		if (!((GPtrArray *)g_ptr_array_index(lists, i))->len)
			g_ptr_array_remove_index(lists, i);
	}
	return lists;
}

/*
 * Alternatives for an object.  A list variable ("common-y") that other
 * assignments are made of leads nowhere: it counts only if nothing else does.
 */
static GPtrArray *object_guards(struct walk *walk, const char *object,
				int depth)
{
	GPtrArray *assigns = makefile_lists(walk->mk, object);
	GPtrArray *sure = new_lists(), *unsure = new_lists();

	for (guint i = 0; assigns && i < assigns->len; i++) {
		if (walk->steps++ >= STEPS_MAX)
			break;
		assign_guards(walk, g_ptr_array_index(assigns, i), depth, sure,
			      unsure);
	}
	if (!sure->len) {
		g_ptr_array_unref(sure);
		return prefer_guarded(unsure);
	}
	g_ptr_array_unref(unsure);
	return sure;
}

/* Both one of @a and one of @b have to hold. */
static GPtrArray *combine(GPtrArray *a, GPtrArray *b)
{
	GPtrArray *both = new_lists();

	for (guint i = 0; i < a->len; i++) {
		for (guint k = 0; k < b->len; k++) {
			add_list(both, g_ptr_array_index(a, i),
				 g_ptr_array_index(b, k), NULL);
		}
	}
	g_ptr_array_unref(a);
	g_ptr_array_unref(b);
	return both;
}

GPtrArray *makefiles_guards(struct makefiles *ms, const char *file)
{
	g_autofree char *object = object_of(file);
	/* of a header or an odd name, only the directory may be guarded */
	g_autofree char *dir = g_path_get_dirname(file);
	GPtrArray *guards = new_lists();
	char *path = g_steal_pointer(&object);
	struct owner owner = { 0 };

	add_list(guards, NULL, NULL, NULL);
	if (!find_owner(ms, path, &owner)) {
		g_free(path);
		path = g_strconcat(dir, "/", NULL);
	}
	/* the object, then the directories that it is in */
	while (owner.mk || find_owner(ms, path, &owner)) {
		struct walk walk = { .mk = owner.mk };
		GPtrArray *own = object_guards(&walk, owner.object, 0);

		if (own->len)
			guards = combine(guards, own);
		else
			g_ptr_array_unref(own);
		g_free(path);
		path = g_strconcat(owner.dir, "/", NULL);
		owner_clear(&owner);
		owner.mk = NULL;
	}
	g_free(path);
	return guards;
}

/* ---- flags ---- */

struct collect {
	struct makefiles *ms;
	GPtrArray *argv;
};

/* Where a relative -I leads: kbuild runs in the kernel tree. */
static char *flag_path(const struct collect *c, const char *path)
{
	g_autofree char *own = NULL;

	if (c->ms->module) {
		own = g_canonicalize_filename(path, c->ms->module);
		if (g_file_test(own, G_FILE_TEST_EXISTS))
			return g_steal_pointer(&own);
	}
	return g_canonicalize_filename(path, c->ms->srctree);
}

/* The value of "-Ivalue" or "-I value", moving on if it is the next word. */
static const char *flag_value(char ***word, const char *flag)
{
	const char *value = **word + strlen(flag);

	if (*value)
		return value;
	if (!(*word)[1])
		return NULL;
	return *++*word;
}

static void collect_words(struct collect *c, char **words)
{
	for (char **w = words; *w && c->argv->len < FLAGS_MAX; w++) {
		const char *value;
		g_autofree char *path = NULL;

		if (g_str_has_prefix(*w, "-D") || g_str_has_prefix(*w, "-U")) {
			if ((*w)[2])
				g_ptr_array_add(c->argv, g_strdup(*w));
		} else if (g_str_has_prefix(*w, "-include")) {
			value = flag_value(&w, "-include");
			path = value ? flag_path(c, value) : NULL;
			/* one that is missing would be fatal */
			if (path && g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
				g_ptr_array_add(c->argv, g_strdup("-include"));
				g_ptr_array_add(c->argv,
						g_steal_pointer(&path));
			}
		} else if (g_str_has_prefix(*w, "-I")) {
			value = flag_value(&w, "-I");
			path = value && *value ? flag_path(c, value) : NULL;
			if (path)
				g_ptr_array_add(c->argv,
						g_strconcat("-I", path, NULL));
		}
	}
}

/* Does ccflags-$(CONFIG_X) hold? */
static bool holds(const char *name, makefile_config config, void *user)
{
	g_autofree char *guard = makefile_guard(name);
	g_autofree char *full = NULL;

	if (!guard)
		return true;
	full = g_strconcat("CONFIG_", guard, NULL);
	return !g_strcmp0(config(full, user), "y");
}

/* A variable of kbuild with flags; modules append to those of the kernel. */
static bool is_flags(const struct makefiles *ms, const char *name)
{
	static const char *const names[] = {
		"EXTRA_CFLAGS",		"KBUILD_CFLAGS",  "KBUILD_CPPFLAGS",
		"KBUILD_CFLAGS_MODULE", "KCFLAGS",	  "KCPPFLAGS",
		"LINUXINCLUDE",		"NOSTDINC_FLAGS",
	};

	for (size_t i = 0; i < (ms->module ? G_N_ELEMENTS(names) : 1); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static void collect_flags(struct collect *c, const struct makefile *mk,
			  const char *object, makefile_config config,
			  void *user)
{
	g_autofree char *own = object ? g_strconcat("CFLAGS_", object, NULL) :
					NULL;
	g_autofree char *base_name = object ? g_path_get_basename(object) :
					      NULL;
	g_autofree char *base =
		object ? g_strconcat("CFLAGS_", base_name, NULL) : NULL;

	for (guint i = 0; i < mk->assigns->len; i++) {
		const struct make_assign *a = g_ptr_array_index(mk->assigns, i);
		g_auto(GStrv) words = NULL;
		bool take = g_str_has_prefix(a->name, "subdir-ccflags-");

		if (object && !take)
			take = g_str_has_prefix(a->name, "ccflags-") ||
			       is_flags(c->ms, a->name) ||
			       !strcmp(a->name, own) || !strcmp(a->name, base);
		if (!take || !holds(a->name, config, user))
			continue;
		words = makefile_words(a->value, config, user);
		collect_words(c, words);
	}
}

static bool has_flags(const struct makefile *mk)
{
	for (guint i = 0; i < mk->assigns->len; i++) {
		const struct make_assign *a = g_ptr_array_index(mk->assigns, i);

		if (g_str_has_prefix(a->name, "ccflags-") ||
		    !strcmp(a->name, "EXTRA_CFLAGS"))
			return true;
	}
	return false;
}

/*
 * From the directory of a file that no Makefile seems to list, to the one
 * whose Makefile has modules or flags: lists can be made in ways that are not
 * followed.
 */
static void go_to_module(struct makefiles *ms, char *dir)
{
	g_autofree char *up = g_strdup(dir);

	do {
		const struct makefile *mk = get_makefile(ms, up);

		if (mk && (makes_modules(mk) || has_flags(mk))) {
			strcpy(dir, up);
			return;
		}
	} while (cut_component(up));
}

void makefiles_flags(struct makefiles *ms, const char *file,
		     makefile_config config, void *user, GPtrArray *argv)
{
	g_autofree char *path = object_of(file);
	g_autofree char *dir = g_path_get_dirname(file);
	g_autofree char *base = g_path_get_basename(path);
	struct collect c = { .ms = ms, .argv = argv };
	struct owner owner = { 0 };
	const char *object = base;

	if (!strcmp(dir, "."))
		*dir = '\0';
	if (find_owner(ms, path, &owner)) {
		g_free(dir);
		dir = g_steal_pointer(&owner.dir);
		object = owner.object;
	} else if (ms->module) {
		go_to_module(ms, dir);
	}
	do {
		const struct makefile *mk = get_makefile(ms, dir);

		if (mk)
			collect_flags(&c, mk, object, config, user);
		object = NULL;
	} while (cut_component(dir));
	owner_clear(&owner);
}
