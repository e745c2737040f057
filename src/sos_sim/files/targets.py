"""Official figures as files write them: England's, shipped with the package, and those of one authority.

A scenario file may hold a block ``targets:`` with the figures of one authority for some of England's targets:
each entry names one by ``id`` and gives its own values, tolerance, year, grade and source; what is measured
and in which unit stays England's. A file of targets says all about each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from sos_sim.core.errors import ScenarioError
from sos_sim.core.parameters import GRADES
from sos_sim.evidence.targets import PRICES, Target
from sos_sim.files.declarations import Block, Blocks, Flag, Key, Number, OneOf, Several, Text
from sos_sim.files.reading import Keys
from sos_sim.files.yaml_lines import Entry, quoted
from sos_sim.outcomes.measures import MEASURES

_FIGURE: Final = Number(None, "in the target's unit", "a published value", 0.0, whole=False)
_FIGURES: Final[Mapping[str, Key]] = {
    "values": Several("published values, one for each measure", _FIGURE, as_list=True, repeats=True, needed=True),
    "tolerance": Number(
        None, "in the target's unit", "a distance that counts as one", 0.0, whole=False, above=True, needed=True
    ),
    "year": Number(None, "year", "in which the year that the figures are about ends", 1990, 2100, needed=True),
    "grade": OneOf("how good the source is", tuple(GRADES), needed=True),
    "source": Text("where the figures were published", needed=True),
    "note": Text("what a reader should know"),
}
_MEASURED: Final = OneOf("a measure", (*MEASURES, *PRICES), told="a measure, as sos-sim measures lists them")
_UNACCOMPANIED: Final[Mapping[str, Key]] = {
    "weight": Number(None, "share", "their share of the children counted", 0.0, 0.99, whole=False, needed=True),
    "values": Several("the same figures of them alone", _FIGURE, as_list=True, repeats=True, needed=True),
}
_WHOLE: Final[Mapping[str, Key]] = {
    "id": Text("what the target is called", needed=True),
    "measures": Several("what the values are about", _MEASURED, as_list=True, needed=True),
    **_FIGURES,
    "unit": Text("of the values; shares and probabilities are at most 1", needed=True),
    "range": Several("lowest and highest value of an authority", _FIGURE, as_list=True, least=2, most=2, repeats=True),
    "authority_sd": Number(None, "in the target's unit", "spread between authorities", 0.0, whole=False),
    "unaccompanied": Block("unaccompanied children, whom the figures include", _UNACCOMPANIED),
    "input": Flag("whether the model takes it as given, so that it fits by construction"),
}
WHOLE_TARGETS: Final = Blocks(Block("one target", _WHOLE))
"""A block of targets that says all about each."""


@cache
def local_block() -> Blocks:
    """The block of a scenario file with official figures of its authority."""
    england = OneOf(
        "which of England's it replaces",
        tuple(target.id for target in england_targets()),
        told="one of England's targets",
        needed=True,
    )
    return Blocks(Block("one official figure of the authority, for sos-sim fit", {"id": england, **_FIGURES}))


@cache
def england_targets() -> tuple[Target, ...]:
    """The targets shipped with the package: England, years ending March 2025 unless said."""
    return tuple(read_targets(Path(str(resources.files("sos_sim.evidence") / "england_targets.yaml"))))


def read_targets(file: Path) -> list[Target]:
    """The targets of a file that says all about each. Raises ScenarioError with every problem and its line."""
    keys = Keys.of(file, "a file of targets", {"targets": WHOLE_TARGETS})
    if "targets" not in keys.given:
        keys.refuse(f"targets is missing; it must be {WHOLE_TARGETS.allowed()}.")
    found = list(whole_targets(keys, "targets"))
    keys.report()
    return found


def whole_targets(keys: Keys, name: str) -> Iterator[Target]:
    """The targets in a block that says all about each; those that cannot be one are noted and left out."""
    for here in _each(keys, name, _WHOLE):
        others = here["unaccompanied"] and here.inside(here["unaccompanied"], "unaccompanied", _UNACCOMPANIED)
        between = _values(here["range"])
        target = Target(
            **_figures(here),
            id=here["id"],
            measures=_values(here["measures"]),
            unit=here["unit"],
            range=(between[0], between[1]) if between else None,
            authority_sd=here["authority_sd"],
            unaccompanied_weight=others["weight"] if others else 0.0,
            unaccompanied_values=_values(others["values"]) if others else (),
            input=here["input"],
        )
        if _fits(target, here):
            yield target


def local_targets(keys: Keys) -> Iterator[Target]:
    """The figures of one authority in a scenario file; those that cannot be a target are noted and left out."""
    england = {target.id: target for target in england_targets()}
    for here in _each(keys, "targets", local_block().block.keys):
        if here.sound:
            target = replace(england[here["id"]], **_figures(here), local=True)
            if _fits(target, here):
                yield target


def with_local(local: Iterable[Target]) -> list[Target]:
    """All targets: those of one authority where it has them, England's for the rest, in England's order.

    Where there are local ones, a figure of England's stands for an authority whose own is not known, so
    its tolerance holds the spread between authorities too: ``√(tolerance² + authority_sd²)``.
    """
    found = {target.id: target for target in local}
    if not found:
        return list(england_targets())
    return [found.get(target.id) or target.for_an_authority() for target in england_targets()]


def _each(keys: Keys, name: str, declared: Mapping[str, Key]) -> Iterator[Keys]:
    """The entries of a block of targets, each read; no id may come twice."""
    lines: dict[Any, int] = {}
    for entry in keys[name]:
        written = entry.value.get("id")
        called = written.value if written and isinstance(written.value, str) else "?"
        here = keys.inside(entry, f"target {quoted(called)}", declared)
        if called in lines:
            here.refuse(f"the target is given twice, on lines {lines[called]} and {entry.line}.")
        lines[called] = entry.line
        yield here


def _figures(here: Keys) -> dict[str, Any]:
    """What every target says of its own."""
    return {name: here[name] for name in _FIGURES} | {"values": _values(here["values"])}


def _values(entries: Iterable[Entry]) -> tuple[Any, ...]:
    return tuple(entry.value for entry in entries)


def _fits(target: Target, here: Keys) -> bool:
    """Whether the target's values are as many as its measures and none is impossible; notes what is not so."""
    if here.sound and len(target.values) != len(target.measures):
        here.refuse(f"{len(target.values)} values for {len(target.measures)} measures.", "values")
    if here.sound and target.unaccompanied_values and len(target.unaccompanied_values) != len(target.values):
        here.refuse("unaccompanied must give as many values as the target.", "unaccompanied")
    if here.sound and target.range and target.range[0] > target.range[1]:
        here.refuse("range must be [low, high] with low not above high.", "range")
    for entry in here["values"] if here.sound and target.is_share else ():
        if entry.value > 1:
            here.refuse(f"the impossible value {entry.value:g} ({target.unit}): it cannot be above 1.", entry)
    return here.sound


def plain_targets(targets: Iterable[Target]) -> list[dict[str, Any]]:
    """Targets as plain JSON, for the record of a study."""
    return [asdict(target) for target in targets]


def targets_again(kept: Iterable[Any]) -> tuple[Target, ...]:
    """Targets from what ``plain_targets`` gave and a file kept. Raises ScenarioError for what is no target."""
    try:
        return tuple(Target(**{name: _no_list(value) for name, value in one.items()}) for one in kept)
    except (AttributeError, TypeError) as problem:
        raise ScenarioError(f"the official figures that were kept are damaged: {problem}.") from problem


def _no_list(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
