// SPDX-License-Identifier: GPL-2.0-only
#include <longterm.c>
#include "exec.h"

void exec_life(void)
{
	struct lt_ctx *ctx = exec_new(struct lt_ctx);
	struct file file = { .private_data = ctx };
	unsigned long addr = exec_user(0);

	ctx->dev = &exec_device;
	INIT_LIST_HEAD(&ctx->regions);
	exec_back(lt_fops.unlocked_ioctl(&file, LT_REGISTER, addr));
	if (exec_pick(2)) {
		exec_back(lt_fops.unlocked_ioctl(&file, LT_REGISTER,
						 exec_user(20)));
		exec_back(lt_fops.unlocked_ioctl(&file, LT_UNREGISTER, addr));
	}
	exec_back(lt_fops.release(NULL, &file));
}
