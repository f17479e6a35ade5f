// SPDX-License-Identifier: GPL-2.0-only
#include <error_goto.c>
#include "exec.h"

void exec_life(void)
{
	struct eg_dev eg = { .dev = &exec_device, .regs = exec_registers };
	struct eg_args args = { exec_user(0), exec_user(8) };
	struct file file = { .private_data = &eg };

	if (exec_pick(2))
		args.dst = args.src;
	exec_back(eg_fops.unlocked_ioctl(&file, 1, (unsigned long)&args));
}
