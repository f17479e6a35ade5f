#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# How the cost grows with the size of the tree: synthetic files, a page set in
# every tenth of them.
#
# usage: scale.sh [--files N] [--points N] [--jobs N] [--gup2pin PROGRAM]
#                 [--write]
#
# For N (default 10000) files and fractions of it: the cost of extracting all of
# them, and of scan --facts over what was extracted. --write puts the table and
# the chart into docs/scale.md and docs/scale.svg.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=/usr/bin/python3
[ -x $python ] || python=python3
exec $python "$here/lib/scale.py" "$@"
