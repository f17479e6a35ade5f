// SPDX-License-Identifier: GPL-2.0-only
/* Wrong before the conversion: one of the pins lacks FOLL_LONGTERM. */
#include <flags_build.c>
#include "exec.h"

void fb_log(unsigned int flags)
{
}

void exec_life(void)
{
	struct fb_dev fb = { .dev = &exec_device };
	struct fb_pin fp = { .dev = &exec_device };
	struct file file = { .private_data = &fb };
	struct file pin = { .private_data = &fp };

	exec_back(fb_fops.unlocked_ioctl(&file, exec_pick(3), exec_user(0)));
	exec_back(fb_fops.unlocked_ioctl(&file, 0, exec_user(4)));
	exec_back(fb_fops.release(NULL, &file));
	exec_back(fb_pin_fops.unlocked_ioctl(&pin, exec_pick(2), exec_user(8)));
	exec_back(fb_pin_fops.release(NULL, &pin));
}
