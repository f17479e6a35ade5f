// SPDX-License-Identifier: GPL-2.0-only
#include <flags_forms.c>
#include "exec.h"

static struct ff_ctx *new_ff(struct ff_ctx *ff)
{
	ff->dev = &exec_device;
	ff->regs = exec_registers;
	return ff;
}

static void live_ff(void)
{
	struct ff_ctx *ff = new_ff(exec_new(struct ff_ctx));
	struct file file = { .private_data = ff };

	exec_back(ff_two(ff, exec_user(0), exec_user(20), exec_pick(2)));
	exec_back(ff_fops.release(NULL, &file));
}

static void live_fg(void)
{
	struct fg_ctx *fg = exec_new(struct fg_ctx);
	struct file file = { .private_data = fg };

	fg->f = new_ff(exec_own(sizeof(*fg->f)));
	fg->pages = exec_alloc(4 * sizeof(*fg->pages));
	fg->nr = 4;
	fg->cmp = exec_pick(2);
	fg->dir = exec_pick(2) ? DMA_FROM_DEVICE : DMA_TO_DEVICE;
	if (exec_back(fg_fops.unlocked_ioctl(&file, 1, exec_user(0))) < 0)
		fg->nr = 0;
	exec_back(fg_fops.release(NULL, &file));
}

static void live_fw(void)
{
	struct fw_ctx *fw = exec_new(struct fw_ctx);
	struct file file = { .private_data = fw };

	fw->f = new_ff(exec_own(sizeof(*fw->f)));
	exec_back(fw_fops.write(&file, (const char *)exec_user(0),
				4 * PAGE_SIZE, NULL));
	if (exec_back(fw_fops.unlocked_ioctl(&file, 1, exec_user(8)))) {
		kfree(fw);
		return;
	}
	exec_back(fw_fops.release(NULL, &file));
}

void exec_life(void)
{
	switch (exec_pick(3)) {
	case 0:
		live_ff();
		break;
	case 1:
		live_fg();
		break;
	default:
		live_fw();
	}
}
