// SPDX-License-Identifier: GPL-2.0-only
#include <cleanup_free.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = { .private_data = &exec_device };

	exec_back(cf_fops.unlocked_ioctl(&file, 1, exec_user(11)));
}
