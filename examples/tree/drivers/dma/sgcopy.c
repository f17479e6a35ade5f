// SPDX-License-Identifier: GPL-2.0-only
/*
 * sgcopy - a device that fills user memory by DMA, one read() at a time
 *
 * The pages are let go before read() returns.
 */
#include <linux/completion.h>
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

#define SGCOPY_MAX_PAGES	256
#define SGCOPY_REG_ADDR		0x00
#define SGCOPY_REG_LEN		0x08
#define SGCOPY_REG_RUN		0x0c
#define SGCOPY_TIMEOUT		250

struct sgcopy {
	struct device *dev;
	void __iomem *regs;
	struct mutex lock;
	struct completion done;
};

/* Set by probe(), which is left out. */
static struct sgcopy sgcopy;

static int sgcopy_run(struct sgcopy *sc, struct scatterlist *sgl, int nents)
{
	struct scatterlist *sg;
	int i;

	reinit_completion(&sc->done);
	for_each_sg(sgl, sg, nents, i) {
		writeq(sg_dma_address(sg), sc->regs + SGCOPY_REG_ADDR);
		writel(sg_dma_len(sg), sc->regs + SGCOPY_REG_LEN);
	}
	writel(1, sc->regs + SGCOPY_REG_RUN);

	if (!wait_for_completion_timeout(&sc->done, SGCOPY_TIMEOUT)) {
		writel(0, sc->regs + SGCOPY_REG_RUN);
		return -ETIMEDOUT;
	}
	return 0;
}

static ssize_t sgcopy_read(struct file *file, char __user *buf, size_t count,
			   loff_t *ppos)
{
	struct sgcopy *sc = &sgcopy;
	unsigned long start = (unsigned long)buf;
	unsigned int offset = offset_in_page(start);
	struct sg_table sgt;
	struct page **pages;
	int nr_pages, pinned, nents, i;
	ssize_t ret;

	if (!count)
		return 0;
	nr_pages = DIV_ROUND_UP(offset + count, PAGE_SIZE);
	if (nr_pages > SGCOPY_MAX_PAGES)
		return -E2BIG;

	pages = kvmalloc_array(nr_pages, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;

	pinned = get_user_pages_fast(start, nr_pages, FOLL_WRITE, pages);
	if (pinned < 0) {
		ret = pinned;
		goto free_pages;
	}
	if (pinned != nr_pages) {
		ret = -EFAULT;
		goto put_pages;
	}

	ret = sg_alloc_table_from_pages(&sgt, pages, nr_pages, offset, count,
					GFP_KERNEL);
	if (ret)
		goto put_pages;

	mutex_lock(&sc->lock);
	nents = dma_map_sg(sc->dev, sgt.sgl, sgt.orig_nents, DMA_FROM_DEVICE);
	if (!nents) {
		ret = -EIO;
		goto unlock;
	}
	ret = sgcopy_run(sc, sgt.sgl, nents);
	dma_unmap_sg(sc->dev, sgt.sgl, sgt.orig_nents, DMA_FROM_DEVICE);

	/* Even a transfer that timed out may have written something. */
	for (i = 0; i < nr_pages; i++)
		set_page_dirty_lock(pages[i]);
	if (!ret)
		ret = count;

unlock:
	mutex_unlock(&sc->lock);
	sg_free_table(&sgt);
put_pages:
	for (i = 0; i < pinned; i++)
		put_page(pages[i]);
free_pages:
	kvfree(pages);
	return ret;
}

static const struct file_operations sgcopy_fops = {
	.owner = THIS_MODULE,
	.read = sgcopy_read,
};

static struct miscdevice sgcopy_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "sgcopy",
	.fops = &sgcopy_fops,
};
module_misc_device(sgcopy_misc);
MODULE_LICENSE("GPL");
