// SPDX-License-Identifier: GPL-2.0-only
/* Wrong before the conversion: a pinned page meets put_page(). */
#include <mismatch.c>
#include "exec.h"

void exec_life(void)
{
	struct mm_dev md = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &md };

	exec_back(mm_fops.unlocked_ioctl(&file, 1, exec_user(7)));
}
