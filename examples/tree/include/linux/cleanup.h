/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H

#define DEFINE_FREE(name, type, free) \
	static inline void __free_##name(void *p) \
	{ type _T = *(type *)p; free; }
#define __free(name) __attribute__((__cleanup__(__free_##name)))

#endif
