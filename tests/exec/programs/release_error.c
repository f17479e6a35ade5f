// SPDX-License-Identifier: GPL-2.0-only
#include <release_error.c>
#include "exec.h"

void exec_life(void)
{
	struct re_dev re = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &re };
	const char *buf = (const char *)exec_user(0);
	size_t count = (exec_pick(4) + 1) * PAGE_SIZE;

	switch (exec_pick(4)) {
	case 0:
		exec_back(re_fops.write(&file, buf, count, NULL));
		break;
	case 1:
		exec_back(re_some_fops.write(&file, buf, count, NULL));
		break;
	case 2:
		exec_back(re_clamped_fops.write(&file, buf, count, NULL));
		break;
	default:
		exec_back(re_copy_fops.write(&file, buf, count, NULL));
	}
}
