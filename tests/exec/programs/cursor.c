// SPDX-License-Identifier: GPL-2.0-only
#include <cursor.c>
#include "exec.h"

void exec_life(void)
{
	struct cu_ring ring = {};
	struct file file = { .private_data = &ring };

	exec_back(cu_fops.open(NULL, &file));
	exec_back(cu_fops.unlocked_ioctl(&file, 0, exec_user(0)));
	exec_back(cu_fops.unlocked_ioctl(&file, 1, exec_user(1)));
	exec_back(cu_fops.unlocked_ioctl(&file, 2, exec_user(2)));
	exec_back(cu_fops.unlocked_ioctl(&file, 3, exec_user(3)));
	exec_back(cu_fops.release(NULL, &file));
}
