"""Textbook precision and power of cluster trials, to hold beside the simulated ones.

An ``*_error`` function gives the standard error of the estimated difference under a design; `power`
takes it from there. Shares are on their own scale (0.05, not 5 %), ``size`` is
children in a cluster and period, ``icc`` the intracluster correlation within a period, ``cac`` the cluster
autocorrelation: that of a cluster's effects in two periods.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import stats

from sos_sim.statistics.intervals import Floats

ALPHA: Final = 0.05
POWER: Final = 0.8


def design_effect(size: float, icc: float) -> float:
    """How many times more children a cluster trial needs than one of individuals: 1 + (m - 1) icc.

    Donner and Klar 2000, Design and Analysis of Cluster Randomization Trials, chapter 5.
    """
    return 1.0 + (size - 1.0) * icc


def parallel_error(clusters_per_arm: float, size: float, p: float, icc: float) -> float:
    """Standard error of a difference in shares between two arms, follow-up alone (Donner and Klar 2000)."""
    variance = 2.0 * p * (1.0 - p) * design_effect(size, icc) / (clusters_per_arm * size)
    return float(variance**0.5)


def with_baseline(error: float, correlation: float) -> float:
    """Standard error once the clusters' baseline is adjusted for: variance times 1 - r² (Teerenstra et al. 2012)."""
    return float(error * (1.0 - correlation**2) ** 0.5)


def stepped_wedge_error(
    allocation: Floats, size: float, p: float, icc: float, cac: float = 1.0, *, decays: bool = False
) -> float:
    """Standard error of the programme's effect by generalised least squares with period effects.

    ``allocation``, shape (clusters, periods), holds 1 with the programme, 0 without, NaN for a period
    without data (roll-in); any design over periods can be written so. Hussey and Hughes 2007,
    Contemporary Clinical Trials 28:182, with ``cac`` 1; otherwise clusters' effects correlate ``cac``
    between any two periods (Hemming, Lilford and Girling 2015, Statistics in Medicine 34:181; Hooper et
    al. 2016) or, if it ``decays``, cac to the power of their distance (Kasza, Hemming, Hooper, Matthews
    and Forbes 2019, Statistical Methods in Medical Research 28:703).

    Infinite where the effect is not identified.
    """
    information = _information(allocation, _covariance(allocation.shape[1], size, p, icc, cac, decays=decays))
    periods = np.flatnonzero(np.isfinite(allocation).any(axis=0)) + 1
    used = np.concatenate(([0], periods))
    information = information[np.ix_(used, used)]
    if np.linalg.matrix_rank(information, hermitian=True) < len(used):
        return float("inf")
    return float(np.linalg.inv(information)[0, 0] ** 0.5)


def _covariance(periods: int, size: float, p: float, icc: float, cac: float, *, decays: bool) -> Floats:
    """Covariance of one cluster's observed shares, shape (periods, periods)."""
    at = np.arange(periods)
    apart = np.abs(at[:, None] - at)
    shared = cac ** (apart if decays else np.minimum(apart, 1))
    return np.asarray(p * (1.0 - p) * (icc * shared + np.eye(periods) * (1.0 - icc) / size))


def _information(allocation: Floats, covariance: Floats) -> Floats:
    """Information on (effect, period 0, period 1, …) that all clusters bring together."""
    periods = allocation.shape[1]
    total = np.zeros((periods + 1, periods + 1))
    for cluster in allocation:
        seen = np.isfinite(cluster)
        design = np.column_stack((cluster, np.eye(periods)))[seen]
        total += design.T @ np.linalg.solve(covariance[np.ix_(seen, seen)], design)
    return total


def power(difference: float, error: float, degrees: float = float("inf"), alpha: float = ALPHA) -> float:
    """Probability that a two-sided t-test with ``degrees`` finds a true ``difference``.

    Infinite degrees give the normal test, which is too hopeful with few clusters. The square of a
    noncentral t is a noncentral F, which SciPy computes over a wider range. With an infinite error it is ``alpha``.
    """
    if difference == 0.0 or np.isinf(error):
        return alpha
    critical, away = float(stats.t.ppf(1.0 - alpha / 2.0, degrees)), abs(difference) / error
    if np.isinf(degrees):
        return float(stats.norm.sf(critical - away) + stats.norm.cdf(-critical - away))
    return float(stats.ncf.sf(critical**2, 1.0, degrees, away**2))
