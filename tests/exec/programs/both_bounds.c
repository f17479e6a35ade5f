// SPDX-License-Identifier: GPL-2.0-only
#include <both_bounds.c>
#include "exec.h"

void exec_life(void)
{
	struct bb_ctx *ctx = exec_new(struct bb_ctx);
	struct file file = { .private_data = ctx };
	int calls = exec_pick(3);

	ctx->dev = &exec_device;
	ctx->regs = exec_registers;
	/* once; registered; registered twice and once in between */
	if (calls != 1)
		exec_back(bb_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	if (calls != 0)
		exec_back(bb_fops.unlocked_ioctl(&file, 2, exec_user(16)));
	if (calls == 2)
		exec_back(bb_fops.unlocked_ioctl(&file, 2, exec_user(32)));
	/* The driver forgets that a failed call left a negative number here. */
	exec_back(bb_fops.release(NULL, &file));
}
