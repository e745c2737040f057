"""Values that are each allowed but contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from sos_sim.core.errors import ScenarioError
from sos_sim.core.parameters import Value
from sos_sim.files.keys import refusal
from sos_sim.files.run_settings import RunSettings, ScheduledProgramme

SHARES_OF_ONE_WHOLE = (("theory.kin_share", "theory.professional_share"),)


def contradictions(
    values: Mapping[str, Value], programmes: Sequence[ScheduledProgramme], run: RunSettings, origins: Mapping[str, str]
) -> list[ScenarioError]:
    """Every contradiction between values (by path), programmes and the run, with where it was written."""
    return [
        *_shares_above_one(values, origins),
        *(problem for programme in programmes for problem in _impossible_months(programme, run, origins)),
        *_levers_set_twice(programmes, run, origins),
    ]


def _shares_above_one(values: Mapping[str, Value], origins: Mapping[str, str]) -> Iterator[ScenarioError]:
    for paths in SHARES_OF_ONE_WHOLE:
        total = sum(float(values[path]) for path in paths)
        if total > 1.0:
            written = " and ".join(f"{path} {values[path]:g} ({origins[path]})" for path in paths)
            yield refusal(f"{written} add up to {total:g}; together they must be at most 1.", _last(paths, origins))


def _impossible_months(
    programme: ScheduledProgramme, run: RunSettings, origins: Mapping[str, str]
) -> Iterator[ScenarioError]:
    name, start, end, _ = programme
    if start >= run.months:
        problem = (
            f"programme {name!r} starts in month {start}, but the run has {run.months} months "
            f"({origins['run.months']}); start_month must be from 0 to {run.months - 1}."
        )
        yield refusal(problem, _origin(programme, "start_month", origins))
    if end is not None and end <= start:
        problem = f"programme {name!r} ends in month {end}, but must end after its start_month {start}."
        yield refusal(problem, _origin(programme, "end_month", origins))


def _levers_set_twice(
    programmes: Sequence[ScheduledProgramme], run: RunSettings, origins: Mapping[str, str]
) -> Iterator[ScenarioError]:
    for one, other in combinations(programmes, 2):
        first, last = max(one.start_month, other.start_month), min(p.months(run.months).stop for p in (one, other)) - 1
        for lever in [name for name in other.levers if name in one.levers and first <= last]:
            place = _origin(one, lever, origins)
            problem = (
                f"programmes {one.name!r} ({place}) and {other.name!r} both set {lever} in months {first} to {last}; "
                "a lever can have one value in a month."
            )
            yield refusal(problem, _origin(other, lever, origins))


def _origin(programme: ScheduledProgramme, key: str, origins: Mapping[str, str]) -> str:
    """Where a key of a programme was written, else where the programme was."""
    path = f"programmes.{programme.name}."
    return origins.get(path + key, origins[path + "name"])


def _last(paths: Sequence[str], origins: Mapping[str, str]) -> str:
    """Where the last of the values that are not defaults was written."""
    return [origins[path] for path in paths if origins[path] != "default"][-1]
