// SPDX-License-Identifier: GPL-2.0-only
#include <remote_locked.c>
#include <linux/sched.h>
#include "exec.h"

void exec_life(void)
{
	struct rl_ctx ctx = { .mm = current->mm };
	struct file file = { .private_data = &ctx };
	loff_t pos = exec_user(1) - 50;
	char text[100] = "some bytes for two pages";

	exec_back(rl_fops.write(&file, text, sizeof(text), &pos));
	exec_back(pos - exec_user(0));
}
