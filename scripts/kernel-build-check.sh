#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build what "gup2pin convert" changes with the kernel's own makefiles, before
# and after, and report the warnings and errors that are new.
#
# A developer's tool, no part of gup2pin: unlike that program it runs the
# makefiles and scripts of TREE.  Only use it on a tree that you trust.
#
# usage: kernel-build-check.sh [OPTION...] TREE [PATH...]
#   --gup2pin PROGRAM  the program (default: build/gup2pin)
#   --patch FILE       check this diff instead of what convert writes
#   --cross            as root, install the cross compilers that are missing,
#                      where clang and lld are not there either
#   --work DIR         scratch directory, 4 GB (default: a new one in $TMPDIR)
#   --keep             leave the scratch directory for inspection
#   -j N               jobs (default: the number of processors)
#
# TREE is copied and never written to.  Each architecture is configured as
# allmodconfig, without what only makes compiling slower, and built with W=1.
# What the compiler of this machine does not build is built for the other
# architectures: with a cross compiler, or else with clang and lld.
#
# Results on standard output, progress on standard error.  Exit status: 0
# nothing new, 1 new warnings or errors, 2 trouble.
set -u
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
gup2pin=$top/build/gup2pin
patch='' cross=no work='' keep=no jobs=$(nproc)

die() {
	echo "kernel-build-check: $*" >&2
	exit 2
}

say() {
	echo "kernel-build-check: $*" >&2
}

while [ $# -gt 0 ]; do
	case $1 in
	--gup2pin | --patch | --work | -j)
		[ $# -ge 2 ] || die "$1 wants a value"
		case $1 in
		--gup2pin) gup2pin=$2 ;;
		--patch) patch=$2 ;;
		--work) work=$2 ;;
		-j) jobs=$2 ;;
		esac
		shift
		;;
	--cross) cross=yes ;;
	--keep) keep=yes ;;
	-h | --help)
		sed -n '3,/^set -u/s/^# \{0,1\}//p' "$0"
		exit 0
		;;
	-*) die "unknown option $1 (--help lists them)" ;;
	*) break ;;
	esac
	shift
done
[ $# -ge 1 ] || die "usage: kernel-build-check.sh [OPTION...] TREE [PATH...]"
tree=$(cd "$1" 2>/dev/null && pwd) || die "$1: no such directory"
shift
[ -f "$tree/include/linux/mm.h" ] ||
	die "$tree: not a kernel tree (no include/linux/mm.h)"
[ -n "$patch" ] || [ -x "$gup2pin" ] ||
	die "$gup2pin: no such program: build gup2pin first, or use --gup2pin"
[ -z "$patch" ] || [ -r "$patch" ] || die "$patch: cannot be read"

# ---- what a kernel build needs ----

missing=''
need() { # need PACKAGE COMMAND...
	local package=$1
	shift
	"$@" >/dev/null 2>&1 || missing="$missing $package"
}

install_packages() { # install_packages PACKAGE...
	[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
	say "installing $*"
	DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 --no-install-recommends \
		install "$@" >/dev/null 2>&1 </dev/null && return
	apt-get -q update >/dev/null 2>&1 </dev/null
	DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 --no-install-recommends \
		install "$@" >/dev/null 2>&1 </dev/null
}

has_header() { # has_header HEADER: for the host compiler
	echo "#include <$1>" | cc -E - >/dev/null
}

need gcc command -v gcc
need make command -v make
need flex command -v flex
need bison command -v bison
need bc command -v bc
need perl command -v perl
need patch command -v patch
need libelf-dev has_header gelf.h
need libssl-dev has_header openssl/evp.h
if [ -n "$missing" ]; then
	# shellcheck disable=SC2086	# a list of words
	install_packages $missing ||
		die "missing; as root run: apt-get install$missing"
fi

# ---- scratch ----

if [ -z "$work" ]; then
	work=$(mktemp -d "${TMPDIR:-/tmp}/kernel-build-check-XXXXXX") ||
		die "no scratch directory"
elif ! mkdir "$work"; then
	die "$work: must be a new directory"
fi
work=$(cd "$work" && pwd)
# shellcheck disable=SC2317	# called by the trap
clean() {
	[ $keep = yes ] || rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM
src=$work/src
mkdir "$work/log"

# ---- the change ----

if [ -n "$patch" ]; then
	cp "$patch" "$work/change.diff" || exit 2
else
	say "gup2pin convert -C $tree $*"
	"$gup2pin" convert -C "$tree" "$@" >"$work/change.diff" \
		2>"$work/log/convert"
	case $? in
	0 | 1) ;;
	*)
		cat "$work/log/convert" >&2
		die "gup2pin convert failed"
		;;
	esac
fi
sed -n 's,^+++ b/\([^	]*\).*,\1,p' "$work/change.diff" | sort -u >"$work/changed"
if [ ! -s "$work/changed" ]; then
	echo "nothing is converted: nothing to build"
	exit 0
fi

say "copying $tree to $src"
cp -a --reflink=auto "$tree" "$src" || die "cannot copy $tree"
# A tree that was built in place cannot be built elsewhere before this.
if [ -f "$src/.config" ] || [ -d "$src/include/config" ]; then
	make -C "$src" mrproper >"$work/log/mrproper" 2>&1 </dev/null ||
		die "make mrproper failed in a copy of $tree"
fi
patch -d "$src" -p1 --dry-run --force --silent <"$work/change.diff" >&2 ||
	die "the change does not apply to $tree"

# The C files to build: those that changed, and for a header some that use it.
while read -r file; do
	case $file in
	*.c) echo "$file" ;;
	*)
		(cd "$src" && grep -rlE --include='*.c' \
			"^[[:space:]]*#[[:space:]]*include.*\b${file##*/}[\">]" \
			"$(dirname "$file")" | sort | head -n 5)
		;;
	esac
