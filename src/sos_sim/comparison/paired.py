"""Arms that share their luck, over draws of parameters and contexts: run, pair, say how uncertain.

The studies of mechanism, context and delivery all run a list of arms at a list of points and look at
differences between arms of the same point and replicate. Their tables share the columns ``INTERVAL``:
estimate, low, high (``intervals.spread`` at ``level``), level, replicates (pairs in which both arms
have a value), draws (of parameters; with 1, low and high hold luck alone).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd

from sos_sim.core.errors import ModelError
from sos_sim.core.parameters import Value
from sos_sim.files.scenario import Scenario
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs.points import SimulatedArms, run_points
from sos_sim.runs.runner import Progress
from sos_sim.statistics.intervals import Floats, Whole, mean, spread

OUTCOMES: Final = (
    "cla_start_rate",
    "cla_stock_rate",
    "reentry_after_home_1y",
    "reunified_12m_share",
    "cpp_start_rate",
    "harm_months_rate",
    "harm_unseen_rate",
)
"""The measures of ``outcomes.measures`` that these studies report: harm at home stands beside entries to care."""
INTERVAL: Final = ("estimate", "low", "high", "level", "replicates", "draws")
DRAW: Final = "draw"
NO_INTERVAL: Final = "there are too few draws or pairs for an interval"
"""What is said in place of what an interval would tell."""
Table = TypeVar("Table", pd.DataFrame, "pd.Series[float]")


@dataclass(frozen=True)
class Runs:
    """How often and where to run: what every study of arms is asked besides its arms.

    ``replicates`` are for each draw; without ``draws`` (parameter values by name) the scenarios' own
    values are used. ``out`` is a folder that is written, or resumed; None keeps nothing. ``among`` are the numbers
    of the draws that are run (empty: all) and ``numbered`` is how many replicates a draw has where replicates are
    numbered on over draws (0: as many as are run): so the pairs of a larger comparison can be lived again.
    """

    replicates: int
    draws: Sequence[Mapping[str, Value]] = ()
    out: Path | None = None
    workers: int | None = None
    scheduler: str | None = None
    progress: Progress | None = None
    among: Sequence[int] = ()
    numbered: int = 0

    def inside(self, folder: str) -> Runs:
        """The same, in a folder within this one."""
        return self if self.out is None else replace(self, out=self.out / folder)


@dataclass(frozen=True)
class DrawnArms:
    """An evaluator of simulated arms in which the point's ``draw`` picks the parameters of all arms.

    What a scenario sets stays set (``Scenario.drawn``), and every draw has luck of its own: replicate
    ``r`` of draw ``d`` is replicate ``d * numbered + r`` of the scenarios, as in a comparison.
    """

    arms: SimulatedArms
    draws: tuple[Mapping[str, Value], ...]
    numbered: int
    outputs: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "outputs", self.arms.outputs)

    def identity(self) -> Mapping[str, Any]:
        """What, with a point's values and replicate, determines the outputs."""
        given = {arm.name: arm.given for arm in self.arms.arms}
        drawn = [dict(values) for values in self.draws]
        return {**self.arms.identity(), "given": given, "drawn": drawn, "replicates_a_draw": self.numbered}

    def __call__(self, values: Mapping[str, Value], replicate: int) -> Sequence[float]:
        """The outputs of all arms at a point, whose ``draw`` counts from 0."""
        others = dict(values)
        draw = int(others.pop(DRAW))
        drawn = tuple(arm.drawn(self.draws[draw]) for arm in self.arms.arms)
        return replace(self.arms, arms=drawn)(others, draw * self.numbered + replicate)


