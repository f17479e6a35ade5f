// SPDX-License-Identifier: GPL-2.0-only
/*
 * cache.c - gup2pin cache: the facts that are kept of earlier runs
 */
#include "cmd/cmd.h"
#include "front/cache.h"
#include "tree/cache_dir.h"
#include "tree/kept.h"

static const char *const formats[] = { "text", NULL };

static char *describe(void)
{
	struct front_cache_stats stats;
	g_autofree char *size = NULL, *limit = NULL, *pch = NULL, *words = NULL;
	g_autofree char *results = NULL;
	unsigned int trees, kept;
	uint64_t bytes;

	front_cache_stats(&stats);
	size = g_format_size_full(stats.bytes, G_FORMAT_SIZE_IEC_UNITS);
	limit = g_format_size_full(stats.limit, G_FORMAT_SIZE_IEC_UNITS);
	pch = g_format_size_full(stats.pch_bytes, G_FORMAT_SIZE_IEC_UNITS);
	trees = cache_size("words", &bytes);
	words = g_format_size_full(bytes, G_FORMAT_SIZE_IEC_UNITS);
	kept = kept_size(&bytes);
	results = g_format_size_full(bytes, G_FORMAT_SIZE_IEC_UNITS);
	return g_strdup_printf(
		"%s\n%u units, %s of at most %s\nprecompiled headers: %s\n"
		"word indices of trees: %u, %s\nresults: %u, %s\n",
		stats.dir, stats.entries, size, limit, pch, trees, words, kept,
		results);
}

static gboolean stats, clear;

static const GOptionEntry entries[] = {
	{ "stats", 0, 0, G_OPTION_ARG_NONE, &stats,
	  "Show where it is and how large (the default)", NULL },
	{ "clear", 0, 0, G_OPTION_ARG_NONE, &clear, "Drop all of it", NULL },
	{ NULL }
};

const struct cmd_help cmd_cache_help = {
	.args = "",
	.summary =
		"Facts of parsed files are kept below $XDG_CACHE_HOME/gup2pin/facts and taken\n"
		"again as long as no file that was read has changed. The oldest go when it\n"
		"grows above 1 GiB (GUP2PIN_CACHE_MB). Beside them are precompiled headers, in\n"
		"pch/ (eight sets at most), which words each file of a tree has, in words/\n"
		"(three trees at most), and whole results, in results/ (16, 128 MiB at most),\n"
		"which are given back as long as no file has come, gone or changed that could\n"
		"make a difference.",
	.details = "Examples:\n"
		   "  gup2pin cache --stats\n"
		   "  gup2pin cache --clear\n\n"
		   "Exit status: 0, 2 trouble.",
	.formats = formats,
	.entries = entries,
};

int cmd_cache(int argc, char **argv)
{
	struct cmd c;
	enum cmd_status status =
		cmd_parse(&c, "cache", &cmd_cache_help, argc, argv);
	GError *error = NULL;

	if (status == CMD_GO_ON) {
		status = CMD_NOTHING;
		if (clear && !(front_cache_clear(&error) &&
			       cache_clear("words", &error) &&
			       kept_clear(&error)))
			status = cmd_fail(&c, error);
		if (status == CMD_NOTHING && (stats || !clear)) {
			g_autofree char *text = describe();

			status = cmd_print(&c, text, CMD_NOTHING);
		}
	}
	cmd_free(&c);
	return status;
}
