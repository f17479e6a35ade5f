// SPDX-License-Identifier: GPL-2.0-only
#include <mixed_uses.c>
#include "exec.h"

static struct urb *urb_submitted;

int usb_submit_urb(struct urb *urb, gfp_t flags)
{
	urb_submitted = urb;
	return 0;
}

void usb_kill_urb(struct urb *urb)
{
	urb_submitted = NULL;
}

void exec_life(void)
{
	struct mu_file *mu = exec_new(struct mu_file);
	struct file file = { .private_data = mu };

	urb_submitted = NULL;
	mu->dev = &exec_device;
	exec_back(mu_fops.unlocked_ioctl(&file, 0, exec_user(0)));
	if (exec_pick(2) && urb_submitted)
		urb_submitted->complete(urb_submitted);
	exec_back(mu_fops.unlocked_ioctl(&file, 1, exec_user(20)));
	exec_back(mu_fops.release(NULL, &file));
}
