#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Build gup2pin and show what it does with a tree: the example tree, or the one
# that is named.
#
# usage: demo.sh [TREE]
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
tree=${1:-$top/examples/tree}
tree=$(cd "$tree" && pwd)

"$top/scripts/setup.sh"
cd "$top"
cmake --preset default >/dev/null
cmake --build --preset default --target gup2pin
gup2pin=$top/build/gup2pin

show() { # show STATUS... -- COMMAND...: 0 and 1 are results, not errors
	printf '\n$ %s\n' "$(echo "$*" | sed "s|$top/||g")"
	status=0
	"$@" || status=$?
	[ $status -le 1 ] || exit $status
}

show "$gup2pin" scan -C "$tree"
show "$gup2pin" convert -C "$tree"
