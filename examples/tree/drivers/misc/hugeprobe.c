// SPDX-License-Identifier: GPL-2.0-only
/*
 * hugeprobe - tell whether two user addresses share one huge page
 *
 * Only struct page is looked at, never the data behind it.
 */
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

struct hugeprobe_args {
	__u64 addr[2];
	__u32 huge;
	__u32 adjacent;
};

#define HUGEPROBE_CHECK	_IOWR('h', 1, struct hugeprobe_args)

static int hugeprobe_lookup(unsigned long addr, unsigned long *pfn, bool *huge)
{
	struct page *page;
	int ret;

	ret = get_user_pages_fast(addr & PAGE_MASK, 1, 0, &page);
	if (ret < 0)
		return ret;
	if (ret != 1)
		return -EFAULT;

	*pfn = page_to_pfn(page);
	*huge = PageHuge(page);
	put_page(page);
	return 0;
}

static long hugeprobe_ioctl(struct file *file, unsigned int cmd,
			    unsigned long arg)
{
	struct hugeprobe_args args;
	unsigned long pfn[2];
	bool huge[2];
	int i, ret;

	if (cmd != HUGEPROBE_CHECK)
		return -ENOTTY;
	if (copy_from_user(&args, (void __user *)arg, sizeof(args)))
		return -EFAULT;

	for (i = 0; i < 2; i++) {
		ret = hugeprobe_lookup(args.addr[i], &pfn[i], &huge[i]);
		if (ret)
			return ret;
	}
	args.huge = huge[0] && huge[1];
	args.adjacent = pfn[1] == pfn[0] + 1;

	if (copy_to_user((void __user *)arg, &args, sizeof(args)))
		return -EFAULT;
	return 0;
}

static const struct file_operations hugeprobe_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = hugeprobe_ioctl,
};

static struct miscdevice hugeprobe_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "hugeprobe",
	.fops = &hugeprobe_fops,
};
module_misc_device(hugeprobe_misc);
MODULE_LICENSE("GPL");
