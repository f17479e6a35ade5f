// SPDX-License-Identifier: GPL-2.0-only
#include <entries.c>
#include "exec.h"

void timer_setup(struct timer_list *timer,
		 void (*function)(struct timer_list *timer), unsigned int flags)
{
	timer->function = function;
}

static void timer_fires(void *timer)
{
	((struct timer_list *)timer)->function(timer);
}

static void bio_ends(void *bio)
{
	((struct bio *)bio)->bi_end_io(bio);
}

/* Each I/O ends before the call is back: the pins are not for long. */
static void live_dma(void)
{
	struct dma_async_tx_descriptor tx = {};
	struct file file = { .private_data = &tx };
	long ret = en_dma_fops.unlocked_ioctl(&file, 1, exec_user(0));

	if (!ret)
		exec_irq(tx.callback, tx.callback_param);
	exec_back(ret);
}

static void live_timer(void)
{
	struct en_timer t = {};
	struct file file = { .private_data = &t };
	long ret = en_timer_fops.unlocked_ioctl(&file, 1, exec_user(0));

	if (!ret)
		exec_irq(timer_fires, &t.timer);
	exec_back(ret);
}

static void live_bio(void)
{
	struct en_bio b = {};
	struct bio bio = { .bi_private = &b };
	struct file file = { .private_data = &bio };
	long ret = en_bio_fops.unlocked_ioctl(&file, 1, exec_user(0));

	if (!ret)
		exec_irq(bio_ends, &bio);
	exec_back(ret);
}

static void live_map(void)
{
	struct en_map map = {};
	struct file file = { .private_data = &map };

	if (!exec_back(en_map_fops.unlocked_ioctl(&file, 0, exec_user(0))))
		exec_back(en_map_fops.unlocked_ioctl(&file, 1, 0));
}

void exec_life(void)
{
	struct file file = {};

	switch (exec_pick(6)) {
	case 0:
		live_dma();
		break;
	case 1:
		live_timer();
		break;
	case 2:
		live_bio();
		break;
	case 3:
		live_map();
		break;
	case 4:
		/* The last reference goes before the call is back. */
		exec_back(en_ref_fops.unlocked_ioctl(&file, 1, exec_user(0)));
		break;
	case 5:
		exec_back(en_batch_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	}
}
