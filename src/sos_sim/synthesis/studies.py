"""Published studies as designs that can be held inside the model, read from a file and checked."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, get_args

from sos_sim.core.errors import did_you_mean
from sos_sim.core.parameters import Value
from sos_sim.files.declarations import AsWritten, Block, Blocks, Key, Name, Number, OneOf, Several, Text, trouble_with
from sos_sim.files.notation import taken
from sos_sim.files.reading import Keys
from sos_sim.files.yaml_lines import Entry, describe, quoted
from sos_sim.synthesis.readings import READINGS, Eligible
from sos_sim.theory.levers import WHO
from sos_sim.theory.parameters import declared

Role = Literal["condition", "predict", "context"]
Found = Literal["estimate", "none", "more", "fewer"]
LINKS: Final = tuple(f"M{number}" for number in range(9))
LONGEST: Final = 120


@dataclass(frozen=True)
class HeldOutcome:
    """What a study found of one outcome.

    ``found``: an ``estimate`` (``value``), or that there was none, more or fewer, at 5 %. ``error`` is the standard
    error of its sampling; ``between`` the spread of effects between ``authorities``, of which it had so many.
    ``months`` says how long after entry its ``reading`` looks.
    """

    id: str
    reading: str
    months: int
    found: Found
    value: float
    error: float
    between: float
    authorities: int
    note: str

    @property
    def whole_error(self) -> float:
        """Standard error with the spread between authorities."""
        return math.hypot(self.error, self.between / math.sqrt(self.authorities))


@dataclass(frozen=True)
class HeldStudy:
    """One published study; without ``outcomes`` it is told and not held.

    Who meets ``eligible`` in ``recruit_months``, beginning ``roll_in_months`` after the programme, enters. The
    programme is levers, or beliefs that it changes (``theory``); a study without either looks at usual practice.
    Outcomes of a study are ``alike``: the correlation of their errors.
    """

    id: str
    title: str
    what: str
    role: Role
    links: tuple[str, ...]
    source: str
    eligible: Eligible
    programme: Mapping[str, float]
    theory: Mapping[str, Value]
    roll_in_months: int
    recruit_months: int
    follow_up_months: int
    alike: float
    outcomes: tuple[HeldOutcome, ...]
    not_formed: str

    @property
    def last_month(self) -> int:
        """Months after the start of the programme that it needs."""
        return self.roll_in_months + self.recruit_months + self.follow_up_months

    @property
    def arm(self) -> str:
        """What its programme is, as text: studies of one programme share a life."""
        return json.dumps([dict(self.programme), dict(self.theory)], sort_keys=True)


_OUTCOME: Final[Mapping[str, Key]] = {
    "id": Name("what it is called, unlike the others of its study", needed=True),
    "reading": OneOf("how it is read from the model", tuple(READINGS), needed=True),
    "months": Number(12, "months", "from entry to what is looked at", 0, LONGEST),
    "found": OneOf("what the study found", get_args(Found), needed=True),
    "value": Number(None, "that of the reading", "the estimate", -1e6, 1e6, whole=False),
    "error": Number(
        None, "that of the reading", "standard error of sampling", 0, 1e6, whole=False, above=True, needed=True
    ),
    "between": Number(0, "that of the reading", "spread of effects between authorities", 0, 1e6, whole=False),
    "authorities": Number(1, "authorities", "that took part", 1, 10_000),
    "note": Text("from what the error was computed", needed=True),
}
_STUDY: Final[Mapping[str, Key]] = {
    "id": Name("what it is called", needed=True),
    "title": Name("for a heading", needed=True),
    "what": Text("what was compared, of whom", needed=True),
    "role": OneOf("whether draws are weighed by it, or it is predicted, or told only", get_args(Role), needed=True),
    "links": Several("links of the theory that it bears on", OneOf("a link", LINKS), as_list=True, needed=True),
    "source": Text("where it was published", needed=True),
    "eligible": OneOf("what a child meets to enter", get_args(Eligible), default="need_start"),
    "programme": AsWritten("levers of its programme", lambda: {"type": "object"}),
    "theory": AsWritten("beliefs that its programme changes", lambda: {"type": "object"}),
    "roll_in_months": Number(0, "months", "from the start of the programme to the first entry", 0, LONGEST),
    "recruit_months": Number(12, "months", "in which children enter", 1, LONGEST),
    "follow_up_months": Number(0, "months", "for which each is followed", 0, LONGEST),
    "alike": Number(0, "correlation", "of the errors of its outcomes", 0, 0.99, whole=False),
    "outcomes": Blocks(Block("what it found of an outcome", _OUTCOME)),
    "not_formed": Text("what the model cannot form of it, and why"),
}
STUDY_KEYS: Final[Mapping[str, Key]] = {"studies": Blocks(Block("a published study", _STUDY))}


def published_studies() -> Path:
    """The file of published studies that comes with the package."""
    return Path(str(resources.files("sos_sim.evidence") / "published_studies.yaml"))


def read_held_studies(file: Path) -> tuple[HeldStudy, ...]:
    """The studies of a file. Raises ScenarioError with every problem found, each with file, line and value."""
    keys = Keys.of(file, "a file of published studies", STUDY_KEYS)
    found = [study for entry in keys["studies"] if (study := _study(keys, entry)) is not None]
    _refuse_doubles(keys, [study.id for study in found], "study")
    if not found and keys.sound:
        keys.refuse("studies is missing; it must be a list of published studies.", "studies")
    keys.report()
    return tuple(found)


def studies_digest(studies: Sequence[HeldStudy]) -> str:
    """First 12 hex digits of a SHA-256 over all that the studies say."""
    told = json.dumps([asdict(study) for study in studies], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _study(outer: Keys, entry: Entry) -> HeldStudy | None:
    keys = outer.inside(entry, "a study", _STUDY)
    programme = _values(keys, "programme", "lever")
    theory = _values(keys, "theory", "belief")
    outcomes = [_outcome(keys, inner) for inner in keys["outcomes"]]
    _refuse_doubles(keys, [outcome.id for outcome in outcomes if outcome is not None], "outcome")
    if not outcomes and not keys["not_formed"]:
        keys.refuse("it has neither outcomes nor not_formed, so nothing is said of it.")
    if (keys["role"] == "context") == bool(outcomes):
        keys.refuse(f"role is {quoted(keys['role'])}, but context, and only context, goes without outcomes.", "role")
    for outcome in filter(None, outcomes):
        _refuse_unheld(keys, outcome, bool(programme or theory))
    if not keys.sound:
        return None
    return HeldStudy(
        programme=programme,
        theory=theory,
        links=tuple(link.value for link in keys["links"]),
        outcomes=tuple(filter(None, outcomes)),
        **{name: keys[name] for name in _STUDY if name not in ("programme", "theory", "links", "outcomes")},
    )


def _outcome(outer: Keys, entry: Entry) -> HeldOutcome | None:
    keys = outer.inside(entry, "an outcome", _OUTCOME)
    if keys.sound and (keys["found"] == "estimate") == (keys["value"] is None):
        keys.refuse(f"found is {quoted(keys['found'])}; an estimate, and nothing else, has a value.", "found")
    if not keys.sound:
        return None
    values = {name: keys[name] for name in _OUTCOME}
    return HeldOutcome(**values | {"value": math.nan if values["value"] is None else values["value"]})


def _refuse_unheld(keys: Keys, outcome: HeldOutcome, has_programme: bool) -> None:
    reading = READINGS[outcome.reading]
    if reading.of_effect != has_programme and not (has_programme and reading.in_programme):
        wanted = "needs a programme" if reading.of_effect else "is of usual practice, and goes without a programme"
        keys.refuse(f"{outcome.id}: the reading {outcome.reading} {wanted}.", "outcomes")
    needed = outcome.months if reading.of_children else 0
    if needed > keys["follow_up_months"]:
        keys.refuse(
            f"{outcome.id} looks {needed} months ahead, but follow_up_months is {keys['follow_up_months']}.", "outcomes"
        )


def _values(keys: Keys, key: str, kind: str) -> dict[str, Any]:
    """Values of parameters of one kind, as ``key`` gives them; those that are wrong are noted."""
    entry = keys[key]
    if entry is None:
        return {}
    if not isinstance(entry.value, dict):
        keys.refuse(f"{key} is {describe(entry.value)}, but must map names to values.", entry)
        return {}
    names = [name for name, parameter in declared().items() if parameter.kind == kind and name not in WHO]
    found: dict[str, Value] = {}
    for name, inner in entry.value.items():
        if name not in names:
            keys.refuse(f"{key} has no {kind} {quoted(name)}.{did_you_mean(name, names)}", inner)
        elif trouble := trouble_with(f"{key}.{name}", declared()[name], inner.value):
            keys.refuse(trouble, inner)
        else:
            found[name] = taken(declared()[name].unit, inner.value)
    return found


def _refuse_doubles(keys: Keys, names: Sequence[str], what: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        keys.refuse(f"two of the {what} {quoted(twice[0])}; each needs a name of its own.")
