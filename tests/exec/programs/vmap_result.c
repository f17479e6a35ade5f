// SPDX-License-Identifier: GPL-2.0-only
#include <vmap_result.c>
#include "exec.h"

void exec_life(void)
{
	struct vr_ring *ring = exec_new(struct vr_ring);
	struct file file = { .private_data = ring };

	if (exec_back(vr_fops.unlocked_ioctl(&file, 1, exec_user(0)))) {
		kfree(ring);
		return;
	}
	exec_back(vr_fops.release(NULL, &file));
}
