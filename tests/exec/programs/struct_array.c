// SPDX-License-Identifier: GPL-2.0-only
#include <struct_array.c>
#include "exec.h"

void exec_life(void)
{
	struct sa_dev sa = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &sa };

	exec_back(sa_fops.read(&file, (void *)exec_user(0), 5 * PAGE_SIZE,
			       NULL));
}
