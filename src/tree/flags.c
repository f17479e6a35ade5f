// SPDX-License-Identifier: GPL-2.0-only
/*
 * flags.c - compile flags for any file of a tree that was never configured
 *
 * docs/parsing.md tells the whole story.
 */
#include <stdio.h>
#include <string.h>
#include "tree/arch.h"
#include "tree/compdb.h"
#include "tree/flags.h"
#include "tree/flags_store.h"
#include "tree/kconfig.h"
#include "tree/makefile.h"
#include "tree/overlay.h"
#include "tree/package.h"
#include "tree/private.h"
#include "tree/warn.h"

/**
 * struct machine - an architecture with its Kconfig
 * @arch: which
 * @kc: parsed when first asked for
 * @current: configuration that @kc is evaluated for, or NULL
 */
struct machine {
	const struct arch *arch;
	struct kconfig *kc;
	struct config *current;
};

/**
 * struct config - a configuration of an architecture
 * @machine: (not owned)
 * @label: "x86 allyes", "powerpc allyes+PPC_BOOK3E_64"
 * @wanted: symbols asked for, NULL-terminated
 * @overlay: directory of the generated headers once written, or NULL
 */
struct config {
	struct machine *machine;
	char *label;
	char **wanted;
	char *overlay;
};

/**
 * struct tree_flags - see flags.h
 * @root: absolute
 * @kernel: absolute
 * @common: kernel, or the directory that a distribution's headers package
 *	shares between its flavours
 * @built: architecture of such a package, whose generated headers are used
 * @version: "6.12.117"
 * @major: of the version
 * @minor: of the version
 * @verbose: tell what is done
 * @machines: arch name -> struct machine
 * @configs: label -> struct config
 * @makefiles: of the root
 * @command: what tree_set_command() said, or NULL
 * @compdbs: (element-type compdb*): loaded databases, or NULL before that
 * @results: file -> struct tree_compile
 * @others: likewise, for the files whose configuration was changed
 * @also: file -> symbol that its configuration has to have too
 * @past: (element-type GHashTable*): results of other versions
 * @as: label of the version that is made believe, or NULL
 * @as_dir: directory with its linux/version.h, or NULL
 * @store: flags of an earlier run, or NULL
 */
struct tree_flags {
	char *root;
	char *kernel;
	char *common;
	const struct arch *built;
	char *version;
	unsigned int major;
	unsigned int minor;
	bool verbose;
	GHashTable *machines;
	GHashTable *configs;
	struct makefiles *makefiles;
	struct compdb *command;
	GPtrArray *compdbs;
	GHashTable *results;
	GHashTable *others;
	GHashTable *also;
	GPtrArray *past;
	char *as;
	char *as_dir;
	struct flags_store *store;
};

static void machine_free(gpointer data)
{
	struct machine *m = data;

	kconfig_free(m->kc);
	g_free(m);
}

static void config_free(gpointer data)
{
	struct config *c = data;

	g_free(c->label);
	g_strfreev(c->wanted);
	g_free(c->overlay);
	g_free(c);
}

static void result_free(gpointer data)
{
	flags_store_free(data);
}

static GHashTable *results_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
				     result_free);
}

static bool has_file(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* Headers without sources, but with what the build generated. */
static void find_headers_package(struct tree_flags *f)
{
	char *common = package_common(f->kernel);

	if (common) {
		g_free(f->common);
		f->common = common;
	}
	if (!has_file(f->common, "mm/memory.c") &&
	    has_file(f->kernel, "include/generated/autoconf.h"))
		f->built = package_arch(f->kernel);
	if (f->built && f->verbose)
		g_printerr("gup2pin: %s: using its generated headers\n",
			   f->kernel);
}

struct tree_flags *tree_flags_new(const char *root, const char *kernel,
				  const char *version, bool verbose)
{
	struct tree_flags *f = g_new0(struct tree_flags, 1);
	bool module = strcmp(root, kernel) != 0;

	f->root = g_strdup(root);
	f->kernel = g_strdup(kernel);
	f->common = g_strdup(kernel);
	f->version = g_strdup(version);
	f->verbose = verbose;
	sscanf(version, "%u.%u", &f->major, &f->minor);
	f->machines = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					    machine_free);
	f->configs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					   config_free);
	f->results = results_new();
	f->others = results_new();
	f->also =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	f->past = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_hash_table_unref);
	find_headers_package(f);
	f->makefiles = makefiles_new(root, f->common, module ? root : NULL);
	return f;
}

