"""How long spells last: Kaplan-Meier and Aalen-Johansen estimates of left-truncated, censored spells.

Neither SciPy nor statsmodels estimates competing ends of left-truncated spells; where spells are not truncated their
estimates and intervals are the same, which tests hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

CENSORED: Final = "still going on"
"""What the end of a spell is called that was not seen to end."""
LEVEL: Final = 0.9
ALL_DRAWS: Final = -1


def incidence_by_draw(spells: pd.DataFrame, causes: Sequence[str], months: int) -> pd.DataFrame:
    """Cumulative incidence of each cause in every draw, and in all draws' spells together (draw ``ALL_DRAWS``).

    ``spells`` has the columns draw, duration, entry and end (``calibration.spells``). Columns: draw, then
    those of ``cumulative_incidence``.
    """
    pooled = cumulative_incidence(spells, causes, months).assign(draw=ALL_DRAWS)
    single = [cumulative_incidence(rows, causes, months).assign(draw=draw) for draw, rows in spells.groupby("draw")]
    table = pd.concat([pooled, *single], ignore_index=True)
    return table[["draw", *[name for name in table.columns if name != "draw"]]]


def cumulative_incidence(spells: pd.DataFrame, causes: Sequence[str], months: int) -> pd.DataFrame:
    """Chance that a spell has ended for each cause by every month up to ``months``.

    Aalen and Johansen's estimator (1978, Scandinavian Journal of Statistics 5:141), ties allowed: the sum
    over times of the chance to have lasted so far (Kaplan and Meier 1958) times ends for this cause over
    spells at risk. Ends for causes not named compete but have no rows. With one cause in all it is one
    minus Kaplan-Meier. Columns: cause, month, value, low and high (at ``LEVEL``; chance over independent
    spells alone; NaN where other causes compete). Where nobody is at risk any more the value stays as it was.
    """
    table = _at_risk(spells)
    lasting = (1.0 - table["observed"] / table["at_risk"]).cumprod()
    weight = lasting.shift(1, fill_value=1.0) / table["at_risk"]
    alone = set(spells["end"]) <= {CENSORED, *causes[:1]}
    low, high = _interval(table, lasting) if alone else (lasting * np.nan, lasting * np.nan)
    when = np.arange(months + 1, dtype=float)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "cause": cause,
                    "month": when,
                    "value": _steps((_ends(spells, cause, table) * weight).cumsum(), when),
                    "low": _steps(low, when),
                    "high": _steps(high, when),
                }
            )
            for cause in causes
        ],
        ignore_index=True,
    )


def _at_risk(spells: pd.DataFrame) -> pd.DataFrame:
    """Ends (observed) and spells at risk by time, times at which somebody was: from entry until the spell's end."""
    times = np.unique(np.concatenate([[0.0], spells["duration"], spells["entry"]]))
    entered = np.searchsorted(np.sort(spells["entry"]), times, side="right")
    gone = np.searchsorted(np.sort(spells["duration"]), times, side="left")
    ended = spells.loc[spells["end"] != CENSORED, "duration"].value_counts().reindex(times, fill_value=0)
    table = pd.DataFrame({"observed": ended.to_numpy(), "at_risk": entered - gone}, index=times)
    reached = table[(table["at_risk"] > 0) | (table.index == 0.0)]
    return reached.assign(at_risk=reached["at_risk"].clip(lower=1))


def _ends(spells: pd.DataFrame, cause: str, table: pd.DataFrame) -> pd.Series[float]:
    """How many spells ended for a cause at each time of the table."""
    counts = spells.loc[spells["end"] == cause, "duration"].value_counts()
    return counts.reindex(table.index, fill_value=0).astype(float)


def _interval(table: pd.DataFrame, lasting: pd.Series[float]) -> tuple[pd.Series[float], pd.Series[float]]:
    """Interval of one minus Kaplan-Meier by Greenwood's variance on the scale of log(-log).

    Kalbfleisch and Prentice 2002, The Statistical Analysis of Failure Time Data, section 1.4; the point itself
    where none or all have ended.
    """
    variance = (table["observed"] / (table["at_risk"] * (table["at_risk"] - table["observed"]).clip(lower=1))).cumsum()
    inside = lasting.clip(1e-12, 1.0 - 1e-12)
    width = float(stats.norm.ppf(0.5 + LEVEL / 2)) * variance**0.5 / abs(np.log(inside))
    known = (lasting > 0.0) & (lasting < 1.0)
    low, high = (1.0 - (inside ** np.exp(sign * width)).where(known, lasting) for sign in (-1.0, 1.0))
    return low, high


def _steps(curve: pd.Series[float], when: np.ndarray[Any, np.dtype[np.float64]]) -> pd.Series[float]:
    """Values of a step curve, whose index starts at 0, at these times."""
    return curve.reindex(when, method="ffill").reset_index(drop=True)
