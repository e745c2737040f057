"""Textbook formulas of cluster trials that hold the package's own against them."""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

from sos_sim.trials.closed_form import ALPHA, POWER, design_effect, power


def baseline_correlation(size: float, icc: float, cac: float, child_autocorrelation: float = 0.0) -> float:
    """Correlation of a cluster's observed shares at baseline and follow-up, ``size`` children in each.

    (m icc cac + (1 - icc) s) / (1 + (m - 1) icc), s the correlation of the same child's outcomes, 0 where
    the two periods hold other children (Teerenstra et al. 2012, Statistics in Medicine 31:2169; Hooper,
    Teerenstra, de Hoop and Eldridge 2016, Statistics in Medicine 35:4718).
    """
    return (size * icc * cac + (1.0 - icc) * child_autocorrelation) / design_effect(size, icc)


def change_from_baseline(error: float, correlation: float) -> float:
    """Standard error of the difference in clusters' changes from a baseline of equal size: variance times 2 (1 - r).

    Hooper et al. 2016, Statistics in Medicine 35:4718.
    """
    return float(error * (2.0 * (1.0 - correlation)) ** 0.5)


def detectable_difference(
    error: float, degrees: float = float("inf"), wanted: float = POWER, alpha: float = ALPHA
) -> float:
    """The smallest true difference that `power` finds with probability ``wanted``; infinite without precision."""
    if not np.isfinite(error):
        return float("inf")
    furthest = 2.0 * float(stats.t.ppf(1.0 - alpha / 2.0, degrees) + stats.t.ppf(wanted, degrees))
    return error * float(optimize.brentq(lambda away: power(away, 1.0, degrees, alpha) - wanted, 0.0, furthest))
