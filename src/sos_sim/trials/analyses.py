"""How trialists analyse cluster trials: one function a method, each from a cluster-period table to a finding."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

import numpy as np
from scipy import optimize, stats
from statsmodels.genmod.cov_struct import Exchangeable, Independence
from statsmodels.genmod.generalized_estimating_equations import GEE
from statsmodels.regression.linear_model import OLS, WLS
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.tools.sm_exceptions import ConvergenceWarning, IterationLimitWarning

from sos_sim.core.errors import InputError, did_you_mean
from sos_sim.statistics.intervals import LEVEL, Floats, Whole
from sos_sim.trials.correlations import sampling_variance
from sos_sim.trials.trial_data import Bools, Finding, TrialData

NOTHING: Final = Finding(*[float("nan")] * 6)
_NEGLIGIBLE: Final = 1e-10
_LARGEST_SHARE: Final = 0.9999


class Estimate(NamedTuple):
    """A difference, its standard error, and the degrees of its t distribution (infinite for a normal)."""

    difference: float
    error: float
    degrees: float


_UNKNOWN: Final = Estimate(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Analysis:
    """A method: what it is, where it comes from, the designs it fits, and how it is computed.

    ``corrected`` says whether it is expected to hold its nominal error rate with few clusters.
    """

    description: str
    source: str
    designs: tuple[str, ...]
    corrected: bool
    estimate: Callable[[TrialData], Estimate]


def analyse_trial(name: str, data: TrialData) -> Finding:
    """What the analysis called ``name`` finds; NaN throughout where it cannot be made (too few clusters,
    no variation, not identified, not converged). Rows without children are left out.

    Raises InputError for a name that is not in ``ANALYSES``.
    """
    if name not in ANALYSES:
        raise InputError(f"no analysis is called {name!r}.{did_you_mean(name, ANALYSES)}")
    counted = _with_children(data)
    if not len(counted.value) or not np.isfinite(counted.value).all():
        return NOTHING
    with np.errstate(all="ignore"), warnings.catch_warnings():
        for known in (ConvergenceWarning, IterationLimitWarning):
            warnings.simplefilter("ignore", known)
        try:
            return _judged(ANALYSES[name].estimate(counted), float(np.abs(counted.value).max()))
        except (np.linalg.LinAlgError, ZeroDivisionError):
            return NOTHING


def _judged(found: Estimate, largest: float) -> Finding:
    """Two-sided test and 95 % interval; nothing where the error is none but for rounding."""
    if not (np.isfinite(found.difference) and found.error > _NEGLIGIBLE * largest and found.degrees > 0):
        return NOTHING
    half = float(stats.t.ppf(0.5 + LEVEL / 2, found.degrees)) * found.error
    p = 2.0 * float(stats.t.sf(abs(found.difference) / found.error, found.degrees))
    return Finding(*found, p, found.difference - half, found.difference + half)


def _with_children(data: TrialData) -> TrialData:
    kept = data.size > 0
    return TrialData(
        data.cluster[kept],
        data.period[kept],
        data.treated[kept],
        data.count[kept],
        data.size[kept],
        data.arm[kept],
        data.baseline[kept],
    )


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
        return _UNKNOWN
    fitted = OLS(table[:, 0], table[:, 1:]).fit()
    return Estimate(float(fitted.params[0]), float(fitted.bse[0]), float(fitted.df_resid))


def _cluster_summary(data: TrialData) -> Estimate:
    arm = _arms(data)
    return _regressed(_pooled(data, _followed(data)), arm, np.ones_like(arm))


def _cluster_summary_adjusted(data: TrialData) -> Estimate:
    arm = _arms(data)
    return _regressed(_pooled(data, _followed(data)), arm, np.ones_like(arm), _pooled(data, data.baseline))


def _difference_in_differences(data: TrialData) -> Estimate:
    arm = _arms(data)
    change = _pooled(data, _followed(data)) - _pooled(data, data.baseline)
    return _regressed(change, arm, np.ones_like(arm))


def _before_after(data: TrialData) -> Estimate:
    after, before = data.treated > 0, (data.treated == 0) & (data.arm == 1)
    change = _pooled(data, after) - _pooled(data, before)
    return _regressed(change, np.ones_like(change))


def _children_alone(data: TrialData) -> Estimate:
    arms = [_followed(data) & (data.arm == arm) for arm in (1, 0)]
    count, size = (np.array([numbers[rows].sum() for rows in arms]) for numbers in (data.count, data.size))
    treated, control = count / size
    return Estimate(float(treated - control), float(sampling_variance(count, size).sum()) ** 0.5, float("inf"))


def _children_clustered(data: TrialData) -> Estimate:
    """Clusters' values weighted by their children are children's values; HC3 of them is Mancl and DeRouen's error."""
    arm, value, rows = _arms(data), _pooled(data, _followed(data)), _followed(data)
    size = np.bincount(data.cluster[rows], data.size[rows], len(arm))
    seen = size > 0
    if min(np.count_nonzero(arm[seen]), np.count_nonzero(arm[seen] == 0)) < 2:
        return _UNKNOWN
    design = np.column_stack((arm, np.ones_like(arm)))[seen]
    fitted = WLS(value[seen], design, weights=size[seen]).fit(cov_type="HC3")
    return Estimate(float(fitted.params[0]), float(fitted.bse[0]), float(fitted.df_resid))