void tree_flags_free(struct tree_flags *f)
{
	if (!f)
		return;
	g_hash_table_unref(f->results);
	g_hash_table_unref(f->others);
	g_hash_table_unref(f->also);
	g_ptr_array_unref(f->past);
	g_free(f->as);
	g_free(f->as_dir);
	g_hash_table_unref(f->configs);
	g_hash_table_unref(f->machines);
	flags_store_close(f->store);
	makefiles_free(f->makefiles);
	compdb_free(f->command);
	if (f->compdbs)
		g_ptr_array_unref(f->compdbs);
	g_free(f->root);
	g_free(f->kernel);
	g_free(f->common);
	g_free(f->version);
	g_free(f);
}

/* ---- configurations ---- */

static struct machine *get_machine(struct tree_flags *f,
				   const struct arch *arch)
{
	struct machine *m = g_hash_table_lookup(f->machines, arch->name);

	if (!m) {
		m = g_new0(struct machine, 1);
		m->arch = arch;
		m->kc = kconfig_new(f->common, arch->name, arch->kconfig);
		g_hash_table_insert(f->machines, (char *)arch->name, m);
		if (f->verbose)
			g_printerr("gup2pin: %s: %u Kconfig symbols\n",
				   arch->name, kconfig_count(m->kc));
	}
	return m;
}

/* A configuration is asked for by the first symbol of @extra. */
static struct config *get_config(struct tree_flags *f, const struct arch *arch,
				 const char *const *extra)
{
	g_autofree char *label =
		extra && extra[0] ?
			g_strdup_printf("%s allyes+%s", arch->name, extra[0]) :
			g_strdup_printf("%s allyes", arch->name);
	struct config *c = g_hash_table_lookup(f->configs, label);
	g_autoptr(GStrvBuilder) wanted = NULL;

	if (c)
		return c;
	wanted = g_strv_builder_new();
	for (const char *const *w = arch->wanted; w && *w; w++)
		g_strv_builder_add(wanted, *w);
	for (const char *const *w = extra; w && *w; w++)
		g_strv_builder_add(wanted, *w);
	c = g_new0(struct config, 1);
	c->machine = get_machine(f, arch);
	c->wanted = g_strv_builder_end(wanted);
	c->label = g_steal_pointer(&label);
	g_hash_table_insert(f->configs, c->label, c);
	return c;
}

/* Make the values of the Kconfig those of @c. */
static struct kconfig *use_config(struct config *c)
{
	struct machine *m = c->machine;

	if (m->current != c)
		kconfig_eval(m->kc, (const char *const *)c->wanted);
	m->current = c;
	return m->kc;
}

static bool write_headers(struct tree_flags *f, struct config *c,
			  GError **error)
{
	if (c->overlay)
		return true;
	c->overlay = overlay_make(f->common, f->version, c->machine->arch,
				  use_config(c), c->label, error);
	if (c->overlay && f->verbose)
		g_printerr("gup2pin: %s: generated headers in %s\n", c->label,
			   c->overlay);
	return c->overlay != NULL;
}

/* ---- choice of the configuration ---- */

/* The first symbol of a list that is not y; NULL when all are. */
static const char *first_missing(struct config *c, GPtrArray *list)
{
	struct kconfig *kc = use_config(c);

	for (guint i = 0; i < list->len; i++) {
		const char *name = g_ptr_array_index(list, i);

		if (!kconfig_is_y(kc, name))
			return name;
	}
	return NULL;
}

static bool guards_hold(struct config *c, GPtrArray *guards)
{
	for (guint i = 0; i < guards->len; i++) {
		if (!first_missing(c, g_ptr_array_index(guards, i)))
			return true;
	}
	return guards->len == 0;
}

static bool all_known(const struct kconfig *kc, GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		if (!kconfig_known(kc, g_ptr_array_index(list, i)))
			return false;
	}
	return true;
}

/* Ask for what one alternative lacks; NULL when that does not help. */
static struct config *force_guards(struct tree_flags *f,
				   const struct arch *arch, GPtrArray *list)
{
	struct config *c = get_config(f, arch, NULL);
	g_auto(GStrv) wants = NULL;
	const char *missing;

	if (!all_known(use_config(c), list))
		return NULL;
	missing = first_missing(c, list);
	if (!missing)
		return c;
	wants = kconfig_wants(c->machine->kc, missing);
	if (!wants)
		return NULL;
	c = get_config(f, arch, (const char *const *)wants);
	return first_missing(c, list) ? NULL : c;
}

