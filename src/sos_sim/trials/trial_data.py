"""What a trial sees of one outcome, and what an analysis finds in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from sos_sim.statistics.intervals import Bools, Floats, Whole


@dataclass(frozen=True)
class TrialData:
    """One row a cluster and period, sorted by cluster, then period; all arrays of shape (rows,).

    ``cluster`` and ``period`` count from 0. ``treated`` is 1.0 where the cluster has the programme and
    0.0 where it has not; periods of roll-in have no row. ``count`` is events, ``size`` children followed
    (shares) or child-years / 10,000 (rates). ``arm`` is 1 for clusters allocated to have the programme
    within the trial, else 0. ``baseline`` marks periods before anybody started. ``since`` is periods since the
    cluster's start, counted from 1, in rows with the programme; below 0, -1 the last one before the start, in rows
    without it whose children are followed past the start; 0 in rows that the programme cannot have reached.
    """

    cluster: Whole
    period: Whole
    treated: Floats
    count: Floats
    size: Floats
    arm: Whole
    baseline: Bools
    since: Whole

    @property
    def value(self) -> Floats:
        """Share or rate of every row; NaN where nobody was there to count."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.count / self.size, dtype=np.float64)

    @property
    def clusters(self) -> int:
        """How many clusters have a row."""
        return len(np.unique(self.cluster))


class Estimate(NamedTuple):
    """A difference, its standard error, and the degrees of its t distribution (infinite for a normal)."""

    difference: float
    error: float
    degrees: float


UNKNOWN: Final = Estimate(float("nan"), float("nan"), float("nan"))


class Finding(NamedTuple):
    """An estimated difference in risk or rate, treated minus not, in the outcome's unit.

    ``error`` is its standard error, ``degrees`` those of the t distribution (infinite for a normal), ``p``
    two-sided, ``low`` and ``high`` the 95 % interval. All NaN when an analysis could not be made.
    """

    estimate: float
    error: float
    degrees: float
    p: float
    low: float
    high: float
