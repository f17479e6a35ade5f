/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler.h>

#define module_init(fn) \
	int init_module(void) __attribute__((__alias__(#fn)))
#define module_exit(fn) \
	void cleanup_module(void) __attribute__((__alias__(#fn)))

#endif
