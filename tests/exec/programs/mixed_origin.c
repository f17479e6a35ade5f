// SPDX-License-Identifier: GPL-2.0-only
#include <mixed_origin.c>
#include "exec.h"

struct page *mo_zero;

void exec_life(void)
{
	struct mo_dev dev = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &dev };
	loff_t pos = 0;

	mo_zero = alloc_page(GFP_KERNEL);
	if (!mo_zero)
		return;
	if (!mo_probe(&dev)) {
		exec_back(mo_apart_fops.write(&file,
					      (const char __user *)exec_user(0),
					      PAGE_SIZE, &pos));
		put_page(dev.padding);
	}
	put_page(mo_zero);
}
