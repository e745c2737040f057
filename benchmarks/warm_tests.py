"""Tests run again and again by a process that has its libraries already: short tests spend most time on imports.

Reads a line of pytest's arguments (a list, as JSON) from standard input, runs them in a copy of itself (``os.fork``),
writes pytest's exit status as a line, and waits for the next. Nothing of ``sos_sim`` is imported before the fork, so
that a change of its files between two lines is seen. Tests that run longer than ``LONGEST`` are ended, status -14.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from contextlib import suppress

import pytest

LONGEST = 900
"""Seconds after which tests that still run count as having seen the error: it made a loop endless."""
LIBRARIES = (
    "jinja2",
    "matplotlib.pyplot",
    "mesa",
    "numba.extending",
    "pandas",
    "pyarrow.parquet",
    "pydantic",
    "rich.console",
    "ruamel.yaml",
    "scipy.optimize",
    "scipy.stats",
    "statsmodels.api",
    "typer.testing",
)


def outcome(words: list[str]) -> int:
    """The exit status of pytest with these arguments, of a process of its own; negative is the signal that ended it."""
    process = os.fork()
    if process == 0:
        os.setsid()
        signal.alarm(LONGEST)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os._exit(pytest.main(words))
    _, status = os.waitpid(process, 0)
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    for library in LIBRARIES:
        importlib.import_module(library)
    for line in sys.stdin:
        print(outcome(json.loads(line)), flush=True)
