"""Phase 6, outside the family: harm to young people in danger there, and what of it is seen."""

from __future__ import annotations

from sos_sim.agents import Family
from sos_sim.agents.codes import Place, Status
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import uniform
from sos_sim.model.events import Event, note
from sos_sim.model.households import has_danger_outside, outside_danger_of
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.world import World
from sos_sim.theory.outside import is_in_danger_outside


@rule
def outside(world: World, month: int) -> None:
    """Life outside the family of every young person who is in danger there, looked after, with relatives or neither."""
    for position in range(world.organisation[0].present):
        index = world.present[position]
        family = world.families[index]
        if has_danger_outside(family, month):
            harm_outside(world, family, index, month)


@rule
def harm_outside(world: World, family: Family, index: int, month: int) -> None:
    """Harm to each child in danger outside; in a closed family harm that is seen is a referral next month."""
    row, at = world.monthly[month], world.moments
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if not is_in_danger_outside(child, month) or child.place == Place.LEFT:
            continue
        if uniform(child.luck, at[Decision.HARM_OUTSIDE]) < outside_danger_of(world, family, child, month):
            seen = uniform(child.luck, at[Decision.HARM_OUTSIDE_SEEN]) < world.parameters.outside.outside_seen
            row[MonthlyColumn.HARM_OUTSIDE] += 1.0
            if seen:
                row[MonthlyColumn.HARM_OUTSIDE_SEEN] += 1.0
                if family.status == Status.CLOSED:
                    family.seen_incident = True
            note(world, index, number, Event.HARM_OUTSIDE, 1 if seen else 0)
