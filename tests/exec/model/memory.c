// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory.c - allocation, each of which may fail; copies from and to user space
 */
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "model.h"

struct block {
	struct block *next;
	bool own;
	/* the C library's allocator gives 16-byte alignment; keep it */
	char data[] __attribute__((__aligned__(16)));
};

static struct block *blocks;

static void *add_block(size_t size, bool own)
{
	struct block *block = calloc(1, sizeof(*block) + size);

	block->own = own;
	block->next = blocks;
	blocks = block;
	return block->data;
}

void memory_reset(void)
{
	struct block *block;

	while (blocks) {
		block = blocks;
		blocks = block->next;
		free(block);
	}
}

unsigned int memory_leaks(void)
{
	struct block *block;
	unsigned int n = 0;

	for (block = blocks; block; block = block->next)
		n += !block->own;
	return n;
}

void *exec_alloc(size_t size)
{
	return add_block(size, false);
}

void *exec_own(size_t size)
{
	return add_block(size, true);
}

static void *allocate(size_t size, gfp_t flags, bool zero)
{
	void *p;

	if (flags == GFP_KERNEL)
		must_sleep("an allocation with GFP_KERNEL");
	if (choose_fault(2, "alloc"))
		return NULL;
	p = add_block(size, false);
	if (!zero)
		memset(p, 0xa5, size);
	return p;
}

void *kmalloc(size_t size, gfp_t flags)
{
	return allocate(size, flags & ~__GFP_ZERO, flags & __GFP_ZERO);
}

void *kzalloc(size_t size, gfp_t flags)
{
	return allocate(size, flags, true);
}

void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
	return allocate(n * size, flags & ~__GFP_ZERO, flags & __GFP_ZERO);
}

void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	return allocate(n * size, flags, true);
}

void *kmemdup(const void *src, size_t len, gfp_t flags)
{
	void *p = kmalloc(len, flags);

	return p ? memcpy(p, src, len) : NULL;
}

void *kvmalloc(size_t size, gfp_t flags)
{
	return kmalloc(size, flags);
}

void *kvzalloc(size_t size, gfp_t flags)
{
	return kzalloc(size, flags);
}

void *kvmalloc_array(size_t n, size_t size, gfp_t flags)
{
	return kmalloc_array(n, size, flags);
}

void *kvcalloc(size_t n, size_t size, gfp_t flags)
{
	return kcalloc(n, size, flags);
}

void kfree(const void *ptr)
{
	struct block **link, *block;

	if (!ptr)
		return;
	for (link = &blocks; *link; link = &(*link)->next) {
		block = *link;
		if (block->data != ptr)
			continue;
		*link = block->next;
		free(block);
		return;
	}
	report_error("memory is freed that is not allocated");
}

void kvfree(const void *ptr)
{
	kfree(ptr);
}

unsigned long copy_from_user(void *to, const void __user *from,
			     unsigned long n)
{
	must_sleep("copy_from_user()");
	if (choose_fault(2, "copy_from_user"))
		return n;
	memcpy(to, from, n);
	return 0;
}

unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	must_sleep("copy_to_user()");
	if (choose_fault(2, "copy_to_user"))
		return n;
	memcpy(to, from, n);
	return 0;
}

int printk(const char *fmt, ...)
{
	return 0;
}

void dev_err(const struct device *dev, const char *fmt, ...)
{
}

void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}
