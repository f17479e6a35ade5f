// SPDX-License-Identifier: GPL-2.0-only
/*
 * arch.c - what clang has to be told about each architecture
 *
 * Where LLVM has no target, a target of the same word size parses the file,
 * with the macros that the architecture's compiler would define.
 */
#include <glib.h>
#include <string.h>
#include "tree/arch.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

#define NOT_I386 "-U__i386__", "-U__i386", "-Ui386"
#define NOT_X86_64 "-U__x86_64__", "-U__x86_64", "-U__amd64__", "-U__amd64"

/* The most likely first. */
static const struct arch archs[] = {
	{ "x86", "x86_64", "x86_64-linux-gnu", 64, false,
	  LIST("-mcmodel=kernel", "-mno-red-zone", "-DCC_USING_FENTRY"), NULL },
	{ "arm64", "arm64", "aarch64-linux-gnu", 64, true,
	  LIST("-DKASAN_SHADOW_SCALE_SHIFT=3", "-DARM64_ASM_ARCH=\"armv8.5-a\"",
	       "-mgeneral-regs-only"),
	  NULL },
	{ "arm", "arm", "arm-linux-gnueabi", 32, false,
	  LIST("-D__LINUX_ARM_ARCH__=7", "-march=armv7-a", "-marm",
	       "-msoft-float", "-DTEXT_OFFSET=0x8000"),
	  NULL },
	{ "powerpc", "powerpc", "powerpc64-linux-gnu", 64, false,
	  LIST("-Iarch/powerpc", "-mcpu=power8", "-D_CALL_ELF=1"), NULL },
	{ "s390", "s390", "s390x-linux-gnu", 64, true,
	  LIST("-march=z13", "-mbackchain"), NULL },
	{ "mips", "mips", "mips64-linux-gnuabi64", 64, false,
	  LIST("-mabi=64", "-march=mips64r2", "-mno-abicalls",
	       "-DVMLINUX_LOAD_ADDRESS=0", "-DLINKER_LOAD_ADDRESS=0",
	       "-DDATAOFFSET=0", "-Iarch/mips/include/asm/mach-malta",
	       "-Iarch/mips/include/asm/mach-generic"),
	  LIST("MIPS_MALTA", "CPU_MIPS64_R6", "64BIT", "KVM") },
	{ "sparc", "sparc64", "sparc64-linux-gnu", 64, false,
	  LIST("-m64", "-D__sparc_v9__"), NULL },
	{ "riscv", "riscv", "riscv64-linux-gnu", 64, false,
	  LIST("-march=rv64gc", "-mabi=lp64", "-mcmodel=medany"),
	  LIST("64BIT") },
	{ "loongarch", "loongarch", "loongarch64-linux-gnusf", 64, false,
	  LIST("-DVMLINUX_LOAD_ADDRESS=0"), LIST("64BIT") },
	{ "m68k", "m68k", "m68k-linux-gnu", 32, false, LIST("-D__linux__"),
	  NULL },
	{ "parisc", "parisc64", "x86_64-linux-gnu", 64, false,
	  LIST(NOT_X86_64, "-D__hppa__", "-D__LP64__"), NULL },
	{ "sh", "sh", "i386-linux-gnu", 32, false,
	  LIST(NOT_I386, "-D__sh__", "-D__SH4__", "-D__LITTLE_ENDIAN__",
	       "-Iarch/sh/include/cpu-sh4a", "-Iarch/sh/include/cpu-sh4",
	       "-Iarch/sh/include/cpu-common", "-Iarch/sh/include/mach-common"),
	  NULL },
	{ "alpha", "alpha", "x86_64-linux-gnu", 64, false,
	  LIST(NOT_X86_64, "-D__alpha__", "-D__alpha_ev67__"), NULL },
	{ "xtensa", "xtensa", "i386-linux-gnu", 32, false,
	  LIST(NOT_I386, "-D__XTENSA__", "-D__XTENSA_EL__",
	       "-D__XTENSA_WINDOWED_ABI__",
	       "-Iarch/xtensa/variants/fsf/include",
	       "-Iarch/xtensa/platforms/iss/include"),
	  NULL },
	{ "ia64", "ia64", "x86_64-linux-gnu", 64, true,
	  LIST(NOT_X86_64, "-D__ia64__", "-D__ia64"), NULL },
	{ "arc", "arc", "i386-linux-gnu", 32, false,
	  LIST(NOT_I386, "-D__arc__", "-D__ARCHS__"), NULL },
	{ "csky", "csky", "i386-linux-gnu", 32, false,
	  LIST(NOT_I386, "-D__csky__", "-D__CSKYABIV2__",
	       "-Iarch/csky/abiv2/inc"),
	  NULL },
	{ "hexagon", "hexagon", "hexagon-linux-musl", 32, false,
	  LIST("-D__linux__", "-DTHREADINFO_REG=r19"), NULL },
	{ "microblaze", "microblaze", "i386-linux-gnu", 32, false,
	  LIST(NOT_I386, "-D__MICROBLAZE__", "-D__MICROBLAZEEL__"), NULL },
	{ "nios2", "nios2", "i386-linux-gnu", 32, false,
	  LIST(NOT_I386, "-D__nios2__"), NULL },
	{ "openrisc", "openrisc", "i386-linux-gnu", 32, false,
	  LIST(NOT_I386, "-D__or1k__", "-D__OPENRISC__"), NULL },
	{ "um", "um", "x86_64-linux-gnu", 64, false,
	  LIST("-mcmodel=large", "-D__arch_um__",
	       "-Iarch/um/include/shared/skas", "-Iarch/um/include/shared",
	       "-Iarch/x86/um/shared", "-Iarch/x86/um", "-Iarch/x86/include",
	       "-Iarch/x86/include/uapi"),
	  NULL },
};

const struct arch *arch_find(const char *name)
{
	for (unsigned int i = 0; i < G_N_ELEMENTS(archs); i++) {
		if (!strcmp(archs[i].name, name))
			return &archs[i];
	}
	return NULL;
}

const struct arch *arch_nth(unsigned int n)
{
	return n < G_N_ELEMENTS(archs) ? &archs[n] : NULL;
}
