// SPDX-License-Identifier: GPL-2.0-only
#include <data.c>
#include "exec.h"

void exec_life(void)
{
	struct file file = {};

	switch (exec_pick(3)) {
	case 0:
		exec_back(stamp_fops.unlocked_ioctl(&file, 0, exec_user(1)));
		break;
	case 1:
		exec_back(stamp_fops.unlocked_ioctl(&file, 7,
						    exec_user(10) + 8));
		break;
	case 2:
		/* crosses the end of the page */
		exec_back(stamp_fops.unlocked_ioctl(&file, 7,
						    exec_user(10) - 8));
	}
}
