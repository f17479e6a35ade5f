// SPDX-License-Identifier: GPL-2.0-only
/* what the fixture does not declare */
#include <linux/mm.h>
#include "exec.h"

static int bu_no_such_variable;
static struct page *bu_other_page(void);

static void bu_undeclared(unsigned long dma)
{
}

static void bu_start(unsigned long dma, int variable)
{
}

#include <broken_user.c>

static struct page *bu_other_page(void)
{
	return NULL;
}

void exec_life(void)
{
	switch (exec_pick(3)) {
	case 0:
		exec_back(bu_first(&exec_device, exec_user(0)));
		break;
	case 1:
		exec_back(bu_second(&exec_device, exec_user(1)));
		break;
	case 2:
		exec_back(bu_third(&exec_device, exec_user(2)));
	}
}
