// SPDX-License-Identifier: GPL-2.0-only
#include <switch_result.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	exec_back(sr_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(sr_fops.unlocked_ioctl(&file, 0, exec_user(1)));
}