def run_arms(
    kind: str, arms: Sequence[Scenario], points: Sequence[Mapping[str, Value]], measures: Sequence[str], runs: Runs
) -> pd.DataFrame:
    """Run all arms at all points (and draws), all with the same luck; rows that failed are left out.

    Columns: point (position in ``points``), draw (its number, 0 without draws), replicate, then ``ARM:MEASURE``.
    Raises InputError for measures and values that are not allowed, ResultsFolderError for an unusable
    folder, ModelError when every row failed.
    """
    return evaluate_arms(kind, SimulatedArms(tuple(arms), tuple(measures)), points, runs)


def evaluate_arms(
    kind: str, simulated: SimulatedArms, points: Sequence[Mapping[str, Value]], runs: Runs
) -> pd.DataFrame:
    """The same for any evaluator of arms; the columns after replicate are its outputs."""
    evaluate: SimulatedArms | DrawnArms = simulated
    among = list(runs.among or range(max(1, len(runs.draws))))
    if runs.draws:
        evaluate = DrawnArms(simulated, tuple(runs.draws), runs.numbered or runs.replicates)
        points = [{**point, DRAW: draw} for point in points for draw in among]
    table = run_points(
        evaluate,
        points,
        runs.replicates,
        runs.out,
        kind=kind,
        workers=runs.workers,
        scheduler=runs.scheduler,
        progress=runs.progress,
    )
    done = table[table["status"] == "done"]
    if done.empty:
        raise ModelError(f"no run of this study could be finished; the first one: {table['reason'].iloc[0]}")
    places = done["point"].to_numpy()
    told_apart = done.assign(point=places // len(among), draw=np.asarray(among)[places % len(among)])
    return told_apart[["point", DRAW, "replicate", *simulated.outputs]].reset_index(drop=True)


@dataclass(frozen=True)
class Pairs:
    """A comparator's values and an arm's in the same replicates, shape (n,), with the draw of parameters of each."""

    before: Floats
    after: Floats
    draws: Whole

    @classmethod
    def of(cls, before: pd.Series[float], after: pd.Series[float], draws: pd.Series[int]) -> Pairs:
        """The pairs of the replicates (the index of all three) in which both have a value."""
        difference = arm_minus_comparator(before, after)
        first, second = (np.asarray(values.reindex(difference.index), dtype=np.float64) for values in (before, after))
        return cls(first, second, draws.reindex(difference.index).to_numpy())

    @property
    def difference(self) -> Floats:
        """Arm minus comparator."""
        return self.after - self.before

    def described(self) -> dict[str, Any]:
        """The columns comparator_mean, arm_mean and ``INTERVAL``."""
        means = {"comparator_mean": mean(self.before), "arm_mean": mean(self.after)}
        return {**means, **described(self.difference, self.draws)}


def arm_minus_comparator(before: Table, after: Table) -> Table:
    """The paired difference, replicate by replicate (the index), where both have all values."""
    return (after - before).dropna()


def output(arm: Scenario | str, measure: str) -> str:
    """The column of a run table that holds a measure of an arm."""
    return f"{arm if isinstance(arm, str) else arm.name}:{measure}"


def described(values: Floats, draws: Whole) -> dict[str, Any]:
    """The columns ``INTERVAL`` for paired values, shape (n,), NaN where a pair has no value."""
    known = ~np.isnan(values)
    found = spread(values[known], draws[known])
    return {
        "estimate": found.estimate,
        "low": found.low,
        "high": found.high,
        "level": found.level,
        "replicates": int(known.sum()),
        "draws": len(np.unique(draws[known])),
    }


def effect_rows(table: pd.DataFrame, comparator: Scenario, arm: Scenario, measures: Sequence[str]) -> pd.DataFrame:
    """Effect of an arm (arm minus comparator) on every measure, over all rows of a run table.

    Columns: measure, unit, comparator_mean, arm_mean, and ``INTERVAL``.
    """
    rows = []
    for measure in measures:
        pairs = Pairs.of(table[output(comparator, measure)], table[output(arm, measure)], table[DRAW])
        rows.append({"measure": measure, "unit": MEASURES[measure].unit, **pairs.described()})
    return pd.DataFrame(rows)
