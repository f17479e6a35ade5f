// SPDX-License-Identifier: GPL-2.0-only
#include <ops_release.c>
#include "exec.h"

void exec_life(void)
{
	struct ops_buf *buf = exec_new(struct ops_buf);
	struct file file = { .private_data = buf };

	buf->dev = &exec_device;
	buf->pages = exec_alloc(16 * sizeof(*buf->pages));
	exec_back(ops_fops.unlocked_ioctl(&file, _IO('o', 1), exec_user(0)));
	exec_back(ops_fops.release(NULL, &file));
}
