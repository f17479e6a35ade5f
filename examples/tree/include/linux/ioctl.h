/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_IOCTL_H
#define _LINUX_IOCTL_H

#define _IO(type, nr) (((type) << 8) | (nr))
#define _IOW(type, nr, t) ((1U << 30) | (sizeof(t) << 16) | ((type) << 8) | (nr))
#define _IOWR(type, nr, t) ((3U << 30) | (sizeof(t) << 16) | ((type) << 8) | (nr))

#endif
