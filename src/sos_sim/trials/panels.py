"""Cluster-period values as a panel with what they are regressed on, and regression given how they correlate.

Everything is an array over clusters: a cell that nobody saw has value, regressors and covariances 0 and variance 1,
and so takes no part in anything.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.statistics.intervals import Bools, Floats, Whole
from sos_sim.trials.trial_data import TrialData

Cube = NDArray[np.float64]
_RANK: Final = 1e-9
"""Singular values below this part of the largest are taken for 0."""


class ClusterPeriods(NamedTuple):
    """Clusters by periods, with columns that identify all that the cells can tell.

    ``value`` in its own standard deviation ``unit``, shape (clusters, periods), ``seen`` and ``phase`` alike (0 before
    a cluster has the programme, 1 with it); ``design``, shape (clusters, periods, columns), of full rank; ``contrast``,
    shape (columns,), makes the effect of the columns' coefficients; ``at``, shape (periods,), when periods are.
    """

    value: Floats
    seen: Bools
    design: Cube
    contrast: Floats
    phase: Whole
    at: Whole
    unit: float

    @property
    def clusters(self) -> int:
        """How many clusters there are."""
        return len(self.value)

    @property
    def spare(self) -> int:
        """Cells beyond what the columns take."""
        return int(np.count_nonzero(self.seen)) - int(self.design.shape[2])


class Regressed(NamedTuple):
    """Generalised least squares: residuals, covariance of coefficients for a variance of 1, the effect.

    ``weighted`` is the inverse of each cluster's correlations times its design, ``squares`` the weighted sum of
    squared residuals, ``scale`` the log determinants that restricted likelihood takes.
    """

    residual: Floats
    weighted: Cube
    covariance: Floats
    effect: float
    squares: float
    scale: float


def constant_effect(data: TrialData) -> tuple[Floats, Floats]:
    """One column, 1 with the programme; its coefficient is the effect. Shapes (rows, 1) and (1,)."""
    return data.treated[:, None], np.ones(1)


def effect_after_leads(data: TrialData) -> tuple[Floats, Floats]:
    """One effect, the same in every period with the programme, beside the lead terms of `effect_by_exposure`."""
    leads = np.unique(data.since[data.since < 0])
    columns = np.column_stack((data.treated, data.since[:, None] == leads))
    return columns, np.eye(1 + len(leads))[0]


def effect_by_exposure(data: TrialData) -> tuple[Floats, Floats]:
    """A column for every number of periods since crossing over, with the programme or on the way to it.

    Shapes (rows, terms) and (terms,): the effect is the mean over clusters of the mean over each one's own periods with
    the programme. Columns of rows whose children are followed past the crossing (lead terms) are nuisance.
    """
    terms = np.unique(data.since[data.since != 0])
    columns = (data.since[:, None] == terms).astype(float)
    own = [columns[(data.cluster == one) & (data.treated > 0)] for one in np.unique(data.cluster)]
    weights = [rows.mean(axis=0) for rows in own if len(rows)]
    return columns, np.mean(weights, axis=0) if weights else np.zeros(len(terms))


def panel(data: TrialData, terms: tuple[Floats, Floats]) -> ClusterPeriods | None:
    """Cells with period effects and the ``terms`` of an effect; None where the effect is not identified."""
    clusters, place = np.unique(data.cluster, return_inverse=True)
    at, column = np.unique(data.period, return_inverse=True)
    unit = float(data.value.std())
    identified = _full_rank(np.column_stack((terms[0], np.eye(len(at))[column])), terms[1])
    if identified is None or not unit:
        return None
    columns, contrast = identified
    shape = (len(clusters), len(at))
    value, seen, phase = np.zeros(shape), np.zeros(shape, dtype=bool), np.zeros(shape, dtype=np.int64)
    design = np.zeros((*shape, columns.shape[1]))
    value[place, column], seen[place, column], phase[place, column] = data.value / unit, True, data.treated > 0
    design[place, column] = columns
    made = ClusterPeriods(value, seen, design, contrast, phase, at, unit)
    return made if made.spare > 0 and made.clusters > 2 else None


def _full_rank(columns: Floats, effect: Floats) -> tuple[Floats, Floats] | None:
    """Columns that span the same, orthogonal and of full rank, and the effect in their coefficients.

    None where columns that go together leave the effect open (it is estimable only within the span of the rows).
    """
    contrast = np.concatenate((effect, np.zeros(columns.shape[1] - len(effect))))
    left, sizes, right = np.linalg.svd(columns, full_matrices=False)
    kept = sizes > _RANK * sizes[0]
    inside = right[kept] @ contrast
    if not effect.any() or np.abs(right[kept].T @ inside - contrast).max() > 1e-6 * np.abs(contrast).max():
        return None
    return left[:, kept], inside / sizes[kept]


def correlated(made: ClusterPeriods, correlations: Floats) -> Cube:
    """Correlations of every cluster's cells, shape (clusters, periods, periods), of those between any two periods.

    ``correlations`` has shape (periods, periods) or (clusters, periods, periods).
    """
    both = made.seen[:, :, None] & made.seen[:, None, :]
    unseen = np.eye(made.value.shape[1]) * ~made.seen[:, :, None]
    return np.asarray(np.where(both, correlations, 0.0) + unseen)


def regressed(made: ClusterPeriods, correlations: Cube) -> Regressed:
    """Generalised least squares of a panel whose clusters' cells correlate so. Raises LinAlgError where they cannot."""
    lower = np.linalg.cholesky(correlations)
    weighted = np.linalg.solve(correlations, made.design)
    information = np.einsum("ktp,ktq->pq", made.design, weighted)
    covariance = np.linalg.inv(information)
    coefficients = covariance @ np.einsum("ktp,kt->p", weighted, made.value)
    residual = (made.value - made.design @ coefficients) * made.seen
    squares = float(np.einsum("kt,kt->", residual, np.linalg.solve(correlations, residual[:, :, None])[:, :, 0]))
    scale = 2.0 * float(np.log(np.diagonal(lower, axis1=1, axis2=2)).sum()) + float(np.linalg.slogdet(information)[1])
    return Regressed(
        residual,
        np.asarray(weighted),
        np.asarray(covariance, dtype=np.float64),
        float(made.contrast @ coefficients),
        squares,
        scale,
    )
