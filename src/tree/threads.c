// SPDX-License-Identifier: GPL-2.0-only
/* threads.c - the same work in several threads */
#include "tree/private.h"

#define MAX_THREADS 64

void threads_run(const char *name, GThreadFunc work, void *data,
		 unsigned int jobs)
{
	g_autoptr(GPtrArray) threads = g_ptr_array_new();

	jobs = MIN(jobs, MAX_THREADS);
	for (unsigned int i = 1; i < jobs; i++) {
		GThread *t = g_thread_try_new(name, work, data, NULL);

		if (t)
			g_ptr_array_add(threads, t);
	}
	work(data);
	for (unsigned int i = 0; i < threads->len; i++)
		g_thread_join(threads->pdata[i]);
}
