"""Evaluators that take no time: arithmetic in place of a simulation, and ways for it to go wrong."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sos_sim.core.errors import InputError
from sos_sim.core.luck import mix, uniform
from sos_sim.core.parameters import Value
from support.killers import killed


@dataclass(frozen=True)
class Toy:
    """Sum and product of all inputs, a little luck added; ``seconds`` is how long it pretends to work."""

    seconds: float = 0.0
    name: str = "sum and product"

    @property
    def outputs(self) -> tuple[str, ...]:
        return ("total", "product")

    def identity(self) -> Mapping[str, Any]:
        return {"toy": self.name}

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        time.sleep(self.seconds)
        total, product = 0.0, 1.0
        for number in values.values():
            total, product = total + float(number), product * float(number)
        luck = float(uniform(mix(7, replicate), 1))
        return [total + luck, product]


@dataclass(frozen=True)
class Faulty(Toy):
    """Fails at a point whose ``a`` is 3, as long as a file is not there."""

    mended: Path = Path("absent")

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        if values["a"] == 3 and not self.mended.exists():
            raise ArithmeticError("three is too many")
        return super().__call__(values, replicate)


@dataclass(frozen=True)
class Counting(Toy):
    """Notes what was really evaluated: the input ``a`` and the replicate."""

    seen: list[tuple[Value, int]] = field(default_factory=list)

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        self.seen.append((values["a"], replicate))
        return super().__call__(values, replicate)


@dataclass(frozen=True)
class Deadly(Toy):
    """Kills the process that evaluates a point whose ``a`` is 3."""

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        if values["a"] == 3:
            killed()
        return super().__call__(values, replicate)


@dataclass(frozen=True)
class Choosy(Toy):
    """Refuses a point whose ``a`` is 3."""

    def refuse(self, values: Mapping[str, Value]) -> None:
        if values["a"] == 3:
            raise InputError("a is 3, but must be another number.")


def grid(points: int) -> list[dict[str, Value]]:
    """So many points of a plane."""
    return [{"a": number, "b": 0.5 * number + 0.25} for number in range(points)]
