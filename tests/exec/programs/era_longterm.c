// SPDX-License-Identifier: GPL-2.0-only
#define ERA_GET 420
#define ERA_PIN 506
#include "era.h"
#include <era_longterm.c>
#include "exec.h"

void exec_life(void)
{
	struct el_dev d = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &d };
	struct el_ctx *c;

	init_completion(&d.done);
	c = exec_new(struct el_ctx);
	c->d = &d;
	file.private_data = c;
	exec_back(el_fops.unlocked_ioctl(&file, 1, exec_user(0) | exec_pick(2)));
	if (exec_pick(2))
		exec_back(el_fops.unlocked_ioctl(&file, 0, 0));
	exec_back(el_fops.release(NULL, &file));
}
