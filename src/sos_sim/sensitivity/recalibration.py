"""Level-preserving draws: thresholds solved anew for each point, so that effect and level are not confounded.

A belief that acts in every arm moves usual practice too. If it doubles the care starts of usual practice, it
doubles what a programme can avert, and a sweep cannot tell the two apart. Here the thresholds of a few decisions are
shifted until usual practice has as many plan and care starts as at the scenario's own values, under the same luck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np
import pandas as pd

from sos_sim.core.parameters import Value
from sos_sim.files.scenario import Scenario
from sos_sim.runs.arms import SimulatedArms
from sos_sim.sensitivity.estimators import Numbers
from sos_sim.sensitivity.responses import RECALIBRATED
from sos_sim.theory.parameters import declared

LEVELS: Final[Mapping[str, tuple[str, ...]]] = {
    "cpp_start_rate": ("conference_threshold",),
    "cla_start_rate": ("voluntary_threshold", "pre_threshold", "interim_threshold"),
}
"""The levels of usual practice that are kept, and the thresholds that are shifted together for each."""
LEVEL_ERROR: Final = "level error"
TOLERANCE: Final = 0.02
"""Levels are kept to two per cent; single years of real authorities differ by a fifth."""
MOST_TRIES: Final = 6
_STEPS: Final = np.linalg.inv([[0.75, -0.15], [0.1, 0.5]])
"""First guess of the shifts, logits, for one logarithm of each level too much: the inverse of how far a shift of each
lowers every level's logarithm (measured at six points of the priors around the England default)."""


@dataclass(frozen=True)
class RecalibratedArms:
    """Evaluates points with thresholds that keep usual practice's levels, and first (``drawn_too``) as they are drawn.

    Outputs are ``ARM:MEASURE``, the same followed by ``RECALIBRATED``, the shift for each level
    (``shift for MEASURE``, logit) and ``level error``, the largest relative distance of a level that is left.
    """

    arms: tuple[Scenario, ...]
    measures: tuple[str, ...]
    by_year: bool = False
    drawn_too: bool = True
    kept: dict[int, Numbers] = field(default_factory=dict, compare=False, repr=False)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the numbers it returns."""
        raw = self._as_drawn.outputs
        recalibrated = (f"{name}{RECALIBRATED}" for name in raw)
        return (*(raw if self.drawn_too else ()), *recalibrated, *_shift_names(), LEVEL_ERROR)

    def identity(self) -> Mapping[str, Any]:
        """That of the arms, and what is recalibrated."""
        recalibrated = {level: list(names) for level, names in LEVELS.items()}
        return {**self._as_drawn.identity(), "recalibrate": {**recalibrated, "tolerance": TOLERANCE}}

    def refuse(self, values: Mapping[str, Value]) -> None:
        """Raise ScenarioError for values that are not allowed."""
        self._as_drawn.refuse(values)

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        """All outputs of one point in one replicate. Some six runs instead of two."""
        shifts, error = self._solve(values, replicate)
        raw = self._as_drawn(values, replicate) if self.drawn_too else []
        level = self._as_drawn(self._shifted(values, shifts), replicate)
        return [*raw, *level, *shifts.tolist(), error]

    @property
    def _as_drawn(self) -> SimulatedArms:
        return SimulatedArms(self.arms, self.measures, self.by_year)

    def _solve(self, values: Mapping[str, Value], replicate: int) -> tuple[Numbers, float]:
        """The shifts that bring levels nearest to those kept, by steps of a fixed slope, and the error left."""
        from scipy.optimize import NoConvergence, linearmixing

        tried: list[tuple[float, Numbers]] = []
        target = self._target(replicate)

        def distance(lowered: Any) -> Any:
            if not np.isfinite(lowered).all():  # a small authority's counts did not move: there is no slope
                raise NoConvergence(lowered)
            shifts = _STEPS @ lowered
            gaps = np.log(self._levels(self._shifted(values, shifts), replicate)) - target
            tried.append((float(np.abs(gaps).max()), shifts))
            return gaps

        start, tolerance = np.zeros(len(LEVELS)), cast(Any, TOLERANCE)  # SciPy's stubs know whole numbers alone
        # Without convergence the nearest of what was tried is taken, and its error reported.
        with suppress(NoConvergence), np.errstate(all="ignore"):
            linearmixing(distance, start, alpha=1.0, maxiter=MOST_TRIES, f_tol=tolerance, line_search=None)
        error, shifts = min(tried, key=lambda pair: pair[0])
        return shifts, error

    def _target(self, replicate: int) -> Numbers:
        """Logarithms of the levels at the scenario's own values, run once for each replicate."""
        if replicate not in self.kept:
            self.kept[replicate] = np.log(self._levels({}, replicate))
        return self.kept[replicate]

    def _levels(self, values: Mapping[str, Value], replicate: int) -> Numbers:
        usual = SimulatedArms(tuple(self._as_drawn.scenarios(values)[:1]), tuple(LEVELS))
        return np.asarray(np.maximum(usual({}, replicate), 1e-3))

    def _shifted(self, values: Mapping[str, Value], shifts: Sequence[float] | Numbers) -> dict[str, Value]:
        """Values with the thresholds of each level shifted, as far as their declared range allows."""
        found = dict(values)
        for names, shift in zip(LEVELS.values(), shifts, strict=True):
            for name in names:
                drawn = float(values.get(name, self.arms[0].values[name]))
                found[name] = float(np.clip(drawn + float(shift), declared()[name].low, declared()[name].high))
        return found


def recalibration_table(runs: pd.DataFrame) -> pd.DataFrame:
    """How far thresholds were shifted and how near levels came, over all runs that succeeded.

    Columns: what, mean, low, high (the middle 95 % of runs).
    """
    columns = [*_shift_names(), LEVEL_ERROR]
    return pd.DataFrame(
        [
            {
                "what": name,
                "mean": runs[name].mean(),
                "low": runs[name].quantile(0.025),
                "high": runs[name].quantile(0.975),
            }
            for name in columns
        ]
    )


def _shift_names() -> tuple[str, ...]:
    return tuple(f"shift for {level}" for level in LEVELS)
