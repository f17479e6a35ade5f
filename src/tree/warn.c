// SPDX-License-Identifier: GPL-2.0-only
/* warn.c - warn, and count */
#include <stdarg.h>
#include "tree/warn.h"

static int count;

void tree_warn(const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = g_strdup_vprintf(format, ap);
	va_end(ap);
	g_printerr("gup2pin: warning: %s\n", text);
	g_atomic_int_inc(&count);
}

unsigned int tree_warnings(void)
{
	return g_atomic_int_get(&count);
}
