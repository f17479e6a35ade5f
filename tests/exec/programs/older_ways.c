// SPDX-License-Identifier: GPL-2.0-only
#include <older_ways.c>
#include "exec.h"

void exec_life(void)
{
	struct ow_obj *obj = kzalloc(sizeof(*obj), GFP_KERNEL);
	struct ow_out *out = kzalloc(sizeof(*out), GFP_KERNEL);
	struct ow_ctx ctx = { .obj = obj, .out = out };
	struct file file = { .private_data = &ctx };

	INIT_LIST_HEAD(&ctx.cache);
	if (obj && out) {
		exec_back(ow_fops.unlocked_ioctl(&file, 2, exec_user(0)));
		exec_back(ow_fops.unlocked_ioctl(&file, 3, exec_user(4)));
		exec_back(ow_fops.unlocked_ioctl(&file, 5, exec_user(8)));
		exec_back(ow_fops.unlocked_ioctl(&file, 5, exec_user(9)));
	}
	if (!ow_fops.unlocked_ioctl(&file, 4, exec_user(10))) {
		exec_back(ow_fops.unlocked_ioctl(&file, 0, exec_user(11)));
		exec_back(ow_fops.unlocked_ioctl(&file, 1, exec_user(12)));
	}
	exec_back(ow_fops.release(NULL, &file));
}
