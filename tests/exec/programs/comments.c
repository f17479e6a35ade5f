// SPDX-License-Identifier: GPL-2.0-only
#include <comments.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	exec_back(cm_fops.unlocked_ioctl(&file, 0, exec_user(5)));
}
