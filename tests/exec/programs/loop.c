// SPDX-License-Identifier: GPL-2.0-only
#include <loop.c>
#include "exec.h"

void exec_life(void)
{
	struct lp_dev lp = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &lp };

	exec_back(lp_fops.write(&file, (void *)exec_user(0),
				(exec_pick(2) ? 20 : 3) * PAGE_SIZE, NULL));
}
