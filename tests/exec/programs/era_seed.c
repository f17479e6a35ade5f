// SPDX-License-Identifier: GPL-2.0-only
/* Right when it is taken back: that is the function it was before. */
#define ERA_GET 505
#define ERA_PIN 505
#include "era.h"
#include <era_seed.c>
#include "exec.h"

void exec_life(void)
{
	struct es_dev d = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &d };
	struct es_ctx *c;

	init_completion(&d.done);
	c = exec_new(struct es_ctx);
	c->d = &d;
	file.private_data = c;
	exec_back(es_fops.unlocked_ioctl(&file, 1, exec_user(0) | exec_pick(2)));
	if (exec_pick(2))
		exec_back(es_fops.unlocked_ioctl(&file, 0, 0));
	exec_back(es_fops.release(NULL, &file));
}
