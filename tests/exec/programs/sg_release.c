// SPDX-License-Identifier: GPL-2.0-only
#include <sg_release.c>
#include "exec.h"

void exec_life(void)
{
	struct sr_dev sr = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &sr };

	exec_back(sr_fops.read(&file, (void *)exec_user(0), 6 * PAGE_SIZE,
			       NULL));
}
