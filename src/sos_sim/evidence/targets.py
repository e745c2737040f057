"""Official figures as targets, and how far from them is what a run says. ``files.targets`` reads them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sos_sim.theory.costs import Costs

PRICES: Final = {
    "price_foster_week": "foster_week",
    "price_residential_week": "residential_week",
    "price_social_work_week": "social_work_week",
}
"""Targets about unit costs: the cost that the model takes, by the name that a target measures."""


@dataclass(frozen=True)
class Target:
    """One published figure, or several that belong together (shares by age, cumulative durations).

    ``local`` marks the figures of one authority; ``range`` and ``authority_sd`` are England's spread
    between authorities either way.
    """

    id: str
    measures: tuple[str, ...]
    values: tuple[float, ...]
    tolerance: float
    unit: str
    year: int
    grade: str
    source: str
    range: tuple[float, float] | None = None
    authority_sd: float | None = None
    note: str = ""
    unaccompanied_weight: float = 0.0
    unaccompanied_values: tuple[float, ...] = ()
    input: bool = False
    local: bool = False

    @property
    def is_share(self) -> bool:
        """Whether no value can be above 1."""
        return "share" in self.unit or "prob" in self.unit

    def for_an_authority(self) -> Target:
        """England's figure as a guess at an authority's: as wide as authorities differ, where that is known."""
        if self.authority_sd is None or self.input:
            return self
        note = "; ".join(filter(None, (self.note, "England's, as wide as authorities differ")))
        return replace(self, tolerance=math.hypot(self.tolerance, self.authority_sd), note=note)

    def on_published_footing(self, simulated: tuple[float, ...]) -> tuple[float, ...]:
        """Simulated shares with unaccompanied children put back where the published ones include them."""
        if not self.unaccompanied_weight:
            return simulated
        weight = self.unaccompanied_weight
        return tuple(
            (1.0 - weight) * ours + weight * theirs
            for ours, theirs in zip(simulated, self.unaccompanied_values, strict=True)
        )

    def on_simulated_footing(self) -> tuple[float, ...]:
        """The published values with unaccompanied children taken out: what a simulated curve is held against."""
        if not self.unaccompanied_weight:
            return self.values
        weight = self.unaccompanied_weight
        return tuple(
            (value - weight * theirs) / (1.0 - weight)
            for value, theirs in zip(self.values, self.unaccompanied_values, strict=True)
        )

    def distances(self, simulated: tuple[float, ...]) -> tuple[float, ...]:
        """Signed distance of each simulated value (published footing) from its target, in tolerances."""
        return tuple((ours - value) / self.tolerance for ours, value in zip(simulated, self.values, strict=True))


def simulated_values(target: Target, outcomes: Mapping[Any, float], costs: Costs) -> tuple[float, ...]:
    """What a run says about a target, on the published footing; ``outcomes`` maps measure to value."""
    raw = tuple(
        float(getattr(costs, PRICES[name])) if name in PRICES else float(outcomes[name]) for name in target.measures
    )
    return target.on_published_footing(raw)
