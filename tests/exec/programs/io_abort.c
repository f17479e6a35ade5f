// SPDX-License-Identifier: GPL-2.0-only
#include <io_abort.c>
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

static void urb_done(void)
{
	struct urb *urb = urb_submitted;

	urb_submitted = NULL;
	if (urb)
		urb->complete(urb);
}

void exec_life(void)
{
	struct ab_file *ab = exec_new(struct ab_file);
	struct file file = { .private_data = ab };
	bool done = exec_pick(2);
	long ret;

	urb_submitted = NULL;
	ab->dev = &exec_device;
	ret = ab_fops.unlocked_ioctl(&file, 1, exec_user(0));
	if (done)
		urb_done();
	/* under way for as long as the device likes: the file ends it */
	if (ret || done)
		exec_back(ret);
	exec_back(ab_fops.release(NULL, &file));
}
