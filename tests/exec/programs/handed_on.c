// SPDX-License-Identifier: GPL-2.0-only
#include <handed_on.c>
#include "exec.h"

static struct dma_buf *ho_buf;

struct dma_buf *dma_buf_export(const struct dma_buf_export_info *info)
{
	ho_buf = exec_pick(2) ? exec_new(struct dma_buf) : NULL;
	if (!ho_buf)
		return ERR_PTR(-ENOMEM);
	ho_buf->dev = &exec_device;
	ho_buf->priv = info->priv;
	return ho_buf;
}

int ho_submit(struct ho_req *req)
{
	return -EIO;
}

void exec_life(void)
{
	struct dma_buf *buf = ho_export(exec_user(0));
	struct file file = {};

	if (!IS_ERR(buf)) {
		ho_ops.map_dma_buf(buf);
		ho_ops.release(buf);
	}
	/* Wrong before the conversion: what is pinned meets put_page() */
	exec_back(ho_either_fops.unlocked_ioctl(&file, exec_pick(2),
						exec_user(6)));
}
