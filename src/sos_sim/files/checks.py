"""Values that are each allowed but contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from sos_sim.agents.teams import number_of_teams
from sos_sim.core.errors import ScenarioError
from sos_sim.core.parameters import Value
from sos_sim.files.keys import refusal
from sos_sim.files.programmes import ScheduledProgramme
from sos_sim.files.run_settings import RunSettings
from sos_sim.theory.levers import WHO
from sos_sim.theory.parameters import make_parameters

ADD_UP = (*WHO, "extra_posts", "costs_a_year", "costs_at_start")
"""Levers that several programmes may set for everybody: each its own."""
SHARES_OF_ONE_WHOLE = (("theory.kin_share", "theory.professional_share"),)


def contradictions(
    values: Mapping[str, Value], programmes: Sequence[ScheduledProgramme], run: RunSettings, origins: Mapping[str, str]
) -> list[ScenarioError]:
    """Every contradiction between values (by path), programmes and the run, with where it was written."""
    return [
        *_shares_above_one(values, origins),
        *(problem for programme in programmes for problem in _impossible_months(programme, run, origins)),
        *(problem for programme in programmes for problem in _impossible_reach(programme, values, origins)),
        *_set_twice(programmes, run, origins),
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
    name, start, end = programme.name, programme.start_month, programme.end_month
    if start >= run.months:
        problem = (
            f"programme {name!r} starts in month {start}, but the run has {run.months} months "
            f"({origins['run.months']}); start_month must be from 0 to {run.months - 1}."
        )
        yield refusal(problem, _origin(programme, "start_month", origins))
    if end is not None and end <= start:
        problem = f"programme {name!r} ends in month {end}, but must end after its start_month {start}."
        yield refusal(problem, _origin(programme, "end_month", origins))


def _impossible_reach(
    programme: ScheduledProgramme, values: Mapping[str, Value], origins: Mapping[str, str]
) -> Iterator[ScenarioError]:
    name, reach = programme.name, programme.reach
    if reach.full_by is not None and reach.full_by < programme.start_month:
        problem = f"programme {name!r} reaches its share by month {reach.full_by}, before it starts."
        yield refusal(problem, _origin(programme, "by_month", origins))
    authority = make_parameters({path.partition(".")[2]: value for path, value in values.items() if _is_value(path)})
    teams = number_of_teams(authority.authority)
    if reach.teams and max(reach.teams) >= teams:
        problem = f"programme {name!r} names team {max(reach.teams)}, but there are {teams} teams, numbered from 0."
        yield refusal(problem, _origin(programme, "teams", origins))
    if programme.theory and not _reaches_all(programme):
        problem = f"programme {name!r} sets theory, which holds for everybody, and reaches only some; make it two."
        yield refusal(problem, _origin(programme, "theory", origins))


def _set_twice(
    programmes: Sequence[ScheduledProgramme], run: RunSettings, origins: Mapping[str, str]
) -> Iterator[ScenarioError]:
    """What two programmes set in the same months for the same people: one value has to be chosen."""
    for one, other in combinations(programmes, 2):
        first, last = max(one.start_month, other.start_month), min(p.months(run.months).stop for p in (one, other)) - 1
        twice = [name for name in other.theory if name in one.theory]
        if _reaches_all(one) and _reaches_all(other):
            twice += [lever for lever in other.levers if lever in one.levers and lever not in ADD_UP]
        for key in twice if first <= last else []:
            place = _origin(one, key, origins)
            problem = (
                f"programmes {one.name!r} ({place}) and {other.name!r} both set {key} in months {first} to {last}; "
                "it can have one value in a month."
            )
            yield refusal(problem, _origin(other, key, origins))


def _reaches_all(programme: ScheduledProgramme) -> bool:
    """Whether a programme reaches everybody from its start to its end."""
    whole = all(programme.levers.get(lever, 1.0) >= 1.0 for lever in WHO)
    return whole and not programme.reach.teams and programme.reach.full_by is None


def _is_value(path: str) -> bool:
    return not path.startswith("run.")


def _origin(programme: ScheduledProgramme, key: str, origins: Mapping[str, str]) -> str:
    """Where a key of a programme was written, else where the programme was."""
    path = f"programmes.{programme.name}."
    in_theory = origins.get(f"{path}theory") if key in programme.theory else None
    return in_theory or origins.get(path + key, origins[path + "name"])


def _last(paths: Sequence[str], origins: Mapping[str, str]) -> str:
    """Where the last of the values that are not defaults was written."""
    return [origins[path] for path in paths if origins[path] != "default"][-1]
