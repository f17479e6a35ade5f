// SPDX-License-Identifier: GPL-2.0-only
/*
 * worker.c - a process that parses one file after the other for the pool
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <fcntl.h>
#include <unistd.h>
#include <json-c/json.h>
#include <clang-c/Index.h>
#include "facts/pack.h"
#include "facts/valid.h"
#include "front/cache.h"
#include "front/pch.h"
#include "front/worker.h"
#include "tree/cache_dir.h"

static struct json_object *string_array(const char *const *strings)
{
	struct json_object *array = json_object_new_array();
	unsigned int i;

	for (i = 0; strings && strings[i]; i++)
		json_object_array_add(array,
				      json_object_new_string(strings[i]));
	return array;
}

static struct json_object *overlay_object(GHashTable *overlay)
{
	struct json_object *object = json_object_new_object();
	GHashTableIter iter;
	void *path, *bytes;

	if (!overlay)
		return object;
	g_hash_table_iter_init(&iter, overlay);
	while (g_hash_table_iter_next(&iter, &path, &bytes)) {
		gsize len;
		const guchar *data = g_bytes_get_data(bytes, &len);
		char *text = g_base64_encode(data, len);

		json_object_object_add(object, path,
				       json_object_new_string(text));
		g_free(text);
	}
	return object;
}

static char *object_line(struct json_object *object)
{
	char *line = g_strconcat(
		json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN),
		"\n", NULL);

	json_object_put(object);
	return line;
}

static struct json_object *words(const GPtrArray *list)
{
	struct json_object *array = json_object_new_array();

	for (unsigned int i = 0; i < list->len; i++)
		json_object_array_add(array,
				      json_object_new_string(list->pdata[i]));
	return array;
}

char *worker_setup_line(const char *root, const struct api *api,
			const struct front_options *opts)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "root", json_object_new_string(root));
	json_object_object_add(object, "names",
			       string_array(api_gup_names(api)));
	json_object_object_add(object, "headers", words(api_precompiled(api)));
	json_object_object_add(object, "messages",
			       words(api_message_macros(api)));
	json_object_object_add(object, "memory",
			       json_object_new_int(opts->memory_limit ?:
							   WORKER_MEMORY));
	json_object_object_add(object, "watch", string_array(opts->watch));
	json_object_object_add(object, "overlay",
			       overlay_object(opts->overlay));
	json_object_object_add(object, "pch",
			       json_object_new_boolean(!opts->no_cache));
	/* what stands in for a file on disk is not on disk */
	json_object_object_add(object, "cache",
			       json_object_new_boolean(!opts->no_cache &&
						       !opts->overlay));
	return object_line(object);
}

static void add_string(struct json_object *object, const char *key,
		       const char *text)
{
	json_object_object_add(object, key,
			       json_object_new_string(text ? text : ""));
}

char *worker_job_line(const struct tree_compile *compile, bool plain,
		      unsigned int peers)
{
	struct json_object *object = json_object_new_object();

	add_string(object, "file", compile->file);
	add_string(object, "arch", compile->arch);
	add_string(object, "config", compile->config);
	json_object_object_add(object, "peers", json_object_new_int(peers));
	json_object_object_add(object, "argv", string_array(compile->argv));
	if (compile->common && !plain)
		json_object_object_add(object, "common",
				       string_array(compile->common));
	return object_line(object);
}

/* The worker's side ----------------------------------------------------- */

static const char *get_string(struct json_object *object, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value))
		return "";
	return json_object_get_string(value);
}

static int get_int(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(object, key, &value);
	return json_object_get_int(value);
}

/* Strings stay the object's. */
static const char **get_strings(struct json_object *object, const char *key)
{
	struct json_object *array;
	const char **ret;
	size_t i, n = 0;

	if (json_object_object_get_ex(object, key, &array))
		n = json_object_array_length(array);
	ret = g_new0(const char *, n + 1);
	for (i = 0; i < n; i++)
		ret[i] = json_object_get_string(
			json_object_array_get_idx(array, i));
	return ret;
}

