"""What a scenario sets that is no single number, in words: dated values, reach and theory of programmes, budget."""

from __future__ import annotations

from collections.abc import Mapping

from sos_sim.files.calendar import CalendarMonth
from sos_sim.files.programmes import UNITS, ScheduledProgramme
from sos_sim.files.scenario import Scenario
from sos_sim.model.programmes import Rollout


def besides_numbers(scenario: Scenario) -> dict[str, str]:
    """A phrase for each, by the path under which a file sets it."""
    start = scenario.start
    said = {} if start is None else {"run.start": f"month 0 is {start}"}
    for path, steps in scenario.changes.items():
        said[path] = "; ".join(f"{float(value):g} from {_month(month, start)}" for month, value in steps)
    for plan in scenario.programmes:
        said |= {f"programmes.{plan.name}.{key}": phrase for key, phrase in _of_programme(plan, start).items()}
    if scenario.budget is not None:
        order = ", ".join(scenario.budget.gives_way) or "in the order training, coaching, supervision, extra_posts"
        said["budget"] = f"£{scenario.budget.a_year:,.0f} a year; gives way: {order}"
    return said


def _of_programme(plan: ScheduledProgramme, start: CalendarMonth | None) -> Mapping[str, str]:
    said = {}
    if plan.reach != Rollout():
        said["reach"] = _reach(plan, start)
    if plan.theory:
        said["theory"] = ", ".join(f"{name} {float(value):g}" for name, value in plan.theory.items())
    return said


def _reach(plan: ScheduledProgramme, start: CalendarMonth | None) -> str:
    unit = next(name for name, unit in UNITS.items() if unit is plan.reach.unit)
    said = f"lots of {unit}s"
    if plan.reach.teams:
        said = f"teams {', '.join(map(str, plan.reach.teams))}" + ("" if unit == "team" else f", {said}")
    if plan.reach.full_by is not None:
        pace = "month by month" if plan.reach.waves is None else f"in {plan.reach.waves} waves"
        said += f", all of the share by {_month(plan.reach.full_by, start)}, {pace}"
    return said + (f", lot {plan.reach.lot!r}" if plan.reach.lot else "")


def _month(month: int, start: CalendarMonth | None) -> str:
    """A month after the warm-up, and of the calendar where that is known."""
    return f"month {month}" + ("" if start is None else f" ({start.plus(month)})")
