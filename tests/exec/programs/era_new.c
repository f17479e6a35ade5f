// SPDX-License-Identifier: GPL-2.0-only
#define ERA_GET 702
#define ERA_PIN 702
#include "era.h"
#include <era_new.c>
#include "exec.h"

void exec_life(void)
{
	struct ez_dev d = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &d };
	struct ez_ctx *c;
	void *buf = (void *)exec_user(0);

	init_completion(&d.done);
	switch (exec_pick(2)) {
	case 0:
		exec_back(ez_fops.read(&file, buf, 100, NULL));
		return;
	}
	c = exec_new(struct ez_ctx);
	c->d = &d;
	file.private_data = c;
	exec_back(ez_fops.unlocked_ioctl(&file, 1, exec_user(0) | exec_pick(2)));
	if (exec_pick(2))
		exec_back(ez_fops.unlocked_ioctl(&file, 0, 0));
	exec_back(ez_fops.release(NULL, &file));
}
