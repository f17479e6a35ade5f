// SPDX-License-Identifier: GPL-2.0-only
#include <flags_var.c>
#include "exec.h"

void exec_life(void)
{
	struct fv_ctx *ctx = exec_new(struct fv_ctx);
	struct file file = { .private_data = ctx };

	ctx->dev = &exec_device;
	ctx->regs = exec_registers;
	exec_back(fv_fops.unlocked_ioctl(&file, 1, exec_user(3)));
	exec_back(fv_fops.unlocked_ioctl(&file, 2 + exec_pick(2),
					 exec_user(0)));
	exec_back(fv_fops.unlocked_ioctl(&file, 2, exec_user(8)));
	exec_back(fv_fops.release(NULL, &file));
}
