#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compare a report of linux-source-6.12 with the adjudicated call sites.

usage: accuracy.py REPORT.json [TRUTH.jsonl] [--min-class=PERCENT]

Prints a confusion matrix, the class agreement and each disagreement with both
reasons.  Exit status 1 when the agreement is below --min-class.
"""
import json
import os
import sys
from collections import Counter, defaultdict


def numbered(sites):
    """(file, function, callee, n-th call) -> site: survives shifted lines."""
    count = Counter()
    out = {}
    for s in sorted(sites, key=lambda s: (s["file"], s["line"])):
        key = (s["file"], s.get("function"), s["callee"])
        out[key + (count[key],)] = s
        count[key] += 1
    return out


def main(argv):
    args = [a for a in argv if not a.startswith("--")]
    least = next((float(a.split("=")[1]) for a in argv
                  if a.startswith("--min-class=")), 0.0)
    truth_file = args[1] if len(args) > 1 else os.path.join(
        os.path.dirname(__file__), "truth-6.12.jsonl")
    report = json.load(open(args[0]))
    got = numbered(report["sites"])
    want = numbered([json.loads(l) for l in open(truth_file)])
    matrix = defaultdict(Counter)
    right = sure = sure_right = missing = 0
    recall = [0, 0]
    precision = [0, 0]
    for key, w in want.items():
        g = got.get(key)
        cls = g["class"] if g else "missing"
        missing += not g
        matrix[w["class"]][cls] += 1
        ok = cls == w["class"]
        right += ok
        if w["confidence"] >= 0.8:
            sure += 1
            sure_right += ok
        if not ok:
            print("%s:%d %s %s: want %s (%.2f), got %s (%.2f)" % (
                w["file"], w["line"], w["function"], w["callee"], w["class"],
                w["confidence"], cls, g["confidence"] if g else 0))
            print("    label: " + w["why"])
            if g:
                print("    tool:  " + g["why"])
        if g and w["class"] != "mm":
            a = {":".join(r.split(":")[:3]) for r in w["release_sites"]
                 if r.count(":") == 2 and "/" in r.split(":")[0]}
            b = {"%s:%s:%s" % (r["file"], r["function"], r["callee"])
                 for r in g["releases"]}
            recall[0] += len(a & b)
            recall[1] += len(a)
            precision[0] += len(a & b)
            precision[1] += len(b)
            if a != b:
                print("%s:%d releases: missed %s, extra %s" % (
                    w["file"], w["line"], sorted(a - b), sorted(b - a)))
    classes = sorted(set(matrix) | {c for m in matrix.values() for c in m})
    print("\n%-10s" % "want\\got" + "".join("%10s" % c for c in classes))
    for w in sorted(matrix):
        print("%-10s" % w + "".join("%10d" % matrix[w][c] for c in classes))

    def percent(a, b):
        return 100.0 * a / b if b else 100.0
    print("\nclass agreement: %d of %d (%.1f %%); labels of confidence >= 0.8: "
          "%d of %d (%.1f %%); missing %d" % (
              right, len(want), percent(right, len(want)), sure_right, sure,
              percent(sure_right, sure), missing))
    print("releases: recall %d of %d (%.1f %%), precision %d of %d (%.1f %%)" %
          (recall[0], recall[1], percent(*recall), precision[0], precision[1],
           percent(*precision)))
    return percent(right, len(want)) < least


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
