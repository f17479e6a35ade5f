/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libc.h - the few functions of the C library that the model uses
 *
 * The headers of examples/tree stand in for the system's, so that these are
 * declared here: both define size_t, NULL and the errno names.
 */
#ifndef EXEC_LIBC_H
#define EXEC_LIBC_H

#include <linux/kernel.h>

void *malloc(size_t size);
void *calloc(size_t n, size_t size);
void free(void *p);
void exit(int status) __attribute__((__noreturn__));
int printf(const char *fmt, ...) __printf(1, 2);
int vprintf(const char *fmt, __builtin_va_list args);
int vsnprintf(char *buf, size_t size, const char *fmt, __builtin_va_list args);
int strcmp(const char *a, const char *b);
long strtol(const char *text, char **end, int base);

#endif
