// SPDX-License-Identifier: GPL-2.0-only
/*
 * pool.c - front_parse_files(): many files in worker processes
 *
 * Each worker talks over one socket pair.  One that crashes or takes too long
 * costs the file it was at; the next file gets a new worker.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <gio/gio.h>
#include "facts/pack.h"
#include "facts/valid.h"
#include "front/cache.h"
#include "front/known.h"
#include "front/pch.h"
#include "front/worker.h"
#include "tree/cache_dir.h"

#define DEFAULT_TIME_LIMIT 60

struct worker {
	GSubprocess *proc;
	int fd;
	GByteArray *in;
	GByteArray *out;
	bool ready;
	int job; /* index of the file it is at, or -1 */
	bool plain; /* which is parsed without precompiled headers */
	const struct tree_compile *compile; /* how it is parsed */
	char *note; /* first block of the answer */
	bool noted; /* which was read */
	bool block; /* the next bytes are a block */
	size_t len; /* of the block */
	guint64 sum; /* likewise */
	gint64 deadline;
};

/**
 * struct front_workers - see front.h
 * @list: workers, some of which may not run
 * @n: how many
 * @setup: what they were told first
 */
struct front_workers {
	struct worker *list;
	unsigned int n;
	char *setup;
};

struct pool {
	struct tree *tree;
	const char *const *files;
	const struct front_options *opts;
	GPtrArray *units;
	char *setup;
	char *exe;
	struct front_cache *cache; /* facts of earlier runs, or NULL */
	GArray *again; /* files to try without precompiled headers */
	unsigned int *order; /* indices of the files, as they are given out */
	unsigned int *peers; /* files that have the same headers, by index */
	unsigned int next;
	unsigned int done;
	unsigned int total;
	unsigned int limit;
	bool parsed; /* something may have been added to the cache */
};

static char *worker_program(void)
{
	const char *env = g_getenv("GUP2PIN_WORKER");

	return g_strdup(env && *env ? env : "/proc/self/exe");
}

/* /proc/self/exe would name the child's own program once it is executed. */
static char *resolve_program(char *exe)
{
	char *target = g_file_read_link(exe, NULL);

	if (!target || !g_file_test(target, G_FILE_TEST_IS_EXECUTABLE)) {
		g_free(target);
		return exe;
	}
	g_free(exe);
	return target;
}

static void forget_note(struct worker *w)
{
	g_clear_pointer(&w->note, g_free);
	w->noted = false;
	w->block = false;
}

/* When a worker that begins now has taken too long. */
static gint64 deadline_from_now(const struct pool *p)
{
	return g_get_monotonic_time() + p->limit * (gint64)G_USEC_PER_SEC;
}

static bool worker_start(struct pool *p, struct worker *w, GError **error)
{
	GSubprocessLauncher *launcher;
	GError *why = NULL;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_TOOL,
			    "cannot start a parse worker: %s",
			    g_strerror(errno));
		return false;
	}
	launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	g_subprocess_launcher_take_stdin_fd(launcher, fds[1]);
	g_subprocess_launcher_take_stdout_fd(launcher, dup(fds[1]));
	w->proc = g_subprocess_launcher_spawn(launcher, &why, p->exe,
					      WORKER_ARGUMENT, NULL);
	g_object_unref(launcher);
	if (!w->proc) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_TOOL,
			    "cannot start a parse worker: %s", why->message);
		g_error_free(why);
		close(fds[0]);
		return false;
	}
	w->fd = fds[0];
	w->ready = false;
	forget_note(w);
	w->job = -1;
	w->deadline = deadline_from_now(p);
	g_byte_array_set_size(w->in, 0);
	g_byte_array_set_size(w->out, 0);
	g_byte_array_append(w->out, (const guint8 *)p->setup, strlen(p->setup));
	return true;
}

static void worker_stop(struct worker *w)
{
	if (!w->proc)
		return;
	close(w->fd);
	g_subprocess_force_exit(w->proc);
	g_subprocess_wait(w->proc, NULL, NULL);
	g_clear_object(&w->proc);
}

static struct facts_unit *failed_unit(const char *file, const char *why)
{
	struct facts_unit *unit = facts_unit_new(file);

	unit->failed = g_intern_string(why);
	return unit;
}

