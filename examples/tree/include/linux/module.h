/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/init.h>
#include <linux/types.h>

struct module;
#define THIS_MODULE ((struct module *)0)

#define MODULE_LICENSE(text)
#define MODULE_DESCRIPTION(text)
#define EXPORT_SYMBOL_GPL(sym) \
	extern __typeof__(sym) sym

#define module_misc_device(misc)			\
	static int __init misc##_init(void)		\
	{						\
		return misc_register(&misc);		\
	}						\
	module_init(misc##_init);			\
	static void __exit misc##_exit(void)		\
	{						\
		misc_deregister(&misc);			\
	}						\
	module_exit(misc##_exit)

#endif