done <"$work/changed" | sort -u >"$work/todo"

# ---- architectures ----

# KARCH PREFIX PACKAGE CONFIGURATION: the first that builds a file wins.  A
# file below arch/ is tried with its own only.
architectures() {
	cat <<-LIST
	x86 x86_64-linux-gnu- gcc-x86-64-linux-gnu -
	arm64 aarch64-linux-gnu- gcc-aarch64-linux-gnu -
	powerpc powerpc64-linux-gnu- gcc-powerpc64-linux-gnu -
	powerpc powerpc64-linux-gnu- gcc-powerpc64-linux-gnu PPC_BOOK3E_64
	s390 s390x-linux-gnu- gcc-s390x-linux-gnu -
	mips mips64-linux-gnuabi64- gcc-mips64-linux-gnuabi64 -
	riscv riscv64-linux-gnu- gcc-riscv64-linux-gnu -
	sparc sparc64-linux-gnu- gcc-sparc64-linux-gnu -
	sh sh4-linux-gnu- gcc-sh4-linux-gnu -
	m68k m68k-linux-gnu- gcc-m68k-linux-gnu -
	arm arm-linux-gnueabihf- gcc-arm-linux-gnueabihf -
	LIST
}

compiler_prefix() { # compiler_prefix PREFIX
	if [ "$1" = "$(uname -m)-linux-gnu-" ] && command -v gcc >/dev/null; then
		echo native
	elif command -v "${1}gcc" >/dev/null; then
		echo "$1"
	else
		return 1
	fi
}

# "-19": the newest LLVM of which all that a kernel build calls is there.
llvm_suffix() {
	local v tool
	for v in 22 21 20 19 18 17 16 15 14; do
		for tool in clang ld.lld llvm-ar llvm-nm llvm-objcopy \
			llvm-objdump llvm-readelf llvm-strip; do
			command -v $tool-$v >/dev/null || continue 2
		done
		echo "-$v"
		return
	done
	return 1
}
llvm=$(llvm_suffix)

# allmodconfig; sanitizers, debug information and plug-ins change no warning
# that matters here and take time, -Werror would end a build early.
configure() { # configure MAKE-ARGUMENT... (reads $config)
	{
		echo CONFIG_DEBUG_INFO_NONE=y
		for name in WERROR KASAN KCSAN KMSAN KCOV UBSAN GCOV_KERNEL \
			GCC_PLUGINS MODULE_SIG SECURITY_LOCKDOWN_LSM; do
			echo "# CONFIG_$name is not set"
		done
		[ "$config" = - ] || echo "CONFIG_$config=y"
	} >"$work/fragment"
	make -C "$src" "$@" KCONFIG_ALLCONFIG="$work/fragment" allmodconfig &&
		make -C "$src" "$@" -j"$jobs" prepare
}

# "FILE: KIND: TEXT" of a build's log, without line numbers, with a count.
diagnostics() { # diagnostics LOG
	sed -nE "s,^(\.\./)*(src/|$src/)?([^ :]+\.[chS]):[0-9:]+ (warning|error|fatal error): (.*)\$,\3: \4: \5,p" \
		"$1" | sort | uniq -c | sed 's/^ *\([0-9]*\) /\1	/'
}

build() { # build STEP: the objects in $out/list; logs to $out/STEP.log
	local step=$1 file
	while read -r file; do
		rm -f "$out/${file%.c}.o"
	done <"$out/list"
	# shellcheck disable=SC2046	# a list of words
	make -C "$src" "${args[@]}" -k -j"$jobs" W=1 KCFLAGS=-Wno-error \
		$(sed 's/\.c$/.o/' "$out/list") >"$out/$step.log" 2>&1 </dev/null
	mkdir -p "$out/objects.$step"
	: >"$out/built.$step"
	while read -r file; do
		[ -f "$out/${file%.c}.o" ] || continue
		echo "$file" >>"$out/built.$step"
		cp "$out/${file%.c}.o" \
			"$out/objects.$step/$(echo "${file%.c}" | tr / _).o"
	done <"$out/list"
}

