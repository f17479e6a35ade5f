// SPDX-License-Identifier: GPL-2.0-only
#include <own_pfn.c>
#include "exec.h"

void exec_life(void)
{
	struct own_dev *dev = exec_new(struct own_dev);
	struct file file = { .private_data = dev };

	dev->regs = exec_registers;
	exec_back(own_fops.unlocked_ioctl(&file, 1, 0));
	exec_back(own_fops.unlocked_ioctl(&file, 0, exec_user(0)));
	exec_back(own_fops.release(NULL, &file));
}