/* What some unit was made from is not known. */
static void mark_unknown(struct pool *p)
{
	if (p->opts->all_reads)
		g_hash_table_add(p->opts->all_reads, g_strdup(""));
}

static void finish(struct pool *p, unsigned int i, struct facts_unit *unit)
{
	p->units->pdata[i] = unit;
	p->done++;
	if (p->opts->progress)
		p->opts->progress(p->done, p->total, p->files[i],
				  p->opts->user);
}

static void finish_failed(struct pool *p, struct worker *w, const char *why)
{
	int job = w->job;

	w->job = -1;
	mark_unknown(p);
	finish(p, job, failed_unit(p->files[job], why));
}

static void worker_give(struct pool *p, struct worker *w, unsigned int i,
			const struct tree_compile *compile, bool plain)
{
	char *line = worker_job_line(compile, plain, p->peers[i]);

	g_byte_array_append(w->out, (const guint8 *)line, strlen(line));
	g_free(line);
	w->job = i;
	w->plain = plain;
	w->compile = compile;
	w->deadline = deadline_from_now(p);
}

/*
 * Give an idle worker the next file; files without flags fail here.  No room
 * for the generated headers is not the file's fault, and would leave nothing
 * to report of the whole tree: that ends the run.
 */
static bool worker_feed(struct pool *p, struct worker *w, GError **error)
{
	bool again = p->again->len;

	while (again || p->next < p->total) {
		unsigned int i = again ? g_array_index(p->again, unsigned int,
						       p->again->len - 1) :
					 p->order[p->next++];
		const struct tree_compile *compile;
		GError *why = NULL;

		if (again)
			g_array_set_size(p->again, p->again->len - 1);
		else if (p->units->pdata[i])
			continue;
		compile = tree_compile(p->tree, p->files[i], &why);
		if (compile) {
			worker_give(p, w, i, compile, again);
			return true;
		}
		if (g_error_matches(why, G2P_ERROR, G2P_ERROR_IO)) {
			g_propagate_error(error, why);
			return false;
		}
		mark_unknown(p);
		finish(p, i, failed_unit(p->files[i], why->message));
		g_error_free(why);
		again = p->again->len;
	}
	return true;
}

static void keep_unit(struct pool *p, const struct worker *w,
		      const struct facts_unit *unit)
{
	front_cache_put(p->cache, w->compile, w->note, unit,
			p->opts->all_reads);
	p->parsed = true;
}

/* Facts that are not what they ought to be are as bad as none. */
static struct facts_unit *read_facts(const struct worker *w, const guint8 *data)
{
	struct facts_unit *unit = cache_sum(data, w->len) == w->sum ?
					  facts_unpack(data, w->len) :
					  NULL;

	if (unit && facts_valid(unit))
		return unit;
	facts_unit_free(unit);
	return NULL;
}

static void take_facts(struct pool *p, struct worker *w, const guint8 *data)
{
	struct facts_unit *unit = read_facts(w, data);
	int job = w->job;

	if (!unit)
		unit = failed_unit(p->files[job], "bad answer of the worker");
	else if (p->cache && w->note)
		keep_unit(p, w, unit);
	if (!p->cache || !w->note)
		mark_unknown(p);
	forget_note(w);
	w->job = -1;
	finish(p, job, unit);
}

static void worker_block(struct pool *p, struct worker *w, const guint8 *data)
{
	w->block = false;
	if (w->job < 0)
		return;
	if (w->noted) {
		take_facts(p, w, data);
		return;
	}
	w->noted = true;
	if (w->len && cache_sum(data, w->len) == w->sum)
		w->note = g_strndup((const char *)data, w->len);
}

/* What a worker says before its first block, and before each of them. */
static void worker_line(struct worker *w, const char *line, size_t len)
{
	g_autofree char *text = g_strndup(line, len);
	char *end;

	if (!w->ready) {
		w->ready = true;
		return;
	}
	w->len = g_ascii_strtoull(text, &end, 10);
	w->sum = g_ascii_strtoull(end, NULL, 16);
	w->block = true;
}

static unsigned int memory_limit(const struct pool *p)
{
	return p->opts->memory_limit ?: WORKER_MEMORY;
}

