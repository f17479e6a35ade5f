// SPDX-License-Identifier: GPL-2.0-only
#include <links.c>
#include "exec.h"

static void *stored;

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	stored = entry;
	return NULL;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	void *entry = stored;

	stored = NULL;
	return entry;
}

void exec_life(void)
{
	struct lk_dev *lk = exec_own(sizeof(*lk));
	struct file file = { .private_data = lk };
	int i;

	stored = NULL;
	INIT_LIST_HEAD(&lk->list);
	for (i = 0; i < 5; i++) {
		/* Its release() takes for granted that everything went well. */
		if (exec_back(lk_fops.unlocked_ioctl(&file, i,
						     exec_user(4 * i)))) {
			exec_incomplete();
			return;
		}
	}
	exec_back(lk_fops.release(NULL, &file));
}