static GHashTable *get_overlay(struct json_object *setup)
{
	GHashTable *overlay = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
	struct json_object *object;

	if (!json_object_object_get_ex(setup, "overlay", &object))
		return overlay;
	json_object_object_foreach(object, path, value)
	{
		gsize len;
		guchar *data =
			g_base64_decode(json_object_get_string(value), &len);

		g_hash_table_insert(overlay, g_strdup(path),
				    g_bytes_new_take(data, len));
	}
	return overlay;
}

/* For the pool's own tests: misbehave on one file. */
static void test_hooks(const char *file)
{
	const char *crash = g_getenv("GUP2PIN_TEST_CRASH");
	const char *hang = g_getenv("GUP2PIN_TEST_HANG");
	const char *eat = g_getenv("GUP2PIN_TEST_EAT");

	if (crash && !strcmp(crash, file))
		abort();
	while (eat && !strcmp(eat, file))
		memset(g_malloc(1 << 24), 1, 4096);
	while (hang && !strcmp(hang, file))
		pause();
}

/**
 * struct side - the worker's state
 * @cache: facts of earlier runs, or NULL
 * @pchs: precompiled headers, or NULL
 */
struct side {
	struct json_object *setup;
	const char **names;
	const char **watch;
	const char **headers;
	const char **messages;
	struct front_options opts;
	struct front_cache *files;
	struct front_cache *cache;
	struct pch_store *pchs;
	FILE *out;
};

/* Facts, and a note of what they were made from when they are to be kept. */
static void parse_job(struct side *s, const struct tree_compile *compile,
		      unsigned int peers, GByteArray *facts, char **note)
{
	struct front_options with = s->opts;
	gint64 since = g_get_real_time();
	struct facts_unit *unit;

	with.reads = g_ptr_array_new_with_free_func(g_free);
	with.messages = s->messages;
	if (s->pchs)
		with.pch = pch_store_get(s->pchs, compile, peers);
	unit = front_parse(compile, get_string(s->setup, "root"), s->names,
			   &with);
	facts_settle(unit);
	facts_pack(unit, facts);
	if (s->cache && !unit->failed)
		*note = front_cache_note(s->cache, with.reads, since);
	g_ptr_array_unref(with.reads);
	facts_unit_free(unit);
}

/* A line: length and sum; then that many bytes. */
static void answer(struct side *s, const void *data, size_t len)
{
	fprintf(s->out, "%zu %016" G_GINT64_MODIFIER "x\n", len,
		cache_sum(data, len));
	fwrite(data, 1, len, s->out);
}

static void do_job(struct side *s, struct json_object *job)
{
	const char **argv = get_strings(job, "argv");
	const char **common = get_strings(job, "common");
	struct tree_compile compile = {
		.file = get_string(job, "file"),
		.arch = get_string(job, "arch"),
		.config = get_string(job, "config"),
		.argv = argv,
		.common = *common ? common : NULL,
	};
	g_autoptr(GByteArray) facts = g_byte_array_new();
	g_autofree char *note = NULL;

	test_hooks(compile.file);
	parse_job(s, &compile, get_int(job, "peers"), facts, &note);
	answer(s, note ?: "", note ? strlen(note) : 0);
	answer(s, facts->data, facts->len);
	fflush(s->out);
	g_free(argv);
	g_free(common);
}

static struct json_object *read_object(GString *line, FILE *in)
{
	char *buf = NULL;
	size_t room = 0;
	ssize_t n = getline(&buf, &room, in);
	struct json_object *object = NULL;

	g_string_truncate(line, 0);
	if (n > 0) {
		g_string_append_len(line, buf, n);
		object = json_tokener_parse(line->str);
	}
	free(buf);
	return object;
}

