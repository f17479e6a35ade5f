// SPDX-License-Identifier: GPL-2.0-only
#include <local_array.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	exec_back(la_fops.unlocked_ioctl(&file, exec_pick(2) ? 20 : 3,
					 exec_user(0)));
}
