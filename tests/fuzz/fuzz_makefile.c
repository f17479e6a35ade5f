// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_makefile.c - the reader of kbuild files, guards and flags */
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include "fuzz.h"
#include "tree/makefile.h"

static const char *config(const char *name, void *user)
{
	return g_str_has_prefix(name, "CONFIG_") ? "y" : NULL;
}

/* Nothing but -I, -D, -U and -include may come out of a Makefile. */
static void check_flags(GPtrArray *argv)
{
	for (unsigned int i = 0; i < argv->len; i++) {
		const char *word = argv->pdata[i];

		if (!strcmp(word, "-include") || !strcmp(word, "-I") ||
		    !strcmp(word, "-isystem") || !strcmp(word, "-iquote") ||
		    !strcmp(word, "-idirafter"))
			i++;
		else if (strncmp(word, "-I", 2) && strncmp(word, "-D", 2) &&
			 strncmp(word, "-U", 2))
			abort();
	}
}

/* Of a kernel, or of a module: with $(M), and files that nothing lists. */
static void ask(const char *module)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
	struct makefiles *ms = makefiles_new(fuzz_dir(), fuzz_dir(), module);
	GPtrArray *guards;

	guards = makefiles_guards(ms, "f.c");
	fuzz_use(guards);
	g_ptr_array_unref(guards);
	makefiles_flags(ms, "f.c", config, NULL, argv);
	check_flags(argv);
	makefiles_free(ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const files[] = { "Makefile", "a.mk", NULL };

	fuzz_split(data, size, files);
	ask(NULL);
	ask(fuzz_dir());
	return 0;
}
