/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz.h - what the fuzzers share
 *
 * A target is one file, fuzz_NAME.c, that defines LLVMFuzzerTestOneInput().
 * Readers of files get a private directory in memory.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * fuzz_dir() - the private directory of this process
 *
 * Return: (transfer none): absolute, emptied when the process ends
 */
const char *fuzz_dir(void);

/**
 * fuzz_split() - write an input as several files of fuzz_dir()
 * @data: text; a line that is "%%" begins the next file
 * @size: bytes
 * @names: NULL-terminated: names of the files, in order; a part too many goes
 *	to the last one
 *
 * Files without a part of their own are empty.
 */
void fuzz_split(const uint8_t *data, size_t size, const char *const *names);

/**
 * fuzz_use() - do not let the compiler see that a result is of no use
 */
void fuzz_use(const void *p);

#endif
