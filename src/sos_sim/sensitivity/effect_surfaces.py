"""Surfaces of an effect over what varies in a study, fitted by least squares.

Every row of the sample has luck of its own, and effects are paired within the row. A surface with main effects of all
factors is fitted to the effect with a covariance that allows unequal variances (HC3, MacKinnon and White 1985);
since the effect is itself a difference between programme and usual practice, the slope of a moderator *is* its
interaction with the programme. A second surface adds every product of a programme strength and a moderator.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sos_sim.files.factors import Factor, Shares
from sos_sim.sensitivity.estimators import Numbers
from sos_sim.theory.parameters import strengths

LOW_END: Final = 0.1
HIGH_END: Final = 0.9
"""The ends at which a moderator is read: its 10th and 90th centiles."""
FOLDS: Final = 5
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
        return [(f"{float(low):.3g}", LOW_END), (f"{float(high):.3g}", HIGH_END)]

    @property
    def width(self) -> int:
        """How many columns it has."""
        return max(1, len(self.factor.categories) - 1)

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
    return 2 * (main_width(terms) + len(pairs_of(terms)))


def main_width(terms: Sequence[Term]) -> int:
    """Columns of a surface of main effects, its constant with them."""
    return 1 + sum(term.width for term in terms)


def pairs_of(terms: Sequence[Term]) -> list[tuple[Term, Term]]:
    """Every programme strength with every numeric moderator: whose products a surface may have."""
    numeric = [term for term in terms if not term.factor.categories]
    moderators = [term for term in numeric if not term.is_strength]
    return [(strength, moderator) for strength in numeric if strength.is_strength for moderator in moderators]


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
        begin = main_width(self.terms[: term.place])
        return slice(begin, begin + term.width)

    def reading(self, term: Term, where: float) -> Columns:
        """The row of ``main`` with one term at a place and all else at its mean."""
        row = np.zeros(main_width(self.terms))
        row[0] = 1.0
        row[self.places(term)] = term.columns(np.array([where]))[0]
        return row

    def products(self) -> tuple[Columns, list[tuple[Term, Term]]]:
        """Products of every programme strength and numeric moderator, and which they are."""
        pairs = pairs_of(self.terms)
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
