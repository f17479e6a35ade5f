# SPDX-License-Identifier: GPL-2.0-only
"""What the test drivers share: run gup2pin, count mentions independently."""

import json
import os
import re
import subprocess
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
# ctest's SKIP_RETURN_CODE
SKIPPED = 77


class Failure(Exception):
    """A check that does not hold; the text says which."""


class Tool:
    """The gup2pin binary under test."""

    def __init__(self, binary, timeout=1800):
        self.binary = os.path.abspath(binary)
        self.timeout = timeout
        if not os.access(self.binary, os.X_OK):
            raise Failure(f"{binary}: no such program: build gup2pin first")

    def run(self, *args, env=None, cwd=None):
        """Run with no standard input; never raises on the exit status."""
        return subprocess.run([self.binary, *args],
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=env, cwd=cwd, timeout=self.timeout,
                              check=False)

    def scan(self, *args):
        """The JSON report of "scan"."""
        done = self.run("scan", "--format=json", *args)
        check_status(done, (0, 1), "scan")
        try:
            return json.loads(done.stdout)
        except ValueError as err:
            raise Failure(f"scan: not JSON: {err}") from err

    def convert(self, *args):
        """The diff of "convert", as bytes."""
        done = self.run("convert", *args)
        check_status(done, (0, 1), "convert")
        return done.stdout


def check_status(done, wanted, what):
    """Fail with the diagnostics when a run did not end as it should."""
    if done.returncode in wanted:
        return
    text = done.stderr.decode(errors="replace").strip()
    raise Failure(f"{what}: exit status {done.returncode}: {text[-2000:]}")


