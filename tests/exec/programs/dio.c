// SPDX-License-Identifier: GPL-2.0-only
#include <dio.c>
#include "exec.h"

void exec_life(void)
{
	struct dio_dev dd = { .dev = &exec_device, .regs = exec_registers };
	struct file file = { .private_data = &dd };
	static const struct dio_args ways[] = {
		{ 0, 1 }, { 100, 3 * PAGE_SIZE }, { 0, 6 * PAGE_SIZE },
		{ 5, PAGE_SIZE - 5 }, { 0, 0 }, { 0, 1024 * PAGE_SIZE },
	};
	struct dio_args args = ways[exec_pick(ARRAY_SIZE(ways))];

	args.addr += exec_user(0);
	exec_back(dio_fops.unlocked_ioctl(&file, 1, (unsigned long)&args));
}
