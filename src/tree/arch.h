/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arch.h - what clang has to be told about each architecture
 */
#ifndef TREE_ARCH_H
#define TREE_ARCH_H

#include <stdbool.h>

/**
 * struct arch - an architecture of the kernel
 * @name: directory below arch/
 * @kconfig: value of $(ARCH) in Kconfig
 * @triple: clang target; the nearest one when LLVM has none
 * @bits: 64 or 32
 * @offsets: C code includes asm-offsets.h: its names are needed
 * @flags: NULL-terminated; "-Idir" is relative to the kernel tree
 * @wanted: NULL-terminated Kconfig symbols to ask for, or NULL
 */
struct arch {
	const char *name;
	const char *kconfig;
	const char *triple;
	unsigned int bits;
	bool offsets;
	const char *const *flags;
	const char *const *wanted;
};

/**
 * arch_find() - look up by directory name; NULL when not known
 */
const struct arch *arch_find(const char *name);

/**
 * arch_nth() - the architectures in the order in which they are tried
 * @n: from 0
 *
 * Return: NULL after the last
 */
const struct arch *arch_nth(unsigned int n);

#endif
