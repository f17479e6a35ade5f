// SPDX-License-Identifier: GPL-2.0-only
/*
 * compdb.c - compile_commands.json
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "tree/compdb.h"
#include "tree/private.h"

/**
 * struct compdb - see compdb.h
 * @path: of the file
 * @root: the array; owns the entries
 * @by_file: absolute path -> entry
 */
struct compdb {
	char *path;
	struct json_object *root;
	GHashTable *by_file;
};

/* ---- reading ---- */

static const char *member(struct json_object *entry, const char *name)
{
	struct json_object *o;

	if (!json_object_is_type(entry, json_type_object) ||
	    !json_object_object_get_ex(entry, name, &o) ||
	    !json_object_is_type(o, json_type_string))
		return NULL;
	return json_object_get_string(o);
}

/* Symbolic links resolved where the path exists. */
static char *real_path(const char *path, const char *relative_to)
{
	char *full = g_canonicalize_filename(path, relative_to);
	char *real = realpath(full, NULL);
	char *copy;

	if (!real)
		return full;
	copy = g_strdup(real);
	free(real);
	g_free(full);
	return copy;
}

static char *entry_dir(const struct compdb *db, struct json_object *entry)
{
	g_autofree char *base = g_path_get_dirname(db->path);
	const char *dir = member(entry, "directory");

	return real_path(dir ? dir : ".", base);
}

static void index_entry(struct compdb *db, struct json_object *entry)
{
	const char *file = member(entry, "file");
	g_autofree char *dir = NULL;

	if (!file)
		return;
	dir = entry_dir(db, entry);
	g_hash_table_insert(db->by_file, real_path(file, dir), entry);
}

static struct json_object *parse(const GByteArray *buf, const char **why)
{
	struct json_tokener *tok = json_tokener_new();
	struct json_object *root = NULL;

	*why = "too large";
	if (buf->len < INT_MAX) {
		root = json_tokener_parse_ex(tok, (const char *)buf->data,
					     buf->len);
		*why = json_tokener_error_desc(json_tokener_get_error(tok));
	}
	json_tokener_free(tok);
	if (root && !json_object_is_type(root, json_type_array)) {
		*why = "not an array";
		json_object_put(root);
		return NULL;
	}
	return root;
}

static struct compdb *index_all(const char *path, struct json_object *root)
{
	struct compdb *db = g_new0(struct compdb, 1);

	db->path = g_strdup(path);
	db->root = root;
	db->by_file =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (size_t i = 0; i < json_object_array_length(root); i++)
		index_entry(db, json_object_array_get_idx(root, i));
	return db;
}

struct compdb *compdb_load(const char *path, GError **error)
{
	g_autoptr(GByteArray) buf = g_byte_array_new();
	g_autofree char *why = NULL;
	int err = read_regular(path, buf, &why);
	struct json_object *root = NULL;
	const char *reason = why;

	if (err == ENOENT || err == ENOTDIR)
		return NULL;
	if (!err)
		root = parse(buf, &reason);
	if (!root) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_DATA,
			    "%s: not usable: %s; write it anew, or remove it",
			    path, reason);
		return NULL;
	}
	return index_all(path, root);
}

struct compdb *compdb_new_command(const char *dir, const char *file,
				  const char *const *words)
{
	struct json_object *entry = json_object_new_object();
	struct json_object *args = json_object_new_array();
	struct json_object *root = json_object_new_array();
	g_autofree char *path = g_build_filename(dir, "command line", NULL);

	json_object_object_add(entry, "directory", json_object_new_string(dir));
	json_object_object_add(entry, "file", json_object_new_string(file));
	json_object_array_add(args, json_object_new_string("cc"));
	for (; *words; words++)
		json_object_array_add(args, json_object_new_string(*words));
	json_object_object_add(entry, "arguments", args);
	json_object_array_add(root, entry);
	return index_all(path, root);
}

