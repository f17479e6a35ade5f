// SPDX-License-Identifier: GPL-2.0-only
#include <object_copy.c>
#include "exec.h"

void exec_life(void)
{
	struct oc_file f = {};
	struct file file = { .private_data = &f };

	exec_back(oc_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(oc_fops.unlocked_ioctl(&file, 0, exec_user(6)));
	exec_back(oc_fops.release(NULL, &file));
}
