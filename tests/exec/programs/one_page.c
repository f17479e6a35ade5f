// SPDX-License-Identifier: GPL-2.0-only
#include <one_page.c>
#include "exec.h"

/* Only the driver that is converted is run. */
void op_somebody_fills(struct page **page)
{
}

void exec_life(void)
{
	struct op_batch batch = { .dev = &exec_device };
	struct file file = { .private_data = &batch };

	exec_back(op_fops.unlocked_ioctl(&file, 0, exec_user(5)));
	exec_back(op_fops.release(NULL, &file));
}
