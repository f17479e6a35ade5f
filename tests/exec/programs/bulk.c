// SPDX-License-Identifier: GPL-2.0-only
#include <bulk.c>
#include "exec.h"

void exec_life(void)
{
	struct bk_dev dev = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &dev };
	char *buf = (char *)exec_user(0);

	switch (exec_pick(7)) {
	case 0:
		exec_back(bk_fops[0].write(&file, buf, 0, NULL));
		break;
	case 1:
		exec_back(bk_fops[0].read(&file, buf, 0, NULL));
		break;
	case 2:
		exec_back(bk_fops[1].write(&file, buf, 0, NULL));
		break;
	case 3:
		exec_back(bk_fops[1].write(&file, buf, 1, NULL));
		break;
	case 4:
		exec_back(bk_fops[1].write(&file, buf, 2, NULL));
		break;
	case 5:
		exec_back(bk_fops[1].read(&file, buf, 0, NULL));
		break;
	default:
		exec_back(bk_fops[2].read(&file, buf, 3 * PAGE_SIZE, NULL));
	}
}