static struct config *force_any(struct tree_flags *f, const struct arch *arch,
				GPtrArray *guards)
{
	for (guint i = 0; i < guards->len; i++) {
		struct config *c =
			force_guards(f, arch, g_ptr_array_index(guards, i));

		if (c)
			return c;
	}
	return NULL;
}

/* arch/<a>/... belongs to <a>; user mode Linux has files below arch/x86. */
static const struct arch *arch_of_path(const char *file)
{
	g_auto(GStrv) parts = NULL;

	if (!g_str_has_prefix(file, "arch/"))
		return NULL;
	if (g_str_has_prefix(file, "arch/x86/um/"))
		return arch_find("um");
	parts = g_strsplit(file, "/", 3);
	return g_strv_length(parts) == 3 ? arch_find(parts[1]) : NULL;
}

static bool has_arch(const struct tree_flags *f, const struct arch *arch)
{
	g_autofree char *rel = g_build_filename("arch", arch->name, NULL);

	return has_file(f->common, rel);
}

/* Try a way of choosing on every architecture that the tree has. */
static struct config *try_archs(struct tree_flags *f, GPtrArray *guards,
				bool force)
{
	const struct arch *arch;
	struct config *c;

	for (unsigned int i = 0; (arch = arch_nth(i)); i++) {
		if (!has_arch(f, arch))
			continue;
		if (force) {
			c = force_any(f, arch, guards);
			if (c)
				return c;
			continue;
		}
		c = get_config(f, arch, NULL);
		if (guards_hold(c, guards))
			return c;
	}
	return NULL;
}

/* What has to be y for an object to be built, and one symbol more. */
static GPtrArray *guards_and(GPtrArray *guards, const char *symbol)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_ptr_array_unref);

	for (guint i = 0; i < MAX(guards->len, 1); i++) {
		GPtrArray *list = g_ptr_array_new();
		GPtrArray *old = i < guards->len ? guards->pdata[i] : NULL;

		for (guint k = 0; old && k < old->len; k++)
			g_ptr_array_add(list, old->pdata[k]);
		g_ptr_array_add(list, (char *)symbol);
		g_ptr_array_add(all, list);
	}
	return all;
}

/* A configuration in which a file is built with a symbol; NULL for none. */
static struct config *config_with(struct tree_flags *f, const char *file,
				  const char *symbol)
{
	g_autoptr(GPtrArray) guards = makefiles_guards(f->makefiles, file);
	g_autoptr(GPtrArray) all = guards_and(guards, symbol);
	const struct arch *arch = arch_of_path(file), *x86 = arch_find("x86");
	struct config *c;

	if (arch)
		return force_any(f, arch, all);
	if (kconfig_known(use_config(get_config(f, x86, NULL)), symbol))
		return force_any(f, x86, all);
	for (unsigned int i = 0; (arch = arch_nth(i)); i++) {
		g_autofree char *dir =
			g_build_filename(f->common, "arch", arch->name, NULL);

		if (!kconfig_defines(dir, symbol))
			continue;
		c = force_any(f, arch, all);
		if (c)
			return c;
	}
	return NULL;
}

static struct config *choose_config(struct tree_flags *f, const char *file)
{
	const char *also = g_hash_table_lookup(f->also, file);
	const struct arch *arch = arch_of_path(file);
	g_autoptr(GPtrArray) guards = NULL;
	struct config *first, *c = NULL;

	first = get_config(f, arch ? arch : arch_find("x86"), NULL);
	c = also ? config_with(f, file, also) : NULL;
	if (c)
		return c;
	/* a module is built for the kernel that it is given */
	if (strcmp(f->root, f->kernel))
		return first;
	guards = makefiles_guards(f->makefiles, file);
	if (guards_hold(first, guards))
		return first;
	if (arch)
		c = force_any(f, arch, guards);
	else
		c = try_archs(f, guards, false);
	if (!c && !arch)
		c = try_archs(f, guards, true);
	return c ? c : first;
}

/* ---- arguments ---- */

static void add(GPtrArray *argv, const char *arg)
{
	g_ptr_array_add(argv, g_strdup(arg));
}

static void add_all(GPtrArray *argv, const char *const *args)
{
	for (; *args; args++)
		add(argv, *args);
}

static bool at_least(const struct tree_flags *f, unsigned int major,
		     unsigned int minor)
{
	return f->major > major || (f->major == major && f->minor >= minor);
}

