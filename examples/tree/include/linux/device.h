/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/types.h>

struct device {
	struct device *parent;
	void *driver_data;
};

void *dev_get_drvdata(const struct device *dev);
void dev_err(const struct device *dev, const char *fmt, ...);

#endif
