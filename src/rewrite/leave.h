/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * leave.h - a signal ends the run and leaves nothing half done
 *
 * SIGINT, SIGTERM and SIGHUP are taken by a thread of their own.  It waits for
 * files that are just being written, ends the child, removes the temporary
 * directories and lets the signal do what it does by default.
 */
#ifndef REWRITE_LEAVE_H
#define REWRITE_LEAVE_H

#include <glib.h>
#include <sys/types.h>

/**
 * leave_start() - from now on signals are handled; before any other thread
 */
void leave_start(void);

/**
 * leave_child_setup() - signals are the child's own again
 * @unused: for g_subprocess_launcher_set_child_setup()
 */
void leave_child_setup(void *unused);

/**
 * leave_make_dir() - a temporary directory that goes, come what may
 * @error: of g_dir_make_tmp()
 *
 * Return: (transfer full): its path, for leave_remove_dir(); NULL on error
 */
char *leave_make_dir(GError **error);

/**
 * leave_remove_dir() - remove a directory with all that is in it, and forget it
 * @dir: of leave_make_dir()
 */
void leave_remove_dir(const char *dir);

/**
 * leave_child() - a child process that must not outlive the run
 * @pid: its number; 0 when it is gone
 */
void leave_child(pid_t pid);

/**
 * leave_hold() - a signal has to wait: files are being written
 */
void leave_hold(void);

/**
 * leave_go() - the files are complete
 * @what: what a signal that came meanwhile should say of them; static; or NULL
 */
void leave_go(const char *what);

#endif
