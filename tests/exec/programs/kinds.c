// SPDX-License-Identifier: GPL-2.0-only
#define ki_device exec_device
#include <kinds.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	exec_back(ki_fops.unlocked_ioctl(&file, exec_pick(2), exec_user(0)));
	exec_back(ki_fops.release(NULL, &file));
}
