"""How cells of a cluster correlate, by restricted likelihood, and errors that hold when they do not correlate so.

Three forms of correlation between a cluster's periods: alike for good (a random intercept; on cluster-period means this
*is* the nested exchangeable model of Hooper et al. 2016, Statistics in Medicine 35:4718, because what differs from
period to period alone cannot be told from chance), alike within a phase, and less alike the further apart (Kasza et al.
2019, Statistical Methods in Medical Research 28:703, with a lasting part and chance of each cell).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np
from scipy import optimize

from sos_sim.statistics.intervals import Floats
from sos_sim.trials.panels import ClusterPeriods, Cube, Regressed, correlated, regressed

_LARGEST: Final = 0.9999
_NEGLIGIBLE: Final = 1e-9
_IMPOSSIBLE: Final = 1e10


class CorrelationForm(NamedTuple):
    """Where its shares, all from 0 to 1, are looked for from, and what correlations they make of a panel."""

    starts: tuple[tuple[float, ...], ...]
    correlations: Callable[[ClusterPeriods, Floats], Floats]


def _intercept(made: ClusterPeriods, shares: Floats) -> Floats:
    return np.asarray(shares[0] + (1.0 - shares[0]) * np.eye(len(made.at)))


def _by_phase(made: ClusterPeriods, shares: Floats) -> Floats:
    """Shares: of the variance that is not chance of a cell; of that, what lasts over both phases."""
    together = made.phase[:, :, None] == made.phase[:, None, :]
    alike = shares[0] * (shares[1] + (1.0 - shares[1]) * together)
    return np.asarray(alike + (1.0 - shares[0]) * np.eye(len(made.at)))


def _decaying(made: ClusterPeriods, shares: Floats) -> Floats:
    """Shares: of the variance that is not chance of a cell; of that, what lasts; and the correlation of the rest one
    period apart."""
    apart = np.abs(made.at[:, None] - made.at)
    alike = shares[0] * (shares[1] + (1.0 - shares[1]) * shares[2] ** apart)
    return np.asarray(alike + (1.0 - shares[0]) * np.eye(len(made.at)))


FORMS: Final[Mapping[str, CorrelationForm]] = {
    "intercept": CorrelationForm(((0.5,),), _intercept),
    "phase": CorrelationForm(((0.7, 0.5),), _by_phase),
    "decay": CorrelationForm(((0.8, 0.5, 0.5),), _decaying),
}


class Fitted(NamedTuple):
    """A regression, the correlations it was made with, and the variance of a cell."""

    regressed: Regressed
    correlations: Cube
    variance: float


def fitted_form(made: ClusterPeriods, form: str) -> Fitted | None:
    """The form's shares by restricted likelihood, the variance profiled out; None where none is found."""
    made_by = FORMS[form]

    def deviance(shares: Floats) -> float:
        try:
            found = regressed(made, correlated(made, made_by.correlations(made, shares)))
        except np.linalg.LinAlgError:
            return _IMPOSSIBLE
        if found.squares <= 0.0 or not np.isfinite(found.scale):
            return _IMPOSSIBLE
        return made.spare * float(np.log(found.squares)) + found.scale

    bounds = [(0.0, _LARGEST)] * len(made_by.starts[0])
    tried = [
        optimize.minimize(deviance, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-7})
        for start in made_by.starts
    ]
    best = min(tried, key=lambda one: float(one.fun))
    if not np.isfinite(best.fun) or best.fun >= _IMPOSSIBLE:
        return None
    correlations = correlated(made, made_by.correlations(made, best.x))
    found = regressed(made, correlations)
    return Fitted(found, correlations, found.squares / made.spare)


def model_error(made: ClusterPeriods, fitted: Fitted) -> float:
    """Standard error of the effect if cells correlate as the form says, in units of the panel's values."""
    variance = made.contrast @ fitted.regressed.covariance @ made.contrast * fitted.variance
    return float(variance**0.5)


def robust_error(made: ClusterPeriods, fitted: Fitted) -> tuple[float, float]:
    """Bias-reduced linearisation (CR2): the standard error of the effect, and its degrees by Satterthwaite.

    Bell and McCaffrey 2002, Survey Methodology 28:169; Pustejovsky and Tipton 2018, Journal of Business and Economic
    Statistics 36:672. The form's correlations are the working model, under which the squared error is without
    bias; where clusters' cells correlate otherwise, it holds approximately.
    """
    found = fitted.regressed
    direction = found.covariance @ made.contrast
    adjusted = np.einsum("kts,ks->kt", _adjustments(made, fitted), found.weighted @ direction)
    squares = (adjusted * found.residual).sum(axis=1) ** 2
    reach = np.einsum("ktp,kt->kp", made.design, adjusted)
    own = np.einsum("kt,kts,ks->k", adjusted, fitted.correlations, adjusted)
    together = np.diag(own) - reach @ found.covariance @ reach.T
    degrees = float(np.trace(together) ** 2 / (together**2).sum())
    return float(squares.sum() ** 0.5), degrees


def _adjustments(made: ClusterPeriods, fitted: Fitted) -> Cube:
    """Transposed adjustment matrices of every cluster, shape (clusters, periods, periods)."""
    upper = np.linalg.cholesky(fitted.correlations).transpose(0, 2, 1)
    hat = np.einsum("ktp,pq,ksq->kts", made.design, fitted.regressed.covariance, made.design)
    inner = upper @ (fitted.correlations - hat) @ upper.transpose(0, 2, 1)
    sizes, vectors = np.linalg.eigh(inner)
    largest = sizes.max(axis=1, keepdims=True)
    shrunk = np.where(sizes > _NEGLIGIBLE * largest, np.maximum(sizes, _NEGLIGIBLE * largest) ** -0.5, 0.0)
    root = np.einsum("kte,ke,kse->kts", vectors, shrunk, vectors)
    return np.asarray(upper.transpose(0, 2, 1) @ root @ upper)
