"""Delivery: how much of a programme has to be delivered before its effect shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.comparison.paired import NO_INTERVAL, OUTCOMES, Runs, effect_rows, run_arms
from sos_sim.core.errors import InputError
from sos_sim.files.comparable import check_comparable
from sos_sim.files.scenario import Scenario
from sos_sim.outcomes.measures import MEASURES
from sos_sim.statistics.intervals import Floats
from sos_sim.theory.levers import WHO
from sos_sim.theory.parameters import declared

SHARES: Final = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Delivery:
    """Tables of a study of delivery; all have measure and unit.

    ``response``: delivered (share of the programme, 0-1), comparator_mean, arm_mean, and the columns
    ``paired.INTERVAL``; estimate is the effect at that delivery, exactly 0 where nothing is delivered.
    ``least``: least (share of the programme, NaN where there is none), direction ('lower' or 'higher'
    than the comparator, '' where there is none), statement (a sentence), replicates, draws, level.
    ``shortfall``: delivered, full (the largest share), and the columns ``paired.INTERVAL``; estimate is the
    effect at the largest share less that at ``delivered``, pair by pair.
    """

    response: pd.DataFrame
    least: pd.DataFrame
    shortfall: pd.DataFrame


def delivery(
    comparator: Scenario,
    arm: Scenario,
    runs: Runs,
    measures: Sequence[str] = OUTCOMES,
    shares: Sequence[float] = SHARES,
) -> Delivery:
    """Effect of ``arm`` with all levers of its programmes scaled by each of ``shares``, with the same luck.

    Raises InputError for arms that cannot be compared, an arm without programmes and shares that are
    not increasing within 0 to 1.
    """
    check_comparable([comparator, arm], runs.replicates)
    if not arm.programmes:
        raise InputError(f"{arm.name} has no programme, so there is nothing to deliver more or less of.")
    if list(shares) != sorted(set(shares)) or not 0.0 <= min(shares) <= max(shares) <= 1.0:
        raise InputError(f"shares of delivery are {list(shares)}; they must increase and lie within 0 and 1.")
    scaled = [scale(arm, share) for share in shares]
    table = run_arms("delivery", [comparator, *scaled], [{}], measures, runs)
    response = pd.concat(
        [
            effect_rows(table, comparator, part, measures).assign(delivered=share)
            for share, part in zip(shares, scaled, strict=True)
        ],
        ignore_index=True,
    )
    return Delivery(response, least_delivery(response), _shortfall(table, scaled, shares, measures))


def scale(arm: Scenario, share: float) -> Scenario:
    """The scenario with every lever moved only ``share`` of the way from usual practice, in the same months.

    Who is offered the programme stays as it is.
    """
    programmes = tuple(
        plan._replace(
            levers={
                name: value if name in WHO else _usual(name) + share * (value - _usual(name))
                for name, value in plan.levers.items()
            }
        )
        for plan in arm.programmes
    )
    return replace(arm, name=f"{arm.name}, delivered {share:g}", programmes=programmes)


def least_delivery(response: pd.DataFrame) -> pd.DataFrame:
    """The least delivery from which on the interval of the effect keeps clear of zero, by measure.

    An interval is clear when both bounds lie on one side of 0. Counted back from the full programme,
    the smallest share that is clear, as are all larger ones and on the same side; between it and
    the next smaller share the point where the bound nearer to zero crosses it is interpolated
    linearly. An effect that is clear at a middle share only has no least delivery. See ``Delivery.least``.
    """
    found = response.groupby("measure", sort=False)
    return pd.DataFrame([_least(str(measure), rows.sort_values("delivered")) for measure, rows in found])


def _shortfall(
    table: pd.DataFrame, scaled: Sequence[Scenario], shares: Sequence[float], measures: Sequence[str]
) -> pd.DataFrame:
    """What is missing of the effect where less than the largest share is delivered."""
    columns = ["comparator_mean", "arm_mean"]
    return pd.concat(
        [
            effect_rows(table, part, scaled[-1], measures)
            .drop(columns=columns)
            .assign(delivered=share, full=shares[-1])
            for share, part in zip(shares, scaled, strict=True)
        ],
        ignore_index=True,
    )


def _least(measure: str, rows: pd.DataFrame) -> dict[str, Any]:
    shares, low, high = (rows[column].to_numpy(dtype=float) for column in ("delivered", "low", "high"))
    side = np.where(low > 0.0, 1, np.where(high < 0.0, -1, 0))
    least, direction = float("nan"), ""
    if side[-1]:
        least = _crossing(shares, low if side[-1] > 0 else -high, int(_run_at_end(side)))
        direction = "higher" if side[-1] > 0 else "lower"
    last = rows.iloc[-1]
    return {
        "measure": measure,
        "unit": MEASURES[measure].unit,
        "least": least,
        "direction": direction,
        "statement": NO_INTERVAL if np.isnan(low[-1]) else _statement(least, direction, bool((side != 0).any())),
        "replicates": int(last["replicates"]),
        "draws": int(last["draws"]),
        "level": float(last["level"]),
    }


def _run_at_end(side: np.ndarray[Any, np.dtype[Any]]) -> int:
    """Index from which on all entries equal the last."""
    differ = np.flatnonzero(side != side[-1])
    return int(differ[-1]) + 1 if len(differ) else 0


def _crossing(shares: Floats, bound: Floats, first: int) -> float:
    """Where a bound, clear (above 0) from index ``first`` on, rises through 0 after the share before."""
    if first == 0 or not np.isfinite(bound[first - 1]):
        return float(shares[first])
    below, above = min(float(bound[first - 1]), 0.0), float(bound[first])
    return float(shares[first - 1] + (shares[first] - shares[first - 1]) * -below / (above - below))


def _statement(least: float, direction: str, clear_somewhere: bool) -> str:
    if direction:
        return f"from about {least:.0%} of the programme on, the interval lies on the {direction} side of zero"
    if clear_somewhere:
        return "the interval clears zero at some lower delivery, but not at the full programme"
    return "the interval never clears zero, not even with the full programme"


def _usual(lever: str) -> float:
    return float(declared()[lever].default)
