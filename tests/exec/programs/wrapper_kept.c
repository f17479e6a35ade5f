// SPDX-License-Identifier: GPL-2.0-only
#include <wrapper_kept.c>
#include "exec.h"

void exec_life(void)
{
	struct wk_ctx ctx = {};
	struct file file = { .private_data = &ctx };

	/* Wrong before the conversion: case 2 lacks FOLL_LONGTERM */
	exec_back(wk_fops.unlocked_ioctl(&file, 2, exec_user(0)));
	exec_back(wk_fops.unlocked_ioctl(&file, 3, exec_user(4)));
	exec_back(wk_fops.release(NULL, &file));
}
