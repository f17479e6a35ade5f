#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What gup2pin costs on a kernel tree, beside the tools it competes with.
#
# usage: bench.sh [--turns N] [--jobs N] [--only NAME,...] [--gup2pin PROGRAM]
#                 [--keep DIR] [--write] [TREE]
#
# One table: medians of N turns (default 3) of CPU seconds, wall seconds and the
# peak memory of the largest process, and the ratios that matter. TREE is a
# kernel tree (default: linux-source-6.12 as the tests unpack it). It is copied
# first, and nothing is written into it. --write puts the table and the chart
# into docs/benchmarks.md and docs/benchmarks.svg. --keep DIR holds the copy and
# the caches for the next run. A tool that is missing is named and left out.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=/usr/bin/python3
[ -x $python ] || python=python3
exec $python "$here/lib/bench.py" "$@"
