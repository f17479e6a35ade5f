// SPDX-License-Identifier: GPL-2.0-only
#include <release_error.c>
#include "exec.h"

void exec_life(void)
{
	struct re_dev dev = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &dev };
	const char __user *buf = (const char __user *)exec_user(0);
	loff_t pos = 0;

	exec_back(re_some_fops.write(&file, buf, 3 * PAGE_SIZE, &pos));
	exec_back(re_clamped_fops.write(&file, buf, 2 * PAGE_SIZE, &pos));
}
