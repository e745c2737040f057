"""Corrections: every trial moved to where its own simulation says the figures would be met, and simulated anew.

Randomised maximum likelihood (Oliver, He and Reynolds 1996; in ensembles Chen and Oliver 2012): trial ``i``
has an anchor, a draw from the prior, and figures misstated as official figures may be. It looks for the point
that is near its anchor and gives its misstated figures, with slopes from the emulators of the latest trials
and what the emulators get wrong at the trial taken from its own simulation. Where figures answer linearly the
points are draws from the posterior; elsewhere, and after few corrections, they approach it. The strengths of
links stay as drawn, as in ``calibrate_surface``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sos_sim.calibration.figures import TargetFigures
from sos_sim.calibration.space import FARTHEST, ParameterSpace, Scores, normal_draws
from sos_sim.calibration.surface import Surface
from sos_sim.core.luck import mix

Floats = NDArray[np.float64]

_STEPS: Final = 8
_STRIDE: Final = 0.7
"""Steps towards the point that is looked for, each so much of the way: what is left after them is negligible."""
_ANCHORS, _MISSTATED = 1, 2


@dataclass(frozen=True)
class Chains:
    """What each trial is held to through all corrections.

    ``anchors``: scores of beliefs, shape (trials, beliefs). ``misstated``: how far its figures are misstated, in
    tolerances, and ``precision``: of a simulated distance, shape (trials, fitted) and (fitted,).
    """

    anchors: Scores
    misstated: Floats
    precision: Floats

    def misfit(self, distances: Floats) -> Floats:
        """Root mean square of fitted distances from the misstated figures, in their own errors, shape (trials,)."""
        return np.asarray(np.sqrt(((distances - self.misstated) ** 2 * self.precision).mean(axis=1)))


def begin_chains(space: ParameterSpace, figures: TargetFigures, luck: Floats, size: int, seed: int) -> Chains:
    """Chains of ``size`` trials; ``luck`` is the variance of a trial's mean by luck of its own, shape (figures,)."""
    unit = figures.steepness(figures.transformed(figures.plain_official))
    error = np.sqrt(1.0 + luck * unit**2)[figures.fitted]
    beliefs = int((~space.is_strength).sum())
    return Chains(
        normal_draws(mix(seed, _ANCHORS), 0, size, beliefs),
        normal_draws(mix(seed, _MISSTATED), 0, size, len(error)) * error,
        error**-2,
    )


def corrected(surface: Surface, chains: Chains, scores: Scores, simulated: Floats) -> Scores:
    """The next point of every trial, shape (trials, parameters).

    ``simulated``: transformed figures of each trial, shape (trials, figures); a row that is not finite is
    taken to be what the emulators say.
    """
    wrong = np.nan_to_num(simulated - surface.emulator.predict(surface.space.inputs(scores)), posinf=0.0, neginf=0.0)
    moved = scores.copy()
    for row in range(len(scores)):
        moved[row] = _moved(surface, chains, scores[row], wrong[row], row)
    return moved


def _moved(surface: Surface, chains: Chains, start: Floats, wrong: Floats, row: int) -> Floats:
    """One trial's Gauss-Newton steps; ``wrong`` is what the emulators get wrong at ``start``."""
    free, fitted, point = ~surface.space.is_strength, surface.figures.fitted, start.copy()
    weight, inputs = np.sqrt(chains.precision), surface.space.inputs(start[None, :])
    for _ in range(_STEPS):
        inputs[0, free] = point[free]
        expected = surface.emulator.predict(inputs)[0] + wrong - surface.shift
        distance = surface.figures.distances(surface.figures.simulated(expected))[fitted] - chains.misstated[row]
        slopes = surface.figures.steepness(expected)[:, None] * surface.emulator.slopes(inputs[0])
        weighted = weight[:, None] * slopes[fitted][:, free]
        downhill = point[free] - chains.anchors[row] + weighted.T @ (weight * distance)
        across = np.linalg.solve(np.eye(len(weight)) + weighted @ weighted.T, weighted @ downhill)
        step = downhill - weighted.T @ across
        point[free] = np.clip(point[free] - _STRIDE * step, -FARTHEST, FARTHEST)
    return np.asarray(point)
