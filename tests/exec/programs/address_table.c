// SPDX-License-Identifier: GPL-2.0-only
#include <address_table.c>
#include "exec.h"

void exec_life(void)
{
	void *table[4];
	struct at_ctx ctx = { .table = table };
	struct file file = { .private_data = &ctx };

	exec_back(at_fops.unlocked_ioctl(&file, 0, exec_user(0)));
	exec_back(at_fops.unlocked_ioctl(&file, 1, exec_user(1)));
	exec_back(at_fops.unlocked_ioctl(&file, 0, exec_user(2)));
	exec_back(at_fops.release(NULL, &file));
}
