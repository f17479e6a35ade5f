// SPDX-License-Identifier: GPL-2.0-only
#include <drivers/media/ringcap.c>
#include "exec.h"

void exec_life(void)
{
	struct ringcap_reg reg = { exec_user(0), 6, 0 };
	struct file file = {};

	ringcap_dev = &exec_device;
	ringcap_regs = exec_registers;
	if (exec_back(ringcap_fops.open(NULL, &file)))
		return;
	exec_back(ringcap_fops.unlocked_ioctl(&file, RINGCAP_REGISTER,
					      (unsigned long)&reg));
	if (exec_pick(2)) {
		exec_back(ringcap_fops.unlocked_ioctl(&file,
						      RINGCAP_UNREGISTER, 0));
		reg.nr_pages = 2;
		exec_back(ringcap_fops.unlocked_ioctl(&file, RINGCAP_REGISTER,
						      (unsigned long)&reg));
	}
	exec_back(ringcap_fops.release(NULL, &file));
}
