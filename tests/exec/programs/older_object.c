// SPDX-License-Identifier: GPL-2.0-only
#include <older_object.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};
	int ret = oo_fops.open(NULL, &file);

	exec_back(ret);
	if (ret)
		return;
	exec_back(oo_fops.unlocked_ioctl(&file, 0, exec_user(0)));
	exec_back(oo_fops.unlocked_ioctl(&file, 1, exec_user(4)));
	exec_back(oo_fops.unlocked_ioctl(&file, 1, exec_user(8)));
	exec_back(oo_fops.unlocked_ioctl(&file, 2, exec_user(12)));
	exec_back(oo_fops.release(NULL, &file));
}
