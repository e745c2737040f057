"""Chances of what phases 6 and 7 decide, for runs that count them (see ``model/expected.py``)."""

from __future__ import annotations

from sos_sim.agents import Child, Family
from sos_sim.agents.codes import Legal, Place, Status, Stream
from sos_sim.core.compiling import rule
from sos_sim.model.expected import ExpectedColumn, expect_return, expect_start, expect_start_away
from sos_sim.model.households import (
    has_drifting_child,
    is_at_home,
    is_looked_after,
    lives_at_home,
    lives_with_guardian,
    may_come_back,
)
from sos_sim.model.paths import shown_by
from sos_sim.model.phases.relatives import has_moved_to_kin, kin_chance
from sos_sim.model.world import World
from sos_sim.theory.home import seen_chance, true_danger
from sos_sim.theory.leaving import home_chance, return_chance, unplanned_chance
from sos_sim.theory.pathway import chance_above, direct_issue_chance
from sos_sim.theory.voluntary import accommodation_chance


@rule
def expect_harm(world: World, month: int) -> None:
    """Each child's chance of harm at home, and of harm that nobody sees, in open and closed families."""
    p, row = world.parameters.home, world.expected[month]
    for position in range(world.organisation[0].present):
        family = world.families[world.present[position]]
        at_home = 0
        for number in range(family.first_child, family.first_child + family.children):
            if lives_at_home(world.children[number], month):
                at_home += 1
        if at_home:
            shown = shown_by(world, family)
            seen = seen_chance(family, shown.candour, shown.voice, p)
            harm = min(p.sibling_share, true_danger(family, p))
            row[ExpectedColumn.HARM_AT_HOME] += at_home * harm
            row[ExpectedColumn.HARM_UNSEEN] += at_home * harm * (1.0 - seen)
            if family.status != Status.CLOSED and family.stream != Stream.SUPPORT:
                expect_emergency(world, family, severe_chance(at_home, harm, seen, p.sibling_share, p.severe), month)


@rule
def severe_chance(at_home: int, harm: float, seen: float, sibling_share: float, severe: float) -> float:
    """Chance that a severe incident is seen in a household where each child's chance of harm is ``harm``."""
    none_severe = 1.0
    for _ in range(at_home):
        none_severe *= 1.0 - sibling_share * seen * severe
    return harm / sibling_share * (1.0 - none_severe)


@rule
def expect_emergency(world: World, family: Family, chance: float, month: int) -> None:
    """The chance of a severe incident takes the place of whether there was one.

    What follows an incident is what ``expect_protection`` finds. This adds (chance - incident) · ``emergency``
    for every child who could be removed: of mean zero whatever the agency does next, and together the two
    vary little, because most children of a family with a severe incident are still there to be protected.
    """
    surprise = (chance - 1.0 if family.severe_incident else chance) * world.parameters.pathway.emergency
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if is_at_home(child, month):
            world.expected[month, ExpectedColumn.EMERGENCY_STARTS] += surprise
            expect_start(world, child, surprise, month)


@rule
def expect_ends_of_guardianship(world: World, month: int) -> None:
    """Each special guardianship may break down, in open and closed families, and the child start in care again."""
    for position in range(world.organisation[0].present):
        family = world.families[world.present[position]]
        if may_come_back(world, family):
            for number in range(family.first_child, family.first_child + family.children):
                if lives_with_guardian(world.children[number], month):
                    expect_start_away(world, world.parameters.leaving.guardianship_end_rate, month)


@rule
def expect_protection(
    world: World, family: Family, child: Child, emergency: bool, appraisal: float, month: int
) -> None:
    """Emergency protection after a severe seen incident; without it, voluntary accommodation."""
    p, age = world.parameters, month - child.birth
    if family.severe_incident:
        world.expected[month, ExpectedColumn.EMERGENCY_STARTS] += p.pathway.emergency
        expect_start(world, child, p.pathway.emergency, month)
    if not emergency:
        chance = accommodation_chance(appraisal, age, p.voluntary, p.pathway)
        expect_start(world, child, chance * (1.0 - kin_chance(world, family, child, month)), month)


@rule
def expect_removal(world: World, family: Family, chance: float, month: int) -> None:
    """One decision of a court about every child in proceedings who is at home; relatives may take it instead."""
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if child.in_proceedings and is_at_home(child, month):
            expect_start(world, child, chance * (1.0 - kin_chance(world, family, child, month)), month)


@rule
def expect_hearing(world: World, family: Family, appraisal: float, month: int) -> None:
    """At the final hearing: home without an order for children in care, removal for those at home."""
    p, shown = world.parameters, shown_by(world, family)
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if child.in_proceedings and is_looked_after(child):
            to_home = home_chance(family, shown, month - child.birth, p.leaving)
            expect_return(world, child, to_home * (1.0 - p.leaving.home_on_order), month)
    expect_removal(world, family, chance_above(appraisal, p.pathway.interim_threshold, 1.0, p.pathway), month)


@rule
def chance_to_return(world: World, family: Family, child: Child, month: int) -> float:
    """Chance that a looked-after child, neither under emergency protection nor in court, goes home this month."""
    p, stay = world.parameters.leaving, month - child.care_since
    if child.legal == Legal.PLACEMENT_ORDER:
        return 0.0
    if child.place == Place.HOME_ON_ORDER:
        return p.discharge_rate
    planned = return_chance(family, shown_by(world, family), child.legal, stay, month - child.birth, p)
    if child.legal == Legal.CARE_ORDER:
        planned *= 1.0 - p.home_on_order_later
    return planned + (1.0 - planned) * unplanned_chance(child.legal, stay, p)


@rule
def court_chance(world: World, family: Family, appraisal: float, court: bool, month: int) -> float:
    """Chance that emergency protection leads to court, given what this month has decided already.

    A family in need with children in care has met the same draw once this month, at a lower chance, and
    passed; where its household has changed since, so that the earlier chance is gone, what happens counts.
    """
    p = world.parameters.pathway
    if family.status == Status.PROCEEDINGS:
        return 1.0
    chance = chance_above(appraisal, p.issue_threshold, 1.0, p)
    met = (family.status == Status.IN_NEED or family.status == Status.LOOKED_AFTER) and family.months_in_status > 0
    if not met:
        return chance
    if family.removed or has_moved_to_kin(world, family, month):
        return 1.0 if court else 0.0
    before = direct_issue_chance(appraisal, has_drifting_child(world, family, month), p)
    return max(0.0, chance - before) / (1.0 - before)
