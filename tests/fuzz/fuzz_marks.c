// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_marks.c - comments that overrule the analysis
 *
 * Every line of the input is taken for one with a call.
 */
#include <string.h>
#include <glib.h>
#include "fuzz.h"
#include "verdict/case.h"

#define CALLS_MAX 64

static void case_add(struct verdict_work *w, unsigned int line)
{
	static const struct api_acquire acq = {
		.name = "get_user_pages",
		.family = API_GET,
	};
	struct verdict_case *c = g_new0(struct verdict_case, 1);
	struct facts_insn *insn = g_new0(struct facts_insn, 1);
	struct flow_call *call = g_new0(struct flow_call, 1);

	insn->name_loc.file = "f.c";
	insn->name_loc.line = line;
	call->insn = insn;
	c->call = call;
	c->acq = &acq;
	c->site = g_new0(struct verdict_site, 1);
	c->site->id = "id";
	c->site->file = "f.c";
	c->site->function = "f";
	c->site->callee = "get_user_pages";
	c->site->line = line;
	c->site->why = "why";
	c->site->class = CLASS_DIO;
	g_ptr_array_add(w->cases, c);
}

static void case_free(void *p)
{
	struct verdict_case *c = p;

	g_free((void *)c->call->insn);
	g_free((void *)c->call);
	g_free(c->site);
	g_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct verdict v = {
		.findings = g_ptr_array_new_with_free_func(g_free),
	};
	struct verdict_work w = {
		.v = &v,
		.cases = g_ptr_array_new_with_free_func(case_free),
		.overlay = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
						 (GDestroyNotify)g_bytes_unref),
	};
	unsigned int line = 1;

	g_hash_table_insert(w.overlay, (void *)"f.c", g_bytes_new(data, size));
	for (size_t i = 0; i < size && line < CALLS_MAX; i++)
		line += data[i] == '\n';
	for (unsigned int i = 1; i <= line + 1; i++)
		case_add(&w, i);
	verdict_keep_read(&w);
	verdict_keep_apply(&w);
	g_hash_table_unref(w.overlay);
	g_ptr_array_unref(w.cases);
	g_ptr_array_unref(v.findings);
	return 0;
}
