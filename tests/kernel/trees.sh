#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Print the directory of an unpacked kernel source package.
#
# usage: trees.sh VERSION        (6.12, 6.1: Debian's linux-source-VERSION)
#
# The tree is unpacked once below the cache directory.  The package is
# installed when it is missing and we are root.  Exit status 77 and the reason
# on standard error when the tree cannot be had.
set -eu

skip() {
	echo "linux-source-$version: $1" >&2
	exit 77
}

[ $# -eq 1 ] || { echo "usage: trees.sh VERSION" >&2; exit 2; }
version=$1
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/gup2pin/trees
tree=$cache/linux-source-$version
tarball=/usr/src/linux-source-$version.tar.xz

if [ -f "$tree/include/linux/mm.h" ]; then
	echo "$tree"
	exit 0
fi

if [ ! -f "$tarball" ]; then
	[ "$(id -u)" -eq 0 ] ||
		skip "not installed: apt-get install linux-source-$version"
	echo "installing linux-source-$version" >&2
	# the test of the other tree may be installing its own
	apt-get -q -y -o DPkg::Lock::Timeout=900 --no-install-recommends install \
		"linux-source-$version" >&2 ||
		skip "apt-get cannot install it"
	[ -f "$tarball" ] || skip "the package has no $tarball"
fi

# Another run may unpack at the same time: the rename decides.
mkdir -p "$cache" || skip "cannot write $cache"
temp=$(mktemp -d "$cache/.unpack-XXXXXX") || skip "cannot write $cache"
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM
echo "unpacking $tarball" >&2
tar -C "$temp" -I 'xz -T0' -xf "$tarball" || skip "cannot unpack $tarball"
mv -T "$temp/linux-source-$version" "$tree" 2>/dev/null ||
	[ -f "$tree/include/linux/mm.h" ] || skip "cannot write $tree"
echo "$tree"
