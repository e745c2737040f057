"""Luck in trials: what the shared seeds add to all of them, and what luck of its own each trial keeps.

Trials share their seeds, so much of luck (the climate of demand and culture, who comes) is common to them and
cancels between them. What is common is measured at a few reference points with many more seeds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sos_sim.calibration.figures import TargetFigures

Floats = NDArray[np.float64]


class SharedLuck(NamedTuple):
    """Luck on the emulators' scale (``TargetFigures.transformed``).

    ``shift``: what the shared seeds add to a trial's mean, shape (figures,); ``variance``: of that estimate;
    ``residuals``: what one seed adds to a single replicate, shape (reference rows, figures).
    """

    shift: Floats
    variance: Floats
    residuals: Floats


def simulated_means(runs: pd.DataFrame, figures: TargetFigures) -> Floats:
    """Mean over replicates, shape (points, figures); NaN where a replicate failed or a measure has no value."""
    return np.asarray(by_point(runs, figures).mean(axis=1))


def by_point(runs: pd.DataFrame, figures: TargetFigures) -> Floats:
    """Simulated values, shape (points, replicates, figures); ``runs`` is sorted by point, then replicate."""
    replicates = int(runs["replicate"].max()) + 1
    values = runs[figures.measures].to_numpy(dtype=float)
    return values.reshape(len(runs) // replicates, replicates, len(figures.measures))


def luck_of_seeds(reference: pd.DataFrame, figures: TargetFigures, shared: int) -> SharedLuck:
    """What the first ``shared`` seeds add, from reference points that ran with these and many more."""
    values = by_point(reference, figures)
    values = values[np.isfinite(values).all(axis=(1, 2))]
    overall = figures.transformed(values.mean(axis=1))
    added = figures.transformed(values[:, :shared].mean(axis=1)) - overall
    one_seed = figures.transformed(values) - overall[:, None, :]
    seeds = one_seed.mean(axis=0)
    variance = added.var(axis=0, ddof=1) / len(values) + seeds.var(axis=0, ddof=1) / values.shape[1]
    return SharedLuck(added.mean(axis=0), variance, one_seed.reshape(-1, one_seed.shape[-1]))


def luck_of_trials(runs: pd.DataFrame, figures: TargetFigures) -> Floats:
    """Variance of a trial's mean by luck of its own, on the emulators' scale, shape (figures,).

    Trials and seeds are two ways of an analysis of variance; what neither explains is luck of a trial's own.
    """
    values = figures.transformed(by_point(runs, figures))
    values = values[np.isfinite(values).all(axis=(1, 2))]
    own = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean(axis=(0, 1))
    trials, replicates = values.shape[:2]
    return np.asarray((own**2).sum(axis=(0, 1)) / ((trials - 1) * (replicates - 1)) / replicates)