class _Panel(NamedTuple):
    """Cluster-period values in their own standard deviation, and what they are regressed on."""

    value: Floats
    design: Floats
    cluster: Whole
    unit: float
    degrees: float


def _panel(data: TrialData) -> _Panel | None:
    """Treated first, then one column a period; None where the effect is not identified."""
    _, period = np.unique(data.period, return_inverse=True)
    design = np.column_stack((data.treated, np.eye(int(period.max()) + 1)[period]))
    rows, columns = design.shape
    unit = float(data.value.std())
    degrees = data.clusters - 2.0
    if degrees < 1 or rows <= columns or not unit or np.linalg.matrix_rank(design) < columns:
        return None
    return _Panel(data.value / unit, design, data.cluster, unit, degrees)


def _mixed(data: TrialData, *, normal: bool) -> Estimate:
    """Variance components by restricted likelihood; effect and error by generalised least squares given them.

    The library's own fit takes the error from the observed information, which is wrong where the variance
    between clusters is estimated as nothing, as it often is in trials without effect.
    """
    panel = _panel(data)
    if panel is None or len(panel.value) == data.clusters:
        return _UNKNOWN
    model = MixedLM(panel.value, panel.design, groups=panel.cluster)
    model.cov_pen = None  # the library sets it in `fit` alone, but reads it for the likelihood
    best = optimize.minimize_scalar(
        lambda share: -model.loglike(np.array([(share / (1.0 - share)) ** 0.5])),
        bounds=(0.0, _LARGEST_SHARE),
        method="bounded",
        options={"xatol": 1e-3},
    )
    if not (best.success and np.isfinite(best.fun)):
        return _UNKNOWN
    fitted = OLS(*_without_correlation(panel, float(best.x / (1.0 - best.x)))).fit()
    degrees = float("inf") if normal else panel.degrees
    return Estimate(float(fitted.params[0]) * panel.unit, float(fitted.bse[0]) * panel.unit, degrees)


def _without_correlation(panel: _Panel, ratio: float) -> tuple[Floats, Floats]:
    """Values and design less a share of their cluster's mean, so that rows of a cluster no longer correlate.

    ``ratio`` is the variance between clusters over that of rows (Fuller and Battese 1973, Journal of the
    American Statistical Association 68:626).
    """
    _, cluster, rows = np.unique(panel.cluster, return_inverse=True, return_counts=True)
    table = np.column_stack((panel.value, panel.design))
    sums = np.array([np.bincount(cluster, column) for column in table.T]).T
    share = 1.0 - 1.0 / np.sqrt(1.0 + rows * ratio)
    table = table - (share / rows)[cluster, None] * sums[cluster]
    return table[:, 0], table[:, 1:]


def _gee(data: TrialData, *, corrected: bool) -> Estimate:
    panel = _panel(data)
    if panel is None:
        return _UNKNOWN
    working = Exchangeable() if len(panel.value) > data.clusters else Independence()
    start = np.linalg.lstsq(panel.design, panel.value)[0]
    fitted = GEE(panel.value, panel.design, groups=panel.cluster, cov_struct=working).fit(
        cov_type="bias_reduced" if corrected else "robust", start_params=start
    )
    if fitted is None or not fitted.converged:
        return _UNKNOWN
    degrees = panel.degrees if corrected else float("inf")
    return Estimate(float(fitted.params[0]) * panel.unit, float(fitted.bse[0]) * panel.unit, degrees)


