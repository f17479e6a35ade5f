// SPDX-License-Identifier: GPL-2.0-only
/* Wrong before the conversion: the pin lacks FOLL_LONGTERM. */
#include <pin_no_longterm.c>
#include "exec.h"

void exec_life(void)
{
	struct pn_ctx *ctx = exec_new(struct pn_ctx);
	struct file file = { .private_data = ctx };

	ctx->dev = &exec_device;
	ctx->regs = exec_registers;
	exec_back(pn_fops.unlocked_ioctl(&file, 6, exec_user(0)));
	exec_back(pn_fops.release(NULL, &file));
}
