// SPDX-License-Identifier: GPL-2.0-only
#include <count_refs.c>
#include "exec.h"

/* Only the driver that is converted is run. */
int page_count(const struct page *page)
{
	return 1;
}

void exec_life(void)
{
	struct cr_dev cr = { .dev = &exec_device };

	exec_back(cr_each(&cr, exec_user(3), 2, exec_pick(2)));
}
