# SPDX-License-Identifier: GPL-2.0-only
"""Modules as they are found outside of the kernel, and what is wrong with each.

name -> (wrap.h or "", main.c, rules with the kernel at hand, rules with
--all-branches)
"""

PRELUDE = "".join("#include <linux/%s.h>\n" % name for name in (
    "module", "mm", "fs", "slab", "highmem", "errno", "err", "dma-mapping",
    "scatterlist"))

MACROS = """#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
#define drv_pin(a, n, f, p) pin_user_pages_fast((a), (n), (f), (p))
#define drv_unpin(p) unpin_user_page(p)
#else
#define drv_pin(a, n, f, p) get_user_pages_fast((a), (n), (f), (p))
#define drv_unpin(p) put_page(p)
#endif
"""

NAMED = """#include <linux/mm.h>
#ifndef DRV_KERNEL_HAS_PIN
#define pin_user_pages_fast get_user_pages_fast
#define unpin_user_page put_page
#endif
"""

INLINES = """#include <linux/version.h>
static inline int drv_pin(unsigned long a, int n, unsigned int f,
			  struct page **p)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
	return pin_user_pages_fast(a, n, f, p);
#else
	return get_user_pages_fast(a, n, f, p);
#endif
}

static inline void drv_unpin(struct page *p)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, %d, 0)
	unpin_user_page(p);
#else
	put_page(p);
#endif
}
"""

USER = PRELUDE + """#include "wrap.h"

int drv_dma(struct device *dev, unsigned long addr);
int drv_dma(struct device *dev, unsigned long addr)
{
	struct page *page;
	dma_addr_t dma;

	if (drv_pin(addr, 1, FOLL_WRITE, &page) != 1)
		return -EFAULT;
	dma = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	if (dma_mapping_error(dev, dma)) {
		%s;
		return -EIO;
	}
	dma_unmap_page(dev, dma, PAGE_SIZE, DMA_FROM_DEVICE);
	set_page_dirty_lock(page);
	drv_unpin(page);
	return 0;
}
"""

BUFFER = PRELUDE + """
struct buf {
	struct page **pages;
	int n;
	void *map;
};

static int buf_get(struct buf *b, unsigned long addr, int n)
{
	int i, got, ret = -ENOMEM;

	b->pages = kcalloc(n, sizeof(*b->pages), GFP_KERNEL);
	if (!b->pages)
		return -ENOMEM;
	got = GUP(addr, n, FOLL_WRITEFLAG, b->pages);
	if (got < n) {
		ret = got < 0 ? got : -EFAULT;
		goto err;
	}
	b->map = kmap_local_page(b->pages[0]);
	if (!b->map)
		goto err;
	b->n = n;
	return 0;
err:
	for (i = 0; i < got; i++)
		PUT(b->pages[i]);
	kfree(b->pages);
	b->pages = NULL;
	return ret;
}

static void buf_put(struct buf *b)
{
	RELEASE;
	kfree(b->pages);
}

static long buf_ioctl(struct file *f, unsigned int cmd, unsigned long arg)
{
	return buf_get(f->private_data, arg, 16);
}

static int buf_release(struct inode *i, struct file *f)
{
	buf_put(f->private_data);
	return 0;
}

const struct file_operations buf_fops = {
	.unlocked_ioctl = buf_ioctl,
	.release = buf_release,
};
"""


def buffer(gup, flag, put, release):
    """BUFFER with these functions."""
    return BUFFER.replace("GUP", gup).replace("FLAG", flag).replace(
        "PUT", put).replace("RELEASE", release)


LONG = " | FOLL_LONGTERM"
PINS = ("unpin_user_page",
        "unpin_user_pages_dirty_lock(b->pages, b->n, true)")
REFS = ("put_page", "release_pages(b->pages, b->n)")

PATTERNS = {
    "macros, right": (MACROS, USER % "drv_unpin(page)", [], []),
    "macros, an error path forgets": (
        MACROS, USER % "(void)0", ["pin-leak"], ["pin-leak"]),
    # the first use of a macro is not the only one
    "macros, a second user forgets": (
        MACROS, USER % "drv_unpin(page)" +
        (USER % "(void)0").replace("drv_dma", "drv_two"),
        ["pin-leak"], ["pin-leak"]),
    "a pin that is a macro for the other function": (
        NAMED, (USER % "unpin_user_page(page)").replace(
            "drv_pin", "pin_user_pages_fast").replace(
                "drv_unpin", "unpin_user_page"),
        ["should-pin"], ["should-pin"]),
    "inline wrappers, right": (
        INLINES % 6, USER % "drv_unpin(page)", [], []),
    "inline wrappers that disagree for 5.6 and 5.7": (
        INLINES % 8, USER % "drv_unpin(page)", [], ["release-mismatch"]),
    "the wrapper is gone around": (
        INLINES % 6, USER % "put_page(page)", ["release-mismatch"],
        ["release-mismatch"]),
    "a buffer, right": (
        "", buffer("pin_user_pages_fast", LONG, *PINS), [], []),
    "a buffer, put on the error path": (
        "", buffer("pin_user_pages_fast", LONG, "put_page", PINS[1]),
        ["release-mismatch"], ["release-mismatch"]),
    "a buffer, its array freed with the pages in it": (
        "", buffer("pin_user_pages_fast", LONG, "(void)", PINS[1]).replace(
            "for (i = 0; i < got; i++)\n\t\t(void)(b->pages[i]);\n\t", ""),
        ["pin-leak"], ["pin-leak"]),
    "a buffer without the flag": (
        "", buffer("pin_user_pages_fast", "", *PINS), ["missing-longterm"],
        ["missing-longterm"]),
    "a buffer that was not converted": (
        "", buffer("get_user_pages_fast", "", *REFS), ["should-pin"],
        ["should-pin"]),
    "a buffer with half of it": (
        "", buffer("get_user_pages_fast", LONG, *REFS),
        ["longterm-without-pin", "should-pin"],
        ["longterm-without-pin", "should-pin"]),
}
