// SPDX-License-Identifier: GPL-2.0-only
#include <two_files.c>
#include <two_files--main.c>
#include "exec.h"

void exec_life(void)
{
	struct tf_file tf;
	struct file file = { .private_data = &tf };

	INIT_LIST_HEAD(&tf.regions);
	exec_back(tf_fops.unlocked_ioctl(&file, 1, exec_user(0)));
	exec_back(tf_fops.unlocked_ioctl(&file, 1, exec_user(16)));
	exec_back(tf_fops.release(NULL, &file));
}
