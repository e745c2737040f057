"""How deprivation shows between authorities: in official figures, and in the model that is told of it.

The slope of the logarithm of a rate on the IDACI score, per 0.1 of the score, by least squares over
authorities, each counting once. A slope of 0.5 means figures that are 65 % higher where the score is higher
by 0.1. Standard errors and intervals are over authorities: what is uncertain in parameters is not in them.

Official and simulated slopes are of the same authorities, so the error of their difference is that of the
slope of the logarithm of their ratio, in which what an authority has in common in both does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from sos_sim.authorities.between import GIVEN, LEVEL, Floats, can_be_told
from sos_sim.authorities.tables import DEPRIVATION
from sos_sim.evidence.spread import DECILES_PER_SCORE
from sos_sim.outcomes.measures import MEASURES, RATE, STOCK

SCORE: Final = 0.1
"""Slopes are for so much of the IDACI score, the share of children in income-deprived households."""


class SlopeOnScore(NamedTuple):
    """A slope, its standard error, and its interval at ``between.LEVEL``."""

    slope: float
    error: float
    low: float
    high: float


def deprivation_table(
    predictions: pd.DataFrame, official: pd.DataFrame, known: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Slopes of official and of simulated rates on deprivation, by step of facts and measure.

    Of each measure that is a rate, over the authorities of which both figures are there and above 0; simulated
    figures are means over draws. Measures in which too few authorities have both, or all the same official
    figure, have no row, and neither has anything where all are equally deprived.

    ``predictions`` has the columns facts, authority, draw, measure and value; ``official`` a row an
    authority and a column a measure; ``known`` by step the facts told, with deprivation in deciles.

    Columns as in ``authorities.tables.DEPRIVATION``.
    """
    rows = []
    for (step, measure), values in predictions.groupby(["facts", "measure"], sort=False):
        if MEASURES[str(measure)].unit not in (RATE, STOCK):
            continue
        drawn, told = values.pivot(index="authority", columns="draw", values="value"), known[str(step)]
        figures = pd.DataFrame(
            {
                "score": told["deprivation"] / (DECILES_PER_SCORE * SCORE),
                "official": official[str(measure)],
                "simulated": drawn.mean(axis=1, skipna=False),
            }
        )
        both = figures[(figures[["official", "simulated"]] > 0.0).all(axis=1)].dropna()
        if not can_be_told(both["official"]) or both["score"].nunique() == 1:
            continue
        about = {
            "facts": step,
            "measure": measure,
            "authorities": len(both),
            "given": GIVEN.get(str(measure)) in told.columns,
            "draws": drawn.shape[1],
        }
        rows.append({**about, **_slopes(both)})
    return DEPRIVATION.check(pd.DataFrame(rows, columns=DEPRIVATION.names))


def slope_on_score(score: Floats, logarithms: Floats) -> SlopeOnScore:
    """The slope by least squares of figures on scores that are not all the same; both of shape (n,)."""
    found = stats.linregress(score, logarithms)
    slope, error = float(found.slope), float(np.nan_to_num(found.stderr))  # not a number where all are the same
    half = float(stats.t.ppf(0.5 + LEVEL / 2.0, len(score) - 2)) * error
    return SlopeOnScore(slope, error, slope - half, slope + half)


def _slopes(both: pd.DataFrame) -> dict[str, Any]:
    """Numbers of one measure; ``both`` has the columns score, official and simulated."""
    score = both["score"].to_numpy(float)
    official, simulated = (np.log(both[name].to_numpy(float)) for name in ("official", "simulated"))
    found = {"official": slope_on_score(score, official), "simulated": slope_on_score(score, simulated)}
    ratio = slope_on_score(score, simulated - official)
    return {
        **{
            name + ending: number
            for name, slope in found.items()
            for ending, number in zip(("", "_se", "_low", "_high"), slope, strict=True)
        },
        "difference": ratio.slope,
        "difference_se": ratio.error,
        "apart": ratio.slope / ratio.error if ratio.error else float("nan"),
    }
