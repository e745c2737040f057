"""How much of the differences between authorities a prediction explains, three ways.

The squared correlation is what a straight line through the predictions would explain: it asks whether
authorities come in the right order and proportion, whatever the level and size of the differences. The
skill, one minus squared errors over squared deviations from the official mean, asks whether the
predictions themselves are right; it is below 0 when the mean of all authorities predicts better. The
linear reference is the squared correlation that a regression of the official figure on the same facts
reaches in authorities it has not seen (leave-one-out).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sos_sim.authorities.tables import EXPLAINED

LEVEL: Final = 0.9
FEWEST: Final = 10
"""Authorities below which nothing is said."""
GIVEN: Final[Mapping[str, str]] = {
    "referral_rate": "first_referral_rate",
    "rereferral_12m_share": "first_referral_rate",
    "caseload_mean": "held_share",
}
"""Measures from which a fact was worked out: they say little once it is known."""
Floats = NDArray[np.float64]


def explained_table(
    predictions: pd.DataFrame, official: pd.DataFrame, known: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """What each step of facts explains of each measure, over the authorities that have both figures.

    Measures in which too few authorities have figures, or all the same one, have no row.

    ``predictions`` has the columns facts, authority, draw, measure and value; ``official`` a row an
    authority and a column a measure; ``known`` by step the facts told, a row an authority.

    Columns as in ``authorities.tables.EXPLAINED``; all but those on single draws are of the mean over draws.
    """
    rows = []
    for (step, measure), values in predictions.groupby(["facts", "measure"], sort=False):
        drawn = values.pivot(index="authority", columns="draw", values="value")
        published, facts = official[str(measure)].reindex(drawn.index), known[str(step)].drop(columns="children")
        both = published.notna() & drawn.notna().all(axis=1)
        if not can_be_told(published[both]):
            continue
        about = {
            "facts": step,
            "measure": measure,
            "authorities": int(both.sum()),
            "given": GIVEN.get(str(measure)) in facts.columns,
        }
        numbers = _explained(published[both].to_numpy(float), drawn[both].to_numpy(float))
        rows.append({**about, **numbers, "linear": linear_reference(published[both], facts.loc[drawn.index[both]])})
    return EXPLAINED.check(pd.DataFrame(rows, columns=EXPLAINED.names))


def can_be_told(official: pd.Series[float]) -> bool:
    """Whether something can be said of these official figures: of enough authorities, and not all the same."""
    return len(official) >= FEWEST and official.nunique() > 1


def skill(official: Floats, predicted: Floats) -> float:
    """One minus squared errors over squared deviations from the official mean; both of shape (n,)."""
    return float(1.0 - ((official - predicted) ** 2).sum() / ((official - official.mean()) ** 2).sum())


def squared_correlation(official: Floats, predicted: Floats) -> float:
    """Share of the official variance that a rising straight line explains: 0 when the correlation is not positive."""
    correlation = _correlation(official, predicted)
    return max(correlation, 0.0) ** 2


def linear_reference(official: pd.Series[float], facts: pd.DataFrame) -> float:
    """Squared correlation of official figures with leave-one-out predictions of a regression on the facts.

    Residuals left out come from the hat matrix (Allen 1974, PRESS). Authorities with a suppressed fact
    take the mean; a fact that all lack is left out.
    """
    told = facts.dropna(axis="columns", how="all")
    filled = told.fillna(told.mean())
    design = np.column_stack([np.ones(len(filled)), filled.to_numpy(float)])
    hat = design @ np.linalg.pinv(design, rcond=1e-9)
    values = official.to_numpy(float)
    left_out: Floats = np.divide(hat @ values - np.diag(hat) * values, 1.0 - np.diag(hat))
    return squared_correlation(np.array(values), left_out)


def _explained(official: Floats, drawn: Floats) -> dict[str, Any]:
    """Numbers of one measure; ``official`` of shape (authorities,), ``drawn`` of shape (authorities, draws)."""
    mean = drawn.mean(axis=1)
    correlation = _correlation(official, mean)
    low, high = _fisher(correlation, len(official))
    single = {
        name: [of(official, column) for column in drawn.T]
        for name, of in (("r2", squared_correlation), ("skill", skill))
    }
    spread = float(mean.var(ddof=1))
    return {
        "correlation": correlation,
        "r2": max(correlation, 0.0) ** 2,
        "r2_low": max(low, 0.0) ** 2,
        "r2_high": max(high, 0.0) ** 2,
        "skill": skill(official, mean),
        "draws": drawn.shape[1],
        **{
            f"{name}_{which}_draw": pick(values)
            for name, values in single.items()
            for which, pick in (("lowest", min), ("highest", max))
        },
        "slope": float(np.cov(official, mean)[0, 1]) / spread if spread else float("nan"),
        "official_mean": float(official.mean()),
        "simulated_mean": float(mean.mean()),
        "official_sd": float(official.std(ddof=1)),
        "simulated_sd": spread**0.5,
    }


def _correlation(one: Floats, other: Floats) -> float:
    """Pearson's correlation; 0 where one of them does not vary."""
    if np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _fisher(correlation: float, number: int) -> tuple[float, float]:
    """Interval for a correlation at ``LEVEL`` over so many pairs, by Fisher's z (Fisher 1921)."""
    half = float(stats.norm.ppf(0.5 + LEVEL / 2)) / (number - 3) ** 0.5
    centre = np.arctanh(np.clip(correlation, -1.0 + 1e-12, 1.0 - 1e-12))
    return float(np.tanh(centre - half)), float(np.tanh(centre + half))
