// SPDX-License-Identifier: GPL-2.0-only
/*
 * lsan.c - what libraries allocate before main() is not ours to free
 *
 * GLib's constructor makes its first table of quarks, which GLib drops on
 * purpose when the table grows.  A suppression would have to name frames that
 * only a slow unwinder sees: it made the tests ten times slower.  The functions
 * of .preinit_array run before the constructors of all libraries, our own
 * constructor after them.
 */
#include <sanitizer/lsan_interface.h>

static void lsan_pause(void)
{
	__lsan_disable();
}

__attribute__((section(".preinit_array"), used)) static void (*const pause)(
	void) = lsan_pause;

__attribute__((constructor)) static void lsan_resume(void)
{
	__lsan_enable();
}
