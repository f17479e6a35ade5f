# SPDX-License-Identifier: GPL-2.0-only
"""scripts/scale.sh: see there."""

import argparse
import json
import os
import shutil
import sys
import tempfile

from measure import TOP, curve, die, put_between, run

TAKE = """#include <linux/mm.h>
#include <linux/errno.h>
#include "set{n}.h"
int set{n}_take(struct set{n} *s, unsigned long at)
{{
	int got = get_user_pages_fast(at, 4, FOLL_WRITE, s->pages);

	if (got < 0)
		return got;
	s->count = got;
	return 0;
}}
"""

HEAD = """struct page;
struct set{n} {{
	struct page *pages[4];
	int count;
}};
int set{n}_take(struct set{n} *s, unsigned long at);
void set{n}_drop(struct set{n} *s);
"""

DROP = """#include <linux/mm.h>
#include "set{n}.h"
void set{n}_drop(struct set{n} *s)
{{
	int i;

	for (i = 0; i < s->count; i++)
		put_page(s->pages[i]);
	s->count = 0;
}}
"""

USE = """#include "set{n}.h"
int use{n}_{k}(struct set{n} *s, unsigned long at)
{{
	int ret = set{n}_take(s, at);

	if (!ret)
		set{n}_drop(s);
	return ret;
}}
"""


def put(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def make_tree(tree, files):
    """Ten files a page set: taken, dropped, used in eight others."""
    shutil.copytree(os.path.join(TOP, "examples", "tree"), tree)
    shutil.rmtree(os.path.join(tree, "drivers"))
    names = []
    for n in range(files // 10):
        where = f"drivers/d{n // 100}"
        os.makedirs(os.path.join(tree, where), exist_ok=True)
        base = os.path.join(tree, where)
        put(f"{base}/set{n}.h", HEAD.format(n=n))
        put(f"{base}/take{n}.c", TAKE.format(n=n))
        put(f"{base}/drop{n}.c", DROP.format(n=n))
        names += [f"{where}/take{n}.c", f"{where}/drop{n}.c"]
        for k in range(8):
            put(f"{base}/use{n}_{k}.c", USE.format(n=n, k=k))
            names.append(f"{where}/use{n}_{k}.c")
    return names


def measure(options, files, work):
    tree = os.path.join(work, "tree")
    facts = os.path.join(work, "facts")
    names = make_tree(tree, files)
    env = dict(os.environ, XDG_CACHE_HOME=os.path.join(work, "cache"))
    base = ["-C", tree, f"-j{options.jobs}"]
    extract = run([options.gup2pin, "extract", *base, "-o", facts, *names],
                  env=env)
    report = os.path.join(work, "report.json")
    with open(report, "wb") as f:
        scan = run([options.gup2pin, "scan", *base, "--facts", facts,
                    "--format=json"], env=env, stdout=f)
    with open(report, encoding="utf-8") as f:
        sites = len(json.load(f)["sites"])
    if sites != files // 10:
        die(f"{sites} sites in {files} files: {files // 10} expected")
    return extract, scan


def parse_options():
    parser = argparse.ArgumentParser(prog="scale.sh")
    parser.add_argument("--files", type=int, default=10000)
    parser.add_argument("--points", type=int, default=4)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--gup2pin",
                        default=os.path.join(TOP, "build", "gup2pin"))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    options.gup2pin = os.path.abspath(options.gup2pin)
    if not os.access(options.gup2pin, os.X_OK):
        die(f"{options.gup2pin}: no such program; build it, or --gup2pin")
    return options


def main():
    options = parse_options()
    points = []
    for i in range(1, options.points + 1):
        files = options.files * i // options.points // 10 * 10
        with tempfile.TemporaryDirectory(prefix="gup2pin-scale-") as work:
            points.append((files, *measure(options, files, work)))
        print(f"scale.sh: {files} files done", file=sys.stderr)
    lines = ["| files | page sets | extract, CPU s | scan --facts, CPU s | "
             "scan, ms a page set | scan, peak MiB |",
             "|---:|---:|---:|---:|---:|---:|"]
    for files, extract, scan in points:
        each = scan.cpu / (files // 10) * 1000
        lines.append(f"| {files} | {files // 10} | {extract.cpu:.1f} | "
                     f"{scan.cpu:.2f} | {each:.2f} | {scan.peak:.0f} |")
    table = "\n".join(lines) + "\n"
    print(table, end="")
    if options.write:
        docs = os.path.join(TOP, "docs")
        put_between(os.path.join(docs, "scale.md"), "table", table)
        put(os.path.join(docs, "scale.svg"),
            curve("CPU seconds by size of the tree", "files", "CPU s",
                  [("extract", "#b7791f",
                    [(f, e.cpu) for f, e, _ in points]),
                   ("scan --facts", "#2b6cb0",
                    [(f, s.cpu) for f, _, s in points])]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
