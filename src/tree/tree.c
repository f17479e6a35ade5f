// SPDX-License-Identifier: GPL-2.0-only
/*
 * tree.c - open a kernel tree, or a module next to one
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tree/index.h"
#include "tree/manifest.h"
#include "tree/package.h"
#include "tree/private.h"

/* Makefiles that include one another: a distribution uses one step. */
#define MAKEFILE_STEPS 4
#define MAKEFILE_MAX ((size_t)4 << 20)

static char *open_directory(const char *name, GError **error)
{
	char *path = realpath(name, NULL);

	if (!path) {
		int err = errno;

		if (err == ENOENT)
			g_set_error(error, G2P_ERROR, G2P_ERROR_TREE,
				    "%s: no such directory", name);
		else
			g_set_error(error, G2P_ERROR, G2P_ERROR_TREE, "%s: %s",
				    name, g_strerror(err));
		return NULL;
	}
	if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_TREE,
			    "%s: not a directory", name);
		free(path);
		return NULL;
	}
	return path;
}

/* "VERSION = 6" */
static bool assignment(const char *line, const char *name, unsigned int *value)
{
	size_t len = strlen(name);
	uint64_t v;
	char *end;

	if (strncmp(line, name, len))
		return false;
	line += len;
	line += strspn(line, " \t");
	if (*line == ':')
		line++;
	if (*line++ != '=')
		return false;
	line += strspn(line, " \t");
	v = g_ascii_strtoull(line, &end, 10);
	if (end == line || v > 9999)
		return false;
	*value = (unsigned int)v;
	return true;
}

/**
 * struct makefile - what the first lines of a kernel Makefile say
 * @number: VERSION, PATCHLEVEL, SUBLEVEL
 * @has: which of them were there
 * @include: directory of a Makefile that is included, or NULL
 */
struct makefile {
	unsigned int number[3];
	bool has[3];
	char *include;
};

static void read_makefile(const char *dir, struct makefile *mk)
{
	static const char *const names[] = { "VERSION", "PATCHLEVEL",
					     "SUBLEVEL" };
	g_autofree char *path = g_build_filename(dir, "Makefile", NULL);
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autofree char *why = NULL;
	g_auto(GStrv) lines = NULL;

	memset(mk, 0, sizeof(*mk));
	if (read_regular(path, text, &why) || text->len > MAKEFILE_MAX)
		return;
	g_byte_array_append(text, (const guint8 *)"", 1);
	lines = g_strsplit((const char *)text->data, "\n", -1);
	for (char **line = lines; *line; line++) {
		for (unsigned int i = 0; i < 3; i++)
			if (!mk->has[i])
				mk->has[i] = assignment(*line, names[i],
							&mk->number[i]);
		if (!mk->include)
			mk->include = package_include(dir, *line);
	}
}

/*
 * Version and place of the kernel's own Makefile: @dir, or where the Makefile
 * of a headers package or of a build directory leads to.
 */
static char *find_version(const char *dir, char **source)
{
	g_autofree char *at = g_strdup(dir);

	for (unsigned int i = 0; i < MAKEFILE_STEPS; i++) {
		struct makefile mk;

		read_makefile(at, &mk);
		if (mk.has[0] && mk.has[1]) {
			g_free(mk.include);
			*source = g_steal_pointer(&at);
			return g_strdup_printf("%u.%u.%u", mk.number[0],
					       mk.number[1], mk.number[2]);
		}
		if (!mk.include)
			break;
		g_free(at);
		at = mk.include;
	}
	return NULL;
}

/* The nearest directory above that is a kernel tree, or NULL. */
static char *kernel_above(const char *dir)
{
	g_autofree char *at = g_path_get_dirname(dir);

	while (strcmp(at, "/") && strcmp(at, ".")) {
		g_autofree char *source = NULL;
		g_autofree char *version = find_version(at, &source);
		char *up;

		if (version)
			return g_steal_pointer(&at);
		up = g_path_get_dirname(at);
		g_free(at);
		at = up;
	}
	return NULL;
}

/* What a headers package is made for and is not there, or NULL. */
static char *missing_half(const char *dir)
{
	struct makefile mk;

	read_makefile(dir, &mk);
	if (mk.include && !g_file_test(mk.include, G_FILE_TEST_EXISTS))
		return mk.include;
	g_free(mk.include);
	return NULL;
}

