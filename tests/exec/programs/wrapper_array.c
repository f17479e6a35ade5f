// SPDX-License-Identifier: GPL-2.0-only
#include <wrapper_array.c>
#include "exec.h"

void exec_life(void)
{
	struct wa_ctx *ctx = exec_new(struct wa_ctx);
	struct file file = { .private_data = ctx };

	ctx->dev = &exec_device;
	ctx->regs = exec_registers;
	if (exec_pick(2))
		exec_back(wa_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(wa_fops.unlocked_ioctl(&file, 2, exec_user(8)));
	exec_back(wa_fops.release(NULL, &file));
}
