// SPDX-License-Identifier: GPL-2.0-only
#include <kvfree_array.c>
#include "exec.h"

void exec_life(void)
{
	struct kv_dev kv = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &kv };
	void *buf = (void *)exec_user(0);

	switch (exec_pick(3)) {
	case 0:
		exec_back(kv_fops.read(&file, buf, 6 * PAGE_SIZE, NULL));
		break;
	case 1:
		exec_back(kv_fops.write(&file, buf, 4 * PAGE_SIZE, NULL));
		break;
	case 2:
		exec_back(kv_fops.read(&file, buf, 0, NULL));
	}
}
