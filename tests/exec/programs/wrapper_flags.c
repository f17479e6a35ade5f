// SPDX-License-Identifier: GPL-2.0-only
#include <wrapper_flags.c>
#include "exec.h"

void exec_life(void)
{
	struct wf_dev wf = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &wf };
	void *buf = (void *)exec_user(0);

	if (exec_pick(2))
		exec_back(wf_fops.read(&file, buf, 2 * PAGE_SIZE, NULL));
	else
		exec_back(wf_fops.write(&file, buf, PAGE_SIZE, NULL));
}
