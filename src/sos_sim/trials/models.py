"""Analyses of cluster-period values with period effects: mixed models and estimating equations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from statsmodels.genmod.cov_struct import Exchangeable, Independence
from statsmodels.genmod.generalized_estimating_equations import GEE

from sos_sim.statistics.intervals import Floats
from sos_sim.trials.covariances import fitted_form, model_error, robust_error
from sos_sim.trials.panels import ClusterPeriods, constant_effect, panel
from sos_sim.trials.trial_data import UNKNOWN, Estimate, TrialData

Terms = Callable[[TrialData], tuple[Floats, Floats]]
Errors = Literal["robust", "model", "normal"]


def mixed(data: TrialData, *, form: str, errors: Errors, terms: Terms = constant_effect) -> Estimate:
    """Generalised least squares given correlations of ``form`` by restricted likelihood.

    ``errors``: "robust" (bias-reduced, with its own degrees), "model" (the form's, t with clusters - 2 degrees)
    or "normal" (the same, tested against the normal distribution).
    """
    made = panel(data, terms(data))
    if made is None or not _repeated(made):
        return UNKNOWN
    fitted = fitted_form(made, form)
    if fitted is None:
        return UNKNOWN
    if errors == "robust":
        error, degrees = robust_error(made, fitted)
    else:
        error, degrees = model_error(made, fitted), float("inf") if errors == "normal" else made.clusters - 2.0
    return Estimate(fitted.regressed.effect * made.unit, error * made.unit, degrees)


def gee(data: TrialData, *, corrected: bool) -> Estimate:
    """Estimating equations with exchangeable periods.

    ``corrected``: Mancl and DeRouen's errors and t with clusters - 2 degrees, else plain errors and a normal test.
    """
    made = panel(data, constant_effect(data))
    if made is None:
        return UNKNOWN
    value, design, cluster = made.value[made.seen], made.design[made.seen], np.nonzero(made.seen)[0]
    working = Exchangeable() if _repeated(made) else Independence()
    start = np.linalg.lstsq(design, value)[0]
    fitted = GEE(value, design, groups=cluster, cov_struct=working).fit(
        cov_type="bias_reduced" if corrected else "robust", start_params=start
    )
    if fitted is None or not fitted.converged:
        return UNKNOWN
    error = float(made.contrast @ fitted.cov_params() @ made.contrast) ** 0.5
    degrees = made.clusters - 2.0 if corrected else float("inf")
    return Estimate(float(made.contrast @ fitted.params) * made.unit, error * made.unit, degrees)


def _repeated(made: ClusterPeriods) -> bool:
    """Whether any cluster is seen more than once."""
    return bool((made.seen.sum(axis=1) > 1).any())
