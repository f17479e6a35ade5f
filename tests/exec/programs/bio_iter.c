// SPDX-License-Identifier: GPL-2.0-only
#include <bio_iter.c>
#include "bio.h"

struct bio_vec *bvec_init_iter_all(struct bvec_iter_all *iter_all)
{
	iter_all->done = 0;
	iter_all->idx = 0;
	return &iter_all->bv;
}

bool bio_next_segment(const struct bio *bio, struct bvec_iter_all *iter)
{
	if (iter->idx >= bio->bi_vcnt)
		return false;
	iter->bv = bio->bi_io_vec[iter->idx++];
	return true;
}

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
	ret = bt_fops.unlocked_ioctl(&file, 1, exec_user(2));
	if (bio_submitted)
		exec_irq(bio_complete, bio_submitted);
	exec_back(ret);
}
