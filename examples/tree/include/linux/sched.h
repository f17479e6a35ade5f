/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/types.h>

struct mm_struct;

struct task_struct {
	struct mm_struct *mm;
	int pid;
};

struct task_struct *get_current(void);
#define current get_current()

int signal_pending(struct task_struct *p);
void cond_resched(void);

#endif
