"""Emulators: what a trial would say about every figure, from its scores alone, and how well that is known.

A ridge regression for each figure, on scores, their squares and the products of the most influential ones
(polynomial response surface; penalty by generalised cross-validation, ``sklearn.linear_model.RidgeCV``). It is
fitted to the logarithm of the simulated value plus its tolerance, in which rates that multiply are additive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sos_sim.core.errors import ModelError

Floats = NDArray[np.float64]

_PENALTIES = tuple(float(penalty) for penalty in np.logspace(0, 4, 17))
_FOLDS = 5
_MOST_PRODUCTS_OF = 24
_TRIALS_A_TERM = 2.5


@dataclass(frozen=True)
class FigureEmulator:
    """Predicts transformed figures at points of scores.

    ``error``: root mean square of held-out errors, shape (figures,); ``held_out``: the held-out prediction
    for every trial it was fitted to, shape (trials, figures); ``q2``: share of variance predicted, held out.
    """

    terms: Terms
    fitted: Any
    held_out: Floats
    error: Floats
    q2: Floats

    def predict(self, inputs: Floats) -> Floats:
        """Transformed figures, shape (points, figures), at inputs of shape (points, inputs)."""
        return np.asarray(self.terms.at(inputs) @ self.fitted.coef_.T + self.fitted.intercept_)

    def slopes(self, inputs: Floats) -> Floats:
        """Derivatives of the figures at one point, shape (figures, inputs)."""
        return self.terms.slopes(self.fitted.coef_, inputs)


@dataclass(frozen=True)
class Terms:
    """Which terms a surface has: all inputs, squares of ``curved``, products of the pairs ``first`` and ``second``."""

    curved: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]

    def at(self, inputs: Floats) -> Floats:
        """Values of the terms, shape (points, terms)."""
        squares = inputs[:, self.curved] ** 2 - 1.0
        return np.hstack([inputs, squares, inputs[:, self.first] * inputs[:, self.second]])

    def slopes(self, coefficients: Floats, point: Floats) -> Floats:
        """Derivatives by the inputs at one point, shape (figures, inputs), of sums of terms, (figures, terms)."""
        width, curved = len(point), len(self.curved)
        straight, squares, products = np.split(coefficients, [width, width + curved], axis=1)
        slopes = straight.T.copy()
        slopes[self.curved] += 2.0 * (squares * point[self.curved]).T
        np.add.at(slopes, self.first, (products * point[self.second]).T)
        np.add.at(slopes, self.second, (products * point[self.first]).T)
        return slopes.T


def fit_figure_emulator(inputs: Floats, figures: Floats) -> FigureEmulator:
    """Fit to trials: ``inputs`` (trials, inputs), ``figures`` (trials, figures), transformed and all finite.

    Held-out predictions come from five folds of neighbouring trials, terms being chosen anew in each. Raises
    ModelError when there are too few trials to hold any out.
    """
    if len(inputs) < 4 * _FOLDS:
        raise ModelError(f"{len(inputs)} trials succeeded; an emulator needs at least {4 * _FOLDS}.")
    held_out = np.empty_like(figures)
    for fold in np.array_split(np.arange(len(inputs)), _FOLDS):
        rest = np.setdiff1d(np.arange(len(inputs)), fold)
        terms, fitted = _fit(inputs[rest], figures[rest])
        held_out[fold] = terms.at(inputs[fold]) @ fitted.coef_.T + fitted.intercept_
    squared = ((held_out - figures) ** 2).mean(axis=0)
    spread = np.maximum(figures.var(axis=0), np.finfo(float).tiny)
    return FigureEmulator(*_fit(inputs, figures), held_out, np.sqrt(squared), 1.0 - squared / spread)


def _fit(inputs: Floats, figures: Floats) -> tuple[Terms, Any]:
    terms = _influential_terms(inputs, figures)
    return terms, _ridge(terms.at(inputs), figures)


def _influential_terms(inputs: Floats, figures: Floats) -> Terms:
    """Squares and products of the inputs with the largest linear slopes, as many as the trials can tell apart."""
    slopes = _ridge(inputs, figures).coef_
    influence = ((slopes / np.maximum(figures.std(axis=0), 1e-12)[:, None]) ** 2).sum(axis=0)
    room = max(0.0, len(inputs) / _TRIALS_A_TERM - inputs.shape[1])
    chosen = min(_MOST_PRODUCTS_OF, inputs.shape[1], int(np.sqrt(2.0 * room)))
    strongest = np.sort(np.argsort(-influence, kind="stable")[:chosen])
    first, second = np.triu_indices(len(strongest), 1)
    return Terms(strongest, strongest[first], strongest[second])


def _ridge(terms: Floats, figures: Floats) -> Any:
    from sklearn.linear_model import RidgeCV

    fitted = RidgeCV(_PENALTIES, alpha_per_target=True).fit(terms, figures)
    fitted.coef_ = fitted.coef_.reshape(figures.shape[1], terms.shape[1])  # a single figure comes back flat
    return fitted
