"""Steps between states, each in one place: what changes and what is written to the event record."""

from __future__ import annotations

from sos_sim.agents import Child, Family
from sos_sim.agents.codes import NEVER, CareExit, KinCareEnd, Legal, Place, Status
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import uniform
from sos_sim.model.events import Event, note
from sos_sim.model.households import is_with_family
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.offers import usual_worker_of, worker_of
from sos_sim.model.paths import Path, change_places, is_shadowed
from sos_sim.model.world import World
from sos_sim.theory.casework import escalate, remember_removal
from sos_sim.theory.meetings import known_carers
from sos_sim.theory.placement import choose_place


@rule
def enter_status(world: World, family: Family, status: Status) -> None:
    """A new stage; with some luck it also brings a new worker next month."""
    family.status = status
    family.months_in_status = 0
    draw = uniform(family.luck, world.moments[Decision.HANDOFF])
    if draw < world.parameters.front_door.handoff:
        family.handoff = True


@rule
def start_need(world: World, child: Child, index: int, month: int) -> None:
    """The child becomes a child in need, unless already one."""
    if child.need_since == NEVER:
        child.need_since = month
        note(world, child.family, index, Event.NEED_START, 0)


@rule
def end_need(world: World, child: Child, index: int, month: int) -> None:
    """The child stops being a child in need (and on a plan)."""
    end_plan(world, child, index, month)
    if child.need_since != NEVER:
        note(world, child.family, index, Event.NEED_END, month - child.need_since)
        child.need_since = NEVER


@rule
def start_plan(world: World, child: Child, index: int, month: int) -> None:
    """The child's protection plan starts, unless there is one."""
    start_need(world, child, index, month)
    if child.plan_since == NEVER:
        child.plan_since = month
        child.plans += 1
        note(world, child.family, index, Event.PLAN_START, child.plans)


@rule
def end_plan(world: World, child: Child, index: int, month: int) -> None:
    """The child's protection plan ends, if there is one."""
    if child.plan_since != NEVER:
        note(world, child.family, index, Event.PLAN_END, month - child.plan_since)
        child.plan_since = NEVER


@rule
def plan_for_family(world: World, family: Family, month: int) -> None:
    """A conference makes every child of the family subject to a plan, the unborn too."""
    family.plan_months = 0
    for index in range(family.first_child, family.first_child + family.children):
        child = world.children[index]
        if is_with_family(child, month):
            start_plan(world, child, index, month)


@rule
def share_standing(world: World, family: Family, child: Child, index: int, month: int) -> None:
    """A child who joins a family in which children are in need, or on plans, is so too."""
    if family.status >= Status.IN_NEED and family.status != Status.GONE:
        start_need(world, child, index, month)
        if family.plan_months >= 0:
            start_plan(world, child, index, month)


@rule
def end_family_plan(world: World, family: Family, month: int) -> None:
    """All plans of the family's children end."""
    family.plan_months = -1
    for index in range(family.first_child, family.first_child + family.children):
        end_plan(world, world.children[index], index, month)


@rule
def close_case(world: World, family: Family, month: int) -> None:
    """The case closes: needs and plans end, agencies stay alert for a while."""
    for index in range(family.first_child, family.first_child + family.children):
        end_need(world, world.children[index], index, month)
    family.status = Status.CLOSED
    family.months_in_status = 0
    family.plan_months = -1
    family.worker = -1
    family.handoff = False
    family.closed = month
    family.alertness = 1.0
    family.visits = 0.0


@rule
def shake_trust(world: World, family: Family, month: int) -> None:
    """An escalation costs trust, the shadow's too."""
    p = world.parameters.casework
    if is_shadowed(world):
        change_places(world, family)
        escalate(family, usual_worker_of(world, family), p)
        change_places(world, family)
    escalate(family, worker_of(world, family, Path.FAMILIES, month), p)


@rule
def start_care(world: World, family: Family, child: Child, index: int, legal: Legal, month: int) -> None:
    """A period of being looked after begins, wherever the child lived: a placement is chosen."""
    start_need(world, child, index, month)
    end_plan(world, child, index, month)
    child.legal = legal
    child.care_since = month
    child.entries += 1
    note(world, child.family, index, Event.CARE_START, legal)
    place_child(world, family, child, index, month)
    world.organisation[0].care_balance += 1
    family.in_care += 1


