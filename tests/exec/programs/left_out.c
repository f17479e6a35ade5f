// SPDX-License-Identifier: GPL-2.0-only
#include <left_out.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	exec_back(lo_fops.unlocked_ioctl(&file, 1 + exec_pick(5),
					 exec_user(4)));
}
