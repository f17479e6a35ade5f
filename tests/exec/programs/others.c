// SPDX-License-Identifier: GPL-2.0-only
#include <others.c>
#include "exec.h"

/* A domain with one mapping. */
static phys_addr_t mapped;
static struct page *sent;

int iommu_map(struct iommu_domain *domain, unsigned long iova,
	      phys_addr_t paddr, size_t size, int prot, gfp_t gfp)
{
	mapped = paddr;
	return 0;
}

size_t iommu_unmap(struct iommu_domain *domain, unsigned long iova,
		   size_t size)
{
	return size;
}

phys_addr_t iommu_iova_to_phys(struct iommu_domain *domain, u64 iova)
{
	return mapped;
}

void ot_domain_report(struct iommu_domain *domain)
{
}

unsigned long __get_free_page(gfp_t gfp)
{
	return get_zeroed_page(gfp);
}

void skb_fill_page_desc(struct sk_buff *skb, int i, struct page *page, int off,
			int size)
{
	sent = page;
}

void exec_life(void)
{
	struct ot_dev *ot = exec_new(struct ot_dev);
	struct file file = { .private_data = ot };

	ot_test(ot);
	if (exec_back(ot_map(ot, exec_user(0))) ||
	    exec_back(ot_keep(ot, exec_user(9)))) {
		exec_incomplete();
		return;
	}
	ot_show(ot);
	ot_send(ot, NULL);
	put_page(sent);
	if (exec_back(ot_ops.ot_register(ot, exec_user(20)))) {
		exec_incomplete();
		return;
	}
	ot_ops.ot_unregister(ot);
	free_page((unsigned long)ot->slots);
	exec_back(ot_fops.release(NULL, &file));
}