/* The worker is gone: say of what it died. */
static void worker_died(struct pool *p, struct worker *w, char *why,
			size_t size)
{
	int status;

	close(w->fd);
	g_subprocess_wait(w->proc, NULL, NULL);
	status = g_subprocess_get_status(w->proc);
	if (g_subprocess_get_if_signaled(w->proc))
		g_snprintf(why, size, "libclang crashed: signal %d",
			   g_subprocess_get_term_sig(w->proc));
	else if (g_subprocess_get_if_exited(w->proc) &&
		 g_subprocess_get_exit_status(w->proc) == WORKER_NO_MEMORY)
		g_snprintf(why, size, "memory limit of %u MiB",
			   memory_limit(p));
	else if (g_subprocess_get_if_exited(w->proc))
		g_snprintf(why, size, "libclang ended with exit status %d",
			   g_subprocess_get_exit_status(w->proc));
	else
		g_snprintf(why, size, "libclang ended with status %d", status);
	g_clear_object(&w->proc);
}

static bool worker_lost(struct pool *p, struct worker *w, GError **error)
{
	char why[80];

	worker_died(p, w, why, sizeof(why));
	if (!w->ready) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_TOOL,
			    "a parse worker (%s %s) did not start: %s", p->exe,
			    WORKER_ARGUMENT, why);
		return false;
	}
	if (w->job >= 0 && !w->plain) {
		unsigned int job = w->job;

		/* be sure that it was the file */
		g_array_append_val(p->again, job);
		w->job = -1;
	} else if (w->job >= 0) {
		finish_failed(p, w, why);
	}
	return true;
}

static bool worker_late(struct pool *p, struct worker *w, GError **error)
{
	char why[80];

	worker_stop(w);
	g_snprintf(why, sizeof(why), "time limit of %u s", p->limit);
	if (!w->ready) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_TOOL,
			    "a parse worker (%s %s) did not start: %s", p->exe,
			    WORKER_ARGUMENT, why);
		return false;
	}
	finish_failed(p, w, why);
	return true;
}

static void worker_send(struct worker *w)
{
	ssize_t n = send(w->fd, w->out->data, w->out->len,
			 MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n > 0)
		g_byte_array_remove_range(w->out, 0, n);
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		g_byte_array_set_size(w->out, 0); /* recv() tells the rest */
}

/* Return: false when more bytes have to come */
static bool worker_take(struct pool *p, struct worker *w)
{
	const guint8 *end;
	size_t len = w->len;

	if (w->block) {
		if (w->in->len < len)
			return false;
		worker_block(p, w, w->in->data);
	} else {
		end = w->in->len ? memchr(w->in->data, '\n', w->in->len) : NULL;
		if (!end)
			return false;
		len = end - w->in->data;
		worker_line(w, (const char *)w->in->data, len++);
	}
	if (len)
		g_byte_array_remove_range(w->in, 0, len);
	return true;
}

/* Returns false at the end of the stream. */
static bool worker_receive(struct pool *p, struct worker *w)
{
	static guint8 buf[1 << 16];
	ssize_t n = recv(w->fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	g_byte_array_append(w->in, buf, n);
	while (worker_take(p, w))
		;
	return true;
}

static bool worker_handle(struct pool *p, struct worker *w, short events,
			  GError **error)
{
	if (events & POLLOUT)
		worker_send(w);
	if (events & (POLLIN | POLLHUP | POLLERR)) {
		if (!worker_receive(p, w))
			return worker_lost(p, w, error);
	}
	if ((!w->ready || w->job >= 0) && g_get_monotonic_time() > w->deadline)
		return worker_late(p, w, error);
	return true;
}

static int poll_timeout(struct worker *workers, unsigned int n)
{
	gint64 now = g_get_monotonic_time(),
	       left = 600 * (gint64)G_USEC_PER_SEC;
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct worker *w = &workers[i];

		if (w->proc && (!w->ready || w->job >= 0))
			left = MIN(left, w->deadline - now);
	}
	return left < 0 ? 0 : left / 1000 + 1;
}

