// SPDX-License-Identifier: GPL-2.0-only
#include <flags_cond.c>
#include "exec.h"

void exec_life(void)
{
	struct fc_ctx *c = exec_new(struct fc_ctx);
	struct file file = { .private_data = c };

	c->dev = &exec_device;
	c->regs = exec_registers;
	exec_back(fc_fops.unlocked_ioctl(&file, 4,
					 exec_user(1) + exec_pick(2)));
	if (exec_pick(2)) {
		exec_back(fc_fops.unlocked_ioctl(&file, 0, 0));
		exec_back(fc_fops.unlocked_ioctl(&file, 2, exec_user(9)));
	}
	exec_back(fc_fops.release(NULL, &file));
}
