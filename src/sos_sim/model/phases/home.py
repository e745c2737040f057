"""Phase 6: need and strain move, harm strikes or does not, some of it is seen."""

from __future__ import annotations

from sos_sim.agents import Family
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import uniform
from sos_sim.model.events import Event, note
from sos_sim.model.expected import counts_chances
from sos_sim.model.households import is_looked_after, lives_at_home, lives_with_guardian, lives_with_relatives
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.paths import shown_by
from sos_sim.model.phases.chances import expect_harm
from sos_sim.model.phases.outside import outside
from sos_sim.model.world import World
from sos_sim.theory.frontdoor import fade_alertness
from sos_sim.theory.home import (
    change_for_good,
    danger_strikes,
    lingering_safety,
    live,
    safety,
    seen_chance,
    true_danger,
)
from sos_sim.theory.plan import age_plan


@rule
def home(world: World, month: int) -> None:
    """Life at home, in open and in closed families."""
    p, at = world.parameters.home, world.moments
    organisation = world.organisation[0]
    for position in range(organisation.open_families):
        index = world.open_index[position]
        family = world.families[index]
        family.safety = safety(family, p, world.parameters.casework, world.parameters.structure)
        live(family, uniform(family.luck, at[Decision.NOISE]), uniform(family.luck, at[Decision.EVENT]), p)
        change_for_good(family, p)
        family.seen_incident = False
        family.severe_incident = False
        if danger_strikes(family, uniform(family.luck, at[Decision.HARM_STRIKES]), p):
            strike(world, family, index, month)
        if family.in_care:
            harm_in_care(world, family, index, month)
        if family.away:
            harm_with_kin(world, family, index, month)
    for position in range(organisation.closed_families):
        index = world.closed_index[position]
        family = world.families[index]
        age_plan(family, world.parameters.plan)
        family.safety = lingering_safety(family, p)
        live(family, uniform(family.luck, at[Decision.NOISE]), uniform(family.luck, at[Decision.EVENT]), p)
        fade_alertness(family, world.parameters.front_door)
        if danger_strikes(family, uniform(family.luck, at[Decision.HARM_STRIKES]), p):
            strike(world, family, index, month)
        if family.away:
            harm_with_kin(world, family, index, month)
    if world.parameters.outside.outside_onset > 0.0:
        outside(world, month)
    if len(world.danger) > 0:
        trace_danger(world, month)
    if counts_chances(world):
        expect_harm(world, month)


@rule
def trace_danger(world: World, month: int) -> None:
    """Keep the true danger that every family present met this month, open or closed."""
    p, organisation = world.parameters.home, world.organisation[0]
    for position in range(organisation.present):
        index = world.present[position]
        world.danger[month, index] = true_danger(world.families[index], p)


@rule
def strike(world: World, family: Family, index: int, month: int) -> None:
    """Harm strikes the household: which children at home suffer, and what of it is seen."""
    p, at = world.parameters.home, world.moments
    shown = shown_by(world, family)
    chance = seen_chance(family, shown.candour, shown.voice, p)
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if lives_at_home(child, month) and uniform(child.luck, at[Decision.HARM_CHILD]) < p.sibling_share:
            child.harm_months += 1
            world.monthly[month, MonthlyColumn.HARM_AT_HOME] += 1.0
            if uniform(child.luck, at[Decision.HARM_SEEN]) < chance:
                family.seen_incident = True
                if uniform(child.luck, at[Decision.HARM_SEVERE]) < p.severe:
                    family.severe_incident = True
                world.monthly[month, MonthlyColumn.HARM_SEEN] += 1.0
                note(world, index, number, Event.HARM_SEEN, 0)
            else:
                note(world, index, number, Event.HARM_UNSEEN, 0)


@rule
def harm_in_care(world: World, family: Family, index: int, month: int) -> None:
    """A small constant chance of harm to each looked-after child."""
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        draw = uniform(child.luck, world.moments[Decision.HARM_IN_CARE])
        if is_looked_after(child) and draw < world.parameters.home.harm_in_care:
            world.monthly[month, MonthlyColumn.HARM_IN_CARE] += 1.0
            note(world, index, number, Event.HARM_IN_CARE, 0)


@rule
def harm_with_kin(world: World, family: Family, index: int, month: int) -> None:
    """A small constant chance of harm to each child with a special guardian, or with relatives and not looked after."""
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if lives_with_guardian(child, month) or lives_with_relatives(child, month):
            draw = uniform(child.luck, world.moments[Decision.HARM_WITH_KIN])
            if draw < world.parameters.relatives.harm_with_kin:
                world.monthly[month, MonthlyColumn.HARM_WITH_KIN] += 1.0
                note(world, index, number, Event.HARM_WITH_KIN, child.place)
