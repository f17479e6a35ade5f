/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler.h>

typedef void (*exitcall_t)(void);

#define module_init(fn) \
	int init_module(void) __attribute__((__alias__(#fn)))
#ifdef MODULE
#define module_exit(fn) \
	static inline exitcall_t __attribute__((__unused__)) __exittest(void) \
	{ return fn; } \
	void cleanup_module(void) __attribute__((__alias__(#fn)))
#else
#define module_exit(fn) \
	static exitcall_t __exitcall_##fn __attribute__((__used__)) = fn
#endif

#endif
