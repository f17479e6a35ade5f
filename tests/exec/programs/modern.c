// SPDX-License-Identifier: GPL-2.0-only
#include <modern.c>
#include "exec.h"

static void live_buffer(void)
{
	struct file file = {};

	if (!exec_back(mo_fops.unlocked_ioctl(&file, 1, exec_user(0))))
		mo_fops.release(NULL, &file);
}

static void live_one(void)
{
	struct file file = { .private_data = (void *)exec_user(0) };

	if (!exec_back(mo_one_fops.open(NULL, &file)))
		mo_one_fops.release(NULL, &file);
}

void exec_life(void)
{
	if (exec_pick(2))
		live_buffer();
	else
		live_one();
}
