// SPDX-License-Identifier: GPL-2.0-only
#include <addresses.c>
#include "exec.h"

void exec_life(void)
{
	struct ad_ctx ctx = { .regs = exec_registers };
	struct file file = { .private_data = &ctx };
	loff_t pos = 0;

	exec_back(ad_write_fops.write(&file, (const char __user *)exec_user(0),
				      16, &pos));
	exec_back(ad_map_fops.unlocked_ioctl(&file, 1, exec_user(1)));
	exec_back(ad_fops.unlocked_ioctl(&file, 1, exec_user(6)));
	exec_back(ad_fops.unlocked_ioctl(&file, 2, exec_user(7)));
	exec_back(ad_fops.release(NULL, &file));
}
