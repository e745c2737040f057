"""Levels of usual practice kept while what it depends on varies, so that effect and level are not confounded.

A belief that acts in every arm moves usual practice too. If it doubles the care starts of usual practice, it
doubles what a programme can avert, and a study cannot tell the two apart. Here the thresholds of a few decisions are
shifted in every row until usual practice is *expected* to have as many plan and care starts as at the scenario's own
values.

By how much is reckoned once for a study. A pilot sample of all factors and of shifts is run in usual practice, each
row beside the scenario's own values under the same luck. Given the starts of both, to which of the two runs one belongs
is a binomial draw. Its logit is the logarithm of the ratio of their levels, which is linear in factors and shifts
(logistic regression, McCullagh and Nelder 1989, section 4.3). The shifts at which both ratios are one then solve two
linear equations in every row. Shifts sought for each row by itself would follow the luck of that row's own runs.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.core.errors import InputError
from sos_sim.core.parameters import Value
from sos_sim.files.factors import Factor, points_at
from sos_sim.files.keys import homes
from sos_sim.files.scenario import Scenario
from sos_sim.runs.arms import SimulatedArms
from sos_sim.runs.runner import Progress
from sos_sim.sensitivity.effect_surfaces import Columns, Moderation, main_width, terms_of
from sos_sim.sensitivity.estimators import Numbers
from sos_sim.sensitivity.row_luck import own_luck
from sos_sim.sensitivity.sampling import Space, latin_cube, nonzero_seed
from sos_sim.sensitivity.study import Study
from sos_sim.theory.parameters import declared, strengths

RunsPoints = Callable[..., pd.DataFrame]
"""``runs.points.run_points`` with where to run filled in."""
LEVELS: Final[Mapping[str, tuple[str, ...]]] = {
    "cpp_start_rate": ("conference_threshold",),
    "cla_start_rate": ("voluntary_threshold", "pre_threshold", "interim_threshold"),
}
"""The levels of usual practice that are kept, and the thresholds that are shifted together for each."""
SHIFTS: Final = tuple(f"shift for {level}" for level in LEVELS)
LEVEL_ERROR: Final = "level error"
REACH: Final = 0.5
"""Shifts that the pilot tries, logits, up and down: they move care starts of England's defaults by some 30 %."""
FARTHEST: Final = 3.0 * REACH
"""Beyond what was tried lines are extended, but no farther than this."""
PILOT_ROWS: Final = 16
"""Rows of the pilot for each number that its surfaces fit; at England's size levels are then known to two per cent."""
KIND: Final = "levels of a sweep"
_PILOT: Final = 0x1E7E1


@dataclass(frozen=True)
class BesideOwn:
    """Levels of usual practice at a point, and at the scenario's own values under the same luck, which is the row's."""

    usual: Scenario

    @property
    def outputs(self) -> tuple[str, ...]:
        """The levels, then those at the scenario's own values."""
        return (*LEVELS, *(f"own {level}" for level in LEVELS))

    def identity(self) -> Mapping[str, Any]:
        """That of usual practice, and whose the luck is."""
        return {**self._arms.identity(), "luck": "of the row", "beside": "own values"}

    def refuse(self, values: Mapping[str, Value]) -> None:
        """Raise ScenarioError for values that are not allowed."""
        self._arms.refuse(values)

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        """All levels of one point, two runs."""
        luck = own_luck(replicate, values)
        return [*self._arms(values, luck), *self._arms({}, luck)]

    @property
    def _arms(self) -> SimulatedArms:
        return SimulatedArms((self.usual,), tuple(LEVELS))


@dataclass(frozen=True)
class LevelSurfaces:
    """How the levels of usual practice, as a ratio to those at the scenario's own values, depend on factors and shifts.

    ``weights`` of the ratios' logarithms have a column for each level, and rows for the constant and the columns of
    ``factors`` (those that act in usual practice), then one for each shift; ``covariances`` are theirs.
    """

    factors: tuple[Factor, ...]
    weights: Columns
    covariances: Columns

    def shifts(self, main: Columns) -> Columns:
        """The shifts that keep levels at rows of main columns, logit, shape (rows, levels); within ``FARTHEST``."""
        width = main.shape[1]
        ratios = main @ self.weights[:width]
        return np.clip(np.linalg.solve(self.weights[width:].T, -ratios.T).T, -FARTHEST, FARTHEST)

    def errors(self, main: Columns, shifts: Columns) -> Numbers:
        """By how much of itself the worse known level may be off at each row: one standard error, shape (rows,)."""
        rows = np.column_stack([main, shifts])
        variances = np.einsum("ij,ljk,ik->il", rows, self.covariances, rows)
        return np.asarray(np.sqrt(variances + (rows @ self.weights) ** 2).max(axis=1))


