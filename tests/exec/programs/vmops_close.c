// SPDX-License-Identifier: GPL-2.0-only
#include <vmops_close.c>
#include "exec.h"

void exec_life(void)
{
	struct vc_win win = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &win };
	struct vm_area_struct vma = {};

	win.addr = exec_user(0);
	if (!exec_back(vc_fops.mmap(&file, &vma))) {
		vma.vm_ops->close(&vma);
		exec_back(0);
	}
}
