// SPDX-License-Identifier: GPL-2.0-only
/*
 * leave.c - a signal ends the run and leaves nothing half done
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "rewrite/leave.h"

/* a child that is being killed may still write: try again that often */
#define REMOVE_TRIES 20
#define REMOVE_PAUSE 10000

static GMutex lock;
static GPtrArray *dirs;
static pid_t child;
static const char *written;

static void leave_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

static void leave_unlink(const char *path)
{
	struct stat st;
	const char *name;
	GDir *dir;

	if (g_lstat(path, &st))
		return;
	if (!S_ISDIR(st.st_mode)) {
		g_unlink(path);
		return;
	}
	dir = g_dir_open(path, 0, NULL);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		leave_unlink(below);
	}
	if (dir)
		g_dir_close(dir);
	g_rmdir(path);
}

static void leave_clean(void)
{
	if (child > 0)
		kill(child, SIGKILL);
	for (unsigned int i = 0; dirs && i < dirs->len; i++) {
		const char *dir = dirs->pdata[i];

		for (unsigned int n = 0; n < REMOVE_TRIES; n++) {
			leave_unlink(dir);
			if (!g_file_test(dir, G_FILE_TEST_EXISTS))
				break;
			g_usleep(REMOVE_PAUSE);
		}
	}
}

static void *leave_wait(void *unused)
{
	sigset_t set;
	int sig;

	(void)unused;
	leave_signals(&set);
	while (sigwait(&set, &sig))
		;
	/* kept: nothing may begin to write any more */
	g_mutex_lock(&lock);
	leave_clean();
	if (written)
		fprintf(stderr, "gup2pin: interrupted; %s\n", written);
	signal(sig, SIG_DFL);
	leave_child_setup(NULL);
	raise(sig);
	return NULL;
}

void leave_start(void)
{
	sigset_t set;
	GThread *thread;

	leave_signals(&set);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL))
		return;
	thread = g_thread_try_new("leave", leave_wait, NULL, NULL);
	if (thread)
		g_thread_unref(thread);
	else
		leave_child_setup(NULL);
}

void leave_child_setup(void *unused)
{
	sigset_t set;

	(void)unused;
	leave_signals(&set);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

char *leave_make_dir(GError **error)
{
	char *dir;

	g_mutex_lock(&lock);
	dir = g_dir_make_tmp("gup2pin-XXXXXX", error);
	if (dir && !dirs)
		dirs = g_ptr_array_new_with_free_func(g_free);
	if (dir)
		g_ptr_array_add(dirs, g_strdup(dir));
	g_mutex_unlock(&lock);
	return dir;
}

void leave_remove_dir(const char *dir)
{
	g_mutex_lock(&lock);
	leave_unlink(dir);
	for (unsigned int i = 0; dirs && i < dirs->len; i++) {
		if (strcmp(dirs->pdata[i], dir))
			continue;
		g_ptr_array_remove_index_fast(dirs, i);
		break;
	}
	if (dirs && !dirs->len)
		g_clear_pointer(&dirs, g_ptr_array_unref);
	g_mutex_unlock(&lock);
}

void leave_child(pid_t pid)
{
	g_mutex_lock(&lock);
	child = pid;
	g_mutex_unlock(&lock);
}

void leave_hold(void)
{
	g_mutex_lock(&lock);
}

void leave_go(const char *what)
{
	if (what)
		written = what;
	g_mutex_unlock(&lock);
}
