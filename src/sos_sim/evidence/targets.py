"""Official figures as targets: read, checked, and compared with what a run says.

The shipped file holds England's. A scenario file may hold a block ``targets:`` with the figures of one
authority for some of them: each entry names one of England's targets by ``id`` and gives its own values,
tolerance, year, grade and source; what is measured and in which unit stays England's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from numbers import Real
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sos_sim.core.errors import EvidenceError, did_you_mean
from sos_sim.core.parameters import GRADES
from sos_sim.outcomes.measures import MEASURES
from sos_sim.theory.costs import Costs

_PRICES = {
    "price_foster_week": "foster_week",
    "price_residential_week": "residential_week",
    "price_social_work_week": "social_work_week",
}
OWN_KEYS = ("id", "values", "tolerance", "year", "grade", "source")
"""What every target says of its own."""
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
_SHARED = ("measures", "unit")
_EXTRA = ("range", "authority_sd", "unaccompanied", "input")


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


@cache
def england_targets() -> tuple[Target, ...]:
    """The targets shipped with the package: England, years ending March 2025 unless said."""
    shipped = resources.files("sos_sim.evidence") / "england_targets.yaml"
    return tuple(read_targets(Path(str(shipped))))


def read_targets(path: Path, block: str = "targets") -> list[Target]:
    """Targets of a file's block that says all about each. Raises EvidenceError with file, line and what is wrong."""
    required = (*OWN_KEYS, *_SHARED)
    return [_whole(entry) for entry in _entries(path, required, (*required, *_EXTRA, "note"), block)]


def read_local_targets(path: Path) -> list[Target]:
    """The figures of one authority in the ``targets:`` block of a scenario file.

    Raises EvidenceError with file, line and what is wrong: a target that England's file does not have,
    values that do not fit what is measured or cannot be, a tolerance that is not above 0.
    """
    england = {target.id: target for target in england_targets()}
    return [_local(entry, england) for entry in _entries(path, required=OWN_KEYS, allowed=(*OWN_KEYS, "note"))]


def with_local(local: Iterable[Target]) -> list[Target]:
    """All targets: those of one authority where it has them, England's for the rest, in England's order.

    Where there are local ones, a figure of England's stands for an authority whose own is not known, so
    its tolerance holds the spread between authorities too: ``√(tolerance² + authority_sd²)``.
    """
    found = {target.id: target for target in local}
    if not found:
        return list(england_targets())
    return [found.get(target.id) or target.for_an_authority() for target in england_targets()]


def simulated_values(target: Target, outcomes: Mapping[Any, float], costs: Costs) -> tuple[float, ...]:
    """What a run says about a target, on the published footing; ``outcomes`` maps measure to value."""
    raw = tuple(
        float(getattr(costs, _PRICES[name])) if name in _PRICES else float(outcomes[name]) for name in target.measures
    )
    return target.on_published_footing(raw)


@dataclass(frozen=True)
class _Entry:
    """One target as written, knowing where it stands."""

    file: Path
    line: int
    written: CommentedMap

    def __getitem__(self, key: str) -> Any:
        return self.written[key]

    def get(self, key: str, default: Any) -> Any:
        return self.written.get(key, default)

    def refused(self, problem: str, key: str = "") -> EvidenceError:
        line = self.written.lc.key(key)[0] + 1 if key in self.written else self.line
        return EvidenceError(f"{self.file}, line {line}: target {self.get('id', '?')!r} {problem}")


def _entries(
    path: Path, required: tuple[str, ...], allowed: tuple[str, ...], block: str = "targets"
) -> Iterator[_Entry]:
    """The entries of a block of targets, each checked on its own; no id may come twice."""
    seen: dict[str, int] = {}
    for entry in _blocks(path, block):
        for key in entry.written:
            if key not in allowed:
                raise entry.refused(f"has the unknown key {key!r}.{did_you_mean(str(key), allowed)}", key)
        for key in required:
            if key not in entry.written:
                raise entry.refused(f"lacks {key}; needed are {', '.join(required)}")
        if entry["id"] in seen:
            raise entry.refused(f"is given twice, on lines {seen[entry['id']]} and {entry.line}")
        seen[entry["id"]] = entry.line
        _check_figures(entry)
        yield entry


