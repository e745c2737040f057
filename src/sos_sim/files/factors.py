"""Factors: what varies in a study, and how a probability becomes a value.

A study samples the unit cube; each factor turns its coordinate, a cumulative probability, into a
value of its own distribution. So beta, truncated, spiked, whole-number and categorical factors are all
sampled alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sos_sim.core.parameters import Parameter, Value
from sos_sim.core.priors import Prior
from sos_sim.files.checks import SHARES_OF_ONE_WHOLE

Shares = NDArray[np.float64]


@dataclass(frozen=True)
class SpreadFactor:
    """A distribution kept within [low, high]; ``whole`` rounds to whole numbers."""

    prior: Prior
    low: float
    high: float
    whole: bool = False

    def values(self, shares: Shares) -> list[Value]:
        """Quantiles at cumulative probabilities of shape (n,)."""
        quantiles = self.prior.quantile(shares, self.low, self.high)
        return [round(float(value)) for value in quantiles] if self.whole else [float(value) for value in quantiles]

    def settled(self, shares: Shares) -> Shares:
        """The same probabilities, those inside the spike at 0 brought to its middle."""
        return np.where(shares < self.prior.spike, self.prior.spike / 2.0, shares)

    def __str__(self) -> str:
        return f"{self.prior} within {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Choices:
    """Values that are equally likely: categories, levels, or a range of whole numbers."""

    choices: Sequence[Value]

    def values(self, shares: Shares) -> list[Value]:
        """The choice in whose equal part of 0-1 each probability lies; shape (n,)."""
        return [self.choices[int(place)] for place in self._places(shares)]

    def settled(self, shares: Shares) -> Shares:
        """The middle of the part of 0-1 that each probability lies in."""
        return (self._places(shares) + 0.5) / len(self.choices)

    def _places(self, shares: Shares) -> Shares:
        return np.minimum(np.floor(shares * len(self.choices)), len(self.choices) - 1.0)

    def __str__(self) -> str:
        if isinstance(self.choices, range):
            return f"whole numbers from {self.choices.start} to {self.choices.stop - 1}"
        return "one of " + ", ".join(str(choice) for choice in self.choices)


@dataclass(frozen=True)
class Factor:
    """One thing that varies: a parameter or lever by name, and its distribution."""

    name: str
    distribution: SpreadFactor | Choices

    @property
    def categories(self) -> tuple[str, ...]:
        """The choices in order when they are words, else ()."""
        choices = self.distribution.choices if isinstance(self.distribution, Choices) else ()
        return tuple(str(choice) for choice in choices) if any(isinstance(choice, str) for choice in choices) else ()


def declared_distribution(parameter: Parameter) -> SpreadFactor | Choices | None:
    """How a parameter varies unless a study says otherwise; None when nothing is declared.

    Beliefs and facts have their prior, switches their choices, levers are uniform over their range.
    """
    if parameter.choices:
        return Choices(parameter.choices)
    if parameter.kind == "lever":
        return uniform_between(parameter.low, parameter.high)
    if parameter.prior is None:
        return None
    return SpreadFactor(parameter.prior, parameter.low, parameter.high, parameter.whole)


def uniform_between(low: float, high: float, whole: bool = False) -> SpreadFactor | Choices:
    """Uniform between two bounds; over whole numbers both bounds count."""
    if whole:
        return Choices(range(round(low), round(high) + 1))
    return SpreadFactor(Prior("uniform", {"loc": low, "scale": high - low}), low, high)


def points_at(factors: Sequence[Factor], shares: Shares) -> list[dict[str, Value]]:
    """Values by name at the rows of ``shares``, shape (rows, factors).

    Shares of one whole that would together exceed it are cut back, the later one first: the joint
    distribution is the product of the marginals moved onto what is possible.
    """
    columns = {factor.name: factor.distribution.values(shares[:, place]) for place, factor in enumerate(factors)}
    points = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [_within_one_whole(point) for point in points]


def identity_of(factors: Sequence[Factor]) -> Mapping[str, Any]:
    """Names and distributions as text, for the record of a study."""
    return {factor.name: str(factor.distribution) for factor in factors}


def _within_one_whole(point: dict[str, Value]) -> dict[str, Value]:
    for paths in SHARES_OF_ONE_WHOLE:
        names = [path.rpartition(".")[2] for path in paths]
        if all(name in point for name in names):
            left = 1.0
            for name in names:
                point[name] = min(float(point[name]), left)
                left -= float(point[name])
    return point
