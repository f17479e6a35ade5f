# SPDX-License-Identifier: GPL-2.0-only
"""scripts/bench.sh: see there."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from measure import (TOP, bars, die, middle, move, put_between, run, svg)

# what has just changed is not trusted, and so not kept
SETTLE = 2.2
OURS, THEIRS = "#2b6cb0", "#b7791f"


class Bench:
    """A private copy of the tree, and a cache of its own."""

    def __init__(self, options, work):
        self.work, self.options = work, options
        self.tree = os.path.join(work, "tree")
        self.cache = os.path.join(work, "cache")
        self.tool = os.path.abspath(options.gup2pin)
        self.env = dict(os.environ, XDG_CACHE_HOME=self.cache)
        self.turn = 0
        if not os.path.isdir(self.tree):
            subprocess.run(["cp", "-a", "--reflink=auto", options.tree,
                            self.tree], check=True)
            time.sleep(SETTLE)
        self.names = self.gup_names()
        self.commands = {}

    @staticmethod
    def gup_names():
        with open(os.path.join(TOP, "rules", "api.json"),
                  encoding="utf-8") as f:
            return sorted(json.load(f)["acquire"])

    def gup2pin(self, command, *words, **more):
        return run([self.tool, command, "-C", self.tree,
                    f"-j{self.options.jobs}", *words], env=self.env, **more)

    def forget(self):
        shutil.rmtree(self.cache, ignore_errors=True)

    def warm_up(self):
        """Everything is kept: a run that found its result takes no time."""
        for _ in range(4):
            self.gup2pin("scan")
            if os.path.isdir(self.cache + "/gup2pin/results"):
                break
        self.gup2pin("scan")

    def candidates(self):
        """The C files with a gup name, and how they are compiled."""
        return self.compiles(["."])

    def parsed(self):
        """The same of all files that a scan parses."""
        said = subprocess.run([self.tool, "scan", "-C", self.tree, "--verbose"],
                              env=self.env, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, check=False).stderr
        files = re.findall(r"^gup2pin: (\S+\.c): parsed", said.decode(), re.M)
        return self.compiles(sorted(set(files)))

    def compiles(self, files):
        key = " ".join(files)
        if key not in self.commands:
            path = os.path.join(self.work, "commands.json")
            with open(path, "wb") as f:
                self.gup2pin("extract", "--commands", *files, stdout=f)
            with open(path, encoding="utf-8") as f:
                self.commands[key] = json.load(f)
        return self.commands[key]

    # the rows: each returns what one turn costs

    def cold(self):
        self.forget()
        return self.gup2pin("scan")

    def warm(self):
        return self.gup2pin("scan")

    def changed(self, change, place=lambda path: 0):
        """A file with calls, and a place in it, is changed, then looked at."""
        files = [os.path.join(self.tree, c["file"])
                 for c in self.candidates()]
        path = next(p for p in files[len(files) // 2:] + files
                    if place(p) is not None)
        self.turn += 1
        change(path)
        time.sleep(SETTLE)
        return self.gup2pin("scan")

    def touched(self):
        """Newer than before, with the same text."""
        return self.changed(os.utime)

    def remark(self):
        """One more comment at the end."""
        return self.changed(lambda path: add_line(
            path, -1, f"/* turn {self.turn} */"))

    def edited(self):
        """One more statement above a call: all lines below it shift."""
        def place(path):
            return statement_before(path, self.names)
        return self.changed(lambda path: add_line(
            path, place(path), f"\t(void){self.turn};"), place)

    def convert(self):
        self.forget()
        return self.gup2pin("convert")

    def spatch(self):
        rule = os.path.join(self.work, "find.cocci")
        calls = "\n|\n".join(f"* {name}(...)" for name in self.names)
        with open(rule, "w", encoding="utf-8") as f:
            f.write(f"@@\n@@\n(\n{calls}\n)\n")
        words = ["spatch", "--very-quiet", "--no-includes", "--sp-file", rule,
                 "--dir", self.tree]
        if self.options.jobs > 1:
            words += ["--jobs", str(self.options.jobs)]
        return run(words, cwd=self.work)

    def clang(self):
        return self.compile(self.candidates())

    def clang_all(self):
        return self.compile(self.parsed())

    def compile(self, entries):
        """Two at a time, as a make would."""
        script = os.path.join(self.work, "clang.args")
        with open(script, "wb") as f:
            for entry in entries:
                words = ["clang-19", "-fsyntax-only", *entry["arguments"][1:]]
                f.write(b"\0".join(w.encode() for w in words) + b"\n")
        return run([sys.executable, "-c", CLANG, script,
                    str(self.options.jobs)], cwd=self.tree)

    def ripgrep(self):
        words = ["rg", "-lw"]
        for name in self.names:
            words += ["-e", name]
        return run(words + ["."], cwd=self.tree)


def add_line(path, number, text):
    """A line before another one, counted from 0; -1: at the end."""
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    lines.insert(number, text)
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines))


def statement_before(path, names):
    """A line above a call where a statement can stand, between two others."""
    call = re.compile(r"\b(" + "|".join(names) + r")\(")
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    for at in range(len(lines)):
        if not call.search(lines[at]):
            continue
        for n in range(at, 1, -1):
            if lines[n - 1] == "{":
                break
            if (lines[n - 2].endswith((";", "}", "{", ""))
                    and all(re.match(r"\t\w.*;$", lines[k])
                            for k in (n - 1, n))):
                return n
    return None


# Compile errors are the tree's own affair.
CLANG = r"""
import subprocess, sys
from concurrent.futures import ThreadPoolExecutor
def one(line):
    subprocess.run([w.decode() for w in line.split(b"\0")],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
with open(sys.argv[1], "rb") as f, ThreadPoolExecutor(int(sys.argv[2])) as pool:
    list(pool.map(one, f.read().splitlines()))
"""

# key, what it is called, the program it needs, colour
ROWS = [
    ("cold", "gup2pin scan, cold", None, OURS),
    ("warm", "gup2pin scan, warm", None, OURS),
    ("touched", "gup2pin scan, one file touched", None, OURS),
    ("remark", "gup2pin scan, a comment added at the end", None, OURS),
    ("edited", "gup2pin scan, a statement added", None, OURS),
    ("convert", "gup2pin convert, cold", None, OURS),
    ("spatch", "spatch, find-only rule", "spatch", THEIRS),
    ("clang_all", "clang -fsyntax-only, the same files", "clang-19", THEIRS),
    ("clang", "clang -fsyntax-only, files with calls", "clang-19", THEIRS),
    ("ripgrep", "rg -lw of the names", "rg", THEIRS),
]

# rows with a file that has changed since the last run
CHANGES = ("touched", "remark", "edited")

# what, of which rows, which cost, target
RATIOS = [
    ("cold CPU / spatch CPU", "cold", "spatch", "cpu", 1.0),
    ("cold CPU / clang CPU, the same files", "cold", "clang_all", "cpu", 0.35),
    ("cold CPU / clang CPU, files with calls", "cold", "clang", "cpu", None),
    ("warm wall / rg wall", "warm", "ripgrep", "wall", 1.5),
    ("convert CPU / cold CPU", "convert", "cold", "cpu", 2.0),
]


def parse_options():
    tree = os.path.join(os.environ.get("XDG_CACHE_HOME")
                        or os.path.expanduser("~/.cache"),
                        "gup2pin", "trees", "linux-source-6.12")
    parser = argparse.ArgumentParser(prog="bench.sh")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="")
    parser.add_argument("--gup2pin",
                        default=os.path.join(TOP, "build", "gup2pin"))
    parser.add_argument("--keep")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("tree", nargs="?", default=tree)
    options = parser.parse_args()
    if not os.access(options.gup2pin, os.X_OK):
        die(f"{options.gup2pin}: no such program; build it, or --gup2pin")
    if not os.path.isfile(os.path.join(options.tree, "Makefile")):
        die(f"{options.tree}: no kernel tree; tests/kernel/trees.sh unpacks one")
    return options


def chosen(options):
    """The rows to measure; those without their program are named."""
    rows = []
    for row in ROWS:
        if options.only and row[0] not in options.only.split(","):
            continue
        if row[2] and not shutil.which(row[2]):
            print(f"bench.sh: {row[2]} is missing: no row for it "
                  "(scripts/setup.sh --bench installs it)", file=sys.stderr)
            continue
        rows.append(row)
    return rows


def measure(bench, rows, turns):
    """Turn by turn, so that a busy moment hits all rows alike."""
    keys = [row[0] for row in rows]
    costs = {key: [] for key in keys}
    heavy = [k for k in keys if k in ("convert", "cold")]
    changes = [k for k in keys if k in CHANGES]
    light = [k for k in keys if k not in heavy + changes]
    for turn in range(turns):
        # a cold run leaves the cache that the warm ones need
        for key in [k for k in ("convert", "cold") if k in heavy]:
            costs[key].append(getattr(bench, key)())
        if "warm" in keys or changes:
            bench.warm_up()
        for key in light:
            costs[key].append(getattr(bench, key)())
        for key in changes:
            costs[key].append(getattr(bench, key)())
        print(f"bench.sh: turn {turn + 1} of {turns}", file=sys.stderr)
    return {key: middle(costs[key]) for key in keys}


def table(rows, costs, options):
    lines = ["| run | CPU s | wall s | peak MiB of a process |",
             "|---|---:|---:|---:|"]
    for key, name, _, _ in rows:
        c = costs[key]
        lines.append(f"| {name} | {c.cpu:.2f} | {c.wall:.2f} | {c.peak:.0f} |")
    lines += ["", "| ratio | is | target |", "|---|---:|---:|"]
    for name, a, b, cost, target in RATIOS:
        if a in costs and b in costs:
            ratio = getattr(costs[a], cost) / getattr(costs[b], cost)
            want = f"{target:.2f}" if target else "-"
            lines.append(f"| {name} | {ratio:.2f} | {want} |")
    for key in CHANGES:
        if key in costs and "warm" in costs:
            more = costs[key].wall - costs["warm"].wall
            lines.append(f"| {key} wall - warm wall, s | {more:.2f} | 1.00 |")
    ours = [costs[k].peak for k, _, need, _ in rows if not need]
    if ours:
        lines.append(f"| peak memory of a gup2pin process, MiB | {max(ours):.0f} "
                     "| 400 |")
    return "\n".join(lines) + "\n"


def describe(options):
    with open(os.path.join(options.tree, "Makefile"), encoding="utf-8") as f:
        head = dict(line.split(" = ", 1) for line in f.read().splitlines()[:8]
                    if " = " in line)
    load = os.getloadavg()[0]
    return (f"Linux {head.get('VERSION')}.{head.get('PATCHLEVEL')}."
            f"{head.get('SUBLEVEL')}, {os.cpu_count()} processors, "
            f"-j{options.jobs}, medians of {options.turns} "
            f"turn{'s' if options.turns > 1 else ''}, "
            f"load {load:.1f} at the end.\n\n")


def chart(rows, costs):
    parts, height = [], 0
    for title, cost, unit in (("CPU", "cpu", "s"), ("wall time", "wall", "s"),
                              ("peak memory of a process", "peak", "MiB")):
        part, more = bars(title, [(name, getattr(costs[key], cost), colour)
                                  for key, name, _, colour in rows], unit)
        parts += move(part, height)
        height += more
    return svg(720, height, parts)


def main():
    options = parse_options()
    rows = chosen(options)
    work = options.keep or tempfile.mkdtemp(prefix="gup2pin-bench-")
    os.makedirs(work, exist_ok=True)
    try:
        bench = Bench(options, work)
        costs = measure(bench, rows, options.turns)
    finally:
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)
    result = describe(options) + table(rows, costs, options)
    print(result, end="")
    if options.write:
        docs = os.path.join(TOP, "docs")
        put_between(os.path.join(docs, "benchmarks.md"), "table", result)
        with open(os.path.join(docs, "benchmarks.svg"), "w",
                  encoding="utf-8") as f:
            f.write(chart(rows, costs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
