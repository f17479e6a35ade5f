// SPDX-License-Identifier: GPL-2.0-only
#include <notifier_count.c>
#include "exec.h"

unsigned long mmu_interval_read_begin(struct mmu_interval_notifier *mni)
{
	return 0;
}

bool mmu_interval_read_retry(struct mmu_interval_notifier *mni,
			     unsigned long seq)
{
	return false;
}

void mmu_interval_set_seq(struct mmu_interval_notifier *mni, unsigned long seq)
{
}

void mmu_interval_notifier_remove(struct mmu_interval_notifier *mni)
{
}

void exec_life(void)
{
	struct nc_buf *buf = exec_new(struct nc_buf);
	struct file file = { .private_data = buf };

	buf->dev = &exec_device;
	exec_back(nc_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(nc_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(nc_fops.release(NULL, &file));
}