void compdb_free(struct compdb *db)
{
	if (!db)
		return;
	g_hash_table_unref(db->by_file);
	json_object_put(db->root);
	g_free(db->path);
	g_free(db);
}

/* ---- the flags that are kept ---- */

/* Options with a value, joined or as the next word. */
static const char *const path_options[] = {
	"-isystem", "-iquote", "-idirafter", "-include", "-I",
};

/* A trailing = stands for any value; the rest has to match as a whole. */
static const char *const kept[] = {
	"-std=",
	"-nostdinc",
	"-ffreestanding",
	"-fhosted",
	"-fshort-wchar",
	"-fno-short-wchar",
	"-fshort-enums",
	"-fno-short-enums",
	"-funsigned-char",
	"-fsigned-char",
	"-fno-common",
	"-fms-extensions",
	"-fplan9-extensions",
	"-fgnu89-inline",
	"-fno-strict-aliasing",
	"-fno-strict-overflow",
	"-fwrapv",
	"-fno-delete-null-pointer-checks",
	"-fno-builtin",
	"-fno-builtin-wcslen",
	"-fno-asynchronous-unwind-tables",
	"-fno-PIE",
	"-fno-pie",
	"-fPIE",
	"-fpie",
	"-fno-PIC",
	"-fno-pic",
	"-fPIC",
	"-fpic",
	"-O0",
	"-O1",
	"-O2",
	"-O3",
	"-Os",
	"-Oz",
	"-O",
	"-m16",
	"-m32",
	"-m64",
	"-mx32",
	"-march=",
	"-mcpu=",
	"-mabi=",
	"-mcmodel=",
	"-mregparm=",
	"-mno-red-zone",
	"-mno-sse",
	"-mno-sse2",
	"-mno-mmx",
	"-mno-3dnow",
	"-mno-avx",
	"-mno-80387",
	"-msse",
	"-msse2",
	"-mgeneral-regs-only",
	"-msoft-float",
	"-mhard-float",
	"-mfloat-abi=",
	"-mlittle-endian",
	"-mbig-endian",
	"-marm",
	"-mthumb",
	"-mbackchain",
	"-mno-abicalls",
};

static bool is_kept(const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
		if (!strcmp(word, kept[i]) || (g_str_has_suffix(kept[i], "=") &&
					       g_str_has_prefix(word, kept[i])))
			return true;
	}
	return false;
}

struct filter {
	struct compdb_entry *entry;
	const char *tree;
};

/* "arch/arm64/include" names the architecture. */
static void note_arch(struct compdb_entry *entry, const char *path)
{
	const char *start = strstr(path, "arch/"), *end;

	if (*entry->arch || !start || (start > path && start[-1] != '/'))
		return;
	start += strlen("arch/");
	end = strchr(start, '/');
	if (!end || !g_str_has_prefix(end, "/include"))
		return;
	g_free(entry->arch);
	entry->arch = g_strndup(start, end - start);
}

static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && (!path[len] || path[len] == '/');
}

static void keep_path(struct filter *f, const char *option, const char *path)
{
	g_autofree char *full = g_canonicalize_filename(path, f->entry->dir);
	bool file = !strcmp(option, "-include");

	if (!*path || *path == '=')
		return;
	/* a missing -include is fatal, and a device would never end */
	if (file && !g_file_test(full, G_FILE_TEST_IS_REGULAR))
		return;
	if (!is_below(full, f->tree) && !is_below(full, f->entry->dir) &&
	    !g_file_test(full, G_FILE_TEST_EXISTS))
		return;
	note_arch(f->entry, full);
	g_ptr_array_add(f->entry->argv, g_strdup(option));
	g_ptr_array_add(f->entry->argv, g_steal_pointer(&full));
}

