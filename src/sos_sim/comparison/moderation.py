"""How an effect differs with what families bring and are: relative effects, pooled over all pairs.

Everything here is relative to the comparator's own level in the same band, since bands of higher risk have more to
change. Intervals and tests are of the pooled value: they hold luck and which draws were drawn, a draw being one
observation; that draws disagree about a single authority's effect is not in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import interpolate, stats

from sos_sim.comparison.subgroups import CHARACTERISTICS, DOSES, EVERYBODY, STEPS, THIRDS
from sos_sim.statistics.intervals import LEVEL, Floats, mean, t_interval

MODERATED: Final = ("care_starts", "reunified_12m", "reentered_12m", "harm_months")
"""Outcomes that are looked at, harm at home beside the others; re-entry, of returns home alone, rests on fewest."""
PRECISE: Final = 0.5
"""A ratio of effects is precise when its interval is at most twice so wide."""
FALSE_DISCOVERIES: Final = 0.05
POWER: Final = 0.8
ROUNDING: Final = 1e-9
"""A mean of values that cancel out to so small a share of them is nothing."""
CURVE: Final = 25
"""Points of a curve."""
_KEYS: Final = ["characteristic", "band", "measure"]
_SPLINE: Final = np.array([0.0, 0.0, 0.0, 0.5, 1.0, 1.0, 1.0])
"""Knots of two parabolas that meet smoothly in the middle."""


@dataclass(frozen=True)
class ByFamilies:
    """Tables of moderation; all have arm, characteristic, measure, level, replicates (pairs of runs) and draws.

    ``thirds``: reading, band, children (mean of pairs), comparator_value, arm_value, estimate (relative effect), low,
    high. ``ends``: reading, estimate (relative effect in the highest third less that in the lowest), low, high, ratio
    (of the two), ratio_low, ratio_high (NaN where the lowest third's own effect could be none), precise. ``curves``:
    reading, place (share of children whose parents bring less), estimate, low, high. ``told``: band, against (the
    first band), in_band, in_first (relative effects), estimate (their difference), low, high, p, q (false discovery
    rate at which it is told), told, visible (the difference that would have been told with a chance of ``POWER``).
    """

    thirds: pd.DataFrame
    ends: pd.DataFrame
    curves: pd.DataFrame
    told: pd.DataFrame


def moderation(subgroups: pd.DataFrame, doses: pd.DataFrame) -> ByFamilies:
    """Tables from those of ``lives.compare_lives``; every arm against the first."""
    _, *arms = dict.fromkeys(subgroups["arm"])
    thirds, ends, curves, told = [], [], [], []
    for arm in arms:
        for reading, rows in doses.groupby("reading", sort=False):
            named = {"arm": arm, "reading": reading}
            of_thirds = relative_effects(_in_thirds(rows), arm)
            thirds.append(of_thirds.table().assign(**named))
            ends.append(_ends(of_thirds).assign(**named))
            curves.append(_curves(relative_effects(rows, arm)).assign(**named))
        told.append(tell_apart(relative_effects(subgroups, arm)).assign(arm=arm))
    return ByFamilies(*(pd.concat(parts, ignore_index=True) for parts in (thirds, ends, curves, told)))


@dataclass(frozen=True)
class RelativeEffects:
    """Effects as shares of the comparator's level, a row a band and measure.

    ``names``: characteristic, band, measure, children, comparator_value, arm_value. ``values``, shape (rows,
    draws), or (rows, pairs) with one draw: the mean of a row is its pooled effect, the spread its uncertainty.
    """

    names: pd.DataFrame
    values: Floats
    pairs: int
    draws: int

    def of(self, characteristic: str, band: str, measure: str) -> Floats:
        """The values of one band and measure."""
        wanted = (self.names[_KEYS] == [characteristic, band, measure]).all(axis=1).to_numpy()
        return np.asarray(self.values[wanted][0])

    def table(self) -> pd.DataFrame:
        """All rows with their intervals."""
        return self.names.assign(**self.described(self.values))

    def described(self, values: Floats) -> dict[str, Any]:
        """Columns estimate, low, high, level, replicates and draws of values like those of ``self``."""
        bounds = np.array([t_interval(row) for row in values]).reshape(-1, 2)
        return {
            "estimate": values.mean(axis=1),
            "low": bounds[:, 0],
            "high": bounds[:, 1],
            "level": LEVEL,
            "replicates": self.pairs,
            "draws": self.draws,
        }


def relative_effects(table: pd.DataFrame, arm: str) -> RelativeEffects:
    """Relative effects of an arm against the first of ``table``, which has the columns of ``tidy_subgroups``.

    A ratio of pooled ratios is linear in each pair up to second order (Cochran 1977, Sampling Techniques, section
    6.4); what each pair adds is averaged over the pairs of a draw.
    """
    wanted = table[table["measure"].isin(MODERATED)]
    comparator = str(wanted["arm"].iloc[0])
    wide = wanted.pivot(index=_KEYS, columns=["arm", "draw", "replicate"], values=["numerator", "denominator"])
    names = pd.MultiIndex.from_frame(wanted[_KEYS]).unique()
    wide = wide.reindex(names).sort_index(axis=1)
    sides = [[wide[part, name].to_numpy() for part in ("numerator", "denominator")] for name in (comparator, arm)]
    draws = wide["numerator", arm].columns.get_level_values("draw").to_numpy()
    numbers = np.unique(draws)
    values = _linear(*sides[0], *sides[1])
    if len(numbers) > 1:
        values = np.column_stack([values[:, draws == number].mean(axis=1) for number in numbers])
    with np.errstate(invalid="ignore"):
        before, after = (numerator.sum(axis=1) / denominator.sum(axis=1) for numerator, denominator in sides)
    children = wanted.groupby(_KEYS, sort=False)["children"].mean().reindex(names).to_numpy()
    named = names.to_frame(index=False).assign(children=children, comparator_value=before, arm_value=after)
    return RelativeEffects(named, values, len(draws), len(numbers))


def tell_apart(effects: RelativeEffects) -> pd.DataFrame:
    """Which bands of which characteristics differ from the first band by more than luck; see ``ByFamilies.told``.

    All bands, characteristics and outcomes are judged together.
    """
    rows, values = [], []
    for name, found in CHARACTERISTICS.items():
        for measure in MODERATED if name != EVERYBODY else ():
            first = effects.of(name, found.bands[0], measure)
            for band in found.bands[1:]:
                here = effects.of(name, band, measure)
                told = {"characteristic": name, "band": band, "against": found.bands[0], "measure": measure}
                rows.append({**told, "in_band": mean(here), "in_first": mean(first)})
                values.append(here - first)
    return pd.DataFrame(rows).assign(**effects.described(np.array(values)), **judged(values))


def judged(differences: Sequence[Floats]) -> dict[str, Any]:
    """What of several differences is told from luck; each is an array of independent values, whose mean counts.

    Columns: p (t test of the mean against 0; NaN without a spread), q (the least share of false discoveries at which
    it is told; Benjamini and Hochberg 1995, J R Stat Soc B 57:289), told (q at most ``FALSE_DISCOVERIES``), visible
    (the mean that would have been told with a chance of ``POWER``).
    """
    freedom = np.array([max(1, len(values) - 1) for values in differences], dtype=float)
    errors = np.array([stats.sem(values) if len(values) > 1 else np.nan for values in differences])
    tested = errors > 0.0
    p, q = np.full(len(errors), np.nan), np.full(len(errors), np.nan)
    sizes = np.abs([mean(values) for values in differences])[tested] / errors[tested]
    p[tested] = 2.0 * stats.t.sf(sizes, freedom[tested])
    q[tested] = stats.false_discovery_control(p[tested]) if tested.any() else q[tested]
    told = np.nan_to_num(q, nan=1.0) <= FALSE_DISCOVERIES
    line = max(FALSE_DISCOVERIES / max(1, int(tested.sum())), p[told].max(initial=0.0))
    visible = errors * (stats.t.isf(line / 2.0, freedom) + stats.t.ppf(POWER, freedom))
    return {"p": p, "q": q, "told": told, "visible": visible}


def fraction(above: Floats, below: Floats) -> tuple[float, float, float]:
    """The ratio of two means of paired values, shape (n,), with Fieller's interval (1954, J R Stat Soc B 16:175).

    Bounds are NaN where the mean of ``below`` cannot be told from nothing.
    """
    top, bottom = mean(above), mean(below)
    bottom = 0.0 if abs(bottom) <= ROUNDING * np.abs(below).max(initial=0.0) else bottom
    if len(above) < 2 or not bottom:
        return top / bottom if bottom else np.nan, np.nan, np.nan
    spread = np.cov(above, below) / len(above) * stats.t.ppf(0.5 + LEVEL / 2, len(above) - 1) ** 2
    square, half, rest = bottom**2 - spread[1, 1], top * bottom - spread[0, 1], top**2 - spread[0, 0]
    inside = half**2 - square * rest
    if square <= 0.0 or inside < 0.0:
        return top / bottom, np.nan, np.nan
    return top / bottom, (half - inside**0.5) / square, (half + inside**0.5) / square


def _linear(before: Floats, before_of: Floats, after: Floats, after_of: Floats) -> Floats:
    """What each pair (column) adds to the relative effect of each row; NaN where the comparator has nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        usual, changed = before.sum(axis=1) / before_of.sum(axis=1), after.sum(axis=1) / after_of.sum(axis=1)
        usual = np.where(usual > 0.0, usual, np.nan)[:, None]
        ratio = changed[:, None] / usual
        gained = (after - changed[:, None] * after_of) / (usual * after_of.mean(axis=1, keepdims=True))
        lost = ratio * (before - usual * before_of) / (usual * before_of.mean(axis=1, keepdims=True))
        return np.asarray(ratio - 1.0 + gained - lost)


def _in_thirds(doses: pd.DataFrame) -> pd.DataFrame:
    """Steps added up to thirds."""
    step = pd.to_numeric(doses["band"]) - 1
    thirds = doses.assign(band=np.array(THIRDS)[step // (STEPS // len(THIRDS))])
    keys = ["arm", "draw", "replicate", *_KEYS]
    return thirds.groupby(keys, sort=False)[["children", "numerator", "denominator"]].sum().reset_index()


def _ends(effects: RelativeEffects) -> pd.DataFrame:
    """The highest third against the lowest."""
    named = [(name, measure) for name in DOSES for measure in MODERATED]
    pairs = [[effects.of(name, band, measure) for band in (THIRDS[-1], THIRDS[0])] for name, measure in named]
    table = pd.DataFrame(named, columns=["characteristic", "measure"])
    table = table.assign(**effects.described(np.array([high - low for high, low in pairs])))
    ratios = pd.DataFrame([fraction(*pair) for pair in pairs], columns=["ratio", "ratio_low", "ratio_high"])
    precise = ratios["ratio_high"] - ratios["ratio_low"] <= 2.0 * PRECISE
    return pd.concat([table, ratios], axis=1).assign(precise=precise)


def _curves(effects: RelativeEffects) -> pd.DataFrame:
    """Smooth curves through the steps."""
    parts = []
    for name, found in DOSES.items():
        for measure in MODERATED:
            steps = np.array([effects.of(name, band, measure) for band in found.bands])
            values = _smoother(steps) @ np.nan_to_num(steps)
            here = pd.DataFrame(effects.described(values))
            parts.append(here.assign(characteristic=name, measure=measure, place=np.linspace(0.0, 1.0, CURVE)))
    return pd.concat(parts, ignore_index=True)


def _smoother(steps: Floats) -> Floats:
    """What turns the values of steps into those of a curve, shape (points, steps): a spline fitted by least squares.

    Steps weigh as they are precise; those without a value do not count.
    """
    middles = (np.arange(STEPS) + 0.5) / STEPS
    basis, wanted = (
        interpolate.BSpline.design_matrix(at, _SPLINE, 2).toarray() for at in (middles, np.linspace(0.0, 1.0, CURVE))
    )
    variance = steps.var(axis=1)
    known = ~np.isnan(variance)
    floor = 1e-3 * float(variance[known].mean()) if known.any() else 0.0
    weights = np.where(known, 1.0 / (variance + floor) if floor else 1.0, 0.0)
    return np.asarray(wanted @ np.linalg.pinv((basis.T * weights) @ basis) @ (basis.T * weights))
