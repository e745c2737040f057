"""Phase 1: people leave, posts are filled, practice is learned and lost."""

from __future__ import annotations

from sos_sim.agents import SocialWorker, Team
from sos_sim.agents.codes import Holder
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import mix, triangular, uniform
from sos_sim.core.units import RATE_BASE
from sos_sim.model import by_team
from sos_sim.model.budget import budget_for_the_month
from sos_sim.model.by_team import TeamColumn
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.offers import levers_for, supervision_of
from sos_sim.model.posts import is_funded
from sos_sim.model.world import World
from sos_sim.theory.organisation import fill_post, induct, lead_team, learn, leaving_chance
from sos_sim.theory.structure import FINITE

ROUNDING = 1e-9


@rule
def organisation(world: World, month: int) -> None:
    """Leaving and filling of posts, leaders, learning and drift; pressure on placements."""
    press_on_placements(world)
    budget_for_the_month(world, month)
    for team in world.teams:
        lead_team(team, uniform(team.luck, world.moments[Decision.LEADER_EXIT]), world.parameters.practice)
        for post in range(team.first_post, team.first_post + team.posts):
            worker = world.workers[post]
            if is_funded(world, post, world.parameters.authority):
                staff_post(world, worker, team, month)
            elif worker.holder != Holder.EMPTY:
                count_leaver(world, worker, month)
                worker.holder = Holder.EMPTY
            if worker.holder != Holder.EMPTY:
                levers = levers_for(world, worker, month)
                learn(worker, team, levers, world.parameters.practice)
                worker.months_trained += levers.training


@rule
def press_on_placements(world: World) -> None:
    """Scarce placements raise care thresholds; freed ones lower them (only when supply is finite)."""
    organisation = world.organisation[0]
    organisation.supply_shift = 0.0
    if world.parameters.structure.placement_supply == FINITE:
        p, authority = world.parameters.pathway, world.parameters.authority
        places = p.places * authority.children / RATE_BASE
        organisation.supply_shift = p.finite_pressure * (organisation.looked_after / places - 1.0)


@rule
def staff_post(world: World, worker: SocialWorker, team: Team, month: int) -> None:
    """One post: its holder may leave, an empty post may be filled, a newcomer is inducted."""
    p, at = world.parameters.workforce, world.moments
    chance = leaving_chance(worker, world.organisation[0].mean_load, supervision_of(world, worker, month), p)
    if worker.holder != Holder.EMPTY and uniform(worker.luck, at[Decision.LEAVE_POST]) < chance:
        count_leaver(world, worker, month)
        worker.holder = Holder.EMPTY
    before = worker.holder
    permanent_draw = uniform(worker.luck, at[Decision.FILL_PERMANENT])
    if fill_post(worker, permanent_draw, uniform(worker.luck, at[Decision.FILL_AGENCY]), p):
        count_recruit(world, worker, before, month)
        worker.generation += 1
        person = mix(worker.luck, worker.generation)
        induct(
            worker,
            month,
            team.mean_fidelity,
            triangular(person, at[Decision.WARMTH]),
            triangular(person, at[Decision.AUTHORITY]),
            triangular(person, at[Decision.BIAS]),
            uniform(person, at[Decision.ELSEWHERE]),
            p,
            world.parameters.practice,
        )


@rule
def count_leaver(world: World, worker: SocialWorker, month: int) -> None:
    """The holder of a post gives it up."""
    row = world.by_team[month, worker.team]
    row[TeamColumn.LEAVERS] += 1.0
    if is_trained(worker):
        row[TeamColumn.TRAINED_LEAVERS] += 1.0
    if worker.holder == Holder.PERMANENT:
        row[TeamColumn.PERMANENT_LEAVERS] += 1.0
        world.monthly[month, MonthlyColumn.LEAVERS] += 1.0


@rule
def count_recruit(world: World, worker: SocialWorker, before: int, month: int) -> None:
    """Somebody new takes up a post, untrained here; whoever held it ``before`` was agency staff and leaves."""
    row = world.by_team[month, worker.team]
    row[TeamColumn.RECRUITS] += 1.0
    if before == Holder.AGENCY:
        row[TeamColumn.LEAVERS] += 1.0
        if is_trained(worker):
            row[TeamColumn.TRAINED_LEAVERS] += 1.0
    worker.months_trained = 0.0


@rule
def is_trained(worker: SocialWorker) -> bool:
    """Whether the holder has had the training that counts as trained."""
    return worker.months_trained > by_team.TRAINED_MONTHS - ROUNDING