/* One of path_options: takes its value; false when the word is none. */
static bool filter_path(struct filter *f, char ***word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(path_options); i++) {
		const char *option = path_options[i];
		const char *value;

		if (!g_str_has_prefix(**word, option))
			continue;
		value = **word + strlen(option);
		/* -include-pch and the like are other options */
		if (*value == '-')
			return false;
		if (!*value && (*word)[1])
			value = *++*word;
		keep_path(f, option, value);
		return true;
	}
	return false;
}

static void keep_target(struct filter *f, const char *triple)
{
	f->entry->has_target = true;
	g_ptr_array_add(f->entry->argv, g_strconcat("--target=", triple, NULL));
}

/* Options whose value is the next word, which must not be taken for a flag. */
static bool drops_next(const char *word)
{
	static const char *const options[] = { "-o",
					       "-MF",
					       "-MT",
					       "-MQ",
					       "-Xclang",
					       "-Xassembler",
					       "-Xpreprocessor",
					       "-Xlinker",
					       "-mllvm",
					       "-x",
					       "-arch",
					       "-load",
					       "-plugin",
					       "-T",
					       "-imacros",
					       "-isysroot",
					       "--param",
					       "-include-pch",
					       "-iprefix",
					       "-aux-info" };

	for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
		if (!strcmp(word, options[i]))
			return true;
	}
	return false;
}

static void filter_words(struct filter *f, char **words)
{
	GPtrArray *argv = f->entry->argv;

	for (char **w = words; *w; w++) {
		const char *word = *w;

		if (drops_next(word) || !strcmp(word, "-target")) {
			if (!w[1])
				break;
			w++;
			if (!strcmp(word, "-target"))
				keep_target(f, *w);
		} else if (word[0] == '-' && word[1] && strchr("DU", word[1])) {
			g_ptr_array_add(argv, g_strdup(word));
			if (!word[2] && w[1])
				g_ptr_array_add(argv, g_strdup(*++w));
			else if (!word[2])
				g_ptr_array_set_size(argv, argv->len - 1);
		} else if (filter_path(f, &w)) {
			continue;
		} else if (g_str_has_prefix(word, "--target=")) {
			keep_target(f, word + strlen("--target="));
		} else if (is_kept(word)) {
			g_ptr_array_add(argv, g_strdup(word));
		}
	}
}

/* ---- looking up ---- */

/* The words of an entry: "arguments", else "command" split as a shell would. */
static char **entry_words(struct json_object *entry)
{
	struct json_object *args;
	const char *command;
	GPtrArray *words;
	char **argv = NULL;

	if (!json_object_object_get_ex(entry, "arguments", &args) ||
	    !json_object_is_type(args, json_type_array)) {
		command = member(entry, "command");
		if (command)
			g_shell_parse_argv(command, NULL, &argv, NULL);
		return argv;
	}
	words = g_ptr_array_new();
	for (size_t i = 0; i < json_object_array_length(args); i++) {
		struct json_object *o = json_object_array_get_idx(args, i);

		if (json_object_is_type(o, json_type_string))
			g_ptr_array_add(words,
					g_strdup(json_object_get_string(o)));
	}
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

struct compdb_entry *compdb_find(struct compdb *db, const char *file,
				 const char *tree)
{
	struct json_object *object = g_hash_table_lookup(db->by_file, file);
	struct filter f = { .tree = tree };
	g_auto(GStrv) words = NULL;
	struct compdb_entry *entry;

	if (!object)
		return NULL;
	words = entry_words(object);
	if (!words || !words[0])
		return NULL;
	entry = g_new0(struct compdb_entry, 1);
	entry->argv = g_ptr_array_new_with_free_func(g_free);
	entry->arch = g_strdup("");
	entry->dir = entry_dir(db, object);
	f.entry = entry;
	/* words[0] is the compiler */
	filter_words(&f, words + 1);
	return entry;
}

void compdb_entry_free(struct compdb_entry *entry)
{
	if (!entry)
		return;
	g_ptr_array_unref(entry->argv);
	g_free(entry->arch);
	g_free(entry->dir);
	g_free(entry);
}
