"""What many runs cost: the runner beside the runs themselves, two workers against one, memory of a long sweep."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sos_sim.core.parameters import Value
from sos_sim.files.scenario import load_scenario
from sos_sim.runs.arms import SimulatedArms
from sos_sim.runs.points import run_points
from sos_sim.theory.parameters import declared

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
MEASURES = ("cla_start_rate", "reentry_after_home_2y", "reunified_12m_share", "harm_months_rate")
ROWS = 24
SECONDS: dict[int, float] = {}


@dataclass(frozen=True)
class Nothing:
    """An evaluator that does no work, so that only the runner is timed."""

    outputs: tuple[str, ...] = MEASURES

    def identity(self) -> Mapping[str, Any]:
        """Nothing determines the outputs."""
        return {}

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        """Numbers that cost nothing."""
        return [0.0] * len(self.outputs)


def one_at_a_time(rows: int) -> list[dict[str, Value]]:
    """Points as in a Morris design: all beliefs that have a prior, each moved a little in its turn, and moved on."""
    beliefs = [p for p in declared().values() if p.kind == "belief" and p.prior and not p.name.endswith("_share")]
    point: dict[str, Value] = {belief.name: belief.default for belief in beliefs}
    points = []
    for row in range(rows):
        belief = beliefs[row % len(beliefs)]
        point[belief.name] = belief.low + (belief.high - belief.low) * (0.45 + 0.1 * (row // len(beliefs) % 2))
        points.append(dict(point))
    return points


@pytest.fixture(scope="module")
def arms() -> SimulatedArms:
    """Usual practice and the supported programme in the England-typical authority, the engine compiled."""
    names = ("base", "sos_supported")
    pair = SimulatedArms(tuple(load_scenario(SCENARIOS / f"{name}.yaml") for name in names), MEASURES)
    pair({}, 0)
    return pair


@pytest.mark.parametrize("workers", [1, 2])
def test_paired_rows(arms: SimulatedArms, workers: int, figure: Any, tmp_path: Path) -> None:
    """Rows of two arms on the England-typical authority."""
    points = one_at_a_time(ROWS)
    SECONDS[workers] = seconds(lambda: run_points(arms, points, 1, tmp_path, kind="bench", workers=workers))
    if workers == 2:
        figure("paired rows per second, 2 workers", f"{ROWS / SECONDS[2]:.1f}", "over 1.7")
        figure("2,000 paired rows, 2 workers", f"{2000 * SECONDS[2] / ROWS / 60:.1f} min", "under 20 min")
        figure("2 workers over 1", f"{SECONDS[1] / SECONDS[2]:.2f} times", "at least 1.8 times")


def test_overhead(arms: SimulatedArms, figure: Any, tmp_path: Path) -> None:
    """All that happens to a row besides simulating: checked, named, batched, laid over, kept, joined."""
    points = one_at_a_time(2000)
    of_runner = seconds(lambda: run_points(Nothing(), points, 1, tmp_path, kind="bench", workers=1)) / len(points)
    of_values = 2 * seconds(lambda: [arms.scenarios(values) for values in points]) / len(points)
    each = of_runner + of_values
    figure("runner, each of 2,000 paired rows", f"{each * 1e3:.2f} ms", "")
    figure("runner over the row itself", f"{each / (SECONDS[1] / ROWS):.1%}", "under 5%")


def test_memory_of_a_long_sweep(figure: Any, tmp_path: Path) -> None:
    """Peak resident memory of a whole process that evaluates 20,000 points of all beliefs."""
    code = (
        "from pathlib import Path; from bench_studies import Nothing, one_at_a_time;"
        "from sos_sim.runs.points import run_points;"
        f"run_points(Nothing(), one_at_a_time(20_000), 1, Path({str(tmp_path)!r}), kind='bench');"
        "print(next(line.split()[1] for line in Path('/proc/self/status').open() if line.startswith('VmHWM')))"
    )
    here = Path(__file__).parent
    done = subprocess.run([sys.executable, "-c", code], cwd=here, capture_output=True, text=True, check=True)
    figure("peak memory, sweep of 20,000 points", f"{int(done.stdout) / 1024:.0f} MB", "under 1.5 GB")


def seconds(work: Callable[[], Any]) -> float:
    """How long a piece of work takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
