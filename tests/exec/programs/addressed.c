// SPDX-License-Identifier: GPL-2.0-only
#include <addressed.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	exec_back(ad_fops.unlocked_ioctl(&file, 0, exec_user(0)));
	exec_back(ad_fops.unlocked_ioctl(&file, 1, exec_user(1)));
	exec_back(ad_fops.unlocked_ioctl(&file, 2, exec_user(2)));
}
