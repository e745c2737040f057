"""Phase 2: births, first and repeat referrals, changes of worker, allocation, this month's practice."""

from __future__ import annotations

from sos_sim.agents import Family
from sos_sim.agents.codes import Holder, Status
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import triangular, uniform
from sos_sim.model.by_team import TeamColumn
from sos_sim.model.events import Event, note
from sos_sim.model.households import count_children, is_known, may_come_back
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.offers import levers_for
from sos_sim.model.paths import change_places, is_shadowed
from sos_sim.model.phases.relatives import comes_back
from sos_sim.model.transitions import share_standing
from sos_sim.model.world import World
from sos_sim.theory.casework import fall_silent, lapse_for, visits_in
from sos_sim.theory.frontdoor import begin_case, is_referred_again, meet_new_worker, open_case
from sos_sim.theory.practice import case_weight, practise


@rule
def front_door(world: World, month: int) -> None:
    """Who is open this month, who works with them, and how well."""
    for worker in world.workers:
        worker.cases = 0.0
        worker.load = 0.0
    meet_arrivals(world, month)
    sort_families(world, month)
    for position in range(world.organisation[0].open_families):
        index = world.open_index[position]
        family = world.families[index]
        count_children(world, family, month)
        keep_worker(world, family, index, month)
    for position in range(world.organisation[0].open_families):
        index = world.open_index[position]
        family = world.families[index]
        if family.worker < 0 or family.handoff:
            reallocate(world, family, index, month)
        family.visits = visits_in(family.status, world.parameters.casework)
    set_practice(world, month)


@rule
def meet_arrivals(world: World, month: int) -> None:
    """Families whose month of first referral has come join those present."""
    organisation = world.organisation[0]
    while organisation.arrived < world.arrived_by[month]:
        world.present[organisation.present] = organisation.arrived
        organisation.present += 1
        organisation.arrived += 1


@rule
def sort_families(world: World, month: int) -> None:
    """Walk everybody present in id order: births, referrals; list the open and the closed, drop the gone."""
    organisation = world.organisation[0]
    at = world.moments
    demand = world.climate[month].demand
    kept, opened, closed, tiring = 0, 0, 0, 0
    for position in range(organisation.present):
        index = world.present[position]
        family = world.families[index]
        if family.status == Status.CLOSED and is_over(world, family, month):
            part_with(world, family)
        if family.status == Status.GONE:
            continue
        world.present[kept] = index
        kept += 1
        if family.next_birth == month:
            welcome_newborn(world, family, month)
        if family.status == Status.CLOSED:
            draw = uniform(family.luck, at[Decision.REFERRAL])
            if family.arrival == month:
                refer(world, family, index, month, False)
            elif referred_again(world, family, month, draw, demand):
                refer(world, family, index, month, True)
            elif may_come_back(world, family):
                reopen_for_ward(world, family, month)
        if family.status == Status.CLOSED:
            world.closed_index[closed] = index
            closed += 1
            if family.active_ties > 0:
                world.tiring_index[tiring] = index
                tiring += 1
        else:
            world.open_index[opened] = index
            opened += 1
    organisation.present, organisation.open_families = kept, opened
    organisation.closed_families, organisation.tiring_families = closed, tiring


@rule
def referred_again(world: World, family: Family, month: int, draw: float, demand: float) -> bool:
    """A repeat referral, by chance or because harm was seen, if there is a child to refer."""
    due = family.seen_incident or is_referred_again(family, month, draw, demand, world.parameters.front_door)
    return due and knows_child(world, family, month)


@rule
def is_over(world: World, family: Family, month: int) -> bool:
    """Whether a closed family has nobody left: all grown up, or, since it closed last month, all left for good.

    A child with relatives can come back, and one with a special guardian, unless guardianships never end.
    """
    if month >= family.gone:
        return True
    if may_come_back(world, family):
        return False
    return family.closed == month - 1 and family.next_birth < 0 and not knows_child(world, family, month)


@rule
def knows_child(world: World, family: Family, month: int) -> bool:
    """Whether any child of the family is known: under 18 or due soon, and not left for good."""
    for number in range(family.first_child, family.first_child + family.children):
        if is_known(world.children[number], month):
            return True
    return False


@rule
def part_with(world: World, family: Family) -> None:
    """The last child is grown up: the family is gone and its helpers are free for others."""
    family.status = Status.GONE
    for index in range(family.first_tie, family.first_tie + family.ties):
        tie = world.ties[index]
        if tie.active:
            tie.active = False
            world.members[tie.member].supporting -= 1


@rule
def refer(world: World, family: Family, index: int, month: int, known_before: bool) -> None:
    """A referral: the case opens with a crisis in need; a known family has lost ground since closing."""
    lose_ground(world, family, month)
    family.seen_incident = False
    open_case(family, month, triangular(family.luck, world.moments[Decision.CRISIS]), world.parameters.front_door)
    for number in range(family.first_child, family.first_child + family.children):
        if is_known(world.children[number], month):
            note(world, index, number, Event.REFERRAL, 1 if known_before else 0)


