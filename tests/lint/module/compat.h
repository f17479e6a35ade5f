/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_H
#define COMPAT_H
#include <linux/version.h>
#include <linux/mm.h>

/* a compare in a header macro */
#define HAVE_PIN (LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0))

#if HAVE_PIN
static inline void compat_put(struct page *page)
{
	unpin_user_page(page);
}
#else
static inline void compat_put(struct page *page)
{
	put_page(page);
}
#endif
#endif
