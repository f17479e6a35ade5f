// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_kconfig.c - the Kconfig reader and its evaluation */
#include <glib.h>
#include "fuzz.h"
#include "tree/kconfig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const files[] = { "Kconfig", "Kconfig.a",
					     "Kconfig.b", NULL };
	static const char *const wanted[] = { "A", "!B", NULL };
	struct kconfig *kc;
	char **wants;
	char *text;

	fuzz_split(data, size, files);
	kc = kconfig_new(fuzz_dir(), "x86", "x86_64");
	kconfig_eval(kc, NULL);
	text = kconfig_autoconf(kc);
	g_free(text);
	wants = kconfig_wants(kc, "A", false);
	kconfig_eval(kc, (const char *const *)wants ?: wanted);
	g_strfreev(wants);
	fuzz_use(kconfig_value(kc, "B"));
	fuzz_use(kconfig_lacks(kc, "A"));
	kconfig_free(kc);
	text = kconfig_texts(fuzz_dir());
	fuzz_use(text);
	g_free(text);
	return 0;
}
