"""Official figures as a vector: what is fitted, what only validates, and how far a simulation is from each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sos_sim.evidence.targets import Target

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """One published value: a part of a target. ``validate`` figures are scored but never fitted."""

    target: Target
    part: int
    validate: bool

    @property
    def measure(self) -> str:
        """The outcome measure it is held against."""
        return self.target.measures[self.part]


@dataclass(frozen=True)
class TargetFigures:
    """Published values in a fixed order; arrays have one place for each."""

    parts: tuple[Figure, ...]

    @cached_property
    def measures(self) -> list[str]:
        """The measure of each figure."""
        return [figure.measure for figure in self.parts]

    @cached_property
    def official(self) -> Floats:
        """The published values."""
        return np.array([figure.target.values[figure.part] for figure in self.parts])

    @cached_property
    def tolerance(self) -> Floats:
        """What counts as one unit of distance."""
        return np.array([figure.target.tolerance for figure in self.parts])

    @cached_property
    def plain_official(self) -> Floats:
        """The published values on the footing of simulated ones."""
        return (self.official - self._theirs) / self._ours

    @cached_property
    def fitted(self) -> NDArray[np.bool_]:
        """Which figures the calibration may use."""
        return np.array([not figure.validate for figure in self.parts])

    def published(self, simulated: Floats) -> Floats:
        """Simulated values, shape (..., figures), on the published footing (``Target.on_published_footing``)."""
        return simulated * self._ours + self._theirs

    def distances(self, simulated: Floats) -> Floats:
        """Signed distances in tolerances, shape (..., figures), of simulated values."""
        return np.asarray((self.published(simulated) - self.official) / self.tolerance)

    def transformed(self, simulated: Floats) -> Floats:
        """What emulators predict, shape (..., figures): the logarithm of a simulated value plus its tolerance."""
        return np.asarray(np.log(simulated + self.tolerance))

    def simulated(self, transformed: Floats) -> Floats:
        """Simulated values of transformed ones."""
        return np.asarray(np.exp(transformed) - self.tolerance)

    def steepness(self, transformed: Floats) -> Floats:
        """Tolerances on the published footing that one unit of a transformed figure is worth."""
        return np.asarray(np.exp(transformed) * self._ours / self.tolerance)

    @cached_property
    def _ours(self) -> Floats:
        return np.array([1.0 - figure.target.unaccompanied_weight for figure in self.parts])

    @cached_property
    def _theirs(self) -> Floats:
        return np.array(
            [
                figure.target.unaccompanied_weight * figure.target.unaccompanied_values[figure.part]
                if figure.target.unaccompanied_weight
                else 0.0
                for figure in self.parts
            ]
        )


def figures_of(fitted: Sequence[Target], validating: Sequence[Target] = ()) -> TargetFigures:
    """The figures of these targets; prices that the model takes as given are left out, since they fit by definition."""
    both = [*((target, False) for target in fitted), *((target, True) for target in validating)]
    return TargetFigures(
        tuple(
            Figure(target, part, validate)
            for target, validate in both
            if not target.input
            for part in range(len(target.values))
        )
    )
