// SPDX-License-Identifier: GPL-2.0-only
/*
 * bounce - hash user memory with a device
 *
 * An aligned buffer is read in place, another one is copied to pages of the
 * driver's own.  bounce_put() serves both, so the two kinds of page have to be
 * told apart before the first kind can be pinned: a person has to do that.
 */
#include <linux/completion.h>
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#define BOUNCE_MAX_PAGES	16

struct bounce {
	struct device *dev;
	void __iomem *regs;
	struct completion done;
};

/* Set by probe(), which is left out. */
static struct bounce bounce_device;

static void bounce_put(struct page **pages, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		put_page(pages[i]);
}

static int bounce_copy(struct page **pages, const char __user *buf,
		       size_t count)
{
	size_t chunk;
	int nr = 0;

	while (count) {
		chunk = min_t(size_t, count, PAGE_SIZE);
		pages[nr] = alloc_page(GFP_KERNEL);
		if (!pages[nr])
			goto fail;
		if (copy_from_user(page_address(pages[nr]), buf, chunk)) {
			nr++;
			goto fail;
		}
		buf += chunk;
		count -= chunk;
		nr++;
	}
	return nr;

fail:
	bounce_put(pages, nr);
	return -EFAULT;
}

static int bounce_hash(struct bounce *bounce, struct page **pages, int nr)
{
	dma_addr_t addr;
	int i;

	for (i = 0; i < nr; i++) {
		addr = dma_map_page(bounce->dev, pages[i], 0, PAGE_SIZE,
				    DMA_TO_DEVICE);
		if (dma_mapping_error(bounce->dev, addr))
			return -EIO;
		reinit_completion(&bounce->done);
		writeq(addr, bounce->regs);
		wait_for_completion(&bounce->done);
		dma_unmap_page(bounce->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	}
	return 0;
}

static ssize_t bounce_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *ppos)
{
	struct bounce *bounce = &bounce_device;
	unsigned long start = (unsigned long)buf;
	struct page *pages[BOUNCE_MAX_PAGES];
	int nr, ret;

	if (!count || count > BOUNCE_MAX_PAGES * PAGE_SIZE)
		return -EINVAL;

	if (IS_ALIGNED(start | count, PAGE_SIZE))
		nr = get_user_pages_fast(start, count >> PAGE_SHIFT, 0, pages);
	else
		nr = bounce_copy(pages, buf, count);
	if (nr < 0)
		return nr;

	ret = bounce_hash(bounce, pages, nr);
	bounce_put(pages, nr);
	return ret ? ret : count;
}

static const struct file_operations bounce_fops = {
	.owner = THIS_MODULE,
	.write = bounce_write,
};

static struct miscdevice bounce_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "bounce",
	.fops = &bounce_fops,
};
module_misc_device(bounce_misc);
MODULE_LICENSE("GPL");
