// SPDX-License-Identifier: GPL-2.0-only
#include <sgtable_page.c>
#include "exec.h"

void exec_life(void)
{
	struct sgp_ctx *ctx = exec_new(struct sgp_ctx);
	struct file file = { .private_data = ctx };

	ctx->dev = &exec_device;
	ctx->regs = exec_registers;
	exec_back(sgp_fops.unlocked_ioctl(&file, 7, exec_user(0)));
	if (exec_pick(2))
		exec_back(sgp_fops.unlocked_ioctl(&file, 2, exec_user(9)));
	exec_back(sgp_fops.release(NULL, &file));
}
