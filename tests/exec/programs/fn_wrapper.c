// SPDX-License-Identifier: GPL-2.0-only
#define fw_device exec_device
#include <fn_wrapper.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	exec_back(fw_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(fw_fops.release(NULL, &file));
}
