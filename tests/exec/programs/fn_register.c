// SPDX-License-Identifier: GPL-2.0-only
#include <fn_register.c>
#include <fn_register--users.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	memset(fr_funcs, 0, sizeof(fr_funcs));
	fr_init();
	exec_back(fr_fops.unlocked_ioctl(&file, exec_pick(4), exec_user(0)));
}
