# SPDX-License-Identifier: GPL-2.0-only
"""Drivers as ordinary programs in the model of the kernel, tests/exec/model."""

import concurrent.futures
import glob
import os
import re
import subprocess

from harness import Failure, TOP

EXEC = os.path.join(TOP, "tests", "exec")
KERNEL = os.path.join(TOP, "examples", "tree")
CFLAGS = ["-std=gnu11", "-O1", "-g", "-w", "-nostdinc",
          "-ftrivial-auto-var-init=pattern", "-include", "linux/kconfig.h",
          "-I", os.path.join(KERNEL, "include"),
          "-I", os.path.join(EXEC, "model")]
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]
# A run's result without what it says about errors.
ERROR = re.compile(r" error\{([^}]*)\}")


class NotCompiled(Failure):
    """The compiler does not take it."""


def compile_c(argv, flags):
    """Run the compiler."""
    done = subprocess.run([os.environ.get("CC", "cc"), *CFLAGS, *flags, *argv],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode:
        raise NotCompiled(done.stdout.strip()[-1500:])


class Model:
    """The objects of the model, compiled once."""

    def __init__(self, work, flags):
        self.flags = flags
        self.objects = []
        os.mkdir(work)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = []
            for source in sorted(glob.glob(os.path.join(EXEC, "model", "*.c"))):
                out = os.path.join(work, os.path.basename(source)[:-2] + ".o")
                self.objects.append(out)
                jobs.append(pool.submit(compile_c, ["-c", source, "-o", out],
                                        flags))
            for job in jobs:
                job.result()

    def build(self, source, directory):
        """Compile a program with the subject below a directory."""
        out = os.path.join(directory, "program")
        compile_c(["-I", directory, source, *self.objects, "-o", out],
                  self.flags)
        return out


class Outcome:
    """What a program printed: {path: result}, and the errors in it."""

    def __init__(self, program, *args, timeout=120):
        # the model counts leaks itself, and compares them
        env = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")
        done = subprocess.run([program, *args], env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, timeout=timeout, check=False)
        lines = done.stdout.splitlines()
        if done.returncode not in (0, 1) or not lines or \
           not lines[-1].startswith("end: "):
            text = done.stderr.strip().splitlines()
            raise Failure(f"the program ends with status {done.returncode}: "
                          + "\n     ".join(text[:12]))
        self.end = lines.pop()
        self.limited = "limit" in self.end
        self.pins = int(re.search(r"(\d+) pins", self.end).group(1))
        self.results, self.errors = {}, []
        for line in lines:
            path, result = line.split(":", 1)
            for error in ERROR.findall(result):
                self.errors.append((path, error))
            self.results[path] = ERROR.sub("", result)


def differences(before, after):
    """Problems: what the conversion changed in what is computed."""
    problems = []
    for path in before.results.keys() | after.results.keys():
        a, b = before.results.get(path), after.results.get(path)
        if a is None or b is None:
            problems.append(f"{path}: runs {'after' if a is None else 'before'}"
                            " the conversion only")
        elif a != b:
            words = [f"{x} -> {y}" for x, y in zip(a.split(), b.split())
                     if x != y] or ["one has more to say"]
            problems.append(f"{path}: other result: " + ", ".join(words[:4]))
    return sorted(problems)


def wrong(outcome):
    """Problems: what the kernel forbids."""
    return [f"{path}: {error}" for path, error in outcome.errors]
