"""Indices of the interaction: how much of what an effect varies by each moderator accounts for.

The fitted surface is a sum of a function of every factor and of every product of a strength and a moderator, all of
mean zero and uncorrelated in the sample, so its variance is the sum of theirs (Sobol 1993, of a surface that has no
higher products). A fitted weight is its true value and luck, so the variance that a part *seems* to have is on average
too large by the trace of its covariance; that is taken off. What luck alone would seem to account for is a quadratic
form in normal weights of mean zero; its 95th centile, by Satterthwaite's approximation (1946), is the floor of luck.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import special, stats

from sos_sim.core.luck import mix, uniform
from sos_sim.sensitivity.effect_surfaces import Columns, EffectSurface, Moderation, main_width, pairs_of

LEVEL: Final = 0.95
DRAWS: Final = 1000


class _Part(NamedTuple):
    """Columns of the surface that belong together, and their covariance over the sample."""

    places: list[int]
    spread: Columns


def interaction_indices(study: Moderation, columns: Columns, surface: EffectSurface) -> pd.DataFrame:
    """For each moderator its share of what the surface says the effect varies by, with interval and floor of luck.

    ``columns``, shape (rows, columns), are those of the surface, products last. ``first_order`` counts the moderator by
    itself (with the programme as a whole), ``total`` its products with single strengths too. Shares may be below 0: as
    often as luck is taken off too much. Intervals hold the luck of the weights (normal, 95 %).
    """
    spread = np.atleast_2d(np.cov(columns.T, bias=True))
    weights = _drawn_weights(surface)
    everything = _Part(list(range(1, columns.shape[1])), _blocks(study, spread))
    whole, wholes = _variance(surface, everything), _drawn_variance(weights, surface, everything)
    products = pairs_of(study.terms)
    begin = columns.shape[1] - len(products)
    rows = []
    for term in study.moderators:
        own = list(range(*study.places(term).indices(columns.shape[1])))
        with_strengths = own + [begin + place for place, pair in enumerate(products) if pair[1] is term]
        row: dict[str, Any] = {"moderator": term.factor.name}
        for name, places in (("first_order", own), ("total", with_strengths)):
            part = _part(everything, places)
            drawn = _drawn_variance(weights, surface, part) / wholes
            low, high = np.quantile(drawn, [0.5 - LEVEL / 2.0, 0.5 + LEVEL / 2.0])
            share, floor = _variance(surface, part) / whole, _luck(surface, part) / whole
            row |= {name: share, f"{name}_low": float(low), f"{name}_high": float(high), f"{name}_luck": floor}
        rows.append({**row, "is_luck": row["total"] <= row["total_luck"]})
    return pd.DataFrame(rows)


def _blocks(study: Moderation, spread: Columns) -> Columns:
    """The covariance of all columns but the constant, kept within a factor and dropped between them."""
    kept = np.zeros_like(spread)
    for term in study.terms:
        places = study.places(term)
        kept[places, places] = spread[places, places]
    begin = main_width(study.terms)
    kept[range(begin, len(spread)), range(begin, len(spread))] = np.diag(spread)[begin:]
    return kept[1:, 1:]


def _part(everything: _Part, places: list[int]) -> _Part:
    inside = [place - 1 for place in places]
    return _Part(places, everything.spread[np.ix_(inside, inside)])


def _covariance(surface: EffectSurface, part: _Part) -> Columns:
    return surface.covariance[np.ix_(part.places, part.places)]


def _variance(surface: EffectSurface, part: _Part) -> float:
    """What a part adds to the variance of the surface, without what luck seems to add."""
    weights = surface.weights[part.places]
    return float(weights @ part.spread @ weights - np.trace(part.spread @ _covariance(surface, part)))


def _luck(surface: EffectSurface, part: _Part) -> float:
    """The 95th centile of ``_variance`` where the part's true weights are all 0."""
    acting = part.spread @ _covariance(surface, part)
    mean, variance = float(np.trace(acting)), 2.0 * float(np.trace(acting @ acting))
    if variance <= 0.0:
        return 0.0
    scale, freedom = variance / (2.0 * mean), 2.0 * mean**2 / variance
    return scale * float(stats.chi2.ppf(LEVEL, freedom)) - mean


def _drawn_weights(surface: EffectSurface) -> Columns:
    """Weights as luck could have made them, shape (``DRAWS``, columns)."""
    values, vectors = np.linalg.eigh(surface.covariance)
    rows: Any = np.arange(DRAWS * len(values), dtype=np.uint64)
    normal = special.ndtri(np.asarray(uniform(mix(rows, 1), mix(1, 11)), dtype=float)).reshape(DRAWS, len(values))
    drawn: Columns = surface.weights + (normal * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return drawn


def _drawn_variance(weights: Columns, surface: EffectSurface, part: _Part) -> Columns:
    """``_variance`` at drawn weights; what luck adds is in them twice."""
    mine = weights[:, part.places]
    twice = 2.0 * np.trace(part.spread @ _covariance(surface, part))
    found: Columns = np.einsum("di,ij,dj->d", mine, part.spread, mine) - twice
    return found
