// SPDX-License-Identifier: GPL-2.0-only
#include <long_lines.c>
#include "exec.h"

void exec_life(void)
{
	static const unsigned int commands[] = { 1, 2, 3, 4 };
	struct lg_context_of_the_driver lg = { .dev = &exec_device };
	struct file file = { .private_data = &lg };
	unsigned int cmd = commands[exec_pick(ARRAY_SIZE(commands))];

	if (exec_back(lg_fops.unlocked_ioctl(&file, cmd, exec_user(0))) < 0)
		lg.number_of_pages = 0;
	exec_back(lg_fops.release(NULL, &file));
}
