"""Moderation: under what conditions an effect is larger or smaller, told from luck.

Every row of the sample has luck of its own, and effects are paired within the row. A surface with main effects of all
factors is fitted to the effect by least squares with a covariance that allows unequal variances (HC3, MacKinnon and
White 1985); since the effect is itself a difference between programme and usual practice, the slope of a moderator *is*
its interaction with the programme. A second surface adds every product of a programme strength and a moderator.

A control on the comparator's own level does not help here: its expected level at a row is not known, and what its
surface leaves over is orthogonal to every factor, so it moves no slope and would only make intervals too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sos_sim.core.luck import mix, uniform
from sos_sim.core.parameters import Value
from sos_sim.files.factors import Factor, Shares
from sos_sim.sensitivity.estimators import Numbers
from sos_sim.theory.parameters import declared, strengths

LOW_END: Final = 0.1
HIGH_END: Final = 0.9
"""The ends at which a moderator is read: its 10th and 90th centiles."""
LEVEL: Final = 0.95
FALSE_DISCOVERIES: Final = 0.05
POWER: Final = 0.8
FOLDS: Final = 5
RESAMPLES: Final = 300
Columns = NDArray[np.float64]


@dataclass(frozen=True)
class Term:
    """A factor in a surface: its columns, and what they are at a place from 0 to 1 (or at a choice)."""

    factor: Factor
    place: int

    @property
    def is_strength(self) -> bool:
        """Whether the programme acts through it; all others are moderators."""
        return self.factor.name in strengths(programme_only=True)

    @property
    def ends(self) -> list[tuple[str, float]]:
        """Where it is read, named: its low and high end, or every choice."""
        if self.factor.categories:
            count = len(self.factor.categories)
            return [(name, (number + 0.5) / count) for number, name in enumerate(self.factor.categories)]
        low, high = self.factor.distribution.values(np.array([LOW_END, HIGH_END]))
        return [(f"{float(low):.4g}", LOW_END), (f"{float(high):.4g}", HIGH_END)]

    def columns(self, shares: Shares) -> Columns:
        """Centred columns at probabilities of shape (n,): one, from -1 to 1, or one for each choice but the first."""
        settled = self.factor.distribution.settled(shares)
        count = len(self.factor.categories)
        if not count:
            return (2.0 * settled - 1.0)[:, None]
        chosen = np.minimum(np.floor(settled * count), count - 1)
        return np.column_stack([(chosen == number) - 1.0 / count for number in range(1, count)])


def terms_of(factors: Sequence[Factor]) -> tuple[Term, ...]:
    """All factors of a study as terms, in order."""
    return tuple(Term(factor, place) for place, factor in enumerate(factors))


def least_rows(factors: Sequence[Factor]) -> int:
    """The fewest rows from which a study's surfaces can be fitted: twice as many as they have weights."""
    terms = terms_of(factors)
    main = 1 + sum(max(1, len(term.factor.categories) - 1) for term in terms)
    numeric = [term for term in terms if not term.factor.categories]
    acting = sum(term.is_strength for term in numeric)
    return 2 * (main + acting * (len(numeric) - acting))


@dataclass(frozen=True)
class EffectSurface:
    """A least-squares surface: ``weights`` of its columns, their covariance, and the degrees of freedom left."""

    weights: Columns
    covariance: Columns
    freedom: float

    def at(self, row: Columns) -> tuple[float, float]:
        """The value of a linear combination of weights, and its standard error."""
        return float(row @ self.weights), math.sqrt(max(0.0, float(row @ self.covariance @ row)))


def fit_effect_surface(columns: Columns, values: Numbers) -> EffectSurface:
    """Least squares with HC3 covariance; ``columns`` hold the constant, shape (rows, columns)."""
    from statsmodels.regression.linear_model import OLS

    found: Any = OLS(values, columns).fit(cov_type="HC3")
    return EffectSurface(np.asarray(found.params), np.asarray(found.cov_params()), float(found.df_resid))


def own_luck(replicate: int, values: Mapping[str, Value]) -> int:
    """A replicate for a row alone: its number mixed with the values of the row."""
    address = 0
    for name, value in sorted(values.items()):
        for byte in f"{name}={value!r}".encode():
            address = mix(address, byte)
    return mix(address, replicate) >> 33