/* Start what is missing, feed what is idle, wait for something to happen. */
static bool pool_step(struct pool *p, struct worker *workers, unsigned int n,
		      struct pollfd *fds, GError **error)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct worker *w = &workers[i];

		if (!w->proc && (p->next < p->total || p->again->len) &&
		    !worker_start(p, w, error))
			return false;
		if (w->proc && w->ready && w->job < 0 &&
		    !worker_feed(p, w, error))
			return false;
		fds[i].fd = w->proc ? w->fd : -1;
		fds[i].events = POLLIN | (w->out->len ? POLLOUT : 0);
		fds[i].revents = 0;
	}
	if (p->done == p->total)
		return true;
	if (poll(fds, n, poll_timeout(workers, n)) < 0 && errno != EINTR) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_TOOL,
			    "cannot wait for parse workers: %s",
			    g_strerror(errno));
		return false;
	}
	for (i = 0; i < n; i++)
		if (workers[i].proc &&
		    !worker_handle(p, &workers[i], fds[i].revents, error))
			return false;
	return true;
}

struct front_workers *front_workers_new(void)
{
	return g_new0(struct front_workers, 1);
}

static void stop_all(struct front_workers *ws)
{
	for (unsigned int i = 0; i < ws->n; i++) {
		struct worker *w = &ws->list[i];

		worker_stop(w);
		forget_note(w);
		g_byte_array_unref(w->in);
		g_byte_array_unref(w->out);
	}
	g_clear_pointer(&ws->list, g_free);
	g_clear_pointer(&ws->setup, g_free);
	ws->n = 0;
}

void front_workers_free(struct front_workers *ws)
{
	if (!ws)
		return;
	stop_all(ws);
	g_free(ws);
}

/* Those of another call will do if they were told the same. */
static void prepare(struct front_workers *ws, const struct pool *p,
		    unsigned int n)
{
	if (g_strcmp0(ws->setup, p->setup)) {
		stop_all(ws);
		ws->setup = g_strdup(p->setup);
	}
	for (unsigned int i = 0; i < ws->n; i++)
		ws->list[i].deadline = deadline_from_now(p);
	if (n <= ws->n)
		return;
	ws->list = g_renew(struct worker, ws->list, n);
	for (; ws->n < n; ws->n++)
		ws->list[ws->n] = (struct worker){
			.in = g_byte_array_new(),
			.out = g_byte_array_new(),
			.job = -1,
		};
}

static bool pool_run(struct pool *p, struct front_workers *ws, unsigned int n,
		     GError **error)
{
	g_autofree struct pollfd *fds = g_new0(struct pollfd, n);
	bool ok = true;

	if (p->done == p->total)
		return true;
	prepare(ws, p, n);
	while (ok && p->done < p->total)
		ok = pool_step(p, ws->list, n, fds, error);
	if (!ok)
		stop_all(ws);
	return ok;
}

/* What stands in for a file on disk is not what the cache knows.  A header that
 * is only there could be found by any file.
 */
static bool may_look_up(struct tree *tree, const struct front_options *opts)
{
	GHashTableIter iter;
	gpointer path;

	if (opts->no_cache)
		return false;
	if (!opts->overlay)
		return true;
	g_hash_table_iter_init(&iter, opts->overlay);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		g_autofree char *full =
			g_build_filename(tree_root(tree), path, NULL);

		if (!g_str_has_suffix(path, ".c") &&
		    !g_file_test(full, G_FILE_TEST_IS_REGULAR))
			return false;
	}
	return true;
}

/**
 * struct open_args - arguments of front_cache_open()
 */
struct open_args {
	const char *root;
	const char *const *names;
	const struct front_options *opts;
};

static struct front_cache *open_cache(void *user)
{
	const struct open_args *args = user;

	return front_cache_open(args->root, args->names, args->opts->watch,
				args->opts->overlay);
}

static void take_known(struct pool *p, struct open_args *args)
{
	g_autofree const struct tree_compile **compiles =
		g_new(const struct tree_compile *, p->total + 1);
	g_autofree struct facts_unit **units =
		g_new0(struct facts_unit *, p->total + 1);

	for (unsigned int i = 0; i < p->total; i++)
		compiles[i] = tree_compile(p->tree, p->files[i], NULL);
	front_known_get(open_cache, args, compiles, p->total, p->opts->jobs,
			units, p->opts->all_reads);
	for (unsigned int i = 0; i < p->total; i++)
		if (units[i])
			finish(p, i, units[i]);
}