/* How C is read: what the top Makefile would say. */
static void add_language(const struct tree_flags *f, const struct arch *arch,
			 const char *dir, GPtrArray *argv)
{
	static const char *const base[] = { "-x",
					    "c",
					    "-nostdinc",
					    "-w",
					    "-Wno-everything",
					    "-ferror-limit=0",
					    "-O2",
					    "-fshort-wchar",
					    "-fno-common",
					    "-fno-strict-aliasing",
					    "-fno-PIE",
					    "-fno-delete-null-pointer-checks",
					    "-fms-extensions",
					    "-fno-builtin-wcslen",
					    NULL };

	add_all(argv, base);
	g_ptr_array_add(argv, g_strconcat("--target=", arch->triple, NULL));
	g_ptr_array_add(argv, g_strconcat("-working-directory=", dir, NULL));
	/* an undeclared function is an error in either dialect */
	if (at_least(f, 5, 18))
		add(argv, "-std=gnu11");
	else
		add(argv, "-std=gnu89");
	add(argv, "-Werror=implicit-function-declaration");
	if (at_least(f, 6, 2))
		add(argv, "-funsigned-char");
	add(argv, "-isystem");
	add(argv, GUP2PIN_CLANG_RESOURCES "/include");
	add(argv, "-D__KERNEL__");
}

static void add_arch(const struct arch *arch, GPtrArray *argv)
{
	for (const char *const *flag = arch->flags; *flag; flag++) {
		if (!g_str_has_prefix(*flag, "-I"))
			add(argv, *flag);
	}
}

/* As in kbuild, what an architecture adds is looked at last. */
static void add_arch_dirs(const struct tree_flags *f, const struct arch *arch,
			  GPtrArray *argv)
{
	for (const char *const *flag = arch->flags; *flag; flag++) {
		if (g_str_has_prefix(*flag, "-I"))
			g_ptr_array_add(argv,
					g_strdup_printf("-I%s/%s", f->common,
							*flag + 2));
	}
}

/* A directory that is not there is left out: small trees have few. */
static void add_dir(GPtrArray *argv, const char *base, const char *format,
		    const char *arch)
{
	g_auto(GStrv) parts = g_strsplit(format, "%s", 2);
	g_autofree char *rel =
		parts[1] ? g_strconcat(parts[0], arch, parts[1], NULL) :
			   g_strdup(format);
	g_autofree char *path = g_build_filename(base, rel, NULL);

	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		g_ptr_array_add(argv, g_strconcat("-I", path, NULL));
}

/* @generated: directory that holds the generated headers. */
static void add_includes(const struct tree_flags *f, const struct arch *arch,
			 const char *generated, GPtrArray *argv)
{
	const char *source = f->common, *name = arch->name;

	add_dir(argv, source, "arch/%s/include", name);
	add_dir(argv, generated, "arch/%s/include/generated", name);
	add_dir(argv, source, "include", name);
	add_dir(argv, generated, "include", name);
	add_dir(argv, source, "arch/%s/include/uapi", name);
	add_dir(argv, generated, "arch/%s/include/generated/uapi", name);
	add_dir(argv, source, "include/uapi", name);
	add_dir(argv, generated, "include/generated/uapi", name);
}

/* A linux/version.h that goes before the kernel's. */
static void add_version(const struct tree_flags *f, GPtrArray *argv)
{
	if (f->as_dir)
		g_ptr_array_add(argv, g_strconcat("-I", f->as_dir, NULL));
}

static void add_forced(const struct tree_flags *f, GPtrArray *argv)
{
	static const char *const headers[] = {
		"include/linux/compiler-version.h",
		"include/linux/kconfig.h",
		"include/linux/compiler_types.h",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
		if (!has_file(f->common, headers[i]))
			continue;
		add(argv, "-include");
		g_ptr_array_add(argv,
				g_build_filename(f->common, headers[i], NULL));
	}
}

static void add_names(GPtrArray *argv)
{
	add(argv, "-DKBUILD_BASENAME=\"m\"");
	add(argv, "-DKBUILD_MODNAME=\"m\"");
	add(argv, "-D__KBUILD_MODNAME=kmod_m");
	add(argv, "-DKBUILD_MODFILE=\"m\"");
}

