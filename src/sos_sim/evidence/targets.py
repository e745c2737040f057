"""Official figures as targets: read, checked, and compared with what a run says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sos_sim.core.errors import EvidenceError
from sos_sim.model.outcomes import MEASURES
from sos_sim.theory.costs import Costs

_PRICES = {
    "price_foster_week": "foster_week",
    "price_residential_week": "residential_week",
    "price_social_work_week": "social_work_week",
}


@dataclass(frozen=True)
class Target:
    """One published figure, or several that belong together (shares by age, cumulative durations)."""

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


def england_targets() -> list[Target]:
    """The targets shipped with the package: England, years ending March 2025 unless said."""
    shipped = resources.files("sos_sim.evidence") / "england_targets.yaml"
    return read_targets(Path(str(shipped)))


def read_targets(path: Path) -> list[Target]:
    """Targets from a YAML file. Raises EvidenceError naming the file, the line and what is wrong."""
    try:
        entries = YAML(typ="rt").load(path.read_text(encoding="utf-8"))["targets"]
    except (OSError, KeyError, TypeError) as problem:
        raise EvidenceError(f"{path}: cannot be read as a list of targets ({problem})") from problem
    return [_checked(entry, path, entries.lc.item(index)[0] + 1) for index, entry in enumerate(entries)]


def simulated_values(target: Target, outcomes: Mapping[Any, float], costs: Costs) -> tuple[float, ...]:
    """What a run says about a target, on the published footing; ``outcomes`` maps measure to value."""
    raw = tuple(
        float(getattr(costs, _PRICES[name])) if name in _PRICES else float(outcomes[name]) for name in target.measures
    )
    return target.on_published_footing(raw)


def _checked(entry: Any, path: Path, line: int) -> Target:
    where = f"{path}, line {line}: target {entry.get('id', '?')!r}"
    for measure in entry["measures"]:
        if measure not in MEASURES and measure not in _PRICES:
            raise EvidenceError(f"{where} names the unknown measure {measure!r}")
    if len(entry["values"]) != len(entry["measures"]):
        raise EvidenceError(f"{where} has {len(entry['values'])} values for {len(entry['measures'])} measures")
    if not entry["tolerance"] > 0:
        raise EvidenceError(f"{where} has tolerance {entry['tolerance']}; it must be above 0")
    is_share = "share" in entry["unit"] or "prob" in entry["unit"]
    for value in entry["values"]:
        if value < 0 or (is_share and value > 1):
            raise EvidenceError(f"{where} has the impossible value {value} ({entry['unit']})")
    unaccompanied = entry.get("unaccompanied", {})
    spread = entry.get("range")
    return Target(
        id=str(entry["id"]), measures=tuple(entry["measures"]), values=tuple(map(float, entry["values"])),
        tolerance=float(entry["tolerance"]), unit=str(entry["unit"]), year=int(entry["year"]),
        grade=str(entry["grade"]), source=str(entry["source"]),
        range=(float(spread[0]), float(spread[1])) if spread else None,
        authority_sd=entry.get("authority_sd"), note=str(entry.get("note", "")),
        unaccompanied_weight=float(unaccompanied.get("weight", 0.0)),
        unaccompanied_values=tuple(map(float, unaccompanied.get("values", ()))),
        input=bool(entry.get("input", False)),
    )
