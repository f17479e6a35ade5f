# SPDX-License-Identifier: GPL-2.0-only
"""Is it SARIF 2.1.0?  The OASIS schema says, through python3-jsonschema."""

import io
import json
import os
import subprocess
import tarfile
import tempfile

# Microsoft's validator; the schema is the part of it that runs without .NET.
PACKAGE = "@microsoft/sarif-multitool-linux@5.7.0"
MEMBER = "package/sarif-2.1.0.json"
CACHE = os.path.join(os.environ.get("GUP2PIN_TEST_CACHE") or
                     os.path.expanduser("~/.cache/gup2pin"),
                     "sarif-2.1.0.json")
_why_not = []


def _fetch():
    """The schema's text, by npm."""
    with tempfile.TemporaryDirectory(prefix="gup2pin-sarif-") as work:
        done = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=work,
                              stdin=subprocess.DEVNULL, check=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=180)
        path = os.path.join(work, done.stdout.decode().split()[-1])
        with tarfile.open(path) as tar:
            return tar.extractfile(MEMBER).read()


def _schema():
    """The schema, None when it cannot be had."""
    try:
        if not os.path.exists(CACHE):
            text = _fetch()
            os.makedirs(os.path.dirname(CACHE), exist_ok=True)
            with open(CACHE + ".new", "wb") as f:
                f.write(text)
            os.replace(CACHE + ".new", CACHE)
        with io.open(CACHE, encoding="utf-8-sig") as f:
            return json.load(f)
    except (OSError, subprocess.SubprocessError, KeyError, ValueError,
            tarfile.TarError, IndexError) as err:
        _why_not.append(str(err))
        print("skip: not checked against the SARIF schema: %s" % err)
        return None


def problems(doc):
    """What is wrong with a document, a line each."""
    try:
        import jsonschema
    except ImportError:
        return ["python3-jsonschema is missing: run scripts/setup.sh"]
    schema = _schema()
    if schema is None:
        return []
    checker = jsonschema.validators.validator_for(schema)(schema)
    return ["SARIF: %s: %s" % (list(e.absolute_path), e.message[:200])
            for e in checker.iter_errors(doc)]


def skipped():
    """1 when a document went unchecked."""
    return bool(_why_not) + 0
