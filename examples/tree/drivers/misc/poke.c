// SPDX-License-Identifier: GPL-2.0-only
/*
 * poke - write a few bytes into another process's memory
 *
 * The CPU writes the data through a kernel mapping and lets go at once.
 */
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/ioctl.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>

#define POKE_MAX	64

struct poke_args {
	__u64 addr;
	__u32 len;
	__u8 data[POKE_MAX];
};

#define POKE_WRITE	_IOW('p', 1, struct poke_args)

struct poke {
	struct mm_struct *mm;
};

static int poke_write(struct poke *poke, const struct poke_args *args)
{
	unsigned int offset = offset_in_page(args->addr);
	struct page *page;
	void *kaddr;
	int locked = 1;
	long ret;

	if (!args->len || args->len > POKE_MAX)
		return -EINVAL;
	if (offset + args->len > PAGE_SIZE)
		return -EINVAL;

	mmap_read_lock(poke->mm);
	ret = get_user_pages_remote(poke->mm, args->addr & PAGE_MASK, 1,
				    FOLL_WRITE | FOLL_FORCE, &page, &locked);
	if (locked)
		mmap_read_unlock(poke->mm);
	if (ret < 0)
		return ret;
	if (ret == 0)
		return -EFAULT;

	kaddr = kmap_local_page(page);
	memcpy(kaddr + offset, args->data, args->len);
	kunmap_local(kaddr);
	set_page_dirty_lock(page);
	put_page(page);
	return 0;
}

static long poke_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct poke_args args;

	if (cmd != POKE_WRITE)
		return -ENOTTY;
	if (copy_from_user(&args, (void __user *)arg, sizeof(args)))
		return -EFAULT;
	return poke_write(file->private_data, &args);
}

static int poke_open(struct inode *inode, struct file *file)
{
	struct poke *poke = kzalloc(sizeof(*poke), GFP_KERNEL);

	if (!poke)
		return -ENOMEM;
	mmgrab(current->mm);
	poke->mm = current->mm;
	file->private_data = poke;
	return 0;
}

static int poke_release(struct inode *inode, struct file *file)
{
	struct poke *poke = file->private_data;

	mmdrop(poke->mm);
	kfree(poke);
	return 0;
}

static const struct file_operations poke_fops = {
	.owner = THIS_MODULE,
	.open = poke_open,
	.unlocked_ioctl = poke_ioctl,
	.release = poke_release,
};

static struct miscdevice poke_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "poke",
	.fops = &poke_fops,
};
module_misc_device(poke_misc);
MODULE_LICENSE("GPL");
