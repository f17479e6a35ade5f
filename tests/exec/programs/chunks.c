// SPDX-License-Identifier: GPL-2.0-only
#include <chunks.c>
#include "exec.h"

void exec_life(void)
{
	struct ch_iter iter = {};
	struct file file = { .private_data = &iter };

	exec_back(ch_fops.unlocked_ioctl(&file, 4, exec_user(0)));
	exec_back(ch_fops.release(NULL, &file));
}
