// SPDX-License-Identifier: GPL-2.0-only
#include <slot_users.c>
#include <slot_users--core.c>
#include "exec.h"

void exec_life(void)
{
	struct su_queue queue = { .mem = &su_mem_ops };
	struct file file = { .private_data = &queue };

	exec_back(su_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(su_fops.unlocked_ioctl(&file, 1, exec_user(8)));
	exec_back(su_fops.release(NULL, &file));
}
