// SPDX-License-Identifier: GPL-2.0-only
#include <fn_walker.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = { .private_data = exec_new(struct fl_buf) };

	exec_back(fl_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(fl_fops.release(NULL, &file));
}
