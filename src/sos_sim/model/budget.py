"""The budget of programmes, month by month: what was spent, what may be, and what gives way."""

from __future__ import annotations

import math

from sos_sim.core.compiling import rule
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.offers import levers_for, own_costs
from sos_sim.model.posts import is_funded
from sos_sim.model.world import World
from sos_sim.theory.budget import Planned, give_way


@rule
def is_limited(world: World) -> bool:
    """Whether programmes have a budget at all."""
    return not math.isinf(world.budget[0].a_year)


@rule
def budget_for_the_month(world: World, month: int) -> None:
    """Cut what this year's budget, a twelfth a month and what earlier months have left, does not pay for.

    Programmes' costs of their own are paid first; meetings are offered while something is left.
    """
    organisation, budget = world.organisation[0], world.budget[0]
    if not is_limited(world) or month < budget.first:
        return
    since = (month - budget.first) % MONTHS_PER_YEAR
    if since == 0:
        organisation.spent = 0.0
    allowed = budget.a_year * (since + 1) / MONTHS_PER_YEAR - organisation.spent
    allowed -= own_costs(world, month) * world.parameters.costs.own_costs
    organisation.for_meetings = give_way(organisation, planned_costs(world, month), budget, allowed)


@rule
def planned_costs(world: World, month: int) -> Planned:
    """What programmes would cost this month, in £, if they were not cut and every post were filled."""
    organisation, costs = world.organisation[0], world.parameters.costs
    organisation.cut_training = organisation.cut_coaching = 0.0
    organisation.cut_supervision = organisation.cut_extra_posts = 0.0
    training, coaching, supervision, extra_posts = 0.0, 0.0, 0.0, 0.0
    for post in range(len(world.workers)):
        if is_funded(world, post, world.parameters.authority):
            levers = levers_for(world, world.workers[post], month)
            training += levers.training
            coaching += levers.coaching
            supervision += levers.supervision
            extra_posts += levers.extra_posts
    return Planned(
        training * costs.training_month,
        coaching * costs.coaching_month,
        supervision * costs.supervision_month,
        extra_posts * costs.extra_post_month,
    )


@rule
def pays_for_meeting(world: World) -> bool:
    """Whether the budget has enough left for one more family-group meeting."""
    return not is_limited(world) or world.organisation[0].for_meetings >= world.parameters.costs.meeting


@rule
def pay_for_meeting(world: World) -> None:
    """Take a meeting that was held from what the budget has left for them."""
    if is_limited(world):
        world.organisation[0].for_meetings -= world.parameters.costs.meeting


@rule
def spend(world: World, month: int) -> None:
    """Add what programmes have cost this month to what they have cost this year."""
    if not is_limited(world):
        return
    row, costs = world.monthly[month], world.parameters.costs
    pounds = row[MonthlyColumn.TRAINING] * costs.training_month + row[MonthlyColumn.COACHING] * costs.coaching_month
    pounds += row[MonthlyColumn.SUPERVISION] * costs.supervision_month
    pounds += row[MonthlyColumn.EXTRA_POSTS] * costs.extra_post_month
    pounds += row[MonthlyColumn.MEETINGS] * costs.meeting + row[MonthlyColumn.OWN_COSTS] * costs.own_costs
    world.organisation[0].spent += pounds
