"""Speed of the two engines on the England-typical authority, side by side in one run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from statistics import median
from typing import Any

import numpy as np
import pytest
from floor import DECISIONS, indices, touch

from sos_sim.model.compiled import CompiledRun
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.readable import ReadableRun
from sos_sim.model.setting import Setting, make_setting
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measures import outcome_table
from sos_sim.theory.parameters import make_parameters

WARMUP, MONTHS = 120, 180
CHILDREN = 60_000
MEDIANS: dict[str, float] = {}


@pytest.fixture(scope="module")
def england() -> Setting:
    """60,000 children, 120 + 60 months, the engine compiled."""
    setting = make_setting(make_parameters({"children": CHILDREN}), 1, MONTHS)
    CompiledRun(setting).advance(1)
    return setting


def _whole_run() -> CompiledRun:
    setting = make_setting(make_parameters({"children": CHILDREN}), 1, MONTHS)
    return CompiledRun(setting).advance(MONTHS)


def test_whole_run(benchmark: Any, england: Setting, figure: Any) -> None:
    """Synthesis and 180 months, one core, code from cache."""
    benchmark.pedantic(_whole_run, rounds=7, warmup_rounds=1)
    MEDIANS["whole"] = benchmark.stats.stats.median
    figure("England-typical authority, 120 + 60 months", f"{MEDIANS['whole']:.3f} s", "under 0.35 s")


def test_months_only(benchmark: Any, england: Setting) -> None:
    """The 180 months alone, as both engines run them."""
    run = benchmark.pedantic(lambda: CompiledRun(england).advance(MONTHS), rounds=7, warmup_rounds=1)
    MEDIANS["compiled"] = benchmark.stats.stats.median
    MEDIANS["open"] = float(run.monthly[:, MonthlyColumn.OPEN_FAMILIES].sum())
    MEDIANS["closed"] = float(run.monthly[:, MonthlyColumn.CLOSED_FAMILIES].sum())


def test_closed_families(benchmark: Any, figure: Any) -> None:
    """Known families whom nobody refers: every contact ends at once, no harm comes to notice."""
    quiet = {"rereferral_rate": 0.0, "no_action_threshold": 100.0, "initial_care": 0.0, "seen_base": 0.0}
    quiet |= {"seen_professional": 0.0, "seen_network": 0.0, "seen_trust": 0.0, "seen_voice": 0.0}
    setting = make_setting(make_parameters({"children": CHILDREN, **quiet}), 1, MONTHS)
    run = benchmark.pedantic(lambda: CompiledRun(setting).advance(MONTHS), rounds=5, warmup_rounds=1)
    closed = float(run.monthly[:, MonthlyColumn.CLOSED_FAMILIES].sum())
    each = benchmark.stats.stats.median / closed
    figure("closed family-month", f"{each * 1e9:.0f} ns", "under 40 ns")
    opened = (MEDIANS["compiled"] - each * MEDIANS["closed"]) / MEDIANS["open"]
    figure("open family-month", f"{opened * 1e9:.0f} ns", "under 800 ns")


def test_floor(benchmark: Any, england: Setting, figure: Any) -> None:
    """The same number of open and closed family-months in a loop that only draws and touches."""
    state = CompiledRun(england).advance(WARMUP).state
    arrived = int(state.organisation["arrived"][0])
    opened, closed = indices(state.families["status"][:arrived])
    records = (state.families, state.children, state.ties, state.members)
    moments = np.zeros(DECISIONS, dtype=np.uint64)
    months = round((MEDIANS["open"] + MEDIANS["closed"]) / (len(opened) + len(closed)))
    benchmark.pedantic(lambda: touch(*records, opened, closed, moments, months), rounds=5, warmup_rounds=1)
    ratio = MEDIANS["compiled"] / benchmark.stats.stats.median
    figure("compiled engine over the floor loop", f"{ratio:.1f} times", "within 5 times")


def test_mesa(benchmark: Any, england: Setting, figure: Any) -> None:
    """The same setting in the readable engine."""
    benchmark.pedantic(lambda: ReadableRun(england).advance(MONTHS), rounds=1)
    ratio = benchmark.stats.stats.median / MEDIANS["compiled"]
    figure("readable (Mesa) engine over the compiled engine", f"{ratio:.0f} times", "at least 100 times")


def test_outcomes(benchmark: Any, england: Setting, figure: Any) -> None:
    """All outcome measures of one run, by year and pooled."""
    run = CompiledRun(england).advance(MONTHS)
    birth = run.state.children["birth"].astype(np.int64)

    def measure() -> None:
        outcome_table(Histories(run.events, run.monthly, birth, MONTHS), england, WARMUP)

    benchmark.pedantic(measure, rounds=5, warmup_rounds=1)
    figure("outcome measures, share of the run", f"{benchmark.stats.stats.median / MEDIANS['whole']:.0%}", "small")


def test_start(figure: Any) -> None:
    """Cold compile, start from cache, import and help, each in fresh processes."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"NUMBA_CACHE_DIR": folder}
        first_month = "from sos_sim.model.compiled import engine; " + _TIMED
        figure("cold compile", f"{_seconds(first_month, environment):.1f} s", "under 40 s")
        cached = median(_seconds(first_month, environment) for _ in range(3))
        figure("start from cache", f"{cached:.2f} s", "under 0.5 s")
    figure("import sos_sim", f"{median(_clock('import sos_sim') for _ in range(5)):.2f} s", "under 0.4 s")
    shown = median(_clock("from sos_sim.cli import main; main(['--help'])") for _ in range(5))
    figure("sos-sim --help", f"{shown:.2f} s", "under 0.5 s")


@pytest.mark.parametrize(("children", "asked"), [(60_000, "under 500 MB"), (300_000, "under 2 GB")])
def test_memory(children: int, asked: str, figure: Any) -> None:
    """Peak resident memory of a whole process that runs 180 months."""
    code = (
        "from pathlib import Path; from sos_sim.model.setting import make_setting;"
        "from sos_sim.model.compiled import CompiledRun;"
        "from sos_sim.theory.parameters import make_parameters;"
        f"CompiledRun(make_setting(make_parameters({{'children': {children}}}), 1, {MONTHS})).advance({MONTHS});"
        "print(next(line.split()[1] for line in Path('/proc/self/status').open() if line.startswith('VmHWM')))"
    )
    peak = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    figure(f"peak memory, {children:,} children", f"{peak / 1024:.0f} MB", asked)


_TIMED = """
import json, time
from sos_sim.model.setting import make_setting
from sos_sim.model.compiled import CompiledRun
from sos_sim.theory.parameters import make_parameters
setting = make_setting(make_parameters({'children': 2000}), 1, 2)
begin = time.perf_counter()
CompiledRun(setting).advance(1)
print(json.dumps(time.perf_counter() - begin))
"""


def _seconds(code: str, environment: dict[str, str]) -> float:
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout))


def _clock(code: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    return time.perf_counter() - begin
