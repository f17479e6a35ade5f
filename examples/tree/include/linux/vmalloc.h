/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/types.h>

struct page;

#define VM_MAP 0x4
#define PAGE_KERNEL 0x63UL

void *vmap(struct page **pages, unsigned int count, unsigned long flags,
	   unsigned long prot);
void vunmap(const void *addr);
struct page *vmalloc_to_page(const void *addr);

#endif
