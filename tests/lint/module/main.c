// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/version.h>
#include <linux/mm.h>
#include <linux/highmem.h>
#include "compat.h"

static int take(unsigned long addr, struct page **page)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 8, 0)
	return pin_user_pages_fast(addr, 1, FOLL_WRITE, page);
#elif HAVE_PIN
	return pin_user_pages_fast(addr, 1, FOLL_WRITE, page);
#else
	return get_user_pages_fast(addr, 1, FOLL_WRITE, page);
#endif
}

long module_clear(unsigned long addr)
{
	struct page *page;
	void *p;

	if (take(addr, &page) != 1)
		return -EFAULT;
	p = kmap_local_page(page);
	memset(p, 0, 8);
	kunmap_local(p);
	set_page_dirty_lock(page);
	compat_put(page);
	return 0;
}

/* wrong on RHEL 8.4 and later only: pinned and put */
long module_rhel(unsigned long addr)
{
	struct page *page;
	void *p;

#if defined(RHEL_RELEASE_CODE)
#if RHEL_RELEASE_CODE >= RHEL_RELEASE_VERSION(8, 4)
	if (pin_user_pages_fast(addr, 1, FOLL_WRITE, &page) != 1)
		return -EFAULT;
#else
	if (get_user_pages_fast(addr, 1, FOLL_WRITE, &page) != 1)
		return -EFAULT;
#endif
#else
	if (pin_user_pages_fast(addr, 1, FOLL_WRITE, &page) != 1)
		return -EFAULT;
#endif
	p = kmap_local_page(page);
	memset(p, 0, 8);
	kunmap_local(p);
	set_page_dirty_lock(page);
#ifdef RHEL_RELEASE_CODE
	put_page(page);
#else
	unpin_user_page(page);
#endif
	return 0;
}

/* an API of before 4.6 */
long module_old(unsigned long addr)
{
	struct page *page;
	long ret;

#if KERNEL_VERSION(4, 6, 0) > LINUX_VERSION_CODE
	ret = get_user_pages(current, current->mm, addr, 1, 1, 0, &page, NULL);
#else
	ret = get_user_pages(addr, 1, 0, &page);
#endif
	if (ret == 1) {
		ret = page_to_pfn(page);
		put_page(page);
	}
	return ret;
}
