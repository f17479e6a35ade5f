// SPDX-License-Identifier: GPL-2.0-only
#include <release_pages.c>
#include "exec.h"

void exec_life(void)
{
	struct rp_dev rp = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &rp };

	exec_back(rp_fops.write(&file, (void *)exec_user(0),
				RP_PAGES * PAGE_SIZE, NULL));
}
