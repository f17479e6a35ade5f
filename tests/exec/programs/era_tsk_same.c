// SPDX-License-Identifier: GPL-2.0-only
#define ERA_GET 506
#define ERA_PIN 506
#include "era.h"
#include <era_tsk_same.c>
#include "exec.h"

void exec_life(void)
{
	struct ek_dev d = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &d };
	void *buf = (void *)exec_user(0);

	init_completion(&d.done);
	switch (exec_pick(2)) {
	case 0:
		exec_back(ek_fops.read(&file, buf, 100, NULL));
		return;
	case 1:
		exec_back(ek_fops.write(&file, buf, 100, NULL));
		return;
	}
}