def _blocks(path: Path, block: str) -> Iterator[_Entry]:
    try:
        document = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise EvidenceError(f"{path}: cannot be read ({problem.strerror})") from problem
    except (YAMLError, UnicodeDecodeError) as problem:
        mark = problem.problem_mark if isinstance(problem, MarkedYAMLError) else None
        place = f"{path}, line {mark.line + 1}" if mark else str(path)
        raise EvidenceError(f"{place}: not valid YAML ({str(problem).splitlines()[0]})") from problem
    listed = document.get(block) if isinstance(document, CommentedMap) else None
    if not isinstance(listed, CommentedSeq):
        raise EvidenceError(f"{path}: {block} must be a list, each with the keys {', '.join(OWN_KEYS)}")
    for number, written in enumerate(listed):
        line = listed.lc.item(number)[0] + 1
        if not isinstance(written, CommentedMap):
            raise EvidenceError(f"{path}, line {line}: a target is a mapping with the keys {', '.join(OWN_KEYS)}")
        yield _Entry(path, line, written)


def _check_figures(entry: _Entry) -> None:
    """Types and ranges of what every target says, whatever it measures."""
    values, tolerance, year = entry["values"], entry["tolerance"], entry["year"]
    if not isinstance(values, list) or not values or not all(map(_is_number, values)):
        raise entry.refused(f"has the values {values!r}; they must be a list of numbers", "values")
    if not _is_number(tolerance) or tolerance <= 0:
        raise entry.refused(f"has tolerance {tolerance!r}; it must be a number above 0", "tolerance")
    if not isinstance(year, int) or not EARLIEST_YEAR <= year <= LATEST_YEAR:
        allowed = f"a whole number from {EARLIEST_YEAR} to {LATEST_YEAR}"
        raise entry.refused(f"has the year {year!r}; it must be {allowed}", "year")
    if entry["grade"] not in GRADES:
        raise entry.refused(f"has the grade {entry['grade']!r}; grades are {', '.join(GRADES)}", "grade")
    if not isinstance(entry["source"], str) or not entry["source"].strip():
        raise entry.refused("names no source; write where the figure was published", "source")


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _fitting(target: Target, entry: _Entry) -> Target:
    """The target, when its values are as many as its measures and none is impossible."""
    if len(target.values) != len(target.measures):
        raise entry.refused(f"has {len(target.values)} values for {len(target.measures)} measures", "values")
    for value in target.values:
        if value < 0 or (target.is_share and value > 1):
            raise entry.refused(f"has the impossible value {value:g} ({target.unit})", "values")
    return target


def _whole(entry: _Entry) -> Target:
    for measure in entry["measures"]:
        if measure not in MEASURES and measure not in _PRICES:
            raise entry.refused(f"names the unknown measure {measure!r}", "measures")
    unaccompanied, spread, between = (entry.get(key, None) for key in ("unaccompanied", "range", "authority_sd"))
    target = Target(
        **_figures(entry),
        id=str(entry["id"]),
        measures=tuple(entry["measures"]),
        unit=str(entry["unit"]),
        range=(float(spread[0]), float(spread[1])) if spread else None,
        authority_sd=None if between is None else float(between),
        unaccompanied_weight=float(unaccompanied["weight"]) if unaccompanied else 0.0,
        unaccompanied_values=tuple(map(float, unaccompanied["values"])) if unaccompanied else (),
        input=bool(entry.get("input", False)),
    )
    return _fitting(target, entry)


def _local(entry: _Entry, england: Mapping[str, Target]) -> Target:
    if entry["id"] not in england:
        raise entry.refused(f"is none of England's targets.{did_you_mean(str(entry['id']), england)}", "id")
    return _fitting(replace(england[entry["id"]], **_figures(entry), local=True), entry)


def _figures(entry: _Entry) -> dict[str, Any]:
    """What every target says of its own."""
    return {
        "values": tuple(map(float, entry["values"])),
        "tolerance": float(entry["tolerance"]),
        "year": int(entry["year"]),
        "grade": str(entry["grade"]),
        "source": str(entry["source"]),
        "note": str(entry.get("note", "")),
    }
