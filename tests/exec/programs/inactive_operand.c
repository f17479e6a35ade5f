// SPDX-License-Identifier: GPL-2.0-only
#include <inactive_operand.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	exec_back(io_fops.unlocked_ioctl(&file, exec_pick(2), exec_user(0)));
}
