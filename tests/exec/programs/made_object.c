// SPDX-License-Identifier: GPL-2.0-only
#include <made_object.c>
#include "exec.h"

void exec_life(void)
{
	struct mo_buf *buf = mo_buf_get(&exec_device, exec_user(0));

	if (IS_ERR(buf)) {
		exec_back(PTR_ERR(buf));
		return;
	}
	exec_back(0);
	mo_buf_put(buf);
	exec_back(0);
}
