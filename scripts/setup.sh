#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Check for what gup2pin is built, run and tested with; install what is missing.
#
# usage: setup.sh [--check] [--fuzz] [--bench]
#
# --fuzz: what the fuzzers are built with, too (clang with libFuzzer, 100 MB).
# --bench: what scripts/bench.sh compares with, too (ripgrep, clang).
# As root on Debian or Ubuntu, missing packages are installed with apt-get.
# Otherwise (or with --check) the command to run is printed and the exit status
# is 2.  Nothing is written when everything is there.
set -eu

check_only=no fuzz=no bench=no
for word; do
	case $word in
	--check) check_only=yes ;;
	--fuzz) fuzz=yes ;;
	--bench) bench=yes ;;
	esac
done

missing=

need() { # need PACKAGE COMMAND...: the package unless the command succeeds
	package=$1
	shift
	"$@" >/dev/null 2>&1 || missing="$missing $package"
}

have_libclang() {
	for version in 19 20 21 18 17; do
		if [ -f "/usr/lib/llvm-$version/include/clang-c/Index.h" ] &&
		   ls "/usr/lib/llvm-$version/lib/"libclang*.so >/dev/null 2>&1 &&
		   ls -d "/usr/lib/llvm-$version/lib/clang/$version"*/include/stddef.h \
			>/dev/null 2>&1; then
			return 0
		fi
	done
	return 1
}

# spatch loads libpython at run time; its rules are useless without.
have_spatch_python() {
	dir=$(mktemp -d)
	printf 'int x;\n' >"$dir/a.c"
	printf '@script:python@\n@@\nprint("python works")\n' >"$dir/a.cocci"
	if spatch --very-quiet --sp-file "$dir/a.cocci" "$dir/a.c" 2>/dev/null |
		grep -q 'python works'; then
		status=0
	else
		status=1
	fi
	rm -rf "$dir"
	return $status
}

# The newest libclang that the package archive has.
libclang_package() {
	for version in 19 20 21 18 17; do
		if apt-cache show "libclang-$version-dev" >/dev/null 2>&1; then
			echo "libclang-$version-dev"
			return
		fi
	done
	echo libclang-19-dev
}

python=/usr/bin/python3
[ -x $python ] || python=python3

need gcc command -v cc
need cmake command -v cmake
need ninja-build command -v ninja
need pkg-config command -v pkg-config
need python3 command -v $python
need git command -v git
need b4 command -v b4
need patch command -v patch
need xz-utils command -v xz
need coccinelle command -v spatch
need libglib2.0-dev pkg-config --exists gio-unix-2.0
need libjson-c-dev pkg-config --exists json-c
need libgit2-dev pkg-config --exists libgit2
need libcmocka-dev pkg-config --exists cmocka
need groff-base command -v groff
need python3-yaml $python -c 'import yaml'
need python3-jsonschema $python -c 'import jsonschema'
if [ $fuzz = yes ]; then
	need clang-19 command -v clang-19
	need libclang-rt-19-dev \
		ls /usr/lib/llvm-19/lib/clang/19/lib/linux/"libclang_rt.fuzzer-$(uname -m).a"
fi
if [ $bench = yes ]; then
	need ripgrep command -v rg
	[ $fuzz = yes ] || need clang-19 command -v clang-19
fi
have_libclang || missing="$missing libclang"
if command -v spatch >/dev/null 2>&1 && ! have_spatch_python; then
	missing="$missing libpython"
fi

libpython_package() {
	$python -c 'import sys; print("libpython%d.%d" % sys.version_info[:2])' \
		2>/dev/null || echo libpython3-dev
}

# The words of $missing as package names.
packages() {
	for package in $missing; do
		case $package in
		libclang) libclang_package ;;
		libpython) libpython_package ;;
		*) echo "$package" ;;
		esac
	done | tr '\n' ' '
}

[ -n "$missing" ] || exit 0

if [ "$check_only" = yes ] || [ "$(id -u)" -ne 0 ] ||
   ! command -v apt-get >/dev/null 2>&1; then
	echo "setup: missing; as root run: apt-get install $(packages)" >&2
	exit 2
fi

export DEBIAN_FRONTEND=noninteractive
echo "setup: apt-get update"
apt-get -q update >/dev/null || echo "setup: apt-get update failed" >&2
list=$(packages)
echo "setup: installing $list"
# shellcheck disable=SC2086	# a list of words
apt-get -q -y -o DPkg::Lock::Timeout=600 --no-install-recommends install $list
if ! have_spatch_python; then
	list=$(libpython_package)
	echo "setup: installing $list, which spatch loads"
	apt-get -q -y -o DPkg::Lock::Timeout=600 --no-install-recommends install "$list"
fi
have_spatch_python || {
	echo "setup: spatch cannot run Python rules: install the libpython that it asks for" >&2
	exit 2
}
