"""Comparison of programmes: paired differences between arms that share their luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from sos_sim.core.errors import InputError
from sos_sim.model.outcomes import MEASURES
from sos_sim.runs.batch import Plan, run_batch
from sos_sim.runs.runner import Progress
from sos_sim.runs.scenario import Scenario

LEVEL: Final = 0.95
WHOLE_PERIOD: Final = "all"
_MUST_AGREE: tuple[tuple[str, Callable[[Scenario], Any]], ...] = (
    ("run.months", lambda scenario: scenario.run.months),
    ("run.warmup_months", lambda scenario: scenario.run.warmup_months),
    ("run.seed", lambda scenario: scenario.run.seed),
    ("authority.children", lambda scenario: scenario.values["children"]),
)


@dataclass(frozen=True)
class Comparison:
    """Tables of a comparison, as stored in its results folder.

    ``outcomes``: arm, replicate, year, measure, value. ``monthly``: arm, replicate, month, measure,
    value. ``effects``: see ``paired_effects``. ``runs``: arm, replicate, status, reason.
    """

    outcomes: pd.DataFrame
    monthly: pd.DataFrame
    effects: pd.DataFrame
    runs: pd.DataFrame


def compare(
    scenarios: Sequence[Scenario], replicates: int | None = None, out: Path | str | None = None,
    workers: int | None = None, engine: str = "compiled", progress: Progress | None = None, events: bool = False,
) -> Comparison:
    """Run all scenarios with the same luck and set each against the first.

    ``replicates`` replaces the scenarios' own. With ``out`` the results folder is written there, or
    resumed; with ``events`` it also holds the event record. Raises InputError when the arms cannot be
    compared, ResultsFolderError when the folder cannot be used.
    """
    wanted = check_comparable(scenarios, replicates)
    arms = [scenario.name for scenario in scenarios]
    plan = Plan(
        "compare", scenarios, wanted, engine, workers, events,
        derived={"effects": lambda outcomes: paired_effects(outcomes, arms)},
    )
    tables = run_batch(plan, None if out is None else Path(out), progress)
    return Comparison(tables["outcomes"], tables["monthly"], tables["effects"], tables["runs"])


def check_comparable(scenarios: Sequence[Scenario], replicates: int | None = None) -> int:
    """The number of replicates of all arms; raises InputError, with both values, when arms do not agree."""
    if len(scenarios) < 2:
        raise InputError(f"a comparison needs at least two scenarios; {len(scenarios)} given.")
    first = scenarios[0]
    agreed = _MUST_AGREE if replicates is not None else (
        *_MUST_AGREE, ("run.replicates", lambda scenario: scenario.run.replicates),
    )
    for other in scenarios[1:]:
        for path, value in agreed:
            if value(other) != value(first):
                raise InputError(
                    f"{first.name} and {other.name} cannot be compared: {path} is {value(first)} in the first "
                    f"and {value(other)} in the second. Set it for all arms with --set {path}=VALUE."
                )
    return first.run.replicates if replicates is None else replicates


def paired_effects(outcomes: pd.DataFrame, arms: Sequence[str]) -> pd.DataFrame:
    """Mean paired difference of every arm from the first, over replicates, for whole-period outcomes.

    Columns: arm, measure, unit, comparator_mean, arm_mean, estimate (arm minus comparator), low, high
    (t-interval over replicates at ``level`` 0.95; NaN with a single one), level, replicates (pairs in
    which both arms have a value), probability_lower (share of pairs in which the arm is lower),
    relative (estimate over comparator_mean; NaN when that is 0).
    """
    whole = outcomes[outcomes["year"] == WHOLE_PERIOD]
    wide = {
        str(name): values.pivot(index="replicate", columns="arm", values="value")
        for name, values in whole.groupby("measure")
    }
    rows = [
        _effect(arm, name, wide[name].reindex(columns=[arms[0], arm]).dropna())
        for arm in arms[1:]
        for name in MEASURES
        if name in wide
    ]
    return pd.DataFrame(rows, columns=list(_EFFECT_TYPES)).astype(_EFFECT_TYPES)


_EFFECT_TYPES = {
    "arm": "str", "measure": "str", "unit": "str", "comparator_mean": "f8", "arm_mean": "f8", "estimate": "f8",
    "low": "f8", "high": "f8", "level": "f8", "replicates": "i8", "probability_lower": "f8", "relative": "f8",
}


def _effect(arm: str, measure: str, paired: pd.DataFrame) -> dict[str, Any]:
    """One row of effects; ``paired`` has the comparator's and the arm's values, a row a replicate."""
    pairs = paired.to_numpy(dtype=float)
    difference = pairs[:, 1] - pairs[:, 0]
    before, after = (_mean(pairs[:, side]) for side in (0, 1))
    low, high = t_interval(difference)
    return {
        "arm": arm, "measure": measure, "unit": MEASURES[measure].unit, "comparator_mean": before, "arm_mean": after,
        "estimate": _mean(difference), "low": low, "high": high, "level": LEVEL, "replicates": len(pairs),
        "probability_lower": _mean(difference < 0), "relative": _mean(difference) / before if before else np.nan,
    }


def _mean(values: np.ndarray[Any, np.dtype[Any]]) -> float:
    """Mean, NaN of nothing."""
    return float(values.mean()) if len(values) else float("nan")


def t_interval(values: np.ndarray[Any, np.dtype[np.float64]], level: float = LEVEL) -> tuple[float, float]:
    """Confidence interval for the mean of independent values, shape (n,); (NaN, NaN) when n < 2."""
    if len(values) < 2:
        return float("nan"), float("nan")
    half = float(stats.t.ppf(0.5 + level / 2, len(values) - 1)) * float(values.std(ddof=1)) / len(values) ** 0.5
    mean = float(values.mean())
    return mean - half, mean + half
