// SPDX-License-Identifier: GPL-2.0-only
#include <embedded_array.c>
#include "exec.h"

void exec_life(void)
{
	struct ea_ctx *ctx = exec_new(struct ea_ctx);
	struct file file = { .private_data = ctx };

	ctx->dev = &exec_device;
	ctx->regs = exec_registers;
	INIT_LIST_HEAD(&ctx->objs);
	exec_back(ea_fops.unlocked_ioctl(&file, 5, exec_user(0)));
	if (exec_pick(2))
		exec_back(ea_fops.unlocked_ioctl(&file, 2, exec_user(9)));
	exec_back(ea_fops.release(NULL, &file));
}