@dataclass(frozen=True)
class Moderation:
    """The sample of a study as terms, and its constant."""

    terms: tuple[Term, ...]
    shares: Shares

    @classmethod
    def of(cls, factors: tuple[Factor, ...], shares: Shares) -> Moderation:
        """All factors of a study at its rows, shape (rows, factors)."""
        return cls(terms_of(factors), shares)

    @property
    def moderators(self) -> list[Term]:
        """Terms that are no programme strength."""
        return [term for term in self.terms if not term.is_strength]

    def main(self) -> Columns:
        """Constant and all terms, shape (rows, columns)."""
        columns = [term.columns(self.shares[:, term.place]) for term in self.terms]
        return np.column_stack([np.ones(len(self.shares)), *columns])

    def places(self, term: Term) -> slice:
        """The columns of ``main`` that belong to a term."""
        widths = [max(1, len(one.factor.categories) - 1) for one in self.terms]
        begin = 1 + sum(widths[: term.place])
        return slice(begin, begin + widths[term.place])

    def reading(self, term: Term, where: float) -> Columns:
        """The row of ``main`` with one term at a place and all else at its mean."""
        row = np.zeros(self.main().shape[1])
        row[0] = 1.0
        row[self.places(term)] = term.columns(np.array([where]))[0]
        return row

    def products(self) -> tuple[Columns, list[tuple[Term, Term]]]:
        """Products of every programme strength and numeric moderator, and which they are."""
        pairs = [
            (strength, moderator)
            for strength in self.terms
            if strength.is_strength
            for moderator in self.moderators
            if not moderator.factor.categories
        ]
        columns = [
            one.columns(self.shares[:, one.place])[:, 0] * other.columns(self.shares[:, other.place])[:, 0]
            for one, other in pairs
        ]
        return np.column_stack(columns) if columns else np.zeros((len(self.shares), 0)), pairs


def held_out_variance(columns: Columns, values: Numbers) -> float:
    """Mean squared error of predictions of rows that were left out, in ``FOLDS`` parts."""
    fold = np.arange(len(values)) % FOLDS
    missed = np.empty(len(values))
    for part in range(FOLDS):
        out = fold == part
        weights = np.linalg.lstsq(columns[~out], values[~out], rcond=None)[0]
        missed[out] = values[out] - columns[out] @ weights
    return float((missed**2).mean())


def moderation_tables(study: Moderation, label: str, effect: Numbers, level: Numbers) -> dict[str, pd.DataFrame]:
    """All tables about one effect; ``level`` is what it is relative to, the comparator's, shape (rows,) both.

    Tables: ``moderation`` (a row for each moderator and choice), ``moderated_links`` (strength by moderator) and
    ``moderation_surface``. Several effects are bounded together by ``bound_discoveries``.
    """
    main = study.main()
    surface, levels = (
        fit_effect_surface(main, effect),
        np.asarray(np.linalg.lstsq(main, level, rcond=None)[0], dtype=float),
    )
    resampled = _resampled(main, effect, level)
    rows = [
        _contrast(study, term, number, surface, levels, resampled)
        for term in study.moderators
        for number in range(1, len(term.ends))
    ]
    products, pairs = study.products()
    whole = np.column_stack([main, products])
    found = fit_effect_surface(whole, effect) if pairs else surface
    links = pd.DataFrame([_link(pair, main.shape[1] + place, found) for place, pair in enumerate(pairs)])
    variance = float(effect.var())
    said = {
        "rows": len(effect),
        "mean": surface.at(np.eye(main.shape[1])[0])[0],
        "held_out_q2": 1.0 - held_out_variance(main, effect) / variance,
        "held_out_q2_with_products": 1.0 - held_out_variance(whole, effect) / variance,
    }
    tables = {"moderation": pd.DataFrame(rows), "moderated_links": links, "moderation_surface": pd.DataFrame([said])}
    return {name: table.assign(output=label) for name, table in tables.items()}


def bound_discoveries(table: pd.DataFrame) -> pd.DataFrame:
    """With the false-discovery ``bound`` of every row (Benjamini and Yekutieli 2001), and whether it is ``told``."""
    bound = stats.false_discovery_control(table["p"], method="by") if len(table) else np.zeros(0)
    return table.assign(bound=bound, told=bound < FALSE_DISCOVERIES)