/* Values for the variables of Makefiles. */
static const char *config_value(const char *name, void *user)
{
	struct config *c = user;
	const struct arch *arch = c->machine->arch;

	if (g_str_has_prefix(name, "CONFIG_"))
		return kconfig_value(c->machine->kc, name + strlen("CONFIG_"));
	if (!strcmp(name, "BITS"))
		return arch->bits == 64 ? "64" : "32";
	return arch->name;
}

static const struct tree_compile *add_result(struct tree_flags *f,
					     struct tree_compile *tc)
{
	g_hash_table_insert(g_hash_table_contains(f->also, tc->file) ?
				    f->others :
				    f->results,
			    (char *)tc->file, tc);
	return tc;
}

static const struct tree_compile *
keep_result(struct tree_flags *f, const char *file, const char *arch,
	    const char *config, GPtrArray *argv, char **common)
{
	struct tree_compile *tc = g_new0(struct tree_compile, 1);

	g_ptr_array_add(argv, NULL);
	tc->file = g_intern_string(file);
	tc->arch = g_intern_string(arch);
	tc->config = g_intern_string(config);
	if (f->as) {
		g_autofree char *both =
			g_strdup_printf("%s, %s", config, f->as);

		tc->config = g_intern_string(both);
		/* what was compiled before has the kernel's own version */
		g_clear_pointer(&common, g_strfreev);
	}
	tc->argv = (const char *const *)g_ptr_array_free(argv, FALSE);
	tc->common = (const char *const *)common;
	return add_result(f, tc);
}

/* A copy of some arguments without those of a range. */
static char **without(GPtrArray *argv, unsigned int from, unsigned int to)
{
	GStrvBuilder *builder = g_strv_builder_new();
	char **copy;

	for (unsigned int i = 0; i < argv->len; i++)
		if (i < from || i >= to)
			g_strv_builder_add(builder, argv->pdata[i]);
	copy = g_strv_builder_end(builder);
	g_strv_builder_unref(builder);
	return copy;
}

static const struct tree_compile *make_flags(struct tree_flags *f,
					     const char *file, GError **error)
{
	const char *generated = f->kernel;
	const struct arch *arch;
	unsigned int own, rest;
	struct config *c;
	GPtrArray *argv;

	c = f->built ? get_config(f, f->built, NULL) : choose_config(f, file);
	arch = c->machine->arch;
	use_config(c);
	if (!f->built) {
		if (!write_headers(f, c, error))
			return NULL;
		generated = c->overlay;
	}
	argv = g_ptr_array_new();
	add_language(f, arch, f->common, argv);
	add_arch(arch, argv);
	own = argv->len;
	add_version(f, argv);
	makefiles_flags(f->makefiles, file, config_value, c, argv);
	rest = argv->len;
	add_includes(f, arch, generated, argv);
	add_arch_dirs(f, arch, argv);
	add_forced(f, argv);
	add_names(argv);
	return keep_result(f, file, arch->name,
			   f->built ? "generated headers" : c->label, argv,
			   without(argv, own, rest));
}

/* The same as an earlier run has found out. */
static const struct tree_compile *kept_flags(struct tree_flags *f,
					     const char *file, GError **error)
{
	const char *also = g_hash_table_lookup(f->also, file);
	const struct tree_compile *made;
	struct tree_compile *tc;
	bool known;

	/* the store is of the kernel's own version */
	if (f->as)
		return make_flags(f, file, error);
	tc = flags_store_get(f->store, file, also, &known);
	if (tc)
		return add_result(f, tc);
	made = make_flags(f, file, error);
	if (made)
		flags_store_put(f->store, file, also, made);
	return made;
}

/* ---- compile_commands.json ---- */

static void load_compdb(struct tree_flags *f, const char *dir)
{
	g_autofree char *path =
		g_build_filename(dir, "compile_commands.json", NULL);
	g_autoptr(GError) error = NULL;
	struct compdb *db = compdb_load(path, &error);

	if (db)
		g_ptr_array_add(f->compdbs, db);
	if (error)
		tree_warn("%s; going on without it", error->message);
	else if (db && f->verbose)
		g_printerr("gup2pin: using %s\n", path);
}

static struct compdb_entry *find_entry(struct tree_flags *f, const char *file,
				       const char **origin)
{
	g_autofree char *path = g_canonicalize_filename(file, f->root);
	struct compdb_entry *entry = NULL;

	*origin = "command line";
	if (f->command)
		entry = compdb_find(f->command, path, f->root, f->verbose);
	if (entry)
		return entry;
	*origin = "compile_commands.json";
	if (!f->compdbs) {
		f->compdbs = g_ptr_array_new_with_free_func(
			(GDestroyNotify)compdb_free);
		load_compdb(f, f->root);
		if (strcmp(f->root, f->kernel))
			load_compdb(f, f->kernel);
	}
	for (guint i = 0; !entry && i < f->compdbs->len; i++)
		entry = compdb_find(g_ptr_array_index(f->compdbs, i), path,
				    f->root, f->verbose);
	return entry;
}