/* Files that are parsed with the same headers have the same common flags. */
static char *kind_of(struct pool *p, unsigned int i)
{
	const struct tree_compile *compile =
		tree_compile(p->tree, p->files[i], NULL);

	return compile && compile->common ?
		       g_strjoinv("\n", (char **)compile->common) :
		       g_strdup("");
}

static void count_peers(struct pool *p, char **kinds)
{
	g_autoptr(GHashTable) count = g_hash_table_new(g_str_hash, g_str_equal);

	for (unsigned int i = 0; i < p->total; i++) {
		unsigned int n =
			GPOINTER_TO_UINT(g_hash_table_lookup(count, kinds[i]));

		if (*kinds[i] && !p->units->pdata[i])
			g_hash_table_insert(count, kinds[i],
					    GUINT_TO_POINTER(n + 1));
	}
	for (unsigned int i = 0; i < p->total; i++)
		p->peers[i] =
			GPOINTER_TO_UINT(g_hash_table_lookup(count, kinds[i]));
}

/* One worker precompiles while the others have files that do not wait for it:
 * the first file of the largest kind, those of small kinds, the first of each
 * other kind, and the rest.
 */
static void make_order(struct pool *p, char **kinds)
{
	g_autoptr(GHashTable) begun = g_hash_table_new(g_str_hash, g_str_equal);
	unsigned int *next = p->order, *class = g_new(unsigned int, p->total);
	unsigned int largest = 0;

	for (unsigned int i = 0; i < p->total; i++)
		if (p->peers[i] > p->peers[largest])
			largest = i;
	for (unsigned int i = 0; i < p->total; i++) {
		if (p->peers[i] < PCH_ENOUGH_PEERS)
			class[i] = 1;
		else if (g_hash_table_add(begun, kinds[i]))
			class[i] = strcmp(kinds[i], kinds[largest]) ? 2 : 0;
		else
			class[i] = 3;
	}
	for (unsigned int c = 0; c < 4; c++)
		for (unsigned int i = 0; i < p->total; i++)
			if (class[i] == c)
				*next++ = i;
	g_free(class);
}

static void plan_order(struct pool *p)
{
	g_autoptr(GPtrArray) kinds = g_ptr_array_new_with_free_func(g_free);

	p->order = g_new0(unsigned int, p->total + 1);
	p->peers = g_new0(unsigned int, p->total + 1);
	for (unsigned int i = 0; i < p->total; i++)
		g_ptr_array_add(kinds, kind_of(p, i));
	count_peers(p, (char **)kinds->pdata);
	make_order(p, (char **)kinds->pdata);
}

static void unit_destroy(void *unit)
{
	facts_unit_free(unit);
}

GPtrArray *front_parse_files(struct tree *tree, const struct api *api,
			     const char *const *files,
			     const struct front_options *opts, GError **error)
{
	struct pool p = {
		.tree = tree,
		.files = files,
		.opts = opts,
		.total = files ? g_strv_length((char **)files) : 0,
		.limit = opts->time_limit ? opts->time_limit :
					    DEFAULT_TIME_LIMIT,
	};
	struct open_args args = { tree_root(tree), api_gup_names(api), opts };
	struct front_workers *workers;
	bool ok;

	p.units = g_ptr_array_new_with_free_func(unit_destroy);
	g_ptr_array_set_size(p.units, p.total);
	p.again = g_array_new(FALSE, FALSE, sizeof(unsigned int));
	p.exe = resolve_program(worker_program());
	if (may_look_up(tree, opts)) {
		p.cache = open_cache(&args);
		take_known(&p, &args);
	}
	plan_order(&p);
	p.setup = worker_setup_line(tree_root(tree), api, opts);
	workers = opts->workers ?: front_workers_new();
	ok = pool_run(&p, workers,
		      CLAMP(opts->jobs, 1, MAX(p.total - p.done, 1)), error);
	if (!opts->workers)
		front_workers_free(workers);
	g_free(p.order);
	g_free(p.peers);
	g_free(p.setup);
	g_free(p.exe);
	g_array_unref(p.again);
	front_cache_close(p.cache);
	if (!opts->no_cache && p.parsed)
		front_cache_trim();
	if (ok)
		return p.units;
	g_ptr_array_unref(p.units);
	return NULL;
}
