// SPDX-License-Identifier: GPL-2.0-only
/*
 * configs.c - in which configuration a file is built
 *
 * docs/parsing.md tells how a configuration is chosen without a .config.
 */
#include <string.h>
#include "tree/configs.h"
#include "tree/makefile.h"
#include "tree/overlay.h"

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
 * @set: that it is part of
 * @machine: (not owned)
 * @label: "x86 allyes", "powerpc allyes+PPC_BOOK3E_64"
 * @wanted: symbols asked for, NULL-terminated
 * @overlay: directory of the generated headers once written, or NULL
 */
struct config {
	struct configs *set;
	struct machine *machine;
	char *label;
	char **wanted;
	char *overlay;
};

/**
 * struct configs - see configs.h
 * @dir: absolute, of the kernel
 * @version: "6.12.117"
 * @makefiles: (not owned)
 * @verbose: tell what is done
 * @machines: arch name -> struct machine
 * @by_label: label -> struct config
 * @texts: arch name -> the text of its Kconfig files; read when asked for
 */
struct configs {
	char *dir;
	char *version;
	struct makefiles *makefiles;
	bool verbose;
	GHashTable *machines;
	GHashTable *by_label;
	GHashTable *texts;
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

struct configs *configs_new(const char *dir, const char *version,
			    struct makefiles *makefiles, bool verbose)
{
	struct configs *set = g_new0(struct configs, 1);

	set->dir = g_strdup(dir);
	set->version = g_strdup(version);
	set->makefiles = makefiles;
	set->verbose = verbose;
	set->machines = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					      machine_free);
	set->texts =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	set->by_label = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					      config_free);
	return set;
}

void configs_free(struct configs *set)
{
	if (!set)
		return;
	g_hash_table_unref(set->texts);
	g_hash_table_unref(set->by_label);
	g_hash_table_unref(set->machines);
	g_free(set->dir);
	g_free(set->version);
	g_free(set);
}

static struct machine *get_machine(struct configs *set, const struct arch *arch)
{
	struct machine *m = g_hash_table_lookup(set->machines, arch->name);

	if (!m) {
		m = g_new0(struct machine, 1);
		m->arch = arch;
		m->kc = kconfig_new(set->dir, arch->name, arch->kconfig);
		g_hash_table_insert(set->machines, (char *)arch->name, m);
		if (set->verbose)
			g_printerr("gup2pin: %s: %u Kconfig symbols\n",
				   arch->name, kconfig_count(m->kc));
	}
	return m;
}

/* "powerpc allyes+KVM_E500V2", or with what is left out "...-PPC_E500MC" */
static char *make_label(const struct arch *arch, const char *const *extra,
			bool long_label)
{
	GString *out = g_string_new(arch->name);

	g_string_append(out, " allyes");
	if (extra && extra[0])
		g_string_append_printf(out, "+%s", extra[0]);
	for (unsigned int i = 1; long_label && extra[i]; i++)
		if (*extra[i] == '!')
			g_string_append_printf(out, "-%s", extra[i] + 1);
	return g_string_free(out, FALSE);
}

static struct config *get_config(struct configs *set, const struct arch *arch,
				 const char *const *extra, bool long_label)
{
	g_autofree char *label = make_label(arch, extra, long_label);
	struct config *c = g_hash_table_lookup(set->by_label, label);
	g_autoptr(GStrvBuilder) wanted = NULL;

	if (c)
		return c;
	wanted = g_strv_builder_new();
	for (const char *const *w = arch->wanted; w && *w; w++)
		g_strv_builder_add(wanted, *w);
	for (const char *const *w = extra; w && *w; w++)
		g_strv_builder_add(wanted, *w);
	c = g_new0(struct config, 1);
	c->set = set;
	c->machine = get_machine(set, arch);
	c->wanted = g_strv_builder_end(wanted);
	c->label = g_steal_pointer(&label);
	g_hash_table_insert(set->by_label, c->label, c);
	return c;
}

