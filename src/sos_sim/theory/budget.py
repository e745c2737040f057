"""What gives way where programmes would cost more than their budget (a policy choice, no claim about practice)."""

from __future__ import annotations

from typing import Final, NamedTuple

from sos_sim.agents import Organisation
from sos_sim.core.compiling import rule
from sos_sim.theory.logistic import clamp

PAID_BY_POST: Final = ("training", "coaching", "supervision", "extra_posts")
"""Levers that cost by post and month, in the order of their ranks where none is chosen."""


class Budget(NamedTuple):
    """Pounds for all programmes in each year from month ``first``, and the rank of each lever: 0 gives way first."""

    a_year: float
    first: int
    training: int = 0
    coaching: int = 1
    supervision: int = 2
    extra_posts: int = 3


class Planned(NamedTuple):
    """What each lever would cost this month, in £."""

    training: float
    coaching: float
    supervision: float
    extra_posts: float


@rule
def give_way(organisation: Organisation, planned: Planned, budget: Budget, allowed: float) -> float:
    """Cut levers, the lowest rank first, until what is planned is allowed; returns what is left of that, in £."""
    short = planned.training + planned.coaching + planned.supervision + planned.extra_posts - allowed
    left = max(0.0, -short)
    short = _cut_rank(organisation, planned, budget, 0, short)
    short = _cut_rank(organisation, planned, budget, 1, short)
    short = _cut_rank(organisation, planned, budget, 2, short)
    _cut_rank(organisation, planned, budget, 3, short)
    return left


@rule
def _cut_rank(organisation: Organisation, planned: Planned, budget: Budget, rank: int, short: float) -> float:
    """Cut the lever of a rank as far as pounds are short; returns how many are short still."""
    if budget.training == rank:
        organisation.cut_training = _cut(planned.training, short)
        return short - organisation.cut_training * planned.training
    if budget.coaching == rank:
        organisation.cut_coaching = _cut(planned.coaching, short)
        return short - organisation.cut_coaching * planned.coaching
    if budget.supervision == rank:
        organisation.cut_supervision = _cut(planned.supervision, short)
        return short - organisation.cut_supervision * planned.supervision
    organisation.cut_extra_posts = _cut(planned.extra_posts, short)
    return short - organisation.cut_extra_posts * planned.extra_posts


@rule
def _cut(cost: float, short: float) -> float:
    """The share of a cost that has to go for so many pounds."""
    return clamp(short / cost, 0.0, 1.0) if cost > 0.0 else 0.0