def _contrast(
    study: Moderation,
    term: Term,
    number: int,
    surface: EffectSurface,
    levels: Columns,
    resampled: tuple[Columns, Columns],
) -> dict[str, Any]:
    """One end of a moderator, or choice, against the first: effects, their difference and ratio."""
    (first, begin), (second, end) = term.ends[0], term.ends[number]
    low, high = study.reading(term, begin), study.reading(term, end)
    (effect_low, _), (effect_high, _) = surface.at(low), surface.at(high)
    difference, error = surface.at(high - low)
    half = float(stats.t.ppf(0.5 + LEVEL / 2.0, surface.freedom)) * error
    effects, of_levels = resampled
    relative = ((effects @ high) / (of_levels @ high)) / ((effects @ low) / (of_levels @ low))
    ratio_low, ratio_high = np.quantile(relative, [0.5 - LEVEL / 2.0, 0.5 + LEVEL / 2.0])
    relative_low, relative_high = effect_low / float(low @ levels), effect_high / float(high @ levels)
    return {
        "moderator": term.factor.name,
        "from_value": first,
        "to_value": second,
        "effect_from": effect_low,
        "effect_to": effect_high,
        "relative_from": relative_low,
        "relative_to": relative_high,
        "difference": difference,
        "low": difference - half,
        "high": difference + half,
        "ratio": relative_high / relative_low,
        "ratio_low": float(ratio_low),
        "ratio_high": float(ratio_high),
        "p": float(2.0 * stats.t.sf(abs(difference) / error, surface.freedom)) if error else 1.0,
        "would_be_seen": _smallest_seen(error, surface.freedom),
        "rank_stability": _rank_stability(study, term, effects),
    }


def _link(pair: tuple[Term, Term], place: int, surface: EffectSurface) -> dict[str, Any]:
    """How a moderator's end changes what a strength's end does: four times the weight of their product, scaled."""
    scale = 2.0 * (HIGH_END - LOW_END)
    row = np.zeros(len(surface.weights))
    row[place] = scale**2
    estimate, error = surface.at(row)
    half = float(stats.t.ppf(0.5 + LEVEL / 2.0, surface.freedom)) * error
    return {
        "strength": pair[0].factor.name,
        "moderator": pair[1].factor.name,
        "link": declared()[pair[0].factor.name].link,
        "estimate": estimate,
        "low": estimate - half,
        "high": estimate + half,
        "p": float(2.0 * stats.t.sf(abs(estimate) / error, surface.freedom)) if error else 1.0,
        "would_be_seen": _smallest_seen(error, surface.freedom),
    }


def _smallest_seen(error: float, freedom: float) -> float:
    """The contrast that would have been seen with probability ``POWER`` at this standard error."""
    return float(stats.t.ppf(0.5 + LEVEL / 2.0, freedom) + stats.t.ppf(POWER, freedom)) * error


def _resampled(main: Columns, effect: Numbers, level: Numbers) -> tuple[Columns, Columns]:
    """Weights of the surfaces of effect and level over rows drawn with replacement, shape (resamples, columns) both."""
    rows: Any = np.arange(len(effect), dtype=np.uint64)
    both = np.column_stack([effect, level])
    found = []
    for number in range(RESAMPLES):
        drawn = (np.asarray(uniform(mix(rows, number), mix(1, number))) * len(effect)).astype(np.int64)
        found.append(np.linalg.lstsq(main[drawn], both[drawn], rcond=None)[0])
    weights = np.array(found)
    return weights[:, :, 0], weights[:, :, 1]


def _rank_stability(study: Moderation, term: Term, effects: Columns) -> float:
    """Share of resamples in which the moderator's rank by size is the same as in most of them."""
    spans = np.column_stack([_span(study, one, effects) for one in study.moderators])
    ranks = np.argsort(np.argsort(-spans, axis=1), axis=1)[:, study.moderators.index(term)]
    return float(np.bincount(ranks).max() / len(ranks))


def _span(study: Moderation, term: Term, effects: Columns) -> Columns:
    """The largest less the smallest effect over a moderator's ends, by resample."""
    readings = np.array([study.reading(term, where) for _, where in term.ends])
    span: Columns = np.ptp(effects @ readings.T, axis=1)
    return span
