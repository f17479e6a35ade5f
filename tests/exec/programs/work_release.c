// SPDX-License-Identifier: GPL-2.0-only
#include <work_release.c>
#include "exec.h"

void exec_life(void)
{
	struct wr_dev *wr = exec_own(sizeof(*wr));
	struct file file = { .private_data = wr };

	wr->dev = &exec_device;
	wr->regs = exec_registers;
	/* The interrupt may come in after the last call, too. */
	if (wr_setup(wr, 5))
		return;
	exec_back(wr_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(wr_fops.unlocked_ioctl(&file, 1, exec_user(8)));
}