/* What could leak into a parse, or be left behind by a crash. */
static void isolate(void)
{
	static const char *const vars[] = {
		"CPATH",
		"C_INCLUDE_PATH",
		"CCC_OVERRIDE_OPTIONS",
		"COMPILER_PATH",
		"LIBCLANG_RESOURCE_USAGE",
		"LIBCLANG_LOGGING",
		"CINDEXTEST_PREAMBLE_FILE",
		"CC_PRINT_OPTIONS",
		"SOURCE_DATE_EPOCH",
	};
	struct rlimit none = { 0, 0 };
	unsigned int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CORE, &none);
	for (i = 0; i < G_N_ELEMENTS(vars); i++)
		g_unsetenv(vars[i]);
	/* recovering would leave libclang in an unknown state: die instead */
	clang_toggleCrashRecovery(0);
	g_setenv("LIBCLANG_DISABLE_CRASH_RECOVERY", "1", TRUE);
}

#ifdef __SANITIZE_ADDRESS__
/* AddressSanitizer reserves more address space than any limit */
static void limit_memory(size_t mib)
{
}
#else
/* What has to be free at a crash for it not to be for want of memory. */
static size_t memory_reserve;

/*
 * libclang, GLib and the C++ library abort when there is no memory; that is
 * told from other crashes by asking for some more.
 */
static void on_crash(int signal)
{
	void *more = mmap(NULL, memory_reserve, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (more == MAP_FAILED)
		_exit(WORKER_NO_MEMORY);
	raise(signal); /* the default again: SA_RESETHAND */
}

static void limit_memory(size_t mib)
{
	static const int signals[] = { SIGABRT, SIGTRAP, SIGSEGV, SIGBUS };
	struct sigaction action = { .sa_handler = on_crash,
				    .sa_flags = SA_RESETHAND };
	struct rlimit memory = { mib << 20, mib << 20 };

	memory_reserve = memory.rlim_cur / 4;
	for (unsigned int i = 0; i < G_N_ELEMENTS(signals); i++)
		sigaction(signals[i], &action, NULL);
	setrlimit(RLIMIT_AS, &memory);
}
#endif

/* Answers go to a copy of standard output; nobody else may write there. */
static FILE *claim_stdout(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null >= 0) {
		dup2(null, STDOUT_FILENO);
		close(null);
	}
	return fd < 0 ? NULL : fdopen(fd, "w");
}

static bool get_bool(struct json_object *object, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(object, key, &value) &&
	       json_object_get_boolean(value);
}

static void side_open(struct side *s)
{
	const char *root = get_string(s->setup, "root");
	struct pch_wish wish;

	limit_memory(get_int(s->setup, "memory"));

	s->names = get_strings(s->setup, "names");
	s->watch = get_strings(s->setup, "watch");
	s->headers = get_strings(s->setup, "headers");
	s->messages = get_strings(s->setup, "messages");
	s->opts.jobs = 1;
	s->opts.watch = s->watch;
	s->opts.overlay = get_overlay(s->setup);
	s->files = front_cache_open(root, s->names, s->watch, NULL);
	if (get_bool(s->setup, "cache"))
		s->cache = s->files;
	if (!get_bool(s->setup, "pch"))
		return;
	wish = (struct pch_wish){
		.root = root,
		.names = s->names,
		.headers = s->headers,
		.messages = s->messages,
		.opts = &s->opts,
	};
	s->pchs = pch_store_new(s->files, &wish);
}

static void side_close(struct side *s)
{
	pch_store_free(s->pchs);
	front_cache_close(s->files);
	g_hash_table_unref(s->opts.overlay);
	g_free(s->names);
	g_free(s->watch);
	g_free(s->headers);
	g_free(s->messages);
	json_object_put(s->setup);
	fclose(s->out);
}

int front_worker_main(void)
{
	GString *line = g_string_new(NULL);
	struct side s = { 0 };
	struct json_object *job;

	isolate();
	s.out = claim_stdout();
	if (!s.out)
		return 2;
	fputs("{\"ready\":1}\n", s.out);
	fflush(s.out);
	s.setup = read_object(line, stdin);
	if (!s.setup)
		return 2;
	side_open(&s);
	while ((job = read_object(line, stdin))) {
		do_job(&s, job);
		json_object_put(job);
	}
	side_close(&s);
	g_string_free(line, TRUE);
	return 0;
}
