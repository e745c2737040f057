"""Whom programmes reach: posts, people, teams and families drawn by lot, and what meets those that are not."""

from __future__ import annotations

from sos_sim.agents import Family, SocialWorker
from sos_sim.core.compiling import rule
from sos_sim.core.luck import mix, uniform
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.model.paths import Path
from sos_sim.model.programmes import Unit
from sos_sim.model.world import World
from sos_sim.theory.levers import Levers
from sos_sim.theory.practice import practise_with

PERSON, TEAM = int(Unit.PERSON), int(Unit.TEAM)


@rule
def is_drawn(luck: int, share: float, lot: int) -> bool:
    """Whether a post, person or family of this luck is among the share drawn: for good, whoever else there is."""
    return share >= 1.0 or uniform(luck, lot) < share


@rule
def levers_in(world: World, programme: int, month: int) -> Levers:
    """What one programme sets in a month."""
    return world.levers[month * len(world.lots) + programme]


@rule
def reaches_team(world: World, programme: int, team: int, month: int) -> bool:
    """Whether it is a team's turn in a programme."""
    by_turns = world.lots[programme].unit == TEAM
    share = levers_in(world, programme, month).offered_posts if by_turns else 1.0
    return bool(world.turns[programme, team] < share)


@rule
def reaches_post(world: World, programme: int, worker: SocialWorker, month: int) -> bool:
    """Whether the holder of a post, in a team whose turn it is, is drawn for training, coaching and supervision."""
    lot = world.lots[programme]
    if lot.unit == TEAM:
        return True
    luck = mix(worker.luck, worker.generation) if lot.unit == PERSON else worker.luck
    return is_drawn(luck, levers_in(world, programme, month).offered_posts, lot.moment)


@rule
def levers_for(world: World, worker: SocialWorker, month: int) -> Levers:
    """What all programmes together offer the holder of a post.

    Where several reach it, the largest of each lever counts, and extra posts add up. Alignment and extra posts come
    to whole teams: lots of posts and people do not keep them from anybody. What the budget does not pay for is cut.
    """
    training, coaching, supervision, alignment, extra_posts = 0.0, 0.0, 0.0, 0.0, 0.0
    for programme in range(len(world.lots)):
        if reaches_team(world, programme, worker.team, month):
            levers = levers_in(world, programme, month)
            alignment = max(alignment, levers.alignment)
            extra_posts += levers.extra_posts
            if reaches_post(world, programme, worker, month):
                training = max(training, levers.training)
                coaching = max(coaching, levers.coaching)
                supervision = max(supervision, levers.supervision)
    organisation = world.organisation[0]
    training *= 1.0 - organisation.cut_training
    coaching *= 1.0 - organisation.cut_coaching
    supervision *= 1.0 - organisation.cut_supervision
    extra_posts *= 1.0 - organisation.cut_extra_posts
    return Levers(training, coaching, supervision, alignment, extra_posts, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0)


@rule
def own_costs(world: World, month: int) -> float:
    """What programmes cost by themselves this month, in £."""
    pounds = 0.0
    for programme in range(len(world.lots)):
        levers = levers_in(world, programme, month)
        pounds += levers.costs_a_year / MONTHS_PER_YEAR + levers.costs_at_start
    return pounds


@rule
def supervision_of(world: World, worker: SocialWorker, month: int) -> float:
    """Share of a post's supervision that is clinical and maps cases in groups, as its team gives it."""
    supervision = levers_for(world, worker, month).supervision
    return min(1.0, supervision * world.teams[worker.team].supervision_factor)


@rule
def is_of_practice(levers: Levers) -> bool:
    """Whether a programme sets anything that makes workers practise otherwise."""
    return levers.training > 0.0 or levers.coaching > 0.0 or levers.supervision > 0.0 or levers.alignment > 0.0


@rule
def reach_to(world: World, family: Family, month: int) -> float:
    """Share of its worker's practice that meets the family: all, or what spills over where it is not offered.

    It is offered where any programme of practice draws the family, or none goes on.
    """
    reach = 1.0
    for programme in range(len(world.lots)):
        levers = levers_in(world, programme, month)
        if is_of_practice(levers):
            if is_drawn(family.luck, levers.offered_families, world.lots[programme].moment):
                return 1.0
            reach = world.parameters.practice.spillover
    return reach


@rule
def meetings_for(world: World, family: Family, at_conference: bool, month: int) -> float:
    """Chance that programmes offer the family a meeting at this point: the largest of those that draw it."""
    offered = 0.0
    for programme in range(len(world.lots)):
        levers = levers_in(world, programme, month)
        lever = levers.meetings_at_conference if at_conference else levers.meetings_at_pre_proceedings
        drawn = is_drawn(family.luck, levers.offered_families, world.lots[programme].moment)
        if drawn and reaches_team(world, programme, family.team, month):
            offered = max(offered, lever)
    return offered


@rule
def reach_on(world: World, family: Family, path: Path, month: int) -> float:
    """The same on one path: nothing where the path is closed."""
    return reach_to(world, family, month) if world.paths[path] else 0.0


@rule
def is_alike(world: World, month: int) -> bool:
    """Whether practice is the same with every family and on every path."""
    open_paths = world.paths[Path.FAMILIES] and world.paths[Path.NETWORK_AND_PLAN] and world.paths[Path.PERCEPTION]
    return bool(open_paths and world.everybody[month])


@rule
def worker_of(world: World, family: Family, path: Path, month: int) -> SocialWorker:
    """The family's worker, with ``delivered``, ``warm`` and ``purposeful`` as this family meets them on a path."""
    worker = world.workers[family.worker]
    if not is_alike(world, month):
        reach = reach_on(world, family, path, month)
        practise_with(worker, reach, world.parameters.practice, world.parameters.structure)
    return worker


@rule
def usual_worker_of(world: World, family: Family) -> SocialWorker:
    """The family's worker with the practice that is usual, as the family's shadow meets it."""
    worker = world.workers[family.worker]
    practise_with(worker, 0.0, world.parameters.practice, world.parameters.structure)
    return worker


@rule
def practise_in_full(world: World, month: int) -> None:
    """Every worker's practice as it is with families who are offered it, whichever family was met last."""
    if not is_alike(world, month):
        for worker in world.workers:
            practise_with(worker, 1.0, world.parameters.practice, world.parameters.structure)
