"""Luck that belongs to a row alone: studies of moderation compare rows that share nothing but the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sos_sim.core.luck import mix
from sos_sim.core.parameters import Value
from sos_sim.runs.arms import SimulatedArms


def own_luck(replicate: int, values: Mapping[str, Value]) -> int:
    """A replicate for a row alone: its number mixed with the values of the row."""
    address = 0
    for name, value in sorted(values.items()):
        for byte in f"{name}={value!r}".encode():
            address = mix(address, byte)
    return mix(address, replicate) >> 33


@dataclass(frozen=True)
class OwnLuck:
    """Arms evaluated with luck that belongs to the row: its address is the values of the point."""

    arms: SimulatedArms

    @property
    def outputs(self) -> tuple[str, ...]:
        """Those of the arms."""
        return self.arms.outputs

    def identity(self) -> Mapping[str, Any]:
        """That of the arms, and whose the luck is."""
        return {**self.arms.identity(), "luck": "of the row"}

    def refuse(self, values: Mapping[str, Value]) -> None:
        """Raise ScenarioError for values that are not allowed."""
        self.arms.refuse(values)

    def __call__(self, values: Mapping[str, Value], replicate: int) -> Sequence[float]:
        """All outputs of one point, under its own luck."""
        return self.arms(values, own_luck(replicate, values))
