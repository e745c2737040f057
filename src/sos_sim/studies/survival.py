"""How long spells last: Kaplan-Meier and Aalen-Johansen estimates of left-truncated, censored spells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from sos_sim.studies.spells import CENSORED

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVEL: Final = 0.9
ALL_DRAWS: Final = -1


def incidence_by_draw(spells: pd.DataFrame, causes: Sequence[str], months: int) -> pd.DataFrame:
    """Cumulative incidence of each cause in every draw, and in all draws' spells together (draw ``ALL_DRAWS``).

    ``spells`` has the columns draw, duration, entry and end (``studies.spells``). Columns: draw, then
    those of ``cumulative_incidence``.
    """
    pooled = cumulative_incidence(spells, causes, months).assign(draw=ALL_DRAWS)
    single = [
        cumulative_incidence(rows, causes, months).assign(draw=draw) for draw, rows in spells.groupby("draw")
    ]
    table = pd.concat([pooled, *single], ignore_index=True)
    return table[["draw", *[name for name in table.columns if name != "draw"]]]


def cumulative_incidence(spells: pd.DataFrame, causes: Sequence[str], months: int) -> pd.DataFrame:
    """Chance that a spell has ended for each cause by every month up to ``months``.

    Aalen and Johansen's estimator (1978, Scandinavian Journal of Statistics 5:141) in whole time steps,
    which allows ties: the sum over times of the chance to have lasted so far, from lifelines'
    Kaplan-Meier fitter, times ends for this cause over spells at risk. Ends for causes not named compete
    but have no rows. With one cause in all it is one minus Kaplan-Meier. Columns: cause, month, value, low and
    high (at ``LEVEL``; chance over independent spells alone, lifelines' interval, where the cause is
    the only one, NaN otherwise). Where nobody is at risk any more the value stays as it was.
    """
    from lifelines import KaplanMeierFitter

    ended = spells["end"] != CENSORED
    fitter: Any = KaplanMeierFitter(alpha=1.0 - LEVEL)
    fitter.fit(spells["duration"], ended, entry=spells["entry"])
    at_risk = fitter.event_table["at_risk"]
    lasting = fitter.survival_function_["KM_estimate"].reindex(at_risk.index)
    before = lasting.shift(1, fill_value=1.0)
    when = np.arange(months + 1, dtype=float)
    alone = set(spells.loc[ended, "end"]) <= set(causes[:1])
    return pd.concat([
        _of_cause(spells, cause, before / at_risk.clip(lower=1), when, fitter if alone else None) for cause in causes
    ], ignore_index=True)


def _of_cause(
    spells: pd.DataFrame, cause: str, weight: pd.Series[float], when: np.ndarray[Any, np.dtype[np.float64]],
    fitter: Any,
) -> pd.DataFrame:
    """Rows of one cause; ``weight`` is the chance of lasting so far, per spell at risk, by time."""
    ends = spells.loc[spells["end"] == cause, "duration"].value_counts().reindex(weight.index, fill_value=0)
    value = (ends * weight).cumsum()
    low = high = np.full(len(when), np.nan)
    if fitter is not None:
        band = 1.0 - _steps(fitter.confidence_interval_, when)
        low, high = band.min(axis=1), band.max(axis=1)
    return pd.DataFrame(
        {"cause": cause, "month": when, "value": _steps(value.to_frame(), when)[:, 0], "low": low, "high": high}
    )


def _steps(curve: pd.DataFrame, when: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Values of step curves at these times, shape (times, columns); the curves' index starts at 0."""
    values: np.ndarray[Any, np.dtype[np.float64]] = curve.reindex(when, method="ffill").to_numpy(dtype=float)
    return values
