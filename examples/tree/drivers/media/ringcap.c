// SPDX-License-Identifier: GPL-2.0-only
/*
 * ringcap - a capture device that writes into a ring of user memory
 *
 * User space registers the ring with one ioctl and gives it up with another,
 * or by closing the file.  Until then the device may write at any time.
 */
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/ioctl.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

struct ringcap_reg {
	__u64 addr;
	__u32 nr_pages;
	__u32 reserved;
};

#define RINGCAP_REGISTER	_IOW('r', 1, struct ringcap_reg)
#define RINGCAP_UNREGISTER	_IO('r', 2)

#define RINGCAP_MAX_PAGES	1024

struct ringcap {
	struct device *dev;
	void __iomem *regs;
	struct mutex lock;
	struct page **pages;
	int nr_pages;
	struct sg_table sgt;
};

/* Set by probe(), which is left out. */
static struct device *ringcap_dev;
static void __iomem *ringcap_regs;

static void ringcap_unregister(struct ringcap *rc)
{
	int i;

	if (!rc->pages)
		return;

	writel(0, rc->regs);
	dma_unmap_sgtable(rc->dev, &rc->sgt, DMA_FROM_DEVICE, 0);
	sg_free_table(&rc->sgt);

	for (i = 0; i < rc->nr_pages; i++) {
		set_page_dirty_lock(rc->pages[i]);
		put_page(rc->pages[i]);
	}
	kvfree(rc->pages);
	rc->pages = NULL;
	rc->nr_pages = 0;
}

static int ringcap_register(struct ringcap *rc, unsigned long start, u32 n)
{
	int nr, ret;

	if (rc->pages)
		return -EBUSY;
	if (!n || n > RINGCAP_MAX_PAGES || !IS_ALIGNED(start, PAGE_SIZE))
		return -EINVAL;

	rc->pages = kvcalloc(n, sizeof(*rc->pages), GFP_KERNEL);
	if (!rc->pages)
		return -ENOMEM;

	mmap_read_lock(current->mm);
	nr = get_user_pages(start, n, FOLL_WRITE, rc->pages);
	mmap_read_unlock(current->mm);
	if (nr < 0) {
		ret = nr;
		goto free_pages;
	}
	if (nr != n) {
		ret = -EFAULT;
		goto put_pages;
	}

	ret = sg_alloc_table_from_pages(&rc->sgt, rc->pages, nr, 0,
					(unsigned long)nr << PAGE_SHIFT,
					GFP_KERNEL);
	if (ret)
		goto put_pages;
	ret = dma_map_sgtable(rc->dev, &rc->sgt, DMA_FROM_DEVICE, 0);
	if (ret)
		goto free_table;

	rc->nr_pages = nr;
	writeq(sg_dma_address(rc->sgt.sgl), rc->regs + 8);
	writel(1, rc->regs);
	return 0;

free_table:
	sg_free_table(&rc->sgt);
put_pages:
	release_pages(rc->pages, nr);
free_pages:
	kvfree(rc->pages);
	rc->pages = NULL;
	return ret;
}

static long ringcap_ioctl(struct file *file, unsigned int cmd,
			  unsigned long arg)
{
	struct ringcap *rc = file->private_data;
	struct ringcap_reg reg;
	long ret = 0;

	mutex_lock(&rc->lock);
	switch (cmd) {
	case RINGCAP_REGISTER:
		if (copy_from_user(&reg, (void __user *)arg, sizeof(reg)))
			ret = -EFAULT;
		else
			ret = ringcap_register(rc, reg.addr, reg.nr_pages);
		break;
	case RINGCAP_UNREGISTER:
		ringcap_unregister(rc);
		break;
	default:
		ret = -ENOTTY;
	}
	mutex_unlock(&rc->lock);
	return ret;
}

static int ringcap_open(struct inode *inode, struct file *file)
{
	struct ringcap *rc = kzalloc(sizeof(*rc), GFP_KERNEL);

	if (!rc)
		return -ENOMEM;
	mutex_init(&rc->lock);
	rc->dev = ringcap_dev;
	rc->regs = ringcap_regs;
	file->private_data = rc;
	return 0;
}

static int ringcap_release(struct inode *inode, struct file *file)
{
	struct ringcap *rc = file->private_data;

	ringcap_unregister(rc);
	kfree(rc);
	return 0;
}

static const struct file_operations ringcap_fops = {
	.owner = THIS_MODULE,
	.open = ringcap_open,
	.unlocked_ioctl = ringcap_ioctl,
	.release = ringcap_release,
};

static struct miscdevice ringcap_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ringcap",
	.fops = &ringcap_fops,
};
module_misc_device(ringcap_misc);
MODULE_LICENSE("GPL");
