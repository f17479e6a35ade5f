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
#include "tree/configs.h"
#include "tree/flags.h"
#include "tree/flags_store.h"
#include "tree/makefile.h"
#include "tree/outside.h"
#include "tree/package.h"
#include "tree/private.h"
#include "tree/warn.h"

/**
 * struct tree_flags - see flags.h
 * @root: absolute
 * @kernel: absolute
 * @common: kernel, or the directory that a distribution's headers package
 *	shares between its flavours
 * @built: architecture of such a package, whose generated headers are used
 * @major: of the kernel's version
 * @minor: of the version
 * @verbose: tell what is done
 * @configs: that its files are built in
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
 * @told: what outside_tell() has named
 */
struct tree_flags {
	char *root;
	char *kernel;
	char *common;
	const struct arch *built;
	unsigned int major;
	unsigned int minor;
	bool verbose;
	struct configs *configs;
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
	GHashTable *told;
};

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
	f->verbose = verbose;
	sscanf(version, "%u.%u", &f->major, &f->minor);
	f->results = results_new();
	f->others = results_new();
	f->also =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	f->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	f->past = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_hash_table_unref);
	find_headers_package(f);
	f->makefiles = makefiles_new(root, f->common, module ? root : NULL);
	f->configs = configs_new(f->common, version, f->makefiles, verbose);
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
	g_hash_table_unref(f->told);
	g_free(f->as);
	g_free(f->as_dir);
	configs_free(f->configs);
	flags_store_close(f->store);
	makefiles_free(f->makefiles);
	compdb_free(f->command);
	if (f->compdbs)
		g_ptr_array_unref(f->compdbs);
	g_free(f->root);
	g_free(f->kernel);
	g_free(f->common);
	g_free(f);
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
					    "-fno-spell-checking",
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
	/* linux/tracepoint.h: a fifth of the time of a parse goes into bodies
	 * of tracepoints, which let go of nothing
	 */
	add(argv, "-DNOTRACE");
	/* linux/compiler_types.h: assertions about constants, of which each
	 * READ_ONCE() and min() has some, are then empty
	 */
	add(argv, "-U__OPTIMIZE__");
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
static const char *variable(const char *name, void *user)
{
	struct config *c = user;
	const struct arch *arch = config_arch(c);

	if (g_str_has_prefix(name, "CONFIG_"))
		return config_value(c, name + strlen("CONFIG_"));
	if (!strcmp(name, "BITS"))
		return arch->bits == 64 ? "64" : "32";
	return arch->name;
}

static void tell_outside(struct tree_flags *f, const struct tree_compile *tc)
{
	g_autofree char *cache =
		g_build_filename(g_get_user_cache_dir(), "gup2pin", NULL);
	const char *const own[] = {
		f->root, f->kernel, f->common, cache, GUP2PIN_CLANG_RESOURCES,
		NULL
	};

	outside_tell(f->told, own, tc->argv);
}

static const struct tree_compile *add_result(struct tree_flags *f,
					     struct tree_compile *tc)
{
	if (f->verbose)
		tell_outside(f, tc);
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

	c = f->built ? configs_get(f->configs, f->built, NULL) :
		       configs_choose(f->configs, file,
				      g_hash_table_lookup(f->also, file),
				      strcmp(f->root, f->kernel) != 0);
	arch = config_arch(c);
	if (!f->built) {
		generated = config_headers(c, error);
		if (!generated)
			return NULL;
	}
	argv = g_ptr_array_new();
	add_language(f, arch, f->common, argv);
	add_arch(arch, argv);
	own = argv->len;
	add_version(f, argv);
	makefiles_flags(f->makefiles, file, variable, c, argv);
	rest = argv->len;
	add_includes(f, arch, generated, argv);
	add_arch_dirs(f, arch, argv);
	add_forced(f, argv);
	add_names(argv);
	return keep_result(f, file, arch->name,
			   f->built ? "generated headers" : config_label(c),
			   argv, without(argv, own, rest));
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
		entry = compdb_find(f->command, path, f->root);
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
				    f->root);
	return entry;
}

/* Headers of a build that was cleaned up: ours come last. */
static bool add_missing(struct tree_flags *f, const struct arch *arch,
			const char *dir, GPtrArray *argv, GError **error)
{
	const char *generated;

	if (has_file(dir, "include/generated/autoconf.h") ||
	    !has_file(f->common, "include/linux/kconfig.h"))
		return true;
	generated = config_headers(configs_get(f->configs, arch, NULL), error);
	if (generated)
		add_includes(f, arch, generated, argv);
	return generated != NULL;
}

static const struct tree_compile *
entry_flags(struct tree_flags *f, const char *file, struct compdb_entry *entry,
	    const char *origin, GError **error)
{
	static const char *const base[] = { "-x",
					    "c",
					    "-w",
					    "-Wno-everything",
					    "-ferror-limit=0",
					    "-fno-spell-checking",
					    NULL };
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

bool tree_flags_builds(struct tree_flags *f, const char *file)
{
	const char *origin;
	struct compdb_entry *entry;

	if (makefiles_list(f->makefiles, file))
		return true;
	entry = find_entry(f, file, &origin);
	compdb_entry_free(entry);
	return entry != NULL;
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
	found = configs_with(f->configs, file, symbol);
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
