// SPDX-License-Identifier: GPL-2.0-only
#define kl_device exec_device
#include <kinds_alloc.c>
#include "exec.h"

bool kl_profiling;

void exec_life(void)
{
	struct file file = {};

	exec_back(kl_fops.unlocked_ioctl(&file, exec_pick(2), exec_user(0)));
	exec_back(kl_fops.release(NULL, &file));
}
