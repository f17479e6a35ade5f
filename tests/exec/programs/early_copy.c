// SPDX-License-Identifier: GPL-2.0-only
#include <early_copy.c>
#include "exec.h"

void exec_life(void)
{
	struct ec_dev dev = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &dev };
	const char __user *buf = (const char __user *)exec_user(0);
	loff_t pos = 0;

	exec_back(ec_walk_fops.write(&file, buf, PAGE_SIZE, &pos));
	exec_back(ec_field_fops.write(&file, buf, PAGE_SIZE, &pos));
	exec_back(ec_local_fops.write(&file, buf, PAGE_SIZE, &pos));
	exec_back(ec_one_fops.write(&file, buf, PAGE_SIZE, &pos));
	exec_back(ec_dup_fops.write(&file, buf, PAGE_SIZE, &pos));
}
