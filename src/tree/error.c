// SPDX-License-Identifier: GPL-2.0-only
/*
 * error.c - the one GError domain of gup2pin
 */
#include "tree/error.h"

GQuark g2p_error_quark(void)
{
	return g_quark_from_static_string("gup2pin-error");
}
