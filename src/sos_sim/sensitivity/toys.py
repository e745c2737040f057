"""Functions with known indices, to prove the harness: the same path from study file to report.

A study file names one as ``model: ishigami`` in place of scenarios.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sos_sim.core.luck import mix, uniform
from sos_sim.core.parameters import Value
from sos_sim.files.factors import Factor, uniform_between

Function = Callable[[Sequence[float], int], float]
G_WEIGHTS: Final = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0)


@dataclass(frozen=True)
class Toy:
    """An evaluator with one output, ``value``, whose indices are known.

    ``first_order`` and ``total`` are those of the output's expectation over luck; ``luck`` is the share
    of a single run's variance that is luck.
    """

    name: str
    factors: tuple[Factor, ...]
    first_order: tuple[float, ...]
    total: tuple[float, ...]
    luck: float = 0.0
    outputs: tuple[str, ...] = ("value",)

    def identity(self) -> Mapping[str, Any]:
        """Its name."""
        return {"model": self.name}

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        """The function at named values."""
        return [FUNCTIONS[self.name]([float(values[factor.name]) for factor in self.factors], replicate)]


def ishigami(x: Sequence[float], replicate: int) -> float:
    """``sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1`` (Ishigami and Homma 1990)."""
    return float(np.sin(x[0]) + 7.0 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def sobol_g(x: Sequence[float], replicate: int) -> float:
    """Product of ``(|4x - 2| + a) / (1 + a)`` (Saltelli and Sobol 1995), ``a`` as in ``G_WEIGHTS``."""
    return float(math.prod((abs(4.0 * value - 2.0) + a) / (1.0 + a) for value, a in zip(x, G_WEIGHTS, strict=True)))


def lottery(x: Sequence[float], replicate: int) -> float:
    """``3 x1 + 2 x2 + x1 x2`` and luck of variance 1, which is drawn afresh wherever a factor moves.

    The third factor only stirs luck, as a parameter does that moves many lives a little and their sum not at all.
    """
    address = 0
    for value in x:
        address = mix(address, round(value * 2**40))
    noise = (uniform(mix(replicate, 1), address) - 0.5) * 12.0**0.5
    return float(3.0 * x[0] + 2.0 * x[1] + x[0] * x[1] + noise)


FUNCTIONS: Final[Mapping[str, Function]] = {"ishigami": ishigami, "sobol_g": sobol_g, "lottery": lottery}


def _unit_factors(count: int, low: float = 0.0, high: float = 1.0) -> tuple[Factor, ...]:
    return tuple(Factor(f"x{number}", uniform_between(low, high)) for number in range(1, count + 1))


def _ishigami() -> Toy:
    """Variances: V1 = (1 + b π⁴/5)²/2, V2 = a²/8, V13 = b² π⁸ 8/225."""
    one, two, both = 0.5 * (1.0 + 0.1 * np.pi**4 / 5.0) ** 2, 49.0 / 8.0, 0.01 * np.pi**8 * 8.0 / 225.0
    all_of_it = one + two + both
    first, total = (np.array(part) / all_of_it for part in ((one, two, 0.0), (one + both, two, both)))
    return Toy("ishigami", _unit_factors(3, -np.pi, np.pi), tuple(first.tolist()), tuple(total.tolist()))


def _sobol_g() -> Toy:
    """Partial variances ``1 / (3 (1 + a)²)``; the whole is the product of one plus each, minus one."""
    parts = np.array([1.0 / (3.0 * (1.0 + a) ** 2) for a in G_WEIGHTS])
    product = float(np.prod(1.0 + parts))
    total = parts * product / (1.0 + parts) / (product - 1.0)
    return Toy("sobol_g", _unit_factors(6), tuple((parts / (product - 1.0)).tolist()), tuple(total.tolist()))


def _lottery() -> Toy:
    """Expectation ``3 x1 + 2 x2 + x1 x2``: main effects of slope 3.5 and 2.5, interaction of variance 1/144."""
    one, two, both = 3.5**2 / 12.0, 2.5**2 / 12.0, 1.0 / 144.0
    whole = one + two + both
    first, total = (one / whole, two / whole, 0.0), ((one + both) / whole, (two + both) / whole, 0.0)
    return Toy("lottery", _unit_factors(3), first, total, luck=1.0 / (1.0 + whole))


TOYS: Final[Mapping[str, Toy]] = {toy.name: toy for toy in (_ishigami(), _sobol_g(), _lottery())}
