/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_PAGEMAP_H
#define _LINUX_PAGEMAP_H

#include <linux/highmem.h>
#include <linux/mm.h>

void folio_lock(struct folio *folio);
void folio_unlock(struct folio *folio);
void lock_page(struct page *page);
void unlock_page(struct page *page);

#endif