/* Headers of a build that was cleaned up: ours come last. */
static bool add_missing(struct tree_flags *f, const struct arch *arch,
			const char *dir, GPtrArray *argv, GError **error)
{
	struct config *c;

	if (has_file(dir, "include/generated/autoconf.h") ||
	    !has_file(f->common, "include/linux/kconfig.h"))
		return true;
	c = get_config(f, arch, NULL);
	if (!write_headers(f, c, error))
		return false;
	add_includes(f, arch, c->overlay, argv);
	return true;
}

static const struct tree_compile *
entry_flags(struct tree_flags *f, const char *file, struct compdb_entry *entry,
	    const char *origin, GError **error)
{
	static const char *const base[] = {
		"-x", "c", "-w", "-Wno-everything", "-ferror-limit=0", NULL
	};
	const struct arch *arch = arch_find(entry->arch);
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);

	add_all(argv, base);
	add_version(f, argv);
	g_ptr_array_add(argv,
			g_strconcat("-working-directory=", entry->dir, NULL));
	if (!entry->has_target && arch)
		g_ptr_array_add(argv,
				g_strconcat("--target=", arch->triple, NULL));
	for (guint i = 0; i < entry->argv->len; i++)
		add(argv, g_ptr_array_index(entry->argv, i));
	add(argv, "-isystem");
	add(argv, GUP2PIN_CLANG_RESOURCES "/include");
	if (!add_missing(f, arch ? arch : arch_find("x86"), entry->dir, argv,
			 error)) {
		g_ptr_array_unref(argv);
		return NULL;
	}
	g_ptr_array_set_free_func(argv, NULL);
	return keep_result(f, file, entry->arch, origin, argv, NULL);
}

void tree_flags_set_command(struct tree_flags *f, const char *dir,
			    const char *file, const char *const *words)
{
	compdb_free(f->command);
	f->command = compdb_new_command(dir, file, words);
}

const struct tree_compile *tree_flags_get(struct tree_flags *f,
					  const char *file, GError **error)
{
	bool also = g_hash_table_contains(f->also, file);
	const struct tree_compile *tc =
		g_hash_table_lookup(also ? f->others : f->results, file);
	struct compdb_entry *entry;
	const char *origin;

	if (tc)
		return tc;
	if (also)
		return kept_flags(f, file, error);
	entry = find_entry(f, file, &origin);
	if (!entry)
		return kept_flags(f, file, error);
	tc = entry_flags(f, file, entry, origin, error);
	compdb_entry_free(entry);
	return tc;
}

/* Is there a configuration in which a file is built with a symbol? */
static bool has_config(struct tree_flags *f, const char *file,
		       const char *symbol)
{
	struct tree_compile *tc;
	bool known, found;

	tc = flags_store_get(f->store, file, symbol, &known);
	found = tc;
	flags_store_free(tc);
	if (known)
		return found;
	found = config_with(f, file, symbol);
	if (!found)
		flags_store_put(f->store, file, symbol, NULL);
	return found;
}

bool tree_flags_also(struct tree_flags *f, const char *file, const char *symbol)
{
	if (!symbol)
		return g_hash_table_remove(f->also, file);
	/* a module, or a kernel with the headers of one build */
	if (f->built || strcmp(f->root, f->kernel) ||
	    !has_config(f, file, symbol))
		return false;
	g_hash_table_insert(f->also, g_strdup(file), g_strdup(symbol));
	g_hash_table_remove(f->others, file);
	return true;
}

void tree_flags_set_version(struct tree_flags *f, const char *label,
			    const char *dir)
{
	/* callers may still look at what they were given */
	g_ptr_array_add(f->past, g_steal_pointer(&f->results));
	f->results = results_new();
	g_free(f->as);
	g_free(f->as_dir);
	f->as = g_strdup(label);
	f->as_dir = g_strdup(dir);
}

void tree_flags_keep(struct tree_flags *f, const char *stamp)
{
	g_autofree char *name = g_strdup_printf("%s\n%s", f->root, f->kernel);

	f->store = flags_store_open(name, stamp);
}
