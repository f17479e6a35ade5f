// SPDX-License-Identifier: GPL-2.0-only
#include <folio_put.c>
#include "exec.h"

void exec_life(void)
{
	struct fp_dev fp = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &fp };

	/* both of one folio as well */
	exec_back(fp_fops.read(&file, (void *)exec_user(exec_pick(2) * 8),
			       3 * PAGE_SIZE, NULL));
}
