// SPDX-License-Identifier: GPL-2.0-only
#include <module_exit2.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	/* each run is a module loaded anew */
	mm_page = NULL;
	exec_back(mm_fops.unlocked_ioctl(&file, 1, exec_user(3)));
	exec_back(mm_fops.unlocked_ioctl(&file, 1, exec_user(4)));
	mm_exit();
	exec_back(0);
}
