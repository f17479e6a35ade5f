/* SPDX-License-Identifier: GPL-2.0-only */
/* bio.h - requests that a test completes itself: the last one submitted */
#ifndef EXEC_BIO_H
#define EXEC_BIO_H

#include "exec.h"

static struct bio *bio_submitted;

struct bio *bio_kmalloc(unsigned int nr, gfp_t gfp)
{
	struct bio *bio = kzalloc(sizeof(*bio), gfp);

	if (!bio)
		return NULL;
	bio->bi_io_vec = exec_alloc(nr * sizeof(*bio->bi_io_vec));
	return bio;
}

int bio_add_page(struct bio *bio, struct page *page, unsigned int len,
		 unsigned int offset)
{
	bio->bi_io_vec[bio->bi_vcnt++].bv_page = page;
	return len;
}

void submit_bio(struct bio *bio)
{
	bio_submitted = bio;
}

void bio_put(struct bio *bio)
{
	kfree(bio->bi_io_vec);
	kfree(bio);
}

#endif
