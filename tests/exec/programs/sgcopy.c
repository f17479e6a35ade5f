// SPDX-License-Identifier: GPL-2.0-only
#include <drivers/dma/sgcopy.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	sgcopy.dev = &exec_device;
	sgcopy.regs = exec_registers;
	mutex_init(&sgcopy.lock);
	init_completion(&sgcopy.done);
	switch (exec_pick(4)) {
	case 0:
		exec_back(sgcopy_fops.read(&file, (void *)exec_user(0),
					   5 * PAGE_SIZE, NULL));
		break;
	case 1:
		exec_back(sgcopy_fops.read(&file, (void *)exec_user(2) + 9,
					   2 * PAGE_SIZE, NULL));
		break;
	case 2:
		exec_back(sgcopy_fops.read(&file, NULL, 0, NULL));
		break;
	case 3:
		exec_back(sgcopy_fops.read(&file, (void *)exec_user(0),
					   1 << 30, NULL));
	}
}
