// SPDX-License-Identifier: GPL-2.0-only
#define ERA_GET 508
#define ERA_PIN 508
#include "era.h"
#include <era_locked.c>
#include "exec.h"

void exec_life(void)
{
	struct eo_dev d = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &d };
	struct eo_ctx *c;
	void *buf = (void *)exec_user(0);

	init_completion(&d.done);
	switch (exec_pick(3)) {
	case 0:
		exec_back(eo_fops.read(&file, buf, 100, NULL));
		return;
	case 1:
		exec_back(eo_fops.write(&file, buf, 100, NULL));
		return;
	}
	c = exec_new(struct eo_ctx);
	c->d = &d;
	file.private_data = c;
	exec_back(eo_fops.unlocked_ioctl(&file, 1, exec_user(0) | exec_pick(2)));
	if (exec_pick(2))
		exec_back(eo_fops.unlocked_ioctl(&file, 0, 0));
	exec_back(eo_fops.release(NULL, &file));
}
