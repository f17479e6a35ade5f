// SPDX-License-Identifier: GPL-2.0-only
#include <bulk_braces.c>
#include "exec.h"

void exec_life(void)
{
	struct bb_ctx ctx = { .dev = &exec_device };
	struct file file = { .private_data = &ctx };

	INIT_LIST_HEAD(&ctx.areas);
	exec_back(bb_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(bb_fops.unlocked_ioctl(&file, 1, exec_user(10)));
	exec_back(bb_fops.release(NULL, &file));
}
