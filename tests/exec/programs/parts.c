// SPDX-License-Identifier: GPL-2.0-only
/* with its parts <parts.c> and <parts--give.c> */
#include <parts--main.c>
#include "exec.h"

void exec_life(void)
{
	struct ps_buf buf = {};
	struct file file = { .private_data = &buf };

	exec_back(ps_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(ps_fops.release(NULL, &file));
}
