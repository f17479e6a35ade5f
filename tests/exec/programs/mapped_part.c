// SPDX-License-Identifier: GPL-2.0-only
#include <mapped_part.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};
	unsigned int cmd;

	for (cmd = 0; cmd < 4; cmd++)
		exec_back(mp_fops.unlocked_ioctl(&file, cmd, exec_user(cmd)));
}
