// SPDX-License-Identifier: GPL-2.0-only
#include <helper_release.c>
#include "exec.h"

void exec_life(void)
{
	struct hr_dev hr = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &hr };

	exec_back(hr_fops.read(&file, (void *)exec_user(0), 0, NULL));
}
