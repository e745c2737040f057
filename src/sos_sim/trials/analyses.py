"""How trialists analyse cluster trials: one function a method, each from a cluster-period table to a finding."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from scipy import stats
from statsmodels.tools.sm_exceptions import ConvergenceWarning, IterationLimitWarning

from sos_sim.core.errors import InputError, did_you_mean
from sos_sim.statistics.intervals import LEVEL
from sos_sim.trials.models import gee, mixed
from sos_sim.trials.panels import effect_after_leads, effect_by_exposure
from sos_sim.trials.summaries import (
    before_after,
    children_alone,
    children_clustered,
    cluster_summary,
    cluster_summary_adjusted,
    difference_in_differences,
)
from sos_sim.trials.trial_data import Estimate, Finding, TrialData

NOTHING: Final = Finding(*[float("nan")] * 6)
_NEGLIGIBLE: Final = 1e-10


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
        data.since[kept],
    )


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
        cluster_summary,
    ),
    "cluster_summary_adjusted": Analysis(
        "Regression of clusters' follow-up values on arm and baseline value, degrees clusters - 3.",
        "Teerenstra et al. 2012, Statistics in Medicine 31:2169; Hayes and Moulton 2017, chapter 10",
        _WITH_BASELINE,
        True,
        cluster_summary_adjusted,
    ),
    "difference_in_differences": Analysis(
        "t-test of clusters' changes from baseline to follow-up, degrees clusters - 2.",
        "Donald and Lang 2007, Review of Economics and Statistics 89:221 (two-step estimator)",
        _WITH_BASELINE,
        True,
        difference_in_differences,
    ),
    "mixed_model_robust": Analysis(
        "Mixed model of cluster-period values, unweighted: period effects, programme, random cluster intercept, "
        "restricted likelihood; bias-reduced errors (CR2) and Satterthwaite's degrees, which hold where periods of a "
        "cluster do not correlate as the model says.",
        "Pustejovsky and Tipton 2018, Journal of Business and Economic Statistics 36:672; Bell and McCaffrey 2002, "
        "Survey Methodology 28:169",
        _OVER_PERIODS,
        True,
        partial(mixed, form="intercept", errors="robust"),
    ),
    "mixed_model_decay": Analysis(
        "Mixed model with correlation that decays over periods (autoregressive, with a lasting part and chance of each "
        "cell), errors as the model says, t with clusters - 2 degrees.",
        "Kasza, Hemming, Hooper, Matthews and Forbes 2019, Statistical Methods in Medical Research 28:703",
        _OVER_PERIODS,
        True,
        partial(mixed, form="decay", errors="model"),
    ),
    "mixed_model_phase": Analysis(
        "Mixed model with a random cluster intercept and another one for each phase, without and with the programme, "
        "errors as the model says, t with clusters - 2 degrees.",
        "Hooper, Teerenstra, de Hoop and Eldridge 2016, Statistics in Medicine 35:4718",
        (*_WITH_BASELINE, "stepped_wedge"),
        False,
        partial(mixed, form="phase", errors="model"),
    ),
    "exposure_time": Analysis(
        "Mixed model with an effect of its own for every period since the start, and for every period before it whose "
        "children are followed past it; random cluster intercept, bias-reduced errors (CR2), Satterthwaite's degrees. "
        "It estimates the mean over clusters of the mean over each one's own periods with the programme.",
        "Kenny, Voldal, Xia, Heagerty and Hughes 2022, Statistics in Medicine 41:4311; Pustejovsky and Tipton 2018, "
        "Journal of Business and Economic Statistics 36:672",
        ("stepped_wedge",),
        True,
        partial(mixed, form="intercept", errors="robust", terms=effect_by_exposure),
    ),
    "lead_terms": Analysis(
        "The same with one effect for all periods with the programme, beside those for periods before a start whose "
        "children are followed past it: more precise, and without bias only where the effect neither grows nor fades "
        "after roll-in.",
        "Hussey and Hughes 2007, Contemporary Clinical Trials 28:182; Pustejovsky and Tipton 2018, Journal of Business "
        "and Economic Statistics 36:672",
        ("stepped_wedge",),
        True,
        partial(mixed, form="intercept", errors="robust", terms=effect_after_leads),
    ),
    "mixed_model": Analysis(
        "Mixed model of cluster-period values, unweighted: period effects, programme, random cluster intercept, "
        "restricted likelihood; errors as the model says, t with clusters - 2 degrees. On cluster-period means it is "
        "the nested exchangeable model, and takes correlation that decays over periods for precision: too bold.",
        "Hussey and Hughes 2007, Contemporary Clinical Trials 28:182; degrees as between clusters, "
        "Li and Redden 2015, BMC Medical Research Methodology 15:38",
        _OVER_PERIODS,
        False,
        partial(mixed, form="intercept", errors="model"),
    ),
    "mixed_model_normal": Analysis(
        "The same mixed model, tested against the normal distribution, as software does unless told otherwise.",
        "Hussey and Hughes 2007, Contemporary Clinical Trials 28:182",
        _OVER_PERIODS,
        False,
        partial(mixed, form="intercept", errors="normal"),
    ),
    "gee_corrected": Analysis(
        "Generalised estimating equations of cluster-period values, unweighted: period effects, programme, "
        "exchangeable periods of a cluster, bias-corrected sandwich errors, t with clusters - 2 degrees.",
        "Mancl and DeRouen 2001, Biometrics 57:126",
        _OVER_PERIODS,
        True,
        partial(gee, corrected=True),
    ),
    "gee_sandwich": Analysis(
        "The same estimating equations with the plain sandwich error and a normal test: too bold with few clusters.",
        "Liang and Zeger 1986, Biometrika 73:13",
        _OVER_PERIODS,
        False,
        partial(gee, corrected=False),
    ),
    "children_alone": Analysis(
        "z-test of two shares or two Poisson rates over the follow-up as if children were independent.",
        "Donner and Klar 2000, Design and Analysis of Cluster Randomization Trials, chapter 6, warn against it",
        _SIDE_BY_SIDE,
        False,
        children_alone,
    ),
    "children_clustered": Analysis(
        "Difference of children's shares, errors clustered by unit randomised, bias-corrected sandwich, t with "
        "clusters - 2 degrees.",
        "Mancl and DeRouen 2001, Biometrics 57:126",
        _INSIDE,
        True,
        children_clustered,
    ),
    "before_after": Analysis(
        "Paired t-test of treated clusters, with the programme less before it, without comparison: a trend or a "
        "return to the mean counts as effect.",
        "Shadish, Cook and Campbell 2002, Experimental and Quasi-Experimental Designs, chapter 4",
        ("parallel_baseline", "before_after"),
        False,
        before_after,
    ),
}
