// SPDX-License-Identifier: GPL-2.0-only
#define ERA_GET 420
#define ERA_PIN 506
#include "era.h"
#include <era_write.c>
#include "exec.h"

void exec_life(void)
{
	struct ew_dev d = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &d };
	struct ew_ctx *c;
	void *buf = (void *)exec_user(0);

	init_completion(&d.done);
	switch (exec_pick(3)) {
	case 0:
		exec_back(ew_fops.read(&file, buf, 100, NULL));
		return;
	case 1:
		exec_back(ew_fops.write(&file, buf, 100, NULL));
		return;
	}
	c = exec_new(struct ew_ctx);
	c->d = &d;
	file.private_data = c;
	exec_back(ew_fops.unlocked_ioctl(&file, 1, exec_user(0) | exec_pick(2)));
	if (exec_pick(2))
		exec_back(ew_fops.unlocked_ioctl(&file, 0, 0));
	exec_back(ew_fops.release(NULL, &file));
}