struct config *configs_get(struct configs *set, const struct arch *arch,
			   const char *const *extra)
{
	return get_config(set, arch, extra, false);
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

const char *config_headers(struct config *c, GError **error)
{
	struct configs *set = c->set;

	if (c->overlay)
		return c->overlay;
	c->overlay = overlay_make(set->dir, set->version, c->machine->arch,
				  use_config(c), c->label, error);
	if (c->overlay && set->verbose)
		g_printerr("gup2pin: %s: generated headers in %s\n", c->label,
			   c->overlay);
	return c->overlay;
}

const struct arch *config_arch(const struct config *c)
{
	return c->machine->arch;
}

const char *config_label(const struct config *c)
{
	return c->label;
}

const char *config_value(struct config *c, const char *symbol)
{
	return kconfig_value(use_config(c), symbol);
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
static struct config *ask_for(struct configs *set, const struct arch *arch,
			      GPtrArray *list, const char *missing, bool again)
{
	struct config *c = configs_get(set, arch, NULL);
	g_auto(GStrv) wants = NULL;

	use_config(c);
	wants = kconfig_wants(c->machine->kc, missing, again);
	if (!wants)
		return NULL;
	c = get_config(set, arch, (const char *const *)wants, again);
	return first_missing(c, list) ? NULL : c;
}

static struct config *force_guards(struct configs *set, const struct arch *arch,
				   GPtrArray *list, bool again)
{
	struct config *c = configs_get(set, arch, NULL);
	const char *missing;

	if (!all_known(use_config(c), list))
		return NULL;
	missing = first_missing(c, list);
	return missing ? ask_for(set, arch, list, missing, again) : c;
}

static struct config *force_once(struct configs *set, const struct arch *arch,
				 GPtrArray *guards, bool again)
{
	for (guint i = 0; i < guards->len; i++) {
		struct config *c = force_guards(
			set, arch, g_ptr_array_index(guards, i), again);

		if (c)
			return c;
	}
	return NULL;
}

static struct config *force_any(struct configs *set, const struct arch *arch,
				GPtrArray *guards)
{
	return force_once(set, arch, guards, false) ?:
		       force_once(set, arch, guards, true);
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

/* The architecture that alone, or before all others, builds a file. */
static const struct arch *arch_of(const struct configs *set, const char *file)
{
	const struct arch *arch = arch_of_path(file);
	g_autofree char *owner = NULL;
	g_autofree char *dir = NULL;

	if (arch)
		return arch;
	owner = makefiles_owner(set->makefiles, file);
	dir = owner ? g_strconcat(owner, "/", NULL) : NULL;
	return dir ? arch_of_path(dir) : NULL;
}

static bool has_arch(const struct configs *set, const struct arch *arch)
{
	g_autofree char *rel =
		g_build_filename(set->dir, "arch", arch->name, NULL);

	return g_file_test(rel, G_FILE_TEST_EXISTS);
}

/* How a Kconfig file defines a symbol. */
static char *definition(const char *symbol)
{
	return g_strdup_printf("config %s\n", symbol);
}

/* What the Kconfig of the architecture that builds a file is likely to say. */
static GPtrArray *hints_of(struct config *x86, const char *file,
			   GPtrArray *guards)
{
	g_autofree char *dir = g_path_get_dirname(file);
	GPtrArray *hints = g_ptr_array_new_with_free_func(g_free);
	struct kconfig *kc = use_config(x86);

	for (guint i = 0; i < guards->len; i++) {
		const GPtrArray *list = guards->pdata[i];

		for (guint k = 0; k < list->len; k++) {
			const char *name = list->pdata[k];

			if (kconfig_known(kc, name))
				name = kconfig_lacks(kc, name);
			else
				g_ptr_array_add(
					hints,
					g_strdup_printf("\"%s/Kconfig\"", dir));
			if (name)
				g_ptr_array_add(hints, definition(name));
		}
	}
	return hints;
}

static const char *arch_text(struct configs *set, const struct arch *arch)
{
	char *text = g_hash_table_lookup(set->texts, arch->name);
	g_autofree char *dir = NULL;

	if (text)
		return text;
	dir = g_build_filename(set->dir, "arch", arch->name, NULL);
	text = kconfig_texts(dir);
	g_hash_table_insert(set->texts, (char *)arch->name, text);
	return text;
}

static bool arch_says(struct configs *set, const struct arch *arch,
		      const GPtrArray *hints)
{
	for (guint i = 0; i < hints->len; i++)
		if (strstr(arch_text(set, arch), hints->pdata[i]))
			return true;
	return false;
}

enum choosing { AS_IT_IS, FORCED, FORCED_AGAIN };

static struct config *try_arch(struct configs *set, const struct arch *arch,
			       GPtrArray *guards, enum choosing how)
{
	struct config *c;

	if (how != AS_IT_IS)
		return force_once(set, arch, guards, how == FORCED_AGAIN);
	c = configs_get(set, arch, NULL);
	return guards_hold(c, guards) ? c : NULL;
}

static struct config *try_all(struct configs *set, const GPtrArray *archs,
			      GPtrArray *guards)
{
	struct config *c = NULL;

	for (int how = AS_IT_IS; !c && how <= FORCED_AGAIN; how++)
		for (guint i = 0; !c && i < archs->len; i++)
			c = try_arch(set, archs->pdata[i], guards, how);
	return c;
}

/* Each way of choosing on every architecture that the tree has, those first
 * whose Kconfig says something about it: the others need not be parsed then.
 */
static struct config *try_archs(struct configs *set, const char *file,
				GPtrArray *guards)
{
	g_autoptr(GPtrArray) hints = hints_of(
		configs_get(set, arch_find("x86"), NULL), file, guards);
	g_autoptr(GPtrArray) likely = g_ptr_array_new();
	g_autoptr(GPtrArray) rest = g_ptr_array_new();
	const struct arch *arch;

	for (unsigned int i = 0; (arch = arch_nth(i)); i++)
		if (has_arch(set, arch))
			g_ptr_array_add(arch_says(set, arch, hints) ? likely :
								      rest,
					(void *)arch);
	return try_all(set, likely, guards) ?: try_all(set, rest, guards);
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

struct config *configs_with(struct configs *set, const char *file,
			    const char *symbol)
{
	g_autoptr(GPtrArray) guards = makefiles_guards(set->makefiles, file);
	g_autoptr(GPtrArray) all = guards_and(guards, symbol);
	const struct arch *arch = arch_of(set, file), *x86 = arch_find("x86");
	g_autofree char *text = NULL;
	struct config *c;

	if (arch)
		return force_any(set, arch, all);
	if (kconfig_known(use_config(configs_get(set, x86, NULL)), symbol))
		return force_any(set, x86, all);
	text = definition(symbol);
	for (unsigned int i = 0; (arch = arch_nth(i)); i++) {
		if (!strstr(arch_text(set, arch), text))
			continue;
		c = force_any(set, arch, all);
		if (c)
			return c;
	}
	return NULL;
}

struct config *configs_choose(struct configs *set, const char *file,
			      const char *also, bool module)
{
	const struct arch *arch = arch_of(set, file);
	g_autoptr(GPtrArray) guards = NULL;
	struct config *first, *c = NULL;

	first = configs_get(set, arch ? arch : arch_find("x86"), NULL);
	c = also ? configs_with(set, file, also) : NULL;
	if (c)
		return c;
	/* a module is built for the kernel that it is given */
	if (module)
		return first;
	guards = makefiles_guards(set->makefiles, file);
	if (guards_hold(first, guards))
		return first;
	if (arch)
		c = force_any(set, arch, guards);
	else
		c = try_archs(set, file, guards);
	return c ? c : first;
}
