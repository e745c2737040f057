"""How likely a point is, judged by emulators, and points drawn where they judge it likely.

Beliefs are drawn given the strengths of links, and strengths from their priors whatever the figures say (a "cut":
Plummer 2015, "Cuts in Bayesian graphical models"). Official figures of usual practice do not identify them, so
every strength keeps its prior, and the beliefs of a draw are those that go with its strengths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sos_sim.calibration.emulators import FigureEmulator
from sos_sim.calibration.figures import TargetFigures
from sos_sim.calibration.sampler import Normal, sample_by_slices
from sos_sim.calibration.space import ParameterSpace, Scores

Floats = NDArray[np.float64]

_STEPS_TO_MODE = 25
_STRIDE = 0.5
_WIDER = 1.1
"""The normal approximation is drawn from a little wider than it is."""


@dataclass(frozen=True)
class Surface:
    """Emulators of a space's trials beside the figures they are held against.

    ``shift`` is what the luck of the shared seeds adds to every trial, on the emulators' scale, shape
    (figures,). ``error`` is the emulators' own error there, luck taken out.
    """

    space: ParameterSpace
    figures: TargetFigures
    emulator: FigureEmulator
    shift: Floats
    error: Floats

    def distances(self, inputs: Floats) -> Floats:
        """Expected distances in tolerances, shape (points, figures), at inputs (``ParameterSpace.inputs``)."""
        return self.figures.distances(self.figures.simulated(self.emulator.predict(inputs) - self.shift))

    def log_likelihood(self, inputs: Floats) -> Floats:
        """Normal kernel in tolerances, the emulators' own error added; fitted figures only; shape (points,)."""
        fitted = self.figures.fitted
        return np.asarray(-0.5 * (self.distances(inputs)[:, fitted] ** 2 * self._weights).sum(axis=1))

    def draw(self, strengths: Scores, steps: int, seed: int) -> Scores:
        """A likely point for each row of strengths, shape (points, parameters), whose strengths it has.

        ``strengths`` are scores of shape (points, strengths). Each row is a chain of its own.
        """
        held = self.space.is_strength
        point = np.zeros((len(strengths), len(held)))
        point[:, held] = strengths
        inputs = self.space.inputs(point)

        def log_density(beliefs: Scores) -> Floats:
            inputs[:, ~held] = beliefs
            return np.asarray(self.log_likelihood(inputs) - 0.5 * (beliefs**2).sum(axis=1))

        point[:, ~held] = sample_by_slices(log_density, self._normal(inputs[:, held]), steps, seed)
        return point

    @property
    def _weights(self) -> Floats:
        """Precision of each fitted distance: one tolerance, and the emulator's error at the official value."""
        unit = self.figures.steepness(self.figures.transformed(self.figures.plain_official))
        return np.asarray(1.0 / (1.0 + (self.error * unit) ** 2))[self.figures.fitted]

    def _normal(self, strengths: Floats) -> Normal:
        """Normal approximation for each row of strengths (as inputs), about the mode for mean strengths."""
        free = int((~self.space.is_strength).sum())
        mode, mean_strengths = np.zeros(free), np.zeros((1, strengths.shape[1]))
        for _ in range(_STEPS_TO_MODE):
            mode += _STRIDE * (self._linearised(mode, mean_strengths)[0][0] - mode)
        centre, covariance = self._linearised(mode, strengths)
        return Normal(centre, np.asarray(_WIDER * np.linalg.cholesky(covariance), dtype=float))

    def _linearised(self, about: Floats, strengths: Floats) -> tuple[Floats, Floats]:
        """Mean for each row of strengths (as inputs), and covariance, of the normal with slopes taken at ``about``."""
        held, fitted, weights = self.space.is_strength, self.figures.fitted, self._weights
        point = np.zeros(len(held))
        point[~held] = about
        expected = self.emulator.predict(point[None, :])[0] - self.shift
        distance = self.figures.distances(self.figures.simulated(expected))[fitted]
        slopes = (self.figures.steepness(expected)[:, None] * self.emulator.slopes(point))[fitted]
        beliefs = slopes[:, ~held]
        covariance: Floats = np.linalg.inv(np.eye(len(about)) + (beliefs.T * weights) @ beliefs).astype(float)
        wanted = beliefs @ about - distance - strengths @ slopes[:, held].T
        return np.asarray((wanted * weights) @ beliefs @ covariance), covariance