_WITH_BASELINE: Final = ("parallel_baseline", "before_after")
_OVER_PERIODS: Final = ("parallel", *_WITH_BASELINE, "stepped_wedge")
_INSIDE: Final = ("families", "workers")
_SIDE_BY_SIDE: Final = ("parallel", *_WITH_BASELINE, *_INSIDE)

ANALYSES: Final[Mapping[str, Analysis]] = {
    "cluster_summary": Analysis(
        "Unweighted t-test of clusters' values over the follow-up, degrees clusters - 2.",
        "Hayes and Moulton 2017, Cluster Randomised Trials, 2nd ed., chapter 10",
        _SIDE_BY_SIDE,
        True,
        _cluster_summary,
    ),
    "cluster_summary_adjusted": Analysis(
        "Regression of clusters' follow-up values on arm and baseline value, degrees clusters - 3.",
        "Teerenstra et al. 2012, Statistics in Medicine 31:2169; Hayes and Moulton 2017, chapter 10",
        _WITH_BASELINE,
        True,
        _cluster_summary_adjusted,
    ),
    "difference_in_differences": Analysis(
        "t-test of clusters' changes from baseline to follow-up, degrees clusters - 2.",
        "Donald and Lang 2007, Review of Economics and Statistics 89:221 (two-step estimator)",
        _WITH_BASELINE,
        True,
        _difference_in_differences,
    ),
    "mixed_model": Analysis(
        "Mixed model of cluster-period values, unweighted: period effects, programme, random cluster intercept, "
        "restricted likelihood; t with clusters - 2 degrees, because Kenward and Roger's correction is not "
        "available in statsmodels: cautious where the programme starts within clusters. Correlation that decays "
        "over periods is not in it.",
        "Hussey and Hughes 2007, Contemporary Clinical Trials 28:182; degrees as between clusters, "
        "Li and Redden 2015, BMC Medical Research Methodology 15:38",
        _OVER_PERIODS,
        True,
        partial(_mixed, normal=False),
    ),
    "mixed_model_normal": Analysis(
        "The same mixed model, tested against the normal distribution, as software does unless told otherwise.",
        "Hussey and Hughes 2007, Contemporary Clinical Trials 28:182",
        _OVER_PERIODS,
        False,
        partial(_mixed, normal=True),
    ),
    "gee_corrected": Analysis(
        "Generalised estimating equations of cluster-period values, unweighted: period effects, programme, "
        "exchangeable periods of a cluster, bias-corrected sandwich errors, t with clusters - 2 degrees.",
        "Mancl and DeRouen 2001, Biometrics 57:126",
        _OVER_PERIODS,
        True,
        partial(_gee, corrected=True),
    ),
    "gee_sandwich": Analysis(
        "The same estimating equations with the plain sandwich error and a normal test: too bold with few clusters.",
        "Liang and Zeger 1986, Biometrika 73:13",
        _OVER_PERIODS,
        False,
        partial(_gee, corrected=False),
    ),
    "children_alone": Analysis(
        "z-test of two shares or two Poisson rates over the follow-up as if children were independent.",
        "Donner and Klar 2000, Design and Analysis of Cluster Randomization Trials, chapter 6, warn against it",
        _SIDE_BY_SIDE,
        False,
        _children_alone,
    ),
    "children_clustered": Analysis(
        "Difference of children's shares, errors clustered by unit randomised, bias-corrected sandwich, t with "
        "clusters - 2 degrees.",
        "Mancl and DeRouen 2001, Biometrics 57:126",
        _INSIDE,
        True,
        _children_clustered,
    ),
    "before_after": Analysis(
        "Paired t-test of treated clusters, with the programme less before it, without comparison: a trend or a "
        "return to the mean counts as effect.",
        "Shadish, Cook and Campbell 2002, Experimental and Quasi-Experimental Designs, chapter 4",
        ("parallel_baseline", "before_after"),
        False,
        _before_after,
    ),
}