def pilot_rows(factors: Sequence[Factor]) -> int:
    """Rows that a study spends on the levels it keeps, before its own; two runs of usual practice each."""
    return PILOT_ROWS * (main_width(terms_of(acting(factors))) + len(LEVELS))


def acting(factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """The factors that act in usual practice: no strength of programmes and none of their levers."""
    of_programmes = {*strengths(programme_only=True), *(key for key, home in homes().items() if home == "programme")}
    return tuple(factor for factor in factors if factor.name not in of_programmes)


def find_levels(study: Study, out: Path | None, run: RunsPoints, progress: Progress | None) -> LevelSurfaces:
    """Run the pilot of a study by ``run``, or what of it the folder ``out`` does not hold yet, and fit its surfaces.

    Raises InputError where usual practice has too few starts.
    """
    factors = acting(study.factors)
    main, shifts, points = _pilot(study, factors, pilot_rows(study.factors))
    beside = BesideOwn(study.scenarios[0])
    runs = run(beside, points, 1, out, kind=KIND, failure="stop", progress=progress)
    levels = np.asarray(runs[list(beside.outputs)], dtype=np.float64)
    return fit_levels(factors, np.column_stack([main, shifts]), levels[:, : len(LEVELS)], levels[:, len(LEVELS) :])


def fit_levels(factors: tuple[Factor, ...], columns: Columns, levels: Columns, own: Columns) -> LevelSurfaces:
    """Surfaces from a pilot's levels at ``columns`` and those at the scenario's own values, shape (rows, levels) each.

    Covariances allow any variance (HC1). Raises InputError where there are too few starts.
    """
    fits = [_ratio(name, columns, *pair) for name, *pair in zip(LEVELS, levels.T, own.T, strict=True)]
    return LevelSurfaces(factors, np.column_stack([fit[0] for fit in fits]), np.array([fit[1] for fit in fits]))


def _ratio(level: str, columns: Columns, here: Numbers, there: Numbers) -> tuple[Numbers, Columns]:
    """Weights of the logarithm of a ratio of levels, and their covariance."""
    from statsmodels.api import GLM, families
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    said = f"recalibrate: thresholds cannot keep {level}: too few starts. Ask for more children."
    both = here + there
    some = both > 0.0
    if some.sum() <= columns.shape[1]:
        raise InputError(said)
    model = GLM(here[some] / both[some], columns[some], family=families.Binomial(), var_weights=both[some])
    with warnings.catch_warnings():
        warnings.simplefilter("error", PerfectSeparationWarning)
        try:
            fit: Any = model.fit(cov_type="HC1")
        except PerfectSeparationWarning as problem:
            raise InputError(said) from problem
    return np.asarray(fit.params), np.asarray(fit.cov_params())


def _pilot(study: Study, factors: tuple[Factor, ...], rows: int) -> tuple[Columns, Columns, list[dict[str, Value]]]:
    """A Latin hypercube of factors and shifts: its main columns, its shifts, and its points."""
    space = Space((*(factor.name for factor in factors), *SHIFTS))
    cube = latin_cube(space, rows, nonzero_seed(study.seed, _PILOT))
    shares, shifts = cube[:, : len(factors)], REACH * (2.0 * cube[:, len(factors) :] - 1.0)
    drawn = points_at(factors, shares) if factors else [{} for _ in cube]
    return Moderation.of(factors, shares).main(), shifts, shifted(study.scenarios[0], drawn, shifts)


def shifted(usual: Scenario, points: Sequence[Mapping[str, Value]], shifts: Columns) -> list[dict[str, Value]]:
    """Points with the thresholds of each level shifted, as far as their declared range allows."""
    return [_shifted(usual, values, row) for values, row in zip(points, shifts, strict=True)]


def _shifted(usual: Scenario, values: Mapping[str, Value], shifts: Numbers) -> dict[str, Value]:
    found = dict(values)
    for names, shift in zip(LEVELS.values(), shifts, strict=True):
        for name in names:
            drawn = float(values.get(name, usual.values[name]))
            found[name] = float(np.clip(drawn + float(shift), declared()[name].low, declared()[name].high))
    return found


def recalibration_table(runs: pd.DataFrame) -> pd.DataFrame:
    """How far thresholds were shifted and how surely levels are kept, over all runs.

    Columns: what, mean, low, high (the middle 95 % of runs).
    """
    return pd.DataFrame(
        [
            {
                "what": name,
                "mean": runs[name].mean(),
                "low": runs[name].quantile(0.025),
                "high": runs[name].quantile(0.975),
            }
            for name in (*SHIFTS, LEVEL_ERROR)
        ]
    )