@rule
def reopen_for_ward(world: World, family: Family, month: int) -> None:
    """A child of a closed family comes back from a special guardian or relatives: the family is assessed anew."""
    for number in range(family.first_child, family.first_child + family.children):
        if comes_back(world, world.children[number], month):
            lose_ground(world, family, month)
            begin_case(family, month)
            return


@rule
def lose_ground(world: World, family: Family, month: int) -> None:
    """What the months since the case closed have cost, the shadow's too."""
    silence = month - family.closed if family.closed >= 0 else 0
    if is_shadowed(world):
        change_places(world, family)
        forget(world, family, silence)
        change_places(world, family)
    forget(world, family, silence)


@rule
def forget(world: World, family: Family, silence: int) -> None:
    """What a family lost in the months since its case closed."""
    p = world.parameters.casework
    lapse_for(family, silence, p)
    for number in range(family.first_child, family.first_child + family.children):
        fall_silent(world.children[number], silence, p)


@rule
def welcome_newborn(world: World, family: Family, month: int) -> None:
    """A birth to a known family: the baby shares the family's standing; find the next birth to come."""
    upcoming = -1
    for index in range(family.first_child, family.first_child + family.children):
        child = world.children[index]
        if child.birth == month:
            share_standing(world, family, child, index, month)
            child.in_proceedings = family.status == Status.PROCEEDINGS
        if child.birth > month and (upcoming < 0 or child.birth < upcoming):
            upcoming = child.birth
    family.next_birth = upcoming


@rule
def keep_worker(world: World, family: Family, index: int, month: int) -> None:
    """Keep the worker unless the post is empty, a hand-off is due or churn strikes; a new holder is a new face."""
    if family.worker < 0:
        return
    p = world.parameters.front_door
    worker = world.workers[family.worker]
    churned = uniform(family.luck, world.moments[Decision.CHURN]) < p.churn
    family.handoff = worker.holder == Holder.EMPTY or family.handoff or churned
    if not family.handoff:
        if worker.since == month:
            change_worker(world, family, index, month)
        add_load(world, family)


@rule
def change_worker(world: World, family: Family, index: int, month: int) -> None:
    """A new face: trust suffers and the change is counted."""
    meet_new_worker(family, world.parameters.front_door)
    if is_shadowed(world):
        change_places(world, family)
        meet_new_worker(family, world.parameters.front_door)
        change_places(world, family)
    family.worker_since = month
    world.monthly[month, MonthlyColumn.WORKER_CHANGES] += 1.0
    world.monthly[month, MonthlyColumn.WORKER_CHANGES_IN_CARE] += family.in_care
    world.by_team[month, family.team, TeamColumn.WORKER_CHANGES] += 1.0
    note(world, index, -1, Event.WORKER_CHANGE, 0)


@rule
def add_load(world: World, family: Family) -> None:
    """Count the family's children into its worker's cases and weighted load."""
    p, held = world.parameters.practice, world.parameters.authority.held_share
    worker = world.workers[family.worker]
    work = family.at_home * case_weight(family.status, p) + family.in_care * p.weight_looked_after
    worker.cases += held * (family.at_home + family.in_care)
    worker.load += held * work


@rule
def reallocate(world: World, family: Family, index: int, month: int) -> None:
    """Give the case to a worker; if it had another before, or the same post has a new holder, that is a change."""
    before = family.worker
    allocate(world, family)
    if before < 0:
        family.worker_since = month
    elif family.worker != before or world.workers[before].since == month:
        change_worker(world, family, index, month)


@rule
def allocate(world: World, family: Family) -> None:
    """The least-loaded other filled post of the family's team, or of the authority; else the post it had."""
    team = world.teams[family.team]
    chosen = least_loaded(world, team.first_post, team.first_post + team.posts, family.worker)
    if chosen < 0:
        chosen = least_loaded(world, 0, len(world.workers), family.worker)
    family.worker = chosen if chosen >= 0 else max(family.worker, 0)
    family.handoff = False
    add_load(world, family)


@rule
def least_loaded(world: World, first: int, last: int, but: int) -> int:
    """Index of the filled post with the least load in a range of posts, leaving one out; -1 if there is none."""
    chosen = -1
    for post in range(first, last):
        worker = world.workers[post]
        if post != but and worker.holder != Holder.EMPTY and (chosen < 0 or worker.load < world.workers[chosen].load):
            chosen = post
    return chosen


@rule
def set_practice(world: World, month: int) -> None:
    """Practice as delivered under this month's load; teams' mean depth and the mean load, for next month."""
    p, total, filled = world.parameters, 0.0, 0
    for team in world.teams:
        depth, members = 0.0, 0
        for post in range(team.first_post, team.first_post + team.posts):
            worker = world.workers[post]
            practise(worker, levers_for(world, worker, month), p.practice, p.structure)
            if worker.holder != Holder.EMPTY:
                depth += worker.fidelity
                total += worker.load
                members += 1
        team.mean_fidelity = depth / members if members > 0 else p.practice.usual_fidelity
        filled += members
    world.organisation[0].mean_load = total / filled if filled > 0 else p.practice.capacity
