"""Weights of simulated trials: how near each is to the figures, against how readily it was proposed.

Corrected trials approach draws from the posterior, so all count nearly alike, less the further a trial still is from
the misstated figures it was to give.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sos_sim.calibration.course import Course
from sos_sim.calibration.luck import luck_of_trials

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WeightedTrials:
    """The succeeded trials of the last wave.

    ``transformed``: the best estimate of what each would give without luck, on the emulators' scale, shape
    (trials, figures). ``distances``: of that estimate, in tolerances. ``weights``: sum to 1, shape (trials,).
    """

    transformed: Floats
    distances: Floats
    weights: Floats

    @property
    def effective(self) -> float:
        """Kish's effective sample size."""
        return float(1.0 / (self.weights**2).sum())


def weigh_trials(course: Course) -> WeightedTrials:
    """The last wave's trials with their weights and the best estimate of their figures without luck.

    A trial's mean over a few seeds is the truth plus luck, and its held-out emulation is the truth plus the
    emulator's error; the estimate weighs the two by their variances (as kriging does with noisy runs: Ankenman,
    Nelson and Staum 2010), and what variance it keeps widens the kernel.
    """
    study, final, wave = course.study, course.final, course.waves[-1]
    figures, trials = study.figures, len(wave.simulated)
    simulated = figures.transformed(wave.simulated)
    emulated = final.emulator.held_out[-trials:]
    luck = luck_of_trials(wave.runs, figures)
    trust = final.error**2 / (final.error**2 + luck)
    transformed = emulated + trust * (simulated - emulated) - course.luck.shift
    distances = figures.distances(figures.simulated(transformed))
    if study.corrections:
        return WeightedTrials(transformed, distances, _by_misfit(course, simulated))
    left = (trust * luck + course.luck.variance) * figures.steepness(transformed) ** 2
    precise = (distances**2 / (1.0 + left) + np.log1p(left))[:, figures.fitted]
    proposed = course.proposing.log_likelihood(study.space.inputs(wave.scores[wave.succeeded]))
    return WeightedTrials(transformed, distances, _truncated(-0.5 * precise.sum(axis=1) - proposed))


def _by_misfit(course: Course, simulated: Floats) -> Floats:
    """Epanechnikov's kernel on misfits, as wide as twice their median (Beaumont, Zhang and Balding 2002)."""
    figures, wave = course.study.figures, course.waves[-1]
    distances = figures.distances(figures.simulated(simulated - course.luck.shift))[:, figures.fitted]
    rows = np.flatnonzero(wave.succeeded)
    misfit = replace(course.chains, misstated=course.chains.misstated[rows]).misfit(distances)
    weights = np.maximum(0.0, 1.0 - (misfit / (2.0 * np.median(misfit))) ** 2)
    return np.asarray(weights / weights.sum())


def _truncated(logarithms: Floats) -> Floats:
    """Importance weights; those above the mean times the root of their number are cut to that (Ionides 2008)."""
    weights = np.exp(logarithms - logarithms.max())
    weights = np.minimum(weights, weights.mean() * np.sqrt(len(weights)))
    return np.asarray(weights / weights.sum())


def weighted_mean(values: Floats, weights: Floats) -> Floats:
    """Mean over the first axis."""
    return np.asarray(np.average(values, axis=0, weights=weights))


def weighted_sd(values: Floats, weights: Floats) -> Floats:
    """Standard deviation over the first axis."""
    return np.asarray(np.sqrt(np.average((values - weighted_mean(values, weights)) ** 2, axis=0, weights=weights)))


def weighted_centiles(values: Floats, weights: Floats, shares: tuple[float, ...]) -> Floats:
    """Quantiles of each column of ``values``, shape (shares, columns): smallest values that reach a share."""
    return np.column_stack([np.quantile(column, shares, weights=weights, method="inverted_cdf") for column in values.T])
