// SPDX-License-Identifier: GPL-2.0-only
#include <drivers/misc/poke.c>
#include "exec.h"

void exec_life(void)
{
	struct poke_args args = { exec_user(4) + 100, POKE_MAX, "bytes" };
	struct file file = {};

	if (exec_back(poke_fops.open(NULL, &file)))
		return;
	exec_back(poke_fops.unlocked_ioctl(&file, POKE_WRITE,
					   (unsigned long)&args));
	exec_back(poke_fops.release(NULL, &file));
}
