"""Phases 7 and 8: relatives who take a child before it is looked after, and children who come back from their kin."""

from __future__ import annotations

from sos_sim.agents import Child, Family
from sos_sim.agents.codes import KinCareEnd, Legal, Place
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import uniform
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS
from sos_sim.model.expected import counts_chances, expect_start_away
from sos_sim.model.households import danger_in_care_decisions, guardianship_breaks_down, kin_care_ends
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.transitions import end_guardianship, enter_care, go_to_relatives, leave_relatives
from sos_sim.model.world import World
from sos_sim.theory.relatives import can_take_child, care_after_kin_chance, kin_care_chance


@rule
def start_care_or_kin(world: World, family: Family, child: Child, number: int, legal: Legal, month: int) -> None:
    """A child at home becomes looked after, unless relatives take it; siblings share that chance."""
    if uniform(family.luck, world.moments[Decision.KIN_CARE]) < kin_chance(world, family, child, month):
        go_to_relatives(world, family, child, number, legal, month)
    else:
        enter_care(world, family, child, number, legal, month)


@rule
def kin_chance(world: World, family: Family, child: Child, month: int) -> float:
    """Chance that relatives take a child who would else be looked after; none in the month it came from them."""
    p = world.parameters
    if p.relatives.kin_before_care <= 0.0 or child.kin_moved == month or not has_kin_to_ask(world, family):
        return 0.0
    return kin_care_chance(family.met, month, p.relatives, p.structure)


@rule
def has_kin_to_ask(world: World, family: Family) -> bool:
    """Whether some safe relative has been told of the worry."""
    for index in range(family.first_tie, family.first_tie + family.ties):
        tie = world.ties[index]
        if can_take_child(tie, world.members[tie.member]):
            return True
    return False


@rule
def has_moved_to_kin(world: World, family: Family, month: int) -> bool:
    """Whether a child of the family went to relatives, or came back from them, this month."""
    for number in range(family.first_child, family.first_child + family.children):
        if world.children[number].kin_moved == month:
            return True
    return False


@rule
def comes_back(world: World, child: Child, month: int) -> bool:
    """Whether a child can no longer live with its special guardian, or with its relatives, this month."""
    return guardianship_breaks_down(world, child, month) or kin_care_ends(world, child, month)


@rule
def bring_back(world: World, family: Family, month: int) -> None:
    """Children whom a special guardian or relatives keep no longer: looked after again, or perhaps home."""
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if guardianship_breaks_down(world, child, month):
            end_guardianship(world, family, child, number, month)
        elif kin_care_ends(world, child, month):
            end_kin_care(world, family, child, number, month)


@rule
def end_kin_care(world: World, family: Family, child: Child, number: int, month: int) -> None:
    """Home again, or looked after where the agency holds that the child can't be at home."""
    p, danger = world.parameters, danger_in_care_decisions(world, family, child, month)
    chance = care_after_kin_chance(danger, month - child.birth, p.voluntary, p.pathway)
    if counts_chances(world):
        expect_start_away(world, chance, month)
    into_care = uniform(child.luck, world.moments[Decision.KIN_CARE_HOME]) < chance
    leave_relatives(world, family, child, number, KinCareEnd.LOOKED_AFTER if into_care else KinCareEnd.HOME, month)


@rule
def record_kin_care(world: World, month: int) -> None:
    """Eighteenth birthdays next month of children with relatives, in open and closed families; then the stock."""
    if world.organisation[0].kin_care == 0:
        return
    for position in range(world.organisation[0].present):
        family = world.families[world.present[position]]
        if family.away > family.guardianships:
            for number in range(family.first_child, family.first_child + family.children):
                child = world.children[number]
                if child.place == Place.RELATIVES and month + 1 >= child.birth + AGE_OF_MAJORITY_MONTHS:
                    leave_relatives(world, family, child, number, KinCareEnd.AGE_18, month)
    world.monthly[month, MonthlyColumn.KIN_CARE] = world.organisation[0].kin_care
