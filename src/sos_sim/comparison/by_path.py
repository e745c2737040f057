"""The effect by the path on which it reaches families, every outcome taken apart, harm beside entries.

A programme acts through families, through network and plan, and through what the agency sees and believes at the same
danger (``model.paths``). Every coalition of open paths is lived with the same luck, branched from one past; the share
of a path is its Shapley value, and what is left with all three closed came through the organisation: time, load and
who stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.comparison import shares
from sos_sim.comparison.columns import PATH_LABELS
from sos_sim.comparison.mechanism import refuse_other_differences
from sos_sim.comparison.paired import DRAW, OUTCOMES, Runs, described, evaluate_arms, output
from sos_sim.files.scenario import Scenario
from sos_sim.model.paths import Path
from sos_sim.outcomes.measures import MEASURES, POUNDS, RATE, SHARE, STOCK
from sos_sim.runs.arms import SimulatedArms
from sos_sim.statistics.intervals import Floats, Whole, t_interval

PATH_OUTCOMES: Final = (*OUTCOMES, "cost_total")
"""Outcomes that are taken apart."""
_DECIMALS: Final[Mapping[str, int]] = {RATE: 2, STOCK: 2, SHARE: 4, POUNDS: -4}
_ALL: Final = 2 ** len(Path) - 1


@dataclass(frozen=True)
class ByPath:
    """The table of a study of paths.

    ``effect``: measure, unit, path (a key of ``columns.PATH_LABELS``), label, ``paired.INTERVAL``, decimals, shown (the
    estimate rounded so that parts add up to the shown total), share (estimate over the total's; NaN where the mean
    total cannot be told from nothing, by the t-interval over draws, or over pairs with one draw). Pairs without a
    value in any coalition are left out.
    """

    effect: pd.DataFrame


@dataclass(frozen=True)
class ArmsByPath(SimulatedArms):
    """Evaluates points by living every arm with a programme under each coalition of open paths; others once."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """``ARM, paths COALITION:MEASURE``, arms and coalitions in order."""
        return tuple(
            output(_named(arm, coalition), measure)
            for arm in self.arms
            for coalition in coalitions_of(arm)
            for measure in self.measures
        )

    def identity(self) -> Mapping[str, Any]:
        """The resolved inputs of every arm, the measures, and that arms are lived by path."""
        return {**super().identity(), "paths": [path.name for path in Path]}

    def open_paths(self, arm: Scenario) -> Sequence[Collection[Path]]:
        """The open paths of every coalition."""
        return [[path for path in Path if coalition >> path & 1] for coalition in coalitions_of(arm)]


def coalitions_of(arm: Scenario) -> Sequence[int]:
    """Coalitions of open paths, bit by bit, that make a difference to an arm: without a programme none does."""
    return range(_ALL + 1) if arm.programmes else [_ALL]


def effect_by_path(comparator: Scenario, arm: Scenario, runs: Runs, measures: Sequence[str] = PATH_OUTCOMES) -> ByPath:
    """The effect of ``arm`` against ``comparator`` by path: nine lives a pair where only the arm has a programme.

    Raises InputError when the two differ in more than programmes and programme strengths: then part of
    their difference is not the programme's.
    """
    refuse_other_differences(comparator, arm)
    table = evaluate_arms("paths", ArmsByPath((comparator, arm), tuple(measures)), [{}], runs)
    return ByPath(pd.concat([_of_measure(table, comparator, arm, measure) for measure in measures], ignore_index=True))


def _of_measure(table: pd.DataFrame, comparator: Scenario, arm: Scenario, measure: str) -> pd.DataFrame:
    worth = _values(table, arm, measure) - _values(table, comparator, measure)
    whole = ~np.isnan(worth).any(axis=1)
    worth, draws = worth[whole], table[DRAW].to_numpy()[whole]
    parts = np.column_stack([shares.shapley(worth), worth[:, 0], worth[:, -1]])
    unit = MEASURES[measure].unit
    rows = [
        {"measure": measure, "unit": unit, "path": path, "label": label, **described(values, draws)}
        for (path, label), values in zip(PATH_LABELS.items(), parts.T, strict=True)
    ]
    estimates, decimals = np.array([row["estimate"] for row in rows]), _DECIMALS.get(unit, 0)
    return pd.DataFrame(rows).assign(
        decimals=decimals,
        shown=_shown(estimates, decimals),
        share=estimates / estimates[-1] if _is_told(worth[:, -1], draws) else np.nan,
    )


def _values(table: pd.DataFrame, arm: Scenario, measure: str) -> Floats:
    """Values of a measure under every coalition, shape (rows, 8), or (rows, 1) of an arm without a programme."""
    columns = [output(_named(arm, coalition), measure) for coalition in coalitions_of(arm)]
    return table[columns].to_numpy(dtype=float)


def _shown(estimates: Floats, decimals: int) -> Floats:
    """Parts rounded so that they add up to the rounded total, which is the last."""
    if np.isnan(estimates).any():
        return np.full(len(estimates), np.nan)
    parts = shares.shown_steps(estimates[:-1], estimates[-1], decimals)
    return np.append(parts, np.round(estimates[-1], decimals) + 0.0)


def _is_told(total: Floats, draws: Whole) -> bool:
    """Whether the mean of the total can be told from nothing: over draws' means, or over pairs of one draw."""
    names = np.unique(draws)
    means = total if len(names) < 2 else np.array([total[draws == name].mean() for name in names])
    low, high = t_interval(means)
    return low > 0.0 or high < 0.0


def _named(arm: Scenario, coalition: int) -> str:
    return f"{arm.name}, paths {coalition}"
