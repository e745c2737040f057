"""Trials of made-up authorities whose truth is known: they differ for good, drift, and count children by chance.

About as the model's authorities do: 4 in 100 children referred are looked after, authorities' levels correlate some 0.8
from one half-year to the next and 0.5 in the long run, and their sizes differ threefold. What analyses hold there, and
what not, is measured by ``benchmarks/trial_analyses.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy import stats

from sos_sim.core.luck import mix, uniform
from sos_sim.statistics.intervals import Floats, Whole
from sos_sim.trials.trial_data import TrialData

SHARE, LASTING, DRIFTING, KEPT = 0.041, 0.0075, 0.0075, 0.6
"""Share of children; standard deviations of what lasts and what drifts; the drift's correlation a half-year apart."""
CHILDREN, SIZES = 1200.0, 0.6
"""Median children in a half-year, and the log standard deviation between authorities."""
NONE: Final[Mapping[int, float]] = {}
IMMEDIATE: Final[Mapping[int, float]] = dict.fromkeys(range(1, 20), -0.005)
STRADDLING: Final[Mapping[int, float]] = {-3: -0.00012, -2: -0.00072, -1: -0.00176, **IMMEDIATE}
"""As measured in the model: children who enter in the three half-years before a start are followed past it."""
GROWING: Final[Mapping[int, float]] = {number: -0.001 * number for number in range(1, 20)}
STEPS, ROLL_IN, FOLLOW_UP, FOLLOWED = 5, 2, 4, 3
"""Sequences of a wedge; periods after a start not analysed, and analysed; periods for which a child is followed."""
_ALLOCATE, _LAST, _MOVE, _SIZE, _COUNT = range(5)


def evenly(seed: int, what: int, *shape: int) -> Floats:
    """Numbers between 0 and 1 by the luck of ``seed``, others for every ``what``."""
    entity = np.arange(math.prod(shape), dtype=np.uint64)
    return np.asarray(uniform(mix(seed, entity), np.uint64(mix(what, 0)))).reshape(shape)


def normals(seed: int, what: int, *shape: int) -> Floats:
    """Standard normal numbers by the luck of ``seed``, others for every ``what``."""
    return np.asarray(stats.norm.ppf(evenly(seed, what, *shape)))


def parallel(seed: int, clusters: int, effect: Mapping[int, float] = NONE) -> TrialData:
    """Half with the programme; four half-years of baseline that are followed up before the start, four afterwards."""
    since = np.concatenate([np.arange(-7, -3), np.arange(ROLL_IN, ROLL_IN + FOLLOW_UP)]) + 1
    arm = np.zeros(clusters, dtype=np.int64)
    arm[np.argsort(evenly(seed, _ALLOCATE, clusters))[: clusters // 2]] = 1
    treated = arm[:, None] * (since > 0)[None, :].astype(float)
    return _table(seed, since - since[0], treated, (treated * since).astype(np.int64), arm, since < 0, effect)


def wedge(seed: int, clusters: int, effect: Mapping[int, float] = NONE, before: int = 0) -> TrialData:
    """Five sequences cross over half a year apart; ``before`` half-years of records from before the trial."""
    period = np.arange(-before, STEPS + ROLL_IN + FOLLOW_UP)
    crossed = period[None, :] - (1 + np.argsort(evenly(seed, _ALLOCATE, clusters)) % STEPS)[:, None]
    treated = np.where(crossed < 0, 0.0, np.where(crossed < ROLL_IN, np.nan, 1.0))
    since = np.where(crossed >= 0, crossed + 1, np.where(crossed >= -FOLLOWED, crossed, 0))
    return _table(seed, period + before, treated, since, np.ones(clusters, dtype=np.int64), period < 0, effect)


def true_mean(data: TrialData, effect: Mapping[int, float]) -> float:
    """The mean over clusters with the programme of the mean over each one's own periods with it."""
    own = [data.since[(data.cluster == one) & (data.treated > 0)] for one in np.unique(data.cluster)]
    return float(np.mean([np.mean([effect.get(int(number), 0.0) for number in rows]) for rows in own if len(rows)]))


def _table(
    seed: int,
    period: Whole,
    treated: Floats,
    since: Whole,
    arm: Whole,
    baseline: np.ndarray,
    effect: Mapping[int, float],
) -> TrialData:
    clusters, periods = treated.shape
    drift = DRIFTING * _drift(seed, clusters, int(period[-1]) + 1)
    level = SHARE + LASTING * normals(seed, _LAST, clusters, 1) + drift[:, period]
    share = level + np.vectorize(lambda number: effect.get(int(number), 0.0), otypes=[float])(since)
    children = CHILDREN * np.exp(SIZES * normals(seed, _SIZE, clusters, 1))
    size = np.ceil(np.repeat(children, periods, axis=1))
    count = stats.binom.ppf(evenly(seed, _COUNT, clusters, periods), size, np.clip(share, 0.001, 0.5))
    cluster, column = np.nonzero(np.isfinite(treated))
    at = (cluster, column)
    return TrialData(
        cluster, period[column], treated[at], count[at], size[at], arm[cluster], baseline[column], since[at]
    )


def _drift(seed: int, clusters: int, periods: int) -> Floats:
    """A stationary drift with standard deviation 1, shape (clusters, periods)."""
    noise = normals(seed, _MOVE, clusters, periods)
    for now in range(1, periods):
        noise[:, now] = KEPT * noise[:, now - 1] + (1.0 - KEPT**2) ** 0.5 * noise[:, now]
    return noise
