// SPDX-License-Identifier: GPL-2.0-only
/*
 * mirror - map user memory into a device's page table
 *
 * An mmu interval notifier takes the pages out of the device and drops them
 * when the process's mapping changes, so they need no pin.
 */
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/ioctl.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

struct mirror_args {
	__u64 addr;
	__u32 nr_pages;
	__u32 reserved;
};

#define MIRROR_BIND	_IOW('m', 1, struct mirror_args)

#define MIRROR_MAX_PAGES	64

struct mirror {
	struct mmu_interval_notifier notifier;
	struct mutex lock;
	void __iomem *ptes;
	struct page *pages[MIRROR_MAX_PAGES];
	int nr_pages;
	bool bound;
};

/* Set by probe(), which is left out. */
static void __iomem *mirror_ptes;

/* Called with mirror->lock held. */
static void mirror_zap(struct mirror *mirror)
{
	int i;

	for (i = 0; i < mirror->nr_pages; i++) {
		writeq(0, mirror->ptes + i * 8);
		put_page(mirror->pages[i]);
	}
	mirror->nr_pages = 0;
}

static bool mirror_invalidate(struct mmu_interval_notifier *mni,
			      const struct mmu_notifier_range *range,
			      unsigned long cur_seq)
{
	struct mirror *mirror = container_of(mni, struct mirror, notifier);

	if (!mmu_notifier_range_blockable(range))
		return false;

	mutex_lock(&mirror->lock);
	mmu_interval_set_seq(mni, cur_seq);
	mirror_zap(mirror);
	mutex_unlock(&mirror->lock);
	return true;
}

static const struct mmu_interval_notifier_ops mirror_notifier_ops = {
	.invalidate = mirror_invalidate,
};

static int mirror_fill(struct mirror *mirror, struct mirror_args *args)
{
	unsigned long seq;
	int i, nr, ret = 0;

again:
	seq = mmu_interval_read_begin(&mirror->notifier);
	mutex_lock(&mirror->lock);
	nr = get_user_pages_fast(args->addr, args->nr_pages, FOLL_WRITE,
				 mirror->pages);
	if (nr < 0) {
		mutex_unlock(&mirror->lock);
		return nr;
	}
	mirror->nr_pages = nr;
	if (mmu_interval_read_retry(&mirror->notifier, seq)) {
		mirror_zap(mirror);
		mutex_unlock(&mirror->lock);
		goto again;
	}
	if (nr != args->nr_pages) {
		mirror_zap(mirror);
		ret = -EFAULT;
	}
	for (i = 0; i < mirror->nr_pages; i++)
		writeq(page_to_phys(mirror->pages[i]) | 1,
		       mirror->ptes + i * 8);
	mutex_unlock(&mirror->lock);
	return ret;
}

static long mirror_ioctl(struct file *file, unsigned int cmd,
			 unsigned long arg)
{
	struct mirror *mirror = file->private_data;
	struct mirror_args args;
	int ret;

	if (cmd != MIRROR_BIND)
		return -ENOTTY;
	if (copy_from_user(&args, (void __user *)arg, sizeof(args)))
		return -EFAULT;
	if (mirror->bound || args.nr_pages > MIRROR_MAX_PAGES)
		return -EINVAL;

	ret = mmu_interval_notifier_insert(&mirror->notifier, current->mm,
					   args.addr,
					   args.nr_pages * PAGE_SIZE,
					   &mirror_notifier_ops);
	if (ret)
		return ret;
	mirror->bound = true;
	return mirror_fill(mirror, &args);
}

static int mirror_open(struct inode *inode, struct file *file)
{
	struct mirror *mirror = kzalloc(sizeof(*mirror), GFP_KERNEL);

	if (!mirror)
		return -ENOMEM;
	mutex_init(&mirror->lock);
	mirror->ptes = mirror_ptes;
	file->private_data = mirror;
	return 0;
}

static int mirror_release(struct inode *inode, struct file *file)
{
	struct mirror *mirror = file->private_data;

	if (mirror->bound)
		mmu_interval_notifier_remove(&mirror->notifier);
	mirror_zap(mirror);
	kfree(mirror);
	return 0;
}

static const struct file_operations mirror_fops = {
	.owner = THIS_MODULE,
	.open = mirror_open,
	.unlocked_ioctl = mirror_ioctl,
	.release = mirror_release,
};

static struct miscdevice mirror_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mirror",
	.fops = &mirror_fops,
};
module_misc_device(mirror_misc);
MODULE_LICENSE("GPL");
