"""How alike children of one authority are, and an authority is from one period to the next.

What a trial's design must assume, read from cluster-period counts under usual practice. Counts are of
children (shares: no count exceeds its size) or of events in child-years (rates: counts do).
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from sos_sim.statistics.intervals import LEVEL, Floats


def are_shares(count: Floats, size: Floats) -> bool:
    """Whether counts are of children among ``size`` children: a count then never exceeds its size.

    Sizes of rates are child-years / 10,000, of which there are far fewer than events.
    """
    return bool(np.all(count <= size))


def sampling_variance(count: Floats, size: Floats) -> Floats:
    """Variance of count / size by chance alone, same shape; NaN where too few children tell it.

    Unbiased for the variance given the cluster's own risk or rate: p (1 - p) / (n - 1) of a share of
    n children, which needs two, and count / size² of a Poisson rate.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if not are_shares(count, size):
            return np.asarray(np.where(size > 0, count / size**2, np.nan))
        value = count / size
        return np.asarray(np.where(size > 1, value * (1.0 - value) / (size - 1.0), np.nan))


def intracluster(count: Floats, size: Floats) -> tuple[float, float, float]:
    """Intracluster correlation of a share with its 95 % interval, from counts and sizes (clusters, periods).

    The analysis-of-variance estimator of every period (Donner and Klar 2000, Design and Analysis of
    Cluster Randomization Trials; Ridout, Demetrio and Firth 1999, Biometrics 55:137), averaged over
    periods. It may be negative. The interval is Searle's from the F ratio (Searle 1971, Linear Models;
    Ukoumunne 2002, Statistics in Medicine 21:3757 compares it with others for cluster trials), its limits
    averaged over periods: it contains what the sampling of clusters and of children leaves open about one
    period, and is wider than needed where an authority changes between periods.

    NaN for rates, whose events have no individual to be alike (`between_variation` serves there), and with
    fewer than two clusters.
    """
    if not are_shares(count, size):
        return float("nan"), float("nan"), float("nan")
    found = np.array([_one_period(count[:, period], size[:, period]) for period in range(count.shape[1])])
    told = found[np.isfinite(found).all(axis=1)]
    if not len(told):
        return float("nan"), float("nan"), float("nan")
    estimate, low, high = told.mean(axis=0)
    return float(estimate), float(low), float(high)


def _one_period(count: Floats, size: Floats) -> tuple[float, float, float]:
    """ICC and Searle's interval of one period, arrays (clusters,)."""
    count, size = count[size > 0], size[size > 0]
    clusters, children = len(size), size.sum()
    if clusters < 2 or children <= clusters:
        return float("nan"), float("nan"), float("nan")
    value = count / size
    between = float((size * (value - count.sum() / children) ** 2).sum()) / (clusters - 1)
    within = float((size * value * (1.0 - value)).sum()) / (children - clusters)
    if not within:
        return float("nan"), float("nan"), float("nan")
    typical = float(children - (size**2).sum() / children) / (clusters - 1)
    ratio = between / within
    luck = stats.f(clusters - 1, children - clusters)
    low, high = (ratio / float(luck.ppf(0.5 + half)) for half in (LEVEL / 2, -LEVEL / 2))
    return _of_ratio(ratio, typical), _of_ratio(low, typical), _of_ratio(high, typical)


def _of_ratio(ratio: float, size: float) -> float:
    """Intracluster correlation that a ratio of mean squares implies for clusters of ``size``."""
    return (ratio - 1.0) / (ratio - 1.0 + size)


def between_variation(count: Floats, size: Floats) -> float:
    """Between-cluster coefficient of variation k of true shares or rates; counts and sizes (clusters, periods).

    The variance of the clusters' values within a period, less what sampling adds, over periods, divided by
    the squared mean (Hayes and Bennett 1999, International Journal of Epidemiology 28:319). 0 where clusters
    differ by less than chance; NaN with fewer than two clusters or without an event.
    """
    value, noise = _values(count, size)
    centre = _mean(_column_means(value))
    return float(np.maximum(0.0, _between(value, noise)) ** 0.5) / centre if centre > 0 else float("nan")


def cluster_autocorrelation(count: Floats, size: Floats) -> float:
    """Correlation of clusters' true values one period apart; counts and sizes (clusters, periods).

    The cluster autocorrelation of Hooper, Teerenstra, de Hoop and Eldridge 2016 (Statistics in Medicine
    35:4718), by moments: covariance of neighbouring periods' values over the variance of values less what
    sampling adds, each averaged over periods. Periods are taken to share no child, so that
    sampling does not make them covary. Held within -1 and 1; NaN where clusters differ by no more than chance.
    """
    value, noise = _values(count, size)
    between = _between(value, noise)
    shared = _mean(np.array([_covariance(value[:, at], value[:, at + 1]) for at in range(value.shape[1] - 1)]))
    return float(np.clip(shared / between, -1.0, 1.0)) if between > 0 else float("nan")


def _values(count: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Values and their sampling variance, NaN where that cannot be told."""
    noise = sampling_variance(count, size)
    value = np.full(count.shape, np.nan)
    np.divide(count, size, out=value, where=np.isfinite(noise))
    return value, noise


def _between(value: Floats, noise: Floats) -> float:
    """Variance of clusters' true values within a period, averaged over periods; below 0 where chance exceeds it."""
    return _mean(np.array([_covariance(column, column) for column in value.T]) - _column_means(noise))


def _column_means(value: Floats) -> Floats:
    return np.array([_mean(column) for column in value.T])


def _covariance(left: Floats, right: Floats) -> float:
    """Sample covariance over the clusters that have both; NaN with fewer than two."""
    both = np.isfinite(left) & np.isfinite(right)
    return float(np.cov(left[both], right[both])[0, 1]) if both.sum() > 1 else float("nan")


def _mean(values: Floats) -> float:
    """Mean of what is known; NaN of nothing."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
