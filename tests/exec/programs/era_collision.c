// SPDX-License-Identifier: GPL-2.0-only
/* before the conversion these are functions of the driver */
#include <linux/mm.h>
#define pin_user_pages co_own_pin
#define unpin_user_pages co_own_unpin
#include <era_collision.c>
#include "exec.h"

void exec_life(void)
{
	struct co_dev d = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &d };

	init_completion(&d.done);
	exec_back(co_fops.read(&file, (void *)exec_user(0), 100, NULL));
}
