#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What a CI job runs: gup2pin lint, with the report in three forms.
#
# usage: lint.sh [OPTION of gup2pin lint...] [PATH...]
#
# From the environment:
#   GUP2PIN           the program (default: gup2pin)
#   GUP2PIN_BASE      git revision: report only what it does not have; empty or
#                     all zeros (a branch that is new): report everything
#   GUP2PIN_ERROR_ON  findings that fail the job: error, warning, note, never
#                     (default: warning)
#   GUP2PIN_OUT       directory for gup2pin.sarif and gup2pin.md (default: .)
#
# On GitHub the findings become annotations and the job's summary. The exit
# status is that of gup2pin lint.
set -u

out=${GUP2PIN_OUT:-.}
mkdir -p "$out" || exit 2
set -- --error-on="${GUP2PIN_ERROR_ON:-warning}" \
	--also=sarif="$out/gup2pin.sarif" --also=markdown="$out/gup2pin.md" "$@"
case ${GUP2PIN_BASE:-} in
*[!0]*) set -- --diff="$GUP2PIN_BASE" "$@" ;;
esac
[ -z "${GITHUB_ACTIONS:-}" ] || set -- --format=github "$@"

status=0
"${GUP2PIN:-gup2pin}" lint "$@" || status=$?
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ $status -le 1 ]; then
	cat "$out/gup2pin.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit $status
