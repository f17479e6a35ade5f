/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_PAGE_FLAGS_H
#define _LINUX_PAGE_FLAGS_H

#include <linux/mm_types.h>

int PageHuge(const struct page *page);
int PageAnon(const struct page *page);
int PageCompound(const struct page *page);
int PageReserved(const struct page *page);

#endif
