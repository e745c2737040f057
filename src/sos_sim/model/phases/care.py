"""Phase 7, in care: who goes home, who leaves otherwise, and where that leaves the family."""

from __future__ import annotations

from sos_sim.agents import Child, Family
from sos_sim.agents.codes import CareExit, Legal, Place, Status
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import uniform
from sos_sim.model.expected import counts_chances, expect_return
from sos_sim.model.households import is_looked_after, is_with_family
from sos_sim.model.paths import shown_by
from sos_sim.model.phases.chances import chance_to_return, court_chance
from sos_sim.model.phases.court import court_appraisal, issue
from sos_sim.model.transitions import (
    change_basis,
    close_case,
    enter_status,
    leave_care,
    place_child,
    place_with_parents,
    plan_for_family,
)
from sos_sim.model.world import World
from sos_sim.theory.home import feel_strain
from sos_sim.theory.leaving import guardianship_chance, leaves_unplanned, other_exit_chance, returns_home
from sos_sim.theory.pathway import above
from sos_sim.theory.structure import ON_PLAN

STAYING = -1


@rule
def leave_or_stay(world: World, family: Family, index: int, month: int) -> None:
    """Each looked-after child's month; emergency protection is resolved in the month after it began."""
    emergency = False
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if is_looked_after(child) and child.care_since < month:
            if child.legal == Legal.EMERGENCY:
                emergency = True
            elif child.legal != Legal.INTERIM:
                if counts_chances(world):
                    expect_return(world, child, chance_to_return(world, family, child, month), month)
                reason = exit_this_month(world, family, child, number, month)
                if reason != STAYING:
                    leave_care(world, family, child, number, reason, month)
    if emergency:
        resolve_emergency(world, family, index, month)


@rule
def resolve_emergency(world: World, family: Family, index: int, month: int) -> None:
    """After emergency protection: proceedings, or home again."""
    p = world.parameters.pathway
    draw = uniform(family.luck, world.moments[Decision.DIRECT_ISSUE])
    appraisal = court_appraisal(world, family, month)
    court = family.status == Status.PROCEEDINGS or above(appraisal, p.issue_threshold, draw, 1.0, p)
    if counts_chances(world):
        expect_end_of_emergency(world, family, court_chance(world, family, appraisal, court, month), month)
    if court and family.status != Status.PROCEEDINGS:
        issue(world, family, index, appraisal, month)
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if child.legal == Legal.EMERGENCY and child.care_since < month:
            if court:
                change_basis(world, child, number, Legal.INTERIM)
                child.in_proceedings = True
            else:
                leave_care(world, family, child, number, CareExit.HOME_PLANNED, month)


@rule
def expect_end_of_emergency(world: World, family: Family, to_court: float, month: int) -> None:
    """Children under emergency protection go home unless the family goes to court."""
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if child.legal == Legal.EMERGENCY and child.care_since < month:
            expect_return(world, child, 1.0 - to_court, month)


@rule
def exit_this_month(world: World, family: Family, child: Child, number: int, month: int) -> int:
    """Why the child leaves care this month, or STAYING. Siblings share the draw for return home.

    Return from a care order may begin with a stay at home on the order.
    """
    p, at = world.parameters.leaving, world.moments
    stay = month - child.care_since
    if child.legal == Legal.PLACEMENT_ORDER:
        return CareExit.ADOPTION if uniform(child.luck, at[Decision.ADOPTION]) < p.adoption_rate else STAYING
    if child.place == Place.HOME_ON_ORDER:
        return end_or_recall(world, family, child, number, month)
    draw = uniform(family.luck, at[Decision.RETURN])
    if returns_home(family, shown_by(world, family), child.legal, stay, month - child.birth, draw, p):
        if child.legal == Legal.CARE_ORDER and uniform(family.luck, at[Decision.HEARING_ORDER]) < p.home_on_order_later:
            place_with_parents(world, family, child, number)
            return STAYING
        return CareExit.HOME_PLANNED
    if leaves_unplanned(child.legal, stay, uniform(child.luck, at[Decision.UNPLANNED]), p):
        return CareExit.HOME_UNPLANNED
    if uniform(child.luck, at[Decision.GUARDIANSHIP]) < guardianship_chance(child.place, p.guardianship_rate, p):
        return CareExit.SPECIAL_GUARDIANSHIP
    if uniform(child.luck, at[Decision.OTHER_EXIT]) < other_exit_chance(month - child.birth, p):
        return CareExit.OTHER
    return STAYING


@rule
def end_or_recall(world: World, family: Family, child: Child, number: int, month: int) -> int:
    """A child at home on an order: the order is discharged, or the child is placed again, or neither."""
    p, at = world.parameters, world.moments
    if uniform(family.luck, at[Decision.DISCHARGE]) < p.leaving.discharge_rate:
        return CareExit.HOME_PLANNED
    appraisal = family.appraisal - world.organisation[0].supply_shift
    draw = uniform(family.luck, at[Decision.RECALL])
    if above(appraisal, p.pathway.interim_threshold, draw, p.pathway.recall_rate, p.pathway):
        place_child(world, family, child, number, month)
    return STAYING


@rule
def settle_after_care(world: World, family: Family, month: int) -> None:
    """Strain of returns, and the status that fits who is now at home and who is not."""
    feel_strain(family, family.returning, world.parameters.home)
    if family.status == Status.PROCEEDINGS:
        return
    on_plan = world.parameters.structure.return_support == ON_PLAN and family.status != Status.PRE_PROCEEDINGS
    if on_plan and family.returning > 0 and family.at_home > 0:
        plan_for_family(world, family, month)
        enter_status(world, family, Status.CHILD_PROTECTION)
    elif not has_child_with_family(world, family, month):
        if family.in_care == 0:
            close_case(world, family, month)
        elif family.status != Status.LOOKED_AFTER:
            family.plan_months = -1
            enter_status(world, family, Status.LOOKED_AFTER)
    elif family.status == Status.LOOKED_AFTER:
        enter_status(world, family, Status.IN_NEED)


@rule
def has_child_with_family(world: World, family: Family, month: int) -> bool:
    """Whether any known child, born or not, is in the parents' care."""
    for number in range(family.first_child, family.first_child + family.children):
        if is_with_family(world.children[number], month):
            return True
    return False