static void not_a_kernel(const char *dir, bool named, GError **error)
{
	g_autofree char *above = named ? NULL : kernel_above(dir);
	g_autofree char *missing = missing_half(dir);

	if (missing)
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_TREE,
			"%s/Makefile includes that of %s, which is not there: install or unpack that package, too",
			dir, missing);
	else if (named)
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_TREE,
			"%s is not a kernel tree (no Makefile with VERSION); give --kernel a kernel source or headers directory",
			dir);
	else if (above)
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_TREE,
			"%s is not a kernel tree (no Makefile with VERSION), but %s is: use -C %s; for an out-of-tree module name the kernel with --kernel DIR",
			dir, above, above);
	else
		g_set_error(
			error, G2P_ERROR, G2P_ERROR_TREE,
			"%s is not a kernel tree (no Makefile with VERSION); for an out-of-tree module name the kernel with --kernel DIR",
			dir);
}

struct tree *tree_open(const struct tree_options *opts, GError **error)
{
	struct tree *tree = g_new0(struct tree, 1);
	struct api *api = NULL;

	g_mutex_init(&tree->lock);
	tree->opened = g_get_real_time();
	tree->asked =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	tree->verbose = opts->verbose;
	tree->no_cache = opts->no_cache;
	tree->root = open_directory(opts->root ? opts->root : ".", error);
	if (!tree->root)
		goto fail;
	tree->kernel = opts->kernel ? open_directory(opts->kernel, error) :
				      strdup(tree->root);
	if (!tree->kernel)
		goto fail;
	tree->version = find_version(tree->kernel, &tree->source);
	if (!tree->version) {
		not_a_kernel(tree->kernel, opts->kernel != NULL, error);
		goto fail;
	}
	/* Only for the names: additions of the user do not change mm.h. */
	api = api_load(NULL, error);
	if (!api)
		goto fail;
	tree->dialect = dialect_new(tree->source, api, error);
	if (!tree->dialect)
		goto fail;
	tree_version_number(tree->version, &tree->api_version);
	if (opts->assume && !assume_api(tree, api, opts->assume, error))
		goto fail;
	if (tree->verbose)
		g_printerr(
			"gup2pin: %s: Linux %s, %u gup and release functions\n",
			tree->kernel, tree->version,
			tree->dialect->listed->len);
	api_free(api);
	return tree;
fail:
	api_free(api);
	tree_free(tree);
	return NULL;
}

void tree_free(struct tree *tree)
{
	if (!tree)
		return;
	if (tree->flags)
		tree->flags_free(tree->flags);
	index_free(tree->index);
	manifest_free(tree->manifest);
	if (tree->files)
		g_ptr_array_unref(tree->files);
	g_hash_table_unref(tree->asked);
	g_clear_pointer(&tree->answers, g_hash_table_unref);
	g_clear_pointer(&tree->hint, g_array_unref);
	dialect_free(tree->dialect);
	g_mutex_clear(&tree->lock);
	free(tree->root);
	free(tree->kernel);
	g_free(tree->source);
	g_free(tree->version);
	g_free(tree->assumed);
	g_free(tree);
}

const struct manifest *manifest_of(struct tree *tree, unsigned int jobs)
{
	g_mutex_lock(&tree->lock);
	if (!tree->manifest && !tree->no_cache)
		tree->manifest = manifest_new(tree->root, jobs);
	g_mutex_unlock(&tree->lock);
	return tree->manifest;
}

const char *tree_root(const struct tree *tree)
{
	return tree->root;
}

const char *tree_kernel(const struct tree *tree)
{
	return tree->kernel;
}

bool tree_is_module(const struct tree *tree)
{
	return strcmp(tree_root(tree), tree_kernel(tree)) != 0;
}

const char *tree_version(const struct tree *tree)
{
	return tree->version;
}

unsigned int tree_api_version(const struct tree *tree)
{
	return tree->api_version;
}

const char *tree_assumed(const struct tree *tree)
{
	return tree->assumed;
}

const struct tree_proto *tree_proto(const struct tree *tree, const char *name)
{
	return name ? g_hash_table_lookup(tree->dialect->protos, name) : NULL;
}

GPtrArray *tree_protos(const struct tree *tree)
{
	return tree->dialect->listed;
}

int tree_param(const struct tree *tree, const struct api_acquire *acq,
	       const char *const *names)
{
	const struct tree_proto *proto = tree_proto(tree, acq->name);
	const char *const *params = proto ? proto->params : acq->params;

	for (; *names; names++)
		for (int i = 0; params[i]; i++)
			if (!strcmp(params[i], *names))
				return i;
	return -1;
}

bool tree_flag(const struct tree *tree, const char *name, uint64_t *value)
{
	const uint64_t *v = g_hash_table_lookup(tree->dialect->flags, name);

	if (v)
		*value = *v;
	return v != NULL;
}
