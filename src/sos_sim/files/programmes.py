"""What a scenario says of its programmes: when each acts, how much of each lever there is, and whom it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sos_sim.core.errors import ScenarioError, did_you_mean
from sos_sim.core.parameters import Parameter, Value
from sos_sim.files.calendar import MonthNumber
from sos_sim.files.dated import may_change
from sos_sim.files.declarations import AsWritten, Block, Key, Name, Number, OneOf, Several, as_declared, trouble_with
from sos_sim.files.reading import Keys
from sos_sim.files.run_settings import LONGEST_RUN
from sos_sim.files.yaml_lines import Entry, describe, quoted
from sos_sim.model.programmes import Programme, Rollout, Unit
from sos_sim.theory.parameters import declared

PROGRAMME_MONTHS: Mapping[str, MonthNumber] = {
    "start_month": MonthNumber(0, "months", "months after the warm-up in which the programme starts", 0, LONGEST_RUN),
    "end_month": MonthNumber(None, "months", "first month in which the programme no longer acts", 1, LONGEST_RUN),
}
SHARE: Final = "offered_posts"
"""The lever that says which share of staff a programme reaches."""
UNITS: Final[Mapping[str, Unit]] = {"post": Unit.POST, "person": Unit.PERSON, "team": Unit.TEAM}
MOST_TEAMS: Final = 20_000
REACH: Final[Mapping[str, Key]] = {
    "share": Number(1.0, "share", "share of the staff that the programme reaches", 0, 1, whole=False),
    "by": OneOf("whether lots are drawn of posts, of the people who hold them, or of teams", [*UNITS], "post"),
    "by_month": MonthNumber(
        None, "months", "the month in which the share is reached; it grows till then", 0, LONGEST_RUN
    ),
    "waves": Number(None, "waves", "in how many equal waves it grows; month by month where left out", 2, 100),
    "lot": Name("programmes that name the same lot reach the same first; those that name none share one"),
}
MORE_KEYS: Final[Mapping[str, Key]] = {
    "reach": Block("which staff the programme reaches, and by when", REACH),
    "teams": Several(
        "the only teams reached, by their numbers in the table teams, in the order of their turn",
        Number(None, "team", "number of a team", 0, MOST_TEAMS),
        as_list=True,
    ),
    "theory": AsWritten(
        "a mapping of beliefs, link strengths among them, to their values while the programme acts",
        lambda: _beliefs_schema(),
    ),
}
"""Keys of a programme besides its name, months and levers."""


class ScheduledProgramme(NamedTuple):
    """Levers set from ``start_month`` up to, not including, ``end_month`` (months after the warm-up).

    ``end_month`` None means to the end of the run. ``reach`` says whom it reaches, its ``full_by`` in months after the
    warm-up too. ``theory`` are
    beliefs that hold while it acts.
    """

    name: str
    start_month: int
    end_month: int | None
    levers: Mapping[str, float]
    reach: Rollout = Rollout()
    theory: Mapping[str, Value] = MappingProxyType({})

    def months(self, run_months: int) -> range:
        """The months after the warm-up in which the programme acts, in a run of ``run_months``."""
        end = run_months if self.end_month is None else min(self.end_month, run_months)
        return range(self.start_month, end)

    def after(self, warmup: int, run_months: int) -> Programme:
        """The same in months from the start of a warm-up, as the model takes it."""
        stop = warmup + self.months(run_months).stop
        return Programme(warmup + self.start_month, stop, self.levers, self.reach.later(warmup))

    def as_written(self) -> dict[str, Any]:
        """The same by the keys of a file, the reach's among the programme's own."""
        unit = next(name for name, unit in UNITS.items() if unit is self.reach.unit)
        reach = {"by": unit, "teams": self.reach.teams, "by_month": self.reach.full_by, "lot": self.reach.lot}
        more = {"end_month": self.end_month, "waves": self.reach.waves, "theory": dict(self.theory), **reach}
        given = {key: value for key, value in more.items() if value not in (None, (), "", {})}
        return {"name": self.name, "start_month": self.start_month, **self.levers, **given}

    def resolved(self) -> dict[str, Any]:
        """What determines results, as plain nested data; what is as it always is, is left out."""
        found: dict[str, Any] = {
            "start_month": self.start_month,
            "end_month": self.end_month,
            "levers": dict(self.levers),
        }
        if self.reach != Rollout():
            found["reach"] = self.reach._asdict() | {"unit": int(self.reach.unit), "teams": list(self.reach.teams)}
        return found | ({"theory": dict(self.theory)} if self.theory else {})


def resolved_programme(name: str, plan: Mapping[str, Any]) -> ScheduledProgramme:
    """The programme of which ``resolved`` gave this."""
    reach = Rollout(**plan.get("reach", {}))
    reach = reach._replace(unit=Unit(reach.unit), teams=tuple(reach.teams))
    return ScheduledProgramme(
        name, plan["start_month"], plan["end_month"], plan["levers"], reach, plan.get("theory", {})
    )


def read_more(file: Path, items: Mapping[str, Entry]) -> tuple[dict[str, Any], list[ScenarioError]]:
    """What a programme says of its reach, teams and theory, by key, and what is wrong with it by line."""
    keys = Keys(file, "a programme", MORE_KEYS, items)
    found: dict[str, Any] = {}
    if keys["reach"] is not None:
        inside = keys.inside(keys["reach"], "reach", REACH)
        found["reach"] = {key: inside[key] for key in REACH}
        if inside["waves"] and inside["by_month"] is None:
            inside.refuse("waves needs by_month: the month in which the last wave starts.", "waves")
    if keys["teams"]:
        found["teams"] = tuple(entry.value for entry in keys["teams"])
    if keys["theory"] is not None:
        found["theory"] = _read_theory(keys, keys["theory"])
    return found, keys.problems


def changed_beliefs() -> dict[str, Parameter]:
    """Beliefs that may change by date, and so with a programme."""
    return {name: belief for name, belief in declared().items() if belief.kind == "belief" and may_change(name)}


def _read_theory(keys: Keys, entry: Entry) -> dict[str, Value]:
    known = changed_beliefs()
    if not isinstance(entry.value, dict):
        keys.refuse(f"theory is {describe(entry.value)}, but must be a mapping of beliefs to values.", entry)
        return {}
    found: dict[str, Value] = {}
    for name, item in entry.value.items():
        if name not in known:
            keys.refuse(
                f"theory: {quoted(name)} is no belief that a programme can change.{did_you_mean(name, known)}", item
            )
        elif trouble := trouble_with(f"theory.{name}", known[name], item.value):
            keys.refuse(trouble, item)
        else:
            found[name] = as_declared(known[name], item.value)
    return found


def _beliefs_schema() -> dict[str, Any]:
    """As a JSON Schema: every such belief with its range."""
    properties = {
        name: {"type": "number", "minimum": belief.low, "maximum": belief.high, "description": belief.meaning}
        for name, belief in changed_beliefs().items()
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}
