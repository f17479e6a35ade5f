// SPDX-License-Identifier: GPL-2.0-only
#include <deep_calls.c>
#include "exec.h"

void exec_life(void)
{
	struct dc_ctx ctx = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &ctx };

	exec_back(dc_fops.unlocked_ioctl(&file, 1, exec_user(3)));
}
