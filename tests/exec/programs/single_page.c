// SPDX-License-Identifier: GPL-2.0-only
#include <single_page.c>
#include "exec.h"

void exec_life(void)
{
	struct sp_dev sp = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &sp };

	exec_back(sp_fops.unlocked_ioctl(&file, 1, exec_user(4)));
}
