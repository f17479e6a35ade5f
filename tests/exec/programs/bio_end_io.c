// SPDX-License-Identifier: GPL-2.0-only
#include <bio_end_io.c>
#include "bio.h"

static void bio_complete(void *data)
{
	struct bio *bio = data;

	bio->bi_end_io(bio);
}

void exec_life(void)
{
	struct file file = {};
	long ret;

	bio_submitted = NULL;
	ret = be_fops.unlocked_ioctl(&file, 1, exec_user(2));
	if (bio_submitted)
		exec_irq(bio_complete, bio_submitted);
	exec_back(ret);
}
