"""Analyses of clusters' summaries, and of children: from a cluster-period table to an estimate."""

from __future__ import annotations

import numpy as np
from statsmodels.regression.linear_model import OLS, WLS

from sos_sim.statistics.intervals import Bools, Floats
from sos_sim.trials.correlations import sampling_variance
from sos_sim.trials.trial_data import UNKNOWN, Estimate, TrialData


def _followed(data: TrialData) -> Bools:
    """Rows after the baseline, in periods in which somebody has the programme."""
    return ~data.baseline & np.isin(data.period, data.period[data.treated > 0])


def _pooled(data: TrialData, rows: Bools) -> Floats:
    """Share or rate of every cluster over the given rows, shape (clusters,); NaN where it has none."""
    clusters = int(data.cluster.max()) + 1
    count = np.bincount(data.cluster[rows], data.count[rows], clusters)
    return np.asarray(count / np.bincount(data.cluster[rows], data.size[rows], clusters))


def _arms(data: TrialData) -> Floats:
    """Arm of every cluster, shape (clusters,)."""
    arm = np.zeros(int(data.cluster.max()) + 1)
    arm[data.cluster] = data.arm
    return arm


def _regressed(response: Floats, *covariates: Floats) -> Estimate:
    """First coefficient of ordinary least squares over clusters with all values; t with residual degrees."""
    table = np.column_stack((response, *covariates))
    table = table[np.isfinite(table).all(axis=1)]
    columns = table.shape[1] - 1
    if len(table) <= columns or np.linalg.matrix_rank(table[:, 1:]) < columns:
        return UNKNOWN
    fitted = OLS(table[:, 0], table[:, 1:]).fit()
    return Estimate(float(fitted.params[0]), float(fitted.bse[0]), float(fitted.df_resid))


def cluster_summary(data: TrialData) -> Estimate:
    """t-test of clusters' values over the follow-up."""
    arm = _arms(data)
    return _regressed(_pooled(data, _followed(data)), arm, np.ones_like(arm))


def cluster_summary_adjusted(data: TrialData) -> Estimate:
    """The same, adjusted for the baseline (analysis of covariance)."""
    arm = _arms(data)
    return _regressed(_pooled(data, _followed(data)), arm, np.ones_like(arm), _pooled(data, data.baseline))


def difference_in_differences(data: TrialData) -> Estimate:
    """t-test of clusters' changes from baseline to follow-up."""
    arm = _arms(data)
    change = _pooled(data, _followed(data)) - _pooled(data, data.baseline)
    return _regressed(change, arm, np.ones_like(arm))


def before_after(data: TrialData) -> Estimate:
    """Paired t-test of treated clusters' values with the programme less before it."""
    after, before = data.treated > 0, (data.treated == 0) & (data.arm == 1)
    change = _pooled(data, after) - _pooled(data, before)
    return _regressed(change, np.ones_like(change))


def children_alone(data: TrialData) -> Estimate:
    """z-test as if children were independent."""
    arms = [_followed(data) & (data.arm == arm) for arm in (1, 0)]
    count, size = (np.array([numbers[rows].sum() for rows in arms]) for numbers in (data.count, data.size))
    treated, control = count / size
    return Estimate(float(treated - control), float(sampling_variance(count, size).sum()) ** 0.5, float("inf"))


def children_clustered(data: TrialData) -> Estimate:
    """Clusters' values weighted by their children are children's values; HC3 of them is Mancl and DeRouen's error."""
    arm, value, rows = _arms(data), _pooled(data, _followed(data)), _followed(data)
    size = np.bincount(data.cluster[rows], data.size[rows], len(arm))
    seen = size > 0
    if min(np.count_nonzero(arm[seen]), np.count_nonzero(arm[seen] == 0)) < 2:
        return UNKNOWN
    design = np.column_stack((arm, np.ones_like(arm)))[seen]
    fitted = WLS(value[seen], design, weights=size[seen]).fit(cov_type="HC3")
    return Estimate(float(fitted.params[0]), float(fitted.bse[0]), float(fitted.df_resid))
