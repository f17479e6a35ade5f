// SPDX-License-Identifier: GPL-2.0-only
/* includes <part.c> */
#include <part--main.c>
#include "exec.h"

void exec_life(void)
{
	struct pt_buf buf = { .dev = &exec_device };
	struct file file = { .private_data = &buf };

	exec_back(pt_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(pt_fops.unlocked_ioctl(&file, 1, exec_user(16)));
	exec_back(pt_fops.release(NULL, &file));
}
