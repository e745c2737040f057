"""Phase 7, in court: issue, interim removal, final hearing."""

from __future__ import annotations

from sos_sim.agents import Child, Family
from sos_sim.agents.codes import NEVER, CareExit, Legal, Status
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import uniform
from sos_sim.model.events import Event, note
from sos_sim.model.expected import counts_chances
from sos_sim.model.households import is_at_home, is_looked_after, is_with_family, youngest_age
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.paths import shown_by
from sos_sim.model.phases.chances import expect_hearing, expect_removal
from sos_sim.model.phases.relatives import start_care_or_kin
from sos_sim.model.transitions import change_basis, enter_status, leave_care, place_with_parents, shake_trust
from sos_sim.model.world import World
from sos_sim.theory.ages import age_term
from sos_sim.theory.leaving import UNDER_FIVE, adoption_chance, guardianship_chance, sent_home
from sos_sim.theory.pathway import INFANT_MONTHS, above, chance_above, hearing_month


@rule
def court_appraisal(world: World, family: Family, month: int) -> float:
    """Appraisal as court decisions see it: with the age term, infants and unborn weigh more, scarce places less."""
    p, age = world.parameters, youngest_age(world, family, month)
    term = p.pathway.infant_term if age < INFANT_MONTHS else 0.0
    return family.appraisal + term + age_term(age, p.ages) - world.organisation[0].supply_shift


@rule
def issue(world: World, family: Family, index: int, appraisal: float, month: int) -> None:
    """Proceedings are issued, if about any child: when the final hearing will be, removal at once or not."""
    included = include_children(world, family, index, month)
    if included == 0:
        return
    p, at = world.parameters.pathway, world.moments
    enter_status(world, family, Status.PROCEEDINGS)
    family.hearing = hearing_month(month, uniform(family.luck, at[Decision.HEARING_WAIT]), p)
    note(world, index, -1, Event.APPLICATION, included)
    world.monthly[month, MonthlyColumn.APPLICATIONS] += 1.0
    shake_trust(world, family, month)
    if counts_chances(world):
        expect_removal(world, family, chance_above(appraisal, p.interim_threshold, 1.0, p), month)
    if above(appraisal, p.interim_threshold, uniform(family.luck, at[Decision.INTERIM]), 1.0, p):
        remove_included(world, family, Legal.INTERIM, month)


@rule
def include_children(world: World, family: Family, index: int, month: int) -> int:
    """Mark the children whom proceedings are about, the looked-after ones on interim orders; their number."""
    included = 0
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if joins_proceedings(world, family, child, month):
            child.in_proceedings = True
            included += 1
            note(world, index, number, Event.IN_PROCEEDINGS, 0)
            if is_looked_after(child):
                change_basis(world, child, number, Legal.INTERIM)
    return included


@rule
def joins_proceedings(world: World, family: Family, child: Child, month: int) -> bool:
    """The youngest and those under five always; older siblings with some chance."""
    temporary = child.legal == Legal.VOLUNTARY or child.legal == Legal.EMERGENCY
    if not temporary and not is_with_family(child, month):
        return False
    age = month - child.birth
    if temporary or age < UNDER_FIVE or age == youngest_age(world, family, month):
        return True
    return uniform(child.luck, world.moments[Decision.IN_COURT]) < world.parameters.pathway.older_in_court


@rule
def remove_included(world: World, family: Family, legal: Legal, month: int) -> None:
    """Every included child at home becomes looked after, unless relatives take it."""
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if child.in_proceedings and is_at_home(child, month):
            start_care_or_kin(world, family, child, number, legal, month)


@rule
def remove_in_proceedings(world: World, family: Family, month: int) -> None:
    """Later interim removal while proceedings run; newborns of the family are considered at once."""
    if family.at_home == 0 or family.months_in_status == 0:
        return
    p = world.parameters.pathway
    rate = 1.0 if has_newborn(world, family, month) else p.interim_rate
    draw = uniform(family.luck, world.moments[Decision.INTERIM])
    appraisal = court_appraisal(world, family, month)
    if counts_chances(world):
        expect_removal(world, family, chance_above(appraisal, p.interim_threshold, rate, p), month)
    if above(appraisal, p.interim_threshold, draw, rate, p):
        remove_included(world, family, Legal.INTERIM, month)


@rule
def has_newborn(world: World, family: Family, month: int) -> bool:
    """Whether a child was born to the family this month."""
    for number in range(family.first_child, family.first_child + family.children):
        if world.children[number].birth == month:
            return True
    return False


@rule
def hear_case(world: World, family: Family, index: int, month: int) -> None:
    """The final hearing: one decision for each included child, months after issue."""
    if month < family.hearing:
        return
    p, at = world.parameters, world.moments
    shown, home_draw = shown_by(world, family), uniform(family.luck, at[Decision.HEARING_HOME])
    appraisal = family.appraisal - world.organisation[0].supply_shift
    removal_draw = uniform(family.luck, at[Decision.HEARING_REMOVAL])
    removed = above(appraisal, p.pathway.interim_threshold, removal_draw, 1.0, p.pathway)
    if counts_chances(world):
        expect_hearing(world, family, appraisal, month)
    note(world, index, -1, Event.FINAL_HEARING, family.months_in_status)
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if child.in_proceedings:
            child.in_proceedings = False
            if is_looked_after(child):
                home = sent_home(family, shown, month - child.birth, home_draw, p.leaving)
                decide_future(world, family, child, number, home, month)
            elif removed and is_at_home(child, month):
                start_care_or_kin(world, family, child, number, Legal.CARE_ORDER, month)
    family.hearing = -1
    if not has_plan(world, family):
        family.plan_months = -1
    enter_status(world, family, Status.CHILD_PROTECTION if family.plan_months >= 0 else Status.IN_NEED)


@rule
def has_plan(world: World, family: Family) -> bool:
    """Whether any child of the family is on a protection plan."""
    for number in range(family.first_child, family.first_child + family.children):
        if world.children[number].plan_since != NEVER:
            return True
    return False


@rule
def decide_future(world: World, family: Family, child: Child, number: int, home: bool, month: int) -> None:
    """A removed child's order: home (on an order or without), guardianship, placement order, care order."""
    p, at = world.parameters.leaving, world.moments
    guardianship = guardianship_chance(child.place, p.hearing_guardianship, p)
    adoption = adoption_chance(month - child.birth, p)
    if home and uniform(family.luck, at[Decision.HEARING_ORDER]) < p.home_on_order:
        change_basis(world, child, number, Legal.CARE_ORDER)
        place_with_parents(world, family, child, number)
    elif home:
        leave_care(world, family, child, number, CareExit.HOME_PLANNED, month)
    elif uniform(family.luck, at[Decision.HEARING_GUARDIANSHIP]) < guardianship:
        leave_care(world, family, child, number, CareExit.SPECIAL_GUARDIANSHIP, month)
    elif uniform(child.luck, at[Decision.HEARING_ADOPTION]) < adoption:
        change_basis(world, child, number, Legal.PLACEMENT_ORDER)
    else:
        change_basis(world, child, number, Legal.CARE_ORDER)
