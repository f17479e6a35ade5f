// SPDX-License-Identifier: GPL-2.0-only
/*
 * explore.c - run a life once for each combination of choices
 *
 * A run is named by the choices that were made in it, in order.  The next run
 * is the one in which the last choice that has another value left takes it;
 * what comes after that choice starts from 0 again.
 */
#include "model.h"

#define MAX_CHOICES 4096
#define MAX_RESULT 16384

struct choice {
	int value;
	int outcomes;
	bool fault;
};

static struct choice path[MAX_CHOICES];
static int path_len;	/* how many of path[] are prescribed */
static int path_pos;	/* how many were asked for in this run */

static char result[MAX_RESULT];
static unsigned int result_len;
static unsigned int errors;
static bool tracing;

static void append(const char *fmt, ...) __printf(1, 2);

static void append(const char *fmt, ...)
{
	__builtin_va_list args;

	if (result_len >= sizeof(result))
		return;
	__builtin_va_start(args, fmt);
	result_len += vsnprintf(result + result_len,
				sizeof(result) - result_len, fmt, args);
	__builtin_va_end(args);
}

void trace(const char *fmt, ...)
{
	__builtin_va_list args;

	if (!tracing)
		return;
	printf("  ");
	__builtin_va_start(args, fmt);
	vprintf(fmt, args);
	__builtin_va_end(args);
	printf("\n");
}

void report_error(const char *fmt, ...)
{
	__builtin_va_list args;
	char text[256];

	__builtin_va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	__builtin_va_end(args);
	trace("ERROR %s", text);
	errors++;
	append(" error{%s}", text);
}

void mix(const char *what, unsigned long value)
{
	append(" %s=%lx", what, value);
	trace("%s=%lx", what, value);
}

static int choose(int outcomes, bool fault)
{
	struct choice *choice = &path[path_pos];

	if (outcomes < 2)
		return 0;
	if (path_pos == MAX_CHOICES) {
		printf("too many choices in one run: does the life end?\n");
		exit(2);
	}
	if (path_pos >= path_len)
		choice->value = 0;
	path_pos++;
	choice->outcomes = outcomes;
	choice->fault = fault;
	/* A prescribed value that the call does not have: code has changed. */
	if (choice->value >= outcomes)
		choice->value = 0;
	return choice->value;
}

int choose_fault(int outcomes, const char *what)
{
	int value = choose(outcomes, true);

	if (value)
		append(" %s:%d", what, value);
	trace("%s: %s", what, value ? "fails or is short" : "succeeds");
	return value;
}

int exec_pick(int n)
{
	return choose(n, false);
}

static void run(void)
{
	int i;

	path_pos = 0;
	result_len = 0;
	result[0] = 0;
	context_reset();
	memory_reset();
	pages_reset();
	device_reset();
	exec_life();
	context_run();
	context_check();
	pages_check_end();
	append(" leaks=%u", memory_leaks());

	for (i = 0; i < path_pos; i++)
		printf("%s%d", i ? "." : "", path[i].value);
	printf("%s:%s\n", i ? "" : "-", result);
}

/* The next path with at most @faults failures; false when all were run. */
static bool next_path(int faults)
{
	int i, used = 0;

	for (i = 0; i < path_pos; i++)
		used += path[i].fault && path[i].value;
	for (i = path_pos - 1; i >= 0; i--) {
		struct choice *choice = &path[i];

		if (choice->fault && choice->value)
			used--;
		if (choice->value + 1 >= choice->outcomes ||
		    (choice->fault && used >= faults))
			continue;
		choice->value++;
		path_len = i + 1;
		return true;
	}
	return false;
}

static void read_path(char *text)
{
	while (*text >= '0' && *text <= '9' && path_len < MAX_CHOICES) {
		path[path_len++].value = strtol(text, &text, 10);
		if (*text == '.')
			text++;
	}
}

/* usage: PROGRAM [--faults N] [--limit RUNS] [--path CHOICES] */
int main(int argc, char **argv)
{
	long faults = 2, limit = 20000, runs = 0;
	int i;

	for (i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--faults")) {
			faults = strtol(argv[i + 1], NULL, 10);
		} else if (!strcmp(argv[i], "--limit")) {
			limit = strtol(argv[i + 1], NULL, 10);
		} else {
			read_path(argv[i + 1]);
			tracing = true;
		}
	}
	do {
		run();
	} while (!tracing && ++runs < limit && next_path(faults));
	printf("end: %ld runs, %lu pins%s\n", runs, pages_pinned,
	       runs == limit ? ", limit reached" : "");
	return errors ? 1 : 0;
}
