// SPDX-License-Identifier: GPL-2.0-only
#include <entry_kinds.c>
#include "exec.h"

static irq_handler_t first_half, second_half;

int request_threaded_irq(unsigned int irq, irq_handler_t handler,
			 irq_handler_t thread_fn, unsigned long flags,
			 const char *name, void *dev)
{
	first_half = handler;
	second_half = thread_fn;
	return 0;
}

void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long data),
		  unsigned long data)
{
	t->func = func;
	t->data = data;
}

static struct ek_sysfs in_sysfs;

struct ek_sysfs *ek_sysfs_of(struct device *dev)
{
	return &in_sysfs;
}

static void live_table(void)
{
	struct ek_file ek = {};
	struct file file = { .private_data = &ek };

	if (exec_back(ek_table_fops.unlocked_ioctl(&file, 1, exec_user(0))))
		return;
	if (exec_pick(2))
		ek_table_fops.unlocked_ioctl(&file, 2, 0);
	else
		ek_table_fops.release(NULL, &file);
}

static void run_first(void *data)
{
	first_half(1, data);
}

/* Each I/O ends before the call is back, as in entries.c. */
static void live_irq(void)
{
	struct ek_irq ei = {};
	struct file file = { .private_data = &ei };
	char __user *buf = (char __user *)exec_user(0);
	long ret;

	if (ek_irq_fops.open(NULL, &file))
		return;
	ret = ek_irq_fops.write(&file, buf, 8, NULL);
	if (ret > 0)
		exec_irq(run_first, &ei);
	exec_back(ret);
	ret = ek_irq_fops.read(&file, buf, 8, NULL);
	/* the thread may sleep */
	if (ret > 0)
		second_half(1, &ei);
	exec_back(ret);
}

static void run_tasklet(void *data)
{
	struct tasklet_struct *tasklet = data;

	tasklet->func(tasklet->data);
}

static void live_tasklet(void)
{
	struct ek_task et = {};
	struct file file = { .private_data = &et };
	char __user *buf = (char __user *)exec_user(0);

	long ret = ek_task_fops.write(&file, buf, 8, NULL);

	if (ret > 0)
		exec_irq(run_tasklet, &et.tasklet);
	exec_back(ret);
}

static void live_sysfs(void)
{
	/* the count stands for an address */
	ssize_t ret = ek_sysfs_attr.store(NULL, NULL, NULL, exec_user(0));

	exec_back(ret < 0);
	if (ret > 0)
		ek_sysfs_driver.remove(NULL);
}

void exec_life(void)
{
	switch (exec_pick(4)) {
	case 0:
		live_table();
		break;
	case 1:
		live_irq();
		break;
	case 2:
		live_tasklet();
		break;
	case 3:
		live_sysfs();
	}
}