set_architecture() { # set_architecture LINE: $arch $config $out $args $compiler
	read -r arch prefix package config <<-LINE
	$1
	LINE
	out=$work/$arch${config#-}
	args=(O="$out" ARCH="$arch")
	if prefix=$(compiler_prefix "$prefix"); then
		compiler=gcc
		[ "$prefix" = native ] || args+=(CROSS_COMPILE="$prefix")
	elif [ -n "$llvm" ]; then
		compiler=clang$llvm
		args+=(LLVM="$llvm")
	else
		return 1
	fi
}

# ---- before ----

# Files of $work/todo that this architecture may build.
candidates() {
	grep -E "^arch/$arch/" "$work/todo"
	grep -vE '^arch/' "$work/todo"
}

# A compiler is fetched for files that need it, or that have a fair chance.
worth_installing() {
	case $arch in
	x86 | arm64 | powerpc | s390) ;;
	*) grep -q "^arch/$arch/" "$work/list" ;;
	esac
}

: >"$work/used"
: >"$work/reasons"
while read -r line; do
	set_architecture "$line"
	have=$?
	candidates >"$work/list"
	[ -s "$work/list" ] || continue
	# Other architectures are for what x86 does not build.
	if [ $have -ne 0 ]; then
		if [ $cross = yes ] && worth_installing; then
			install_packages "$package" || say "cannot install $package"
			set_architecture "$line"
			have=$?
		fi
		if [ $have -ne 0 ]; then
			sed "s,\$,	$arch: no compiler: apt-get install $package (or clang-19 lld-19 llvm-19)," \
				"$work/list" >>"$work/reasons"
			continue
		fi
	fi
	mkdir -p "$out"
	mv "$work/list" "$out/list"
	say "$arch ${config#-}: configure ($compiler)"
	if ! configure "${args[@]}" >"$out/configure.log" 2>&1 </dev/null; then
		grep -E '\*\*\*|error' "$out/configure.log" | head -n 3 >&2
		say "$arch: cannot be configured"
		sed "s,\$,	$arch: cannot be configured," "$out/list" \
			>>"$work/reasons"
		rm -rf "$out"
		continue
	fi
	say "$arch ${config#-}: build $(wc -l <"$out/list") objects before"
	build before
	sed "s,\$,	$arch: does not build here before the change either," \
		"$out/list" >>"$work/reasons"
	if [ -s "$out/built.before" ]; then
		cp "$out/built.before" "$out/list"
		echo "$line" >>"$work/used"
		grep -vxFf "$out/list" "$work/todo" >"$work/left"
		mv "$work/left" "$work/todo"
	fi
done < <(architectures)
[ -s "$work/used" ] || {
	cat "$work/reasons" >&2
	die "no object of a converted file can be built before the change"
}

# ---- after ----

patch -d "$src" -p1 --force --silent <"$work/change.diff" >&2 ||
	die "the change does not apply"
objects=0 new=0 same=0
while read -r line; do
	set_architecture "$line"
	say "$arch ${config#-}: build $(wc -l <"$out/list") objects after"
	build after
	diagnostics "$out/before.log" >"$out/before.diag"
	diagnostics "$out/after.log" >"$out/after.diag"
	# New: more often than before.
	awk -F '\t' 'NR == FNR { n[$2] = $1; next } $1 > n[$2] + 0 { print $2 }' \
		"$out/before.diag" "$out/after.diag" >"$out/new.diag"
	while read -r text; do
		echo "NEW $arch: $text"
		new=$((new + 1))
	done <"$out/new.diag"
	while read -r file; do
		object=$(echo "${file%.c}" | tr / _).o
		objects=$((objects + 1))
		if ! grep -qxF "$file" "$out/built.after"; then
			echo "NEW $arch: $file: the object is no longer built"
			new=$((new + 1))
		elif cmp -s "$out/objects.before/$object" \
			"$out/objects.after/$object"; then
			echo "same $arch: $file: the change is not in this configuration"
			same=$((same + 1))
		else
			echo "ok $arch ($compiler): $file"
		fi
	done <"$out/list"
done <"$work/used"

while read -r file; do
	reason=$(awk -F '\t' -v f="$file" '$1 == f { print $2 }' \
		"$work/reasons" | sort -u | paste -sd ';')
	echo "not built: $file: ${reason:-no architecture of this script}"
done <"$work/todo"
echo "$(wc -l <"$work/changed") files changed: $objects objects built before and after, $same of them the same, $(wc -l <"$work/todo") files not built, $new new warnings or errors"
[ $new -eq 0 ]
