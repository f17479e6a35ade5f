# SPDX-License-Identifier: GPL-2.0-only
"""Run commands, measure them, draw the numbers as SVG."""

import os
import subprocess
import sys
import time
from statistics import median

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))


class Cost:
    """CPU and wall seconds, and MiB of the largest process."""

    def __init__(self, cpu, wall, peak):
        self.cpu, self.wall, self.peak = cpu, wall, peak


def die(text):
    print(f"{os.path.basename(sys.argv[0])}: {text}", file=sys.stderr)
    sys.exit(2)


def run(words, statuses=(0, 1), cwd=None, env=None, stdout=subprocess.DEVNULL):
    """Run a command to its end; its children count."""
    start = time.monotonic()
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=stdout,
                          stderr=subprocess.PIPE, cwd=cwd, env=env) as child:
        err = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - start
    if statuses and child.returncode not in statuses:
        text = err.decode(errors="replace").strip()[-500:]
        die(f"{words[0]} ended with {child.returncode}: {text}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def middle(costs):
    return Cost(median(c.cpu for c in costs), median(c.wall for c in costs),
                median(c.peak for c in costs))


STYLE = ("text{font:12px sans-serif;fill:#222}.t{font-size:14px}"
         ".a{stroke:#999;stroke-width:1}.n{fill:#666}")


def svg(width, height, parts):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}">'
            f'<style>{STYLE}</style>'
            f'<rect width="{width}" height="{height}" fill="#fff"/>'
            + "".join(parts) + "</svg>\n")


def text(x, y, words, anchor="start", kind=""):
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
            f'class="{kind}">{words}</text>')


def bars(title, rows, unit):
    """Horizontal bars: (name, value, colour) rows, on one linear scale."""
    top = max(value for _, value, _ in rows) or 1
    parts = [text(10, 22, title, kind="t")]
    for i, (name, value, colour) in enumerate(rows):
        y = 40 + i * 24
        length = max(1, value / top * 380)
        parts.append(text(230, y + 13, name, "end"))
        parts.append(f'<rect x="240" y="{y}" width="{length:.1f}" height="17" '
                     f'fill="{colour}"/>')
        parts.append(text(246 + length, y + 13, f"{value:.2f} {unit}",
                          kind="n"))
    return parts, 50 + len(rows) * 24


def move(parts, dy):
    return [f'<g transform="translate(0,{dy})">'] + parts + ["</g>"]


def curve(title, x_name, y_name, lines):
    """Points and the line through the origin: (name, colour, points) lines."""
    x_top = max(x for _, _, points in lines for x, _ in points)
    y_top = max(y for _, _, points in lines for _, y in points) or 1

    def place(x, y):
        return 60 + x / x_top * 480, 300 - y / y_top * 240

    parts = [text(10, 22, title, kind="t"),
             '<path class="a" fill="none" d="M60 50V300H550"/>',
             text(550, 335, x_name, "end"), text(10, 45, y_name)]
    for i in range(1, 5):
        x, y = place(x_top * i / 4, y_top * i / 4)
        parts.append(text(x, 318, f"{x_top * i / 4:.0f}", "middle", "n"))
        parts.append(text(54, y + 4, f"{y_top * i / 4:.1f}", "end", "n"))
    for n, (name, colour, points) in enumerate(lines):
        at = [place(x, y) for x, y in points]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
        parts.append(f'<path d="{path}" fill="none" stroke="{colour}" '
                     'stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
                  for x, y in at]
        parts.append(f'<rect x="80" y="{56 + 18 * n}" width="12" height="12" '
                     f'fill="{colour}"/>')
        parts.append(text(98, 67 + 18 * n, name))
    return svg(570, 345, parts)


def put_between(path, mark, content):
    """Replace what stands between two comment lines of a Markdown file."""
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->\n"
    with open(path, encoding="utf-8") as f:
        before = f.read()
    head, rest = before.split(begin, 1)
    tail = rest.split(end, 1)[1]
    with open(path, "w", encoding="utf-8") as f:
        f.write(head + begin + content + end + tail)