def apply_diff(diff, directory):
    """Apply a diff with patch -p1; fails on any fuzz or offset."""
    done = subprocess.run(["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch",
                           "--silent", "-d", directory],
                          input=diff, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Failure("patch: " + done.stdout.decode(errors="replace").strip())


def find_tree(version):
    """Directory of an unpacked linux-source package, None when not to be had."""
    script = os.path.join(TOP, "tests", "kernel", "trees.sh")
    done = subprocess.run([script, version], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == SKIPPED:
        return None
    if done.returncode:
        raise Failure(f"{script} {version}: exit status {done.returncode}")
    return done.stdout.strip()


def reversed_diff(diff):
    """The diff that undoes a diff."""
    swap = {b"+": b"-", b"-": b"+"}
    out, plus, minus = [], [], []
    for line in diff.splitlines(keepends=True):
        if line.startswith((b"+++ ", b"--- ", b"index ")):
            out.append(line)
        elif line[:1] in swap:
            (minus if line[:1] == b"+" else plus).append(
                swap[line[:1]] + line[1:])
        else:
            if line.startswith(b"@@"):
                line = re.sub(rb"-(\S+) \+(\S+)", rb"-\2 +\1", line, count=1)
            out += minus + plus + [line]
            plus, minus = [], []
    return b"".join(out + minus + plus)


def checkpatch(tree, diff):
    """{(file, type): [message]} of the tree's "checkpatch.pl --strict"."""
    script = os.path.join(tree, "scripts", "checkpatch.pl")
    done = subprocess.run(
        ["perl", script, "--strict", "--no-tree", "--no-signoff", "--terse",
         "--showfile", "--show-types", "--no-summary", "--ignore",
         "COMMIT_MESSAGE,FILE_PATH_CHANGES,NOT_UNIFIED_DIFF", "-"],
        input=diff, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    found = {}
    for line in done.stdout.decode(errors="replace").splitlines():
        said = re.match(r"(.*?):(\d+): (?:ERROR|WARNING|CHECK):(\w+): (.*)", line)
        if said:
            found.setdefault((said[1], said[3]), []).append(line)
    if not done.stdout and done.returncode not in (0, 1):
        raise Failure(f"{script}: " + done.stderr.decode(errors="replace"))
    return found


def new_style_problems(tree, diff):
    """What checkpatch says of a diff and not of the lines that it takes out."""
    before = checkpatch(tree, reversed_diff(diff))
    problems = []
    for key, lines in checkpatch(tree, diff).items():
        if len(lines) > len(before.get(key, [])):
            problems += ["checkpatch: " + line for line in lines]
    return problems


def gup_names():
    """The names whose mentions are accounted for, from rules/api.json."""
    with open(os.path.join(TOP, "rules", "api.json"), encoding="utf-8") as f:
        acquire = json.load(f)["acquire"]
    if isinstance(acquire, dict):
        return sorted(acquire)
    return sorted(entry["name"] for entry in acquire)


class Lexer:
    """Finds gup names outside of comments and strings, the plain way."""

    def __init__(self, names):
        self.names = {n.encode() for n in names}
        # What no other name contains: enough to tell that a file has none.
        self.cores = [n for n in self.names
                      if not any(o != n and o in n for o in self.names)]
        self.token = re.compile(
            rb"//(?:\\\r?\n|[^\n])*"
            rb"|/\*.*?(?:\*/|\Z)"
            rb'|"(?:\\.|[^"\\\n])*"?'
            rb"|'(?:\\.|[^'\\\n])*'"
            rb"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
            rb"|[0-9][A-Za-z0-9_.]*", re.DOTALL)

    def mentions(self, text):
        """[(line, column, name)], columns in bytes from 1."""
        if not any(core in text for core in self.cores):
            return []
        found = []
        line, start = 1, 0
        for m in self.token.finditer(text):
            if m.group("word") not in self.names:
                continue
            line += text.count(b"\n", start, m.start())
            start = m.start()
            column = m.start() - text.rfind(b"\n", 0, m.start())
            found.append((line, column, m.group("word").decode()))
        return found


def count_mentions(root, skip=()):
    """{(file, line, column): name} of the .c and .h files below a directory.

    skip names directories right below it that are left out.
    """
    lexer = Lexer(gup_names())
    counted = {}
    for where, dirs, files in os.walk(root):
        if where == root:
            dirs[:] = [d for d in dirs if d not in skip and d != ".git"]
        for file in files:
            if not file.endswith((".c", ".h")):
                continue
            path = os.path.join(where, file)
            with open(path, "rb") as f:
                found = lexer.mentions(f.read())
            for line, column, name in found:
                counted[os.path.relpath(path, root), line, column] = name
    return counted


def report_positions(report):
    """{(file, line, column): name} of sites and unparsed; fails on doubles."""
    seen = {}
    for kind, name in (("sites", "callee"), ("unparsed", "name")):
        for entry in report[kind]:
            key = (entry["file"], entry["line"], entry["column"])
            if key in seen:
                raise Failure("%s:%d:%d is reported twice" % key)
            seen[key] = entry[name]
    return seen


def check_ledger(report, counted):
    """sites + unparsed == mentions == counted, position by position.

    counted is {(file, line, column): name}.
    """
    seen = report_positions(report)
    summary = report["summary"]
    problems = []
    for what, pos in (("counted, not reported", counted.keys() - seen.keys()),
                      ("reported, not counted", seen.keys() - counted.keys())):
        for key in sorted(pos):
            name = counted.get(key) or seen.get(key)
            problems.append("%s:%d:%d: %s: %s" % (*key, name, what))
    for key in sorted(seen.keys() & counted.keys()):
        if seen[key] != counted[key]:
            problems.append("%s:%d:%d: %s reported as %s"
                            % (*key, counted[key], seen[key]))
    if summary["sites"] != len(report["sites"]):
        problems.append("summary.sites is not the number of sites")
    if summary["mentions"] != len(report["sites"]) + len(report["unparsed"]):
        problems.append("summary.mentions %d is not sites %d + unparsed %d"
                        % (summary["mentions"], len(report["sites"]),
                           len(report["unparsed"])))
    if summary["mentions"] != len(counted):
        problems.append("summary.mentions %d, counted %d"
                        % (summary["mentions"], len(counted)))
    return problems


def closing_line(passed, failed, skipped):
    """The line that a reader of the log looks for; the exit status."""
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.stdout.flush()
    return 1 if failed else 0