@rule
def enter_care(world: World, family: Family, child: Child, index: int, legal: Legal, month: int) -> None:
    """A child at home becomes looked after: trust and openness suffer.

    Openness falls once for each removal event of the family, whatever the number of siblings.
    """
    start_care(world, family, child, index, legal, month)
    family.at_home -= 1
    if not family.removed:
        family.removed = True
        shake_trust(world, family, month)
    if legal != Legal.VOLUNTARY and not family.removed_by_order:
        family.removed_by_order = True
        remember_removal(family, world.parameters.casework)


@rule
def change_basis(world: World, child: Child, index: int, legal: Legal) -> None:
    """A looked-after child is looked after on another legal basis from now on."""
    if child.legal != legal:
        child.legal = legal
        note(world, child.family, index, Event.LEGAL_CHANGE, legal)


@rule
def place_child(world: World, family: Family, child: Child, index: int, month: int) -> None:
    """Choose where a looked-after child lives; siblings share the chance of kin."""
    p = world.parameters
    delivered = worker_of(world, family, Path.NETWORK_AND_PLAN, month).delivered
    kin_draw = uniform(family.luck, world.moments[Decision.KINSHIP])
    home_draw = uniform(child.luck, world.moments[Decision.RESIDENTIAL])
    carers = known_carers(family.met, month, p.meetings, p.structure)
    choose_place(child, family, month - child.birth, kin_draw, home_draw, delivered, carers, p.placement, p.structure)
    note(world, child.family, index, Event.PLACED, child.place)


@rule
def place_with_parents(world: World, family: Family, child: Child, index: int) -> None:
    """A child on a care order lives at home again and stays looked after."""
    child.place = Place.HOME_ON_ORDER
    family.returning += 1
    note(world, child.family, index, Event.PLACED, child.place)


@rule
def leave_care(world: World, family: Family, child: Child, index: int, reason: int, month: int) -> None:
    """The child stops being looked after: home to the family, or to live elsewhere."""
    note(world, child.family, index, Event.CARE_END, reason)
    child.legal = Legal.NONE
    child.care_since = NEVER
    child.exits += 1
    child.in_proceedings = False
    world.organisation[0].care_balance -= 1
    family.in_care -= 1
    if reason == CareExit.HOME_PLANNED or reason == CareExit.HOME_UNPLANNED:
        if child.place != Place.HOME_ON_ORDER:
            family.returning += 1
            family.returned = month
        child.place = Place.HOME
        child.home_since = month
        family.at_home += 1
    else:
        end_need(world, child, index, month)
        child.place = Place.LEFT
        if reason == CareExit.SPECIAL_GUARDIANSHIP:
            child.place = Place.GUARDIAN
            family.guardianships += 1
            family.away += 1


@rule
def end_guardianship(world: World, family: Family, child: Child, index: int, month: int) -> None:
    """A special guardianship breaks down: the child is looked after again, by agreement, a new period."""
    note(world, child.family, index, Event.GUARDIANSHIP_END, 0)
    family.guardianships -= 1
    family.away -= 1
    start_care(world, family, child, index, Legal.VOLUNTARY, month)


@rule
def go_to_relatives(world: World, family: Family, child: Child, index: int, legal: Legal, month: int) -> None:
    """Relatives take a child who would else be looked after on this basis: neither need nor plan go on."""
    note(world, child.family, index, Event.KIN_CARE_START, legal)
    world.monthly[month, MonthlyColumn.KIN_CARE_STARTS] += 1.0
    end_need(world, child, index, month)
    child.place = Place.RELATIVES
    child.kin_moved = month
    world.organisation[0].kin_care += 1
    family.at_home -= 1
    family.away += 1


@rule
def leave_relatives(world: World, family: Family, child: Child, index: int, reason: int, month: int) -> None:
    """Relatives care for the child no longer: it goes home, is looked after from now on, or is grown up."""
    note(world, child.family, index, Event.KIN_CARE_END, reason)
    world.monthly[month, MonthlyColumn.KIN_CARE_ENDS] += 1.0
    child.kin_moved = month
    world.organisation[0].kin_care -= 1
    family.away -= 1
    if reason == KinCareEnd.LOOKED_AFTER:
        start_care(world, family, child, index, Legal.INTERIM if child.in_proceedings else Legal.VOLUNTARY, month)
    elif reason == KinCareEnd.HOME:
        child.place = Place.HOME
        family.at_home += 1
        share_standing(world, family, child, index, month)
    else:
        child.place = Place.LEFT
