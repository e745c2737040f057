"""Phase 4: relatives and friends are told, act, tire; cover follows."""

from __future__ import annotations

from sos_sim.agents import Family, SocialWorker, Tie
from sos_sim.agents.codes import Status, TieKind
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import uniform
from sos_sim.model.budget import pay_for_meeting, pays_for_meeting
from sos_sim.model.events import Event, note
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.offers import meetings_for, worker_of
from sos_sim.model.paths import Path
from sos_sim.model.world import World
from sos_sim.theory.network import (
    comes_to_meeting,
    inform_chance,
    leaves_uncovered,
    meeting_chance,
    starts_to_act,
    stops_acting,
    told_with_consent,
)
from sos_sim.theory.structure import FAMILY_GROUP_MEETING


@rule
def network(world: World, month: int) -> None:
    """All decisions read last month's networks; only then are they changed, so order does not matter."""
    organisation = world.organisation[0]
    for position in range(organisation.open_families):
        index = world.open_index[position]
        family = world.families[index]
        hold_meeting(world, family, index, month)
        decide_ties(world, family, month)
    for position in range(organisation.tiring_families):
        tire(world, world.families[world.tiring_index[position]], 0.0)
    for position in range(organisation.open_families):
        family = world.families[world.open_index[position]]
        if family.network_moved:
            update_network(world, family, month)
    for position in range(organisation.tiring_families):
        family = world.families[world.tiring_index[position]]
        if family.network_moved:
            update_network(world, family, month)


@rule
def decide_ties(world: World, family: Family, month: int) -> None:
    """Each tie of an open family: told, called on to act, or tired."""
    worker = worker_of(world, family, Path.NETWORK_AND_PLAN, month)
    p, at = world.parameters.network, world.moments
    chance = inform_chance(family, worker, p, world.parameters.casework, world.parameters.structure)
    for index in range(family.first_tie, family.first_tie + family.ties):
        tie = world.ties[index]
        if not tie.informed:
            if uniform(tie.luck, at[Decision.INFORM]) < chance:
                tie.informed = True
                family.network_moved = True
        elif not tie.active:
            call_on(world, family, tie)
    if family.active_ties > 0:
        tire(world, family, worker.delivered)


@rule
def call_on(world: World, family: Family, tie: Tie) -> None:
    """A told relative or friend may start to act; professionals and unsafe kin never do."""
    member = world.members[tie.member]
    if member.kind != TieKind.PROFESSIONAL and not member.unsafe:
        draw = uniform(tie.luck, world.moments[Decision.ACT])
        if starts_to_act(tie, member, family.responsibility, draw, world.parameters.network):
            tie.change = 1
            family.network_moved = True


@rule
def tire(world: World, family: Family, delivered: float) -> None:
    """Active members may stop; ties of closed cases tire too, without anybody coordinating them."""
    for index in range(family.first_tie, family.first_tie + family.ties):
        tie = world.ties[index]
        if tie.active:
            draw = uniform(tie.luck, world.moments[Decision.STOP])
            if stops_acting(world.members[tie.member], delivered, draw, world.parameters.network):
                tie.change = -1
                family.network_moved = True


@rule
def update_network(world: World, family: Family, month: int) -> None:
    """Apply this month's changes to the family's ties and recompute what the network covers."""
    uncovered = 1.0
    family.network_moved = False
    family.active_ties = 0
    family.kin_monitors = 0
    family.professional_eyes = False
    unsafe = 0
    for index in range(family.first_tie, family.first_tie + family.ties):
        tie = world.ties[index]
        if not tie.informed:
            continue
        member = world.members[tie.member]
        if tie.change != 0:
            tie.active = tie.change > 0
            tie.active_since = month
            member.supporting += tie.change
            tie.change = 0
        if member.kind == TieKind.PROFESSIONAL:
            family.professional_eyes = True
        elif member.unsafe:
            unsafe += 1
        elif tie.active:
            family.active_ties += 1
            uncovered *= leaves_uncovered(tie, member)
            if member.kind == TieKind.KIN:
                family.kin_monitors += 1
    family.cover = 1.0 - uncovered
    family.exposure = world.parameters.home.unsafe_kin_harm * unsafe


@rule
def hold_meeting(world: World, family: Family, index: int, month: int) -> None:
    """A family-group meeting in the first full month of a protection plan or of pre-proceedings."""
    if family.months_in_status != 1:
        return
    worker = worker_of(world, family, Path.NETWORK_AND_PLAN, month)
    offered = meeting_offer(world, family, worker, month)
    p, at = world.parameters.network, world.moments
    accepted = uniform(family.luck, at[Decision.MEETING_OFFERED]) < offered and pays_for_meeting(world)
    held = p.meeting_held * told_with_consent(family, world.parameters.casework)
    if not (accepted and uniform(family.luck, at[Decision.MEETING_HELD]) < held):
        return
    told = 0
    for number in range(family.first_tie, family.first_tie + family.ties):
        tie = world.ties[number]
        draw = uniform(tie.luck, at[Decision.MEETING_COMES])
        if not tie.informed and comes_to_meeting(tie, world.members[tie.member], draw, p):
            tie.informed = True
            family.network_moved = True
            told += 1
    family.met = month
    world.monthly[month, MonthlyColumn.MEETINGS] += 1.0
    pay_for_meeting(world)
    note(world, index, -1, Event.MEETING, told)


@rule
def meeting_offer(world: World, family: Family, worker: SocialWorker, month: int) -> float:
    """Chance of being offered a meeting: by the programme's lever, or by depth where meetings are the way."""
    at_conference = family.status == Status.CHILD_PROTECTION
    if not (at_conference or family.status == Status.PRE_PROCEEDINGS):
        return 0.0
    offered = meetings_for(world, family, at_conference, month) if world.paths[Path.NETWORK_AND_PLAN] else 0.0
    if world.parameters.structure.network_mobilisation == FAMILY_GROUP_MEETING:
        offered = max(offered, meeting_chance(worker.delivered, world.parameters.network))
    return offered
