// SPDX-License-Identifier: GPL-2.0-only
/* Wrong before the conversion: a pinned page meets put_page(). */
#include <mismatch_shared.c>
#include "exec.h"

void exec_life(void)
{
	struct ms_dev ms = { .dev = &exec_device };
	struct file file = { .private_data = &ms };

	exec_back(ms_fops.unlocked_ioctl(&file, 0, exec_user(7)));
	exec_back(ms_fops.unlocked_ioctl(&file, 2, exec_user(9)));
	exec_back(ms_fops.release(NULL, &file));
}
