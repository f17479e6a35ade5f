// SPDX-License-Identifier: GPL-2.0-only
/*
 * device.c - scatterlists and DMA: the device reads or writes what is mapped
 *
 * The transfer takes place when the mapping is taken down, the last moment at
 * which the device may do it; the pages must still be held then.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/slab.h>
#include "model.h"

#define DMA_OFFSET 0x80000000ULL
#define DMA_FAILED (~0ULL)
#define SEGMENT_PAGES 4

struct device exec_device;
char exec_registers[4096];
static unsigned int transfers;

void device_reset(void)
{
	transfers = 0;
}

/* ---- registers ---- */

u32 readl(const volatile void __iomem *addr)
{
	return 0;
}

void writel(u32 value, volatile void __iomem *addr)
{
	mix("writel", value);
}

void writeq(u64 value, volatile void __iomem *addr)
{
	mix("writeq", value);
}

/* ---- scatterlists: entries stand in one array ---- */

void sg_init_table(struct scatterlist *sgl, unsigned int nents)
{
	memset(sgl, 0, nents * sizeof(*sgl));
}

void sg_set_page(struct scatterlist *sg, struct page *page, unsigned int len,
		 unsigned int offset)
{
	sg->page_link = (unsigned long)page;
	sg->length = len;
	sg->offset = offset;
}

struct page *sg_page(struct scatterlist *sg)
{
	return (struct page *)sg->page_link;
}

struct scatterlist *sg_next(struct scatterlist *sg)
{
	return sg + 1;
}

int sg_alloc_table(struct sg_table *table, unsigned int nents, gfp_t gfp)
{
	if (!nents)
		return -EINVAL;
	table->sgl = kcalloc(nents, sizeof(*table->sgl), gfp);
	if (!table->sgl)
		return -ENOMEM;
	table->nents = nents;
	table->orig_nents = nents;
	return 0;
}

/* Neighbours go into one entry, as in the kernel. */
int sg_alloc_table_from_pages(struct sg_table *sgt, struct page **pages,
			      unsigned int n_pages, unsigned int offset,
			      unsigned long size, gfp_t gfp)
{
	struct scatterlist *sg = NULL;
	unsigned int i, chunk, nents = 0, in_entry = 0;
	int ret;

	ret = sg_alloc_table(sgt, n_pages, gfp);
	if (ret)
		return ret;
	for (i = 0; i < n_pages && size; i++) {
		chunk = min_t(unsigned long, size, PAGE_SIZE - offset);
		if (sg && in_entry < SEGMENT_PAGES &&
		    page_to_pfn(pages[i]) == page_to_pfn(pages[i - 1]) + 1) {
			sg->length += chunk;
			in_entry++;
		} else {
			sg = &sgt->sgl[nents++];
			sg_set_page(sg, pages[i], chunk, offset);
			in_entry = 1;
		}
		size -= chunk;
		offset = 0;
	}
	sgt->nents = nents;
	sgt->orig_nents = nents;
	return 0;
}

void sg_free_table(struct sg_table *table)
{
	kfree(table->sgl);
	table->sgl = NULL;
}

void __sg_page_iter_start(struct sg_page_iter *piter, struct scatterlist *sgl,
			  unsigned int nents, unsigned long pgoffset)
{
	piter->sg = sgl;
	piter->__nents = nents;
	/* one before the first page */
	piter->sg_pgoffset = pgoffset - 1;
}

bool __sg_page_iter_next(struct sg_page_iter *piter)
{
	unsigned int pages;

	if (!piter->__nents)
		return false;
	piter->sg_pgoffset++;
	pages = DIV_ROUND_UP(piter->sg->offset + piter->sg->length, PAGE_SIZE);
	if (piter->sg_pgoffset < pages)
		return true;
	piter->sg_pgoffset = 0;
	piter->sg++;
	return --piter->__nents > 0;
}

/* ---- DMA ---- */

static dma_addr_t dma_address(struct page *page, size_t offset)
{
	return page_to_phys(page) + DMA_OFFSET + offset;
}

static void transfer(dma_addr_t addr, size_t size, enum dma_data_direction dir)
{
	struct page *page;
	size_t offset, chunk, i;
	unsigned long sum;
	char *data;

	for (; size; size -= chunk, addr += chunk) {
		page = pfn_to_page((addr - DMA_OFFSET) >> PAGE_SHIFT);
		offset = offset_in_page(addr);
		chunk = min_t(size_t, size, PAGE_SIZE - offset);
		page_must_be_held(page, "the device accesses");
		data = (char *)page_address(page) + offset;
		sum = 0;
		for (i = 0; i < chunk && dir != DMA_FROM_DEVICE; i++)
			sum = sum * 31 + data[i];
		if (dir != DMA_FROM_DEVICE)
			mix("read", sum);
		if (dir != DMA_TO_DEVICE)
			memset(data, 0x40 + transfers++, chunk);
	}
}

unsigned int dma_map_sg_attrs(struct device *dev, struct scatterlist *sg,
			      int nents, enum dma_data_direction dir,
			      unsigned long attrs)
{
	int i;

	if (nents <= 0 || choose_fault(2, "dma_map_sg"))
		return 0;
	for (i = 0; i < nents; i++) {
		page_must_be_held(sg_page(sg + i), "DMA to");
		sg[i].dma_address = dma_address(sg_page(sg + i), sg[i].offset);
		sg[i].dma_length = sg[i].length;
	}
	return nents;
}

void dma_unmap_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	int i;

	for (i = 0; i < nents; i++)
		transfer(sg[i].dma_address, sg[i].dma_length, dir);
}

int dma_map_sgtable(struct device *dev, struct sg_table *sgt,
		    enum dma_data_direction dir, unsigned long attrs)
{
	return dma_map_sg_attrs(dev, sgt->sgl, sgt->orig_nents, dir, attrs) ?
		0 : -EIO;
}

void dma_unmap_sgtable(struct device *dev, struct sg_table *sgt,
		       enum dma_data_direction dir, unsigned long attrs)
{
	dma_unmap_sg_attrs(dev, sgt->sgl, sgt->orig_nents, dir, attrs);
}

dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page,
			      size_t offset, size_t size,
			      enum dma_data_direction dir,
			      unsigned long attrs)
{
	page_must_be_held(page, "DMA to");
	if (choose_fault(2, "dma_map_page"))
		return DMA_FAILED;
	return dma_address(page, offset);
}

void dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
	if (addr != DMA_FAILED)
		transfer(addr, size, dir);
}

int dma_mapping_error(struct device *dev, dma_addr_t dma_addr)
{
	return dma_addr == DMA_FAILED ? -ENOMEM : 0;
}
