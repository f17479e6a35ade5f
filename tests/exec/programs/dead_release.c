// SPDX-License-Identifier: GPL-2.0-only
#include <linux/interrupt.h>

static void *dr_last;

#define request_irq(irq, handler, flags, name, data) \
	(dr_last = (data), request_irq(irq, handler, flags, name, data))
#include <dead_release.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = { .private_data = &exec_device };
	bool forget = exec_pick(2);
	struct dr_io *io;
	long ret;

	ret = dr_fops.unlocked_ioctl(&file, 1, exec_user(0));
	if (!forget || ret) {
		exec_back(ret);
		return;
	}
	/* what nothing in the driver calls */
	io = dr_last;
	free_irq(io->irq, io);
	dma_unmap_sgtable(io->dev, &io->sgt, DMA_TO_DEVICE, 0);
	sg_free_table(&io->sgt);
	dr_forget(io);
	kfree(io);
	exec_back(ret);
}
