"""One declaration per parameter: name, unit, meaning, default, range, prior, source, grade, kind.

Parameters are the fields of ``typing.NamedTuple`` groups that live beside the rules which read
them. The "default" of each field is its declaration, so the group *is* the registry entry, the type
that rules are checked against, and the tuple that the compiled engine receives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeVar

from sos_sim.core.links import Link, LinkOrNone
from sos_sim.core.priors import Prior

Kind = Literal["fact", "belief", "lever", "structure"]
Grade = Literal["A", "B", "C", "D"]
Value = float | int | str

GRADES: Mapping[str, str] = {"A": "official statistic", "B": "study", "C": "statement of the review", "D": "assumption"}
SECTIONS: Mapping[Kind, str] = {"fact": "authority", "belief": "theory", "lever": "programme", "structure": "structure"}


@dataclass(frozen=True)
class Parameter:
    """What is known about one parameter. ``link`` is a link of the programme theory or ''.

    ``weights`` are the probabilities of ``choices`` where draws choose among them; () where the scenario decides.
    """

    kind: Kind
    default: Value
    unit: str
    meaning: str
    low: float
    high: float
    source: str
    grade: Grade
    heading: str = "moderator"
    link: LinkOrNone = ""
    prior: Prior | None = None
    choices: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    whole: bool = False
    is_strength: bool = False
    in_every_arm: bool = False
    only_under: str = ""
    name: str = ""
    group: str = ""

    @property
    def section(self) -> str:
        """The section of a scenario file that sets this parameter."""
        return SECTIONS[self.kind]

    @property
    def path(self) -> str:
        """Where a scenario sets it, for example ``theory.trust_gain``."""
        return f"{self.section}.{self.name}"

    def number(self, value: Value) -> float | int:
        """The number the engines use: choices become their position, whole numbers integers."""
        if self.choices:
            return self.choices.index(str(value))
        return int(value) if self.whole else float(value)

    def allowed(self) -> str:
        """A phrase for error messages and tables: what values are allowed."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.low:g} to {self.high:g}"


def fact(
    default: float,
    unit: str,
    meaning: str,
    *,
    low: float,
    high: float,
    source: str,
    grade: Grade,
    prior: Prior | None = None,
    heading: str = "moderator",
    whole: bool = False,
    only_under: str = "",
) -> Any:
    """What an authority is. ``prior`` is for facts that are themselves uncertain."""
    return Parameter(
        "fact",
        default,
        unit,
        meaning,
        low,
        high,
        source,
        grade,
        heading,
        prior=prior,
        whole=whole,
        only_under=only_under,
    )


def belief(
    default: float,
    unit: str,
    meaning: str,
    *,
    low: float,
    high: float,
    source: str,
    grade: Grade,
    prior: Prior | None = None,
    link: LinkOrNone = "",
    heading: str = "mechanism",
    only_under: str = "",
) -> Any:
    """What nobody knows. Without a ``prior`` it is fixed (a scale constant, said in ``source``)."""
    return Parameter(
        "belief", default, unit, meaning, low, high, source, grade, heading, link, prior, only_under=only_under
    )


def strength(
    default: float,
    unit: str,
    meaning: str,
    *,
    high: float,
    source: str,
    grade: Grade,
    link: Link,
    prior: Prior | None = None,
    heading: str = "mechanism",
    only_under: str = "",
    in_every_arm: bool = False,
) -> Any:
    """A belief about how strong a link is; at 0 the link does not exist.

    Most act only through what a programme delivers. ``in_every_arm`` marks the links further down
    the chain, which usual practice uses too, so that drawing them moves the level of every arm.
    """
    return Parameter(
        "belief",
        default,
        unit,
        meaning,
        0.0,
        high,
        source,
        grade,
        heading,
        link,
        prior,
        is_strength=True,
        only_under=only_under,
        in_every_arm=in_every_arm,
    )


def lever(
    default: float,
    unit: str,
    meaning: str,
    *,
    low: float,
    high: float,
    source: str,
    grade: Grade,
    prior: Prior | None = None,
) -> Any:
    """What a policy can choose; ``default`` is its value under usual practice."""
    return Parameter("lever", default, unit, meaning, low, high, source, grade, "implementation", prior=prior)


def structure(
    default: str,
    choices: tuple[str, ...],
    meaning: str,
    *,
    source: str,
    grade: Grade,
    link: LinkOrNone = "",
    weights: tuple[float, ...] = (),
) -> Any:
    """Which of several readings of the theory holds; the engines see the position in ``choices``.

    With ``weights``, one for each choice and 1 in all, draws choose; without them the scenario does.
    """
    return Parameter(
        "structure",
        default,
        "choice",
        meaning,
        0,
        len(choices) - 1,
        source,
        grade,
        "mechanism",
        link,
        choices=choices,
        weights=weights,
        whole=True,
    )


Group = TypeVar("Group", bound=tuple[Any, ...])


def declarations(groups: Iterable[type[NamedTuple]]) -> dict[str, Parameter]:
    """All parameters of the given groups by name, each knowing its name and group.

    Raises ValueError when two groups declare the same name.
    """
    found: dict[str, Parameter] = {}
    for group in groups:
        for name, declared in group._field_defaults.items():
            if name in found:
                raise ValueError(f"parameter {name!r} is declared in both {found[name].group} and {group.__name__}")
            found[name] = replace(declared, name=name, group=group.__name__)
    return found


def fill(group: type[Group], values: Mapping[str, Value]) -> Group:
    """The group's tuple of numbers; names missing from ``values`` take their declared default."""
    declared: Mapping[str, Parameter] = group._field_defaults  # type: ignore[attr-defined]
    numbers: Any = [parameter.number(values.get(name, parameter.default)) for name, parameter in declared.items()]
    return group(*numbers)
