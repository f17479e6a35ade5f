#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build and run every test: unit, fixtures, examples, command line and real
# kernel trees; then all but the kernel trees again with the sanitizers.
#
# usage: test.sh [--quick]      --quick: no kernel trees, no sanitizers
#
# Ends with "N passed, N failed, N skipped"; exit status 1 when a test failed.
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
quick=no
[ "${1:-}" = --quick ] && quick=yes
jobs=$(nproc)
passed=0 failed=0 skipped=0

"$top/scripts/setup.sh" || exit
cd "$top" || exit

# Add up what ctest wrote.
count() { # count JUNIT
	# shellcheck disable=SC2046	# three words
	set -- $(/usr/bin/env python3 - "$1" <<'EOF'
import sys
import xml.etree.ElementTree as ET
suite = ET.parse(sys.argv[1]).getroot()
total, failures, skips = (int(suite.get(k, 0))
                          for k in ("tests", "failures", "skipped"))
skips += int(suite.get("disabled", 0))
print(total - failures - skips, failures, skips)
EOF
	)
	[ $# -eq 3 ] || { failed=$((failed + 1)); return; }
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

run() { # run PRESET DIRECTORY CTEST-ARGUMENT...
	local preset=$1 dir=$2 log
	shift 2
	log=$(mktemp)
	echo "== $preset: build"
	if ! { cmake --preset "$preset" && cmake --build --preset "$preset"; } \
		>"$log" 2>&1; then
		tail -n 50 "$log"
		rm -f "$log"
		echo "== $preset: the build failed"
		failed=$((failed + 1))
		return
	fi
	rm -f "$log" "$dir/junit.xml"
	echo "== $preset: test $*"
	ctest --test-dir "$dir" -j "$jobs" --output-on-failure \
		--output-junit "$top/$dir/junit.xml" "$@" </dev/null
	count "$dir/junit.xml"
}

if [ $quick = yes ]; then
	run default build -E '^kernel/'
else
	run default build -E '^kernel/'
	# The measured values belong into the log.
	run default build -R '^kernel/' --verbose
	# What runs the program many times over, or other programs, has been
	# run; exec/ has sanitizers of its own.
	run asan build-asan -E \
		'^(kernel/|exec/|hostile|contrib|install|series|mutate|unit/test_rewrite_break)'
	# A short run; docs/hardening.md has the long ones.
	if "$top/scripts/setup.sh" --fuzz; then
		run fuzz build-fuzz
	else
		echo "== fuzz: skipped, clang-19 cannot be had"
		skipped=$((skipped + 7))
	fi
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
